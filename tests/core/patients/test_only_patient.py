"""Values of a message that name no patient stand on the page of the only one it can be about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.patients import read_record
from core.patients.only_patient import only_patients, patients_of_rows, rows_on_page
from core.patients.sheet import what_leaves
from core.preview import Preview
from core.protection import Decisions, ObjectionSource, decide_rows, load_profile, make_plan
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import Survey
from tests.core.protection.strategies import KEY

NHS = ("9990000018", "9990000026")
OTHER = "other values"


def patient(number: str | None, at: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "id": at,
        "name": [{"family": "Quixley", "given": [at]}],
    }
    if number is not None:
        made["identifier"] = [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number}]
    return made


def entry(at: str) -> dict[str, Any]:
    """Something that is coded, with a value that no table has a field for."""
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "subject": {"reference": f"Patient/{at}"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "195967001", "display": "Asthma"}]},
        "extension": [{"url": "https://example.org/odd", "valueString": "Said on the telephone"}],
    }


def bundle(path: Path, *people: dict[str, Any]) -> Path:
    entries = [*people, entry(people[0]["id"])]
    told = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in entries]}
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def surveyed(*paths: Path) -> Survey:
    return survey_export(open_export(list(paths)))


def shown(survey: Survey, profile: str = "local-shared-record", **decisions: Any) -> Preview:
    plan = make_plan(
        survey,
        load_profile(profile),
        recipient="R",
        project="J",
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=True,
        decisions=Decisions.model_validate(decisions) if decisions else None,
    )
    return Preview(survey, plan, KEY, decide_rows(survey, plan, KEY, None))


def nobodys(survey: Survey) -> list[int]:
    return np.flatnonzero(survey.facts[OTHER].patient < 0).tolist()


def test_they_are_on_the_page_of_the_only_patient(tmp_path: Path) -> None:
    survey = surveyed(bundle(tmp_path / "one.json", patient(NHS[0], "Agnes")))
    lost = nobodys(survey)
    assert lost
    assert only_patients(survey) == {OTHER: 0}
    assert set(lost) <= set(rows_on_page(survey, OTHER, 0).tolist())
    record = read_record(shown(survey), 0)
    items = {(item.table, item.row): item for section in record.sections for item in section.items}
    assert all((OTHER, row) in items for row in lost)
    assert any("Said on the telephone" in item.held for item in items.values())
    assert any(f"{len(lost):,} value" in note and "one patient" in note for note in record.notes)
    assert not any("cannot be told whose" in note and OTHER in note for note in record.notes)
    assert set(patients_of_rows(survey, OTHER).tolist()) == {0}


def test_of_two_patients_nobody_is_guessed(tmp_path: Path) -> None:
    survey = surveyed(bundle(tmp_path / "two.json", patient(NHS[0], "Agnes"), patient(NHS[1], "Tom")))
    lost = nobodys(survey)
    assert lost
    assert only_patients(survey) == {}
    assert not set(lost) & set(rows_on_page(survey, OTHER, 0).tolist())
    assert patients_of_rows(survey, OTHER) is survey.facts[OTHER].patient


def test_somebody_else_without_a_number_is_somebody_else(tmp_path: Path) -> None:
    nameless = {"resourceType": "Patient", "id": "x", "gender": "female"}
    survey = surveyed(bundle(tmp_path / "one.json", patient(NHS[0], "Agnes"), nameless))
    assert sorted(survey.facts["patients"].patient.tolist()) == [-1, 0]
    assert only_patients(survey) == {}


def test_of_several_files_each_has_its_own_patient(tmp_path: Path) -> None:
    one = bundle(tmp_path / "one.json", patient(NHS[0], "Agnes"))
    two = bundle(tmp_path / "two.json", patient(NHS[1], "Tom"))
    survey = surveyed(one, two)
    found = only_patients(survey)
    for table, whose in found.items():
        near = [name for name in survey.facts if name.rpartition("/")[0] == table.rpartition("/")[0]]
        held = {int(p) for name in near for p in survey.facts[name].patient if p >= 0}
        assert held == {whose}


def test_a_table_that_is_no_message_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other values.csv"
    path.write_text(f"NHS Number,Code Term\n{NHS[0]},Asthma\n,Eczema\n", encoding="utf-8")
    survey = surveyed(path)
    assert survey.facts[OTHER].patient.tolist() == [0, -1]
    assert only_patients(survey) == {}


def test_whether_the_patient_is_left_out_is_told_by_their_own_rows(tmp_path: Path) -> None:
    survey = surveyed(bundle(tmp_path / "one.json", patient(NHS[0], "Agnes")))
    code = read_record(shown(survey), 0).code
    assert read_record(shown(survey, patients={"leave_out": [code]}), 0).left_out


def test_what_leaves_of_them_is_on_the_sheet(tmp_path: Path) -> None:
    survey = surveyed(bundle(tmp_path / "one.json", patient(NHS[0], "Agnes")))
    fields = {OTHER: {name: {"action": "keep"} for name in ("Record", "Path", "Other value")}}
    kept = shown(survey, "records-transfer", fields=fields)
    rows = np.array(nobodys(survey))
    assert {row.withheld.id if row.withheld else "" for row in kept.rows_at(OTHER, rows).rows} == {""}
    assert "other" in what_leaves(kept, 0, "Agnes Quixley").families


@pytest.mark.parametrize("name", ["abnormalPA.edifact.dat", "basicScreen.edifact.dat"])
def test_real_messages(shared: Path, name: str) -> None:
    folder = "samples/NHSDigital__integration-adaptor-lab-results/documentation/example-edifact"
    survey = surveyed(shared / folder / name)
    assert nobodys(survey)
    assert rows_on_page(survey, OTHER, 0).tolist() == list(range(survey.facts[OTHER].rows))
