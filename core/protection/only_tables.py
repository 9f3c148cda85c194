"""Profiles that are about some tables only: the others stay, field by field, and say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.protection.plan import FieldPlan
from core.protection.profile import Profile
from core.survey.results import Survey


def only_tables(
    survey: Survey, profile: Profile, answers: Mapping[str, str], fields: Sequence[FieldPlan]
) -> list[FieldPlan]:
    """The field plans with those of other tables left out, where nobody decided otherwise.

    A table is known by its own name and the one its format has for it; one that nobody knows stays."""
    rules = profile.only_tables
    if not rules:
        return list(fields)
    kept = {}
    for table in survey.findings:
        recognised = survey.export.recognised.get(table)
        names = (table, recognised.table) if recognised is not None else (table,)
        kept[table] = next((rule for rule in rules if rule.keeps_back(names, answers)), None)
    changed = []
    for planned in fields:
        rule = kept[planned.table]
        if rule is not None and not planned.decided and (planned.leaves or planned.needs_decision):
            planned = replace(
                planned,
                action="leave_out",
                settings={},
                reason_id="field.other_table",
                reason=rule.why,
                source=f"profile {profile.id}: {rule.source}",
                needs_decision=False,
            )
        changed.append(planned)
    return changed
