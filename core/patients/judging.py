"""What the parts of the queue share: who leaves, which fields, and what a part found of each patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Finding, Kind, Role
from core.protection.actions import KEYED
from core.protection.plan import FieldPlan, Purpose
from core.reading import read_at
from core.survey.row_facts import long_days

if TYPE_CHECKING:
    from core.preview import Preview

Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Step = Callable[[int, int], None]  # told (done, total); raises Cancelled to stop

#: Kinds of fields that tell something of a patient's health.
TELLING = frozenset((Kind.CODED_CLINICAL, Kind.CLINICAL_VALUE, Kind.FREE_TEXT, Kind.UNKNOWN))
#: What anybody knows somebody by; and what those can look up who hold the same numbers.
_NAMING = frozenset((Role.SURNAME, Role.FULL_NAME, Role.ADDRESS, Role.PHONE, Role.EMAIL))
_NUMBERING = frozenset((Role.NHS_NUMBER, Role.PATIENT_KEY, Role.NI_NUMBER, Role.OTHER_IDENTIFIER))
#: Actions after which an identifier is a code or a digest of itself.
_HIDDEN = KEYED | {"digest"}


@dataclass(frozen=True)
class Judged:
    """What one reason found. `score` has an entry a patient, 0 where there is nothing to look at, and more
    where it presses more. `words` says of a patient what was found, `more` what is said of those who are too
    many to look at one by one, `page` where a rule decides it for all of them."""

    id: str
    score: Scores
    words: Callable[[int], str]
    more: str
    page: str = "codes"
    verb: tuple[str, str] = ("has", "have")  # before `more`, of one patient and of several


@dataclass
class Steps:
    """Tells how far all the passes together are."""

    step: Step | None
    total: int = 1
    done: int = field(default=0)

    def more(self, blocks: int) -> None:
        self.total += blocks

    def next(self) -> None:
        self.done += 1
        if self.step is not None:
            self.step(min(self.done, self.total), self.total)


class Leaving:
    """Who and what would leave under the plan of a preview."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.survey = preview.survey
        self.plan = preview.plan
        self.count = preview.survey.patients.count

    def rows(self, table: str) -> Mask:
        """Which rows of a table leave."""
        return np.asarray(self.preview.context.tables[table].withheld == 0, dtype=np.bool_)

    def fields(self, table: str) -> tuple[FieldPlan, ...]:
        """The table's fields that leave."""
        return self.preview.context.tables[table].leaving

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of which fields leave."""
        return tuple(name for name, told in self.preview.context.tables.items() if told.leaving)

    @cached_property
    def patients(self) -> Mask:
        """Who has a row that leaves."""
        seen = np.zeros(self.count, dtype=np.bool_)
        for name in self.tables:
            seen |= self.survey.facts[name].patients_seen(self.count, self.rows(name))[:-1]
        return seen

    @cached_property
    def named(self) -> bool:
        """Whether names, addresses or numbers to ring leave, so that no riddle is left of who is who."""
        return self._leaves(_NAMING)

    @cached_property
    def recognisable(self) -> bool:
        """Whether anything leaves by which a recipient can look up who a patient is."""
        return self._leaves(_NAMING | _NUMBERING)

    @property
    def riddle(self) -> bool:
        """Whether who is who could only be guessed: no name leaves, nor does it go to those who care for the
        patients, or to the patient."""
        return not self.named and self.plan.purpose not in (Purpose.OWN_CARE, Purpose.CONSENT)

    def _leaves(self, roles: frozenset[Role]) -> bool:
        return any(f.leaves and f.role in roles and f.action not in _HIDDEN for f in self.plan.fields)

    def tells(self, table: str) -> bool:
        """Whether a row of the table tells something of a patient's health."""
        return any(f.kind in TELLING for f in self.fields(table))

    def with_field(self, wanted: Callable[[FieldPlan], bool]) -> Iterator[tuple[str, list[FieldPlan]]]:
        """The tables of which such fields leave, with these."""
        for name in self.tables:
            found = [f for f in self.fields(name) if wanted(f)]
            if found:
                yield name, found

    def read(
        self, table: str, rows: Rows, fields: Sequence[FieldPlan | Finding], steps: Steps
    ) -> Iterator[tuple[Rows, Mapping[str, pa.Array]]]:
        """The raw cells of rows (ascending), a block at a time: their numbers, and by field."""
        positions = tuple(f.position for f in fields)
        there = self.survey.export.table(table)
        blocks = list(there.blocks())
        steps.more(len(blocks))
        for block in blocks:
            steps.next()
            start, stop = np.searchsorted(rows, (block.first_row, block.first_row + block.rows))
            if start == stop:
                continue
            inside = rows[start:stop]
            if len(inside) == block.rows:
                data = there.read(block, positions).data
            else:
                data = read_at(there, (block,), inside, positions, where=False).data
            yield inside, {f.field: _text(data.column(str(f.position))) for f in fields}

    def outgoing(self, f: FieldPlan, cells: pa.Array, rows: Rows) -> pa.Array:
        """What leaves of a field's raw cells in these rows."""
        told = self.preview.context.tables[f.table]
        day = None if told.day is None else long_days(told.day[rows])
        return self.preview.context.made(f, cells, told.patient[rows], day)


def _text(column: pa.Array) -> pa.Array:
    return column if column.type == pa.string() else column.cast(pa.string())


def many(number: int, what: str) -> str:
    """'1 row', '1,204 rows'."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
