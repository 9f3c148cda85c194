"""What was put on the practice's list is taken back only while the list still says what was put there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.protection import Key
from core.protection.hold_backs import (
    HoldBackList,
    hold_back_secret,
    load_hold_backs,
    new_list,
    save_hold_backs,
)
from core.protection.hold_backs.entries import Entry
from gui import decisions, held_list
from gui.held_list import ANOTHER_KEY, NEWER, Change, turn
from gui.state import Choices, GoingTo

KEY, OTHER = Key(b"k" * 32), Key(b"o" * 32)
DAY = date(2026, 11, 3)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(tmp_path / "held.json"))
    return tmp_path / "held.json"


def entry(who: str, reason: str = "patient_asked", key: Key = KEY) -> Entry:
    code = hold_back_secret(key).code("patient", who)
    return Entry(kind="patient", code=code, patient=code, named_by="nhs", reason=reason, day=DAY)


def put(place: Path, *entries: Entry, key: Key = KEY) -> tuple[Entry, ...]:
    held = new_list(key)
    for one in entries:
        held = held.with_entry(one)
    save_hold_backs(place, held)
    return held.entries


def there(place: Path, key: Key = KEY) -> tuple[Entry, ...]:
    held = load_hold_backs(place, key)
    assert held is not None
    return held.entries


def test_a_change_goes_back_and_forth(place: Path) -> None:
    before = put(place, entry("a"))
    after = put(place, entry("a"), entry("b"))
    change = Change(before, after, KEY.label, "one patient held back every time")
    assert turn(KEY, change, back=True) == ""
    assert there(place) == before
    assert turn(KEY, change, back=False) == ""
    assert there(place) == after


def test_what_somebody_else_said_of_the_patient_meanwhile_stays(place: Path) -> None:
    change = Change((), put(place, entry("a")), KEY.label, "")
    newer = put(place, entry("a", "serious_harm"))
    assert turn(KEY, change, back=True) == NEWER
    assert there(place) == newer
    let_go = Change(newer, put(place, entry("b")), KEY.label, "")
    again = put(place, entry("a"), entry("b"))
    assert turn(KEY, let_go, back=True) == NEWER
    assert there(place) == again


def test_what_somebody_else_said_of_another_patient_stays_and_the_own_entry_goes_back_and_forth(
    place: Path,
) -> None:
    change = Change(put(place, entry("z")), put(place, entry("a"), entry("z")), KEY.label, "")
    put(place, entry("a"), entry("b"))  # z was let go and b held back elsewhere
    assert turn(KEY, change, back=True) == ""
    assert there(place) == (entry("b"),), "only the own entry goes; z is not put on again"
    assert turn(KEY, change, back=False) == ""
    assert there(place) == put(place, entry("a"), entry("b"))


def test_an_entry_of_the_same_patient_that_somebody_else_made_stays(place: Path) -> None:
    """A GP holds the patient back while another's entry of one item is taken back: the patient stays."""
    whole = entry("a")
    on = hold_back_secret(KEY).code("entry", "a", "one")
    item = whole.model_copy(update={"kind": "item", "code": on, "on": on, "same": (on,)})
    change = Change((), put(place, item), KEY.label, "")
    put(place, item, whole)
    assert turn(KEY, change, back=True) == ""
    assert there(place) == (whole,)


def test_what_was_let_go_is_not_put_over_a_newer_entry_nor_taken_off_twice(place: Path) -> None:
    let_go = Change(put(place, entry("a"), entry("b")), put(place, entry("b")), KEY.label, "")
    newer = put(place, entry("a", "serious_harm"), entry("c"))
    assert turn(KEY, let_go, back=True) == NEWER
    assert there(place) == newer
    assert turn(KEY, let_go, back=False) == NEWER
    assert there(place) == newer


def test_nothing_is_written_under_another_key(place: Path) -> None:
    change = Change((), put(place, entry("a")), KEY.label, "")
    assert turn(OTHER, change, back=True) == ANOTHER_KEY
    assert turn(None, change, back=True) == ANOTHER_KEY
    assert turn(KEY, change, back=True) == ""
    assert turn(OTHER, change, back=False) == ANOTHER_KEY, "an empty list is nobody's, but its codes are"
    assert there(place) == ()


def test_a_list_that_was_edited_is_left_and_told(place: Path) -> None:
    change = Change((), put(place, entry("a")), KEY.label, "")
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("patient_asked", "serious_harm"), encoding="utf-8")
    edited = place.read_bytes()
    assert "changed by another program" in turn(KEY, change, back=True)
    assert place.read_bytes() == edited


def test_what_changes_nothing_is_no_step(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(place, entry("a"))
    assert held_list.let_go(KEY, entry("b").code) == (held_list.NOT_HELD, None)
    words, change = held_list.let_go(KEY, entry("a").code)
    assert change is not None
    assert "no longer held back" in words
    assert there(place) == ()

    def never(_path: Path, _held: HoldBackList) -> None:
        raise AssertionError("it was written for nothing")

    monkeypatch.setattr("core.protection.hold_backs.save_hold_backs", never)
    assert held_list.let_go(KEY, entry("a").code) == (held_list.NOT_HELD, None)


def changed(what: str) -> Change:
    return Change((), (what,), KEY.label, what)


def test_a_step_of_the_list_is_no_decision_that_closing_would_lose() -> None:
    history = decisions.History()
    history.begin(going_to=GoingTo("approved-research", "Leeds", "flu"))
    history.mark_kept()
    one = changed("one patient held back every time")
    history.decide(history.now, one.what, one)
    assert (history.now.what, history.unsaved) == (one.what, 0)
    history.decide(*decisions.with_format(history.now, "xlsx"))
    assert history.now.held is None, "only the step that changed the list has the change"
    assert history.unsaved == 1


def test_a_step_that_cannot_be_taken_back_is_dropped_and_the_others_stay() -> None:
    history = decisions.History()
    history.decide(*decisions.with_field(history.now, "t", "Notes", "keep", None))
    one = changed("one entry held back every time")
    history.decide(history.now, one.what, one)
    history.mark_kept()
    history.decide(*decisions.with_format(history.now, "xlsx"))
    history.undo()
    assert history.undo() == one.what
    assert history.next_held is one
    history.drop(one)
    assert history.next_held is None
    assert history.redo() == "saved as excel workbook"
    assert [history.undo(), history.undo(), history.undo()] == [
        "saved as excel workbook",
        "Notes: sent as it is",
        "",
    ]
    history.redo()
    assert history.unsaved == 0, "what stood in the file is what holds now"


def test_under_another_key_no_step_of_the_list_is_left() -> None:
    history = decisions.History()
    one, two = changed("one"), changed("two")
    for change in (one, two):
        history.decide(replace(history.now, items=()), change.what, change)
    history.undo()
    assert history.has_codes
    assert "stays on the practice's list" in history.forget_codes()
    assert not history.has_codes
    assert (history.can_undo, history.can_redo) == (False, False)
    assert history.now == Choices()
