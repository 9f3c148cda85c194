"""Rows that leave with a note in which a personal detail was found: a reviewer goes through these one by one.

Under `scrub` the details are taken out, and a person sees what was taken and what may have been missed; where
the note leaves as it is they are still in it. What is found is what `scrub` finds. The notes have to be read
for that, so it is done where somebody asks for these rows, and not to offer them. What was found is kept in
memory while the export is open: whoever leaves one of these rows out does not wait for the others again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.model import Block, ReadError
from core.protection import Context, FieldPlan, leaving_notes
from core.protection.actions import SCRUB
from core.protection.scrubbed import Scrubber
from core.survey.results import NO_PATIENT, Survey
from core.survey.row_facts import TableFacts

Mask = npt.NDArray[np.bool_]
Step = Callable[[int, int], None]  # told (done, total); raises Cancelled to stop
_AT_ONCE = 500  # notes between two steps


@dataclass(frozen=True)
class _Looked:
    """Of one field, an entry a row: whether its note was read, and whether something was found in it."""

    read: Mask
    found: Mask


def _looked(facts: TableFacts, field: FieldPlan) -> _Looked:
    """What is remembered of a field, on the table's facts: its finds are the same under every plan, but for
    the engine that finds them."""
    known: dict[tuple[int, str], _Looked] = facts.__dict__.setdefault("note_finds", {})
    engine = field.settings.get("engine", "") if field.action == SCRUB else ""
    none = _Looked(np.zeros(facts.rows, np.bool_), np.zeros(facts.rows, np.bool_))
    return known.setdefault((field.position, engine), none)


def notes_of(survey: Survey, context: Context, table: str) -> tuple[FieldPlan, ...]:
    """The fields of notes that leave with their text."""
    return leaving_notes(survey, context.tables[table].leaving)


def rows_with_finds(
    survey: Survey,
    context: Context,
    table: str,
    blocks: Callable[[], Sequence[Block]],
    step: Step | None = None,
) -> Mask:
    """One entry a row: whether it leaves with a note that names somebody, or has another personal detail."""
    here, there = context.tables[table], survey.export.table(table)
    leaves = here.withheld == 0
    result = np.zeros(len(leaves), dtype=np.bool_)
    for field in notes_of(survey, context, table):
        looked = _looked(survey.facts[table], field)
        wanted = (
            leaves & (here.patient != NO_PATIENT) if field.action == SCRUB else leaves
        )  # else it is blank
        finder = _finder(survey, context, field)
        for block in blocks() if (wanted & ~looked.read).any() else ():
            first, last = block.first_row, block.first_row + block.rows
            new = np.flatnonzero(wanted[first:last] & ~looked.read[first:last])
            if not len(new):
                continue
            raw = there.read(block, (field.position,)).data
            if raw.num_rows != block.rows:
                raise ReadError(
                    "The file has changed since it was opened. Open it again.", where=table, code="changed"
                )
            cells = raw.column(str(field.position))
            for begin in range(0, len(new), _AT_ONCE):
                if step is not None:
                    step(first + int(new[begin]), len(result))
                inside = new[begin : begin + _AT_ONCE]
                looked.found[inside + first] = finder.finds(cells.take(inside), here.patient[inside + first])
                looked.read[inside + first] = True
        result |= looked.found & wanted
    return result


def _finder(survey: Survey, context: Context, field: FieldPlan) -> Scrubber:
    if field.action == SCRUB:
        return context.scrubber(field)
    return Scrubber(replace(field, settings={}), context.format, survey.known)
