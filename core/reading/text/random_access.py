"""Any rows of a table without reading the block they stand in.

A table of delimited text knows where every 256th record of a block starts, from the time when the block was
found: its `part` is a smaller block with the rows that are asked for, and `read` takes it like any other. Of
other tables whole blocks are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Block, RawBlock, ReadError, Table
from core.reading.text.cutting import MARK_EVERY, NO_MARKS, Marks

Rows = npt.NDArray[np.int64]
_Item = TypeVar("_Item")
_FEW = 4  # parts that are read one by one, and remembered by who asked


@dataclass(frozen=True)
class Span:
    """Where a block of delimited text lies in its file and what indexing found out about it."""

    offset: int
    length: int
    first_line: int
    lines: int
    records: int
    blanks: int
    quotes: bool
    odd: bool
    repeats: tuple[int, ...] = ()  # lines that are the line of field names once more
    marks: Marks = field(default=NO_MARKS, compare=False, repr=False)


@runtime_checkable
class Divisible(Protocol):
    """A table whose blocks have parts that are read alone."""

    def part(self, block: Block, first: int, stop: int) -> Block:
        """A smaller block that holds at least the rows `first` to `stop` (of the table) of a block."""
        ...

    def pick(
        self, parts: Sequence[tuple[Block, Rows]], columns: Sequence[int] | None = None
    ) -> RawBlock | None:
        """Rows of several parts at once, numbered within their part; None where each must be read alone."""
        ...


def read_rows(table: Table, first: int, stop: int, columns: Sequence[int] | None = None) -> RawBlock:
    """Rows `first` to `stop` of a table (0-based, half-open, cut to what there is), exactly as `Table.read`
    gives them, with their lines and places. What was odd about them is told by `Table.read`.

    Raises ReadError when the file changed or went away since it was opened."""
    first = max(first, 0)
    blocks = []
    for block in table.blocks():
        if block.first_row >= stop:
            break
        if block.first_row + block.rows > first:
            blocks.append(block)
        if block.first_row + block.rows >= stop:
            break  # the next block may not have been looked for yet
    last = blocks[-1].first_row + blocks[-1].rows if blocks else first
    return read_at(table, blocks, np.arange(first, min(stop, last), dtype=np.int64), columns)


def read_at(
    table: Table,
    blocks: Iterable[Block],
    numbers: Rows,
    columns: Sequence[int] | None = None,
    *,
    read: Callable[[Block], RawBlock] | None = None,
    where: bool = True,
) -> RawBlock:
    """The rows with these numbers, ascending, wherever they stand. `blocks` are the table's, in order; those
    without such a row may be missing. `first_row` of the answer is the first of the numbers. `read` stands in
    for `table.read` where something of it is remembered. Lines and places are only told when `where`.

    Raises ReadError when the file changed or went away since it was opened."""
    wanted = range(len(table.fields)) if columns is None else columns
    runs = [
        (part, run - part.first_row)
        for block, inside in by_block(blocks, numbers, table.name)
        for part, run in parts(table, block, inside)
    ]
    if len(runs) > _FEW and isinstance(table, Divisible):
        found = table.pick(runs, columns)
        if found is not None:
            return found
    pieces: list[pa.RecordBatch] = []
    lines: list[int] = []
    places: list[str] = []
    for part, at in runs:
        raw = table.read(part, columns) if read is None else read(part)
        pieces.append(raw.data.take(pa.array(at)))
        if where and raw.lines is not None:
            lines += _items(raw.lines, at)
        if where and raw.places is not None:
            places += _items(raw.places, at)
    return RawBlock(
        table=table.name,
        first_row=int(numbers[0]) if len(numbers) else 0,
        data=joined(pieces, [str(c) for c in wanted]),
        lines=lines if where and len(lines) == len(numbers) else None,
        places=places if places and len(places) == len(numbers) else None,
    )


def by_block(blocks: Iterable[Block], numbers: Rows, where: str = "") -> Iterator[tuple[Block, Rows]]:
    """Each block that holds some of the rows, with those it holds. Raises ReadError where one is in none."""
    for block in blocks:
        if not len(numbers):
            return
        if numbers[0] < block.first_row + block.rows:
            count = int(np.searchsorted(numbers, block.first_row + block.rows))
            if numbers[0] >= block.first_row:
                yield block, numbers[:count]
                numbers = numbers[count:]
    if len(numbers):
        raise ReadError(
            "The file has changed since it was opened. Open it again.", where=where, code="changed"
        )


def parts(table: Table, block: Block, numbers: Rows) -> list[tuple[Block, Rows]]:
    """What is to be read of a block for these rows of it: itself, or parts where the table has them. Rows
    that are near each other come with one part."""
    if not isinstance(table, Divisible):
        return [(block, numbers)]
    apart = np.flatnonzero(np.diff(numbers) > MARK_EVERY) + 1
    return [
        (table.part(block, int(run[0]), int(run[-1]) + 1), run)
        for run in np.split(numbers, apart)
        if len(run)
    ]


def _items(held: Sequence[_Item], at: Rows) -> list[_Item]:
    first, last = int(at[0]), int(at[-1])
    if last - first + 1 == len(at):
        return list(held[first : last + 1])
    return [held[i] for i in at.tolist()]


def joined(pieces: Sequence[pa.RecordBatch], names: Sequence[str]) -> pa.RecordBatch:
    """One batch of several; an empty one of none."""
    if len(pieces) == 1:
        return pieces[0]
    if not pieces:
        return pa.RecordBatch.from_arrays([pa.array([], pa.string()) for _ in names], names=list(names))
    columns = [pa.concat_arrays([piece.column(name) for piece in pieces]) for name in names]
    return pa.RecordBatch.from_arrays(columns, names=list(names))


def part_of(block: Block, first: int, stop: int, *, unit: int, blanks_are_rows: bool) -> Block:
    """The records from the mark before row `first` to the one after row `stop` - 1, as a block of their own.

    Records that start at a mark are read the same whatever lies before them. `unit` is the bytes of a code
    unit; blank lines are records but no rows unless `blanks_are_rows`."""
    span = block.handle
    if not isinstance(span, Span) or not len(span.marks.starts):
        return block
    if not block.first_row <= first < stop <= block.first_row + block.rows:
        return block
    marks = span.marks
    before = np.arange(len(marks.starts), dtype=np.int64) * MARK_EVERY
    if not blanks_are_rows:
        before -= marks.blanks
    start = int(np.searchsorted(before, first - block.first_row, side="right")) - 1
    end = int(np.searchsorted(before, stop - block.first_row, side="left"))

    def at(mark: int) -> tuple[int, ...]:
        """Rows, bytes, lines, records and blank lines before a mark."""
        if mark == len(before):
            return block.rows, span.length, span.lines, span.records, span.blanks
        in_file = (int(marks.starts[mark]) * unit, int(marks.lines[mark]))
        return (int(before[mark]), *in_file, mark * MARK_EVERY, int(marks.blanks[mark]))

    from_, to = at(start), at(end)
    rows, length, lines, records, blanks = (b - a for a, b in zip(from_, to, strict=True))
    first_line = span.first_line + from_[2]
    inside = Span(
        offset=span.offset + from_[1],
        length=length,
        first_line=first_line,
        lines=lines,
        records=records,
        blanks=blanks,
        quotes=span.quotes,
        odd=span.odd,
        repeats=tuple(line for line in span.repeats if first_line <= line < first_line + lines),
    )
    return Block(block.index, block.first_row + from_[0], rows, inside)
