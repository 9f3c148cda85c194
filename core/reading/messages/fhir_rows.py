"""FHIR resources as rows of tables: every value in a cell, those without a field in 'other values'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.reading.messages.fhir_flatten import NAMED, RELEASED, Leaf
from core.reading.messages.fhir_maps import (
    BASIC,
    NHS_NUMBER,
    TableMap,
    known_extensions,
    map_of_table,
    table_maps,
)
from core.reading.messages.fhir_narrative import narrative
from core.reading.messages.fhir_records import Record, Records
from core.reading.messages.records import RecordTables

CLINICIAN = "Clinician"
_PROFILE = re.compile(r"https?://[\w./-]+/StructureDefinition/[\w.-]+(\|[\w.-]+)?")
_TEXT_STATUS = frozenset(("generated", "extensions", "additional", "empty"))
_TYPE = re.compile(r"[A-Z][A-Za-z]{2,40}")
_EXTENSION_URL = re.compile(r"xtension:([\w-]+)(?:\[\d+\])?\.url$")
_URL = re.compile(r"https?://[\w./-]+|[\w-]+")
_CODE = re.compile(r"^(.*(?:concept|contains)(?:\[\d+\])?)\.(code|display)$")
CODE_LISTS = frozenset(("ValueSet", "CodeSystem"))


@dataclass(frozen=True)
class _Row:
    cells: Mapping[str, str | None]
    place: str
    line: int


@dataclass
class Rows:
    """The rows of every table, in the order of the file, and the values without a field."""

    tables: dict[str, list[_Row]] = field(default_factory=dict)
    others: list[tuple[str | None, str, Leaf, str]] = field(default_factory=list)
    lost_patients: int = 0  # resources of a patient who is not in the file

    def add(self, table: str, cells: Mapping[str, str | None], place: str, line: int) -> None:
        self.tables.setdefault(table, []).append(_Row(cells, place, line))

    def stray(self, path: str, value: str, line: int) -> None:
        """A value that stands in no resource: a comment."""
        self.others.append((None, "", Leaf(path, path, value, line), path))

    def collected(self) -> RecordTables:
        """The tables, patients first."""
        columns: dict[str, list[tuple[str, str]]] = {}
        for item in table_maps():
            if item.table in self.tables and item.table not in columns:
                used = {name for row in self.tables[item.table] for name in row.cells}
                columns[item.table] = [(n, path) for n, path in item.sources.items() if n in used]
        made = RecordTables(columns)
        for table, rows in self.tables.items():
            for row in rows:
                made.row(table, row.cells, row.place, row.line)
        for number, record, leaf, place in self.others:
            made.other(number, record, leaf.path, leaf.value, place, leaf.line)
        return made


def make_rows(records: Records) -> Rows:
    """Every resource of a file as rows."""
    rows = Rows()
    for record in records.all:
        number, missing = records.number(record)
        rows.lost_patients += missing
        if record.map is None:
            _unmapped(record, number, rows)
            continue
        leaves, links = _leaves(record)
        cells, left = _cells(record.map, leaves, record.type)
        left += links
        if number is not None:
            cells.setdefault(NHS_NUMBER, number)
        medicine = records.medicine(record)
        if medicine is not None:
            for leaf in medicine.flat.leaves:
                if leaf.key.startswith("code."):
                    found = record.map.field_of("medicationCodeableConcept" + leaf.key[4:])
                    if found is not None:
                        cells.setdefault(found, leaf.value)
        clinician = records.clinician(record)
        if clinician is not None and CLINICIAN in record.map.sources:
            cells.setdefault(CLINICIAN, clinician)
        rows.add(record.map.table, cells, record.place, record.line)
        _parts(record.map, left, cells, record, number, rows)
    return rows


def _leaves(record: Record) -> tuple[list[Leaf], list[Leaf]]:
    """A resource's values, and what in a release of Threshold's own was not in the released rows: the table's
    name, and the ids and links that were made for it."""
    if record.texts.get("meta.tag.system") != RELEASED:
        return record.flat.leaves, []
    links = [x for x in record.flat.leaves if x.key.endswith(".reference") or x.key in ("code.text", "id")]
    if record.type != BASIC:
        links = [x for x in links if x.key != "code.text"]
    leaves = [x for x in record.flat.leaves if x not in links]
    return sorted(leaves, key=lambda x: not x.key.startswith(NAMED)), links


def _cells(
    table: TableMap, leaves: Iterable[Leaf], record_type: str
) -> tuple[dict[str, str | None], list[Leaf]]:
    """The cells that a table's map has a field for, and the values that are left."""
    cells: dict[str, str | None] = {}
    left: list[Leaf] = []
    for leaf in leaves:
        name = table.field_of(leaf.key)
        if leaf.key.startswith(NAMED) and leaf.key.removeprefix(NAMED) in table.sources:
            name = leaf.key.removeprefix(NAMED)
        if name is None:
            left.append(leaf)
            continue
        value = leaf.value
        if leaf.key.endswith("text.div"):
            value, beside = narrative(value)
            left.extend(Leaf(f"{leaf.key}.@", f"{leaf.path}@{k}", v, leaf.line) for k, v in beside)
        if name in cells:
            left.append(leaf)
        else:
            cells[name] = value
    return cells, left


def _parts(
    table: TableMap,
    left: list[Leaf],
    parent: Mapping[str, str | None],
    record: Record,
    number: str | None,
    rows: Rows,
    place: str = "",
) -> None:
    """The parts of a resource that are rows of their own; what is left goes to 'other values'."""
    groups: dict[tuple[str, str], list[Leaf]] = {}
    for leaf in left:
        step, _, rest = leaf.key.partition(".")
        path = step.split("[")[0]
        if path in table.splits and rest:
            cut = leaf.path.split(".", 1)
            inner = Leaf(rest, cut[1] if len(cut) > 1 else leaf.path, leaf.value, leaf.line)
            groups.setdefault((path, cut[0]), []).append(inner)
        elif not _structure(leaf):
            rows.others.append((number, record.type, _under(leaf, place), record.place))
    for (path, step), leaves in groups.items():
        name, repeated = table.splits[path]
        part = map_of_table(name)
        assert part is not None
        cells, rest_of_it = _cells(part, leaves, record.type)
        cells |= {n: parent[n] for n in repeated if parent.get(n) is not None and n not in cells}
        if number is not None:
            cells[NHS_NUMBER] = number
        below = f"{place}.{step}" if place else step
        where = f"{record.place}.{below}" if record.place else below
        rows.add(name, cells, where, leaves[0].line)
        _parts(part, rest_of_it, cells, record, number, rows, below)


def _under(leaf: Leaf, place: str) -> Leaf:
    return Leaf(leaf.key, f"{place}.{leaf.path}", leaf.value, leaf.line) if place else leaf


def _unmapped(record: Record, number: str | None, rows: Rows) -> None:
    codes: dict[str, dict[str, str | None]] = {}
    places: dict[str, Leaf] = {}
    for leaf in record.flat.leaves:
        found = _CODE.match(leaf.key) if record.type in CODE_LISTS else None
        if found is not None:
            name = "Code" if found[2] == "code" else "Term"
            codes.setdefault(found[1], {})[name] = leaf.value
            places.setdefault(found[1], leaf)
        elif not _structure(leaf):
            rows.others.append((number, record.type, leaf, record.place))
    for key, cells in codes.items():
        leaf = places[key]
        rows.add("codes", cells, leaf.path.rpartition(".")[0], leaf.line)


def _structure(leaf: Leaf) -> bool:
    """Whether a value only says how the resource is built: its type, profiles and extensions that are known,
    the system of an NHS number. These stand in no cell."""
    key = leaf.key
    if key == "resourceType":
        return _TYPE.fullmatch(leaf.value) is not None
    if key.split("[")[0] == "meta.profile":
        return _PROFILE.fullmatch(leaf.value) is not None
    if key.endswith("text.status"):
        return leaf.value in _TEXT_STATUS
    if key.endswith("identifier:nhs.system"):
        return True
    found = _EXTENSION_URL.search(key)
    if found is not None:
        return found[1] in known_extensions() and _URL.fullmatch(leaf.value) is not None
    return key.endswith(".@") and leaf.value == "http://www.w3.org/1999/xhtml"
