"""The real message boxes, closed by a timer: plain text, and the careful answer by default."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from gui import ask


def during(act: Callable[[QMessageBox], None]) -> list[QMessageBox]:
    """Do something with the message box that is about to open."""
    seen: list[QMessageBox] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box)
        act(box)

    QTimer.singleShot(0, look)
    return seen


def test_a_question_has_verbs_and_refuses_by_default(qapp: Any) -> None:
    facts: list[Any] = []

    def look(box: QMessageBox) -> None:
        facts.extend([box.textFormat(), [b.text() for b in box.buttons()], box.defaultButton().text()])
        box.defaultButton().click()

    during(look)
    assert ask.confirm(None, "Leave <b>it</b>?", "Really?", yes="Leave it out") is False
    assert facts == [Qt.TextFormat.PlainText, ["Leave it out", "Go back"], "Go back"]


def test_yes_is_yes(qapp: Any) -> None:
    during(lambda box: next(b for b in box.buttons() if b.text() == "Leave it out").click())
    assert ask.confirm(None, "Leave it?", "Really?", yes="Leave it out") is True


def test_before_a_file_is_put_away_the_plan_can_be_saved(qapp: Any) -> None:
    facts: list[Any] = []

    def press(words: str) -> None:
        def look(box: QMessageBox) -> None:
            facts.append([b.text() for b in box.buttons()])
            button = next((b for b in box.buttons() if b.text() == words), None)
            (button or box.defaultButton()).click()

        during(look)

    press("Save the plan")
    assert ask.before_putting_away(None, 2, can_save=True) == "save"
    assert set(facts[0]) == {"Save the plan", "Put it away without saving", "Keep it open"}
    press("")
    assert ask.before_putting_away(None, 1, can_save=True) == "back"
    press("Put it away")
    assert ask.before_putting_away(None, 1, can_save=False) == "close"
    assert set(facts[2]) == {"Put it away", "Keep it open"}


def test_telling_is_plain_text(qapp: Any) -> None:
    formats: list[Any] = []

    def look(box: QMessageBox) -> None:
        formats.append((box.textFormat(), box.informativeText()))
        box.buttons()[0].click()

    during(look)
    ask.tell(None, "Title", "<i>x</i>")
    assert formats == [(Qt.TextFormat.PlainText, "<i>x</i>")]


def test_file_dialogs_give_paths(monkeypatch: Any) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_a: (["/x/a.csv", "/x/b.csv"], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: ("", ""))
    assert ask.files_to_open(None) == [Path("/x/a.csv"), Path("/x/b.csv")]
    assert ask.folder_to_open(None) is None
    assert ask.folder_to_save(None, Path("/x")) is None
    assert ask.one_file(None, "Choose") is None
