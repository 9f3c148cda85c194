"""What a note says of somebody else than its patient, by the words that stand beside each other.

Being accompanied by a daughter is no reason to look; what the daughter told, what is told of her and, where
names stay, her name are. Without a word for who somebody is a name is none either: a patient called White,
and Parkinson's disease, are nobody else. The words are data: resources/freetext/review_words.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from core.survey.freetext.eponyms import is_eponym
from core.survey.freetext.lexicon import doubtful, eponyms, given, is_ordinary, known_names, letters_of
from resources import ROOT

#: Sorts of what leaves of somebody else, from the least to the most pressing.
FIELD, NAMED, FROM_ANOTHER, OF_ANOTHER, WARNING, IN_CONFIDENCE = 1, 2, 3, 4, 5, 6
_NEAR = 80  # letters on either side of a relation in which something is told of it
_BEHALF = "on behalf of"
_STOPS = re.compile(r"[.;\n]")
#: Up to three words of the same sentence.
_THEN = r"\W{0,3}(?:[^\W.;]+[^\w.;\n]+){0,3}?"


@dataclass(frozen=True)
class Words:
    """The patterns that notes are searched with."""

    any: str  # RE2: a note without it is not looked at
    relation: re.Pattern[str]
    named: re.Pattern[str]  # after a relation
    tells: re.Pattern[str]  # after a relation
    warns: re.Pattern[str]  # after a relation
    by_way: re.Pattern[str]  # before a relation
    lives: re.Pattern[str]
    confidence: re.Pattern[str]
    safeguarding: re.Pattern[str]
    restricted: re.Pattern[str]


@cache
def review_words() -> Words:
    """The words of the resource, as patterns."""
    data = tomllib.loads((ROOT / "freetext" / "review_words.toml").read_text(encoding="utf-8"))
    people = {name: _one_of(words) for name, words in data["people"].items()}
    secret = "|".join(data["confidence"]["patterns"])
    guard, law = _one_of(data["safeguarding"]["words"]), _one_of(data["restricted"]["words"])

    def words(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    return Words(
        any=rf"(?i)\b(?:{people['relations']}|{guard}|{law})\b|{_BEHALF}|{secret}",
        relation=words(rf"\b(?:{people['relations']})\b"),
        named=re.compile(
            r"(?:['’]s name)?[ ,:(\-]{0,3}(?:(?:is|called|named|Mr|Mrs|Ms|Miss)\.? )?([^\W\d_][\w'’]+)"
        ),
        tells=words(rf"{_THEN}\b(?:{people['tells']})\b"),
        warns=words(rf"{_THEN}\b(?:{people['warns']})\b"),
        by_way=words(rf"\b(?:{people['from']})\W+(?:from|by|per|via|off)\W+(?:\w+\W+){{0,3}}$"),
        lives=words(rf"\b(?:{people['lives']})\b"),
        confidence=words(secret),
        safeguarding=words(rf"\b(?:{guard})\b"),
        restricted=words(rf"\b(?:{law})\b"),
    )


def sort_of(note: str, *, names: bool = False, care: Callable[[str], bool] | None = None) -> int:
    """The most pressing of what a note says of somebody else, 0 where it is nothing.

    `names`: names stay in it. `care` says of a few words whether they are of a family that needs care.

    >>> [sort_of(note) for note in ("In confidence: wife rang", "Seen with mother", "Mr Parkinson, tremor")]
    [6, 0, 0]
    """
    words = review_words()
    if words.confidence.search(note):
        return IN_CONFIDENCE
    best = FROM_ANOTHER if _BEHALF in note.casefold() else 0
    for relation in words.relation.finditer(note):
        start, end = relation.span()
        if words.warns.match(note, end):
            return WARNING
        if best < OF_ANOTHER and _of_life(note, start, end, care):
            best = OF_ANOTHER
        if best < FROM_ANOTHER and (
            words.tells.match(note, end) or words.by_way.search(note[max(start - _NEAR, 0) : start])
        ):
            best = FROM_ANOTHER
        if names and best < NAMED and _names(note, end):
            best = NAMED
    return best


def _of_life(note: str, start: int, end: int, care: Callable[[str], bool] | None) -> bool:
    """Whether the words beside a relation, in its sentence, tell of that person's life."""
    before = _STOPS.split(note[max(start - _NEAR // 2, 0) : start])[-1]
    after = _STOPS.split(note[end : end + _NEAR])[0]
    beside = f"{before}{note[start:end]}{after}"
    return review_words().lives.search(beside) is not None or (care is not None and care(beside))


def _names(note: str, end: int) -> bool:
    """Whether a name follows a relation."""
    found = review_words().named.match(note, end)
    if found is None:
        return False
    word = found[1]
    key = letters_of(word)
    if word.islower() or word.isupper():  # only a name of the lists can be told from a word then
        return key in known_names() and key not in doubtful() and not is_ordinary(word)
    if key in doubtful():
        return key in given() and not is_eponym(note, found.end(), listed=key in eponyms())
    return not is_ordinary(word)


def _one_of(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))
