"""The curtain by key and by itself, what it leaves as it was, the clipboard, and what the menu remembers."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView

from gui import captures, clipboard
from gui.clipboard import NOTHING_SAID, OUT_SAID, PRIVATE, RAW_SAID, care
from gui.curtain import CHOICES, DEFAULT_MINUTES
from gui.main_window import MainWindow
from gui.models.first_rows_model import FirstRowsModel
from gui.pages import PAGES
from gui.session import Session
from gui.settings import Settings
from gui.showing import BLOCKS, out_hidden
from gui.state import FirstRows
from gui.widgets.curtain_sheet import CurtainSheet
from gui.widgets.tables import PlainTable

FEW = [page for page in PAGES if page.page_id in ("open", "going_to", "side_by_side")]  # made sooner
F9, F10 = Qt.Key.Key_F9, Qt.Key.Key_F10


@pytest.fixture
def window(qtbot: Any, session: Session, light: QApplication) -> Iterator[MainWindow]:
    made = MainWindow(session, FEW)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    yield made
    made.close()


# -- the curtain -----------------------------------------------------------------------------------
def test_a_key_covers_and_shows_again_and_nothing_is_lost(window: MainWindow, qtbot: Any) -> None:
    window.go_to("going_to")
    page: Any = window.pages["going_to"]
    page.recipient.edit.setText("A half-typed rec")
    page.recipient.edit.setFocus()
    body = window.centralWidget()
    qtbot.keyClick(window, F9)
    assert window.session.curtain_down
    assert not body.isVisible()
    assert isinstance(QApplication.focusWidget(), CurtainSheet)
    qtbot.keyClick(QApplication.focusWidget(), F9)
    assert not window.session.curtain_down
    assert window.centralWidget() is body
    assert body.isVisible()
    assert window.menuBar().isVisible()
    assert window.page is page
    assert page.recipient.edit.text() == "A half-typed rec"
    assert QApplication.focusWidget() is page.recipient.edit


def test_no_key_reaches_what_is_under_the_curtain(window: MainWindow, qtbot: Any) -> None:
    asked: list[str] = []
    window.session.page_requested.connect(asked.append)
    undone: list[str] = []
    window.session.decision_made.connect(undone.append)
    window.privacy.curtain.lower()
    sheet = QApplication.focusWidget()
    here = window.page.page_id
    for key in (Qt.Key.Key_2, Qt.Key.Key_Z, Qt.Key.Key_W):
        qtbot.keyClick(sheet, key, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(sheet, Qt.Key.Key_Tab)
    qtbot.keyClick(sheet, Qt.Key.Key_F8)
    assert window.page.page_id == here
    assert (asked, undone) == ([], [])
    assert window.privacy.curtain.down
    window.privacy.curtain.lift()


def test_a_job_goes_on_behind_it_and_a_dialog_that_opens_is_covered(window: MainWindow, qtbot: Any) -> None:
    done: list[int] = []
    window.privacy.curtain.lower()
    window.session.jobs.start("count", lambda _ticket: 7, done=done.append)
    window.show_held()
    qtbot.waitUntil(lambda: done == [7])
    assert window.held is not None
    qtbot.waitUntil(lambda: window.held.findChild(CurtainSheet) is not None)
    sheet = window.held.findChild(CurtainSheet)
    assert sheet.geometry() == window.held.rect()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not window.privacy.curtain.down
    assert window.held.isVisible()
    assert not sheet.isVisible()
    window.held.close()


def test_it_comes_down_when_nobody_touches_the_windows(window: MainWindow, qtbot: Any) -> None:
    curtain = window.privacy.curtain
    assert curtain.minutes == DEFAULT_MINUTES
    assert curtain._idle.interval() == DEFAULT_MINUTES * 60_000
    curtain.nobody_there()
    assert not curtain.down, "there is nothing to cover yet"
    window.session.export = SimpleNamespace(name="events", tables=())  # type: ignore[assignment]
    curtain._stirred = 0.0
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift)
    assert not curtain.down
    curtain._idle.setInterval(50)
    qtbot.waitUntil(lambda: curtain.down)
    window.session.export = None
    curtain.lift()
    curtain.set_minutes(0)
    assert not curtain._idle.isActive()


def test_touching_the_window_puts_it_off(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    curtain = window.privacy.curtain
    begun: list[int] = []
    monkeypatch.setattr(curtain._idle, "start", lambda *_a: begun.append(1))
    for sort in (lambda w: QTest.keyClick(w, Qt.Key.Key_Shift), lambda w: QTest.mouseMove(w)):
        curtain._stirred = 0.0
        begun.clear()
        sort(window.windowHandle())
        QApplication.processEvents()
        assert begun


def test_closing_under_the_curtain_leaves_nothing_behind(qtbot: Any, light: QApplication) -> None:
    session = Session()
    made = MainWindow(session, FEW)
    made.show()
    made.privacy.curtain.lower()
    made.close()
    assert made.centralWidget().objectName() == "body"
    made.deleteLater()
    QApplication.processEvents()


def test_what_was_chosen_is_remembered(window: MainWindow) -> None:
    window.privacy.set_minutes(CHOICES[0])
    assert Settings.load().curtain_minutes == CHOICES[0]
    window.privacy.change_pictures()
    assert Settings.load().out_of_pictures is False
    Settings.path().write_text('{"curtain_minutes": -4, "out_of_pictures": "no"}', encoding="utf-8")
    assert Settings.load().curtain_minutes == DEFAULT_MINUTES
    assert Settings.load().out_of_pictures is True
    assert not captures.can_exclude()
    assert "this computer cannot" in window.privacy.pictures.text()


def test_every_window_is_kept_out_of_pictures_where_the_system_can(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, bool]] = []
    monkeypatch.setattr(captures, "can_exclude", lambda: True)
    monkeypatch.setattr(
        captures, "exclude", lambda w, out: done.append((w.objectName() or type(w).__name__, out)) or True
    )
    window.privacy._keep_out()
    window.show_held()
    window.privacy._keep_out()
    window.privacy._keep_out()
    assert done == [("main_window", True), (window.held.objectName() or "HeldDialog", True)]  # type: ignore[union-attr]
    window.privacy.change_pictures()
    assert {out for _name, out in done[2:]} == {False}
    window.privacy._keep_out()
    assert len(done) == 4
    window.held.close()  # type: ignore[union-attr]


# -- the covered side ------------------------------------------------------------------------------
def test_the_covered_side_is_said_on_every_page_and_shown_by_key(window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, F10)
    assert window.session.raw_covered
    for page_id in window.pages:
        window.go_to(page_id)
        assert window.privacy.covered.isVisible()
    find = window.pages["side_by_side"].find_field  # type: ignore[attr-defined]
    assert find.echoMode() == QLineEdit.EchoMode.Password
    window.privacy.curtain.toggle()
    window.privacy.curtain.toggle()
    assert window.session.raw_hidden, "the curtain does not show what was covered before"
    qtbot.keyClick(window, F10)
    assert not window.session.raw_hidden
    assert not window.privacy.covered.isVisible()
    assert find.echoMode() == QLineEdit.EchoMode.Normal


class Covers:
    raw_hidden = True

    def __init__(self, curtain: bool = False) -> None:
        self.curtain_down = curtain


@pytest.mark.parametrize(
    ("out", "raw", "kind", "hidden"),
    [
        ("QUIXLEY", "Quixley ", "direct_identifier", True),
        ("'=Quixley", "=Quixley", "direct_identifier", True),
        ("P-7KQ2-M9XD-0RHE-5V2T", "9990000018", "direct_identifier", False),
        ("1961", "03/04/1961", "quasi_identifier", False),
        ("03/04/1961", "03/04/1961", "quasi_identifier", True),
        ("Spoke to [name]", "Spoke to Bill", "free_text", True),
        ("Asthma", "Asthma", "coded_clinical", False),
        ("Asthma", "Asthma", "unknown", True),
        (None, "Quixley", "direct_identifier", False),
        ("", "", "direct_identifier", False),
    ],
)
def test_an_outgoing_value_is_covered_where_it_tells_what_the_other_side_says(
    out: str | None, raw: str, kind: str, hidden: bool
) -> None:
    assert out_hidden(Covers(), out, raw, kind) is hidden
    assert out_hidden(Covers(curtain=True), out, raw, kind) is True
    assert out_hidden(None, out, raw, kind) is False


# -- the clipboard ---------------------------------------------------------------------------------
@pytest.fixture
def board() -> Iterator[Any]:
    found = QGuiApplication.clipboard()
    found.clear()
    yield found
    care.clear()
    found.clear()


def test_a_copied_value_is_warned_of_private_and_taken_back(
    window: MainWindow, board: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "SECONDS", 0.2)
    care.copy("QUIXLEY")
    assert board.text() == "QUIXLEY"
    formats = board.mimeData().formats()
    assert all(name in formats for name in PRIVATE)
    assert window.privacy.copied.isVisible()
    assert window.privacy.copied.words.text() == RAW_SAID
    qtbot.waitUntil(lambda: board.text() == "")
    assert not window.privacy.copied.isVisible()
    care.copy("1961", raw=False)
    assert window.privacy.copied.words.text() == OUT_SAID
    window.privacy.copied.button.click()
    assert board.text() == ""


def test_what_somebody_else_copied_meanwhile_stays(window: MainWindow, board: Any) -> None:
    care.copy("QUIXLEY")
    other = QMimeData()
    other.setText("a shopping list")
    board.setMimeData(other)
    window.close()
    assert board.text() == "a shopping list"


def test_closing_takes_back_what_was_copied(window: MainWindow, board: Any) -> None:
    care.copy("QUIXLEY")
    window.close()
    assert board.text() == ""


def test_every_list_copies_with_the_same_care(window: MainWindow, board: Any, qtbot: Any) -> None:
    model = FirstRowsModel()
    model.set_rows(FirstRows(("Name",), [["QUIXLEY"]]))
    table = PlainTable("Rows")
    qtbot.addWidget(table)
    table.setModel(model)
    table.setCurrentIndex(model.index(0, 0))
    copy = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    table.keyPressEvent(copy)
    assert board.text() == "QUIXLEY"
    assert care.ours()
    model.hide(True)
    assert model.index(0, 0).data() == BLOCKS
    care.clear()
    said: list[str] = []
    care.said.connect(said.append)
    table.keyPressEvent(copy)
    care.said.disconnect(said.append)
    assert board.text() == ""
    assert said == [NOTHING_SAID]


def test_what_a_widget_of_qt_copies_by_itself_is_looked_after_too(
    window: MainWindow, board: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "put_here", lambda: True)  # the platform of tests does not know
    page: Any = window.pages["side_by_side"]
    window.go_to("side_by_side")
    plain = QListView(page)
    model = QStandardItemModel(plain)
    model.appendRow(QStandardItem("QUIXLEY"))
    plain.setModel(model)
    plain.setCurrentIndex(model.index(0, 0))
    plain.show()
    plain.setFocus()
    QTest.keyClick(plain, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert board.text() == "QUIXLEY"
    assert care.ours()
