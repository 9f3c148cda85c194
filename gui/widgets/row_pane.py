"""One pane of the side-by-side page: a table of fixed rows, painted a row at a time.

Built for tens of millions of rows: nothing here asks for, hides, resizes or selects more than a row, and
typing letters does not search (Qt's own type-ahead would walk the whole table).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from gui import theme
from gui.clipboard import care
from gui.models.preview_model import EXACT_ROLE, OUT, RAW, PreviewModel
from gui.showing import BLOCKS
from gui.widgets.cell_delegate import PAD, ROW_HEIGHT, CellPainter, Slot
from gui.widgets.pane_headers import ColumnHeader, Corner, RowGutter

NARROWEST = 64
WIDEST = 340
WIDE = 280  # in a pane narrower than ROOMY, so that a long term leaves room for what stands beside it
ROOMY = 700
HELD_SHARE = 0.4  # the first column stays in sight only where most of the pane is left to the others
MEASURED_ROWS = 120
MEASURED_COLUMNS = 400  # more columns than this keep the plain width until somebody widens them


class RowPane(QTableView):
    """One side. `chosen` gives (place in the view, raw position of the field) when a person moves."""

    chosen = Signal(int, int)
    resized = Signal()  # its width changed
    menu_wanted = Signal(QPoint)

    def __init__(self, model: PreviewModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self._fitted_for: object = None
        self._wanted: list[int] = []
        self._own_widths: dict[tuple[str, int], int] = {}
        self.preview = model
        self.painter_of_cells = CellPainter(model, self.font())
        self.setAccessibleName(name)
        self.setObjectName(f"pane_{model.side}")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.column_header = ColumnHeader(model, self)
        self.column_header.hold(self.held_width)
        self.row_gutter = RowGutter(model, self)
        self.setHorizontalHeader(self.column_header)
        self.setVerticalHeader(self.row_gutter)
        self.setModel(model)
        self._corner = Corner(self)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(False)
        self.setDragEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        # The page has one bar for both; this one still holds the position and answers the wheel.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.horizontalHeader().sectionResized.connect(self._resized)
        model.modelReset.connect(self._pin)
        self._pin()
        theme.now.changed.connect(self._repaint_all)

    # -- columns ---------------------------------------------------------------------------------
    def fit_columns(self) -> bool:
        """Widths from the names and the first rows at hand; what a person set by hand stays. Whether they
        were measured: they are once for each plan and table."""
        model = self.preview
        key = (model.cache.source, model.cache.table)
        rows = [row for row in (model.cache.peek(p) for p in range(MEASURED_ROWS)) if row is not None]
        if not model.columns or key == self._fitted_for or (not rows and model.cache.total()):
            return False
        self._fitted_for = key
        self._quiet = True
        measure = self.painter_of_cells.text_width
        wanted: list[int] = []
        for column, field in enumerate(model.columns[:MEASURED_COLUMNS]):
            bold = model.side == RAW and field.kind == "direct_identifier"
            texts = {
                (row.shown_raw if model.side == RAW else row.shown_out)[column]
                for row in rows
                if model.side == RAW or row.out is not None
            }
            longest = sorted(texts, key=len)[-12:]
            if longest and len(longest[0]) == len(longest[-1]):  # codes: all are as long, but not as wide
                longest = [text for text in texts if len(text) == len(longest[0])]
            cells = max((measure(text, bold) for text in longest), default=0) + 2 * PAD + 3
            if field.action == "pseudonym" and model.side == OUT:
                cells += 6  # further down stands a wider one
            if any(row.marks.get(field.position) for row in rows):
                cells += 16
            wanted.append(max(cells, self.column_header.wanted_width(column), NARROWEST))
        self._wanted = wanted
        for column, width in enumerate(self._shared_out(wanted)):
            own = self._own_widths.get((model.cache.table, model.columns[column].position))
            self.setColumnWidth(column, own or width)
        self._quiet = False
        return True

    @property
    def measured(self) -> bool:
        """Whether the widths are those of the rows that are shown now."""
        return self._fitted_for == (self.preview.cache.source, self.preview.cache.table)

    def whole_width(self) -> int:
        """How wide the pane would have to be to show every column, row numbers included."""
        return sum(min(width, WIDEST) for width in self._wanted) + self.row_gutter.width()

    def begin_whole(self) -> None:
        """After a change of widths: the chosen column in sight, and no sliver of a column at the left."""
        index = self.currentIndex()
        if index.isValid() and self.held_width():
            self.scrollTo(index)
            self._begin_with_a_whole_column(index.column(), self.held_width())

    def _shared_out(self, wanted: list[int]) -> list[int]:
        """Cut the widest columns, more where the pane is small, and give any room left back to them."""
        room = self.viewport().width()
        most = WIDEST if room >= ROOMY or sum(min(width, WIDEST) for width in wanted) <= room else WIDE
        widths = [min(width, most) for width in wanted]
        spare = room - sum(widths)
        last = self.horizontalHeader().logicalIndex(len(widths) - 1)
        long_ones = [at for at, width in enumerate(wanted) if width > most] or [min(last, len(widths) - 1)]
        if spare > 0 and widths:
            for at in long_ones:
                widths[at] += spare // len(long_ones)
        return widths

    def refit(self) -> None:
        """Measure again (the window's size changed, or another plan)."""
        self._fitted_for = None
        self.fit_columns()

    def _resized(self, column: int, _old: int, new: int) -> None:
        if not self._quiet and column < len(self.preview.columns):
            self._own_widths[(self.preview.cache.table, self.preview.columns[column].position)] = new

    # -- the chosen cell -------------------------------------------------------------------------
    def choose(self, place: int, column: int | None = None, *, show_column: bool = True) -> None:
        """Make a row current without telling anybody; the other pane does this to keep in step."""
        model = self.preview
        if not 0 <= place < model.rowCount() or not model.columns:
            return
        at = self.currentIndex().column() if column is None else column
        at = min(max(at, 0), len(model.columns) - 1)
        self._quiet = True
        bar, value = self.horizontalScrollBar(), self.horizontalScrollBar().value()
        self.setCurrentIndex(model.index(place, at))
        if not show_column:
            bar.setValue(value)
        self._quiet = False

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        for index in (previous, current):
            if index.isValid():
                top = self.rowViewportPosition(index.row())
                self.viewport().update(0, top, self.viewport().width(), ROW_HEIGHT)
        self.verticalHeader().viewport().update()
        if not self._quiet and current.isValid():
            self.chosen.emit(current.row(), self.preview.columns[current.column()].position)

    def keyboardSearch(self, search: str) -> None:
        """Off: Qt's type-ahead would ask for every row of the table."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_cell()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def copy_cell(self) -> None:
        """The current cell's exact text to the clipboard, as `gui.clipboard` looks after it."""
        index = self.currentIndex()
        text = self.preview.data(index, EXACT_ROLE)
        if text is not None or self.preview.data(index) == BLOCKS:
            care.copy(text, raw=self.preview.side == RAW)

    # -- scrolling -------------------------------------------------------------------------------
    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar = self.verticalScrollBar()
        bar.setSingleStep(ROW_HEIGHT)
        bar.setPageStep(max(self.viewport().height() // ROW_HEIGHT, 1) * ROW_HEIGHT)
        self.horizontalScrollBar().setSingleStep(40)
        edge = self.frameWidth()
        self._corner.setGeometry(edge, edge, self.row_gutter.width(), self.column_header.height())
        self._corner.raise_()

    def dataChanged(
        self,
        first: QModelIndex | QPersistentModelIndex,
        last: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Paint again where rows that are on the screen came: Qt would do so for those beside it, too."""
        top, bottom = self.visible_places()
        if first.row() <= bottom and last.row() >= top:
            super().dataChanged(first, last, roles)
            self.row_gutter.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if dx:  # the pinned column and the words across a withheld row do not move sideways
            self.viewport().update()
            self.column_header.viewport().update()

    # -- the pinned column stays in sight --------------------------------------------------------
    def _pin(self) -> None:
        """The pinned column to the left of all, wherever it stands in the file; the others in their order."""
        header = self.horizontalHeader()
        first, pinned = header.logicalIndex(0), self.preview.pinned
        if first == pinned or not self.preview.columns:
            return
        if first > 0:
            header.moveSection(0, first)  # what was pinned before goes back to its place
        if pinned:
            header.moveSection(pinned, 0)

    def held_room(self) -> int:
        """How wide the pinned column is if it stays in sight while the others scroll, else 0."""
        if len(self.preview.columns) < 3:
            return 0
        wide = self.columnWidth(self.preview.pinned)
        return wide if wide <= HELD_SHARE * self.viewport().width() else 0

    def held_width(self) -> int:
        """What the pinned column covers of the viewport now: nothing until it would go out of it."""
        own = self.horizontalHeader().sectionPosition(self.preview.pinned)
        return self.held_room() if self.horizontalScrollBar().value() > own else 0

    def indexAt(self, point: QPoint) -> QModelIndex:
        if 0 <= point.x() < self.held_width():
            place = self.rowAt(point.y())
            return self.preview.index(place, self.preview.pinned) if place >= 0 else QModelIndex()
        return super().indexAt(point)

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        bar = self.horizontalScrollBar()
        before, held_before = bar.value(), self.held_width()
        super().scrollTo(index, hint)
        if index.isValid() and index.column() == self.preview.pinned and held_before:
            bar.setValue(before)  # it is in sight already
            return
        held = self.held_width()
        if not held or not index.isValid():
            return
        under = held - self.columnViewportPosition(index.column())
        if under > 0:
            bar.setValue(bar.value() - under)
        elif bar.value() != before:
            self._begin_with_a_whole_column(index.column(), held)

    def _begin_with_a_whole_column(self, column: int, held: int) -> None:
        """After moving sideways: no sliver of a column at the left, where the chosen one stays in sight."""
        header = self.horizontalHeader()
        place = header.visualIndexAt(held)
        first = header.logicalIndex(place)
        sliver = header.sectionViewportPosition(first) + header.sectionSize(first) - held
        if 0 <= place < header.visualIndex(column) and sliver < header.sectionSize(first):
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + sliver)

    def visible_places(self) -> tuple[int, int]:
        """First and last place of the view on the screen; (0, -1) where there is nothing."""
        count = self.preview.rowCount()
        if not count:
            return 0, -1
        first = self.verticalScrollBar().value() // ROW_HEIGHT
        last = (self.verticalScrollBar().value() + self.viewport().height() - 1) // ROW_HEIGHT
        return min(first, count - 1), min(last, count - 1)

    # -- painting --------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        count = self.preview.rowCount()
        width = self.viewport().width()
        painter = QPainter(self.viewport())
        offset = self.verticalScrollBar().value()
        current = self.currentIndex()
        focused = self.hasFocus()
        held = self.held_width()
        for rect in event.region():
            slots = self._slots(rect)
            first = max(rect.top() + offset, 0) // ROW_HEIGHT
            last = min((rect.bottom() + offset) // ROW_HEIGHT, count - 1)
            for place in range(first, last + 1):
                self.painter_of_cells.paint_row(
                    painter,
                    self.preview.row(place),
                    place * ROW_HEIGHT - offset,
                    slots,
                    width,
                    held=held,
                    selected=place == current.row(),
                    current_column=current.column(),
                    focused=focused,
                )
            below = max((last + 1) * ROW_HEIGHT - offset, rect.top())
            if below <= rect.bottom():
                painter.fillRect(0, below, width, rect.bottom() - below + 1, theme.colour("paper"))
        painter.end()
        first, last = self.visible_places()
        if last >= first:
            self.preview.cache.touch(first, last)

    def _slots(self, rect: QRect) -> list[Slot]:
        """The columns that cross a rectangle of the viewport."""
        header = self.horizontalHeader()
        first = header.visualIndexAt(max(rect.left(), 0))
        last = header.visualIndexAt(rect.right())
        if first < 0:
            return []
        last = len(self.preview.columns) - 1 if last < 0 else last
        return [
            (column, header.sectionViewportPosition(column), header.sectionSize(column))
            for column in map(header.logicalIndex, range(first, last + 1))
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.resized.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.painter_of_cells.set_font(self.font())

    def _repaint_all(self) -> None:
        self.painter_of_cells.set_font(self.font())
        self.viewport().update()
        self.horizontalHeader().viewport().update()
        self.verticalHeader().viewport().update()
