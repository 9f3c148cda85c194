"""Rows whose detail a law restricts: a manager works with their count, a GP may look at them.

Only what the practice holds is hidden. What would leave is always shown: what you see is what leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gui.models.row_source import NO_TAGS, NOBODY, Bools, Mark, PageRow, Why
from gui.state import FirstRows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.model import Finding
    from core.preview import Preview
    from core.protection.plan import FieldPlan
    from core.survey.codes.codelists import CodeLookup
    from core.survey.results import Survey

WORDS = "Restricted by law"
SAID = "What this row says is restricted by law. A GP can see it: View, Show what the law restricts."

FOR_GP = "For a GP"
FOR_GP_SAID = (
    "This is the record of somebody close to the practice, or one marked for a GP, or the list of such "
    "records cannot be read or is gone. A GP can see it: on the Patients page, say who is looking."
)


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


def note_fields(fields: Iterable[FieldPlan | Finding]) -> tuple[int, ...]:
    """The positions of the fields that may hold notes."""
    from core.patients.pointing import may_hold_notes

    return tuple(one.position for one in fields if may_hold_notes(one))


def speaks(raw: Sequence[str | None], notes: Iterable[int], survey: Survey, bits: int) -> bool:
    """Whether a note among the cells of a row speaks of these categories."""
    from core.patients.note_words import speaks_of_law

    return any(speaks_of_law(note, survey.lookup, bits) for at in notes if (note := raw[at]))


@dataclass(frozen=True)
class Guard:
    """Which rows are for a GP's eyes while somebody else looks: of what a law restricts (`bits`, 0 for none)
    and whatever stays because of it, and of the patients `for_gp`.

    Codes and terms are judged for every row at once (`why`, `rows`). Notes are judged where their text is at
    hand: of a row that is shown or found (`covered`, `note_says`), since to judge those of a whole file it
    would have to be read again for every filter. The one filter on notes tells that a personal detail was
    found in one that leaves, as the outgoing side does, and nothing of what they speak."""

    preview: Preview
    bits: int = 0
    for_gp: frozenset[int] = frozenset()
    notes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by table: fields that may hold them

    def __bool__(self) -> bool:
        return bool(self.bits or self.for_gp)

    def why(self, table: str, row: int) -> str:
        """What is said instead of a row, '' where it may be seen."""
        facts = self.preview.survey.facts
        if self.for_gp and int(self._whose(table)[row]) in self.for_gp:
            return FOR_GP_SAID
        if not self.bits:
            return ""
        closure = self.preview.decisions.closure
        steps = () if closure is None else closure.chain(table, row)
        began = (steps[-1].table, steps[-1].row) if steps else (table, row)
        told = any(facts[name].categories_of(at) & self.bits for name, at in ((table, row), began))
        return SAID if told else ""

    def _whose(self, table: str) -> NDArray[np.int32]:
        from core.patients.only_patient import patients_of_rows

        return patients_of_rows(self.preview.survey, table)

    def hides(self, table: str, row: int) -> bool:
        return bool(self.why(table, row))

    def rows(self, table: str) -> Bools:
        """One entry a row: whether it is hidden."""
        import numpy as np

        people = np.fromiter(self.for_gp, np.int32, len(self.for_gp))
        of_people = np.isin(self._whose(table), people)
        return np.asarray(restricted_rows(self.preview, table, self.bits) | of_people, dtype=np.bool_)

    def covered(self, table: str, row: PageRow) -> PageRow:
        """The row as it may be seen."""
        why = self.why(table, row.number)
        if why:
            return hidden(row, FOR_GP if why == FOR_GP_SAID else WORDS)
        return hidden(row) if self.note_says(table, row.raw) else row

    def note_says(self, table: str, raw: Sequence[str | None]) -> bool:
        """Whether a note among these cells speaks of what a law restricts."""
        return bool(self.bits) and speaks(raw, self.notes.get(table, ()), self.preview.survey, self.bits)

    def hides_text(self, table: str, row: int) -> bool:
        """Whether a row that something was found in may not be seen; reads the row where its notes decide."""
        if self.hides(table, row):
            return True
        reads = self.bits and self.notes.get(table)
        return bool(reads) and self.note_says(table, self.preview.rows_at(table, [row]).rows[0].raw)


def without_restricted(first: FirstRows, survey: Survey, table: str) -> FirstRows:
    """The first rows of a table without those whose detail a law restricts; the same ones where none is."""
    facts, bits = survey.facts.get(table), restricted_bits(survey.lookup)
    if facts is None:
        return first
    notes = note_fields(survey.findings.get(table, ()))
    told = [
        n < facts.rows and (bool(facts.categories_of(n) & bits) or speaks(row, notes, survey, bits))
        for n, row in enumerate(first.rows)
    ]
    if not any(told):
        return first
    rows = [
        [None if cell is None else WORDS for cell in row] if hide else row
        for row, hide in zip(first.rows, told, strict=True)
    ]
    return FirstRows(first.fields, rows)


def hidden(row: PageRow, words: str = WORDS) -> PageRow:
    """The row with nothing of what the practice holds, and with a reason that does not tell either."""
    row.raw = [None if cell is None else words for cell in row.raw]
    row.marks = {at: int(marks) & ~int(Mark.HAZARD) for at, marks in row.marks.items()}
    row.tags = NO_TAGS
    row.objects = False
    row.chain = ()
    row.patient = NOBODY  # the patient's other rows would say whose it is
    row.withheld_by = ""
    if row.withheld is not None:
        row.withheld = Why(words)  # the rule's source would tell whether it was an objection
    return row
