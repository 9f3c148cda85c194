"""Long work off the UI thread: two small pools of threads and one bridge that lives on the UI thread.

A job never touches a widget. It gets a `Ticket` to report progress, to post something half-way and to
notice that it should stop; what it returns or raises is handed to a callback on the UI thread. No QThread
and no QRunnable: nothing here owns a signal that could be destroyed on the wrong thread. What a job was
started with may hold a widget, so the UI thread is the last to let go of it, too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, QThread, Signal

from gui import core_gate
from gui.garbage import GarbageLooks
from gui.pace import UNKNOWN, Measure

Lane = Literal["long", "quick", "panes"]

#: Progress is shown to people: more often than this only costs repaints.
PROGRESS_EVERY_S = 0.05


@dataclass(frozen=True)
class Step:
    """A job as a person may be told of it: `began` on the monotonic clock; `long` jobs are shown at once."""

    number: int
    name: str
    long: bool
    began: float
    done: int = 0
    total: int = 0
    what: str = ""
    measure: Measure = UNKNOWN


@dataclass(frozen=True)
class Order:
    """What a job was started with: what it does, and what follows on the UI thread."""

    work: Callable[[Ticket], Any]
    done: Callable[[Any], object] | None
    failed: Callable[[BaseException], object] | None
    cancelled: Callable[[], object] | None


class Ticket:
    """What a job holds while it runs. Safe to use from the job's own thread."""

    def __init__(self, jobs: Jobs, name: str, order: Order) -> None:
        self.name = name
        self.order: Order | None = order  # until the job's thread is through with it; see Jobs._finished
        self._jobs = jobs
        self._stop = threading.Event()
        self._last = 0.0
        self.began = time.monotonic()
        self.at: tuple[int, int, str] = (0, 0, "")
        self.measure = UNKNOWN

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the job to stop at its next progress report. Nothing it returns will be delivered."""
        self._stop.set()

    def check(self) -> None:
        """Raise Cancelled if somebody asked the job to stop."""
        if self._stop.is_set():
            from core.model import Cancelled

            raise Cancelled

    def counts(self, unit: str, size: int = 0) -> None:
        """Say what progress counts from now on: 'rows', or a share of `size` 'bytes'."""
        self.measure = Measure(unit, size)

    def progress(self, done: int, total: int, what: str) -> None:
        """A `core.model.Progress`: shows how far the job is, and stops it when asked."""
        self.check()
        now = time.monotonic()
        if now - self._last >= PROGRESS_EVERY_S or done >= total:
            self._last = now
            self.post(self._jobs.report_progress, self, done, total, what)

    def post(self, function: Callable[..., object], *args: object) -> None:
        """Run `function(*args)` on the UI thread, unless the job was cancelled meanwhile."""
        self._jobs.deliver(self, function, args)


class Jobs(QObject):
    """Starts jobs and brings their results home to the thread this object lives on.

    The 'long' lane runs one job at a time (opening, surveying, exporting); the 'quick' lane serves
    what a person waits for on the screen (a new plan, a search); the 'panes' lane only the rows in sight, so
    that no search or plan ever stands before them.
    """

    progress_changed = Signal(object, object, str)  # done, total, what; objects because bytes exceed an int
    busy_changed = Signal(bool)  # whether a long job runs
    steps_changed = Signal(object)  # a Step that moved; None where one began or ended
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._garbage = GarbageLooks()  # wherever jobs run, or one of them would look
        self._garbage.start(self)
        self._pools: dict[str, ThreadPoolExecutor] = {
            "long": ThreadPoolExecutor(1, thread_name_prefix="threshold-long"),
            "quick": ThreadPoolExecutor(2, thread_name_prefix="threshold-quick"),
            "panes": ThreadPoolExecutor(1, thread_name_prefix="threshold-panes"),
        }
        self._running: dict[Ticket, tuple[str, Future[Any]]] = {}
        self._lock = threading.Lock()
        self._busy = False
        self._closed = False
        self._arrived.connect(self._run_here, Qt.ConnectionType.QueuedConnection)

    # -- starting and stopping -------------------------------------------------------------------
    def start(
        self,
        name: str,
        work: Callable[[Ticket], Any],
        *,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        lane: Lane = "quick",
        replace: bool = True,
    ) -> Ticket:
        """Run `work(ticket)` on a thread; deliver its result or its error on the UI thread.

        With `replace`, an earlier job of the same name is cancelled: the latest request wins.
        `cancelled` is called when the job stopped because it was asked to.
        """
        if self._closed:
            raise RuntimeError("jobs were started after the window closed")
        if replace:
            self.cancel(name)
        ticket = Ticket(self, name, Order(work, done, failed, cancelled))
        future = self._pools[lane].submit(self._work, ticket)
        with self._lock:
            self._running[ticket] = (lane, future)
        future.add_done_callback(
            lambda _f: self._arrived.emit((None, self._finished, (ticket,), None, False))
        )
        self._update_busy()
        self.steps_changed.emit(None)
        return ticket

    def cancel(self, name: str | None = None) -> None:
        """Ask the jobs of that name (or all) to stop. Returns at once."""
        with self._lock:
            tickets = [t for t in self._running if name is None or t.name == name]
        for ticket in tickets:
            ticket.cancel()

    def close(self) -> None:
        """Cancel everything and wait: no thread outlives the window."""
        self._closed = True
        self.cancel()
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            self._running.clear()
        self._update_busy()

    def running(self, name: str | None = None) -> bool:
        """Whether a job (of that name) has not come home yet."""
        with self._lock:
            return any(name is None or t.name == name for t in self._running)

    def running_any(self, *starts: str) -> bool:
        """Whether a job whose name starts with one of these has not come home yet."""
        with self._lock:
            return any(t.name.startswith(starts) and not t.cancelled for t in self._running)

    def steps(self) -> list[Step]:
        """What runs now and was not asked to stop, oldest first."""
        with self._lock:
            running = [(t, lane) for t, (lane, _f) in self._running.items() if not t.cancelled]
        return [_step(ticket, lane) for ticket, lane in running if lane != "panes"]

    def wait(self, timeout_s: float = 60.0) -> None:
        """Block until every job is done, without delivering results (for closing and for tests)."""
        with self._lock:
            futures = [f for _lane, f in self._running.values()]
        wait_for(futures, timeout=timeout_s)

    @property
    def busy(self) -> bool:
        return self._busy

    @property
    def closed(self) -> bool:
        """Whether the window is closing: a timer or a repaint that comes later starts nothing."""
        return self._closed

    # -- on the job's thread ---------------------------------------------------------------------
    def _work(self, ticket: Ticket) -> None:
        from core.model import Cancelled

        order = ticket.order
        assert order is not None, "a job's order is put away after its thread is through with it"
        try:
            core_gate.enter()
            ticket.check()
            result = order.work(ticket)
        except Cancelled:
            if order.cancelled is not None:
                self._arrived.emit((None, order.cancelled, (), None, False))
        except BaseException as error:  # handed over whole: the UI thread decides what a person sees
            if order.failed is None:
                raise
            self.deliver(ticket, order.failed, (error,), last=True)
        else:
            if order.done is not None:
                self.deliver(ticket, order.done, (result,), order.cancelled, last=True)

    def deliver(
        self,
        ticket: Ticket,
        function: Callable[..., object],
        args: tuple[object, ...],
        otherwise: Callable[[], object] | None = None,
        *,
        last: bool = False,
    ) -> None:
        """Queue a call for the UI thread; if the job is cancelled before it gets there, `otherwise` runs.

        With `last` the job counts as finished before the call, so that what it calls can start the next."""
        self._arrived.emit((ticket, function, args, otherwise, last))

    # -- on the UI thread ------------------------------------------------------------------------
    def _run_here(self, parcel: tuple[Any, ...]) -> None:
        assert QThread.currentThread() is self.thread()
        ticket, function, args, otherwise, last = parcel
        if self._closed:
            return
        if last:
            with self._lock:
                self._running.pop(ticket, None)
            self._update_busy()
        if ticket is not None and ticket.cancelled:
            if otherwise is not None:
                otherwise()
            return
        function(*args)

    def report_progress(self, ticket: Ticket, done: int, total: int, what: str) -> None:
        ticket.at = (done, total, what)
        self.progress_changed.emit(done, total, what)
        with self._lock:
            lane = self._running[ticket][0] if ticket in self._running else ""
        if lane:
            self.steps_changed.emit(_step(ticket, lane))

    def _finished(self, ticket: Ticket) -> None:
        ticket.order = None  # here, where what it holds may be destroyed: its thread has left `_work`
        with self._lock:
            entry = self._running.pop(ticket, None)
        if not self._closed:
            self.steps_changed.emit(None)
        if entry is not None:
            error = None if entry[1].cancelled() else entry[1].exception()
            self._update_busy()
            if error is not None:
                raise error

    def _update_busy(self) -> None:
        with self._lock:
            busy = any(lane == "long" for lane, _f in self._running.values())
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)


def _step(ticket: Ticket, lane: str) -> Step:
    return Step(id(ticket), ticket.name, lane == "long", ticket.began, *ticket.at, ticket.measure)
