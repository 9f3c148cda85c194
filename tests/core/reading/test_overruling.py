"""Whatever a file was taken for, a person can say that it is something else, or plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import ThresholdError, UsageError
from core.reading import TableChoice, open_export
from core.reading.known import text_readers
from core.reading.registry import READERS
from tests.core.reading.text.files import rows_of
from tests.promises.forms import FORMS

NHS = "9990000018"
FILES = {
    "fhir": f'{{"resourceType": "Patient", "identifier": [{{"value": "{NHS}"}}]}}\n',
    "json": f'{{"patients": [{{"nhsNumber": "{NHS}"}}]}}\n',
    "gp2gp": f'<EhrExtract xmlns="urn:hl7-org:v3"><id extension="{NHS}"/></EhrExtract>\n',
    "scr": f'<GPSummary xmlns="urn:hl7-org:v3"><id extension="{NHS}"/></GPSummary>\n',
    "cda": f'<ClinicalDocument xmlns="urn:hl7-org:v3"><id extension="{NHS}"/></ClinicalDocument>\n',
    "kettering": f"<ReportMsg><MsgId>{NHS}</MsgId></ReportMsg>\n",
    "mesh-control": f"<DTSControl><LocalId>{NHS}</LocalId></DTSControl>\n",
    "edifact": f"UNB+UNOA:2+A+B+190101:1200+1'UNH+1+FHSREG:0:1'PNA+PAT+{NHS}'UNT+3+1'UNZ+1+1'\n",
    "miquest": f"*RSP_IDENT,A\n*QRY_TITLE,B\n&0,REPORT\n&1,NHS_NUMBER,SEX\n${NHS},M\n",
    "nhais": f"DOW~1~9999999,9999~LNA~20260112~0814~1500001~{NHS}~EXAMPLE~ADA~~MRS~2~19610203~A~B\n"
    "DOW~2~OLD TOWN~BRISTOL~AVON~BS99 3ZZ~Y~3~B~~\n",
    "delimited": f"NHS number,Sex\n{NHS},M\n",
}


@pytest.fixture(params=FILES)
def taken(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A reader's id and a file that it takes for its own."""
    path = tmp_path / "list.txt"
    path.write_text(FILES[request.param], encoding="utf-8")
    return request.param, path


def test_there_is_a_file_for_each_reader_that_can_be_wrong() -> None:
    assert set(FILES) == {reader.id for reader in READERS if reader.title}
    assert text_readers()[0][0] == "delimited"
    assert {reader.id for reader in READERS} - set(FILES) == {"workbook", "ole", "parquet"}


def test_it_is_taken_for_its_own(taken: tuple[str, Path]) -> None:
    reader, path = taken
    seen = open_export([path]).recognised
    assert {r.reader for r in seen.values()} == {reader}
    assert all(0 < r.confidence <= 1 and r.evidence for r in seen.values())


def test_it_is_read_as_plain_text_where_a_person_says_so(taken: tuple[str, Path]) -> None:
    _, path = taken
    export = open_export(
        [path], choices={"list.txt": TableChoice(reader="delimited", delimiter="", header_row=0)}
    )
    (table,) = export.tables
    cells = [cell for row in rows_of(table) for cell in row if cell is not None]
    assert cells == [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    assert "a person said what sort of file it is" in export.recognised[table.name].evidence


@pytest.mark.parametrize("other", [reader.id for reader in READERS])
def test_a_wrong_choice_ends_in_words(taken: tuple[str, Path], other: str) -> None:
    _, path = taken
    said = ""
    try:
        export = open_export([path], choices={"list.txt": TableChoice(reader=other)})
        assert {r.reader for r in export.recognised.values()} == {other}
    except ThresholdError as error:
        said = error.message
    assert NHS not in said
    assert "EXAMPLE" not in said


def test_what_only_rows_have_cannot_be_chosen_for_a_message(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(FILES["nhais"], encoding="utf-8")
    for choice in (TableChoice(delimiter=","), TableChoice(header_row=0), TableChoice(layout="emis-bulk")):
        with pytest.raises(UsageError, match="NHAIS"):
            open_export([path], choices={"list": choice})


def test_what_a_file_does_not_have_cannot_be_chosen_for_it(tmp_path: Path) -> None:
    """Nothing a person says is passed over in silence."""
    rows = [["NHS number", "Sex"], [NHS, "M"]]
    for form, choices in (
        ("parquet", (TableChoice(delimiter=","), TableChoice(header_row=1), TableChoice(layout="emis-bulk"))),
        ("xlsx", (TableChoice(delimiter=","), TableChoice(encoding="utf-8"))),
    ):
        path = FORMS[form](tmp_path, rows)
        assert open_export([path]).tables
        for choice in choices:
            with pytest.raises(UsageError, match="That has no"):
                open_export([path], choices={path.name: choice})
    assert open_export([path], choices={path.name: TableChoice(header_row=1, layout="emis-bulk")}).tables
