"""Approvals: who has looked at a plan and agreed, tied to its fingerprint.

An approval stands for one plan and no other: any change gives another fingerprint, and the approval is dead.
The one who prepares a plan is not the one who approves it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.model import PolicyError, UsageError
from core.protection.plan import Plan
from core.protection.plans.files import SavedPlan
from core.protection.seen import staff_name
from core.protection.whole_files import write_whole

_LARGEST = 1 << 20


class Approval(BaseModel):
    """One person's agreement to one plan. `time` is UTC, ISO 8601."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: str = Field(pattern=r"[0-9a-f]{64}")
    name: Annotated[str, Field(max_length=100), AfterValidator(staff_name)]
    role: Literal["prepared", "approved"]
    time: str = Field(pattern=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["threshold-approvals"]
    version: Literal[1]
    approvals: tuple[Approval, ...]


def approve(
    plan: Plan | SavedPlan,
    name: str,
    role: str,
    others: Sequence[Approval] = (),
    *,
    now: datetime | None = None,
) -> tuple[Approval, ...]:
    """The approvals of a plan with one more; of `others`, those that still stand. Who signs again in the same
    role takes the place of who did.

    Raises PolicyError where one person would both prepare and approve, UsageError for a name or role that is
    none."""
    time = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    try:
        made = Approval.model_validate({"plan": plan.fingerprint, "name": name, "role": role, "time": time})
    except ValidationError:
        raise UsageError(
            "Say who signs, by name and nothing else, and whether they prepared or approved the plan.",
            where="approvals",
        ) from None
    kept = [other for other in standing(others, plan) if other.role != made.role]
    if any(same_person(other.name, made.name) for other in kept):
        raise PolicyError(
            "The person who prepared a release cannot be the one who approves it. Name somebody else.",
            where="signatures",
            code="gate.two-people",
        )
    return (*kept, made)


def stands(approval: Approval, plan: Plan | SavedPlan) -> bool:
    """Whether the approval is of this plan as it is now."""
    return approval.plan == plan.fingerprint


def standing(approvals: Sequence[Approval], plan: Plan | SavedPlan) -> tuple[Approval, ...]:
    """Those of the approvals that stand."""
    return tuple(approval for approval in approvals if stands(approval, plan))


def signed_by(approvals: Sequence[Approval], plan: Plan | SavedPlan) -> tuple[str, str]:
    """Who prepared the plan and who approved it, "" for nobody. Raises PolicyError where approvals were given
    and none of them stands, or one person signed twice."""
    alive = standing(approvals, plan)
    if approvals and not alive:
        raise PolicyError(
            "The plan has changed since it was approved, so nobody has approved it as it is now. Show it to "
            "them again ('threshold-cli plan compare' says what changed).",
            where="approvals",
            code="gate.approvals",
        )
    names = {approval.role: approval.name for approval in alive}
    prepared, approved = names.get("prepared", ""), names.get("approved", "")
    if prepared and same_person(prepared, approved):
        raise PolicyError(
            "The person who prepared a release cannot be the one who approves it. Name somebody else.",
            where="signatures",
            code="gate.two-people",
        )
    return prepared, approved


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: compared without case and surplus spaces."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def save_approvals(path: Path, approvals: Sequence[Approval]) -> None:
    """Write approvals beside their plan."""
    whole = {
        "format": "threshold-approvals",
        "version": 1,
        "approvals": [approval.model_dump(mode="json") for approval in approvals],
    }
    write_whole(path, json.dumps(whole, indent=1) + "\n")


def load_approvals(path: Path) -> tuple[Approval, ...]:
    """The approvals in a file. Raises UsageError where it is none or was damaged."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError
        return _File.model_validate_json(path.read_bytes()).approvals
    except OSError:
        raise UsageError(
            "The approvals cannot be read. Check the path and your rights.", where=path.name
        ) from None
    except ValueError:
        raise UsageError(
            "This is no file of approvals, or it was damaged. Have the plan approved again.", where=path.name
        ) from None
