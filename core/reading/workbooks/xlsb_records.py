"""The records of the parts of a binary workbook (XLSB).

A record is a number and a size, both of as many bytes as they need, and its bytes. ([MS-XLSB] 2.1.4, 2.4)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from core.reading.workbooks.containers_styles import (
    WHITE,
    Colour,
    Colours,
    Styles,
    alike,
    holds_text,
    leading_zero_shape,
    shows_nothing,
)

_TINY = 3 * 20


def records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each record; a cut part ends early."""
    at, end = 0, len(part)
    while at < end:
        number = part[at]
        at += 1
        if number & 0x80 and at < end:
            number = (number & 0x7F) | (part[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end and shift < 28:
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield number, part[at : at + size]
        at += size


def wide_text(data: bytes, at: int = 0) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    length = int.from_bytes(data[at : at + 4], "little")
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def read_binary_styles(part: bytes, theme: bytes) -> Styles:
    """What the styles of a binary workbook show and hide."""
    colours = Colours(b"", theme)
    formats: dict[int, str] = {}
    fonts: list[tuple[int, Colour | None]] = []
    fills: list[Colour | None] = []
    zeros: dict[int, str] = {}
    white, blank, tiny = set(), set(), set()
    number_of_style, cells = 0, False
    for number, data in records(part):
        if number == 44 and len(data) >= 6:
            formats[int.from_bytes(data[:2], "little")] = wide_text(data, 2)[0]
        elif number == 43 and len(data) >= 20:
            fonts.append((int.from_bytes(data[:2], "little"), _colour(data[12:20], colours)))
        elif number == 45 and len(data) >= 20:
            pattern = int.from_bytes(data[:4], "little")
            fills.append(
                WHITE if pattern in (0, 17) else _colour(data[4:12], colours) if pattern == 1 else None
            )
        elif number in (617, 618):
            cells = number == 617
        elif number == 47 and cells and len(data) >= 8:
            _, code, font, fill = struct.unpack_from("<4H", data)
            text = formats.get(code, "")
            shape = leading_zero_shape(text)
            if shape is not None:
                zeros[number_of_style] = shape
            if shows_nothing(text):
                blank.add(number_of_style)
            height, front = fonts[font] if font < len(fonts) else (220, None)
            back = fills[fill] if fill < len(fills) else WHITE
            front = WHITE if "[white]" in text.lower() else front
            if front is not None and back is not None and alike(front, back):
                white.add(number_of_style)
            if 0 < height <= _TINY:
                tiny.add(number_of_style)
            number_of_style += 1
    texts = sum(map(holds_text, formats.values()))
    return Styles(zeros, frozenset(white), frozenset(blank), frozenset(tiny), frozenset(), texts)


def _colour(data: bytes, colours: Colours) -> Colour | None:
    kind, index = data[0] >> 1, data[1]
    (tint,) = struct.unpack_from("<h", data, 2)
    if kind == 1:
        return colours.of({"indexed": str(index)})
    if kind == 2:
        return data[4], data[5], data[6]
    if kind == 3:
        return colours.of({"theme": str(index), "tint": str(tint / 32767)})
    return None


def rk_number(rk: int) -> float:
    """A number as RK cells store it."""
    if rk & 2:
        value = float((rk >> 2) - (1 << 30 if rk & 0x80000000 else 0))
    else:
        value = float(struct.unpack("<d", b"\0\0\0\0" + (rk & 0xFFFFFFFC).to_bytes(4, "little"))[0])
    return value / 100 if rk & 1 else value


ERRORS = {
    0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A",
    43: "#GETTING_DATA",
}  # fmt: skip
