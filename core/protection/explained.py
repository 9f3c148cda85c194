"""Why a cell left changed, in words, from what an action made of it."""

from __future__ import annotations

from core.model import Reason
from core.protection.actions import ACTIONS, SPEAKS
from core.protection.formats import fit
from core.protection.plan import FieldPlan

#: The same for all families: which it was would tell.
SPOKEN = "Left blank: it speaks of something that this profile leaves out."


def why_changed(plan: FieldPlan, raw: str | None, made: str | None, note: str, fmt: str) -> Reason | None:
    """The reason for the cell that an action made of `raw`, with its note; None where it leaves as it was."""
    notes: tuple[Reason, ...] = ()
    out = made
    if made is not None:
        out, notes = fit(made, fmt)
    if out == raw:
        return None
    if made == raw:
        return _joined(notes)
    return _joined((_done(plan, note, blank=made is None), *notes))


def _done(plan: FieldPlan, note: str, *, blank: bool) -> Reason:
    action = ACTIONS[plan.action]
    went, _, held = note.partition(":")
    if not went:
        return Reason(f"action.{action.id}", f"{action.did} {plan.reason}".strip(), plan.source)
    if went in action.says:
        text = action.says[went] if blank else f"{action.says[went]} {plan.reason}".strip()
    elif went == SPEAKS:
        text = SPOKEN
    elif held:
        text = f"Left blank: it holds {held}, which this field is not for."
    else:
        text = action.unreadable
    return Reason(f"action.{action.id}.{went}", text, plan.source)


def _joined(reasons: tuple[Reason, ...]) -> Reason:
    return Reason(
        reasons[0].id,
        " ".join(r.text for r in reasons),
        "; ".join(dict.fromkeys(r.source for r in reasons if r.source)),
    )
