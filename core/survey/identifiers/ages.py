"""Ages as clinicians write them, and days written as a plain number by a spreadsheet or a program."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from core.survey.identifiers.folding import folded

_UNIT_DAYS = {"y": 365.25, "m": 30.44, "w": 7.0, "d": 1.0}
_PART = (
    r"(\d{1,3}(?:\.\d)?)\s?(years?|yrs?|y/?o|y|months?|mths?|mo|m|weeks?|wks?|wk|w|days?|d)"
    r"(?:\s?old|\s?of age)?\.?"
)
_PARTS = re.compile(
    rf"(?:aged?:?\s*)?{_PART}(?:[\s,&+]*(?:and\s)?{_PART})?(?:[\s,&+]*(?:and\s)?{_PART})?", re.IGNORECASE
)
_FRACTION = re.compile(r"(\d{1,3})/(7|52|12)(?:\s?old)?", re.IGNORECASE)
_PLAIN = re.compile(r"(?:aged?:?\s*)?(\d{1,3})(?:\.0+)?")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?", re.IGNORECASE)
_SERIAL = re.compile(r"(\d{4,5})(?:[.,]\d{1,12})?")
_EPOCH = re.compile(r"-?\d{9,10}(?:\.\d+)?|-?\d{12,13}")
_DURATION = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.IGNORECASE)


def age_in_days(text: str) -> int | None:
    """The days of an age in words or in a clinician's short form, else None.

    '34', '34 years', '3y 4m', '6/52' (weeks), '3/12' (months), '5/7' (days), 'P3Y4M'. Bare numbers are
    years. Ages over 125 years are None. A '6/52' in a note is as often a time to the next visit.
    """
    text = folded(text).strip()
    if match := _FRACTION.fullmatch(text):
        unit = {"7": "d", "52": "w", "12": "m"}[match.group(2)]
        days = int(match.group(1)) * _UNIT_DAYS[unit]
    elif match := _PARTS.fullmatch(text):
        groups = match.groups()
        pairs = [(n, u) for n, u in zip(groups[::2], groups[1::2], strict=True) if n]
        units = [u[0].lower() for _, u in pairs]
        if len(set(units)) != len(units):
            return None
        days = sum(float(n) * _UNIT_DAYS[u] for (n, _), u in zip(pairs, units, strict=True))
    elif match := _DURATION.fullmatch(text):
        days = sum(int(n or 0) * _UNIT_DAYS[u] for n, u in zip(match.groups(), "ymwd", strict=True))
    elif match := _PLAIN.fullmatch(text):
        days = int(match.group(1)) * _UNIT_DAYS["y"]
    else:
        return None
    return int(days) if days <= 125 * 365.25 else None


def is_written_age(text: str) -> bool:
    """True for an age with its unit ('3y 4m', '6/52', '34 years'), not for a bare number."""
    text = folded(text).strip()
    return not _PLAIN.fullmatch(text) and age_in_days(text) is not None


def week_day(text: str) -> date | None:
    """The day of an ISO week ('1973-W48-4'; a Monday where no day is given), else None. Source: ISO 8601."""
    match = _WEEK.fullmatch(folded(text).strip())
    if match is None or not 1800 <= int(match.group(1)) <= 2099:
        return None
    try:
        return date.fromisocalendar(int(match.group(1)), int(match.group(2)), int(match.group(3) or 1))
    except ValueError:
        return None


def serial_day(text: str) -> date | None:
    """The day of a spreadsheet's day number, else None: 26997 is 1973-11-29.

    Only numbers of 1905 to 2079 are read (1,828 to 65,380), and only where a caller knows that the
    column holds days: a column of numbers may be anything. Source: Excel's 1900 date system."""
    match = _SERIAL.fullmatch(folded(text).strip())
    if match is None or not 1_828 <= int(match.group(1)) <= 65_380:
        return None
    return date(1899, 12, 30) + timedelta(days=int(match.group(1)))


def epoch_day(text: str) -> date | None:
    """The day of a program's clock: seconds (9 or 10 digits) or milliseconds (12, 13) since 1970, else None.

    Births before 1970 are negative. Ten digits may as well be an NHS number: only a column can tell."""
    text = folded(text).strip()
    if _EPOCH.fullmatch(text) is None:
        return None
    count = float(text)
    seconds = count / 1000 if len(text.lstrip("-").split(".")[0]) >= 12 else count
    try:
        found = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).date()
    except OverflowError:
        return None
    return found if 1900 <= found.year <= 2099 else None
