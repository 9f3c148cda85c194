"""Other ways to read a heading: short forms, wrapping words, brackets, run-together words, misspellings.

Nobody can list every spelling of 'NHS number'. A heading that the vocabulary does not know as it stands is
read again in the ways people and databases spell headings: `nhs_nbr`, `pt_surname_txt`, `Forename(s)`,
`DOB (dd/mm/yyyy)`, `patientsurname`, `Adress Line 1`. The lists are data (resources/headers/spellings.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from resources import ROOT

_PLURAL = re.compile(r"\((?:e?s)\)", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[{<][^)\]}>]*[)\]}>]")
_LEAST_TO_SPLIT, _LEAST_PIECE = 6, 3
_LEAST_TO_MEND, _LEAST_TO_CHANGE = 5, 6
_LONGEST = 40

Words = tuple[str, ...]


@dataclass(frozen=True)
class Spellings:
    """The lists of spellings.toml."""

    long_forms: dict[str, Words]  # short -> the words it stands for
    wraps_first: frozenset[str]
    wraps_last: frozenset[str]
    about_last: frozenset[str]
    choice_last: frozenset[str]
    choice_first: frozenset[str]


@cache
def spellings() -> Spellings:
    """Read once."""
    data = tomllib.loads((ROOT / "headers" / "spellings.toml").read_text(encoding="utf-8"))
    return Spellings(
        {short: tuple(long.split()) for long, shorts in data["short"].items() for short in shorts},
        frozenset(data["wrapping"]["first"]),
        frozenset(data["wrapping"]["last"]),
        frozenset(data["about"]["last"]),
        frozenset(data["choice"]["last"]),
        frozenset(data["choice"]["first"]),
    )


def without_brackets(header: str) -> str:
    """'DOB (dd/mm/yyyy)' -> 'DOB', 'Forename(s)' -> 'Forenames'; unchanged where nothing else is left."""
    plain = _BRACKETS.sub(" ", _PLURAL.sub("s", header))
    return plain if any(c.isalnum() for c in plain) else header


def in_full(words: Sequence[str]) -> Words:
    """The words with short forms spelled out."""
    known = spellings().long_forms
    return tuple(full for word in words for full in known.get(word, (word,)))


def unwrapped(words: Sequence[str]) -> Iterator[Words]:
    """The words without what only wraps them, one end and one word at a time, at least one word left."""
    known = spellings()
    rest = tuple(words)
    while len(rest) > 1 and rest[-1] in known.wraps_last:
        rest = rest[:-1]
        yield rest
    while len(rest) > 1 and rest[0] in known.wraps_first:
        rest = rest[1:]
        yield rest


@cache
def _deletions(words: frozenset[str]) -> dict[str, str]:
    """Each known word, and each with one letter left out -> the word. Of several the longest holds."""
    found: dict[str, str] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        if len(word) >= _LEAST_TO_MEND:
            for at in range(1, len(word)):
                found.setdefault(word[:at] + word[at + 1 :], word)
    for word in words:
        found[word] = word
    return found


def mended(words: Sequence[str], known: frozenset[str]) -> Words:
    """The words with single slips of the typing put right where they then are words of the vocabulary.

    A slip is one letter left out, doubled, changed or swapped with its neighbour, and never the first letter.
    Letters are only taken for changed in longer words: 'stage' is no misspelt 'state'."""
    index = _deletions(known)
    return tuple(_mended(word, known, index) for word in words)


def _mended(word: str, known: frozenset[str], index: dict[str, str]) -> str:
    if word in known or not _LEAST_TO_MEND <= len(word) <= _LONGEST or not word.isalpha():
        return word
    missing = index.get(word)  # a letter was left out
    if missing is not None:
        return missing
    shorter = [word[:at] + word[at + 1 :] for at in range(1, len(word))]
    for one in shorter:  # a letter too many
        if one in known and len(one) >= _LEAST_TO_MEND:
            return one
    for one in shorter:  # two letters swapped, or one changed
        meant = index.get(one)
        if meant is None or len(meant) != len(word):
            continue
        if sorted(meant) == sorted(word) or len(word) >= _LEAST_TO_CHANGE:
            return meant
    return word


def split(words: Sequence[str], known: frozenset[str]) -> Words:
    """Words that were run together taken apart: 'patientsurname', 'homepostcode', 'dateofbirthtext'."""
    return tuple(piece for word in words for piece in _split(word, known))


def _split(word: str, known: frozenset[str]) -> Words:
    if word in known or not _LEAST_TO_SPLIT <= len(word) <= _LONGEST or not word.isalpha():
        return (word,)
    short = spellings().long_forms
    # best[at]: the fewest pieces that make word[:at]
    best: list[Words | None] = [()] + [None] * len(word)
    for stop in range(1, len(word) + 1):
        for start in range(max(0, stop - 16), stop):
            before, piece = best[start], word[start:stop]
            if before is None or not (
                (piece in known and len(piece) >= _LEAST_PIECE) or piece in _JOINING or piece in short
            ):
                continue
            if best[stop] is None or len(before) + 1 < len(best[stop] or ()):
                best[stop] = (*before, piece)
    found = best[-1]
    return found if found is not None and len(found) <= 4 else (word,)


_JOINING = frozenset({"of", "no", "id", "and", "pt", "gp", "ni"})
