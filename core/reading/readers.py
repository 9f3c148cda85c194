"""What a reader of one sort of file is, and what it is given and gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from core.model import Hazard, Problem, Recognised, Table
from core.reading.choices import TableChoice
from core.reading.source import Source
from core.reading.text.encoding import decode, detect_encoding

HEAD = 64 << 10


@dataclass(frozen=True)
class Candidate:
    """A file to be recognised. `head` is its first 64 KB, `beside` the names of the files opened with it (its
    own among them), `passwords` those a person gave for this export: tried in turn, kept nowhere."""

    source: Source
    head: bytes
    beside: frozenset[str] = frozenset()
    passwords: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The head as text, without a byte order mark."""
        encoding = detect_encoding(self.head, whole=len(self.head) == self.source.size)
        body = self.head[encoding.bom :]
        return decode(body[: len(body) - len(body) % encoding.unit], encoding.name)[0]


@dataclass(frozen=True)
class ReadFile:
    """The tables of one file, what each was taken for (in step with `tables`), and what was noticed."""

    tables: tuple[Table, ...]
    recognised: tuple[Recognised, ...]
    hazards: tuple[Hazard, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        assert len(self.tables) == len(self.recognised)


class Reader(Protocol):
    """Opens one sort of file."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str:
        """What it reads, for a person to choose from; "" where its files can be nobody else's."""
        ...

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """What this reader takes the file for, from its first bytes and its name alone; None where it is
        nothing of its own. Quick: it is asked of every file."""
        ...

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """The file's tables. Raises ReadError where it cannot be read safely."""
        ...


def best_reader(candidate: Candidate, readers: Sequence[Reader], choice: TableChoice) -> Reader | None:
    """The reader a person chose, else the one that is surest; the earlier one where two are as sure."""
    if choice.reader is not None:
        return next((r for r in readers if r.id == choice.reader), None)
    found = [(r, seen.confidence) for r in readers if (seen := r.recognise(candidate)) is not None]
    return max(found, key=lambda pair: pair[1])[0] if found else None
