"""FHIR R4: one Bundle (type collection) in JSON, a resource for every row that leaves.

It is built fresh from the outgoing cells, each put at its element's path; nothing of the source's JSON or XML
is carried over. What the FHIR type of an element cannot hold (an age band in a birth date) stands beside it
in an extension, so that the cell shown and the cell written are equal to the character. Identities of
resources are made of table and row numbers and say nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from core.model import UsageError
from core.reading.messages.fhir_maps import BASIC, BASIC_NUMBER, NHS_NUMBER, TableMap, map_of_table
from core.release.writers import as_strings

MOST_ROWS = sys.maxsize
MOST_FIELDS = sys.maxsize
#: What the file is called: all tables stand in one.
NAME = "records"

NHS_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
PSEUDONYM_SYSTEM = "urn:threshold:pseudonym"
SHOWN = "urn:threshold:shown"
FIELD = "urn:threshold:field:"
TABLE = "urn:threshold:table"
LEFT_OUT = "left out"
ABSENT = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
_REDACTED = {
    "security": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
            "code": "REDACTED",
            "display": "redacted",
        }
    ]
}
_HEAD = (
    '{"resourceType":"Bundle","meta":' + json.dumps(_REDACTED, separators=(",", ":")) + ',"type":"collection"'
)
_SPACE = uuid.UUID("6f1b2c52-98a4-5f0e-8d3b-0a54b1f3c7d2")
_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")

_DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_TYPES = {
    "string": re.compile(r".+", re.DOTALL),
    "code": re.compile(r"[^\s]+(?:\s[^\s]+)*"),
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+"),
    "boolean": re.compile(r"true|false"),
    "integer": re.compile(r"0|-?[1-9]\d{0,8}"),
    "positiveInt": re.compile(r"[1-9]\d{0,8}"),
    "unsignedInt": re.compile(r"0|[1-9]\d{0,8}"),
    "decimal": re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?"),
    "date": re.compile(rf"\d{{4}}(?:-(?:0[1-9]|1[0-2]))?|{_DAY}"),
    "dateTime": re.compile(rf"\d{{4}}(?:-(?:0[1-9]|1[0-2]))?|{_DAY}(?:{_TIME})?"),
    "instant": re.compile(rf"{_DAY}{_TIME}"),
}
_LITERAL = frozenset(("boolean", "integer", "positiveInt", "unsignedInt", "decimal"))
_DATED = frozenset(("date", "dateTime", "instant"))
_NUMBER = re.compile(r"\d{10}|\d{3} \d{3} \d{4}")


def check_tables(tables: Sequence[tuple[str, str]], *, counts: bool = False) -> None:
    """Raise UsageError where a table (name, format) did not come out of FHIR, or only counts leave."""
    if counts:
        raise UsageError(
            "Counts are no patient records and cannot leave as FHIR. Choose csv, xlsx, parquet or ndjson.",
            where="format",
            code="not_fhir",
        )
    if any(not form.startswith("fhir") for _, form in tables):
        raise UsageError(
            "Only an export that came as FHIR can leave as FHIR. Choose csv, xlsx, parquet or ndjson.",
            where="format",
            code="not_fhir",
        )


def map_for(table: str) -> TableMap | None:
    """The map of an export's table, also where it is the second of its name ('events (2)')."""
    return map_of_table(re.sub(r" \(\d+\)$", "", table))


class Literal(str):
    """Text that stands in JSON as it is: a number, true or false."""


class FhirBundle:
    """The file of a release's tables; each is begun with `begin`, then takes its batches."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._entries = 0
        self._patients: dict[str, str] = {}
        self._row = 0
        self._number = 0
        self._map: TableMap | None = None
        self._fields: tuple[str, ...] = ()

    def begin(self, number: int, table: str, fields: tuple[str, ...]) -> None:
        """The next table: its number in the export, its name and its outgoing fields."""
        self._number, self._map, self._fields, self._row = number, map_for(table), fields, 0

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [column.to_pylist() for column in as_strings(batch, self._fields).columns]
        lines = [self._entry(cells) for cells in zip(*columns, strict=True)]
        if not lines:
            return
        lead = ",\n" if self._entries else _HEAD + ',"entry":[\n'
        self._entries += len(lines)
        self._file.write((lead + ",\n".join(lines)).encode("utf-8"))

    def close(self) -> None:
        self._file.write(("\n]}\n" if self._entries else _HEAD + "}\n").encode("utf-8"))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        with contextlib.suppress(Exception):
            self._file.close()

    def _entry(self, cells: Sequence[str | None]) -> str:
        own = str(uuid.uuid5(_SPACE, f"{self._number}/{self._row}"))
        self._row += 1
        url = f"urn:uuid:{own}"
        kind = self._map.writes if self._map is not None else BASIC
        resource: dict[str, Any] = {
            "resourceType": kind,
            "id": own,
            "meta": {"tag": [{"system": TABLE, "code": str(self._number)}]},
        }
        made = _Resource(resource, self._map)
        patient: str | None = None
        for name, cell in zip(self._fields, cells, strict=True):
            if not cell:
                continue
            if name == NHS_NUMBER:
                patient = cell
            made.put(name, cell)
        if patient is not None and kind == "Patient":
            self._patients.setdefault(patient, url)
        made.finish(self._patients.get(patient) if patient is not None else None)
        return '{"fullUrl":' + f'"{url}","resource":' + _json(resource) + "}"


class _Resource:
    """One resource being filled."""

    def __init__(self, resource: dict[str, Any], table: TableMap | None) -> None:
        self._top = resource
        self._map = table
        self._number_path = table.patient_r4 if table is not None else BASIC_NUMBER

    def put(self, name: str, cell: str) -> None:
        """One cell at its element, or in an extension of the resource where it has none."""
        path, kind = self._map.targets.get(name, ("", "")) if self._map is not None else ("", "")
        if name == NHS_NUMBER and self._number_path:
            path, kind = self._number_path, "string"
        if not path or self._taken(path) or (self._needs_text(path) and not fits(kind, cell)):
            self._top.setdefault("extension", []).append(
                {"url": FIELD + quote(name, safe=""), "valueString": cell}
            )
            return
        steps = _steps(path)
        holder = self._top
        for step, index in steps[:-1]:
            holder = _inside(holder, step, index)
        step, index = steps[-1]
        if fits(kind, cell):
            _set(holder, step, index, Literal(cell) if kind in _LITERAL else cell)
        else:
            _set(holder, f"_{step}", index, {"extension": [{"url": SHOWN, "valueString": cell}]})
        if path == self._number_path:
            holder["system"] = NHS_SYSTEM if _NUMBER.fullmatch(cell) else PSEUDONYM_SYSTEM

    def _taken(self, path: str) -> bool:
        """Whether R4 allows one of several elements (value[x]) and another one is there."""
        first = _steps(path)[0][0]
        for choice in self._map.choices if self._map is not None else ():
            if _is_choice(choice, first):
                others = (k.lstrip("_") for k in self._top)
                return any(_is_choice(choice, k) and k != first for k in others)
        return False

    def _needs_text(self, path: str) -> bool:
        """Whether R4 requires one of several elements, and an extension alone would not do."""
        needed = (e for e, shape in self._map.required.items() if shape == "text") if self._map else ()
        return any(_same_choice(self._map, e, path) for e in needed)

    def finish(self, patient_url: str | None) -> None:
        """What R4 requires and was left out, gaps in lists, and the link to the patient's own resource."""
        if self._top["resourceType"] == BASIC:
            self._top["code"] = {"text": self._map.table if self._map is not None else "other values"}
        _fill_gaps(self._top)
        for path, shape in (self._map.required if self._map is not None else {}).items():
            self._require(path, str(shape))
        for note in self._top.get("note", ()):
            if isinstance(note, dict) and "text" not in note and "_text" not in note:
                note["_text"] = {"extension": [ABSENT]}
        if patient_url is not None and self._top["resourceType"] != "Patient":
            holder = self._top
            for step, index in _steps(self._number_path)[:-2]:
                holder = _inside(holder, step, index)
            holder["reference"] = patient_url

    def _require(self, path: str, shape: str) -> None:
        first, _, inner = path.partition(".")
        if inner:
            for item in self._top.get(first, ()):
                if isinstance(item, dict):
                    _require(item, inner, shape)
        elif shape == "text":
            choice = next(c for c in (self._map.choices if self._map else ()) if _is_choice(c, first))
            if not any(_is_choice(choice, key.lstrip("_")) for key in self._top):
                self._top[first] = LEFT_OUT
        elif not any(_same_choice(self._map, first, key.lstrip("_")) for key in self._top):
            _require(self._top, first, shape)


@lru_cache(maxsize=5_000)
def _steps(path: str) -> tuple[tuple[str, int | None], ...]:
    return tuple((step, int(i) if i else None) for step, i in _STEP.findall(path))


def _same_choice(table: TableMap | None, one: str, other: str) -> bool:
    if one == other:
        return True
    choices = table.choices if table is not None else ()
    return any(_is_choice(c, one) and _is_choice(c, other) for c in choices)


def _is_choice(choice: str, element: str) -> bool:
    return element.startswith(choice) and element[len(choice) : len(choice) + 1].isupper()


def _require(holder: dict[str, Any], element: str, shape: str) -> None:
    if element in holder or f"_{element}" in holder:
        return
    if shape == "code":
        holder[f"_{element}"] = {"extension": [ABSENT]}
    else:
        holder[element] = {"extension": [ABSENT]} if shape == "object" else [{"extension": [ABSENT]}]


def _inside(holder: dict[str, Any], step: str, index: int | None) -> dict[str, Any]:
    if index is None:
        found: dict[str, Any] = holder.setdefault(step, {})
        return found
    items = holder.setdefault(step, [])
    items.extend([None] * (index + 1 - len(items)))
    if items[index] is None:
        items[index] = {}
    inner: dict[str, Any] = items[index]
    return inner


def _set(holder: dict[str, Any], step: str, index: int | None, value: object) -> None:
    if index is None:
        holder[step] = value
        return
    items = holder.setdefault(step, [])
    items.extend([None] * (index + 1 - len(items)))
    items[index] = value


def _fill_gaps(value: object) -> None:
    """Lists keep their numbering: what is missing in between says so."""
    if isinstance(value, list):
        for item in value:
            _fill_gaps(item)
    if not isinstance(value, dict):
        return
    for key in list(value):
        items = value[key]
        if isinstance(items, list) and not key.startswith("_"):
            if any(isinstance(item, dict) for item in items):
                value[key] = [{"extension": [ABSENT]} if item is None else item for item in items]
            elif None in items:
                _fill_primitives(value, key)
        elif isinstance(items, list) and key[1:] not in value:
            value[key[1:]] = [None] * len(items)
            _fill_primitives(value, key[1:])
        _fill_gaps(value[key])


def _fill_primitives(holder: dict[str, Any], key: str) -> None:
    beside = holder.setdefault(f"_{key}", [])
    size = max(len(holder[key]), len(beside))
    for items in (holder[key], beside):
        items.extend([None] * (size - len(items)))
    for index in range(size):
        if holder[key][index] is None and beside[index] is None:
            beside[index] = {"extension": [ABSENT]}


def fits(kind: str, text: str) -> bool:
    """Whether a primitive type of FHIR can hold a text as it stands."""
    pattern = _TYPES.get(kind)
    if pattern is None or pattern.fullmatch(text) is None or len(text) > 1_000_000:
        return False
    if kind in _DATED:
        if text.startswith("0000"):
            return False
        if len(text) >= 10:
            try:
                datetime.fromisoformat(text[:10])
            except ValueError:
                return False
    return True


def _json(value: object) -> str:
    """Compact JSON in the order things were put in, with literals as they stand."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json(v) for v in value) + "]"
    return str(value) if isinstance(value, Literal) else json.dumps(value, ensure_ascii=False)


def open_file(path: Path, fields: tuple[str, ...], *, sheet: str, scratch: Path) -> FhirBundle:
    """A Bundle at `path` of one table called `sheet`; others may be begun after it."""
    bundle = FhirBundle(path)
    bundle.begin(1, sheet, fields)
    return bundle
