"""Judges that know words: short lists, people's names, address lines, and text that somebody typed."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from core.model import Kind, Role
from core.survey.fields import evidence
from core.survey.fields.values import Column
from core.survey.fields.verdict import Verdict, counted
from core.survey.identifiers import places
from core.survey.identifiers.names import (
    given_names,
    looks_like_full_name,
    looks_like_staff,
    name_parts,
    surnames,
    words_that_are_names,
)
from resources import ROOT


@dataclass(frozen=True)
class _WordList:
    role: Role
    kind: Kind
    says: str
    weight: float
    words: frozenset[str]
    must: frozenset[str]
    has: re.Pattern[str] | None
    must_any: tuple[str, ...]


@cache
def _word_lists() -> tuple[_WordList, ...]:
    data = tomllib.loads((ROOT / "headers" / "values.toml").read_text(encoding="utf-8"))
    return tuple(
        _WordList(
            Role(entry["role"]),
            Kind(entry["kind"]),
            entry["says"],
            entry["weight"],
            frozenset(entry.get("words", ())),
            frozenset(entry.get("must", ())),
            re.compile(r"\b(?:" + "|".join(entry["has"]) + r")\b") if "has" in entry else None,
            tuple(entry.get("must_any", ())),
        )
        for entry in data["values"]
    )


def words(column: Column) -> Verdict | None:
    if column.distinct > 150 or column.words > 8:
        return None
    values = [(value.casefold(), weight) for value, weight in zip(column.seen, column.weights, strict=True)]
    present = {value for value, _ in values}
    for known in _word_lists():
        if known.has is not None:
            if not any(any(must in value for must in known.must_any) for value in present):
                continue
            count = sum(weight for value, weight in values if known.has.search(value))
        else:
            if not present & known.must:
                continue
            count = sum(weight for value, weight in values if value in known.words)
        if count >= 0.85 * column.looked:
            count = min(count, column.looked)
            return counted(column, count, known.says, known.role, known.kind, known.weight, soft=True)
    return None


def address(column: Column) -> Verdict | None:
    count = column.count(places.is_address_line, ("text", "names"))
    if count < max(2, 0.3 * column.looked) or column.words > 14:
        return None
    return counted(column, count, "address lines", Role.ADDRESS, Kind.DIRECT_IDENTIFIER, 0.85, soft=True)


def names(column: Column) -> Verdict | None:
    if column.share("names") < 0.6 or column.words > 5:
        return None
    full = column.count(looks_like_full_name, ("names",))
    if full >= max(2, 0.4 * column.looked):
        staff = column.count(looks_like_staff, ("names",))
        if staff >= 0.6 * column.looked and column.distinct <= max(20, 0.1 * column.filled):
            return counted(
                column, staff, "names with a clinician's title", Role.STAFF_NAME, Kind.STAFF, 0.7, soft=True
            )
        return counted(column, full, "full names", Role.FULL_NAME, Kind.DIRECT_IDENTIFIER, 0.88, soft=True)
    return _single_names(column)


def _single_names(column: Column) -> Verdict | None:
    if column.words > 2.2:
        return None
    ordinary = words_that_are_names()
    last = first = sure = looked = 0
    for position in column.by_form.get("names", ()):
        parts = name_parts(column.seen[position])
        if not parts:
            continue
        looked += 1
        last += parts[-1] in surnames()
        first += parts[0] in given_names()
        sure += (parts[0] in given_names() or parts[-1] in surnames()) and not ordinary.issuperset(parts)
    staff = column.count(looks_like_staff, ("names",))
    if staff >= 0.9 * column.looked and 5 <= 5 * column.distinct <= column.filled:
        what = "names with a clinician's title"
        return counted(column, staff, what, Role.STAFF_NAME, Kind.STAFF, 0.65, soft=True)
    if looked < 3 or max(first, last) < 0.3 * looked or sure < 0.15 * looked:
        return None
    is_first = first >= last
    what = "common given names" if is_first else "common surnames"
    count = first if is_first else last
    return Verdict(
        Role.FORENAME if is_first else Role.SURNAME,
        Kind.DIRECT_IDENTIFIER,
        count / looked,
        min(0.9, 0.5 + 0.4 * count / looked) if looked >= 8 else 0.5,
        (evidence.values_are(count, looked, f"{what} (different values looked at)"),),
        soft=True,
    )


def free_text(column: Column) -> Verdict | None:
    if column.filled < 2:
        return None
    long_and_varied = (column.words >= 5 and column.varied >= 0.4) or (
        column.longest > 120 and column.varied >= 0.2
    )
    if not long_and_varied:
        return None
    said = evidence.text_length(column.words, column.distinct, column.filled)
    return Verdict(Role.NOTE, Kind.FREE_TEXT, 1.0, 0.8, (said,), soft=True)
