"""Which rows leave, and the first reason of each that does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.model import Kind, PolicyError, Role, Status
from core.protection import (
    Decisions,
    Key,
    ObjectionLists,
    ObjectionSource,
    Plan,
    RowDecisions,
    decide_rows,
    load_profile,
    make_plan,
    pseudonyms_for,
    row_fingerprint,
)
from core.survey.results import Survey
from tests.core.protection.builders import Made, make_survey, report

KEY = Key(bytes(range(32)))
CODE = [("Code", Kind.CODED_CLINICAL, Role.CODE)]


def decide(
    survey: Survey,
    profile: str = "approved-research",
    lists: ObjectionLists | None = None,
    **more: Any,
) -> tuple[Plan, RowDecisions]:
    decisions = more.pop("decisions", None)
    sources = lists.sources if lists else (ObjectionSource("codes"),)
    plan = make_plan(
        survey,
        load_profile(profile),
        recipient="R",
        project="P",
        objection_sources=sources,
        decisions=None if decisions is None else Decisions(**decisions),
    )
    plan = replace(plan, **more)
    return plan, decide_rows(survey, plan, KEY, lists)


def reasons(survey: Survey, profile: str = "approved-research", **more: Any) -> list[str]:
    """The reason id of each row of the first table, '' where it leaves."""
    _, rows = decide(survey, profile, **more)
    numbers = rows.withheld[survey.export.tables[0].name]
    return ["" if n == 0 else rows.reasons[n - 1].id for n in numbers.tolist()]


_OF_ROWS = ("categories", "unknown_code", "not_judged", "deleted")


def one_row_each(count: int, **more: Any) -> Survey:
    facts = {name: more.pop(name) for name in _OF_ROWS if name in more}
    rows = [["44054006"]] * count
    return make_survey({"t": Made(CODE, rows, more.pop("patient", range(count)), **facts)}, **more)


def test_reasons_come_in_their_fixed_order() -> None:
    """Row n has the nth reason and all those after it."""
    survey = one_row_each(
        10,
        patient=[0, 1, 2, 3, 4, 5, 6, 7, 8, -1],
        objections={0: ["type1_dissent"]},
        status=[Status.DIED, Status.DIED, *[Status.REGISTERED] * 7],
        categories={row: ["hiv", "gender"] for row in range(5)} | {5: ["gender"]},
        unknown_code=range(7),
        not_judged=range(8),
    )
    codes = pseudonyms_for(KEY, "R", "P")
    raw = survey.export.tables[0].read(next(iter(survey.export.tables[0].blocks())))
    decisions = {
        "patients": {"leave_out": [codes.of_identity(survey.patients.identity[n]) for n in (0, 1, 2)]},
        "items": [
            {"table": "t", "row": row_fingerprint(raw, at, codes), "reason": "third_party"} for at in range(4)
        ],
    }
    assert reasons(survey, decisions=decisions) == [
        "objection.type1_dissent",
        "status.died",
        "decision.patient",
        "decision.item.third_party",
        "category.hiv",
        "category.gender",
        "code.unknown",
        "code.not_judged",
        "",
        "patient.unknown",
    ]


def test_reasons_are_listed_in_their_fixed_order_whatever_came_first_in_the_file() -> None:
    survey = make_survey(
        {
            "a": Made(CODE, [["x"]] * 3, [0, 1, -1], unknown_code=[0]),
            "b": Made(CODE, [["x"]] * 4, [0, 2, 3, 1], categories={0: ["gender"], 3: ["hiv"]}),
        },
        status=[Status.REGISTERED, Status.REGISTERED, Status.LEFT, Status.DIED],
    )
    _, rows = decide(survey)
    assert [counted.id for counted in rows.counted] == [
        "status.died",
        "status.left",
        "category.hiv",
        "category.gender",
        "code.unknown",
        "patient.unknown",
    ]


def test_an_objection_takes_the_whole_patient_out_of_every_table() -> None:
    survey = make_survey(
        {"a": Made(CODE, [["x"]] * 3, [0, 1, 0]), "b": Made(CODE, [["y"]] * 2, [1, 0])},
        objections={0: ["type1_dissent"]},
    )
    _, rows = decide(survey)
    assert rows.leaves("a").tolist() == [False, True, False]
    assert rows.leaves("b").tolist() == [True, False]
    assert (rows.patients_in, rows.patients_out) == (2, 1)
    assert [(c.id, c.rows, c.patients) for c in rows.counted] == [("objection.type1_dissent", 3, 1)]


@pytest.mark.parametrize(
    ("profile", "leaving"),
    [
        ("approved-research", [Status.REGISTERED]),
        ("caredata-gpes", [Status.REGISTERED]),
        ("own-care-list", [Status.REGISTERED, Status.TEMPORARY, Status.UNKNOWN]),
    ],
)
def test_who_goes_by_status(profile: str, leaving: list[Status]) -> None:
    survey = make_survey(report(people=5, each=1, day=[20_000] * 5), status=list(Status))
    gone = [reason == "" for reason in reasons(survey, profile)]
    assert gone == [status in leaving for status in Status]


def test_the_dead_keep_the_objections_they_made() -> None:
    survey = one_row_each(1, status=[Status.DIED], objections={0: ["type1_dissent"]})
    assert reasons(survey) == ["objection.type1_dissent"]


def test_own_care_drops_nobody_for_an_objection_and_tells_who_would_miss_out() -> None:
    survey = make_survey(
        report(people=6, each=2),
        objections={0: ["type1_dissent", "national_data_opt_out"]},
        status=[Status.REGISTERED, Status.DIED, Status.DIED, Status.DIED, Status.LEFT, Status.LEFT],
    )
    _, rows = decide(survey, "own-care-list")
    assert rows.rows_out == 2
    assert [(c.id, c.patients) for c in rows.missing_out] == [("died", 3), ("left", 2)]


def test_without_a_status_field_status_is_a_gate_and_not_a_reason() -> None:
    assert reasons(one_row_each(2, has_status=False)) == ["", ""]


def test_somebody_known_to_have_died_stays_out_without_a_status_field() -> None:
    assert reasons(one_row_each(2, has_status=False, status=[Status.UNKNOWN, Status.DIED])) == [
        "",
        "status.died",
    ]


def test_counts_drop_nobody_for_an_objection_and_count_only_the_registered() -> None:
    survey = one_row_each(3, objections={0: ["type1_dissent"]}, status=[1, 4, 2])
    assert reasons(survey, "open-publication") == ["counted", "status.died", "status.left"]


def test_rows_of_nobody_stay_where_objections_must_be_checked() -> None:
    survey = make_survey(
        report(people=2, each=1) | {"events": Made(report()["events"].fields, [["x"] * 12], [-1])}
    )
    assert reasons(survey) == ["patient.unknown"]
    assert reasons(survey, "own-care-list") == [""]


def test_a_code_that_is_not_understood_goes_when_a_person_says_so() -> None:
    survey = one_row_each(2, unknown_code=[1])
    assert reasons(survey) == ["", "code.unknown"]
    assert reasons(survey, decisions={"codes": {"send_unknown": True}}) == ["", ""]


def test_a_code_that_nothing_explains_stays_where_families_are_left_out() -> None:
    survey = one_row_each(2, not_judged=[1])
    assert reasons(survey) == ["", "code.not_judged"]
    assert reasons(survey, "caredata-gpes") == ["", "code.not_judged"]
    assert reasons(survey, decisions={"codes": {"send_not_judged": True}}) == ["", ""]
    kept = {"codes": {}, "fields": {"t": {"Code": {"action": "keep"}}}}
    assert reasons(survey, "own-care-list", decisions=kept) == ["", ""]


def test_what_a_person_decides_of_one_sort_of_code_leaves_the_other_alone() -> None:
    survey = one_row_each(3, unknown_code=[1], not_judged=[2])
    assert reasons(survey, decisions={"codes": {"send_not_judged": True}}) == ["", "code.unknown", ""]
    assert reasons(survey, decisions={"codes": {"send_unknown": True}}) == ["", "", "code.not_judged"]


def test_a_code_that_does_not_leave_takes_no_row_with_it() -> None:
    survey = make_survey(report(people=1, each=2, unknown_code=[0]))
    assert reasons(survey, "own-care-list") == ["", ""]


def test_a_category_goes_when_a_person_says_so() -> None:
    survey = one_row_each(2, categories={0: ["hiv"], 1: ["cancer"]})
    assert reasons(survey) == ["category.hiv", ""]
    assert reasons(survey, decisions={"categories": {"hiv": "send", "cancer": "withhold"}}) == [
        "",
        "category.cancer",
    ]


def test_a_table_of_which_no_field_leaves_is_withheld_row_by_row() -> None:
    survey = make_survey(
        {
            "t": Made(CODE, [["x"]], [0]),
            "notes": Made([("n", Kind.FREE_TEXT, Role.NOTE)], [["x"]] * 3, [0, 0, 0]),
        }
    )
    _, rows = decide(survey)
    assert (rows.rows_in, rows.rows_out) == (4, 1)
    assert [(c.id, c.rows) for c in rows.counted] == [("table.left_out", 3)]


def listed(*numbers: str) -> ObjectionLists:
    return ObjectionLists(listed=frozenset(numbers), sources=(ObjectionSource("list", "a"),))


def cleaned(*numbers: str) -> ObjectionLists:
    return ObjectionLists(cleaned=frozenset(numbers), sources=(ObjectionSource("cleaned", "b"),))


WHO = ("nhs|9990000018", "nhs|9990000026", "local|77")


@pytest.mark.parametrize(
    ("profile", "left"),
    [("approved-research", ""), ("own-care-list", "table.left_out"), ("open-publication", "counted")],
)
def test_a_row_deleted_in_the_clinical_system_leaves_for_no_purpose(profile: str, left: str) -> None:
    found = reasons(one_row_each(3, categories={1: ["hiv"]}, deleted=[1, 2]), profile)
    assert found == [left, "record.deleted", "record.deleted"], "before its category; never counted as live"


def test_a_deletion_comes_after_what_holds_of_the_whole_patient() -> None:
    status = [Status.REGISTERED, Status.DIED, Status.REGISTERED]
    survey = one_row_each(3, objections={0: ["type1_dissent"]}, status=status, deleted=range(3))
    assert reasons(survey) == ["objection.type1_dissent", "status.died", "record.deleted"]


def test_a_list_of_objections_leaves_those_on_it_out_and_those_it_cannot_be_asked_for() -> None:
    survey = one_row_each(3, identity=WHO)
    assert reasons(survey, lists=listed("9990000018")) == ["objection.list", "", "patient.unchecked"]


def test_a_cleaned_list_leaves_everybody_out_who_is_not_on_it() -> None:
    survey = one_row_each(3, identity=WHO)
    assert reasons(survey, lists=cleaned("9990000018")) == ["", "objection.cleaned", "objection.cleaned"]


@pytest.mark.parametrize("lists", [listed("9990000034"), cleaned("9990000034")])
def test_a_list_that_matches_nobody_stops(lists: ObjectionLists) -> None:
    with pytest.raises(PolicyError, match="wrong list"):
        decide(one_row_each(3, identity=WHO), lists=lists)


def test_lists_do_not_act_on_own_care() -> None:
    survey = make_survey(report(people=2, each=1), identity=WHO[:2])
    assert reasons(survey, "own-care-list", lists=listed("9990000018")) == ["", ""]


def test_a_list_that_the_plan_names_and_nobody_gives_stops() -> None:
    survey = one_row_each(3, identity=WHO)
    plan, _ = decide(survey, lists=listed("9990000018"))
    with pytest.raises(PolicyError, match="was not given"):
        decide_rows(survey, plan, KEY, None)
    other = replace(listed("9990000018"), sources=(ObjectionSource("list", "another"),))
    with pytest.raises(PolicyError, match="another one"):
        decide_rows(survey, plan, KEY, other)


def test_a_patient_to_leave_out_who_is_not_found_stops() -> None:
    with pytest.raises(PolicyError, match="1 of the 1 patients"):
        decide(one_row_each(1), decisions={"patients": {"leave_out": ["P-0000-0000-0000-0000"]}})


def test_a_patients_pseudonym_for_another_project_does_not_match() -> None:
    survey = one_row_each(1)
    code = pseudonyms_for(KEY, "R", "another").of_identity(survey.patients.identity[0])
    with pytest.raises(PolicyError, match="patients to leave out"):
        decide(survey, decisions={"patients": {"leave_out": [code]}})


@pytest.mark.parametrize("row", ["R0-0000-0000-0000-0000", "R99-0000-0000-0000-0000"])
def test_a_row_to_leave_out_that_is_not_as_it_was_stops(row: str) -> None:
    with pytest.raises(PolicyError, match="not in this file as it was"):
        decide(one_row_each(1), decisions={"items": [{"table": "t", "row": row, "reason": "third_party"}]})


def test_a_fingerprint_tells_null_from_empty_and_where_cells_end() -> None:
    two = [("a", Kind.CODED_CLINICAL, Role.CODE), ("b", Kind.CODED_CLINICAL, Role.TERM)]
    cells = [[None, "x"], ["", "x"], ["x", ""], ["1:x", None], ["x", "~"], ["x", None]]
    codes = pseudonyms_for(KEY, "R", "P")
    found = set()
    for pair in cells:
        table = make_survey({"t": Made(two, [pair], [0])}).export.tables[0]
        found.add(row_fingerprint(table.read(next(iter(table.blocks()))), 0, codes))
    assert len(found) == len(cells)


def test_counts_of_rows_and_distinct_patients_agree_with_a_plain_loop() -> None:
    rng = np.random.default_rng(7)
    patient = rng.integers(-1, 20, 500).tolist()
    survey = one_row_each(
        500,
        patient=patient,
        identity=[f"nhs|999{n:07d}" for n in range(20)],
        status=rng.integers(0, 5, 20).tolist(),
        objections={3: ["type1_dissent"], 4: ["audit_dissent"]},
        categories={row: ["hiv"] for row in range(0, 500, 7)},
        unknown_code=range(0, 500, 11),
    )
    _, rows = decide(survey)
    by_row = reasons(survey)
    for counted in rows.counted:
        where = [row for row, reason in enumerate(by_row) if reason == counted.id]
        assert counted.rows == len(where)
        assert counted.patients == len({patient[row] for row in where} - {-1})
    assert rows.rows_in == 500
    assert rows.rows_out == by_row.count("")
    assert rows.rows_in == rows.rows_out + sum(c.rows for c in rows.counted)
    assert rows.patients_out == len({patient[row] for row, reason in enumerate(by_row) if not reason})
