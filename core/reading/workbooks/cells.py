"""A workbook's cell as text, the way a person reading the sheet would write it down.

Dates are YYYY-MM-DD, with HH:MM:SS after it where the cell has a time; whole numbers have no decimal point;
TRUE and FALSE; errors as Excel shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from core.reading.workbooks.containers_sheet import tag_start

_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?P<attributes>[^>]*[^/>])>(?P<inside>(?:(?!</(?:\w+:)?c>).)*)</(?:\w+:)?c>", re.DOTALL
)
_LONG = re.compile(rb"v>-?(?:\d{16}|\d[\d.]*[Ee]\+?(?:1[5-9]|[2-9]\d|\d{3}))")
# All that `_long` may keep: a superset of _LONG, and cheap to look for.
_MAY_BE_LONG = re.compile(rb"v>\s*[-+]?(?:\d{16}|[\d.]+[Ee]\+?\d)")
_ERROR = re.compile(rb't="e"')
_CELL_OR_ROW = re.compile(rb"<(?:\w+:)?c\s|</?(?:\w+:)?row\b")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_TAGS = (b"<c ", b"<c>", b"<c/", b":c ", b"<row ", b"<row>", b":row ")
_ROW_OR_CELL = re.compile(rb"(<(?:[\w.-]+:)?(c|row)(?=[\s/>]))([^<>/]*)")
_PLACE = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')
_LONGEST_CELL = 128 << 10
#: Beyond 15 digits a number in memory is no longer the number that was stored.
EXACT = 1e15


def _letters(column: int) -> bytes:
    text = b""
    while column:
        column, rest = divmod(column - 1, 26)
        text = bytes([65 + rest]) + text
    return text


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def with_references(cells: bytes) -> bytes:
    """A sheet's cells, each with the reference that some writers leave out: it follows from the order."""
    if cells.count(b' r="') >= sum(cells.count(tag) for tag in _TAGS):
        return cells
    row = column = 0

    def placed(tag: re.Match[bytes]) -> bytes:
        nonlocal row, column
        found = _PLACE.search(tag[3])
        if tag[2] == b"row":
            row = int(found[2]) if found else row + 1
            column = 0
            return tag[0]
        column = column_number(found[1]) if found and found[1] else column + 1
        if found:
            return tag[0]
        return b'%s r="%s%d"%s' % (tag[1], _letters(column), row, tag[3]) + tag[0][tag.end(3) - tag.start() :]

    return _ROW_OR_CELL.sub(placed, cells)


def text_of(value: object) -> str | None:
    """The text of a value as calamine gives it, None for an empty cell."""
    if type(value) is float:  # the commonest by far; text is seen to by the caller
        return number_text(value)
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


def needs_stored(xml: bytes, styles: Mapping[int, str], *, long: bool) -> bool:
    """Whether a sheet may hold cells that calamine changes: errors, long numbers, shown leading zeros."""
    if long or b't="e"' in xml:
        return True
    return any(b's="%d"' % style in xml for style in styles)


def stored_texts(xml: bytes, styles: Mapping[int, str]) -> dict[tuple[int, int], str]:
    """(row, column), 0-based -> text, of the cells that calamine changes."""
    found: dict[tuple[int, int], str] = {}
    for match in _cells_to_read(xml, styles):
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
            changed = shown(raw, shape) if shape else _long(raw)
            if changed is None:
                continue
            text = changed
        found[int(where[2]) - 1, column_number(where[1]) - 1] = text
    return found


def _cells_to_read(xml: bytes, styles: Mapping[int, str]) -> Iterator[re.Match[bytes]]:
    """The cells that calamine may change, found by what marks them: to take every cell apart costs more
    than all the rest of opening a workbook."""
    in_tag = [_ERROR]
    if styles:
        in_tag.append(re.compile(rb's="(?:' + b"|".join(b"%d" % style for style in styles) + rb')"'))
    for mark in in_tag:
        for hit in mark.finditer(xml):
            cell = _CELL.match(xml, max(tag_start(xml, hit.start()), 0))
            if cell is not None:
                yield cell
    for hit in _MAY_BE_LONG.finditer(xml):
        first = max(0, hit.start() - _LONGEST_CELL)
        at = xml.rfind(b"<", first, hit.start())
        while at >= 0 and not _CELL_OR_ROW.match(xml, at):
            at = xml.rfind(b"<", first, at)
        cell = _CELL.match(xml, max(at, 0))
        if cell is not None and cell.end() > hit.start():
            yield cell


def shown(raw: str, shape: str) -> str | None:
    """A whole number in a format such as 000 000 0000."""
    whole = _whole(raw)
    if whole is None or whole < 0:
        return _long(raw)
    if not shape.strip("0"):
        return str(whole).zfill(len(shape))
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
    if len(raw) <= 40 and raw.isascii() and raw.isdigit():
        return int(raw)
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 40 or number != number.to_integral_value():
        return None
    return int(number)
