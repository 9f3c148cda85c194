"""A new pass phrase for the same key, or a new key that keeps the old one inside.

Pseudonyms of a project must stay the same in every later release, and a recipient may ask about old ones for
years. So a new key does not end the old one: the old secret becomes an earlier generation in the same file.
Projects that are running keep the generation they began with (they are named in a list that is sealed with
the secrets); every other project gets codes from the new one. Finding a patient again tries every
generation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from core.model import UsageError
from core.protection.keys import book
from core.protection.keys.backup import backup_place
from core.protection.keys.key import Key
from core.protection.keys.key_file import NOT_PROVEN, Proof, open_key_file, save_key_file


def change_passphrase(
    path: Path, passphrase: str, new: str, copy: Path | None = None, *, today: date | None = None
) -> Key:
    """Seal the same key with a new pass phrase, and its backup too where that stands at `copy`.

    The old file is replaced only after the new one was written and opened. Where no backup stands there,
    the file says from then on that none is proven: one that opens with the old phrase only is soon none."""
    if not new:
        raise UsageError(
            "No new pass phrase was given. Put it in an environment variable and name that variable with "
            "--passphrase-env.",
            code="no_passphrase",
        )
    opened = open_key_file(path, passphrase)
    if new == passphrase:
        raise UsageError("The new pass phrase is the old one. Choose another.", code="same_passphrase")
    return _put(path, opened.key, passphrase, new, copy, today or date.today(), opened.made)


def replace_key(
    path: Path,
    passphrase: str,
    running: Iterable[tuple[str, str]] = (),
    *,
    new: str = "",
    none_running: bool = False,
    copy: Path | None = None,
    today: date | None = None,
) -> Key:
    """A new key in the same file, with the old one as an earlier generation.

    `running` are the (recipient, project) pairs that go on with the key they began with, besides those
    that this computer remembers. Raises UsageError where none is known and nobody said that there is none:
    their patients would get other codes without a word."""
    day = today or date.today()
    opened = open_key_file(path, passphrase)
    known = tuple(dict.fromkeys((*running, *_remembered(opened.key))))
    if not known and not none_running:
        raise UsageError(
            "It is not known which projects run with this key, and with a new one their patients would get "
            "other codes. Name each with --running 'RECIPIENT|PROJECT', or say --none-running.",
            code="running_projects",
        )
    key = opened.key.replaced(known)
    return _put(path, key, passphrase, new or passphrase, copy, day, day.isoformat())


def running_projects(key: Key) -> tuple[tuple[str, str], ...]:
    """The projects that this computer remembers to have got codes from the key's newest secret."""
    return _remembered(key)


def _remembered(key: Key) -> tuple[tuple[str, str], ...]:
    return book.known_key(key.label).projects


def _put(path: Path, key: Key, old: str, new: str, copy: Path | None, day: date, made: str) -> Key:
    copy, proof = copy or backup_place(path), NOT_PROVEN
    if copy.exists():
        held = open_key_file(copy, old)
        if not key.holds(held.key):
            raise UsageError(
                "The file at the backup's place holds another key. Nothing was changed. Move it away, or "
                "name the backup of this key with --backup.",
                where=copy.name,
                code="key_exists",
            )
        # The backup first: whatever happens in between, both files open, each with a phrase that is known.
        save_key_file(copy, key, new, replace=True, proof=Proof.of(day), made=made)
        proof = Proof.of(day)
    save_key_file(path, key, new, replace=True, proof=proof, made=made)
    if proof.day is not None:
        try:
            book.note_backup(key.label, copy, day)
        except UsageError as error:
            if error.code != "key_book":
                raise
    return key
