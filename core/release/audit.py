"""The record of look-ups: nobody is told who a code stands for before it is written down that it was asked.

A log of `core.release.chained_log`. It holds codes, never an NHS number.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path

from core.model import UsageError
from core.release.chained_log import LogState, LogWords, append, check
from core.survey.identifiers import find_strong

AUDIT_SETTING = "THRESHOLD_AUDIT"
_LONGEST_REASON = 500
_WORDS = LogWords(
    record="the record of look-ups",
    one="look-up",
    many="look-ups",
    refused=(
        "The look-up could not be written down, so it is not answered. Check the folder of the "
        "record and the space on the disk, or name another file with --audit."
    ),
    broken="Keep it as it is, ask who could write it, and name another file with --audit to go on.",
    too_long="Begin another with --audit, and keep this one.",
    none="There is no record of look-ups here: nobody looked a code up, or it stands elsewhere.",
    code="audit",
)

AuditState = LogState


@dataclass(frozen=True)
class LookUp:
    """One look-up of one code."""

    code: str
    recipient: str
    project: str
    reason: str
    found: bool
    key: str  # label


def audit_path() -> Path:
    """What THRESHOLD_AUDIT names, else look-ups.jsonl in the person's own data folder."""
    named = os.environ.get(AUDIT_SETTING, "")
    return Path(named) if named else user_data_path("threshold", appauthor=False) / "look-ups.jsonl"


def check_reason(reason: str) -> str:
    """The reason in one line. Raises UsageError where it is empty, very long, or names a patient."""
    plain = " ".join(reason.split())
    if not any(c.isalpha() for c in plain):
        raise UsageError(
            "Say why it is looked up: --reason 'Trial reports a dangerous result'.",
            where="--reason",
            code="no_reason",
        )
    if len(plain) > _LONGEST_REASON:
        raise UsageError(f"Keep the reason below {_LONGEST_REASON} characters.", where="--reason")
    if find_strong(plain):
        raise UsageError(
            "The reason holds an NHS number, telephone number, postcode or e-mail address. It is kept for "
            "ever, so say it without.",
            where="--reason",
            code="reason_names",
        )
    return plain


def record(path: Path, look_ups: Sequence[LookUp], *, now: datetime | None = None) -> AuditState:
    """Append the look-ups and wait until they are on the disk.

    Raises VerificationError where the record was changed, WriteError where it cannot be written: then nothing
    may be shown."""
    return append(path, [asdict(asked) for asked in look_ups], _WORDS, now=now)


def check_audit(path: Path) -> AuditState:
    """Goes through the whole record. Raises VerificationError that says from which look-up on it is not as it
    was written; UsageError where there is no record."""
    return check(path, _WORDS)
