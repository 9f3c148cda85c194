"""A tree in groups some of whose cells open a list of choices: a small arrow, a click or Enter."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)

from gui import theme
from gui.clipboard import care
from gui.models.grouped import GroupedModel
from gui.showing import BLOCKS

ROW_PX = 30
CHEVRON_PX = 22
OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Space})


class ChoiceDelegate(QStyledItemDelegate):
    """Draws a small arrow in cells that open a list of choices, so that they look like what they are."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        choice = isinstance(model, GroupedModel) and model.opens_choices(index)
        if choice:
            option = QStyleOptionViewItem(option)
            whole = QRect(option.rect)
            option.rect = whole.adjusted(0, 0, -CHEVRON_PX, 0)
            super().paint(painter, option, index)
            rest = QRect(whole.right() - CHEVRON_PX + 1, whole.top(), CHEVRON_PX, whole.height())
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            if selected:
                painter.fillRect(rest, theme.colour("selected"))
            _chevron(painter, rest, selected)
        else:
            super().paint(painter, option, index)


def _chevron(painter: QPainter, box: QRect, selected: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("selected_ink" if selected else "muted"), 1.6))
    middle = QPointF(box.center())
    points = [middle + QPointF(-4, -2), middle + QPointF(0, 2), middle + QPointF(4, -2)]
    painter.drawPolyline(QPolygonF(points))
    painter.restore()


class ChoiceTree(QTreeView):
    """Emits `choices_wanted(column, where)` when a person asks to change a cell of the current row.

    Shows a `GroupedModel`. A subclass shares the width out in `fit`."""

    choices_wanted = Signal(int, QPoint)
    key_pressed = Signal(str)  # one of `letters`, on a row

    def __init__(self, name: str, letters: str = "") -> None:
        """`letters`: capitals, each of which does a common thing to the current row; the page says what."""
        super().__init__()
        self._letters = frozenset(letters)
        self.setAccessibleName(name)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(True)
        self.setItemDelegate(ChoiceDelegate(self))
        self.header().setSectionsMovable(False)

    def fit(self) -> None:
        """Share the width out among the columns."""

    def open_groups(self) -> None:
        """Show what is in every group, and let a group's words run across the whole width."""
        model = self.model()
        for place in range(model.rowCount()):
            if model.hasChildren(model.index(place, 0)):
                self.setFirstColumnSpanned(place, QModelIndex(), True)
        self.expandAll()

    def resizeEvent(self, event: QEvent) -> None:  # type: ignore[override]
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._offers(index):
            self._want(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self._is_letter(event):
            self.key_pressed.emit(event.text().upper())
        elif event.matches(QKeySequence.StandardKey.Copy):
            text = index.data()
            care.copy(None if text == BLOCKS else str(text or ""))
        elif event.key() not in OPENING_KEYS or not index.isValid():
            super().keyPressEvent(event)
        elif self.model().hasChildren(index.siblingAtColumn(0)):
            self.setExpanded(index, not self.isExpanded(index))
        else:
            self._want_here()

    def _is_letter(self, event: QKeyEvent) -> bool:
        """Whether a key is one of the letters, pressed once on a row and not on the head of a group."""
        index = self.currentIndex()
        on_row = index.isValid() and not self.model().hasChildren(index.siblingAtColumn(0))
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        return on_row and plain and not event.isAutoRepeat() and event.text().upper() in self._letters

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._want_here()

    def drawRow(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Groups on a band of their own, rows with a thin line under them, across the whole width."""
        if self.model().hasChildren(index):
            painter.fillRect(option.rect, theme.colour("wash"))
        super().drawRow(painter, option, index)
        painter.setPen(theme.colour("wash"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def place_of(self, column: int) -> QPoint:
        """Where a list of choices for the current row opens, on the screen."""
        index = self.currentIndex().siblingAtColumn(column)
        return self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())

    def _offers(self, index: QModelIndex) -> bool:
        model = self.model()
        return index.isValid() and isinstance(model, GroupedModel) and model.opens_choices(index)

    def _want_here(self) -> None:
        """Ask for the current cell, or for the last of its row that can be changed."""
        here = self.currentIndex()
        columns = reversed(range(self.model().columnCount()))
        for index in (here, *(here.siblingAtColumn(column) for column in columns)):
            if self._offers(index):
                self._want(index)
                return

    def _want(self, index: QModelIndex) -> None:
        self.choices_wanted.emit(index.column(), self.place_of(index.column()))
