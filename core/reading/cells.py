"""A workbook's cell as text, the way a person reading the sheet would write it down.

Dates are YYYY-MM-DD, with HH:MM:SS after it where the cell has a time; whole numbers have no decimal point;
TRUE and FALSE; errors as Excel shows them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from core.reading.containers import column_number

_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?P<attributes>[^>]*[^/>])>(?P<inside>(?:(?!</(?:\w+:)?c>).)*)</(?:\w+:)?c>", re.DOTALL
)
_LONG = re.compile(rb"v>-?(?:\d{16}|\d[\d.]*[Ee]\+?(?:1[5-9]|[2-9]\d|\d{3}))")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')
#: Beyond 15 digits a number in memory is no longer the number that was stored.
EXACT = 1e15


def text_of(value: object) -> str | None:
    """The text of a value as calamine gives it, None for an empty cell."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        moment = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return str(moment) if moment.time() != time(0) else str(moment.date())
    if isinstance(value, date):
        return str(value)
    if isinstance(value, time):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value) if value is not None else None


def number_text(value: float) -> str:
    """A number without a needless decimal point or exponent."""
    if value.is_integer():
        return str(int(value))
    return repr(value).upper().replace("E-0", "E-").replace("E+0", "E+")


def has_long_numbers(xml: bytes) -> bool:
    """Whether a sheet may store numbers of 16 digits and more."""
    return _LONG.search(xml) is not None


def needs_stored(xml: bytes, styles: Mapping[int, str]) -> bool:
    """Whether a sheet may hold cells that calamine changes: errors, long numbers, shown leading zeros."""
    if b't="e"' in xml or has_long_numbers(xml):
        return True
    return any(b's="%d"' % style in xml for style in styles)


def stored_texts(xml: bytes, styles: Mapping[int, str]) -> dict[tuple[int, int], str]:
    """(row, column), 0-based -> text, of the cells that calamine changes."""
    found: dict[tuple[int, int], str] = {}
    for match in _CELL.finditer(xml):
        attributes = match["attributes"]
        kind = _TYPE.search(attributes)
        if kind and kind[1] not in (b"e", b"n"):
            continue
        stored = _VALUE.search(match["inside"])
        where = _REFERENCE.search(attributes)
        if not stored or not where:
            continue
        raw = stored[1].decode("utf-8", "replace").strip()
        if kind and kind[1] == b"e":
            text = raw
        else:
            style = _STYLE.search(attributes)
            shape = styles.get(int(style[1])) if style else None
            changed = _shown(raw, shape) if shape else _long(raw)
            if changed is None:
                continue
            text = changed
        found[int(where[2]) - 1, column_number(where[1]) - 1] = text
    return found


def _shown(raw: str, shape: str) -> str | None:
    """A whole number in a format such as 000 000 0000."""
    whole = _whole(raw)
    if whole is None or whole < 0:
        return _long(raw)
    digits = str(whole).rjust(shape.count("0"), "0")
    extra = len(digits) - shape.count("0")
    rest = iter(digits[extra:])
    shown = "".join(next(rest) if ch == "0" else ch for ch in shape)
    first = shown.find(digits[extra]) if extra else 0
    return shown[:first] + digits[:extra] + shown[first:]


def _long(raw: str) -> str | None:
    """A whole number of 16 digits and more as it is stored; None for any other."""
    whole = _whole(raw)
    return str(whole) if whole is not None and abs(whole) >= EXACT else None


def _whole(raw: str) -> int | None:
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 40 or number != number.to_integral_value():
        return None
    return int(number)
