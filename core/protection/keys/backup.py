"""Backups of a key, each opened once before it counts: a backup that nobody ever opened is a hope.

The days are bound into the key file itself, so that nobody can write 'backed up' into it by hand. For a key
in the computer's key store they are remembered by the key's label.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.model import UsageError
from core.protection.keys import book
from core.protection.keys.key import Key, create_key
from core.protection.keys.key_file import (
    BACKUP_SUFFIX,
    VERSION,
    KeyFile,
    Proof,
    open_key_file,
    proof_of,
    read_head,
    refuse_existing,
    save_key_file,
)
from core.protection.keys.key_store import DEFAULT_KEY_NAME, keystore_load, keystore_save


@dataclass(frozen=True)
class KeyState:
    """Where a key is kept and since when a backup of it is proven, for the gate `key-backup`."""

    kept: str  # 'file' or 'key store'
    label: str
    proven: date | None
    version: int = VERSION  # of the key file


def backup_place(path: Path) -> Path:
    """Where the backup of a key file stands unless another place is named: beside it, as FILE.backup."""
    return path.with_name(path.name + BACKUP_SUFFIX)


def create_with_backup(
    path: Path,
    passphrase: str,
    copy: Path | None = None,
    *,
    key: Key | None = None,
    today: date | None = None,
) -> KeyFile:
    """Make a key file and its backup, open the backup, and only then write the file with that proof.

    `key` is the key to keep where it was made already. Raises UsageError where either place is taken."""
    copy, day = copy or backup_place(path), today or date.today()
    refuse_existing(path)
    refuse_existing(copy)
    made = key or create_key()
    try:
        _copied(made, copy, passphrase, day)
        save_key_file(path, made, passphrase, proof=Proof.of(day), made=day.isoformat())
    except UsageError:
        with contextlib.suppress(OSError):  # made here and now, if at all: nothing was ever coded with it
            copy.unlink(missing_ok=True)
        raise
    _note(made, copy, day)
    return KeyFile(made, VERSION, day.isoformat(), Proof.of(day))


def backup_key_file(path: Path, copy: Path, passphrase: str, *, today: date | None = None) -> Key:
    """Make or renew the backup of a key file, open it, and write into the key file that this was done.

    A copy that is there already is opened and kept; where it holds an earlier state of this key it is
    renewed. Raises UsageError where it holds another key, does not open, or cannot be written."""
    day = today or date.today()
    opened = open_key_file(path, passphrase)
    if _same_file(path, copy):
        raise UsageError("The backup cannot be the key file itself. Choose another place.", where=copy.name)
    _copied(opened.key, copy, passphrase, day)
    save_key_file(path, opened.key, passphrase, replace=True, proof=Proof.of(day), made=opened.made)
    _note(opened.key, copy, day)
    return opened.key


def restore_key_file(path: Path, copy: Path, passphrase: str, *, today: date | None = None) -> Key:
    """Put the key from a backup at `path`. A key that is already there is never overwritten."""
    day = today or date.today()
    refuse_existing(path)
    if not copy.exists():
        raise UsageError(
            "There is no backup here. Find where it was put and name it with --backup. Do not make a new key "
            "in its place: that would give every patient another code.",
            where=copy.name,
            code="no_key",
        )
    opened = open_key_file(copy, passphrase)
    save_key_file(path, opened.key, passphrase, proof=Proof.of(day), made=opened.made)
    _note(opened.key, copy, day)
    return opened.key


def backup_keystore_key(
    copy: Path, passphrase: str, name: str = DEFAULT_KEY_NAME, *, today: date | None = None
) -> Key:
    """Make (or prove again) a backup file of the key in the computer's key store."""
    day = today or date.today()
    key = keystore_load(name)
    if key is None:
        raise UsageError(
            "The key store of this computer holds no key yet. Make one first, or use a key file.",
            where=name,
            code="no_key",
        )
    _copied(key, copy, passphrase, day)
    book.note_backup(key.label, copy, day)
    return key


def restore_keystore_key(
    copy: Path, passphrase: str, name: str = DEFAULT_KEY_NAME, *, today: date | None = None
) -> Key:
    """Put the key from a backup file into the computer's key store; another key there is never replaced."""
    day = today or date.today()
    key = open_key_file(copy, passphrase).key
    keystore_save(key, name)
    book.note_backup(key.label, copy, day)
    return key


def backup_proven(path: Path) -> date | None:
    """The day on which the file says that a backup of it was opened; None where it says none.

    The file is not opened here: what it says is true only if it then opens with the pass phrase."""
    head = read_head(path)
    return proof_of(head).day if head["version"] == VERSION else None


def state_of_file(opened: KeyFile) -> KeyState:
    """The state of a key file that was opened."""
    proven = opened.proof.day if opened.version == VERSION else None
    return KeyState("file", opened.key.label, proven, opened.version)


def state_in_key_store(key: Key) -> KeyState:
    """The state of a key from the computer's key store."""
    return KeyState("key store", key.label, book.known_key(key.label).proven)


def _copied(key: Key, copy: Path, passphrase: str, day: date) -> None:
    """The copy holds this key and opens. What is there and holds anything else is never touched."""
    if copy.exists() or copy.is_symlink():
        held = _held(copy, passphrase)
        if held == key:
            return
        if not key.holds(held):
            raise UsageError(
                "The file at the backup's place holds another key, or a later state of this one. It was left "
                "as it is. Choose another place for this backup.",
                where=copy.name,
                code="key_exists",
            )
    # What is written is opened again, from the disk, before it gets its name.
    save_key_file(copy, key, passphrase, replace=True, proof=Proof.of(day), made=day.isoformat())


def _held(copy: Path, passphrase: str) -> Key:
    try:
        return open_key_file(copy, passphrase).key
    except UsageError as error:
        if error.code == "wrong_passphrase":
            raise UsageError(
                "There is a key file at the backup's place that this pass phrase does not open. It was left "
                "as it is. Choose another place for this backup.",
                where=copy.name,
                code="key_exists",
            ) from None
        raise


def _same_file(path: Path, copy: Path) -> bool:
    try:
        return path.samefile(copy)
    except OSError:
        return False


def _note(key: Key, copy: Path, day: date) -> None:
    # The proof stands in the key file. The book only helps to find the backup again.
    try:
        book.note_backup(key.label, copy, day)
    except UsageError as error:
        if error.code != "key_book":
            raise
