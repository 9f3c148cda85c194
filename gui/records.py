"""Single patients, in jobs: the one place where the windows ask core for a record, the queue or a search.

Runs off the UI thread. Whatever it returns stays in memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.patients import Found, PatientRecord, Queue
    from core.preview import Preview

MOST_FOUND = 50
_gate = threading.Lock()


def rooms() -> None:
    """Import the room once: two jobs that import a package and a part of it at a time wait for each other."""
    with _gate:
        import_module("core.patients")


def queue(preview: Preview, step: Callable[[int, int], None]) -> Queue:
    """Who needs a person's judgement, most pressing first."""
    rooms()
    try:
        from core.patients.queue import review_queue
    except ImportError:
        from core.patients import Queue

        return Queue()

    return review_queue(preview, step=step)


def record(preview: Preview, key: Any, patient: int) -> PatientRecord:
    """One patient on one page, with why only a GP may see it."""
    rooms()
    from core.patients.record import read_record

    return read_record(preview, patient, key=key)


def found(preview: Preview, text: str, step: Callable[[int, int], None]) -> tuple[Found, ...]:
    """The patients whom a typed name, number or birth date may mean."""
    rooms()
    from core.patients.search import find_patients

    return find_patients(preview, text, limit=MOST_FOUND, step=step)
