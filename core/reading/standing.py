"""Where in its file each row of a table stands, without reading its cells: for lists that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from core.model import Block, Table
from core.reading.held import HeldTable
from core.reading.messages.plain_places import plain_place
from core.reading.text.delimited import DelimitedTable

_Item = TypeVar("_Item")


def row_lines(table: Table, block: Block) -> Sequence[int] | None:
    """The file's own line (a sheet's row) of each row of a block; None where its format has none.

    Of text the block is read again where its records take several lines, once a line is asked for; that
    raises ReadError when the file changed or went away since it was opened."""
    if isinstance(table, DelimitedTable):
        return table.lines(block)
    return _of_block(table.row_lines, block) if isinstance(table, HeldTable) else None


def row_places(table: Table, block: Block) -> list[str] | None:
    """Where in a message each row of a block stands, in words that hold nothing of a patient; None where the
    table is no message's."""
    if not isinstance(table, HeldTable) or table.row_places is None:
        return None
    return [plain_place(place) for place in _of_block(table.row_places, block) or ()]


def _of_block(held: Sequence[_Item] | None, block: Block) -> Sequence[_Item] | None:
    return None if held is None else held[block.first_row : block.first_row + block.rows]
