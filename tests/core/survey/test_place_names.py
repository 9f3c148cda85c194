"""Names of files, folders and sheets that give away a patient or a diagnosis, and ordinary names."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from core.model import Hazard, Severity
from core.reading import open_export
from core.survey import survey_export
from tests.core.reading.archives.archived import write, zipped

PATIENTS = (
    b"NHS number,Surname,Forenames,Date of birth\n"
    b"9990000018,Okonkwo-Bell,Ngozi,01/02/1960\n9990000026,May,Theresa,03/04/1970\n"
)


def told(path: Path) -> list[Hazard]:
    return [h for h in survey_export(open_export([path])).hazards if h.id.startswith("name_of_")]


@pytest.mark.parametrize(
    ("name", "words", "blocks"),
    [
        ("9990000018.csv", "an NHS number", True),
        ("letter 999 000 0018 final.csv", "an NHS number", True),
        ("referral_999-000-0018.csv", "an NHS number", True),
        ("Ngozi Okonkwo-Bell.csv", "full name of a patient", True),
        ("Okonkwo-Bell, Ngozi recall.csv", "full name of a patient", True),
        ("MAY_Theresa_2024.csv", "full name of a patient", True),
        ("TheresaMay.csv", "full name of a patient", True),
        ("for theresa j may.csv", "full name of a patient", True),
        ("Mrs Okafor referral.csv", "somebody's name", False),
        ("Jennifer Hughes list.csv", "somebody's name", False),
        ("recall BS6 5QA.csv", "a full postcode", False),
        ("send to anna@example.org.csv", "an e-mail address", False),
        ("call 07700900123.csv", "a telephone number", False),
        ("born 03-04-1970.csv", "a date of birth", False),
        ("list 1961-02-03.csv", "a date of birth", False),
        ("dob 03.04.2019.csv", "a date of birth", False),
        ("HIV recall.csv", "HIV and AIDS", False),
        ("mental_health_review.csv", "Mental health", False),
        ("Diabetes recall list.csv", "a condition", False),
        ("COPD-annual.csv", "a condition", False),
    ],
)
def test_a_name_that_tells_is_told(tmp_path: Path, name: str, words: str, blocks: bool) -> None:
    found = told(write(tmp_path / "extract", name, PATIENTS))
    assert [words in h.what for h in found] == [True]
    assert found[0].severity is (Severity.BLOCKS if blocks else Severity.WARNS)
    assert (found[0].id, found[0].where) == ("name_of_file", "the file")
    for part in name.removesuffix(".csv").split():
        if part[0].isupper() or part[0].isdigit():
            assert part not in found[0].where
            assert part not in found[0].why.replace("HIV services", "")


@pytest.mark.parametrize(
    "name",
    [
        "report 2024.csv",
        "report 2024-06-30 17.45.csv",
        "SRPatient.csv",
        "SRManifest.csv",
        "emis_95047_CareRecord_Observation_20240101120000_8E1C6B7A-0000-4000-8000-000000000001.csv",
        "291_Admin_Patient_20240115093012_D0C26A1B-1234-4F5E-8A9B-0123456789AB.csv",
        "INCREMENTAL_F86007_journal_data_extract-2018-08-17-000500.csv",
        "Patient_2024061512.csv",
        "list (2).csv",
        "Copy of recall list final v2.csv",
        "White paper May 2024.csv",
        "extract_20240601_0300.csv",
        "Park Lane Surgery A81001 patients.csv",
        "BSS_20240102030405_n17.csv",
        "Master list.csv",
        "GPR4LNA1.CSA",  # the ending of a practice list of the national system is no condition
    ],
)
def test_ordinary_names_raise_no_alarm(tmp_path: Path, name: str) -> None:
    assert told(write(tmp_path / "extract", name, PATIENTS)) == []


def test_folders_archives_and_sheets_are_looked_at_too(tmp_path: Path) -> None:
    folder = tmp_path / "extract"
    write(folder, "HIV clinic/list.csv", PATIENTS)
    write(folder, "x.zip", zipped({"visits/Theresa May.csv": PATIENTS, "9990000026/b.csv": PATIENTS}))
    book = xlsxwriter.Workbook(folder / "book.xlsx")
    sheet = book.add_worksheet("Ngozi Okonkwo-Bell")
    sheet.write_row(0, 0, ["NHS number", "Surname"])
    sheet.write_row(1, 0, ["9990000018", "Okonkwo-Bell"])
    book.close()
    found = told(folder)
    assert {h.id for h in found} == {"name_of_folder", "name_of_member", "name_of_sheet"}
    assert not any(
        secret in h.where + h.what for h in found for secret in ("Ngozi", "Theresa", "9990000026", "clinic")
    )
    assert [h.severity for h in found if h.id == "name_of_sheet"] == [Severity.BLOCKS]
    assert sum(h.severity is Severity.BLOCKS for h in found if h.id == "name_of_member") == 2


def test_archives_inside_an_archive_have_names_too(tmp_path: Path) -> None:
    write(tmp_path, "x.zip", zipped({"lists/9990000026.zip": zipped({"list.csv": PATIENTS})}))
    (found,) = told(tmp_path / "x.zip")
    assert (found.id, found.severity) == ("name_of_member", Severity.BLOCKS)
    assert "9990000026" not in found.where + found.what


def test_many_files_of_one_sort_are_one_remark(tmp_path: Path) -> None:
    for n in range(12):
        write(tmp_path / "extract", f"asthma {n}.csv", PATIENTS)
    found = told(tmp_path / "extract")
    assert [(h.where, h.what) for h in found] == [("12 files", "their names hold words for a condition")]
