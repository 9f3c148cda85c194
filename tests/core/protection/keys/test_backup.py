"""A backup counts only when it was opened, and nobody can write into a file that it was."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from core.model import UsageError
from core.protection import keys

PHRASE, DAY = "correct horse battery staple", date(2026, 8, 1)


def test_a_new_key_file_comes_with_a_backup_that_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "k"
    made = keys.create_with_backup(path, PHRASE, today=DAY)
    assert keys.backup_proven(path) == made.proof.day == DAY
    assert keys.load_key_file(tmp_path / "k.backup", PHRASE) == made.key
    assert keys.state_of_file(made) == keys.KeyState("file", made.key.label, DAY)
    assert keys.known_key(made.key.label).proven == DAY
    assert sorted(p.name for p in tmp_path.iterdir()) == ["k", "k.backup"]


def test_a_place_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "k"
    (tmp_path / "k.backup").write_text("something", "utf-8")
    with pytest.raises(UsageError) as caught:
        keys.create_with_backup(path, PHRASE)
    assert caught.value.code == "key_exists"
    assert [(p.name, p.read_text("utf-8")) for p in tmp_path.iterdir()] == [("k.backup", "something")]


def test_a_backup_that_cannot_be_made_leaves_no_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        keys.create_with_backup(tmp_path / "k", PHRASE, tmp_path / "no folder" / "copy")
    with pytest.raises(UsageError):
        keys.create_with_backup(tmp_path / "k", "")
    assert list(tmp_path.iterdir()) == []


def test_a_copy_of_the_same_key_is_proven_again_and_stays(tmp_path: Path) -> None:
    path, copy = tmp_path / "k", tmp_path / "k.backup"
    keys.create_with_backup(path, PHRASE, today=DAY)
    before = copy.read_bytes()
    keys.backup_key_file(path, copy, PHRASE, today=date(2026, 9, 1))
    assert copy.read_bytes() == before
    assert keys.backup_proven(path) == date(2026, 9, 1)


@pytest.mark.parametrize("phrase", [PHRASE, "another phrase"])
def test_a_copy_of_another_key_is_refused_and_stays(tmp_path: Path, phrase: str) -> None:
    path, copy = tmp_path / "k", tmp_path / "copy"
    keys.save_key_file(path, keys.create_key(), PHRASE)
    keys.save_key_file(copy, keys.create_key(), phrase)
    before = copy.read_bytes(), path.read_bytes()
    with pytest.raises(UsageError) as caught:
        keys.backup_key_file(path, copy, PHRASE)
    assert caught.value.code == "key_exists"
    assert (copy.read_bytes(), path.read_bytes()) == before
    assert keys.backup_proven(path) is None


def test_the_key_file_is_no_backup_of_itself(tmp_path: Path) -> None:
    keys.save_key_file(tmp_path / "k", keys.create_key(), PHRASE)
    with pytest.raises(UsageError, match="itself"):
        keys.backup_key_file(tmp_path / "k", tmp_path / "." / "k", PHRASE)


def test_putting_it_back_is_proof_and_overwrites_nothing(tmp_path: Path) -> None:
    path, copy = tmp_path / "k", tmp_path / "copy"
    key = keys.create_key()
    keys.save_key_file(copy, key, PHRASE)
    assert keys.restore_key_file(path, copy, PHRASE, today=DAY) == key
    assert keys.backup_proven(path) == DAY
    with pytest.raises(UsageError, match="already a file"):
        keys.restore_key_file(path, copy, PHRASE)


def test_a_backup_that_is_not_there_is_no_reason_to_make_a_new_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no backup here.*--backup") as told:
        keys.restore_key_file(tmp_path / "k", tmp_path / "moved", PHRASE)
    assert "key create" not in told.value.message
    assert not (tmp_path / "k").exists()


def test_a_proof_cannot_be_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "k"
    keys.save_key_file(path, keys.create_key(), PHRASE)
    whole = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**whole, "backed_up": "2026-08-01", "restored_once": "2026-08-01"}), "utf-8")
    with pytest.raises(UsageError):
        keys.open_key_file(path, PHRASE)


def test_the_book_holds_no_secret_and_a_damaged_one_stops_nothing_but_itself(
    tmp_path: Path, quick_and_alone: Path
) -> None:
    made = keys.create_with_backup(tmp_path / "k", PHRASE, today=DAY)
    keys.note_release(made.key.label, "Bristol", "Feet", DAY, "f" * 64)
    text = quick_and_alone.read_text("utf-8")
    assert made.key.secret.hex() not in text
    assert PHRASE not in text
    assert keys.known_key(made.key.label).projects == (("Bristol", "Feet"),)
    quick_and_alone.write_text("[]", "utf-8")
    with pytest.raises(UsageError, match="not touched"):
        keys.known_key(made.key.label)
    keys.backup_key_file(tmp_path / "k", tmp_path / "k.backup", PHRASE)
