"""The right-hand side where a profile publishes counts: the whole table that would be published."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QVBoxLayout, QWidget

from gui.formatting import tooltip
from gui.widgets.text import label

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
#: A published table is small; one that is not is shown in part, and says so.
MOST_ROWS = 5_000


class CountsModel(QAbstractTableModel):
    """A small table of strings, all of it in memory."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._rows: list[list[str | None]] = []

    def set_table(self, names: list[str], rows: list[list[str | None]]) -> None:
        self.beginResetModel()
        self._names, self._rows = names, rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        if role == int(Qt.ItemDataRole.DisplayRole):
            return self._rows[index.row()][index.column()] or ""
        if role == int(Qt.ItemDataRole.ToolTipRole):
            return tooltip(self._rows[index.row()][index.column()] or "")
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            return f"{self._names[index.column()]}: {self._rows[index.row()][index.column()] or 'empty'}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if role != int(Qt.ItemDataRole.DisplayRole):
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._names[section] if section < len(self._names) else None
        return str(section + 1)


class CountsView(QWidget):
    """A sentence that rows are counted, and the table itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = CountsModel(self)
        self.said = label("", "muted", wrap=True)
        self.said.setContentsMargins(12, 8, 12, 8)
        self.table = QTableView()
        self.table.setAccessibleName("What would be published")
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setCornerButtonEnabled(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(26)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.said)
        column.addWidget(self.table, 1)

    def show_table(self, table: Any, counted_rows: int) -> None:
        """`table` is a pyarrow table of strings, or None where it has still to be made."""
        said = f"No patient's row leaves: {counted_rows:,} rows are counted, this is all that is published."
        if table is None:
            self.said.setText(said.replace("this is all that is published", "only the counts are published"))
            self.model.set_table([], [])
            self.table.setVisible(False)
            return
        shown = table.slice(0, MOST_ROWS)
        if table.num_rows > MOST_ROWS:
            said += f" The first {MOST_ROWS:,} of its {table.num_rows:,} lines are shown."
        self.said.setText(said)
        columns = [column.to_pylist() for column in shown.columns]
        self.model.set_table(list(table.column_names), [list(row) for row in zip(*columns, strict=True)])
        self.table.setVisible(True)
        for at in range(len(columns)):
            self.table.setColumnWidth(at, min(max(self.table.sizeHintForColumn(at) + 16, 90), 320))
