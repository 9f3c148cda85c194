"""The plan that a release kept, for starting next month's from it."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from core.model import UsageError, VerificationError
from core.protection.plans.files import SavedPlan, fits, load_plan
from core.protection.plans.shape import Shape
from core.release.manifest import PLAN, SHAPE, read_manifest, read_plan


def started_from(place: Path) -> SavedPlan:
    """The plan in a release's folder, or in a file of its own.

    Raises UsageError where there is none to start from (a release of an older version kept no shape),
    ReadError where a folder is no release, VerificationError where the plan kept was damaged or edited."""
    if not place.is_dir():
        return load_plan(place)
    manifest = read_manifest(place)
    plan = read_plan(place / "keep" / PLAN)
    path = place / "keep" / SHAPE
    if not path.is_file():
        raise UsageError(
            "This release was made by an older version, which did not keep what the next plan needs. Make "
            "one release more without starting from it.",
            where=place.name,
        )
    wrong = VerificationError(
        "The plan kept with the release is damaged or was edited. Start from another release, or anew.",
        where=SHAPE,
    )
    try:
        shape = Shape.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise wrong from None
    if plan.fingerprint != (manifest.plan_kept or manifest.plan) or not fits(plan, shape):
        raise wrong
    return SavedPlan(plan, shape, manifest.plan)
