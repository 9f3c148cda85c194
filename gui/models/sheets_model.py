"""The list of tables on the Open page: name, rows, what was noticed. A few hundred at most."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from gui import theme
from gui.formatting import tooltip
from gui.models.notices import CARE, LOOK, STOPS, Notice
from gui.models.sheets import Sheet
from gui.widgets import shapes

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
Roles = Qt.ItemDataRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SheetsModel(QAbstractTableModel):
    """Read-only; `set_find` narrows it to tables whose name holds a text."""

    HEADERS = ("Table", "Rows", "Noticed")

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Sheet] = []
        self._shown: list[Sheet] = []
        self._find = ""

    def set_sheets(self, sheets: Sequence[Sheet]) -> None:
        self._all = list(sheets)
        self._narrow()

    def set_find(self, text: str) -> None:
        self._find = text.strip().casefold()
        self._narrow()

    def _narrow(self) -> None:
        self.beginResetModel()
        self._shown = [s for s in self._all if self._find in f"{s.title} {s.name}".casefold()]
        self.endResetModel()

    def sheet(self, row: int) -> Sheet | None:
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, name: str) -> int:
        """The row of a table, -1 where it is not shown."""
        return next((row for row, sheet in enumerate(self._shown) if sheet.name == name), -1)

    def every(self) -> list[Sheet]:
        return list(self._all)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.HEADERS)

    def data(self, index: Index, role: int = Roles.DisplayRole) -> Any:
        if not index.isValid():
            return None
        sheet, column = self._shown[index.row()], index.column()
        if role == Roles.DisplayRole:
            return (sheet.title, sheet.rows_words, sheet.noticed_words)[column]
        if role == Roles.AccessibleTextRole:
            return f"{sheet.title}: {sheet.facts}. {sheet.noticed_words or 'Nothing noticed'}"
        if role == Roles.ToolTipRole:
            return tooltip(f"{sheet.name or sheet.title}\n{sheet.facts}\n{sheet.taken_for}")
        if role == Roles.TextAlignmentRole and column == 1:
            return RIGHT
        if role == Roles.DecorationRole and column == 2 and (sheet.hidden or sheet.stops):
            return mark("triangle" if sheet.hidden else "alert", "red", "paper")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Roles.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Roles.TextAlignmentRole and section == 1:
            return RIGHT
        return self.HEADERS[section] if role == Roles.DisplayRole else None


class NoticesModel(QAbstractTableModel):
    """What was noticed: how bad, where, and what. One row for each sort, or for each line."""

    HEADERS = ("", "Where", "What was found")

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Notice] = []

    def set_notices(self, rows: Sequence[Notice]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def notice(self, row: int) -> Notice | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.HEADERS)

    def data(self, index: Index, role: int = Roles.DisplayRole) -> Any:
        if not index.isValid():
            return None
        notice, column = self._rows[index.row()], index.column()
        if role == Roles.DisplayRole:
            return (notice.word, notice.place, notice.words)[column]
        if role == Roles.AccessibleTextRole:
            return f"{notice.word}, {notice.place}: {notice.words}"
        if role == Roles.ToolTipRole:
            return tooltip(f"{notice.words}\n{notice.why}\n{notice.todo}")
        if role == Roles.DecorationRole and column == 0:
            return _sign(notice)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Roles.DisplayRole) -> Any:
        if role != Roles.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self.HEADERS[section]


#: By rank: shape, colour, and the colour of the sign in it.
SIGNS = {
    STOPS: ("alert", "red", "paper"),
    CARE: ("triangle", "amber", "on_amber"),
    LOOK: ("alert", "amber", "on_amber"),
}


def _sign(notice: Notice) -> QIcon:
    if notice.hidden:
        return mark("triangle", "red", "paper")
    return mark(*SIGNS.get(notice.rank, ("ring", "muted", "paper")))


def mark(shape: str, token: str, sign: str) -> QIcon:
    """A shape in a token's colour, as an icon for a list; the word beside it says the same."""
    return _mark(theme.now.name, shape, token, sign)


@lru_cache(maxsize=64)
def _mark(_theme: str, shape: str, token: str, sign: str) -> QIcon:
    picture = QPixmap(32, 32)
    picture.setDevicePixelRatio(2)
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    shapes.draw(painter, shape, QRectF(1, 1, 14, 14), theme.colour(token), theme.colour(sign))
    painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)  # a chosen row does not change what the colour says
    return icon
