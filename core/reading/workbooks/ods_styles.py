"""What the styles of an OpenDocument spreadsheet hide: sheets, rows and columns of no size, unseen texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from core.reading.workbooks.containers_styles import WHITE, Colour, alike, hex_colour

_LENGTH = re.compile(r"([\d.]+)\s*(mm|cm|in|pt|pc|px)?")
_POINTS = {"mm": 2.83, "cm": 28.3, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}

_SIZES = {"table-row-properties": "row-height", "table-column-properties": "column-width"}


@dataclass(frozen=True)
class _Look:
    parent: str
    colour: Colour | None
    background: Colour | None
    points: float | None


@dataclass
class OdsStyles:
    """Styles by name, as far as they hide something."""

    tables: set[str] = field(default_factory=set)
    flat: set[str] = field(default_factory=set)
    looks: dict[str, _Look] = field(default_factory=dict)

    def add(self, style: Any) -> None:
        """Takes note of a style:style element."""
        name, family = _get(style, "name"), _get(style, "family")
        text: dict[str, str] = {}
        cell: dict[str, str] = {}
        for part in style:
            kind = part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""
            if kind == "table-properties" and _get(part, "display") == "false":
                self.tables.add(name)
            elif kind in _SIZES and _is_nothing(_get(part, _SIZES[kind])):
                self.flat.add(name)
            elif kind == "text-properties":
                text = {k.rpartition("}")[2]: v for k, v in part.attrib.items()}
            elif kind == "table-cell-properties":
                cell = {k.rpartition("}")[2]: v for k, v in part.attrib.items()}
        if family == "table-cell":
            back = cell.get("background-color", "")
            size = _LENGTH.fullmatch(text.get("font-size", ""))
            self.looks[name] = _Look(
                _get(style, "parent-style-name"),
                hex_colour(text.get("color", "")),
                WHITE if back == "transparent" else hex_colour(back),
                float(size[1]) * _POINTS.get(size[2] or "pt", 1.0) if size else None,
            )

    def hides_table(self, name: str) -> bool:
        return name in self.tables

    def is_flat(self, name: str) -> bool:
        return name in self.flat

    def hides_cell(self, name: str) -> list[str]:
        """The containers that a cell of this style belongs to."""
        look = self.looks.get(name)
        if look is None:
            return []
        colour, back, points = look.colour, look.background, look.points
        for _ in range(8):
            look = self.looks.get(look.parent)
            if look is None:
                break
            colour, back, points = colour or look.colour, back or look.background, points or look.points
        hides = []
        if colour is not None and alike(colour, back or WHITE):
            hides.append("white_text")
        if points is not None and points <= 3:
            hides.append("tiny_font")
        return hides


def _is_nothing(length: str) -> bool:
    match = _LENGTH.fullmatch(length)
    try:
        return match is not None and float(match[1]) * _POINTS.get(match[2] or "pt", 1.0) < 0.5
    except ValueError:
        return False


def _get(element: Any, name: str) -> str:
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")
