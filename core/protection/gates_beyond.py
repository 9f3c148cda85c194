"""Gates of profiles beyond care: what nobody's decision may send, and what is asked for before any row."""

from __future__ import annotations

from core.model import Gate, Role
from core.protection.actions.action import KEEPING
from core.protection.actions.times import FIRST_EVENT, REGISTRATION, index_of
from core.protection.plan import FieldPlan, Plan, Purpose
from core.protection.profile import Profile
from core.survey.results import Survey

NAME = "only-as"
#: Actions that let nothing of a field leave.
_NOTHING = frozenset(("leave_out", "blank"))


def only_as_gate(survey: Survey, plan: Plan, profile: Profile) -> Gate | None:
    """Whether every field that the profile speaks of leaves only as it allows; None where it speaks of none.

    A field is what the survey found it to be and what a person said it is, both: calling a postcode something
    else does not send it."""
    if not profile.only_as:
        return None
    found = {(f.table, f.field): f.role for fields in survey.findings.values() for f in fields}
    wrong = [
        f for f in plan.fields if f.leaves and _not_so(f, profile, found.get((f.table, f.field), f.role))
    ]
    if not wrong:
        return Gate(NAME, True, "No field leaves in a way that this profile never allows.")
    named = ", ".join(f"'{f.field}' ({f.table})" for f in wrong[:3])
    more = f" and {len(wrong) - 3:,} more" if len(wrong) > 3 else ""
    return Gate(
        NAME,
        False,
        f"Under '{profile.title}' these fields leave only in a coarser form, or not at all: {named}{more}. "
        "Take back the decision, or choose a profile whose agreement allows it.",
        tuple(f"{f.table}, {f.field}" for f in wrong),
    )


def _not_so(planned: FieldPlan, profile: Profile, found: Role) -> bool:
    if planned.action in _NOTHING:
        return False
    limits = [profile.only_as[role] for role in {planned.role, found} if role in profile.only_as]
    return any(planned.action not in allowed or _finer(planned, profile, found) for allowed in limits)


def _finer(planned: FieldPlan, profile: Profile, found: Role) -> bool:
    """Whether the settings of an allowed action give more than it is allowed for.

    Days counted from a day that is known are dates, and a band of one year is an age."""
    if planned.action == "days_since_index":
        return index_of(planned.settings) not in (FIRST_EVENT, REGISTRATION)
    if planned.action != "age_band":
        return False
    rule = profile.roles.get(found) or profile.roles.get(planned.role)
    own = rule.settings if rule is not None and rule.action == "age_band" else {}
    narrower = _number(planned, "width", 5) < int(own.get("width", 5))
    return narrower or _number(planned, "top", 90) > int(own.get("top", 90))


def _number(planned: FieldPlan, setting: str, default: int) -> int:
    text = planned.settings.get(setting, "")
    return int(text) if text.isdecimal() else default


#: What stands for a patient in the practice's own system and in every other.
_NUMBERS = frozenset((Role.NHS_NUMBER, Role.PATIENT_KEY))


def patient_number_gate(survey: Survey, plan: Plan, profile: Profile) -> Gate | None:
    """Whether no field that was found to hold the patients' own numbers leaves as it is, whatever a person
    called it; None where the profile sends names. Beside a code, the number would say who each code is."""
    if plan.purpose is not Purpose.BEYOND_CARE or profile.profile_tier == "red":
        return None
    found = {(f.table, f.field): f.role for fields in survey.findings.values() for f in fields}
    kept = [f for f in plan.fields if f.action in KEEPING and found.get((f.table, f.field)) in _NUMBERS]
    if not kept:
        return None
    named = ", ".join(f"'{f.field}' ({f.table})" for f in kept[:3])
    return Gate(
        "patient-numbers",
        False,
        f"These fields were found to hold the patients' own numbers, and would leave as they are: {named}. "
        "Replace them with a code, or leave them out.",
        tuple(f"{f.table}, {f.field}" for f in kept),
    )
