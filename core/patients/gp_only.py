"""The practice's list of patients whose record only a GP should open: colleagues, relatives, neighbours.

The file holds codes only, made under the practice's own key and of no use to anybody else, beside the list of
what is held back. It is sealed, so that a list that somebody edited is noticed.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from core.model import PolicyError, UsageError
from core.protection.hold_backs import HELD_BY, HoldBackSecret, hold_back_secret, hold_backs_file
from core.protection.hold_backs.secret import CODE
from core.protection.keys import Key
from core.protection.whole_files import write_whole
from core.survey.results import Survey

FORMAT = "threshold-gp-only"
PLACE = "THRESHOLD_GP_ONLY"
_FILE = "gp-only.json"
_LARGEST = 16 << 20
_WHAT = "The list of records for a GP"


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError("a code looks like H-7KQ2-M9XD-0RHE-5V2T")
    return text


def _by(text: str) -> str:
    if text not in HELD_BY:
        raise ValueError(f"who marked it is one of {', '.join(HELD_BY)}")
    return text


class Marked(BaseModel):
    """One patient whose record is for a GP, who said so and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, AfterValidator(_code)]
    day: date
    by: Annotated[str, AfterValidator(_by)] = "gp"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["threshold-gp-only"]
    version: Literal[1]
    key: str
    entries: tuple[Marked, ...]
    seal: str


@dataclass(frozen=True)
class GpOnly:
    """Everybody whose record is for a GP, and the secret that the codes are made with."""

    entries: tuple[Marked, ...]
    secret: HoldBackSecret = field(repr=False)

    def holds(self, survey: Survey, patient: int) -> bool:
        """Whether a patient of this survey is on the list."""
        return bool(self.entries) and self._of(survey, patient) in {held.code for held in self.entries}

    def with_patient(
        self, survey: Survey, patient: int, *, day: date | None = None, by: str = "gp"
    ) -> GpOnly:
        """The list with one patient more. Raises UsageError for no patient of the survey, or no such `by`."""
        try:
            entry = Marked(code=self._of(survey, patient), day=day or date.today(), by=by)
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
            raise UsageError("There is no such patient in this export.", where=PLACE)
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
    named = os.environ.get(PLACE, "")
    return Path(named) if named else hold_backs_file().with_name(_FILE)


def load_gp_only(path: Path, key: Key) -> GpOnly | None:
    """The list in a file; None where there is no file.

    Raises UsageError where it cannot be read or is no such list, PolicyError where it was made under another
    key (`gp_only.key`) or was edited (`gp_only.edited`)."""
    kept = _read(path)
    if kept is None:
        return None
    held = GpOnly(kept.entries, hold_back_secret(key))
    if kept.key != key.label and not kept.entries:
        return None
    if kept.key != key.label:
        raise PolicyError(
            f"{_WHAT} was made under another key, so nobody can be found by it. Use the practice's own key, "
            "the one the list was made with.",
            where=path.name,
            code="gp_only.key",
        )
    if not hmac.compare_digest(_seal(held).encode(), kept.seal.encode("utf-8", "surrogatepass")):
        raise PolicyError(
            f"{_WHAT} was changed by another program, or damaged. Put its last copy back.",
            where=path.name,
            code="gp_only.edited",
        )
    return held


def save_gp_only(path: Path, held: GpOnly) -> None:
    """Write the list, readable by its owner only; whole or not at all. Raises UsageError where that fails."""
    whole = {
        "format": FORMAT,
        "version": 1,
        "key": held.secret.label,
        "entries": [_plain(entry) for entry in held.entries],
        "seal": _seal(held),
    }
    write_whole(path, json.dumps(whole, indent=1) + "\n", what=_WHAT)


def _code_of(secret: HoldBackSecret, identity: str) -> str:
    return secret.code("needs gp", identity)


def _seal(held: GpOnly) -> str:
    told = {"format": FORMAT, "key": held.secret.label, "entries": [_plain(entry) for entry in held.entries]}
    return held.secret.seal(json.dumps(told, sort_keys=True, separators=(",", ":")).encode())


def _read(path: Path) -> _File | None:
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{_WHAT} is too large to be one.", where=path.name)
        return _File.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError:
        raise UsageError(
            f"{_WHAT} cannot be read. Check the folder and your rights to it.", where=path.name
        ) from None
    except (ValidationError, ValueError):
        raise UsageError(
            f"{_WHAT} is no such list, or it was damaged. Put its last copy back.", where=path.name
        ) from None


def _plain(entry: Marked) -> Mapping[str, object]:
    return entry.model_dump(mode="json")
