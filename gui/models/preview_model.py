"""The two Qt models of the side-by-side page: what the practice holds, and what would leave.

Both read one `PageCache`. A model answers from memory or with a placeholder, never from a file.
`data()` serves keyboards, screen readers, tool tips and tests; the panes paint from `row` directly.
"""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.models.covered import said
from gui.models.pages import PAGE, PageCache
from gui.models.row_source import MARK_WORDS, Column, Mark, PageRow
from gui.showing import BLOCKS

Index = QModelIndex | QPersistentModelIndex

RAW = "raw"
OUT = "out"
PLACEHOLDER = "…"
STAYS = "stays at the left"

EXACT_ROLE = int(Qt.ItemDataRole.UserRole) + 1  # the cell's exact text; None where absent or withheld
MARKS_ROLE = EXACT_ROLE + 1  # Mark flags as an int

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_ROLES = frozenset({_DISPLAY, _TOOL_TIP, _ACCESSIBLE, EXACT_ROLE, MARKS_ROLE})
_NOWHERE = QModelIndex()
#: What is read aloud or put into a tool tip of one cell; the detail strip and copying have more.
LONGEST_SPOKEN = 300
_SMALL_WORDS = frozenset({"A", "Counted", "It", "No", "Patient", "Sensitive", "The", "This", "You"})


class PreviewModel(QAbstractTableModel):
    """One side of the page. Shape: as many rows as the view has (capped), one column a field."""

    def __init__(self, cache: PageCache, side: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cache = cache
        self.side = side
        self.columns: tuple[Column, ...] = ()
        self._by_position: dict[int, int] = {}
        self.pinned = 0  # the column that stays in sight while the others scroll
        self._count = 0
        cache.view_changed.connect(self._reset)
        cache.page_ready.connect(self._page_came)
        self._reset()

    # -- for the panes ---------------------------------------------------------------------------
    def row(self, place: int) -> PageRow | None:
        """The row at a place of the view; None while it is on the way."""
        return self.cache.row_at(place)

    def column_of(self, position: int) -> int | None:
        """The column that shows a field, None where it does not leave."""
        return self._by_position.get(position)

    def marks(self, row: PageRow, column: int) -> Mark:
        """What a cell is flagged with on this side."""
        position = self.columns[column].position
        marks = Mark(row.marks.get(position, 0))
        if self.side == OUT and position in row.changed:
            marks = (marks & ~Mark.HAZARD) | Mark.CHANGED  # made harmless, if it was a formula
        return marks

    # -- Qt --------------------------------------------------------------------------------------
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if role not in _ROLES or not index.isValid():
            return None
        place, column = index.row(), index.column()
        if place >= self._count or column >= len(self.columns):
            return None
        row = self.cache.row_at(place)
        if row is None:
            return None if role in (EXACT_ROLE, MARKS_ROLE, _TOOL_TIP) else PLACEHOLDER
        if role == _DISPLAY:
            return self.shown(row, column)
        if role == EXACT_ROLE:
            return self.exact(row, column)
        if role == MARKS_ROLE:
            return int(self.marks(row, column))
        if role == _ACCESSIBLE:
            return self.spoken(row, column)
        return "<qt>" + escape(self.explained(row, column)).replace("\n", "<br>") + "</qt>"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if role not in _ROLES:
            return None
        if orientation == Qt.Orientation.Vertical:
            if role in (_DISPLAY, _ACCESSIBLE) and 0 <= section < self._count:
                return f"{self.cache.number_of(section) + 1:,}"
            return None
        if not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == _DISPLAY:
            return column.name
        stays = (STAYS,) if column.pinned else ()
        if role == _ACCESSIBLE:
            return ", ".join(dict.fromkeys((column.name, column.kind_word, column.note, *stays)))
        if role == _TOOL_TIP:
            words = ", ".join(dict.fromkeys((column.kind_word, column.note, *stays)))
            return "<qt>" + escape(f"{column.name}: {words}") + "</qt>"
        return None

    # -- words -----------------------------------------------------------------------------------
    def shown(self, row: PageRow, column: int) -> str:
        """What is painted; a withheld row has its reason in the first cell on the outgoing side."""
        if self.side == RAW:
            return row.shown_raw[column]
        if row.out is None:
            return left_out(row) if column == 0 else ""
        return row.shown_out[column]

    def exact(self, row: PageRow, column: int) -> str | None:
        """The cell's exact text, for copying: null as None, and what is hidden too."""
        if self.side == RAW:
            text = row.raw[column]
        else:
            text = None if row.out is None else row.out[column]
        return None if text == BLOCKS else text

    def spoken(self, row: PageRow, column: int) -> str:
        """The cell with its flags in words, for a screen reader."""
        if self.side == OUT and row.out is None:
            return f"Row {row.number + 1:,}. {left_out(row)}"
        field = self.columns[column]
        words = [f"{field.name}: {said(self.shown(row, column)[:LONGEST_SPOKEN]) or 'empty'}"]
        if self.side == RAW and field.kind in ("direct_identifier", "quasi_identifier", "unknown"):
            words.append(field.kind_word)
        marks = self.marks(row, column)
        tag = row.tags.get(field.position)
        words += [
            f"{word}: {tag}" if mark is Mark.SENSITIVE and tag else word
            for mark, word in MARK_WORDS.items()
            if marks & mark
        ]
        if self.side == RAW and row.objects:
            words.append("this patient has an objection")
        return ", ".join(words)

    def explained(self, row: PageRow, column: int) -> str:
        """The reasons for a cell, for its tool tip; plain text."""
        if self.side == OUT and row.out is None:
            why = row.withheld
            return left_out(row) + (f"\n{why.source}" if why and why.source else "")
        field = self.columns[column]
        lines = [said(self.shown(row, column)[:LONGEST_SPOKEN]) or "(empty)"]
        if self.side == OUT:
            changed = row.changed.get(field.position)
            if changed is not None:
                lines.append(changed.text + (f" ({changed.source})" if changed.source else ""))
        else:
            lines.append(f"{field.name}: " + ", ".join(dict.fromkeys((field.kind_word, field.note))))
        marks = self.marks(row, column) & ~Mark.CHANGED
        tag = row.tags.get(field.position)
        if marks & Mark.SENSITIVE:
            lines.append(f"Sensitive: {tag}" if tag else "Sensitive")
        if marks & Mark.OBJECTION:
            lines.append("This row records an objection")
        if marks & Mark.UNKNOWN:
            lines.append("Not understood")
        if marks & Mark.HAZARD:
            lines.append("Hidden data: there is more in this cell than can be seen")
        return "\n".join(lines)

    # -- the cache speaks ------------------------------------------------------------------------
    def _reset(self) -> None:
        self.beginResetModel()
        shape = self.cache.shape
        self.columns = shape.raw if self.side == RAW else shape.out
        self._by_position = {column.position: at for at, column in enumerate(self.columns)}
        self.pinned = next((at for at, column in enumerate(self.columns) if column.pinned), 0)
        self._count = self.cache.count()
        self.endResetModel()

    def _page_came(self, number: int) -> None:
        first = number * PAGE
        last = min(first + PAGE, self._count) - 1
        if last >= first and self.columns:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))


def left_out(row: PageRow) -> str:
    """The words across a withheld row."""
    if row.withheld is None or not row.withheld.text:
        return "Left out"
    return f"Left out: {in_sentence(row.withheld.text)}"


def in_sentence(text: str) -> str:
    """A reason to stand after a colon: 'The patient has died.' -> 'the patient has died'."""
    text = text.strip()
    if text.endswith(".") and ". " not in text:
        text = text[:-1]
    if text.startswith("Sensitive: "):
        text = "Sensitive, " + text.removeprefix("Sensitive: ")
    first = text.split(" ", 1)[0].rstrip(",")
    return text[0].lower() + text[1:] if first in _SMALL_WORDS else text
