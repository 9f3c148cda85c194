"""What must hold where dates are moved: one shift for all dates of a patient, and no date beside them
that was not moved and so gives the shift away, whole or by its month."""

from __future__ import annotations

from collections.abc import Sequence

from core.model import Gate, Role, UsageError
from core.protection.actions import DATES, KEEPING, Setting
from core.protection.actions.moved import shift_days
from core.protection.actions.times import FIRST_EVENT, index_of
from core.protection.plan import FieldPlan, Plan

_MOVED = "date_shift"
#: What still says when to within a quarter. A patient's dates all have the same shift: a dozen months beside
#: a dozen moved days leave one shift that fits them all.
_NEARLY = frozenset(("month", "quarter"))


def one_shift(fields: Sequence[FieldPlan]) -> None:
    """Raises UsageError where two fields would move one patient's dates by different numbers of days."""
    moved = [f for f in fields if f.action == _MOVED]
    for other in moved[1:]:
        if _days(other) != _days(moved[0]):
            raise UsageError(
                "All dates of a patient are moved by the same number of days. Give every field that is moved "
                "the same setting 'days'.",
                where=f"{other.table}, {other.field}",
            )


def shift_gate(plan: Plan) -> Gate | None:
    """Whether every date that leaves whole was moved; None where none is moved.

    The same day stands in several fields of an export (of the event, of the entry): one that is kept tells by
    how many days the others were moved, and so all of the patient's dates."""
    if not any(f.action == _MOVED for f in plan.fields):
        return None
    kept = [f for f in plan.fields if f.role in DATES and _tells_the_day(f)]
    name = "dates-moved"
    if not kept:
        return Gate(name, True, "Every date that leaves whole was moved by its patient's own number of days.")
    many = "1 field of dates leaves" if len(kept) == 1 else f"{len(kept):,} fields of dates leave"
    whole = kept[0].action in KEEPING
    return Gate(
        name,
        False,
        f"Dates are moved, and {many} {'as they are' if whole else 'by their month or the like'}: "
        f"'{kept[0].field}' would tell by how many days the others were moved. Move them all, or give only "
        "the year of these.",
        tuple(f"{f.table}, {f.field}" for f in kept),
    )


def _tells_the_day(field: FieldPlan) -> bool:
    """Whether a field of dates leaves so that the true days can be told, at once or over many rows."""
    if field.action == "days_since_index":
        return index_of(field.settings) != FIRST_EVENT
    nearly = field.action in _NEARLY and field.role is not Role.DATE_OF_BIRTH
    return field.leaves and (field.action in KEEPING or nearly)


def _days(field: FieldPlan) -> int:
    return shift_days(Setting(field.role, field.settings))
