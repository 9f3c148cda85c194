"""The order in which rows leave where the plan shuffles them: blocks, then the rows of each, by the key.

The order in a file can tell whose a row is: the order of registration, or of a list that somebody else has
too. Each table's blocks are put in an order drawn with the practice's key, and so are the rows of each block,
so that a table of any size is shuffled with one block in memory. Same key, recipient, project and file: same
order, for any number of workers. A row stays with the rows of its block.

Numbers are drawn with SHAKE-256 from a seed made by HMAC-SHA-256, and sorted: no library's generator is
asked, for its stream may change with its version.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Block, Field, RawBlock, Table
from core.protection.plan import Plan
from core.protection.pseudonyms import HoldsSecret, derive_secret

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Order:
    """A keyed order for the blocks of tables and for the rows that leave each."""

    secret: bytes = field(repr=False)

    def blocks(self, table: Table) -> tuple[Block, ...]:
        """The table's blocks in the order in which they leave."""
        known: Sequence[Block] = tuple(table.blocks())
        return tuple(known[place] for place in self._drawn(f"blocks|{table.name}", len(known)))

    def rows(self, table: str, first_row: int, rows: int) -> Places:
        """For each row of a block in the order in which it leaves, its place among those that leave in the
        file's order. `first_row` is the block's."""
        return self._drawn(f"rows|{first_row}|{table}", rows)

    def shuffled(self, table: str, first_row: int, data: pa.RecordBatch) -> pa.RecordBatch:
        """The rows that leave a block, in the order in which they leave."""
        return data.take(pa.array(self.rows(table, first_row, data.num_rows)))

    def _drawn(self, what: str, count: int) -> Places:
        seed = hmac.digest(self.secret, what.encode("utf-8", "surrogatepass"), "sha256")
        numbers = np.frombuffer(hashlib.shake_256(seed).digest(8 * count), dtype="<u8")
        return np.argsort(numbers, kind="stable")


@dataclass(frozen=True)
class InOrder:
    """A table whose blocks come in the order in which they leave; everything else is the table's own."""

    table: Table
    order: Order

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def format(self) -> str:
        return self.table.format

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.table.fields

    def blocks(self) -> Iterator[Block]:
        """The blocks in the order in which they leave."""
        return iter(self.order.blocks(self.table))

    def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
        """The block's cells, in the file's order."""
        return self.table.read(block, columns)


def order_of(plan: Plan, key: HoldsSecret) -> Order | None:
    """The order in which the plan's rows leave, None where they leave as they stand."""
    if not plan.shuffle:
        return None
    secret = derive_secret(key, plan.recipient, plan.project)
    return Order(hmac.digest(secret, b"threshold order 1", "sha256"))


def rows_in_order(table: Table, leaves: npt.NDArray[np.bool_], order: Order) -> Places:
    """The numbers of the rows that leave a table, in the order in which they do."""
    runs = []
    for block in order.blocks(table):
        here = np.flatnonzero(leaves[block.first_row : block.first_row + block.rows]) + block.first_row
        runs.append(here[order.rows(table.name, block.first_row, len(here))])
    return np.concatenate(runs) if runs else np.empty(0, dtype=np.int64)
