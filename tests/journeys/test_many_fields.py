"""The Export page of a file with many fields: the first of them, and all by one key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from gui.widgets.folded_names import FIRST, SPARE, FoldedNames


def test_many_fields_are_folded_and_open_by_a_key(
    person: Any, tmp_path: Path, write_table: Any, number_of: Any
) -> None:
    header = ("NHS Number", "Registration Status", *(f"Result {n}" for n in range(40)))
    rows = [(number_of(n), "Registered", *("5.1" for _ in range(40))) for n in range(4)]
    person.drop(write_table(tmp_path / "wide.csv", header, rows))
    person.opened()
    for n in range(40):
        person.session.decide_field("wide", f"Result {n}", "keep", "clinical_value")
    person.session.set_going_to("own-care-list", "Recall", "autumn", expected_patients=4)
    person.planned()
    person.window.go_to("export")
    page = person.window.pages["export"]
    fields = page.fields
    person.until(fields.isVisible)
    leaving = [p.field for p in person.session.plan.fields if p.leaves]
    assert len(leaving) > FIRST + SPARE
    assert len(said(page).text().split(", ")) == FIRST
    assert fields.text() == f"and {len(leaving) - FIRST} more fields"
    person.window.activateWindow()
    fields.setFocus(Qt.FocusReason.TabFocusReason)
    person.bot.keyClick(fields, Qt.Key.Key_Space)
    assert all(name in said(page).text() for name in leaving)
    assert fields.text() == "Show fewer"
    line = said(page)
    person.until(lambda: line.isVisible() and line.height() >= line.heightForWidth(line.width()))
    page.refresh()
    QApplication.processEvents()
    assert fields.isVisible()
    assert fields.hasFocus(), "the page is read again, and the keyboard stays where it was"
    assert leaving[-1] in said(page).text()
    person.bot.keyClick(fields, Qt.Key.Key_Space)
    assert leaving[-1] not in said(page).text()


def said(page: Any) -> QLabel:
    """The line of the fields, as it stands on the page."""
    return [line for line in page.findChildren(QLabel) if line.text() == page.fields.words()][-1]


def test_a_few_fields_are_not_folded(qtbot: Any) -> None:
    made = FoldedNames("field")
    qtbot.addWidget(made)
    made.set_names((("events", tuple("abcdefg")), ("people", ("h", "i", "j"))), "A sentence.")
    assert not made.folds()
    assert made.words() == "events: a, b, c, d, e, f, g\npeople: h, i, j\nA sentence."
    made.set_names((("events", tuple("abcdefg")), ("people", ("h", "i", "j", "k"))))
    assert made.folds()
    assert made.words() == "events: a, b, c, d, e, f, g\npeople: h"
    assert made.text() == "and 3 more fields"
    assert made.accessibleName() == "Show 3 more fields"
    made.click()
    assert made.words().endswith("people: h, i, j, k")
    made.set_names(())
    assert made.words() == "none"
