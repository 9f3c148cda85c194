"""What a system's own code numbers mean: from the dictionary tables that came with the export.

A table of entries may hold '1718961000006115' and no word of what it is. A GP must see the words, and whoever
gets the number can look them up as well.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from core.model import Table
from core.patients.families import plain
from core.survey.codes.dictionaries import DictionaryShape, shape_of, shapes
from core.survey.results import Survey

_KEPT = 3


@dataclass(frozen=True)
class Meaning:
    """What a number stands for: its words, and the code of a known terminology ("" where there is none)."""

    words: str = ""
    code: str = ""


@dataclass
class Meanings:
    """The dictionaries of one export. Each is read when it is first asked, its numbers and words only."""

    tables: Mapping[str, tuple[tuple[DictionaryShape, Table], ...]]  # by the heading of the number
    _read: dict[str, tuple[pa.Array, pa.Array, pa.Array]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def numbers(self, survey: Survey, table: str) -> tuple[int, ...]:
        """The positions of a table's fields that hold such numbers; () where it is a dictionary itself."""
        headings = {f.position: plain(f.field) for f in survey.findings[table]}
        if shape_of(headings.values()) is not None:
            return ()
        return tuple(at for at, name in headings.items() if name in self.tables)

    def of(self, heading: str, numbers: Collection[str], *, medicines: bool = False) -> dict[str, Meaning]:
        """The meanings of numbers under a heading. Where one stands in two, `medicines` says which
        to ask first."""
        found: dict[str, Meaning] = {}
        known = self.tables.get(plain(heading), ())
        for _, table in sorted(known, key=lambda one: (one[0].space == "drug") is not medicines):
            wanted = [number for number in numbers if number not in found]
            if not wanted:
                break
            ids, words, codes = self._columns(table)
            rows = pc.indices_nonzero(pc.is_in(ids, value_set=pa.array(wanted, pa.string())))
            for number, word, code in zip(
                *(column.take(rows).to_pylist() for column in (ids, words, codes)), strict=True
            ):
                if word or code:
                    found.setdefault(number, Meaning(word or "", code or ""))
        return found

    def _columns(self, table: Table) -> tuple[pa.Array, pa.Array, pa.Array]:
        with self._lock:
            if (known := self._read.get(table.name)) is not None:
                return known
            headings = {plain(f.name): f.position for f in table.fields}
            shape = shape_of(headings)
            assert shape is not None
            wanted = [headings[shape.id]]
            wanted += [
                next((headings[n] for n in names if n in headings), -1)
                for names in (shape.terms, shape.codes)
            ]
            there = sorted({at for at in wanted if at >= 0})
            blocks = [table.read(block, there).data for block in table.blocks()]
            columns = []
            for at in wanted:
                pieces = [
                    pc.utf8_trim_whitespace(b.column(str(at)).cast(pa.string())) for b in blocks if at >= 0
                ]
                size = sum(b.num_rows for b in blocks)
                columns.append(pa.concat_arrays(pieces) if pieces else pa.nulls(size, pa.string()))
            made = (columns[0], columns[1], columns[2])
            self._read[table.name] = made
            return made


_made: list[tuple[weakref.ref[Survey], Meanings]] = []
_lock = threading.Lock()


def meanings_of(survey: Survey) -> Meanings:
    """The dictionaries of a survey, made once."""
    with _lock:
        for known, meanings in _made:
            if known() is survey:
                return meanings
        _made[:] = [one for one in _made if one[0]() is not None]
        tables: dict[str, list[tuple[DictionaryShape, Table]]] = {}
        for table in survey.export.tables:
            shape = shape_of([plain(f.name) for f in table.fields])
            if shape is not None and shape in shapes():
                tables.setdefault(shape.id, []).append((shape, table))
        made = Meanings({heading: tuple(found) for heading, found in tables.items()})
        _made.append((weakref.ref(survey), made))
        del _made[: max(0, len(_made) - _KEPT)]
        return made
