"""A tree of sensitive families or a list of codes: plain, with a list of choices in its last column."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyleOptionViewItem, QTreeView

from gui import theme
from gui.widgets.fields_tree import ChoiceDelegate, OffersChoices

MEASURED = 200
WIDEST, NARROWEST = 340, 70


class CodesTree(QTreeView):
    """Emits `choices_wanted(where)` when a person asks to change the current row."""

    choices_wanted = Signal(QPoint)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(True)
        self.setItemDelegate(ChoiceDelegate(self))
        self.header().setSectionsMovable(False)
        self.header().setStretchLastSection(True)

    def open_groups(self) -> None:
        """Show what is in every group, and let a group's words run across the whole width."""
        model = self.model()
        for place in range(model.rowCount()):
            if model.hasChildren(model.index(place, 0)):
                self.setFirstColumnSpanned(place, QModelIndex(), True)
        self.expandAll()

    def fit(self) -> None:
        """Columns as wide as what they hold, within reason; the last takes the rest."""
        model, metrics = self.model(), self.fontMetrics()
        for column in range(model.columnCount() - 1):
            texts = [str(model.headerData(column, Qt.Orientation.Horizontal))]
            for place in range(min(model.rowCount(), MEASURED)):
                top = model.index(place, 0)
                inside = model.rowCount(top)
                texts += [str(model.index(n, column, top).data() or "") for n in range(inside)]
                if not inside and not model.hasChildren(top):
                    texts.append(str(model.index(place, column).data() or ""))
            wide = max(metrics.horizontalAdvance(text) for text in texts) * 11 // 10
            room = 56 if column == 0 else 28
            self.setColumnWidth(column, min(max(wide + room, NARROWEST), WIDEST))

    def resizeEvent(self, event: QEvent) -> None:  # type: ignore[override]
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._offers(index):
            self.choices_wanted.emit(self.place_of(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        keys = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Space}
        if event.key() in keys and index.isValid():
            last = index.siblingAtColumn(self.model().columnCount() - 1)
            if self._offers(last):
                self.choices_wanted.emit(self.place_of(last))
            elif self.model().hasChildren(index):
                self.setExpanded(index, not self.isExpanded(index))
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        last = self.currentIndex().siblingAtColumn(self.model().columnCount() - 1)
        if self._offers(last):
            self.choices_wanted.emit(self.place_of(last))

    def place_of(self, index: QModelIndex) -> QPoint:
        """Where a list of choices for a cell opens, on the screen."""
        return self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())

    def drawRow(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Groups on a band of their own, rows with a thin line under them, across the whole width."""
        if self.model().hasChildren(index):
            painter.fillRect(option.rect, theme.colour("wash"))
        super().drawRow(painter, option, index)
        painter.setPen(theme.colour("wash"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def _offers(self, index: QModelIndex) -> bool:
        model = self.model()
        return index.isValid() and isinstance(model, OffersChoices) and model.opens_choices(index)
