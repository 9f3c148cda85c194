"""What a person is told of the practice's list of what is held back, before anything leaves."""

from __future__ import annotations

from core.model import Gate, PolicyError
from core.protection.hold_backs.entries import NAMED_BY, HoldBackList
from core.protection.hold_backs.finding import HeldBack, find_held_back
from core.protection.plan import Plan, Purpose
from core.survey.results import Survey

NAME = "hold-backs"
ABSENT = "held_back_absent"
_APPLIES = frozenset((Purpose.BEYOND_CARE, Purpose.COUNTS))


def holds_back(purpose: Purpose) -> bool:
    """Whether the list leaves anybody out under this purpose: beyond care and counts. The patient's own care,
    request and the law go on; there the list is only told."""
    return purpose in _APPLIES


def held_back_for(survey: Survey, plan: Plan, held: HoldBackList | None) -> HeldBack | None:
    """What of this export is held back; None where nothing is. Raises PolicyError where the plan was made
    with another list than the one given, or with one and none is given."""
    given = "" if held is None else held.fingerprint
    if plan.hold_backs != given:
        raise PolicyError(
            "The practice's list of what is held back is not the one that this plan was made with. Make the "
            "plan again with the list as it is now.",
            where=NAME,
            code="hold_backs",
        )
    return find_held_back(held, survey) if held is not None and held.entries else None


def hold_backs_gate(plan: Plan, held: HeldBack | None) -> Gate | None:
    """Whether each entry of the list was found, or seen to be absent by a person; None where there is none.

    Where the export names patients in no way that the entries know, nobody can confirm: an entry may be there
    under another number."""
    if held is None:
        return None
    if not holds_back(plan.purpose):
        return Gate(NAME, True, hold_backs_told(held))
    told = _found(held)
    if not held.absent:
        return Gate(NAME, True, told)
    number = len(held.absent)
    missing = (
        "1 entry of the practice's list of what is held back matches nothing in this export."
        if number == 1
        else f"{number:,} entries of the practice's list of what is held back match nothing in this export."
    )
    ways = " or ".join(sorted(NAMED_BY[way] for way in {entry.named_by for entry in held.absent}))
    if held.nobody_comparable:
        return Gate(
            NAME,
            False,
            f"{missing} They are known by {ways}, and this export names no patient so: whoever is held "
            "back may be in it. Make the export with that field, so that the list can be asked.",
        )
    if f"{ABSENT}:{number}" in plan.confirmed:
        return Gate(NAME, True, f"{missing} A person confirmed it. {told}".strip())
    strange = (
        f" {held.not_comparable:,} of the patients here are not known by {ways}, and could not be compared."
        if held.not_comparable
        else ""
    )
    return Gate(
        NAME,
        False,
        f"{missing}{strange} Check that this is the right file, then confirm that they are not in it "
        f"([confirmed] {ABSENT} = {number} in the decisions), or take entries off the list that no "
        "longer hold.",
        (f"{ABSENT}:{number}",),
    )


def hold_backs_told(held: HeldBack) -> str:
    """What a purpose that the list does not act on is told of it."""
    patients, rows = int(held.patients.sum()), sum(len(some) for some in held.rows.values())
    if not patients and not rows:
        return "Nothing in this export is held back by the practice."
    return (
        f"The practice holds back {_many(patients, 'patient')} and {_many(rows, 'row')} of this export for "
        "purposes beyond care. They leave here: this is the patient's own care, own request, or the law."
    )


def _found(held: HeldBack) -> str:
    patients, rows = int(held.patients.sum()), sum(len(some) for some in held.rows.values())
    told = f"Held back by the practice: {_many(patients, 'patient')} and {_many(rows, 'row')}."
    if held.by_day:
        items = "1 item" if len(held.by_day) == 1 else f"{len(held.by_day):,} items"
        told += (
            f" For {items} that could not be told by code or term, all that the patient has of that day "
            "stays."
        )
    return told


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
