"""Which rows a filter leaves, and several together: either of one kind, and all of different kinds.

'left_out', 'category:hiv' and 'category:cancer' together are the rows left out that have HIV or cancer.
Counts come from the survey's facts: one look at the rows answers for every category at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.model import Block, UsageError
from core.preview_notes import notes_of, rows_with_finds
from core.protection import Context, FieldPlan, apply
from core.protection.actions import KEEPING
from core.survey.results import NO_PATIENT, Survey
from core.survey.row_facts import UNKNOWN

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Step = Callable[[int, int], None]  # told (done, total); raises Cancelled to stop
#: The rows, an entry each, that must not answer to what they say or whose they are: a law restricts it.
Unseen = Callable[[], Mask]

EVERY = "all"
#: Rows that leave with a note in which a personal detail was found (core.preview_notes).
NOTE = "note"
#: Filters about what becomes of a row: it is one or the other, so they are of one kind.
FATES = ("changed", "left_out", "reason")


def kind_of(filter: str) -> str:
    """What a filter is about. Filters of one kind widen each other, of different kinds narrow each other."""
    kind = filter.partition(":")[0]
    return "fate" if kind in FATES else kind


class Narrowing:
    """The rows of one table, through filters. `unseen` rows are found by what becomes of them only: a filter
    that leaves one of them would tell what it says, or whose it is."""

    def __init__(
        self,
        survey: Survey,
        context: Context,
        table: str,
        blocks: Callable[[], Sequence[Block]],
        step: Step | None = None,
        unseen: Unseen | None = None,
    ) -> None:
        self._survey = survey
        self._context = context
        self._table = table
        self._blocks = blocks
        self._step = step
        self._unseen = unseen
        self._facts = survey.facts[table]
        self._withheld = context.tables[table].withheld
        self._read: Mask | None = None
        self._noted: Mask | None = None

    @cached_property
    def _seen(self) -> Mask | None:
        """The rows that may answer to every filter; None for all of them."""
        return None if self._unseen is None else ~self._unseen()

    # -- one filter ------------------------------------------------------------------------------
    def mask(self, filter: str) -> Mask:
        """One entry a row. Raises UsageError where there is no such filter."""
        mask = self._mask(filter)
        return mask if self._seen is None or kind_of(filter) in (EVERY, "fate") else mask & self._seen

    def _mask(self, filter: str) -> Mask:
        facts, survey = self._facts, self._survey
        if filter == EVERY:
            return np.ones(facts.rows, dtype=np.bool_)
        if filter == "left_out":
            return np.not_equal(self._withheld, 0)
        if filter == "changed":
            return self._changed()
        if filter == "unknown_code":
            return facts.unknown_code
        if filter == NOTE:
            return self.read_notes(self._step)
        if filter == "objection":
            people = np.append(survey.patients.objections != 0, False)
            return np.asarray(facts.of_patient(people) | facts.objection_row, dtype=np.bool_)
        kind, _, name = filter.partition(":")
        if kind == "category" and name in survey.category_ids:
            return facts.category_mask(1 << survey.category_ids.index(name))
        if kind == "reason":
            reasons = self._context.row_reasons
            numbers = [i for i, reason in enumerate(reasons, start=1) if reason.id == name]
            return np.asarray(np.isin(self._withheld, numbers), dtype=np.bool_)
        if kind == "patient" and name.isdecimal() and int(name) < len(survey.patients.objections):
            return np.asarray(np.equal(facts.patient, int(name)), dtype=np.bool_)
        raise UsageError(f"There is no filter '{filter}'.", where="filter")

    @property
    def notes_read(self) -> bool:
        """Whether the notes were read for `NOTE`, so that its rows are counted in no time."""
        return self._noted is not None

    @cached_property
    def notes(self) -> tuple[FieldPlan, ...]:
        """The fields of notes that leave with their text: without any, `NOTE` leaves no row."""
        return notes_of(self._survey, self._context, self._table)

    def read_notes(self, step: Step | None = None) -> Mask:
        """One entry a row: `NOTE`. Reads the notes the first time; `step` is told of the rows."""
        if self._noted is None:
            self._noted = rows_with_finds(self._survey, self._context, self._table, self._blocks, step)
        return self._noted

    def _changed(self) -> Mask:
        """Rows that leave with a cell that is not as it was. Only a plan that keeps every cell is looked for
        in the file."""
        context = self._context.tables[self._table]
        if any(f.action not in KEEPING for f in context.leaving):
            return np.equal(self._withheld, 0)
        if self._read is None:
            found = np.zeros(self._facts.rows, dtype=np.bool_)
            blocks = self._blocks() if context.leaving else ()
            there = self._survey.export.table(self._table)
            for block in blocks:
                if self._step is not None:
                    self._step(block.index, len(blocks))
                out = apply(there.read(block, context.positions), self._context)
                changed = np.zeros(int(out.leaves.sum()), dtype=np.bool_)
                for mask in out.changed.values():
                    changed |= mask
                found[np.flatnonzero(out.leaves)[changed] + block.first_row] = True
            self._read = found
        return self._read

    # -- several ---------------------------------------------------------------------------------
    def together(self, filters: Iterable[str]) -> Mask | None:
        """One entry a row: either of one kind, all of different kinds. None where nothing is narrowed."""
        return _all_of(self._by_kind(filters).values())

    def counts(self, offered: Sequence[str], chosen: Sequence[str]) -> Mapping[str, int]:
        """How many rows each offered filter has among those that the chosen ones of other kinds leave."""
        groups = self._by_kind(chosen)
        made: dict[str, int] = {}
        for kind in dict.fromkeys(kind_of(filter) for filter in offered):
            among = _all_of(mask for other, mask in groups.items() if other != kind)
            asked = [filter for filter in offered if kind_of(filter) == kind]
            made.update(self._count(kind, asked, among))
        return made

    def _by_kind(self, filters: Iterable[str]) -> dict[str, Mask]:
        groups: dict[str, Mask] = {}
        for filter in filters:
            if filter != EVERY:
                kind, mask = kind_of(filter), self.mask(filter)
                groups[kind] = groups[kind] | mask if kind in groups else mask
        return groups

    def _count(self, kind: str, asked: Sequence[str], among: Mask | None) -> Mapping[str, int]:
        if kind == EVERY:
            return {EVERY: self._facts.rows}
        if kind in ("category", "unknown_code"):
            each = self._facts.pattern_rows(_all_of(m for m in (among, self._seen) if m is not None))
            return {filter: int(each[self._patterns_of(filter)].sum()) for filter in asked}
        made: dict[str, int] = {}
        for filter in asked:
            mask = self.mask(filter)
            made[filter] = int(np.count_nonzero(mask if among is None else mask & among))
        return made

    def _patterns_of(self, filter: str) -> Mask:
        """Which of the patterns of the table's rows a filter on codes leaves."""
        bits, names = self._facts.pattern_bits, self._survey.category_ids
        name = filter.partition(":")[2]
        if filter == "unknown_code":
            wanted = UNKNOWN
        elif name in names:
            wanted = 1 << names.index(name)
        else:
            raise UsageError(f"There is no filter '{filter}'.", where="filter")
        return np.asarray((bits & np.uint64(wanted)) != 0, dtype=np.bool_)


def _all_of(masks: Iterable[Mask]) -> Mask | None:
    whole: Mask | None = None
    for mask in masks:
        whole = mask if whole is None else whole & mask
    return whole


def rows_of_patient(
    survey: Survey, patient: int, unseen: Callable[[str, int], bool]
) -> tuple[tuple[str, Rows], ...]:
    """The rows of one patient by table; a table without any is not there. `unseen` of a table and a row:
    whether it must not be found so."""
    if patient == NO_PATIENT:
        return ()
    found: list[tuple[str, Rows]] = []
    for table in survey.export.tables:
        rows = survey.facts[table.name].rows_of(patient)
        shown = np.asarray([row for row in rows.tolist() if not unseen(table.name, row)], dtype=np.int64)
        if len(shown):
            found.append((table.name, shown))
    return tuple(found)
