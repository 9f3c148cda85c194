"""What a workbook's cell styles do to what a person sees: text in its background's colour, formats that show
nothing or show leading zeros, fonts too small to read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.reading.workbooks.containers_xml import between, tags

Colour = tuple[int, int, int]
_T = TypeVar("_T")
WHITE: Colour = (255, 255, 255)
_TINY = 3.0
_ALIKE = 16  # a channel may differ by so much and still be read as the same colour

# The 56 colours of Excel's own palette, indexes 8 to 63; the first eight are also indexes 0 to 7.
_PALETTE = (
    "000000FFFFFFFF000000FF000000FFFFFF00FF00FF00FFFF800000008000000080808000800080008080C0C0C0808080"
    "9999FF993366FFFFCCCCFFFF660066FF80800066CCCCCCFF000080FF00FFFFFF0000FFFF8000808000000080800000FF"
    "00CCFFCCFFFFCCFFCCFFFF9999CCFFFF99CCCC99FFFFCC993366FF33CCCC99CC00FFCC00FF9900FF66006666999696960033"
    "66339966003300333300993300993366333399333333"
)
_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")


@dataclass(frozen=True)
class Styles:
    """Numbers of cell styles by what they do, and numbers of conditional styles that hide."""

    leading_zeros: Mapping[int, str] = field(default_factory=dict)
    white: frozenset[int] = frozenset()
    blank: frozenset[int] = frozenset()
    tiny: frozenset[int] = frozenset()
    hiding_conditions: frozenset[int] = frozenset()
    format_texts: int = 0


def palette_colour(index: int, own: Sequence[Colour] = ()) -> Colour | None:
    """The colour of an index of Excel's palette; None where it is the text colour of the system."""
    if index < len(own):
        return own[index]
    if index == 65:
        return WHITE
    at = index if index < 8 else index - 8
    return hex_colour(_PALETTE[at * 6 : at * 6 + 6]) if 0 <= at < 56 else None


def hex_colour(text: str) -> Colour | None:
    """'FFC0C0C0' or 'C0C0C0' as red, green, blue."""
    text = text[-6:]
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", text):
        return None
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def alike(one: Colour, other: Colour) -> bool:
    """Whether a person can hardly tell the colours apart."""
    return all(abs(a - b) <= _ALIKE for a, b in zip(one, other, strict=True))


def shows_nothing(code: str) -> bool:
    """Whether a number format shows nothing of a value: ;;; and the like."""
    plain = re.sub(r'"\s*"|\\ |_.|\*.|\[[^\]]*\]', "", code)
    return bool(code.strip()) and not plain.replace(";", "").strip() and (";;" in plain or '"' in code)


def leading_zero_shape(code: str) -> str | None:
    """'0000000000' or '000 000 0000' where a format shows whole numbers with leading zeros or in groups."""
    plain = re.sub(r'\\(.)|"([^"]*)"', lambda m: m[1] or m[2] or "", code.split(";")[0])
    return plain if re.fullmatch(r"[0 /-]*0[0 /-]*", plain) and plain.count("0") > 1 else None


def holds_text(code: str) -> bool:
    """Whether a number format holds words of its own."""
    return any(re.search(r"[^\W\d_]{4}", text) for text in re.findall(r'"([^"]*)"', code))


def read_styles(xml: bytes, theme: bytes) -> Styles:
    """The styles of an Excel workbook of 2007 and later, from its styles and theme parts."""
    colours = Colours(xml, theme)
    formats = {t.get("numFmtId", ""): t.get("formatCode", "") for t in tags(_first(xml, "numFmts"), "numFmt")}
    fonts = [_font(part, colours) for part in _items(_first(xml, "fonts"), "font")]
    fills = [_fill(part, colours) for part in _items(_first(xml, "fills"), "fill")]
    zeros: dict[int, str] = {}
    white, blank, tiny = set(), set(), set()
    for number, xf in enumerate(tags(_first(xml, "cellXfs"), "xf")):
        code = formats.get(xf.get("numFmtId", ""), "")
        shape = leading_zero_shape(code)
        if shape is not None:
            zeros[number] = shape
        if shows_nothing(code):
            blank.add(number)
        colour, size = _at(fonts, xf.get("fontId"), (None, None))
        back = _at(fills, xf.get("fillId"), WHITE)
        if "[white]" in code.lower():
            colour = WHITE
        if colour is not None and back is not None and alike(colour, back):
            white.add(number)
        if size is not None and size <= _TINY:
            tiny.add(number)
    hiding = set()
    for number, dxf in enumerate(_items(_first(xml, "dxfs"), "dxf")):
        colour, _ = _font(_first(dxf, "font"), colours)
        back = _fill(_first(dxf, "fill"), colours) if b"fill" in dxf else WHITE
        codes = [t.get("formatCode", "") for t in tags(dxf, "numFmt")]
        if (colour and back and alike(colour, back)) or any(map(shows_nothing, codes)):
            hiding.add(number)
    return Styles(
        zeros,
        frozenset(white),
        frozenset(blank),
        frozenset(tiny),
        frozenset(hiding),
        sum(map(holds_text, formats.values())),
    )


class Colours:
    """The colours that a workbook's parts name by number."""

    def __init__(self, styles: bytes, theme: bytes) -> None:
        own = [hex_colour(t.get("rgb", "")) for t in tags(_first(styles, "indexedColors"), "rgbColor")]
        self._own = tuple(c or (0, 0, 0) for c in own)
        self._theme: dict[str, Colour | None] = {}
        scheme = _first(theme, "clrScheme")
        for name in _THEME:
            tag = next(tags(_first(scheme, name), "srgbClr", "sysClr"), {})
            self._theme[name] = hex_colour(tag.get("lastClr") or tag.get("val", ""))
        self._theme.setdefault("lt1", WHITE)

    def of(self, tag: Mapping[str, str]) -> Colour | None:
        """The colour that a tag names; None where it is the system's own or not known."""
        if "rgb" in tag:
            return hex_colour(tag["rgb"])
        if "indexed" in tag and tag["indexed"].isdigit():
            return palette_colour(int(tag["indexed"]), self._own)
        if "theme" in tag and tag["theme"].isdigit() and int(tag["theme"]) < len(_THEME):
            name = _THEME[int(tag["theme"])]
            colour = self._theme.get(name) or (WHITE if name == "lt1" else None)
            return colour and _tinted(colour, tag.get("tint", "0"))
        return None


def _tinted(colour: Colour, tint: str) -> Colour:
    try:
        by = max(-1.0, min(1.0, float(tint)))
    except ValueError:
        return colour
    red, green, blue = (round(c * (1 + by) if by < 0 else c + (255 - c) * by) for c in colour)
    return red, green, blue


def _font(part: bytes, colours: Colours) -> tuple[Colour | None, float | None]:
    colour = next(tags(part, "color"), None)
    size = next(tags(part, "sz"), {}).get("val", "")
    return (
        colours.of(colour) if colour else None,
        float(size) if re.fullmatch(r"\d+(\.\d+)?", size) else None,
    )


def _fill(part: bytes, colours: Colours) -> Colour | None:
    pattern = next(tags(part, "patternFill"), None)
    if pattern is None:
        return WHITE if not part else None
    kind = pattern.get("patternType", "none")
    if kind == "none" and b"Color" not in part:
        return WHITE
    if kind not in ("solid", "none"):
        return WHITE if kind == "gray125" else None
    for name in ("fgColor", "bgColor"):
        tag = next(tags(part, name), None)
        if tag is not None and (colour := colours.of(tag)) is not None:
            return colour
    return None


def _first(xml: bytes, name: str) -> bytes:
    return next(between(xml, name), b"")


def _items(xml: bytes, name: str) -> list[bytes]:
    """Each element of a list, also those that are empty and closed at once."""
    tag = name.encode()
    pattern = re.compile(rb"<(?:[\w.-]+:)?" + tag + rb"(?=[\s/>])[^<>]*>|</(?:[\w.-]+:)?" + tag + rb"\s*>")
    found, start = [], None
    for match in pattern.finditer(xml):
        if match[0].startswith(b"</"):
            if start is not None:
                found.append(xml[start : match.start()])
            start = None
        elif match[0].endswith(b"/>"):
            found.append(b"")
        else:
            start = match.end()
    return found


def _at(items: Sequence[_T], number: str | None, other: _T) -> _T:
    return items[int(number)] if number and number.isdigit() and int(number) < len(items) else other
