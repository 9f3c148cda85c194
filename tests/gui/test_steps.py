"""Long steps: how far, how fast and how long yet in words, which the bar shows, and what Cancel leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui import pace, steps, theme
from gui.main_window import MainWindow
from gui.pace import Measure, Pace, left_words, span, words
from gui.pages import PAGES
from gui.session import Session
from gui.widgets.banners import BusyBar

FEW = [page for page in PAGES if page.page_id in ("open", "going_to", "side_by_side")]  # made sooner


def said(points: list[tuple[float, int]], total: int, measure: Measure, now: float) -> str:
    going = Pace()
    for when, done in points:
        going.moved(done, total, "Reading", when)
    return words(going, measure, total, now - points[0][0], now)


@pytest.mark.parametrize(
    ("points", "total", "measure", "now", "expected"),
    [
        ([(0, 0)], 100, Measure(), 0, ""),
        ([(0, 0), (1, 10)], 100, Measure(), 1, ""),
        ([(0, 0), (4, 40)], 100, Measure(), 4, "about 5 seconds left"),
        ([(0, 0), (4, 90)], 100, Measure(), 4, "a few seconds left"),
        (
            [(0, 0), (10, 250)], 1000, Measure("bytes", 600_000_000), 10,
            "15 MB a second, about 30 seconds left",
        ),
        (
            [(0, 0), (2, 1_234_567)], 10_000_000, Measure("rows"), 2,
            "620,000 rows a second, about 15 seconds left",
        ),
        ([(0, 0)], 0, Measure(), 20, "20 seconds so far"),
    ],
)  # fmt: skip
def test_a_step_says_how_far_how_fast_and_how_long_yet(
    points: list[tuple[float, int]], total: int, measure: Measure, now: float, expected: str
) -> None:
    assert said(points, total, measure, now) == expected


def test_a_new_phase_begins_anew_and_what_stalls_is_not_promised() -> None:
    going = Pace()
    going.moved(0, 100, "Opening", 0)
    going.moved(90, 100, "Opening", 5)
    assert going.each_second() == pytest.approx(18)
    going.moved(0, 100, "Looking", 6)
    assert going.each_second() is None
    for second in range(30):
        going.moved(10, 100, "Looking", 7 + second)
    assert going.left_s(40) is None


def test_the_rate_is_that_of_the_last_seconds() -> None:
    going = Pace()
    for second in range(11):
        going.moved(second * 100, 100_000, "Reading", second)
    for second in range(11, 60):
        going.moved(1_000 + (second - 10) * 10, 100_000, "Reading", second)
    assert going.each_second() == pytest.approx(10)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(7, "5 seconds"), (52, "50 seconds"), (56, "a minute"), (150, "2 minutes"), (3_600, "an hour"),
     (9_000, "2 hours and 30 minutes")],
)  # fmt: skip
def test_lengths_of_time_are_read_at_a_glance(seconds: float, expected: str) -> None:
    assert span(seconds) == expected


def test_nothing_is_promised_to_the_second() -> None:
    assert left_words(3) == "a few seconds left"
    assert left_words(18) == "about 20 seconds left"


# -- the bar -----------------------------------------------------------------------------------------
@pytest.fixture
def window(qtbot: Any, session: Session, light: QApplication, monkeypatch: Any) -> Iterator[MainWindow]:
    monkeypatch.setattr(steps, "SHOWN_AFTER_S", 0.0)
    monkeypatch.setattr(pace, "SAID_AFTER_S", 0.0)
    made = MainWindow(session, FEW)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def held(ticket: Any, free: threading.Event) -> None:
    while not free.wait(0.01):
        ticket.progress(3, 10, "Looking at things")


def test_quick_work_shows_when_it_takes_long_and_can_be_stopped(window: MainWindow, qtbot: Any) -> None:
    free = threading.Event()
    bar = window.busy_bar
    assert not bar.isVisible()
    window.session.jobs.start("find", lambda ticket: held(ticket, free))
    qtbot.waitUntil(lambda: bar.isVisible() and "30 per cent" in bar.words.whole())
    assert bar.bar.value() == 300
    assert bar.accessibleDescription().startswith(bar.words.whole())
    qtbot.waitUntil(lambda: "so far" in bar.fast.whole())
    bar.stop.click()
    qtbot.waitUntil(lambda: not window.session.jobs.running())
    qtbot.waitUntil(lambda: not bar.isVisible())
    free.set()


def test_what_is_not_told_of_shows_nothing(window: MainWindow, qtbot: Any) -> None:
    free = threading.Event()
    window.session.jobs.start("strip", lambda ticket: held(ticket, free))
    qtbot.wait(60)
    assert not window.busy_bar.isVisible()
    free.set()


class PaintedRow(QWidget):
    """Begins a job when it is painted, as a row does whose page is not here."""

    def __init__(self, parent: QWidget, begin: Callable[[], object]) -> None:
        super().__init__(parent)
        self._begin, self.painted = begin, False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if not self.painted:
            self.painted = True
            self._begin()


def test_a_job_that_begins_while_the_window_is_painted_moves_nothing_in_it(
    window: MainWindow, qtbot: Any
) -> None:
    """The bar would have the window painted again within that: Qt warns, and the suite fails for it."""
    free = threading.Event()
    bar, jobs = window.busy_bar, window.session.jobs
    seen: list[bool] = []

    def begin() -> None:
        jobs.start("find", lambda ticket: held(ticket, free))
        seen.append(bar.isVisible())

    row = PaintedRow(window, begin)
    row.resize(40, 40)
    row.show()
    row.repaint()
    qtbot.waitUntil(bar.isVisible)
    assert seen == [False]
    free.set()
    qtbot.waitUntil(lambda: not jobs.running())


def test_opening_stands_before_what_began_earlier(window: MainWindow, qtbot: Any) -> None:
    free = threading.Event()
    jobs = window.session.jobs
    jobs.start("find", lambda ticket: held(ticket, free))
    jobs.start("open", lambda ticket: held(ticket, free), lane="long")
    step = window.steps.current()
    assert step is not None
    assert step.name == "open"
    free.set()
    qtbot.waitUntil(lambda: not jobs.running())


def test_a_plan_that_was_stopped_is_not_taken_for_the_one_before(window: MainWindow, qtbot: Any) -> None:
    session: Any = window.session
    free = threading.Event()
    session.plan, session.rows, session.preview = object(), object(), None
    session.jobs.start("plan", lambda ticket: held(ticket, free), done=lambda _r: None)
    qtbot.waitUntil(lambda: window.busy_bar.isVisible())
    window.busy_bar.stop.click()
    assert (session.plan, session.rows, session.preview) == (None, None, None)
    assert window.failure_card.isVisible()
    assert "Nothing can be saved" in window.failure_card.kept.text()
    assert window.failure_card.try_again.isVisible()
    qtbot.waitUntil(lambda: not session.jobs.running())
    free.set()


def test_stopping_the_filters_shows_every_row(window: MainWindow, qtbot: Any) -> None:
    page: Any = window.pages["side_by_side"]
    cleared: list[object] = []
    page.set_filters = cleared.append
    free = threading.Event()
    window.session.jobs.start("view", lambda ticket: held(ticket, free))
    qtbot.waitUntil(lambda: window.busy_bar.isVisible())
    window.busy_bar.stop.click()
    assert cleared == [()]
    qtbot.waitUntil(lambda: not window.session.jobs.running())


def test_the_bar_stands_still_where_less_should_move(
    qtbot: Any, light: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = BusyBar()
    qtbot.addWidget(bar)
    bar.set_busy(True)
    assert bar.bar.maximum() == 0
    monkeypatch.setattr(theme, "wants_less_motion", lambda _app: True)
    bar.set_progress(0, 0, "Starting")
    assert bar.bar.maximum() == 1000
