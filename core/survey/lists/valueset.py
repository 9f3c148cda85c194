"""FHIR ValueSets, as JSON or XML, alone or in a Bundle.

Listed concepts and expansions are taken, exclusions honoured. A set that is given as a rule (a filter, an
expression, another value set) cannot be worked out here: that is told, never passed over. Source: FHIR R4,
ValueSet; R5 names the same elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from core.model import Progress, ReadError
from core.reading.messages.safe_json import LARGEST, parse_json
from core.reading.messages.safe_xml import parse_xml
from core.survey.lists.building import Builder, Content
from core.survey.lists.candidates import ListCandidate, iso_day, shown
from core.survey.lists.judging import ICD10, READ, SNOMED, Judge
from core.survey.lists.model import BY_ID, ListError
from core.survey.lists.readers import Seen

_FHIR = "{http://hl7.org/fhir}"
#: Systems by what their addresses hold.
_SYSTEMS = (
    (re.compile(r"snomed|^(urn:oid:)?2\.16\.840\.1\.113883\.6\.96$|dmd\.nhs\.uk|/dmd", re.I), SNOMED),
    (re.compile(r"ctv3|read|^(urn:oid:)?2\.16\.840\.1\.113883\.2\.1\.3\.2\.4\.14|6\.(6|29)$", re.I), READ),
    (re.compile(r"icd-?10|^(urn:oid:)?2\.16\.840\.1\.113883\.6\.3$", re.I), ICD10),
    (re.compile(r"emis", re.I), ""),
)
_MEMBERS_OF = re.compile(r"\^\s*(\d{6,18})")
_DEEPEST = 100
_REPEATS = frozenset(
    ("include", "exclude", "concept", "filter", "contains", "valueSet", "entry", "parameter", "designation")
)


@dataclass
class _Set:
    """One value set as it is gone through."""

    id: str
    title: str
    codes: list[tuple[str, str, str, bool]] = field(default_factory=list)  # code, term, terminology, active
    excluded: set[tuple[str, str]] = field(default_factory=set)
    rules: int = 0  # parts that only a terminology server can work out
    other_systems: int = 0
    names: list[str] = field(default_factory=list)
    incomplete: bool = False


class ValueSetReader:
    """FHIR ValueSet resources."""

    id = "fhir-valueset"
    title = "FHIR ValueSet"

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """By the name of the resource near the start."""
        if not candidate.looks_like_markup:
            return None
        text = candidate.text
        if re.search(r'"resourceType"\s*:\s*"ValueSet"', text) or re.search(r"<(?:\w+:)?ValueSet[\s>]", text):
            return Seen(0.99, ("it says that it is a FHIR ValueSet",))
        if text.lstrip("\ufeff \r\n\t").startswith("{") and '"compose"' in text and '"include"' in text:
            return Seen(0.6, ("it has a compose with includes, as a FHIR ValueSet has",))
        if re.search(r'"expansion"\s*:\s*\{', text) and '"contains"' in text:
            return Seen(0.6, ("it has an expansion, as a FHIR ValueSet has",))
        return None

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """See ListReader."""
        resources = _resources(candidate)
        if not resources:
            raise ListError(
                f"{candidate.source.name} holds no FHIR ValueSet. Check that it is the right file.",
                where=candidate.source.name,
                code="not_a_list",
            )
        builder = Builder(judge)
        content = Content("", get_again="whoever published the value set")
        sets = [_read_set(resource) for resource in resources]
        first = resources[0]
        content.title = sets[0].title if len(sets) == 1 else f"{len(sets):,} value sets"
        content.version = shown(_text(first.get("version")), 40)
        expanded = _object(first.get("expansion")).get("timestamp")
        meta = _object(first.get("meta"))
        content.date = next(
            (
                d
                for d in (iso_day(_text(v)) for v in (first.get("date"), expanded, meta.get("lastUpdated")))
                if d
            ),
            "",
        )
        for found in sets:
            for code, term, terminology, active in found.codes:
                if (code, terminology) not in found.excluded:
                    builder.add(found.id, found.title, code, term, terminology, active=active)
            content.notes.extend(_notes(found, many=len(sets) > 1))
            content.names.extend(found.names)
        content.names = list(dict.fromkeys(content.names))
        builder.into(content)
        if len(sets) == 1 and content.parts and content.parts[0].how == BY_ID and content.parts[0].categories:
            content.title = content.parts[0].title
        return content


def _notes(found: _Set, *, many: bool) -> Iterator[str]:
    of = f" of {found.title}" if many else ""
    if found.rules:
        yield (
            f"{found.rules:,} part{'s' if found.rules > 1 else ''}{of} given as a rule, not as codes: "
            "Threshold cannot work rules out: those codes are missing. Ask for the value set expanded."
        )
    if found.incomplete:
        yield f"The expansion{of} is only a part of the whole, as it says itself. Ask for all of it."
    if found.other_systems:
        yield f"{found.other_systems:,} entries{of} are of systems of codes that Threshold does not know."


def _read_set(resource: Mapping[str, object]) -> _Set:
    title = shown(_text(resource.get("description")), 200)
    name = shown(_text(resource.get("title")) or _text(resource.get("name")) or _text(resource.get("id")))
    url = shown(_text(resource.get("url")), 200)
    found = _Set(url or name or "value set", name or url or "A value set")
    if title and "exclusion" in title.casefold():
        found.title = f"{name}: {title}"[:300]
    compose = _object(resource.get("compose"))
    for include in _objects(compose.get("include")):
        _include(found, include)
    for exclude in _objects(compose.get("exclude")):
        _exclude(found, exclude)
    expansion = _object(resource.get("expansion"))
    listed = list(_contained(expansion.get("contains"), 0))
    for entry in listed:
        code = _text(entry.get("code"))
        if code and _text(entry.get("abstract")) != "true":
            terminology = _terminology(found, _text(entry.get("system")))
            if terminology is not None:
                active = _text(entry.get("inactive")) != "true"
                found.codes.append((code, _text(entry.get("display")), terminology, active))
    if expansion:
        total = _text(expansion.get("total"))
        found.incomplete = total.isdecimal() and int(total[:9]) > len(listed)
        if listed and not found.incomplete:
            found.rules = 0  # the expansion has worked them out
    return found


def _include(found: _Set, include: Mapping[str, object]) -> None:
    system = _text(include.get("system"))
    concepts = _objects(include.get("concept"))
    terminology = _terminology(found, system, len(concepts) or 1)
    if terminology is not None:
        for concept in concepts:
            found.codes.append((_text(concept.get("code")), _text(concept.get("display")), terminology, True))
    filters = _objects(include.get("filter"))
    found.rules += len(filters) + len(_list(include.get("valueSet")))
    found.rules += not concepts and not filters and not include.get("valueSet")  # a whole system
    for rule in filters:
        found.names.extend(_MEMBERS_OF.findall(_text(rule.get("value"))))
        if _text(rule.get("op")) == "in" and _text(rule.get("property")) == "concept":
            found.names.extend(re.findall(r"^\d{6,18}$", _text(rule.get("value"))))


def _exclude(found: _Set, exclude: Mapping[str, object]) -> None:
    """Listed codes go; what an excluding rule would take out stays in, for a flag too many does less harm."""
    terminology = _terminology(_Set("", ""), _text(exclude.get("system")))
    if terminology is not None:
        for concept in _objects(exclude.get("concept")):
            found.excluded.add((_text(concept.get("code")), terminology))


def _terminology(found: _Set, system: str, entries: int = 1) -> str | None:
    """The terminology of a system's address, "" where none is named; None for one that is not known."""
    if not system:
        return ""
    for pattern, terminology in _SYSTEMS:
        if pattern.search(system):
            return terminology
    found.other_systems += entries
    return None


def _contained(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    if depth > _DEEPEST:
        return
    for entry in _objects(value):
        yield entry
        yield from _contained(entry.get("contains"), depth + 1)


def _resources(candidate: ListCandidate) -> list[Mapping[str, object]]:
    source = candidate.source
    if source.size > LARGEST:
        raise ListError(
            f"{source.name} is too big to be read whole. Load it in parts.", where=source.name, code="too_big"
        )
    data = source.read_at(0, source.size)
    if candidate.text.lstrip("\ufeff \t\r\n").startswith("<"):
        document: object = _from_xml(parse_xml(data, source.name), 0)
    else:
        document = parse_json(data, source.name)
    return list(_value_sets(document, 0))


def _value_sets(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    """The value sets in a document: itself, or those in a Bundle or a Parameters."""
    if isinstance(value, list):
        for item in value:
            yield from _value_sets(item, depth + 1)
        return
    resource = _object(value)
    kind = _text(resource.get("resourceType"))
    if kind == "ValueSet" or (not kind and ("compose" in resource or "expansion" in resource)):
        yield resource
    elif depth < 6:
        for inner in (*_objects(resource.get("entry")), *_objects(resource.get("parameter"))):
            yield from _value_sets(inner.get("resource"), depth + 1)


def _from_xml(element: etree._Element, depth: int) -> dict[str, object]:
    """An element of FHIR XML as FHIR JSON has it, as far as value sets go."""
    if depth > _DEEPEST:
        raise ReadError(
            "The value set is nested deeper than any is. Check that it is the right file.", code="bomb"
        )
    made: dict[str, object] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.rpartition("}")[2]
        if name == "resource":
            made[name] = next((_from_xml(c, depth + 1) for c in child if isinstance(c.tag, str)), {})
            continue
        value: object = child.get("value")
        if value is None:
            value = _from_xml(child, depth + 1)
        if name in _REPEATS:
            held = made.setdefault(name, [])
            assert isinstance(held, list)
            held.append(value)
        else:
            made.setdefault(name, value)
    tag = element.tag
    if isinstance(tag, str) and (tag.startswith(_FHIR) or depth == 0):
        local = tag.rpartition("}")[2]
        if local[:1].isupper():
            made["resourceType"] = local
    return made


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str) else ""


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else ([] if value is None else [value])


def _objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in _list(value) if isinstance(item, dict)]
