"""The key in the key store of the computer (Windows Credential Manager, macOS Keychain, Secret Service)."""

from __future__ import annotations

import base64
import binascii

from core.model import UsageError
from core.protection.keys.key import Key

KEY_STORE_SERVICE = "Threshold"
DEFAULT_KEY_NAME = "practice key"


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
    """Keep the key in the system's key store under the service 'Threshold'.

    A key with earlier generations is refused: those are kept in a file only."""
    if key.earlier:
        raise UsageError(
            "This key holds earlier keys, for which a key store has no room. Keep it in a file.",
            where=name,
            code="key_generations",
        )
    held = keystore_load(name)
    if held is not None and held != key and not replace:
        raise UsageError(
            "The key store of this computer already holds another key under this name. Choose another name, "
            "or remove that key with the computer's own program for its key store first.",
            where=name,
            code="key_exists",
        )
    _with_keystore("set_password", name, base64.b64encode(key.secret).decode("ascii"))


def keystore_load(name: str = DEFAULT_KEY_NAME) -> Key | None:
    """The key of that name from the system's key store; None where it holds none."""
    held = _with_keystore("get_password", name)
    if held is None:
        return None
    try:
        return Key(base64.b64decode(held, validate=True))
    except (TypeError, ValueError, binascii.Error, UsageError):
        raise UsageError(
            "What the key store holds under this name is not a key. Restore it from its backup.", where=name
        ) from None


def keystore_remove(name: str = DEFAULT_KEY_NAME) -> None:
    """Take the key out of the key store. Raises UsageError where it holds none, or still holds it after."""
    if _with_keystore("get_password", name) is None:
        raise UsageError(
            "The key store of this computer holds no such key. Check the computer and the account.",
            where=name,
            code="no_key",
        )
    _with_keystore("delete_password", name)
    if _with_keystore("get_password", name) is not None:
        raise UsageError(
            "The key store still holds the key. Remove it with the computer's own program for its key store.",
            where=name,
            code="no_key_store",
        )


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
