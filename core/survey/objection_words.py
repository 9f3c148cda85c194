"""Objections that a term tells in other words than a listed code's: 'Type 1 opt-out', a term cut short.

They are made and never withdrawn: what is in doubt is decided on the side of the patient. That where the
patient lives is confidential is heeded in notes and other texts too, clause by clause: an export has no other
sign of it where nobody set the flag.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.survey.codes.term_words import normalise_term
from core.survey.results import OBJECTIONS
from resources import ROOT

_GAP = r"(?:\w+ ){0,3}"
#: A meaning that is heeded in any text, and not in terms only.
IN_TEXTS = "confidential_flag"
#: Where one statement of a note ends: 'Confidential address. No allergies' denies nothing of the address.
_CLAUSE = re.compile(r"[.;,!?]+|\s[-–—]+\s|\n\s*\n|\b(?:but|and)\b", re.IGNORECASE)


def objection_in_words(term: str) -> str:
    """The objection a term makes, a name of OBJECTIONS; "" where it makes none.

    >>> objection_in_words("Type 1 opt-out"), objection_in_words("Type 1 opt-out withdrawn")
    ('type1_dissent', '')
    """
    maybe, by_meaning = _patterns()
    words = normalise_term(term).lower()
    if maybe.search(words) is None:
        return ""
    for meaning, said in by_meaning.items():
        if confidential_in_text(term) if meaning == IN_TEXTS else said.by(words):
            return meaning
    return ""


def confidential_in_text(text: str) -> bool:
    """Whether a text of any length says that where the patient lives is confidential.

    >>> [confidential_in_text(text) for text in ("Well. Address confidential.", "Address checked")]
    [True, False]
    """
    if not _may_be_confidential(text):
        return False
    said = _patterns()[1][IN_TEXTS]
    clauses = (clause for clause in _CLAUSE.split(text) if _may_be_confidential(clause))
    return any(said.by(normalise_term(clause).lower()) for clause in clauses)


#: Every phrase of IN_TEXTS has one of these words ...
_SELDOM = frozenset(
    [
        "confidential",
        "withheld",
        "hidden",
        "suppressed",
        "protected",
        "protection",
        "secret",
        "refuge",
        "safe",
        "disclose",
        "disclosed",
        "whereabouts",
        "reveal",
        "revealed",
    ]
)
#: ... and, so that a safe journey and a secret are not looked at any closer, one of these places ...
_PLACES = frozenset(["address", "addresses", "address*", "whereabouts"])
#: ... or else one of these, which say it by themselves.
_BY_ITSELF = ("refuge", "safe house", "witness protection")
_SELDOM_WORD = re.compile("|".join(sorted(_SELDOM)), re.IGNORECASE)
_PLACE_WORD = re.compile("address|whereabouts", re.IGNORECASE)
_ALONE = "|".join(words.replace(" ", r"\W+") for words in _BY_ITSELF)
_ALONE_WORDS = re.compile(_ALONE, re.IGNORECASE)


def _may_be_confidential(text: str) -> bool:
    """The quick look that most texts need: in time with their length."""
    if _ALONE_WORDS.search(text) is not None:
        return True
    return _SELDOM_WORD.search(text) is not None and _PLACE_WORD.search(text) is not None


def rough_confidential() -> str:
    """A pattern for Arrow's engine: finds every text that `confidential_in_text` may find something in."""
    seldom, places = _SELDOM_WORD.pattern, _PLACE_WORD.pattern
    return rf"(?is:{_ALONE}|(?:{seldom}).*(?:{places})|(?:{places}).*(?:{seldom}))"


def _is_looked_for(phrase: str) -> bool:
    words = phrase.split()
    by_both = not _SELDOM.isdisjoint(words) and not _PLACES.isdisjoint(words)
    return by_both or any(one in phrase for one in _BY_ITSELF)


#: Every phrase of the other meanings has one of these.
_SPEAKING = (
    *("dissent", r"opt\w* out", "opted out", "objection", "t1oo", "data sharing", "share", "sharing"),
    *("ndoo", "secondary use", "data used", "not for research"),
)
#: As they stand in a text, with any marks between the words, for Arrow's engine. A column is searched as one
#: run, so that no word of it begins or ends.
_SPEAKING_ROUGHLY = (
    *(r"dissent", r"opt\w*\W+out", r"objection", r"t1oo", r"data\W+shar", r"ndoo"),
    *(r"shar\w+\W+(?:\w+\W+){0,3}(?:data|research)", r"secondary\W+use", r"data\W+used"),
    r"not\W+for\W+research",
)
_STATEMENT = 80


def rough_statement() -> str:
    """A pattern for Arrow's engine: finds every text that `objection_stated` may find something in."""
    return f"(?i:{'|'.join(_SPEAKING_ROUGHLY)})"


def objection_stated(text: str) -> str:
    """The objection that a text of any field makes in words, where it is one short statement: a note that
    tells of a talk makes none. A name of OBJECTIONS, "" for none.

    >>> [objection_stated(text) for text in ("Type 1 opt-out", "Asked about the opt-out")]
    ['type1_dissent', '']
    """
    return objection_in_words(text) if len(text) <= _STATEMENT else ""


@dataclass(frozen=True)
class _Said:
    """How a meaning is said, and what takes it back."""

    made: re.Pattern[str]
    unless: re.Pattern[str]

    def by(self, words: str) -> bool:
        return self.made.search(words) is not None and self.unless.search(words) is None


@cache
def _data() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((ROOT / "codelists" / "objection_words.toml").read_text(encoding="utf-8"))


@cache
def _patterns() -> tuple[re.Pattern[str], Mapping[str, _Said]]:
    data = dict(_data())
    always = data.pop("unless")["words"]
    if unknown := set(data) - set(OBJECTIONS):
        raise ValueError(f"resources/codelists/objection_words.toml: {sorted(unknown)}")
    if torn := [phrase for phrase in data[IN_TEXTS]["words"] if not _is_looked_for(phrase)]:
        raise ValueError(f"resources/codelists/objection_words.toml: {torn}")
    by_meaning = {
        meaning: _Said(_any_of(data[meaning]["words"]), _any_of(data[meaning].get("unless", always)))
        for meaning in OBJECTIONS
        if meaning in data
    }
    seldom = "|".join(sorted(_SELDOM))
    return re.compile(rf"{'|'.join(_SPEAKING)}|{seldom}"), by_meaning


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    """A pattern that finds any of the phrases among words with one blank between and around them."""
    made = (
        re.escape(p).replace(r"\ \.\.\.\ ", rf" {_GAP}").replace(r"\*", r"\w*").replace(r"\ ", " ")
        for p in phrases
    )
    return re.compile(rf" (?:{'|'.join(made)}) ")
