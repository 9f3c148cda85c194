"""Which long step the bar above the page shows: how far it is, how fast, how long yet, and how it is stopped.

Opening and saving show at once. What is worked out behind the page shows when it takes longer than a moment.
Stopping leaves the window truthful: what was not worked out is said to be unknown, never shown as it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from gui.formatting import amount
from gui.jobs import Step
from gui.pace import Pace, words

if TYPE_CHECKING:
    from gui.main_window import MainWindow

#: Jobs that are told about, and what they are doing where they do not say so themselves.
TOLD: Mapping[str, str] = {
    "plan": "Working out what would leave",
    "view": "Looking for the rows that the filters leave",
    "find": "Looking through the rows",
    "queue": "Finding who should be looked at",
    "find patients": "Looking for patients",
    "same patient": "Looking for the same patient elsewhere",
    "add list": "Reading the code list",
    "objections list": "Reading the list of objections",
    "objections cleaned": "Reading the cleaned list",
    "earlier release": "Reading the earlier release",
    "check list": "Writing the list for the opt-out service",
    "look-up": "Reading the look-up",
}
SHOWN_AFTER_S = 0.8
EVERY_MS = 250
STARTING = "Starting"


class Steps(QObject):
    """Joins the jobs to the bar."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._bar = window.busy_bar
        self._paces: dict[int, Pace] = {}
        self._shown: Step | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.show)
        self._bar.cancelled.connect(self.stop)
        # A row that is painted asks for its page and so begins a job: a bar that came up, or moved, within
        # that would paint the window while it is being painted. So it answers a turn of the loop later.
        self._session.jobs.steps_changed.connect(self._moved, Qt.ConnectionType.QueuedConnection)
        self._stops: dict[str, Callable[[], object]] = {
            "open": self._session.cancel,
            "export": self._session.cancel,
            "plan": self._session.stop_planning,
            "view": self._stop_filters,
            "queue": self._session.stop_queue,
            "add list": self._session.code_lists.cancel,
        }

    def _moved(self, step: Step | None) -> None:
        if step is not None:
            pace = self._paces.setdefault(step.number, Pace())
            pace.moved(step.done, step.total, step.what, time.monotonic())
        if not self._timer.isActive():
            self._timer.start()
        self.show()

    def current(self) -> Step | None:
        """The step to show: what is opened or saved, else what has run longest of what is told about."""
        now = time.monotonic()
        steps = self._session.jobs.steps()
        for step in steps:
            if step.long:
                return step
        told = [s for s in steps if s.name in TOLD and now - s.began >= SHOWN_AFTER_S]
        return min(told, key=lambda step: step.began, default=None)

    def show(self) -> None:
        """Bring the bar up to date."""
        steps = self._session.jobs.steps()
        if not steps:
            self._timer.stop()
        known = {step.number for step in steps}
        self._paces = {number: pace for number, pace in self._paces.items() if number in known}
        step = self._shown = self.current()
        self._bar.set_busy(step is not None)
        if step is None:
            return
        now = time.monotonic()
        what = step.what or TOLD.get(step.name, STARTING)
        pace = self._paces.get(step.number, Pace())
        fast = words(pace, step.measure, step.total, now - step.began, now)
        self._bar.set_progress(step.done, step.total, amount(step.done, step.total, what), fast)

    def stop(self) -> None:
        """Cancel what the bar shows."""
        step = self._shown or self.current()
        if step is not None:
            stop = self._stops.get(step.name)
            stop() if stop is not None else self._session.jobs.cancel(step.name)

    def _stop_filters(self) -> None:
        """Every row again: rows half filtered would be taken for all there are."""
        self._session.jobs.cancel("view")
        page = self._window.pages.get("side_by_side")
        if page is not None and (clear := getattr(page, "set_filters", None)) is not None:
            clear(())
