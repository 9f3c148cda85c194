"""The session's part that knows whose record only a GP opens, and covers it among the first rows of a file.

Until the whole file is read nobody can say whose record a row is. Where the practice keeps a list of records
for a GP, whatever may say who a row is about is covered until then; afterwards the rows of these records are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from gui.models.first_covered import covered_first, rows_of_people
from gui.showing import Showing
from gui.state import FirstRows

if TYPE_CHECKING:
    from core.model import Finding
    from core.survey.results import Survey

#: What stands on the Open page while it is not known whose record a row is, and once it is.
WAITING_SAID = (
    "Who each row is about is covered until the file is read and the key of your practice is known: your "
    "practice keeps a list of records that only a GP opens."
)
COVERED_SAID = (
    "Rows of records that only a GP opens are covered. A GP can see them: on the Patients page, say who is "
    "looking."
)


@dataclass(frozen=True)
class ForGp:
    """Whose record only a GP opens. `wrong`: what is the matter with the practice's list, in words; then the
    patients are everybody; `gone`: it is not there any more. `unread`: there is a list that could not be
    asked yet."""

    patients: frozenset[int] = frozenset()
    wrong: str = ""
    gone: bool = False
    unread: bool = False


class ForAGp(Showing):
    """Keeps who is for a GP, and shows the first rows accordingly."""

    for_gp_changed = Signal()

    def _reset(self) -> None:
        super()._reset()
        self.close_ones = ForGp()

    @property
    def for_gp(self) -> frozenset[int]:
        """The patients whose record only a GP opens."""
        return self.close_ones.patients

    @property
    def gp_looks(self) -> bool:
        """Whether whoever is at the screen said that they are a GP."""
        return False

    def set_close_ones(self, found: ForGp) -> None:
        """It is known, or known better, whose record is for a GP."""
        if found != self.close_ones:
            self.close_ones = found
            self._hide_first_rows()
            self.for_gp_changed.emit()

    def covered_said(self) -> str:
        """What is covered among the first rows and why, '' where nothing is."""
        close = self.close_ones
        if self.gp_looks:
            return close.wrong
        if close.unread:
            return WAITING_SAID
        return close.wrong or (COVERED_SAID if self._covers_rows() else "")

    def _covers_rows(self) -> bool:
        """Whether a row of somebody for a GP is among the first."""
        survey = self.survey
        return survey is not None and any(
            any(rows_of_people(survey, table, self.for_gp, len(rows.rows)))
            for table, rows in self._first_as_read.items()
        )

    def _take_first_rows(self, table: str, rows: FirstRows) -> None:
        self._first_as_read[table] = rows
        self._first_rows_as_shown[table] = self._as_shown(table, rows)
        self.first_rows_ready.emit(table)

    def _hide_first_rows(self) -> None:
        """Hide among the first rows what is for others' eyes as soon as it is known, or show it to a GP."""
        for table, rows in self._first_as_read.items():
            shown = self._as_shown(table, rows)
            if shown != self._first_rows_as_shown[table]:
                self._first_rows_as_shown[table] = shown
                self.first_rows_ready.emit(table)

    def _as_shown(self, table: str, rows: FirstRows) -> FirstRows:
        survey: Survey | None = self.survey
        found: Mapping[str, tuple[Finding, ...]] = self.findings
        kinds = {finding.position: str(finding.kind) for finding in found.get(table, ())}
        unread = self.close_ones.unread and not self.gp_looks
        people = frozenset() if self.gp_looks else self.for_gp
        return covered_first(
            rows, table, survey, kinds, people=people, unread=unread, restricted=self.shows_restricted
        )
