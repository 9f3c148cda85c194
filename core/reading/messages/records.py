"""Messages as tables: rows of named fields, and a last table for every value that has no field of its own.

Nothing of a message is lost: each text in it stands in a cell of some table, with the path to where it stood.
What no table has a field for goes into 'other values', which is left out until a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.model import Problem
from core.reading.held import HeldTable, hold
from core.reading.source import Source

OTHER_VALUES = "other values"
#: The fields of that table; the last holds the values.
OTHER_FIELDS = ("NHS number", "Record", "Path", "Other value")
_OTHER = tuple((name, "") for name in OTHER_FIELDS)


@dataclass
class _Rows:
    columns: Sequence[tuple[str, str]]  # field name, path inside the record
    rows: list[list[str | None]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


class RecordTables:
    """Collects the rows of a message's tables. Not for threads.

    `columns` gives each table's fields as (name, path inside the record), in order."""

    def __init__(self, columns: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        self._tables = {name: _Rows(fields) for name, fields in columns.items()}
        self._tables[OTHER_VALUES] = _Rows(_OTHER)

    def row(self, table: str, cells: Mapping[str, str | None], place: str, line: int | None) -> None:
        """One record: its cells by field name, where in the message it stands, the file's line of it."""
        rows = self._tables[table]
        unknown = cells.keys() - {name for name, _ in rows.columns}
        assert not unknown, f"table {table} has no field for {len(unknown)} cells"
        rows.rows.append([cells.get(name) for name, _ in rows.columns])
        rows.lines.append(line or 0)
        rows.places.append(place)

    def other(
        self, nhs_number: str | None, record: str, path: str, value: str, place: str, line: int | None
    ) -> None:
        """A value without a field: what sort of record it is in, and its path there."""
        cells = {"NHS number": nhs_number, "Record": record, "Path": path, "Other value": value}
        self.row(OTHER_VALUES, cells, place, line)

    def tables(
        self, source: Source, formats: str, problems: tuple[Problem, ...] = ()
    ) -> tuple[HeldTable, ...]:
        """The tables that have rows. Each is called by its own name, so a file that is one of several needs
        no other; `formats` is the format's id. Fields that no row fills are kept out."""
        found: list[HeldTable] = []
        for name, rows in self._tables.items():
            if not rows.rows:
                continue
            used = [i for i in range(len(rows.columns)) if any(row[i] is not None for row in rows.rows)]
            columns = [rows.columns[i] for i in used]
            cells = [[row[i] for i in used] for row in rows.rows]
            lines = rows.lines if all(rows.lines) else None
            told = problems if not found else ()
            found.append(
                hold(source, name, formats, columns, cells, lines=lines, places=rows.places, problems=told)
            )
        return tuple(found)
