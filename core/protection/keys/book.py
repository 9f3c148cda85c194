"""What the practice remembers of its keys: where backups were made, and which projects got codes.

It stands in the person's own data folder and holds no secret and no patient: labels of keys, days, places of
backups, recipients and projects. What decides about keeping a project's codes is not taken from here but
from the key file, where it is sealed; this book says what to ask, and what a certificate has to name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from core.model import UsageError
from core.protection.whole_files import write_whole

BOOK_SETTING = "THRESHOLD_KEYS"
_FORMAT = "threshold-key-book"
_LARGEST = 16 << 20


@dataclass(frozen=True)
class KnownBackup:
    """A backup of a key: where it was made, and the day (ISO 8601) on which it was last opened."""

    path: str
    day: str


@dataclass(frozen=True)
class KnownRelease:
    """A release whose codes were made with a key; `plan` is the plan's fingerprint."""

    recipient: str
    project: str
    day: str
    plan: str = ""


@dataclass(frozen=True)
class KnownKey:
    """What is remembered of one key, by its label."""

    backups: tuple[KnownBackup, ...] = ()
    releases: tuple[KnownRelease, ...] = ()
    destroyed: str = ""

    @property
    def proven(self) -> date | None:
        """The last day on which a backup of the key was opened; None where none ever was."""
        days = [d for d in (_day(backup.day) for backup in self.backups) if d is not None]
        return max(days, default=None)

    @property
    def projects(self) -> tuple[tuple[str, str], ...]:
        """The (recipient, project) pairs that got codes, in the order they first did."""
        return tuple(dict.fromkeys((r.recipient, r.project) for r in self.releases))


def book_path() -> Path:
    """What THRESHOLD_KEYS names, else keys.json in the person's own data folder."""
    named = os.environ.get(BOOK_SETTING, "")
    return Path(named) if named else user_data_path("threshold", appauthor=False) / "keys.json"


def known_key(label: str) -> KnownKey:
    """What is remembered of a key; nothing where it is not in the book, or there is no book.

    Raises UsageError where the book is damaged."""
    return _read(book_path()).get(label, KnownKey())


def note_backup(label: str, copy: Path, day: date) -> None:
    """Remember that this backup was opened on this day."""
    place = str(copy.absolute())

    def noted(key: KnownKey) -> KnownKey:
        others = tuple(backup for backup in key.backups if backup.path != place)
        return replace(key, backups=(*others, KnownBackup(place, day.isoformat())))

    _change(label, noted)


def note_release(label: str, recipient: str, project: str, day: date, plan: str = "") -> None:
    """Remember that a release for this project holds codes made with the key."""
    release = KnownRelease(recipient, project, day.isoformat(), plan)
    _change(label, lambda key: replace(key, releases=tuple(dict.fromkeys((*key.releases, release)))))


def note_destroyed(label: str, day: date) -> None:
    """Remember that the key was destroyed."""
    _change(label, lambda key: replace(key, destroyed=day.isoformat()))


def _change(label: str, change: Any) -> None:
    path = book_path()
    keys = dict(_read(path))
    keys[label] = change(keys.get(label, KnownKey()))
    text = json.dumps({"format": _FORMAT, "keys": {k: asdict(v) for k, v in sorted(keys.items())}}, indent=1)
    try:
        write_whole(path, text + "\n")
    except UsageError:
        raise UsageError(
            "What is remembered of the keys could not be written: the disk may be full or read-only. Make "
            "room, or check your rights to the folder.",
            where=path.name,
            code="key_book",
        ) from None


def _read(path: Path) -> Mapping[str, KnownKey]:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return {}
    except OSError:
        raise _damaged(path) from None
    try:
        data = json.loads(raw)
        if data["format"] != _FORMAT or len(raw) > _LARGEST:
            raise ValueError
        return {str(label): _key(held) for label, held in data["keys"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _damaged(path) from None


def _key(held: Mapping[str, Any]) -> KnownKey:
    return KnownKey(
        tuple(KnownBackup(str(b["path"]), str(b["day"])) for b in held["backups"]),
        tuple(
            KnownRelease(str(r["recipient"]), str(r["project"]), str(r["day"]), str(r["plan"]))
            for r in held["releases"]
        ),
        str(held["destroyed"]),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _damaged(path: Path) -> UsageError:
    return UsageError(
        "What is remembered of the keys cannot be read or was damaged. The keys themselves are not touched. "
        "Put the file back from a backup of this computer, or move it away.",
        where=path.name,
        code="key_book",
    )
