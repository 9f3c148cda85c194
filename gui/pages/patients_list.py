"""Who stands in the list at the left of the Patients page, in which order, and who comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gui.by_hand import seen_of, standing
from gui.formatting import counted
from gui.models.queue_model import found_line, line_of, merged
from gui.showing import HIDDEN

if TYPE_CHECKING:
    from core.patients import Found, Queue, QueueEntry
    from gui.pages.patients_page import PatientsPage

NOBODY = -1
NOBODY_FOUND = "Nobody has that name, number or birth date in this file. Try part of it."


def found_words(found: Sequence[Found]) -> str:
    """How many a search found: '2 patients and a record for a GP'."""
    people = sum(not one.for_gp for one in found)
    if people == len(found):
        return counted(people, "patient")
    return f"{counted(people, 'patient')} and a record for a GP" if people else "a record for a GP"


class PatientsList:
    """The queue, or what a search found; fills the page's list."""

    def __init__(self, page: PatientsPage) -> None:
        self._page, self._session, self._queue = page, page.session, page.front.queue
        self.entries: list[QueueEntry] = []
        self.found: tuple[Found, ...] | None = None  # None: the queue is shown
        self.names: dict[int, str] = {}  # of those whose record was opened

    def forget(self) -> None:
        """Another file, or none."""
        self.entries, self.found = [], None
        self.names.clear()

    def take(self, queue: Queue) -> None:
        """The queue was worked out; nobody's place jumps."""
        self.entries = merged(self.entries, queue, self._stays)

    def _stays(self, entry: QueueEntry) -> bool:
        """Somebody who needs no look any more keeps their place while they are in front or were seen."""
        return entry.patient == self._page.patient or seen_of(self._session.choices, entry.code) is not None

    def entry_of(self, patient: int) -> QueueEntry | None:
        return next((entry for entry in self.entries if entry.patient == patient), None)

    def after(self, patient: int, step: int = 1, *, unseen: bool = True) -> int:
        """The next patient of the queue (before, for -1), those not looked at only; NOBODY where none is."""
        people = [entry.patient for entry in self.entries]
        at = people.index(patient) if patient in people else -1 if step > 0 else len(people)
        ahead = people[at + 1 :] + people[: max(at, 0)] if step > 0 else people[:at][::-1]
        seen = {look.code for look in standing(self._session.choices)} if unseen else set()
        codes = {entry.patient: entry.code for entry in self.entries}
        return next((person for person in ahead if codes[person] not in seen), NOBODY)

    def fill(self) -> None:
        """Draw the list again."""
        session, queue = self._session, self._queue
        covered = session.raw_hidden
        if self.found is not None:
            lines = [found_line(one, covered) for one in self.found]
            heading, none = f"Found: {found_words(self.found)}", NOBODY_FOUND
        else:
            lines = [
                line_of(
                    entry,
                    session.gp_looks,
                    HIDDEN if covered and entry.patient in self.names else self.names.get(entry.patient, ""),
                    seen_of(session.choices, entry.code),
                )
                for entry in self.entries
            ]
            heading, none = self.words()
        queue.show_lines(heading, lines, self._page.patient, none=none, found=self.found is not None)
        beyond = session.queue.beyond if session.queue is not None and self.found is None else ()
        queue.show_beyond([(one.reason.text, one.page) for one in beyond])
        queue.set_looker("" if session.looker is None else session.looker.words())

    def words(self) -> tuple[str, str]:
        """The heading of the queue, and what is said where nobody is in it."""
        session = self._session
        if session.queue is None:
            return "Who needs a look", session.queue_failed or "Being worked out."
        left, every = session.not_looked_at or 0, len(self.entries)
        if not every:
            return "Nobody needs a look alone", "Rules decide the rest. Any patient can be found with Ctrl+F."
        return (f"To look at: {left:,} of {every:,}" if left else f"All {every:,} looked at"), ""
