"""Profiles beyond care on the demo practice: what leaves, in which form, and what nobody can decide."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from core.demo import build
from core.model import Kind, Role, UsageError
from core.protection import load_profile, load_profiles
from core.protection.decisions import FieldDecision
from core.survey.results import Survey
from tests.core.protection.profiles.conftest import Example, example_of, with_marks

AUDIT, RESEARCH, COMPANY = "commissioner-audit", "approved-research", "commercial-research"
BEYOND = (AUDIT, RESEARCH, COMPANY)
REASON = {"counts_not_enough": "follow_patients"}


def made(survey: Survey, profile: str, **more: object) -> Example:
    return example_of(survey, profile, statements=REASON if profile == AUDIT else {}, **more)


@pytest.mark.parametrize("profile", BEYOND)
def test_rows_leave_under_codes_and_without_names(demo: Survey, profile: str) -> None:
    found = made(demo, profile)
    assert found.failing() == []
    assert found.profile.profile_tier == "amber"
    assert found.rows.rows_out > 500
    roles = {f.role for f in found.plan.fields if f.leaves}
    assert not roles & {Role.SURNAME, Role.FORENAME, Role.FULL_NAME, Role.ADDRESS, Role.PHONE, Role.EMAIL}
    assert not roles & {Role.STAFF_NAME, Role.STAFF_CODE, Role.ORGANISATION, Role.NOTE}
    for field in found.plan.fields:
        if field.leaves and field.role in (Role.NHS_NUMBER, Role.PATIENT_KEY):
            assert field.action == "pseudonym"
    withheld = found.withheld()
    assert {"objection.type1_dissent", "status.died", "status.left"} <= set(withheld)


def test_an_audit_gets_quarters_and_age_bands_and_no_place(demo: Survey) -> None:
    found = made(demo, AUDIT)
    by_role = {f.role: f.action for f in found.plan.fields if f.leaves}
    assert by_role[Role.DATE_OF_BIRTH] == "age_band"
    assert by_role[Role.EVENT_DATE] == "quarter"
    assert by_role[Role.ETHNICITY] == "ethnicity_5"
    assert not {Role.POSTCODE, Role.AREA, Role.REGISTERED_DATE} & set(by_role)


def test_counts_are_offered_before_an_audit_gets_rows(demo: Survey) -> None:
    profile = load_profile(AUDIT)
    offered = load_profile(profile.counts_first)
    assert offered.counts is not None
    assert offered.title in profile.asks["counts_not_enough"].why
    silent = example_of(demo, AUDIT, ask=True)
    assert "Why do counts not do" in silent.checked["questions"].detail
    assert "questions" in silent.failing(), "in a window a person says why"
    told = example_of(demo, AUDIT).checked["questions"]
    assert told.passed, "a script is only reminded"
    assert offered.title in told.detail
    with pytest.raises(UsageError, match="counts_not_enough"):
        example_of(demo, AUDIT, statements={"counts_not_enough": "because"})
    assert ("counts_not_enough", "follow_patients") in made(demo, AUDIT).plan.statements


@pytest.mark.parametrize(
    ("meaning", "profiles"),
    [
        ("audit_dissent", {AUDIT}),
        ("commissioner_refused", {AUDIT}),
        ("local_share_refused", {AUDIT}),
        ("type1_dissent", set(BEYOND)),
        ("national_data_opt_out", set(BEYOND)),
        ("scr_dissent", set()),
    ],
)
def test_an_objection_reaches_those_it_is_about(demo: Survey, meaning: str, profiles: set[str]) -> None:
    whom = next(n for n in range(demo.patients.count) if demo.patients.status[n] == 1)
    marked = with_marks(demo, flags={whom: meaning})
    reached = {
        profile
        for profile in BEYOND
        if made(marked, profile).withheld().get(f"objection.{meaning}", 0)
        != made(demo, profile).withheld().get(f"objection.{meaning}", 0)
    }
    assert reached == profiles


def test_a_company_learns_nothing_of_where_a_patient_lives_or_is_treated(demo: Survey) -> None:
    found = made(demo, COMPANY)
    by_role = {f.role: f for f in found.plan.fields if f.leaves}
    assert not set(by_role) & {
        *(Role.POSTCODE, Role.AREA, Role.ORGANISATION, Role.STAFF_NAME, Role.STAFF_CODE),
        *(Role.REGISTERED_DATE, Role.LEFT_DATE, Role.DATE_OF_DEATH, Role.EVENT_TIME, Role.ROW_KEY),
    }
    births = {
        cell
        for f, cells in found.cells("patients").items()
        for cell in cells
        if by(found, f, Role.DATE_OF_BIRTH)
    }
    assert births <= {None, "90+", *(f"{n}-{n + 9}" for n in range(0, 90, 10))}
    events = found.cells("events")
    days = {c for f, cells in events.items() for c in cells if by(found, f, Role.EVENT_DATE)}
    assert all(day is None or re.fullmatch(r"\d{4}-Q[1-4]", day) for day in days)
    groups = {
        c for f, cells in found.cells("patients").items() for c in cells if by(found, f, Role.ETHNICITY)
    }
    assert len(groups) <= 7
    assert "category.rare_codes" in found.withheld()
    assert len(found.rows.counted) > len(made(demo, RESEARCH).rows.counted)


def by(found: Example, field: str, role: Role) -> bool:
    return any(f.heading == field and f.role is role for f in found.plan.fields)


def named(survey: Survey, role: Role) -> tuple[str, str]:
    return next((f.table, f.field) for fields in survey.findings.values() for f in fields if f.role is role)


@pytest.mark.parametrize(
    ("role", "action"),
    [
        (Role.POSTCODE, "postcode_district"),
        (Role.POSTCODE, "keep"),
        (Role.DATE_OF_BIRTH, "year"),
        (Role.EVENT_DATE, "keep"),
        (Role.SURNAME, "keep"),
        (Role.NHS_NUMBER, "keep"),
    ],
)
@pytest.mark.parametrize("disguised", [False, True])
def test_nobodys_decision_gives_a_company_more(
    demo: Survey, role: Role, action: str, disguised: bool
) -> None:
    """Not even where a person calls the field something else."""
    table, field = named(demo, role)
    decision: dict[str, object] = {"action": "keep" if disguised else action}
    if disguised:
        decision |= {"role": Role.OTHER, "kind": Kind.ADMINISTRATIVE}
    found = made(demo, COMPANY, decisions={"fields": {table: {field: decision}}})
    assert "only-as" in found.failing()
    assert f"'{field}'" in found.checked["only-as"].detail
    assert (
        made(demo, COMPANY, decisions={"fields": {table: {field: {"action": "leave_out"}}}}).failing() == []
    )


@pytest.mark.parametrize(
    ("role", "action", "settings"),
    [
        (Role.EVENT_DATE, "days_since_index", {"index": "2020-01-01", "bin": "1"}),
        (Role.DATE_OF_BIRTH, "age_band", {"width": "1", "on": "2026-01-12"}),
        (Role.DATE_OF_BIRTH, "age_band", {"width": "5", "on": "2026-01-12"}),
        (Role.DATE_OF_BIRTH, "age_band", {"width": "10", "top": "130", "on": "2026-01-12"}),
    ],
)
def test_no_setting_gives_a_company_more(
    demo: Survey, role: Role, action: str, settings: dict[str, str]
) -> None:
    """Days since a day that everybody knows are dates, and a band of one year is an age."""
    table, field = named(demo, role)
    decision = {"action": action, "settings": settings}
    found = made(demo, COMPANY, decisions={"fields": {table: {field: decision}}})
    assert found.failing() == ["only-as"]


def test_what_research_with_an_approval_gets_is_what_it_always_got(shape: Callable[[str], Survey]) -> None:
    found = made(shape("report"), RESEARCH)
    by_role = {f.role: f.action for f in found.plan.fields if f.leaves}
    assert by_role[Role.DATE_OF_BIRTH] == "year"
    assert by_role[Role.POSTCODE] == "postcode_district"
    assert by_role[Role.EVENT_DATE] == "month"
    assert found.profile.version == "2026-01.2"


def test_pointers_to_counts_lead_to_counts() -> None:
    pointed = {p.counts_first for p in load_profiles().values() if p.counts_first}
    assert pointed == {"feasibility-count"}
    assert load_profile("feasibility-count").counts is not None


def test_a_patients_number_leaves_as_a_code_whatever_it_is_called(demo: Survey) -> None:
    called = {"action": "keep", "role": "value", "kind": "clinical_value"}
    for name in ("NHS Number", "EMIS Number"):
        table = next(t for t, found in demo.findings.items() if any(f.field == name for f in found))
        found = example_of(demo, "approved-research", decisions={"fields": {table: {name: called}}})
        assert "patient-numbers" in found.failing(), name
    assert "patient-numbers" not in example_of(demo, "approved-research").checked


@pytest.mark.parametrize("called", [{}, {"kind": "clinical_value", "role": "value"}])
def test_an_audit_gets_no_notes_whoever_read_them_and_whatever_they_are_called(
    demo: Survey, called: dict[str, str]
) -> None:
    decided = {"fields": {"letters": {"Letter Text": {"action": "keep", **called}}}}
    assert "free-text" in made(demo, AUDIT, decisions=decided, notes_read_by="Dr A Reader").failing()
    assert "free-text" not in made(demo, RESEARCH, decisions=decided, notes_read_by="Dr A Reader").checked


def test_letters_stay_here_and_scrubbed_ones_name_nobody_that_was_planted(demo: Survey) -> None:
    assert set(made(demo, RESEARCH).actions("letters")) == {"NHS Number", "EMIS Number", "Date"}
    assert set(made(demo, RESEARCH).actions("allergies")) >= {"Code", "Allergy", "Reaction"}
    scrubbed = FieldDecision(action="scrub")
    found = made(demo, RESEARCH, decisions={"fields": {"letters": {"Letter Text": scrubbed}}})
    assert found.failing() == ["notes-read"], "whoever approves reads some first"
    letters = "\n".join(text or "" for text in found.cells("letters")["Letter Text"])
    planted = {p.text for truth in build("demo", patients=1500).table("letters").truth for p in truth.planted}
    assert "[name]" in letters
    assert len(planted) > 50
    assert not [text for text in planted if text in letters]


@pytest.mark.parametrize("role", [Role.DATE_OF_BIRTH, Role.POSTCODE])
def test_an_audit_gets_no_whole_birth_date_and_no_whole_postcode(demo: Survey, role: Role) -> None:
    table, field = named(demo, role)
    kept = {"fields": {table: {field: FieldDecision(action="keep")}}}
    assert "only-as" in made(demo, AUDIT, decisions=kept).failing()


@pytest.mark.parametrize("role", [Role.TITLE, Role.NI_NUMBER, Role.OTHER_IDENTIFIER, Role.THIRD_PARTY])
def test_an_audit_gets_no_relatives_and_no_other_numbers(role: Role) -> None:
    assert load_profile(AUDIT).only_as[role] == ()
