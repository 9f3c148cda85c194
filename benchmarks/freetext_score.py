"""Scoring of what is removed from notes against what should be: spans covered, rows that tell, speed."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Gold = tuple[int, int, str]
#: The text and what is known of its row -> (start, end) of what goes.
Finder = Callable[[str, Any], Sequence[tuple[int, int]]]

_MARK = re.compile(r"<([a-z]):([^<>]*)>")
#: What somebody's work is says nothing of who: 'Dr' may stay where the name is gone.
_MAY_STAY = re.compile(
    r"\b(?:dr|doctor|prof|professor|nurse|sister|sr|rev|revd|fr|father|pc|cpl|sgt|auntie|aunty|and|the|to)\b|['’]s\b|[^\w]+",
    re.IGNORECASE,
)
KINDS = {
    "n": "name", "p": "phone", "a": "address", "c": "postcode", "d": "date", "h": "NHS number", "e": "e-mail",
    "i": "NI number", "l": "place", "o": "organisation", "g": "age over 89", "x": "number",
}  # fmt: skip


@dataclass(frozen=True)
class Note:
    """A note with its gold spans; `known` is whatever the finder is told of the row."""

    text: str
    gold: tuple[Gold, ...]
    known: Any = None


@dataclass
class Score:
    """Counts over a set of notes."""

    notes: int = 0
    spans: int = 0
    covered: int = 0
    touched: int = 0
    rows_leaking: int = 0
    found: int = 0
    wrong: int = 0  # found spans that touch no gold one
    seconds: float = 0.0
    by_kind: dict[str, Counter[str]] = field(default_factory=dict)
    missed: list[tuple[str, str]] = field(default_factory=list)  # (kind, text), for a person who tunes
    extra: list[str] = field(default_factory=list)

    @property
    def share_covered(self) -> float:
        return self.covered / self.spans if self.spans else 1.0

    @property
    def share_leaking(self) -> float:
        return self.rows_leaking / self.notes if self.notes else 0.0

    @property
    def precision(self) -> float:
        return 1 - self.wrong / self.found if self.found else 1.0

    @property
    def per_second(self) -> float:
        return self.notes / self.seconds if self.seconds else 0.0


def marked_note(line: str) -> tuple[str, str, tuple[Gold, ...]]:
    """(own patient's name or "", text, gold) of a line such as 'Anne Smith ## seen <n:Anne>'."""
    own, cut, marked = line.rpartition(" ## ")
    text, gold, last = "", [], 0
    body = marked if cut else line
    for match in _MARK.finditer(body):
        text += body[last : match.start()]
        gold.append((len(text), len(text) + len(match[2]), KINDS[match[1]]))
        text += match[2]
        last = match.end()
    return own if cut else "", text + body[last:], tuple(gold)


def marked_notes(path: Path) -> list[tuple[str, str, tuple[Gold, ...]]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [marked_note(line) for line in lines if line and not line.startswith("#")]


def score(notes: Sequence[Note], find: Finder) -> Score:
    """How well `find` does; its time is processor time."""
    result = Score(notes=len(notes))
    before = time.process_time()
    found = [find(note.text, note.known) for note in notes]
    result.seconds = time.process_time() - before
    for note, spans in zip(notes, found, strict=True):
        _add(result, note, spans)
    return result


def add_found(notes: Sequence[Note], found: Sequence[Sequence[tuple[int, int]]], seconds: float) -> Score:
    """The score of spans that were found elsewhere."""
    result = Score(notes=len(notes), seconds=seconds)
    for note, spans in zip(notes, found, strict=True):
        _add(result, note, spans)
    return result


def _add(result: Score, note: Note, spans: Sequence[tuple[int, int]]) -> None:
    gone = bytearray(len(note.text))
    for start, end in spans:
        gone[start:end] = b"\1" * (end - start)
    leaks = False
    for start, end, kind in note.gold:
        needed = bytearray(b"\1" * (end - start))
        for match in _MAY_STAY.finditer(note.text, start, end):
            needed[match.start() - start : match.end() - start] = bytes(match.end() - match.start())
        whole = all(gone[start + at] for at, need in enumerate(needed) if need)
        result.spans += 1
        result.covered += whole
        result.touched += any(gone[start:end])
        counted = result.by_kind.setdefault(kind, Counter())
        counted["spans"] += 1
        counted["covered"] += whole
        if not whole:
            leaks = True
            result.missed.append((kind, note.text))
    result.rows_leaking += leaks
    result.found += len(spans)
    for start, end in spans:
        if not any(start < stop and begin < end for begin, stop, _ in note.gold):
            result.wrong += 1
            result.extra.append(f"{note.text[start:end]!r} in {note.text!r}")
