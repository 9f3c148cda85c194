"""A person's word on which field tells whose row it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Kind, Role, UsageError
from core.reading import TableChoice, open_export
from core.survey import find_fields, survey_export

HEADER = "NHS Number,Mother NHS,Ward code,Surname,Date,Code\n"
ROWS = "".join(f"999412003{n % 3},9996182210,W{n},OKAFOR,0{n}/03/2025,44054006\n" for n in range(1, 7))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def test_a_chosen_field_becomes_the_patients_key(file: Path) -> None:
    export = open_export([file], choices={"list": TableChoice(patient_field="Ward code")})
    assert export.patient_fields == {"list": "Ward code"}
    found = {f.field: f for f in find_fields(export)["list"]}
    assert found["Ward code"].role is Role.PATIENT_KEY
    assert found["Ward code"].kind is Kind.DIRECT_IDENTIFIER
    assert found["Ward code"].evidence[0].startswith("a person said")
    assert found["NHS Number"].role is Role.NHS_NUMBER, "objections are found by it"
    survey = survey_export(export)
    assert {f.field: f.role for f in survey.findings["list"]}["Ward code"] is Role.PATIENT_KEY


def test_another_field_of_the_same_role_gives_way_and_stays_an_identifier(file: Path) -> None:
    export = open_export([file], choices={"list.csv": TableChoice(patient_field="Mother NHS")})
    found = {f.field: f for f in find_fields(export)["list"]}
    assert found["Mother NHS"].role in (Role.NHS_NUMBER, Role.PATIENT_KEY)
    others = [f for f in found.values() if f.role is found["Mother NHS"].role]
    assert [f.field for f in others] == ["Mother NHS"]
    assert found["NHS Number"].kind is Kind.DIRECT_IDENTIFIER


def test_the_rows_are_counted_by_the_chosen_field(file: Path) -> None:
    plain = survey_export(open_export([file]))
    export = open_export([file], choices={"list": TableChoice(patient_field="Mother NHS")})
    assert survey_export(export).patients.count <= plain.patients.count


def test_a_field_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(UsageError, match="not in the table"):
        open_export([file], choices={"list": TableChoice(patient_field="Patient")})
