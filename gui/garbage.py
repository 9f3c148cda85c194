"""Looks for garbage on the UI thread, and only there.

Python looks for cycles of objects that nobody holds any more on whatever thread happens to make the next
object. Such a cycle may hold widgets, models and signals of a window that was closed, and those may be
destroyed only on the thread they live on: on a job's thread it brings the program down. So Python's own
looks are off while there are windows, and a timer on the UI thread takes them over.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

#: Often enough that what one look goes through is gone through within a frame.
EVERY_MS = 100

#: A look through everything stops the window: it may take one part in so many of the time.
PART_OF_TIME = 50


class GarbageLooks:
    """Takes over from Python, from now to the end of the process. Used on the UI thread only."""

    def __init__(self) -> None:
        gc.disable()
        self._not_before = 0.0  # of a look through everything, on the monotonic clock

    def start(self, parent: QObject) -> None:
        """Look by a timer of `parent`. It holds this object weakly: whoever starts it keeps it."""
        timer = QTimer(parent)
        timer.setInterval(EVERY_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def look(self) -> int | None:
        """Look as far as Python itself would have looked by now: the generation, or None for no look.

        The counts and limits are Python's (`gc.get_count`, `gc.get_threshold`); each look is counted by the
        next older generation."""
        counts, limits = gc.get_count(), gc.get_threshold()
        if counts[0] <= limits[0]:
            return None
        generation = 0
        if counts[1] > limits[1]:
            generation = 1
            if counts[2] > limits[2] and time.monotonic() >= self._not_before:
                generation = 2
        began = time.monotonic()
        gc.collect(generation)
        if generation == 2:
            ended = time.monotonic()
            self._not_before = ended + PART_OF_TIME * (ended - began)
        return generation
