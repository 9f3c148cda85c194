"""What happens to each field: a person's decision, else the profile's rule, else it is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from core.model import Finding, Kind, Role, UsageError
from core.protection.actions import ACTIONS, BIRTHS, Setting, run_of
from core.protection.ageless import without_ages
from core.protection.decisions import FieldDecision
from core.protection.headings import is_patients, with_name
from core.protection.notes import check_scrub
from core.protection.plan import FieldPlan, Purpose
from core.protection.profile import Profile
from core.protection.pseudonyms import Pseudonyms
from core.protection.settings_said import check_settings
from core.reading import OTHER_FIELDS
from core.survey.results import Survey

_EPOCH = date(1970, 1, 1)


def without_pointers(fields: Sequence[FieldPlan]) -> list[FieldPlan]:
    """Without what only says whose the left-out values of a message are: a list of people, once a value."""
    names: dict[str, set[str]] = {}
    for planned in fields:
        names.setdefault(planned.table, set()).add(planned.field)
    silent = {
        f.table
        for f in fields
        if f.field == OTHER_FIELDS[-1] and not f.leaves and names[f.table] <= set(OTHER_FIELDS)
    }
    return [
        replace(
            f,
            action="leave_out",
            settings={},
            reason_id="field.pointer",
            reason="It only says whose the values are that are left out.",
            source="what says nothing else need not leave",
            needs_decision=False,
        )
        if f.table in silent and f.leaves and not f.decided
        else f
        for f in fields
    ]


def plan_field(
    survey: Survey, profile: Profile, finding: Finding, decision: FieldDecision | None = None
) -> FieldPlan:
    """What happens to one field: a person's decision, else the profile's rule, else it is left out."""
    kind = (decision.kind if decision else None) or finding.kind
    role = (decision.role if decision else None) or finding.role
    by_profile = _by_profile(profile, finding, kind, role)
    if decision is None or profile.purpose is Purpose.COUNTS:
        planned = by_profile
    elif decision.action is None:
        planned = replace(by_profile, decided=True)
    else:
        check_settings(decision.action, decision.settings, "decisions, fields")
        planned = replace(
            by_profile,
            action=decision.action,
            settings=dict(decision.settings),
            reason_id=f"decision.{decision.action}",
            reason="A person decided so for this export.",
            source="decided here",
            decided=True,
            needs_decision=False,
        )
    check_scrub(profile, planned, finding)
    findings = survey.findings[finding.table]
    return with_name(_settled(survey, planned), profile.purpose, findings, is_patients(survey.known))


def _by_profile(profile: Profile, finding: Finding, kind: Kind, role: Role) -> FieldPlan:
    def out(reason_id: str, reason: str, source: str, *, undecided: bool = False) -> FieldPlan:
        return FieldPlan(
            finding.table,
            finding.field,
            finding.position,
            kind,
            role,
            "leave_out",
            reason_id=reason_id,
            reason=reason,
            source=source,
            needs_decision=undecided,
        )

    if profile.purpose is Purpose.COUNTS:
        return out("field.counts", "Only counts leave, and no field of any patient.", f"profile {profile.id}")
    if kind is Kind.UNKNOWN:
        return out(
            "field.unknown",
            "It is not understood what this field holds, so it is left out until a person decides.",
            "what is not understood does not leave",
            undecided=True,
        )
    if kind is Kind.FREE_TEXT:
        return out(
            "field.free_text",
            "Free text can hold anything, so it is left out until a person decides.",
            "what is not understood does not leave",
            undecided=True,
        )
    rule = profile.rule_for(kind, role)
    if role is Role.ROW_KEY and role not in profile.roles:
        return out("field.row_key", "A key of one row can be matched with other files.", "keys of rows stay")
    if rule is None:
        return out("field.no_rule", "The profile has no rule for this field.", f"profile {profile.id}")
    left_out = rule.action == "leave_out"
    return FieldPlan(
        finding.table,
        finding.field,
        finding.position,
        kind,
        role,
        rule.action,
        dict(rule.settings),
        reason_id="field.left_out" if left_out else f"field.{rule.action}",
        reason=rule.why,
        source=f"profile {profile.id}: {rule.source}",
    )


def _settled(survey: Survey, planned: FieldPlan) -> FieldPlan:
    """The field plan with every setting its action needs, so that the plan alone decides."""
    action = ACTIONS[planned.action]
    reckoned = planned.role in BIRTHS and any(choice.id == "on" for choice in action.choices)
    if reckoned and not planned.settings.get("on"):
        on = reckoning_day(survey)
        if on is not None:
            planned = replace(planned, settings={**planned.settings, "on": on.isoformat()})
        elif not planned.decided:
            return without_ages(planned)
    if (action := ACTIONS[planned.action]).inputs:
        default = {choice.id: choice.default for choice in action.choices if choice.default}
        planned = replace(planned, settings={**default, **planned.settings})
    if planned.leaves:
        try:
            if action.refuses is not None:
                action.refuses(planned.settings, survey.known)
            run_of(planned.action, Setting(planned.role, planned.settings, Pseudonyms(bytes(32))))
        except UsageError as error:
            raise UsageError(error.message, where=f"{planned.table}, {planned.field}") from None
    return planned


def reckoning_day(survey: Survey) -> date | None:
    """The day ages are reckoned on where nobody named one: the end of the month by which 99 of 100 events
    of the export had happened. From the export and not from the clock: same in, same out."""
    counted = [facts.day_counts() for facts in survey.facts.values()]
    days = np.concatenate([days for days, _ in counted] or [np.empty(0, dtype=np.int32)])
    rows = np.concatenate([rows for _, rows in counted] or [np.empty(0, dtype=np.int64)])
    if not len(days):
        return None
    order = np.argsort(days)
    until = np.cumsum(rows[order])
    at = min(int(until[-1]) - 1, (int(until[-1]) * 99) // 100)
    late = int(days[order][np.searchsorted(until, at, side="right")])
    if not -60_000 < late < 60_000:
        return None
    day = _EPOCH + timedelta(days=late)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)
