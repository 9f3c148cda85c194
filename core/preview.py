"""Both panes of the side-by-side page, and `threshold-cli preview`: raw rows, outgoing rows, reasons.

The outgoing cells come from `protection.apply`, the function that the export calls. Filters, flags and
counts come from the survey's facts and the row decisions, without reading the file again.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Block, RawBlock, Reason, UsageError
from core.preview_filters import Narrowing, Unseen
from core.preview_rows import KIND_FLAGS, Flag, Hit, Marks, PreviewRow, Window, highlighted
from core.protection import (
    Context,
    LookUps,
    Plan,
    Purpose,
    RowDecisions,
    apply,
    left_out_reason,
    load_profile,
    make_context,
    published_table,
)
from core.protection.plan import FieldPlan
from core.protection.pseudonyms import HoldsSecret
from core.reading.text.random_access import Divisible, read_at
from core.survey.results import NO_DAY, NO_PATIENT, Survey

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_PARTS_KEPT, _SMALL_PART = 32, 1 << 20  # parts of blocks, and their largest size in bytes
Step = Callable[[int, int], None]  # told (done, total); raises Cancelled to stop


class Preview:
    """Answers the panes for one survey and plan. Safe to use from several threads."""

    def __init__(
        self,
        survey: Survey,
        plan: Plan,
        key: HoldsSecret,
        rows: RowDecisions,
        *,
        blocks_kept: int = 6,
        look_ups: LookUps | None = None,
    ) -> None:
        self.survey = survey
        self.plan = plan
        self.decisions = rows
        self.context: Context = make_context(survey, plan, key, rows, look_ups)
        self._blocks_kept = blocks_kept
        self._kept: OrderedDict[tuple[str, int, int], RawBlock] = OrderedDict()
        self._walked: dict[str, tuple[list[Block], list[int]]] = {}
        self._lock = threading.Lock()

    # -- rows ------------------------------------------------------------------------------------
    def raw_fields(self, table: str) -> tuple[str, ...]:
        """The names of the table's fields. Raises UsageError where there is no such table."""
        return tuple(f.field for f in self._fields(table))

    def out_fields(self, table: str) -> tuple[str, ...]:
        """The names of the fields that leave, in order."""
        return tuple(f.heading for f in self._fields(table) if f.leaves)

    def row_count(self, table: str) -> int:
        """How many rows the table has."""
        self._fields(table)
        return self.survey.facts[table].rows

    def window(self, table: str, start: int, stop: int) -> Window:
        """Rows start to stop (0-based, half-open, cut to what there is)."""
        last = self.row_count(table)
        return self._window(
            table, np.arange(min(max(start, 0), last), min(max(stop, 0), last), dtype=np.int64)
        )

    def rows_at(self, table: str, numbers: Sequence[int] | Rows) -> Window:
        """The rows with these numbers, ascending. Raises UsageError for a number that is not there."""
        wanted = np.asarray(numbers, dtype=np.int64)
        if len(wanted) and (
            wanted[0] < 0 or wanted[-1] >= self.row_count(table) or (np.diff(wanted) <= 0).any()
        ):
            raise UsageError("Row numbers must be in the table, and in ascending order.", where=table)
        return self._window(table, wanted)

    def cell_reason(self, table: str, row: int, name: str) -> Reason | None:
        """Why a cell is not as it was: its row is withheld, its field left out, or it was changed."""
        found = self.rows_at(table, [row]).rows[0]
        if found.withheld is not None:
            return found.withheld
        for planned in self._fields(table):
            if planned.field == name:
                return found.changes.get(name) if planned.leaves else left_out_reason(planned)
        raise UsageError("The table has no such field.", where=table)

    def chain(self, table: str, row: int) -> tuple[str, ...]:
        """Sentences that say because of which row a row goes, back to the one withheld for what it says; of
        such a one, what goes because of it. () where the row has nothing to do with another."""
        closure = self.decisions.closure
        if closure is None:
            return ()
        steps = closure.chain(table, row)
        if not steps:
            return closure.words(table, row)
        number = int(self.decisions.withheld[table][row])
        if not number or not self.decisions.reasons[number - 1].id.startswith("closure."):
            return ()  # it leaves, or stays for a reason of its own
        why = int(self.decisions.withheld[steps[-1].table][steps[-1].row])
        return closure.words(table, row, self.decisions.reasons[why - 1].text)

    @cached_property
    def _plans(self) -> Mapping[str, tuple[FieldPlan, ...]]:
        return {name: context.fields for name, context in self.context.tables.items()}

    @cached_property
    def _highlighted(self) -> int:
        return highlighted(self.survey, self.plan.withhold_categories)

    def _fields(self, table: str) -> tuple[FieldPlan, ...]:
        if table not in self._plans:
            there = ", ".join(f"'{name}'" for name in self._plans)
            raise UsageError(f"There is no table '{table}'. There are: {there}.", where="--table")
        return self._plans[table]

    def _window(self, table: str, numbers: Rows) -> Window:
        fields = self._fields(table)
        raw = self._cells(table, numbers)
        rows = self._rows(table, raw, numbers, _where(raw)) if len(numbers) else []
        flags = {f.field: KIND_FLAGS.get(f.kind, Flag.NONE) for f in fields}
        paths = {f.name: f.path for f in self.survey.export.table(table).fields if f.path}
        return Window(table, self.raw_fields(table), self.out_fields(table), rows, flags, paths)

    def _rows(
        self, table: str, raw: RawBlock, numbers: Rows, where: Sequence[tuple[int | None, str]]
    ) -> list[PreviewRow]:
        out = apply(raw, self.context, numbers)
        names = self.raw_fields(table)
        cells = _as_rows([raw.data.column(str(f.position)) for f in self._fields(table)], raw.data.num_rows)
        sent = iter(_as_rows([out.data.column(i) for i in range(len(out.names))], int(out.leaves.sum())))
        marks = Marks(self.survey, table, self._fields(table), self._highlighted)
        place = np.cumsum(out.leaves) - 1
        column = {name: at for at, name in enumerate(names)}
        context = self.context
        planned = {f.field: (f, context.hangs_on_row(f)) for f in context.tables[table].leaving}
        whys: dict[tuple[str, str | None, tuple[int, int]], Reason | None] = {}  # equal cells share one
        result = []
        for at, number in enumerate(numbers.tolist()):
            changes: dict[str, Reason] = {}
            leaves = bool(out.leaves[at])
            if leaves:
                whose = int(out.patient[at]), NO_DAY if out.day is None else int(out.day[at])
                for name, changed in out.changed.items():
                    if not changed[place[at]]:
                        continue
                    cell, (field, hangs) = cells[at][column[name]], planned[name]
                    same = name, cell, whose if hangs else (NO_PATIENT, NO_DAY)
                    if same not in whys:
                        whys[same] = context.why(field, cell, *whose)
                    if (reason := whys[same]) is not None:
                        changes[name] = reason
            flags, sensitive = marks.of(number, dict(zip(names, cells[at], strict=True)))
            result.append(
                PreviewRow(
                    number,
                    cells[at],
                    next(sent) if leaves else None,
                    out.row_reason(at),
                    changes,
                    flags,
                    sensitive,
                    marks.categories(number),
                    marks.objects(number),
                    *where[at],
                    chain=() if leaves else self.chain(table, number),
                    patient=int(self.survey.facts[table].patient[number]),
                )
            )
        return result

    @cached_property
    def published(self) -> pa.Table | None:
        """The published table where the profile publishes counts, else None. Reads the file once."""
        if self.plan.purpose is not Purpose.COUNTS:
            return None
        return published_table(self.survey, self.plan, load_profile(self.plan.profile_id), self.decisions)

    # -- filters and flags -----------------------------------------------------------------------
    def positions(self, table: str, filter: str | Sequence[str], step: Step | None = None) -> Rows:
        """The numbers of the rows a filter leaves, ascending; of several see core.preview_filters.

        'all', 'changed', 'left_out', 'objection', 'unknown_code', 'note', 'category:<id>', 'reason:<id>' or
        'patient:<number>'. 'note', and 'changed' under a plan that keeps every cell, read the file."""
        mask = self.narrowing(table, step).together([filter] if isinstance(filter, str) else filter)
        every = self.row_count(table)
        return np.arange(every, dtype=np.int64) if mask is None else np.flatnonzero(mask)

    def narrowing(self, table: str, step: Step | None = None, unseen: Unseen | None = None) -> Narrowing:
        """The table's rows through filters, with counts. Raises UsageError where there is no such table."""
        self._fields(table)
        return Narrowing(self.survey, self.context, table, lambda: self.blocks(table), step, unseen)

    def flagged(self, table: str) -> Mask:
        """One entry a row: whether 'Next flag' stops there (left out, sensitive, objection, not understood).

        Families of ordinary illness do not count: they would flag every other row."""
        facts = self.survey.facts[table]
        left_out = self._mask(table, "left_out") & ~self._mask(table, "reason:counted")
        mask = left_out | self._mask(table, "objection") | facts.unknown_code
        return np.asarray(mask | facts.category_mask(self._highlighted), dtype=np.bool_)

    def next_flag(self, table: str, row: int, direction: int = 1) -> int | None:
        """The nearest flagged row after `row` (before it where direction is negative), None where none is."""
        rows = np.flatnonzero(self.flagged(table))
        if direction >= 0:
            at = int(np.searchsorted(rows, row, side="right"))
            return int(rows[at]) if at < len(rows) else None
        at = int(np.searchsorted(rows, row, side="left")) - 1
        return int(rows[at]) if at >= 0 else None

    def _mask(self, table: str, filter: str) -> Mask:
        return self.narrowing(table).mask(filter)

    # -- finding text ----------------------------------------------------------------------------
    def find(
        self,
        table: str,
        text: str,
        *,
        side: str = "either",
        start_row: int = 0,
        direction: int = 1,
        among: Rows | None = None,
        step: Step | None = None,
    ) -> Hit | None:
        """The first cell that holds `text`, in any case, from `start_row` (included) to the table's end.

        `side`: 'raw', 'out' or 'either'. A negative direction looks towards the table's start. `among`:
        only these rows. `step` is told how far it is and may raise Cancelled."""
        if side not in ("raw", "out", "either"):
            raise UsageError("The side to search is raw, out or either.", where="find")
        if not text:
            return None
        forward = direction >= 0
        blocks, _ = self._walk(table)
        ordered = blocks if forward else blocks[::-1]
        wanted = [
            b for b in ordered if (b.first_row + b.rows > start_row if forward else b.first_row <= start_row)
        ]
        for done, block in enumerate(wanted):
            if step is not None:
                step(done, len(wanted))
            rows = self._allowed(block, start_row, forward, among)
            if rows.any():
                hit = self._find_in(table, block, text, side, rows, forward)
                if hit is not None:
                    return hit
        return None

    @staticmethod
    def _allowed(block: Block, start_row: int, forward: bool, among: Rows | None) -> Mask:
        numbers = np.arange(block.first_row, block.first_row + block.rows)
        allowed = numbers >= start_row if forward else numbers <= start_row
        if among is not None:
            inside = (
                among[(among >= block.first_row) & (among < block.first_row + block.rows)] - block.first_row
            )
            listed = np.zeros(block.rows, dtype=np.bool_)
            listed[inside] = True
            allowed &= listed
        return np.asarray(allowed, dtype=np.bool_)

    def _find_in(
        self, table: str, block: Block, text: str, side: str, allowed: Mask, forward: bool
    ) -> Hit | None:
        raw = self._read(table, block, keep=False)
        sides: list[tuple[str, FieldPlan, Mask]] = []
        if side != "out":
            sides += [("raw", f, _holds(raw.data.column(str(f.position)), text)) for f in self._fields(table)]
        if side != "raw":
            out = apply(raw, self.context)
            for planned in self.context.tables[table].leaving:
                mask = np.zeros(block.rows, dtype=np.bool_)
                mask[out.leaves] = _holds(out.data.column(planned.field), text)
                sides.append(("out", planned, mask))
        best: Hit | None = None
        for name, planned, mask in sides:
            rows = np.flatnonzero(mask & allowed)
            if len(rows):
                row = int(rows[0 if forward else -1]) + block.first_row
                if best is None or (row < best.row if forward else row > best.row):
                    best = Hit(row, name, planned.field, planned.position)
        return best

    # -- blocks ----------------------------------------------------------------------------------
    def blocks(self, table: str) -> Sequence[Block]:
        """The table's blocks, in order."""
        return self._walk(table)[0]

    def _walk(self, table: str) -> tuple[list[Block], list[int]]:
        self._fields(table)
        with self._lock:
            if table not in self._walked:
                blocks = list(self.survey.export.table(table).blocks())
                self._walked[table] = blocks, [block.first_row for block in blocks]
            return self._walked[table]

    def _cells(self, table: str, numbers: Rows) -> RawBlock:
        """The raw cells of these rows, wherever they stand. Of a table that has parts only those are read."""
        blocks, starts = self._walk(table)
        first = max(bisect_right(starts, int(numbers[0])) - 1, 0) if len(numbers) else len(blocks)
        there = self.survey.export.table(table)
        return read_at(there, blocks[first:], numbers, read=lambda part: self._read(table, part))

    def _read(self, table: str, block: Block, *, keep: bool = True) -> RawBlock:
        """A block's cells, or a part's. The last ones are remembered: parts while they are small."""
        key = (table, block.first_row, block.rows)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        read_from = self.survey.export.table(table)
        raw = read_from.read(block)
        most = _PARTS_KEPT if isinstance(read_from, Divisible) else self._blocks_kept
        if keep and (most == self._blocks_kept or raw.data.nbytes < _SMALL_PART):
            with self._lock:
                self._kept[key] = raw
                while len(self._kept) > most:
                    self._kept.popitem(last=False)
        return raw


def _as_rows(columns: Sequence[pa.Array], count: int) -> list[list[str | None]]:
    if not columns:
        return [[] for _ in range(count)]
    return [list(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]


def _where(raw: RawBlock) -> list[tuple[int | None, str]]:
    """The line and the place in a message of each row; None and "" where there is none."""
    count = raw.data.num_rows
    lines = [None] * count if raw.lines is None else list(raw.lines)
    places = [""] * count if raw.places is None else list(raw.places)
    return list(zip(lines, places, strict=True))


def _holds(column: pa.Array, text: str) -> Mask:
    found = pc.match_substring(column, text, ignore_case=True).fill_null(False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
