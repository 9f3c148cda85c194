"""The window around the pages, with pages that only note what was asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import ask, theme
from gui.accessibility import silent_widgets
from gui.main_window import MainWindow
from gui.pages import PAGES
from gui.pages.page import Page, StepState
from gui.session import Session
from gui.state import DetailContent, Failure
from gui.widgets.rail import SENDS_NOTHING


class First(Page):
    page_id, title, question = "open", "First", "What?"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.asked: list[str] = []
        QVBoxLayout(self).addWidget(QLabel("first"))

    def next_flag(self) -> None:
        self.asked.append("next")

    def focus_find(self) -> None:
        self.asked.append("find")

    def shown(self) -> None:
        self.asked.append("shown")

    def state(self) -> StepState:
        return StepState("attention", "3 to see")


class Second(First):
    page_id, title = "second", "Second"

    def header_widget(self) -> QWidget:
        return QLabel("extra")


@pytest.fixture
def window(qtbot: Any, light: QApplication, session: Session) -> Iterator[MainWindow]:
    made = MainWindow(session, (First, Second))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    yield made
    made.close()


def test_the_pages_are_those_of_the_rail_in_order() -> None:
    ids = [page.page_id for page in PAGES]
    assert ids == ["open", "going_to", "fields", "codes", "side_by_side", "patients", "export"]
    assert all(page.title and page.question for page in PAGES)


def test_keys_reach_the_page_in_front(window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.page.page_id == "second"
    qtbot.keyClick(window, Qt.Key.Key_F8)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.page.asked == ["shown", "next", "find"]  # type: ignore[attr-defined]


def test_the_rail_takes_the_words_of_the_pages(window: MainWindow) -> None:
    assert window.rail.buttons["second"].accessibleName() == "Step 2, Second, 3 to see"


def test_the_strip_belongs_to_the_page(window: MainWindow) -> None:
    window.session.show_detail(DetailContent("Row 4", ("why",)))
    assert window.detail_strip.isVisible()
    window.go_to("second")
    assert not window.detail_strip.isVisible()


def test_a_page_can_stand_something_beside_the_title(window: MainWindow) -> None:
    extra = next(w for w in window.findChildren(QLabel) if w.text() == "extra")
    assert not extra.isVisible()
    window.go_to("second")
    assert extra.isVisible()


@pytest.mark.parametrize(("size", "narrow"), [((1366, 768), False), ((683, 384), True), ((640, 360), True)])
def test_small_windows_keep_every_word(window: MainWindow, size: tuple[int, int], narrow: bool) -> None:
    window.resize(*size)
    assert (window.width(), window.height()) == size
    assert (window.rail.width() < 150) is narrow
    assert window.rail.foot.isVisible()
    assert window.rail.foot.text().startswith(SENDS_NOTHING)


def test_a_small_window_cuts_no_fact_that_it_has_shorter_words_for(window: MainWindow) -> None:
    window.resize(683, 384)
    QApplication.processEvents()
    for key in ("would_leave", "left_out", "to_decide"):
        value = window.summary_bar._values[key]
        right = value.mapTo(window, value.rect().topRight()).x()
        assert value.fontMetrics().horizontalAdvance(value.whole()) <= value.width(), key
        assert right < window.width(), key
    assert window.summary_bar.value("would_leave") == "Known when you say who gets it"


def test_the_title_bar_names_no_file(window: MainWindow) -> None:
    assert window.windowTitle() == "Threshold"


def test_a_failing_plan_is_told_above_the_page(window: MainWindow) -> None:
    window.session.failure = Failure("No plan", "It went wrong.", "Kept.", "Undo.", "plan")
    window.session.failed.emit("It went wrong.")
    assert window.failure_card.isVisible()
    window.failure_card.button.click()
    assert not window.failure_card.isVisible()


def test_nothing_is_silent(window: MainWindow) -> None:
    assert silent_widgets(window) == []


def test_the_audit_hears_a_silent_widget(window: MainWindow) -> None:
    from PySide6.QtWidgets import QPushButton

    button = QPushButton(parent=window)
    button.show()
    assert len(silent_widgets(window)) == 1


def test_colours_are_remembered(window: MainWindow) -> None:
    from gui.settings import Settings

    window.menus.set_theme("dark")
    assert theme.now.name == "dark"
    assert Settings.load().theme == "dark"
    window.menus.set_theme("light")


def test_menus_open_what_is_chosen(window: MainWindow, monkeypatch: Any, tmp_path: Any) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(window.session, "open_paths", opened.append)
    monkeypatch.setattr(ask, "files_to_open", lambda _p: [tmp_path / "a.csv"])
    monkeypatch.setattr(ask, "folder_to_open", lambda _p: tmp_path)
    window.menus.open_files()
    window.menus.open_folder()
    monkeypatch.setattr(ask, "files_to_open", lambda _p: [])
    window.menus.open_files()
    assert opened == [[tmp_path / "a.csv"], [tmp_path]]


def test_help_says_that_nothing_is_sent(window: MainWindow, monkeypatch: Any) -> None:
    told: list[str] = []
    monkeypatch.setattr(ask, "tell", lambda _p, title, text, **_k: told.append(f"{title} {text}"))
    window.menus.where()
    window.menus.about()
    window.tell_crash("ValueError at x")
    assert SENDS_NOTHING in told[0]
    assert "nothing was sent" in told[2]


def test_closing_while_saving_asks_first(window: MainWindow, monkeypatch: Any) -> None:
    answers = [False, True]
    monkeypatch.setattr(window.session.jobs, "running", lambda name=None: name == "export")
    monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: answers.pop(0))
    assert not window.close()
    assert window.isVisible()
    assert window.close()
    assert answers == []


def test_nothing_that_was_put_off_comes_after_closing(window: MainWindow) -> None:
    late = [QTimer(window.page), QTimer(window.session)]
    for timer in late:
        timer.start(60_000)
    assert window.close()
    assert not any(timer.isActive() for timer in late)


def test_three_more_steps_need_no_change_to_the_others(
    qtbot: Any, light: QApplication, session: Session
) -> None:
    def step(name: str) -> type[Page]:
        return type(name, (Page,), {"page_id": name.lower(), "title": name, "question": "And?"})

    more = tuple(step(name) for name in ("Risk", "Receipts", "Register"))
    window = MainWindow(session, (*PAGES, *more))
    qtbot.addWidget(window)
    window.resize(683, 384)
    window.show()
    window.go_to("register")
    button = window.rail.buttons["register"]
    assert window.page.page_id == "register"
    assert not button.visibleRegion().isEmpty(), "a low window scrolls the steps"
    assert "Step" in button.accessibleName()
    assert (window.width(), window.height()) == (683, 384)


@pytest.mark.parametrize(("width", "height"), [(1366, 728), (683, 384)])
def test_without_a_file_no_page_says_that_something_is_on_its_way_and_each_offers_to_open_one(
    qtbot: Any, light: QApplication, session: Session, width: int, height: int
) -> None:
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(width, height)
    made.show()
    for page_id in ("fields", "codes", "side_by_side", "patients", "export"):
        made.go_to(page_id)
        assert made.shown_detail() is None, page_id
        buttons = [b for b in made.pages[page_id].findChildren(QPushButton) if b.property("main")]
        assert [b.text() for b in buttons if b.isVisible()] == ["Open a file"], page_id
    made.go_to("patients")
    QApplication.processEvents()
    box: Any = made.pages["patients"].search.box  # type: ignore[attr-defined]
    right = box.mapTo(made, box.rect().topRight()).x()
    bar = made.summary_bar.mapTo(made, made.summary_bar.rect().topRight()).x()
    assert abs(right - bar) <= 1, "the search stands in line with the bar above it"
    made.close()


@pytest.mark.parametrize("enter", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_presses_the_button_that_has_the_keyboard_and_ticks_no_box(
    window: MainWindow, qtbot: Any, enter: Qt.Key
) -> None:
    page: Any = window.pages["open"]
    button, box = QPushButton("Go on", page), QCheckBox("I have read it", page)
    pressed: list[str] = []
    button.clicked.connect(lambda: pressed.append("go on"))
    for one in (button, box):
        one.show()
        one.setFocus()
        qtbot.keyClick(one, enter)
    assert pressed == ["go on"]
    assert not box.isChecked(), "what somebody confirms is not confirmed by going on"
    button.setEnabled(False)
    qtbot.keyClick(button, enter)
    assert len(pressed) == 1
    rail = window.rail.buttons["second"]
    rail.setFocus()
    qtbot.keyClick(rail, enter)
    assert window.page.page_id == "second"
