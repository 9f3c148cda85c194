"""Rows that were on the screen are written down once, by number and fingerprint, and staff are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from core.patients.looks import check_looks, read_looks
from gui.looking import TOLD, RowsLookedAt
from gui.main_window import MainWindow
from gui.reviewing import Looker
from gui.session import Session

ROWS = "NHS Number,Surname,Code\n9990000018,Quillfeather,H33..\n9990000026,Okafor,C10..\n"


@pytest.fixture
def record(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = home / "looks" / "looks.jsonl"
    monkeypatch.setenv("THRESHOLD_LOOKS", str(place))
    return place


@pytest.fixture
def opened(session: Session, record: Path, tmp_path: Path, qtbot: Any) -> RowsLookedAt:
    looking = RowsLookedAt(session)
    path = tmp_path / "Mrs Quillfeather.csv"
    path.write_text(ROWS, encoding="utf-8")
    session.open_paths([path])
    qtbot.waitUntil(lambda: session.survey is not None and not session.jobs.running())
    return looking


def test_rows_are_written_down_once_and_nobody_is_named(
    opened: RowsLookedAt, session: Session, record: Path, qtbot: Any
) -> None:
    opened.look()
    qtbot.waitUntil(lambda: not session.jobs.running())
    (look,) = read_looks(record)
    assert (look["what"], look["table"], look["role"]) == ("rows", 1, "staff")
    assert check_looks(record).entries == 1
    text = record.read_text("utf-8")
    assert not any(part in text for part in ("Quillfeather", "Okafor", "9990000018"))


def test_another_person_is_another_look(
    opened: RowsLookedAt, session: Session, record: Path, qtbot: Any
) -> None:
    session.set_looker(Looker("Dr A Example", "gp"))
    qtbot.waitUntil(lambda: not session.jobs.running())
    assert [(look["by"], look["role"]) for look in read_looks(record)][1:] == [("Dr A Example", "gp")]


def test_a_covered_side_is_not_looked_at(session: Session, record: Path, tmp_path: Path, qtbot: Any) -> None:
    looking = RowsLookedAt(session)
    session.cover_raw(True)
    path = tmp_path / "list.csv"
    path.write_text(ROWS, encoding="utf-8")
    session.open_paths([path])
    qtbot.waitUntil(lambda: session.survey is not None and not session.jobs.running())
    assert not record.exists()
    session.cover_raw(False)
    qtbot.waitUntil(lambda: not session.jobs.running() and record.exists())
    assert looking.wrong == ""


def test_a_look_that_cannot_be_written_is_told(
    session: Session, record: Path, tmp_path: Path, qtbot: Any
) -> None:
    record.parent.write_text("a file where the folder should be", encoding="utf-8")
    looking = RowsLookedAt(session)
    path = tmp_path / "list.csv"
    path.write_text(ROWS, encoding="utf-8")
    session.open_paths([path])
    qtbot.waitUntil(lambda: session.survey is not None and not session.jobs.running())
    assert "could not be written down" in looking.wrong


def test_the_window_says_that_looking_is_written_down(
    light: QApplication, session: Session, record: Path, qtbot: Any
) -> None:
    window = MainWindow(session)
    qtbot.addWidget(window)
    assert TOLD in window.footer().text()
    window.looking.wrong = "It could not be written down."
    window.looking.changed.emit()
    assert "could not be written down" in window.footer().text()
