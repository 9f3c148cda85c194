"""Which element of a FHIR resource is which field of which table. The maps are data:
resources/formats/fhir/*.toml.

A path's '[*]' is a list: its first item fills the field of the plain name ('Telephone'), the others
'Telephone 2' and so on. What stands at a path no map names goes into 'other values'.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import product
from typing import Any

from core.reading.messages.fhir_flatten import bare_key
from resources import ROOT

MOST_REPEATS = 9
_REMEMBERED = 20_000  # keys of a map; ordinary files have a few hundred
NHS_NUMBER = "NHS number"
#: What a table leaves as that no resource of R4 fits, and where its patient stands there.
BASIC = "Basic"
BASIC_NUMBER = "subject.identifier.value"

_NUMBER = re.compile(r"\{\}|<(\w+)>")  # ' 2' after a word, 'Name 2' before the words
_MANY = re.compile(r"\[\*(?:\+(\d))?\]")

#: A data type's parts: name (with # for the field's own), path below it, primitive type.
_PARTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "concept": (
        ("# code{}", "coding[*].code", "code"),
        ("# term{}", "coding[*].display", "string"),
        ("# code system{}", "coding[*].system", "uri"),
        ("# code version{}", "coding[*].version", "string"),
        ("# code chosen{}", "coding[*].userSelected", "boolean"),
        (
            "# description id{}",
            "coding[*].extension:Extension-coding-sctdescid.extension:descriptionId.valueId",
            "",
        ),
        (
            "# description term{}",
            "coding[*].extension:Extension-coding-sctdescid.extension:descriptionDisplay.valueString",
            "",
        ),
        ("# local code{}", "coding:local[*].code", ""),
        ("# local term{}", "coding:local[*].display", ""),
        ("# local code system{}", "coding:local[*].system", ""),
        ("# local code chosen{}", "coding:local[*].userSelected", ""),
        ("# text", "text", "string"),
    ),
    "coding": (
        ("# code", "code", "code"),
        ("# term", "display", "string"),
        ("# code system", "system", "uri"),
        ("# code version", "version", "string"),
    ),
    "reference": (
        ("# reference", "reference", ""),
        ("#", "display", "string"),
        ("# identifier", "identifier.value", ""),
        ("# identifier system", "identifier.system", ""),
        ("# record type", "type", ""),
    ),
    "quantity": (
        ("#", "value", "decimal"),
        ("# unit", "unit", "string"),
        ("# unit code", "code", "code"),
        ("# unit system", "system", "uri"),
        ("# comparator", "comparator", "code"),
    ),
    "period": (("# start date", "start", "dateTime"), ("# end date", "end", "dateTime")),
    "identifier": (
        ("#", "value", "string"),
        ("# system", "system", "uri"),
        ("# use", "use", "code"),
    ),
    "human": (
        ("# name use", "use", "code"),
        ("# title{}", "prefix[*]", "string"),
        ("# forename{}", "given[*]", "string"),
        ("# surname", "family", "string"),
        ("# surname{}", "family[*]", ""),
        ("# name suffix{}", "suffix[*]", "string"),
        ("# full name", "text", "string"),
        ("# name start date", "period.start", "dateTime"),
        ("# name end date", "period.end", "dateTime"),
    ),
    "address": (
        ("# address use", "use", "code"),
        ("# address type", "type", "code"),
        ("# address text", "text", "string"),
        ("# address line{}", "line[*]", "string"),
        ("# town", "city", "string"),
        ("# district", "district", "string"),
        ("# county", "state", "string"),
        ("# postcode", "postalCode", "string"),
        ("# country", "country", "string"),
        ("# address start date", "period.start", "dateTime"),
        ("# address end date", "period.end", "dateTime"),
    ),
    "telecom": (
        ("# telephone", "value", "string"),
        ("# contact type", "system", "code"),
        ("# contact use", "use", "code"),
        ("# contact rank", "rank", "positiveInt"),
        ("# contact start date", "period.start", "dateTime"),
        ("# contact end date", "period.end", "dateTime"),
    ),
    # R4 keeps them among the telephone numbers, where their places would clash: they leave in an extension.
    "mail": (
        ("# e-mail", "value", ""),
        ("# e-mail contact type", "system", ""),
        ("# e-mail contact use", "use", ""),
        ("# e-mail contact rank", "rank", ""),
        ("# e-mail contact start date", "period.start", ""),
        ("# e-mail contact end date", "period.end", ""),
    ),
    "annotation": (
        ("#", "text", "string"),
        ("# time", "time", "dateTime"),
        ("# author", "authorString", "string"),
        ("# author reference", "authorReference.reference", ""),
    ),
}


@dataclass(frozen=True)
class FieldMap:
    """One field. `name` has a '{}' or '<Word>' for every list on its way. `r4` is its path in an R4 resource,
    "" where R4 has no place for it; `type` the primitive FHIR type there. `keys` are the keys (without
    numbers) it is read from, each with whether a step may repeat."""

    name: str
    path: str
    r4: str
    type: str
    keys: tuple[tuple[str, tuple[bool, ...]], ...]

    def named(self, numbers: Sequence[int]) -> str:
        """The field's name for these numbers, one for every list."""
        left = iter(numbers)

        def number(found: re.Match[str]) -> str:
            n = next(left, 0)
            return (f" {found[1]} {n + 1} " if found[1] else f" {n + 1}") if n else ""

        made = " ".join(_NUMBER.sub(number, self.name).split())
        return made[:1].upper() + made[1:]

    def placed(self, path: str, numbers: Sequence[int]) -> str:
        """A path with these numbers for its lists."""
        left = iter(numbers)
        return _MANY.sub(lambda m: f"[{next(left, 0) + int(m[1] or 0)}]", path)

    @property
    def lists(self) -> int:
        return len(_MANY.findall(self.path))


@dataclass(frozen=True)
class TableMap:
    """The table that resources of some types become.

    `writes` is the R4 type they leave as. `patient` are the elements that say whose a resource is, `staff`
    those that say who recorded it. `splits` are parts that become rows of other tables: path -> (table,
    fields of the parent that each part repeats). `required` are R4's required elements with what stands there
    where a value was left out; `choices` elements of which R4 allows only one type."""

    table: str
    types: tuple[str, ...]
    writes: str
    patient: tuple[str, ...]
    staff: tuple[str, ...]
    medicine: str
    patient_r4: str
    splits: Mapping[str, tuple[str, tuple[str, ...]]]
    required: Mapping[str, object]
    choices: tuple[str, ...]
    fields: tuple[FieldMap, ...] = field(repr=False)

    @cached_property
    def by_key(self) -> Mapping[str, tuple[tuple[FieldMap, tuple[bool, ...]], ...]]:
        found: dict[str, list[tuple[FieldMap, tuple[bool, ...]]]] = {}
        for item in self.fields:
            for key, repeats in item.keys:
                found.setdefault(key, []).append((item, repeats))
        return {key: tuple(items) for key, items in found.items()}

    def field_of(self, key: str) -> str | None:
        """The name of the field a value with this key belongs to; None where no map names it."""
        if key not in self._seen:
            if len(self._seen) > _REMEMBERED:
                self._seen.clear()
            self._seen[key] = self._find(key)
        return self._seen[key]

    @cached_property
    def _seen(self) -> dict[str, str | None]:
        return {}

    def _find(self, key: str) -> str | None:
        bare, numbers = bare_key(key)
        for item, repeats in self.by_key.get(bare, ()):
            taken = [n for n, many in zip(numbers, repeats, strict=True) if many]
            rest = [n for n, many in zip(numbers, repeats, strict=True) if not many]
            if not any(rest) and max(taken, default=0) < MOST_REPEATS:
                return item.named((*taken, *(0,) * (item.lists - len(taken))))
        return None

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Every field's name -> where in a resource of this table it stands, in the table's order."""
        found: dict[str, str] = {}
        for item in self.fields:
            for numbers in product(range(MOST_REPEATS), repeat=item.lists):
                found.setdefault(item.named(numbers), item.placed(item.path, numbers))
        return found

    @cached_property
    def targets(self) -> Mapping[str, tuple[str, str]]:
        """Every field's name -> its path in an R4 resource of this table and the type there."""
        found: dict[str, tuple[str, str]] = {}
        for item in self.fields:
            for numbers in product(range(MOST_REPEATS), repeat=item.lists):
                path = item.placed(item.r4, numbers) if item.r4 and item.type else ""
                found.setdefault(item.named(numbers), (path, item.type))
        return found


def _compile(path: str) -> tuple[str, tuple[bool, ...]]:
    bare, _ = bare_key(_MANY.sub("[0]", path))
    return bare, tuple("[*" in step for step in path.split("."))


def _field(name: str, path: str, r4: str, kind: str, also: Sequence[str]) -> FieldMap:
    missing = len(_MANY.findall(path)) - len(_NUMBER.findall(name))
    name = name + "{}" * max(0, missing)
    keys = tuple(_compile(p) for p in (path, *also))
    return FieldMap(name, path, r4, kind, keys)


def _named(template: str, name: str) -> str:
    """'# code' of 'Category' is 'Category code', of '' 'Code'."""
    return template.replace("#", name).strip()


def _expand(entry: Mapping[str, Any]) -> Iterator[FieldMap]:
    path, kind, name = entry["path"], entry["as"], entry["name"]
    r4 = entry.get("r4", path)
    also: Sequence[str] = entry.get("also", ())
    parts = _PARTS.get(kind)
    if parts is None:
        yield _field(name, path, r4, kind if r4 else "", also)
        return
    if kind == "telecom":
        mail = [p.replace("telecom[*]", "telecom:email[*]") for p in (path, *also)]
        yield from _expand({**entry, "path": mail[0], "also": mail[1:], "r4": "", "as": "mail"})
    own = name + "{}" * max(0, len(_MANY.findall(path)) - len(_NUMBER.findall(name)))
    for template, below, primitive in parts:
        fallbacks = [f"{p}.{below}" for p in also]
        if kind == "concept" and below == "coding[*].code":
            fallbacks += [path, *also]  # STU3 has a code where R4 has a concept
        if kind == "reference" and below == "identifier.value":
            fallbacks += [f"{p}.identifier:nhs.value" for p in (path, *also)]
        if kind == "reference" and below == "identifier.system":
            fallbacks += [f"{p}.identifier:nhs.system" for p in (path, *also)]
        place = f"{r4}.{below}" if r4 and primitive else ""
        yield _field(_named(template, own), f"{path}.{below}", place, primitive, fallbacks)


def _common(first: int) -> Iterator[Mapping[str, Any]]:
    r4 = f"identifier[*+{first}]" if first >= 0 else ""
    yield {"name": "Narrative", "path": "text.div", "as": "xhtml", "r4": ""}
    yield {"name": "Security label", "path": "meta.security[*]", "as": "coding"}
    yield {"name": "Record id", "path": "id", "as": "id", "r4": ""}
    yield {"name": "Record identifier", "path": "identifier[*]", "as": "identifier", "r4": r4}
    yield {"name": "Record updated date", "path": "meta.lastUpdated", "as": "instant", "r4": ""}


@cache
def table_maps() -> tuple[TableMap, ...]:
    """Every map, in the order its table has in an export."""
    found: list[TableMap] = []
    for file in sorted((ROOT / "formats" / "fhir").glob("*.toml")):
        for item in tomllib.loads(file.read_text("utf-8"))["table"]:
            found.append(_table(item))
    return tuple(found)


def _table(item: Mapping[str, Any]) -> TableMap:
    fields: dict[str, FieldMap] = {}
    number = item.get("number", BASIC_NUMBER if "writes" not in item else "")
    derived = [
        (NHS_NUMBER, number),
        *((name, r4) for name, r4 in item.get("derived", {}).items()),
    ]
    for name, r4 in derived:
        fields[name] = FieldMap(name, "", r4, "string" if r4 else "", ())
    own = {entry["path"] for entry in item["fields"]}
    entries = [*item["fields"], *(() if item.get("part") else _common(item.get("identifiers", 0)))]
    for entry in entries:
        if entry["name"] == "Record identifier" and entry["path"] in own:
            continue
        for made in _expand(entry):
            if made.name in fields:
                old = fields[made.name]
                fields[made.name] = FieldMap(
                    old.name, old.path or made.path, old.r4, old.type, old.keys + made.keys
                )
            else:
                fields[made.name] = made
    return TableMap(
        table=item["name"],
        types=tuple(item.get("types", ())),
        writes=item.get("writes", BASIC),
        patient=tuple(item.get("patient", ())),
        staff=tuple(item.get("staff", ())),
        medicine=item.get("medicine", ""),
        patient_r4=number,
        splits={s["path"]: (s["table"], tuple(s.get("repeat", ()))) for s in item.get("splits", ())},
        required=item.get("required", {}),
        choices=tuple(item.get("choices", ())),
        fields=tuple(fields.values()),
    )


@cache
def map_of_type(resource_type: str) -> TableMap | None:
    """The map for resources of a type, None where there is none."""
    return next((m for m in table_maps() if resource_type in m.types), None)


@cache
def known_extensions() -> frozenset[str]:
    """The short names of the extensions that some map has a field for."""
    keys = (key for m in table_maps() for item in m.fields for key, _ in item.keys)
    return frozenset(name for key in keys for name in re.findall(r"xtension:([\w-]+)", key))


@cache
def map_of_table(table: str) -> TableMap | None:
    """The map of a table by its name, None where there is none."""
    return next((m for m in table_maps() if m.table == table), None)
