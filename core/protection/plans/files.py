"""Plans on disk: versioned JSON, checked on reading, without any patient data.

{"format": "threshold-plan", "version": 1, "fingerprint", "kept", "plan": {...}, "shape": {...}}

`fingerprint` is that of the plan as it was made, to which approvals attach; `kept` that of the plan as it
stands in the file, without the names of tables, so that an edited file is noticed. Neither shows who looked
at records: `seen` is the checksum of that, and missing where nobody did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.model import PolicyError, UsageError
from core.protection.actions import ACTIONS
from core.protection.items import check_fingerprint, check_reason
from core.protection.plan import Plan
from core.protection.plans.shape import Shape, named_for, neutral, shape_of, tables_of
from core.protection.pseudonyms import PSEUDONYM
from core.protection.seen import check_looks, looks_checksum
from core.protection.whole_files import write_whole
from core.survey.results import Survey

_FORMAT = "threshold-plan"
_LARGEST = 64 << 20
_SHA256 = r"[0-9a-f]{64}"


@dataclass(frozen=True)
class SavedPlan:
    """A plan as it is kept, the shape of its export, and the fingerprint of the plan as it was made."""

    plan: Plan
    shape: Shape
    fingerprint: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["threshold-plan"]
    version: Literal[1]
    fingerprint: str = Field(pattern=_SHA256)
    kept: str = Field(pattern=_SHA256)
    seen: str = ""
    plan: dict[str, Any]
    shape: Shape


def saved(plan: Plan, survey: Survey) -> SavedPlan:
    """What would be kept of a plan for this export."""
    shape = shape_of(survey)
    return SavedPlan(neutral(plan, shape), shape, plan.fingerprint)


def save_plan(path: Path, plan: Plan, shape: Shape) -> None:
    """Write a plan and its export's shape, whole or not at all; a file of that name is replaced.

    Raises UsageError where the shape is another export's or the file cannot be written."""
    try:
        kept = neutral(plan, shape)
    except (ValueError, KeyError, IndexError):
        raise UsageError(
            "The plan and the shape are not of the same export. Make the plan again.", where=path.name
        ) from None
    whole = {
        "format": _FORMAT,
        "version": 1,
        "fingerprint": plan.fingerprint,
        "kept": kept.fingerprint,
        **({"seen": looks_checksum(kept.seen)} if kept.seen else {}),
        "plan": asdict(kept),
        "shape": shape.model_dump(mode="json"),
    }
    write_whole(path, json.dumps(whole, indent=1, default=str) + "\n")


def load_plan(path: Path) -> SavedPlan:
    """The plan in a file that `save_plan` wrote. Raises UsageError where it is none, or was edited."""
    wrong = UsageError(
        "This is no plan, or it was edited or damaged. Make the plan again, or take it from its release.",
        where=path.name,
    )
    try:
        if path.stat().st_size > _LARGEST:
            raise wrong
        whole = _File.model_validate_json(path.read_bytes())
        plan = plan_of(whole.plan)
        shape = whole.shape
    except OSError:
        raise UsageError(
            "The plan cannot be read. Check the path and your rights.", where=path.name
        ) from None
    except (ValidationError, ValueError, TypeError):
        raise wrong from None
    if plan.fingerprint != whole.kept or looks_checksum(plan.seen) != whole.seen or not fits(plan, shape):
        raise wrong
    return SavedPlan(plan, shape, whole.fingerprint)


def fits(plan: Plan, shape: Shape) -> bool:
    """Whether a kept plan is of the export that has this shape."""
    return [len(plan.for_table(name)) for name in tables_of(plan)] == [len(t.fields) for t in shape.tables]


def plan_for(kept: SavedPlan, survey: Survey) -> Plan:
    """A kept plan for the export it was made for. Raises PolicyError where this is another export."""
    try:
        plan = named_for(kept.plan, survey)
    except ValueError:
        plan = kept.plan
    if plan.fingerprint != kept.fingerprint:
        raise PolicyError(
            "This plan was made for another export. Start from it instead (--start-from): what is new is "
            "then left out and told.",
            where="plan",
            code="plan.other_export",
        )
    return plan


def plan_of(data: Mapping[str, Any]) -> Plan:
    """A plan from its entries. Raises ValueError (pydantic's among them) where one is not as it should be."""
    unknown = set(data) - {entry.name for entry in fields(Plan)}
    if unknown:
        raise ValueError("the plan has entries that are not known")
    plan = _reader().validate_python(dict(data))
    if any(field.action not in ACTIONS for field in plan.fields):
        raise ValueError("the plan has an action that is not known")
    if not all(PSEUDONYM.fullmatch(code) for code in plan.leave_out_patients):
        raise ValueError("the plan names a patient by no code")
    for _, row, reason in plan.leave_out_items:
        try:
            check_fingerprint(row)
        except UsageError as error:
            raise ValueError(error.message) from None
        check_reason(reason)
    check_looks(plan.seen)
    return plan


@cache
def _reader() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)
