"""A list or sheet with a second one below it: its names would else stand under the first one's codes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from core.model import Severity
from core.reading import open_export
from tests.core.reading.supplier_files import columns_of, emis_file
from tests.core.reading.text.files import names_of, rows_of

FIRST = [
    ["NHS Number", "Event Date", "Code", "Code Term"],
    ["9990000018", "2024-01-02", "38341003", "Hypertension"],
    ["9990000026", "2024-01-02", "195967001", "Asthma"],
]
SECOND = [
    ["NHS Number", "Sex", "Usual GP", "Patient Name"],
    ["9990000018", "F", "Dr A", "Agnes Okafor"],
    ["9990000026", "M", "Dr B", "Peter Lindqvist"],
]


def written(folder: Path, form: str, rows: list[list[str]]) -> Path:
    path = folder / f"list.{form}"
    if form == "csv":
        path.write_text("".join(",".join(row) + "\n" for row in rows))
        return path
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            book.worksheets[0].cell(number, column, text or None)
    book.save(path)
    return path


@pytest.mark.parametrize("gap", [[], [["", "", "", ""]]])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_is_a_table_of_its_own(form: str, gap: list[list[str]], tmp_path: Path) -> None:
    export = open_export([written(tmp_path, form, [*FIRST, *gap, *SECOND])])
    first, second = export.tables
    assert names_of(second) == SECOND[0]
    assert rows_of(second) == SECOND[1:]
    assert [row for row in rows_of(first) if any(row)] == FIRST[1:]
    assert [(h.id, h.severity) for h in export.hazards] == [("second_table", Severity.BLOCKS)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_rows_that_talk_of_fields_are_rows(form: str, tmp_path: Path) -> None:
    rows = [
        *FIRST,
        ["9990000034", "2024-01-02", "Code", "Value"],
        ["Sex", "Value", "Asthma attack", "seen by his mother"],
    ]
    export = open_export([written(tmp_path, form, rows)])
    assert len(export.tables) == 1
    assert rows_of(export.tables[0]) == rows[1:]
    assert not export.hazards


def test_a_systems_own_table_is_one_table(tmp_path: Path) -> None:
    """Its files are large and many, and nobody put two of them together."""
    again = dict(zip(columns_of("Coding_ClinicalCode"), columns_of("Admin_Patient"), strict=False))
    emis_file(tmp_path, "Coding_ClinicalCode", {"CodeId": "7", "Term": "Asthma"}, again)
    assert len(open_export([tmp_path]).tables) == 1
