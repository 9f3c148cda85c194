"""Removal closure: what goes because something else was left out, to a fixpoint over the links.

It starts from the rows that a plan leaves out for what they say (sensitive families) or that a person left
out, follows the links in rounds, and remembers for each row which row took it along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from core.model import Progress
from core.protection.closure.closed import Closure
from core.protection.closure.links import Edge, Links, links_of
from core.protection.closure.matching import Rows, matches
from core.protection.closure.rules import BITS, KINDS, SENSITIVE, load_general
from core.protection.plan import Plan, Purpose
from core.survey.results import NO_DAY, NO_PATIENT, Survey
from core.survey.row_facts import long_days

FOLLOWING = "Finding what belongs to what is left out"
Seeds = Mapping[str, Rows]
_KEPT = 4
_SENSITIVE = BITS[SENSITIVE]


def takes_along(plan: Plan, by_profile: bool, decided: bool | None = None) -> bool:
    """Whether a plan takes along what belongs to what it withholds: as its profile says, or as was decided.

    Counts send no row that could tell of another; for own care, consent and what a law asks for, there is
    nothing to take along where no row is left out."""
    if plan.purpose is Purpose.COUNTS:
        return False
    withholds = plan.withhold_categories or plan.leave_out_items or plan.hold_backs
    if plan.purpose is not Purpose.BEYOND_CARE and not withholds:
        return False
    return by_profile if decided is None else decided


def closure_of(
    survey: Survey, plan: Plan, items: Mapping[str, Iterable[int]], progress: Progress | None = None
) -> Closure | None:
    """What goes with the rows that this plan leaves out; None where the plan does not ask for it, or where
    nothing starts it. `items` are the rows that a person left out or holds back, by table."""
    if not plan.closure:
        return None
    seeds = seeds_of(survey, plan, items)
    return close(survey, seeds, progress) if seeds else None


def seeds_of(survey: Survey, plan: Plan, items: Mapping[str, Iterable[int]]) -> dict[str, Rows]:
    """The rows that closure starts from, by table, ascending. Families that are left out because they
    identify, and not for what they say, start nothing."""
    never = load_general().never
    bits = sum(1 << survey.category_ids.index(c) for c in plan.withhold_categories if c not in never)
    found: dict[str, Rows] = {}
    for name, facts in survey.facts.items():
        rows = np.fromiter(items.get(name, ()), np.int64)
        # A dictionary of codes is about nobody: all of it would be a start, and none of it an entry.
        if bits and (facts.pattern_bits & np.uint64(bits)).any() and (facts.patient != NO_PATIENT).any():
            rows = np.concatenate([np.flatnonzero(facts.category_mask(bits)), rows])
        if len(rows):
            found[name] = np.unique(rows)
    return found


def close(survey: Survey, seeds: Seeds, progress: Progress | None = None) -> Closure:
    """All that goes with these rows. What was worked out lately is remembered, unless it was stopped."""
    links = links_of(survey)
    digest = hashlib.sha256()
    for name, rows in seeds.items():
        digest.update(f"{name}|{len(rows)}|".encode())
        digest.update(rows.tobytes())
    key = digest.hexdigest()
    with links.telling(progress):
        known = links.closed.get(key)
        if isinstance(known, Closure):
            return known
        made = _Work(links, seeds, progress).closed()
        if len(links.closed) >= _KEPT:
            links.closed.pop(next(iter(links.closed)))
        links.closed[key] = made
        return made


class _Work:
    """One closure while it is worked out: every round follows the links of the rows that the last found."""

    def __init__(self, links: Links, seeds: Seeds, progress: Progress | None = None) -> None:
        self.links = links
        self.progress = progress
        self.passes = 0
        self.seeds = seeds
        self.names = tuple(links.facts)
        self.number = {name: at for at, name in enumerate(self.names)}
        self.bits: dict[str, npt.NDArray[np.uint16]] = {}
        self.kinds: dict[str, npt.NDArray[np.uint8]] = {}
        self.came: dict[str, list[tuple[Rows, int, Rows]]] = {}
        self.fresh: dict[str, list[tuple[Rows, int]]] = {}
        for name, rows in seeds.items():
            self._bits(name)[rows] = _SENSITIVE
            self.fresh.setdefault(name, []).append((rows, _SENSITIVE))

    def closed(self) -> Closure:
        self._rounds()
        self._by_day()
        self._rounds()
        return Closure(self.names, self.seeds, self.kinds, self.came)

    def _rounds(self) -> None:
        while self.fresh:
            self.passes += 1
            if self.progress is not None:  # how many passes there will be, nobody knows
                self.progress(0, 0, FOLLOWING if self.passes == 1 else f"{FOLLOWING}, pass {self.passes:,}")
            now, self.fresh = self.fresh, {}
            for name in self.names:
                for edge in self.links.edges_from.get(name, ()) if name in now else ():
                    some = [rows for rows, state in now[name] if state & edge.mask]
                    if some:
                        self._follow(edge, np.unique(np.concatenate(some)))

    def _follow(self, edge: Edge, rows: Rows) -> None:
        facts = self.links.facts
        who, whose = facts[edge.source].patient[rows], facts[edge.target].patient
        for numbers in self.links.numbers(edge.source, edge.source_column):
            given = numbers[rows]
            if not given.any():
                continue
            for targets in self.links.numbers(edge.target, edge.target_column):
                found, place = matches(given, who, targets, whose)
                self._go(edge.target, found, edge.goes, edge.source, rows[place])

    def _go(self, table: str, rows: Rows, kind: str, source: str, by: Rows) -> None:
        state = self._bits(table)
        itself = (by == rows) & (table == source)
        new = (state[rows] & BITS[kind] == 0) & ~itself
        rows, by = rows[new], by[new]
        if not len(rows):
            return
        first = state[rows] == 0
        state[rows] |= np.uint16(BITS[kind])
        self.fresh.setdefault(table, []).append((rows, BITS[kind]))
        if first.any():
            if table not in self.kinds:
                self.kinds[table] = np.zeros(len(state), dtype=np.uint8)
            self.kinds[table][rows[first]] = KINDS.index(kind) + 1
            self.came.setdefault(table, []).append((rows[first], self.number[source], by[first]))

    def _by_day(self) -> None:
        for name, rows in self.seeds.items():
            facts = self.links.facts[name]
            others = self.links.by_day[name]
            if not others:
                continue
            who, day = facts.patient[rows], facts.day[rows]
            known = (who != NO_PATIENT) & (day != NO_DAY)
            given, first = np.unique(_days(who[known], day[known]), return_index=True)
            by = rows[known][first]
            for other in sorted(others):
                there = self.links.facts[other]
                for some in there.slices():
                    patient, day = there.patient[some], long_days(there.packed_day[some])
                    keys = _days(patient, day)
                    at = np.minimum(np.searchsorted(given, keys), max(len(given) - 1, 0))
                    same = (patient != NO_PATIENT) & (day != NO_DAY)
                    same &= given[at] == keys if len(given) else False
                    found = np.flatnonzero(same)
                    self._go_fresh(other, found + some.start, name, by[at[found]])

    def _go_fresh(self, table: str, rows: Rows, source: str, by: Rows) -> None:
        """By the day goes only what no link took along."""
        free = self._bits(table)[rows] == 0
        self._go(table, rows[free], "same_day", source, by[free])

    def _bits(self, table: str) -> npt.NDArray[np.uint16]:
        if table not in self.bits:
            self.bits[table] = np.zeros(self.links.facts[table].rows, dtype=np.uint16)
        return self.bits[table]


def _days(patient: npt.NDArray[np.int32], day: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Patient and day as one number."""
    return (patient.astype(np.int64) << 32) + day
