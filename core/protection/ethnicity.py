"""Which ethnic group a recorded value means: letters, codes and words of every supplier.

The groups are the sixteen of the 2001 census as the NHS Data Dictionary has them (letters A to S), with Z and
99 for what is not stated or not known. Codes and words are data: resources/ethnicity.csv and ethnicity.toml,
where their sources stand. A value is placed as far as it is understood: 'White' by itself is in a broad group
and in none of the sixteen, and what is not understood, or could be two things, is in none.
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from core.survey.codes.terminologies import Form, recognise
from resources import ROOT


@dataclass(frozen=True)
class Placed:
    """Where a value belongs: its broad group, and its letter where that much is said. `known` is False where
    the record says that the group is not known."""

    broad: str = ""
    letter: str = ""
    known: bool = True


NOWHERE = Placed()
NOT_KNOWN = Placed(known=False)

_LETTER = re.compile(r"([A-HJ-NPRSZ])[A-Z0-9]?", re.ASCII)
#: The letters that the Data Dictionary parts further with a second letter.
_PARTED = frozenset("CGLPS")
_WORD = re.compile(r"[a-z]+|[0-9]+")
_PUT_TOGETHER = (
    (re.compile(r"\bnorthern irish\b|\bn\.? irish\b|\bulster scots\b"), "northernirish"),
    (re.compile(r"\bnorthern ireland\b"), "northernireland"),
    (re.compile(r"\bwest ind(?:ian|ies|ia)\b|\bw\.?i\.?\b"), "westindian"),
    (re.compile(r"\bsri lanka\b"), "lankan"),
    (re.compile(r"\bafrican?[ -]caribbean\b|\bafro[ -]car+ib+ean\b"), "caribbean"),
)
_PARTS = re.compile(r"\s*:\s*|\s+[-–—]\s*|\s*[-–—]\s+")
_AND = re.compile(r"\band\b|&|\+|/")
#: Words of the headings that stand before the group itself: 'Asian or Asian British - Indian'.
_HEADING = frozenset(
    (
        *("white", "asian", "british", "black", "african", "caribbean"),
        *("or", "other", "mixed", "chinese", "scottish", "and"),
    )
)
_BROAD = {"white": "White", "caucasian": "White", "asian": "Asian", "black": "Black"}


@cache
def _data() -> Mapping[str, object]:
    return tomllib.loads((ROOT / "ethnicity.toml").read_text(encoding="utf-8"))


@cache
def groups() -> Mapping[str, tuple[str, str]]:
    """The sixteen groups by letter: the broad group, and the title."""
    found = _data()["groups"]
    assert isinstance(found, dict)
    return {letter: (broad, title) for letter, (broad, title) in found.items()}


@cache
def not_known() -> str:
    """What is written where the record says that the group is not known."""
    return str(_data()["unknown"])


@cache
def _codes() -> Mapping[tuple[str, str], str]:
    with (ROOT / "ethnicity.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["terminology"], code): row["group"]
            for row in csv.DictReader(file)
            for code in row["codes"].split()
        }


@cache
def _words() -> tuple[Mapping[str, str], Mapping[str, str], frozenset[str], frozenset[tuple[str, ...]]]:
    data = _data()
    named, spellings, noise, phrases = (data[name] for name in ("words", "spellings", "noise", "not_known"))
    assert isinstance(named, dict)
    assert isinstance(spellings, dict)
    assert isinstance(noise, dict)
    assert isinstance(phrases, dict)
    return (
        {word: letter for letter, words in named.items() for word in words.split()},
        spellings,
        frozenset(noise["words"].split()),
        frozenset(tuple(phrase.split()) for phrase in phrases["phrases"].split(";")),
    )


@lru_cache(maxsize=20_000)
def place(text: str) -> Placed:
    """The group that a recorded value means, as far as it is understood.

    >>> place("9i7.."), place("White"), place("Z").known
    (Placed(broad='Asian', letter='H', known=True), Placed(broad='White', letter='', known=True), False)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain == "99":
        return NOT_KNOWN
    if (letter := _LETTER.fullmatch(plain.upper() if len(plain) == 1 else plain)) is not None:
        return _of_letter(letter[1], plain)
    if any(mark.isdigit() for mark in plain) and " " not in plain:
        return _of_code(plain)
    by_code = _of_code(plain) if " " not in plain else NOWHERE
    return by_code if by_code != NOWHERE else place_words(plain)


def _of_letter(letter: str, text: str) -> Placed:
    if letter == "Z":
        return NOT_KNOWN if len(text) == 1 else NOWHERE
    if len(text) == 2 and text[1].isalpha() and letter not in _PARTED:
        return NOWHERE
    return Placed(groups()[letter][0], letter)


def _of_code(text: str) -> Placed:
    known = recognise(text)
    form = "snomed" if known.form in (Form.SNOMED_CONCEPT, Form.SNOMED_DESCRIPTION) else "read"
    group = _codes().get((form, known.read or known.text), "") or _codes().get(("local", known.text), "")
    return placed(group)


def placed(group: str) -> Placed:
    """A letter, a broad group, 'Z', or '' as what it means."""
    if group == "Z":
        return NOT_KNOWN
    if group in groups():
        return Placed(groups()[group][0], group)
    return Placed(group) if group else NOWHERE


def place_words(text: str) -> Placed:
    """The group that words mean. One word that is not understood, and they mean nothing."""
    lower = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    for form, word in _PUT_TOGETHER:
        lower = form.sub(word, lower)
    parts = [words for part in _PARTS.split(lower) if (words := _plain(part))]
    whole = [word for words in parts for word in words]
    if not whole:
        return NOWHERE
    if tuple(whole) in _words()[3]:
        return NOT_KNOWN
    if len(parts) > 1 and set(parts[0]) <= _HEADING:
        return _under(parts[0], [word for words in parts[1:] for word in words], lower)
    return _meant(whole, lower)


def _plain(part: str) -> list[str]:
    _, spellings, noise, _ = _words()
    words = (spellings.get(word, word) for word in _WORD.findall(part))
    return [word for word in words if word not in noise]


def _under(heading: list[str], words: list[str], text: str) -> Placed:
    """What stands under a heading: 'White: Irish', 'Asian or Asian British: any other'."""
    if "mixed" in heading or ("mixed" in words and "white" not in heading):
        return _meant([*heading, *words], text)
    broad = next((_BROAD[word] for word in heading if word in _BROAD), "")
    if not broad and "african" in heading:
        broad = "Black"
    if words == ["other"] or not set(words) - {"or", "other", *heading} - set(_BROAD):
        by_itself = _meant(words, text)
        if by_itself.letter in ("M", "N") and broad == "Black" and "other" not in words:
            return by_itself
        return (
            placed({"White": "C", "Asian": "L", "Black": "P", "": "S"}[broad])
            if "other" in words
            else (_meant([*heading, *words], text))
        )
    under = _meant(words, text)
    if broad and under.broad and under.broad != broad and under.letter != "R":
        return NOWHERE
    return under


def _meant(words: list[str], text: str) -> Placed:
    named = _words()[0]
    there = set(words) - {"or", "and", "other", "with", "not", "non"}
    extra = {word for word in there if word not in named and word not in _BROAD and word not in _ALONE}
    if extra or {"not", "non"} & set(words) or {"north", "african"} <= there:  # North Africa: Black or Arab
        return NOWHERE
    letters = {named[word] for word in there if word in named}
    broads = {_BROAD[word] for word in there if word in _BROAD} | {
        groups()[letter][0] for letter in letters - {"A"}
    }
    other = "other" in words
    if not there:
        return placed("S") if other else NOWHERE
    if "mixed" in there or len(broads) > 1:
        return _mixed(there, letters, broads, "mixed" in there or _AND.search(text) is not None)
    if "northernirish" in there:
        return placed("White") if "2001" in text else placed("A")
    rest = letters - {"A"} if broads - {"White"} or letters & {"B", "C"} else letters
    if not rest:
        broad = next(iter(broads), "")
        if broad == "White":
            return placed("C") if other else placed("White")
        return placed({"Asian": "L", "Black": "P"}.get(broad, ""))
    if rest == {"A"}:
        return placed("White") if "2001" in text and "british" not in there else placed("A")
    if other and rest <= {"B"}:
        return placed("C")
    if len(rest) == 1:
        letter = next(iter(rest))
        if other and letter in ("M", "N"):
            return placed("Black")
        return placed(letter)
    if rest <= {"B", "C"}:
        return placed("C")
    broad = next(iter(broads)) if len(broads) == 1 else ""
    return placed("P") if other and broad == "Black" else placed(broad)


#: Words that are no group but are understood beside one.
_ALONE = frozenset(
    (
        *("mixed", "northernirish", "east", "asia", "north", "south"),
        *("eastern", "western", "northern", "southern", "central", "american"),
    )
)


def _mixed(there: set[str], letters: set[str], broads: set[str], said: bool) -> Placed:
    """What several groups together mean, where the text says so ('mixed', 'and', a slash)."""
    if not said:
        return NOWHERE
    if broads <= {"White"} and ("white" in there or letters):
        return (
            placed("A")
            if "british" in there and not letters - {"A"} and "white" not in there
            else placed("C")
        )
    if broads == {"Asian"} or broads == {"Black"}:
        return placed("L" if broads == {"Asian"} else "P")
    if "White" in broads and broads <= {"White", "Black"} and letters & {"M", "N"} in ({"M"}, {"N"}):
        return placed("D" if "M" in letters else "E")
    return placed("F") if broads == {"White", "Asian"} else placed("G")
