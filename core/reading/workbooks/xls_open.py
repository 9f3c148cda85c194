"""Excel workbooks of before 2007 (XLS): their sheets' cells, and everything that hides in them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import olefile
from python_calamine import CalamineWorkbook

from core.model import Hazard, Problem
from core.reading.choices import TableChoice
from core.reading.containers import found, some
from core.reading.held import HeldTable
from core.reading.source import Source
from core.reading.workbooks.cells import shown
from core.reading.workbooks.containers_refusals import damaged, too_wide
from core.reading.workbooks.containers_sheet import state_hazards
from core.reading.workbooks.protected_office import decrypted_stream
from core.reading.workbooks.workbook_columns import text_columns
from core.reading.workbooks.workbook_table import filled_columns, full_sheet, sheet_table
from core.reading.workbooks.workbook_xlsx import CELL_LIMIT, calmly, long_numbers, opened_by_calamine
from core.reading.workbooks.xls_compound import compound_of, stream_of
from core.reading.workbooks.xls_hidden import book_hazards, compound_hazards, sheet_record_hazards
from core.reading.workbooks.xls_records import (
    CELLS,
    LABELSST,
    MULRK,
    Book,
    BoundSheet,
    cell_styles,
    error_of,
    read_book,
    records,
)

LAST_ROW = 65_536
_LAST_COLUMN = 256
DIMENSIONS = 0x200


@dataclass
class _Seen:
    """What one walk over a sheet's records noticed."""

    stored: dict[tuple[int, int], str] = field(default_factory=dict)
    filled_rows: set[int] = field(default_factory=set)
    styled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("white", "blank", "tiny"), 0))
    strings: set[int] = field(default_factory=set)
    others: list[tuple[int, bytes, int]] = field(default_factory=list)
    last_row: int = 0
    last_column: int = 0
    cells: int = 0


def open_xls(
    source: Source,
    data: bytes,
    ole: olefile.OleFileIO,
    name: str,
    passwords: Sequence[str],
    choice: TableChoice,
) -> tuple[list[HeldTable], list[Hazard], list[Problem]]:
    """Its tables, hazards and problems; `ole` is the compound file and `name` the stream with its records.
    Raises ReadError where it is damaged or its password was not given."""
    where = source.name
    stream = stream_of(ole, name, where)
    book = read_book(stream)
    if book.encrypted:
        stream = decrypted_stream(data, stream, where, passwords)
        book = read_book(stream)
        data = compound_of(stream)
    if not book.sheets:
        raise damaged(where)
    walked = [_walk(stream, sheet, book) for sheet in book.sheets]
    _refuse_wide(walked, where)
    workbook = opened_by_calamine(data, where)
    del data
    hazards = compound_hazards(ole, where, {s.name for s in book.sheets}) + book_hazards(book, where)
    tables: list[HeldTable] = []
    problems: list[Problem] = []
    strings: set[int] = set()
    for sheet, seen in zip(book.sheets, walked, strict=True):
        if sheet.kind != 0:
            hazards.append(found("other_sheet", sheet.name, "a chart or macro sheet, not read"))
        strings |= seen.strings
        if sheet.kind != 0:
            hazards += sheet_record_hazards(sheet.name, seen.others, seen.filled_rows, frozenset())
            continue
        values = _values(workbook, sheet, where)
        problems += long_numbers(sheet.name, values)
        columns = text_columns(values, seen.stored)
        del values
        table, noticed = sheet_table(source, sheet.name, "xls", columns, choice)
        problems += noticed
        filled = filled_columns(columns)
        hazards += state_hazards(sheet.name, sheet.state, has_cells=table is not None)
        hazards += sheet_record_hazards(sheet.name, seen.others, seen.filled_rows, filled)
        hazards += _unseen(sheet.name, seen.styled)
        hazards += full_sheet(sheet.name, columns, LAST_ROW)
        if table is not None:
            tables.append(table)
    if book.biff8 and book.strings > len(strings):
        what = some(book.strings - len(strings), "text") + " that no cell shows any more"
        hazards.append(found("orphan_strings", where, what))
    return tables, hazards, problems


def _walk(stream: bytes, sheet: BoundSheet, book: Book) -> _Seen:
    seen = _Seen()
    odd = book.white | book.blank | book.tiny | set(book.leading_zeros)
    for number, at, size, depth in records(stream, sheet.offset):
        if number in CELLS and size >= 6:
            row, column = struct.unpack_from("<HH", stream, at)
            seen.last_row = max(seen.last_row, row)
            seen.last_column = max(seen.last_column, column + (size // 6 if number == MULRK else 0))
            seen.cells += 1
        if number not in CELLS or depth != 1:
            # Only their heads are needed of most; the texts of a few are looked into.
            seen.others.append((number, stream[at : at + min(size, 512)], depth))
            continue
        data = stream[at : at + min(size, 4096)]
        if number == LABELSST and size >= 10:
            seen.strings.add(int.from_bytes(data[6:10], "little"))
        seen.filled_rows.add(int.from_bytes(data[:2], "little"))
        error = error_of(number, data)
        if error is not None:
            seen.stored[int.from_bytes(data[:2], "little"), int.from_bytes(data[2:4], "little")] = error
        if not odd:
            continue
        for row, column, style, value in cell_styles(number, data):
            if style not in odd:
                continue
            for kind, styles in (("white", book.white), ("blank", book.blank), ("tiny", book.tiny)):
                seen.styled[kind] += style in styles
            shape = book.leading_zeros.get(style)
            if shape is not None and value is not None:
                text = shown(repr(value), shape)
                if text is not None:
                    seen.stored[row, column] = text
    return seen


def _refuse_wide(walked: Sequence[_Seen], where: str) -> None:
    """Raises ReadError where the cells, or what a sheet claims of them, reach where no old workbook has any:
    the library would ask the system for memory up to there."""
    room = CELL_LIMIT
    for seen in walked:
        for number, data, _ in seen.others:
            if number == DIMENSIONS and len(data) >= 12:
                first_row, rows, first, columns = struct.unpack_from("<IIHH", data)
                backwards = 0 < rows <= first_row or 0 < columns <= first
                if rows > LAST_ROW or columns > _LAST_COLUMN or backwards:
                    raise damaged(where)
        places = (seen.last_row + 1) * (seen.last_column + 1)
        room -= places
        if room < 0 or seen.last_column >= _LAST_COLUMN:
            raise too_wide(where)


def _values(workbook: CalamineWorkbook, sheet: BoundSheet, where: str) -> Sequence[Sequence[object]]:
    return calmly(lambda: workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False), where)


def _unseen(name: str, styled: dict[str, int]) -> list[Hazard]:
    words = (
        ("white", "white_text", "in the colour of their background"),
        ("blank", "blank_format", "in a number format that shows nothing"),
        ("tiny", "tiny_font", "in a font too small to read"),
    )
    return [
        found(container, name, f"{some(styled[kind], 'cell')} {what}")
        for kind, container, what in words
        if styled[kind]
    ]
