"""The day an export speaks of, from its own dates. Never the clock: the same file gives the same answer.

Files hold dates in the time to come: appointments, recalls, a year typed wrongly (2205), 9999 for 'never'.
The latest plausible day is the latest that does not stand alone far above all others.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from core.survey.people.status import FIRST_DAY
from core.survey.results import NO_DAY

#: Tables of what is to come: their dates say nothing of the day of the export, unless there are no others.
_TO_COME = re.compile(r"appoint|diary|recall|slot|session|rota|waiting|schedul|booking", re.IGNORECASE)
_LAST_DAY = int(np.datetime64("2100-01-01", "D").astype(np.int64))
#: So many entries tell when a file ends: above a gap of half a year, one in a hundred are mistakes or plans.
ENOUGH = 200
_ALONE, _FEW = 180, 0.01
#: With fewer entries nothing but a gap of decades tells.
_ALONE_AMONG_FEW = 20 * 366


def of_time_to_come(table: str) -> bool:
    """Whether a table of this name is about the time to come."""
    return _TO_COME.search(table) is not None


class DayCounts:
    """How many entries each day has; a few thousand numbers, however many rows there are."""

    def __init__(self) -> None:
        self._counts = np.zeros(_LAST_DAY - FIRST_DAY, dtype=np.int64)

    def add(self, days: npt.NDArray[np.int32] | npt.NDArray[np.int16], each: int = 1) -> None:
        """Entries of these days; NO_DAY and days that no practice can have count for nothing."""
        wide = days.astype(np.int64) - FIRST_DAY
        inside = wide[(wide >= 0) & (wide < len(self._counts))]
        if len(inside):
            self._counts += np.bincount(inside, minlength=len(self._counts)) * each

    @property
    def total(self) -> int:
        """How many entries were counted."""
        return int(self._counts.sum())

    def last(self) -> int:
        """The last day of all, NO_DAY where there is none."""
        days = np.flatnonzero(self._counts)
        return int(days[-1]) + FIRST_DAY if len(days) else NO_DAY

    def latest(self) -> int:
        """The latest plausible day, NO_DAY where there is none."""
        days = np.flatnonzero(self._counts)
        if len(days) == 0:
            return NO_DAY
        total = self.total
        gaps = np.flatnonzero(np.diff(days) > (_ALONE if total >= ENOUGH else _ALONE_AMONG_FEW))
        last = len(days) - 1
        for gap in gaps[::-1].tolist():
            above = int(self._counts[days[gap + 1] :].sum())
            if above > max(1, total * _FEW):
                break
            last = gap
        return int(days[last]) + FIRST_DAY

    def earliest(self) -> int:
        """The day by which one entry in two hundred lies, NO_DAY where there is none: a date of long ago
        that was typed wrongly is no beginning."""
        if self.total == 0:
            return NO_DAY
        share = np.cumsum(self._counts) >= max(1, self.total / 200)
        return int(share.argmax()) + FIRST_DAY
