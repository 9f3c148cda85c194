"""What must hold where dates are moved: one shift for all dates of a patient, and no date beside them
that was not moved and so gives the shift away, whole, by its month or by its day of the week. And where days
are counted, that nobody knows from when."""

from __future__ import annotations

from collections.abc import Sequence

from core.model import Gate, Role, UsageError
from core.protection.actions import DATES, KEEPING, Setting
from core.protection.actions.moved import shift_days
from core.protection.actions.times import FIRST_EVENT, REGISTRATION, index_of
from core.protection.plan import FieldPlan, Plan, Purpose
from core.protection.profile import Profile
from core.protection.weekdays import says_weekday
from core.survey.results import Survey

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


def shift_gate(survey: Survey, plan: Plan) -> Gate | None:
    """Whether every date that leaves whole was moved, and no day of the week stands beside them; None where
    none is moved. Ages in whole years beside moved dates are told of: they stop nothing.

    The same day stands in several fields of an export (of the event, of the entry): one that is kept tells by
    how many days the others were moved, and so all of the patient's dates."""
    if not any(f.action == _MOVED for f in plan.fields):
        return None
    kept = [f for f in plan.fields if f.role in DATES and _tells_the_day(f)]
    name = "dates-moved"
    if not kept:
        return _weekdays(survey, plan, name) or Gate(name, True, _HOLDS + _ages(plan))
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


_HOLDS = "Every date that leaves whole was moved by its patient's own number of days."


def _weekdays(survey: Survey, plan: Plan, name: str) -> Gate | None:
    told = [f for f in plan.fields if f.action in KEEPING and says_weekday(survey, f)]
    if not told:
        return None
    return Gate(
        name,
        False,
        f"Dates are moved, and '{told[0].field}' says on which day of the week something was: beside a moved "
        "date, only one in seven of the numbers of days by which it can have been moved then fits. Leave "
        "that field out.",
        tuple(f"{f.table}, {f.field}" for f in told),
    )


def _ages(plan: Plan) -> str:
    told = next((f for f in plan.fields if f.leaves and _in_years(f)), None)
    if told is None:
        return ""
    return (
        f" '{told.field}' gives ages in single years: where a birthday is known, ages beside moved dates "
        "still tell something of how far they were moved. Ages in bands of five years tell less."
    )


def _in_years(field: FieldPlan) -> bool:
    if field.action == "age_band":
        return field.settings.get("width", "5").strip() == "1"
    return field.action == "age_at_event" or (field.role is Role.AGE and field.action in KEEPING)


def index_gate(plan: Plan, profile: Profile) -> Gate | None:
    """Whether no days beyond care are counted from a day that the recipient knows, unless the profile gives
    the dates anyway; None where none are counted, or another gate looks at how the field may leave.

    Days counted from a fixed day are dates in other words, and so are those from a registration whose day
    leaves too."""
    counted = [
        f
        for f in plan.fields
        if f.leaves and f.action == "days_since_index" and f.role not in profile.only_as
    ]
    if plan.purpose is not Purpose.BEYOND_CARE or not counted:
        return None
    name = "days-counted"
    registered = any(f.role is Role.REGISTERED_DATE and f.action in KEEPING for f in plan.fields)
    known = [f for f in counted if _from_known_day(f, registered) and not _gives_dates(profile, f)]
    if not known:
        return Gate(name, True, "Days are counted from a day that is the patient's own and does not leave.")
    fixed = index_of(known[0].settings) != REGISTRATION
    day = "a day that everybody knows" if fixed else "the registration, whose day leaves too"
    return Gate(
        name,
        False,
        f"'{known[0].field}' gives the days since {day}: from these anybody can work out the dates "
        "themselves, which this profile does not give. Count from the patient's first event, or give the "
        "month or year.",
        tuple(f"{f.table}, {f.field}" for f in known),
    )


def _from_known_day(field: FieldPlan, registered: bool) -> bool:
    index = index_of(field.settings)
    return index not in (FIRST_EVENT, REGISTRATION) or (index == REGISTRATION and registered)


def _gives_dates(profile: Profile, field: FieldPlan) -> bool:
    rule = profile.roles.get(field.role)
    return rule is not None and rule.action in KEEPING


def _tells_the_day(field: FieldPlan) -> bool:
    """Whether a field of dates leaves so that the true days can be told, at once or over many rows."""
    if field.action == "days_since_index":
        return index_of(field.settings) != FIRST_EVENT
    nearly = field.action in _NEARLY and field.role is not Role.DATE_OF_BIRTH
    return field.leaves and (field.action in KEEPING or nearly)


def _days(field: FieldPlan) -> int:
    return shift_days(Setting(field.role, field.settings))
