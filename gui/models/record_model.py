"""The lines of one patient's record in four columns: when and what is held, when and what leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from gui.formatting import tooltip
from gui.models.record_lines import Key, Line, spoken

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
LINE_ROLE = Qt.ItemDataRole.UserRole + 1
HELD_WHEN, HELD, OUT_WHEN, OUT = range(4)
TITLES = ("When", "What the practice holds", "When it would leave as", "What would leave")


class RecordModel(QAbstractTableModel):
    """Flat: headings are lines too, which the keyboard passes over."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []

    def set_lines(self, lines: Sequence[Line]) -> bool:
        """Show these. Where only what they say changed, nothing moves; True if the whole was reset."""
        if [line.key for line in lines] == [line.key for line in self._lines]:
            changed = [at for at, line in enumerate(lines) if line != self._lines[at]]
            self._lines = list(lines)
            if changed:
                self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], OUT))
            return False
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()
        return True

    def lines(self) -> Sequence[Line]:
        return self._lines

    def line_at(self, row: int) -> Line | None:
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def place_of(self, key: Key) -> int:
        """Where the line with this key stands, -1 where nowhere."""
        return next((at for at, line in enumerate(self._lines) if line.key == key), -1)

    # -- Qt's questions --------------------------------------------------------------------------
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.line_at(index.row())
        if line is None or line.kind == "group":
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == int(Qt.ItemDataRole.DisplayRole):
            return TITLES[section]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        line = self.line_at(index.row()) if index.isValid() else None
        if line is None:
            return None
        if role == int(Qt.ItemDataRole.DisplayRole):
            return self._text(line, index.column())
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            if index.column() == HELD_WHEN:  # where the keyboard is: the whole line, and not a cell of it
                return spoken(line)
            return f"{TITLES[index.column()]}: {self._text(line, index.column()) or 'empty'}"
        if role == int(Qt.ItemDataRole.ToolTipRole):
            return tooltip(self._text(line, index.column()))
        return line if role == int(LINE_ROLE) else None

    @staticmethod
    def _text(line: Line, column: int) -> str:
        if column == HELD_WHEN:
            return line.held_when if line.kind in {"item", "told"} else line.held
        if line.kind not in {"item", "told"}:
            return ""
        if column == HELD:
            return line.held
        if column == OUT_WHEN:
            return line.out_when
        return line.out if line.out is not None else line.left_out()
