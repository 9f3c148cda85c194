"""What outlives a file: what is held back, the plan of last time, the key and its copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.protection import create_key
from core.protection.keys import create_with_backup, load_key_file
from gui import ask
from gui.pages.side_by_side_words import LEAVE_MORE

PHRASE = "three plain words"
HEADER = ("NHS Number", "Date of Birth", "Registration Status", "Date", "Code", "Term")
CODES = (("44054006", "Type 2 diabetes mellitus"), ("38341003", "Hypertension"), ("195967001", "Asthma"))


@pytest.fixture
def table(tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Callable[..., Path]:
    """A small file of one row a patient; `more` adds columns, each with its cells' text."""

    def write(name: str, more: tuple[tuple[str, str], ...] = ()) -> Path:
        rows = [
            (
                number_of(n), f"{n % 28 + 1:02d}/03/1961", "Registered", f"{n % 28 + 1:02d}/06/2025",
                *CODES[n % 3], *(cell for _, cell in more),
            )
            for n in range(30)
        ]  # fmt: skip
        return write_table(tmp_path / name, (*HEADER, *(heading for heading, _ in more)), rows)

    return write


def plan_for_research(person: Any, file: Path) -> None:
    person.drop(file)
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", 30)
    person.tick(person.window.pages["going_to"].objections.boxes["codes"])
    person.use_this()
    person.planned()


def keep_key(person: Any, folder: Path) -> Path:
    """The practice's key stands in a file of its own, with a copy."""
    file = folder / "practice.key"
    create_with_backup(file, PHRASE, key=create_key())
    person.session.key = load_key_file(file, PHRASE)
    person.session.key_file, person.session.key_given = file, False
    return file


def test_a_patient_held_back_stays_out_of_this_file_and_the_next(
    person: Any, table: Callable[..., Path], tmp_path: Path, asked: Any
) -> None:
    keep_key(person, tmp_path)
    plan_for_research(person, table("june.csv"))
    session, page = person.session, person.window.pages["side_by_side"]
    before = session.rows.patients_out
    person.window.go_to("side_by_side")
    person.until(lambda: page.cache.row_at(3) is not None)
    page.panes.choose(3)
    person.until(lambda: LEAVE_MORE in person.window.detail_strip.buttons())
    menu = page.teller.leave_menu(3)
    assert [action.text() for action in menu.actions()] == [
        "This row, this time",
        "This entry, every time",
        "This patient, every time",
    ]
    patient = menu.actions()[2].menu()
    assert patient is not None
    next(a for a in patient.actions() if "serious harm" in a.text()).trigger()
    person.until(lambda: session.rows is not None and session.rows.patients_out == before - 1)
    assert any(c.id == "held_back.patient" for c in session.rows.counted)
    session.close_export()
    plan_for_research(person, table("july.csv"))
    assert session.rows.patients_out == before - 1, "the list outlives the file"
    person.window.show_held()
    held = person.window.held
    person.until(lambda: held.list.count() == 1)
    assert "held back by a GP" in held.list.item(0).text()
    held.list.setCurrentRow(0)
    held.let_go()
    person.until(lambda: held.list.count() == 0)
    person.until(lambda: not session.planning and session.rows.patients_out == before)


def test_nothing_is_held_back_under_a_key_that_nothing_keeps(person: Any, table: Callable[..., Path]) -> None:
    person.session.key_note = "kept nowhere"
    plan_for_research(person, table("june.csv"))
    person.session.hold_back("june", 0, whole_patient=True, reason="serious_harm")
    person.until(lambda: person.session.failure is not None)
    assert "kept nowhere" in person.session.failure.happened


def test_next_month_starts_from_the_saved_plan_and_shows_what_is_new(
    person: Any, table: Callable[..., Path], tmp_path: Path, asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, fields = person.session, person.window.pages["fields"]
    plan_for_research(person, table("june.csv"))
    fields.choose_action("june", "Date", "quarter")
    person.planned()
    plan = tmp_path / "plan.json"
    monkeypatch.setattr(ask, "file_to_save", lambda *_a: plan)
    person.window.menus.save_the_plan()
    person.until(lambda: bool(asked.told))
    assert "The plan is saved" in asked.told[-1]
    session.close_export()
    person.drop(table("july.csv", (("Postcode", "BS1 4ST"),)))
    person.opened()
    asked.files = [plan]
    person.window.menus.start_from_plan()
    page = person.window.pages["going_to"]
    person.until(lambda: page.earlier is not None)
    assert page.cards.chosen == "approved-research"
    assert page.recipient.text() == "University of Bristol"
    person.tick(page.objections.boxes["codes"])
    person.use_this()
    person.planned()
    held = {row.name: row for row in fields.rows}
    assert held["Date"].action == "quarter", "what was decided last month holds"
    assert held["Postcode"].new
    assert held["Postcode"].action == "leave_out", "what is new stays until somebody decides"
    fields.show_only("new")
    assert [row.name for row in fields.model.rows()] == ["Postcode"]
    fields.choose_action("july", "Postcode", "postcode_district")
    person.planned()
    assert session.plan.for_table("july")[-1].leaves


def test_the_key_is_copied_in_its_window_and_its_phrase_is_changed(
    person: Any, table: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = keep_key(person, tmp_path)
    plan_for_research(person, table("june.csv"))
    person.window.show_keys()
    keys = person.window.keys
    person.until(lambda: "practice.key" in keys.where.text())
    copy = tmp_path / "stick.key"
    monkeypatch.setattr(ask, "file_to_save", lambda *_a: copy)
    keys.phrase.edit.setText("not the phrase")
    keys.back_up()
    person.until(lambda: "does not open" in keys.status.text())
    assert not copy.exists()
    keys.phrase.edit.setText(PHRASE)
    keys.back_up()
    person.until(lambda: "it works" in keys.status.text())
    assert load_key_file(copy, PHRASE) == person.session.key
    assert keys.phrase.text() == ""
    keys.old.edit.setText(PHRASE)
    keys.new.edit.setText("four other plain words")
    keys.again.edit.setText("four other plain words")
    keys.change_phrase()
    person.until(lambda: "changed" in keys.status.text())
    assert load_key_file(file, "four other plain words") == person.session.key


def test_a_code_that_a_recipient_sends_back_is_found_with_a_reason(
    person: Any, table: Callable[..., Path], tmp_path: Path, number_of: Callable[[int], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("THRESHOLD_AUDIT", str(tmp_path / "audit.jsonl"))
    keep_key(person, tmp_path)
    plan_for_research(person, table("june.csv"))
    person.until(lambda: ("june", "NHS Number") in person.session.examples)
    raw, code = person.session.examples["june", "NHS Number"]
    person.window.show_keys()
    keys = person.window.keys
    keys.codes.setPlainText(code.lower())
    keys.find_patients()
    assert keys.reason.error.text(), "no look-up without a reason"
    keys.reason.edit.setText("A result that the patient must be told")
    keys.find_patients()
    person.until(lambda: bool(keys.found.text()))
    assert raw.replace(" ", "") in keys.found.text().replace(" ", "")
    written = (tmp_path / "audit.jsonl").read_text(encoding="utf-8")
    assert code in written
    assert raw.replace(" ", "") not in written
    keys.close()
    assert keys.found.text() == "", "nobody's number stays in a closed window"
