"""Excel workbooks: each sheet with data is a table, hidden or not; what is hidden is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from core.model import Block, Field, Hazard, Problem, RawBlock, ReadError
from core.reading.cells import EXACT, has_long_numbers, needs_stored, stored_texts, text_of
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
from core.reading.opening import TableChoice
from core.reading.source import SourceFile, open_source
from core.reading.suppliers import recognise

_ROWS_A_BLOCK = 50_000
_SAMPLE = 300
Row = list[str | None]


class WorkbookTable:
    """One sheet's rows, in memory."""

    def __init__(
        self,
        source: SourceFile,
        name: str,
        format_name: str,
        fields: tuple[Field, ...],
        data: pa.RecordBatch,
        lines: Sequence[int],
        problems: tuple[Problem, ...],
        preamble: tuple[str, ...],
    ) -> None:
        self._source = source
        self._name = name
        self._format = format_name
        self._fields = fields
        self._data = data
        self._row_lines = lines
        self._problems = problems
        self.preamble = preamble

    @property
    def name(self) -> str:
        return self._name

    @property
    def format(self) -> str:
        return self._format

    @property
    def fields(self) -> tuple[Field, ...]:
        return self._fields

    def blocks(self) -> Iterator[Block]:
        """Every block in order; see core.model.Table."""
        rows = self._data.num_rows
        for index, first in enumerate(range(0, rows, _ROWS_A_BLOCK)):
            yield Block(index, first, min(_ROWS_A_BLOCK, rows - first))

    def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
        """The block's cells; see core.model.Table."""
        self._source.check()
        data = self._data.slice(block.first_row, block.rows)
        if columns is not None:
            data = pa.RecordBatch.from_arrays(
                [data.column(c) for c in columns], names=[str(c) for c in columns]
            )
        return RawBlock(
            table=self._name,
            first_row=block.first_row,
            data=data,
            problems=self._problems if block.first_row == 0 else (),
            lines=self._row_lines[block.first_row : block.first_row + block.rows],
        )

    def renamed(self, name: str) -> WorkbookTable:
        """The same table under another name."""
        return WorkbookTable(
            self._source,
            name,
            self._format,
            self._fields,
            self._data,
            self._row_lines,
            self._problems,
            self.preamble,
        )


@dataclass(frozen=True)
class OpenedWorkbook:
    """A workbook's tables and what was noticed on opening it."""

    tables: tuple[WorkbookTable, ...]
    hazards: tuple[Hazard, ...]
    problems: tuple[Problem, ...]


def open_workbook(path: Path, choice: TableChoice | None = None) -> OpenedWorkbook:
    """Opens an .xlsx or .xlsm file. Raises ReadError where it is protected, damaged, too large or none."""
    source = open_source(path)
    where = path.name
    with open_zip(path) as archive:
        parts = read_parts(archive, where)
        for entry in parts.entries:
            if entry.endswith("sharedStrings.xml"):
                read_entry(archive, entry, where)  # its size and checksum are what the directory says
        workbook = _calamine(source, where)
        tables: list[WorkbookTable] = []
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
    return OpenedWorkbook(tuple(tables), tuple(hazards), tuple(problems))


def _calamine(source: SourceFile, where: str) -> CalamineWorkbook:
    data = source.read_at(0, source.size)
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
    source: SourceFile, part: SheetPart, texts: list[Row], choice: TableChoice | None
) -> tuple[WorkbookTable | None, list[Problem]]:
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
    table = WorkbookTable(
        source,
        part.name,
        recognise(fields if header is not None else (), preamble) or "xlsx",
        fields,
        batch,
        [line for line, _ in body],
        (),
        tuple(preamble),
    )
    return table, problems


def _header_index(rows: list[tuple[int, Row]], choice: TableChoice | None, where: str) -> int | None:
    if choice is None or choice.header_row is None:
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
