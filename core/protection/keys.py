"""The secret that pseudonyms are made with: made, kept in a pass-phrase-protected file or the system's
key store, copied, put back and destroyed.

A key file is JSON: the key sealed with AES-256-GCM (NIST SP 800-38D) under a key drawn from the pass
phrase with scrypt (RFC 7914). Everything but the sealed bytes is bound to them as additional data, so
an edited file does not open.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.model import UsageError

KEY_BYTES = 32
KEY_STORE_SERVICE = "Threshold"
DEFAULT_KEY_NAME = "practice key"
BACKUP_SUFFIX = ".backup"

_FORMAT = "threshold-key"
_SCRYPT_N = 2**16  # 64 MiB and about 0.2 s: dear to guess, cheap to open once
_SCRYPT_R = 8
_SCRYPT_P = 1
_SCRYPT_N_RANGE = (2**15, 2**20)  # below is too weak to trust; above is a file made to exhaust memory
_LARGEST_KEY_FILE = 16_384


@dataclass(frozen=True)
class Key:
    """A 256-bit secret. Its text form never shows it."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise UsageError(f"A key is {KEY_BYTES} bytes long; this one is {len(self.secret)}.")

    @property
    def label(self) -> str:
        """Eight letters that tell two keys apart and say nothing of the secret, e.g. 'K-1F3A90C2'."""
        mark = hmac.new(self.secret, b"threshold key label", hashlib.sha256).hexdigest()
        return f"K-{mark[:8].upper()}"


def create_key() -> Key:
    """A new key from the system's random source."""
    return Key(secrets.token_bytes(KEY_BYTES))


def save_key_file(path: Path, key: Key, passphrase: str, *, replace: bool = False) -> None:
    """Write the key, sealed with the pass phrase, readable by its owner only; whole or not at all.

    Raises UsageError for an empty pass phrase, an existing file (unless `replace`) or a folder that
    cannot be written.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if path.exists() and not replace:
        raise UsageError(
            "There is already a file at the place chosen for the key. A key that is overwritten is lost for "
            "ever, with every link its pseudonyms hold. Choose another name.",
            where=path.name,
            code="key_exists",
        )
    head = {
        "format": _FORMAT,
        "version": 1,
        "label": key.label,
        "kdf": "scrypt",
        "n": _SCRYPT_N,
        "r": _SCRYPT_R,
        "p": _SCRYPT_P,
        "salt": _text(secrets.token_bytes(16)),
        "cipher": "AES-256-GCM",
        "nonce": _text(secrets.token_bytes(12)),
    }
    sealed = AESGCM(_stretch(passphrase, head)).encrypt(_bytes(head["nonce"]), key.secret, _bound(head))
    _write_private(path, json.dumps({**head, "sealed": _text(sealed)}, indent=2) + "\n")


def load_key_file(path: Path, passphrase: str) -> Key:
    """The key in a file written by `save_key_file`.

    Raises UsageError where the file is missing, is no key file, was damaged, or the pass phrase is wrong.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    whole = _read_key_file(path)
    sealed = whole.pop("sealed", None)
    try:
        wrapped = AESGCM(_stretch(passphrase, whole))
        secret = wrapped.decrypt(_bytes(whole["nonce"]), _bytes(sealed), _bound(whole))
    except InvalidTag:
        raise UsageError(
            "The pass phrase does not open this key file, or the file was damaged. Check the capitals and "
            "spaces in THRESHOLD_PASSPHRASE, or use the backup of the key.",
            where=path.name,
            code="wrong_passphrase",
        ) from None
    except (KeyError, TypeError, ValueError):
        raise _not_a_key_file(path) from None
    return Key(secret)


def backup_key_file(path: Path, copy: Path, passphrase: str) -> Key:
    """Write a second key file with the same key, after proving that the first one opens; re-open the copy."""
    key = load_key_file(path, passphrase)
    save_key_file(copy, key, passphrase)
    if load_key_file(copy, passphrase) != key:
        copy.unlink(missing_ok=True)
        raise UsageError("The backup did not read back as the same key. Try another disk.", where=copy.name)
    return key


def restore_key_file(path: Path, copy: Path, passphrase: str) -> Key:
    """Put the key from a backup at `path`. A key that is already there is never overwritten."""
    key = load_key_file(copy, passphrase)
    save_key_file(path, key, passphrase)
    return key


def destroy_key_file(path: Path) -> None:
    """Overwrite and remove a key file: from then on nobody can link its pseudonyms to patients.

    Refuses anything that is not a key file. A solid-state disk may keep old copies of the overwritten
    bytes; they stay sealed with the pass phrase.
    """
    _read_key_file(path)
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def keystore_available() -> bool:
    """Whether this computer has a key store that can really keep a secret."""
    import keyring

    backend = keyring.get_keyring()
    module = type(backend).__module__
    if module.startswith(("keyring.backends.fail", "keyring.backends.null")) or "alt.file" in module:
        return False
    try:
        return float(backend.priority) > 0
    except Exception:  # a back end says in its own way that it cannot work here
        return False


def keystore_save(key: Key, name: str = DEFAULT_KEY_NAME, *, replace: bool = False) -> None:
    """Keep the key in the system's key store under the service 'Threshold'."""
    held = keystore_load(name)
    if held is not None and held != key and not replace:
        raise UsageError(
            "The key store of this computer already holds another key under this name. Choose another name, "
            "or remove that key with the computer's own program for its key store first.",
            where=name,
            code="key_exists",
        )
    _with_keystore("set_password", name, _text(key.secret))


def keystore_load(name: str = DEFAULT_KEY_NAME) -> Key | None:
    """The key of that name from the system's key store; None where it holds none."""
    held = _with_keystore("get_password", name)
    if held is None:
        return None
    try:
        return Key(_bytes(held))
    except (TypeError, ValueError):
        raise UsageError("What the key store holds under this name is not a key.", where=name) from None


def _with_keystore(action: str, name: str, *rest: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    if not keystore_available():
        raise UsageError(
            "This computer has no key store that Threshold can use. Keep the key in a pass-phrase-protected "
            "file instead.",
            code="no_key_store",
        )
    try:
        answer: str | None = getattr(keyring, action)(KEY_STORE_SERVICE, name, *rest)
    except KeyringError:
        raise UsageError(
            "The key store of this computer is locked or refused. Unlock it, or keep the key in a file.",
            code="no_key_store",
        ) from None
    return answer


def _stretch(passphrase: str, head: dict[str, Any]) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    if not passphrase:
        raise UsageError(
            "No pass phrase was given. Put it in the environment variable THRESHOLD_PASSPHRASE.",
            code="no_passphrase",
        )
    n, r, p = head["n"], head["r"], head["p"]
    if not (isinstance(n, int) and _SCRYPT_N_RANGE[0] <= n <= _SCRYPT_N_RANGE[1] and n & (n - 1) == 0):
        raise ValueError("scrypt cost out of range")
    if r != _SCRYPT_R or p not in range(1, 9):
        raise ValueError("scrypt shape out of range")
    # The same phrase typed on a Mac and on Windows may arrive as different code points.
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogateescape")
    return Scrypt(salt=_bytes(head["salt"]), length=KEY_BYTES, n=n, r=r, p=p).derive(typed)


def _bound(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError("not text")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError("not base 64") from None


def _read_key_file(path: Path) -> dict[str, Any]:
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
    except ValueError:
        raise _not_a_key_file(path) from None
    if len(raw) > _LARGEST_KEY_FILE or not isinstance(whole, dict) or whole.get("format") != _FORMAT:
        raise _not_a_key_file(path)
    if whole.get("version") != 1 or whole.get("kdf") != "scrypt" or whole.get("cipher") != "AES-256-GCM":
        raise UsageError("This key file was made by a newer Threshold. Update Threshold.", where=path.name)
    return whole


def _not_a_key_file(path: Path) -> UsageError:
    return UsageError(
        "This file is not a Threshold key file, or it was damaged. Use the backup of the key.",
        where=path.name,
        code="not_a_key",
    )


def _write_private(path: Path, text: str) -> None:
    try:
        number, temporary = tempfile.mkstemp(prefix=".threshold-key-", dir=path.parent)  # mode 0600
    except OSError:
        raise UsageError("The key file cannot be written in this folder.", where=path.name) from None
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError:
        raise UsageError(
            "The key file could not be written: the disk may be full or read-only.", where=path.name
        ) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
