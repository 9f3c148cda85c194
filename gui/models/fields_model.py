"""The fields of an export in groups, from what names a patient down to what is ordinary.

A two-level model over plain rows; stands 10,000 fields. It reads the session once each time something
changed and answers from lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QColor, QIcon

from gui import theme
from gui.formatting import (
    KIND_ORDER,
    NEW,
    action_words,
    counted,
    kind_words,
    one_line,
    role_words,
    sentence,
)
from gui.models.grouped import Group, GroupedModel
from gui.models.sheets import called
from gui.plain_words import rule_words
from gui.session import Session
from gui.widgets import shapes

COLUMNS = ("Field", "Table", "What it is", "Why we think so", "In the file", "Would leave", "What happens")
FIELD, TABLE, KIND, WHY, RAW, OUT, ACTION = range(len(COLUMNS))
#: '9 of 10 values looked at are' -> '9 of 10 are'
_COUNTED = re.compile(r"^((?:all )?[\d,]+(?: of [\d,]+)?) values(?: looked at)?(?= )")
NOT_YET = "Known when you say who gets it"
#: What is new, then what nobody could tell, then from what names a patient down to what is ordinary.
GROUPS = (NEW, "unknown", *(kind for kind in KIND_ORDER if kind != "unknown"))


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
    settings: tuple[tuple[str, str], ...] = ()  # of the action
    how: str = ""  # the settings in words: '10 years'
    new: bool = False  # it was not in the export that the plan started from, or was something else

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
        how = f" ({self.how})" if self.how else ""
        return f"{action_words(self.action)}{how}" + (", decided here" if self.decided else "")

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
                    *(_settings(plan.action, plan.settings) if plan else ((), "")),
                    bool(plan and plan.reason_id in ("field.new", "field.changed")),
                )
            )
    return rows


def _settings(action: str, settings: Mapping[str, str]) -> tuple[tuple[tuple[str, str], ...], str]:
    """An action's settings, and in words those that differ from what it does by itself."""
    from core.protection.actions import ACTIONS

    said = []
    for choice in ACTIONS[action].choices:
        value = settings.get(choice.id, choice.default)
        if value != choice.default:
            said.append(dict(choice.values).get(value, value))
    return tuple(sorted(settings.items())), ", ".join(one_line(words, 40) for words in said)


def shows(row: FieldRow, only: str, text: str) -> bool:
    """Whether a row passes the filter (all, to_decide, leaves, left_out, new) and the search text."""
    if only == "to_decide" and not row.to_decide:
        return False
    if only == "leaves" and row.action in {"", "leave_out"}:
        return False
    if only == "left_out" and row.action != "leave_out":
        return False
    if only == "new" and not row.new:
        return False
    if not text:
        return True
    words = f"{row.name}\n{row.table}\n{row.what_it_is}\n{kind_words(row.kind)}\n{row.what_happens}"
    return text.casefold() in words.casefold()


class FieldsModel(GroupedModel[FieldRow]):
    """Fields by what they are. `index_of(table, name)` finds a field again after a change."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, GROUPS)

    def key_of(self, row: FieldRow) -> tuple[str, ...]:
        return row.table, row.name

    def group_of(self, row: FieldRow) -> str:
        return NEW if row.new else row.kind

    def group_words(self, group: Group[FieldRow]) -> str:
        waiting = sum(r.to_decide for r in group.rows)
        leave = sum(bool(r.action) and r.action != "leave_out" for r in group.rows)
        how = ", as codes" if leave == sum(r.action == "pseudonym" for r in group.rows) else ""
        said = [counted(len(group.rows), "field")]
        if any(r.action for r in group.rows):
            said.append(f"{leave:,} would leave{how}" if leave else "none would leave")
        if waiting:
            said.append(f"{waiting:,} to decide")
        return f"{kind_words(group.key)}: {', '.join(said)}"

    def text(self, row: FieldRow, column: int) -> str:
        return text_of(row, column)

    def tip(self, row: FieldRow, column: int) -> str:
        if column == WHY:
            return "\n".join(sentence([said]) for said in row.evidence)
        if column == ACTION:
            return "\n".join(part for part in (row.reason, rule_words(row.source)) if part)
        return text_of(row, column)

    def icon(self, row: FieldRow, column: int) -> QIcon | None:
        if column != ACTION or not row.action:
            return None
        return shapes.icon("triangle" if row.to_decide else "ring" if row.action == "leave_out" else "circle")

    def ink(self, row: FieldRow, column: int) -> QColor | None:
        if column in {WHY, TABLE} or (column == OUT and row.action == "leave_out") or not row.action:
            return theme.colour("muted") if column not in {FIELD, KIND, RAW} else None
        return None

    def can_choose(self, row: FieldRow, column: int) -> bool:
        return column in (KIND, ACTION)


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
