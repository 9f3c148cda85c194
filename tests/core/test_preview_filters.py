"""Filters together: either of one kind, all of different kinds, and what each would leave of the others."""

from __future__ import annotations

import numpy as np
import pytest

from core.model import UsageError
from core.preview import Preview
from core.preview_filters import kind_of, rows_of_patient
from tests.core.protection.builders import make_survey, report
from tests.core.protection.strategies import KEY, job

OFFERED = ("all", "changed", "left_out", "objection", "category:hiv", "category:cancer", "unknown_code")


@pytest.fixture(scope="module")
def shown() -> Preview:
    """Three rows a patient; HIV in rows 4 and 5, cancer in 5 and 7, and the last patient objects."""
    tables = report(
        categories={4: ["hiv"], 5: ["hiv", "cancer"], 7: ["cancer"]}, unknown_code=[9], objection_row=[10]
    )
    made = job(make_survey(tables, objections={5: ["type1_dissent"]}), "approved-research")
    return Preview(made.survey, made.plan, KEY, made.rows)


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ((), list(range(18))),
        (("category:hiv", "category:cancer"), [4, 5, 7]),
        (("left_out", "category:cancer"), [5]),
        (("changed", "category:hiv", "category:cancer"), [7]),
        (("left_out", "changed"), list(range(18))),
        (("left_out", "objection"), [15, 16, 17]),
        (("patient:1",), [3, 4, 5]),
        (("patient:1", "category:hiv", "left_out"), [4, 5]),
        (("patient:0", "category:hiv"), []),
    ],
)
def test_either_of_one_kind_and_all_of_different_kinds(
    shown: Preview, filters: tuple[str, ...], rows: list[int]
) -> None:
    assert shown.positions("events", filters).tolist() == rows


@pytest.mark.parametrize(
    "chosen",
    [(), ("left_out",), ("category:hiv",), ("category:hiv", "changed"), ("patient:1", "category:cancer")],
)
def test_a_count_is_what_is_left_with_the_chosen_filters_of_other_kinds(
    shown: Preview, chosen: tuple[str, ...]
) -> None:
    counts = shown.narrowing("events").counts(OFFERED, chosen)
    for offered in OFFERED[1:]:
        others = [name for name in chosen if kind_of(name) != kind_of(offered)]
        assert counts[offered] == len(shown.positions("events", (*others, offered))), offered
    assert counts["all"] == 18


@pytest.mark.parametrize(
    "filter", ["patient:", "patient:-1", "patient:99", "patient:1.5", "category:measles"]
)
def test_no_such_patient_or_category_is_refused(shown: Preview, filter: str) -> None:
    with pytest.raises(UsageError, match="no filter"):
        shown.positions("events", ["left_out", filter])
    with pytest.raises(UsageError, match="no filter"):
        shown.narrowing("events").counts([filter], [])


def test_a_row_that_must_not_be_seen_is_not_found_by_its_patient(shown: Preview) -> None:
    narrowed = shown.narrowing("events", unseen=lambda: np.arange(shown.row_count("events")) == 4)
    assert np.flatnonzero(narrowed.mask("patient:1")).tolist() == [3, 5]
    assert narrowed.counts(["category:hiv"], ["patient:1"]) == {"category:hiv": 1}
    assert [
        (table, rows.tolist()) for table, rows in rows_of_patient(shown.survey, 1, lambda _t, row: row != 5)
    ] == [("events", [5])]
    assert rows_of_patient(shown.survey, 1, lambda _t, _r: True) == ()


def test_rows_that_name_nobody_are_nobodys(shown: Preview) -> None:
    assert rows_of_patient(shown.survey, -1, lambda _t, _r: False) == ()
    assert shown.window("events", 3, 4).rows[0].patient == 1
