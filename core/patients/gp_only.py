"""The practice's list of patients whose record only a GP should open: colleagues, relatives, neighbours.

The file holds codes only, made under the practice's own key and of no use to anybody else, beside the list of
what is held back. It is sealed, so that a list that somebody edited is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from core.model import UsageError
from core.protection.hold_backs import HELD_BY, HoldBackSecret, hold_back_secret, hold_backs_file
from core.protection.hold_backs.entries import PLACE as HOLD_BACKS
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
from core.protection.keys import Key
from core.survey.results import Survey

FORMAT = "threshold-gp-only"
PLACE = "THRESHOLD_GP_ONLY"
_FILE = "gp-only.json"
_WORDS = SealedWords("The list of records for a GP", "gp_only", largest=16 << 20)


def _by(text: str) -> str:
    if text not in HELD_BY:
        raise ValueError(f"who marked it is one of {', '.join(HELD_BY)}")
    return text


class Marked(BaseModel):
    """One patient whose record is for a GP, who said so and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    day: date
    by: Annotated[str, AfterValidator(_by)] = "gp"


class _File(SealedFile):
    format: Literal["threshold-gp-only"]
    entries: tuple[Marked, ...]


@dataclass(frozen=True)
class GpOnly:
    """Everybody whose record is for a GP, and the secret that the codes are made with."""

    entries: tuple[Marked, ...]
    secret: HoldBackSecret = field(repr=False)
    loaded: frozenset[str] = field(default=frozenset(), repr=False, compare=False)  # codes, as it was read

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the list; "" where nobody is on it."""
        return hashlib.sha256(_canonical(self)).hexdigest() if self.entries else ""

    def holds(self, survey: Survey, patient: int) -> bool:
        """Whether a patient of this survey is on the list."""
        return bool(self.entries) and self._of(survey, patient) in {held.code for held in self.entries}

    def with_patient(self, survey: Survey, patient: int, *, by: str = "gp") -> GpOnly:
        """The list with one patient more. Raises UsageError for no patient of the survey, or no such `by`."""
        try:
            entry = Marked(code=self._of(survey, patient), day=date.today(), by=by)
        except ValidationError:
            raise UsageError(
                "Say who marks the record by one of the words that there are.", where=PLACE
            ) from None
        others = tuple(held for held in self.entries if held.code != entry.code)
        return replace(self, entries=tuple(sorted((*others, entry), key=lambda held: held.code)))

    def without_patient(self, survey: Survey, patient: int) -> GpOnly:
        """The list without a patient; the same list where they are not on it."""
        code = self._of(survey, patient)
        return replace(self, entries=tuple(held for held in self.entries if held.code != code))

    def _of(self, survey: Survey, patient: int) -> str:
        if not 0 <= patient < survey.patients.count:
            raise UsageError(
                "There is no such patient in this export. Check that it is the right one.", where=PLACE
            )
        return _code_of(self.secret, survey.patients.identity[patient])


def new_gp_only(key: Key) -> GpOnly:
    """An empty list under the practice's key."""
    return GpOnly((), hold_back_secret(key))


def marked_patients(survey: Survey, held: GpOnly | None) -> frozenset[int]:
    """The patients of this survey who are on the list. Makes everybody's code: for a job."""
    if held is None or not held.entries:
        return frozenset()
    codes = {entry.code for entry in held.entries}
    return frozenset(
        number for number, who in enumerate(survey.patients.identity) if _code_of(held.secret, who) in codes
    )


def gp_only_file() -> Path:
    """Where the list stands: the file that THRESHOLD_GP_ONLY names, else beside the list of what is held
    back."""
    if named := os.environ.get(PLACE, ""):
        return Path(named)
    return hold_backs_file().with_name(_FILE) if os.environ.get(HOLD_BACKS, "") else list_place(_FILE)


def load_gp_only(path: Path, key: Key) -> GpOnly | None:
    """The list in a file, with what an earlier version kept of it in its folder; None where there is none.

    Raises UsageError where it cannot be read or is no such list, PolicyError where it was made under another
    key (`gp_only.key`) or was edited (`gp_only.edited`)."""
    secret = secret_of_list(places_of(path), _File, _WORDS, key)
    return read_together(path, partial(_load_one, secret=secret), attrgetter("code"))


def _load_one(path: Path, secret: HoldBackSecret) -> GpOnly | None:
    kept = read_sealed(path, _File, _WORDS)
    if kept is None:
        return None
    held = GpOnly(kept.entries, secret)
    if kept.key != secret.label and not kept.entries:
        return None  # nobody is on it: nothing hangs on the other key
    check_sealed(kept, held.secret, _canonical(held), _WORDS)
    return held


def save_gp_only(path: Path, held: GpOnly) -> None:
    """Write the list, readable by its owner only; whole or not at all. What an earlier version wrote in its
    folder since the list was read comes with it. Raises UsageError where the list cannot be written, and as
    `load_gp_only` where that cannot be read."""
    held = with_what_came(path, held, partial(_load_one, secret=held.secret), attrgetter("code"))
    entries, sealed = [_plain(entry) for entry in held.entries], _canonical(held)
    save_sealed(written_at(path), FORMAT, held.secret, entries, sealed, _WORDS)
    put_by_earlier(path)


def _code_of(secret: HoldBackSecret, identity: str) -> str:
    return secret.code("needs gp", identity)


def _canonical(held: GpOnly) -> bytes:
    told = {"format": FORMAT, "key": held.secret.label, "entries": [_plain(entry) for entry in held.entries]}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _plain(entry: Marked) -> Mapping[str, object]:
    return entry.model_dump(mode="json")
