"""Letting something leave again that the practice holds back, from where it is seen. Runs in a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.survey.results import Survey

NOT_HELD = "It is not on the practice's list any more"
AGAIN = "no longer held back, in this file and in later ones. Undo does not take this back: Always, does"


def let_go_of(survey: Survey, key: Any, table: str, row: int, whole_patient: bool) -> str:
    """Take a row, or its patient, off the practice's list; what came of it in words."""
    from core.protection.hold_backs import (
        entries_holding,
        hold_backs_file,
        load_hold_backs,
        release_entry,
        save_hold_backs,
    )

    place = hold_backs_file()
    held = load_hold_backs(place, key)
    kind = "patient" if whole_patient else "item"
    holding = () if held is None else entries_holding(held, survey, table, row)
    holding = tuple(entry for entry in holding if entry.kind == kind)
    if held is None or not holding:
        return NOT_HELD
    for entry in holding:
        held = release_entry(held, entry.code)
    save_hold_backs(place, held)
    return f"The {'patient' if whole_patient else 'entry'} is {AGAIN}"
