"""The published table: small numbers hidden, and nothing that gives a hidden one away."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Kind, Role, Status, UsageError
from core.protection import decide_rows, load_profile, make_plan, published_table
from core.protection.counts import HIDDEN, publish, publish_cross_table
from core.protection.small_numbers import SmallNumbers
from core.survey.results import NO_DAY, Survey
from tests.core.protection.builders import Made, make_survey
from tests.core.protection.strategies import KEY

PROFILE = load_profile("open-publication")
HES = PROFILE.counts
assert HES is not None


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (1, "*"), (7, "*"), (8, "10"), (12, "10"), (13, "15"), (1002, "1000"), (1003, "1005")],
)
def test_the_hes_rule_of_2018(count: int, text: str) -> None:
    assert publish(count, HES) == text


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.integers(0, 12), st.integers(0, 3000)), min_size=width, max_size=width),
        min_size=1,
        max_size=4,
    )
)


@given(tables)
def test_no_small_number_is_ever_shown_and_no_sum_has_just_one_hidden(cells: list[list[int]]) -> None:
    counts = np.array(cells)
    shown = publish_cross_table(counts, HES)
    grid = [[*line, total] for line, total in zip(shown.cells, shown.rows, strict=True)]
    grid.append([*shown.columns, shown.total])
    true = np.block(
        [[counts, counts.sum(axis=1, keepdims=True)], [counts.sum(axis=0, keepdims=True), counts.sum()]]
    )
    for line, numbers in zip(grid, true.tolist(), strict=True):
        for text, number in zip(line, numbers, strict=True):
            if 1 <= number <= 7:
                assert text == HIDDEN
            elif text != HIDDEN:
                assert abs(int(text) - number) <= 2
                assert int(text) % 5 == 0
    for line in [*grid, *zip(*grid, strict=True)]:
        assert list(line).count(HIDDEN) != 1


def with_totals(tables: Any) -> Any:
    """Every table with its column totals, line totals and total of all, one line of numbers each."""
    lines = tables.sum(axis=2, keepdims=True)
    columns = tables.sum(axis=1, keepdims=True)
    whole = np.block([[tables, lines], [columns, columns.sum(axis=2, keepdims=True)]])
    return whole.reshape(len(tables), -1)


@pytest.mark.parametrize(
    ("hide_to", "shape", "most"),
    [(2, (1, 4), 9), (2, (2, 2), 9), (3, (1, 3), 14), (3, (2, 2), 9), (4, (3, 1), 14)],
)
def test_no_hidden_number_follows_from_what_is_shown(hide_to: int, shape: tuple[int, int], most: int) -> None:
    """All tables that fit what is shown, by the rule that is told with it, differ in each hidden cell."""
    rule = SmallNumbers(rule="small", hide_from=1, hide_to=hide_to, round_to=3, source="test")
    tables = np.array(list(product(range(most), repeat=shape[0] * shape[1]))).reshape(-1, *shape)
    numbers = with_totals(tables)
    shown_as = np.array([publish(n, rule) for n in range(int(numbers.max()) + 1)])
    seen = set()
    for cells in tables[(tables < most - 3).all(axis=(1, 2))]:
        shown = publish_cross_table(cells, rule)
        if shown in seen:
            continue
        seen.add(shown)
        texts = [*zip(shown.cells, shown.rows, strict=True), (shown.columns, shown.total)]
        flat = [text for line, total in texts for text in (*line, total)]
        fits = np.ones(len(tables), dtype=np.bool_)
        for at, text in enumerate(flat):
            fits &= numbers[:, at] > 0 if text == HIDDEN else shown_as[numbers[:, at]] == text
        for at, text in enumerate(flat):
            if text == HIDDEN:
                assert len(np.unique(numbers[fits, at])) > 1
    assert len(seen) > 50


def published(survey: Survey) -> dict[tuple[str, str], str]:
    plan = make_plan(survey, PROFILE, recipient="R", project="P")
    rows = decide_rows(survey, plan, KEY)
    table = published_table(survey, plan, PROFILE, rows)
    assert table.column_names == ["Measure", "Group", "Patients"]
    lines = table.to_pylist()
    result = {(line["Measure"], line["Group"]): line["Patients"] for line in lines}
    assert len(result) == len(lines)
    return result


FIELDS = [("Sex", Kind.QUASI_IDENTIFIER, Role.SEX), ("Code", Kind.CODED_CLINICAL, Role.CODE)]
TODAY = 20_400  # 8 November 2025


def practice(**more: object) -> Survey:
    """60 people with two rows each: 40 women born in 1985 and 20 men born in 1950."""
    women = [-1] * 40
    rows = [[sex, "44054006"] for sex in ["F"] * 40 + ["Male"] * 20 for _ in range(2)]
    patient = [n for n in range(60) for _ in range(2)]
    facts = {name: more.pop(name) for name in ("categories", "unknown_code") if name in more}
    born = [int(np.datetime64("1985-06-01").astype(int))] * len(women)
    born += [int(np.datetime64("1950-06-01").astype(int))] * 20
    made = Made(FIELDS, rows, patient, day=[TODAY] * 120, block_rows=7, **facts)  # type: ignore[arg-type]
    return make_survey({"t": made}, birth_day=born, **more)  # type: ignore[arg-type]


def test_patients_are_counted_and_not_rows() -> None:
    table = published(practice())
    assert table["All patients", "Total"] == "60"
    assert table["Sex", "Female"] == "40"
    assert table["Sex", "Male"] == "20"
    assert table["Sex", "Other or not stated"] == "0"
    assert table["Age", "40-49"] == "40"
    assert table["Age", "70-79"] == "20"
    assert table["Sex and age", "Female, 40-49"] == "40"
    assert table["Sex and age", "Female, 70-79"] == "0"


def test_the_first_cell_that_tells_a_sex_counts() -> None:
    rows = [[sex, "x"] for sex in ["", None, "M", "F", "m", "F", "?", "F", "M"]] * 9
    patient = [n for n in range(9) for _ in range(9)]
    for block_rows in (1, 4, 100):
        survey = make_survey({"t": Made(FIELDS, rows, patient, block_rows=block_rows)})
        assert published(survey)["Sex", "Male"] == "10"


def test_only_the_registered_are_counted_and_objections_drop_nobody() -> None:
    status = [Status.REGISTERED] * 50 + [Status.DIED] * 10
    table = published(practice(status=status, objections={0: ["type1_dissent"]}))
    assert table["All patients", "Total"] == "50"
    assert table["Sex", "Male"] == "10"


def test_a_small_group_is_hidden_with_the_next_one() -> None:
    status = [Status.REGISTERED] * 43 + [Status.DIED] * 17  # 40 women and 3 men
    table = published(practice(status=status))
    assert table["All patients", "Total"] == "45"
    assert table["Sex", "Male"] == HIDDEN
    assert table["Sex", "Female"] == HIDDEN
    assert table["Age", "70-79"] == HIDDEN
    assert table["Age", "40-49"] == HIDDEN


def test_families_of_codes_are_counted_but_not_those_the_law_restricts() -> None:
    categories = {row: ["cancer"] for row in range(24)} | {row: ["hiv"] for row in range(30, 60)}
    table = published(practice(categories=categories))
    assert table["Family of codes", "Cancer"] == "10"
    assert not any("hiv" in group.lower() for _, group in table)


def test_what_a_damaged_code_may_have_been_is_not_counted() -> None:
    categories = {row: ["cancer"] for row in range(24)}
    table = published(practice(categories=categories, unknown_code=range(24)))
    assert ("Family of codes", "Cancer") not in table
    assert table["All patients", "Total"] == published(practice())["All patients", "Total"]


def test_without_ages_or_sexes_there_is_only_what_is_known() -> None:
    survey = make_survey({"t": Made(FIELDS[1:], [["x"]] * 9, range(9))}, birth_day=[NO_DAY] * 9)
    assert published(survey) == {("All patients", "Total"): "10"}


def test_a_profile_with_rows_publishes_no_counts() -> None:
    survey = practice()
    profile = load_profile("approved-research")
    plan = make_plan(survey, profile, recipient="R", project="P")
    with pytest.raises(UsageError, match="does not publish counts"):
        published_table(survey, plan, profile, decide_rows(survey, plan, KEY))
