"""Values of a message that name no patient, in a file that has exactly one: they are that patient's.

A message says whose it is once. What of it has no field of its own stands in 'other values', often without a
number. In a file about one patient, and nobody else who cannot be told, there is no doubt whose they are.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from core.model import Table
from core.preview import Rows
from core.reading.messages.records import OTHER_FIELDS, OTHER_VALUES
from core.survey.results import NO_PATIENT, Survey

_VALUES = frozenset(OTHER_FIELDS[-2:])
_PEOPLE = "patients"  # the table of a message's patients
_made: dict[int, tuple[weakref.ref[Survey], Mapping[str, int]]] = {}
_lock = threading.Lock()


def only_patients(survey: Survey) -> Mapping[str, int]:
    """By table of other values: whose its rows without a patient are. Worked out once for a survey."""
    with _lock:
        known = _made.get(id(survey))
        if known is not None and known[0]() is survey:
            return known[1]
        for place in [place for place, held in _made.items() if held[0]() is None]:
            del _made[place]
        found = _find(survey)
        _made[id(survey)] = weakref.ref(survey), found
        return found


def rows_on_page(survey: Survey, table: str, patient: int) -> Rows:
    """The rows of a table that stand on a patient's page, ascending: their own, and those that can be nobody
    else's."""
    facts = survey.facts[table]
    own = facts.rows_of(patient)
    if only_patients(survey).get(table) != patient:
        return own
    return np.union1d(own, np.flatnonzero(facts.patient == NO_PATIENT)).astype(np.int64)


def patients_of_rows(survey: Survey, table: str) -> npt.NDArray[np.int32]:
    """Whose each row of a table is, NO_PATIENT where that is not known; one that can be only one patient's is
    theirs."""
    whose = survey.facts[table].patient
    only = only_patients(survey).get(table, NO_PATIENT)
    return whose if only == NO_PATIENT else np.where(whose == NO_PATIENT, np.int32(only), whose)


def _find(survey: Survey) -> Mapping[str, int]:
    files: dict[object, list[Table]] = {}
    for table in survey.export.tables:
        files.setdefault(_file_of(table), []).append(table)
    found: dict[str, int] = {}
    for tables in files.values():
        others = [table.name for table in tables if _is_others(table)]
        if not others:
            continue  # no message
        facts = {table.name: survey.facts[table.name] for table in tables}
        people = {int(one) for held in facts.values() for one in np.unique(held.patient)} - {NO_PATIENT}
        strangers = any(
            (facts[table.name].patient == NO_PATIENT).any() for table in tables if _own_name(table) == _PEOPLE
        )
        if len(people) == 1 and not strangers:
            found.update(dict.fromkeys(others, people.pop()))
    return found


def _file_of(table: Table) -> object:
    """What tables of one message file have in common: the file, else what stands before their names."""
    source = getattr(table, "source", None)
    return table.name.rpartition("/")[0] if source is None else (source.path, source.label)


def _is_others(table: Table) -> bool:
    fields = {field.name for field in table.fields}
    return _own_name(table) == OTHER_VALUES and _VALUES <= fields <= frozenset(OTHER_FIELDS)


def _own_name(table: Table) -> str:
    return table.name.rpartition("/")[2]
