"""Promise 3: rows in = rows out + rows withheld, each once; and cells keep their text exactly."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.engine import apply_table
from core.model import Kind, Role
from core.protection import Decisions
from core.protection.formats import fit
from tests.core.protection.builders import Made, make_survey
from tests.core.protection.strategies import Job, cells, fewer, job, jobs


@fewer
@given(jobs())
def test_rows_in_are_rows_out_and_rows_withheld(made: Job) -> None:
    out = 0
    for table in made.survey.export.tables:
        for block in apply_table(table, made.context, workers=1):
            out += block.data.num_rows
            assert block.rows_in == block.data.num_rows + int(np.count_nonzero(block.withheld))
    assert out == made.rows.rows_out
    assert made.rows.rows_in == sum(facts.rows for facts in made.survey.facts.values())
    assert made.rows.rows_in == out + sum(counted.rows for counted in made.rows.counted)
    assert made.rows.rows_withheld == sum(counted.rows for counted in made.rows.counted)


@fewer
@given(jobs())
def test_each_withheld_row_has_one_reason_that_is_counted_once(made: Job) -> None:
    numbers = np.concatenate([made.rows.withheld[table] for table in made.survey.facts])
    for at, reason in enumerate(made.rows.reasons, start=1):
        rows = int((numbers == at).sum())
        told = [counted.rows for counted in made.rows.counted if counted.id == reason.id]
        assert told == ([rows] if rows else [])


@given(st.lists(cells, max_size=30), st.sampled_from(["csv", "xlsx"]))
def test_kept_cells_keep_their_text_to_the_character(column: list[str | None], file_format: str) -> None:
    """Leading zeros, 18-digit ids, trailing spaces, empty against null: only what a rule names changes."""
    fields = [("kept", Kind.UNKNOWN, Role.OTHER)]
    decided = Decisions.model_validate({"fields": {"t": {"kept": {"action": "keep"}}}})
    survey = make_survey({"t": Made(fields, [[cell] for cell in column], [0] * len(column), block_rows=4)})
    made = job(survey, "own-care-list", format=file_format, decisions=decided)
    out = [
        row["kept"]
        for block in apply_table(survey.export.tables[0], made.context, workers=1)
        for row in block.data.to_pylist()
    ]
    assert out == [None if cell is None else fit(cell, file_format)[0] for cell in column]


@fewer
@given(jobs())
def test_rows_that_leave_stay_in_order(made: Job) -> None:
    for table in made.survey.export.tables:
        rows = [
            block.first_row + int(at)
            for block in apply_table(table, made.context, workers=2)
            for at in np.flatnonzero(block.leaves)
        ]
        assert rows == np.flatnonzero(made.rows.leaves(table.name)).tolist()
