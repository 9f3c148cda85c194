"""Runs `apply` over a table's blocks on threads: in file order, a few blocks in memory at a time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from core.model import Block, Table
from core.protection import Context, OutBlock, apply

#: Blocks being worked on or waiting to be taken, for each worker.
_IN_FLIGHT = 2


def apply_table(table: Table, context: Context, *, workers: int | None = None) -> Iterator[OutBlock]:
    """The table's outgoing blocks in file order, the same for any number of workers (None: one a core).

    A table from which nothing leaves gives no block. Closing the iterator stops the work."""
    plan = context.tables[table.name]
    if not plan.leaving or not (plan.withheld == 0).any():
        return iter(())
    positions = tuple(sorted(plan.positions))

    def work(block: Block) -> OutBlock:
        return apply(table.read(block, positions), context)

    count = workers or os.cpu_count() or 1
    if count == 1:
        return (work(block) for block in table.blocks())
    return _on_threads(table, work, count)


def _on_threads(table: Table, work: Callable[[Block], OutBlock], count: int) -> Iterator[OutBlock]:
    with ThreadPoolExecutor(count, thread_name_prefix="apply") as pool:
        blocks = table.blocks()
        waiting: deque[Future[OutBlock]] = deque(
            pool.submit(work, block) for block in islice(blocks, count * _IN_FLIGHT)
        )
        try:
            while waiting:
                yield waiting.popleft().result()
                for block in islice(blocks, 1):
                    waiting.append(pool.submit(work, block))
        finally:
            for future in waiting:
                future.cancel()
