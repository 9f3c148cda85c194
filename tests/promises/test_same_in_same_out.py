"""Promise 5: the same export, plan and key give the same output on one thread, many, or elsewhere."""

from __future__ import annotations

import pickle
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from unittest.mock import patch

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from core.engine import apply_table
from core.model import Block, RawBlock
from core.protection import Context, decide_rows, make_context, make_plan
from tests.core.protection.builders import MemoryTable, make_survey, report
from tests.core.protection.strategies import KEY, Job, fewer, job, jobs


@dataclass(frozen=True)
class Uneven(MemoryTable):
    """A table whose blocks take random times to read, so that threads finish in any order."""

    seed: int = 0

    def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
        time.sleep(random.Random(self.seed * 7919 + block.index).random() * 0.002)
        return super().read(block, columns)


def output(
    made: Job, context: Context, workers: int, seed: int, block_rows: int | None = None
) -> list[pa.Table]:
    result = []
    for table in made.survey.export.tables:
        assert isinstance(table, MemoryTable)
        size = block_rows or table.block_rows
        uneven = Uneven(table.name, table.fields, table.columns, size, table.format, seed)
        blocks = [block.data for block in apply_table(uneven, context, workers=workers)]
        result.append(pa.Table.from_batches(blocks).combine_chunks() if blocks else pa.table({}))
    return result


@fewer
@given(jobs(), st.integers(2, 5), st.integers(0, 99), st.integers(1, 20))
def test_one_thread_and_many_and_other_blocks_give_the_same(
    made: Job, workers: int, seed: int, block_rows: int
) -> None:
    plain = output(made, made.context, 1, 0)
    assert output(made, made.context, workers, seed) == plain
    fresh = make_context(made.survey, made.plan, KEY, made.rows)
    assert output(made, fresh, workers, seed + 1, block_rows) == plain
    travelled = pickle.loads(pickle.dumps(made.context))
    assert output(made, travelled, workers, seed + 2) == plain


@fewer
@given(jobs())
def test_the_same_decisions_make_the_same_plan_rows_and_cells(made: Job) -> None:
    again = decide_rows(made.survey, made.plan, KEY)
    assert again.counted == made.rows.counted
    for table in made.survey.facts:
        assert (again.withheld[table] == made.rows.withheld[table]).all()
    fresh = make_context(made.survey, made.plan, KEY, again)
    assert output(made, fresh, 1, 0) == output(made, made.context, 1, 0)


def test_the_clock_decides_nothing() -> None:
    made = report()["events"]
    survey = make_survey({"events": replace(made, day=[20_400] * len(made.rows))})
    first = job(survey, "approved-research")

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return date(2091, 1, 1)

    with patch("datetime.date", Later), patch("time.time", lambda: 3_800_000_000.0):
        second = job(survey, "approved-research")
    assert first.plan.fingerprint == second.plan.fingerprint
    assert output(first, first.context, 1, 0) == output(second, second.context, 1, 0)


def test_a_plan_does_not_depend_on_the_order_of_a_set() -> None:
    survey = make_survey(report())
    made = job(survey, "approved-research")
    plans = {
        make_plan(
            survey, made.profile, recipient="R", project="P", objection_sources=made.plan.objection_sources
        ).fingerprint
        for _ in range(3)
    }
    assert plans == {made.plan.fingerprint}
