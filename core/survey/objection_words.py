"""Objections that a term tells in other words than a listed code's: 'Type 1 opt-out', a term cut short.

They are made and never withdrawn: what is in doubt is decided on the side of the patient.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

from core.survey.codes.term_words import normalise_term
from core.survey.results import OBJECTIONS
from resources import ROOT

_GAP = r"(?:\w+ ){0,3}"


def objection_in_words(term: str) -> str:
    """The objection a term makes, a name of OBJECTIONS; "" where it makes none.

    >>> objection_in_words("Type 1 opt-out"), objection_in_words("Type 1 opt-out withdrawn")
    ('type1_dissent', '')
    """
    maybe, by_meaning, unless = _patterns()
    words = normalise_term(term).lower()
    if maybe.search(words) is None or unless.search(words) is not None:
        return ""
    return next((meaning for meaning, pattern in by_meaning if pattern.search(words)), "")


@cache
def _patterns() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...], re.Pattern[str]]:
    data = tomllib.loads((ROOT / "codelists" / "objection_words.toml").read_text(encoding="utf-8"))
    unless = _any_of(data.pop("unless")["words"])
    if unknown := set(data) - set(OBJECTIONS):
        raise ValueError(f"resources/codelists/objection_words.toml: {sorted(unknown)}")
    by_meaning = tuple(
        (meaning, _any_of(data[meaning]["words"])) for meaning in OBJECTIONS if meaning in data
    )
    return re.compile(r"dissent|opt\w* out|objection|t1oo|data sharing|share"), by_meaning, unless


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    """A pattern that finds any of the phrases among words with one blank between and around them."""
    made = (
        re.escape(p).replace(r"\ \.\.\.\ ", rf" {_GAP}").replace(r"\*", r"\w*").replace(r"\ ", " ")
        for p in phrases
    )
    return re.compile(rf" (?:{'|'.join(made)}) ")
