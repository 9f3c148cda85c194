"""An ordinary day beside the main road: cancel, a wrong file, undo, odd names, small windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from gui.accessibility import silent_widgets

NASTY = "<b>SMITH</b><img src='file:///etc/passwd'>"
DIABETES = ("44054006", "Type 2 diabetes mellitus")
NOTE = "seen in clinic today"
HEADER = ("NHS Number", "Surname", "Date of Birth", "Registration Status", "Code", "Term", "Notes", "Qxz")


def people(number_of: Callable[[int], str], count: int, surname: str = "OKAFOR") -> list[tuple[str, ...]]:
    return [
        (number_of(n), surname, f"{n % 28 + 1:02d}/03/1961", "Registered", *DIABETES, NOTE, "zq")
        for n in range(count)
    ]  # fmt: skip


@pytest.fixture
def small_file(tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Path:
    return write_table(tmp_path / "small.csv", HEADER, people(number_of, 30))


def test_cancel_leaves_an_empty_window(
    person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]
) -> None:
    file = write_table(tmp_path / "large.csv", HEADER, people(number_of, 30) * 8000)
    window, session = person.window, person.session
    session.first_rows_ready.connect(lambda _t: window.busy_bar.stop.click())
    person.drop(file)
    person.until(lambda: session.export is None and not session.jobs.running() and not session.busy)
    assert session.survey is None
    assert not session.first_rows
    assert window.pages["open"].choose.isVisible()
    person.until(lambda: window.summary_bar.value("from") == "No file yet")


def test_a_file_that_cannot_be_read_says_so(person: Any, tmp_path: Path) -> None:
    file = tmp_path / "picture.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    window, session = person.window, person.session
    person.drop(file)
    person.until(lambda: session.failure is not None)
    card = window.pages["open"].failure_card
    assert card.isVisible()
    assert card.title.text() == "This is no file that Threshold can read"
    assert card.happened.text()
    assert "kept nothing" in card.kept.text()
    assert card.do.text()
    assert window.pages["open"].state().words == "Could not be opened"


def test_a_second_file_after_an_error_opens(
    person: Any, tmp_path: Path, small_file: Path, asked: Any
) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    person.drop(empty)
    person.until(lambda: person.session.failure is not None)
    asked.files = [small_file]
    person.click(person.window.pages["open"].failure_card.button)
    person.opened()
    assert not person.window.pages["open"].failure_card.isVisible()


def test_undo_takes_a_decision_back(person: Any, small_file: Path) -> None:
    window, session = person.window, person.session
    person.drop(small_file)
    person.opened()
    person.say_who("own-care-list", "Eye clinic", "recall", 30)
    person.use_this()
    table = session.export.tables[0].name
    page = window.pages["fields"]
    waiting = page.state().words
    page.go_to_field(table, "Notes")
    assert session.field_plan(table, "Notes").action == "leave_out"
    menu = page.choices_menu(page.current(), 6)
    next(a for a in menu.actions() if a.text() == "Keep as it is").trigger()
    person.planned()
    assert session.field_plan(table, "Notes").action == "keep"
    assert session.examples[(table, "Notes")][1] == NOTE
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    person.planned()
    assert session.field_plan(table, "Notes").action == "leave_out"
    assert page.state().words == waiting
    person.press(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    person.planned()
    assert session.field_plan(table, "Notes").action == "keep"


def test_next_to_decide_goes_to_each_field_that_waits(person: Any, small_file: Path) -> None:
    window, session = person.window, person.session
    person.drop(small_file)
    person.opened()
    person.say_who("own-care-list", "Eye clinic", "recall", 30)
    person.use_this()
    page = window.pages["fields"]
    table = session.export.tables[0].name
    waiting = {row.name for row in page.rows if row.to_decide}
    assert {"Notes", "Qxz"} <= waiting
    seen = set()
    for _ in waiting:
        person.press(Qt.Key.Key_F8)
        seen.add(page.current().name)
    assert seen == waiting
    for name in waiting:
        page.choose_action(table, name, "leave_out")
        person.planned()
    assert page.state().words == "All decided"
    person.press(Qt.Key.Key_F8)
    assert window.page.page_id == "side_by_side"


def test_html_in_a_surname_is_text(
    person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]
) -> None:
    rows = people(number_of, 12, NASTY)
    header = (
        "NHS Number",
        "Surname",
        "Date of Birth",
        "Registration Status",
        "Code",
        "Term",
        "Notes",
        "<i>Odd</i>",
    )
    person.drop(write_table(tmp_path / "nasty.csv", header, rows))
    person.opened()
    person.say_who("own-care-list", NASTY, NASTY, 12)
    person.use_this()
    window, session = person.window, person.session
    model = window.pages["open"].rows_model
    assert model.index(0, 1).data() == NASTY
    table = session.export.tables[0].name
    for page_id in window.pages:
        window.go_to(page_id)
        if page_id == "fields":
            window.page.go_to_field(table, "<i>Odd</i>")
        for shown in window.findChildren(QLabel):
            assert shown.textFormat() == Qt.TextFormat.PlainText, shown.text()
        for widget in window.findChildren(QWidget):
            assert "<img" not in widget.toolTip()
            assert "<b>SMITH" not in widget.toolTip()
    row = next(r for r in window.pages["fields"].rows if r.name == "Surname")
    assert row.raw == NASTY
    assert session.examples[(table, "Surname")] == (NASTY, NASTY)


def test_every_page_speaks_and_fits_a_small_screen(person: Any, small_file: Path) -> None:
    window = person.window
    for page_id in window.pages:
        window.go_to(page_id)
        assert silent_widgets(window) == []
    person.drop(small_file)
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", 30)
    person.tick(window.pages["going_to"].objections.boxes["codes"])
    person.use_this()
    for size in ((1366, 768), (683, 384)):
        window.resize(*size)
        for number, page_id in enumerate(window.pages, 1):
            person.press(Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
            assert window.page.page_id == page_id
            assert silent_widgets(window) == []
            assert (window.width(), window.height()) == size
            inside = window.rect()
            for button in window.detail_strip.buttons().values():
                corner = button.mapTo(window, button.rect().bottomRight())
                assert inside.contains(corner), button.text()


def test_a_new_file_forgets_who_gets_it(person: Any, small_file: Path) -> None:
    window, session = person.window, person.session
    person.drop(small_file)
    person.opened()
    person.say_who("own-care-list", "Eye clinic", "recall", 30)
    person.use_this()
    session.open_paths([small_file])
    person.opened()
    page = window.pages["going_to"]
    assert session.plan is None
    assert page.recipient.text() == ""
    assert page.patients.text() == ""
    person.until(lambda: window.summary_bar.value("going_to") == "Not chosen yet")


def test_closing_while_it_reads_waits_for_the_job(
    person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]
) -> None:
    person.drop(write_table(tmp_path / "large.csv", HEADER, people(number_of, 30) * 4000))
    person.until(lambda: person.session.export is not None)
    person.window.close()
    assert not person.session.jobs.running()
