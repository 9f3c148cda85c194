"""All resources of a file, and what points to what: patients, staff and medicines behind references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.reading.messages.fhir_flatten import Flat, Leaf, flatten
from core.reading.messages.fhir_maps import BASIC, BASIC_NUMBER, TableMap, map_of_table, map_of_type
from core.reading.messages.safe_json import JsonObject

_NUMBER = re.compile(r"\d{10}")
_NAME_PARTS = ("name.prefix", "name.given", "name.family")


@dataclass(frozen=True, eq=False)
class Record:
    """One resource. `place` is where in the file it stands; `inside` the resource that contains it;
    `document` the number of the file's top-level resource that it is in."""

    type: str
    place: str
    line: int
    flat: Flat
    inside: Record | None
    document: int = 0

    @cached_property
    def map(self) -> TableMap | None:
        if self.type == BASIC:
            found = map_of_table(self.texts.get("code.text", ""))
            return found if found is not None and found.writes == BASIC else None
        return map_of_type(self.type)

    @cached_property
    def texts(self) -> dict[str, str]:
        """Each value by its key, the first where several have one."""
        found: dict[str, str] = {}
        for leaf in self.flat.leaves:
            found.setdefault(leaf.key, leaf.value)
        return found

    def references(self, starts: Sequence[str]) -> Iterator[Leaf]:
        """What the elements called so point to, in their order."""
        for start in starts:
            for leaf in self.flat.leaves:
                if leaf.key.endswith(".reference") and re.split(r"[.\[]", leaf.key, maxsplit=1)[0] == start:
                    yield leaf


class Records:
    """The resources of one file. `roots` are the top-level ones with their place."""

    def __init__(self, roots: Sequence[tuple[str, JsonObject]]) -> None:
        self.all: list[Record] = []
        self._by_url: dict[str, list[Record]] = {}
        self._by_id: dict[str, list[Record]] = {}
        self._contained: dict[tuple[int, str], Record] = {}
        for document, (place, resource) in enumerate(roots):
            self._add(place, resource, None, "", document)

    def _add(self, place: str, resource: JsonObject, inside: Record | None, url: str, document: int) -> None:
        flat = flatten(resource)
        kind = resource.get("resourceType")
        line = getattr(resource, "line", 0)
        record = Record(kind if isinstance(kind, str) else "", place, line, flat, inside, document)
        self.all.append(record)
        own = record.texts.get("id")
        contained = re.search(r"(?:^|\.)contained(?:\[\d+\])?$", place) is not None
        if own and contained and inside is not None:
            self._contained.setdefault((id(inside), own), record)
        elif own:
            self._by_id.setdefault(f"{record.type}/{own}", []).append(record)
        if url:
            self._by_url.setdefault(url, []).append(record)
        paths = {leaf.path: leaf.value for leaf in flat.leaves if leaf.path.endswith(".fullUrl")}
        for path, inner in flat.inner:
            full = paths.get(path.removesuffix("resource") + "fullUrl", "")
            self._add(f"{place}.{path}" if place else path, inner, record, full, document)

    @cached_property
    def patients(self) -> tuple[Record, ...]:
        return tuple(r for r in self.all if r.type == "Patient")

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(n for p in self.patients if (n := self._own_number(p)) is not None)

    @staticmethod
    def _own_number(patient: Record) -> str | None:
        return patient.texts.get("identifier:nhs.value")

    def target(self, record: Record, reference: str) -> Record | None:
        """The resource that a reference points to, None where it is not in the file or may be either of two
        patients. One of the same document goes before others: each may have a 'Patient/1' of its own."""
        if reference.startswith("#"):
            holder: Record | None = record
            while holder is not None:
                found = self._contained.get((id(holder), reference[1:]))
                if found is not None:
                    return found
                holder = holder.inside
            return None
        known = self._by_url.get(reference)
        if known is None:
            steps = reference.split("/_history/")[0].rstrip("/").split("/")
            known = self._by_id.get("/".join(steps[-2:]), [])
        near = [r for r in known if r.document == record.document] if len(known) > 1 else []
        candidates = near or known
        if len({self._own_number(r) for r in candidates if r.type == "Patient"}) > 1:
            return None
        return candidates[0] if candidates else None

    def number(self, record: Record) -> tuple[str | None, bool]:
        """The NHS number of the patient that a resource is about, and whether it points to a patient that
        is not in the file."""
        if record.type == "Patient":
            return self._own_number(record), False
        if record.type == BASIC:
            return record.texts.get(BASIC_NUMBER.replace("identifier", "identifier:nhs")), False
        if record.map is None or not record.map.patient:
            if record.map is None and record.inside is not None and record.type not in _CONTAINERS:
                return self._shared(record), False
            return None, False
        missing = False
        for start in record.map.patient:
            for key, value in record.texts.items():
                if key.startswith(start) and key.endswith(".identifier:nhs.value"):
                    return value, False
        for leaf in record.references(record.map.patient):
            patient = self.target(record, leaf.value)
            if patient is not None and patient.type == "Patient":
                return self._own_number(patient), False
            steps = leaf.value.split("/")
            if patient is None and len(steps) > 1 and steps[-2] == "Patient":
                if _NUMBER.fullmatch(steps[-1]):
                    return steps[-1], False
                missing = True
        return (None, True) if missing else (self._shared(record), False)

    def _shared(self, record: Record) -> str | None:
        """Where nothing says whose it is: that of what contains it, or the only patient of the file."""
        if record.inside is not None and record.inside.type not in _CONTAINERS:
            return self.number(record.inside)[0]
        if len(self.patients) == 1:
            return self._own_number(self.patients[0])
        return None

    def clinician(self, record: Record) -> str | None:
        """The name of the first member of staff that a resource points to."""
        for leaf in record.references(record.map.staff if record.map else ()):
            found = self.target(record, leaf.value)
            if found is not None and found.type == "PractitionerRole":
                pointer = found.texts.get("practitioner.reference", "")
                found = self.target(found, pointer) if pointer else None
            if found is not None and found.type == "Practitioner":
                name = self._full_name(found)
                if name:
                    return name
        return None

    @staticmethod
    def _full_name(practitioner: Record) -> str | None:
        texts = practitioner.texts
        parts = [texts[p] for p in _NAME_PARTS if p in texts]
        return texts.get("name.text") or " ".join(parts) or None

    def medicine(self, record: Record) -> Record | None:
        """The Medication that a resource points to."""
        if record.map is None or not record.map.medicine:
            return None
        pointer = record.texts.get(f"{record.map.medicine}.reference")
        found = self.target(record, pointer) if pointer else None
        return found if found is not None and found.type == "Medication" else None


_CONTAINERS = frozenset(("Bundle", "Parameters", ""))
