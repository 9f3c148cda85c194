"""A new phrase or a new key: nothing is lost on the way, and running projects keep their codes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.model import UsageError
from core.protection import keys, pseudonyms_for
from core.protection.keys import key_file

OLD, NEW, DAY = "the old phrase", "the new phrase", date(2026, 8, 1)
WHO = "nhs|9991234560"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    keys.create_with_backup(tmp_path / "k", OLD, today=DAY)
    return tmp_path / "k"


def test_a_new_phrase_opens_the_same_key_and_its_backup(path: Path) -> None:
    key, day = keys.load_key_file(path, OLD), date.today()
    assert keys.change_passphrase(path, OLD, NEW) == key
    for file in (path, keys.backup_place(path)):
        assert keys.load_key_file(file, NEW) == key
        with pytest.raises(UsageError, match="does not open"):
            keys.load_key_file(file, OLD)
    assert keys.backup_proven(path) in (day, date.today()), "the day may change meanwhile"


def test_without_its_backup_nothing_is_proven_any_more(path: Path) -> None:
    keys.backup_place(path).unlink()
    keys.change_passphrase(path, OLD, NEW)
    assert keys.backup_proven(path) is None


@pytest.mark.parametrize(("old", "new"), [(OLD, ""), (OLD, OLD), ("wrong", NEW)])
def test_a_phrase_that_will_not_do_changes_nothing(path: Path, old: str, new: str) -> None:
    before = path.read_bytes(), keys.backup_place(path).read_bytes()
    with pytest.raises(UsageError):
        keys.change_passphrase(path, old, new)
    assert (path.read_bytes(), keys.backup_place(path).read_bytes()) == before


def test_a_file_that_does_not_read_back_leaves_the_old_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, before = keys.load_key_file(path, OLD), path.read_bytes()
    monkeypatch.setattr(key_file, "_sealed", lambda *_: before.decode()[:-9] + '"}')
    with pytest.raises(UsageError):
        keys.save_key_file(path, key, NEW, replace=True)
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir()) == ["k", "k.backup"]


def test_a_backup_of_another_key_stops_it_before_anything_changes(path: Path) -> None:
    keys.backup_place(path).unlink()
    keys.save_key_file(keys.backup_place(path), keys.create_key(), OLD)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="another key"):
        keys.change_passphrase(path, OLD, NEW)
    assert path.read_bytes() == before


def test_a_new_key_needs_to_know_what_runs(path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        keys.replace_key(path, OLD)
    assert caught.value.code == "running_projects"
    assert keys.replace_key(path, OLD, none_running=True).earlier


def test_running_projects_keep_their_codes_and_others_get_new_ones(path: Path) -> None:
    old = keys.load_key_file(path, OLD)
    keys.note_release(old.label, "Leeds", "Hearts", DAY)
    new = keys.replace_key(path, OLD, [("Bristol", "Feet")])
    assert new == keys.load_key_file(path, OLD) == keys.load_key_file(keys.backup_place(path), OLD)
    for project in (("Bristol", "Feet"), ("bristol ", "FEET"), ("Leeds", "Hearts")):
        assert pseudonyms_for(new, *project).of_identity(WHO) == pseudonyms_for(old, *project).of_identity(
            WHO
        )
        assert new.label_for(*project) == old.label
    other = ("Bristol", "Hands")
    assert pseudonyms_for(new, *other).of_identity(WHO) != pseudonyms_for(old, *other).of_identity(WHO)
    assert new.label_for(*other) == new.label != old.label
    assert new.earlier_labels == (old.label,)
    again = keys.replace_key(path, OLD, [other])
    assert again.label_for("Bristol", "Feet") == old.label
    assert again.label_for(*other) == new.label


def test_an_older_backup_is_renewed_and_a_newer_one_is_not_put_back_in_time(path: Path) -> None:
    keys.save_key_file(path.with_name("old"), keys.load_key_file(path, OLD), OLD)
    new = keys.replace_key(path, OLD, none_running=True)
    keys.backup_key_file(path, path.with_name("old"), OLD)
    assert keys.load_key_file(path.with_name("old"), OLD) == new
    earlier = keys.Key(new.earlier[0])
    keys.save_key_file(path.with_name("stale"), earlier, OLD)
    with pytest.raises(UsageError, match="later state"):
        keys.backup_key_file(path.with_name("stale"), path, OLD)
    assert keys.load_key_file(path, OLD) == new


def test_neither_secrets_nor_projects_can_be_read_in_the_file(path: Path) -> None:
    new = keys.replace_key(path, OLD, [("Bristol", "Feet")])
    text = path.read_text("utf-8")
    for hidden in (*(s.hex() for s in new.secrets), "Bristol", keys.project_mark("Bristol", "Feet")):
        assert hidden not in text
    assert new.secret.hex() not in repr(new)
    assert str(new.secret) not in repr(new)


def test_a_key_in_the_key_store_has_no_room_for_earlier_ones() -> None:
    with pytest.raises(UsageError, match="Keep it in a file"):
        keys.keystore_save(keys.create_key().replaced([]))
