"""What a folder of EMIS or SystmOne tables says as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Export, Hazard, Severity
from core.reading import open_export
from tests.core.reading.supplier_files import emis_file, guid, tpp_file

PATIENT = {"PatientGuid": guid(1), "OrganisationGuid": guid(9)}


def hazards(export: Export, hazard_id: str) -> list[Hazard]:
    return [h for h in export.hazards if h.id == hazard_id]


def full_emis(folder: Path) -> None:
    emis_file(folder, "Admin_Patient", PATIENT)
    emis_file(folder, "CareRecord_Observation", PATIENT)
    emis_file(folder, "Coding_ClinicalCode", {"CodeId": "1", "Term": "Asthma"})
    emis_file(folder, "Coding_DrugCode", {"CodeId": "1", "Term": "Salbutamol"})


def test_a_whole_emis_folder_has_no_hazard(tmp_path: Path) -> None:
    full_emis(tmp_path)
    assert open_export([tmp_path]).hazards == ()


@pytest.mark.parametrize(
    ("table", "dictionary"),
    [
        ("CareRecord_Observation", "Coding_ClinicalCode"),
        ("CareRecord_Diary", "Coding_ClinicalCode"),
        ("Prescribing_DrugRecord", "Coding_DrugCode"),
        ("Prescribing_IssueRecord", "Coding_DrugCode"),
    ],
)
def test_codes_without_their_dictionary_block(tmp_path: Path, table: str, dictionary: str) -> None:
    emis_file(tmp_path, "Admin_Patient", PATIENT)
    emis_file(tmp_path, table, PATIENT)
    (found,) = hazards(open_export([tmp_path]), "dictionary_missing")
    assert found.severity is Severity.BLOCKS
    assert dictionary in found.what
    assert table in found.why


def test_the_other_dictionary_will_not_do(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", PATIENT)
    emis_file(tmp_path, "CareRecord_Observation", PATIENT)
    emis_file(tmp_path, "Coding_DrugCode", {"CodeId": "1"})
    assert len(hazards(open_export([tmp_path]), "dictionary_missing")) == 1


def test_entries_without_the_table_of_patients_are_told(tmp_path: Path) -> None:
    full_emis(tmp_path)
    next(tmp_path.glob("*Admin_Patient_*")).unlink()
    (found,) = hazards(open_export([tmp_path]), "table_missing")
    assert "Admin_Patient" in found.what


def test_files_of_two_days_are_told(tmp_path: Path) -> None:
    full_emis(tmp_path)
    emis_file(tmp_path, "CareRecord_Observation", PATIENT, stamp="20260113080000")
    (found,) = hazards(open_export([tmp_path]), "several_extracts")
    assert "12/01/2026" in found.what
    assert "13/01/2026" in found.what


def test_a_table_twice_is_told_and_two_practices_are_not(tmp_path: Path) -> None:
    full_emis(tmp_path)
    emis_file(tmp_path, "CareRecord_Observation", PATIENT, practice="4012")
    assert hazards(open_export([tmp_path]), "several_extracts") == []
    emis_file(tmp_path, "CareRecord_Observation", PATIENT, stamp="20260112081900")
    (found,) = hazards(open_export([tmp_path]), "several_extracts")
    assert "CareRecord_Observation" in found.what


@pytest.mark.parametrize(
    ("folders", "said"),
    [
        (("20240601_0300", "20240602_0300"), "from 1 June 2024 to 2 June 2024"),
        (("one", "another"), "SRPatient is among the files more than once"),
    ],
)
def test_systmone_extracts_in_several_folders_are_told(
    tmp_path: Path, folders: tuple[str, str], said: str
) -> None:
    for folder in folders:
        tpp_file(tmp_path / folder, "SRPatient", {"RowIdentifier": "1"})
    (found,) = hazards(open_export([tmp_path]), "several_extracts")
    assert said in found.what


def test_emis_extracts_in_several_folders_are_told(tmp_path: Path) -> None:
    full_emis(tmp_path / "a")
    emis_file(tmp_path / "b", "Admin_Patient", PATIENT, stamp="20260113080000")
    (found,) = hazards(open_export([tmp_path]), "several_extracts")
    assert "2 extracts" in found.what


def tpp_manifest(folder: Path, *names: str, **more: str) -> None:
    common = {"IsDelta": "N", "IsReference": "N", "DateExtractTo": "20260112_0814", **more}
    tpp_file(folder, "SRManifest", *({"FileName": name, **common} for name in names))


def test_a_whole_systmone_folder_tells_its_days_in_words(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", {"RowIdentifier": "1"})
    tpp_manifest(tmp_path, "SRPatient", DateExtractFrom="20250301_0000")
    export = open_export([tmp_path])
    assert export.hazards == ()
    assert [p.what for p in export.problems] == [
        "the manifest says that the extract holds entries from 1 March 2025 up to 12 January 2026"
    ]


def test_the_manifest_is_held_against_what_is_there(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", {"RowIdentifier": "1"})
    tpp_file(tmp_path, "SRCode", {"RowIdentifier": "1"})
    tpp_manifest(tmp_path, "SRPatient", "SRPatientRegistration.csv", "SRManifest")
    export = open_export([tmp_path])
    (missing,) = hazards(export, "files_missing")
    assert missing.severity is Severity.BLOCKS
    assert missing.what.endswith(": SRPatientRegistration")
    (extra,) = hazards(export, "files_not_named")
    assert extra.what.endswith(": SRCode")


@pytest.mark.parametrize("yes", ["Y", "y", "TRUE", "1"])
def test_changes_only_is_said_of_deltas_and_not_of_reference_tables(tmp_path: Path, yes: str) -> None:
    tpp_file(tmp_path, "SRPatient", {"RowIdentifier": "1"})
    tpp_manifest(tmp_path, "SRPatient", IsDelta=yes, DateExtractFrom="20260111_0814")
    (found,) = hazards(open_export([tmp_path]), "changes_only")
    assert found.severity is Severity.WARNS
    assert found.what == "1 of its tables holds only what changed since 11 January 2026: patients are missing"
    since = [
        {"FileName": "SRPatient", "IsDelta": "Y", "DateExtractFrom": day} for day in ("20260201", "20251231")
    ]
    tpp_file(tmp_path, "SRManifest", *since)
    (found,) = hazards(open_export([tmp_path]), "changes_only")
    assert "since 31 December 2025" in found.what, "the earliest day, not the first in the alphabet"
    tpp_manifest(tmp_path, "SRPatient", IsDelta=yes, IsReference="Y")
    assert hazards(open_export([tmp_path]), "changes_only") == []


def test_systmone_entries_without_patients_are_told(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRCode", {"RowIdentifier": "1", "IDPatient": "5"})
    (found,) = hazards(open_export([tmp_path]), "table_missing")
    assert "SRPatient" in found.what


def test_no_text_of_a_manifest_that_is_no_tables_name_is_repeated(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", {"RowIdentifier": "1"})
    tpp_manifest(tmp_path, "SRPatient", "Anna White 9990000018", "SRCode")
    (found,) = hazards(open_export([tmp_path]), "files_missing")
    assert found.what.endswith(": SRCode and 1 more")
    tpp_manifest(tmp_path, "SRPatient", "Anna White 9990000018")
    export = open_export([tmp_path])
    assert "Anna" not in str(export.hazards) + str(export.problems)


def test_a_damaged_manifest_stops_nothing(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", {"RowIdentifier": "1"})
    (tmp_path / "SRManifest.csv").write_bytes(
        b"FileName,IsDelta,IsReference,DateExtractFrom,DateExtractTo\r\nSRPatient,?,,yesterday,99999999_9\r\n,,\r\n"
    )
    export = open_export([tmp_path])
    assert [h for h in export.hazards if h.id] == []
    assert not any("manifest says" in p.what for p in export.problems)


def test_texts_are_read_as_windows_1252(tmp_path: Path) -> None:
    tpp_file(tmp_path, "SRPatient", {"RowIdentifier": "1", "Surname": "O’Brién"})
    table = open_export([tmp_path]).tables[0]
    block = next(iter(table.blocks()))
    names = [f.name for f in table.fields]
    assert table.read(block, [names.index("Surname")]).data.column(0).to_pylist() == ["O’Brién"]
