"""What stops an export, and what to do about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.model import Gate, Hazard, Kind, PolicyError, Role, Severity, Status, UsageError
from core.protection import (
    Decisions,
    Key,
    ObjectionSource,
    decide_rows,
    gates,
    load_profile,
    make_plan,
    read_recipients,
    require,
    tier_of,
    undecided,
)
from core.survey.results import NO_PATIENT, Survey
from tests.core.protection.builders import Made, make_survey, report

KEY = Key(bytes(32))
TODAY = date(2026, 6, 1)
BOOK = """
[recipients."Trial Unit"]
legal_basis = "CAG 21/0001"
valid_from = 2026-01-01
valid_until = 2026-12-31
profiles = ["approved-research", "caredata-gpes"]
"""


def checked(survey: Survey, profile: str, *, recipient: str = "Trial Unit", **more: Any) -> dict[str, Gate]:
    book, ask = more.pop("book", None), more.pop("ask", False)
    decisions = more.pop("decisions", {})
    plan = make_plan(
        survey,
        load_profile(profile),
        recipient=recipient,
        project="P",
        decisions=Decisions(**decisions),
        **more,
    )
    rows = decide_rows(survey, plan, KEY)
    found = gates(survey, plan, rows, load_profile(profile), recipients=book, today=TODAY, ask=ask)
    return {gate.name: gate for gate in found}


def failing(survey: Survey, profile: str, **more: Any) -> list[str]:
    return [gate.name for gate in checked(survey, profile, **more).values() if not gate.passed]


CODES = (ObjectionSource("codes"),)


def test_nothing_stops_a_complete_research_export() -> None:
    assert failing(make_survey(report()), "approved-research", objection_sources=CODES) == []


def test_beyond_care_objections_must_have_a_source() -> None:
    survey = make_survey(report())
    gate = checked(survey, "approved-research")["objections"]
    assert not gate.passed
    assert "Name it" in gate.detail
    assert failing(survey, "own-care-list") == []
    assert failing(survey, "open-publication") == []


def test_codes_are_no_source_where_there_are_no_codes() -> None:
    made = report()["events"]
    keep = [0, 2, 3]
    survey = make_survey(
        {
            "events": replace(
                made,
                fields=[made.fields[i] for i in keep],
                rows=[[row[i] for i in keep] for row in made.rows],
            )
        }
    )
    assert failing(survey, "approved-research", objection_sources=CODES) == ["objections"]
    named = (ObjectionSource("search", "A Manager"),)
    assert failing(survey, "approved-research", objection_sources=named) == []


FIELDS = (("Key", Kind.LINKING_KEY, Role.PATIENT_KEY), ("Code", Kind.CODED_CLINICAL, Role.CODE))


@pytest.mark.parametrize(
    ("identity", "of_events", "stops"),
    [
        (["nhs|9990000018", "nhs|9990000026"], [0, 1], []),
        (["nhs|9990000018", "nhs|9990000026", "local|7", "local|8"], [2, 3], ["objections"]),
        (["nhs|9990000018", "nhs|9990000026", "local|7"], [2, 1], []),  # one who left, most likely
        (["nhs|9990000018", "nhs|9990000026", "nhs|9990000034"], [2, 2], []),
        (["nhs|9990000018", "nhs|9990000026"], [NO_PATIENT, 1], ["objections"]),
    ],
)
def test_objections_in_codes_must_reach_their_patients(
    identity: list[str], of_events: list[int], stops: list[str]
) -> None:
    """Where they do not, who objected leaves by the rows of the other table."""
    tables = {
        "patients": Made(FIELDS, [("1", "A"), ("2", "A")], patient=[0, 1]),
        "events": Made(FIELDS, [("7", "9Nu0."), ("8", "A")], patient=of_events, objection_row=[0]),
    }
    survey = make_survey(tables, identity=identity)
    assert failing(survey, "approved-research", objection_sources=CODES) == stops
    searched = (*CODES, ObjectionSource("search", "A Person"))
    assert failing(survey, "approved-research", objection_sources=searched) == []


def test_who_is_registered_must_be_known_or_said() -> None:
    survey = make_survey(report(), has_status=False)
    assert failing(survey, "approved-research", objection_sources=CODES) == ["registered"]
    assert failing(survey, "approved-research", objection_sources=CODES, assume_registered=True) == []
    assert failing(survey, "own-care-list") == []


@pytest.mark.parametrize(("expected", "stops"), [(None, []), (6, []), (7, ["patients-expected"])])
def test_the_search_and_the_export_must_agree(expected: int | None, stops: list[str]) -> None:
    assert failing(make_survey(report(people=6)), "own-care-list", expected_patients=expected) == stops


def test_a_closed_programme_needs_a_recipient_with_a_live_legal_basis(tmp_path: Path) -> None:
    survey = make_survey(report())
    assert failing(survey, "caredata-gpes", objection_sources=CODES) == ["closed-programme"]
    path = tmp_path / "book.toml"
    path.write_text(BOOK, "utf-8")
    book = read_recipients(path)
    assert failing(survey, "caredata-gpes", objection_sources=CODES, book=book) == []
    assert failing(survey, "caredata-gpes", objection_sources=CODES, book=book, recipient="trial  unit") == []
    assert failing(survey, "caredata-gpes", objection_sources=CODES, book=book, recipient="Somebody") == [
        "closed-programme"
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("valid_until = 2026-12-31", "valid_until = 2026-05-31"),
        ("valid_from = 2026-01-01", "valid_from = 2026-06-02"),
        ('"CAG 21/0001"', '" "'),
        ('"approved-research", ', ""),
    ],
)
def test_an_entry_that_is_not_live_opens_nothing(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "book.toml"
    path.write_text(BOOK.replace(old, new), "utf-8")
    survey = make_survey(report())
    stops = failing(survey, "approved-research", objection_sources=CODES, book=read_recipients(path))
    assert stops == ["recipient"]


def test_a_wrong_book_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_text(BOOK.replace("valid_until = 2026-12-31", ""), "utf-8")
    with pytest.raises(UsageError, match="valid_until"):
        read_recipients(path)


def test_hidden_data_must_be_looked_at() -> None:
    hazards = (Hazard("Sheet2", "hidden sheet", Severity.BLOCKS), Hazard("Sheet1", "comment", Severity.WARNS))
    survey = make_survey(report(), hazards=hazards)
    gate = checked(survey, "own-care-list")["hidden-data"]
    assert not gate.passed
    assert "Sheet2: hidden sheet" in gate.detail
    assert failing(survey, "own-care-list", decisions={"hazards": {"confirmed": True}}) == []
    assert failing(make_survey(report(), hazards=hazards[1:]), "own-care-list") == []


def test_the_profile_says_which_hidden_data_stops() -> None:
    pivot = Hazard("Sheet1", "a pivot table's rows", Severity.WARNS, id="pivot_cache")
    hidden = Hazard("Sheet2", "hidden sheet", Severity.BLOCKS, id="hidden_sheet")
    survey = make_survey(report(), hazards=(pivot, hidden))
    gate = checked(survey, "own-care-list")["hidden-data"]
    assert not gate.passed
    assert gate.detail.startswith("2 things were found that stop the export")
    assert checked(survey, "open-publication")["hidden-data"].passed, "no row leaves under it"
    plan = make_plan(
        survey, load_profile("own-care-list"), recipient="R", project="P",
        decisions=Decisions(hazards={"confirmed": True}),
    )  # fmt: skip
    assert "hazards:2" in plan.confirmed
    assert failing(survey, "own-care-list", decisions={"hazards": {"confirmed": True}}) == []


def test_a_report_that_was_cut_short_stops_even_a_table_of_counts() -> None:
    cut = Hazard("list.csv", "not all results", Severity.WARNS, id="truncated")
    gate = checked(make_survey(report(), hazards=(cut,)), "open-publication")["hidden-data"]
    assert not gate.passed
    assert gate.detail.startswith("1 thing was found that stops the export")
    assert "hidden" not in gate.detail, "missing patients are not hidden data"


def test_an_export_of_which_nothing_leaves_stops() -> None:
    made = report()["events"]
    survey = make_survey({"events": replace(made, fields=[made.fields[10]], rows=[["x"]] * 18)})
    assert failing(survey, "own-care-list") == ["something-leaves"]


def test_people_who_miss_out_are_confirmed_in_the_windows() -> None:
    survey = make_survey(report(people=3, each=1), status=[Status.DIED, Status.LEFT, Status.REGISTERED])
    assert failing(survey, "own-care-list") == []
    gate = checked(survey, "own-care-list", ask=True)["missing-out"]
    assert gate.needs == ("died:1", "left:1")
    assert "1 who died" in gate.detail
    some = {"confirmed": {"died": 1, "left": 2}}
    assert checked(survey, "own-care-list", ask=True, decisions=some)["missing-out"].needs == ("left:1",)
    everybody = {"confirmed": {"died": 1, "left": 1}}
    assert failing(survey, "own-care-list", ask=True, decisions=everybody) == []


def test_require_names_the_gate() -> None:
    survey = make_survey(report())
    with pytest.raises(PolicyError) as error:
        require(tuple(checked(survey, "approved-research").values()))
    assert error.value.where == "objections"
    assert error.value.exit_status == 4
    require(tuple(checked(survey, "approved-research", objection_sources=CODES).values()))


def test_undecided_fields_are_listed_and_stop_nothing() -> None:
    survey = make_survey(report())
    plan = make_plan(survey, load_profile("approved-research"), recipient="R", project="P")
    assert undecided(plan) == ("events, Notes",)


def test_the_tier_is_red_once_a_field_that_names_patients_is_kept() -> None:
    survey = make_survey(report())
    profile = load_profile("approved-research")
    plan = make_plan(survey, profile, recipient="R", project="P")
    assert tier_of(plan, profile) == "amber"
    for field in ("Surname", "Notes"):
        decided = Decisions(fields={"events": {field: {"action": "keep"}}})  # type: ignore[dict-item]
        plan = make_plan(survey, profile, recipient="R", project="P", decisions=decided)
        assert tier_of(plan, profile) == "red"


def test_calling_a_surname_something_else_does_not_make_the_release_less_red() -> None:
    survey = make_survey(report())
    profile = load_profile("approved-research")
    decided = Decisions(
        fields={"events": {"Surname": {"action": "keep", "kind": "administrative"}}}  # type: ignore[dict-item]
    )
    plan = make_plan(survey, profile, recipient="R", project="P", decisions=decided)
    assert tier_of(plan, profile) == "red"


@pytest.mark.parametrize("kept", ["keep", "keep_expected"])
def test_whole_birth_date_and_whole_postcode_together_name_patients(kept: str) -> None:
    fields = [
        ("NHS Number", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
        ("Born", Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH),
        ("Postcode", Kind.QUASI_IDENTIFIER, Role.POSTCODE),
    ]
    survey = make_survey({"events": Made(fields, [["9990000018", "1961-04-12", "BS6 5QA"]], [0])})
    profile = load_profile("approved-research")

    def tier(**actions: str) -> str:
        decided = Decisions.model_validate(
            {"fields": {"events": {name: {"action": action} for name, action in actions.items()}}}
        )
        plan = make_plan(survey, profile, recipient="R", project="P", decisions=decided)
        return tier_of(plan, profile)

    assert tier(Born=kept) == tier(Postcode=kept) == "amber"
    assert tier(Born=kept, Postcode=kept) == "red"
    assert tier(Born="year", Postcode=kept) == "amber"


@pytest.mark.parametrize("action", ["keep", "keep_expected", "keep_unless_confidential", "scrub"])
def test_notes_leave_by_no_action_before_somebody_read_some(action: str) -> None:
    decided = {"fields": {"events": {"Notes": {"action": action}}}}
    found = checked(make_survey(report()), "approved-research", decisions=decided, objection_sources=CODES)
    assert not found["notes-read"].passed


def test_what_is_called_a_term_and_reads_as_one_is_no_note() -> None:
    called = {"action": "keep_expected", "kind": "coded_clinical", "role": "term"}
    decided = {"fields": {"events": {"Notes": called}}}
    found = checked(make_survey(report()), "approved-research", decisions=decided, objection_sources=CODES)
    assert "notes-read" not in found
