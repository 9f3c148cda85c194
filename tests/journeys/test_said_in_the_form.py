"""What the form of Going to says is wrong: in sight, the keyboard there, and gone once it is put right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

HEADER = ("NHS Number", "Surname", "Date of Birth", "Registration Status", "Code", "Code Term")


@pytest.fixture
def page(person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Any:
    rows = [
        (number_of(n), "OKAFOR", f"{n % 28 + 1:02d}/03/1961", "Registered", "44054006", "Type 2 diabetes")
        for n in range(30)
    ]
    person.drop(write_table(tmp_path / "recall.csv", HEADER, rows))
    person.opened()
    person.window.resize(1366, 728)
    person.window.go_to("going_to")
    made = person.window.pages["going_to"]
    person.until(lambda: "approved-research" in made.cards.cards)
    return made


def test_what_is_wrong_is_gone_once_it_is_typed(person: Any, page: Any) -> None:
    person.click(page.use)
    assert all(line.text() for line in (page.error_summary, page.recipient.error, page.project.error))
    assert person.window.focusWidget() is page.recipient.edit
    QTest.keyClicks(page.recipient.edit, "Bristol Diabetic Eye Screening")
    assert not page.recipient.error.text()
    assert page.project.error.text()


def test_what_is_missing_is_brought_into_sight(person: Any, page: Any) -> None:
    person.window.resize(1000, 600)
    person.say_who("approved-research", "Invented University", "study", 30)
    person.click(page.use)
    wrong = page.objections.error
    person.until(lambda: not wrong.visibleRegion().isEmpty())
    person.tick(page.objections.boxes["codes"])
    assert not wrong.text()


def test_a_narrow_window_leads_to_the_sorts_first(person: Any, page: Any) -> None:
    person.window.resize(683, 384)
    bar = page._left_area.verticalScrollBar()
    person.until(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    person.click(page.use)
    assert bar.value() == 0
    page.cards.choose("approved-research")
    person.until(lambda: page.recipient.isVisible() and not person.session.jobs.running())
    person.click(page.use)
    assert person.window.focusWidget() is page.recipient.edit


def test_choosing_a_sort_is_asked_for_until_one_is_chosen(person: Any, page: Any) -> None:
    assert not page.choose_one.isHidden()
    page.cards.choose("approved-research")
    assert page.choose_one.isHidden()
