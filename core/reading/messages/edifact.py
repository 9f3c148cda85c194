"""EDIFACT: registrations (FHSREG), laboratory and X-ray reports (MEDRPT, NHSRSR), receipts (RECEP)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from core.model import Problem, ReadError, Recognised
from core.reading.choices import TableChoice
from core.reading.messages.edifact_columns import COLUMNS
from core.reading.messages.edifact_registrations import read_acknowledgement, read_registrations
from core.reading.messages.edifact_reports import read_report
from core.reading.messages.edifact_syntax import Segment, Taking, segments, service_of
from core.reading.messages.edifact_words import CONSTANTS, MessageReading
from core.reading.messages.hl7v3 import read_whole
from core.reading.messages.hl7v3_parts import Cells
from core.reading.messages.records import RecordTables
from core.reading.readers import Candidate, ReadFile
from core.reading.text.encoding import decode, detect_encoding

#: Rows take many times the room of the segments that they were made of.
LARGEST = 50 << 20
_TITLES = {
    "FHSREG": "registrations of patients",
    "MEDRPT": "laboratory reports",
    "NHSRSR": "radiology reports",
    "RECEP": "an acknowledgement",
}


class EdifactReader:
    """Interchanges with or without UNA and UNB, segments on lines of their own or in one line."""

    id = "edifact"
    title = "EDIFACT messages"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """See Reader."""
        text = candidate.text
        service, start = service_of(text)
        begins = re.match(rf"\s*(UN[BH]){re.escape(service.element)}", text[start : start + 200])
        if begins is None:
            return None
        found = [kind for kind in _TITLES if re.search(rf"\b{kind}\b", text)]
        what = " and ".join(_TITLES[kind] for kind in found) or "of a sort that Threshold does not know"
        evidence = [f"It starts with {begins[1]}, as EDIFACT messages do."]
        if found:
            evidence.append(f"Its messages are called {', '.join(found)}.")
        sure = 0.97 if begins[1] == "UNB" and found else 0.9
        return Recognised("edifact", f"EDIFACT: {what}", sure, tuple(evidence), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        source = candidate.source
        data = read_whole(source, LARGEST)
        encoding = detect_encoding(data, whole=True)
        text, bad = decode(data[encoding.bom :], encoding.name)
        rows = RecordTables(COLUMNS)
        balance = Balance(source.name)
        envelope: Cells = {}
        for inside, after in pairwise(chain(_messages(segments(text)), [[]])):
            envelope = _read(inside, envelope, rows, followed=bool(after) and after[0].tag == "UNH")
            for segment in inside:
                balance.see(segment)
        problems = balance.end()
        if balance.last is None:
            raise ReadError(
                f"{source.name} holds no EDIFACT segment. Get the file from its sender again.",
                where=source.name,
                code="empty",
            )
        if bad:
            problems.append(
                Problem(source.name, None, f"{len(bad):,} bytes are no letters of the file's encoding")
            )
        tables = rows.tables(source, "edifact")
        seen = self.recognise(candidate) or Recognised("edifact", "EDIFACT", 0.5, (), self.id)
        return ReadFile(tables, (seen,) * len(tables), (), tuple(problems))


def place_of(segment: Segment) -> str:
    """Where a segment stands, for people."""
    return f"segment {segment.number} ({segment.tag})"


def _read(inside: Sequence[Segment], envelope: Cells, rows: RecordTables, *, followed: bool) -> Cells:
    """One message, or what stands between messages; gives what the envelope around them says. An envelope
    that no message follows is among the other values: no row would have it."""
    taking = Taking(inside)
    whose: dict[int, str | None] = {}
    first = inside[0]
    if first.tag == "UNH":
        _message(MessageReading(inside, taking, rows, whose), envelope)
    elif followed:
        for segment in inside:
            envelope = _envelope(segment, taking) or envelope
    for segment, element, component, value in taking.left():
        path = f"{segment.tag}+{element}" + (f":{component + 1}" if component else "")
        rows.other(whose.get(segment.number), segment.tag, path, value, place_of(segment), segment.line)
    return envelope


def _message(reading: MessageReading, envelope: Cells) -> None:
    taking, inside = reading.taking, reading.segments
    first = inside[0]
    for segment in inside:
        for element, component, values in CONSTANTS.get(segment.tag, ()):
            taking.known(segment, element, component, values)
    kind = first.part(2)
    reading.number = taking.part(first, 1)
    cells: Cells = {**envelope, "Message number": reading.number, "Message type": taking.part(first, 2)}
    created = next((s for s in inside if s.tag == "DTM" and s.part(1) == "137"), None)
    cells["Creation date"] = taking.part(created, 1, 1) if created is not None else None
    reading.rows.row("messages", cells, place_of(first), first.line)
    if kind == "FHSREG":
        read_registrations(reading)
    elif kind == "RECEP":
        read_acknowledgement(reading)
    elif kind in ("MEDRPT", "NHSRSR"):
        read_report(reading)


def _messages(found: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Each message (UNH to UNT), and what stands around messages, so that no more than two are held."""
    inside: list[Segment] = []
    for segment in found:
        if segment.tag in ("UNH", "UNB", "UNZ") and inside:
            yield inside
            inside = []
        inside.append(segment)
        if segment.tag == "UNT":
            yield inside
            inside = []
    if inside:
        yield inside


def _envelope(segment: Segment, taking: Taking) -> Cells | None:
    if segment.tag != "UNB":
        return None
    day = taking.part(segment, 4, 0)
    time = taking.part(segment, 4, 1)
    return {
        "Sending system": taking.part(segment, 2),
        "Receiving system": taking.part(segment, 3),
        "Interchange date": " ".join(part for part in (day, time) if part) or None,
        "Interchange number": taking.part(segment, 5),
        "Test message": taking.part(segment, 11),
    }


class Balance:
    """Counts and numbers at the ends of messages that do not agree with what is there: something was lost."""

    def __init__(self, where: str) -> None:
        self.last: Segment | None = None
        self._where = where
        self._problems: list[Problem] = []
        self._opened: Segment | None = None
        self._interchange: Segment | None = None
        self._messages = 0

    def see(self, segment: Segment) -> None:
        """The next segment of the file."""
        self.last = segment
        if segment.tag == "UNB":
            self._interchange, self._messages = segment, 0
        elif segment.tag == "UNH":
            if self._opened is not None:
                self._say(self._opened, _NO_END)
            self._opened = segment
            self._messages += 1
        elif segment.tag == "UNT":
            self._closed(segment)
        elif segment.tag == "UNZ":
            self._count(segment, "messages", "the file", self._messages)
            if self._interchange is not None and segment.part(2) != self._interchange.part(5):
                self._say(segment, "the file ends under another number than it starts")
            self._interchange = None

    def end(self) -> list[Problem]:
        """What was noticed; the file is over."""
        if self._opened is not None:
            self._say(self._opened, _NO_END)
        if self.last is not None and self._interchange is not None:
            self._say(self.last, "the file has no end (UNZ): it may be cut short")
        if self.last is not None and not self.last.ended and self.last.tag not in ("UNT", "UNZ"):
            self._say(self.last, "the file ends inside a segment: it is cut short")
        return self._problems

    def _closed(self, segment: Segment) -> None:
        if self._opened is None:
            self._say(segment, "a message ends here (UNT) that never started (UNH)")
            return
        self._count(segment, "segments", "the message", segment.number - self._opened.number + 1)
        if segment.part(2) != self._opened.part(1):
            self._say(segment, "the message ends under another number than it starts")
        self._opened = None

    def _count(self, segment: Segment, things: str, whole: str, has: int) -> None:
        said = segment.part(1).strip()
        known = said.isdigit() and said.isascii() and len(said) < 10
        if known and int(said) == has:
            return
        says = f"says {int(said):,} {things}" if known else f"does not say how many {things}"
        self._say(segment, f"{whole} {says}, it has {has:,}")

    def _say(self, segment: Segment, what: str) -> None:
        self._problems.append(Problem(self._where, segment.line, what))


_NO_END = "the message that starts here has no end (UNT): it may be cut short"
