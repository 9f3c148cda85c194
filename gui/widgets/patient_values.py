"""A patient's measurements over time: as small charts, or the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gui.charts.series_chart import SeriesChart, value_words, when
from gui.widgets.scroll import scrolling
from gui.widgets.tables import PlainTable
from gui.widgets.text import label

if TYPE_CHECKING:
    from core.patients import Series

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
TITLES = ("What", "When", "Value", "Unit", "Would leave")
AS_TABLE, AS_CHARTS = "Show as table  T", "Show as charts  T"
CHART_WIDE = 320
KEY = "Full mark: would leave. Ring: stays."


class ValuesModel(QAbstractTableModel):
    """Every measurement, one row each, series by series, newest first."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, ...]] = []

    def set_series(self, every: Sequence[Series]) -> None:
        self.beginResetModel()
        self._rows = [
            (one.title, when(p.day), value_words(p), one.unit, "Yes" if p.leaves else "No")
            for one in every
            for p in reversed(one.points)
        ]
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if role != int(Qt.ItemDataRole.DisplayRole):
            return None
        return TITLES[section] if orientation == Qt.Orientation.Horizontal else str(section + 1)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == int(Qt.ItemDataRole.DisplayRole):
            return row[index.column()]
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            return f"{TITLES[index.column()]}: {row[index.column()] or 'empty'}"
        return None


class _Table(PlainTable):
    """Letters are keys of the pane, and look for nothing."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        copies = event.matches(QKeySequence.StandardKey.Copy)
        if not copies and (event.text().strip() or event.key() == Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)


class ValuesPane(QWidget):
    """Charts beside and under each other; T is the table, V or Escape goes back to the record."""

    back = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.charts: list[SeriesChart] = []
        self._shown: tuple[Series, ...] = ()
        self.to_record = QPushButton("Back to the record  V")
        self.to_record.clicked.connect(lambda _c=False: self.back.emit())
        self.switch = QPushButton(AS_TABLE)
        self.switch.clicked.connect(lambda _c=False: self.show_table(self._stack.currentIndex() == 0))
        self.key = label(KEY, "small")
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.to_record)
        bar.addWidget(self.switch)
        bar.addWidget(self.key, 1)
        holder = QWidget()
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        whole = QVBoxLayout(holder)
        whole.setContentsMargins(0, 0, 4, 0)
        whole.addLayout(self._grid)
        whole.addStretch(1)
        self.model = ValuesModel()
        self.table = _Table("Measurements")
        self.table.setModel(self.model)
        self._stack = QStackedWidget()
        self._stack.setObjectName("page_area")
        self._stack.addWidget(scrolling(holder, "Measurements over time"))
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(self._stack, 1)

    def show_series(self, every: Sequence[Series]) -> None:
        """Draw these; the same again changes nothing."""
        if tuple(every) == self._shown:
            return
        self._shown = tuple(every)
        for chart in self.charts:
            self._grid.removeWidget(chart)
            chart.deleteLater()
        self.charts = [SeriesChart(one) for one in every]
        self._lay_out()
        self.model.set_series(every)
        self.table.fit_columns()

    def show_table(self, yes: bool) -> None:
        """The same numbers as a table, or as charts again."""
        self._stack.setCurrentIndex(1 if yes else 0)
        self.switch.setText(AS_CHARTS if yes else AS_TABLE)
        self.key.setVisible(not yes)
        if self.isVisible():
            (self.table if yes else self.switch).setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        across = max(1, self.width() // CHART_WIDE)
        for place, chart in enumerate(self.charts):
            self._grid.addWidget(chart, place // across, place % across)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_V, Qt.Key.Key_Escape} and not event.modifiers():
            event.accept()
            self.back.emit()
        elif event.key() == Qt.Key.Key_T and not event.modifiers():
            event.accept()
            self.show_table(self._stack.currentIndex() == 0)
        else:
            super().keyPressEvent(event)
