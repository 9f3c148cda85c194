"""The facts of an export's patients that actions ask for: birth, first day, and the patient's own shift.

Everything is an array over patients. The shift of a patient is drawn by HMAC-SHA-256 from the secret of the
recipient and project and the patient's identity, so that it is the same in every table and every release of
the project, and says nothing of the shift in another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from core.model import Role
from core.protection.actions import ACTIONS, Person, Setting
from core.protection.actions.action import Days
from core.protection.actions.moved import shift_days
from core.protection.actions.times import FIRST_EVENT, REGISTRATION, index_of
from core.protection.confidential import confidential_patients
from core.protection.plan import FieldPlan, Plan
from core.protection.pseudonyms import Pseudonyms
from core.protection.rows import RowDecisions
from core.protection.shift_rules import one_shift
from core.survey.columns import distinct
from core.survey.identifiers import days_of
from core.survey.people.status import FIRST_DAY
from core.survey.results import NO_DAY, Survey

_SHIFT = "shift"
_LAST_DAY = (date(2100, 1, 1) - date(1970, 1, 1)).days
_LATEST = np.int32(np.iinfo(np.int32).max)


class Shifts:
    """The number of days by which each patient's dates are moved: from -most to most, and never 0."""

    def __init__(self, identity: Sequence[str], pseudonyms: Pseudonyms, most: int) -> None:
        self._identity, self._pseudonyms, self._most = identity, pseudonyms, most
        self._days = np.zeros(len(identity), dtype=np.int32)  # 0: not drawn yet

    def of(self, patient: npt.NDArray[np.int32]) -> Days:
        """The shifts of these patients. Two threads that draw the same one draw the same."""
        new = np.unique(patient[self._days[patient] == 0])
        for number in new.tolist():
            self._days[number] = self._draw(self._identity[number])
        return self._days[patient]

    def _draw(self, identity: str) -> int:
        drawn = self._pseudonyms.number(f"{_SHIFT}|{identity}") % (2 * self._most)
        return drawn - self._most if drawn < self._most else drawn - self._most + 1


@dataclass(frozen=True)
class People:
    """What `apply` knows of the patients; immutable to its users, and picklable."""

    identity: Sequence[str] = field(repr=False)
    birth_day: Days = field(repr=False)
    index: Mapping[str, Days] = field(repr=False)  # by what the setting names
    pseudonyms: Pseudonyms
    confidential: Days = field(default_factory=lambda: np.zeros(0, dtype=np.int32), repr=False)
    _shifts: dict[int, Shifts] = field(default_factory=dict, repr=False, compare=False)

    def facts(self, plan: FieldPlan, patient: npt.NDArray[np.int32]) -> Mapping[str, Days]:
        """The facts that decide a field's cells, an entry a row. Those of rows of nobody say nothing."""
        names = ACTIONS[plan.action].facts
        if not len(self.identity):
            return {name: np.zeros(len(patient), dtype=np.int32) for name in names}
        whose = np.maximum(patient, 0)
        return {name: self._fact(name, plan, whose) for name in names}

    def person(self, plan: FieldPlan, patient: int) -> Person:
        """The facts of one patient that decide a field's cells."""
        told = self.facts(plan, np.array([patient], dtype=np.int32))
        days = {name: int(value[0]) for name, value in told.items()}
        return Person(
            days.get("birth_day", NO_DAY),
            days.get("index_day", NO_DAY),
            days.get(_SHIFT, 0),
            confidential=days.get("confidential", 0),
        )

    def _fact(self, name: str, plan: FieldPlan, patient: npt.NDArray[np.int32]) -> Days:
        if name == "birth_day":
            return self.birth_day[patient]
        if name == "confidential":
            return self.confidential[patient]
        if name == "index_day":
            return self.index[index_of(plan.settings)][patient]
        most = shift_days(Setting(plan.role, plan.settings))
        found = self._shifts.get(most)
        if found is None:
            found = self._shifts.setdefault(most, Shifts(self.identity, self.pseudonyms, most))
        return found.of(patient)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_shifts": {}}


def people_of(survey: Survey, plan: Plan, pseudonyms: Pseudonyms, rows: RowDecisions) -> People | None:
    """What the plan's actions ask of the patients; None where none asks."""
    asking = [f for f in plan.fields if f.leaves and ACTIONS[f.action].for_person is not None]
    if not asking:
        return None
    one_shift(plan.fields)
    wanted = {index_of(f.settings) for f in asking if "index_day" in ACTIONS[f.action].facts}
    index = {name: _index_days(survey, rows, name) for name in sorted(wanted)}
    hidden = confidential_patients(survey).astype(np.int32)
    return People(survey.patients.identity, survey.patients.birth_day, index, pseudonyms, hidden)


def _index_days(survey: Survey, rows: RowDecisions, name: str) -> Days:
    """The day from which each patient's days are counted, NO_DAY where there is none."""
    if name not in (FIRST_EVENT, REGISTRATION):
        day = (date.fromisoformat(name) - date(1970, 1, 1)).days
        return np.full(survey.patients.count, day, dtype=np.int32)
    first = np.full(survey.patients.count + 1, _LATEST, dtype=np.int32)  # the last is for rows of nobody
    if name == FIRST_EVENT:
        _first_events(survey, rows, first)
    else:
        _registrations(survey, first)
    first[first == _LATEST] = NO_DAY
    return first[:-1]


def _first_events(survey: Survey, rows: RowDecisions, first: Days) -> None:
    """Of the events that leave: counted from one that does not, the days would say that there was one."""
    for table, facts in survey.facts.items():
        for some in facts.slices():
            leaves = rows.withheld[table][some] == 0
            _earlier(survey, first, facts.patient[some][leaves], facts.day_at(some)[leaves])


def _registrations(survey: Survey, first: Days) -> None:
    for table, facts in survey.facts.items():
        position = next((f.position for f in survey.findings[table] if f.role is Role.REGISTERED_DATE), None)
        if position is None:
            continue
        read_from = survey.export.table(table)
        for block in read_from.blocks():
            column = distinct(read_from.read(block, (position,)).data.column(str(position)))
            day = np.append(days_of(column.values), np.int32(NO_DAY))[column.indices]
            patient = facts.patient[block.first_row : block.first_row + len(day)]
            _earlier(survey, first, patient, day)


def _earlier(survey: Survey, first: Days, patient: npt.NDArray[np.int32], day: Days) -> None:
    """Takes in days of patients: none before their birth, or long ago, nor after the day of the export."""
    last = survey.as_of_day if survey.as_of_day != NO_DAY else _LAST_DAY
    births = np.append(survey.patients.birth_day, np.int32(NO_DAY))  # NO_DAY is before every day
    good = (day >= FIRST_DAY) & (day <= last) & (day >= births[patient])
    np.minimum.at(first, patient[good], day[good])
