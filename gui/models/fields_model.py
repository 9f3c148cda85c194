"""The fields of an export in groups, from what names a patient down to what is ordinary.

A two-level model over plain rows; stands 10,000 fields. It reads the session once each time something
changed and answers from lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from gui import theme
from gui.formatting import (
    KIND_ORDER,
    action_words,
    counted,
    kind_words,
    one_line,
    role_words,
    sentence,
    tooltip,
)
from gui.models.sheets import called
from gui.session import Session
from gui.widgets import shapes

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW_ROLE = Qt.ItemDataRole.UserRole + 1

COLUMNS = ("Field", "Table", "What it is", "Why we think so", "In the file", "Would leave", "What happens")
FIELD, TABLE, KIND, WHY, RAW, OUT, ACTION = range(len(COLUMNS))
#: '9 of 10 values looked at are' -> '9 of 10 are'
_COUNTED = re.compile(r"^((?:all )?[\d,]+(?: of [\d,]+)?) values(?: looked at)?(?= )")
NOT_YET = "Known when you say who gets it"
_ROLES = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.FontRole,
        Qt.ItemDataRole.BackgroundRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        ROW_ROLE,
    }
)


@dataclass(frozen=True)
class FieldRow:
    """One field as the page shows it. `raw` and `out` are exact text; None where nothing is there."""

    table: str
    name: str
    kind: str
    role: str
    evidence: tuple[str, ...]
    filled: int = 0
    distinct: int | None = None
    action: str = ""  # '' while there is no plan
    reason: str = ""
    source: str = ""
    decided: bool = False
    to_decide: bool = False
    raw: str | None = None
    out: str | None = None
    called: str = ""  # the format's own name of the table, where it has one

    @property
    def what_it_is(self) -> str:
        role = role_words(self.role)
        return kind_words(self.kind) if self.role == "other" else role

    @property
    def best_evidence(self) -> str:
        """What the values say, which weighs more than the heading does."""
        values = (e for e in self.evidence if not e.startswith("the heading"))
        return next(values, self.evidence[0] if self.evidence else "")

    @property
    def evidence_in_short(self) -> str:
        """The best of it for a narrow column: 'All 687 are dates', 'The heading says so'."""
        text = self.best_evidence
        if text.startswith("the heading says "):
            text = "the heading says so"
        else:
            text = _COUNTED.sub(r"\1", text).replace(" (different values looked at)", "")
            text = text.replace("all 2 are ", "both are ").replace("every value is empty", "empty")
        return sentence([text]).rstrip(".")

    @property
    def what_happens(self) -> str:
        if not self.action:
            return NOT_YET
        if self.to_decide:
            return "Left out until you decide"
        return action_words(self.action) + (", decided here" if self.decided else "")

    @property
    def would_leave(self) -> str:
        if not self.action:
            return ""
        if self.action == "leave_out":
            return "nothing"
        if self.out is None:
            return "this row is left out" if self.raw else ""
        return one_line(self.out) if self.out else "empty"


def field_rows(session: Session) -> list[FieldRow]:
    """Every field of the export with what is known and planned now."""
    planned = {(p.table, p.field): p for p in session.plan.fields} if session.plan is not None else {}
    names = called(session.export)
    rows = []
    for table, findings in session.findings.items():
        for finding in findings:
            raw, out = session.examples.get((table, finding.field), (None, None))
            plan = planned.get((table, finding.field))
            rows.append(
                FieldRow(
                    table,
                    finding.field,
                    str(plan.kind if plan else finding.kind),
                    str(plan.role if plan else finding.role),
                    finding.evidence,
                    finding.filled,
                    finding.distinct,
                    plan.action if plan else "",
                    plan.reason if plan else "",
                    plan.source if plan else "",
                    bool(plan and plan.decided),
                    bool(plan and plan.needs_decision and not plan.decided),
                    raw,
                    out,
                    names.get(table, ""),
                )
            )
    return rows


def shows(row: FieldRow, only: str, text: str) -> bool:
    """Whether a row passes the filter ('all', 'to_decide', 'leaves', 'left_out') and the search text."""
    if only == "to_decide" and not row.to_decide:
        return False
    if only == "leaves" and row.action in {"", "leave_out"}:
        return False
    if only == "left_out" and row.action != "leave_out":
        return False
    if not text:
        return True
    words = f"{row.name}\n{row.table}\n{row.what_it_is}\n{kind_words(row.kind)}\n{row.what_happens}"
    return text.casefold() in words.casefold()


@dataclass
class _Group:
    kind: str
    rows: list[FieldRow] = field(default_factory=list)

    def words(self) -> str:
        waiting = sum(r.to_decide for r in self.rows)
        leave = sum(bool(r.action) and r.action != "leave_out" for r in self.rows)
        said = [counted(len(self.rows), "field")]
        if any(r.action for r in self.rows):
            said.append(f"{leave:,} would leave" if leave else "none would leave")
        if waiting:
            said.append(f"{waiting:,} to decide")
        return f"{kind_words(self.kind)}: {', '.join(said)}"


class FieldsModel(QAbstractItemModel):
    """Groups on top, fields under them. `index_of` finds a field again after a change."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: list[_Group] = []
        self._bold = QFont()
        self._bold.setBold(True)

    def set_rows(self, rows: Iterable[FieldRow]) -> bool:
        """Show these rows. Where only their contents changed, nothing moves; True if the whole was reset."""
        groups = {kind: _Group(kind) for kind in KIND_ORDER}
        for row in rows:
            groups.setdefault(row.kind, _Group(row.kind)).rows.append(row)
        wanted = [group for group in groups.values() if group.rows]
        if _keys(wanted) == _keys(self._groups):
            self._groups = wanted
            for place, group in enumerate(wanted):
                top = self.index(place, 0)
                self.dataChanged.emit(top, top)
                last = self.index(len(group.rows) - 1, len(COLUMNS) - 1, top)
                self.dataChanged.emit(self.index(0, 0, top), last)
            return False
        self.beginResetModel()
        self._groups = wanted
        self.endResetModel()
        return True

    def rows(self) -> Sequence[FieldRow]:
        """Every row shown, in the order of the screen."""
        return [row for group in self._groups for row in group.rows]

    def row_at(self, index: Index) -> FieldRow | None:
        """The field of an index; None for a group."""
        if not index.isValid() or index.internalId() == 0:
            return None
        return self._groups[index.internalId() - 1].rows[index.row()]

    def index_of(self, table: str, name: str, column: int = FIELD) -> QModelIndex:
        for place, group in enumerate(self._groups):
            for number, row in enumerate(group.rows):
                if (row.table, row.name) == (table, name):
                    return self.index(number, column, self.index(place, 0))
        return QModelIndex()

    def opens_choices(self, index: Index) -> bool:
        """Whether a person can change what this cell says."""
        return index.column() in (KIND, ACTION) and self.row_at(index) is not None

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
            return len(self._groups)
        if parent.internalId() != 0 or parent.column() != 0:
            return 0
        return len(self._groups[parent.row()].rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ROLES or not index.isValid():
            return None
        row = self.row_at(index)
        if row is None:
            return self._group_data(self._groups[index.row()], index.column(), role)
        if role == ROW_ROLE:
            return row
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return text_of(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{COLUMNS[column]}: {text_of(row, column) or 'empty'}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(_tip(row, column))
        if role == Qt.ItemDataRole.DecorationRole and column == ACTION and row.action:
            return shapes.icon(
                "triangle" if row.to_decide else "ring" if row.action == "leave_out" else "circle"
            )
        if role == Qt.ItemDataRole.FontRole and column == FIELD:
            return self._bold
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(row, column)
        return None

    def _group_data(self, group: _Group, column: int, role: int) -> Any:
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return group.words() if column == 0 else ""
        if role == Qt.ItemDataRole.FontRole:
            return self._bold
        if role == Qt.ItemDataRole.BackgroundRole:
            return theme.colour("wash")
        return None

    @staticmethod
    def _ink(row: FieldRow, column: int) -> QColor | None:
        if column in {WHY, TABLE} or (column == OUT and row.action == "leave_out") or not row.action:
            return theme.colour("muted") if column not in {FIELD, KIND, RAW} else None
        return None


def _keys(groups: Sequence[_Group]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(g.kind, [(r.table, r.name) for r in g.rows]) for g in groups]


def text_of(row: FieldRow, column: int) -> str:
    """What a cell of the page says."""
    if column == FIELD:
        return one_line(row.name, 80)
    if column == TABLE:
        return one_line(row.called or row.table, 40)
    if column == KIND:
        return row.what_it_is
    if column == WHY:
        return row.evidence_in_short
    if column == RAW:
        return one_line(row.raw) if row.raw else ("no value seen" if row.action else "")
    if column == OUT:
        return row.would_leave
    return row.what_happens


def _tip(row: FieldRow, column: int) -> str:
    if column == WHY:
        return "\n".join(sentence([said]) for said in row.evidence)
    if column == ACTION:
        return "\n".join(part for part in (row.reason, row.source) if part)
    return text_of(row, column)
