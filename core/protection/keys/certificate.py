"""Destroying a key, and the certificate that says so: when, how, what is left of it, and what it ends.

The certificate is a statement by this program, signed by nobody. It never holds the secret.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.model import UsageError
from core.protection.keys import book
from core.protection.keys.backup import backup_place
from core.protection.keys.key_file import read_head
from core.protection.keys.key_store import DEFAULT_KEY_NAME, keystore_load, keystore_remove

CERTIFICATE_SUFFIX = ".destroyed.json"
_FILE_DONE = (
    "The key file was overwritten with random bytes and removed. A solid-state disk or a backup of the "
    "computer may keep older copies of it; those stay sealed with the pass phrase."
)
_STORE_DONE = "The key was removed from the key store of this computer."
_SIGNED = "Signed by nobody: this is a statement by the program that did it."
_GONE = "The codes of these projects can no longer be traced back to patients with what is known here."
_NOT_GONE = (
    "A backup of this key still stands. Until it is destroyed too, whoever has it and its pass phrase can "
    "trace every code back to a patient."
)


@dataclass(frozen=True)
class BackupLeft:
    """A backup that is known, and whether it still stands: 'there', 'gone' or 'cannot be looked at'."""

    path: str
    found: str


@dataclass(frozen=True)
class Certificate:
    """What a certificate says. `key` and `earlier` are labels, `projects` (recipient, project, releases)."""

    key: str
    earlier: tuple[str, ...]
    destroyed: str  # ISO 8601, UTC
    kept: str  # what it was: the file's name, or the key store
    how: str
    backups: tuple[BackupLeft, ...]
    projects: tuple[tuple[str, str, int], ...]
    traceable: bool  # a backup still stands, or may

    def told(self) -> dict[str, Any]:
        """The certificate as it is written."""
        return {
            "format": "threshold-key-certificate",
            **asdict(self),
            "projects": [{"recipient": r, "project": p, "releases": n} for r, p, n in self.projects],
            "meaning": _NOT_GONE if self.traceable else _GONE,
            "signed": _SIGNED,
        }


def destroy_key_file(path: Path, certificate: Path | None = None) -> Certificate:
    """Overwrite and remove a key file, and write the certificate: FILE.destroyed.json where none is named.

    Refuses anything that is not a key file, and a place for the certificate that is taken or cannot be
    written, before the key is touched."""
    head = read_head(path)
    told = _certificate(
        str(head.get("label", "")),
        tuple(str(label) for label in head.get("earlier", ())),
        path.name,
        _FILE_DONE,
        (backup_place(path),),
    )
    with _written_after(certificate or path.with_name(path.name + CERTIFICATE_SUFFIX), told):
        try:
            if path.is_symlink():
                raise OSError
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except OSError:
            raise UsageError(
                "The key file could not be destroyed. Check your rights to it; a link to a key file is not "
                "followed.",
                where=path.name,
            ) from None
    _note(told)
    return told


def destroy_keystore_key(certificate: Path, name: str = DEFAULT_KEY_NAME) -> Certificate:
    """Remove the key from the computer's key store and write the certificate."""
    key = keystore_load(name)
    if key is None:
        raise UsageError(
            "The key store of this computer holds no such key. Check the computer and the account.",
            where=name,
            code="no_key",
        )
    told = _certificate(key.label, key.earlier_labels, "key store of this computer", _STORE_DONE, ())
    with _written_after(certificate, told):
        keystore_remove(name)
    _note(told)
    return told


def _certificate(
    label: str, earlier: tuple[str, ...], kept: str, how: str, also: tuple[Path, ...]
) -> Certificate:
    labels = (label, *earlier)
    known = [book.known_key(one) for one in labels]
    places = dict.fromkeys([*(str(p.absolute()) for p in also), *(b.path for k in known for b in k.backups)])
    backups = tuple(BackupLeft(place, _found(Path(place), labels)) for place in places)
    remembered = {backup.path for key in known for backup in key.backups}
    backups = tuple(b for b in backups if b.found != "gone" or b.path in remembered)
    releases: dict[tuple[str, str], int] = {}
    for key in known:
        for release in key.releases:
            pair = (release.recipient, release.project)
            releases[pair] = releases.get(pair, 0) + 1
    return Certificate(
        label,
        earlier,
        datetime.now(UTC).isoformat(timespec="seconds"),
        kept,
        how,
        backups,
        tuple((*pair, count) for pair, count in releases.items()),
        any(backup.found != "gone" for backup in backups),
    )


def _found(place: Path, labels: tuple[str, ...]) -> str:
    """Whether a key file with one of these labels stands there."""
    try:
        head = read_head(place)
    except UsageError as error:
        return "gone" if error.code in ("no_key", "not_a_key") else "cannot be looked at"
    return "there" if {head.get("label"), *head.get("earlier", ())} & set(labels) else "gone"


@contextlib.contextmanager
def _written_after(place: Path, told: Certificate):  # type: ignore[no-untyped-def]
    """The certificate gets its name only after what it certifies was done."""
    if place.exists() or place.is_symlink():
        raise UsageError(
            "There is already a file at the place of the certificate. Nothing was destroyed. Name another "
            "with --certificate.",
            where=place.name,
            code="certificate_exists",
        )
    temporary: Path | None = None
    try:
        try:
            number, name = tempfile.mkstemp(prefix=".threshold-certificate-", dir=place.parent)
            temporary = Path(name)
            with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
                json.dump(told.told(), file, indent=1, ensure_ascii=False)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            raise UsageError(
                "The certificate cannot be written there, so nothing was destroyed. Name another place with "
                "--certificate.",
                where=place.name,
            ) from None
        yield
        temporary.replace(place)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _note(told: Certificate) -> None:
    with contextlib.suppress(UsageError):  # the certificate says it; the book only remembers
        book.note_destroyed(told.key, datetime.fromisoformat(told.destroyed).date())
