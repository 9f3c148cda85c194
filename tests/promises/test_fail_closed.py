"""Promise 2: what is not understood is left out until a person decides, and told of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from core.engine import apply_table
from core.model import Kind, PolicyError, Role
from core.protection import decide_rows, gates, load_profiles, make_plan, undecided
from core.survey.results import OBJECTIONS
from tests.core.protection.builders import Made, make_survey
from tests.core.protection.strategies import KEY, Job, fewer, job, jobs

NOT_UNDERSTOOD = (Kind.UNKNOWN, Kind.FREE_TEXT)


def out_names(made: Job) -> set[tuple[str, str]]:
    """Every field of which a cell leaves."""
    return {
        (block.table, name)
        for table in made.survey.export.tables
        for block in apply_table(table, made.context, workers=1)
        for name in block.names
    }


@fewer
@given(jobs(decided=False))
def test_a_field_that_is_not_understood_never_leaves_undecided(made: Job) -> None:
    leaving = out_names(made)
    told = set(undecided(made.plan))
    other_tables = {f"{f.table}, {f.field}" for f in made.plan.fields if f.reason_id == "field.other_table"}
    for table, findings in made.survey.findings.items():
        for finding in findings:
            if finding.kind in NOT_UNDERSTOOD:
                assert (table, finding.field) not in leaving
                # Of a table that is none of the profile's business no field can be asked for.
                no_business = f"{table}, {finding.field}" in other_tables and made.profile.only_tables
                asked = f"{table}, {finding.field}" in told
                assert asked or no_business or made.profile.counts is not None


@fewer
@given(jobs())
def test_only_planned_fields_leave_and_only_with_an_action(made: Job) -> None:
    planned = {(f.table, f.field) for f in made.plan.fields if f.action != "leave_out"}
    assert out_names(made) <= planned


@fewer
@given(jobs())
def test_no_row_with_a_code_that_is_not_understood_leaves_with_its_code(made: Job) -> None:
    for table, facts in made.survey.facts.items():
        coded = any(f.leaves and f.role in (Role.CODE, Role.TERM) for f in made.plan.for_table(table))
        if coded:
            assert not (facts.unknown_code & made.rows.leaves(table)).any()


@fewer
@given(jobs())
def test_no_row_of_a_withheld_category_and_nobody_who_objects_leaves(made: Job) -> None:
    withheld = sum(1 << made.survey.category_ids.index(c) for c in made.plan.withhold_categories)
    type1 = 1 << OBJECTIONS.index("type1_dissent")
    for table, facts in made.survey.facts.items():
        leaves = made.rows.leaves(table)
        assert not (facts.categories[leaves].astype(object) & withheld).any()
        if made.plan.purpose == "beyond_care":
            patients = facts.patient[leaves]
            assert (patients >= 0).all()
            assert not (made.survey.patients.objections[patients] & type1).any()


@pytest.mark.parametrize("profile_id", sorted(load_profiles()))
@pytest.mark.parametrize("kind", NOT_UNDERSTOOD)
@pytest.mark.parametrize("role", list(Role))
def test_under_no_profile_and_for_no_role(profile_id: str, kind: Kind, role: Role) -> None:
    survey = make_survey({"t": Made([("mystery", kind, role)], [["x"]], [0])})
    made = job(survey, profile_id)
    assert out_names(made) == set()
    assert made.rows.rows_out == 0


def test_a_decision_that_matches_nothing_stops() -> None:
    survey = make_survey({"t": Made([("c", Kind.CODED_CLINICAL, Role.CODE)], [["x"]], [0])})
    profile = load_profiles()["approved-research"]
    plan = make_plan(survey, profile, recipient="R", project="P")
    with pytest.raises(PolicyError):
        decide_rows(survey, replace(plan, leave_out_patients=("P-0000-0000-0000-0000",)), KEY)
    item = ("t", "R0-0000-0000-0000-0000", "third_party")
    with pytest.raises(PolicyError):
        decide_rows(survey, replace(plan, leave_out_items=(item,)), KEY)


def test_beyond_care_nothing_goes_before_objections_and_status_are_settled() -> None:
    survey = make_survey({"t": Made([("c", Kind.CODED_CLINICAL, Role.CODE)], [["x"]], [0])}, has_status=False)
    profile = load_profiles()["approved-research"]
    plan = make_plan(survey, profile, recipient="R", project="P")
    found = gates(survey, plan, decide_rows(survey, plan, KEY), profile)
    assert [gate.name for gate in found if not gate.passed] == ["objections", "registered"]
