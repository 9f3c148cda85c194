"""The reviewed labels that `field_kinds` measures against: what each field is, as a person read it.

headers.toml labels the published layouts, messages.toml the fields our readers make of messages, tables.toml
the sample files that are tables, roles.toml what some of them are for. A label is made by reading the layout,
never by asking the program.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from core.model import Kind

LABELS = Path(__file__).parent / "labels"
SHARED = Path(__file__).resolve().parents[2] / "shared"
HEADERS, SAMPLES = SHARED / "reference" / "headers.json", SHARED / "samples"

LETTERS = {
    Kind.DIRECT_IDENTIFIER: "d",
    Kind.QUASI_IDENTIFIER: "q",
    Kind.CODED_CLINICAL: "c",
    Kind.CLINICAL_VALUE: "n",
    Kind.FREE_TEXT: "t",
    Kind.STAFF: "s",
    Kind.LINKING_KEY: "k",
    Kind.ADMINISTRATIVE: "a",
    Kind.UNKNOWN: "u",
}
MESSAGES = ("fhir", "gp2gp", "scr", "edifact", "kettering", "json")
_NUMBER = re.compile(r"\b\d+\b")


@dataclass(frozen=True)
class Label:
    """What a field is. `also` are kinds as right as `kind`, each a letter."""

    kind: str
    also: str = ""
    why: str = ""


def _entries(name: str, key: str = "label") -> list[dict[str, str]]:
    entries: list[dict[str, str]] = tomllib.loads((LABELS / name).read_text(encoding="utf-8"))[key]
    return entries


@cache
def _layout_labels() -> dict[tuple[str, str], Label]:
    labels: dict[tuple[str, str], Label] = {}
    for entry in _entries("headers.toml"):
        label = Label(entry["kind"], entry.get("also", ""), entry["why"])
        for line in entry["columns"].strip().splitlines():
            table, _, columns = line.partition(":")
            for column in columns.split():
                if (table, column) in labels:
                    raise ValueError(f"{table}.{column} is labelled twice")
                labels[table, column] = label
    return labels


@dataclass(frozen=True)
class Layout:
    """One published table: its supplier, its columns, and a label for each (None where nobody judged it)."""

    supplier: str
    table: str
    columns: tuple[str, ...]
    labels: tuple[Label | None, ...]


def layouts(path: Path = HEADERS) -> Iterator[Layout]:
    """Every table of the published layouts, each way it was published."""
    for supplier, tables in json.loads(path.read_text(encoding="utf-8"))["formats"].items():
        for table, variants in tables.items():
            for variant in variants:
                columns = tuple(variant["columns"])
                labels = tuple(
                    _layout_label(table, column, given)
                    for column, given in zip(columns, variant["classes"], strict=True)
                )
                yield Layout(supplier, table, columns, labels)


def _layout_label(table: str, column: str, given: str) -> Label | None:
    ours = _layout_labels()
    found = ours.get((table, column)) or ours.get(("*", column))
    return found or (None if given == "a" else Label(given))


@cache
def _patterns(name: str, key: str = "label") -> tuple[tuple[str, str, dict[str, str]], ...]:
    """(table, field, entry) in the order of the file."""
    return tuple(
        (table.strip().casefold(), field.strip().casefold(), entry)
        for entry in _entries(name, key)
        for line in entry["fields"].strip().splitlines()
        for table, _, fields in [line.partition(":")]
        for field in fields.split(";")
    )


@cache
def _published() -> dict[tuple[str, str], Label]:
    return {
        (layout.table.casefold(), column.casefold()): label
        for layout in layouts()
        for column, label in zip(layout.columns, layout.labels, strict=True)
        if label is not None
    }


def _without_numbers(field: str) -> str:
    return " ".join(_NUMBER.sub("", field).split())


def sample_label(format_id: str, table: str, field: str) -> Label | None:
    """The label of a field of a sample file, None where nobody judged it. `table` is the format's own name
    for the table where it has one."""
    table, field = table.rpartition("/")[2].casefold(), field.casefold()
    if not format_id.startswith(MESSAGES):
        published = _published()
        if (known := published.get((table, field)) or _gpr4(format_id, field)) is not None:
            return known
    message = format_id.startswith(MESSAGES)
    name = "messages.toml" if message else "tables.toml"
    plain = _without_numbers(field) if message else field
    for table_like, field_like, entry in _patterns(name):
        if fnmatchcase(table, table_like) and fnmatchcase(plain, field_like):
            return Label(entry["kind"], entry.get("also", ""), entry["why"])
    return None


def _gpr4(format_id: str, field: str) -> Label | None:
    """NHAIS extracts are named after the practice; their layout holds both of its record types."""
    if format_id != "nhais-gpr4":
        return None
    published = _published()
    return published.get(("dow~1", field)) or published.get(("dow~2", field))


def role_label(table: str, field: str) -> str | None:
    """What a field is for, None where the label file does not say."""
    table, field = table.rpartition("/")[2].casefold(), _without_numbers(field.casefold())
    for table_like, field_like, entry in _patterns("roles.toml", "role"):
        if fnmatchcase(table, table_like) and fnmatchcase(field, field_like):
            return entry["role"]
    return None
