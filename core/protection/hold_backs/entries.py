"""The practice's list of patients and items that a GP held back, as it is kept in a file.

The file holds codes and ids only: no NHS number, name, clinical code or typed text. It is sealed, so that a
list that somebody edited is noticed; that an older copy was put back, or the file removed, cannot be.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from core.model import PolicyError, UsageError
from core.protection.hold_backs.secret import CODE, HoldBackSecret, hold_back_secret
from core.protection.items import ITEM_REASONS, check_reason
from core.protection.keys import Key
from core.protection.whole_files import write_whole

FORMAT = "threshold-hold-backs"
PLACE = "THRESHOLD_HOLD_BACKS"
_FILE = "hold-backs.json"
_LARGEST = 64 << 20

#: Who may hold something back. Nothing is typed.
HELD_BY = {
    "gp": "a GP",
    "nurse": "a nurse",
    "caldicott_guardian": "the Caldicott Guardian",
    "data_protection_officer": "the data protection officer",
    "practice_manager": "the practice manager",
}
#: How a patient is told from others in the export that the entry was made from.
NAMED_BY = {"nhs": "NHS number", "local": "the practice's own number", "person": "name and date of birth"}


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError("a code looks like H-7KQ2-M9XD-0RHE-5V2T")
    return text


def _by(text: str) -> str:
    if text not in HELD_BY:
        raise ValueError(f"who held it back is one of {', '.join(HELD_BY)}")
    return text


Code = Annotated[str, AfterValidator(_code)]


class Entry(BaseModel):
    """One patient or item that is held back. `code` names the entry; every code is made under the key.

    Of an item, `on` stands for the patient and the day, and `same` for the patient, the day and one code or
    term each: a row that has any of them is the item, in whatever table and layout it comes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["patient", "item"]
    code: Code
    patient: Code
    named_by: Literal["nhs", "local", "person"]
    reason: Annotated[str, AfterValidator(check_reason)]
    day: date
    by: Annotated[str, AfterValidator(_by)] = "gp"
    on: Code | None = None
    same: tuple[Code, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["threshold-hold-backs"]
    version: Literal[1]
    key: str
    entries: tuple[Entry, ...]
    seal: str


@dataclass(frozen=True)
class HoldBackList:
    """Everything a practice holds back, and the secret that its codes are made with."""

    entries: tuple[Entry, ...]
    secret: HoldBackSecret = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the list, for a plan; "" where nothing is held back."""
        return hashlib.sha256(_canonical(self)).hexdigest() if self.entries else ""

    def entry(self, code: str) -> Entry:
        """The entry of this code. Raises UsageError where there is none."""
        for entry in self.entries:
            if entry.code == code:
                return entry
        raise UsageError("There is no such entry on the list of what is held back.", where="hold-backs")

    def with_entry(self, entry: Entry) -> HoldBackList:
        """The list with one entry more; one of the same code takes its place."""
        others = tuple(held for held in self.entries if held.code != entry.code)
        return replace(self, entries=tuple(sorted((*others, entry), key=lambda held: (held.kind, held.code))))


def new_list(key: Key) -> HoldBackList:
    """An empty list under the practice's key."""
    return HoldBackList((), hold_back_secret(key))


def release_entry(held: HoldBackList, code: str) -> HoldBackList:
    """The list without one entry: from then on it leaves again. Raises UsageError where there is none."""
    gone = held.entry(code)
    return replace(held, entries=tuple(entry for entry in held.entries if entry != gone))


def describe(entry: Entry) -> str:
    """An entry in words for the screen.

    >>> # 'Patient H-7KQ2-M9XD-0RHE-5V2T: held back by a GP on 3 November 2026. The patient asked for it.'
    """
    what = "Patient" if entry.kind == "patient" else "Item"
    why = ITEM_REASONS[entry.reason].partition(": ")[2]
    day = f"{entry.day.day} {entry.day:%B %Y}"
    return f"{what} {entry.code}: held back by {HELD_BY[entry.by]} on {day}. {why[:1].upper()}{why[1:]}"


def hold_backs_file() -> Path:
    """Where the practice's list stands: the file that THRESHOLD_HOLD_BACKS names, else the user's data."""
    named = os.environ.get(PLACE, "")
    return Path(named) if named else user_data_path("Threshold", appauthor=False) / _FILE


def load_hold_backs(path: Path, key: Key) -> HoldBackList | None:
    """The list in a file; None where there is no file.

    Raises UsageError where it cannot be read or is no such list, PolicyError where it was made under another
    key (`hold_backs.key`) or was edited (`hold_backs.edited`)."""
    kept = _read(path)
    if kept is None:
        return None
    held = HoldBackList(kept.entries, hold_back_secret(key))
    if kept.key != key.label and not kept.entries:
        return None  # everything was let go: nothing hangs on the other key
    if kept.key != key.label:
        raise PolicyError(
            "The list of what is held back was made under another key, so nobody can be found by it. Use the "
            "practice's own key, the one the list was made with.",
            where="hold-backs",
            code="hold_backs.key",
        )
    if not _same(held.secret.seal(_canonical(held)), kept.seal):
        raise PolicyError(
            "The list of what is held back was changed by another program, or damaged. Put its last "
            "copy back.",
            where="hold-backs",
            code="hold_backs.edited",
        )
    return held


def save_hold_backs(path: Path, held: HoldBackList) -> None:
    """Write the list, readable by its owner only; whole or not at all. Raises UsageError where that fails."""
    whole = {
        "format": FORMAT,
        "version": 1,
        "key": held.secret.label,
        "entries": [_plain(entry) for entry in held.entries],
        "seal": held.secret.seal(_canonical(held)),
    }
    write_whole(path, json.dumps(whole, indent=1) + "\n", what="The list of what is held back")


def _read(path: Path) -> _File | None:
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError("The list of what is held back is too large to be one.", where=path.name)
        return _File.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError:
        raise UsageError(
            "The list of what is held back cannot be read. Check the folder and your rights to it.",
            where=path.name,
        ) from None
    except (ValidationError, ValueError):
        raise UsageError(
            "This is no list of what is held back, or it was damaged. Put its last copy back.",
            where=path.name,
        ) from None


def _plain(entry: Entry) -> Mapping[str, object]:
    return entry.model_dump(mode="json", exclude_none=True)


def _canonical(held: HoldBackList) -> bytes:
    told = {"key": held.secret.label, "entries": [_plain(entry) for entry in held.entries]}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))
