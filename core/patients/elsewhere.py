"""Where else the patient of a row stands: for going from one row to the same patient's in other tables."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.model import UsageError
from core.preview import Preview, Rows
from core.survey.results import NO_PATIENT
from core.survey.row_facts import TableFacts


class Elsewhere(NamedTuple):
    """A table that has rows of the patient: the first of them (0-based), and how many there are."""

    table: str
    first: int
    rows: int


def rows_of(facts: TableFacts, patient: int) -> Rows:
    """The numbers of a patient's rows in a table, ascending."""
    runs = [np.flatnonzero(facts.patient[some] == patient) + some.start for some in facts.slices()]
    return np.concatenate(runs) if runs else np.empty(0, dtype=np.int64)


def patient_of_row(preview: Preview, table: str, row: int) -> int | None:
    """Whose a row is, None where it names nobody. Raises UsageError for a row that is not there."""
    if not 0 <= row < preview.row_count(table):
        raise UsageError("The table has no such row.", where=table)
    patient = int(preview.survey.facts[table].patient[row])
    return None if patient == NO_PATIENT else patient


def rows_elsewhere(preview: Preview, table: str, row: int) -> tuple[Elsewhere, ...]:
    """The tables that have rows of the same patient, this one included, with counts; () where the row names
    nobody: rows of nobody have nothing to do with each other."""
    patient = patient_of_row(preview, table, row)
    if patient is None:
        return ()
    found = []
    for name, facts in preview.survey.facts.items():
        if len(rows := rows_of(facts, patient)):
            found.append(Elsewhere(name, int(rows[0]), len(rows)))
    return tuple(found)


def other_rows(preview: Preview, table: str, row: int) -> tuple[tuple[str, int], ...]:
    """The other tables that have rows of the same patient, each with the first of them."""
    return tuple(
        (there.table, there.first) for there in rows_elsewhere(preview, table, row) if there.table != table
    )
