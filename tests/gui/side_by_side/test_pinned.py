"""The column that says whose row it is stays in sight, wherever in the table it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from invented_rows import InventedRows
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.models.row_source import Column, Shape
from gui.pages.side_by_side_page import SideBySidePage
from gui.widgets.cell_delegate import ROW_HEIGHT

PageOf = Callable[..., SideBySidePage]
BORN = 2


class PinnedFurtherOn(InventedRows):
    """The third field is the one that says whose row it is."""

    def shape(self, table: str) -> Shape:
        def with_pin(columns: tuple[Column, ...]) -> tuple[Column, ...]:
            return tuple(replace(column, pinned=column.position == BORN) for column in columns)

        made = super().shape(table)
        return Shape(made.rows, with_pin(made.raw), with_pin(made.out))


def test_it_is_held_once_it_would_go_out_of_sight(page_of: PageOf) -> None:
    page = page_of(PinnedFurtherOn(500), width=1000)
    raw, bar = page.panes.raw, page.panes.raw.horizontalScrollBar()
    assert raw.preview.columns[raw.preview.pinned].name == "Date of Birth"
    own = raw.horizontalHeader().sectionPosition(BORN)
    bar.setValue(own)
    assert raw.held_width() == 0, "it stands there itself"
    bar.setValue(bar.maximum())
    assert bar.maximum() > own
    assert raw.held_width() == raw.columnWidth(BORN)
    assert raw.indexAt(QPoint(10, 5)).column() == BORN
    before = bar.value()
    QTest.mouseClick(raw.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(10, 2 * ROW_HEIGHT + 5))
    assert (raw.currentIndex().row(), raw.currentIndex().column(), bar.value()) == (2, BORN, before)
    raw.setCurrentIndex(raw.preview.index(2, 0))
    assert raw.columnViewportPosition(0) >= 0, "a field before it can be gone to"
    raw.setCurrentIndex(raw.preview.index(2, 6))
    assert raw.columnViewportPosition(6) >= raw.held_width(), "and one behind it is not covered"


def test_what_is_held_is_painted_at_the_left_edge(page_of: PageOf) -> None:
    page = page_of(PinnedFurtherOn(500), width=1000)
    raw = page.panes.raw
    raw.horizontalScrollBar().setValue(raw.horizontalHeader().sectionPosition(BORN))
    itself = raw.viewport().grab(raw.viewport().rect().adjusted(0, ROW_HEIGHT, -300, -60)).toImage()
    wide = raw.columnWidth(BORN) - 4
    raw.horizontalScrollBar().setValue(raw.horizontalScrollBar().maximum())
    held = raw.viewport().grab(raw.viewport().rect().adjusted(0, ROW_HEIGHT, -300, -60)).toImage()
    box = (0, 0, wide, 6 * ROW_HEIGHT)
    assert itself.copy(*box) == held.copy(*box)
    head = raw.column_header.viewport().grab().toImage().copy(0, 0, wide, 20)
    raw.horizontalScrollBar().setValue(raw.horizontalHeader().sectionPosition(BORN))
    assert raw.column_header.viewport().grab().toImage().copy(0, 0, wide, 20) == head
