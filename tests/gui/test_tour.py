"""The tour: offered once, each step points at something that is there, by keyboard, on the demo only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui import ask
from gui.accessibility import silent_widgets
from gui.main_window import MainWindow
from gui.session import Session, demo_paths
from gui.settings import Settings
from gui.summary import summary
from gui.tour import ON_PAGE, STEPS, Tour
from gui.widgets.bubble import _beside
from resources import ROOT


@pytest.fixture
def window(qtbot: Any, light: Any) -> Iterator[MainWindow]:
    from core.protection import create_key

    session = Session(key=create_key())
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    session.warm_up()
    qtbot.waitUntil(lambda: bool(session.profiles))
    yield made
    made.close()
    session.shutdown()


def inside(window: QWidget, bubble: QWidget) -> bool:
    return window.rect().contains(bubble.geometry())


def test_every_step_points_at_something_by_the_keyboard_alone(window: MainWindow, qtbot: Any) -> None:
    """From the offer to the end, at the size of a large-text desktop for every other step."""
    tour, session = window.tour, window.session
    tour.offer()
    bubble = tour.bubble
    assert bubble.isVisible()
    assert QApplication.activeModalWidget() is None
    assert not bubble.isAncestorOf(QApplication.focusWidget() or window)  # an offer takes no keyboard
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert tour.at == 0
    qtbot.waitUntil(lambda: session.survey is not None)
    for at, step in enumerate(tour.steps):
        assert tour.at == at
        assert bubble.title.text() == step.title
        assert f"step {at + 1} of {len(tour.steps)}" in bubble.place.text()
        assert step.page in ("", window.page.page_id)
        window.resize(*((1366, 768) if at % 2 else (683, 384)))
        QApplication.processEvents()
        bubble.stand()
        assert inside(window, bubble), step.title
        assert bubble.width() <= window.width() - 16
        target = tour.target(step)
        assert target is not None, step.title
        if window.width() > 1000:
            qtbot.waitUntil(lambda: bubble.ring.isVisible())  # the part is on the screen
        assert silent_widgets(bubble) == []
        assert window.focusWidget() is bubble.next
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
        if step.page == "going_to":
            qtbot.waitUntil(lambda: session.plan is not None and not session.planning)
    assert tour.at is None
    assert not bubble.isVisible()
    assert not bubble.ring.isVisible()
    assert session.recipient == "Invented University"


def test_it_is_offered_once_and_not_again(window: MainWindow, qtbot: Any) -> None:
    assert not Settings.load().tour_done
    window.tour.offer()
    window.tour.bubble.skip.click()
    assert Settings.load().tour_done
    assert not window.tour.bubble.isVisible()
    window.tour.offer()
    assert not window.tour.bubble.isVisible()
    window.tour.start()  # from the Help menu, as often as one likes
    assert window.tour.bubble.isVisible()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    QTest.keyClick(window.tour.bubble.next, Qt.Key.Key_Escape)
    assert window.tour.at is None


def test_back_goes_back_and_pages_stay_usable(window: MainWindow, qtbot: Any) -> None:
    tour = window.tour
    tour.start()
    assert not tour.bubble.back.isVisible()
    tour.go_on()
    window.go_to("export")  # somebody looks elsewhere in between
    tour.go_back()
    assert (tour.at, window.page.page_id) == (0, "open")
    tour.go_on()
    tour.go_on()
    tour.go_on()
    tour.go_on()  # before the demo is read it waits, and says so
    if window.session.survey is None:
        assert "still reading" in tour.bubble.words.text()


def test_the_bar_calls_the_demo_by_its_name_and_has_all_that_ships(
    window: MainWindow, qtbot: Any, tmp_path: Path
) -> None:
    assert set(demo_paths()) == set((ROOT / "demo").glob("*.csv"))
    session = window.session
    session.open_demo()
    qtbot.waitUntil(lambda: session.export is not None)
    assert session.export.tables[0].name == "events"
    assert summary(session).values["from"] == "Demo practice"
    own = tmp_path / "events.csv"
    own.write_text("NHS Number,Code\n9990000018,H33..\n", encoding="utf-8")
    session.open_paths([own])
    qtbot.waitUntil(lambda: session.export is not None)
    assert summary(session).values["from"] == "events"


def test_a_file_of_ones_own_is_never_touched(
    window: MainWindow, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("NHS Number,Code\n9990000018,H33..\n", encoding="utf-8")
    session, tour = window.session, window.tour
    tour.offer()
    session.open_paths([own])
    qtbot.waitUntil(lambda: session.survey is not None)
    assert not tour.bubble.isVisible()  # whoever works is left in peace, and asked another day
    assert not Settings.load().tour_done
    asked: list[str] = []
    monkeypatch.setattr(ask, "confirm", lambda _p, title, *_a, **_k: asked.append(title) or False)
    tour.start()
    assert asked == ["The tour uses the demo practice"]
    assert tuple(session.paths) == (own,)
    assert tour.at is None
    monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: True)
    tour.start()
    assert tuple(session.paths) == demo_paths()
    assert tour.at == 0
    session.open_paths([own])
    qtbot.waitUntil(lambda: session.survey is not None)
    assert tour.at is None
    tour.at = next(n for n, step in enumerate(tour.steps) if step.page == "going_to")
    tour.go_on()  # however it came there: nothing is said about a real file
    assert session.going_to is None
    assert tour.at is None


def test_a_step_without_its_page_is_left_out(window: MainWindow) -> None:
    assert {s.page for s in window.tour.steps} == {s.page for s in STEPS} & ({*window.pages, ON_PAGE})
    assert isinstance(window.tour, Tour)


@pytest.mark.parametrize(
    "target",
    [QRect(10, 10, 100, 40), QRect(1200, 700, 160, 60), QRect(0, 0, 208, 768), QRect(0, 0, 1366, 768)],
)
def test_the_bubble_keeps_clear_of_what_it_points_at(target: QRect) -> None:
    room = QRect(0, 0, 1366, 768)
    box = _beside(target, 400, 180, room)
    assert room.contains(box)
    assert not box.intersects(target) or target == room
