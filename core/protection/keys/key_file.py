"""Key files: a key sealed with a pass phrase.

Version 2 is one line of JSON: the key sealed with AES-256-GCM (NIST SP 800-38D) under a key drawn from the
pass phrase with Argon2id (RFC 9106, the second recommended option: 64 MiB, 3 passes, 4 lanes). Everything
but the sealed bytes is bound to them as additional data, so an edited file does not open; so are the days
on which a backup was made and was opened. Version 1, sealed under scrypt (RFC 7914), is still read.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import secrets
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from core.model import UsageError
from core.protection.keys.key import KEY_BYTES, Key

BACKUP_SUFFIX = ".backup"
VERSION = 2

_FORMAT = "threshold-key"
_CIPHER = "AES-256-GCM"
_MEMORY_KIB, _PASSES, _LANES = 65_536, 3, 4
# Below is too weak to trust (the least that OWASP names); above is a file made to exhaust memory or time.
_MEMORY_RANGE, _PASSES_RANGE, _LANES_RANGE = (19_456, 524_288), (1, 10), (1, 16)
_SCRYPT_N_RANGE, _SCRYPT_R, _SCRYPT_P_RANGE = (2**15, 2**20), 8, (1, 8)
_LARGEST_KEY_FILE = 65_536


@dataclass(frozen=True)
class Proof:
    """The days (ISO 8601) on which a backup of the key was made and was opened; '' where neither was."""

    backed_up: str = ""
    restored_once: str = ""

    @property
    def day(self) -> date | None:
        """The day since when a backup is proven; None where none is."""
        try:
            return date.fromisoformat(self.restored_once) if self.backed_up else None
        except ValueError:
            return None

    @classmethod
    def of(cls, day: date) -> Proof:
        """A backup that was made and opened on this day."""
        return cls(day.isoformat(), day.isoformat())


NOT_PROVEN = Proof()


@dataclass(frozen=True)
class KeyFile:
    """What an opened key file holds. `version` is that of the file, `made` the day it says it was made."""

    key: Key = field(repr=False)
    version: int
    made: str
    proof: Proof


def save_key_file(
    path: Path,
    key: Key,
    passphrase: str,
    *,
    replace: bool = False,
    proof: Proof = NOT_PROVEN,
    made: str = "",
) -> None:
    """Write the key, sealed with the pass phrase, readable by its owner only; whole or not at all.

    What was written is opened again before it takes its place, so that an older file that is replaced is
    gone only when the new one is proven. Raises UsageError for an empty pass phrase, an existing file
    (unless `replace`) or a folder that cannot be written."""
    if not replace:
        refuse_existing(path)
    text = _sealed(key, passphrase, proof, made or date.today().isoformat())

    def proves(written: Path) -> bool:
        opened = open_key_file(written, passphrase)
        return opened.key == key and opened.proof == proof

    _write_private(path, text, proves)


def refuse_existing(path: Path) -> None:
    """Raises UsageError where something stands at the place of a new key file."""
    if path.exists() or path.is_symlink():
        raise UsageError(
            "There is already a file at the place chosen for the key. A key that is overwritten is lost for "
            "ever, with every link its pseudonyms hold. Choose another name.",
            where=path.name,
            code="key_exists",
        )


def load_key_file(path: Path, passphrase: str) -> Key:
    """The key in a key file. Raises UsageError as `open_key_file` does."""
    return open_key_file(path, passphrase).key


def open_key_file(path: Path, passphrase: str) -> KeyFile:
    """The key in a key file of either version, and what the file proves of its backup.

    Raises UsageError where the file is missing, is no key file, was damaged, or the pass phrase is wrong."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head = read_head(path)
    sealed = head.pop("sealed", None)
    try:
        wrapped = AESGCM(_stretch(passphrase, head))
        opened = wrapped.decrypt(_bytes(head["nonce"]), _bytes(sealed), _bound(head))
        key = Key(opened) if head["version"] == 1 else _unpacked(opened)
        if key.label != head["label"]:
            raise ValueError("another label")
    except InvalidTag:
        raise UsageError(
            "The pass phrase does not open this key file, or the file was damaged. Check the capitals and "
            "spaces in THRESHOLD_PASSPHRASE, or use the backup of the key.",
            where=path.name,
            code="wrong_passphrase",
        ) from None
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _not_a_key_file(path) from None
    except UsageError as error:
        if error.code in ("no_passphrase", "no_memory"):
            raise
        raise _not_a_key_file(path) from None
    return KeyFile(key, head["version"], _day(head, "made"), proof_of(head))


def proof_of(head: Mapping[str, Any]) -> Proof:
    """What the head of a key file says of its backup. Believe it only of a file that was opened."""
    return Proof(_day(head, "backed_up"), _day(head, "restored_once"))


def read_head(path: Path) -> dict[str, Any]:
    """A key file as it stands, unopened, 'sealed' among its entries.

    Raises UsageError where there is none, or what is there is no key file that this program can read."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_KEY_FILE + 1)
    except FileNotFoundError:
        raise UsageError(
            "There is no key file here. Make one with 'threshold-cli key create FILE'.",
            where=path.name,
            code="no_key",
        ) from None
    except OSError:
        raise UsageError(
            "The key file cannot be read. Check the folder and your rights to it.", where=path.name
        ) from None
    try:
        whole = json.loads(raw)
    except (ValueError, RecursionError):
        raise _not_a_key_file(path) from None
    if len(raw) > _LARGEST_KEY_FILE or not isinstance(whole, dict) or whole.get("format") != _FORMAT:
        raise _not_a_key_file(path)
    known = (whole.get("version"), whole.get("kdf"), whole.get("cipher"))
    if known not in ((1, "scrypt", _CIPHER), (2, "argon2id", _CIPHER)) or isinstance(known[0], bool):
        raise UsageError("This key file was made by a newer Threshold. Update Threshold.", where=path.name)
    return whole


def _sealed(key: Key, passphrase: str, proof: Proof, made: str) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head: dict[str, Any] = {
        "format": _FORMAT,
        "version": VERSION,
        "label": key.label,
        "earlier": list(key.earlier_labels),
        "made": made,
        "backed_up": proof.backed_up,
        "restored_once": proof.restored_once,
        "kdf": "argon2id",
        "memory_kib": _MEMORY_KIB,
        "passes": _PASSES,
        "lanes": _LANES,
        "salt": _text(secrets.token_bytes(16)),
        "cipher": _CIPHER,
        "nonce": _text(secrets.token_bytes(12)),
    }
    packed = json.dumps({"secrets": [_text(s) for s in key.secrets], "began": dict(key.began)}).encode()
    sealed = AESGCM(_stretch(passphrase, head)).encrypt(_bytes(head["nonce"]), packed, _bound(head))
    # One line without a blank: there is no byte that could be changed and mean nothing.
    return json.dumps({**head, "sealed": _text(sealed)}, separators=(",", ":"))


def _unpacked(opened: bytes) -> Key:
    held = json.loads(opened)
    first, *earlier = (_bytes(text) for text in held["secrets"])
    return Key(first, tuple(earlier), tuple(sorted((str(k), str(v)) for k, v in held["began"].items())))


def _stretch(passphrase: str, head: Mapping[str, Any]) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    if not passphrase:
        raise UsageError(
            "No pass phrase was given. Put it in the environment variable THRESHOLD_PASSPHRASE.",
            code="no_passphrase",
        )
    # The same phrase typed on a Mac and on Windows may arrive as different code points.
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogateescape")
    salt = _bytes(head["salt"])
    if not 16 <= len(salt) <= 64 or len(_bytes(head["nonce"])) != 12:
        raise ValueError("salt or nonce of another length")
    if head["version"] == 1:
        n, r = _within(head["n"], _SCRYPT_N_RANGE), head["r"]
        if n & (n - 1) or r != _SCRYPT_R:
            raise ValueError("scrypt shape out of range")
        return Scrypt(salt=salt, length=KEY_BYTES, n=n, r=r, p=_within(head["p"], _SCRYPT_P_RANGE)).derive(
            typed
        )
    drawn = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=_within(head["passes"], _PASSES_RANGE),
        lanes=_within(head["lanes"], _LANES_RANGE),
        memory_cost=_within(head["memory_kib"], _MEMORY_RANGE),
    )
    try:
        return drawn.derive(typed)
    except MemoryError:
        raise UsageError(
            "There is not enough free memory to open the key file. Close other programs and try again.",
            code="no_memory",
        ) from None


def _within(value: object, allowed: tuple[int, int]) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not allowed[0] <= value <= allowed[1]:
        raise ValueError("cost out of range")
    return value


def _bound(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode()


def _day(head: Mapping[str, Any], name: str) -> str:
    found = head.get(name, "")
    return found if isinstance(found, str) else ""


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError("not text")
    try:
        found = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError("not base 64") from None
    if _text(found) != value:  # its last letter can be spelt in several ways
        raise ValueError("not the one spelling")
    return found


def _not_a_key_file(path: Path) -> UsageError:
    return UsageError(
        "This file is not a Threshold key file, or it was damaged. Use the backup of the key.",
        where=path.name,
        code="not_a_key",
    )


def _write_private(path: Path, text: str, proves: Callable[[Path], bool]) -> None:
    try:
        number, temporary = tempfile.mkstemp(prefix=".threshold-key-", dir=path.parent)  # mode 0600
    except OSError:
        raise UsageError(
            "The key file cannot be written in this folder. Choose another, or check your rights to it.",
            where=path.name,
        ) from None
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not proves(Path(temporary)):
            raise UsageError(
                "The key file did not read back as it was written. Try another disk.", where=path.name
            )
        Path(temporary).replace(path)
    except OSError:
        raise UsageError(
            "The key file could not be written: the disk may be full or read-only. Make room, or choose "
            "another folder.",
            where=path.name,
        ) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
