"""Reports that are not one clean table: notices among the rows, field names again, two reports in one file.

EMIS Web's reports and SystmOne's breakdowns are read whole (they are small) and each line is settled: a row,
the field names once more, a line about the report, the notice that it was cut short, or the start of another
table. What is no row is told with its line, and nothing else changes; a report without any of these stays the
table it was. Any other short list or sheet is only looked through for a second table below the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Hazard, Problem, Severity
from core.reading.held import HeldTable
from core.reading.known_tables import known_tables
from core.reading.text.delimited import DelimitedRawBlock, DelimitedTable
from core.reading.text.header import is_data, make_fields, may_be_name
from core.reading.text.opening_notes import incomplete
from core.reading.text.parsing import Oddities, cells_of

REPORTS = frozenset(
    ("emis-list-report", "emis-aggregate-report", "emis-appointment-report", "systmone-breakdown")
)
LARGEST = 64 << 20  # a report of more bytes is read block by block, as any table
LARGEST_OTHER = 8 << 20  # of files that are no known report: so large a one nobody put together by hand
_NOTICE = "complete results are available"
_MOST_TABLES = 50  # so many lines of other field names are no reports put together
_NAMED = 200  # so many lines of one sort are told one by one, the rest counted
_BACK = 15  # lines about a report before its field names
_AGAIN = "the field names are repeated here"
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Tidied:
    """The tables of one report, the first one first, and what was no row in it."""

    tables: tuple[DelimitedTable | HeldTable, ...]
    hazards: tuple[Hazard, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass
class _Whole:
    """A report in memory: all its cells, the line of each row and what the reader had noticed."""

    table: DelimitedTable | HeldTable
    data: pa.RecordBatch
    lines: list[int | None]
    problems: list[Problem]
    filled: npt.NDArray[np.int64] = field(init=False)  # cells with text, by row

    def __post_init__(self) -> None:
        self.filled = np.zeros(self.data.num_rows, dtype=np.int64)
        for column in self.data.columns:
            self.filled += _has_text(column)

    def cells(self, row: int) -> list[str | None]:
        return [column[row].as_py() for column in self.data.columns]


@dataclass(frozen=True)
class _Part:
    """Rows under one line of field names. `header` is None for the table's own."""

    header: tuple[str, ...] | None
    start: int  # the row number of its line of field names
    rows: list[int] = field(default_factory=list)


def tidied(table: DelimitedTable | HeldTable, *, suppliers: bool = False) -> Tidied:
    """The report's rows without what is none. `suppliers`: it is a table that a system itself wrote, and so
    one table whole. Raises ReadError when the file changed."""
    report = table.format in REPORTS
    if table.source.size > (LARGEST if report else LARGEST_OTHER) or (suppliers and not report):
        return Tidied((table,))
    whole = _read(table)
    again = _own_names(whole)
    other = (_other_names(whole) if report else _names_of_any_table(whole)) & ~again
    if not report and not other.any():
        return Tidied((table,))
    hazards: list[Hazard] = []
    if int(other.sum()) > _MOST_TABLES:
        hazards.append(_too_many(table.source.name, whole.lines[int(np.flatnonzero(other)[0])]))
        other[:] = False
    notice = _notices(whole)
    about = _lines_about(whole, again | other)
    problems: list[Problem] = []
    if table.format == "emis-aggregate-report" and _ends_in_total(whole):
        problems.append(
            Problem(table.source.name, whole.lines[-1], "this row is the report's own total of the others")
        )
    if not (again | other | notice | about).any():
        return Tidied((table,), tuple(hazards), tuple(problems))
    for mask, what in (
        (again, "the field names are repeated here; no row"),
        (other, "other field names start a second table here; no row"),
        (notice, "the notice that the report is not complete; no row"),
        (about, "a line about the report that follows; no row"),
    ):
        problems.extend(_told(whole, np.flatnonzero(mask).tolist(), what))
    parts = _parts(whole, again, other, ~(again | other | notice | about))
    tables = [_held(whole, part, first=number == 0) for number, part in enumerate(parts)]
    return Tidied(tuple(tables), (*hazards, *_hazards(whole, parts, notice)), tuple(problems))


def _told(whole: _Whole, rows: Sequence[int], what: str) -> list[Problem]:
    where = whole.table.source.name
    found = [Problem(where, whole.lines[row], what) for row in rows[:_NAMED]]
    if len(rows) > _NAMED:
        rest = f"{len(rows) - _NAMED:,} more from here on: {what}"
        found.append(Problem(where, whole.lines[rows[_NAMED]], rest))
    return found


def _too_many(where: str, line: int | None) -> Hazard:
    return Hazard(
        where,
        f"other field names stand among the rows more than {_MOST_TABLES} times, from line {line} on",
        Severity.BLOCKS,
        "They are read as rows of one table, which they may not be. Export each report into its own file.",
        "second_table",
    )


def lines_before(table: DelimitedTable | HeldTable) -> tuple[str, ...]:
    """The lines before the table's field names, as the file has them."""
    return table.layout.preamble if isinstance(table, DelimitedTable) else table.preamble


def _read(table: DelimitedTable | HeldTable) -> _Whole:
    """All rows. Cells beyond the table's width come along where there are any."""
    batches: list[pa.RecordBatch] = []
    lines: list[int | None] = []
    problems: list[Problem] = []
    for block in table.blocks():
        raw = table.read(block)
        if isinstance(table, DelimitedTable) and isinstance(raw, DelimitedRawBlock) and raw.long_rows:
            wider = table.with_extra_cells()
            if wider is not table:
                return _read(wider)
        batches.append(raw.data)
        lines.extend(raw.lines if raw.lines is not None else [None] * block.rows)
        problems.extend(p for p in raw.problems if not p.what.startswith(_AGAIN))
    names = [str(f.position) for f in table.fields]
    if not any(batch.num_rows for batch in batches):
        empty = pa.RecordBatch.from_arrays([pa.array([], pa.string()) for _ in names], names=names)
        return _Whole(table, empty, [], problems)
    data = pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
    return _Whole(table, data, lines, problems)


def _has_text(column: pa.Array) -> npt.NDArray[np.bool_]:
    text = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), False)
    return np.asarray(text.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _hits(whole: _Whole, column: int, values: Sequence[str]) -> Mask:
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(whole.data.column(column)))
    found = pc.is_in(plain, value_set=pa.array([v.strip().lower() for v in values], pa.string()))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _own_names(whole: _Whole) -> Mask:
    """Rows that are the table's own line of field names once more."""
    named = [f for f in whole.table.fields if f.header.strip()]
    result = np.full(whole.data.num_rows, len(named) > 1)
    for f in named:
        result &= _hits(whole, f.position, [f.header])
    return np.asarray(result & (whole.filled == len(named)))


@lru_cache(maxsize=1)
def _report_names() -> tuple[str, ...]:
    return tuple(sorted({name for t in known_tables() if t.format in REPORTS for name in t.spelt}))


def _other_names(whole: _Whole) -> Mask:
    """Rows that are made of field names of reports, or stand where those do: after 'Last Run'."""
    values = [*_report_names(), *(f.header for f in whole.table.fields if f.header.strip())]
    hits = np.zeros(whole.data.num_rows, dtype=np.int64)
    for column in range(whole.data.num_columns):
        hits += _hits(whole, column, values)
    found = (hits >= 3) & (hits * 10 >= whole.filled * 6)
    runs = _hits(whole, 0, ["Last Run"])
    more = 0

    @cache  # many lines may look at one row
    def names_only(row: int) -> bool:
        return not any(is_data(cell) for cell in whole.cells(row) if cell and cell.strip())

    for run in np.flatnonzero(runs).tolist():
        after = slice(run + 1, run + 1 + _BACK)
        if found[after].any() or more > _MOST_TABLES:
            continue
        for row in range(*after.indices(whole.data.num_rows)):
            if not runs[row] and whole.filled[row] >= 3 and names_only(row):
                found[row] = True
                more += 1
                break
    return np.asarray(found, dtype=np.bool_)


@lru_cache(maxsize=1)
def _table_names() -> tuple[str, ...]:
    return tuple(sorted({name for t in known_tables() for name in t.spelt}))


def _names_of_any_table(whole: _Whole) -> Mask:
    """Rows of a list or sheet that are the field names of another one below it: two of them are known to the
    letter, no cell is a value, and nearly all are made of the words that field names are made of."""
    values = [*_table_names(), *(f.header for f in whole.table.fields if f.header.strip())]
    hits = np.zeros(whole.data.num_rows, dtype=np.int64)
    for column in range(whole.data.num_columns):
        hits += _hits(whole, column, values)
    found = np.zeros(whole.data.num_rows, dtype=np.bool_)
    for row in np.flatnonzero((hits >= 2) & (whole.filled >= 3)).tolist():
        cells = [c for c in whole.cells(row) if c and c.strip()]
        found[row] = not any(map(is_data, cells)) and sum(map(may_be_name, cells)) >= 0.8 * len(cells)
    return found


def _notices(whole: _Whole) -> Mask:
    """Rows that hold nothing but the notice; a patient's note may well say the same words."""
    result = np.zeros(whole.data.num_rows, dtype=np.bool_)
    for column in whole.data.columns:
        says = pc.fill_null(pc.match_substring(column, _NOTICE, ignore_case=True), False)
        result |= np.asarray(says.to_numpy(zero_copy_only=False), dtype=np.bool_)
    return np.asarray(result & (whole.filled == 1))


def _lines_about(whole: _Whole, names: Mask) -> Mask:
    """The lines about a report that stand before field names further down, as before the first ones."""
    preamble = (
        whole.table.layout.preamble if isinstance(whole.table, DelimitedTable) else whole.table.preamble
    )
    delimiter = whole.table.layout.dialect.delimiter if isinstance(whole.table, DelimitedTable) else ","
    starts = {line.split(delimiter or "\n")[0].strip(' "').lower() for line in preamble} | {"last run"}
    starts.discard("")
    about = np.zeros(whole.data.num_rows, dtype=np.bool_)
    begins = np.zeros(whole.data.num_rows, dtype=np.bool_)
    for start in sorted(starts):
        here = _hits(whole, 0, [start]) & ~names
        if here.sum() <= names.sum():  # a line about a report stands once before each line of names
            begins |= here
    for row in np.flatnonzero(names).tolist():
        back = max(0, row - _BACK)
        if names[back:row].any():
            back += int(np.flatnonzero(names[back:row])[-1]) + 1
        first = next((r for r in range(back, row) if begins[r]), None)
        if first is None:
            continue
        while first > back and whole.filled[first - 1] == 1 and whole.cells(first - 1)[0]:
            first -= 1  # the report's title
        about[first:row] = True
    return about


def _ends_in_total(whole: _Whole) -> bool:
    if not whole.data.num_rows:
        return False
    return (whole.cells(whole.data.num_rows - 1)[0] or "").strip().lower() in ("total", "totals")


def _parts(whole: _Whole, again: Mask, other: Mask, rows: Mask) -> list[_Part]:
    """The rows by the line of field names above them; the same names again go on with the same part."""
    parts = [_Part(None, -1)]
    current = parts[0]
    by_names: dict[tuple[str, ...], _Part] = {}
    cuts = sorted(np.flatnonzero(again | other).tolist())
    for start, stop in zip([-1, *cuts], [*cuts, whole.data.num_rows], strict=True):
        if start >= 0 and again[start]:
            current = parts[0]
        elif start >= 0:
            names = tuple(cell or "" for cell in _cells_with_extra(whole, start))
            if names not in by_names:
                by_names[names] = _Part(names, start)
                parts.append(by_names[names])
            current = by_names[names]
        current.rows.extend((np.flatnonzero(rows[start + 1 : stop]) + start + 1).tolist())
    return parts


def _cells_with_extra(whole: _Whole, row: int) -> list[str | None]:
    """The row's cells, those beyond the first table's width cut apart again; none after the last filled."""
    cells = whole.cells(row)
    table = whole.table
    if isinstance(table, DelimitedTable) and table.has_extra_cells_field:
        extra = cells.pop()
        if extra is not None:
            cells.extend(cells_of(extra, table.layout.dialect, 0, Oddities())[0])
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _held(whole: _Whole, part: _Part, *, first: bool) -> HeldTable:
    table = whole.table
    if first or part.header is None:
        return HeldTable(
            source=table.source,
            name=table.name,
            format=table.format,
            fields=table.fields,
            data=whole.data.take(pa.array(part.rows, pa.int64())),
            row_lines=_lines(whole, part),
            problems=tuple(whole.problems),
            preamble=lines_before(table),
        )
    rows = [_cells_with_extra(whole, row) for row in part.rows]
    width = max([len(part.header), *map(len, rows)])
    columns = [pa.array([r[c] if c < len(r) else None for r in rows], pa.string()) for c in range(width)]
    return HeldTable(
        source=table.source,
        name=f"{table.name} (from line {whole.lines[part.start]})",
        format=table.format,
        fields=make_fields(part.header, width),
        data=pa.RecordBatch.from_arrays(columns, names=[str(c) for c in range(width)]),
        row_lines=_lines(whole, part),
    )


def _lines(whole: _Whole, part: _Part) -> list[int] | None:
    found = [line for row in part.rows if (line := whole.lines[row]) is not None]
    return found if len(found) == len(part.rows) else None


def _hazards(whole: _Whole, parts: Sequence[_Part], notice: Mask) -> list[Hazard]:
    found = [
        Hazard(
            whole.table.source.name,
            f"a second table starts on line {whole.lines[part.start]}",
            Severity.BLOCKS,
            "Two reports with different columns were put into one file. They are shown as two tables; make "
            "sure that both are what you mean to send, or export each into a file of its own.",
            "second_table",
        )
        for part in parts[1:]
    ]
    if notice.any():
        found.append(incomplete(whole.table.source.name))
    return found
