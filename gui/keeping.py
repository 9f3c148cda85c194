"""What a session keeps beyond one file: what is held back, plans and look-ups."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gui.deciding import Deciding
from gui.jobs import Ticket

#: Said where something would go by a plan that is older than what a person decided.
BEHIND = (
    "The last decision could not be worked out, and the plan is the one before it. Take it back with Undo, "
    "or choose something else."
)


class Keeping(Deciding):
    """Reads and writes what outlives the file, in jobs."""

    @property
    def holds_back_as(self) -> str:
        """Who holds something back, in the words of the practice's list."""
        return "gp"

    def hold_back(self, table: str, row: int, *, whole_patient: bool, reason: str) -> None:
        """Put an entry, or its patient, on the practice's list: this time and every time, beyond care."""
        survey, key, note, by = self.survey, self.key, self.key_note, self.holds_back_as
        if survey is None or key is None:
            return

        def work(_ticket: Ticket) -> str:
            from gui import planning

            return planning.hold_back(survey, key, table, row, whole_patient, reason, by=by, kept=not note)

        def done(words: str) -> None:
            self.decision_made.emit(words)
            self.release = None
            self.held_changed.emit()
            self._replan()

        self.jobs.start(f"hold back {table} {row}", work, done=done, failed=self._plan_failed)

    def read_held(self, done: Callable[[Any], object]) -> None:
        """What is held back, in a job; `done` gets (code, words) pairs, or a Failure."""
        key = self.key

        def work(_ticket: Ticket) -> Any:
            from gui import planning

            return planning.held_entries(key)

        self.jobs.start("held back", work, done=done)

    def let_go(self, code: str) -> None:
        """Take an entry off the list of what is held back."""
        key = self.key

        def work(_ticket: Ticket) -> None:
            from gui import planning

            planning.let_go(key, code)

        def done(_nothing: None) -> None:
            self.release = None
            self.held_changed.emit()
            self._replan()

        self.jobs.start("let go", work, done=done, failed=self._plan_failed)

    def let_go_of(self, table: str, row: int, *, whole_patient: bool) -> None:
        """Take an entry, or its patient, off the practice's list, from where it is seen."""
        survey, key = self.survey, self.key
        if survey is None or key is None:
            return

        def work(_ticket: Ticket) -> str:
            from gui import letting_go

            return letting_go.let_go_of(survey, key, table, row, whole_patient)

        def done(words: str) -> None:
            self.decision_made.emit(words)
            self.release = None
            self.held_changed.emit()
            self._replan()

        self.jobs.start("let go", work, done=done, failed=self._plan_failed)

    # -- plans that are kept ---------------------------------------------------------------------
    def start_from(self, place: Path, done: Callable[[Any], object]) -> None:
        """Read an earlier plan, or the plan of an earlier release, in a job; `done` gets it, or a Failure."""

        def work(_ticket: Ticket) -> Any:
            from gui import planning

            return planning.started_from(place)

        self.jobs.start("start from", work, done=done)

    def read_look_up(self, place: Path, done: Callable[[Any], object]) -> None:
        """Read a postcode look-up in a job; `done` gets LookUps, or a Failure."""

        def work(_ticket: Ticket) -> Any:
            from gui import planning

            return planning.look_ups(place)

        self.jobs.start("look-up", work, done=done)

    def save_plan(self, place: Path, done: Callable[[str], object]) -> None:
        """Write the plan as it is to a file; `done` gets '' or what is wrong. It holds no patient data."""
        plan, survey, choices = self.plan, self.survey, self.choices
        if plan is None or survey is None:
            return
        if self.plan_behind:
            done(f"{BEHIND} {self.plan_behind}")
            return

        def work(_ticket: Ticket) -> str:
            from gui import planning

            return planning.save_plan(place, plan, survey)

        def written(wrong: str) -> None:
            if not wrong and self.choices is choices:
                self.plan_kept()
            done(wrong)

        self.jobs.start("save plan", work, done=written)
