"""Promise 7: each changed cell and each withheld row says which rule did it and where that comes from."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given

from core.model import RawBlock, Reason
from core.preview import Preview
from core.protection import apply
from tests.core.protection.builders import MemoryTable
from tests.core.protection.strategies import KEY, Job, fewer, jobs


def is_told(reason: Reason | None) -> bool:
    return reason is not None and bool(reason.id and reason.text.strip() and reason.source.strip())


@fewer
@given(jobs())
def test_every_cell_that_is_not_as_it_was_has_its_reason_and_no_other_has(made: Job) -> None:
    for table in made.survey.export.tables:
        assert isinstance(table, MemoryTable)
        names = [str(at) for at in range(len(table.columns))]
        raw = RawBlock(table.name, 0, pa.RecordBatch.from_arrays(list(table.columns), names=names))
        block = apply(raw, made.context)
        cells = raw.data.to_pylist()
        sent = iter(block.data.to_pylist())
        place = -1
        for row in range(block.rows_in):
            line = next(sent) if block.leaves[row] else None
            place += line is not None
            for planned in made.plan.for_table(table.name):
                reason = block.cell_reason(planned.field, row)
                if line is None or not planned.leaves:
                    assert is_told(reason)
                    continue
                changed = line[planned.field] != cells[row][str(planned.position)]
                assert bool(block.changed[planned.field][place]) == changed
                assert is_told(reason) if changed else reason is None


@fewer
@given(jobs())
def test_every_withheld_row_has_its_reason(made: Job) -> None:
    shown = Preview(made.survey, made.plan, KEY, made.rows)
    for table in made.survey.findings:
        for row in shown.window(table, 0, shown.row_count(table)).rows:
            if row.out is None:
                assert is_told(row.withheld)
                assert row.withheld in made.rows.reasons
            for name, reason in row.changes.items():
                assert name in shown.out_fields(table)
                assert is_told(reason)


@fewer
@given(jobs())
def test_no_reason_holds_a_cell(made: Job) -> None:
    """Reasons go into manifests: they are the rules' words and never a patient's."""
    for reason in made.rows.reasons:
        assert not any(who in reason.text for who in made.survey.patients.identity)
    for planned in made.plan.fields:
        assert planned.reason
        assert planned.source
