"""Excel workbooks: each sheet with data is a table, hidden or not; what is hidden is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from core.model import Problem, ReadError, Recognised
from core.reading.cells import EXACT, has_long_numbers, needs_stored, stored_texts, text_of
from core.reading.choices import TableChoice
from core.reading.containers import (
    CELL_LIMIT,
    Parts,
    SheetPart,
    comment_hazards,
    damaged,
    extent,
    open_zip,
    password,
    read_entry,
    read_parts,
    sheet_hazards,
    some,
    too_big,
)
from core.reading.header import find_header, make_fields
from core.reading.held import HeldTable
from core.reading.readers import Candidate, ReadFile
from core.reading.refusals import ZIP
from core.reading.source import Source
from core.reading.suppliers import recognise, title_of

_SAMPLE = 300
Row = list[str | None]


class WorkbookReader:
    """Excel workbooks of 2007 and later."""

    id = "workbook"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the zip signature; other zips are refused on opening."""
        if not candidate.head.startswith(ZIP):
            return None
        return Recognised("xlsx", "an Excel workbook", 0.8, ("its first bytes",), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader. Refuses what is protected, damaged, too large or no workbook."""
        return _open(candidate.source, choice)


def _open(source: Source, choice: TableChoice) -> ReadFile:
    where = source.name
    data = source.read_at(0, source.size)
    with open_zip(data, where) as archive:
        parts = read_parts(archive, where)
        for entry in parts.entries:
            if entry.endswith("sharedStrings.xml"):
                read_entry(archive, entry, where)  # its size and checksum are what the directory says
        workbook = _calamine(data, where)
        tables: list[HeldTable] = []
        hazards = list(parts.hazards)
        problems: list[Problem] = []
        cells = 0
        for part in parts.sheets:
            if not part.is_table:
                continue
            xml = read_entry(archive, part.entry, where)
            rows, columns = extent(xml)
            cells += rows * columns
            if cells > CELL_LIMIT:
                raise too_big(where)
            hazards += sheet_hazards(part, xml)
            hazards += comment_hazards(archive, part, where)
            values = _values(workbook, part, where)
            if has_long_numbers(xml):
                problems += _long_numbers(part.name, values)
            table, noticed = _table(source, part, _texts(values, xml, parts), choice)
            problems += noticed
            if table is not None:
                tables.append(table)
    if not tables:
        raise ReadError(
            f"{where} has no sheet with anything in it. Check that the export finished.",
            where=where,
            code="empty",
        )
    seen = tuple(
        Recognised(
            t.format,
            "an Excel workbook" if t.format == "xlsx" else title_of(t.format),
            0.9,
            ("a sheet of an Excel workbook",),
            WorkbookReader.id,
        )
        for t in tables
    )
    return ReadFile(tuple(tables), seen, tuple(hazards), tuple(problems))


def _calamine(data: bytes, where: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise password(where) from None
    except (CalamineError, ZipError, OSError, zipfile.BadZipFile):
        raise damaged(where) from None


def _values(workbook: CalamineWorkbook, part: SheetPart, where: str) -> Sequence[Sequence[object]]:
    try:
        return workbook.get_sheet_by_name(part.name).to_python(skip_empty_area=False)
    except (CalamineError, OSError):
        raise damaged(where) from None


def _texts(values: Sequence[Sequence[object]], xml: bytes, parts: Parts) -> list[Row]:
    """The sheet's cells as text, from the sheet's first row and column on."""
    texts = [[(v or None) if type(v) is str else text_of(v) for v in row] for row in values]
    if needs_stored(xml, parts.leading_zeros):
        for (row, column), text in stored_texts(xml, parts.leading_zeros).items():
            texts += [[] for _ in range(row + 1 - len(texts))]
            texts[row] += [None] * (column + 1 - len(texts[row]))
            texts[row][column] = text
    return texts


def _table(
    source: Source, part: SheetPart, texts: list[Row], choice: TableChoice
) -> tuple[HeldTable | None, list[Problem]]:
    where = part.name
    filled = [i for i, row in enumerate(texts) if any(c is not None for c in row)]
    if not filled:
        return None, []
    width = max(_last(texts[i]) for i in filled)
    if width == 1:
        filled = list(range(filled[0], filled[-1] + 1))  # in a table of one column a blank row is a row
    rows = [(i + 1, (texts[i] + [None] * width)[:width]) for i in filled]
    index = _header_index(rows, choice, where)
    header = rows[index][1] if index is not None else None
    body = rows[index + 1 :] if index is not None else rows
    if header is not None:
        used = [_last(row) for _, row in body]
        width = max([_last(header), *used])
    fields = make_fields(header, width)
    problems = []
    preamble = []
    for line, row in rows[: index or 0]:
        preamble.append(",".join(c or "" for c in row).rstrip(","))
        problems.append(Problem(where, line, "this row stands before the field names and is no row"))
    if header is None:
        problems.append(
            Problem(where, 1, "no line of field names was found; fields are called by their position")
        )
    first = rows[index][0] if index is not None else 0
    blank = filled[-1] + 1 - first - len(body)
    if blank and width > 1:
        problems.append(Problem(where, None, some(blank, "blank row") + " skipped"))
    batch = pa.RecordBatch.from_arrays(
        [pa.array([row[c] for _, row in body], pa.string()) for c in range(width)],
        names=[str(c) for c in range(width)],
    )
    table = HeldTable(
        source,
        part.name,
        recognise(fields if header is not None else (), preamble) or "xlsx",
        fields,
        batch,
        row_lines=[line for line, _ in body],
        preamble=tuple(preamble),
    )
    return table, problems


def _header_index(rows: list[tuple[int, Row]], choice: TableChoice, where: str) -> int | None:
    if choice.header_row is None:
        return find_header([row for _, row in rows[:_SAMPLE]])
    if choice.header_row == 0:
        return None
    for index, (line, _) in enumerate(rows):
        if line == choice.header_row:
            return index
    raise ReadError(
        f"Row {choice.header_row} of the sheet is blank, so it cannot hold the field names. Choose another.",
        where=where,
        code="usage",
    )


def _last(row: Row) -> int:
    if row and row[-1] is not None:
        return len(row)
    return next((i + 1 for i in range(len(row) - 1, -1, -1) if row[i] is not None), 0)


def _long_numbers(where: str, values: Sequence[Sequence[object]]) -> list[Problem]:
    """Numbers of 16 digits and more: Excel keeps fifteen, so a SNOMED CT code stored as one is damaged."""
    lines = [i + 1 for i, row in enumerate(values) for v in row if type(v) is float and abs(v) >= EXACT]
    if not lines:
        return []
    what = (
        f"{len(lines):,} numbers of 16 digits or more are stored as numbers from here on; Excel keeps only "
        "15 digits, so codes among them may be damaged"
    )
    return [Problem(where, lines[0], what)]
