"""A computer without a key store: the key is kept in a file with a pass phrase, and found again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from core.protection import create_key
from core.protection.keys import load_key_file, save_key_file
from gui import theme
from gui.main_window import MainWindow
from gui.models.review import KEY_CHECK
from gui.session import Session
from gui.settings import Settings

PHRASE = "three plain words"
HEADER = ("NHS Number", "Date of Birth", "Registration Status", "Code", "Term")


@pytest.fixture(autouse=True)
def no_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.protection.keys.keystore_available", lambda: False)


@pytest.fixture
def window(qtbot: Any, qapp: QApplication) -> Iterator[MainWindow]:
    """The window with no key yet."""
    theme.apply(qapp, "light")
    made = MainWindow(Session())
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    yield made
    made.close()
    made.session.shutdown()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def small_file(tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Path:
    rows = [
        (number_of(n), f"{n % 28 + 1:02d}/03/1961", "Registered", "44054006", "Type 2 diabetes mellitus")
        for n in range(30)
    ]
    return write_table(tmp_path / "small.csv", HEADER, rows)


def plan_for_research(person: Any, file: Path) -> None:
    person.drop(file)
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", 30)
    person.tick(person.window.pages["going_to"].objections.boxes["codes"])
    person.use_this()
    person.window.go_to("export")


def type_phrase(person: Any, card: Any, *texts: str) -> None:
    for row, text in zip((card.phrase, card.again), texts, strict=False):
        row.edit.clear()
        person.bot.keyClicks(row.edit, text)
    person.click(card.use)


def key_check(person: Any) -> Any:
    return next(c for c in person.window.pages["export"].checks.checks if c.name == KEY_CHECK)


def test_the_key_is_kept_in_a_new_file(person: Any, small_file: Path, asked: Any, tmp_path: Path) -> None:
    session, page = person.session, person.window.pages["export"]
    plan_for_research(person, small_file)
    assert key_check(person).state == "stops", "nothing leaves with a key that nothing keeps"
    before, example = session.key, session.examples[("small", "NHS Number")]
    asked.key_file = tmp_path / "practice.key"
    card: Any = page.key_file
    person.click(card.choose)
    assert card.phrase.edit.echoMode() == QLineEdit.EchoMode.Password
    type_phrase(person, card, "short", "short")
    assert "at least 8" in card.phrase.error.text()
    type_phrase(person, card, PHRASE, PHRASE + "x")
    assert card.again.error.text()
    assert not asked.key_file.exists()
    type_phrase(person, card, PHRASE, PHRASE)
    person.until(lambda: not session.key_note)
    person.planned()
    assert load_key_file(asked.key_file, PHRASE) == before == session.key
    assert load_key_file(tmp_path / "practice.key.backup", PHRASE) == before, "with a copy that was opened"
    assert session.examples[("small", "NHS Number")] == example
    person.until(lambda: key_check(person).state == "passed")
    assert not card.isVisible()
    person.window.go_to("going_to")
    other: Any = person.window.pages["going_to"].key_file
    assert other.kept.isVisible()
    assert "practice.key" in other.kept.text()
    assert "practice.key" in card.kept.text()
    assert not card.phrase.edit.text()
    kept = Settings.path().read_text(encoding="utf-8")
    assert Settings.load().key_file == str(asked.key_file)
    assert PHRASE not in kept


def test_a_key_file_gives_the_codes_of_last_time(
    person: Any, small_file: Path, asked: Any, tmp_path: Path
) -> None:
    session, file = person.session, tmp_path / "practice.key"
    key = create_key()
    save_key_file(file, key, PHRASE)
    Settings().with_key_file(file).save()
    plan_for_research(person, small_file)
    session.leave_out_row("small", 0)
    person.until(lambda: session.by_hand == 1)
    person.planned()
    first = session.examples[("small", "NHS Number")]
    card: Any = person.window.pages["going_to"].key_file
    person.window.go_to("going_to")
    assert "practice.key" in card.where.text()
    assert card.again.isHidden()
    type_phrase(person, card, "not the right words")
    person.until(lambda: bool(card.phrase.error.text()))
    assert "does not open" in card.phrase.error.text()
    assert "THRESHOLD" not in card.phrase.error.text()
    asked.yes = False
    type_phrase(person, card, PHRASE)
    assert session.key != key
    asked.yes = True
    type_phrase(person, card, PHRASE)
    person.until(lambda: session.key == key)
    person.planned()
    person.until(lambda: session.examples[("small", "NHS Number")] != first)
    assert session.by_hand == 0
    assert not session.key_note


def test_a_file_that_is_no_key_says_so(person: Any, asked: Any, tmp_path: Path) -> None:
    person.session.warm_up()
    person.window.go_to("going_to")
    card: Any = person.window.pages["going_to"].key_file
    assert not card.isVisible()  # a list for the patients' own care has no codes
    page = person.window.pages["going_to"]
    person.until(lambda: "approved-research" in page.cards.cards)
    page.cards.choose("own-care-list")
    assert not card.isVisible()
    page.cards.choose("approved-research")
    person.until(lambda: card.isVisible() and card.choose.isVisible())
    asked.key_file = tmp_path / "notes.key"
    asked.key_file.write_text("no key")
    card.choose.click()
    card.phrase.edit.setText(PHRASE)
    card.use.click()
    person.until(lambda: bool(card.phrase.error.text()))
    assert asked.key_file.read_text() == "no key"
    assert person.session.key_note
    assert Settings.load().key_file == ""
