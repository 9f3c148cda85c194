"""Which columns of an export's tables link which rows: worked out once a survey, whatever the plan.

Tables of a known format are linked as resources/links says. Tables of other formats are linked where the
values of one column stand in another table's key column. Nothing is read before something is withheld.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from core.model import Export, Finding, Progress, Table
from core.protection.closure.columns import Column, Numbers, read_columns
from core.protection.closure.rules import ANY, ON_A_DAY, LinkRules, TableRule, load_rules, plain
from core.survey.results import Survey
from core.survey.row_facts import TableFacts

READING = "Reading what links the entries"


@dataclass(frozen=True)
class Edge:
    """Where a row of `source` goes in one of the states of `mask`, so do rows of `target` that match, as
    `goes`. `points`: the source's column points to the target's own key, in a layout that no rules know."""

    source: str
    source_column: Column
    target: str
    target_column: Column
    goes: str
    mask: int
    points: bool = False


@dataclass(frozen=True)
class Pointer:
    """A column whose cells stand for rows of `target`, by that table's own key. `per_patient`: the key is one
    only together with the patient."""

    source: str
    source_column: Column
    target: str
    target_column: Column
    per_patient: bool = False


class Links:
    """The links of one survey. Made by `links_of`; safe to use from several threads."""

    def __init__(
        self, export: Export, facts: Mapping[str, TableFacts], findings: Mapping[str, tuple[Finding, ...]]
    ) -> None:
        self.export = export
        self.facts = facts
        self.findings = findings
        self.closed: dict[str, object] = {}  # what was worked out lately, by its seeds; see closing
        self.lock = threading.RLock()
        self._progress: Progress | None = None
        self._rows_read = 0
        self._read: dict[str, dict[Column, tuple[Numbers, ...]]] = {}
        self._known: list[tuple[LinkRules, dict[str, list[Table]]]] = []
        self._things: dict[str, str] = {}
        self._types: dict[str, tuple[str, ...]] = {}
        self._always_by_day: set[str] = set()
        self._unknown: list[str] = []
        for table in export.tables:
            self._take(table)

    def _take(self, table: Table) -> None:
        recognised = self.export.recognised.get(table.name)
        format = recognised.format if recognised else table.format
        rules = next((rules for rules in load_rules() if rules.speaks_of(format)), None)
        if rules is None:
            self._unknown.append(table.name)
            return
        names = {plain(table.name), plain(recognised.table) if recognised else ""} - {""}
        of = [types for name, types in rules.types.items() if plain(name) in names]
        self._types[table.name] = tuple(dict.fromkeys(one for types in of for one in types))
        tables = next((tables for known, tables in self._known if known is rules), None)
        if tables is None:
            tables = {}
            self._known.append((rules, tables))
        for rule in rules.table:
            if _fits(rule, names, {plain(field.name) for field in table.fields}):
                tables.setdefault(rule.id, []).append(table)
                if rule.is_ not in ("entry", "other") or table.name not in self._things:
                    self._things[table.name] = rule.is_
                if rule.same_day:
                    self._always_by_day.add(table.name)
        tables.setdefault(ANY, []).append(table)

    @property
    def unknown(self) -> Sequence[str]:
        """The tables whose layout no rules speak of."""
        return self._unknown

    @contextmanager
    def telling(self, progress: Progress | None) -> Iterator[None]:
        """What is read of the tables within is told in rows. Holds the lock: nobody else reads meanwhile."""
        with self.lock:
            before, self._progress, self._rows_read = self._progress, progress, 0
            try:
                yield
            finally:
                self._progress = before

    def _told(self, rows: int) -> None:
        self._rows_read += rows
        if self._progress is not None:
            linked = {end for edge in self._known_edges for end in (edge.source, edge.target)}
            total = sum(self.facts[name].rows for name in linked.union(self._unknown))
            # A table of an unknown layout may be read a second time, for a column that turned out to be one.
            self._progress(min(self._rows_read, total), total, READING)

    # -- what is linked ---------------------------------------------------------------------------
    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every link between two columns that are there, in the order of the rules."""
        from core.protection.closure.general import general_edges

        return (*self._known_edges, *general_edges(self, self._unknown))

    @cached_property
    def _known_edges(self) -> tuple[Edge, ...]:
        """The links of known layouts. Nothing is read."""
        found: list[Edge] = []
        for rules, tables in self._known:
            for link in rules.link:
                for source in self._ends(rules, tables, link.from_):
                    for target in self._ends(rules, tables, link.to):
                        found.append(Edge(*source, *target, link.goes, link.mask))
        return tuple(found)

    @cached_property
    def pointers(self) -> tuple[Pointer, ...]:
        """In known layouts, every column that points to another's own key, each once. Nothing is read."""
        found: dict[Pointer, None] = {}
        for rules, tables in self._known:
            for from_, to in rules.pointing:
                for source in self._ends(rules, tables, from_):
                    for target in self._ends(rules, tables, to):
                        if (source[0], source[1].position) != (target[0], target[1].position):
                            found[Pointer(*source, *target, rules.per_patient)] = None
        return tuple(found)

    def _ends(
        self, rules: LinkRules, tables: Mapping[str, Sequence[Table]], end: str
    ) -> Iterator[tuple[str, Column]]:
        """The columns that one end of a link stands for: of each table that is it, each field that fits."""
        table_id, _, field = end.partition(".")
        pattern = plain(field)
        split = {plain(name): mark for name, mark in rules.split.items()}
        own = end in rules.keys
        known = () if own else tuple(dict.fromkeys(one for types in rules.types.values() for one in types))
        for table in tables.get(table_id, ()):
            types = self._types[table.name] if own else ()
            for at in table.fields:
                if fnmatchcase(plain(at.name), pattern):
                    mark, before = split.get(plain(at.name), ""), rules.prefix.get(end, "")
                    yield table.name, Column(at.position, mark, before, rules.blank, types, known)

    @cached_property
    def edges_from(self) -> Mapping[str, tuple[Edge, ...]]:
        """The links that start from each table."""
        found: dict[str, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.source, []).append(edge)
        return {name: tuple(edges) for name, edges in found.items()}

    @cached_property
    def things(self) -> Mapping[str, str]:
        """What the rows of each table are, where that is known."""
        from core.protection.closure.general import thing_of

        others = {name: thing_of(name, self.findings[name]) for name in self._unknown}
        return {**self._things, **{name: thing for name, thing in others.items() if thing}}

    @cached_property
    def by_day(self) -> Mapping[str, frozenset[str]]:
        """For each table, those whose rows go by patient and day where one of its rows is left out: contacts
        and letters that no link leads to, and those whose links are often left empty."""
        from core.protection.closure.general import judges_itself

        going = [
            name
            for name, thing in self.things.items()
            if thing in ON_A_DAY and not (name in self._unknown and judges_itself(self.findings[name]))
        ]
        reached = {name: self._reached(name) for name in self.facts}
        return {
            name: frozenset(
                other
                for other in going
                if other != name and (other not in reached[name] or other in self._always_by_day)
            )
            for name in self.facts
        }

    def _reached(self, start: str) -> set[str]:
        seen, waiting = {start}, [start]
        while waiting:
            for edge in self.edges_from.get(waiting.pop(), ()):
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
        return seen

    # -- values -----------------------------------------------------------------------------------
    def numbers(self, table: str, column: Column) -> tuple[Numbers, ...]:
        """The numbers of a link column, read when first asked for, with the table's other ones."""
        with self.lock:
            if column not in self._read.get(table, {}):
                ends = {(e.source, e.source_column) for e in self.edges}
                ends |= {(e.target, e.target_column) for e in self.edges}
                # A key to which columns only point is no end of an edge.
                self.read(table, [*(of for name, of in ends if name == table), column])
            return self._read[table][column]

    def read(self, table: str, columns: Sequence[Column]) -> Mapping[Column, tuple[Numbers, ...]]:
        """The numbers of these columns; those that were not read before are read in one go."""
        with self.lock:
            held = self._read.setdefault(table, {})
            missing = [column for column in dict.fromkeys(columns) if column not in held]
            if missing:
                rows = self.facts[table].rows
                held.update(read_columns(self.export.table(table), missing, rows, self._told))
            return held

    @property
    def nbytes(self) -> int:
        """The memory that the columns take that were read."""
        return sum(a.nbytes for of in self._read.values() for arrays in of.values() for a in arrays)


def _fits(rule: TableRule, names: set[str], fields: set[str]) -> bool:
    called = bool(names & {plain(name) for name in rule.names})
    has = bool(rule.fields) and {plain(name) for name in rule.fields} <= fields
    has = has and not fields & {plain(name) for name in rule.without}
    return (called and has) if rule.exactly else (called or has)


_LINKS: dict[int, Links] = {}
_LOCK = threading.Lock()


def links_of(survey: Survey) -> Links:
    """The links of this survey's tables, the same object every time while the survey is in memory."""
    with _LOCK:
        found = _LINKS.get(id(survey))
        if found is None:
            # They hold none of the survey itself, or neither would ever be let go.
            found = _LINKS[id(survey)] = Links(survey.export, survey.facts, survey.findings)
            weakref.finalize(survey, _LINKS.pop, id(survey), None)
        return found
