"""The invented practice in each of its shapes, surveyed once, and a small clinic list."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.demo import write
from core.model import Gate
from core.protection import (
    Key,
    ObjectionSource,
    Plan,
    Profile,
    Purpose,
    RowDecisions,
    apply,
    decide_rows,
    gates,
    load_profile,
    make_context,
    make_plan,
)
from core.protection.decisions import Decisions
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import OBJECTIONS, RECALLS, Survey

KEY = Key(bytes(32))
TODAY = date(2026, 2, 2)


@dataclass(frozen=True)
class Example:
    """A survey under a profile: the plan, the rows' reasons and the gates."""

    survey: Survey
    profile: Profile
    plan: Plan
    rows: RowDecisions
    checked: Mapping[str, Gate]

    def actions(self, table: str) -> dict[str, str]:
        """What happens to the fields of a table that leave."""
        return {f.field: f.action for f in self.plan.for_table(table) if f.leaves}

    def withheld(self) -> dict[str, int | None]:
        """Patients (rows where nobody is told of) under each reason."""
        return {c.id: c.patients for c in self.rows.counted}

    def failing(self) -> list[str]:
        return [name for name, gate in self.checked.items() if not gate.passed]

    def cells(self, table: str) -> dict[str, list[str | None]]:
        """The outgoing cells of a table, by field."""
        context = make_context(self.survey, self.plan, KEY, self.rows)
        source = self.survey.export.table(table)
        found: dict[str, list[str | None]] = {}
        for block in source.blocks():
            out = apply(source.read(block), context)
            for name in out.names:
                found.setdefault(name, []).extend(out.data.column(name).to_pylist())
        return found


def example_of(
    survey: Survey, profile_id: str, *, today: date = TODAY, ask: bool = False, book: Any = None, **more: Any
) -> Example:
    profile = load_profile(profile_id)
    if profile.purpose is Purpose.BEYOND_CARE:
        more.setdefault("objection_sources", (ObjectionSource("codes"),))
    decisions = Decisions(**more.pop("decisions", {}))
    plan = make_plan(survey, profile, recipient="Somebody", project="Work", decisions=decisions, **more)
    rows = decide_rows(survey, plan, KEY)
    found = gates(survey, plan, rows, profile, recipients=book, today=today, ask=ask)
    return Example(survey, profile, plan, rows, {gate.name: gate for gate in found})


@pytest.fixture(scope="session")
def shape(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Survey]:
    """The demo practice of 60 patients in one of its shapes."""

    @cache
    def surveyed(name: str) -> Survey:
        return survey_export(open_export(write(name, tmp_path_factory.mktemp(name), patients=60)))

    return surveyed


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """The demo practice with enough patients for every sort of reason."""
    return survey_export(open_export(write("demo", tmp_path_factory.mktemp("demo"), patients=1500)))


_CLINIC = (
    ("NHS Number", "Surname", "Forename", "Date of Birth", "Sex", "Address", "Postcode", "Mobile"),
    ("999 000 0018", "Kowalski", "Agnes", "12/04/1961", "F", "23 Victoria Road", "BS6 5QA", "07700 900101"),
    ("999 000 0026", "White", "Joan", "06/08/1958", "F", "4 Mill Lane", "LS19 6BA", "07700 900102"),
    ("999 000 0034", "Parkinson", "Ruth", "06/08/1966", "F", "2 High Street", "WF8 4PQ", "07700 900103"),
    ("999 000 0042", "May", "Hope", "31/01/1970", "F", "17 Orchard Crescent", "M1 1AE", "07700 900104"),
)


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """A list of four invented patients who could be invited."""
    path = tmp_path_factory.mktemp("clinic") / "invite.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_CLINIC)
    return survey_export(open_export([Path(path)]))


def with_marks(
    survey: Survey, *, recall: Mapping[int, str] | None = None, flags: Mapping[int, str] | None = None
) -> Survey:
    """The survey with a recall or an objection recorded for patients, by number."""
    recalled = np.zeros(survey.patients.count, dtype=np.uint32)
    for who, name in (recall or {}).items():
        recalled[who] |= np.uint32(1 << RECALLS.index(name))
    objecting = survey.patients.objections.copy()
    for who, name in (flags or {}).items():
        objecting[who] |= np.uint32(1 << OBJECTIONS.index(name))
    return replace(survey, patients=replace(survey.patients, recall=recalled, objections=objecting))
