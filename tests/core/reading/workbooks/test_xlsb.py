"""Binary workbooks: cells as shown, and what hides in their records and parts."""

from __future__ import annotations

import contextlib
import struct
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.model import Export, ReadError, Severity
from core.reading import open_export
from tests.core.reading.text.files import lines_of, rows_of
from tests.core.reading.workbooks.locked import written
from tests.core.reading.workbooks.workbooks import CANARY, ROWS, zipped

_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def record(number: int, content: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = len(content), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def row(number: int, *cells: bytes, hidden: bool = False, level: int = 0) -> bytes:
    """`number` is 1-based."""
    options = level | (0x10 if hidden else 0)
    return record(0, struct.pack("<IIHBBBI", number - 1, 0, 300, 0, options, 0, 0)) + b"".join(cells)


def text(column: int, value: str, style: int = 0) -> bytes:
    return record(6, struct.pack("<II", column, style) + wide(value))


def real(column: int, value: float, style: int = 0) -> bytes:
    return record(5, struct.pack("<IId", column, style, value))


def colour(kind: int, red: int = 0, green: int = 0, blue: int = 0, index: int = 0) -> bytes:
    return struct.pack("<BBhBBBB", kind << 1 | 1, index, 0, red, green, blue, 255)


@dataclass
class Xlsb:
    """A binary workbook in the making."""

    state: int = 0  # of its only sheet
    book: bytes = b""
    before: bytes = b""
    rows: bytes = b""
    after: bytes = b""
    code: str = "0"
    font: bytes = colour(2)
    height: int = 220
    fill: bytes = b""
    strings: list[str] = field(default_factory=list)
    parts: dict[str, bytes | str] = field(default_factory=dict)
    leads: list[tuple[str, str, str]] = field(default_factory=list)  # from, kind, to

    def build(self) -> bytes:
        sheets = record(156, struct.pack("<II", self.state, 1) + wide("rId1") + wide("List"))
        book = record(131) + self.book + record(143) + sheets + record(144) + record(132)
        listed = b"".join(
            row(n + 1, *(text(c, t) for c, t in enumerate(texts))) for n, texts in enumerate(ROWS)
        )
        size = record(148, struct.pack("<IIII", 0, 200, 0, 5))
        sheet = record(129) + size + self.before + record(145) + listed + self.rows + record(146) + self.after
        strings = record(159, struct.pack("<II", len(self.strings), len(self.strings)))
        strings += b"".join(record(19, b"\0" + wide(s)) for s in self.strings) + record(160)
        leads = [
            ("", "officeDocument", "xl/workbook.bin"),
            ("xl/workbook.bin", "worksheet", "xl/worksheets/sheet1.bin"),
            ("xl/workbook.bin", "styles", "xl/styles.bin"),
            ("xl/workbook.bin", "sharedStrings", "xl/sharedStrings.bin"),
            *self.leads,
        ]
        parts: dict[str, bytes | str] = {
            "[Content_Types].xml": '<Types><Default Extension="bin" ContentType="application/x"/></Types>',
            "xl/workbook.bin": book,
            "xl/worksheets/sheet1.bin": sheet + record(130),
            "xl/styles.bin": self._styles(),
            "xl/sharedStrings.bin": strings,
            **self.parts,
        }
        for part in {lead for lead, *_ in leads}:
            folder, _, name = part.rpartition("/")
            root = part == "xl/workbook.bin"  # calamine knows only targets beside it
            own = [(k, to.removeprefix("xl/") if root else f"/{to}") for lead, k, to in leads if lead == part]
            parts[f"{folder}/_rels/{name}.rels".lstrip("/")] = (
                f'<Relationships xmlns="{_PACKAGE}">'
                + "".join(
                    f'<Relationship Id="rId{n}" Type="{_REL}/{kind}" Target="{to}"/>'
                    for n, (kind, to) in enumerate(own, start=1)
                )
                + "</Relationships>"
            )
        return zipped(parts)

    def _styles(self) -> bytes:
        plain = struct.pack("<HHHHBB", 220, 0, 400, 0, 0, 0) + b"\0\0" + colour(2)
        font = struct.pack("<HHHHBB", self.height, 0, 400, 0, 0, 0) + b"\0\0" + self.font
        fills = [struct.pack("<I", 0) + bytes(64), struct.pack("<I", 17) + bytes(64)]
        fills.append(struct.pack("<I", 1) + (self.fill or colour(2, 9, 9, 9)) + bytes(56))
        shape = record(44, struct.pack("<H", 164) + wide(self.code))
        cells = record(47, struct.pack("<HHHHHBBH", 0xFFFF, 0, 0, 0, 0, 0, 0, 0))
        cells += record(47, struct.pack("<HHHHHBBH", 0xFFFF, 164, 1, 2 if self.fill else 0, 0, 0, 0, 0))
        return b"".join(
            (
                record(278),
                record(615, struct.pack("<I", 1)) + shape + record(616),
                record(611, struct.pack("<I", 2)) + record(43, plain) + record(43, font) + record(612),
                record(603, struct.pack("<I", 3)) + b"".join(record(45, f) for f in fills) + record(604),
                record(617, struct.pack("<I", 2)) + cells + record(618),
                record(279),
            )
        )


def opened(folder: Path, made: Xlsb) -> Export:
    return open_export([written(folder, made.build(), "list.xlsb")])


def test_values_are_text_as_a_person_reads_them(tmp_path: Path) -> None:
    head = struct.pack("<II", 0, 0)
    cells = [
        (text(0, " 007 "), " 007 "),
        (real(0, 3.0), "3"),
        (real(0, 5.1), "5.1"),
        (record(2, head + struct.pack("<I", 42 << 2 | 2)), "42"),
        (record(4, head + b"\1"), "TRUE"),
        (record(3, head + b"\x2a"), "#N/A"),
        (record(7, head + struct.pack("<I", 0)), "one"),
    ]
    rows = b"".join(row(n, cell) for n, (cell, _) in enumerate(cells, start=len(ROWS) + 1))
    table = opened(tmp_path, Xlsb(rows=rows, strings=["one"])).tables[0]
    assert [r[0] for r in rows_of(table)[3:]] == [wanted for _, wanted in cells]
    assert lines_of(table)[:3] == [2, 3, 4]
    assert table.format == "xlsb"


def test_leading_zeros_are_read_as_shown(tmp_path: Path) -> None:
    rk = record(2, struct.pack("<III", 1, 1, 9990018 << 2 | 2))
    made = Xlsb(code="0000000000", rows=row(5, real(0, 9990018.0, 1), rk, real(2, 7.5, 1)))
    assert rows_of(opened(tmp_path, made).tables[0])[-1] == ["0009990018", "0009990018", "7.5"]


def test_a_date_is_read_as_one(tmp_path: Path) -> None:
    made = Xlsb(code="dd/mm/yyyy", rows=row(5, real(0, 22315.0, 1)))
    assert rows_of(opened(tmp_path, made).tables[0])[-1][0] == "1961-02-03"


def test_nothing_is_found_in_a_plain_one(tmp_path: Path) -> None:
    assert opened(tmp_path, Xlsb()).hazards == ()


def part(name: str, kind: str, content: bytes | str = CANARY) -> Xlsb:
    return Xlsb(parts={name: content}, leads=[("xl/worksheets/sheet1.bin", kind, name)])


STYLED = row(5, text(0, CANARY, 1))
NAME = struct.pack("<IBI", 0, 0, 0xFFFFFFFF) + wide("who")
VALUE = (
    struct.pack("<I", 3 + 2 * len(CANARY))
    + b"\x17"
    + struct.pack("<H", len(CANARY))
    + CANARY.encode("utf-16-le")
)
COLUMN = struct.pack("<IIIIH", 1, 1, 2000, 0, 1)
PLANTS: list[tuple[str, Xlsb]] = [
    ("hidden_sheet", Xlsb(state=1)),
    ("very_hidden_sheet", Xlsb(state=2)),
    ("hidden_rows", Xlsb(rows=row(5, text(0, CANARY), hidden=True))),
    ("collapsed_rows", Xlsb(rows=row(5, text(0, CANARY), hidden=True, level=1))),
    ("filtered_rows", Xlsb(rows=row(5, text(0, CANARY), hidden=True), after=record(163, bytes(6)))),
    ("hidden_columns", Xlsb(before=record(60, COLUMN))),
    ("hidden_columns", Xlsb(before=record(60, struct.pack("<IIIIH", 1, 1, 0, 0, 2)))),
    ("collapsed_columns", Xlsb(before=record(60, struct.pack("<IIIIH", 1, 1, 2000, 0, 0x101)))),
    ("white_text", Xlsb(rows=STYLED, font=colour(2, 255, 255, 255))),
    ("white_text", Xlsb(rows=STYLED, font=colour(1, index=9))),
    ("white_text", Xlsb(rows=STYLED, font=colour(2, 1, 2, 3), fill=colour(2, 1, 2, 3))),
    ("blank_format", Xlsb(rows=STYLED, code=";;;")),
    ("tiny_font", Xlsb(rows=STYLED, height=20)),
    ("format_texts", Xlsb(rows=STYLED, code=f'0"{CANARY}"')),
    ("locked_sheet", Xlsb(after=record(535, bytes(66)))),
    ("headers_footers", Xlsb(after=record(479, b"\0\0" + wide(f"&C{CANARY}")))),
    ("hyperlinks", Xlsb(after=record(494, bytes(16) + wide(CANARY)))),
    ("validation_texts", Xlsb(after=record(64, bytes(20) + wide(CANARY)))),
    ("scenarios", Xlsb(after=record(500, wide(CANARY)))),
    ("filter_values", Xlsb(after=record(167, wide(CANARY)))),
    ("hidden_names", Xlsb(book=record(39, b"\1" + NAME[1:] + VALUE))),
    ("defined_names", Xlsb(book=record(39, NAME + VALUE))),
    ("folder_path", Xlsb(book=record(2071, wide(f"C:\\Users\\{CANARY}")))),
    ("locked_workbook", Xlsb(book=record(534, bytes(6)))),
    ("orphan_strings", Xlsb(strings=[CANARY])),
    ("comments", part("xl/comments1.bin", "comments")),
    ("pivot_cache", part("xl/pivotCache/pivotCacheRecords1.bin", "pivotCacheRecords")),
    ("pivot_cache_items", part("xl/pivotCache/pivotCacheDefinition1.bin", "pivotCacheDefinition")),
    ("external_links", part("xl/externalLinks/externalLink1.bin", "externalLink")),
    ("connections", part("xl/connections.bin", "connections")),
    ("macros", part("xl/vbaProject.bin", "vbaProject")),
    ("embedded", part("xl/embeddings/oleObject1.bin", "oleObject")),
    ("printer_settings", part("xl/printerSettings/printerSettings1.bin", "printerSettings")),
    ("unknown_parts", part("xl/something.dat", "something")),
    (
        "author",
        Xlsb(
            parts={"docProps/core.xml": f"<c><dc:creator>{CANARY}</dc:creator></c>"},
            leads=[("", "metadata/core-properties", "docProps/core.xml")],
        ),
    ),
]


@pytest.mark.parametrize(("container", "made"), PLANTS, ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_planted_is_found_and_not_repeated(tmp_path: Path, container: str, made: Xlsb) -> None:
    export = opened(tmp_path, made)
    assert [h.id for h in export.hazards] == [container]
    assert CANARY not in str(export.hazards) + str(export.problems)
    assert [r[1] for r in rows_of(export.tables[0])[:3]] == ["White", "May", "Parkinson"]


def test_hidden_sheets_block(tmp_path: Path) -> None:
    assert [h.severity for h in opened(tmp_path, PLANTS[0][1]).hazards] == [Severity.BLOCKS]


def test_a_cell_in_the_last_corner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="too large") as caught:
        opened(tmp_path, Xlsb(rows=row(1_048_576, text(16_383, "x"))))
    assert caught.value.code == "too_big"


def test_cut_records_are_refused_or_read(tmp_path: Path) -> None:
    made = Xlsb()
    whole = rows_of(opened(tmp_path, made).tables[0])
    pieces = [record(129), record(145), row(1, text(0, "NHS number")), row(2, text(0, "9990000018"))]
    for at in range(0, 60, 7):
        made.parts = {"xl/worksheets/sheet1.bin": b"".join(pieces)[:at]}
        with contextlib.suppress(ReadError):
            assert len(rows_of(opened(tmp_path, made).tables[0])) <= len(whole)
