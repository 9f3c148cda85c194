"""Destroying a key: it is gone, and the certificate says what it ended and what still stands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from core.model import UsageError
from core.protection import keys

PHRASE, DAY = "correct horse battery staple", date(2026, 8, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = keys.create_with_backup(tmp_path / "k", PHRASE, today=DAY)
    keys.note_release(made.key.label, "Bristol", "Feet", DAY, "a" * 64)
    keys.note_release(made.key.label, "Bristol", "Feet", DAY, "b" * 64)
    return tmp_path / "k"


def test_it_says_that_a_backup_still_stands(path: Path) -> None:
    key = keys.load_key_file(path, PHRASE)
    told = keys.destroy_key_file(path)
    assert not path.exists()
    written = json.loads((path.parent / "k.destroyed.json").read_text("utf-8"))
    assert written["key"] == told.key == key.label
    assert written["traceable"] is True
    assert [b["found"] for b in written["backups"]] == ["there"]
    assert written["projects"] == [{"recipient": "Bristol", "project": "Feet", "releases": 2}]
    assert "still stands" in written["meaning"]
    assert "Signed by nobody" in written["signed"]
    text = json.dumps(written)
    assert key.secret.hex() not in text
    assert PHRASE not in text
    assert keys.known_key(key.label).destroyed


def test_with_the_backup_gone_nothing_can_be_traced(path: Path) -> None:
    keys.destroy_key_file(keys.backup_place(path), path.parent / "first.json")
    told = keys.destroy_key_file(path)
    assert not told.traceable
    assert [b.found for b in told.backups] == ["gone"]
    assert "no longer be traced" in told.told()["meaning"]


def test_another_file_at_the_backups_place_is_no_backup(path: Path) -> None:
    keys.backup_place(path).write_text("something else", "utf-8")
    assert not keys.destroy_key_file(path).traceable


def test_earlier_keys_are_named_too(path: Path) -> None:
    old = keys.load_key_file(path, PHRASE)
    new = keys.replace_key(path, PHRASE)
    told = keys.destroy_key_file(path)
    assert (told.key, told.earlier) == (new.label, (old.label,))
    assert told.projects == (("Bristol", "Feet", 2),)


def test_no_certificate_no_destruction(path: Path) -> None:
    before = path.read_bytes()
    (path.parent / "taken").write_text("", "utf-8")
    for place in (path.parent / "taken", path.parent / "no folder" / "c"):
        with pytest.raises(UsageError, match="othing was destroyed"):
            keys.destroy_key_file(path, place)
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".threshold*"))


def test_a_key_that_could_not_be_removed_gets_no_certificate(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        if not self.name.startswith(".threshold"):
            raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(UsageError, match="could not be destroyed"):
        keys.destroy_key_file(path)
    assert not (path.parent / "k.destroyed.json").exists()
