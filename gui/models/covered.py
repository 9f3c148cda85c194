"""Rows of the panes as they are shown while their values may not be read: the same blocks for every cell.

Nothing that is painted, spoken, copied or explained is made from anything else than these rows.
"""

from __future__ import annotations

from dataclasses import replace

from gui.models.row_source import NO_MARKS, NO_TAGS, NO_WHYS, PageRow, Shape, Why
from gui.showing import BLOCKS, HIDDEN, tells


def covered(row: PageRow, shape: Shape, everything: bool) -> PageRow:
    """The row with blocks in the place of what the practice holds; of `everything` under the curtain.

    An empty cell becomes blocks too, since that a date of death is empty would tell. With the raw side alone
    covered the flags and reasons stay: they are what a colleague is shown."""
    raw = [BLOCKS] * len(row.raw)
    out: list[str | None] | None = None
    if row.out is not None:
        out = [
            BLOCKS if everything or tells(cell, _at(row, column.position), column.kind) else cell
            for cell, column in zip(row.out, shape.out, strict=False)
        ]
    shown = [] if out is None else [_shown(row, at, cell) for at, cell in enumerate(out)]
    made = replace(row, raw=raw, out=out, shown_raw=raw, shown_out=shown, chain=(), objects=False)
    if everything:
        made.marks, made.changed, made.tags = NO_MARKS, NO_WHYS, NO_TAGS
        made.withheld = None if row.withheld is None else Why("")
        made.line, made.place = None, ""
    return made


def said(text: str) -> str:
    """A cell for a screen reader: blocks are read as a word."""
    return HIDDEN if text == BLOCKS else text


def _at(row: PageRow, position: int) -> str | None:
    return row.raw[position] if position < len(row.raw) else None


def _shown(row: PageRow, at: int, cell: str | None) -> str:
    return BLOCKS if cell == BLOCKS else row.shown_out[at] if at < len(row.shown_out) else ""
