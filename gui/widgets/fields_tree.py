"""The tree of fields: groups across the whole width, and two columns that open a list of choices."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

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
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)

from gui import theme
from gui.models.fields_model import ACTION, COLUMNS, FIELD, KIND, OUT, RAW, TABLE, WHY, FieldsModel, text_of

ROW_PX = 30
CHEVRON_PX = 22
#: The narrowest and the widest a column gets for what it holds; the evidence takes what is left.
WIDTHS = {FIELD: (110, 236), TABLE: (60, 110), KIND: (100, 190), RAW: (80, 150), OUT: (80, 190),
          ACTION: (110, 210)}  # fmt: skip
WHY_AT_LEAST = 214
CUT_FIRST = ((RAW, 100), (KIND, 140), (FIELD, 170))  # down to this, before a column is left out
SHARES = {FIELD: 1, TABLE: 1, KIND: 1, WHY: 4, RAW: 2, OUT: 1, ACTION: 1}  # of any width beyond that
MEASURED = 300
CUT_LAST = ((FIELD, 132), (ACTION, 150), (KIND, 124))  # before two fields of one name look the same
GIVE_WAY = (WHY, RAW, OUT, TABLE)  # in this order, where the width is not enough for all


@runtime_checkable
class OffersChoices(Protocol):
    """A model some of whose cells open a list of choices."""

    def opens_choices(self, index: QModelIndex | QPersistentModelIndex) -> bool: ...


class ChoiceDelegate(QStyledItemDelegate):
    """Draws a small arrow in cells that open a list of choices, so that they look like what they are."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        choice = isinstance(model, OffersChoices) and model.opens_choices(index)
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


def _bold(font: QFont) -> QFont:
    made = QFont(font)
    made.setBold(True)
    return made


def _chevron(painter: QPainter, box: QRect, selected: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("selected_ink" if selected else "muted"), 1.6))
    middle = QPointF(box.center())
    points = [middle + QPointF(-4, -2), middle + QPointF(0, 2), middle + QPointF(4, -2)]
    painter.drawPolyline(QPolygonF(points))
    painter.restore()


class FieldsTree(QTreeView):
    """Emits `choices_wanted(column, where)` when a person asks to change the current field."""

    choices_wanted = Signal(int, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Fields in groups")
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(ChoiceDelegate(self))
        self.several_tables = False
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionsMovable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setMinimumSectionSize(30)

    def open_groups(self) -> None:
        """Show every group open, its words across the whole width."""
        model = self.model()
        for place in range(model.rowCount()):
            self.setFirstColumnSpanned(place, QModelIndex(), True)
        self.expandAll()

    def fit(self) -> None:
        """Share the width out; columns that would be too narrow to read give way."""
        width = self.viewport().width() - 2
        needs = self._needs()
        shown = [c for c in range(len(COLUMNS)) if c != TABLE or self.several_tables]
        for column, least in CUT_FIRST:
            over = sum(needs[c] for c in shown) - width
            needs[column] -= max(0, min(over, needs[column] - least))
        for column in GIVE_WAY:
            if column == TABLE:
                for other, least in CUT_LAST:
                    needs[other] -= max(0, min(sum(needs[c] for c in shown) - width, needs[other] - least))
            if sum(needs[c] for c in shown) > width and column in shown:
                shown.remove(column)
        spare, total = width - sum(needs[c] for c in shown), sum(SHARES[c] for c in shown)
        for column in range(len(COLUMNS)):
            self.setColumnHidden(column, column not in shown)
        for column in shown[:-1]:
            self.setColumnWidth(column, needs[column] + spare * SHARES[column] // total)
        self.setColumnWidth(shown[-1], width + 2 - sum(self.columnWidth(c) for c in shown[:-1]))

    def _needs(self) -> dict[int, int]:
        """How wide each column would have to be to show its cells uncut, within reason."""
        plain, bold = self.fontMetrics(), QFontMetrics(_bold(self.font()))
        model = self.model()
        rows = model.rows()[:MEASURED] if isinstance(model, FieldsModel) else ()
        needs = {WHY: WHY_AT_LEAST}
        for column, (least, most) in WIDTHS.items():
            metrics = bold if column == FIELD else plain
            texts = {COLUMNS[column], *(text_of(row, column) for row in rows)}
            room = {FIELD: 44, KIND: 34, ACTION: 58}.get(column, 18)
            wide = max(metrics.horizontalAdvance(text[:60]) for text in texts) + room
            needs[column] = min(max(wide, least), most)
        return needs

    def resizeEvent(self, event: QEvent) -> None:  # type: ignore[override]
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        left = event.button() == Qt.MouseButton.LeftButton
        if left and index.isValid() and index.parent().isValid() and index.column() in {KIND, ACTION}:
            self._want(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        keys = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Space}
        if event.key() in keys and index.isValid():
            if index.parent().isValid():
                self._want(index if index.column() == KIND else index.siblingAtColumn(ACTION))
            else:
                self.setExpanded(index, not self.isExpanded(index))
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.currentIndex()
        if index.isValid() and index.parent().isValid():
            self._want(index if index.column() == KIND else index.siblingAtColumn(ACTION))

    def drawRow(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Groups on a band of their own, fields with a thin line under them, across the whole width."""
        if not index.parent().isValid():
            painter.fillRect(option.rect, theme.colour("wash"))
        super().drawRow(painter, option, index)
        painter.setPen(theme.colour("wash"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def place_of(self, column: int) -> QPoint:
        """Where a list of choices for the current field opens, on the screen."""
        index = self.currentIndex().siblingAtColumn(column)
        return self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())

    def _want(self, index: QModelIndex) -> None:
        self.choices_wanted.emit(index.column(), self.place_of(index.column()))
