"""Telling a line of field names from a line of data."""

from __future__ import annotations

import pytest

from core.reading.text.header import find_header, is_data, make_fields

Rows = list[list[str | None]]


@pytest.mark.parametrize(
    "names",
    [
        ["EMIS Number", "NHS Number", "Family Name", "Date of Birth"],
        ["NHS_NUMBER", "DOB", "SEX", "POSTCODE"],
        ["PatientGuid", "DateOfBirth", "Surname", "ProcessingId"],
        ["patid", "pracid", "usualgpstaffid", "gender"],
        ["Organisation", "CDB", "Population Count", "%"],
        ["RowIdentifier", "IDOrganisationVisibleTo", "DateEvent", "CTV3Code"],
        ["zz", "qq", "xx", "vv"],  # unlike any name, but over numbers and dates
    ],
)
def test_field_names_are_found(names: list[str | None]) -> None:
    rows: Rows = [
        ["9990000018", "01/02/1960", "12345", "2020-01-01"],
        ["9990000026", "03/04/1970", "6", "2021-01-01"],
    ]
    assert find_header([names, *rows]) == 0


@pytest.mark.parametrize(
    "rows",
    [
        [["Smith", "12 High Street"], ["Jones", "14 High Street"]],
        [["White", "Anna", "High Street", "Bristol"], ["May", "Ben", "Low Road", "Bath"]],
        [
            ["A81001", "THE DENSHAM SURGERY", "Address 1", "TS1 1AA"],
            ["A81002", "QUEENS PARK", "Address 2", "TS2 2BB"],
        ],
        [["P1", "19600102", "F", "BS6 5AB"], ["P2", "19710304", "M", "BS6 5AC"]],
        [["H33..", "Asthma", "Dr A"], ["C10..", "Diabetes", "Dr B"]],
        [["White"], ["May"], ["Parkinson"]],
        [["Patient seen in surgery today"], ["Review in six months"]],
    ],
)
def test_data_is_not_taken_for_field_names(rows: Rows) -> None:
    assert find_header(rows) is None


def test_names_below_lines_about_the_report() -> None:
    rows: Rows = [
        ["Recall report"],
        [None],
        ["Last Run", None, None, "01-Jan-2024"],
        ["NHS Number", "Surname", "Date of birth", "Postcode"],
        ["9990000018", "White", "01/02/1960", "BS6 5AB"],
    ]
    assert find_header(rows) == 3


def test_names_that_come_again_later_still_count_as_names() -> None:
    names: list[str | None] = ["Code", "Term"]
    assert find_header([names, ["XE2Nh", "Asthma"], names, ["X40Gy", "Cough"]]) == 0


@pytest.mark.parametrize(
    "cell",
    [
        "12",
        "1,234.5",
        "£3.20",
        "1E-7",
        "01/02/1960",
        "01-Jan-2020",
        "1 Jan 20",
        "12:30",
        "999 000 0018",
        "BS6 5AB",
        "a@b.org",
        "A81001",
        "{8E1C6B7A-0000-4000-8000-000000000001}",
        "TRUE",
        "Female",
        "scan [25-12-2019].pdf",
        "7 Mill Lane",
    ],
)
def test_values_are_known_as_data(cell: str) -> None:
    assert is_data(cell)


@pytest.mark.parametrize(
    "cell", ["NHS number", "ADD 1", "Event date", "Value 2", "Sex", "123Codes", "E-mail Address"]
)
def test_names_are_not_data(cell: str) -> None:
    assert not is_data(cell)


def test_names_are_unique_even_when_the_file_numbers_its_own() -> None:
    fields = make_fields(["Date", "Date (2)", "Date", None, "(column 4)", "Date"], 7)
    assert [f.name for f in fields] == [
        "Date",
        "Date (2)",
        "Date (3)",
        "(column 4)",
        "(column 4) (2)",
        "Date (4)",
        "(column 7)",
    ]
    assert [f.header for f in fields] == ["Date", "Date (2)", "Date", "", "(column 4)", "Date", ""]
