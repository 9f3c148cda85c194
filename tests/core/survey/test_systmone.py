"""SystmOne's extract surveyed whole: joins by organisation, both codes, picklists, removed rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.reading import open_export
from core.survey import NO_PATIENT, OBJECTIONS, Survey, survey_export
from tests.core.reading.supplier_files import tpp_file

NHS = ("9990000018", "9990000026", "9990000034")


def patient(key: str, nhs: str = "", organisation: str = "A81001", **more: str) -> dict[str, str]:
    return {
        "RowIdentifier": key,
        "IDOrganisationVisibleTo": organisation,
        "FirstName": "Anne",
        "Surname": f"Archer{key}",
        "NHSNumber": nhs,
        "DateBirth": "04 Mar 1961 00:00",
        "Gender": "F",
        "RemovedData": "FALSE",
        **more,
    }


def code(
    key: str, ctv3: str = "", snomed: str = "", organisation: str = "A81001", **more: str
) -> dict[str, str]:
    return {
        "RowIdentifier": f"9{key}",
        "IDOrganisationVisibleTo": organisation,
        "DateEvent": "29 Sep 2011 14:53:28",
        "CTV3Code": ctv3,
        "SNOMEDCode": snomed,
        "IDPatient": key,
        "RemovedData": "FALSE",
        **more,
    }


def surveyed(folder: Path) -> Survey:
    return survey_export(open_export([folder]))


def who(survey: Survey, table: str) -> list[str | None]:
    found = survey.facts[table].patient.tolist()
    return [None if p == NO_PATIENT else survey.patients.identity[p] for p in found]


def objections(survey: Survey, identity: str) -> set[str]:
    bits = int(survey.patients.objections[survey.patients.identity.index(identity)])
    return {name for number, name in enumerate(OBJECTIONS) if bits >> number & 1}


def test_entries_join_their_patient_and_both_codes_are_read(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", patient("5", NHS[0]), patient("6", NHS[1]))
    tpp_file(
        tmp_path,
        "SRCode",
        code("5", ctv3="43C3."),
        code("5", snomed="165816005"),
        code("6", ctv3="XaZ89"),
        code("6", ctv3="H33..", snomed="827241000000103"),
        code("6", ctv3="H33..", snomed="195967001"),
    )
    survey = surveyed(tmp_path)
    assert who(survey, "SRCode") == [f"nhs|{NHS[0]}"] * 2 + [f"nhs|{NHS[1]}"] * 3
    found = [survey.lookup.categories_of(int(bits)) for bits in survey.facts["SRCode"].categories]
    assert "hiv" in found[0]
    assert "hiv" in found[1]
    assert found[4] == ("rare_codes",)
    assert survey.facts["SRCode"].objection_row.tolist() == [False, False, True, True, False]
    assert objections(survey, f"nhs|{NHS[1]}") == {"type1_dissent"}


def test_the_table_of_patients_is_known_whatever_its_file_is_called(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", patient("5", NHS[0]))
    tpp_file(tmp_path, "SRStaffMember", {"RowIdentifier": "5", "StaffName": "Dr Anne Archer"})
    tpp_file(tmp_path, "SRCode", code("5", ctv3="H33.."))
    (tmp_path / "SRPatient.csv").rename(tmp_path / "everybody.csv")
    (tmp_path / "SRStaffMember.csv").rename(tmp_path / "doctors.csv")
    survey = surveyed(tmp_path)
    assert who(survey, "SRCode") == who(survey, "everybody") == [f"nhs|{NHS[0]}"]
    assert who(survey, "doctors") == [None], "the same number, of somebody else"
    assert all(f.table == "everybody" for f in survey.findings["everybody"])


def test_one_row_identifier_in_two_organisations_is_two_patients(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", patient("5", NHS[0]), patient("5", NHS[1], "B81002"))
    tpp_file(tmp_path, "SRCode", code("5", ctv3="H33.."), code("5", ctv3="XaZ89", organisation="B81002"))
    survey = surveyed(tmp_path)
    assert who(survey, "SRPatient") == [f"nhs|{NHS[0]}", f"nhs|{NHS[1]}"]
    assert who(survey, "SRCode") == [f"nhs|{NHS[0]}", f"nhs|{NHS[1]}"]
    assert objections(survey, f"nhs|{NHS[0]}") == set()
    assert objections(survey, f"nhs|{NHS[1]}") == {"type1_dissent"}


def test_the_same_person_in_two_organisations_stays_one(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", patient("5", NHS[0]), patient("5", NHS[0], "B81002"))
    tpp_file(tmp_path, "SRCode", code("5", ctv3="H33.."), code("5", ctv3="XaZ89", organisation="B81002"))
    (tmp_path / "notes.csv").write_text("IDPatient,Code\n5,H33..\n")
    survey = surveyed(tmp_path)
    assert survey.patients.identity == (f"nhs|{NHS[0]}",), "a key alone means the same person in both"
    assert not [h for h in survey.hazards if "more than one patient" in h.what]


def test_what_a_picklist_says_counts(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", patient("5", NHS[0]))
    tpp_file(
        tmp_path,
        "SRMapping",
        {"RowIdentifier": "17", "IdMappingGroup": "4", "Mapping": "HIV clinic"},
        {"RowIdentifier": "18", "IdMappingGroup": "4", "Mapping": "Surgery"},
    )
    event = {"IDOrganisationVisibleTo": "A81001", "IDPatient": "5", "DateEvent": "29 Sep 2011 14:53:28"}
    tpp_file(
        tmp_path,
        "SREvent",
        {**event, "RowIdentifier": "1", "ContactEventLocation": "17"},
        {**event, "RowIdentifier": "2", "ContactEventLocation": "18"},
        {**event, "RowIdentifier": "3", "ContactEventLocation": ""},
    )
    survey = surveyed(tmp_path)
    found = [survey.lookup.categories_of(int(bits)) for bits in survey.facts["SREvent"].categories]
    assert "hiv" in found[0]
    assert found[1:] == [(), ()]
    assert survey.unknown_codes.rows == 0, "a number of a list is no code"
    assert survey.export.recognised["SRMapping"].table == "SRMapping"


@pytest.mark.parametrize(("said", "deleted"), [("TRUE", True), ("true", True), ("1", True), ("FALSE", False)])
def test_removed_rows_are_known(tmp_path: Path, said: str, deleted: bool) -> None:
    tpp_file(tmp_path, "SRPatient", patient("5", NHS[0]))
    tpp_file(tmp_path, "SRCode", code("5", ctv3="H33.."), code("5", ctv3="H33..", RemovedData=said))
    found = surveyed(tmp_path).facts["SRCode"].deleted
    assert (found is not None and found.tolist() == [False, True]) is deleted


def test_a_breakdown_is_known_by_its_last_field_and_its_sentence_case(tmp_path: Path) -> None:
    path = tmp_path / "breakdown.csv"
    path.write_bytes(
        "NHS number,Surname,Date of birth,Event date,CTV3 code,Patient Count\r\n"
        f"{NHS[0]},O’Brién,19610304,20200101,43C3.,1\r\n".encode("cp1252")
    )
    export = open_export([path])
    seen = export.recognised["breakdown"]
    assert seen.format == export.tables[0].format == "systmone-breakdown"
    assert seen.confidence >= 0.8
    assert seen.evidence == ("all of its 6 fields are those of SystmOne report breakdown",)
    survey = survey_export(export)
    assert who(survey, "breakdown") == [f"nhs|{NHS[0]}"]
    assert "hiv" in survey.lookup.categories_of(int(survey.facts["breakdown"].categories[0]))
