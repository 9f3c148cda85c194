"""Profiles that publish counts on the demo practice: no small number, no row, and whole groups told of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import PolicyError, UsageError
from core.protection import load_profile, make_plan, published_table
from core.protection.counts import HIDDEN, Published, counts_gate, published, refuse_rows, statement_of
from core.protection.counts.people import People
from core.protection.counts.table import Whole, told_of_all
from core.protection.small_numbers import SmallNumbers
from core.survey.results import Survey
from tests.core.protection.profiles.conftest import Example, example_of

COUNTS = ("feasibility-count", "foi-count", "open-publication")


def told(found: Example) -> Published:
    return published(found.survey, found.plan, found.profile, found.rows)


def numbers(made: Published) -> dict[tuple[str, str], str]:
    result = {(line.measure, line.group): line.patients for line in made.lines}
    assert len(result) == len(made.lines)
    return result


@pytest.mark.parametrize("profile", COUNTS)
def test_only_a_table_leaves_and_it_shows_no_small_number(demo: Survey, profile: str) -> None:
    found = example_of(demo, profile)
    assert found.failing() == (["counts-only"] if profile == "feasibility-count" else [])
    assert found.rows.rows_out == 0
    assert not any(f.leaves for f in found.plan.fields)
    made = told(found)
    assert made.table == published_table(demo, found.plan, found.profile, found.rows)
    for text in numbers(made).values():
        assert text == HIDDEN or text == "0" or (int(text) >= 10 and int(text) % 5 == 0)
    assert found.profile.profile_tier == "green"


def test_a_number_for_a_study_is_one_line_and_says_for_whom(demo: Survey) -> None:
    found = example_of(demo, "feasibility-count")
    ((key, number),) = numbers(told(found)).items()
    assert key == ("All patients", "Total")
    registered = int((demo.patients.status == 1).sum())
    assert abs(int(number) - registered) <= 2
    said = " ".join(statement_of(demo, found.plan, told(found)))
    assert "registered" in said
    assert "OpenSAFELY" in said
    assert number not in said


def test_the_cohort_of_a_study_has_all_that_is_asked_for(demo: Survey) -> None:
    one = numbers(told(example_of(demo, "feasibility-count", decisions={"counts": {"of": ["cancer"]}})))
    both = {"counts": {"of": ["cancer", "heart_disease"]}}
    two = numbers(told(example_of(demo, "feasibility-count", decisions=both)))
    assert list(one) == [("Cohort", "Cancer")]
    assert list(two) == [("Cohort", "Cancer and Heart disease")]
    some, fewer = one.popitem()[1], two.popitem()[1]
    assert fewer == HIDDEN or int(fewer) <= int(some)


def test_an_answer_to_a_request_has_no_table_of_sex_by_age(demo: Survey) -> None:
    lines = numbers(told(example_of(demo, "foi-count")))
    measures = {measure for measure, _ in lines}
    assert measures == {"All patients", "Sex", "Age", "Family of codes"}
    asked = numbers(told(example_of(demo, "foi-count", decisions={"counts": {"of": ["cancer"]}})))
    assert {measure for measure, _ in asked} == {
        *("All patients", "Sex", "Age", "Family of codes", "Cancer by sex", "Cancer by age")
    }
    assert asked["Family of codes", "Cancer"] == lines["Family of codes", "Cancer"]
    for (measure, group), text in asked.items():
        if measure == "Cancer by age" and HIDDEN not in (text, asked["Age", group]):
            assert int(text) <= int(asked["Age", group])


@pytest.mark.parametrize("family", ["hiv", "termination", "gender", "identifying_codes"])
def test_what_the_law_restricts_is_counted_for_nobody(demo: Survey, family: str) -> None:
    for profile in COUNTS:
        with pytest.raises(PolicyError, match="not counted"):
            example_of(demo, profile, decisions={"counts": {"of": [family]}})
    with pytest.raises(UsageError, match="only where counts leave"):
        example_of(demo, "approved-research", decisions={"counts": {"of": ["cancer"]}})


@pytest.mark.parametrize("profile", COUNTS)
@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet", "ndjson", "fhir"])
def test_formats_that_hold_rows_are_refused(profile: str, format: str) -> None:
    if profile != "feasibility-count" and format != "fhir":
        refuse_rows(load_profile(profile), format)
        return
    with pytest.raises(PolicyError) as refused:
        refuse_rows(load_profile(profile), format)
    assert refused.value.exit_status == 4


def test_a_plan_made_for_rows_does_not_pass_as_one_for_counts(demo: Survey) -> None:
    rows = make_plan(demo, load_profile("approved-research"), recipient="R", project="P")
    gate = counts_gate(load_profile("open-publication"), rows)
    assert gate is not None
    assert not gate.passed


RULE = SmallNumbers(rules="hes-2018", shows=("sex", "age", "families"), whole_groups="hide")


def people(sexes: list[int], ages: list[int]) -> People:
    return People(
        np.ones(len(sexes), dtype=np.bool_), np.array(sexes), ("0-9", "10-19", "Not known"), np.array(ages)
    )


PEOPLE = people([0] * 40 + [1] * 30, [0] * 20 + [1] * 20 + [0] * 30)


def family(who: Any, rule: SmallNumbers = RULE, **more: Any) -> dict[tuple[str, str], str]:
    marks = np.zeros(70, dtype=np.bool_)
    marks[list(who)] = True
    lines = Whole(PEOPLE, rule).family("Cancer", marks, True, **more)
    return {(line.measure, line.group): line.patients for line in lines}


def test_a_hidden_group_of_a_family_cannot_be_had_from_the_other_groups() -> None:
    shown = family([*range(3), *range(40, 60)])
    assert shown["Cancer by sex", "Female"] == HIDDEN
    assert shown["Cancer by sex", "Male"] == HIDDEN
    assert shown["Family of codes", "Cancer"] == "25"


def test_where_nothing_is_rounded_those_few_without_a_code_are_hidden_too() -> None:
    exact = RULE.model_copy(update={"round_to": 1})
    shown = family([*range(40), *range(40, 67)], exact)
    assert shown["Cancer by sex", "Male"] == HIDDEN  # 27 of 30, so 3 have none
    assert shown["Family of codes", "Cancer"] == HIDDEN


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.booleans()), min_size=1, max_size=60),
    st.booleans(),
)
def test_no_line_of_a_family_shows_or_gives_away_a_small_number(
    who: list[tuple[int, int, bool]], exact: bool
) -> None:
    rule = RULE.model_copy(update={"round_to": 1}) if exact else RULE
    whole = Whole(people([sex for sex, _, _ in who], [age for _, age, _ in who]), rule)
    marks = np.array([has for _, _, has in who])
    lines = {(line.measure, line.group): line for line in whole.family("X", marks, True)}
    total = lines["Family of codes", "X"].patients
    counted = {
        "X by sex": [int((marks & [s == n for s, _, _ in who]).sum()) for n in range(3)],
        "X by age": [int((marks & [a == n for _, a, _ in who]).sum()) for n in range(3)],
    }
    for measure, true in counted.items():
        shown = [line.patients for (name, _), line in lines.items() if name == measure]
        if not shown:
            continue
        for text, count in zip(shown, true, strict=True):
            assert text == HIDDEN or not 1 <= count <= 7
        # One hidden part follows from the others where the total is shown.
        assert total == HIDDEN or shown.count(HIDDEN) != 1


def test_everybody_and_nobody_are_told_apart_and_held_back(demo: Survey) -> None:
    found = example_of(demo, "foi-count", decisions={"counts": {"of": ["dementia"]}})
    made = told(found)
    held = [line for line in made.lines if line.held]
    assert held  # no child has dementia
    assert all(line.patients == HIDDEN and line.whole == "nobody" for line in held)
    assert all("Nobody in the group" in line.warning for line in held)
    name, _, number = made.confirmation.partition(":")
    assert int(number) == len(held)
    seen = {"counts": {"of": ["dementia"]}, "confirmed": {name: int(number)}}
    after = told(example_of(demo, "foi-count", decisions=seen))
    assert not [line for line in after.lines if line.held]
    by_age = {line.group: line.patients for line in after.lines if line.measure.endswith("by age")}
    assert all(by_age[line.group] == "0" for line in held if line.measure.endswith("by age"))
    other = told(example_of(demo, "foi-count", decisions={**seen, "confirmed": {name: int(number) + 1}}))
    assert [line for line in other.lines if line.held]


def test_a_family_that_everybody_has_is_flagged() -> None:
    marks = np.ones(70, dtype=np.bool_)
    found = Whole(PEOPLE, RULE).family("Cancer", marks, True)
    assert {line.patients for line in found} >= {"70", "40", "30"}
    assert {told_of_all(line).whole for line in found if line.patients not in ("0", HIDDEN)} == {"everyone"}
