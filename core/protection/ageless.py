"""A field that a profile sends as an age, in an export without a day on which ages could be reckoned."""

from __future__ import annotations

from dataclasses import replace

from core.protection.plan import FieldPlan


def without_ages(planned: FieldPlan) -> FieldPlan:
    """The field left out until a person names the day, or chooses another form."""
    return replace(
        planned,
        action="leave_out",
        settings={},
        reason_id="field.no_day",
        reason="The export has no dates of events, so it is not known on which day ages are reckoned. Name "
        "the day, or choose another form.",
        source="what is not understood does not leave",
        needs_decision=True,
    )
