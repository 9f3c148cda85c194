"""The record of look-ups: nobody is told who a code stands for before it is written down that it was asked.

One JSON object a line, each with the SHA-256 of itself and of the one before, so that a line that was changed
or taken away shows; a small file beside it keeps the number of the last line, so that lines taken off the end
show too. It holds codes, never an NHS number. Whoever may write both files can still forge the whole: keep
copies of it where one person alone cannot.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from core.model import UsageError, VerificationError
from core.release.stage import WriteError
from core.survey.identifiers import find_strong

AUDIT_SETTING = "THRESHOLD_AUDIT"
_FORMAT = 1
_FIRST = "0" * 64
_LONGEST_REASON = 500
_LARGEST = 256 << 20


@dataclass(frozen=True)
class LookUp:
    """One look-up of one code."""

    code: str
    recipient: str
    project: str
    reason: str
    found: bool
    key: str  # label


@dataclass(frozen=True)
class AuditState:
    """What an audit file holds: how many look-ups, and the hash of the last ('' where there is none)."""

    entries: int
    last: str


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
    when = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file, _locked(file.fileno()):
            file.seek(0)
            number, last = _checked(file.read(_LARGEST + 1), _marker(path))
            lines = []
            for asked in look_ups:
                number += 1
                entry = {"v": _FORMAT, "n": number, "when": when, **asdict(asked), "before": last or _FIRST}
                last = _hash(entry)
                lines.append(json.dumps({**entry, "hash": last}, ensure_ascii=True))
            file.write("".join(f"{line}\n" for line in lines).encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
            _set_marker(path, number, last)
    except OSError:
        raise WriteError(
            "The look-up could not be written down, so it is not answered. Check the folder of the "
            "record and the space on the disk, or name another file with --audit.",
            where=path.name,
            code="audit",
        ) from None
    return AuditState(number, last)


def check_audit(path: Path) -> AuditState:
    """Goes through the whole record. Raises VerificationError that says from which look-up on it is not as it
    was written; UsageError where there is no record."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        if _marker(path) is not None:
            raise _broken("The record of look-ups is gone, and it had entries.") from None
        raise UsageError(
            "There is no record of look-ups here: nobody looked a code up, or it stands elsewhere.",
            where=path.name,
            code="no_audit",
        ) from None
    except OSError:
        raise UsageError("The record of look-ups cannot be read.", where=path.name, code="audit") from None
    return AuditState(*_checked(raw, _marker(path)))


def _checked(raw: bytes, marker: tuple[int, str] | None) -> tuple[int, str]:
    """The number and hash of the last entry. Raises VerificationError."""
    if len(raw) > _LARGEST:
        raise _broken("The record of look-ups is too long. Begin another with --audit, and keep this one.")
    number, last = 0, ""
    for line in raw.splitlines(keepends=True):
        try:
            entry = json.loads(line)
            told = entry.pop("hash")
            whole = line.endswith(b"\n") and entry["n"] == number + 1 and entry["before"] == (last or _FIRST)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            whole, entry, told = False, {}, ""
        if not whole or told != _hash(entry):
            raise _broken(f"From look-up {number + 1:,} on, the record is not as it was written.")
        number, last = number + 1, told
        if marker is not None and marker[0] == number and marker[1] != last:
            raise _broken(f"Look-up {number:,} is not the one that was written.")
    if number and marker is None:
        raise _broken("The file that keeps the number of the last look-up is gone or was changed.")
    if marker is not None and marker[0] > number:
        raise _broken(f"{marker[0] - number:,} look-ups are missing at the end of the record.")
    return number, last


def _broken(what: str) -> VerificationError:
    return VerificationError(
        f"{what} Keep it as it is, ask who could write it, and name another file with --audit to go on.",
        where="audit",
        code="audit",
    )


def _hash(entry: dict[str, Any]) -> str:
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _marker_path(path: Path) -> Path:
    return path.with_name(path.name + ".last")


def _marker(path: Path) -> tuple[int, str] | None:
    try:
        number, last = _marker_path(path).read_text("ascii").split()
        return int(number), last
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return None


def _set_marker(path: Path, number: int, last: str) -> None:
    place = _marker_path(path)
    temporary = place.with_name(place.name + ".new")
    with temporary.open("w", encoding="ascii", newline="\n") as file:
        file.write(f"{number} {last}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(place)


@contextlib.contextmanager
def _locked(number: int) -> Iterator[None]:
    """One writer at a time: two that append at once would both follow the same line."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(number, 0, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(number, 0, os.SEEK_SET)
            msvcrt.locking(number, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(number, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(number, fcntl.LOCK_UN)
