"""Promise 1: what the right-hand pane shows and what the export gets are equal, to the character."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.engine import apply_table
from core.preview import Preview
from core.protection import Purpose, decide_rows, load_profile, load_profiles, make_plan, published_table
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


def days_since_1970(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - date(1970, 1, 1)).days


def test_every_profile_that_ships_is_seen_as_it_leaves() -> None:
    """On two tables, one of them of medicines: a profile for payment sends no other."""
    days = [days_since_1970(2025, row % 3 + 1, row // 3 % 28 + 1) for row in range(27)]
    events = report(people=9, categories={4: ["hiv"]}, day=days)["events"]
    survey = make_survey({"events": events, "medication": events}, objections={2: ["type1_dissent"]})
    survey = replace(survey, as_of_day=days_since_1970(2025, 3, 31))  # what the last months are reckoned from
    for profile_id, profile in load_profiles().items():
        plan = make_plan(survey, profile, recipient="R", project="P")
        rows = decide_rows(survey, plan, KEY)
        shown = Preview(survey, plan, KEY, rows)
        made = Job(survey, profile, plan, rows, shown.context)
        for table in survey.findings:
            out = [row.out for row in shown.window(table, 0, 27).rows if row.out is not None]
            assert exported(made, table)[1] == out
            sends = profile.purpose is not Purpose.COUNTS
            assert bool(out) == (sends and not (profile.only_tables and table == "events")), profile_id


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
