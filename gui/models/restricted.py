"""Rows whose detail a law restricts: a manager works with their count, a GP may look at them.

Only what the practice holds is hidden. What would leave is always shown: what you see is what leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.models.row_source import NO_TAGS, NOBODY, Bools, Mark, PageRow, Why
from gui.state import FirstRows

if TYPE_CHECKING:
    from core.preview import Preview
    from core.survey.codes.codelists import CodeLookup
    from core.survey.results import Survey

WORDS = "Restricted by law"
SAID = "What this row says is restricted by law. A GP can see it: View, Show what the law restricts."


def restricted_bits(lookup: CodeLookup) -> int:
    """The categories of `lookup.category_ids` whose detail a law restricts, as bits."""
    return sum(
        1 << bit
        for bit, name in enumerate(lookup.category_ids)
        if lookup.category(name).strength == "restricted"
    )


def restricted_rows(preview: Preview, table: str, bits: int) -> Bools:
    """One entry a row: whether it is of these categories, or stays because of a row that is."""
    import numpy as np

    every = {name: np.flatnonzero(facts.category_mask(bits)) for name, facts in preview.survey.facts.items()}
    mask = np.zeros(preview.survey.facts[table].rows, dtype=np.bool_)
    mask[every[table]] = True
    closure = preview.decisions.closure
    if closure is not None:
        mask[closure.because_of(every).get(table, every[table])] = True
    return mask


def without_restricted(first: FirstRows, survey: Survey, table: str) -> FirstRows:
    """The first rows of a table without those whose detail a law restricts; the same ones where none is."""
    facts, bits = survey.facts.get(table), restricted_bits(survey.lookup)
    if facts is None:
        return first
    told = [n < facts.rows and bool(facts.categories_of(n) & bits) for n in range(len(first.rows))]
    if not any(told):
        return first
    rows = [
        [None if cell is None else WORDS for cell in row] if hide else row
        for row, hide in zip(first.rows, told, strict=True)
    ]
    return FirstRows(first.fields, rows)


def hidden(row: PageRow) -> PageRow:
    """The row with nothing of what the practice holds, and with a reason that does not tell either."""
    row.raw = [None if cell is None else WORDS for cell in row.raw]
    row.marks = {at: int(marks) & ~int(Mark.HAZARD) for at, marks in row.marks.items()}
    row.tags = NO_TAGS
    row.objects = False
    row.chain = ()
    row.patient = NOBODY  # the patient's other rows would say whose it is
    row.withheld_by = ""
    if row.withheld is not None:
        row.withheld = Why(WORDS)  # the rule's source would tell whether it was an objection
    return row
