"""Which look-up files a plan uses, and that they are there where the plan is carried out."""

from __future__ import annotations

from collections.abc import Iterable

from core.model import UsageError
from core.protection.actions import ACTIONS
from core.protection.look_ups import LookUps, needed
from core.protection.plan import FieldPlan, Plan


def used_look_ups(fields: Iterable[FieldPlan], look_ups: LookUps | None) -> tuple[str, ...]:
    """SHA-256 of the files that these fields' actions look into. Raises UsageError where none has it."""
    given = look_ups or LookUps()
    used: dict[str, None] = {}
    for field in fields:
        what = ACTIONS[field.action].look_up
        if not what:
            continue
        if not given.has(what):
            where = f"{field.table}, {field.field}"
            raise UsageError(needed(what), where=where, code="look_up_needed")
        used.update(dict.fromkeys(file.sha256 for file in given.files if what in file.has))
    return tuple(used)


def planned_look_ups(plan: Plan, look_ups: LookUps | None) -> LookUps:
    """The files that the plan uses, of those given. Raises UsageError where one is missing or is another."""
    if used_look_ups(plan.fields, look_ups) != plan.look_ups:
        raise UsageError(
            "The plan was made with other look-up files. Give the same ones, or make the plan again.",
            where="--look-up",
            code="look_up_needed",
        )
    given = look_ups or LookUps()
    return LookUps(tuple(file for file in given.files if file.sha256 in plan.look_ups))
