"""The vocabulary of headings: resources/headers/*.toml as look-ups, and how a heading is cut into words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from core.model import Kind, Role
from resources import ROOT

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
_LEADING_ID = re.compile(r"^ID(?=[A-Z]+[a-z])")  # TPP: IDAAndEAttendance


@dataclass(frozen=True)
class Meaning:
    """What a heading says. `exact` is True where the whole heading is a phrase of the vocabulary."""

    role: Role
    kind: Kind
    weight: float
    says: str
    exact: bool = False
    phrase: str = ""  # the phrase of the vocabulary that fitted, without blanks
    who: str = ""  # staff, organisation, third_party, patient, or "" where the heading does not say


@dataclass(frozen=True)
class Vocabulary:
    whole: Mapping[str, Meaning]
    ends: Mapping[str, Meaning]
    starts: Mapping[str, Meaning]
    anywhere: Mapping[str, Meaning]
    subjects: Mapping[str, tuple[str, str]]  # phrase -> who, says
    tables_is: Mapping[str, str]
    tables_has: Mapping[str, str]
    keys: Mapping[tuple[str, str], Meaning]  # (table, header) -> meaning
    words: frozenset[str]  # all that its phrases are made of


@lru_cache(maxsize=20_000)
def header_words(text: str) -> tuple[str, ...]:
    """The words of a heading, lower case: 'D.O.B.' -> dob, 'NHSNumber' -> nhs number, 'GP's' -> gp."""
    text = _LEADING_ID.sub("ID ", text.strip("\ufeff \t"))
    text = _POSSESSIVE.sub("", text).replace("&", " and ").replace("%", " percentage ")
    words: list[str] = []
    letters = ""
    for word in _WORDS.findall(text):
        word = word.casefold()
        if len(word) == 1 and word.isalpha():
            letters += word
            continue
        if letters == "e" and word in {"mail", "mails"}:
            word = "email"
        elif letters:
            words.append(letters)
        letters = ""
        words.append(word)
    if letters:
        words.append(letters)
    return tuple(words)


def compact(phrase: str) -> str:
    return "".join(header_words(phrase))


@cache
def vocabulary() -> Vocabulary:
    """All of it, read once."""
    return build_vocabulary()


def build_vocabulary(
    keep_file: Callable[[str], bool] = lambda name: True,
    keep_phrase: Callable[[str], bool] = lambda phrase: True,
) -> Vocabulary:
    """The vocabulary of resources/headers. Benchmarks leave files or phrases out, to see what is left."""
    whole: dict[str, Meaning] = {}
    parts: dict[str, dict[str, Meaning]] = {"ends": {}, "starts": {}, "has": {}}
    subjects: dict[str, tuple[str, str]] = {}
    tables_is: dict[str, str] = {}
    tables_has: dict[str, str] = {}
    keys: dict[tuple[str, str], Meaning] = {}
    words: set[str] = set()
    for path in sorted((ROOT / "headers").glob("*.toml")):
        if not keep_file(path.name):
            continue
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in data.get("meaning", ()):
            meaning = Meaning(Role(entry["role"]), Kind(entry["kind"]), entry["weight"], entry["says"])
            for phrase in filter(keep_phrase, entry.get("is", ())):
                words.update(header_words(phrase))
                run_together = compact(phrase)
                whole.setdefault(run_together, replace(meaning, exact=True, phrase=run_together))
            for where, known in parts.items():
                for phrase in filter(keep_phrase, entry.get(where, ())):
                    words.update(header_words(phrase))
                    run_together = compact(phrase)
                    weaker = replace(meaning, weight=meaning.weight * 0.92, phrase=run_together)
                    known.setdefault(run_together, weaker)
        for entry in data.get("subject", ()):
            for phrase in entry["phrases"]:
                words.update(header_words(phrase))
                subjects.setdefault(compact(phrase), (entry["who"], entry["says"]))
        for entry in data.get("table", ()):
            tables_has.update({compact(phrase): entry["who"] for phrase in entry.get("has", ())})
            tables_is.update({compact(phrase): entry["who"] for phrase in entry.get("is", ())})
        for entry in data.get("key", ()):
            meaning = Meaning(Role(entry["role"]), Kind(entry["kind"]), 0.9, entry["says"], exact=True)
            for table in entry["table"]:
                for header in entry["header"]:
                    keys[compact(table), compact(header)] = meaning
    return Vocabulary(
        whole,
        parts["ends"],
        parts["starts"],
        parts["has"],
        subjects,
        tables_is,
        tables_has,
        keys,
        frozenset(words),
    )
