"""Where only counts may leave: a row, a format that is made of rows, and a file where there is none."""

from __future__ import annotations

from core.model import Gate, PolicyError
from core.protection.decisions import Decisions
from core.protection.plan import Plan, Purpose
from core.protection.profile import Profile

NAME = "counts-only"
#: Formats that hold one record for each patient, or for each event, and nothing else.
_OF_ROWS = frozenset(("fhir",))
#: Actions that let nothing of a field leave.
_NOTHING = frozenset(("leave_out", "blank"))


def counts_gate(profile: Profile, plan: Plan) -> Gate | None:
    """Whether what the plan would write may be written under the profile; None where rows may leave."""
    if profile.counts is None:
        return None
    why = _why_not(profile, plan.format)
    if not why and (plan.purpose is not Purpose.COUNTS or any(field.leaves for field in plan.fields)):
        why = f"'{profile.title}' lets only counts leave, and this plan sends rows. Make the plan again."
    return Gate(NAME, not why, why or "Only counts leave, and no row of any patient.")


def refuse_rows(profile: Profile, format: str, decisions: Decisions | None = None) -> None:
    """Raises PolicyError where something other than the published table was asked for under a profile that
    publishes counts: a file where there is none, a format made of rows, or a field that a person sends."""
    if profile.counts is None:
        return
    why = _why_not(profile, format)
    fields = [f for table in (decisions.fields if decisions else {}).values() for f in table.values()]
    if not why and any(field.action is not None and field.action not in _NOTHING for field in fields):
        why = (
            f"'{profile.title}' lets only counts leave, and the decisions send a field. Take it out of the "
            "decisions, or choose a profile under which rows leave."
        )
    if why:
        raise PolicyError(why, where=NAME, code=f"gate.{NAME}")


def _why_not(profile: Profile, format: str) -> str:
    if profile.counts is not None and not profile.counts.file:
        return (
            f"'{profile.title}' is a number on the screen, and no file is written. See it with "
            f"'threshold-cli counts PATH --profile {profile.id}'."
        )
    if format in _OF_ROWS:
        return (
            f"'{profile.title}' lets only counts leave, and the format '{format}' is made of rows, one for "
            "each patient or entry. Choose csv, xlsx, parquet or ndjson."
        )
    return ""
