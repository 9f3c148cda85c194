"""Free text that leaves: which profiles may have it, and the tick of the person who approves it.

Nobody can promise that no name is left in a note, however it was scrubbed. So a person reads a sample of the
notes as they would leave, and says so, before they do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from core.model import Finding, Gate, Kind, PolicyError, Role, UsageError
from core.protection.actions import KEEPING, SCRUB
from core.protection.plan import FieldPlan, Plan, Purpose
from core.protection.profile import Profile
from core.survey.results import Survey

NOTES_READ = "notes_read"
GATE, NO_NOTES = "notes-read", "free-text"


def kept_notes(survey: Survey, plan: Plan) -> tuple[FieldPlan, ...]:
    """The fields of free text that leave with their text, whatever a person said they are."""
    return leaving_notes(survey, plan.fields)


def leaving_notes(survey: Survey, fields: Iterable[FieldPlan]) -> tuple[FieldPlan, ...]:
    """Those among some fields that are free text and leave with their text."""
    written = {
        (finding.table, finding.field)
        for findings in survey.findings.values()
        for finding in findings
        if finding.kind is Kind.FREE_TEXT
    }
    return tuple(f for f in fields if _leaves_as_a_note(f, (f.table, f.field) in written))


def _leaves_as_a_note(planned: FieldPlan, written: bool) -> bool:
    """Kept by whatever action. What a person called something else counts all the same, but where only cells
    that read as that leave."""
    called = planned.kind is Kind.FREE_TEXT or planned.role is Role.NOTE
    if planned.action == "keep_expected":
        return called
    return planned.action in (*KEEPING, SCRUB) and (called or written)


def notes_seen(kept: tuple[FieldPlan, ...]) -> str:
    """What a person confirms by the tick: these fields, done so. Another choice for one asks again."""
    said = repr([(f.table, f.field, f.action, sorted(f.settings.items())) for f in kept])
    return f"{NOTES_READ}:{int(hashlib.sha256(said.encode()).hexdigest()[:8], 16)}"


def notes_gate(survey: Survey, plan: Plan, profile: Profile) -> Gate | None:
    """Whether somebody read a sample of the notes that leave; None where none leaves. Beyond care none may
    under a profile that sends no free text, whoever read them: `[free_text]` of the profile."""
    kept = kept_notes(survey, plan)
    if not kept:
        return None
    rule = profile.free_text
    if profile.purpose is Purpose.BEYOND_CARE and not (rule.may_scrub or rule.may_keep):
        named = ", ".join(f"'{f.field}' ({f.table})" for f in kept[:3])
        return Gate(
            NO_NOTES,
            False,
            f"Under '{profile.title}' no free text leaves, scrubbed or not: {named}"
            f"{', ...' if kept[3:] else ''}. Leave it out. If it is none, say what it is and send it only "
            "where it reads as it should.",
        )
    token = notes_seen(kept)
    fields = "1 field of notes leaves" if len(kept) == 1 else f"{len(kept):,} fields of notes leave"
    by = plan.notes_read_by.strip()
    if by or token in plan.confirmed:
        who = f" by {by}" if by else ""
        return Gate(GATE, True, f"{fields}. A sample of the notes was read{who} as they would leave.")
    return Gate(
        GATE,
        False,
        f"{fields}, and notes can name people however they were scrubbed. The person who approves this must "
        "read a sample of the notes as they would leave, and say so.",
        (token,),
    )


def check_scrub(profile: Profile, planned: FieldPlan, finding: Finding) -> None:
    """Raises PolicyError where the profile never lets notes leave, UsageError where the field is none."""
    if planned.action != SCRUB:
        return
    where = f"{planned.table}, {planned.field}"
    if not profile.free_text.may_scrub:
        raise PolicyError(
            f"Under '{profile.title}' no free text leaves, scrubbed or not. Leave the field out.",
            where=where,
            code="gate.free-text",
        )
    if planned.kind is not Kind.FREE_TEXT:
        raise UsageError(
            'Only free text can be scrubbed. If this is free text, say kind = "free_text".',
            where=where,
        )
