"""A FHIR resource as a flat list of its values, each with its path and a key that is the same however the
file spells it.

The key leaves out '[0]', calls extensions by the end of their url, the NHS number's identifier
'identifier:nhs' and an e-mail address 'telecom:email', and counts the SNOMED CT coding of a concept first.
JSON and XML, STU3 and R4 give the same keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from core.reading.messages.safe_json import JsonObject, clean_text

NHS_SYSTEM = re.compile(r"nhs-?number(?:-[a-z]+)?/?$", re.IGNORECASE)
#: What Threshold itself gives as a system where the number was replaced by a pseudonym.
PSEUDONYM = "urn:threshold:pseudonym"
#: The system of the mark that a release's resources carry: the number of their table.
RELEASED = "urn:threshold:table"
#: Its extensions: beside an element whose type cannot hold a cell, and for a field that has no element.
SHOWN = "urn:threshold:shown"
FIELD = "urn:threshold:field:"
#: What the key of a value starts with that names its field itself.
NAMED = "(field):"
_LEFT_OUT = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
_SNOMED = "http://snomed.info/sct"
_BASE64 = re.compile(r"[A-Za-z0-9+/=_\-\s]*")
_TERMINOLOGY = re.compile(
    r"snomed|read\.info|readv2|ctv3|loinc|icd|opcs|dmd|hl7\.org/|urn:oid:|^$", re.IGNORECASE
)
_FILES = ("data", "content", "valueBase64Binary")
_STEP = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Leaf:
    """One value. `key` is the path in its common form, `path` as the file has it."""

    key: str
    path: str
    value: str
    line: int


@dataclass
class Flat:
    """What stands in one resource, without the resources inside it."""

    leaves: list[Leaf] = field(default_factory=list)
    inner: list[tuple[str, JsonObject]] = field(default_factory=list)  # path, resource
    attachments: list[tuple[str, int]] = field(default_factory=list)  # path, characters of base64
    damaged: int = 0  # values with half a character


def flatten(resource: JsonObject, *, start: str = "") -> Flat:
    """The values of a resource. Resources inside it (entry, contained, parameter) are given apart."""
    flat = Flat()
    _object(resource, "", start, flat, getattr(resource, "line", 0))
    return flat


def _object(value: JsonObject, key: str, path: str, flat: Flat, line: int) -> None:
    line = value.line or line
    for name, inner in value.items():
        bare = name[1:] if name.startswith("_") and len(name) > 1 else name
        _value(inner, bare, f"{key}.{bare}" if key else bare, f"{path}.{name}" if path else name, flat, line)


def _value(value: object, name: str, key: str, path: str, flat: Flat, line: int) -> None:
    if isinstance(value, JsonObject):
        if "resourceType" in value and key:
            flat.inner.append((path, value))
            return
        if name in _SLICED:
            key = f"{key}{_slice(name, value)}"
        _object(value, key, path, flat, line)
    elif isinstance(value, list):
        for slot, position, item in _ordered(name, value):
            if name == "extension" and _own_extension(item, key, f"{path}[{position}]", flat, line):
                continue
            _value(item, "", key + slot, f"{path}[{position}]", flat, line)
    elif value is not None:
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        if _is_attachment(key, text):
            flat.attachments.append((path, len(text)))
            text = f"(attachment: {len(text):,} characters of base64)"
        text, damaged = clean_text(text)
        flat.damaged += damaged
        flat.leaves.append(Leaf(key, path, text, line))


def _own_extension(item: object, key: str, path: str, flat: Flat, line: int) -> bool:
    """Takes in what Threshold itself wrote: a cell that its element's type cannot hold, or that has none, and
    its mark of what was left out."""
    if not isinstance(item, JsonObject) or item == _LEFT_OUT:
        return isinstance(item, JsonObject)
    url, value = item.get("url"), item.get("valueString")
    if set(item) != {"url", "valueString"} or not isinstance(url, str) or not isinstance(value, str):
        return False
    parent = key.removesuffix("extension").rstrip(".")
    if url == SHOWN and parent:
        made = parent
    elif url.startswith(FIELD) and not parent:
        made = NAMED + unquote(url.removeprefix(FIELD))
    else:
        return False
    text, damaged = clean_text(value)
    flat.damaged += damaged
    flat.leaves.append(Leaf(made, path, text, line))
    return True


_SLICED = ("extension", "modifierExtension", "identifier", "telecom")


def _ordered(name: str, items: list[object]) -> Iterator[tuple[str, int, object]]:
    """The items of a list: what the key says of each, and its place in the file."""
    numbered = list(enumerate(items))
    if name == "coding":
        numbered.sort(key=lambda pair: not (isinstance(pair[1], Mapping) and _is_snomed(pair[1])))
    counts: dict[str, int] = {}
    known = name == "coding" and any(isinstance(i, Mapping) and _is_snomed(i) for i in items)
    for position, item in numbered:
        label = _slice(name, item) if name in _SLICED and isinstance(item, JsonObject) else ""
        if known and isinstance(item, Mapping) and not _TERMINOLOGY.search(str(item.get("system", ""))):
            label = ":local"  # a supplier's own code beside the national one
        index = counts.get(label, 0)
        counts[label] = index + 1
        yield label + (f"[{index}]" if index else ""), position, item


def _slice(name: str, item: JsonObject) -> str:
    if name == "identifier":
        system = item.get("system")
        nhs = isinstance(system, str) and (NHS_SYSTEM.search(system) or system == PSEUDONYM)
        return ":nhs" if nhs else ""
    if name == "telecom":
        mail = item.get("system", "email") == "email" and "@" in str(item.get("value", ""))
        return ":email" if mail or item.get("system") == "email" else ""
    url = item.get("url")
    return f":{short_url(url)}" if isinstance(url, str) else ""


def short_url(url: str) -> str:
    """The end of an extension's url, without what would look like a step of a path."""
    end = re.split(r"[/:#]", url.rstrip("/"))[-1]
    return re.sub(r"[^\w-]", "_", end)


def _is_snomed(coding: Mapping[str, object]) -> bool:
    return coding.get("system") == _SNOMED


def _is_attachment(key: str, text: str) -> bool:
    if not key.endswith(_FILES) and ".data[" not in key:
        return False
    last = key.rpartition(".")[2]
    if last == "valueBase64Binary" or (last == "content" and "." not in key):
        return len(text) > 64 and _BASE64.fullmatch(text) is not None
    if last.split("[")[0] != "data" or "valueSampledData" in key or key.endswith("origin.data"):
        return False
    return _BASE64.fullmatch(text) is not None


def bare_key(key: str) -> tuple[str, tuple[int, ...]]:
    """A key without its numbers, and the number of every step (0 where it has none)."""
    steps = key.split(".")
    numbers = []
    for index, step in enumerate(steps):
        found = _STEP.search(step)
        numbers.append(int(found[1]) if found else 0)
        if found:
            steps[index] = _STEP.sub("", step)
    return ".".join(steps), tuple(numbers)
