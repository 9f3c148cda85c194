"""The first rows of a table as the file has them, shown while the rest is still read."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from gui.formatting import one_line
from gui.showing import BLOCKS, HIDDEN
from gui.state import FirstRows

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class FirstRowsModel(QAbstractTableModel):
    """Read-only. A few hundred rows at most, held as lists of str."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = FirstRows((), [])
        self._hidden = False

    def hide(self, hidden: bool) -> None:
        """Show blocks in the place of every cell and every heading: read wrongly, a heading is a cell."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._changed()

    def _changed(self) -> None:
        if self.rowCount() and self.columnCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def set_rows(self, rows: FirstRows) -> None:
        """Show these; where there are as many as before, nothing moves."""
        if rows.fields == self._rows.fields and len(rows.rows) == len(self._rows.rows):
            self._rows = rows
            self._changed()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows.fields)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if (
            role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
            or not index.isValid()
        ):
            return None
        if self._hidden:
            return HIDDEN if role == Qt.ItemDataRole.AccessibleTextRole else BLOCKS
        cell = self._rows.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._rows.fields[index.column()]}: {one_line(cell or 'empty')}"
        return one_line(cell) if cell else ""

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return f"Field {section + 1}" if self._hidden else one_line(self._rows.fields[section], 60)
        return str(section + 1)
