"""The practice's list of what is held back, from the windows: put on, let go, and either taken back. In jobs.

Every call here runs off the UI thread, one after the other. What was done is handed back as a `Change`, which
has codes of the practice's key and never says who it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gui.failures import failed
from gui.plain_words import plain

if TYPE_CHECKING:
    from core.protection.hold_backs import HoldBackList
    from core.survey.results import Survey

BEGUN = "Another list of what is held back is begun. Nobody is on it"
NOT_HELD = "It is not on the practice's list any more"
HELD_ALREADY = "It is on the practice's list already, for the same reason"
UNTIL_CLOSED = "Undo takes this back while the file is open; later, View, What is held back, does"
AGAIN = "no longer held back, in this file and in later ones. Undo takes this back while the file is open"
ANOTHER_KEY = "The practice's list is under another key now, so nothing on it was changed."
NEWER = (
    "Somebody changed what the list of what is held back says of this patient since, so nothing on it was "
    "changed."
)


@dataclass(frozen=True)
class Change:
    """What one decision did to the list: its entries before and after, under which key (by its label), and
    the decision in words."""

    before: tuple[Any, ...]
    after: tuple[Any, ...]
    key: str
    what: str


Done = tuple[str, Change | None]  # in words, and what came of it: None where nothing did


def hold_back(
    survey: Survey,
    key: Any,
    table: str,
    row: int,
    whole_patient: bool,
    reason: str,
    *,
    by: str,
    kept: bool,
) -> Done:
    """Put a row, or its patient, on the list, by one of core's `HELD_BY`. `kept`: whether the key is kept
    anywhere: a list under a key that ends today would hold nobody back tomorrow."""
    from core.model import PolicyError
    from core.protection.hold_backs import hold_back_patient, hold_back_row

    if not kept:
        raise PolicyError(
            "What is held back is remembered by codes of the practice's key, and that key is kept nowhere. "
            "Keep it in a file first: View, Key for the codes.",
            where="hold-backs",
        )

    def add(held: HoldBackList) -> HoldBackList:
        if whole_patient:
            return hold_back_patient(held, survey, int(survey.facts[table].patient[row]), reason, by=by)
        return hold_back_row(held, survey, table, row, reason, by=by)

    what = "one patient" if whole_patient else "one entry"
    change = _change(key, add, f"{what} held back every time")
    if change is None:
        return HELD_ALREADY, None
    who = "The patient is" if whole_patient else "The entry is"
    return f"{who} held back from everybody beyond care, this time and every time. {UNTIL_CLOSED}", change


def held_entries(key: Any) -> Any:
    """What is held back: (code, in words), oldest first; or what is wrong with the list as a Failure."""
    from core.model import ThresholdError
    from core.patients.lists_kept import kept_hold_backs
    from core.protection.hold_backs import describe

    try:
        held = kept_hold_backs(_own(key))
    except ThresholdError as error:
        return failed("The list could not be read", error)
    entries = () if held is None else held.entries
    return [(entry.code, describe(entry)) for entry in sorted(entries, key=lambda e: (e.day, e.code))]


def begin_again(key: Any) -> Done:
    """Begin an empty list in the place of one that is gone: a person said that there is no copy of it."""
    from core.patients.lists_kept import HOLD_BACKS
    from core.patients.lists_kept import begin_again as begin

    begin(HOLD_BACKS, _own(key))
    return BEGUN, None


def let_go(key: Any, code: str) -> Done:
    """Take the entry of this code off the list: from then on it leaves again."""
    from core.protection.hold_backs import release_entry

    def take(held: HoldBackList) -> HoldBackList:
        there = any(entry.code == code for entry in held.entries)
        return release_entry(held, code) if there else held

    return _told(_change(_own(key), take, "one entry of the list let go"), "It is")


def let_go_of(survey: Survey, key: Any, table: str, row: int, whole_patient: bool) -> Done:
    """Take a row, or its patient, off the list, from where it is seen."""
    from core.protection.hold_backs import entries_holding, release_entry

    kind = "patient" if whole_patient else "item"

    def take(held: HoldBackList) -> HoldBackList:
        for entry in entries_holding(held, survey, table, row):
            held = release_entry(held, entry.code) if entry.kind == kind else held
        return held

    what = "patient" if whole_patient else "entry"
    return _told(_change(key, take, f"one {what} let leave again"), f"The {what} is")


def turn(key: Any, change: Change, *, back: bool) -> str:
    """Take a change of the list back, or make it again; why it was not, in words, '' where it was.

    Only where the list says of the same entries what it said then: what somebody else put there, or another
    program, is never written over. Whatever else changed on the list meanwhile stays as it is."""
    from core.model import ThresholdError
    from core.patients.lists_kept import kept_hold_backs
    from core.protection.hold_backs import hold_backs_file, new_list, save_hold_backs

    wanted, stood = (change.before, change.after) if back else (change.after, change.before)
    place = hold_backs_file()
    try:
        if key is None or key.label != change.key:
            return ANOTHER_KEY
        held = kept_hold_backs(key, place=place) or new_list(key)
        own = {entry.code for entry in set(wanted) ^ set(stood)}
        if _of(own, held.entries) != _of(own, stood):
            return NEWER
        turned = replace(held, entries=tuple(entry for entry in held.entries if entry.code not in own))
        for entry in _of(own, wanted):
            turned = turned.with_entry(entry)
        save_hold_backs(place, turned)
    except ThresholdError as error:
        return plain(error.message)
    return ""


def _of(codes: set[str], entries: tuple[Any, ...]) -> set[Any]:
    """The entries of these codes."""
    return {entry for entry in entries if entry.code in codes}


def _change(key: Any, make: Callable[[HoldBackList], HoldBackList], what: str) -> Change | None:
    """Change the list by `make` and write it; None where nothing came of it, and nothing is written."""
    from core.patients.lists_kept import kept_hold_backs
    from core.protection.hold_backs import hold_backs_file, new_list, save_hold_backs

    place = hold_backs_file()
    held = kept_hold_backs(key, place=place) or new_list(key)
    made = make(held)
    if made.entries == held.entries:
        return None
    save_hold_backs(place, made)
    return Change(held.entries, made.entries, key.label, what)


def _told(change: Change | None, who: str) -> Done:
    return (NOT_HELD, None) if change is None else (f"{who} {AGAIN}", change)


def _own(key: Any) -> Any:
    """The practice's own key where the session has none yet."""
    from gui.planning import practice_key

    return practice_key()[0] if key is None else key
