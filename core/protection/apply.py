"""The one function that makes outgoing cells. The right-hand pane and the export both call it.

`apply` is pure: a block of raw rows and an immutable context give the outgoing block, whatever the
thread and whatever came before. Work is done once for each distinct value of a column; columns that
are kept are only looked at for formulas. Reasons are worked out when somebody asks for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Finding, RawBlock, ReadError, Reason, Role, UsageError
from core.protection.actions import ACTIONS, SCRUB, Run, Setting, run_of
from core.protection.coded import PatientCodes, coded
from core.protection.dated import coarse_dates
from core.protection.expected import PLAIN_NUMBER
from core.protection.formats import fit, suspects
from core.protection.plan import FieldPlan, Plan
from core.protection.pseudonyms import HoldsSecret, Pseudonyms, domain_of, pseudonyms_for
from core.protection.rows import RowDecisions
from core.protection.scrubbed import Scrubber
from core.survey.results import KnownIdentifiers, Survey

#: Results remembered for each field, twice: memory stays flat in file size.
REMEMBERED = 60_000

_UNKNOWN: Any = object()


@dataclass(frozen=True)
class TableContext:
    """What `apply` needs for one table. `withheld` has one entry a row: 0 leaves, n is row_reasons[n-1]."""

    fields: tuple[FieldPlan, ...]
    withheld: npt.NDArray[np.uint8] = field(repr=False)
    patient: npt.NDArray[np.int32] = field(repr=False)  # the survey's: whose names leave a note

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
    _columns: dict[tuple[str, str], _Column] = field(default_factory=dict, repr=False, compare=False)
    known: KnownIdentifiers | None = field(default=None, repr=False)  # only where notes are scrubbed
    _codes: dict[str, PatientCodes] = field(default_factory=dict, repr=False, compare=False)
    _scrubbers: dict[tuple[str, str], Scrubber] = field(default_factory=dict, repr=False, compare=False)
    telling: frozenset[str] = field(default=frozenset(), repr=False)  # names that a kept cell may not hold

    def column(self, plan: FieldPlan) -> _Column:
        """The field's working column, made once. Two threads may both make it: they are the same."""
        key = (plan.table, plan.field)
        found = self._columns.get(key)
        if found is None:
            found = self._columns.setdefault(key, _Column(plan, self.format, self.pseudonyms, self.telling))
        return found

    def codes(self, domain: str) -> PatientCodes:
        """The patients' codes in one domain, made when first met."""
        found = self._codes.get(domain)
        if found is None:
            made = PatientCodes(self.identity, domain, self.pseudonyms)
            found = self._codes.setdefault(domain, made)
        return found

    def scrubber(self, plan: FieldPlan) -> Scrubber:
        """What takes personal details out of a field of notes, made when first met."""
        key = (plan.table, plan.field)
        found = self._scrubbers.get(key)
        if found is None:
            assert self.known is not None
            found = self._scrubbers.setdefault(key, Scrubber(plan, self.format, self.known))
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_columns": {}, "_codes": {}, "_scrubbers": {}}


class _Column:
    """One field's way from raw cells to outgoing ones, with what it remembers."""

    def __init__(
        self,
        plan: FieldPlan,
        file_format: str,
        pseudonyms: Pseudonyms,
        telling: frozenset[str] = frozenset(),
    ) -> None:
        self.plan = plan
        self.format = file_format
        self.run: Run = run_of(plan.action, Setting(plan.role, plan.settings, pseudonyms, telling=telling))
        # Two generations: what was used lately outlives the emptying of the older one.
        self._recent: dict[str, str | None] = {}
        self._whys: dict[str, Reason | None] = {}
        self._older: dict[str, str | None] = {}
        self._passed = pa.array([None], pa.string())  # cells that were tested and leave as they are

    def text(self, raw: str) -> str | None:
        """The outgoing cell for a raw one."""
        made, _ = self.run(raw)
        return None if made is None else fit(made, self.format)[0]

    def array(self, raw: pa.Array, patient: npt.NDArray[np.int32], context: Context) -> pa.Array:
        """The outgoing cells for raw ones. `patient` has the patient number of each cell's row."""
        if self.plan.action == "keep":
            return self._kept(raw)
        if self.plan.action == "pseudonym":
            return coded(raw, patient, context.codes(domain_of(self.plan.role)), self._made)
        if self.plan.action == SCRUB:
            return context.scrubber(self.plan).array(raw, patient)
        if self.plan.action == "keep_expected" and self._all_pass(raw):
            return raw
        return self._made(raw)

    def _kept(self, raw: pa.Array) -> pa.Array:
        found = suspects(raw, self.format)
        if not len(found):
            return raw
        cells = raw.take(pa.array(found)).to_pylist()
        fitted = [(at, new) for at, old in zip(found, cells, strict=True) if (new := self.text(old)) != old]
        if not fitted:
            return raw
        mask = np.zeros(len(raw), dtype=np.bool_)
        mask[[at for at, _ in fitted]] = True
        return pc.replace_with_mask(raw, pa.array(mask), pa.array([new for _, new in fitted], pa.string()))

    def _all_pass(self, raw: pa.Array) -> bool:
        """Whether every cell leaves as it is. Only what was not met before is looked at one by one."""
        distinct = raw.unique()
        if self.plan.role is Role.VALUE and _all_plain_numbers(distinct):
            return True
        passed = self._passed
        unseen = distinct.filter(pc.invert(pc.is_in(distinct, value_set=passed)))
        if not len(unseen):
            return True
        good = unseen.filter(pc.fill_null(pc.equal(self._one_by_one(unseen), unseen), False))
        room = len(passed) + len(good) <= REMEMBERED
        self._passed = pa.concat_arrays([passed if room else passed[:1], good])
        return len(good) == len(unseen)

    def _made(self, raw: pa.Array) -> pa.Array:
        encoded = raw.dictionary_encode()
        distinct = encoded.dictionary
        if self.plan.action == "year" or self.plan.action == "month":
            made = coarse_dates(distinct, "year" if self.plan.action == "year" else "month", self._one_by_one)
        else:
            made = self._one_by_one(distinct)
        return made.take(encoded.indices)

    def _one_by_one(self, distinct: pa.Array) -> pa.Array:
        return pa.array([self._remember(old) for old in distinct.to_pylist()], pa.string())

    def _remember(self, old: str) -> str | None:
        new = self._recent.get(old, _UNKNOWN)
        if new is _UNKNOWN:
            new = self._older.get(old, _UNKNOWN)
            if new is _UNKNOWN:
                new = self.text(old)
            if len(self._recent) >= REMEMBERED:
                self._recent, self._older = {}, self._recent
            self._recent[old] = new
        return cast("str | None", new)

    def why(self, raw: str | None) -> Reason | None:
        """Why this raw cell leaves changed, None where it does not."""
        if raw is None:
            return None
        found = self._whys.get(raw, _UNKNOWN)
        if found is _UNKNOWN:
            if len(self._whys) >= REMEMBERED // 10:
                self._whys = {}
            found = self._whys[raw] = self._explained(raw)
        return cast("Reason | None", found)

    def _explained(self, raw: str) -> Reason | None:
        made, note = self.run(raw)
        notes: tuple[Reason, ...] = ()
        out = made
        if made is not None:
            out, notes = fit(made, self.format)
        if out == raw:
            return None
        if made == raw:
            return _joined(notes)
        return _joined((self._done(note), *notes))

    def _done(self, note: str) -> Reason:
        action = ACTIONS[self.plan.action]
        went_wrong, _, held = note.partition(":")
        if not went_wrong:
            return Reason(f"action.{action.id}", f"{action.did} {self.plan.reason}".strip(), self.plan.source)
        text = f"Left blank: it holds {held}, which this field is not for." if held else action.unreadable
        return Reason(f"action.{action.id}.{went_wrong}", text, self.plan.source)


def _all_plain_numbers(distinct: pa.Array) -> bool:
    """Whether every cell is one plain number, as in nearly every block of a field of results."""
    return bool(pc.all(pc.match_substring_regex(distinct, PLAIN_NUMBER)).as_py())


def _joined(reasons: tuple[Reason, ...]) -> Reason:
    return Reason(
        reasons[0].id,
        " ".join(r.text for r in reasons),
        "; ".join(dict.fromkeys(r.source for r in reasons if r.source)),
    )


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
        if plan.action == SCRUB:
            return self.context.scrubber(plan).why(cell, int(self.patient[row_in_block]))
        return self.context.column(plan).why(cell)

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


def make_context(survey: Survey, plan: Plan, key: HoldsSecret, rows: RowDecisions) -> Context:
    """All that `apply` needs, from the survey, the plan, the key and the row decisions.

    Raises UsageError when the plan does not speak of every field of the survey, in its order."""
    tables = {}
    for name, findings in survey.findings.items():
        fields = plan.for_table(name)
        _check_fields(name, fields, findings)
        withheld = rows.withheld[name]
        withheld.setflags(write=False)
        tables[name] = TableContext(fields, withheld, survey.facts[name].patient)
    pseudonyms = pseudonyms_for(key, plan.recipient, plan.project)
    known = survey.known if any(f.action == SCRUB for f in plan.fields) else None
    tested = survey.known is not None and any(f.action == "keep_expected" for f in plan.fields)
    return Context(
        tables,
        rows.reasons,
        plan.format,
        pseudonyms,
        survey.patients.identity,
        known=known,
        telling=survey.known.telling_names if tested else frozenset(),
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
    names, arrays = [], []
    for plan in table.leaving:
        column = raw.data.column(str(plan.position))
        if column.type != pa.string():
            column = column.cast(pa.string())
        if mask is not None:
            column = column.filter(mask)
        names.append(plan.field)
        arrays.append(context.column(plan).array(column, patient, context))
    data = pa.RecordBatch.from_arrays(arrays, names=names)
    return OutBlock(raw.table, raw.first_row, tuple(names), data, leaves, withheld, raw, context, everybody)
