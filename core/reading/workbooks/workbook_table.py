"""A sheet's columns -> a table: where its field names are, which rows it has, what is noticed on the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Hazard, Problem, ReadError
from core.reading.choices import TableChoice
from core.reading.containers import found, some
from core.reading.held import HeldTable
from core.reading.source import Source
from core.reading.suppliers import recognise
from core.reading.text.header import find_header, make_fields

_SAMPLE = 300
Row = list[str | None]


def filled_columns(columns: Sequence[pa.StringArray]) -> frozenset[int]:
    """The numbers (1-based) of the columns with something in them."""
    return frozenset(n + 1 for n, c in enumerate(columns) if c.null_count < len(c))


def sheet_table(
    source: Source, name: str, format_name: str, columns: Sequence[pa.StringArray], choice: TableChoice
) -> tuple[HeldTable | None, list[Problem]]:
    """The sheet as a table, None where it has no cells. `columns` start at the sheet's first cell."""
    filled, width = _filled(columns)
    if not len(filled):
        return None, []
    columns = columns[:width]
    if width == 1:  # in a table of one column a blank row is a row
        filled = np.arange(filled[0], filled[-1] + 1)
    sample = [(int(i) + 1, [c[int(i)].as_py() for c in columns]) for i in filled[:_SAMPLE]]
    index = _header_index(sample, filled, columns, choice, name)
    header = [c[int(filled[index])].as_py() for c in columns] if index is not None else None
    body = filled[index + 1 :] if index is not None else filled
    if header is not None:
        width = max(_last(header), _filled([c.take(pa.array(body)) for c in columns])[1])
    fields = make_fields(header, width)
    problems = []
    preamble = []
    for line in filled[: index or 0]:
        row: Row = [c[int(line)].as_py() for c in columns]
        preamble.append(",".join(c or "" for c in row).rstrip(","))
        what = "this row stands before the field names and is no row"
        problems.append(Problem(name, int(line) + 1, what))
    if header is None:
        problems.append(
            Problem(name, 1, "no line of field names was found; fields are called by their position")
        )
    first = int(filled[index]) + 1 if index is not None else 0
    blank = int(filled[-1]) + 1 - first - len(body)
    if blank and width > 1:
        problems.append(Problem(name, None, some(blank, "blank row") + " skipped"))
    whole = len(body) > 0 and len(body) == body[-1] - body[0] + 1
    batch = pa.RecordBatch.from_arrays(
        [c.slice(int(body[0]), len(body)) if whole else c.take(pa.array(body)) for c in columns[:width]],
        names=[str(c) for c in range(width)],
    )
    lines: Sequence[int] = (body + 1).tolist()
    if whole:
        lines = range(int(body[0]) + 1, int(body[-1]) + 2)
    table = HeldTable(
        source,
        name,
        recognise(fields if header is not None else (), preamble) or format_name,
        fields,
        batch,
        row_lines=lines,
        preamble=tuple(preamble),
    )
    return table, problems


def full_sheet(name: str, columns: Sequence[pa.StringArray], most_rows: int) -> list[Hazard]:
    """A sheet filled to the last row its format has: the list may have been longer."""
    filled, _ = _filled(columns)
    if not len(filled) or filled[-1] + 1 < most_rows:
        return []
    what = f"filled to row {most_rows:,}, the last one such a sheet has: what came after it was cut off"
    return [found("full_sheet", name, what)]


def _filled(columns: Sequence[pa.StringArray]) -> tuple[npt.NDArray[np.int64], int]:
    """The rows (0-based) with something in them, and the number of the last such column."""
    rows = np.zeros(len(columns[0]) if columns else 0, bool)
    width = 0
    for number, column in enumerate(columns):
        if column.null_count < len(column):
            rows |= column.is_valid().to_numpy(zero_copy_only=False)
            width = number + 1
    return np.flatnonzero(rows), width


def _header_index(
    sample: list[tuple[int, Row]],
    filled: npt.NDArray[np.int64],
    columns: Sequence[pa.StringArray],
    choice: TableChoice,
    where: str,
) -> int | None:
    if choice.header_row is None:
        return find_header([row for _, row in sample])
    if choice.header_row == 0:
        return None
    at = np.flatnonzero(filled == choice.header_row - 1)
    if len(at) and any(c[choice.header_row - 1].is_valid for c in columns):
        return int(at[0])
    raise ReadError(
        f"Row {choice.header_row} of the sheet is blank, so it cannot hold the field names. Choose another.",
        where=where,
        code="usage",
    )


def _last(row: Row) -> int:
    return next((i + 1 for i in range(len(row) - 1, -1, -1) if row[i] is not None), 0)
