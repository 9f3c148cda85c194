"""A list of what is held back that was deleted stops what it acts on, until a person begins another."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.model import PolicyError
from core.protection import Key, Purpose
from core.protection.hold_backs import hold_back_secret, load_hold_backs, new_list, save_hold_backs
from core.protection.hold_backs.entries import Entry
from gui import ask, held_list, planning
from gui.session import Session
from gui.state import Failure
from gui.waiting import until
from gui.widgets.held_dialog import HeldDialog

KEY = Key(b"k" * 32)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a list stood that held somebody when it was last read; it is gone."""
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(tmp_path / "held.json"))
    monkeypatch.setenv("THRESHOLD_LOOKS", str(tmp_path / "looks.jsonl"))
    made = tmp_path / "held.json"
    code = hold_back_secret(KEY).code("patient", "a")
    entry = Entry(
        kind="patient", code=code, patient=code, named_by="nhs", reason="patient_asked", day=date(2026, 1, 2)
    )
    save_hold_backs(made, new_list(KEY).with_entry(entry))
    assert planning.hold_backs(KEY, Purpose.BEYOND_CARE) is not None
    made.unlink()
    return made


def test_it_stops_what_it_acts_on_and_nothing_else(place: Path) -> None:
    with pytest.raises(PolicyError) as stopped:
        planning.hold_backs(KEY, Purpose.BEYOND_CARE)
    assert stopped.value.code == "hold_backs.gone"
    assert planning.hold_backs(KEY, Purpose.OWN_CARE) is None


def test_nothing_is_put_on_a_new_list_in_silence(place: Path) -> None:
    with pytest.raises(PolicyError) as stopped:
        held_list.let_go(KEY, "H-7KQ2-M9XD-0RHE-5V2T")
    assert stopped.value.code == "hold_backs.gone"
    assert not place.exists()


def test_the_window_says_so_and_begins_another(
    place: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = held_list.held_entries(KEY)
    assert isinstance(found, Failure)
    assert "is gone: it had one entry" in found.happened
    session = Session(key=KEY)
    try:
        dialog = HeldDialog(session)
        qtbot.addWidget(dialog)
        dialog.show()
        assert until(lambda: not session.jobs.running())
        assert dialog.status.text() == found.happened
        assert dialog.another.isVisible()
        monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: False)
        dialog.another.click()
        assert until(lambda: not session.jobs.running())
        assert not place.exists()
        monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: True)
        dialog.another.click()
        assert until(lambda: not session.jobs.running())
        held = load_hold_backs(place, KEY)
        assert held is not None
        assert not held.entries
        assert not dialog.another.isVisible()
        assert planning.hold_backs(KEY, Purpose.BEYOND_CARE) == held
    finally:
        session.shutdown()
