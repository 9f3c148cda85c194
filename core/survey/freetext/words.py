"""A note as words: each with its place, its shape, and whether it begins a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from core.survey.freetext.lexicon import letters_of, listed

_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|['’`\-](?={_LETTER}))*")
_POSSESSIVE = re.compile(r"['’`]s$|s['’`]$", re.IGNORECASE)
_STOPS = re.compile(r"[.!?:;\n•>]|\s[-–—]\s|[-–—]\s")

LOWER, CAPITAL, UPPER, INITIAL, MIXED = "lower", "capital", "upper", "initial", "mixed"
_PREFIXED = re.compile(r"(?:Mc|Mac|O['’`]|D['’`]|De|Di|Du|La|Le|Van|Fitz|St)[A-Z][a-z]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a note. `end` is without a possessive 's; `key` is its plain letters, lower case."""

    text: str
    start: int
    end: int
    key: str
    shape: str
    first: bool  # the first of a sentence
    gap: str  # what stands between it and the word before


@lru_cache(maxsize=50_000)
def shape_of(text: str) -> str:
    """How a word is written: 'lower', 'capital' (also McKay, O'Neill, Smith-Jones), 'upper', 'initial'
    (one letter), 'mixed' (eGFR, SystmOne)."""
    if text[0].islower():
        return LOWER if text.islower() else MIXED
    if len(text) == 1:
        return INITIAL
    if text.isupper():
        return UPPER
    for part in re.split(r"-", text):
        rest = part[1:]
        if part[0].islower() and part not in (
            "de",
            "la",
            "le",
            "ap",
            "in",
            "law",
            "y",
            "al",
            "el",
            "super",
            "mare",
        ):
            return MIXED if any(c.isupper() for c in part) else CAPITAL
        if rest and not rest.islower() and not _PREFIXED.fullmatch(part) and not _apostrophes(part):
            return MIXED
    return CAPITAL


def _apostrophes(part: str) -> bool:
    pieces = re.split(r"['’`]", part)
    return len(pieces) > 1 and all(not p[1:] or p[1:].islower() or p[1:].isupper() for p in pieces if p)


def words_of(text: str) -> list[Word]:
    """The words of a text in order."""
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        written = match.group()
        bare = _POSSESSIVE.sub("", written) if written[-1] in "sS'’`" else written
        if not bare:
            bare = written
        gap = text[last : match.start()]
        first = not found or (_STOPS.search(gap) is not None and not _after_short(found[-1], gap))
        shape = shape_of(bare)
        if text[match.end() : match.end() + 1].isdigit() or gap[-1:].isdigit():
            shape = MIXED  # 'Med3', 'B12', 'FEV1'
        found.append(
            Word(bare, match.start(), match.start() + len(bare), letters_of(bare), shape, first, gap)
        )
        last = match.end()
    return found


def _after_short(word: Word, gap: str) -> bool:
    """'Dr. Smith', 'A. Chukwu': the full stop belongs to the word before."""
    return (
        gap.lstrip().startswith(".")
        and "\n" not in gap
        and (word.key in listed("short_words") or word.shape == INITIAL)
    )


_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_SMALL = re.compile(r"[a-zß-öø-ÿ]")


def case_of(text: str) -> str:
    """'upper' for a note in capitals, 'lower' for one without any, else 'mixed'."""
    upper, lower = len(_CAPITALS.findall(text)), len(_SMALL.findall(text))
    if upper > 8 * lower and upper > 6:
        return UPPER
    return LOWER if upper * 12 < lower and not re.search(r"[A-Z][a-z]{2,}", text) else MIXED
