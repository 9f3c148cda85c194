"""Dates in every format seen in practice exports, day first.

`parse_date` reads one text; `days_of` reads a column of distinct texts at array speed and falls back to
`parse_date` for what is unusual. Both agree on every text (a test holds them together).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

NO_DAY = np.iinfo(np.int32).min

#: A two-digit year up to this one is of this century, a later one of the last (as the widely used
#: OpenPseudonymiser reads them). Fixed, not 'today', so that the same file always reads the same.
TWO_DIGIT_PIVOT = 29

#: What systems write where they know no date.
DEFAULT_DATES = frozenset({date(1, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(9999, 12, 31)})

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TIME = (
    r"(?:[T ,]\s*\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?\s*(?:[ap]\.?m\.?)?(?:Z|[+-]\d{2}:?\d{2})?"
    r"|T\d{4}(?:\d{2})?Z?)?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"

_ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.IGNORECASE)
_NUMERIC = re.compile(
    rf"(\d{{1,2}})\s?([-/.\\ ])\s?(\d{{1,2}})\s?[-/.\\ ]\s?(\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4}(?:\d{2})?Z?)?", re.IGNORECASE)
_NAMED = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[-/.,\s]*({MONTH})\.?[-/.,\s]*'?(\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_NAMED_US = re.compile(
    rf"{_WEEKDAY}({MONTH})\.?[-/.\s]+(\d{{1,2}})(?:st|nd|rd|th)?,?[-/.\s]+(\d{{4}}){_TIME}", re.IGNORECASE
)
_NAMED_ISO = re.compile(rf"(\d{{4}})[-/.\s]({MONTH})[-/.\s](\d{{1,2}}){_TIME}", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-4])[:.][0-5]\d(?:[:.][0-5]\d(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?", re.IGNORECASE
)
_TWO_DIGITS = re.compile(rf"\d{{1,2}}[-/.\s\\](?:\d{{1,2}}|{MONTH})[-/.\s\\]'?\d{{2}}(?!\d)", re.IGNORECASE)


def parse_date(text: str) -> date | None:
    """The day a text names, else None. Times are accepted and dropped.

    Day first; a text that can only be month first (02/24/1975) is read so. Two-digit years: see
    TWO_DIGIT_PIVOT. A system's 'no date' (1899-12-31, 0001-01-01, 9999-12-31) is None: see
    `is_default_date`. Years outside 1800-2099 are None.
    """
    found = _read(text)
    return None if found is None or found in DEFAULT_DATES or not 1800 <= found.year <= 2099 else found


def is_default_date(text: str) -> bool:
    """True where the text is a system's way of writing 'no date'."""
    return _read(text) in DEFAULT_DATES


def is_clock_time(text: str) -> bool:
    """True for a time of day without a date: '09:30', '09:30:00'."""
    return _CLOCK.fullmatch(text.strip()) is not None


def has_two_digit_year(text: str) -> bool:
    """True where the year has two digits, so that 1925 and 2025 are written alike."""
    return _TWO_DIGITS.match(text.strip()) is not None


@lru_cache(maxsize=100_000)
def _read(text: str) -> date | None:
    text = text.strip().strip("'")
    if not 6 <= len(text) <= 40:
        return None
    match = _ISO.fullmatch(text)
    if match:
        return _date(int(match[1]), int(match[3]), int(match[4]))
    match = _NUMERIC.fullmatch(text)
    if match:
        first, second, year = int(match[1]), int(match[3]), _full_year(match[4])
        return _date(year, second, first) or (_date(year, first, second) if second > 12 else None)
    match = _COMPACT.fullmatch(text)
    if match:
        return _date(int(match[1]), int(match[2]), int(match[3])) if match[1][:2] in _CENTURIES else None
    match = _NAMED.fullmatch(text)
    if match:
        return _date(_full_year(match[3]), _MONTHS[match[2].casefold()], int(match[1]))
    match = _NAMED_US.fullmatch(text)
    if match:
        return _date(int(match[3]), _MONTHS[match[1].casefold()], int(match[2]))
    match = _NAMED_ISO.fullmatch(text)
    if match:
        return _date(int(match[1]), _MONTHS[match[2].casefold()], int(match[3]))
    return None


_CENTURIES = frozenset({"18", "19", "20"})


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year <= TWO_DIGIT_PIVOT else 1900 + year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_EPOCH = date(1970, 1, 1).toordinal()
_FORBIDDEN_DAYS = sorted(d.toordinal() - _EPOCH for d in DEFAULT_DATES)

# Fixed layouts read at array speed: d, m, y stand for a digit of day, month, year; ? is any byte (the time),
# s one of - / . and bbb an English month in three letters.
_LAYOUTS: dict[int, tuple[str, ...]] = {
    8: ("yyyymmdd",),
    10: ("yyyysmmsdd", "ddsmmsyyyy"),
    11: ("ddsbbbsyyyy",),
    16: ("yyyysmmsdd #?:??", "ddsmmsyyyy #?:??"),
    19: ("yyyysmmsdd #?:??:??", "ddsmmsyyyy #?:??:??"),
    20: ("ddsbbbsyyyy #?:??:??",),
}
_MONTH_KEYS = {sum(b << (8 * i) for i, b in enumerate(name[:3].encode())): n for name, n in _MONTHS.items()}


def days_of(texts: Sequence[str | None] | pa.Array) -> npt.NDArray[np.int32]:
    """Days since 1970-01-01 of each text, NO_DAY where `parse_date` finds no date.

    Meant for the distinct values of a column. Uniform columns cost some 100 ns a value.
    """
    array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    if isinstance(array, pa.DictionaryArray):
        raise TypeError("days_of takes distinct values; give it the dictionary")
    out = np.full(len(array), NO_DAY, dtype=np.int32)
    if len(array) == 0:
        return out
    lengths = pc.fill_null(pc.binary_length(array), 0).to_numpy(zero_copy_only=False)
    left = lengths >= 6
    if len(array) >= 32:
        for width, layouts in _LAYOUTS.items():
            where = np.flatnonzero(lengths == width)
            if len(where) == 0:
                continue
            chosen = array if len(where) == len(array) else array.take(pa.array(where))
            cells = np.ascontiguousarray(_bytes_of(chosen, width).T)
            for layout in layouts:
                days, good = _read_layout(cells, layout)
                out[where[good]] = days[good]
                left[where[good]] = False
                if good.all():
                    break
                where, cells = where[~good], cells[:, ~good]
    rest = np.flatnonzero(left)
    if len(rest):
        found = [parse_date(text) for text in array.take(pa.array(rest)).to_pylist()]
        out[rest] = [NO_DAY if day is None else day.toordinal() - _EPOCH for day in found]
    return out


def _bytes_of(array: pa.Array, width: int) -> npt.NDArray[np.uint8]:
    """The bytes of an array whose values are all `width` bytes long, one row a value."""
    data = pa.concat_arrays([array.cast(pa.binary())]).cast(pa.binary(width)).buffers()[1]
    return np.frombuffer(data, dtype=np.uint8, count=len(array) * width).reshape(len(array), width)


def _read_layout(
    cells: npt.NDArray[np.uint8], layout: str
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Days by one fixed layout, and which cells have it. `cells` has one row a character."""
    count = cells.shape[1]
    good = np.ones(count, dtype=np.bool_)
    parts = {what: np.zeros(count, np.int32) for what in "ymd"}
    named = "bbb" in layout
    separators = b"- /." if named else b"-/."
    first = layout.index("s") if "s" in layout else 0
    for i, what in enumerate(layout):
        column = cells[i]
        if what in "ymd":
            digit = column - np.uint8(48)  # wraps round below '0'
            good &= digit <= 9
            parts[what] *= 10
            parts[what] += digit
        elif what == "s" and (named or i == first):
            good &= np.isin(column, np.frombuffer(separators, np.uint8))
        elif what == "s":
            good &= column == cells[first]
        elif what in "#?":
            good &= (column - np.uint8(48)) <= 9
        elif what == " " and layout.startswith("y"):
            good &= (column == 32) | (column == ord("T"))
        elif what != "b":
            good &= column == ord(what)
    if named:
        start = layout.index("b")
        key = np.zeros(count, np.int32)
        for i in range(3):
            key |= (cells[start + i] | 32).astype(np.int32) << (8 * i)
        for wanted, number in _MONTH_KEYS.items():
            parts["m"][key == wanted] = number
    return _civil_days(parts["y"], parts["m"], parts["d"], good)


_MONTH_LENGTHS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int32)


def _civil_days(
    year: npt.NDArray[np.int32],
    month: npt.NDArray[np.int32],
    day: npt.NDArray[np.int32],
    good: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Days since 1970-01-01 of proleptic Gregorian dates, and which are real.

    Source: H. Hinnant, 'chrono-compatible low-level date algorithms', days_from_civil."""
    good = good & (year >= 1800) & (year <= 2099) & (month >= 1) & (month <= 12) & (day >= 1)
    month = np.where(good, month, 1).astype(np.int32)
    good &= day <= _MONTH_LENGTHS[month - 1]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good &= leap | (month != 2) | (day <= 28)
    shifted = year - (month <= 2)
    century = shifted // 400
    of_era = shifted - century * 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    days = century * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
    for forbidden in _FORBIDDEN_DAYS:
        good &= days != forbidden
    return days.astype(np.int32), good


def month_first(texts: Sequence[str]) -> bool:
    """True where a column's dates can only be month first: a middle number above 12, and no first one."""
    first_over, second_over = False, False
    for text in texts:
        match = _NUMERIC.fullmatch(text.strip())
        if match:
            first_over |= int(match[1]) > 12
            second_over |= int(match[3]) > 12
    return second_over and not first_over
