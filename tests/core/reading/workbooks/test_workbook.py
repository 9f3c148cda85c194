"""Workbooks: values as shown, and what hides in them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from core.model import ReadError, Severity
from core.reading import TableChoice, open_export, total_rows
from core.reading.workbooks import containers_zip
from core.reading.workbooks.cells import number_text, text_of
from core.reading.workbooks.workbook_columns import text_columns
from tests.core.reading.text.files import lines_of, names_of, rows_of

HEAD = ["NHS number", "Surname", "Date of birth"]


def book(folder: Path, fill: Callable[[openpyxl.Workbook], None], name: str = "list.xlsx") -> Path:
    workbook = openpyxl.Workbook()
    fill(workbook)
    path = folder / name
    workbook.save(path)
    return path


def people(sheet: openpyxl.worksheet.worksheet.Worksheet, rows: int = 3) -> None:
    sheet.append(HEAD)
    for n in range(rows):
        sheet.append([f"99900000{n:02d}", "White", date(1960, 1, n + 1)])


def first(workbook: openpyxl.Workbook) -> openpyxl.worksheet.worksheet.Worksheet:
    sheet = workbook.active
    assert isinstance(sheet, openpyxl.worksheet.worksheet.Worksheet)
    return sheet


def test_values_are_text_as_a_person_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "values.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("Values")
    day = workbook.add_format({"num_format": "dd/mm/yyyy"})
    moment = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    ten = workbook.add_format({"num_format": "0000000000"})
    grouped = workbook.add_format({"num_format": "000 000 0000"})
    sheet.write_row(0, 0, ["Name", "Value"])
    cells: list[tuple[Callable[[int], object], str | None]] = [
        (lambda r: sheet.write_datetime(r, 1, datetime(1961, 2, 3), day), "1961-02-03"),
        (lambda r: sheet.write_datetime(r, 1, datetime(2024, 2, 3, 14, 5, 6), moment), "2024-02-03 14:05:06"),
        (lambda r: sheet.write_number(r, 1, 45000.9999999, moment), "2023-03-16"),
        (lambda r: sheet.write_number(r, 1, 9990018, ten), "0009990018"),
        (lambda r: sheet.write_number(r, 1, 9990000018, grouped), "999 000 0018"),
        (lambda r: sheet.write_number(r, 1, 99990000018, grouped), "9999 000 0018"),
        (lambda r: sheet.write_number(r, 1, 3), "3"),
        (lambda r: sheet.write_number(r, 1, 5.1), "5.1"),
        (lambda r: sheet.write_number(r, 1, -0.25), "-0.25"),
        (lambda r: sheet.write_boolean(r, 1, True), "TRUE"),
        (lambda r: sheet.write_formula(r, 1, "=NA()", None, "#N/A"), "#N/A"),
        (lambda r: sheet.write_formula(r, 1, "=1+1", None, 2), "2"),
        (lambda r: sheet.write_string(r, 1, " 007 "), " 007 "),
        (lambda r: sheet.write_string(r, 1, "one\r\ntwo"), "one\r\ntwo"),
        (lambda r: sheet.write_string(r, 1, "999000011000001104"), "999000011000001104"),
        (lambda r: sheet.write_blank(r, 1, None, day), None),
    ]
    for row, (write, _) in enumerate(cells, start=1):
        sheet.write_string(row, 0, "x")
        write(row)
    workbook.close()
    table = open_export([path]).tables[0]
    assert [r[1] for r in rows_of(table)] == [text for _, text in cells]
    assert table.name == "Values"
    assert table.format == "xlsx"


def test_long_numbers_are_read_as_stored_and_told(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        sheet = first(workbook)
        sheet.append(["Code", "Term"])
        sheet.append([12345678901, "x"])
        sheet.append([73211009, "y"])

    path = book(tmp_path, fill)
    with zipfile.ZipFile(path) as archive:
        entries = {n: archive.read(n) for n in archive.namelist()}
    sheet_entry = "xl/worksheets/sheet1.xml"
    assert b"12345678901" in entries[sheet_entry]
    entries[sheet_entry] = entries[sheet_entry].replace(b"12345678901", b"999000011000001104")
    export = open_export([_zip(path, entries)])
    assert rows_of(export.tables[0]) == [["999000011000001104", "x"], ["73211009", "y"]]
    assert [p.line for p in export.problems] == [2]
    assert "999000011000001104" not in str(export.problems)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1e15, "1000000000000000"), (1e-7, "1E-7"), (2.5, "2.5"), (-3.0, "-3")]
)
def test_numbers_have_no_needless_point(value: float, text: str) -> None:
    assert number_text(value) == text


def test_times_alone(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        first(workbook).append(["Event time", "Note"])
        first(workbook).append([clock(9, 30), "x"])

    assert rows_of(open_export([book(tmp_path, fill)]).tables[0]) == [["09:30:00", "x"]]


def test_hidden_sheets_rows_and_columns_are_read_and_block(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        people(first(workbook))
        first(workbook).title = "Shown"
        people(workbook.create_sheet("Away"))
        workbook["Away"].sheet_state = "hidden"
        people(workbook.create_sheet("Deep"))
        workbook["Deep"].sheet_state = "veryHidden"
        people(workbook.create_sheet("Parts"), 5)
        workbook["Parts"].row_dimensions[3].hidden = True
        workbook["Parts"].row_dimensions[5].hidden = True
        workbook["Parts"].column_dimensions["B"].hidden = True

    export = open_export([book(tmp_path, fill)])
    assert [t.name for t in export.tables] == ["Shown", "Away", "Deep", "Parts"]
    assert [total_rows(t) for t in export.tables] == [3, 3, 3, 5]
    blocking = {(h.where, h.what) for h in export.hazards if h.severity is Severity.BLOCKS}
    assert blocking == {
        ("Away", "a hidden sheet"),
        ("Deep", "a very hidden sheet"),
        ("Parts", "2 hidden rows"),
        ("Parts", "1 hidden column"),
    }
    assert [h.id for h in export.hazards if h.severity is Severity.BLOCKS] == [
        "hidden_sheet",
        "very_hidden_sheet",
        "hidden_rows",
        "hidden_columns",
    ]


def test_comments_and_hidden_names_are_told(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        people(first(workbook))
        first(workbook)["B2"].comment = Comment("see Mrs May", "practice")
        name = DefinedName("quiet", attr_text="Sheet!$A$1", hidden=True)
        workbook.defined_names["quiet"] = name

    export = open_export([book(tmp_path, fill)])
    assert {h.id: h.what for h in export.hazards} == {
        "comments": "1 comment",
        "hidden_names": "1 hidden name for cells or values",
    }
    assert "Mrs May" not in str(export.hazards)


def test_an_autofilter_hides_nothing_by_its_name_alone(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        people(first(workbook))
        first(workbook).auto_filter.ref = "A1:C4"

    assert open_export([book(tmp_path, fill)]).hazards == ()


def test_names_below_a_preamble_and_blank_rows(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        sheet = first(workbook)
        sheet["A1"] = "Recall list"
        for column, name in enumerate(HEAD, start=2):
            sheet.cell(4, column, name)
        for row in (5, 6, 8):
            for column, value in enumerate(["9990000018", "White", "x"], start=2):
                sheet.cell(row, column, value)

    export = open_export([book(tmp_path, fill)])
    table = export.tables[0]
    assert names_of(table) == ["(column 1)", *HEAD]
    assert len(rows_of(table)) == 3
    assert lines_of(table) == [5, 6, 8]
    assert [p.line for p in export.problems if "before the field names" in p.what] == [1]
    assert any("1 blank row" in p.what for p in export.problems)


def test_empty_sheets_are_no_tables_and_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    def two(workbook: openpyxl.Workbook) -> None:
        people(first(workbook))
        workbook.create_sheet("Sheet2")

    assert len(open_export([book(tmp_path, two)]).tables) == 1
    with pytest.raises(ReadError, match="no sheet"):
        open_export([book(tmp_path, lambda w: None)])


def test_many_rows_come_in_blocks_and_single_columns(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    workbook = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = workbook.add_worksheet("Many")
    sheet.write_row(0, 0, ["NHS number", "Value"])
    for row in range(1, 60_001):
        sheet.write_row(row, 0, [f"{row:010d}", row])
    workbook.close()
    table = open_export([path]).tables[0]
    assert [b.rows for b in table.blocks()] == [50_000, 10_000]
    assert rows_of(table, [1])[-1] == ["60000"]
    assert table.read(list(table.blocks())[1]).lines[0] == 50_002  # type: ignore[index]


def test_a_workbook_is_known_by_its_bytes_and_its_row_of_names_may_be_chosen(tmp_path: Path) -> None:
    path = book(tmp_path, lambda w: first(w).append(["Foo", "Bar"]) or first(w).append(["a", "b"]), "x.csv")
    assert len(rows_of(open_export([path]).tables[0])) == 2
    chosen = open_export([path], choices={"x.csv": TableChoice(header_row=1)}).tables[0]
    assert names_of(chosen) == ["Foo", "Bar"]


def test_a_changed_workbook_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, lambda w: people(first(w)))
    table = open_export([path]).tables[0]
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ReadError, match="changed"):
        table.read(next(iter(table.blocks())))


def _zip(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("entries", "word"),
    [
        ({"word/document.xml": b"<w/>", "[Content_Types].xml": b"", "_rels/.rels": b""}, "Word"),
        ({"xl/workbook.bin": b"", "[Content_Types].xml": b""}, "damaged"),
        ({"mimetype": b"application/vnd.oasis", "content.xml": b"<o/>"}, "no sheet"),
        ({"[Content_Types].xml": b"<T/>", "_rels/.rels": b"no xml", "xl/workbook.xml": b""}, "damaged"),
        (
            {
                "[Content_Types].xml": b"<T/>",
                "_rels/.rels": b"<!DOCTYPE r [<!ENTITY a 'x'>]><r>&a;</r>",
                "xl/workbook.xml": b"",
            },
            "declares entities",
        ),
    ],
)
def test_other_zips_are_refused(tmp_path: Path, entries: dict[str, bytes], word: str) -> None:
    with pytest.raises(ReadError, match=word):
        open_export([_zip(tmp_path / "list.xlsx", entries)])


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, lambda w: people(first(w)))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ReadError, match="damaged"):
        open_export([path])


@pytest.mark.parametrize("lie", [False, True])
def test_a_zip_bomb_is_refused(tmp_path: Path, lie: bool) -> None:
    path = book(tmp_path, lambda w: people(first(w)))
    with zipfile.ZipFile(path) as archive:
        entries = {n: archive.read(n) for n in archive.namelist()}
    entries["xl/worksheets/sheet1.xml"] += b" " * (260 << 20)
    _zip(path, entries)
    if lie:
        data = path.read_bytes()
        size = len(entries["xl/worksheets/sheet1.xml"]).to_bytes(4, "little")
        assert size in data
        path.write_bytes(data.replace(size, (9000).to_bytes(4, "little")))
    with pytest.raises(ReadError, match="damaged" if lie else "too large"):
        open_export([path])


def test_a_cell_in_the_last_corner_is_refused_before_the_sheet_is_unfolded(tmp_path: Path) -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        people(first(workbook))
        first(workbook)["XFD1048576"] = "x"

    with pytest.raises(ReadError, match="too large"):
        open_export([book(tmp_path, fill)])


def test_the_limit_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path, lambda w: people(first(w)))
    monkeypatch.setattr(containers_zip, "UNPACKED_LIMIT", 100)
    with pytest.raises(ReadError, match="CSV"):
        open_export([path])


def test_compound_files_that_are_no_workbooks_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    with pytest.raises(ReadError, match="damaged") as caught:
        open_export([path])
    assert caught.value.exit_status == 3


def column(kinds: str) -> st.SearchStrategy[list[object]]:
    """Values of one column as the library gives them."""
    sorts: dict[str, st.SearchStrategy[object]] = {
        "s": st.sampled_from(["", "x", " 007 ", "NHS number"]),
        "f": st.floats(allow_nan=False, allow_infinity=False),
        "n": st.integers(-(10**7), 10**7).map(float),
        "m": st.floats(0.001, 1e6),
        "d": st.dates(),
        "t": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
        "b": st.booleans(),
        "i": st.integers(-(10**17), 10**17),
        "z": st.sampled_from([0.0, -0.0, 1e15, 1e-4, 9e-5, 999999999999999.0]),
    }
    return st.lists(st.one_of(*(sorts[kind] for kind in kinds)), min_size=1, max_size=80)


@given(
    st.sampled_from(["s", "sn", "sm", "sf", "sd", "st", "sb", "si", "nm", "mz", "sfnmdtbiz"]).flatmap(column)
)
def test_a_column_at_a_time_gives_the_same_texts_as_a_cell_at_a_time(values: list[object]) -> None:
    (texts,) = text_columns([[v] for v in values], {})
    assert texts.to_pylist() == [text_of(v) for v in values]


def test_texts_of_stored_cells_take_the_place_of_values_and_may_lie_beyond_them() -> None:
    one, two, three = text_columns([["a", 1.0], ["b", 2.0]], {(1, 1): "02", (3, 2): "#N/A"})
    assert one.to_pylist() == ["a", "b", None, None]
    assert two.to_pylist() == ["1", "02", None, None]
    assert three.to_pylist() == [None, None, None, "#N/A"]
