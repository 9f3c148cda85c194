"""The records of an old workbook's stream (BIFF8 and its forerunner), as far as they say what is shown.

A record is a number, a size and so many bytes. Sheets start where the workbook's list of them says and end
with an EOF record; charts lie nested inside them. ([MS-XLS] 2.1.4, 2.4)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.reading.workbooks.containers_styles import (
    WHITE,
    Colour,
    alike,
    holds_text,
    leading_zero_shape,
    palette_colour,
    shows_nothing,
)

BOF, EOF, CONTINUE = (0x809, 0x409, 0x209, 0x009), 0x0A, 0x3C
FORMULA, NUMBER, RK, MULRK, LABEL, LABELSST, RSTRING, BOOLERR = (
    6,
    0x203,
    0x27E,
    0xBD,
    0x204,
    0xFD,
    0xD6,
    0x205,
)
CELLS = frozenset((FORMULA, NUMBER, RK, MULRK, LABEL, LABELSST, RSTRING, BOOLERR))
_STATES = {0: "visible", 1: "hidden", 2: "veryHidden"}
_ROW_AND_MORE = struct.Struct("<HHH")
_HEAD = struct.Struct("<HH")
_TINY = 3 * 20

Record = tuple[int, int, int, int]  # number, offset of its bytes, size, how deep it is nested


@dataclass(frozen=True)
class BoundSheet:
    """One sheet in the workbook's list. `kind` is 0 for a sheet of cells."""

    name: str
    offset: int
    state: str
    kind: int


@dataclass
class Book:
    """What the first part of the stream says for all sheets."""

    sheets: list[BoundSheet] = field(default_factory=list)
    leading_zeros: dict[int, str] = field(default_factory=dict)
    white: set[int] = field(default_factory=set)
    blank: set[int] = field(default_factory=set)
    tiny: set[int] = field(default_factory=set)
    format_texts: int = 0
    strings: int = 0  # in the shared table
    biff8: bool = True
    encrypted: bool = False
    records: dict[int, list[bytes]] = field(default_factory=dict)  # the others, by number


def records(stream: bytes, at: int = 0) -> Iterator[Record]:
    """The records from an offset to the end of that sheet; a cut stream ends early."""
    depth, end = 0, len(stream)
    while at + 4 <= end:
        number, size = _HEAD.unpack_from(stream, at)
        at += 4
        if number in BOF:
            depth += 1
        yield number, at, min(size, end - at), depth
        if number == EOF:
            depth -= 1
            if depth <= 0:
                return
        at += size


_KEPT = frozenset((0x18, 0x17, 0x1AE, 0x5A, 0x5C, 0x5B, 0x12, 0x13, 0x19, 0xEB, 0x876, 0x803, 0x1B7, 0x59))


def read_book(stream: bytes) -> Book:
    """Sheets, styles and what else stands before the first sheet."""
    book = Book()
    formats: dict[int, str] = {}
    fonts: list[tuple[int, int]] = []  # height in twentieths of a point, colour
    styles: list[tuple[int, int, int, int]] = []  # font, format, fill pattern, its colours
    palette: list[Colour] = []
    for number, at, size, _ in records(stream):
        data = stream[at : at + size]
        if number in BOF and size >= 2:
            book.biff8 = data[:2] == b"\0\6"
        elif number == 0x2F:
            book.encrypted = True
        elif number == 0x85 and size >= 8:
            state, kind = data[4] & 3, data[5]
            name = _short(data[6:], book.biff8)
            book.sheets.append(
                BoundSheet(name, int.from_bytes(data[:4], "little"), _STATES.get(state, "veryHidden"), kind)
            )
        elif number == 0x41E and size >= 5:
            formats[int.from_bytes(data[:2], "little")] = _text(data[2:], book.biff8)
        elif number == 0x31 and size >= 6:
            fonts.append((int.from_bytes(data[:2], "little"), int.from_bytes(data[4:6], "little")))
            if len(fonts) == 4:
                fonts.append(fonts[0])  # number 4 is never used
        elif number == 0xE0 and size >= 20:
            font, code = struct.unpack_from("<HH", data)
            pattern = int.from_bytes(data[14:18], "little") >> 26 & 0x3F
            styles.append((font, code, pattern, int.from_bytes(data[18:20], "little")))
        elif number == 0x92 and size >= 2:
            palette = [(data[i], data[i + 1], data[i + 2]) for i in range(2, size - 3, 4)]
        elif number == 0xFC and size >= 8:
            book.strings = int.from_bytes(data[4:8], "little")
        if number in _KEPT:
            book.records.setdefault(number, []).append(data)
    _read_styles(book, formats, fonts, styles, palette)
    return book


def _read_styles(
    book: Book,
    formats: dict[int, str],
    fonts: list[tuple[int, int]],
    styles: list[tuple[int, int, int, int]],
    palette: list[Colour],
) -> None:
    book.format_texts = sum(map(holds_text, formats.values()))
    for number, (font, code, pattern, fill) in enumerate(styles):
        shape = leading_zero_shape(formats.get(code, ""))
        if shape is not None:
            book.leading_zeros[number] = shape
        if shows_nothing(formats.get(code, "")):
            book.blank.add(number)
        height, colour = fonts[font] if font < len(fonts) else (200, 0x7FFF)
        if 0 < height <= _TINY:
            book.tiny.add(number)
        back = WHITE if pattern == 0 else _colour(fill & 0x7F, palette) if pattern == 1 else None
        front = _colour(colour, palette)
        if "[white]" in formats.get(code, "").lower():
            front = WHITE
        if front is not None and back is not None and alike(front, back):
            book.white.add(number)


def _colour(index: int, palette: list[Colour]) -> Colour | None:
    if 8 <= index < 8 + len(palette):
        return palette[index - 8]
    return palette_colour(index) if index < 0x7F else None


def _short(data: bytes, biff8: bool) -> str:
    length = data[0] if data else 0
    if not biff8:
        return data[1 : 1 + length].decode("cp1252", "replace")
    return _characters(data[1:], length)


def _text(data: bytes, biff8: bool) -> str:
    if not biff8:
        return _short(data, biff8)
    return _characters(data[2:], int.from_bytes(data[:2], "little"))


def _characters(data: bytes, length: int) -> str:
    if not data:
        return ""
    if data[0] & 1:
        return data[1 : 1 + 2 * length].decode("utf-16-le", "replace")
    return data[1 : 1 + length].decode("latin-1")


def cell_styles(number: int, data: bytes) -> Iterator[tuple[int, int, int, float | None]]:
    """Row, column (0-based), style and number of each cell of a cell record; None for what is no number."""
    if len(data) < 6:
        return
    row, column, style = _ROW_AND_MORE.unpack_from(data)
    if number == MULRK:
        for n in range((len(data) - 6) // 6):
            style, rk = struct.unpack_from("<HI", data, 4 + 6 * n)
            yield row, column + n, style, _rk(rk)
    elif number == RK and len(data) >= 10:
        yield row, column, style, _rk(int.from_bytes(data[6:10], "little"))
    elif (number == NUMBER or (number == FORMULA and data[12:14] != b"\xff\xff")) and len(data) >= 14:
        yield row, column, style, struct.unpack_from("<d", data, 6)[0]
    else:
        yield row, column, style, None


def _rk(rk: int) -> float:
    if rk & 2:
        value = float((rk >> 2) - (1 << 30 if rk & 0x80000000 else 0))
    else:
        value = float(struct.unpack("<d", b"\0\0\0\0" + (rk & 0xFFFFFFFC).to_bytes(4, "little"))[0])
    return value / 100 if rk & 1 else value


_ERRORS = {
    0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A",
    43: "#GETTING_DATA",
}  # fmt: skip


def error_of(number: int, data: bytes) -> str | None:
    """The error that a cell shows, None where it shows none."""
    if number == BOOLERR and len(data) >= 8 and data[7] == 1:
        return _ERRORS.get(data[6], "#ERROR!")
    if number == FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return _ERRORS.get(data[8], "#ERROR!")
    return None
