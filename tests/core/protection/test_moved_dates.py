"""Dates moved by the patient's own days: never 0, one shift a patient, spelt as they were."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Kind, Role, UsageError
from core.protection import Decisions, apply, make_plan
from core.protection.actions import ACTIONS, Person, Setting, run_of
from core.protection.date_spelling import moved, moved_at_once
from core.protection.persons import Shifts
from core.protection.pseudonyms import Pseudonyms
from core.protection.shift_rules import shift_gate
from core.survey.identifiers import parse_date
from core.survey.results import Survey
from tests.core.protection.builders import Made, make_survey
from tests.core.protection.strategies import Job, job
from tests.core.protection.test_apply import whole

days = st.dates(date(1880, 1, 1), date(2090, 12, 31))
FORMS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%b-%Y",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d %B %Y",
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%y",
)
written = st.builds(lambda day, form: day.strftime(form), days, st.sampled_from(FORMS))
odd = st.sampled_from(
    ["", " ", "soon", "1961", "2025-11", "1899-12-31", "1900-01-01", "02/24/1975", " 12/04/1961 ", "1/2/2020"]
)


@given(st.lists(st.one_of(written, odd), min_size=1, max_size=50), st.integers(-400, 400))
def test_at_once_and_one_by_one_are_the_same(cells: list[str], shift: int) -> None:
    cells = cells * (1 + 40 // len(cells))  # enough for the fast way
    encoded = pa.array(cells).dictionary_encode()
    places = encoded.indices.to_numpy().astype(np.int64)
    made, done = moved_at_once(encoded.dictionary, places, np.full(len(cells), shift, dtype=np.int32))
    for cell, out, fast in zip(cells, made.to_pylist(), done.tolist(), strict=True):
        assert not fast or out == moved(cell, shift)


@given(days, st.sampled_from(FORMS[:-1]), st.integers(-200, 200).filter(bool))
def test_a_date_is_moved_in_its_own_spelling(day: date, form: str, shift: int) -> None:
    after = day + timedelta(days=shift)
    if date(1900, 1, 1) in (day, after):
        return
    text, made = day.strftime(form), moved(day.strftime(form), shift)
    if parse_date(text) == day and parse_date(after.strftime(form)) == after:
        assert made == after.strftime(form)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("1961-04-12T23:59:00Z", "1961-04-22T23:59:00Z"),
        ("9/4/2020", "19/4/2020"),
        ("12-APR-1961", "22-APR-1961"),
        ("02/24/1975", "1975-03-06"),  # month first, which nobody would read so again
        ("25/12/29 10:00", "2030-01-04 10:00"),  # '04/01/30' would be read as 1930
        ("2025-11", None),
        ("1961", None),
        ("1899-12-31", None),
        ("01/01/1900", None),
        ("1899-12-21", None),  # would become a date that stands for none
        ("2099-12-30", None),
        ("see 12/04/1961", None),
    ],
)
def test_spellings(text: str, after: str | None) -> None:
    assert moved(text, 10) == after


def test_shifts_are_never_nought_and_spread_over_the_whole_range() -> None:
    patients = np.arange(20_000, dtype=np.int32)
    drawn = Shifts([f"nhs|{n:010d}" for n in range(20_000)], Pseudonyms(bytes(32)), 182).of(patients)
    assert set(drawn.tolist()) == set(range(-182, 183)) - {0}
    assert abs(float(drawn.mean())) < 3


@given(st.integers(1, 3_650), st.text(min_size=1, max_size=12))
def test_a_shift_is_within_its_range_and_the_same_again(most: int, who: str) -> None:
    first, again = (Shifts([who], Pseudonyms(bytes(32)), most).of(np.zeros(3, np.int32)) for _ in range(2))
    assert first.tolist() == again.tolist()
    assert 1 <= abs(int(first[0])) <= most


def test_another_project_moves_the_same_people_otherwise() -> None:
    who, all_of = [f"nhs|{n:010d}" for n in range(300)], np.arange(300, dtype=np.int32)
    one, other = (Shifts(who, Pseudonyms(bytes([n]) * 32), 182).of(all_of) for n in (1, 2))
    assert (one == other).mean() < 0.05
    assert abs(float(np.corrcoef(one, other)[0, 1])) < 0.25


DATE = ("When", Kind.QUASI_IDENTIFIER, Role.EVENT_DATE)
BORN = ("Born", Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH)
MOVE = {"action": "date_shift"}


def two_tables(rows: list[tuple[date, int]]) -> Survey:
    cells = [[day.isoformat(), "1961-04-12"] for day, _ in rows]
    whose = [patient for _, patient in rows]
    return make_survey({name: Made([DATE, BORN], cells, whose, block_rows=3) for name in ("a", "b")})


def shifted(survey: Survey, **more: str) -> Job:
    fields = {
        name: {"When": {**MOVE, "settings": more}, "Born": {**MOVE, "settings": more}} for name in ("a", "b")
    }
    return job(survey, "approved-research", decisions=Decisions.model_validate({"fields": fields}))


@given(st.lists(st.tuples(days, st.integers(0, 4)), min_size=1, max_size=12))
def test_all_dates_of_a_patient_are_moved_alike_in_every_table(rows: list[tuple[date, int]]) -> None:
    rows = [(day, patient) for day, patient in rows if day.year > 1901]
    made = shifted(two_tables(rows))
    by: dict[int, set[int]] = {}
    for table in ("a", "b"):
        out = apply(whole(made, table), made.context).data
        for (day, patient), cell in zip(rows, out.column("When").to_pylist(), strict=True):
            by.setdefault(patient, set()).add((date.fromisoformat(cell) - day).days)
        for (_, patient), cell in zip(rows, out.column("Born").to_pylist(), strict=True):
            by[patient].add((date.fromisoformat(cell) - date(1961, 4, 12)).days)
    assert all(len(shifts) == 1 and 0 not in shifts for shifts in by.values())


def test_a_row_of_nobody_has_no_date_and_says_why() -> None:
    survey = make_survey({"a": Made([DATE, BORN], [["2020-01-01", ""], ["2020-01", None]], [-1, 0])})
    made = job(
        survey,
        "own-care-list",
        decisions=Decisions.model_validate({"fields": {"a": {"When": MOVE, "Born": MOVE}}}),
    )
    out = apply(whole(made, "a"), made.context)
    assert out.data.to_pylist() == [{"When": None, "Born": ""}, {"When": None, "Born": None}]
    reasons = [out.cell_reason("When", row) for row in (0, 1)]
    assert [reason.id for reason in reasons if reason] == [
        "action.date_shift.nobody",
        "action.date_shift.unreadable",
    ]
    assert "whose date" in reasons[0].text if reasons[0] else False
    assert out.cell_reason("Born", 0) is None


def test_two_ranges_in_one_export_are_refused() -> None:
    survey = two_tables([(date(2020, 1, 1), 0)])
    fields = {"a": {"When": {**MOVE, "settings": {"days": "30"}}, "Born": MOVE}}
    made = job(survey, "approved-research")
    with pytest.raises(UsageError, match="same number of days"):
        make_plan(
            survey,
            made.profile,
            recipient="R",
            project="P",
            decisions=Decisions.model_validate({"fields": fields}),
        )


def test_a_kept_date_beside_moved_ones_stops_the_export() -> None:
    survey = two_tables([(date(2020, 1, 1), 0)])
    fields = {"a": {"When": MOVE, "Born": {"action": "keep"}}}
    kept = job(survey, "approved-research", decisions=Decisions.model_validate({"fields": fields}))
    gate = shift_gate(survey, kept.plan)
    assert gate is not None
    assert not gate.passed
    assert "'Born'" in gate.detail
    for near in (
        {"action": "month"},
        {"action": "quarter"},
        {"action": "days_since_index", "settings": {"index": "2020-01-01"}},
    ):
        made: dict[str, object] = {"a": {"When": MOVE, "Born": {"action": "year"}}, "b": {"When": near}}
        decided = Decisions.model_validate({"fields": made})
        beside = shift_gate(survey, job(survey, "approved-research", decisions=decided).plan)
        assert beside is not None
        assert not beside.passed, near
        assert "'When'" in beside.detail
    whole_gate = shift_gate(survey, shifted(survey).plan)
    assert whole_gate is not None
    assert whole_gate.passed
    assert shift_gate(survey, job(survey, "approved-research").plan) is None


@pytest.mark.parametrize("wrong", ["0", "-3", "", "many", "4000", "1.5", "\u0663"])
def test_a_range_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match="whole number of days"):
        run_of("date_shift", Setting(Role.EVENT_DATE, {"days": wrong}, person=Person(shift=3)))


def test_nobody_chooses_it_without_being_told_that_intervals_survive() -> None:
    action = ACTIONS["date_shift"]
    assert "days between" in action.warning
    assert "intervals" in action.term
    assert run_of("date_shift", Setting(Role.EVENT_DATE, person=Person()))("2020-01-01") == (
        None,
        "unreadable",
    )
