"""The filter on notes that leave with a personal detail found in them: counted only once they were read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gui.models.row_source import NOTES, UNCOUNTED, FilterChoice, PageRow

if TYPE_CHECKING:
    from core.preview_filters import Narrowing
    from core.protection import FieldPlan

OFFERED = FilterChoice(
    NOTES,
    "Found in notes",
    UNCOUNTED,
    "Rows with a note that leaves and in which a name, a number, a place or a date was found: taken out, or "
    "still in it where the note leaves as it is. The notes are read when you choose this.",
)


def counts(narrowed: Narrowing, asked: Sequence[FilterChoice], on: Sequence[str]) -> tuple[FilterChoice, ...]:
    """The choices with how many rows each leaves; notes that nobody asked for are not read to be counted."""
    ready = [one.id for one in asked if one.id != NOTES or narrowed.notes_read]
    found = narrowed.counts(ready, on)
    return tuple(replace(one, count=found.get(one.id, UNCOUNTED)) for one in asked)


def still_on(offered: Sequence[FilterChoice], on: Sequence[str]) -> tuple[FilterChoice, ...]:
    """The choice where it is on and no note leaves any more: it can be taken off again."""
    return (OFFERED,) if NOTES in on and OFFERED.id not in [one.id for one in offered] else ()


def note_of(fields: Iterable[FieldPlan], row: PageRow) -> int | None:
    """Where a row's note stands: the first that leaves changed, else the first with something in it."""
    notes = [field.position for field in fields]
    changed = (at for at in notes if at in row.changed)
    filled = (at for at in notes if row.raw[at])
    return next(changed, next(filled, None))
