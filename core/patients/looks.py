"""The record of looking: no raw record is shown before it is written down that somebody looks at it.

A log of `core.release.chained_log`. It says who looked, as a GP or as staff, at what and when. It holds the
patient's code, never a name or number; a table by its number, for files and sheets are named by people; and
the export by a fingerprint.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path

from core.model import Export, ReadError, UsageError
from core.patients.nouns import Queue
from core.protection.plan import Plan
from core.protection.pseudonyms import PSEUDONYM
from core.protection.seen import staff_name
from core.release.chained_log import LogState, LogWords, append, check, entries_of
from core.release.chained_log import set_aside as _set_aside

LOOKS_SETTING = "THRESHOLD_LOOKS"
ROLES = {"gp": "GP", "staff": "staff"}
#: What can be looked at, in the words of a list of looks.
WHAT = {
    "patient": "one patient's record",
    "rows": "rows as they are in the file",
    "search": "a search for a patient",
    "sheet": "a sheet for a patient, made",
}
#: The practice's lists that the record remembers, see `core.patients.lists_kept`.
LISTS = {
    "gp_only": "The practice's list of records for a GP",
    "hold_backs": "The practice's list of what is held back",
}
_LIST_LINE = b'"list": '
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_PLACE = re.compile(r"[0-9a-f]{16}")
_ENDS = 1 << 16
_WORDS = LogWords(
    record="the record of looking",
    one="look",
    many="looks",
    refused=(
        "It could not be written down that somebody looks, so nothing is shown. Check the folder of the "
        "record of looking, your rights and the space on the disk, and try again."
    ),
    broken=(
        "Nothing is shown until another record is begun (with 'threshold-cli audit looks --set-aside'). Keep "
        "this one as it is, and ask who could write it."
    ),
    too_long=(
        "Nothing is shown until another record is begun (with 'threshold-cli audit looks --set-aside'). Keep "
        "this one."
    ),
    none="There is no record of looking here: nobody looked at a patient, or it stands elsewhere.",
    code="looks",
)


@dataclass(frozen=True)
class Look:
    """One look. `code` is the patient's code under the plan, '' where they have none or it was at rows or a
    search; `table` the number of the table in the export, from 1, 0 where it was at no one table."""

    by: str
    role: Literal["gp", "staff"]
    what: Literal["patient", "rows", "search", "sheet"]
    code: str = ""
    table: int = 0
    export_fingerprint: str = ""


def still_to_look_at(queue: Queue, plan: Plan) -> int:
    """How many of the patients who should be looked at one by one nobody has looked at under this plan."""
    seen = {code for code, _, _ in plan.seen}
    return sum(1 for entry in queue.entries if entry.code not in seen)


def looks_path() -> Path:
    """What THRESHOLD_LOOKS names, else looks.jsonl in the person's own data folder."""
    named = os.environ.get(LOOKS_SETTING, "")
    return Path(named) if named else user_data_path("threshold", appauthor=False) / "looks.jsonl"


def record_look(path: Path, look: Look, *, now: datetime | None = None) -> LogState:
    """Write one look down and wait until it is on the disk. Call it before anything is shown.

    Raises UsageError where the look says what it may not, VerificationError where the record was changed,
    WriteError where it cannot be written: then nothing may be shown."""
    return append(path, [asdict(_checked(look))], _WORDS, now=now)


def check_looks(path: Path) -> LogState:
    """Goes through the whole record. Raises VerificationError that says from which look on it is not as it
    was written; UsageError where there is no record."""
    return check(path, _WORDS)


def read_looks(path: Path) -> tuple[Mapping[str, Any], ...]:
    """Every entry, oldest first: `when` and the fields of `Look`; or `set_aside`, the SHA-256 of a record
    that this one follows. Raises as `check_looks` does."""
    return entries_of(path, _WORDS)


def begin_another(path: Path, *, now: datetime | None = None) -> Path:
    """Put a record that was changed aside, whole and under the name that is returned, and begin another that
    says so in its first entry. Raises UsageError where it was not changed, WriteError where the disk refuses.

    What it remembers of the practice's lists goes over to the new one."""
    kept = _set_aside(path, _WORDS, now=now)
    told: dict[tuple[str, str], tuple[str, int]] = {}
    for line in list_entries(kept):
        try:
            entry = json.loads(line)
            told[str(entry["list"]), str(entry["at"])] = str(entry["seal"]), int(entry["held"])
        except (ValueError, KeyError, TypeError):
            continue
    for (what, at), (seal, held) in told.items():
        with contextlib.suppress(UsageError):
            record_list(path, what, at, seal, held, now=now)
    return kept


def record_list(
    path: Path, what: str, at: str, seal: str, held: int, *, now: datetime | None = None
) -> LogState:
    """Write down how one of the practice's lists is: `at` stands for its place, `seal` is its fingerprint
    ('' of an empty one) and `held` how many it holds. Raises as `record_look` does."""
    if what not in LISTS or not _PLACE.fullmatch(at) or (seal and not _FINGERPRINT.fullmatch(seal)):
        raise UsageError("A list is written down by its fingerprint, and nothing else.", where="looks")
    return append(path, [{"list": what, "at": at, "seal": seal, "held": int(held)}], _WORDS, now=now)


def list_entries(path: Path) -> tuple[bytes, ...]:
    """The lines of a record that speak of the practice's lists, oldest first; none where there is no record.
    Raises UsageError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return tuple(line for line in file if _LIST_LINE in line)
    except FileNotFoundError:
        return ()
    except OSError:
        raise UsageError(
            "The record of looking cannot be read. Check the folder and your rights to it.",
            where=path.name,
            code="looks",
        ) from None


def export_fingerprint(export: Export) -> str:
    """What the record calls an export: SHA-256 (hex) over the size, beginning and end of each file, so that
    it takes no time with a large one. It holds no name of a file. Raises ReadError where one is gone."""
    digest = hashlib.sha256()
    for path in export.paths:
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                begins = file.read(_ENDS)
                file.seek(max(0, size - _ENDS))
                ends = file.read(_ENDS)
        except OSError:
            raise ReadError(
                "The file cannot be read any more, so nothing of it is shown. Open it again.",
                where=export.name,
            ) from None
        for part in (str(size).encode(), begins, ends):
            digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _checked(look: Look) -> Look:
    try:
        by = staff_name(look.by)
    except ValueError:
        raise UsageError(
            "Say who is looking: your name, and nothing else.", where="who is looking", code="no_looker"
        ) from None
    wrong = (
        look.role not in ROLES
        or look.what not in WHAT
        or (look.code and not PSEUDONYM.fullmatch(look.code))
        or not isinstance(look.table, int)
        or look.table < 0
        or (look.export_fingerprint and not _FINGERPRINT.fullmatch(look.export_fingerprint))
    )
    if wrong:
        raise UsageError(
            "A look is written down by the patient's code, the number of the table and the fingerprint of "
            "the export, and nothing else.",
            where="looks",
        )
    return Look(by, look.role, look.what, look.code, look.table, look.export_fingerprint)
