"""Binary workbooks of Excel 2007 and later (XLSB): their sheets' cells, and everything that hides in them."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from core.model import Hazard, Problem
from core.reading.choices import TableChoice
from core.reading.containers import found, some
from core.reading.held import HeldTable
from core.reading.source import Source
from core.reading.workbooks.cells import shown
from core.reading.workbooks.containers_book import SheetPart, main_part, properties_hazards
from core.reading.workbooks.containers_parts import parts_hazards
from core.reading.workbooks.containers_refusals import damaged, too_wide
from core.reading.workbooks.containers_sheet import says_something, state_hazards
from core.reading.workbooks.containers_styles import Styles
from core.reading.workbooks.containers_zip import Package, zip_hazards
from core.reading.workbooks.workbook_columns import text_columns
from core.reading.workbooks.workbook_table import filled_columns, full_sheet, sheet_table
from core.reading.workbooks.workbook_xlsx import CELL_LIMIT, calmly, long_numbers, opened_by_calamine, related
from core.reading.workbooks.xlsb_records import ERRORS, read_binary_styles, records, rk_number, wide_text

_LAST_ROW = 1_048_576
_SPARSE, _THINNEST = 4_000_000, 30
_STATES = {0: "visible", 1: "hidden", 2: "veryHidden"}
_CELLS = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 62))


@dataclass
class _Seen:
    """What one walk over a sheet's records noticed."""

    stored: dict[tuple[int, int], str] = field(default_factory=dict)
    strings: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    columns: list[tuple[int, int, str]] = field(default_factory=list)
    rows: int = 0
    width: int = 0
    cells: int = 0


def open_xlsb(
    source: Source, package: Package, choice: TableChoice
) -> tuple[list[HeldTable], list[Hazard], list[Problem]]:
    """Its tables, hazards and problems. Raises ReadError where it is damaged, too large or hostile."""
    where = package.where
    main = main_part(package, "xl/workbook.bin")
    book = package.read(main)
    sheets, hazards = _book(package, main, book)
    if not sheets:
        raise damaged(where)
    package.refuse_entities()
    styles_part, theme, shared = (related(package, main, k) for k in ("/styles", "/theme", "/sharedStrings"))
    styles = Styles()
    if styles_part:
        styles = read_binary_styles(package.read(styles_part), package.xml(theme) if theme else b"")
    total = 0
    if shared:
        total = next(
            (int.from_bytes(d[4:8], "little") for n, d in records(package.read(shared)) if n == 159), 0
        )
    hazards += zip_hazards(package.data, package.archive, where)
    hazards += properties_hazards(package, {s.name for s in sheets}) + parts_hazards(package, main, sheets)
    if styles.format_texts:
        what = some(styles.format_texts, "number format") + " with words of its own"
        hazards.append(found("format_texts", where, what))
    seen = {s.name: _walk(package.read(s.entry), styles) for s in sheets if s.is_table and s.entry in package}
    _refuse_wide(seen.values(), where)
    workbook = opened_by_calamine(package.data, where)
    tables: list[HeldTable] = []
    problems: list[Problem] = []
    for sheet in sheets:
        if not sheet.is_table or sheet.name not in seen:
            hazards.append(found("other_sheet", sheet.name, "a chart or macro sheet, not read"))
            continue
        name, noticed = sheet.name, seen[sheet.name]
        values = calmly(
            lambda name=name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False),  # type: ignore[misc]
            where,
        )
        problems += long_numbers(name, values)
        columns = text_columns(values, noticed.stored)
        del values
        table, said = sheet_table(source, name, "xlsb", columns, choice)
        problems += said
        hazards += state_hazards(name, sheet.state, has_cells=table is not None)
        hazards += _sheet_hazards(name, noticed, filled_columns(columns))
        hazards += full_sheet(name, columns, _LAST_ROW)
        if table is not None:
            tables.append(table)
    used = len(set().union(*(s.strings for s in seen.values())))
    if total > used:
        what = some(total - used, "text") + " that no cell shows any more"
        hazards.append(found("orphan_strings", where, what))
    return tables, hazards, problems


def _refuse_wide(seen: Collection[_Seen], where: str) -> None:
    room = CELL_LIMIT
    for sheet in seen:
        places = sheet.rows * sheet.width
        if places > min(room, max(_SPARSE, _THINNEST * sheet.cells)):
            raise too_wide(where)
        room -= places


def _book(package: Package, main: str, book: bytes) -> tuple[tuple[SheetPart, ...], list[Hazard]]:
    targets = package.relations(main)
    sheets = []
    seen: Counter[str] = Counter()
    for number, data in records(book):
        if number == 156 and len(data) >= 12:
            relation, end = wide_text(data, 8)
            name, _ = wide_text(data, end)
            kind, entry, _ = targets.get(relation, ("", "", False))
            state = _STATES.get(int.from_bytes(data[:4], "little") & 3, "veryHidden")
            sheets.append(SheetPart(name, entry, state, kind.endswith("/worksheet")))
        elif number == 39 and len(data) >= 13:
            name, end = wide_text(data, 9)
            size = int.from_bytes(data[end : end + 4], "little")
            built_in = data[0] & 0x20 or name.lower().startswith(("_xlnm", "_xlfn"))
            if not built_in and data[0] & 1:
                seen["hidden_names"] += 1
            elif not built_in and size and data[end + 4 : end + 5] in _CONSTANTS:
                seen["defined_names"] += 1
        elif number in _BOOK:
            seen[_BOOK[number]] += 1
    where = package.where
    hazards = [found(c, where, some(n, what)) for c, what in _BOOK_WORDS.items() if (n := seen[c])]
    return tuple(sheets), hazards


_CONSTANTS = (b"\x17", b"\x1d", b"\x1e", b"\x1f", b"\x20", b"\x40", b"\x60")
_BOOK = {2071: "folder_path", 534: "locked_workbook", 397: "custom_views", 548: "author"}
_BOOK_WORDS = {
    "hidden_names": "hidden name",
    "defined_names": "name with a value of its own",
    "folder_path": "folder it was saved in",
    "locked_workbook": "lock on its list of sheets",
    "custom_views": "view of a single user",
    "author": "name of a person who reserved it",
}


def _walk(part: bytes, styles: Styles) -> _Seen:
    seen = _Seen()
    row, hides = 0, ""
    odd = styles.white | styles.blank | styles.tiny | frozenset(styles.leading_zeros)
    counts = seen.counts
    for number, data in records(part):
        if number == 0 and len(data) >= 12:
            row = int.from_bytes(data[:4], "little")
            (height,) = struct.unpack_from("<H", data, 8)
            hides = ""
            if data[11] & 0x10 or not height:
                hides = "collapsed_rows" if data[11] & 7 else "hidden_rows"
        elif number in _CELLS and len(data) >= 8:
            column, style = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:7], "little")
            if hides:
                counts[hides] += 1
                hides = ""
            seen.rows, seen.width = max(seen.rows, row + 1), max(seen.width, column + 1)
            seen.cells += 1
            if number == 7:
                seen.strings.add(int.from_bytes(data[8:12], "little"))
            elif number in (3, 11) and len(data) > 8:
                seen.stored[row, column] = ERRORS.get(data[8], "#ERROR!")
            if style in odd:
                counts["white_text"] += style in styles.white
                counts["blank_format"] += style in styles.blank
                counts["tiny_font"] += style in styles.tiny
                text = _with_zeros(number, data, styles.leading_zeros.get(style))
                if text is not None:
                    seen.stored[row, column] = text
        elif number == 60 and len(data) >= 18:
            first, last, width = struct.unpack_from("<III", data)
            (options,) = struct.unpack_from("<H", data, 16)
            if options & 1 or width < 128:
                kind = "collapsed_columns" if options & 0x700 else "hidden_columns"
                seen.columns.append((first + 1, last + 2, kind))
        elif number == 479:
            heads, at = 0, 2
            while at + 4 <= len(data):
                text, at = wide_text(data, at)
                heads += says_something(text)
            counts["headers_footers"] += heads
        elif number in _SHEET:
            counts[_SHEET[number]] += 1
    return seen


def _with_zeros(number: int, data: bytes, shape: str | None) -> str | None:
    if shape is None:
        return None
    if number == 2 and len(data) >= 12:
        return shown(repr(rk_number(int.from_bytes(data[8:12], "little"))), shape)
    if number in (5, 9) and len(data) >= 16:
        return shown(repr(struct.unpack_from("<d", data, 8)[0]), shape)
    return None


_SHEET = {
    535: "locked_sheet",
    677: "locked_sheet",
    163: "filtered",
    167: "filter_values",
    494: "hyperlinks",
    64: "validation_texts",
    500: "scenarios",
    423: "custom_views",
}
_WORDS = {
    "hidden_rows": ("hidden row", ""),
    "filtered_rows": ("row", " hidden by a filter"),
    "collapsed_rows": ("row", " hidden in a collapsed group"),
    "hidden_columns": ("hidden column", ""),
    "collapsed_columns": ("column", " hidden in a collapsed group"),
    "white_text": ("cell", " in the colour of their background"),
    "blank_format": ("cell", " in a number format that shows nothing"),
    "tiny_font": ("cell", " in a font too small to read"),
    "headers_footers": ("page header or footer", " with text"),
    "locked_sheet": ("lock", "; its cells are read all the same"),
    "filter_values": ("value", " kept in a filter"),
    "hyperlinks": ("link", " behind cells"),
    "validation_texts": ("data check", ""),
    "scenarios": ("scenario", " with other values"),
    "custom_views": ("view", " of single users"),
}


def _sheet_hazards(name: str, seen: _Seen, columns: Collection[int]) -> list[Hazard]:
    counts = seen.counts.copy()
    for first, past, container in seen.columns:
        counts[container] += sum(first <= c < past for c in columns)
    if counts["filtered"]:
        counts["filtered_rows"] = counts.pop("hidden_rows", 0)
    return [
        found(container, name, some(counts[container], one) + rest)
        for container, (one, rest) in _WORDS.items()
        if counts[container]
    ]
