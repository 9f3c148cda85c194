"""Lists for the patients' own care: who is on them, who is not and is shown, and no confidential address."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Status
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import Survey
from tests.core.protection.profiles.conftest import example_of, with_marks

SCREENING = {
    "breast-screening": "breast",
    "cervical-screening": "cervical",
    "diabetic-eye-screening": "diabetic_eye",
}
LISTS = (*SCREENING, "own-care-list")
INVITE = {
    "NHS Number": "keep",
    "Surname": "keep",
    "Forename": "keep",
    "Date of Birth": "keep",
    "Sex": "keep",
    "Address": "keep",
    "Postcode": "keep",
    "Mobile": "keep",
}


@pytest.mark.parametrize("profile", LISTS)
def test_a_list_has_what_the_letter_needs(clinic: Survey, profile: str) -> None:
    found = example_of(clinic, profile)
    assert found.actions("invite") == INVITE
    assert found.rows.rows_out == 4
    assert found.profile.profile_tier == "red"
    assert found.failing() == []


@pytest.mark.parametrize("profile", SCREENING)
def test_screening_sends_the_patients_table_alone_and_nothing_clinical(demo: Survey, profile: str) -> None:
    found = example_of(demo, profile)
    assert found.actions("events") == found.actions("medicines") == {}
    assert set(found.actions("patients").values()) == {"keep"}
    assert not {"Ethnic Origin", "EMIS Number", "Date of Death", "Registration Status"} & set(
        found.actions("patients")
    )
    assert {"status.died", "status.left", "status.temporary", "table.left_out"} == set(found.withheld())


@pytest.mark.parametrize("profile", LISTS)
def test_who_died_or_left_is_shown_and_must_be_confirmed(demo: Survey, profile: str) -> None:
    stopped = example_of(demo, profile, ask=True)
    missing = {c.id: c.patients for c in stopped.rows.missing_out}
    assert {"died", "left"} <= set(missing)
    assert all(missing.values())
    assert "missing-out" in stopped.failing()
    asked = {name: number for name, number in missing.items() if number}
    asked |= {c.id: c.patients or 0 for c in stopped.rows.marked}
    assert example_of(demo, profile, ask=True, decisions={"confirmed": asked}).failing() == []


@pytest.mark.parametrize(("profile", "programme"), SCREENING.items())
def test_who_declined_or_was_ceased_is_not_on_the_list_and_is_shown(
    clinic: Survey, profile: str, programme: str
) -> None:
    marked = with_marks(clinic, recall={0: f"{programme}.declined", 1: f"{programme}.ceased"})
    found = example_of(marked, profile, ask=True)
    assert found.withheld() == {"recall.declined": 1, "recall.ceased": 1}
    assert {c.id: c.patients for c in found.rows.missing_out} == {"declined": 1, "ceased": 1}
    assert found.rows.patients_out == 2
    gate = found.checked["missing-out"]
    assert not gate.passed
    assert "declined this screening" in gate.detail
    confirmed = {"confirmed": {"declined": 1, "ceased": 1}}
    assert example_of(marked, profile, ask=True, decisions=confirmed).failing() == []


def test_another_programmes_recall_keeps_nobody_off_a_list(clinic: Survey) -> None:
    marked = with_marks(clinic, recall={0: "bowel.declined", 1: "cervical.ceased"})
    assert example_of(marked, "breast-screening").rows.patients_out == 4
    assert example_of(marked, "own-care-list").rows.patients_out == 4


def test_an_unnamed_recall_keeps_nobody_off_and_must_be_seen(clinic: Survey) -> None:
    marked = with_marks(clinic, recall={2: "unnamed.declined"})
    found = example_of(marked, "breast-screening", ask=True)
    assert found.rows.patients_out == 4
    assert [(c.id, c.patients) for c in found.rows.marked] == [("recall_unnamed", 1)]
    assert found.failing() == ["marked-records"]
    seen = {"confirmed": {"recall_unnamed": 1}}
    assert example_of(marked, "breast-screening", ask=True, decisions=seen).failing() == []


@pytest.mark.parametrize("flag", ["spine_sensitive", "confidential_flag"])
@pytest.mark.parametrize("profile", LISTS)
def test_a_confidential_patient_stays_on_the_list_and_the_address_does_not_leave(
    clinic: Survey, profile: str, flag: str
) -> None:
    found = example_of(with_marks(clinic, flags={1: flag}), profile, ask=True)
    assert found.rows.patients_out == 4
    cells = found.cells("invite")
    assert cells["Surname"] == ["Kowalski", "White", "Parkinson", "May"]
    for field in ("Address", "Postcode", "Mobile"):
        assert cells[field][1] is None
        assert all(cells[field][row] for row in (0, 2, 3))
    assert found.checked["confidential-address"].passed
    assert found.failing() == ["marked-records"]  # a person must have seen them
    assert found.profile.profile_tier == "red"


def test_a_decision_to_keep_the_address_is_stopped_until_confirmed(clinic: Survey) -> None:
    marked = with_marks(clinic, flags={1: "spine_sensitive"})
    decided = {"fields": {"invite": {"Address": {"action": "keep"}}}}
    found = example_of(marked, "breast-screening", decisions=decided)
    gate = found.checked["confidential-address"]
    assert not gate.passed
    assert gate.needs == ("confidential_address:1",)
    assert "could do harm" in gate.detail
    seen = {**decided, "confirmed": {"confidential_address": 1}}
    assert example_of(marked, "breast-screening", decisions=seen).failing() == []


def test_a_confidential_patient_who_does_not_leave_stops_nothing(clinic: Survey) -> None:
    status = clinic.patients.status.copy()
    status[1] = Status.DIED
    marked = with_marks(clinic, flags={1: "spine_sensitive"})
    patients = type(marked.patients)(**{**marked.patients.__dict__, "status": status, "has_status": True})
    gone = type(marked)(**{**marked.__dict__, "patients": patients})
    decided = {"fields": {"invite": {"Address": {"action": "keep"}}}}
    assert "confidential-address" not in example_of(gone, "breast-screening", decisions=decided).checked


_EYES = (
    ("999 000 0018", "Kowalski", "C10F.", "Type 2 diabetes mellitus"),
    ("999 000 0026", "White", "46635009", "Type 1 diabetes mellitus"),
    ("999 000 0034", "Parkinson", "A788.", "HIV infection"),
    ("999 000 0042", "May", "4.4E+07", "Type 2 diabetes with HIV, wife alcoholic"),
    ("999 000 0050", "Quixley", "", ""),
)


def test_the_eye_clinic_gets_the_type_of_diabetes_and_no_other_code_or_term(tmp_path: Path) -> None:
    path = tmp_path / "diabetic.csv"
    rows = "".join(f'{n},{name},12/04/1961,F,4 Mill Lane,{code},"{term}"\n' for n, name, code, term in _EYES)
    path.write_text("NHS Number,Surname,Date of Birth,Sex,Address,Code,Code Term\n" + rows, "utf-8")
    survey = survey_export(open_export([path]))
    found = example_of(survey, "diabetic-eye-screening")
    cells = found.cells("diabetic")
    assert cells["Surname"] == [
        "Kowalski",
        "White",
        "Parkinson",
        "May",
        "Quixley",
    ]  # nobody loses the invitation
    assert cells["Code"][:4] == ["C10F.", "46635009", None, None]
    assert cells["Code Term"][:4] == ["Type 2 diabetes mellitus", "Type 1 diabetes mellitus", None, None]
    other = example_of(survey, "breast-screening")
    assert not {"Code", "Code Term"} & set(other.actions("diabetic"))


@pytest.mark.parametrize("code", ["E10", "E11", "C108", "C109"])
def test_a_code_that_is_another_illness_in_another_terminology_is_no_type_of_diabetes(
    code: str, tmp_path: Path
) -> None:
    """In ICD-10 and in Read codes without their full stops: diabetes here, schizophrenia or cancer there."""
    path = tmp_path / "diabetic.csv"
    row = f"999 000 0018,Kowalski,12/04/1961,F,{code},2025-06-02\n"
    path.write_text(f"NHS Number,Surname,Date of Birth,Sex,Read code,Event date\n{row}", "utf-8")
    found = example_of(survey_export(open_export([path])), "diabetic-eye-screening")
    assert found.cells("diabetic")["Read code"] == [None]
