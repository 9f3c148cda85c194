"""Days in a note, in every spelling; not '6/52', '3/7' or '1/12', which are weeks, days and a month."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.survey.freetext.lexicon import listed
from core.survey.freetext.spans import Span
from core.survey.identifiers import find_dates
from core.survey.identifiers.dates import MONTH, parse_date

_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s{1,2}(?:the\s)?)"
_WEEKDAY_BEFORE = re.compile(rf"\b{_WEEKDAY}$", re.IGNORECASE)
_SAFE_MONTH = (
    r"(?:January|February|April|June|July|August|September|October|November|December|Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec|"
    r"Jun|Jul|Mar|JAN|FEB|MAR|APR|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)"
)
_DAY_MONTH = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)(?:\s+(?:of\s+)?|-)(?i:{MONTH})"  # 12th of june
    rf"|\d{{1,2}}\s?(?:{_SAFE_MONTH}|May|March|MAY|MARCH)"  # 14 Mar
    rf"|\d{{1,2}}\s(?i:january|february|april|june|july|august|september|october|november|december)"
    rf"|\d{{1,2}}-(?i:{MONTH}))\b\.?(?!\s?(?:be|need|help)\b)(?:,?\s?'?(?:(?:19|20)\d\d|\d\d(?!\s?(?:mg|ml|%|/|:)))\b)?"
)
_MONTH_DAY = re.compile(
    rf"\b(?i:{MONTH})\s(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)\b(?:,?\s(?:19|20)\d\d)?|\b{_SAFE_MONTH}\s\d{{1,2}}\b(?!\s?(?:mg|ml|%|/|x|\d))"
)
_MONTH_YEAR = re.compile(rf"\b(?i:{MONTH})\.?,?[\s\-/]{{1,2}}(?:of\s)?(?:(?:19|20)\d\d|'\d\d)\b")
_SLASHED = re.compile(
    r"\b(?P<cue>on|since|from|until|till|due|by|dated|before|after|seen|w/?c|wef|date|appt|appointment|mtg|meeting|court|"
    r"dob|born|review|booked|of|birthday)\W{0,3}(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![/.\d]|\s?(?:tab|of|mg|ml|cap|hr|day|week|month|pain|finger))",
    re.IGNORECASE,
)
_FRACTIONS = frozenset(("7", "12", "52", "24", "10", "5", "6"))
_BIRTH = re.compile(
    r"\b(?:d\.?\s?o\.?\s?b\.?|date of birth|born(?: on)?)\W{0,4}"
    r"(?P<n>\d{6,8}|\d{1,2}[ ./-]\d{1,2}[ ./-]\d{2,4})(?!\d)",
    re.I,
)
_GLUED = re.compile(
    r"(?<![A-Za-z0-9/.-])(?P<n>(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:(?:19|20)\d\d|\d\d))(?=[A-Za-z–—])"
)
_DIGIT = re.compile(r"\d")


def find_days(text: str) -> Iterator[Span]:
    """Every date of a note, with its weekday where one stands before it, and months with their year."""
    if _DIGIT.search(text) is None:
        return
    for found in find_dates(text):
        yield _with_weekday(text, found.start, found.end)
    for pattern in (_DAY_MONTH, _MONTH_DAY, _MONTH_YEAR):
        for match in pattern.finditer(text):
            if _in_month(match.group()):
                yield _with_weekday(text, match.start(), match.end())
    for match in _SLASHED.finditer(text):
        day, month, cue = int(match["d"]), int(match["m"]), match["cue"].casefold()
        if (
            1 <= day <= 31
            and 1 <= month <= 12
            and (
                cue in listed("dated")
                or match["m"] not in _FRACTIONS
                or (month in (5, 6, 10) and day > month)
            )
        ):
            yield Span(match.start("d"), match.end("m"), "date", "date")
    for pattern in (_BIRTH, _GLUED):
        for match in pattern.finditer(text):
            yield Span(match.start("n"), match.end("n"), "date", "date")


def month_of(text: str) -> str | None:
    """'2024-03' for a date of a day, None for what cannot be read as one."""
    found = parse_date(re.sub(r"\s+", " ", re.sub(rf"^{_WEEKDAY}", "", text.strip(), flags=re.IGNORECASE)))
    return None if found is None else f"{found.year:04d}-{found.month:02d}"


def _with_weekday(text: str, start: int, end: int) -> Span:
    before = _WEEKDAY_BEFORE.search(text, max(0, start - 14), start)
    return Span(before.start() if before else start, end, "date", "date")


def _in_month(text: str) -> bool:
    """False for '44 Mar': no day of a month."""
    number = re.search(r"\d{1,2}(?!\d)", text)
    return number is None or int(number.group()) <= 31 or re.search(r"\d{4}", text) is not None
