"""What was read back against what `apply` makes again from the source, block by block."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from core.model import Block, Table
from core.protection import Context, apply
from core.protection.order import Order

#: Blocks compared in a large table: the first, the last and this many in between.
_SAMPLED = 6


@dataclass(frozen=True)
class _Wanted:
    start: int
    stop: int
    block: Block


class Comparison:
    """Compares one written file with `apply`'s output; fed the file's batches in order.

    `thorough` compares every block, otherwise a sample that is the same for the same table. Columns
    named in `unknown` cannot be made again (their key is not at hand) and are passed over. `order` is that
    of a shuffled file.
    """

    def __init__(
        self,
        table: Table,
        context: Context,
        *,
        thorough: bool,
        keeps_absent: bool,
        unknown: frozenset[str] = frozenset(),
        order: Order | None = None,
    ) -> None:
        self._table = table
        self._order = order
        self._context = context
        self._keeps_absent = keeps_absent
        self._unknown = unknown
        self._wanted = _choose(table, context, thorough, order)
        self._waiting: list[pa.RecordBatch] = []
        self._row = 0
        self.compared = 0
        self.different: list[int] = []  # 1-based rows of the file, at most a few

    def feed(self, batch: pa.RecordBatch) -> None:
        """Take in the file's next rows."""
        at, stop = self._row, self._row + batch.num_rows
        self._row = stop
        while self._wanted and self._wanted[0].start < stop:
            wanted = self._wanted[0]
            low, high = max(wanted.start, at) - at, min(wanted.stop, stop) - at
            if high > low:
                self._waiting.append(batch.slice(low, high - low))
            if wanted.stop > stop:
                return
            self._wanted.pop(0)
            self._compare(wanted)

    def finish(self) -> None:
        """Say so where rows that should be compared were never read."""
        if self._wanted:
            self.different.append(self._row + 1)

    def _compare(self, wanted: _Wanted) -> None:
        written, self._waiting = self._waiting, []
        made = apply(
            self._table.read(wanted.block, sorted(self._context.tables[self._table.name].positions)),
            self._context,
        ).data
        if self._order is not None:
            made = self._order.shuffled(self._table.name, wanted.block.first_row, made)
        self.compared += made.num_rows
        rows = sum(batch.num_rows for batch in written)
        if rows != made.num_rows:
            self.different.append(wanted.start + 1)
            return
        if not rows:
            return
        together = pa.Table.from_batches([b.rename_columns(made.schema.names) for b in written])
        for name in made.schema.names:
            if name in self._unknown:
                continue
            row = _first_difference(
                together.column(name).combine_chunks(), made.column(name), self._keeps_absent
            )
            if row is not None:
                self.different.append(wanted.start + row + 1)


def _choose(table: Table, context: Context, thorough: bool, order: Order | None) -> list[_Wanted]:
    withheld = context.tables[table.name].withheld
    blocks: Sequence[Block] = tuple(table.blocks()) if order is None else order.blocks(table)
    leaving = [int((withheld[b.first_row : b.first_row + b.rows] == 0).sum()) for b in blocks]
    ends = list(accumulate(leaving))
    chosen = range(len(blocks))
    if not thorough and len(blocks) > _SAMPLED + 2:
        inner = random.Random(len(blocks)).sample(range(1, len(blocks) - 1), _SAMPLED)
        picked = sorted({0, len(blocks) - 1, *inner})
    else:
        picked = list(chosen)
    result = []
    for index in picked:
        if leaving[index]:
            result.append(_Wanted(ends[index] - leaving[index], ends[index], blocks[index]))
    return result


def _first_difference(written: pa.Array, made: pa.Array, keeps_absent: bool) -> int | None:
    if not keeps_absent:
        written, made = pc.fill_null(written, ""), pc.fill_null(made, "")
    if isinstance(written, pa.ChunkedArray):
        written = pa.concat_arrays(written.chunks)
    if written.equals(made):
        return None
    same = pc.or_(
        pc.fill_null(pc.equal(written, made), False), pc.and_(pc.is_null(written), pc.is_null(made))
    )
    where = pc.indices_nonzero(pc.invert(same))
    return int(where[0].as_py()) if len(where) else None
