"""The column that says whose row it is stands at the left and stays there, wherever in the file it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from invented_rows import InventedRows
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.models.row_source import Column, Shape
from gui.pages.side_by_side_page import SideBySidePage
from gui.widgets.cell_delegate import ROW_HEIGHT
from gui.widgets.row_pane import RowPane

PageOf = Callable[..., SideBySidePage]
BORN = 2


class PinnedFurtherOn(InventedRows):
    """The field at `pin` is the one that says whose row it is."""

    def __init__(self, rows: int, pin: int = BORN) -> None:
        super().__init__(rows)
        self.pin = pin

    def shape(self, table: str) -> Shape:
        def with_pin(columns: tuple[Column, ...]) -> tuple[Column, ...]:
            return tuple(replace(column, pinned=column.position == self.pin) for column in columns)

        made = super().shape(table)
        return Shape(made.rows, with_pin(made.raw), with_pin(made.out))


def in_order(pane: RowPane) -> list[int]:
    """The fields as they stand from left to right."""
    header = pane.horizontalHeader()
    return [pane.preview.columns[header.logicalIndex(at)].position for at in range(header.count())]


def last_that_leaves() -> int:
    return InventedRows(10).shape("t").out[-1].position


@pytest.mark.parametrize("pin", [BORN, last_that_leaves()])
def test_it_stands_at_the_left_on_both_sides_and_the_others_in_their_order(page_of: PageOf, pin: int) -> None:
    page = page_of(PinnedFurtherOn(500, pin), width=1000)
    for pane in (page.panes.raw, page.panes.out):
        fields = [column.position for column in pane.preview.columns]
        assert in_order(pane) == [pin, *(at for at in fields if at != pin)]
        assert pane.indexAt(QPoint(10, 5)).column() == pane.preview.column_of(pin)
        head = pane.preview.headerData(
            pane.preview.column_of(pin), Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole
        )
        assert head.endswith("stays at the left")
        assert pane.preview.index(3, pane.preview.pinned).data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_keyboard_goes_from_it_to_the_first_field_and_back(page_of: PageOf) -> None:
    pin = last_that_leaves()
    page = page_of(PinnedFurtherOn(500, pin), width=1000)
    raw, bar = page.panes.raw, page.panes.raw.horizontalScrollBar()
    page.panes.choose(3, pin)
    assert page.panes.position() == pin
    raw.setFocus()
    went = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_End):
        QTest.keyClick(raw, key)
        went.append(page.panes.position())
    fields = [column.position for column in raw.preview.columns]
    assert went[:4] == [fields[0], fields[1], fields[0], pin]
    assert went[4] == [at for at in fields if at != pin][-1]
    assert bar.value() > 0
    held = raw.held_width()
    assert held == raw.columnWidth(raw.preview.pinned)
    assert raw.columnViewportPosition(raw.currentIndex().column()) >= held
    other = page.panes.out
    if other.horizontalScrollBar().value():
        assert other.indexAt(QPoint(10, 5)).column() == other.preview.column_of(pin)


def test_another_table_has_its_own(page_of: PageOf) -> None:
    page = page_of(PinnedFurtherOn(500, 5), width=1000)
    source, raw = page.source, page.panes.raw
    fields = [column.position for column in raw.preview.columns]
    for pin in (1, 0, 6, -1, 3):
        source.pin = pin  # type: ignore[union-attr]
        page.cache.set_view(source, page.table)
        wanted = [pin, *(at for at in fields if at != pin)] if pin >= 0 else fields
        assert in_order(raw) == wanted


def test_it_is_held_once_it_would_go_out_of_sight(page_of: PageOf) -> None:
    page = page_of(PinnedFurtherOn(500), width=1000)
    raw, bar = page.panes.raw, page.panes.raw.horizontalScrollBar()
    assert raw.preview.columns[raw.preview.pinned].name == "Date of Birth"
    assert bar.value() == raw.horizontalHeader().sectionPosition(BORN) == 0
    assert raw.held_width() == 0, "it stands there itself"
    bar.setValue(bar.maximum())
    assert bar.maximum() > 0
    assert raw.held_width() == raw.columnWidth(BORN)
    assert raw.indexAt(QPoint(10, 5)).column() == BORN
    before = bar.value()
    QTest.mouseClick(raw.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(10, 2 * ROW_HEIGHT + 5))
    assert (raw.currentIndex().row(), raw.currentIndex().column(), bar.value()) == (2, BORN, before)
    raw.setCurrentIndex(raw.preview.index(2, 0))
    assert raw.columnViewportPosition(0) >= raw.held_width(), "the first field of the file can be gone to"
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


def test_the_frame_of_the_chosen_cell_is_not_drawn_over_it(page_of: PageOf) -> None:
    page = page_of(PinnedFurtherOn(500), width=1000)
    raw, bar = page.panes.raw, page.panes.raw.horizontalScrollBar()
    page.panes.choose(2, raw.preview.columns[0].position)
    bar.setValue(40)
    wide = raw.held_width()
    assert 0 < raw.columnViewportPosition(0) < wide
    box = (0, 2 * ROW_HEIGHT, wide - 2, ROW_HEIGHT)
    beside = raw.viewport().grab().toImage().copy(*box)
    page.panes.choose(2, raw.preview.columns[6].position)
    bar.setValue(40)
    assert raw.viewport().grab().toImage().copy(*box) == beside
