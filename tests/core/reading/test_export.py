"""Files and folders as one export."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.model import ReadError, Severity, UsageError
from core.reading import TableChoice, open_export, share_done, source_checksum, total_rows, with_extra_cells
from tests.core.reading.text.files import names_of, problems_of, rows_of

PATIENTS = b"NHS number,Surname,Date of birth\n9990000018,White,01/02/1960\n9990000026,May,03/04/1970\n"


def write(folder: Path, name: str, content: bytes = PATIENTS) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_one_file_is_one_table_named_after_it(tmp_path: Path) -> None:
    export = open_export([write(tmp_path, "recall.csv")])
    assert export.name == "recall"
    assert [t.name for t in export.tables] == ["recall"]
    assert export.tables[0].format == "csv"
    assert total_rows(export.tables[0]) == 2
    assert export.hazards == ()


def test_files_with_the_same_stem_get_names_of_their_own(tmp_path: Path) -> None:
    paths = [write(tmp_path, "a/list.csv"), write(tmp_path, "b/list.csv"), write(tmp_path, "b/list.txt")]
    export = open_export(paths)
    assert [t.name for t in export.tables] == ["list", "list (2)", "list (3)"]
    assert [len(rows_of(t)) for t in export.tables] == [2, 2, 2]
    assert export.paths == tuple(paths)


def test_a_folder_gives_its_tables_and_tells_what_else_is_in_it(tmp_path: Path) -> None:
    write(tmp_path, "b.csv")
    write(tmp_path, "a.csv")
    write(tmp_path, "letter.pdf", b"%PDF-1.7 x")
    write(tmp_path, "inner/c.csv")
    export = open_export([tmp_path])
    assert [t.name for t in export.tables] == ["a", "b", "c"]
    assert {h.where for h in export.hazards} == {"letter.pdf"}
    assert all(h.severity is Severity.WARNS for h in export.hazards)


def test_a_folder_without_a_table_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "letter.pdf", b"%PDF-1.7 x")
    with pytest.raises(ReadError, match="no table"):
        open_export([tmp_path])


def test_a_file_named_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv")
    (tmp_path / "link").mkdir()
    for twice in ([path, path], [path, tmp_path], [path, path.parent / "." / "a.csv"]):
        with pytest.raises(UsageError, match="twice"):
            open_export(twice)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"gone\.csv") as caught:
        open_export([tmp_path / "gone.csv"])
    assert caught.value.where == "gone.csv"


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"%PDF-1.4\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0 jfif", "picture"),
        (b"GIF89a", "picture"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"\x1f\x8b\x08 x", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"PK\x03\x04 docx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls|password"),
        (b"{\\rtf1\\ansi", "rich text"),
        (b"[[1, 2]]", "JSON"),
        (b"<?xml version='1.0'?><ehr/>", "XML"),
        ("\ufeff<html><body>".encode(), "XML"),
        ("<html><body>".encode("utf-16"), "XML"),
        (b"503\\*\nDOW~1~", "NHAIS"),
        (b"-----BEGIN PGP MESSAGE-----", "encrypted"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"),
        (bytes(range(1, 32)) * 50, "not a text file"),
        (bytes(4000), "not a text file"),
    ],
)
def test_what_is_no_table_is_refused_whatever_it_is_called(tmp_path: Path, head: bytes, word: str) -> None:
    path = write(tmp_path, "patients.csv", head)
    with pytest.raises(ReadError, match=word) as caught:
        open_export([path])
    assert caught.value.exit_status == 3
    assert "patients.csv" in caught.value.message
    assert caught.value.message.count(".") >= 2  # says what it is and what to do


def test_cells_in_braces_and_brackets_are_no_json(tmp_path: Path) -> None:
    text = b"{8E1C6B7A-0000-4000-8000-000000000001}\t[x]\t12/03/2020\n" * 3
    export = open_export([write(tmp_path, "RegistrationHistory.txt", text)])
    assert len(export.tables[0].fields) == 3


def test_an_emis_report_with_lines_before_its_names(tmp_path: Path) -> None:
    lead = ["Report: Recall", "Organisation,A81001", "", "Last Run,,Relative Date,01-Jan-2024"]
    lead += ["Parent Population", "Currently registered", "Population count,2", "", ""]
    names = "EMIS Number,NHS Number,Family Name,Date,Value,Date,Value,"
    rows = ["1,999 000 0018,White,01-Jan-2020,5,02-Feb-2021,6,", "2,999 000 0026,May,,,,,"]
    path = write(tmp_path, "report.csv", "\r\n".join([*lead, names, *rows, ""]).encode("utf-16"))
    export = open_export([path])
    table = export.tables[0]
    assert names_of(table)[:4] == ["EMIS Number", "NHS Number", "Family Name", "Date"]
    assert names_of(table)[5:] == ["Date (2)", "Value (2)", "(column 8)"]
    assert table.format == "emis-list-report"
    assert len(rows_of(table)) == 2
    assert [p.line for p in export.problems if "before the field names" in p.what] == [1, 2, 4, 5, 6, 7]
    assert [h.what for h in export.hazards] == ["6 lines before the field names"]


@pytest.mark.parametrize(
    "text",
    [
        # Vision, Adastra, an EMIS custom extract, and names alone
        "1,12345,19600102,F,BS6 5AB,M,DOC1,A,19990101\n2,12346,19710304,M,BS6 5AC,S,DOC1,A,20010101\n",
        "100|55|White|Anna|1960-01-02|9990000018\n101|56|May|Ben|1971-03-04|9990000026\n",
        "A81001\tY12345\t{8E1C6B7A-0000-4000-8000-000000000001}\tAsthma\n" * 2,
        "White,Anna\nMay,Ben\nParkinson,Chloe\n",
    ],
)
def test_a_file_without_field_names_is_noticed(tmp_path: Path, text: str) -> None:
    export = open_export([write(tmp_path, "extract.csv", text.encode())])
    table = export.tables[0]
    assert names_of(table)[0] == "(column 1)"
    assert len(rows_of(table)) == text.count("\n")
    assert any("no line of field names" in p.what for p in export.problems)


def test_a_person_may_overrule_header_delimiter_and_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, "x.csv", b"Foo;Bar\nqu,x;\xe4\n")
    choice = TableChoice(delimiter=";", encoding="windows-1252", header_row=1)
    table = open_export([path], choices={"x.csv": choice}).tables[0]
    assert names_of(table) == ["Foo", "Bar"]
    assert rows_of(table) == [["qu,x", "ä"]]
    none = open_export([path], choices={"x": TableChoice(header_row=0)}).tables[0]
    assert len(rows_of(none)) == 2
    with pytest.raises(ReadError, match="line 99"):
        open_export([path], choices={"x.csv": TableChoice(header_row=99)})
    with pytest.raises(UsageError, match=r"y\.csv"):
        open_export([path], choices={"y.csv": TableChoice()})


def test_a_spreadsheets_sep_line_names_the_delimiter(tmp_path: Path) -> None:
    export = open_export([write(tmp_path, "x.csv", b"sep=;\r\nNHS number;Notes\r\n9990000018;a,b\r\n")])
    assert names_of(export.tables[0]) == ["NHS number", "Notes"]
    assert rows_of(export.tables[0]) == [["9990000018", "a,b"]]


def test_checksum_is_over_all_bytes_in_order(tmp_path: Path) -> None:
    one, two = write(tmp_path, "1.csv"), write(tmp_path, "2.csv", PATIENTS + b"9990000034,Bell,\n")
    expected = hashlib.sha256(one.read_bytes() + two.read_bytes()).hexdigest()
    assert source_checksum(open_export([one, two])) == expected


def test_progress_and_shares_reach_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    export = open_export(
        [write(tmp_path, "Anna White.csv"), write(tmp_path, "b.csv")],
        progress=lambda done, total, what: told.append((done, total, what)),
    )
    assert told[-1][:2] == (2, 2)
    assert not any("White" in what for _, _, what in told)
    table = export.tables[0]
    assert share_done(table, list(table.blocks())[-1]) == 1.0
    assert len(with_extra_cells(table).fields) == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_field_names_that_come_again_are_told_by_line(tmp_path: Path, encoding: str) -> None:
    one = PATIENTS.decode()
    path = write(tmp_path, "two practices.csv", (one + one).encode(encoding))
    table = open_export([path]).tables[0]
    assert len(rows_of(table)) == 5
    assert [p.line for p in problems_of(table)] == [4]


def test_a_report_that_was_cut_short_says_so(tmp_path: Path) -> None:
    notice = b"Complete results are available in the practice system\n"
    export = open_export([write(tmp_path, "report.csv", PATIENTS + notice)])
    assert [h.what for h in export.hazards] == ["the file itself says that it does not hold all results"]
    assert len(rows_of(export.tables[0])) == 3
