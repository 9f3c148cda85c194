"""Workbooks of before 2007: cells as shown, and what hides in their records and streams."""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import olefile
import pytest
import xlwt

from core.model import Export, ReadError, Severity
from core.reading import open_export
from core.reading.workbooks.xls_compound import compound_of
from core.reading.workbooks.xls_hidden import told_by_name
from core.reading.workbooks.xls_open import LAST_ROW
from tests.core.reading.text.files import lines_of, names_of, rows_of
from tests.core.reading.workbooks.locked import stream_of, written
from tests.core.reading.workbooks.workbooks import CANARY, ROWS

Fill = Callable[[xlwt.Workbook, xlwt.Worksheet], None]


def book(fill: Fill = lambda book, sheet: None) -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("List")
    for number, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            sheet.write(number, column, text)
    fill(made, sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def opened(folder: Path, data: bytes) -> Export:
    return open_export([written(folder, data, "list.xls")])


def with_record(data: bytes, number: int, content: bytes, *, sheet: bool = True) -> bytes:
    """The workbook with one more record before the end of its first sheet, or of its globals."""
    stream = stream_of(data)
    at, depth_ends = 0, 0
    out = bytearray()
    record = struct.pack("<HH", number, len(content)) + content
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        piece = bytearray(stream[at : at + 4 + size])
        if kind == 0x0A:
            depth_ends += 1
            if depth_ends == (2 if sheet else 1):
                out += record
        if kind == 0x85 and not sheet:
            piece[4:8] = (int.from_bytes(piece[4:8], "little") + len(record)).to_bytes(4, "little")
        if kind == 0 and size == 0:
            break
        out += piece
        at += 4 + size
    return compound_of(bytes(out))


def test_values_are_text_as_a_person_reads_them(tmp_path: Path) -> None:
    easy = xlwt.easyxf
    cells: list[tuple[object, str, str]] = [
        (date(1961, 2, 3), "dd/mm/yyyy", "1961-02-03"),
        (datetime(2024, 2, 3, 14, 5, 6), "dd/mm/yyyy hh:mm", "2024-02-03 14:05:06"),
        (time(9, 30), "hh:mm", "09:30:00"),
        (9990018, "0000000000", "0009990018"),
        (9990000018, "000 000 0000", "999 000 0018"),
        (3, "General", "3"),
        (5.1, "General", "5.1"),
        (-0.25, "General", "-0.25"),
        (True, "General", "TRUE"),
        (" 007 ", "General", " 007 "),
        ("999000011000001104", "General", "999000011000001104"),
    ]

    def fill(made: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        for number, (value, shape, _) in enumerate(cells, start=len(ROWS)):
            sheet.write(number, 0, value, easy(num_format_str=shape))

    table = opened(tmp_path, book(fill)).tables[0]
    assert [r[0] for r in rows_of(table)[3:]] == [text for *_, text in cells]
    assert names_of(table) == ROWS[0]
    assert lines_of(table)[:3] == [2, 3, 4]
    assert table.format == "xls"


def test_errors_are_read_as_excel_shows_them(tmp_path: Path) -> None:
    cell = struct.pack("<HHHBB", 4, 1, 0, 42, 1)
    export = opened(tmp_path, with_record(book(), 0x205, cell))
    assert rows_of(export.tables[0])[-1] == [None, "#N/A", None]
    formula = struct.pack("<HHH", 4, 0, 0) + bytes([2, 0, 7, 0, 0, 0, 0xFF, 0xFF]) + bytes(8)
    export = opened(tmp_path, with_record(book(), 0x06, formula))
    assert rows_of(export.tables[0])[-1] == ["#DIV/0!", None, None]


def test_a_sheet_exactly_full_blocks(tmp_path: Path) -> None:
    def full(made: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        for number in range(len(ROWS), LAST_ROW):
            sheet.write(number, 0, "9990000018")

    export = opened(tmp_path, book(full))
    assert len(rows_of(export.tables[0])) == LAST_ROW - 1
    (hazard,) = export.hazards
    assert (hazard.id, hazard.severity) == ("full_sheet", Severity.BLOCKS)
    assert "15,841" in hazard.why
    assert "65,536" in hazard.what


def test_nothing_is_found_in_a_plain_one(tmp_path: Path) -> None:
    assert opened(tmp_path, book()).hazards == ()


def by_library(fill: Fill) -> Callable[[], bytes]:
    return lambda: book(fill)


def record(number: int, content: bytes, *, sheet: bool = True) -> Callable[[], bytes]:
    return lambda: with_record(book(), number, content, sheet=sheet)


def style(text: str, shape: str = "General") -> Callable[[], bytes]:
    return by_library(lambda b, s: s.write(4, 0, CANARY, xlwt.easyxf(text, num_format_str=shape)))


def hide(what: Callable[[xlwt.Workbook, xlwt.Worksheet], object], **values: object) -> Callable[[], bytes]:
    def fill(made: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        thing = what(made, sheet)
        for name, value in values.items():
            setattr(thing, name, value)

    return by_library(fill)


def second(made: xlwt.Workbook, sheet: xlwt.Worksheet) -> xlwt.Worksheet:
    more = made.add_sheet("Away")
    more.write(0, 0, CANARY)
    return more


NAME = CANARY.encode("latin-1")
WIDE = bytes([len(NAME), 0, 0]) + NAME
DEFINED = (
    struct.pack("<HBBHHHBBBB", 0, 0, 3, len(NAME) + 3, 0, 0, 0, 0, 0, 0) + b"\0who\x17" + WIDE[:2] + NAME
)
PLANTS: list[tuple[str, Callable[[], bytes]]] = [
    ("hidden_sheet", hide(second, visibility=1)),
    ("very_hidden_sheet", hide(second, visibility=2)),
    ("hidden_rows", hide(lambda b, s: s.row(2), hidden=True)),
    ("collapsed_rows", hide(lambda b, s: s.row(2), hidden=True, level=1)),
    ("hidden_columns", hide(lambda b, s: s.col(1), hidden=True)),
    ("hidden_columns", hide(lambda b, s: s.col(1), width=0)),
    ("collapsed_columns", hide(lambda b, s: s.col(1), hidden=True, level=1)),
    ("white_text", style("font: colour white")),
    ("white_text", style("font: colour red; pattern: pattern solid, fore_colour red")),
    ("blank_format", style("", ";;;")),
    ("tiny_font", style("font: height 20")),
    ("format_texts", style("", f'0"{CANARY}"')),
    ("headers_footers", hide(lambda b, s: s, header_str=NAME)),
    ("headers_footers", hide(lambda b, s: s, footer_str=NAME)),
    ("locked_sheet", hide(lambda b, s: s, protect=True)),
    ("locked_workbook", hide(lambda b, s: b, protect=True)),
    ("author", hide(lambda b, s: b, owner=CANARY)),
    ("comments", record(0x1C, struct.pack("<HHHHH", 1, 1, 0, 1, 0) + NAME)),
    ("shapes", record(0x1B6, bytes(10) + struct.pack("<HH", len(NAME), 16) + bytes(4))),
    ("hyperlinks", record(0x1B8, bytes(8) + NAME)),
    ("validation_texts", record(0x1BE, bytes(8) + NAME)),
    ("scenarios", record(0xAF, bytes(4) + NAME)),
    ("printer_settings", record(0x4D, bytes(2) + NAME)),
    ("custom_views", record(0x1AA, bytes(16) + NAME)),
    ("query_tables", record(0x1AD, bytes(4) + NAME)),
    ("filter_values", record(0x9E, bytes(24) + NAME)),
    ("hidden_names", record(0x18, b"\1" + DEFINED[1:], sheet=False)),
    ("defined_names", record(0x18, DEFINED, sheet=False)),
    ("external_links", record(0x1AE, b"\1\0" + WIDE, sheet=False)),
    ("connections", record(0x876, bytes(12) + NAME, sheet=False)),
    ("pictures", record(0xEB, bytes(200) + NAME, sheet=False)),
    ("orphan_strings", lambda: _with_more_strings(book())),
]


def _with_more_strings(data: bytes) -> bytes:
    """The workbook whose table of texts has one that no cell shows: a cell's record taken for a blank one."""
    stream = bytearray(stream_of(data))
    at = 0
    while struct.unpack_from("<H", stream, at)[0] != 0xFD:
        at += 4 + struct.unpack_from("<H", stream, at + 2)[0]
    stream[at : at + 2] = (0x99).to_bytes(2, "little")
    return compound_of(bytes(stream))


@pytest.mark.parametrize(("container", "make"), PLANTS, ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_planted_is_found_and_not_repeated(
    tmp_path: Path, container: str, make: Callable[[], bytes]
) -> None:
    export = opened(tmp_path, make())
    assert [h.id for h in export.hazards] == [container]
    assert CANARY not in str(export.hazards) + str(export.problems)


def _entry(number: int, of: int, name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    beside, child = (number + 1 if 0 < number < of - 1 else none), (1 if number == 0 else none)
    sides = (len(text), kind, 1, none, beside, child)
    return struct.pack("<64sHBBIII16sIQQIQ", text, *sides, b"", 0, 0, 0, start, size)


def _compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of one sector size with several streams in its root; each of 4,096 bytes or more."""
    sectors: list[bytes] = []
    table: list[int] = []
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, data in streams.items():
        data = data.ljust(4096, b"\0")
        first, number = len(sectors), -(-len(data) // 512)
        sectors += [data[n * 512 : n * 512 + 512].ljust(512, b"\0") for n in range(number)]
        table += [*range(first + 1, first + number), 0xFFFFFFFE]
        entries.append((name, 2, first, len(data)))
    folder = b"".join(
        _entry(n, len(entries), name, kind, start, size)
        for n, (name, kind, start, size) in enumerate(entries)
    )
    at, number = len(sectors), -(-len(folder) // 512)
    sectors += [folder[n * 512 : n * 512 + 512].ljust(512, b"\0") for n in range(number)]
    table += [*range(at + 1, at + number), 0xFFFFFFFE]
    tables = 1
    while tables * 128 < len(table) + tables:
        tables += 1
    own = len(sectors)
    table += [0xFFFFFFFD] * tables
    table += [0xFFFFFFFF] * (tables * 128 - len(table))
    header = struct.pack(
        "<8s16sHHHHH6s9I", olefile.MAGIC, b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, tables, at, 0, 4096,
        0xFFFFFFFE, 0, 0xFFFFFFFE, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *range(own, own + tables), *[0xFFFFFFFF] * (109 - tables))
    return header + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


@pytest.mark.parametrize(
    ("container", "name"),
    [
        ("revisions", "Revision Log"),
        ("controls", "Ctls"),
        ("unknown_parts", "Something"),
        ("signature", "_signatures"),
    ],
)
def test_streams_beside_the_workbook_are_told(tmp_path: Path, container: str, name: str) -> None:
    data = _compound({"Workbook": stream_of(book()), name: NAME})
    export = opened(tmp_path, data)
    assert [h.id for h in export.hazards] == [container]


@pytest.mark.parametrize(
    ("container", "path"),
    [
        ("pivot_cache", "_sx_db_cur/0001"),
        ("macros", "_vba_project_cur/vba/dir"),
        ("embedded", "mbd0001a2b3/package"),
        ("embedded", "mbd0001a2b3/\x01compobj"),
        ("custom_xml", "msodatastore/a1/item"),
        ("revisions", "user names"),
    ],
)
def test_streams_in_folders_are_known_by_their_names(container: str, path: str) -> None:
    assert [c for c, _ in told_by_name(path)] == [container]


def test_what_deleted_contents_left_behind_is_told(tmp_path: Path) -> None:
    data = _compound({"Workbook": stream_of(book())})
    export = opened(tmp_path, data + NAME.ljust(512, b"\0"))
    assert [h.id for h in export.hazards] == ["left_over"]
    assert rows_of(export.tables[0])[0][1] == "White"


def test_other_compound_files_are_named(tmp_path: Path) -> None:
    for name, words in (("WordDocument", "Word document"), ("Other", "no workbook")):
        with pytest.raises(ReadError, match=words) as caught:
            opened(tmp_path, _compound({name: NAME}))
        assert caught.value.code == "not_a_table"


def test_a_cut_one_is_refused_or_read_whole(tmp_path: Path) -> None:
    data = book(lambda b, s: [s.write(r, 0, "x" * 50 + str(r)) for r in range(5, 500)] and None)
    whole = rows_of(opened(tmp_path, data).tables[0])
    for at in range(1, 30):
        cut = data[: len(data) * at // 30]
        with contextlib.suppress(ReadError):
            assert rows_of(opened(tmp_path, cut).tables[0]) == whole
