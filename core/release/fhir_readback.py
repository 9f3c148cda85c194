"""A written Bundle read back as rows: every value in it is a cell, or one of the few constants of its frame.

Line by line, for a release may be larger than what is held in memory. Shares no code with the writer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from core.model import VerificationError
from core.reading.messages.fhir_maps import TableMap, map_of_table

_ROWS = 20_000
_FIELD = "urn:threshold:field:"
_SHOWN = "urn:threshold:shown"
_ABSENT = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
_SYSTEMS = ("https://fhir.nhs.uk/Id/nhs-number", "urn:threshold:pseudonym")
_HEAD = (
    '{"resourceType":"Bundle","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/'
    'v3-ObservationValue","code":"REDACTED","display":"redacted"}]},"type":"collection"'
)
_URL = re.compile(r"urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")

#: A table of the file: its number in the export, its name, its outgoing fields.
Part = tuple[int, str, Sequence[str]]


@dataclass(frozen=True)
class WrittenPart:
    """The rows of one table of a Bundle."""

    number: int
    fields: tuple[str, ...]
    batches: Iterator[pa.RecordBatch]


class _Number(str):
    """A number, true or false, as it stands in the file."""


def open_bundle(path: Path, parts: Sequence[Part]) -> tuple[WrittenPart, ...]:
    """Each table's rows, read when walked. Raises VerificationError where the file is no such Bundle."""
    known = {number: _Reading(number, name, tuple(fields)) for number, name, fields in parts}
    return tuple(
        WrittenPart(number, tuple(fields), _batches(path, known, number)) for number, _, fields in parts
    )


def strays(path: Path, parts: Sequence[Part]) -> tuple[str, ...]:
    """What a Bundle holds besides the cells of its tables, in words; empty where it holds nothing else."""
    known = {number: _Reading(number, name, tuple(fields)) for number, name, fields in parts}
    patients: dict[str, set[str]] = {}
    found: dict[str, None] = {}
    for entry in _entries(path):
        row = _row(entry, known, path)
        for what in row.strays:
            found[what] = None
        if row.kind == "Patient" and row.number is not None:
            patients.setdefault(row.number, set()).add(row.url)
        if row.link is not None and row.link not in patients.get(row.number or "", ()):
            found["a link to another patient"] = None
    return tuple(found)


def _batches(path: Path, known: Mapping[int, _Reading], number: int) -> Iterator[pa.RecordBatch]:
    fields = known[number].fields
    taken: list[tuple[str | None, ...]] = []
    # Other tables' lines are not parsed again for this one; `strays` has looked into every line.
    mark = f'"tag":[{{"system":"urn:threshold:table","code":"{number}"}}]'
    for line in _lines(path):
        if mark not in line:
            continue
        entry = _parsed(line, path)
        if _number_of(entry, path) != number:
            continue
        cells = _row(entry, known, path).cells
        taken.append(tuple(cells.get(name) for name in fields))
        if len(taken) == _ROWS:
            yield _batch(taken, len(fields))
            taken = []
    if taken:
        yield _batch(taken, len(fields))


def _batch(rows: list[tuple[str | None, ...]], width: int) -> pa.RecordBatch:
    columns = [pa.array([row[n] for row in rows], pa.string()) for n in range(width)]
    return pa.RecordBatch.from_arrays(columns, names=[f"f{n}" for n in range(width)])


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    return (_parsed(line, path) for line in _lines(path))


def _lines(path: Path) -> Iterator[str]:
    """The entries' text, one a line, between a frame that must be exactly the one that is written."""
    with path.open(encoding="utf-8", newline="\n") as file:
        head = file.readline()
        if head == _HEAD + "}\n":
            if file.read(1):
                raise _wrong(path)
            return
        if head != _HEAD + ',"entry":[\n':
            raise _wrong(path)
        more = True
        while more:
            line = file.readline()
            more = line.endswith(",\n")
            yield line.rstrip("\n").removesuffix(",") if more else line.rstrip("\n")
        if file.readline() != "]}\n" or file.read(1):
            raise _wrong(path)


def _parsed(line: str, path: Path) -> dict[str, Any]:
    twice = False

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal twice
        found = dict(items)
        twice = twice or len(found) != len(items)
        return found

    try:
        entry = json.loads(line, object_pairs_hook=pairs, parse_float=_Number, parse_int=_Number)
    except (ValueError, RecursionError):
        raise _wrong(path) from None
    if twice or not isinstance(entry, dict) or set(entry) != {"fullUrl", "resource"}:
        raise _wrong(path)
    return entry


def _wrong(path: Path) -> VerificationError:
    return VerificationError(
        "A written Bundle is not what was written. Do not send it; make the release again.", where=path.name
    )


class _Reading:
    """How the entries of one table are read."""

    def __init__(self, number: int, table: str, fields: tuple[str, ...]) -> None:
        self.fields = fields
        self.map: TableMap | None = map_of_table(re.sub(r" \(\d+\)$", "", table))
        self.number_path = "subject.identifier.value" if self.map is None else self.map.patient_r4
        targets = self.map.targets if self.map is not None else {}
        self.names = {targets[name][0]: name for name in fields if targets.get(name, ("", ""))[0]}
        if "NHS number" in fields and self.number_path:
            self.names[self.number_path] = "NHS number"
        self.kind = self.map.writes if self.map is not None else "Basic"
        self.constants = {
            ("resourceType", self.kind),
            ("meta.tag[0].system", "urn:threshold:table"),
            ("meta.tag[0].code", str(number)),
        }
        if self.kind == "Basic":
            self.constants.add(("code.text", self.map.table if self.map is not None else "other values"))
        if self.map is not None:
            self.constants |= {(e, "left out") for e, shape in self.map.required.items() if shape == "text"}
        self.systems = self.number_path.removesuffix("value") + "system"
        self.links = self.number_path.removesuffix("identifier.value") + "reference"


@dataclass
class _Row:
    kind: str
    url: str
    number: str | None
    link: str | None
    cells: dict[str, str]
    strays: list[str]


def _number_of(entry: Mapping[str, Any], path: Path) -> int:
    try:
        return int(entry["resource"]["meta"]["tag"][0]["code"])
    except (KeyError, IndexError, TypeError, ValueError):
        raise _wrong(path) from None


def _row(entry: Mapping[str, Any], known: Mapping[int, _Reading], path: Path) -> _Row:
    reading = known.get(_number_of(entry, path))
    url = _URL.fullmatch(str(entry["fullUrl"]))
    if reading is None or url is None:
        raise _wrong(path)
    row = _Row(reading.kind, url[0], None, None, {}, [])
    constants = reading.constants | {("id", url[1])}
    for place, value in _leaves(entry["resource"], ""):
        name = place.removeprefix(_FIELD) if place.startswith(_FIELD) else reading.names.get(place)
        if (place, value) in constants:
            continue
        if place == reading.systems and value in _SYSTEMS:
            continue
        if place == reading.links and _URL.fullmatch(value):
            row.link = value
        elif name in reading.fields and name not in row.cells:
            row.cells[str(name)] = value
        else:
            row.strays.append("a value that is no cell of the table")
    row.number = row.cells.get("NHS number")
    return row


def _leaves(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Each value with the path of its element; one in an extension has that of what it stands for."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "extension":
                yield from _extensions(inner, place)
            elif key.startswith("_"):
                yield from _leaves(inner, f"{place}.{key[1:]}" if place else key[1:])
            else:
                yield from _leaves(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{place}[{index}]")
    elif value is not None:
        yield place, ("true" if value else "false") if isinstance(value, bool) else str(value)


def _extensions(items: object, place: str) -> Iterator[tuple[str, str]]:
    for item in items if isinstance(items, list) else [items]:
        if item == _ABSENT:
            continue
        if isinstance(item, dict) and set(item) == {"url", "valueString"} and isinstance(item["url"], str):
            if item["url"] == _SHOWN and place:
                yield place, str(item["valueString"])
                continue
            if item["url"].startswith(_FIELD) and not place:
                yield _FIELD + unquote(item["url"][len(_FIELD) :]), str(item["valueString"])
                continue
        yield f"{place}.extension", "?"
