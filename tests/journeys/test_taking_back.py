"""Every decision is taken back and made again, who gets it included; the form shows what holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

CTRL = Qt.KeyboardModifier.ControlModifier
HEADER = ("NHS Number", "Date of Birth", "Registration Status", "Date", "Code", "Term")


@pytest.fixture
def opened(person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Any:
    rows = [
        (
            number_of(n), f"{n + 1:02d}/03/1961", "Registered", f"{n + 1:02d}/06/2025", "44054006",
            "Type 2 diabetes mellitus",
        )
        for n in range(12)
    ]  # fmt: skip
    person.drop(write_table(tmp_path / "june.csv", HEADER, rows))
    person.opened()
    return person


def test_who_gets_it_is_taken_back_and_the_form_says_what_holds(opened: Any) -> None:
    person, session, page = opened, opened.session, opened.window.pages["going_to"]
    person.say_who("approved-research", "University of Bristol", "study", 12)
    person.tick(page.objections.boxes["search"])
    page.objections.edits["search"].setText("A. Manager")
    page.what_goes.sample.edit.setText("50")
    person.use_this()
    assert session.unsaved == 0
    first = session.going_to
    person.window.go_to("going_to")
    person.say_who("own-care-list", "Eye screening", "recall", None)
    person.use_this()
    assert session.plan.profile_id == "own-care-list"
    assert session.unsaved == 1
    session.set_format("xlsx")
    person.planned()

    session.undo()
    person.planned()
    assert (session.format, session.plan.format) == ("csv", "csv")
    assert session.undo_words == "goes to Eye screening"
    person.press(Qt.Key.Key_Z, CTRL)
    person.planned()
    assert session.going_to is first
    assert session.plan.recipient == "University of Bristol"
    assert page.cards.chosen == "approved-research"
    assert (page.recipient.text(), page.patients.text()) == ("University of Bristol", "12")
    assert page.objections.boxes["search"].isChecked()
    assert page.objections.edits["search"].text() == "A. Manager"
    assert page.what_goes.sample.text() == "50"
    person.press(Qt.Key.Key_Z, CTRL)
    person.until(lambda: session.plan is None and not session.jobs.running())
    assert session.tier == ""
    assert person.window.summary_bar.value("going_to") == "Not chosen yet"
    assert page.recipient.text() == "University of Bristol", "what was typed stays, to be used or changed"
    for _ in range(3):
        session.redo()
        person.planned()
    assert (session.plan.recipient, session.plan.format) == ("Eye screening", "xlsx")
    assert page.recipient.text() == "Eye screening"


def test_a_pass_phrase_is_taken_down_nowhere(opened: Any) -> None:
    page = opened.window.pages["going_to"]
    for edit in page.form.findChildren(QLineEdit):
        if edit.echoMode() != QLineEdit.EchoMode.Normal:
            edit.setText("quill marrow lantern")
    assert "quill" not in repr(page.form.said())


def test_another_file_forgets_what_was_said(opened: Any) -> None:
    page = opened.window.pages["going_to"]
    opened.say_who("own-care-list", "Eye screening", "recall", None)
    opened.use_this()
    assert page._used
    opened.session.close_export()
    assert page._used == []
    assert page.recipient.text() == ""


def test_who_was_left_out_by_hand_stays_out_for_another_recipient(opened: Any) -> None:
    person, session, page = opened, opened.session, opened.window.pages["going_to"]
    person.say_who("approved-research", "University of Bristol", "study", 12)
    person.tick(page.objections.boxes["codes"])
    person.use_this()
    table = session.export.tables[0].name
    session.leave_out_row(table, 3)
    person.until(lambda: session.by_hand == 1)
    person.planned()
    from core.patients import patient_code

    session.leave_out_patient(patient_code(session.preview, 7))
    person.planned()
    before = (session.choices.patients, session.choices.items)
    assert session.rows.rows_out == 10
    person.window.go_to("going_to")
    page.recipient.edit.setText("University of Bath")
    person.use_this()
    assert session.plan.recipient == "University of Bath"
    assert session.rows.rows_out == 10
    assert session.choices.patients != before[0]
    assert patient_code(session.preview, 7) in session.choices.patients
    session.undo()
    person.planned()
    assert (session.choices.patients, session.choices.items) == before
    assert session.plan.recipient == "University of Bristol"
    session.redo()
    person.planned()
    assert session.rows.rows_out == 10


def held(person: Any) -> list[Any]:
    """The lines of the practice's list."""
    told: list[Any] = []
    person.session.read_held(told.append)
    person.until(lambda: bool(told))
    return list(told[0])


def for_research(person: Any) -> None:
    person.say_who("approved-research", "University of Bristol", "study", 12)
    person.tick(person.window.pages["going_to"].objections.boxes["codes"])
    person.use_this()


def test_what_is_held_back_every_time_is_taken_back_and_done_again(opened: Any) -> None:
    person, session, window = opened, opened.session, opened.window
    for_research(person)
    table = session.export.tables[0].name
    session.hold_back(table, 3, whole_patient=True, reason="patient_asked")
    person.planned()
    session.hold_back(table, 5, whole_patient=False, reason="patient_asked")
    session.undo()  # pressed before the entry is written: it comes after it
    person.until(lambda: session.redo_words == "one entry held back every time")
    person.planned()
    assert len(held(person)) == 1
    assert session.rows.rows_out == 11
    assert session.undo_words == "one patient held back every time"
    assert "one patient held back" in window.menus.undo.text()
    person.press(Qt.Key.Key_Z, CTRL)
    person.until(lambda: session.redo_words == "one patient held back every time")
    person.planned()
    assert held(person) == []
    assert session.rows.rows_out == 12
    session.redo()
    session.redo()
    person.until(lambda: session.undo_words == "one entry held back every time")
    person.planned()
    assert len(held(person)) == 2
    assert session.rows.rows_out == 10
    session.let_go(held(person)[0][0])
    person.until(lambda: "let go" in session.undo_words)
    person.planned()
    assert session.rows.rows_out == 11
    session.undo()
    person.until(lambda: "let go" in session.redo_words)
    person.planned()
    assert session.rows.rows_out == 10, "what was let go is held back again"
    assert session.unsaved == 0, "the list stands in its own file"


def test_undo_takes_its_own_entry_back_whatever_else_was_put_on_the_list_meanwhile(opened: Any) -> None:
    from core.protection.hold_backs import (
        hold_back_patient,
        hold_backs_file,
        load_hold_backs,
        save_hold_backs,
    )

    person, session = opened, opened.session
    for_research(person)
    table = session.export.tables[0].name
    session.hold_back(table, 3, whole_patient=True, reason="patient_asked")
    person.planned()
    other = next(n for n in range(4, 12) if not same_patient(session, table, 3, n))
    place = hold_backs_file()
    number = int(session.survey.facts[table].patient[other])
    alone = load_hold_backs(place, session.key)
    both = hold_back_patient(alone, session.survey, number, "serious_harm", by="nurse")
    save_hold_backs(place, both)
    person.press(Qt.Key.Key_Z, CTRL)
    person.until(lambda: session.redo_words == "one patient held back every time")
    person.planned()
    assert session.failure is None
    left = load_hold_backs(place, session.key).entries
    assert [(entry.reason, entry.by) for entry in left] == [("serious_harm", "nurse")]
    assert session.rows.rows_out == 11, "what the nurse held back stays, and the own entry leaves again"
    person.press(Qt.Key.Key_Y, CTRL)
    person.until(lambda: session.undo_words == "one patient held back every time")
    person.planned()
    assert load_hold_backs(place, session.key).entries == both.entries
    assert session.rows.rows_out == 10


def same_patient(session: Any, table: str, one: int, other: int) -> bool:
    patient = session.survey.facts[table].patient
    return bool(patient[one] == patient[other])


def test_what_somebody_else_said_of_the_same_entry_meanwhile_is_left_and_said(opened: Any) -> None:
    from core.protection.hold_backs import (
        hold_back_patient,
        hold_backs_file,
        load_hold_backs,
        save_hold_backs,
    )

    person, session, window = opened, opened.session, opened.window
    for_research(person)
    session.set_format("xlsx")
    table = session.export.tables[0].name
    session.hold_back(table, 3, whole_patient=True, reason="patient_asked")
    person.planned()
    patient = int(session.survey.facts[table].patient[3])
    place = hold_backs_file()
    newer = hold_back_patient(
        load_hold_backs(place, session.key), session.survey, patient, "serious_harm", by="nurse"
    )
    save_hold_backs(place, newer)
    session.undo()
    person.until(lambda: session.failure is not None and not session.jobs.running())
    assert load_hold_backs(place, session.key) == newer
    assert session.rows.rows_out == 11
    assert window.failure_card.isVisible(), "it stands there over the plan that followed"
    said = window.failure_card.accessibleName()
    assert "Somebody changed" in said
    assert "View, What is held back" in said
    assert session.undo_words == "saved as excel workbook", "what was decided before can be taken back"
    assert not session.can_redo
    session.undo()
    person.planned()
    person.until(lambda: not window.failure_card.isVisible())
    assert session.format == "csv"
