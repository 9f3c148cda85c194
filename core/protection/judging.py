"""What a person is told of codes that could not be judged, before anything leaves."""

from __future__ import annotations

from core.model import Counted, Gate, Role
from core.protection.plan import Plan, Purpose
from core.survey.results import Survey

NAME = "codes-judged"
_WHY_UNKNOWN = "not understood (damaged, or of no kind that Threshold knows)"
_WHY_NOT_JUDGED = "not judged, because no term or list says what they are"
_WHAT_TO_DO = "Load the code lists, or include the terms in the export."


def codes_gate(survey: Survey, plan: Plan) -> Gate | None:
    """How many codes were not judged, what happens to their rows and what can be done about it; None where
    every code was, or where no code leaves. It stops nothing: such rows stay here unless a person, or the
    profile, sends them."""
    counts = plan.purpose is Purpose.COUNTS
    if not counts and not any(f.leaves and f.role in (Role.CODE, Role.TERM) for f in plan.fields):
        return None
    parts = []
    for counted, why, sent in (
        (survey.unknown_codes, _WHY_UNKNOWN, plan.send_unknown_codes),
        (survey.not_judged, _WHY_NOT_JUDGED, plan.send_unjudged_codes),
    ):
        if counted.rows:
            parts.append(f"{_many(counted)} {why}: {_what_happens(sent=sent, counts=counts)}.")
    if not parts:
        return None
    if survey.not_judged.rows:
        parts.append(_WHAT_TO_DO)
    return Gate(NAME, True, " ".join(parts))


def _many(counted: Counted) -> str:
    codes = "1 code" if counted.codes == 1 else f"{counted.codes:,} different codes"
    rows = "1 row" if counted.rows == 1 else f"{counted.rows:,} rows"
    return f"{codes} in {rows} {'was' if counted.codes == 1 else 'were'}"


def _what_happens(*, sent: bool, counts: bool) -> str:
    if counts:
        return "such rows are in no family of codes, so that the families may be counted too small"
    return "such rows leave all the same" if sent else "such rows do not leave"
