"""Blocks on threads: in order, bounded, the same for any number of workers."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from core.engine import apply_table
from core.model import Block, Field, RawBlock, ReadError
from core.protection import Context
from tests.core.protection.builders import MemoryTable, make_survey, report
from tests.core.protection.strategies import job


@dataclass
class Watched:
    """A table that takes its time, and counts how far ahead it is read."""

    table: MemoryTable
    seed: int = 0
    fails_at: int = -1
    asked: int = 0
    read_now: int = 0

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
        for block in self.table.blocks():
            self.asked += 1
            yield block

    def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
        if block.index == self.fails_at:
            raise ReadError("The file went away.")
        time.sleep(random.Random(self.seed * 1000 + block.index).random() * 0.003)
        return self.table.read(block, columns)


def prepared(people: int = 60) -> tuple[MemoryTable, Context]:
    made = job(make_survey(report(people=people)), "approved-research")
    table = made.survey.export.tables[0]
    assert isinstance(table, MemoryTable)
    return table, made.context


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
@pytest.mark.parametrize("seed", range(3))
def test_blocks_come_in_file_order_and_are_the_same_on_any_threads(workers: int, seed: int) -> None:
    table, context = prepared()
    plain = list(apply_table(table, context, workers=1))
    out = list(apply_table(Watched(table, seed), context, workers=workers))
    assert [block.first_row for block in out] == [block.first_row for block in plain]
    assert all(a.data.equals(b.data) for a, b in zip(out, plain, strict=True))


def test_few_blocks_are_in_memory_at_a_time() -> None:
    table, context = prepared(people=200)
    watched = Watched(table)
    taken = 0
    for _ in apply_table(watched, context, workers=2):
        taken += 1
        assert watched.asked <= taken + 4
    assert taken == watched.asked == 150


def test_only_the_columns_that_leave_are_read() -> None:
    table, context = prepared()
    asked: list[Sequence[int] | None] = []

    class Noting(Watched):
        def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
            asked.append(columns)
            return super().read(block, columns)

    list(apply_table(Noting(table), context, workers=1))
    assert set(asked) == {(0, 2, 3, 4, 5, 6, 7, 8, 9)}


def test_closing_early_stops_the_work_and_leaves_no_thread() -> None:
    table, context = prepared(people=200)
    watched = Watched(table)
    blocks = apply_table(watched, context, workers=3)
    next(blocks)
    blocks.close()  # type: ignore[attr-defined]
    assert watched.asked <= 7
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("apply")]


@pytest.mark.parametrize("workers", [1, 3])
def test_an_error_comes_out_where_it_happened(workers: int) -> None:
    table, context = prepared()
    blocks = apply_table(Watched(table, fails_at=5), context, workers=workers)
    done = [next(blocks).first_row for _ in range(5)]
    with pytest.raises(ReadError, match="went away"):
        next(blocks)
    assert done == [0, 4, 8, 12, 16]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("apply")]


def test_a_table_of_which_nothing_leaves_gives_nothing_and_is_not_read() -> None:
    made = job(make_survey(report()), "open-publication")
    table = made.survey.export.tables[0]
    assert isinstance(table, MemoryTable)
    watched = Watched(table)
    assert list(apply_table(watched, made.context, workers=2)) == []
    assert watched.asked == 0


def test_a_table_without_rows_gives_nothing() -> None:
    made = job(make_survey({"events": replace(report()["events"], rows=[], patient=[])}), "approved-research")
    assert list(apply_table(made.survey.export.tables[0], made.context, workers=2)) == []
