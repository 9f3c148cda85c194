"""What a session keeps beyond one file: plans and look-ups, and, below it, what is held back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gui.holding import Holding
from gui.jobs import Ticket

#: Said where something would go by a plan that is older than what a person decided.
BEHIND = (
    "The last decision could not be worked out, and the plan is the one before it. Take it back with Undo, "
    "or choose something else."
)


class Keeping(Holding):
    """Reads and writes what outlives the file, in jobs."""

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
