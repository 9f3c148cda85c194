"""Dates made coarser: only the year, the quarter of a year, or month and year."""

from __future__ import annotations

import re

from core.model import Role
from core.protection.actions.action import BLANK, DATES, Action, Outcome, Run, Setting
from core.survey.identifiers import parse_date

_YEAR = re.compile(r"\s*(1[89]\d\d|20\d\d)\s*")
_MONTH = re.compile(r"\s*((?:1[89]|20)\d\d)-(0[1-9]|1[0-2])\s*")
_QUARTER = re.compile(r"\s*((?:1[89]|20)\d\d)-(Q[1-4])\s*")
#: Days of births are made coarser by `ages`, where the oldest are put together.
_EVENTS = DATES - {Role.DATE_OF_BIRTH}


def _year(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        if plain := _YEAR.fullmatch(text):
            return plain[1], ""
        if plain := _MONTH.fullmatch(text) or _QUARTER.fullmatch(text):
            return plain[1], ""
        day = parse_date(text)
        return BLANK if day is None else (f"{day.year:04d}", "")

    return run


def _month(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        if plain := _MONTH.fullmatch(text):
            return f"{plain[1]}-{plain[2]}", ""
        day = parse_date(text)
        return BLANK if day is None else (f"{day.year:04d}-{day.month:02d}", "")

    return run


def _quarter(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        if plain := _QUARTER.fullmatch(text):
            return f"{plain[1]}-{plain[2]}", ""
        if plain := _MONTH.fullmatch(text):
            return _quarter_of(int(plain[1]), int(plain[2])), ""
        day = parse_date(text)
        return BLANK if day is None else (_quarter_of(day.year, day.month), "")

    return run


def _quarter_of(year: int, month: int) -> str:
    """The quarter of the calendar year: January to March are Q1."""
    return f"{year:04d}-Q{(month + 2) // 3}"


ACTIONS = (
    Action(
        "year",
        "Year only",
        "generalised to the year",
        "Only the year is given.",
        _year,
        "Left blank: the value is not a date that can be read.",
        roles=DATES | {Role.YEAR_OF_BIRTH},
        examples=(("1961-04-12", "1961"), ("12/04/1961", "1961"), ("1961", "1961"), ("spring", None)),
    ),
    Action(
        "month",
        "Month and year only",
        "generalised to the month",
        "Only the month and year are given.",
        _month,
        "Left blank: the value is not a date that can be read.",
        roles=DATES,
        examples=(("2025-11-03", "2025-11"), ("2025-11", "2025-11"), ("soon", None)),
    ),
    Action(
        "quarter",
        "Quarter of the year only",
        "generalised to the quarter of the calendar year",
        "Only the quarter of the year is given; January to March are Q1.",
        _quarter,
        "Left blank: the value is not a date that can be read.",
        roles=_EVENTS,
        examples=(
            ("2025-11-03", "2025-Q4"),
            ("31/03/2025", "2025-Q1"),
            ("2025-11", "2025-Q4"),
            ("2025-Q4", "2025-Q4"),
            ("2025", None),
        ),
    ),
)
