"""The window of code lists: what is missing, loaded and built in; adding and removing, in jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.survey.lists import ListShelf, shelf_folder
from core.survey.lists.reading import read_list
from gui import accessibility, ask
from gui.code_lists import BUILT_IN, LOADED, NEEDED
from gui.session import Session
from gui.widgets.code_lists_dialog import CodeListsDialog
from tests.core.survey.lists import list_files as lf

A, B = lf.sctid(400_001), lf.sctid(400_002)


@pytest.fixture
def dialog(light: QApplication, session: Session, qtbot: QtBot) -> Iterator[CodeListsDialog]:
    made = CodeListsDialog(session.code_lists)
    qtbot.addWidget(made)
    made.resize(1080, 640)
    made.show()
    quiet(session, qtbot)
    yield made
    made.close()


def quiet(session: Session, qtbot: QtBot) -> None:
    """Wait for every job."""
    qtbot.waitUntil(lambda: not session.jobs.running())
    QApplication.processEvents()


def rows(dialog: CodeListsDialog, group: str) -> list[str]:
    return [row.title for row in dialog._lists.shelf.rows if row.group == group]


def choose(dialog: CodeListsDialog, title: str) -> None:
    """Put the keyboard on a line."""
    for place in range(dialog.tree.topLevelItemCount()):
        top = dialog.tree.topLevelItem(place)
        for number in range(top.childCount()):
            if top.child(number).text(0) == title:
                dialog.tree.setCurrentItem(top.child(number))
                return
    raise AssertionError("no such line")


def add(
    dialog: CodeListsDialog, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    monkeypatch.setattr(ask, "one_file", lambda *_: path)
    dialog.add.click()
    quiet(session, qtbot)


def test_it_says_what_is_missing_and_where_to_get_it(dialog: CodeListsDialog) -> None:
    assert len(rows(dialog, NEEDED)) >= 2
    assert not rows(dialog, LOADED)
    assert len(rows(dialog, BUILT_IN)) >= 6
    assert dialog.current() is not None
    assert "TRUD" in dialog.about.text()
    assert not dialog.remove.isEnabled()
    assert accessibility.silent_widgets(dialog) == []


def test_adding_and_removing(
    dialog: CodeListsDialog, session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes: list[int] = []
    session.code_lists.changed.connect(lambda: changes.append(1))
    path = lf.refset(
        tmp_path / "r_20250801.txt", [("20250801", "1", lf.HFE, A), ("20240801", "0", lf.HFE, B)]
    )
    needed = rows(dialog, NEEDED)
    add(dialog, session, qtbot, monkeypatch, path)
    (title,) = rows(dialog, LOADED)
    assert title.startswith("Secondary use exclusion: Human Fertilisation")
    assert [one for one in needed if one not in rows(dialog, NEEDED)] == needed[:1]
    assert "2 codes" in dialog.status.text()
    choose(dialog, title)
    row = dialog.current()
    assert row is not None
    assert (row.date, row.codes) == ("1 August 2025", "2")
    assert "no longer active" in dialog.about.text()
    assert changes == [1]
    monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: False)
    dialog.remove.click()
    quiet(session, qtbot)
    assert rows(dialog, LOADED)
    monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: True)
    dialog.remove.click()
    quiet(session, qtbot)
    assert not rows(dialog, LOADED)
    assert changes == [1, 1]


def test_a_list_that_nobody_knows_is_asked_about(
    dialog: CodeListsDialog, session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lf.csv_file(tmp_path / "ours.csv", "code,term", f"{A},Invented", f"{B},Invented")
    add(dialog, session, qtbot, monkeypatch, path)
    assert dialog.question.isVisible()
    assert not rows(dialog, LOADED)
    assert not dialog.add.isEnabled()
    dialog.not_now.click()
    assert not dialog.question.isVisible()
    quiet(session, qtbot)
    assert ListShelf(shelf_folder()).ids() == ()
    add(dialog, session, qtbot, monkeypatch, path)
    dialog.category.setCurrentIndex(dialog.category.findData("domestic_abuse"))
    dialog.use.click()
    quiet(session, qtbot)
    assert rows(dialog, LOADED) == ["ours"]
    (ours,) = (row for row in dialog._lists.shelf.rows if row.title == "ours")
    assert ours.feeds.startswith("Domestic abuse")


def test_what_is_no_list_is_told_in_the_window(
    dialog: CodeListsDialog, session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(dialog, session, qtbot, monkeypatch, lf.csv_file(tmp_path / "x.csv", "a,b", "hello,world"))
    assert dialog.trouble.isVisible()
    assert "holds no list" in dialog.trouble_words.text()
    assert dialog.add.isEnabled()


def test_a_spoilt_list_is_shown_and_can_be_removed(
    light: QApplication, session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = ListShelf(shelf_folder())
    shelf.add(read_list(lf.refset(tmp_path / "r.txt", [("20250801", "1", lf.HFE, A)])))
    (list_id,) = shelf.ids()
    file = shelf.folder / f"{list_id}.codes"
    file.write_bytes(file.read_bytes()[:-1])
    export = lf.csv_file(tmp_path / "export.csv", "NHS Number,Code", f"9990000018,{A}")
    session.open_paths([export])
    quiet(session, qtbot)
    assert session.survey is None
    assert session.failure is not None
    assert session.failure.code == "shelf"
    made = CodeListsDialog(session.code_lists)
    qtbot.addWidget(made)
    made.show()
    quiet(session, qtbot)
    choose(made, list_id)
    monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: True)
    made.remove.click()
    quiet(session, qtbot)
    assert session.survey is not None, "the file is opened once nothing stands in the way"


def test_on_a_desktop_at_twice_the_size_the_window_is_no_higher_than_the_screen(
    qtbot: QtBot, dialog: CodeListsDialog, session: Session
) -> None:
    quiet(session, qtbot)
    dialog.hide()
    low = QWidget()
    qtbot.addWidget(low)
    low.resize(683, 364)
    dialog.setParent(low, dialog.windowFlags())
    dialog.show()
    quiet(session, qtbot)
    assert dialog.height() <= 364, "its buttons are in sight"
    dialog.setParent(None, dialog.windowFlags())
