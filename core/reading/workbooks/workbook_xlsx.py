"""Excel workbooks of 2007 and later (XLSX, XLSM): their sheets' cells, and everything that hides in them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from core.model import Hazard, Problem
from core.reading.choices import TableChoice
from core.reading.containers import found, some
from core.reading.held import HeldTable
from core.reading.source import Source
from core.reading.workbooks.cells import (
    EXACT,
    column_number,
    has_long_numbers,
    needs_stored,
    stored_texts,
    with_references,
)
from core.reading.workbooks.containers_book import (
    SheetPart,
    book_hazards,
    main_part,
    read_sheets,
    shared_hazards,
)
from core.reading.workbooks.containers_parts import has_set_filter, parts_hazards
from core.reading.workbooks.containers_refusals import damaged, password, too_wide
from core.reading.workbooks.containers_sheet import sheet_hazards, split_sheet, state_hazards
from core.reading.workbooks.containers_styles import Styles, read_styles
from core.reading.workbooks.containers_zip import Package, zip_hazards
from core.reading.workbooks.workbook_columns import text_columns
from core.reading.workbooks.workbook_table import filled_columns, full_sheet, sheet_table

_T = TypeVar("_T")
#: A stray cell in the last corner makes a sheet 17 thousand million cells wide and high.
CELL_LIMIT = 40_000_000
_SPARSE, _THINNEST = 4_000_000, 30
_LAST_ROW = 1_048_576
_USED = re.compile(rb't="s"[^<>]*>\s*<(?:[\w.-]+:)?v>\s*(\d+)')
_REFERENCE = re.compile(rb'<(?:[\w.-]+:)?(?:c|row)\s(?:[^<>]*?\s)?r="([A-Z]{0,3})(\d{1,7})"')
_COLUMN = re.compile(rb'r="([A-Z]{1,3})\d')
# Cells beyond column Z or row 999,999; most sheets have none.
_FAR = re.compile(rb'r="(?:[A-Z]{2}|[A-Z]?\d{7})')
_DEEP = ((re.compile(rb'r="[A-Z]{0,3}\d{7}"'), 9_999_999), (re.compile(rb'r="[A-Z]{0,3}\d{6}"'), 999_999))
# No sheet has such a place. The library would ask the system for memory up to it, and take the process down.
_NOWHERE = re.compile(rb'r="(?:[A-Z]*\d{8}|[A-Z]{4})')
_NOWHERE_IN_TAG = re.compile(rb'<(?:[\w.-]+:)?(?:c|row)\s(?:[^<>]*?\s)?r="(?:[A-Z]*\d{8}|[A-Z]{4})')
_CLAIM = re.compile(rb"ount=\"(\d+)\"")
_MOST_CLAIMED = 4_000_000
_SLICE = 4 << 20

Opened = tuple[list[HeldTable], list[Hazard], list[Problem]]


def open_xlsx(source: Source, package: Package, choice: TableChoice) -> Opened:
    """Its tables, hazards and problems. Raises ReadError where it is damaged, too large or hostile."""
    where = package.where
    main = main_part(package)
    book = package.xml(main)
    sheets = read_sheets(package, main, book)
    entries = {s.entry for s in sheets}
    shared, styles_part, theme = (related(package, main, k) for k in ("/sharedStrings", "/styles", "/theme"))
    package.refuse_entities(n for n in package.names if n not in entries and n != shared)
    shared_xml = package.xml(shared) if shared else b""
    _refuse_claims(shared_xml, where)
    styles = Styles()
    if styles_part:
        styles = read_styles(package.xml(styles_part), package.xml(theme) if theme else b"")
    workbook = opened_by_calamine(package.data, where)
    tables: list[HeldTable] = []
    problems: list[Problem] = []
    hazards = zip_hazards(package.data, package.archive, where)
    hazards += book_hazards(package, book, sheets) + parts_hazards(package, main, sheets)
    if styles.format_texts:
        what = some(styles.format_texts, "number format") + " with words of its own"
        hazards.append(found("format_texts", where, what))
    used: set[bytes] = set()
    room = CELL_LIMIT
    for part in sheets:
        if not part.is_table:
            if part.entry in package:
                package.xml(part.entry)  # looked at for entities, and not read
            continue
        xml = package.xml(part.entry)
        sheet = split_sheet(xml)
        sheet = replace(sheet, cells=with_references(sheet.cells))
        room -= _refuse_wide(sheet.cells, where, room)
        values = _values(workbook, part, where)
        if shared:
            used.update(_USED.findall(sheet.cells))
        long = has_long_numbers(sheet.cells)
        if long:
            problems += long_numbers(part.name, values)
        stored = {}
        if needs_stored(sheet.cells, styles.leading_zeros, long=long):
            stored = stored_texts(sheet.cells, styles.leading_zeros)
        columns = text_columns(values, stored)
        del values
        table, noticed = sheet_table(source, part.name, "xlsx", columns, choice)
        problems += noticed
        hazards += state_hazards(part.name, part.state, has_cells=table is not None)
        filled = filled_columns(columns)
        filtered = has_set_filter(package, part)
        hazards += sheet_hazards(part.name, sheet, styles, filled, filtered=filtered)
        hazards += full_sheet(part.name, columns, _LAST_ROW)
        if table is not None:
            tables.append(table)
    hazards += shared_hazards(where, shared_xml, len({int(u) for u in used}))
    return tables, hazards, problems


def related(package: Package, main: str, kind: str) -> str:
    """The part of a kind that the workbook's own part leads to, "" where there is none."""
    relations = package.relations(main).values()
    return next((t for k, t, out in relations if k.endswith(kind) and not out and t in package), "")


def calmly(call: Callable[[], _T], where: str) -> _T:
    """What the library gives; what it makes of a damaged file is told in our words."""
    try:
        return call()
    except PasswordError:
        raise password(where) from None
    except (CalamineError, ZipError, OSError, ValueError, IndexError, OverflowError):
        raise damaged(where) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a Rust library does that lost its way
            raise
        raise damaged(where) from None


def opened_by_calamine(data: bytes, where: str) -> CalamineWorkbook:
    """The workbook as calamine opens it."""
    return calmly(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)), where)


def _values(workbook: CalamineWorkbook, part: SheetPart, where: str) -> Sequence[Sequence[object]]:
    return calmly(lambda: workbook.get_sheet_by_name(part.name).to_python(skip_empty_area=False), where)


def long_numbers(where: str, values: Sequence[Sequence[object]]) -> list[Problem]:
    """Numbers of 16 digits and more: Excel keeps fifteen, so a SNOMED CT code stored as one is damaged."""
    lines = [
        i + 1
        for i, row in enumerate(values)
        for v in row
        if (type(v) is float or type(v) is int) and not -EXACT < v < EXACT
    ]
    if not lines:
        return []
    what = (
        f"{len(lines):,} numbers of 16 digits or more are stored as numbers from here on; Excel keeps only "
        "15 digits, so codes among them may be damaged"
    )
    return [Problem(where, lines[0], what)]


def _refuse_claims(shared: bytes, where: str) -> None:
    """Raises ReadError where the table of texts claims to hold far more than it does: the library would ask
    the system for that much memory."""
    top = shared[: shared.find(b">", shared.find(b"sst")) + 1]
    claimed = max((int(n[:12]) for n in _CLAIM.findall(top)), default=0)
    if claimed > _MOST_CLAIMED and claimed > 2 * shared.count(b"si>"):
        raise damaged(where)


def _refuse_wide(cells: bytes, where: str, room: int) -> int:
    """How many places for cells the sheet unfolds to. Raises ReadError past the limit, or where nearly all
    of them would be empty."""
    # The patterns begin with plain characters, so that the searches are quick.
    far = _FAR.search(cells) is not None
    if far and _NOWHERE.search(cells) and _NOWHERE_IN_TAG.search(cells):
        raise damaged(where)
    held = cells.count(b"<c ") + cells.count(b"<c>") + cells.count(b":c ") + cells.count(b":c>")
    limit = min(room, max(_SPARSE, _THINNEST * held))
    rows, columns = 999_999, 26
    if far:
        rows = next((most for pattern, most in _DEEP if pattern.search(cells)), 99_999)
        columns = _columns(cells)
    if rows * columns > limit:
        rows, columns = extent(cells)
    if rows * columns > limit:
        raise too_wide(where)
    return rows * columns


def _columns(cells: bytes) -> int:
    letters: set[bytes] = set()
    for at in range(0, len(cells), _SLICE):  # in slices, so that a hostile sheet makes no list of millions
        letters.update(_COLUMN.findall(cells, at, at + _SLICE + 16))
    return max(map(column_number, letters), default=0)


def extent(xml: bytes) -> tuple[int, int]:
    """The last row and column that hold a cell, 1-based, as the cells' own references tell."""
    rows = columns = 0
    for cell in _REFERENCE.finditer(xml):
        rows = max(rows, int(cell[2]))
        if cell[1]:
            columns = max(columns, column_number(cell[1]))
    return rows, columns
