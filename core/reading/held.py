"""A table whose rows are held in memory: a sheet of a workbook, the records of a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from core.model import Block, Field, Problem, RawBlock
from core.reading.source import Source

ROWS_A_BLOCK = 50_000


@dataclass(frozen=True)
class HeldTable:
    """Rows in memory. `data` has one string column a field, named by position.

    `row_lines` are the file's own line or row numbers, `row_places` where in a message each row stands; both
    have an entry a row, or are None. `preamble` holds the lines before the field names."""

    source: Source
    name: str
    format: str
    fields: tuple[Field, ...]
    data: pa.RecordBatch
    row_lines: Sequence[int] | None = None
    row_places: Sequence[str] | None = None
    problems: tuple[Problem, ...] = ()
    preamble: tuple[str, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """Every block in order; see core.model.Table."""
        rows = self.data.num_rows
        for index, first in enumerate(range(0, rows, ROWS_A_BLOCK)):
            yield Block(index, first, min(ROWS_A_BLOCK, rows - first))

    def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
        """The block's cells; see core.model.Table."""
        self.source.check()
        data = self.data.slice(block.first_row, block.rows)
        if columns is not None:
            data = pa.RecordBatch.from_arrays(
                [data.column(c) for c in columns], names=[str(c) for c in columns]
            )
        rows = slice(block.first_row, block.first_row + block.rows)
        return RawBlock(
            table=self.name,
            first_row=block.first_row,
            data=data,
            problems=self.problems if block.first_row == 0 else (),
            lines=self.row_lines[rows] if self.row_lines is not None else None,
            places=self.row_places[rows] if self.row_places is not None else None,
        )

    def as_format(self, format_name: str) -> HeldTable:
        """The same table under the id of another format."""
        return replace(self, format=format_name)

    def renamed(self, name: str) -> HeldTable:
        """The same table under another name."""
        return replace(self, name=name)


def hold(
    source: Source,
    name: str,
    format_name: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[str | None]],
    *,
    lines: Sequence[int] | None = None,
    places: Sequence[str] | None = None,
    problems: tuple[Problem, ...] = (),
) -> HeldTable:
    """A table made of records: `columns` are (field name, path inside the record), each row has a cell a
    column, None where the record has no such value."""
    fields = tuple(Field(i, title, title, path) for i, (title, path) in enumerate(columns))
    batch = pa.RecordBatch.from_arrays(
        [pa.array([row[i] for row in rows], pa.string()) for i in range(len(columns))],
        names=[str(i) for i in range(len(columns))],
    )
    return HeldTable(source, name, format_name, fields, batch, lines, places, problems)
