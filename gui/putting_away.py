"""Keeping what was decided before the file goes: saving the plan, and asking before anything is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gui import ask

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.session import Session

Then = Callable[[], object]


def can_save(session: Session) -> bool:
    """Whether there is a plan that could be written to a file."""
    return session.plan is not None and not session.publishes_counts


def save_the_plan(parent: QWidget, session: Session, then: Then | None = None) -> None:
    """Write the plan to a file that is asked for; it holds no patient data. `then` follows once it is
    written, and not where it could not be."""
    start = Path.home() / "Threshold plan.json"
    place = ask.file_to_save(parent, "Save the plan", start, "Plans (*.json)")
    if place is None:
        return

    def saved(wrong: str) -> None:
        if then is not None and not wrong:
            then()
            return
        title = "The plan was not saved" if wrong else "The plan is saved"
        said = f"{place.name} holds the rules and every decision, no patient data. Next month, start from it."
        ask.tell(parent, title, wrong or said)

    session.save_plan(place, saved)


def put_away(parent: QWidget, session: Session, then: Then) -> None:
    """Do `then`, which forgets what was decided about this file; asked first where it stands in no file."""
    if not session.unsaved:
        then()
        return
    said = ask.before_putting_away(parent, session.unsaved, can_save=can_save(session))
    if said == "save":
        save_the_plan(parent, session, then)
    elif said == "close":
        then()
