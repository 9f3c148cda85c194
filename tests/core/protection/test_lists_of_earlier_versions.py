"""Lists that an earlier version kept in a folder of its own are found, and nobody on them is forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.model import PolicyError
from core.patients import GpOnly, gp_only_file, load_gp_only, new_gp_only, save_gp_only
from core.patients.gp_only import Marked
from core.patients.lists_kept import HOLD_BACKS, gone, kept_hold_backs
from core.protection.hold_backs import (
    Entry,
    HoldBackList,
    hold_backs_file,
    load_hold_backs,
    new_list,
    release_entry,
    save_hold_backs,
)
from core.protection.hold_backs import places as places_of_lists
from core.protection.keys import Key

KEY, OTHER = Key(b"k" * 32), Key(b"o" * 32)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, in which capitals count."""
    for name in ("THRESHOLD_HOLD_BACKS", "THRESHOLD_GP_ONLY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("THRESHOLD_LOOKS", str(tmp_path / "looks.jsonl"))

    def folder(name: str, **_more: object) -> Path:
        return tmp_path / ("old" if name == "Threshold" else "new")

    monkeypatch.setattr(places_of_lists, "user_data_path", folder)
    return tmp_path


def held_list(*codes: str, key: Key = KEY) -> HoldBackList:
    made = new_list(key)
    for code in codes:
        coded = made.secret.code("patient", code)
        entry = {"code": coded, "patient": coded, "kind": "patient", "named_by": "nhs", "by": "gp"}
        more = {"reason": "patient_asked", "day": "2026-11-03"}
        made = made.with_entry(Entry.model_validate({**entry, **more}))
    return made


def marked_list(*codes: str) -> GpOnly:
    made = new_gp_only(KEY)
    entries = [
        {"code": made.secret.code("needs gp", code), "by": "gp", "day": "2026-11-03"} for code in codes
    ]
    return replace(made, entries=tuple(Marked.model_validate(entry) for entry in entries))


def keep_in(folder: Path, save: Callable[[Path, Any], None], place: Path, held: Any) -> Path:
    """Put a list into a folder, as the version that used that folder did."""
    elsewhere = folder.parent / "elsewhere" / place.name
    save(elsewhere, held)
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(elsewhere, folder / place.name))


def codes(held: HoldBackList | GpOnly | None) -> set[str]:
    return set() if held is None else {entry.code for entry in held.entries}


CASES = pytest.mark.parametrize(
    ("place", "save", "load", "make"),
    [
        (hold_backs_file, save_hold_backs, load_hold_backs, held_list),
        (gp_only_file, save_gp_only, load_gp_only, marked_list),
    ],
    ids=["hold_backs", "gp_only"],
)


@CASES
def test_a_list_of_the_old_folder_is_found_and_comes_here_when_written(
    data: Path, place: Any, save: Any, load: Any, make: Any
) -> None:
    assert place().parent == data / "new"
    old = keep_in(data / "old", save, place(), make("a", "b"))
    assert place() == old, "it is looked for where it stands"
    found = load(place(), KEY)
    assert codes(found) == codes(make("a", "b"))
    save(place(), found)
    assert place() == data / "new" / old.name
    assert not old.exists()
    assert old.with_name(f"{old.name}.moved").exists(), "nothing is deleted"
    assert codes(load(place(), KEY)) == codes(found)


@CASES
def test_of_two_lists_nobody_is_forgotten(data: Path, place: Any, save: Any, load: Any, make: Any) -> None:
    new, old = make("a", "b"), make("b", "c")
    keep_in(data / "new", save, place(), new)
    keep_in(data / "old", save, place(), old)
    found = load(place(), KEY)
    assert codes(found) == codes(new) | codes(old)
    assert codes(load(data / "old" / place().name, KEY)) == codes(found)
    save(place(), replace(found, entries=found.entries[1:]))
    assert codes(load(place(), KEY)) == {entry.code for entry in found.entries[1:]}, "let go is let go"


@CASES
def test_what_an_earlier_version_writes_meanwhile_is_not_forgotten(
    data: Path, place: Any, save: Any, load: Any, make: Any
) -> None:
    """And what was let go since the list was read is not brought back by it."""
    first = keep_in(data / "old", save, place(), make("a", "b"))
    held = load(place(), KEY)
    let_go = held.entries[0]
    keep_in(data / "old", save, place(), make("a", "b", "c"))
    save(place(), replace(held, entries=held.entries[1:]))
    assert codes(load(place(), KEY)) == codes(make("a", "b", "c")) - {let_go.code}
    assert not first.exists()


@CASES
def test_nothing_that_was_put_by_is_written_over(
    data: Path, place: Any, save: Any, load: Any, make: Any
) -> None:
    texts = []
    for code in "abc":
        old = keep_in(data / "old", save, place(), make(code))
        texts.append(old.read_text("utf-8"))
        save(place(), load(place(), KEY))
    assert codes(load(place(), KEY)) == codes(make("a", "b", "c"))
    put_by = [old.with_name(old.name + end) for end in (".moved", ".moved.2", ".moved.3")]
    assert [file.read_text("utf-8") for file in put_by] == texts
    assert sorted((data / "old").iterdir()) == sorted(put_by)


def test_what_cannot_be_read_there_is_neither_moved_nor_written_over(data: Path) -> None:
    held = held_list("a")
    save_hold_backs(hold_backs_file(), held)
    old = keep_in(data / "old", save_hold_backs, hold_backs_file(), held_list("c", key=OTHER))
    with pytest.raises(PolicyError):
        save_hold_backs(hold_backs_file(), held_list("a", "b"))
    assert old.exists()
    old.unlink()
    assert codes(load_hold_backs(hold_backs_file(), KEY)) == codes(held)


def test_one_of_another_key_or_that_was_edited_stops_as_ever(data: Path) -> None:
    keep_in(data / "new", save_hold_backs, hold_backs_file(), held_list("a"))
    old = keep_in(data / "old", save_hold_backs, hold_backs_file(), held_list("c", key=OTHER))
    with pytest.raises(PolicyError) as refused:
        load_hold_backs(hold_backs_file(), KEY)
    assert refused.value.code == "hold_backs.key"
    keep_in(data / "old", save_hold_backs, hold_backs_file(), held_list("c"))
    old.write_text(old.read_text("utf-8").replace("patient_asked", "serious_harm"), "utf-8")
    with pytest.raises(PolicyError) as refused:
        load_hold_backs(hold_backs_file(), KEY)
    assert refused.value.code == "hold_backs.edited"


def test_a_named_file_is_read_alone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_in(data / "old", save_hold_backs, hold_backs_file(), held_list("a"))
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(data / "named.json"))
    assert load_hold_backs(hold_backs_file(), KEY) is None
    assert gp_only_file() == data / "gp-only.json"


def test_where_capitals_do_not_count_it_is_one_file(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_of_lists, "user_data_path", lambda *_a, **_k: data / "one")
    held = held_list("a")
    save_hold_backs(hold_backs_file(), held)
    save_hold_backs(hold_backs_file(), held)
    assert load_hold_backs(hold_backs_file(), KEY) == held
    assert [file.name for file in (data / "one").iterdir()] == ["hold-backs.json"]


def test_a_list_that_went_from_the_old_folder_is_missed(data: Path) -> None:
    old = keep_in(data / "old", save_hold_backs, hold_backs_file(), held_list("a", "b"))
    held = kept_hold_backs(KEY)
    assert held is not None
    assert not gone(HOLD_BACKS)
    old.unlink()
    assert "2 entries" in gone(HOLD_BACKS)
    save_hold_backs(hold_backs_file(), release_entry(held, held.entries[0].code))
    kept_hold_backs(KEY)
    hold_backs_file().unlink()
    assert "one entry" in gone(HOLD_BACKS)
