"""A list in groups, as a tree of two levels over plain rows; without groups, the rows alone.

It stands ten thousand rows and answers from lists. A page that looks at fields, codes or anything else in
groups says what its rows read like by overriding a few small methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QIcon

from gui import theme
from gui.formatting import tooltip

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW_ROLE = Qt.ItemDataRole.UserRole + 1

Row = TypeVar("Row")


@dataclass
class Group(Generic[Row]):
    """Rows that stand together, and the key that they share."""

    key: str
    rows: list[Row] = field(default_factory=list)


class GroupedModel(QAbstractItemModel, Generic[Row]):
    """Groups on top, rows under them; where `order` is empty the rows stand at the top.

    `order` are the keys of the groups from first to last; any other key comes after them."""

    def __init__(self, columns: Sequence[str], order: Sequence[str] = ()) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._order = tuple(order)
        self._groups: list[Group[Row]] = []
        self._bold = QFont()
        self._bold.setBold(True)

    # -- what a subclass says of its rows --------------------------------------------------------
    def key_of(self, row: Row) -> tuple[str, ...]:
        """What tells a row from every other, whatever becomes of it."""
        raise NotImplementedError

    def group_of(self, row: Row) -> str:
        """The key of the row's group."""
        return ""

    def group_words(self, group: Group[Row]) -> str:
        """What the line above a group says."""
        return group.key

    def text(self, row: Row, column: int) -> str:
        """What a cell says."""
        raise NotImplementedError

    def tip(self, row: Row, column: int) -> str:
        """What more there is to say of a cell."""
        return self.text(row, column)

    def icon(self, row: Row, column: int) -> QIcon | None:
        return None

    def ink(self, row: Row, column: int) -> QColor | None:
        return None

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers, which stand at its right."""
        return False

    def can_choose(self, row: Row, column: int) -> bool:
        """Whether a person can change what a cell says."""
        return False

    # -- rows ------------------------------------------------------------------------------------
    def set_rows(self, rows: Iterable[Row]) -> bool:
        """Show these rows. Where only their contents changed, nothing moves; True if the whole was reset."""
        groups: dict[str, Group[Row]] = {key: Group(key) for key in self._order}
        for row in rows:
            key = self.group_of(row)
            groups.setdefault(key, Group(key)).rows.append(row)
        wanted = [group for group in groups.values() if group.rows]
        if self._keys(wanted) == self._keys(self._groups):
            self._groups = wanted
            for place, group in enumerate(wanted):
                top = self.index(place, 0) if self._order else NOWHERE
                if self._order:
                    self.dataChanged.emit(top, top)
                last = self.index(len(group.rows) - 1, len(self.columns) - 1, top)
                self.dataChanged.emit(self.index(0, 0, top), last)
            return False
        self.beginResetModel()
        self._groups = wanted
        self.endResetModel()
        return True

    def rows(self) -> list[Row]:
        """Every row shown, in the order of the screen."""
        return [row for group in self._groups for row in group.rows]

    def row_at(self, index: Index) -> Row | None:
        """The row of an index; None for a group, and for nowhere."""
        if not index.isValid() or (self._order and index.internalId() == 0):
            return None
        return self._groups[max(index.internalId() - 1, 0)].rows[index.row()]

    def index_of(self, *key: str, column: int = 0) -> QModelIndex:
        """Where the row with this key stands; an invalid index where there is none."""
        for place, group in enumerate(self._groups):
            for number, row in enumerate(group.rows):
                if self.key_of(row) == key:
                    return self.index(number, column, self.index(place, 0) if self._order else NOWHERE)
        return QModelIndex()

    def opens_choices(self, index: Index) -> bool:
        """Whether a cell opens a list of choices."""
        row = self.row_at(index)
        return row is not None and self.can_choose(row, index.column())

    def _keys(self, groups: Sequence[Group[Row]]) -> list[tuple[str, list[tuple[str, ...]]]]:
        return [(g.key, [self.key_of(r) for r in g.rows]) for g in groups]

    # -- Qt's questions --------------------------------------------------------------------------
    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, 0 if not parent.isValid() else parent.row() + 1)

    def parent(self, index: Index = NOWHERE) -> Any:
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        if not parent.isValid():
            return len(self._groups) if self._order else sum(len(g.rows) for g in self._groups)
        if not self._order or parent.internalId() != 0 or parent.column() != 0:
            return 0
        return len(self._groups[parent.row()].rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and self.is_number(section):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.row_at(index), index.column()
        if row is None:
            return self._group_data(self._groups[index.row()], column, role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(row, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.columns[column]}: {self.text(row, column) or 'empty'}"
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self.tip(row, column))
            case Qt.ItemDataRole.DecorationRole:
                return self.icon(row, column)
            case Qt.ItemDataRole.FontRole:
                return self._bold if column == 0 else None
            case Qt.ItemDataRole.ForegroundRole:
                return self.ink(row, column)
            case Qt.ItemDataRole.TextAlignmentRole if self.is_number(column):
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case _:
                return row if role == ROW_ROLE else None

    def _group_data(self, group: Group[Row], column: int, role: int) -> Any:
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.group_words(group) if column == 0 else ""
        if role == Qt.ItemDataRole.FontRole:
            return self._bold
        if role == Qt.ItemDataRole.BackgroundRole:
            return theme.colour("wash")
        return None
