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

#: And it is not taken before a quarter more has grown old than the last one left (as Python has it itself:
#: the developer's guide, 'Garbage collector design', 'Collecting the oldest generation').
GROWN = 1.25


class GarbageLooks:
    """Takes over from Python, from now to the end of the process. Used on the UI thread only."""

    def __init__(self) -> None:
        gc.disable()
        self._left = 0  # objects that the last look through everything left
        self._not_before = 0.0  # of the next one, on the monotonic clock

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
        if counts[1] <= limits[1]:
            generation = 0
        elif counts[2] <= limits[2] or time.monotonic() < self._not_before:
            generation = 1
        else:
            return self._look_far()
        gc.collect(generation)
        return generation

    def _look_far(self) -> int:
        """Look through everything if enough has grown old, and say when this may be asked again."""
        began = time.monotonic()
        generation = 2 if _grown_old() > GROWN * self._left else 1
        gc.collect(generation)
        if generation == 2:
            self._left = _grown_old()
        ended = time.monotonic()
        self._not_before = ended + PART_OF_TIME * (ended - began)
        return generation


def _grown_old() -> int:
    return len(gc.get_objects(generation=2))
