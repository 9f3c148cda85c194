"""Notes for a study: left out, then scrubbed by a person's decision, read, ticked and sent."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEADER = (
    "NHS Number", "Surname", "Forename", "Date of Birth", "Sex", "Postcode", "Registration Status",
    "Event Date", "Code", "Term", "Notes",
)  # fmt: skip
NOTES = (
    "Spoke to {fore} on 07700 900123, BP 120/80, review in 6/52.",
    "Mrs {sur} worried about her chest. eGFR 62.",
    "Chest clear, sats 98% on air.",
    "Daughter Perpetua rang, lives at 12 Mill Lane.",
)
PEOPLE = 40


@pytest.fixture
def file(tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Path:
    rows = []
    for n in range(PEOPLE):
        sur, fore = f"QUILLFEATHER{chr(65 + n % 26)}", ("Ottoline", "Barnaby", "Hope")[n % 3]
        note = NOTES[n % 4].format(fore=fore, sur=sur.title()) if n else " " * 2
        born, place = f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{1930 + n % 60}", f"BS6 {n % 9 + 1}AN"
        who = (number_of(n), sur, fore, born, "MF"[n % 2], place, "Registered")
        rows.append((*who, f"{n % 28 + 1:02d}/11/2025", "44054006", "Type 2 diabetes mellitus", note))
    return write_table(tmp_path / "notes.csv", HEADER, rows)


def test_notes_leave_scrubbed_once_a_person_has_read_them(
    person: Any, file: Path, tmp_path: Path, asked: Any, released: Any
) -> None:
    window, session = person.window, person.session
    person.drop(file)
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", PEOPLE)
    person.tick(window.pages["going_to"].objections.boxes["codes"])
    person.use_this()
    fields = window.pages["fields"]
    person.until(lambda: any(row.name == "Notes" and row.raw for row in fields.rows))
    row = next(row for row in fields.rows if row.name == "Notes")
    assert row.to_decide
    assert row.action == "leave_out"
    menu = fields.choices_menu(row, 6)
    offered = {action.text(): action for action in menu.actions()}
    choice = offered["Keep, with personal details removed as far as we can tell"]
    assert "Some will be missed" in choice.toolTip()
    choice.trigger()
    person.planned()
    person.until(lambda: "[" in (next(r for r in fields.rows if r.name == "Notes").out or ""))
    _picture(window, "fields")

    page = window.pages["export"]
    session.page_requested.emit("export")
    person.until(lambda: any(token.startswith("notes_read") for token in page.confirm_boxes()))
    assert not page.save.isEnabled()
    token, box = next((t, b) for t, b in page.confirm_boxes().items() if t.startswith("notes_read"))
    assert "I have read a sample of the notes that leave (Notes)" in box.text()
    _picture(window, "export")
    person.tick(box)
    person.planned()
    asked.folder = tmp_path / "out"
    release = person.save_into(asked.folder)
    rows = released(release)
    sent = "\n".join(r["Notes"] for r in rows)
    for gone in ("Ottoline", "Barnaby", "Quillfeather", "Perpetua", "07700", "Mill Lane"):
        assert gone not in sent
    for kept in ("BP 120/80, review in 6/52.", "eGFR 62.", "Chest clear, sats 98% on air."):
        assert kept in sent
    note = (release / "send" / "covering-note.html").read_text("utf-8")
    assert "personal details removed as far as we can tell" in note
    assert "although no field that names" not in note

    session.release = None
    session.decide_field(row.table, "Notes", "keep")  # another choice wants another tick
    person.planned()
    assert not next(g for g in session.gates if g.name == "notes-read").passed
    assert token not in page.confirm_boxes() or not page.confirm_boxes()[token].isChecked()


def test_no_scrubbed_notes_are_offered_where_the_profile_has_none(person: Any, file: Path) -> None:
    person.drop(file)
    person.opened()
    person.say_who("own-care-list", "Bristol Diabetic Eye Screening", "recall", PEOPLE)
    person.use_this()
    fields = person.window.pages["fields"]
    row = next(row for row in fields.rows if row.name == "Notes")
    offered = [action.text() for action in fields.choices_menu(row, 6).actions()]
    assert "Keep as it is" in offered
    assert not any("personal details" in text for text in offered)


def _picture(window: Any, name: str) -> None:
    """For a person who wants to look: set THRESHOLD_PICTURES to a folder."""
    folder = os.environ.get("THRESHOLD_PICTURES")
    if folder:
        window.grab().save(str(Path(folder) / f"notes-{name}.png"))
