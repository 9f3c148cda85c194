"""A plan within what was agreed: the limits of a recipient's entry, put on the plan before anything is shown.

An entry only takes away. A field beyond it is left out, patients and days beyond it stay; nothing leaves that
the profile and a person's decisions would not have sent anyway.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from core.model import UsageError
from core.protection.limits import WHOLE, cohort_told
from core.protection.plan import FieldPlan, Plan
from core.protection.profile import Profile
from core.protection.recipients import Recipient, whole_list_reasons
from core.protection.windows import window_of
from core.survey.results import Survey

FIELD = "agreement.field"
_WHY = "It is not among the fields that were agreed with this recipient."
_SOURCE = "the recipient's entry; UK GDPR article 5(1)(c)"


@dataclass(frozen=True)
class Asked:
    """What was asked for on top of a profile: days, a sample, shuffled rows, and why everybody goes."""

    window_from: date | None = None
    window_until: date | None = None
    sample_per_mille: int = WHOLE
    shuffle: bool = False
    whole_list_reason: str = ""

    def __post_init__(self) -> None:
        """Raises UsageError for what cannot be asked for, before any file is read."""
        if not 1 <= self.sample_per_mille <= WHOLE:
            raise UsageError(
                "A sample has 1 to 1,000 of every thousand patients. Write it as a share, such as 5%.",
                where="--sample",
            )
        if self.whole_list_reason and self.whole_list_reason not in whole_list_reasons():
            raise UsageError(
                f"There is no such reason. There are: {', '.join(whole_list_reasons())}.",
                where="--whole-list",
            )
        if self.window_from and self.window_until and self.window_from > self.window_until:
            raise UsageError("The first day lies after the last one. Put them in order.", where="--from")


def within(
    plan: Plan, survey: Survey, profile: Profile, entry: Recipient | None = None, asked: Asked | None = None
) -> Plan:
    """The plan with what was asked for, within the profile's window and the recipient's entry.

    Raises PolicyError where the days asked for, the profile's and the agreement's share none."""
    said = asked or Asked()
    first, last = window_of(
        survey,
        profile,
        asked=(said.window_from, said.window_until),
        entry=entry,
        statements=dict(plan.statements),
    )
    plan = replace(
        plan,
        window_from=first,
        window_until=last,
        sample_per_mille=said.sample_per_mille,
        shuffle=said.shuffle or profile.shuffle,
        whole_list_reason=said.whole_list_reason,
    )
    return plan if entry is None else within_entry(plan, survey, entry)


def within_entry(plan: Plan, survey: Survey, entry: Recipient) -> Plan:
    """The plan without the fields and patients beyond the entry, and the entry's fingerprint in it."""
    fields = tuple(_left_out(f) if beyond(f, entry) else f for f in plan.fields)
    return replace(plan, fields=fields, cohort=cohort_told(survey, entry.cohort), agreed=entry.fingerprint)


def beyond(planned: FieldPlan, entry: Recipient) -> bool:
    """Whether a field leaves that was not agreed."""
    if entry.only is None or not planned.leaves:
        return False
    return not entry.only.holds(planned.kind, planned.role, planned.field)


def beyond_entry(plan: Plan, survey: Survey, profile: Profile, entry: Recipient) -> tuple[str, ...]:
    """What of a plan is beyond the entry, in words: of one that was made without it, or changed afterwards.
    Empty where nothing is."""
    told = []
    if any(beyond(f, entry) for f in plan.fields):
        told.append("fields that were not agreed")
    if entry.cohort is not None and plan.cohort != cohort_told(survey, entry.cohort):
        told.append("patients who were not agreed")
    if entry.window is not None:
        asked = tuple(
            date.fromisoformat(day) if day else None for day in (plan.window_from, plan.window_until)
        )
        again = window_of(
            survey, profile, asked=(asked[0], asked[1]), entry=entry, statements=dict(plan.statements)
        )
        if again != (plan.window_from, plan.window_until):
            told.append("days that were not agreed")
    if entry.limited and not told and plan.agreed != entry.fingerprint:
        told.append("what another form of the entry allowed")
    return tuple(told)


def _left_out(planned: FieldPlan) -> FieldPlan:
    return replace(
        planned,
        action="leave_out",
        settings={},
        reason_id=FIELD,
        reason=_WHY,
        source=_SOURCE,
        needs_decision=False,
    )
