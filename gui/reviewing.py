"""What a session does for single patients: who is looking, whom to look at, one record, who has been seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from gui.keeping import Keeping

if TYPE_CHECKING:
    from core.patients import PatientRecord, Queue


@dataclass(frozen=True)
class Looker:
    """Who is at the screen, as they said: their name, and whether they are a GP."""

    name: str
    role: Literal["gp", "staff"]


class Reviewing(Keeping):
    """Reads records and the queue in jobs; decisions about single patients go by code, never by name."""

    looker_changed = Signal()
    queue_changed = Signal()  # `queue` says something else
    seen_changed = Signal()
    patient_wanted = Signal(int)  # show this patient on the Patients page

    def __init__(self, parent: QObject | None = None, *, key: object = None) -> None:
        super().__init__(parent, key=key)
        self.looker: Looker | None = None
        self.queue: Queue | None = None  # None until it was worked out

    def read_patient(self, patient: int, done: Callable[[PatientRecord], object]) -> None:
        """Read one patient's record in a job; it is written down that somebody looked."""
        raise NotImplementedError
