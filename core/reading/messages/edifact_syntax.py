"""EDIFACT (ISO 9735) as segments, elements and components, and which of them were put into a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """The characters that divide a message."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    terminator: str = "'"


@dataclass(frozen=True)
class Segment:
    """One segment. `elements` are after the tag, each with its components; `raw` is its text in the file."""

    number: int  # 1-based in the file
    line: int
    tag: str
    elements: tuple[tuple[str, ...], ...]
    ended: bool  # by a terminator, not by the end of the file

    def part(self, element: int, component: int = 0) -> str:
        """A component by 1-based element and 0-based component, '' where there is none."""
        if not 0 < element <= len(self.elements):
            return ""
        parts = self.elements[element - 1]
        return parts[component] if component < len(parts) else ""


def service_of(text: str) -> tuple[Service, int]:
    """The service characters and where the first segment starts."""
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    if not text.startswith("UNA", start):
        return Service(), start
    marks = text[start + 3 : start + 9]
    if len(marks) < 6 or any(mark.isalnum() or mark.isspace() for mark in marks[:2]):
        return Service(), start  # a word that starts so, no service string
    # Some senders leave out the reserved blank: UNA:+.?'UNB
    short = text[start + 8 : start + 11] in ("UNB", "UNH")
    service = Service(marks[0], marks[1], marks[3].strip(), marks[4] if short else marks[5])
    return service, start + (8 if short else 9)


def segments(text: str) -> Iterator[Segment]:
    """Every segment of a text; line ends between segments are no part of them."""
    service, at = service_of(text)
    release = re.escape(service.release)
    plain = (
        rf"[^{release}{re.escape(service.terminator)}]" if release else rf"[^{re.escape(service.terminator)}]"
    )
    record = re.compile(rf"(?:{plain}+|{release}.)*" if release else f"(?:{plain}+)?", re.DOTALL)
    number, line, counted = 0, 1, 0
    while at < len(text):
        found = record.match(text, at)
        end = found.end() if found is not None else at
        ended = end < len(text) and text[end] == service.terminator
        raw = text[at:end]
        if not ended:  # the rest of the file, with a last release character that releases nothing
            end, raw = len(text), text[at:]
        body = raw.lstrip("\r\n \t\x1a")
        if body.strip("\r\n \t\x1a\0"):
            number += 1
            start = at + len(raw) - len(body)
            line += text.count("\n", counted, start)
            counted = start
            if not ended:
                body = body.rstrip("\r\n \t\x1a\0")
            tag, *elements = _split(body, service.element, service.release)
            yield Segment(
                number,
                line,
                _released(tag, service.release).strip(),
                tuple(
                    tuple(
                        _released(part, service.release)
                        for part in _split(element, service.component, service.release)
                    )
                    for element in elements
                ),
                ended,
            )
        at = end + 1


def _split(text: str, mark: str, release: str) -> list[str]:
    if not release or release not in text:
        return text.split(mark)
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == release:
            at += 2
        elif text[at] == mark:
            parts.append(text[start:at])
            at += 1
            start = at
        else:
            at += 1
    parts.append(text[start:])
    return parts


def _released(text: str, release: str) -> str:
    if not release or release not in text:
        return text
    return re.sub(rf"{re.escape(release)}(.)", r"\1", text, flags=re.DOTALL)


_TAG = re.compile(r"[A-Z][A-Z\d]{2}")


class Taking:
    """Remembers which components of a message's segments went into a table."""

    def __init__(self, found: Sequence[Segment]) -> None:
        self.segments = found
        self._taken: set[tuple[int, int, int]] = set()

    def part(self, segment: Segment, element: int, component: int = 0) -> str | None:
        """A component, taken; None where it is absent or blank."""
        value = segment.part(element, component)
        if not value.strip():
            return None
        self._taken.add((segment.number, element, component))
        return value.strip()

    def known(self, segment: Segment, element: int, component: int, values: frozenset[str]) -> None:
        """Takes a qualifier that is one of the words of the standard."""
        if segment.part(element, component) in values:
            self._taken.add((segment.number, element, component))

    def joined(self, segment: Segment, element: int, by: str = ", ", skip: int = 0) -> str | None:
        """An element's components as one text."""
        parts = []
        if 0 < element <= len(segment.elements):
            for n in range(skip, len(segment.elements[element - 1])):
                value = self.part(segment, element, n)
                if value is not None:
                    parts.append(value)
        return by.join(parts) or None

    def left(self) -> Iterator[tuple[Segment, int, int, str]]:
        """What went into no table: segment, element, component, value."""
        for segment in self.segments:
            if segment.tag and not _TAG.fullmatch(segment.tag):
                yield segment, 0, 0, segment.tag  # a text that lost its beginning, or was none of a message
            for e, parts in enumerate(segment.elements, start=1):
                for c, value in enumerate(parts):
                    if value.strip() and (segment.number, e, c) not in self._taken:
                        yield segment, e, c, value.strip()
