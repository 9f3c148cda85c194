"""Keys: sealed, private, whole or absent, and never shown."""

from __future__ import annotations

import base64
import json
import os
import random
import sys
from datetime import date
from pathlib import Path
from typing import Any

import keyring
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from core.model import UsageError
from core.protection import keys
from core.protection.keys import key_file

PHRASE = "correct horse battery staple"


def test_a_new_key_has_256_bits_and_no_two_are_alike() -> None:
    made = {keys.create_key().secret for _ in range(50)}
    assert len(made) == 50
    assert {len(secret) for secret in made} == {32}


def test_the_secret_never_shows_in_text() -> None:
    key = keys.Key(b"s" * 32)
    assert "sss" not in repr(key)
    assert "sss" not in str(key)
    assert "sss" not in f"{key!r:>100}"


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(UsageError, match="32 bytes"):
        keys.Key(b"short")


def test_saved_and_loaded_it_is_the_same_key(tmp_path: Path) -> None:
    key = keys.create_key()
    keys.save_key_file(tmp_path / "k", key, PHRASE)
    assert keys.load_key_file(tmp_path / "k", PHRASE) == key
    text = (tmp_path / "k").read_text("utf-8")
    assert key.secret.hex() not in text
    assert base64.b64encode(key.secret).decode() not in text
    assert [found.name for found in tmp_path.iterdir()] == ["k"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner-only mode bits")
def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    keys.save_key_file(tmp_path / "k", keys.create_key(), PHRASE)
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600


def test_a_wrong_pass_phrase_is_told_in_words(tmp_path: Path) -> None:
    keys.save_key_file(tmp_path / "k", keys.create_key(), PHRASE)
    with pytest.raises(UsageError, match="pass phrase does not open") as caught:
        keys.load_key_file(tmp_path / "k", PHRASE + " ")
    assert caught.value.code == "wrong_passphrase"
    assert PHRASE not in caught.value.message


def test_an_empty_pass_phrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="THRESHOLD_PASSPHRASE"):
        keys.save_key_file(tmp_path / "k", keys.create_key(), "")
    assert not (tmp_path / "k").exists()


def test_the_same_words_composed_differently_open_the_file(tmp_path: Path) -> None:
    keys.save_key_file(tmp_path / "k", keys.create_key(), "caf\u00e9")
    keys.load_key_file(tmp_path / "k", "cafe\u0301")


def test_an_existing_key_is_never_overwritten(tmp_path: Path) -> None:
    first = keys.create_key()
    keys.save_key_file(tmp_path / "k", first, PHRASE)
    with pytest.raises(UsageError, match="already a file"):
        keys.save_key_file(tmp_path / "k", keys.create_key(), PHRASE)
    assert keys.load_key_file(tmp_path / "k", PHRASE) == first


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", "{}", '{"format": "threshold-key"}', "null", "\x00" * 40]
)
def test_what_is_no_key_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "k").write_text(text, "utf-8")
    with pytest.raises(UsageError):
        keys.load_key_file(tmp_path / "k", PHRASE)
    with pytest.raises(UsageError):
        keys.destroy_key_file(tmp_path / "k")
    assert (tmp_path / "k").read_text("utf-8") == text


@pytest.mark.parametrize("field", ["memory_kib", "salt", "nonce", "sealed", "label", "lanes", "made"])
def test_an_edited_file_does_not_open(tmp_path: Path, field: str) -> None:
    path = tmp_path / "k"
    keys.save_key_file(path, keys.create_key(), PHRASE)
    whole = json.loads(path.read_text("utf-8"))
    value = whole[field]
    whole[field] = value * 2 if isinstance(value, int) else ("B" if value[0] == "A" else "A") + value[1:]
    path.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(UsageError):
        keys.load_key_file(path, PHRASE)


def test_a_file_that_asks_for_all_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k"
    keys.save_key_file(path, keys.create_key(), PHRASE)
    whole = json.loads(path.read_text("utf-8"))
    for name, cost in [(n, c) for n in ("memory_kib", "passes", "lanes") for c in (2**40, 0, -1, True, "3")]:
        path.write_text(json.dumps({**whole, name: cost}), "utf-8")
        with pytest.raises(UsageError):
            keys.load_key_file(path, PHRASE)


def test_a_full_disk_leaves_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="disk may be full"):
        keys.save_key_file(tmp_path / "k", keys.create_key(), PHRASE)
    assert list(tmp_path.iterdir()) == []


def test_backup_restore_destroy(tmp_path: Path) -> None:
    path, copy = tmp_path / "k", tmp_path / "copy"
    key = keys.create_key()
    keys.save_key_file(path, key, PHRASE)
    assert keys.backup_key_file(path, copy, PHRASE) == key
    assert path.read_bytes() != copy.read_bytes()  # its own salt and nonce
    keys.destroy_key_file(path)
    assert not path.exists()
    assert keys.restore_key_file(path, copy, PHRASE) == key
    assert keys.load_key_file(path, PHRASE) == key


def test_labels_tell_keys_apart_and_nothing_else() -> None:
    one, two = keys.create_key(), keys.create_key()
    assert one.label != two.label
    assert one.label == keys.Key(one.secret).label
    assert one.label[2:].lower() not in one.secret.hex()[:8]


def _version_1(secret: bytes, phrase: str, n: int = 2**15) -> str:
    """A key file as the first version wrote it."""
    head: dict[str, Any] = {
        "format": "threshold-key",
        "version": 1,
        "label": keys.Key(secret).label,
        "kdf": "scrypt",
        "n": n,
        "r": 8,
        "p": 1,
        "salt": base64.b64encode(b"s" * 16).decode(),
        "cipher": "AES-256-GCM",
        "nonce": base64.b64encode(b"n" * 12).decode(),
    }
    drawn = Scrypt(salt=b"s" * 16, length=32, n=min(n, 2**15), r=8, p=1).derive(phrase.encode())
    bound = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
    head["sealed"] = base64.b64encode(AESGCM(drawn).encrypt(b"n" * 12, secret, bound)).decode()
    return json.dumps(head, indent=2) + "\n"


def test_a_file_of_the_first_version_still_opens_and_proves_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "k"
    path.write_text(_version_1(b"k" * 32, PHRASE), "utf-8")
    opened = keys.open_key_file(path, PHRASE)
    assert (opened.key, opened.version, opened.proof.day) == (keys.Key(b"k" * 32), 1, None)
    assert keys.backup_proven(path) is None
    with pytest.raises(UsageError, match="does not open"):
        keys.load_key_file(path, PHRASE + "x")
    for n in (2**40, 2**10, 2**15 + 1):
        path.write_text(_version_1(b"k" * 32, PHRASE, n), "utf-8")
        with pytest.raises(UsageError, match="not a Threshold key file"):
            keys.load_key_file(path, PHRASE)


def test_a_proof_written_into_a_file_of_the_first_version_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "k"
    whole = json.loads(_version_1(b"k" * 32, PHRASE))
    path.write_text(json.dumps({**whole, "backed_up": "2026-01-01", "restored_once": "2026-01-01"}), "utf-8")
    assert keys.backup_proven(path) is None
    with pytest.raises(UsageError, match="does not open"):
        keys.load_key_file(path, PHRASE)


def test_the_file_is_sealed_as_the_standard_recommends(
    tmp_path: Path, monkeypatch: Any, standard_keys: tuple[int, int]
) -> None:
    monkeypatch.setattr(key_file, "_MEMORY_KIB", standard_keys[0])
    monkeypatch.setattr(key_file, "_PASSES", standard_keys[1])
    keys.save_key_file(tmp_path / "k", keys.create_key(), PHRASE)
    head = json.loads((tmp_path / "k").read_text("utf-8"))
    assert (head["kdf"], head["memory_kib"], head["passes"], head["lanes"]) == ("argon2id", 65_536, 3, 4)
    assert (head["version"], head["cipher"]) == (2, "AES-256-GCM")


def test_sealed_bytes_have_one_spelling() -> None:
    assert key_file._bytes("QQ==") == b"A"
    for other in ("QR==", "QQ", "QQ==\n", "Q Q==", None):
        with pytest.raises((ValueError, TypeError)):
            key_file._bytes(other)


def test_no_byte_of_a_key_file_can_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "k"
    keys.save_key_file(path, keys.create_key(), PHRASE, proof=keys.Proof.of(date(2026, 8, 1)))
    raw = path.read_bytes()
    dice = random.Random(7)
    for at in [*sorted(dice.sample(range(len(raw)), 30)), len(raw) - 1, len(raw) - 3]:
        other = raw[at] ^ (1 << dice.randrange(7))
        path.write_bytes(raw[:at] + bytes([other]) + raw[at + 1 :])
        with pytest.raises(UsageError):
            keys.load_key_file(path, PHRASE)
    path.write_bytes(raw)
    keys.load_key_file(path, PHRASE)


@settings(max_examples=5)
@given(
    st.binary(min_size=32, max_size=32), st.text(min_size=1, max_size=30).filter(lambda t: t.isprintable())
)
def test_any_key_and_phrase_round_trip(
    tmp_path_factory: pytest.TempPathFactory, secret: bytes, phrase: str
) -> None:
    path = tmp_path_factory.mktemp("key") / "k"
    keys.save_key_file(path, keys.Key(secret), phrase)
    assert keys.load_key_file(path, phrase).secret == secret


class _Store(KeyringBackend):
    """A key store in memory, standing where Windows or macOS has a real one."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> _Store:
    made = _Store()
    monkeypatch.setattr(keyring.core, "_keyring_backend", made)
    return made


def test_the_key_store_keeps_one_key_a_name(store: _Store) -> None:
    key = keys.create_key()
    assert keys.keystore_load() is None
    keys.keystore_save(key)
    assert keys.keystore_load() == key
    assert {service for service, _ in store.held} == {"Threshold"}
    with pytest.raises(UsageError, match="already holds another key"):
        keys.keystore_save(keys.create_key())
    assert keys.keystore_load() == key


def test_without_a_real_key_store_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())
    assert not keys.keystore_available()
    with pytest.raises(UsageError, match="no key store") as caught:
        keys.keystore_save(keys.create_key())
    assert caught.value.code == "no_key_store"
