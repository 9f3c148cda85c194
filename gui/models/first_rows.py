"""The first rows of a table while the rest is being read, or before anybody said where they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gui.models.row_source import (
    ALL_ROWS,
    KIND_WORDS,
    Bools,
    Cell,
    Column,
    FilterChoice,
    Lane,
    PageRow,
    Rows,
    Shape,
)

Cells = list[list[str | None]]


class FirstRowsSource:
    """A `RowSource` over rows already in memory: raw side only, nothing decided, nothing flagged."""

    def __init__(
        self, tables: Mapping[str, tuple[Sequence[str], Cells]], kinds: Mapping[tuple[str, str], str]
    ) -> None:
        self._tables = tables
        self._kinds = kinds

    def tables(self) -> tuple[str, ...]:
        return tuple(self._tables)

    def shape(self, table: str) -> Shape:
        names, rows = self._tables[table]
        columns = tuple(
            Column(at, name, kind, KIND_WORDS.get(kind, kind))
            if (kind := self._kinds.get((table, name), ""))
            else Column(at, name, note="not looked at yet")
            for at, name in enumerate(names)
        )
        return Shape(len(rows), columns, ())

    def rows(self, table: str, numbers: Rows) -> list[PageRow]:
        rows = self._tables[table][1]
        return [PageRow(int(n), rows[int(n)], None) for n in numbers]

    def filters(self, table: str, on: tuple[str, ...] = ()) -> tuple[FilterChoice, ...]:
        return (FilterChoice(ALL_ROWS, "First rows", len(self._tables[table][1])),)

    def positions(self, table: str, on: tuple[str, ...]) -> Rows | None:
        return None

    def patient_rows(self, patient: int) -> tuple[tuple[str, Rows], ...]:
        return ()

    def lanes(self, table: str) -> tuple[Lane, ...]:
        return ()

    def flagged(self, table: str) -> Bools:
        import numpy as np

        return np.zeros(len(self._tables[table][1]), dtype=np.bool_)

    def find(
        self,
        table: str,
        text: str,
        side: str,
        start: int,
        backwards: bool,
        among: Rows | None,
        step: Callable[[int, int], None],
    ) -> tuple[int, str, int] | None:
        wanted = text.casefold()
        rows = self._tables[table][1]
        order = range(start, -1, -1) if backwards else range(start, len(rows))
        for number in order:
            for position, cell in enumerate(rows[number]):
                if cell and wanted in cell.casefold():
                    return number, "raw", position
        return None

    def about(self, table: str, row: PageRow, position: int) -> Cell:
        return Cell()

    def published(self) -> object | None:
        return None
