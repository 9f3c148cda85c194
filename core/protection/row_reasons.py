"""Why a row does not leave: the reasons of rows, their fixed order, and the numbers they are kept under."""

from __future__ import annotations

from core.model import Reason, Status
from core.protection.plan import Plan
from core.survey.results import OBJECTIONS, Survey

STATUS = {
    Status.DIED: Reason("status.died", "The patient has died.", "profile: who may leave"),
    Status.LEFT: Reason("status.left", "The patient has left the practice.", "profile: who may leave"),
    Status.TEMPORARY: Reason("status.temporary", "The patient is temporary.", "profile: who may leave"),
    Status.UNKNOWN: Reason(
        "status.unknown", "It is not known whether the patient is registered.", "profile: who may leave"
    ),
    Status.REGISTERED: Reason("status.registered", "The patient is registered.", "profile: who may leave"),
}
LISTED = Reason("objection.list", "The patient is on the list of objections.", "list given for this export")
NOT_CLEANED = Reason(
    "objection.cleaned",
    "The patient is not on the list of people without an opt-out.",
    "National Data Opt-out, list cleaning service",
)
LEFT_OUT = Reason("decision.patient", "The patient was left out by a person.", "decided here")
DELETED = Reason(
    "record.deleted",
    "The row was deleted in the clinical system.",
    "what is not in the record does not leave",
)
SHIFTED = Reason(
    "row.shifted",
    "The row has more cells than the table has fields, so its cells may stand in the wrong ones.",
    "what is not understood does not leave",
)
UNKNOWN_CODE = Reason(
    "code.unknown", "The row has a code that is not understood.", "what is not understood does not leave"
)
NOT_JUDGED = Reason(
    "code.not_judged",
    "Nothing here says what the row's code is: no term stands beside it, and no code list has it.",
    "what could not be judged does not leave",
)
UNCHECKED = Reason(
    "patient.unchecked",
    "The patient has no NHS number here, so the list of objections could not be asked.",
    "every objection must be checked",
)
NOBODY = Reason(
    "patient.unknown",
    "It cannot be told whose row this is, so objections could not be checked. If a field says whose it is, "
    "name that field where the file is opened ('This is read wrongly...').",
    "every objection must be checked",
)
TABLE = Reason("table.left_out", "No field of this table leaves.", "decided field by field")
COUNTED = Reason("counted", "Counted into the published table.", "profile: counts only")


class Reasons:
    """Reasons in the order they were first named; the number of each is its place + 1.

    There are a few dozen at most: each stands for a rule, so a byte has room for all of them."""

    def __init__(self) -> None:
        self.all: list[Reason] = []

    def number(self, reason: Reason) -> int:
        if reason not in self.all:
            self.all.append(reason)
        return self.all.index(reason) + 1


def category_reason(survey: Survey, plan: Plan, category: str) -> Reason:
    """Why rows of a category are left out."""
    known = survey.lookup.category(category)
    return Reason(f"category.{category}", f"Sensitive: {known.title}.", f"profile {plan.profile_id}")


_ORDER = (
    "objection.",
    "status.",
    "recall.",
    "held_back.patient",
    "decision.patient",
    "cohort.",
    "sample.",
    "held_back.item",
    "decision.item.",
    "record.deleted",
    "row.shifted",
    "category.",
    "closure.",
    "window.",
    "code.new_system",
    "code.unknown",
    "code.not_judged",
    "patient.unknown",
    "patient.unchecked",
    "counted",
    "table.left_out",
)


def place_of(plan: Plan, reason: Reason) -> tuple[int, int]:
    """Where a reason stands in the fixed order, in which they are also listed."""
    group = next(at for at, start in enumerate(_ORDER) if reason.id.startswith(start))
    name = reason.id.partition(".")[2]
    within = OBJECTIONS if group == 0 else plan.withhold_categories
    return group, within.index(name) if name in within else len(within)
