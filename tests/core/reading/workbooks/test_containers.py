"""One workbook for each place where data can travel unseen, with a name planted there: all are found, and the
name is in no message."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from core.model import Export, Severity
from core.reading import open_export
from core.reading.containers import CONTAINERS
from tests.core.reading.workbooks.plants_parts import PLANTS, app, core
from tests.core.reading.workbooks.plants_sheet import styled
from tests.core.reading.workbooks.workbooks import CANARY, Book

#: Places that only other sorts of workbooks have; test_xls looks there.
ELSEWHERE = {"left_over"}


def opened(folder: Path, data: bytes, name: str = "list.xlsx") -> Export:
    path = folder / name
    path.write_bytes(data)
    return open_export([path])


@pytest.mark.parametrize("case", PLANTS)
def test_what_is_planted_is_found_and_not_repeated(tmp_path: Path, case: str) -> None:
    container = case.partition(":")[0]
    book = Book()
    PLANTS[case](book)
    data = book.build()
    if container == "zip_extra":
        at = data.index(b"PK\x01\x02")
        data += CANARY.encode() if at else b""
    export = opened(tmp_path, data)
    hazards = [h for h in export.hazards if h.id == container]
    assert len(hazards) == 1
    assert hazards[0].severity is CONTAINERS[container].severity
    assert hazards[0].why == CONTAINERS[container].why
    assert CANARY not in str(export.hazards) + str(export.problems)
    assert CANARY.split()[1] not in str(export.hazards) + str(export.problems)


def test_every_place_has_a_workbook_that_is_found() -> None:
    assert {case.partition(":")[0] for case in PLANTS} | ELSEWHERE == set(CONTAINERS)


@pytest.mark.parametrize("case", PLANTS)
def test_each_plant_raises_no_other_alarm_that_blocks(tmp_path: Path, case: str) -> None:
    container = case.partition(":")[0]
    book = Book()
    PLANTS[case](book)
    export = opened(tmp_path, book.build())
    assert {h.id for h in export.hazards if h.severity is Severity.BLOCKS} <= {container}


def test_nothing_is_found_in_a_plain_workbook(tmp_path: Path) -> None:
    assert opened(tmp_path, Book().build()).hazards == ()


def test_plain_workbooks_of_common_writers_give_no_alarm(tmp_path: Path) -> None:
    one = openpyxl.Workbook()
    sheet = one.active
    assert sheet is not None
    sheet.append(["NHS number", "Surname"])
    sheet.append(["9990000018", "White"])
    sheet.auto_filter.ref = "A1:B2"
    sheet.freeze_panes = "A2"
    one.save(tmp_path / "openpyxl.xlsx")
    two = xlsxwriter.Workbook(tmp_path / "xlsxwriter.xlsx")
    page = two.add_worksheet()
    page.write_row(0, 0, ["NHS number", "Surname"], two.add_format({"bold": True, "bg_color": "#DDEEFF"}))
    page.write_row(1, 0, ["9990000018", "White"])
    page.set_column(5, 16_383, None, None, {"hidden": True})
    page.set_footer("&LPage &P of &N&R&D")
    page.add_table("D1:E3", {"columns": [{"header": "Code"}, {"header": "Term"}]})
    two.close()
    for name in ("openpyxl.xlsx", "xlsxwriter.xlsx"):
        assert open_export([tmp_path / name]).hazards == ()


def test_the_way_excel_writes_one_gives_only_its_authors(tmp_path: Path) -> None:
    book = Book()
    styled(book, code="dd/mm/yyyy", number=164)
    book.rows = ""
    core(book, "<dc:creator>Ann Shah</dc:creator><cp:lastModifiedBy>Ann Shah</cp:lastModifiedBy><dc:title/>")
    app(book, "<Company/><TitlesOfParts><vt:vector><vt:lpstr>List</vt:lpstr></vt:vector></TitlesOfParts>")
    book.book = "<workbookPr defaultThemeVersion='166925'/><bookViews><workbookView/></bookViews>"
    names = (("_xlnm.Print_Area", "List!$A$1"), ("people", "List!$A$2:$A$4"), ("all", "'My list'!$A:$C"))
    book.book_after = (
        "<definedNames>"
        + "".join(f'<definedName name="{name}">{place}</definedName>' for name, place in names)
        + "</definedNames><calcPr calcId='191029'/>"
    )
    book.part("xl/calcChain.xml", "calcChain", "<calcChain/>")
    book.part("xl/metadata.xml", "sheetMetadata", "<metadata/>")
    export = opened(tmp_path, book.build())
    assert [(h.id, h.what) for h in export.hazards] == [("author", "1 name of people or organisations")]


@pytest.mark.parametrize(
    "empty", ['<row r="9" hidden="1"/>', '<row r="9" hidden="1"><c r="A9" s="1"/></row>']
)
def test_hidden_rows_and_columns_with_nothing_in_them_hide_nothing(tmp_path: Path, empty: str) -> None:
    book = Book(rows=empty, before='<cols><col min="4" max="16384" hidden="1"/></cols>')
    assert opened(tmp_path, book.build()).hazards == ()


def test_parts_in_utf_16_are_looked_through_too(tmp_path: Path) -> None:
    book = Book()
    comments = f"<comments><commentList><comment ref='A1'><t>{CANARY}</t></comment></commentList></comments>"
    book.on_sheet("xl/comments1.xml", "comments", comments.encode("utf-16"))
    assert [h.id for h in opened(tmp_path, book.build()).hazards] == ["comments"]


def test_every_place_says_why_and_names_are_stable() -> None:
    for name, place in CONTAINERS.items():
        assert name == place.id
        assert name.isidentifier()
        assert name == name.lower()
        assert place.why.endswith(".")
        assert place.title
    blocking = {n for n, p in CONTAINERS.items() if p.severity is Severity.BLOCKS}
    assert {"hidden_sheet", "hidden_rows", "hidden_columns", "pivot_cache", "white_text"} <= blocking


@pytest.mark.parametrize(
    ("breach", "name"),
    [
        ("Police", "hidden_sheet"),
        ("Blackpool", "pivot_cache"),
        ("honours", "hidden_columns"),
        ("Ministry", "hidden_rows"),
        ("Southend", "locked_sheet"),
        ("Public Health", "full_sheet"),
        ("Norfolk", "white_text"),
    ],
)
def test_real_breaches_are_named(breach: str, name: str) -> None:
    assert breach in CONTAINERS[name].why
