from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from gui.jobs import Jobs, Ticket


@pytest.fixture
def jobs(qapp: Any) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("threshold-")]


def test_results_come_home_to_the_ui_thread(jobs: Jobs, qtbot: Any) -> None:
    where: list[tuple[str, str]] = []
    here = threading.current_thread().name

    def work(_ticket: Ticket) -> str:
        return threading.current_thread().name

    jobs.start("one", work, done=lambda name: where.append((name, threading.current_thread().name)))
    qtbot.waitUntil(lambda: bool(where))
    assert where[0][0].startswith("threshold-quick")
    assert where[0][1] == here


def test_an_error_goes_to_failed(jobs: Jobs, qtbot: Any) -> None:
    errors: list[BaseException] = []

    def work(_ticket: Ticket) -> None:
        raise ValueError("a bug")

    jobs.start("one", work, done=lambda _r: errors.append(AssertionError()), failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ValueError)


def test_cancel_stops_at_the_next_report_and_delivers_nothing(jobs: Jobs, qtbot: Any) -> None:
    began, heard = threading.Event(), []

    def work(ticket: Ticket) -> str:
        began.set()
        while True:
            ticket.progress(0, 1, "Counting")

    jobs.start("one", work, done=lambda _r: heard.append("done"), cancelled=lambda: heard.append("cancelled"))
    assert began.wait(60)
    jobs.cancel("one")
    qtbot.waitUntil(lambda: not jobs.running())
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["cancelled"]


def test_the_latest_request_wins(jobs: Jobs, qtbot: Any) -> None:
    gate, heard = threading.Event(), []

    def slow(_ticket: Ticket) -> str:
        gate.wait(60)
        return "first"

    jobs.start("plan", slow, done=heard.append)
    jobs.start("plan", lambda _t: "second", done=heard.append)
    qtbot.waitUntil(lambda: heard == ["second"])
    gate.set()
    qtbot.waitUntil(lambda: not jobs.running())
    assert heard == ["second"]


def test_progress_and_busy_are_told(jobs: Jobs, qtbot: Any) -> None:
    told: list[tuple[int, int, str]] = []
    busy: list[bool] = []
    jobs.progress_changed.connect(lambda *a: told.append(a))
    jobs.busy_changed.connect(busy.append)

    def work(ticket: Ticket) -> None:
        ticket.progress(5_000_000_000, 9_000_000_000, "Reading")  # bytes do not fit 32 bits

    jobs.start("open", work, lane="long")
    qtbot.waitUntil(lambda: busy == [True, False])
    assert told == [(5_000_000_000, 9_000_000_000, "Reading")]


def test_what_is_posted_arrives_in_order(jobs: Jobs, qtbot: Any) -> None:
    heard: list[int] = []

    def work(ticket: Ticket) -> None:
        for number in range(50):
            ticket.post(heard.append, number)

    jobs.start("one", work, done=lambda _r: heard.append(-1))
    qtbot.waitUntil(lambda: bool(heard) and heard[-1] == -1)
    assert heard == [*range(50), -1]


def test_closing_waits_and_nothing_starts_after(jobs: Jobs) -> None:
    def work(ticket: Ticket) -> None:
        while True:
            ticket.check()

    jobs.start("one", work)
    jobs.close()
    assert not jobs.running()
    with pytest.raises(RuntimeError):
        jobs.start("two", lambda _t: None)
