"""An XML message taken apart so that nothing of it is lost.

`Walk` remembers what was put into a table's cells. What is left in the end goes, value by value, into 'other
values': each text, each attribute and each comment, except the structure of HL7 version 3 itself (class
codes, code-system numbers, UUIDs), and that only where a value has the form of structure.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

from core.model import ReadError
from core.reading.messages.records import RecordTables
from core.reading.messages.safe_xml import parse_xml
from core.reading.source import Source
from resources import ROOT

#: Messages are held in memory whole.
LARGEST = 200 << 20
#: Starts and ends of elements; a million elements take about a gigabyte.
MOST_MARKS = 2_000_000
_SHORT_LINES = 65_535  # libxml2 counts an element's line no further
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}")
_BLANKS = re.compile(r"[\ufeff\s]*")
_NAME = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*)){3,}")
_UUID = re.compile(r"(?:urn:|uuid:)*_?[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Left:
    """A value that no table has a field for. `path` is below `record`, the nearest record around it."""

    element: Any
    record: str
    path: str
    value: str


@dataclass(frozen=True)
class Encoded:
    """An attachment's bytes inside a message: where they stand, how many characters they take."""

    place: str
    name: str | None
    media: str | None
    characters: int


@cache
def _structure() -> tuple[Mapping[str, frozenset[str]], frozenset[str], Mapping[str, str]]:
    data = tomllib.loads((ROOT / "formats" / "messages.toml").read_text(encoding="utf-8"))
    constants = {name: frozenset(values) for name, values in data["structure"].items()}
    return constants, frozenset(data["oid_attributes"]["names"]), data["code_systems"]


def code_system(number: str | None) -> str | None:
    """A code system in words: '2.16.840.1.113883.2.1.6.2' -> 'Read v2'; its number where it is not known,
    None where it is no number."""
    if number is None or _OID.fullmatch(number) is None:
        return None
    systems = _structure()[2]
    known = systems.get(number)
    if known is None:
        whole = next((oid for oid in systems if oid.endswith(".") and number.startswith(oid)), None)
        known = systems[whole] if whole else number
    return known


def read_whole(source: Source, largest: int | None = None) -> bytes:
    """All bytes of a message. Raises ReadError past what is held in memory."""
    largest = LARGEST if largest is None else largest
    if source.size > largest:
        raise ReadError(
            f"{source.name} is larger than the {largest >> 20} MB that Threshold holds in memory for one "
            "message. Ask the sender for one message per patient, or for a table (CSV).",
            where=source.name,
            code="too_big",
        )
    return source.read_at(0, source.size)


def open_walk(source: Source) -> Walk:
    """A file of XML, ready to be taken apart. Raises ReadError where it is too large, damaged or harmful."""
    data = read_whole(source)
    if data.count(b"<") > MOST_MARKS:
        raise ReadError(
            f"{source.name} has more elements in it than one patient's record ever has, and Threshold holds "
            "messages in memory. Ask the sender for one message per patient, or for a table (CSV).",
            where=source.name,
            code="too_big",
        )
    return Walk(parse_xml(data, source.name), data)


def root_name(text: str) -> str:
    """The name of the first element of XML that starts so, without its prefix; '' where there is none.

    Walks over declarations and comments one by one: a pattern for all of them could be made to hang."""
    at = 0
    while True:
        at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]
        for start, end in (("<?", "?>"), ("<!--", "-->"), ("<!", ">")):
            if text.startswith(start, at):
                found = text.find(end, at + len(start))
                if found < 0:
                    return ""
                at = found + len(end)
                break
        else:
            named = _NAME.match(text, at)
            return named[1] if named is not None else ""


def local(element: Any) -> str:
    """An element's name without its namespace; '' for a comment or an instruction."""
    return _local(element.tag)


@lru_cache(maxsize=10_000)
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def collapsed(text: str | None) -> str | None:
    """A name or a line of an address with single blanks; None where nothing is left."""
    return " ".join(text.split()) or None if text is not None else None


@lru_cache(maxsize=100_000)
def _step(name: str, number: int) -> str:
    return f"{name}[{number}]" if number else name


class Walk:
    """One message being taken apart. `prefix` goes before its places where it stood inside another file."""

    def __init__(self, root: Any, data: bytes | None = None, prefix: str = "") -> None:
        self.root = root
        self.prefix = prefix
        # An element is known by its object, which must live as long. Comments may stand beside the root.
        before, after = [*root.itersiblings(preceding=True)][::-1], root.itersiblings()
        self.elements = [*before, *root.iter(), *after]
        self.crowded = 0  # entries with more codes than there are fields for
        self.encoded: list[Encoded] = []
        self._taken: set[tuple[Any, str]] = set()
        self._steps: dict[Any, str] = {}
        self._numbered: set[Any] = set()
        self._lines = _true_lines(data, self.elements) if data is not None else {}
        self._has_lines = data is not None

    # -- finding

    def all(self, element: Any, *names: str) -> list[Any]:
        """The elements at a path of local names below `element`, in order."""
        found = [] if element is None else [element]
        for name in names:
            found = [child for parent in found for child in parent if local(child) == name]
        return found

    def first(self, element: Any, *names: str) -> Any:
        """The first of `all`, or None."""
        found = self.all(element, *names)
        return found[0] if found else None

    def under(self, element: Any, *names: str) -> list[Any]:
        """The elements with one of these names anywhere below."""
        return [e for e in element.iterdescendants() if local(e) in names]

    def above(self, element: Any, *names: str) -> Any:
        """The nearest element around with one of these names."""
        return next((e for e in element.iterancestors() if local(e) in names), None)

    # -- taking

    def attr(self, element: Any, name: str) -> str | None:
        """An attribute's value, remembered as taken; None where there is none or only blanks."""
        if element is None:
            return None
        for key, value in element.attrib.items():
            if key.rpartition("}")[2] == name:
                self._taken.add((element, key))
                return str(value) if value.strip() else None
        return None

    def peek(self, element: Any, name: str) -> str | None:
        """An attribute's value, not taken."""
        return None if element is None else element.get(name)

    def text(self, element: Any) -> str | None:
        """An element's own text and, where it holds markup, that of everything in it; without the blanks
        around it. An attachment's bytes are none. None where there is nothing."""
        if element is None:
            return None
        if not len(element):
            text = (element.text or "").strip()
            if not text or self._is_encoded(element, text):
                return None
            self._taken.add((element, "text"))
            return text
        parts = []
        for inner in element.iter():
            if not isinstance(inner.tag, str):
                continue
            for what, part in (("text", inner.text), ("tail", inner.tail if inner is not element else None)):
                if part and part.strip():
                    self._taken.add((inner, what))
                    parts.append(part.strip())
        return "\n".join(parts) or None

    def texts(self, elements: list[Any]) -> list[str]:
        """The texts there are among several elements."""
        return [text for element in elements if (text := self.text(element)) is not None]

    def joined(self, elements: list[Any], by: str = ", ") -> str | None:
        """Lines of an address, or forenames, as one cell."""
        return by.join(text for text in map(collapsed, self.texts(elements)) if text) or None

    # -- where

    def place(self, element: Any) -> str:
        """Where an element stands, for people: '/EhrExtract/component/ehrFolder/component[12]'."""
        steps: list[str] = []
        while element is not self.root:
            parent = element.getparent()
            if parent is None:  # a comment beside the root
                return f"{self.prefix}/comment()"
            self._number(parent)
            steps.append(self._steps.get(element, "comment()"))
            element = parent
        steps.append(self.prefix + "/" + local(self.root))
        return "/".join(reversed(steps))

    def _number(self, parent: Any) -> None:
        if parent in self._numbered:
            return
        self._numbered.add(parent)
        children = [(child, local(child)) for child in parent if isinstance(child.tag, str)]
        counts = Counter(name for _, name in children)
        seen: Counter[str] = Counter()
        for child, name in children:
            seen[name] += 1
            self._steps[child] = _step(name, seen[name] if counts[name] > 1 else 0)

    def line(self, element: Any) -> int | None:
        """The file's line of an element, None where it did not stand in the file as XML."""
        if not self._has_lines:
            return None
        return self._lines.get(element) or element.sourceline

    # -- what is left

    def left(self, records: frozenset[str]) -> Iterator[Left]:
        """Every value that was not taken, in order; attachments' bytes go to `encoded` instead."""
        for element in self.elements:
            if not isinstance(element.tag, str):
                if element.text and element.text.strip():
                    yield self._left(element, element.text.strip(), "comment()", records)
            else:
                for key, value in element.attrib.items():
                    if (element, key) not in self._taken and value.strip():
                        name = key.rpartition("}")[2]
                        if not _is_structure(name, value):
                            yield self._left(element, value, f"@{name}", records)
                text = (element.text or "").strip()
                if text and (element, "text") not in self._taken and not self._is_encoded(element, text):
                    yield self._left(element, text, "", records)
            tail = (element.tail or "").strip()
            if tail and (element, "tail") not in self._taken and element is not self.root:
                yield self._left(element, tail, "following text", records)

    def _left(self, element: Any, value: str, what: str, records: frozenset[str]) -> Left:
        names = [local(element)] if isinstance(element.tag, str) else []
        record = names[0] if names and names[0] in records else ""
        if not record:
            for above in element.iterancestors():
                if local(above) in records:
                    record = local(above)
                    break
                names.insert(0, local(above))
        else:
            names = []
        path = "/".join(names + ([what] if what else []))
        return Left(element, record or local(self.root), path, value)

    def hide(self, element: Any, media: str | None) -> None:
        """Says that an element's text is an attachment's bytes, where it has the form of bytes."""
        text = (element.text or "").strip()
        if text and not len(element) and _BASE64.fullmatch(text) and (element, "encoded") not in self._taken:
            self._taken.update({(element, "encoded"), (element, "text")})
            self.encoded.append(Encoded(self.place(element), None, media, len(text)))

    def _is_encoded(self, element: Any, text: str) -> bool:
        declared = element.get("encoding") == "B64" or element.get("representation") == "B64"
        if (element, "encoded") in self._taken:
            return True
        if not (_BASE64.fullmatch(text) if declared else is_encoded(text)):
            return False
        self._taken.add((element, "encoded"))
        name = self.peek(element, "filename")
        media = self.peek(element, "mime") or self.peek(element, "mediaType")
        self.encoded.append(Encoded(self.place(element), name, media, len(text)))
        return True


def is_encoded(text: str) -> bool:
    """Whether a text is bytes written as base64: long, without one blank between words of a sentence."""
    if len(text) < 200 or _BASE64.fullmatch(text) is None:
        return False
    words = text.split()
    return len(words) == 1 or len(text) / len(words) >= 40


def pour(walk: Walk, rows: RecordTables, records: frozenset[str], whose: Callable[[Any], str | None]) -> None:
    """What is left of a message goes into 'other values'. `whose` gives the patient that an element is
    about, `records` the elements to name as what a value is a part of."""
    for left in walk.left(records):
        where = left.element
        rows.other(whose(where), left.record, left.path, left.value, walk.place(where), walk.line(where))


def base_name(reference: str) -> str:
    """The file's name at the end of a reference or path."""
    return PurePosixPath(reference.replace("\\", "/")).name or reference


def _is_structure(name: str, value: str) -> bool:
    constants, oid_attributes, _ = _structure()
    if value in constants.get(name, ()):
        return True
    return name in oid_attributes and bool(_OID.fullmatch(value) or _UUID.fullmatch(value))


def _true_lines(data: bytes, elements: list[Any]) -> dict[Any, int]:
    """Lines by element where the file has more of them than libxml2 counts."""
    if data.count(b"\n") < _SHORT_LINES:
        return {}
    lines: list[int] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, _attributes: lines.append(parser.CurrentLineNumber)
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        return {}
    named = [element for element in elements if isinstance(element.tag, str)]
    return dict(zip(named, lines, strict=True)) if len(named) == len(lines) else {}
