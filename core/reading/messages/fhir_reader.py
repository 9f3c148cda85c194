"""FHIR: GP Connect, UK Core and plain, STU3 and R4, JSON, XML and NDJSON."""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.model import Problem, ReadError, Recognised
from core.reading.choices import TableChoice
from core.reading.messages.fhir_hazards import damaged, noticed
from core.reading.messages.fhir_records import Records
from core.reading.messages.fhir_rows import CODE_LISTS, make_rows
from core.reading.messages.fhir_xml import XmlTree
from core.reading.messages.json_lines import documents, refuse_large
from core.reading.messages.safe_json import JsonObject
from core.reading.messages.safe_xml import parse_xml
from core.reading.readers import Candidate, ReadFile

_JSON_TYPE = re.compile(r'"resourceType"\s*:\s*"([A-Z][A-Za-z]{2,40})"')
_XML_ROOT = re.compile(
    r"""\A\s*(?:<\?xml[^>]*\?>\s*)?(?:(?><!--.*?-->)\s*+)*+<(?:\w+:)?([A-Z][A-Za-z]{2,40})\s[^>]*"""
    r"""xmlns(?::\w+)?\s*=\s*["']http://hl7\.org/fhir["']""",
    re.DOTALL,
)
_TITLES = {
    "fhir-gpconnect": "GP Connect record (FHIR STU3)",
    "fhir-stu3": "FHIR record (STU3)",
    "fhir-ukcore": "UK Core record (FHIR R4)",
    "fhir-r4": "FHIR record (R4)",
    "fhir": "FHIR record",
    "fhir-codes": "list of codes (FHIR value set, no patients)",
}


@dataclass
class _Loaded:
    roots: list[tuple[str, JsonObject]] = field(default_factory=list)
    strays: list[tuple[str, str, int]] = field(default_factory=list)  # path, value, line outside any resource
    problems: list[Problem] = field(default_factory=list)
    comments: int = 0


class FhirReader:
    """Messages and documents made of FHIR resources."""

    id = "fhir"
    title = "FHIR record"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By 'resourceType' in JSON or the FHIR namespace in XML."""
        text = candidate.text.lstrip("\ufeff \t\r\n")
        found = _JSON_TYPE.search(text) if text[:1] in ("{", "[", "/") else None
        how = 'it says "resourceType"'
        if found is None:
            found, how = _XML_ROOT.search(text), "its namespace is that of FHIR"
        if found is None:
            return None
        form, sure, why = _version(text, found[1])
        return Recognised(form, _TITLES[form], sure, (how, *why), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """The tables of the file's resources. Raises ReadError where it is damaged, too big or unsafe."""
        source = candidate.source
        refuse_large(source)
        with _uncollected():
            return self._open(candidate, source.read_at(0, source.size))

    def _open(self, candidate: Candidate, data: bytes) -> ReadFile:
        source = candidate.source
        loaded = _load(data, source.name, candidate.text)
        records = Records(loaded.roots)
        rows = make_rows(records)
        for path, value, line in loaded.strays:
            rows.stray(path, value, line)
        hazards = noticed(source.name, records, comments=loaded.comments)
        problems = loaded.problems + damaged(source.name, records)
        if rows.lost_patients:
            lost = rows.lost_patients
            record = "1 record points" if lost == 1 else f"{lost:,} records point"
            problems.append(
                Problem(
                    source.name,
                    None,
                    f"{record} to a patient who is not in the file",
                )
            )
        form, sure, why = _of_records(records, candidate.text)
        tables = rows.collected().tables(source, form, tuple(problems))
        if not tables:
            raise ReadError(
                f"{source.name} holds no values. Check that it is the right file.",
                where=source.name,
                code="empty",
            )
        seen = Recognised(form, _TITLES[form], sure, why, self.id)
        return ReadFile(tables, (seen,) * len(tables), tuple(hazards), ())


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles, which looks at every value again and again while millions are made; a
    tree of values has none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _version(text: str, first: str) -> tuple[str, float, tuple[str, ...]]:
    """Format, how sure, and why."""
    if first in CODE_LISTS:
        return "fhir-codes", 0.97, (f"the first record is a {first}",)
    if "GPConnect" in text or "CareConnect-GPC-" in text:
        return "fhir-gpconnect", 0.97, ("its profiles are GP Connect's",)
    if "UKCore" in text:
        return "fhir-ukcore", 0.97, ("its profiles are UK Core's",)
    if "/STU3/" in text:
        return "fhir-stu3", 0.95, ("its profiles are of STU3",)
    if "fhir.nhs.uk/R4/" in text or "/R4/" in text:
        return "fhir-r4", 0.95, ("its profiles are of R4",)
    if re.search(r'"(?:assertedDate|occurrenceDateTime)"|[<"]context[>"]', text):
        stu3 = "assertedDate" in text or "context" in text
        return ("fhir-stu3" if stu3 else "fhir-r4"), 0.85, ("its elements are of that version",)
    return "fhir", 0.8, ("no profile says which version",)


def _of_records(records: Records, text: str) -> tuple[str, float, tuple[str, ...]]:
    kinds = {r.type for r in records.all}
    first = next((k for k in (r.type for r in records.all) if k not in ("Bundle",)), "")
    profiles = " ".join(
        leaf.value
        for r in records.all
        for leaf in r.flat.leaves
        if leaf.key.startswith("meta.profile") or leaf.key.endswith(".url")
    )
    if kinds & CODE_LISTS and "Patient" not in kinds:
        first = next(iter(kinds & CODE_LISTS))
    form, sure, why = _version(profiles + text, first)
    count = len(records.all)
    return form, sure, (*why, f"{count:,} record{'s' if count != 1 else ''} of {len(kinds):,} sorts")


def _load(data: bytes, where: str, head: str) -> _Loaded:
    loaded = _Loaded()
    if head.lstrip("\ufeff \t\r\n").startswith("<"):
        tree = XmlTree(parse_xml(data, where))
        loaded.roots.append(("", tree.resource))
        loaded.strays += [("comment", text, line) for line, text in tree.comments]
        loaded.comments = len(tree.comments)
        return loaded
    found, problems = documents(data, where)
    loaded.problems += problems
    for place, value in found:
        line = int(place.removeprefix("line ")) if place else 1
        _take(value, place, loaded, line)
    return loaded


def _take(value: object, place: str, loaded: _Loaded, line: int) -> None:
    if isinstance(value, JsonObject):
        loaded.roots.append((place, value))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _take(item, f"{place}[{index}]", loaded, line)
    elif value is not None:
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        loaded.strays.append((place or "value", text, line))
