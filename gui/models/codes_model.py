"""The sensitive families found in an export, by how much care they need, and the codes nobody could judge.

Small trees over plain rows: they read the session once each time something changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from gui import theme
from gui.formatting import count, counted, one_line, tooltip
from gui.session import Session
from gui.widgets import shapes

if TYPE_CHECKING:
    from core.survey.results import UnknownCode

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

STRENGTHS: Mapping[str, str] = {
    "restricted": "Restricted by law",
    "extra_care": "Extra care",
    "ordinary": "Ordinary health and background",
    "sets": "Published lists of what not to share",
}
STRENGTH_HELP: Mapping[str, str] = {
    "restricted": "A law restricts telling. Here it is counted; a GP can see which rows they are.",
    "extra_care": "May harm a person if it gets out.",
    "ordinary": "Counted and listed, but not highlighted.",
    "sets": "These overlap with the kinds above: the same row may stand in both.",
}
LEAVES, STAYS, COUNTED, NOT_YET = "Would leave", "Left out", "Counted", "Known when you say who gets it"


@dataclass(frozen=True)
class CategoryRow:
    """One family of sensitive codes as the page shows it."""

    id: str
    title: str
    strength: str  # a key of STRENGTHS
    rows: int
    patients: int | None
    codes: int
    happens: str = NOT_YET
    decided: bool = False
    fixed: bool = False  # the profile lets nobody send it
    description: str = ""
    why: str = ""
    law: str = ""
    group: str = ""

    @property
    def group_key(self) -> str:
        return self.strength

    @property
    def can_change(self) -> bool:
        """Whether there is a choice: not before it is known who gets it, nor where the profile forbids."""
        return self.happens in (LEAVES, STAYS) and not self.fixed

    @property
    def what_happens(self) -> str:
        return f"{self.happens}, decided here" if self.decided else self.happens

    def texts(self) -> tuple[str, ...]:
        people = "" if self.patients is None else count(self.patients)
        return (self.title, count(self.rows), people, count(self.codes), self.what_happens)

    @property
    def tip(self) -> str:
        return "\n".join(part for part in (self.description, self.why, self.law) if part)


@dataclass(frozen=True)
class CodeRow:
    """One code that could not be judged. `code` is as the file has it."""

    code: str
    rows: int
    why: str
    suggestions: tuple[str, ...] = ()
    group_key: str = ""

    def texts(self) -> tuple[str, ...]:
        return (one_line(self.code, 60), count(self.rows), self.why, " or ".join(self.suggestions))

    @property
    def tip(self) -> str:
        return self.why


CATEGORY_COLUMNS = ("What it is about", "Rows", "Patients", "Different codes", "What happens")
CODE_COLUMNS = ("Code in the file", "Rows", "What is wrong", "It may have been")
HAPPENS = len(CATEGORY_COLUMNS) - 1


def category_rows(session: Session) -> list[CategoryRow]:
    """Every family found in the export, with what the plan does with it."""
    survey, plan, profile = session.survey, session.plan, session.profile
    if survey is None:
        return []
    made = []
    for found in survey.categories:
        known = survey.lookup.category(found.id)
        happens = NOT_YET
        if plan is not None:
            happens = STAYS if found.id in plan.withhold_categories else LEAVES
            if session.publishes_counts:
                happens = COUNTED
        made.append(
            CategoryRow(
                found.id,
                known.title,
                "sets" if known.set else known.strength,
                found.rows,
                found.patients,
                found.codes,
                happens,
                found.id in session.choices.categories,
                profile is not None and found.id in profile.categories.always,
                known.description,
                known.why,
                known.law,
                known.group,
            )
        )
    return made


def code_rows(codes: Iterable[UnknownCode]) -> list[CodeRow]:
    """The codes of a list of the survey, commonest first as it has them."""
    return [CodeRow(c.code, c.rows, c.why, c.suggestions) for c in codes]


Row = TypeVar("Row", CategoryRow, CodeRow)


@dataclass
class _Group(Generic[Row]):
    key: str
    rows: list[Row] = field(default_factory=list)


class GroupedModel(QAbstractItemModel, Generic[Row]):
    """Groups on top, rows under them; with `groups` empty, the rows alone at the top.

    `said` makes a group's words of its key and rows."""

    def __init__(
        self,
        columns: Sequence[str],
        groups: Sequence[str] = (),
        said: Callable[[str, Sequence[Row]], str] = lambda key, rows: key,
    ) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._order = tuple(groups)
        self._said = said
        self._groups: list[_Group[Row]] = []
        self._flat = not groups
        self._bold = QFont()
        self._bold.setBold(True)

    def set_rows(self, rows: Iterable[Row]) -> bool:
        """Show these rows. Where only their contents changed nothing moves; True if the whole was reset."""
        groups: dict[str, _Group[Row]] = {key: _Group(key) for key in self._order}
        for row in rows:
            key = "" if self._flat else row.group_key
            groups.setdefault(key, _Group(key)).rows.append(row)
        wanted = [group for group in groups.values() if group.rows]
        same = [(g.key, [r.texts()[0] for r in g.rows]) for g in wanted] == [
            (g.key, [r.texts()[0] for r in g.rows]) for g in self._groups
        ]
        if same:
            self._groups = wanted
            for place, group in enumerate(wanted):
                top = NOWHERE if self._flat else self.index(place, 0)
                last = self.index(len(group.rows) - 1, len(self.columns) - 1, top)
                self.dataChanged.emit(self.index(0, 0, top), last)
            return False
        self.beginResetModel()
        self._groups = wanted
        self.endResetModel()
        return True

    def rows(self) -> list[Row]:
        """Every row, in the order of the screen."""
        return [row for group in self._groups for row in group.rows]

    def row_at(self, index: Index) -> Row | None:
        """The row of an index; None for a group or nowhere."""
        if not index.isValid() or (index.internalId() == 0 and not self._flat):
            return None
        group = self._groups[0 if self._flat else index.internalId() - 1]
        return group.rows[index.row()]

    def index_of(self, first: str) -> QModelIndex:
        """The row whose first cell reads so; an invalid index where there is none."""
        for place, group in enumerate(self._groups):
            for number, row in enumerate(group.rows):
                if row.texts()[0] == first:
                    return self.index(number, 0, NOWHERE if self._flat else self.index(place, 0))
        return QModelIndex()

    def opens_choices(self, index: Index) -> bool:
        """Whether a person can change what this cell says."""
        row = self.row_at(index)
        return isinstance(row, CategoryRow) and index.column() == HAPPENS and row.can_change

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
            if self._flat:
                return len(self._groups[0].rows) if self._groups else 0
            return len(self._groups)
        if self._flat or parent.internalId() != 0 or parent.column() != 0:
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
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self._side(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row_at(index)
        if row is None:
            return self._group_data(self._groups[index.row()], index.column(), role)
        column = index.column()
        text = row.texts()[column]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.columns[column]}: {text or 'none'}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(row.tip if column == 0 and row.tip else text)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self._side(column))
        if role == Qt.ItemDataRole.FontRole and column == 0:
            return self._bold
        if role == Qt.ItemDataRole.DecorationRole and isinstance(row, CategoryRow) and column == HAPPENS:
            return shapes.icon("ring" if row.happens == STAYS else "circle") if row.can_change else None
        return None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        number = self.columns[column] in ("Rows", "Patients", "Different codes")
        side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _group_data(self, group: _Group[Row], column: int, role: int) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._said(group.key, group.rows) if column == 0 else ""
        if role == Qt.ItemDataRole.FontRole:
            return self._bold
        if role == Qt.ItemDataRole.BackgroundRole:
            return theme.colour("wash")
        return None


def strength_words(key: str, rows: Sequence[CategoryRow]) -> str:
    """'Extra care: 6 kinds, 4 of them left out'"""
    kinds = counted(len(rows), "kind")
    stays = sum(row.happens == STAYS for row in rows)
    known = any(row.happens != NOT_YET for row in rows)
    words = f"{STRENGTHS[key]}: {kinds}"
    if known and rows[0].happens != COUNTED:
        words += f", {count(stays)} left out" if stays else ", none left out"
    return f"{words}. {STRENGTH_HELP[key]}"
