"""What brings a patient on the list for each reason, and what does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.model import Kind, Role, Status
from core.patients.queue import review_queue
from core.preview import Preview
from core.protection import Decisions, ObjectionSource, decide_rows, load_profile, make_plan
from core.reading import open_export
from core.survey import survey_export
from core.survey.codes.categories import load_categories
from tests.core.protection.builders import REPORT, Category, Lookup, Made, make_survey, report
from tests.core.protection.strategies import KEY, job

PERSON = (REPORT[0], REPORT[2], REPORT[3], REPORT[4])  # number, birth, sex, postcode


STRENGTHS = {rules.category.id: rules.category.strength for rules in load_categories()}


class WithStrengths(Lookup):
    """A look-up whose families have the strengths of the real ones."""

    def category(self, id: str) -> Category:
        return replace(super().category(id), strength=STRENGTHS[id])


def preview(tables: dict[str, Made], profile: str = "approved-research", **more: Any) -> Preview:
    decisions = more.pop("decisions", None)
    told = None if decisions is None else Decisions.model_validate(decisions)
    survey = replace(make_survey(tables, **more), lookup=WithStrengths())  # type: ignore[arg-type]
    made = job(survey, profile, decisions=told)
    return Preview(made.survey, made.plan, KEY, made.rows)


PROFILE = "approved-research"
TABLES = ("SRChildAtRisk", "SRCode")


def real(folder: Path, text: str, profile: str, action: str = "", name: str = "export") -> Preview:
    """A preview of a file with this text, read and surveyed; its notes leave under `action`."""
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    survey = survey_export(open_export([path]))
    fields = {
        table: {f.field: {"action": action} for f in findings if f.role is Role.NOTE and action}
        for table, findings in survey.findings.items()
    }
    plan = make_plan(
        survey,
        load_profile(profile),
        recipient="R",
        project="P",
        decisions=Decisions.model_validate({"fields": fields}),
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=True,
    )
    return Preview(survey, plan, KEY, decide_rows(survey, plan, KEY))


def told(shown: Preview, reason: str, **more: Any) -> dict[int, str]:
    """What is said of each patient of the list for one reason."""
    entries = review_queue(shown, **more).entries
    return {e.patient: r.text for e in entries for r in e.reasons if r.id == reason}


def of_people(rows: list[list[str]], **more: Any) -> dict[str, Made]:
    numbered = [[f"999 000 {n:04d}", *row] for n, row in enumerate(rows)]
    return {"people": Made(PERSON, numbered, list(range(len(rows))), **more)}


# -- rows about somebody else ---------------------------------------------------------------------
def test_a_coded_row_about_somebody_else_brings_the_patient_on_the_list(tmp_path: Path) -> None:
    head = "NHS Number,Date of Birth,Event date,Read Code,Code Term\n"
    rows = ("Husband alcoholic", "Husband present", "Asthma")
    numbers = ("999 000 0018", "999 000 0026", "999 000 0034")
    text = "".join(f"{n},12/04/1961,01/02/2024,H33..,{t}\n" for n, t in zip(numbers, rows, strict=True))
    shown = real(tmp_path, head + text, "approved-research")
    assert list(told(shown, "third_party").values()) == [
        "1 row that would leave tells something of another person's life or health."
    ]


# -- safeguarding and what a law restricts -------------------------------------------------------
def test_entries_that_stay_count_where_the_patient_is_known_and_health_leaves() -> None:
    rows = report(categories={4: ["safeguarding"], 7: ["hfe_act"]})
    assert told(preview(rows, "local-shared-record"), "safeguarding") == {
        1: "Entries about safeguarding stay; check that nothing that leaves tells of them."
    }
    assert told(preview(rows, "local-shared-record"), "restricted") == {
        2: "Entries that a law restricts stay; check that nothing that leaves tells of them."
    }
    assert told(preview(rows, "approved-research"), "restricted") == {}
    assert told(preview(rows, "own-care-list"), "safeguarding") == {}  # nothing of their health leaves


def test_a_confidential_patient_who_would_be_recognised_is_looked_at() -> None:
    shown = preview(report(), "own-care-list", objections={2: ["spine_sensitive"]})
    assert list(told(shown, "safeguarding")) == [2]
    shown = preview(report(), "approved-research", objections={2: ["spine_sensitive"]})
    assert told(shown, "safeguarding") == {}


def test_a_child_comes_before_an_adult() -> None:
    rows = report(categories={1: ["safeguarding"], 4: ["safeguarding"]})
    shown = preview(rows, birth_day=[-9000, 20_000, *[-9000] * 4])
    object.__setattr__(shown.survey, "as_of_day", 20_500)
    assert [e.patient for e in review_queue(shown).entries][:2] == [1, 0]


def test_a_field_whose_heading_speaks_of_it_counts(tmp_path: Path) -> None:
    lines = [f"999 000 {n:04d},Diabetes,{'Y' if n == 3 else 'N'}" for n in range(8)]
    text = "NHS Number,Code Term,ChildProtectionPlan\n" + "\n".join(lines) + "\n"
    shown = real(tmp_path, text, "local-shared-record")
    assert [shown.survey.patients.identity[p] for p in told(shown, "safeguarding")] == ["nhs|9990000003"]
    assert told(real(tmp_path, text, "approved-research"), "safeguarding") == {}  # nobody can be recognised
    text = text.replace("ChildProtectionPlan", "Deprivation")
    assert told(real(tmp_path, text, "local-shared-record"), "safeguarding") == {}


def test_a_table_whose_name_speaks_of_it_counts(tmp_path: Path) -> None:
    text = "NHS Number,Code Term\n" + "".join(f"999 000 {n:04d},Diabetes\n" for n in range(3))
    found = [told(real(tmp_path, text, "local-shared-record", name=n), "safeguarding") for n in TABLES]
    assert [len(some) for some in found] == [3, 0]


# -- alone ---------------------------------------------------------------------------------------
def test_alone_is_judged_by_what_leaves() -> None:
    same = ["01/04/1940", "M", "BS1 1QA"]
    rows = [same, ["09/11/1940", "M", "BS1 9ZZ"], same, ["01/04/1950", "M", "BS1 1QA"]]
    assert told(preview(of_people(rows)), "alone") == {
        3: "Nobody else in the outgoing file has the same year of birth."
    }


def test_whoever_stays_makes_nobody_less_alone() -> None:
    same = ["01/04/1940", "M", "BS1 1QA"]
    rows = [same, same, ["01/04/1950", "F", "BS2 1QA"], ["01/04/1950", "F", "BS2 1QA"]]
    died = [Status.REGISTERED, Status.REGISTERED, Status.REGISTERED, Status.DIED]
    assert told(preview(of_people(rows)), "alone") == {}
    assert list(told(preview(of_people(rows), status=died), "alone")) == [2]


def test_the_fewest_fields_are_told_and_come_first() -> None:
    base = [["01/04/1940", sex, area] for sex in "MF" for area in ("BS1 1QA", "BS2 1QA") for _ in range(3)]
    more = [["01/04/1940", "M", "BS3 1QA"], *(["01/04/1950", sex, "BS2 1QA"] for sex in "FM")]
    rows = [*base, *more]
    found = told(preview(of_people(rows)), "alone")
    assert found[12] == "Nobody else in the outgoing file has the same first part of the postcode."
    assert found[13] == "Nobody else in the outgoing file has the same year of birth and sex."
    assert next(iter(found)) == 12


def test_where_names_leave_or_one_patient_does_nobody_is_alone() -> None:
    assert told(preview(report(), "local-shared-record"), "alone") == {}
    assert told(preview(report(people=1)), "alone") == {}
    named = {"fields": {"events": {"Surname": {"action": "keep"}}}}
    assert told(preview(report(), decisions=named), "alone") == {}
    number = {"fields": {"events": {"NHS Number": {"action": "keep"}}}}
    assert len(told(preview(report(), decisions=number), "alone")) == 6  # it names nobody to a neighbour


def test_of_a_patient_with_many_rows_the_ends_are_read() -> None:
    one, other = (["999 000 0000", f"01/04/{year}", "M", "BS1 1QA"] for year in (1940, 1941))
    rows = [one] * 6 + [other]
    made = {"people": Made(PERSON, rows, [0] * 6 + [1], block_rows=2)}
    assert set(told(preview(made), "alone")) == {0, 1}


# -- few of a kind -------------------------------------------------------------------------------
def coded(codes: list[str], **more: Any) -> dict[str, Made]:
    fields = (REPORT[0], REPORT[6])
    rows = [[f"999 000 {n:04d}", code] for n, code in enumerate(codes)]
    return {"events": Made(fields, rows, list(range(len(codes))), **more)}


def test_a_code_of_one_or_two_patients_who_leave() -> None:
    codes = ["44054006", "22298006", "22298006", "13645005", "13645005", "13645005", "44054006"]
    rare = {n: ["rare_codes"] for n in range(7)}
    shown = preview(coded(codes, categories=rare), objections={6: ["type1_dissent"]})
    assert told(shown, "few_of_a_kind") == {
        0: "Nobody else in the outgoing file has one of this patient's codes.",
        1: "Only one other patient in the outgoing file has one of this patient's codes.",
        2: "Only one other patient in the outgoing file has one of this patient's codes.",
    }


def test_a_rare_code_that_needs_care_comes_first() -> None:
    rare = {0: ["rare_codes"], 1: ["rare_codes", "mental_health"]}
    shown = preview(coded(["44054006", "22298006"], categories=rare))
    assert next(iter(told(shown, "few_of_a_kind"))) == 1


def test_where_codes_stay_or_leave_as_groups_none_is_rare() -> None:
    rows = coded(["44054006", "22298006"], categories={0: ["rare_codes"]})
    for action in ("leave_out", "code_parent"):
        decided = {"fields": {"events": {"Code": {"action": action}}}}
        assert told(preview(rows, decisions=decided), "few_of_a_kind") == {}


def test_several_rows_of_one_patient_are_one_patient() -> None:
    rows = [["999 000 0000", "44054006"]] * 3 + [["999 000 0001", "13645005"]]
    made = {"events": Made((REPORT[0], REPORT[6]), rows, [0, 0, 0, 1], {n: ["rare_codes"] for n in range(3)})}
    assert list(told(preview(made), "few_of_a_kind")) == [0]


# -- third parties -------------------------------------------------------------------------------
def noted(notes: list[str | None], action: str = "scrub", profile: str = "approved-research") -> Preview:
    fields = (REPORT[0], ("Notes", Kind.FREE_TEXT, Role.NOTE))
    rows = [[f"999 000 {n:04d}", note] for n, note in enumerate(notes)]
    made = {"notes": Made(fields, rows, list(range(len(notes))))}
    return preview(made, profile, decisions={"fields": {"notes": {"Notes": {"action": action}}}})


NOTES = [
    "Told in strict confidence that she left home",
    "Brother alleges he was hit at home",
    "Her sister has schizophrenia",
    "Wife rang, wants an appointment",
    "Seen with carer Quixley, well",
    "Seen with mother. Chest clear.",
    "Mr White, seen in May, Parkinson's disease stable",
    None,
]


def test_notes_about_others_are_ranked_by_what_they_tell() -> None:
    found = told(noted(NOTES, "keep"), "third_party")
    assert list(found) == [0, 1, 2, 3, 4]
    assert found[0] == "1 note that would leave tells what was said in confidence, or kept from somebody."
    assert found[4] == "1 note that would leave may name another person."


def test_where_names_are_removed_a_name_is_no_reason() -> None:
    assert list(told(noted(NOTES, "scrub"), "third_party")) == [0, 1, 2, 3]


def test_notes_that_stay_are_nobodys_reason() -> None:
    assert told(noted(NOTES, "leave_out"), "third_party") == {}


def test_a_field_about_another_person_that_leaves() -> None:
    fields = (REPORT[0], ("Next of kin", Kind.DIRECT_IDENTIFIER, Role.THIRD_PARTY))
    made = {"people": Made(fields, [["999 000 0000", "Ann Quixley"], ["999 000 0001", " "]], [0, 1])}
    kept = {"fields": {"people": {"Next of kin": {"action": "keep"}}}}
    assert list(told(preview(made, decisions=kept), "third_party")) == [0]
    assert told(preview(made), "third_party") == {}


def test_a_note_about_safeguarding_or_fertility_counts_for_that(tmp_path: Path) -> None:
    notes = {1: "Child protection case conference held", 2: "Third IVF cycle failed", 4: "Sprained ankle"}
    lines = [f"999 000 {n:04d},Diabetes,{notes.get(n, 'Seen and well today')}" for n in range(8)]
    text = "NHS Number,Code Term,Consultation Text\n" + "\n".join(lines) + "\n"
    shown = real(tmp_path, text, "approved-research", "scrub")
    who = shown.survey.patients.identity
    assert [who[p] for p in told(shown, "safeguarding")] == ["nhs|9990000001"]
    assert [who[p] for p in told(shown, "restricted")] == ["nhs|9990000002"]


def test_no_reason_holds_a_word_of_a_cell() -> None:
    for entry in review_queue(noted(NOTES, "keep")).entries:
        text = " ".join(reason.text for reason in entry.reasons)
        assert not {"Quixley", "Brother", "schizophrenia"} & set(text.split())


@pytest.mark.parametrize("action", ["keep", "scrub"])
def test_nothing_of_a_preview_is_changed_by_looking(action: str) -> None:
    shown = noted(NOTES, action)
    before = shown.context.tables["notes"].withheld.copy()
    assert review_queue(shown) == review_queue(shown)
    assert np.array_equal(before, shown.context.tables["notes"].withheld)


def test_no_note_is_remembered_by_the_lists(tmp_path: Path) -> None:
    lines = [
        f"999 000 {n:04d},Diabetes,Her mother was sectioned in week {n}; child protection" for n in range(8)
    ]
    shown = real(
        tmp_path, "NHS Number,Code Term,Consultation Text\n" + "\n".join(lines) + "\n", PROFILE, "scrub"
    )
    before = len(shown.survey.lookup._of_term)
    assert len(told(shown, "third_party")) == 8
    assert len(shown.survey.lookup._of_term) - before < 8  # headings, and no notes
