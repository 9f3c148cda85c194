"""Measurements over time, recognised by code or term: what is one, in which unit, and which two are a pair.

The list is data: resources/measurements.toml. What is not understood (no number, a strange unit, an
impossible value) is not drawn; it stands on the page as an item all the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from core.model import Finding, Role
from core.patients.nouns import Point, Series
from core.survey.results import NO_DAY
from resources import ROOT

_NUMBER = re.compile(r"\s*[<>=~]*\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*(\D.*)?", re.DOTALL)
_PAIR = re.compile(r"\s*(\d{2,3})(?:\.\d+)?\s*/\s*(\d{2,3})(?:\.\d+)?\s*(\D.*)?", re.DOTALL)
_AGAIN = re.compile(r" \(\d+\)$")
_NO_UNIT = "none"
WHOLE, UPPER, LOWER = "whole", "upper", "lower"


@dataclass(frozen=True)
class _Turn:
    scale: float
    add: float = 0.0
    below: float = float("inf")


@dataclass(frozen=True)
class _Rule:
    id: str
    title: str
    unit: str
    low: float
    high: float
    pair: bool
    codes: Mapping[str, str]  # code -> part
    terms: tuple[tuple[str, re.Pattern[str]], ...]  # part, words
    never: re.Pattern[str]
    units: Mapping[str, _Turn]


@dataclass(frozen=True)
class Reading:
    """One number of a row: of which series, which part ('whole', 'upper', 'lower') and in which raw field."""

    series: str
    part: str
    value: float
    second: float | None
    position: int


@dataclass(frozen=True)
class Measures:
    """Which fields of a table say what was measured, hold the number and its unit.

    Each group is one value field: (value, unit or -1, the codes and terms just before it)."""

    groups: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    speaking: tuple[int, ...] = ()  # every code and term of the table
    repeats: bool = (
        False  # a report with several entries in a row: a value is only about what is just before it
    )

    def of(self, cells: Mapping[int, str | None], meaning: str = "", code: str = "") -> tuple[Reading, ...]:
        """The readings of a row. `meaning` and `code`: what the export's own dictionary says of its code."""
        found: list[Reading] = []
        for value, unit, before in self.groups:
            text = cells.get(value)
            if not text or not text.strip():
                continue
            said = recognise((*(cells.get(at) or "" for at in before), meaning, code))
            if said is None and not self.repeats:
                said = recognise((*(cells.get(at) or "" for at in self.speaking), meaning, code))
            if said is None:
                continue
            reading = _read(*said, text, (cells.get(unit) or "") if unit >= 0 else "", value)
            if reading is not None:
                found.append(reading)
        return _paired_in_row(found)


def measures_of(findings: Sequence[Finding], values: Sequence[int]) -> Measures:
    """The groups of a table, of the value fields at `values`."""
    groups: list[tuple[int, int, tuple[int, ...]]] = []
    before: list[int] = []
    fresh = True
    for finding in findings:
        if finding.role in (Role.CODE, Role.TERM):
            if not fresh:
                before, fresh = [], True
            before.append(finding.position)
        elif finding.position in values:
            groups.append((finding.position, -1, tuple(before)))
            fresh = False
        elif finding.role is Role.UNIT and groups and groups[-1][1] < 0:
            groups[-1] = (groups[-1][0], finding.position, groups[-1][2])
    speaking = tuple(f.position for f in findings if f.role in (Role.CODE, Role.TERM))
    return Measures(tuple(groups), speaking, any(_AGAIN.search(f.field) for f in findings))


@lru_cache(maxsize=4096)
def recognise(said: tuple[str, ...]) -> tuple[str, str] | None:
    """The series and the part of it that codes and terms of one entry name, None where they name none."""
    words = [text.strip().casefold() for text in said if text.strip()]
    for rule in _rules():
        if any(rule.never.search(text) for text in words):
            continue
        part = next((rule.codes[code] for text in said if (code := _code(text)) in rule.codes), "")
        for name, pattern in rule.terms:
            if (not part or part == WHOLE) and any(pattern.search(text) for text in words):
                part = name
        # 'Systolic' alone, beside a field of a code for both numbers, is its part; 'murmur' is not.
        if part:
            return rule.id, part
    return None


def _code(text: str) -> str:
    """A code without its Read term code ('246A.00') and with the dots that a spreadsheet may have taken."""
    code = text.strip()
    if len(code) == 7 and code[5:].isdigit() and not code.isdigit():
        code = code[:5]
    return code.ljust(5, ".") if len(code) in (3, 4) and code[0].isdigit() else code


def make_series(readings: Sequence[tuple[int, bool, Reading]]) -> tuple[Series, ...]:
    """Series of readings, each with its day and whether it would leave, in the order of the rows."""
    made = []
    for rule in _rules():
        mine = [(day, leaves, r) for day, leaves, r in readings if r.series == rule.id and day != NO_DAY]
        points = [Point(day, r.value, r.second, leaves) for day, leaves, r in mine if r.part == WHOLE]
        if rule.pair:
            points = [point for point in points if point.second is not None] + _paired(mine)
        if points:
            made.append(Series(rule.id, rule.title, rule.unit, tuple(sorted(points, key=lambda p: p.day))))
    return tuple(made)


def _paired(readings: Sequence[tuple[int, bool, Reading]]) -> list[Point]:
    """Upper numbers with the lower ones of the same day, in the order they stand. A lower one alone is no
    point."""
    lower: dict[int, list[tuple[bool, float]]] = {}
    for day, leaves, reading in readings:
        if reading.part == LOWER:
            lower.setdefault(day, []).append((leaves, reading.value))
    points = []
    for day, leaves, reading in readings:
        if reading.part == UPPER:
            rest = lower.get(day)
            also, second = rest.pop(0) if rest else (False, None)
            points.append(Point(day, reading.value, second, leaves or also))
    return points


def _paired_in_row(found: list[Reading]) -> tuple[Reading, ...]:
    """Two numbers of one pair in one row are one reading."""
    for rule in _rules():
        if not rule.pair:
            continue
        mine = [r for r in found if r.series == rule.id and r.second is None]
        upper, lower = ([r for r in mine if r.part == part] for part in (UPPER, LOWER))
        whole = [r for r in mine if r.part == WHOLE]
        if len(whole) == 2 and not upper and not lower:
            lower, upper = ([r] for r in sorted(whole, key=lambda r: r.value))
        if len(upper) == 1 and len(lower) == 1:
            both = Reading(rule.id, WHOLE, upper[0].value, lower[0].value, upper[0].position)
            found = [r for r in found if r not in mine] + [both]
    return tuple(found)


def _read(series: str, part: str, text: str, unit: str, position: int) -> Reading | None:
    rule = next(rule for rule in _rules() if rule.id == series)
    if rule.pair and (two := _PAIR.fullmatch(text)):
        upper, lower = float(two[1]), float(two[2])
        if rule.low <= lower < upper <= rule.high:
            return Reading(series, WHOLE, upper, lower, position)
        return None
    number = _NUMBER.fullmatch(text)
    if number is None:
        return None
    value = float(number[1].replace(",", ""))
    written = (number[2] or unit).strip().casefold()
    turn = rule.units.get(written or _NO_UNIT)
    if turn is None or value >= turn.below:
        if written:
            return None
        turn = _Turn(1.0)
    value = value * turn.scale + turn.add
    if not rule.low <= value <= rule.high:
        return None
    return Reading(series, part, round(value, 2), None, position)


@cache
def _rules() -> tuple[_Rule, ...]:
    data = tomllib.loads((ROOT / "measurements.toml").read_text(encoding="utf-8"))
    return tuple(_rule(entry) for entry in data["series"])


def _rule(entry: Mapping[str, object]) -> _Rule:
    def names(key: str) -> list[str]:
        found = entry.get(key, [])
        assert isinstance(found, list)
        return found

    parts = (("upper_", UPPER), ("lower_", LOWER), ("", WHOLE))
    units = {str(unit): _Turn(float(scale)) for unit, scale in dict(entry["units"]).items()}  # type: ignore[call-overload]
    for unit, turn in dict(entry.get("turned", {})).items():  # type: ignore[call-overload]
        units[str(unit)] = _Turn(**turn)
    return _Rule(
        id=str(entry["id"]),
        title=str(entry["title"]),
        unit=str(entry["unit"]),
        low=float(str(entry["low"])),
        high=float(str(entry["high"])),
        pair=bool(entry.get("pair", False)),
        codes={code: part for prefix, part in reversed(parts) for code in names(f"{prefix}codes")},
        terms=tuple(
            (part, _whole_words(names(f"{prefix}terms"))) for prefix, part in parts if names(f"{prefix}terms")
        ),
        never=_whole_words(names("never")),
        units=units,
    )


def _whole_words(patterns: Sequence[str]) -> re.Pattern[str]:
    made = "|".join(re.escape(p).replace(r"\*", r"\w*") for p in patterns)
    return re.compile(rf"(?<!\w)(?:{made})(?!\w)")
