"""While values are covered, nothing in the windows tells one: planted names, walked through everywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit

sys.path.insert(0, str(Path(__file__).parent.parent / "gui"))

from everything_told import told, tree

from gui.showing import BLOCKS
from gui.widgets.curtain_sheet import TITLE, CurtainSheet

HEADER = (
    "NHS Number", "Surname", "First name", "Date of Birth", "Postcode", "Sex", "Registration status",
    "Date", "Code", "Term", "Value", "Notes",
)  # fmt: skip
PLANTED = ("Zebediah", "Quixotopher", "ZQ9 9QZ", "Wolverspoon", "17/03/1931", "Grizelquist")
PEOPLE = 12
SAYS = {"side_by_side", "fields"}  # pages that explain what the keyboard is on


@pytest.fixture
def opened(person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Any:
    """An export whose rows hold the planted names in every sort of field."""
    rows = []
    for n in range(PEOPLE):
        who = (number_of(n + 1), "Quixotopher", "Zebediah", "17/03/1931", "ZQ9 9QZ", "F", "Registered")
        note = "Spoke to her daughter Wolverspoon about the letter."
        code, term = (("H33..", "Asthma"), ("Grizelquist", "Grizelquist"))[n % 2]
        rows.append((*who, "03/11/2024", code, term, "12", note))
    person.drop(write_table(tmp_path / "events.csv", HEADER, rows))
    person.opened()
    return person


def leaks(root: Any) -> list[str]:
    return [said for said in told(root) if any(name in said for name in PLANTED)]


def plan(person: Any, profile: str) -> None:
    person.session.set_going_to(profile, "A recipient", "a list", expected_patients=PEOPLE)
    person.until(lambda: not person.session.jobs.running())


def pages(person: Any) -> Iterator[str]:
    for page_id in person.window.pages:
        person.window.go_to(page_id)
        person.until(lambda: not person.session.jobs.running())
        yield page_id


@pytest.mark.parametrize("profile", ["", "own-care-list"])
def test_no_page_tells_a_covered_value(opened: Any, profile: str) -> None:
    if profile:
        plan(opened, profile)
    seen = {page_id for page_id in pages(opened) if leaks(opened.window.page)}
    assert {"side_by_side", "open"} <= seen, "the walk must find the names while they may be read"
    side: Any = opened.window.pages["side_by_side"]
    side.find_field.setText("Quixotopher")
    opened.session.cover_raw(True)
    QApplication.processEvents()
    for page_id in pages(opened):
        assert leaks(opened.window.page) + leaks(opened.window.detail_strip) == [], page_id
    assert leaks(opened.window) == []
    assert any(BLOCKS in said for said in told(opened.window.pages["side_by_side"]))
    opened.session.cover_raw(False)
    QApplication.processEvents()
    opened.window.go_to("side_by_side")
    assert leaks(opened.window)
    assert side.find_field.text() == "Quixotopher"


def test_under_the_curtain_nothing_tells_a_value(opened: Any) -> None:
    plan(opened, "own-care-list")
    window, session = opened.window, opened.session
    window.show_held()
    window.show_keys()
    for page_id in pages(opened):
        if page_id in SAYS:
            opened.until(lambda: window.detail_strip.content is not None)
        body = window.centralWidget()
        before = window.grab().toImage()
        window.privacy.curtain.lower()
        QApplication.processEvents()
        assert session.curtain_down
        assert leaks(window) == [], page_id
        assert leaks(window.page) == [], page_id
        assert window.detail_strip.content is None
        found = [said for top in QApplication.topLevelWidgets() if top.isVisible() for said in tree(top)]
        assert TITLE in found
        assert not any(name in said for said in found for name in (*PLANTED, "events"))
        assert not any("events" in said for said in texts_of_menus(window))
        assert window.windowTitle() == "Threshold"
        covered = window.grab().toImage()
        assert covered.size() == before.size()
        assert covered != before
        for dialog in (window.held, window.keys):
            sheet = dialog.childAt(dialog.rect().center()).window().findChild(CurtainSheet)
            assert sheet.geometry() == dialog.rect()
        window.privacy.curtain.lift()
        opened.until(lambda: not session.jobs.running())
        QApplication.processEvents()
        assert window.centralWidget() is body
        assert window.grab().toImage().size() == before.size()
    window.privacy.curtain.lower()
    QApplication.processEvents()
    assert leaks(body) == []
    window.privacy.curtain.lift()
    for dialog in (window.held, window.keys):
        assert dialog.findChildren(CurtainSheet) == [] or not dialog.findChild(CurtainSheet).isVisible()
        dialog.close()


def texts_of_menus(window: Any) -> list[str]:
    return [action.text() for action in window.findChildren(QAction)]


def test_one_patient_and_who_was_found_are_covered_too(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_LOOKS", str(tmp_path / "looks.jsonl"))
    monkeypatch.setenv("THRESHOLD_GP_ONLY", str(tmp_path / "gp-only.json"))
    plan(opened, "own-care-list")
    window, session = opened.window, opened.session
    window.go_to("patients")
    page: Any = window.pages["patients"]
    page.set_looker("Dr A Patel", "gp")
    page.look_at(0)
    opened.until(lambda: not session.jobs.running())
    field = page.search.findChild(QLineEdit)
    field.setText("Quixotopher")
    page.find("Quixotopher")
    opened.until(lambda: not session.jobs.running())
    page.look_at(1)
    opened.until(lambda: not session.jobs.running())
    QApplication.processEvents()
    assert len(leaks(page)) > 5, "the walk must find the record while it may be read"
    for cover in (session.cover_raw, lambda yes: curtain_to(window, yes)):
        cover(True)
        QApplication.processEvents()
        opened.until(lambda: not session.jobs.running())
        assert leaks(window) == []
        assert leaks(page) == []
        assert field.displayText() != "Quixotopher"
        if cover == session.cover_raw:  # a patient who comes while they are covered is covered too
            page.look_at(2)
            opened.until(lambda: not session.jobs.running())
            QApplication.processEvents()
            assert leaks(window) == []
        cover(False)
        QApplication.processEvents()
        opened.until(lambda: not session.jobs.running())
        assert leaks(page)
        assert field.text() == "Quixotopher"


def curtain_to(window: Any, down: bool) -> None:
    window.privacy.curtain.lower() if down else window.privacy.curtain.lift()


def test_how_a_file_would_be_read_is_covered_too(opened: Any) -> None:
    from core.reading import TableChoice

    page: Any = opened.window.pages["open"]
    opened.window.go_to("open")
    page.corrections.open()
    opened.session.cover_raw(True)
    page.corrections.look(TableChoice(header_row=2))
    opened.until(lambda: not opened.session.jobs.running())
    QApplication.processEvents()
    assert page.sheet.looked_at.isVisible()
    assert leaks(opened.window) == []
    page.sheet.close_correction()
    opened.session.cover_raw(False)
