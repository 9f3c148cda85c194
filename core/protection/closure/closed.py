"""What closure found: which rows go, as what, and because of which row. With words for the panes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from core.model import Reason
from core.protection.closure.matching import Rows
from core.protection.closure.rules import KINDS, REASONS, SENSITIVE

#: So many rows that go with one are told; a problem of twenty years can take hundreds along.
TOLD = 30

_WORDS = {
    SENSITIVE: "was withheld for what it says",
    "consultation": "the consultation in which it was recorded",
    "problem": "the problem that it is linked to",
    "medicine": "a medicine prescribed for it",
    "issue": "an issue of the medicine",
    "referral": "a referral that belongs to it",
    "document": "a letter or document that belongs to it",
    "appointment": "the appointment at which it was recorded",
    "linked": "a part of it, or recorded under it",
    "group": "what it was recorded under",
    "same_day": "a contact of the same patient on the same day",
}


@dataclass(frozen=True)
class Step:
    """One row of a chain: `row` is 0-based, `kind` as what it goes ('sensitive' for the row that started it),
    `words` what it is to the step after it, without any cell's text."""

    table: str
    row: int
    kind: str
    words: str


class Closure:
    """The rows that go with withheld ones. `kinds[table]` has one byte a row: 0 does not go by closure,
    n goes as KINDS[n-1]; tables where nothing goes are not in it."""

    def __init__(
        self,
        names: Sequence[str],
        seeds: Mapping[str, Rows],
        kinds: Mapping[str, npt.NDArray[np.uint8]],
        came: Mapping[str, Sequence[tuple[Rows, int, Rows]]],
    ) -> None:
        self.kinds = kinds
        self._names = tuple(names)
        self._seeds = seeds
        # Of each row that goes: its number, the number of the table that it came from, and the row there.
        self._came: dict[str, tuple[Rows, Rows, Rows]] = {}
        for name, parts in came.items():
            rows = np.concatenate([part[0] for part in parts])
            of = np.concatenate([np.full(len(part[0]), part[1]) for part in parts])
            by = np.concatenate([part[2] for part in parts])
            order = np.argsort(rows, kind="stable")
            self._came[name] = rows[order], of[order], by[order]

    @cached_property
    def _back(self) -> Mapping[str, tuple[Rows, Rows]]:
        """By table, sorted: from where each row came, as one number, and the row."""
        back = {}
        for name, (rows, of, by) in self._came.items():
            keys = _came_from(of, by)
            order = np.argsort(keys, kind="stable")
            back[name] = keys[order], rows[order]
        return back

    @property
    def rows(self) -> int:
        """How many rows go, those that started it apart."""
        return sum(len(rows) for rows, _, _ in self._came.values())

    def withheld(self, table: str) -> Iterator[tuple[npt.NDArray[np.bool_], Reason]]:
        """Which rows of the table go, with the reason, one pair for each kind that occurs there."""
        kinds = self.kinds.get(table)
        if kinds is None:
            return
        for number, rows in enumerate(np.bincount(kinds).tolist()):
            if number and rows:
                yield kinds == number, REASONS[KINDS[number - 1]]

    def is_seed(self, table: str, row: int) -> bool:
        """Whether the row is one that others go because of, or might."""
        rows = self._seeds.get(table)
        return rows is not None and _place(rows, row) >= 0

    def chain(self, table: str, row: int) -> tuple[Step, ...]:
        """From this row back to the one withheld for what it says; () where it goes by no closure."""
        steps: list[Step] = []
        while True:
            came = self._came.get(table)
            at = -1 if came is None else _place(came[0], row)
            if came is None or at < 0:
                break
            kind = KINDS[int(self.kinds[table][row]) - 1]
            steps.append(Step(table, row, kind, _WORDS[kind]))
            table, row = self._names[int(came[1][at])], int(came[2][at])
        if steps:
            steps.append(Step(table, row, SENSITIVE, _WORDS[SENSITIVE]))
        return tuple(steps)

    def goes_with(self, table: str, row: int, most: int = TOLD) -> tuple[Step, ...]:
        """What goes because of this row, nearest first, and so many at most."""
        found: list[Step] = []
        waiting = [(table, row)]
        while waiting and len(found) < most:
            table, row = waiting.pop(0)
            wanted = _came_from(self._names.index(table), row)
            for name, (keys, rows) in self._back.items():
                first, last = np.searchsorted(keys, (wanted, wanted + 1)).tolist()
                for at in rows[first : min(last, first + most - len(found))].tolist():
                    kind = KINDS[int(self.kinds[name][at]) - 1]
                    found.append(Step(name, at, kind, _WORDS[kind]))
                    waiting.append((name, at))
        return tuple(found)

    def because_of(self, seeds: Mapping[str, Rows]) -> Mapping[str, Rows]:
        """Every row that goes because of one of these rows, by table; those themselves are not among them."""
        found: dict[str, list[Rows]] = {}
        waiting = [(name, rows) for name, rows in seeds.items() if len(rows)]
        while waiting:
            table, rows = waiting.pop()
            wanted = _came_from(self._names.index(table), rows)
            for name, (keys, gone) in self._back.items():
                if len(more := gone[np.isin(keys, wanted)]):
                    found.setdefault(name, []).append(more)
                    waiting.append((name, more))
        return {name: np.unique(np.concatenate(parts)) for name, parts in found.items()}

    def words(self, table: str, row: int, why: str = "") -> tuple[str, ...]:
        """The chain of a row that goes, or of one that takes others along what they are, a sentence each.
        `why` is the reason of the row that started the chain, where the caller knows it."""
        steps = self.chain(table, row)
        if steps:
            told = [
                f"{_where(step)} goes with {_of(to, step.table)}: it is {step.words}."
                for step, to in pairwise(steps)
            ]
            return (*told, f"{_where(steps[-1])} {steps[-1].words}." + (f" {why}" if why else ""))
        if not self.is_seed(table, row):
            return ()
        found = self.goes_with(table, row, TOLD + 1)
        told = [f"{_where(step)} goes too: {step.words}." for step in found[:TOLD]]
        return (*told, "More rows go with it.") if len(found) > TOLD else tuple(told)


def _where(step: Step) -> str:
    return f"Row {step.row + 1:,} of '{step.table}'"


def _of(step: Step, table: str) -> str:
    return f"row {step.row + 1:,}" + ("" if step.table == table else f" of '{step.table}'")


def _came_from(table: Any, row: Any) -> Any:
    return table * (1 << 40) + row


def _place(rows: Rows, row: int) -> int:
    at = int(np.searchsorted(rows, row))
    return at if at < len(rows) and rows[at] == row else -1
