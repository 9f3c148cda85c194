"""Promise 1: what the right-hand pane shows and what the export gets are equal, to the character."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.engine import apply_table
from core.preview import Preview
from core.protection import decide_rows, load_profile, load_profiles, make_plan, published_table
from tests.core.protection.builders import make_survey, report
from tests.core.protection.strategies import KEY, Job, fewer, jobs


def exported(made: Job, table: str) -> tuple[list[int], list[list[str | None]]]:
    """The row numbers and cells that the export of a table is given."""
    numbers: list[int] = []
    rows: list[list[str | None]] = []
    for block in apply_table(made.survey.export.table(table), made.context, workers=1):
        numbers += (np.flatnonzero(block.leaves) + block.first_row).tolist()
        rows += [list(row.values()) for row in block.data.to_pylist()]
    return numbers, rows


@fewer
@given(jobs())
def test_the_pane_shows_exactly_what_the_export_gets(made: Job) -> None:
    shown = Preview(made.survey, made.plan, KEY, made.rows)
    for table in made.survey.findings:
        window = shown.window(table, 0, shown.row_count(table))
        leaving = [row for row in window.rows if row.out is not None]
        numbers, rows = exported(made, table)
        assert [row.row for row in leaving] == numbers
        assert [row.out for row in leaving] == rows
        assert all((row.out is None) == (row.withheld is not None) for row in window.rows)


@fewer
@given(jobs(), st.data())
def test_however_the_pane_is_scrolled(made: Job, data: st.DataObject) -> None:
    shown = Preview(made.survey, made.plan, KEY, made.rows, blocks_kept=1)
    for table in made.survey.findings:
        whole = shown.window(table, 0, shown.row_count(table)).rows
        for _ in range(4):
            start = data.draw(st.integers(0, len(whole)))
            stop = data.draw(st.integers(start, len(whole)))
            assert shown.window(table, start, stop).rows == whole[start:stop]


def test_every_profile_that_ships_is_seen_as_it_leaves() -> None:
    survey = make_survey(report(people=9, categories={4: ["hiv"]}), objections={2: ["type1_dissent"]})
    for profile_id, profile in load_profiles().items():
        plan = make_plan(survey, profile, recipient="R", project="P")
        rows = decide_rows(survey, plan, KEY)
        shown = Preview(survey, plan, KEY, rows)
        out = [row.out for row in shown.window("events", 0, 27).rows if row.out is not None]
        made = Job(survey, profile, plan, rows, shown.context)
        assert exported(made, "events")[1] == out
        assert bool(out) == (profile_id != "open-publication")


def test_a_profile_that_publishes_counts_shows_the_table_that_is_published() -> None:
    survey = make_survey(report(people=30))
    profile = load_profile("open-publication")
    plan = make_plan(survey, profile, recipient="R", project="P")
    rows = decide_rows(survey, plan, KEY)
    shown = Preview(survey, plan, KEY, rows)
    assert shown.published is not None
    assert shown.published.equals(published_table(survey, plan, profile, rows))
    research = load_profile("approved-research")
    plan = make_plan(survey, research, recipient="R", project="P")
    assert Preview(survey, plan, KEY, decide_rows(survey, plan, KEY)).published is None
