"""The one function that makes outgoing cells. The right-hand pane and the export both call it.

`apply` is pure: a block of raw rows and an immutable context give the outgoing block, whatever the
thread and whatever came before. Work is done once for each distinct value of a column; columns that
are kept are only looked at for formulas. Reasons are worked out when somebody asks for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Finding, RawBlock, ReadError, Reason, Role, UsageError
from core.protection.actions import ACTIONS, SCRUB, TESTING, Input
from core.protection.closure import POINTS_NOWHERE, Gone, gone_keys
from core.protection.coded import Coder
from core.protection.columns import Column
from core.protection.explained import why_changed
from core.protection.formats import fit_all
from core.protection.look_ups import LookUps
from core.protection.looked_up import planned_look_ups
from core.protection.personal import PersonalColumn
from core.protection.persons import People, people_of
from core.protection.plan import FieldPlan, Plan
from core.protection.pseudonyms import HoldsSecret, Pseudonyms, pseudonyms_for
from core.protection.rows import RowDecisions
from core.protection.scrubbed import Scrubber
from core.protection.spoken_of import SpokenOf, all_spoken_of
from core.survey.people.other_keys import OtherKeys
from core.survey.results import NO_DAY, KnownIdentifiers, Survey
from core.survey.row_facts import Days, long_days


@dataclass(frozen=True)
class TableContext:
    """What `apply` needs for one table. `withheld` has one entry a row: 0 leaves, n is row_reasons[n-1]."""

    fields: tuple[FieldPlan, ...]
    withheld: npt.NDArray[np.uint8] = field(repr=False)
    patient: npt.NDArray[np.int32] = field(repr=False)  # the survey's: whose names leave a note
    #: The rows' days as the survey keeps them, where an action asks for them.
    day: npt.NDArray[np.int16] | Days | None = field(default=None, repr=False)
    numbers: str = ""  # the field of NHS numbers that says whose a row is
    #: By field, the keys of withheld rows: a link to one of them would tell that it was there.
    gone: Mapping[str, Gone] = field(default_factory=dict, repr=False)

    @cached_property
    def leaving(self) -> tuple[FieldPlan, ...]:
        return tuple(f for f in self.fields if f.leaves)

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """The raw columns that are needed to make the outgoing ones."""
        return tuple(f.position for f in self.leaving)


@dataclass(frozen=True)
class Context:
    """Everything `apply` needs, immutable and picklable. It holds the derived secret, never the key."""

    tables: Mapping[str, TableContext]
    row_reasons: tuple[Reason, ...]
    format: str
    pseudonyms: Pseudonyms
    identity: Sequence[str] = field(default=(), repr=False)
    _columns: dict[tuple[str, str], Column] = field(default_factory=dict, repr=False, compare=False)
    known: KnownIdentifiers | None = field(default=None, repr=False)  # only where notes are scrubbed
    _scrubbers: dict[tuple[str, str], Scrubber] = field(default_factory=dict, repr=False, compare=False)
    telling: frozenset[str] = field(default=frozenset(), repr=False)  # names that a kept cell may not hold
    look_ups: LookUps = field(default=LookUps(), repr=False)
    other_keys: OtherKeys = field(default_factory=OtherKeys, repr=False)
    people: People | None = field(default=None, repr=False)  # only where an action asks for them
    _personal: dict[tuple[str, str], PersonalColumn] = field(default_factory=dict, repr=False, compare=False)
    _coders: list[Coder] = field(default_factory=list, repr=False, compare=False)
    #: By table and field: what finds cells that speak of what the profile leaves out.
    spoken: Mapping[tuple[str, str], SpokenOf] = field(default_factory=dict, repr=False)

    def column(self, plan: FieldPlan) -> Column:
        """The field's working column, made once. Two threads may both make it: they are the same."""
        key = (plan.table, plan.field)
        found = self._columns.get(key)
        if found is None:
            spoken = self.spoken.get(key)
            made = Column(plan, self.format, self.pseudonyms, self.telling, self.look_ups, spoken)
            found = self._columns.setdefault(key, made)
        return found

    @property
    def coder(self) -> Coder:
        """What makes columns of codes, and remembers those of patients; made when first asked for."""
        if not self._coders:
            self._coders.append(Coder(self.identity, self.pseudonyms, self.other_keys))
        return self._coders[0]

    def check_codes(self) -> None:
        """Raises VerificationError where two patients would have one code. Makes every patient's, once."""
        if any(self.coder.takes(f) for table in self.tables.values() for f in table.leaving):
            self.coder.patients.check()

    def personal(self, plan: FieldPlan) -> PersonalColumn:
        """What does a field whose cells hang on the row's patient, made when first met."""
        key = (plan.table, plan.field)
        found = self._personal.get(key)
        if found is None:
            assert self.people is not None
            found = self._personal.setdefault(key, PersonalColumn(plan, self.format, self.people))
        return found

    def made(
        self, plan: FieldPlan, raw: pa.Array, patient: npt.NDArray[np.int32], day: Days | None
    ) -> pa.Array:
        """A field's outgoing cells. `patient` and `day` are those of each cell's row."""
        made = self._made(plan, raw, patient, day)
        gone = self.tables[plan.table].gone.get(plan.field)
        if gone is None or not (nowhere := gone.array(raw, patient)).any():
            return made
        return pc.if_else(pa.array(nowhere), None, made)

    def _made(
        self, plan: FieldPlan, raw: pa.Array, patient: npt.NDArray[np.int32], day: Days | None
    ) -> pa.Array:
        if plan.action == SCRUB:
            return self.scrubber(plan).array(raw, patient)
        if self.coder.takes(plan):
            codes = self.coder.array(plan, raw, patient, fills=self._fills(plan))
            return fit_all(codes, self.format)  # a blank cell stays, and a tab begins a formula
        if ACTIONS[plan.action].for_person is not None:
            return self.personal(plan).array(raw, patient, day)
        return self.column(plan).array(raw)

    def why(self, plan: FieldPlan, cell: str | None, patient: int, day: int) -> Reason | None:
        """Why a cell leaves changed, None where it does not."""
        gone = self.tables[plan.table].gone.get(plan.field)
        if gone is not None and gone.one(cell, patient):
            return POINTS_NOWHERE
        if plan.action == SCRUB:
            return self.scrubber(plan).why(cell, patient)
        if self.coder.takes(plan):
            made, note = self.coder.one(plan, cell, patient, fills=self._fills(plan), exact=False)
            return why_changed(plan, cell, made, note, self.format)
        if ACTIONS[plan.action].for_person is not None:
            return self.personal(plan).why(cell, patient, day)
        return self.column(plan).why(cell)

    def hangs_on_row(self, plan: FieldPlan) -> bool:
        """Whether why a cell is changed can be another for an equal cell of another patient or day."""
        return (
            plan.field in self.tables[plan.table].gone
            or plan.action == SCRUB
            or self.coder.takes(plan)
            or ACTIONS[plan.action].for_person is not None
        )

    def _fills(self, plan: FieldPlan) -> bool:
        return self.tables[plan.table].numbers == plan.field

    def scrubber(self, plan: FieldPlan) -> Scrubber:
        """What takes personal details out of a field of notes, made when first met."""
        key = (plan.table, plan.field)
        found = self._scrubbers.get(key)
        if found is None:
            assert self.known is not None
            found = self._scrubbers.setdefault(
                key, Scrubber(plan, self.format, self.known, self.spoken.get(key))
            )
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_columns": {}, "_scrubbers": {}, "_personal": {}, "_coders": []}


@dataclass(frozen=True)
class OutBlock:
    """The outgoing rows of one raw block.

    `data` has the rows that leave, in order, one string column for each name in `names`. `leaves` and
    `withheld` have one entry for each raw row: whether it leaves, and 0 or n for `row_reasons[n-1]`.
    """

    table: str
    first_row: int
    names: tuple[str, ...]
    data: pa.RecordBatch
    leaves: npt.NDArray[np.bool_]
    withheld: npt.NDArray[np.uint8]
    raw: RawBlock = field(repr=False)
    context: Context = field(repr=False)
    patient: npt.NDArray[np.int32] = field(repr=False)  # of each raw row
    day: Days | None = field(default=None, repr=False)  # of each raw row, where an action asks for it

    @property
    def rows_in(self) -> int:
        return len(self.leaves)

    def row_reason(self, row_in_block: int) -> Reason | None:
        """Why a raw row (counted from the block's first) does not leave; None where it does."""
        at = int(self.withheld[row_in_block])
        return self.context.row_reasons[at - 1] if at else None

    def cell_reason(self, name: str, row_in_block: int) -> Reason | None:
        """Why the cell of field `name` in a raw row (counted from the block's first) is not as it was.

        A withheld row gives its row's reason, a field that is left out that decision. None: unchanged.
        """
        withheld = self.row_reason(row_in_block)
        if withheld is not None:
            return withheld
        plan = self._plan(name)
        if not plan.leaves:
            return left_out_reason(plan)
        cell = self.raw.data.column(str(plan.position))[row_in_block].as_py()
        day = NO_DAY if self.day is None else int(self.day[row_in_block])
        return self.context.why(plan, cell, int(self.patient[row_in_block]), day)

    @cached_property
    def changed(self) -> Mapping[str, npt.NDArray[np.bool_]]:
        """For each outgoing field, which of the rows that leave have a cell that is not as it was."""
        leaves = None if self.leaves.all() else pa.array(self.leaves)
        result = {}
        for plan in self.context.tables[self.table].leaving:
            raw = self.raw.data.column(str(plan.position))
            if leaves is not None:
                raw = raw.filter(leaves)
            out = self.data.column(plan.field)
            same = pc.or_kleene(pc.equal(raw, out), pc.and_(pc.is_null(raw), pc.is_null(out)))
            result[plan.field] = ~same.fill_null(False).to_numpy(zero_copy_only=False)
        return result

    def _plan(self, name: str) -> FieldPlan:
        for plan in self.context.tables[self.table].fields:
            if plan.field == name:
                return plan
        raise UsageError("The table has no such field.", where=self.table)


def left_out_reason(plan: FieldPlan) -> Reason:
    """Why a whole field does not leave."""
    return Reason(plan.reason_id or "field.left_out", plan.reason or "This field is left out.", plan.source)


def make_context(
    survey: Survey, plan: Plan, key: HoldsSecret, rows: RowDecisions, look_ups: LookUps | None = None
) -> Context:
    """All that `apply` needs, from the survey, the plan, the key, the row decisions and the look-up files.

    Raises UsageError when the plan does not speak of every field of the survey, in its order, or was made
    with other look-up files."""
    tables = {}
    gone = gone_keys(survey, plan, rows.withheld)
    for name, findings in survey.findings.items():
        fields = plan.for_table(name)
        _check_fields(name, fields, findings)
        withheld = rows.withheld[name]
        withheld.setflags(write=False)
        facts = survey.facts[name]
        asks_day = any(f.leaves and Input.ROW_DAY in ACTIONS[f.action].inputs for f in fields)
        numbers = next((f.field for f in findings if f.role is Role.NHS_NUMBER), "")
        day = facts.packed_day if asks_day else None
        tables[name] = TableContext(fields, withheld, facts.patient, day, numbers, gone.get(name, {}))
    pseudonyms = pseudonyms_for(key, plan.recipient, plan.project)
    known = survey.known if any(f.action == SCRUB for f in plan.fields) else None
    tested = survey.known is not None and any(f.action in TESTING for f in plan.fields)
    return Context(
        tables,
        rows.reasons,
        plan.format,
        pseudonyms,
        survey.patients.identity,
        known=known,
        telling=survey.known.telling_names if tested else frozenset(),
        look_ups=planned_look_ups(plan, look_ups),
        other_keys=survey.patients.other_keys,
        people=people_of(survey, plan, pseudonyms, rows),
        spoken=all_spoken_of(survey, plan),
    )


def _check_fields(table: str, fields: tuple[FieldPlan, ...], findings: tuple[Finding, ...]) -> None:
    planned = [(f.field, f.position) for f in fields]
    if planned != [(f.field, f.position) for f in findings]:
        raise UsageError(
            "The plan was made for a file with other fields. Make the plan again for this file.", where=table
        )


def apply(raw: RawBlock, context: Context, rows: npt.NDArray[np.int64] | None = None) -> OutBlock:
    """The outgoing block for a raw one: rows withheld, fields left out, cells changed, in file order.

    `raw` may hold all columns or only those of `TableContext.positions`, and may be any run of rows of
    the table, or any rows at all where `rows` gives their numbers in the table. Raises ReadError when
    it has rows that the survey never saw."""
    table = context.tables[raw.table]
    if rows is None:
        which: slice | npt.NDArray[np.int64] = slice(raw.first_row, raw.first_row + raw.data.num_rows)
    else:
        which = rows[rows < len(table.withheld)]
    withheld = table.withheld[which]
    if len(withheld) != raw.data.num_rows:
        raise ReadError(
            "The file has changed since it was opened. Open it again.", where=raw.table, code="changed"
        )
    leaves = withheld == 0
    mask = None if leaves.all() else pa.array(leaves)
    everybody = table.patient[which]
    patient = everybody if mask is None else everybody[leaves]
    days = None if table.day is None else long_days(table.day[which])
    day = days if days is None or mask is None else days[leaves]
    names, arrays = [], []
    for plan in table.leaving:
        column = raw.data.column(str(plan.position))
        if column.type != pa.string():
            column = column.cast(pa.string())
        if mask is not None:
            column = column.filter(mask)
        names.append(plan.field)
        arrays.append(context.made(plan, column, patient, day))
    data = pa.RecordBatch.from_arrays(arrays, names=names)
    return OutBlock(
        raw.table, raw.first_row, tuple(names), data, leaves, withheld, raw, context, everybody, days
    )
