"""A kept plan used as it is, for the export that it was made for, while what it was made from still holds.

What stands outside a plan is compared with it: the rules of the profile, the list of what is held back, the
sources of objections, the code lists. Where one is another now, the plan would promise what is not so, and is
refused; starting from it makes a new one.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.model import PolicyError
from core.protection.hold_backs import HoldBackList
from core.protection.plan import ObjectionSource, Plan
from core.protection.plans.files import SavedPlan, plan_for
from core.protection.profile import Profile
from core.survey.results import Survey


def plan_as_kept(
    kept: SavedPlan,
    survey: Survey,
    profile: Profile,
    *,
    recipient: str,
    project: str,
    objection_sources: Sequence[ObjectionSource] = (),
    held: HoldBackList | None = None,
) -> Plan:
    """The plan. Raises PolicyError where it was made for another export, profile, recipient or project, or
    where something that it was made from has changed since."""
    plan = plan_for(kept, survey)
    changed = [
        what
        for what, same in (
            ("the profile", plan.profile_id == profile.id),
            ("the recipient", _same(plan.recipient, recipient)),
            ("the project", _same(plan.project, project)),
            ("the rules of the profile", _under(plan, profile)),
            ("where objections come from", plan.objection_sources == tuple(objection_sources)),
            ("what the practice holds back", plan.hold_backs == ("" if held is None else held.fingerprint)),
            ("the code lists that are loaded", plan.lists == _lists(survey)),
        )
        if not same
    ]
    if changed:
        raise PolicyError(
            f"The plan was made with something else: {', '.join(changed)}. Say the same again, or make the "
            "plan anew; --start-from takes its decisions over.",
            where="--plan",
            code="plan.changed",
        )
    return plan


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _under(plan: Plan, profile: Profile) -> bool:
    """Whether the plan can have been made under this profile as it is now."""
    return (
        (plan.profile_version, plan.profile_sha256) == (profile.version, profile.sha256)
        and (plan.purpose, plan.uses) == (profile.purpose, profile.uses)
        and plan.programme == (profile.programme or "")
        and _entries(plan, profile)
        and set(plan.statuses) <= set(profile.statuses)
        and set(profile.categories.always) <= set(plan.withhold_categories)
        and set(profile.categories.withhold) <= {*plan.withhold_categories, *plan.send_categories}
    )


def _entries(plan: Plan, profile: Profile) -> bool:
    """Whether each sort of entry that the profile limits by age is limited in the plan."""
    answers = dict(plan.statements)
    rules = [rule for rule in profile.entries if rule.years is not None and rule.holds(answers)]
    return {sort for rule in rules for sort in rule.sorts} <= {sort for sort, _ in plan.entries}


def _lists(survey: Survey) -> tuple[str, ...]:
    return tuple(" ".join((used.sha256, *used.categories)) for used in survey.lookup.lists)
