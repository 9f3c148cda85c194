"""OpenDocument spreadsheets: cells as shown, repeats unfolded, and what hides in them."""
# ruff: noqa: E501  (XML as it stands in such files)

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.model import Export, ReadError, Severity
from core.reading import open_export
from tests.core.reading.text.files import lines_of, rows_of
from tests.core.reading.workbooks.locked import written
from tests.core.reading.workbooks.workbooks import CANARY, ROWS, zipped

SPACES = " ".join(
    f'xmlns:{p}="urn:{p}"'
    for p in [
        "office",
        "table",
        "text",
        "style",
        "fo",
        "draw",
        "svg",
        "number",
        "calcext",
        "xlink",
        "dc",
        "meta",
        "config",
        "chart",
        "script",
    ]
)


def text(value: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'


def number(value: str, shown: str, kind: str = "float") -> str:
    return f'<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>{shown}</text:p></table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


@dataclass
class Ods:
    """A spreadsheet in the making."""

    styles: str = ""
    before: str = ""  # in the spreadsheet, before its sheets
    columns: str = ""
    rows: str = ""
    after: str = ""
    table: str = ""  # more attributes of the sheet
    book: str = ""  # more attributes of the spreadsheet
    parts: dict[str, bytes | str] = field(default_factory=dict)

    def build(self) -> bytes:
        listed = "".join(row(*(text(t) for t in texts)) for texts in ROWS)
        content = (
            f"<office:document-content {SPACES}><office:automatic-styles>{self.styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet {self.book}>{self.before}"
            f'<table:table table:name="List" {self.table}>{self.columns}{listed}{self.rows}</table:table>'
            f"{self.after}</office:spreadsheet></office:body></office:document-content>"
        )
        return zipped(
            {
                "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": content,
                "META-INF/manifest.xml": "<manifest/>",
                **self.parts,
            }
        )


def opened(folder: Path, made: Ods) -> Export:
    return open_export([written(folder, made.build(), "list.ods")])


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (number("9990018", "0009990018"), "0009990018"),
        (number("9990000018", "999 000 0018"), "999 000 0018"),
        (number("9990000018", "9990000018"), "9990000018"),
        (number("1234", "1,234"), "1234"),
        (number("0.5", "50%", "percentage"), "0.5"),
        (number("5.1", "5,1"), "5.1"),
        (number("3", "3.00", "currency"), "3"),
        (number("999000011000001104", "9.99E+17"), "999000011000001104"),
        (
            '<table:table-cell office:value-type="date" office:date-value="1961-02-03"><text:p>3.2.61</text:p></table:table-cell>',
            "1961-02-03",
        ),
        (
            '<table:table-cell office:value-type="date" office:date-value="2024-02-03T14:05:06.2"><text:p>x</text:p></table:table-cell>',
            "2024-02-03 14:05:06",
        ),
        (
            '<table:table-cell office:value-type="time" office:time-value="PT9H30M00S"><text:p>9:30</text:p></table:table-cell>',
            "09:30:00",
        ),
        (
            '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>',
            "TRUE",
        ),
        (text("a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d"), "a   b\tc\nd"),
        (text("<text:span>one</text:span> <text:a>two</text:a></text:p><text:p>three"), "one two\nthree"),
        (text("#N/A", 'table:formula="of:=NA()"'), "#N/A"),
        (text(" 007 "), " 007 "),
    ],
)
def test_values_are_text_as_a_person_reads_them(tmp_path: Path, cell: str, wanted: str) -> None:
    table = opened(tmp_path, Ods(rows=row(cell))).tables[0]
    assert rows_of(table)[-1][0] == wanted
    assert table.format == "ods"


def test_repeats_are_unfolded_and_keep_their_row_numbers(tmp_path: Path) -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    made = Ods(
        rows=row(empty, more='table:number-rows-repeated="3"')
        + row(text("x", 'table:number-columns-repeated="2"'), more='table:number-rows-repeated="2"')
        + row(empty, more='table:number-rows-repeated="1048567"')
    )
    export = opened(tmp_path, made)
    table = export.tables[0]
    assert rows_of(table)[3:] == [["x", "x", None], ["x", "x", None]]
    assert lines_of(table) == [2, 3, 4, 8, 9]
    assert any("3 blank rows" in p.what for p in export.problems)
    assert export.hazards == ()


def test_long_numbers_are_told(tmp_path: Path) -> None:
    export = opened(tmp_path, Ods(rows=row(number("999000011000001104", "1E+18"))))
    (problem,) = export.problems
    assert problem.line == 5
    assert "16 digits" in problem.what


def style(name: str, family: str, properties: str) -> str:
    return f'<style:style style:name="{name}" style:family="{family}">{properties}</style:style>'


GONE = style("gone", "table", '<style:table-properties table:display="false"/>')
WHITE = style("white", "table-cell", '<style:text-properties fo:color="#ffffff"/>')
BLUE = style(
    "blue",
    "table-cell",
    '<style:text-properties fo:color="#112233"/><style:table-cell-properties fo:background-color="#112233"/>',
)
SMALL = style("small", "table-cell", '<style:text-properties fo:font-size="1pt"/>')
FLAT = style("flat", "table-row", '<style:table-row-properties style:row-height="0cm"/>')
HIDES = 'table:visibility="collapse"'
PLANTS: list[tuple[str, Ods]] = [
    ("hidden_sheet", Ods(styles=GONE, table='table:style-name="gone"')),
    ("hidden_rows", Ods(rows=row(text(CANARY), more=HIDES))),
    ("hidden_rows", Ods(styles=FLAT, rows=row(text(CANARY), more='table:style-name="flat"'))),
    ("filtered_rows", Ods(rows=row(text(CANARY), more='table:visibility="filter"'))),
    (
        "collapsed_rows",
        Ods(rows=f'<table:table-row-group table:display="false">{row(text(CANARY))}</table:table-row-group>'),
    ),
    ("hidden_columns", Ods(columns=f"<table:table-column/><table:table-column {HIDES}/>")),
    (
        "collapsed_columns",
        Ods(
            columns='<table:table-column-group table:display="false"><table:table-column/></table:table-column-group>'
        ),
    ),
    ("white_text", Ods(styles=WHITE, rows=row(text(CANARY, 'table:style-name="white"')))),
    ("white_text", Ods(styles=BLUE, rows=row(text(CANARY, 'table:style-name="blue"')))),
    ("tiny_font", Ods(styles=SMALL, rows=row(text(CANARY, 'table:style-name="small"')))),
    ("blank_format", Ods(rows=row(number("9990000018", "")))),
    ("locked_sheet", Ods(table='table:protected="true"')),
    ("locked_workbook", Ods(book='table:structure-protected="true"')),
    (
        "comments",
        Ods(
            rows=row(
                text(f"x</text:p><office:annotation><text:p>{CANARY}</text:p></office:annotation><text:p>")
            )
        ),
    ),
    ("hyperlinks", Ods(rows=row(text(f'<text:a xlink:href="https://example.org/{CANARY}">x</text:a>')))),
    ("formulas", Ods(rows=row(text("x", f"table:formula='of:=IF(1;&quot;{CANARY}&quot;;2)'")))),
    ("uncalculated", Ods(rows=row('<table:table-cell table:formula="of:=1+1"/>'))),
    (
        "revisions",
        Ods(
            before=f"<table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell>"
            f"<text:p>{CANARY}</text:p></table:change-track-table-cell></table:previous>"
            "</table:cell-content-change></table:tracked-changes>"
        ),
    ),
    (
        "external_links",
        Ods(table="", after=f'<table:dde-links><table:dde-link office:x="{CANARY}"/></table:dde-links>'),
    ),
    ("pivot_cache_items", Ods(after=f'<table:data-pilot-member table:name="{CANARY}"/>')),
    ("defined_names", Ods(after=f"<table:named-expression table:expression='of:=\"{CANARY}\"'/>")),
    ("validation_texts", Ods(before=f"<table:content-validation table:condition='of:is(\"{CANARY}\")'/>")),
    (
        "validation_texts",
        Ods(
            before=f"<table:content-validation><table:help-message><text:p>{CANARY}</text:p></table:help-message></table:content-validation>"
        ),
    ),
    ("conditional_texts", Ods(after=f"<calcext:condition calcext:value='=\"{CANARY}\"'/>")),
    ("filter_values", Ods(after=f'<table:filter-condition table:value="{CANARY}"/>')),
    ("scenarios", Ods(after=f'<table:scenario table:comment="{CANARY}"/>')),
    ("query_tables", Ods(after=f'<table:database-source-sql table:sql-statement="{CANARY}"/>')),
    (
        "shapes",
        Ods(
            rows=f"<table:shapes><draw:custom-shape><text:p>{CANARY}</text:p></draw:custom-shape></table:shapes>"
        ),
    ),
    (
        "picture_descriptions",
        Ods(rows=f"<table:shapes><draw:frame><svg:desc>{CANARY}</svg:desc></draw:frame></table:shapes>"),
    ),
    ("macros", Ods(before=f'<script:event-listener script:event-name="{CANARY}"/>')),
    ("macros", Ods(parts={"Basic/Standard/Module1.xml": f"<x>{CANARY}</x>"})),
    ("pictures", Ods(parts={"Pictures/1.png": b"\x89PNG\r\n\x1a\n"})),
    ("thumbnail", Ods(parts={"Thumbnails/thumbnail.png": b"\x89PNG"})),
    ("embedded", Ods(parts={"Object 1/content.xml": f"<x>{CANARY}</x>"})),
    (
        "chart_caches",
        Ods(
            parts={
                "Object 1/content.xml": f"<chart:chart><table:table-cell>{CANARY}</table:table-cell></chart:chart>"
            }
        ),
    ),
    ("author", Ods(parts={"meta.xml": f"<m><dc:creator>{CANARY}</dc:creator></m>"})),
    ("document_properties", Ods(parts={"meta.xml": f"<m><dc:title>{CANARY}</dc:title></m>"})),
    (
        "custom_properties",
        Ods(parts={"meta.xml": f'<m><meta:user-defined meta:name="x">{CANARY}</meta:user-defined></m>'}),
    ),
    ("folder_path", Ods(parts={"meta.xml": f'<m><meta:template xlink:href="file:///{CANARY}"/></m>'})),
    (
        "printer_settings",
        Ods(parts={"settings.xml": f'<m><c:i config:name="PrinterName">{CANARY}</c:i></m>'}),
    ),
    (
        "headers_footers",
        Ods(parts={"styles.xml": f"<m {SPACES}><style:header><text:p>{CANARY}</text:p></style:header></m>"}),
    ),
    ("signature", Ods(parts={"META-INF/documentsignatures.xml": f"<x>{CANARY}</x>"})),
    ("unknown_parts", Ods(parts={"something.dat": CANARY})),
]


@pytest.mark.parametrize(("container", "made"), PLANTS, ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_planted_is_found_and_not_repeated(tmp_path: Path, container: str, made: Ods) -> None:
    export = opened(tmp_path, made)
    assert [h.id for h in export.hazards] == [container]
    assert CANARY not in str(export.hazards) + str(export.problems)


def test_what_libreoffice_always_writes_gives_no_alarm_that_blocks(tmp_path: Path) -> None:
    default = style("ce", "table-cell", '<style:text-properties fo:color="#000000" fo:font-size="10pt"/>')
    header = (
        "<style:header><text:p><text:sheet-name>???</text:sheet-name></text:p></style:header>"
        "<style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer>"
    )
    made = Ods(
        styles=default,
        before="<table:calculation-settings/>",
        columns='<table:table-column table:number-columns-repeated="16384"/>',
        parts={
            "styles.xml": f"<m {SPACES}>{header}</m>",
            "settings.xml": '<m><c:i config:name="PrinterName"/></m>',
            "meta.xml": "<m><meta:generator>LibreOffice</meta:generator></m>",
            "manifest.rdf": "<rdf/>",
            "Configurations2/accelerator/current.xml": "",
        },
    )
    assert opened(tmp_path, made).hazards == ()


BOMBS = {
    "cells": Ods(
        rows=row(
            text("x", 'table:number-columns-repeated="16384"'), more='table:number-rows-repeated="1048576"'
        )
    ),
    "rows": Ods(rows=row(text("x" * 2000), more='table:number-rows-repeated="1000000"')),
    "corner": Ods(
        rows=row('<table:table-cell table:number-columns-repeated="16383"/>', text("x"), more="") * 1
        + row(text("x"), more='table:number-rows-repeated="1000000"')
    ),
    "columns": Ods(rows=row(text("x", 'table:number-columns-repeated="999999999"'))),
    "texts": Ods(rows=row(text("x", 'table:number-columns-repeated="16384"') * 200)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_claims_of_millions_of_cells_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadError, match="too large") as caught:
        opened(tmp_path, BOMBS[name])
    assert caught.value.code == "too_big"


def test_spaces_are_not_made_without_end(tmp_path: Path) -> None:
    export = opened(tmp_path, Ods(rows=row(text('<text:s text:c="999999999"/>x'))))
    assert len(rows_of(export.tables[0])[-1][0] or "") < 40_000


def test_a_cut_content_is_refused(tmp_path: Path) -> None:
    made = Ods(parts={"content.xml": f"<office:document-content {SPACES}><office:body>"})
    with pytest.raises(ReadError, match="damaged"):
        opened(tmp_path, made)


def test_hidden_sheets_block(tmp_path: Path) -> None:
    export = opened(tmp_path, PLANTS[0][1])
    assert [h.severity for h in export.hazards] == [Severity.BLOCKS]
    assert len(rows_of(export.tables[0])) == 3
