"""`threshold-cli plan`: plans in files, compared and approved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli_choices import chosen
from core.cli_options import (
    Json,
    Paths,
)
from core.cli_output import Shown, say, say_json
from core.model import UsageError

if TYPE_CHECKING:
    from core.protection.plans.files import SavedPlan

ApprovalFile = Annotated[
    Path | None,
    typer.Option("--approval", metavar="FILE", help="Approvals of the plan, from 'plan approve'."),
]
_PlanPlace = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan's file, or a release.")]

plan_app = typer.Typer(
    help="Plans: what leaves, for whom and why, kept without any patient data.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@plan_app.command("make")
@chosen
def make(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", help="The file that gets the plan.")],
    as_json: Json = False,
    choices: Any = None,
) -> None:
    """Make the plan that an export with the same options would have, and keep it in a file."""
    from core.cli_work import prepare
    from core.protection.plans.drifted import told_drift
    from core.protection.plans.files import save_plan
    from core.protection.plans.shape import shape_of
    from core.release.typed import check_typed

    with Shown() as shown:
        ready = prepare(paths, choices, shown)
    check_typed(ready.plan, ready.survey)
    save_plan(out, ready.plan, shape_of(ready.survey))
    drift = told_drift(ready.survey, ready.plan)
    if as_json:
        say_json({"plan": ready.plan.fingerprint, "file": str(out), "drift": list(drift)})
        return
    say(f"Plan {ready.plan.fingerprint[:8]} is kept in {out}.")
    for what in drift:
        say(f"New since last time, and left out: {what}")


@plan_app.command("show")
def show(plan: _PlanPlace, as_json: Json = False) -> None:
    """What a plan sends, to whom, and who has approved it."""
    from core.protection.plans.shape import by_table, described

    kept, alive = _kept(plan), _approvals(plan)
    tables = [
        {
            "table": described(table, number),
            "fields": [
                {
                    "name": f.field,
                    "kind": str(f.kind),
                    "role": str(f.role),
                    "action": f.action,
                    "why": f.reason,
                }
                for f in planned
            ],
        }
        for number, (table, planned) in enumerate(by_table(kept.plan, kept.shape))
    ]
    if as_json:
        say_json(
            {
                **_head(kept),
                "tables": tables,
                "withheld_categories": list(kept.plan.withhold_categories),
                "code_systems": list(kept.shape.code_systems),
                "drift": list(kept.plan.drift),
                "approvals": [one.model_dump(mode="json") for one in alive],
            }
        )
        return
    say(", ".join(f"{name}: {value}" for name, value in _head(kept).items()))
    for table in tables:
        say(f"{table['table']}")
        fields: Any = table["fields"]
        for field in fields:
            say(f"   {field['name']}: {field['action'].replace('_', ' ')}. {field['why']}")
    for one in alive:
        say(f"{one.role} by {one.name}, {one.time}")


@plan_app.command("compare")
def compare(first: _PlanPlace, second: _PlanPlace, as_json: Json = False) -> None:
    """What the second plan does otherwise than the first, in words."""
    from core.protection.plans.comparing import compare_plans

    one, other = _kept(first), _kept(second)
    told = compare_plans(one, other)
    if as_json:
        say_json({"first": one.fingerprint, "second": other.fingerprint, "differences": list(told)})
        return
    for line in told or ("The plans do the same.",):
        say(line)


@plan_app.command("approve")
def approve(
    plan: _PlanPlace,
    name: Annotated[str, typer.Option("--name", help="Who signs.")],
    role: Annotated[str, typer.Option("--role", help="prepared or approved.")],
    as_json: Json = False,
) -> None:
    """Sign a plan. The approval is kept beside it, and dies when the plan changes."""
    from core.protection.plans.approvals import approve as add
    from core.protection.plans.approvals import save_approvals

    if plan.is_dir():
        raise UsageError(
            "A release is signed when it is made. Approve the plan before.", where="plan approve"
        )
    kept = _kept(plan)
    made = add(kept, name, role, _approvals(plan))
    save_approvals(beside(plan), made)
    if as_json:
        say_json({"plan": kept.fingerprint, "approvals": [one.model_dump(mode="json") for one in made]})
        return
    say(f"Kept in {beside(plan)}.")


def beside(plan: Path) -> Path:
    """Where the approvals of a plan's file stand."""
    return plan.with_name(plan.name + ".approvals")


def _kept(place: Path) -> SavedPlan:
    from core.release.starting import started_from

    return started_from(place)


def _approvals(place: Path) -> Sequence[Any]:
    from core.protection.plans.approvals import load_approvals, standing
    from core.release import read_manifest

    if place.is_dir():
        return read_manifest(place).approvals
    path = beside(place)
    return standing(load_approvals(path), _kept(place)) if path.is_file() else ()


def _head(kept: SavedPlan) -> dict[str, str]:
    plan = kept.plan
    return {
        "plan": kept.fingerprint,
        "profile": plan.profile_id,
        "version": plan.profile_version,
        "recipient": plan.recipient,
        "project": plan.project,
        "format": plan.format,
        "started_from": plan.started_from,
    }
