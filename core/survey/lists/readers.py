"""What a reader of one sort of list is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from core.model import Progress
from core.survey.lists.building import Content
from core.survey.lists.candidates import ListCandidate
from core.survey.lists.judging import Judge


@dataclass(frozen=True)
class Seen:
    """How sure a reader is that a list is of its sort (0..1), and why, in words."""

    confidence: float
    evidence: tuple[str, ...]


class ListReader(Protocol):
    """Reads one sort of list."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str:
        """What it reads, for people."""
        ...

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """How sure it is of the file; None where it is nothing of its own."""
        ...

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """What is in it. Raises ReadError where it cannot be read."""
        ...
