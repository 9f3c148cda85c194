"""What would tell the true days after all: the day of the week, or a known day that days are counted from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.model import Gate, Kind, Role
from core.protection import Decisions, Plan, gates, make_plan
from core.protection.profile import load_profile
from core.protection.shift_rules import index_gate, shift_gate
from core.survey.results import Survey
from tests.core.protection.builders import Made, make_survey
from tests.core.protection.strategies import job

MOVE, KEEP = {"action": "date_shift"}, {"action": "keep"}
FIRST = date(2025, 6, 2)
SPELT = ("%A", "%a", "%a %H:%M", "%A pm", "%As")


def survey_with(heading: str, cells: list[str], role: Role = Role.OTHER) -> Survey:
    fields = [
        ("When", Kind.QUASI_IDENTIFIER, Role.EVENT_DATE),
        ("Joined", Kind.QUASI_IDENTIFIER, Role.REGISTERED_DATE),
        (heading, Kind.ADMINISTRATIVE, role),
    ]
    rows = [[(FIRST + timedelta(days=at)).isoformat(), "2001-02-03", cell] for at, cell in enumerate(cells)]
    return make_survey({"a": Made(fields, rows, [0] * len(rows), block_rows=3)})


def decided(survey: Survey, profile: str = "approved-research", **fields: dict[str, object]) -> Plan:
    return make_plan(
        survey,
        load_profile(profile),
        recipient="R",
        project="P",
        decisions=Decisions.model_validate({"fields": {"a": {"Joined": {"action": "year"}, **fields}}}),
    )


def moved_beside(heading: str, cells: list[str], action: str = "keep", role: Role = Role.OTHER) -> Gate:
    survey = survey_with(heading, cells, role)
    plan = decided(survey, When=MOVE, **{heading: {"action": action}})
    gate = shift_gate(survey, plan)
    assert gate is not None
    return gate


@pytest.mark.parametrize("spelt", SPELT)
def test_a_day_of_the_week_beside_moved_dates_stops_the_export(spelt: str) -> None:
    cells = [(FIRST + timedelta(days=at)).strftime(spelt) for at in range(9)]
    gate = moved_beside("Clinic", cells)
    assert not gate.passed
    assert "'Clinic'" in gate.detail
    assert gate.needs == ("a, Clinic",)


@pytest.mark.parametrize(
    "heading", ["Weekday", "DayOfWeek", "day_of_the_week", "Appointment week day", "DOW"]
)
def test_so_does_one_that_only_its_heading_tells(heading: str) -> None:
    assert not moved_beside(heading, ["1", "2", "7"]).passed


@pytest.mark.parametrize(
    "cells", [["Sunita", "Mona", "Fred"], ["", ""], ["Seen on Monday", "Mondale", "x"], []]
)
def test_other_words_do_not(cells: list[str]) -> None:
    gate = moved_beside("Clinic", cells)
    assert gate.passed
    assert "moved" in gate.detail


def test_nor_does_one_that_is_left_out() -> None:
    assert moved_beside("Clinic", ["Mon", "Tue"], "leave_out").passed


def test_ages_in_single_years_are_told_of() -> None:
    plain = moved_beside("Age", ["40", "41"], "leave_out", Role.AGE).detail
    assert "single years" not in plain
    told = moved_beside("Age", ["40", "41"], "keep", Role.AGE)
    assert told.passed
    assert "'Age'" in told.detail
    assert "single years" in told.detail


def counted(index: str, profile: str = "approved-research", **more: dict[str, object]) -> Gate | None:
    survey = survey_with("Clinic", ["a", "b"])
    since: dict[str, object] = {"action": "days_since_index", "settings": {"index": index}}
    return index_gate(decided(survey, profile, When=since, **more), load_profile(profile))


def test_days_from_a_known_day_are_refused_beyond_care() -> None:
    fixed = counted("2020-01-01")
    assert fixed is not None
    assert not fixed.passed
    assert "'When'" in fixed.detail
    for own in ("first_event", "registration"):
        gate = counted(own)
        assert gate is not None
        assert gate.passed
    kept = counted("registration", Joined=KEEP)
    assert kept is not None
    assert not kept.passed
    assert "registration" in kept.detail


def test_where_dates_leave_anyway_or_none_are_counted_nothing_is_said() -> None:
    assert counted("2020-01-01", "records-transfer") is None
    survey = survey_with("Clinic", ["a", "b"])
    assert index_gate(decided(survey), load_profile("approved-research")) is None
    for profile in ("gpdpr", "caredata-gpes"):
        gate = counted("2020-01-01", profile)
        assert gate is not None
        assert gate.passed


def test_the_gates_of_an_export_have_both() -> None:
    survey = survey_with("Clinic", ["Mon", "Tue"])
    since: dict[str, object] = {"action": "days_since_index", "settings": {"index": "2020-01-01"}}
    fields = {"a": {"When": MOVE, "Joined": since, "Clinic": KEEP}}
    made = job(survey, "approved-research", decisions=Decisions.model_validate({"fields": fields}))
    found = {gate.name: gate.passed for gate in gates(survey, made.plan, made.rows, made.profile)}
    assert found["dates-moved"] is False
    assert found["days-counted"] is False
