"""Fields that say on which day of the week something was, by their heading or by their cells.

Beside a moved date, the true day of the week leaves one shift in seven that fits (52 of 364 instead of all).
"""

from __future__ import annotations

import re
import threading
import weakref

import numpy as np
import pyarrow.compute as pc

from core.protection.plan import FieldPlan
from core.survey.results import Survey

_HEADING = re.compile(
    r"\bweek ?days?\b|\bdays? (?:of|in) (?:the )?week\b|\bday names?\b|\bdow\b|\bname of day\b"
)
_NOT_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(
    r"^\W*(?:mon|tue|tues|wed|weds|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?s?(?:\W|$)", re.IGNORECASE
)
_LOOKED_AT = 2_000
_MOSTLY = 0.8

_KNOWN: dict[int, dict[tuple[str, int], bool]] = {}
_LOCK = threading.Lock()


def says_weekday(survey: Survey, field: FieldPlan) -> bool:
    """Whether a field tells the day of the week: its heading does, or most of its first cells begin with one.

    The cells are looked at once a survey, whatever the plan."""
    spoken = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field.field)
    if _HEADING.search(_NOT_WORD.sub(" ", spoken).casefold()):
        return True
    with _LOCK:
        known = _KNOWN.get(id(survey))
        if known is None:
            known = _KNOWN[id(survey)] = {}
            weakref.finalize(survey, _KNOWN.pop, id(survey), None)
    key = field.table, field.position
    if key not in known:
        known[key] = _cells_do(survey, field)
    return known[key]


def _cells_do(survey: Survey, field: FieldPlan) -> bool:
    table = survey.export.table(field.table)
    for block in table.blocks():
        cells = table.read(block, (field.position,)).data.column(0).slice(0, _LOOKED_AT)
        counted = pc.value_counts(cells.drop_null())
        words = counted.field("values").to_pylist()
        rows = counted.field("counts").to_numpy(zero_copy_only=False)
        filled = np.array([bool(word.strip()) for word in words], dtype=np.bool_)
        if not filled.any():
            continue
        days = np.array([_WORD.match(word) is not None for word in words], dtype=np.bool_)
        return bool(rows[days].sum() >= _MOSTLY * rows[filled].sum())
    return False
