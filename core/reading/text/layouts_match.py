"""Which known table the rows of a file without field names are, told by its name, its width and its cells."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.model import Recognised
from core.reading.text.layouts import TableLayout
from core.reading.text.layouts_cells import LOOKS

Cells = Sequence[str | None]

#: So much must the cells of a file tell whose name tells nothing: dates, sexes, codes, keys.
_ENOUGH = 3.25
#: So much where the name tells, but the columns are not as many as they should be.
_ENOUGH_NAMED = 2.0
_MOST_WRONG = 0.1  # of a column's cells
_OTHER_COLUMNS = 0.1  # of a line of names


@dataclass(frozen=True)
class Match:
    """A file taken for a known table. `names` are those of its columns, in order, "" where the layout has
    none; empty where the rows do not fit it. `problems` say in words what does not."""

    table: TableLayout
    names: tuple[str, ...]
    confidence: float
    evidence: tuple[str, ...]
    problems: tuple[str, ...] = ()

    def recognised(self, reader: str) -> Recognised:
        """For people."""
        known = self.table
        return Recognised(known.format, known.title, self.confidence, self.evidence, reader, known.table)


@dataclass(frozen=True)
class _Seen:
    """How the cells of a file fit one version of a table's columns."""

    names: tuple[str, ...]
    strength: float
    passed: dict[str, list[int]]  # look -> columns, from 1
    failed: dict[str, list[int]]

    def sure_names(self, width: int) -> tuple[str, ...]:
        """The names, "" for those that nothing shows to be right: where a column stands in between or is
        missing, each after it is another's. What is right is shown by the next column whose cells tell, or,
        after the last of these, by the number of columns."""
        told = sorted(
            [(at, True) for columns in self.passed.values() for at in columns]
            + [(at, False) for columns in self.failed.values() for at in columns]
        )
        last = len(self.names) == width and (not told or told[-1][1])
        return tuple(
            name if next((fits for at, fits in told if at >= column), last) else ""
            for column, name in enumerate(self.names, 1)
        )

    @property
    def rank(self) -> tuple[int, float]:
        return (-len(self.failed), self.strength)


def match_rows(rows: Sequence[Cells], file_name: str, tables: Sequence[TableLayout]) -> Match | None:
    """The surest of `tables` that the first rows of a file are; None where they are no known table's, or the
    first of them is a line of field names."""
    filled = [row for row in rows if any(cell is not None for cell in row)]
    if not filled:
        return None
    known = [table for table in tables if table.columns]
    found = [m for table in known if (m := _match(filled, file_name, table)) is not None]
    return max(found, key=lambda m: m.confidence, default=None)


def match_chosen(rows: Sequence[Cells], table: TableLayout) -> Match:
    """The rows as the table that a person says they are; what does not fit is told."""
    filled = [row for row in rows if any(cell is not None for cell in row)]
    width = _width(filled) if filled else len(table.columns[0])
    seen = max((_look_at(filled, names, table) for names in _nearest(table, width)), key=lambda s: s.rank)
    evidence = ("chosen by a person", *_words(seen))
    problems = tuple(_misfits(table, seen, width))
    return Match(table, _padded(seen.names, width), 1.0, evidence, problems)


def match_names(names: Cells, tables: Sequence[TableLayout]) -> TableLayout | None:
    """The table whose columns a file's own line of names has, in any order."""
    plain = {_plain(name) for name in names if name}
    for table in tables:
        for version in table.columns:
            if len(version) < 5 or len(plain) > 1.5 * len(version):
                continue
            missing = sum(_plain(name) not in plain for name in version)
            if missing <= _OTHER_COLUMNS * len(version):
                return table
    return None


def is_line_of_names(cells: Cells, table: TableLayout) -> bool:
    """Whether a record is a line with the table's own field names."""
    return match_names(cells, (table,)) is not None or any(
        [_plain(c or "") for c in cells] == [_plain(name) for name in version] for version in table.columns
    )


def _match(rows: Sequence[Cells], file_name: str, table: TableLayout) -> Match | None:
    width = _width(rows)
    called = table.is_called(file_name)
    fits = [names for names in table.columns if len(names) == width or _trails(rows, names, width)]
    if not fits and not called:
        return None
    seen = max(
        (_look_at(rows, names, table) for names in fits or _nearest(table, width)), key=lambda s: s.rank
    )
    if is_line_of_names(rows[0], table):
        return None
    if not _is_data(rows[0], seen.names, table) and not (called and seen.failed):
        return None  # names of somebody's own
    evidence = (f"{width:,} columns", *_words(seen))
    if called:
        evidence += (f"the file is called as a {table.title} is",)
    misfits = tuple(_misfits(table, seen, width))
    names = seen.sure_names(width)
    if unsure := [
        at for at, (sure, name) in enumerate(zip(names, seen.names, strict=True), 1) if sure != name
    ]:
        misfits += (f"what {_columns(unsure)} hold cannot be told; they are left without names",)
    if not called:
        if seen.failed or seen.strength < _ENOUGH:
            return None
        confidence = min(0.9, 0.5 + 0.08 * seen.strength)
    elif fits and not seen.failed:
        confidence = min(0.98, 0.8 + 0.05 * seen.strength)
    elif seen.strength >= _ENOUGH_NAMED and (fits or not seen.failed):
        confidence = 0.6
    else:
        said = f"the rows are not those of a {table.title}, as which the file is called"
        return Match(table, (), 0.4, evidence, (*misfits, said))
    told = misfits if confidence == 0.6 or names != seen.names else ()
    return Match(table, _padded(names, width), confidence, evidence, told)


def _width(rows: Sequence[Cells]) -> int:
    widths = Counter(len(row) for row in rows)
    return max(widths, key=lambda w: (widths[w], w))


def _trails(rows: Sequence[Cells], names: Sequence[str], width: int) -> bool:
    """Whether the rows only end in one delimiter more than they need."""
    return width == len(names) + 1 and all(row[-1] is None for row in rows if len(row) == width)


def _nearest(table: TableLayout, width: int) -> list[tuple[str, ...]]:
    best = min(abs(len(names) - width) for names in table.columns)
    return [names for names in table.columns if abs(len(names) - width) == best]


def _padded(names: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*names[:width], *[""] * (width - len(names)))


def _look_at(rows: Sequence[Cells], names: tuple[str, ...], table: TableLayout) -> _Seen:
    strength = 0.0
    passed: dict[str, list[int]] = defaultdict(list)
    failed: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        if name not in table.cells:
            continue
        look = LOOKS[table.cells[name]]
        values = [c for row in rows if at < len(row) and (c := row[at]) is not None and c.strip()]
        if not values:
            continue
        if sum(not look.fits(value) for value in values) <= _MOST_WRONG * len(values):
            # The second column of the same look tells less than the first.
            strength += look.weight if not passed[table.cells[name]] else look.weight / 2
            passed[table.cells[name]].append(at + 1)
        else:
            failed[table.cells[name]].append(at + 1)
    return _Seen(names, strength, {k: v for k, v in passed.items() if v}, dict(failed))


def _is_data(row: Cells, names: Sequence[str], table: TableLayout) -> bool:
    """Whether a file's first record holds values: of the cells that are to look like something, most do."""
    fits = misses = 0
    for cell, name in zip(row, names, strict=False):
        if cell is not None and cell.strip() and name in table.cells:
            fits, misses = (fits + 1, misses) if LOOKS[table.cells[name]].fits(cell) else (fits, misses + 1)
    return fits >= misses


def _words(seen: _Seen) -> list[str]:
    return [f"{LOOKS[look].words} in {_columns(columns)}" for look, columns in seen.passed.items()]


def _misfits(table: TableLayout, seen: _Seen, width: int) -> list[str]:
    found = []
    if width != len(seen.names):
        known = " or ".join(f"{w:,}" for w in table.widths)
        found.append(f"the rows have {width:,} cells where a {table.title} has {known}")
    for look, columns in seen.failed.items():
        found.append(f"no {LOOKS[look].words} in {_columns(columns)}, where a {table.title} has them")
    return found


def _columns(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"column {numbers[0]}"
    return f"columns {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _plain(name: str) -> str:
    return "".join(ch for ch in name.lower() if ch.isalnum())
