"""Profiles that are about some tables only: the others stay, field by field, and say why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from core.model import Kind, Role
from core.protection.plan import FieldPlan
from core.protection.profile import Profile
from core.protection.profile_sections import TableRule
from core.survey.results import Survey

_OF_EVENTS = frozenset((Role.CODE, Role.TERM, Role.EVENT_DATE))
_OF_LISTS = frozenset((Role.SURNAME, Role.FULL_NAME))
_CLINICAL = frozenset((Kind.CODED_CLINICAL, Kind.CLINICAL_VALUE, Kind.FREE_TEXT, Kind.UNKNOWN))
_ENTRY = frozenset((Role.CODE, Role.TERM, Role.VALUE, Role.UNIT, Role.EVENT_DATE))
_NOT_THE_LIST = TableRule(
    words=("-",),
    why="The list of the patients stands in another table. This one is of events: who has them and how many "
    "is clinical.",
    source="Caldicott principle 3",
)


def only_tables(
    survey: Survey,
    profile: Profile,
    answers: Mapping[str, str],
    fields: Sequence[FieldPlan],
    *,
    mixed: Collection[str] = (),
) -> list[FieldPlan]:
    """The field plans with those of other tables left out, where nobody decided otherwise.

    A table is known by its own name and the one its format has for it; one that nobody knows stays. Of a
    `mixed` table, whose rows are told apart one by one, only fields stay that could tell of another sort."""
    rules = profile.only_tables
    kept: dict[str, TableRule | None] = {}
    for table, findings in survey.findings.items():
        recognised = survey.export.recognised.get(table)
        names = (table, recognised.table) if recognised is not None else (table,)
        people = not any(finding.role in _OF_EVENTS for finding in findings)
        stays = (r for r in rules if r.keeps_back(names, answers) and not (r.people and people))
        kept[table] = next(stays, None)
    if profile.list_only:
        kept.update(dict.fromkeys(_events_beside_a_list(survey), _NOT_THE_LIST))
    if not any(kept.values()):
        return list(fields)
    changed = []
    for planned in fields:
        rule = kept[planned.table]
        if rule is not None and planned.table in mixed and _of_an_entry(planned):
            rule = None
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


def _of_an_entry(planned: FieldPlan) -> bool:
    return planned.kind not in _CLINICAL or planned.role in _ENTRY


def _events_beside_a_list(survey: Survey) -> tuple[str, ...]:
    """Tables of events, where another table lists the patients: rows of theirs tell who has how many."""
    roles = {table: {finding.role for finding in found} for table, found in survey.findings.items()}
    events = tuple(table for table, has in roles.items() if has & _OF_EVENTS)
    lists = any(has & _OF_LISTS and table not in events for table, has in roles.items())
    return events if lists else ()
