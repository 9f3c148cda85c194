"""The practice's list of patients and items that a GP held back, as it is kept in a file.

The file holds codes and ids only: no NHS number, name, clinical code or typed text. It is sealed, so that a
list that somebody edited is noticed; that an older copy was put back cannot be. `core.patients.lists_kept`
misses one whose file was removed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from core.model import UsageError
from core.protection.hold_backs.places import (
    list_place,
    places_of,
    put_by_earlier,
    read_together,
    with_what_came,
    written_at,
)
from core.protection.hold_backs.sealed_file import (
    Code,
    SealedFile,
    SealedWords,
    check_sealed,
    read_sealed,
    save_sealed,
    secret_of_list,
)
from core.protection.hold_backs.secret import HoldBackSecret, hold_back_secret
from core.protection.items import ITEM_REASONS, check_reason
from core.protection.keys import Key

FORMAT = "threshold-hold-backs"
PLACE = "THRESHOLD_HOLD_BACKS"
_FILE = "hold-backs.json"
_WORDS = SealedWords("The list of what is held back", "hold_backs", largest=64 << 20)

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


def _by(text: str) -> str:
    if text not in HELD_BY:
        raise ValueError(f"who held it back is one of {', '.join(HELD_BY)}")
    return text


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


class _File(SealedFile):
    format: Literal["threshold-hold-backs"]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class HoldBackList:
    """Everything a practice holds back, and the secret that its codes are made with."""

    entries: tuple[Entry, ...]
    secret: HoldBackSecret = field(repr=False)
    loaded: frozenset[str] = field(default=frozenset(), repr=False, compare=False)  # codes, as it was read

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the list, for a plan; "" where nothing is held back."""
        return hashlib.sha256(_canonical(self)).hexdigest() if self.entries else ""

    def entry(self, code: str) -> Entry:
        """The entry of this code. Raises UsageError where there is none."""
        for entry in self.entries:
            if entry.code == code:
                return entry
        raise UsageError(
            "There is no such entry on the list of what is held back. Look at the list for its code: H-...",
            where="hold-backs",
        )

    def with_entry(self, entry: Entry) -> HoldBackList:
        """The list with one entry more; one of the same code takes its place."""
        others = tuple(held for held in self.entries if held.code != entry.code)
        return replace(self, entries=tuple(sorted((*others, entry), key=_order)))


def _order(entry: Entry) -> tuple[str, str]:
    return entry.kind, entry.code


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
    return Path(named) if named else list_place(_FILE)


def load_hold_backs(path: Path, key: Key) -> HoldBackList | None:
    """The list in a file, with what an earlier version kept of it in its folder; None where there is none.

    Raises UsageError where it cannot be read or is no such list, PolicyError where it was made under another
    key (`hold_backs.key`) or was edited (`hold_backs.edited`)."""
    secret = secret_of_list(places_of(path), _File, _WORDS, key)
    return read_together(path, partial(_load_one, secret=secret), _order)


def _load_one(path: Path, secret: HoldBackSecret) -> HoldBackList | None:
    kept = read_sealed(path, _File, _WORDS)
    if kept is None:
        return None
    held = HoldBackList(kept.entries, secret)
    if kept.key != secret.label and not kept.entries:
        return None  # everything was let go: nothing hangs on the other key
    check_sealed(kept, held.secret, _canonical(held), _WORDS)
    return held


def save_hold_backs(path: Path, held: HoldBackList) -> None:
    """Write the list, readable by its owner only; whole or not at all. What an earlier version wrote in its
    folder since the list was read comes with it. Raises UsageError where the list cannot be written, and as
    `load_hold_backs` where that cannot be read."""
    held = with_what_came(path, held, partial(_load_one, secret=held.secret), _order)
    entries, sealed = [_plain(entry) for entry in held.entries], _canonical(held)
    save_sealed(written_at(path), FORMAT, held.secret, entries, sealed, _WORDS)
    put_by_earlier(path)


def _plain(entry: Entry) -> Mapping[str, object]:
    return entry.model_dump(mode="json", exclude_none=True)


def _canonical(held: HoldBackList) -> bytes:
    told = {"key": held.secret.label, "entries": [_plain(entry) for entry in held.entries]}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
