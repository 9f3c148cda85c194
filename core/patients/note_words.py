"""What a note says of somebody else than its patient, by the words that stand beside each other.

Being accompanied by a daughter is no reason to look; what the daughter told, what is told of her and, where
names stay, her name are. Without a word for who somebody is a name is none either: a patient called White,
and Parkinson's disease, are nobody else. The words are data: resources/freetext/review_words.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from core.survey.codes.codelists import CodeLookup
from core.survey.freetext.eponyms import is_eponym
from core.survey.freetext.lexicon import doubtful, eponyms, given, is_ordinary, known_names, letters_of
from resources import ROOT

#: Sorts of what leaves of somebody else, from the least to the most pressing.
FIELD, NAMED, FROM_ANOTHER, OF_ANOTHER, WARNING, IN_CONFIDENCE = 1, 2, 3, 4, 5, 6
_BEHALF = "on behalf of"
_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_STOPS = re.compile(r"[.;\n]")
_AFTER = 4  # words after a relation in which what the person does stands
_BEFORE, _BEYOND = 8, 12  # words of the sentence in which something is told of the person
_WAY = 5  # words before a relation in which 'history from' stands
_YEAR = re.compile(r"[ ,]{0,2}\d")
_LONG = 5  # letters of a word that is no abbreviation
_BY = frozenset(("from", "by", "per", "via", "off"))
_NAMED = re.compile(
    r"(?:['’]s name)?[ ,:(\-]{0,3}(?:(?:is|of|called|named|Mr|Mrs|Ms|Miss)\.? ){0,2}([^\W\d_][\w'’]+)"
)


@dataclass(frozen=True)
class Words:
    """The words that notes are searched with."""

    any: str  # RE2: a note without it is not looked at
    secret: str  # RE2: told in confidence
    relations: frozenset[str]
    tells: frozenset[str]
    warns: frozenset[str]
    by_way: frozenset[str]
    lives: frozenset[str]
    guard: frozenset[str]
    law: frozenset[str]
    confidence: re.Pattern[str]
    safeguarding: re.Pattern[str]
    restricted: re.Pattern[str]


@dataclass(frozen=True)
class Sorted:
    """What a note is: its sort, and whether it has words of safeguarding and of what a law restricts."""

    sort: int
    guard: bool
    law: bool


@cache
def review_words() -> Words:
    """The words of the resource."""
    data = tomllib.loads((ROOT / "freetext" / "review_words.toml").read_text(encoding="utf-8"))
    people = {name: frozenset(words.split()) for name, words in data["people"].items()}
    guard, law = (frozenset(data[name]["words"].split()) for name in ("safeguarding", "restricted"))
    secret = "|".join(data["confidence"]["patterns"])
    return Words(
        any=rf"(?i)\b(?:{_one_of(people['relations'] | guard | law)})\b|{_BEHALF}|{secret}",
        secret=f"(?i){secret}",
        relations=people["relations"],
        tells=people["tells"],
        warns=people["warns"],
        by_way=people["from"],
        lives=people["lives"],
        guard=guard,
        law=law,
        confidence=re.compile(secret, re.IGNORECASE),
        safeguarding=re.compile(rf"\b(?:{_one_of(guard)})\b", re.IGNORECASE),
        restricted=re.compile(rf"\b(?:{_one_of(law)})\b", re.IGNORECASE),
    )


def speaks_of_law(note: str, lookup: CodeLookup, law: int) -> bool:
    """Whether a note speaks of what a law restricts: one of its words is there, and together they are a term
    of these categories (bits)."""
    return bool(review_words().restricted.search(note) and lookup.bits_of_term(note) & law)


def sort_of(note: str, *, names: bool = False, care: Callable[[str], bool] | None = None) -> int:
    """The most pressing of what a note says of somebody else, 0 where it is nothing.

    `names`: names stay in it. `care` says of a few words whether they are of a family that needs care.

    >>> [sort_of(note) for note in ("In confidence: wife rang", "Seen with mother", "Mr Parkinson, tremor")]
    [6, 0, 0]
    """
    secret = review_words().confidence.search(note) is not None
    return read_note(note, secret=secret, names=names, care=care).sort


def read_note(
    note: str, *, secret: bool, names: bool = False, care: Callable[[str], bool] | None = None
) -> Sorted:
    """What a note is; `secret` where it has one of the patterns of confidence (Arrow finds these sooner)."""
    words = review_words()
    low = note.lower()  # letter for letter, unlike casefold: 'ß' stays one
    if len(low) != len(note):
        low = note
    keys = _TOKEN.findall(low)
    if "'s" in low or "’s" in low:
        keys = [key.removesuffix("'s").removesuffix("’s") for key in keys]
    guard, law = not words.guard.isdisjoint(keys), not words.law.isdisjoint(keys)
    if secret:
        return Sorted(IN_CONFIDENCE, guard, law)
    best = FROM_ANOTHER if _BEHALF in low else 0
    if words.relations.isdisjoint(keys):
        return Sorted(best, guard, law)
    spans = [token.span() for token in _TOKEN.finditer(low)]
    for at, key in enumerate(keys):
        if key in words.relations and best < WARNING:
            best = max(best, _of_relation(note, keys, spans, at, names, care if best < OF_ANOTHER else None))
    return Sorted(best, guard, law)


def _of_relation(
    note: str,
    keys: Sequence[str],
    spans: Sequence[tuple[int, int]],
    at: int,
    names: bool,
    care: Callable[[str], bool] | None,
) -> int:
    """What a note tells of or from the person who is named at one place, by the words of the sentence."""
    words = review_words()
    first = at
    while first > max(at - _BEFORE, 0) and not _STOPS.search(note, spans[first - 1][1], spans[first][0]):
        first -= 1
    stop = at + 1
    last = min(at + _BEYOND, len(keys))
    while stop < last and not _STOPS.search(note, spans[stop - 1][1], spans[stop][0]):
        stop += 1
    after = keys[at + 1 : min(at + 1 + _AFTER, stop)]
    if not words.warns.isdisjoint(after):
        return WARNING
    if not words.lives.isdisjoint(keys[first:stop]) or (
        care is not None and care(note[spans[first][0] : spans[stop - 1][1]])
    ):
        return OF_ANOTHER
    before = keys[max(first, at - _WAY) : at]
    by_way = any(a in words.by_way and b in _BY for a, b in pairwise(before))
    if by_way or not words.tells.isdisjoint(after):
        return FROM_ANOTHER
    return NAMED if names and _names(note, spans[at][1]) else 0


def _names(note: str, end: int) -> bool:
    """Whether a name follows a relation."""
    found = _NAMED.match(note, end)
    if found is None:
        return False
    word = found[1]
    key = letters_of(word)
    if _YEAR.match(note, found.end()):
        return False  # 'mother May 2024'
    if word.islower() or word.isupper():  # a name is harder to tell from a word then
        sure = len(key) >= _LONG or key in known_names()
        return sure and key not in doubtful() and not is_ordinary(word)
    if key in doubtful():
        return key in given() and not is_eponym(note, found.end(), listed=key in eponyms())
    return not is_ordinary(word)


def _one_of(words: Collection[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
