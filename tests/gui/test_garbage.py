"""What Qt owns is destroyed on the thread it lives on, whatever thread makes Python look for garbage."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from concurrent.futures.thread import _WorkItem
from typing import Any

import pytest

from gui import garbage
from gui.garbage import GarbageLooks
from gui.jobs import Jobs, Ticket


class Held:
    """Stands for a widget: says on which thread it was destroyed."""

    def __init__(self, ends: list[int]) -> None:
        self._ends = ends
        self.itself = self

    def __del__(self) -> None:
        self._ends.append(threading.get_ident())


@pytest.fixture
def jobs(qapp: Any) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def test_python_does_not_look_by_itself(jobs: Jobs) -> None:
    assert not gc.isenabled()


def test_a_cycle_that_a_job_leaves_behind_ends_on_the_ui_thread(jobs: Jobs, qtbot: Any) -> None:
    ends: list[int] = []

    def work(_ticket: Ticket) -> int:
        for _ in range(3):
            Held(ends)
        more = [[] for _ in range(50 * gc.get_threshold()[0])]  # Python would have looked, on this thread
        return len(more)

    done: list[int] = []
    jobs.start("litter", work, done=done.append)
    qtbot.waitUntil(lambda: bool(done))
    filler: list[list[object]] = []

    def looked() -> bool:
        filler.extend([] for _ in range(gc.get_threshold()[0]))  # the next look has a reason
        return len(ends) == 3

    qtbot.waitUntil(looked)
    assert set(ends) == {threading.get_ident()}


def test_what_a_job_was_started_with_ends_on_the_ui_thread(
    jobs: Jobs, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[int] = []
    let_go = threading.Event()
    run = _WorkItem.run

    def slow_to_let_go(item: Any) -> None:
        run(item)
        let_go.wait(60)  # and what the thread holds, it would be the last to hold

    monkeypatch.setattr(_WorkItem, "run", slow_to_let_go)

    def begin() -> None:
        for_work, for_done = Held(ends), Held(ends)
        del for_work.itself, for_done.itself
        jobs.start("one", lambda _t: id(for_work), done=lambda _r: id(for_done))

    begin()
    try:
        qtbot.waitUntil(lambda: len(ends) == 2)
    finally:
        let_go.set()
    assert set(ends) == {threading.get_ident()}


def test_each_older_generation_is_looked_through_in_its_turn(
    qapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage.time, "monotonic", lambda: 100.0)  # no look takes any time
    monkeypatch.setattr(garbage.gc, "get_threshold", lambda: (700, 3, 4))
    monkeypatch.setattr(garbage, "GROWN", 0.0)
    looks = GarbageLooks()
    seen: list[int | None] = []
    gc.collect()
    for _ in range(100):
        kept: list[list[object]] = [[] for _ in range(1500)]
        seen.append(looks.look())
        del kept
    assert None not in seen
    assert seen[:5] == [0, 0, 0, 0, 1]  # the fifth finds four looks counted
    assert [at for at, generation in enumerate(seen) if generation == 2][:2] == [29, 59]


def test_a_look_without_a_reason_is_not_taken(qapp: Any) -> None:
    looks = GarbageLooks()
    gc.collect()
    assert looks.look() is None


def test_a_look_through_everything_waits_for_its_part_of_the_time(
    qapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(garbage.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(garbage.gc, "get_count", lambda: (10_000, 100, 100))
    looked: list[int] = []

    def collect(generation: int) -> int:
        looked.append(generation)
        now[0] += 0.2 if generation == 2 else 0.0
        return 0

    monkeypatch.setattr(garbage.gc, "collect", collect)
    monkeypatch.setattr(garbage, "GROWN", 0.0)
    looks = GarbageLooks()
    looks.look()
    looks.look()
    now[0] += garbage.PART_OF_TIME * 0.2 - 0.01
    looks.look()
    now[0] += 0.02
    looks.look()
    assert looked == [2, 1, 1, 2]


def test_everything_is_looked_through_once_a_quarter_more_has_grown_old(
    qapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage.gc, "get_count", lambda: (10_000, 100, 100))
    monkeypatch.setattr(garbage.time, "monotonic", lambda: 100.0)
    old, looked = [1000], []
    monkeypatch.setattr(garbage, "_grown_old", lambda: old[0])
    monkeypatch.setattr(garbage.gc, "collect", looked.append)
    looks = GarbageLooks()
    for old[0] in (1000, 1000, 1250, 1251, 1500):
        looks.look()
    assert looked == [2, 1, 1, 2, 1]
