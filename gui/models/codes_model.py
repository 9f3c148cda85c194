"""The sensitive families found in an export, by how much care they need, and the codes nobody could judge.

Small trees over plain rows: they read the session once each time something changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon

from gui.formatting import count, counted, one_line
from gui.models.grouped import Group, GroupedModel
from gui.models.sheets import called
from gui.session import Session
from gui.showing import BLOCKS
from gui.widgets import shapes

if TYPE_CHECKING:
    from core.protection import Plan
    from core.survey.results import Survey, UnknownCode

STRENGTHS: Mapping[str, str] = {
    "restricted": "Restricted by law",
    "extra_care": "Extra care",
    "ordinary": "Ordinary health and background",
    "sets": "Published lists, and what is rare here",
}
STRENGTH_HELP: Mapping[str, str] = {
    "restricted": "A law restricts telling. Here it is counted; a GP can see which rows they are.",
    "extra_care": "May harm a person if it gets out.",
    "ordinary": "Counted and listed, but not highlighted.",
    "sets": "The same row may stand under another kind too.",
}
LEAVES, STAYS, NOT_YET = "Would leave", "Left out", "Known when you say who gets it"
UNTOLD = "The row would leave, its code does not"
COUNTED, UNCOUNTED = "Counted", "Not counted"


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
    restricted: bool = False  # by law, sets included

    @property
    def can_change(self) -> bool:
        """Whether there is a choice: not before it is known who gets it, nor where the profile forbids."""
        return self.happens in (LEAVES, UNTOLD, STAYS) and not self.fixed

    @property
    def what_happens(self) -> str:
        return f"{self.happens}, decided here" if self.decided else self.happens

    def texts(self) -> tuple[str, ...]:
        people = "" if self.patients is None else count(self.patients)
        return (self.title, count(self.rows), people, count(self.codes), self.what_happens)


@dataclass(frozen=True)
class CodeRow:
    """One code that could not be judged. `code` is as the file has it."""

    code: str
    rows: int
    why: str
    suggestions: tuple[str, ...] = ()
    confirmed: str = ""  # the suggestion that the words beside the code speak for
    hidden: bool = False  # whether what the file has must not be read now

    @property
    def may_be(self) -> str:
        if self.confirmed:
            return f"{self.confirmed}, by its words"
        return " or ".join(self.suggestions)

    def texts(self) -> tuple[str, ...]:
        if self.hidden:
            return (BLOCKS, count(self.rows), self.why, "")
        return (one_line(self.code, 60), count(self.rows), self.why, self.may_be)


#: Kinds of fields that can say what a row is about; of the others only dates, areas and the like would leave.
TELLING = ("coded_clinical", "free_text", "unknown")
TELLING_ROLES = ("code", "term", "value")
CATEGORY_COLUMNS = ("What it is about", "Rows", "Patients", "Different codes", "What happens")
CODE_COLUMNS = ("Code in the file", "Rows", "Why", "It may have been")
HAPPENS = len(CATEGORY_COLUMNS) - 1
MAY_BE = len(CODE_COLUMNS) - 1


def category_rows(session: Session) -> list[CategoryRow]:
    """Every family found in the export, with what the plan does with it."""
    survey, plan, profile = session.survey, session.plan, session.profile
    if survey is None:
        return []
    leaves = LEAVES if plan is None or _tells(plan) else UNTOLD
    made = []
    for found in survey.categories:
        known = survey.lookup.category(found.id)
        happens = NOT_YET
        if plan is not None:
            out = found.id in plan.withhold_categories
            if session.publishes_counts:
                happens = UNCOUNTED if out else COUNTED
            else:
                happens = STAYS if out else leaves
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
                known.strength == "restricted",
            )
        )
    return made


def _tells(plan: Plan) -> bool:
    """Whether a field leaves that can say what a row is about."""
    return any(f.leaves and (str(f.kind) in TELLING or str(f.role) in TELLING_ROLES) for f in plan.fields)


def code_rows(codes: Iterable[UnknownCode], hidden: bool = False) -> list[CodeRow]:
    """The codes of a list of the survey, commonest first as it has them."""
    return [CodeRow(c.code, c.rows, c.why, c.suggestions, c.confirmed, hidden) for c in codes]


def where_they_stand(survey: Survey, judged: bool) -> list[str]:
    """The fields with codes that were not judged (or were not understood), most rows first: 'Code of events,
    14 rows'."""
    names, listed = called(survey.export), []
    for one in survey.coverage:
        found = one.not_judged if judged else one.not_understood
        if found.rows:
            table = names.get(one.table, one.table)
            listed.append((found.rows, f"{one_line(one.field, 40)} of {one_line(table, 60)}"))
    listed.sort(key=lambda pair: -pair[0])
    return [f"{words}, {counted(rows, 'row')}" for rows, words in listed]


class CategoriesModel(GroupedModel[CategoryRow]):
    """Families of sensitive codes by the care they need. `index_of(id)` finds one again."""

    def __init__(self) -> None:
        super().__init__(CATEGORY_COLUMNS, tuple(STRENGTHS))

    def key_of(self, row: CategoryRow) -> tuple[str, ...]:
        return (row.id,)

    def group_of(self, row: CategoryRow) -> str:
        return row.strength

    def group_words(self, group: Group[CategoryRow]) -> str:
        return strength_words(group.key, group.rows)

    def text(self, row: CategoryRow, column: int) -> str:
        return row.texts()[column]

    def tip(self, row: CategoryRow, column: int) -> str:
        about = "\n".join(part for part in (row.description, row.why, row.law) if part)
        return about if column == 0 and about else self.text(row, column)

    def icon(self, row: CategoryRow, column: int) -> QIcon | None:
        if column != HAPPENS or not row.can_change:
            return None
        return shapes.icon("ring" if row.happens == STAYS else "circle")

    def is_number(self, column: int) -> bool:
        return 0 < column < HAPPENS

    def can_choose(self, row: CategoryRow, column: int) -> bool:
        return column == HAPPENS and row.can_change


class CodesModel(GroupedModel[CodeRow]):
    """Codes that could not be judged, as one list. `index_of(code)` finds one again."""

    def __init__(self) -> None:
        super().__init__(CODE_COLUMNS)

    def key_of(self, row: CodeRow) -> tuple[str, ...]:
        return (row.code,)

    def text(self, row: CodeRow, column: int) -> str:
        return row.texts()[column]

    def is_number(self, column: int) -> bool:
        return column == 1


def strength_words(key: str, rows: Sequence[CategoryRow]) -> str:
    """'Extra care: 6 kinds, 4 of them left out'"""
    kinds = counted(len(rows), "kind")
    stays = sum(row.happens in (STAYS, UNCOUNTED) for row in rows)
    known = any(row.happens != NOT_YET for row in rows)
    words = f"{STRENGTHS[key]}: {kinds}"
    if known:
        done = "not counted" if any(row.happens in (COUNTED, UNCOUNTED) for row in rows) else "left out"
        words += f", {count(stays) if stays else 'none'} {done}"
    return f"{words}. {STRENGTH_HELP[key]}"
