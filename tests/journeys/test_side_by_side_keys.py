"""Side by side by the keyboard: the same patient elsewhere, a change from a cell, a row left out and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from gui.models.row_source import NOBODY, PATIENT
from gui.pages import side_by_side_cell
from gui.pages.side_by_side_words import CHANGE, SEND_AGAIN
from tests.journeys.conftest import Person

EVENTS = ("NHS Number", "Surname", "Date of Birth", "Registration Status", "Event Date", "Code", "Term")
MEDICINES = ("NHS Number", "Surname", "Date of Birth", "Issue Date", "Drug")
CONCEIVED = ("63487001", "Assisted fertilisation")
CODES = (("44054006", "Type 2 diabetes mellitus"), ("35489007", "Depressive disorder"))
PEOPLE, CTRL = 24, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(person: Person, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Any:
    """Two tables of 24 patients; patient 7 has an entry that the law restricts, row 17 of the events."""
    events, medicines = [], []
    for n in range(PEOPLE):
        who = (number_of(n), f"QUILLFEATHER{chr(65 + n)}", f"{n % 28 + 1:02d}/03/{1950 + n}")
        codes = (*CODES, CONCEIVED) if n == 7 else CODES
        events += [(*who, "Registered", f"{n % 28 + 1:02d}/11/2025", *code) for code in codes]
        medicines.append((*who, f"{n % 28 + 1:02d}/12/2025", "Amlodipine 5mg tablets"))
    files = (
        write_table(tmp_path / "events.csv", EVENTS, events),
        write_table(tmp_path / "medicines.csv", MEDICINES, medicines),
    )
    person.drop(*files)
    person.opened()
    person.say_who("approved-research", "University of Bristol", "long-term conditions", PEOPLE)
    going: Any = person.window.pages["going_to"]
    person.tick(going.objections.boxes["codes"])
    person.use_this()
    person.planned()
    person.window.go_to("side_by_side")
    shown: Any = person.window.pages["side_by_side"]
    person.until(lambda: shown.cache.row_at(0) is not None and not person.session.jobs.running())
    if shown.table != "events":
        person.session.set_table("events")
    settle(person, shown)
    return shown


def settle(person: Person, page: Any) -> None:
    person.until(
        lambda: (
            not person.session.jobs.running()
            and not person.session.planning
            and page.cache.peek(page.panes.place()) is not None
        )
    )


def number(page: Any) -> int:
    return int(page.cache.number_of(page.panes.place()))


@pytest.fixture
def menus(monkeypatch: pytest.MonkeyPatch) -> list[QMenu]:
    """The menus that would have opened: without a window manager none can be seen."""
    made: list[QMenu] = []
    monkeypatch.setattr(side_by_side_cell, "pop_up", lambda _page, menu: made.append(menu))
    return made


def test_f7_goes_to_the_same_patient_here_and_in_the_other_table(person: Person, page: Any) -> None:
    page.panes.choose(6)
    settle(person, page)
    person.press(Qt.Key.Key_F7)
    settle(person, page)
    assert (page.table, number(page)) == ("events", 7)
    person.press(Qt.Key.Key_F7)
    person.until(lambda: page.table == "medicines")
    settle(person, page)
    person.until(lambda: number(page) == 3)
    surnames = {row.raw[1] for row in page.source.rows("events", page.source.patient_rows(3)[0][1])}
    assert surnames == {page.cache.peek(page.panes.place()).raw[1]}
    person.press(Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    person.until(lambda: page.table == "events")
    settle(person, page)
    assert number(page) == 7


def test_what_the_law_restricts_is_not_found_by_its_patient(person: Person, page: Any) -> None:
    """Patient 7 has rows 14 to 16: the last is about assisted conception, and says of nobody whose it is."""
    (events, rows), (medicines, _) = page.source.patient_rows(7)
    assert (events, rows.tolist(), medicines) == ("events", [14, 15], "medicines")
    assert page.cache.row_at(16).patient == NOBODY
    assert page.source.positions("events", (f"{PATIENT}7",)).tolist() == [14, 15]
    counts = {choice.id: choice.count for choice in page.source.filters("events", (f"{PATIENT}7",))}
    assert (counts[f"{PATIENT}7"], counts["left_out"]) == (2, 0), "the restricted one is left out"
    person.session.show_restricted(True)
    settle(person, page)
    assert page.source.patient_rows(7)[0][1].tolist() == [14, 15, 16], "a GP may see it"


def test_f2_changes_the_field_under_the_keyboard_and_ctrl_z_takes_it_back(
    person: Person, page: Any, menus: list[QMenu]
) -> None:
    at = next(c.position for c in page.cache.shape.raw if c.name == "Date of Birth")
    page.panes.choose(2, at)
    settle(person, page)
    assert CHANGE in dict(person.window.shown_detail().actions)
    before = page.cache.peek(2).out
    person.press(Qt.Key.Key_F2)
    next(action for action in menus[-1].actions() if action.text() == "Leave out").trigger()
    person.planned()
    settle(person, page)
    assert all(c.position != at for c in page.cache.shape.out), "gone from the outgoing side at once"
    assert (number(page), page.panes.position()) == (2, at), "and the keyboard is where it was"
    person.press(Qt.Key.Key_Z, CTRL)
    person.planned()
    settle(person, page)
    assert page.cache.peek(2).out == before


def test_del_leaves_a_row_out_and_the_menu_sends_it_after_all(
    person: Person, page: Any, menus: list[QMenu]
) -> None:
    page.panes.choose(4)
    settle(person, page)
    person.press(Qt.Key.Key_Delete)
    person.until(lambda: bool(person.session.choices.items))
    settle(person, page)
    person.until(lambda: page.cache.peek(4) is not None and page.cache.peek(4).out is None)
    person.press(Qt.Key.Key_F2)
    assert SEND_AGAIN in [action.text() for action in menus[-1].actions()]
    dict(person.window.shown_detail().actions)[SEND_AGAIN]()
    person.until(lambda: not person.session.choices.items)
    settle(person, page)
    person.until(lambda: page.cache.peek(4) is not None and page.cache.peek(4).out is not None)


def test_every_key_shown_does_something(person: Person, page: Any, menus: list[QMenu]) -> None:
    page.panes.choose(6)
    settle(person, page)
    assert page.keys.isVisible()
    for key in ("F8", "F7", "F4", "F2", "Del", "F6", "Ctrl+G", "Ctrl+F", "Ctrl+PgDn"):
        assert key in page.keys.whole()
    person.press(Qt.Key.Key_F4)
    person.until(lambda: bool(menus))
    assert "medicines: 1 row" in [action.text() for action in menus[-1].actions()]
    wanted: list[int] = []
    person.session.patient_wanted.connect(wanted.append)
    next(action for action in menus[-1].actions() if action.text() == "Look at this patient").trigger()
    assert wanted == [3]
    assert person.window.page.page_id == "patients"
    person.window.go_to("side_by_side")
    settle(person, page)
    assert number(page) == 6, "where it was left"
    person.press(Qt.Key.Key_PageDown, CTRL)
    person.until(lambda: page.table == "medicines")
