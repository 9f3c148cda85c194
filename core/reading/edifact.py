"""EDIFACT: registrations (FHSREG), laboratory and X-ray reports (MEDRPT, NHSRSR), receipts (RECEP)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from core.model import Problem, ReadError, Recognised
from core.reading.choices import TableChoice
from core.reading.edifact_columns import COLUMNS
from core.reading.edifact_registrations import read_acknowledgement, read_registrations
from core.reading.edifact_reports import read_report
from core.reading.edifact_syntax import Segment, Taking, segments, service_of
from core.reading.edifact_words import CONSTANTS, MessageReading
from core.reading.encoding import decode, detect_encoding
from core.reading.hl7v3 import read_whole
from core.reading.hl7v3_parts import Cells
from core.reading.readers import Candidate, ReadFile
from core.reading.records import RecordTables

_TITLES = {
    "FHSREG": "registrations of patients",
    "MEDRPT": "laboratory reports",
    "NHSRSR": "radiology reports",
    "RECEP": "an acknowledgement",
}


class EdifactReader:
    """Interchanges with or without UNA and UNB, segments on lines of their own or in one line."""

    id = "edifact"

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
        data = read_whole(source)
        encoding = detect_encoding(data, whole=True)
        text, bad = decode(data[encoding.bom :], encoding.name)
        found = list(segments(text))
        if not found:
            raise ReadError(
                f"{source.name} holds no EDIFACT segment. Get the file from its sender again.",
                where=source.name,
                code="empty",
            )
        rows = RecordTables(COLUMNS)
        taking = Taking(found)
        whose = _read(found, taking, rows)
        for segment, element, component, value in taking.left():
            path = f"{segment.tag}+{element}" + (f":{component + 1}" if component else "")
            rows.other(whose.get(segment.number), segment.tag, path, value, place_of(segment), segment.line)
        problems = _unbalanced(found, source.name)
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


def _read(found: Sequence[Segment], taking: Taking, rows: RecordTables) -> dict[int, str | None]:
    """All messages; gives by segment number the NHS number that it is about."""
    whose: dict[int, str | None] = {}
    envelope: Cells = {}
    for start, stop in _messages(found):
        inside = found[start:stop]
        first = inside[0]
        if first.tag != "UNH":
            for segment in inside:
                envelope = _envelope(segment, taking) or envelope
            continue
        reading = MessageReading(inside, taking, rows, whose)
        for segment in inside:
            for element, component, values in CONSTANTS.get(segment.tag, ()):
                taking.known(segment, element, component, values)
        kind = first.part(2)
        reading.number = taking.part(first, 1)
        cells: Cells = {**envelope, "Message number": reading.number, "Message type": taking.part(first, 2)}
        created = next((s for s in inside if s.tag == "DTM" and s.part(1) == "137"), None)
        cells["Creation date"] = taking.part(created, 1, 1) if created is not None else None
        rows.row("messages", cells, place_of(first), first.line)
        if kind == "FHSREG":
            read_registrations(reading)
        elif kind == "RECEP":
            read_acknowledgement(reading)
        elif kind in ("MEDRPT", "NHSRSR"):
            read_report(reading)
    return whose


def _messages(found: Sequence[Segment]) -> list[tuple[int, int]]:
    """From where to where each message runs (UNH to UNT), and what stands around them."""
    cuts = [0]
    for n, segment in enumerate(found):
        if segment.tag in ("UNH", "UNB", "UNZ") and n:
            cuts.append(n)
        if segment.tag == "UNT":
            cuts.append(n + 1)
    cuts = sorted({*cuts, len(found)})
    return [(a, b) for a, b in pairwise(cuts) if a < b]


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


def _unbalanced(found: Sequence[Segment], where: str) -> list[Problem]:
    """Counts and numbers at the ends of messages that do not agree with what is there: something was lost."""
    problems: list[Problem] = []
    opened: Segment | None = None
    interchange: Segment | None = None
    messages = 0
    for segment in found:
        if segment.tag == "UNB":
            interchange, messages = segment, 0
        elif segment.tag == "UNH":
            if opened is not None:
                problems.append(_cut(where, opened))
            opened, messages = segment, messages + 1
        elif segment.tag == "UNT":
            if opened is None:
                problems.append(
                    Problem(where, segment.line, "a message ends here (UNT) that never started (UNH)")
                )
                continue
            has = segment.number - opened.number + 1
            problems.extend(_count(where, segment, "segments", "the message", has))
            if segment.part(2) != opened.part(1):
                problems.append(
                    Problem(where, segment.line, "the message ends under another number than it starts")
                )
            opened = None
        elif segment.tag == "UNZ":
            problems.extend(_count(where, segment, "messages", "the file", messages))
            if interchange is not None and segment.part(2) != interchange.part(5):
                problems.append(
                    Problem(where, segment.line, "the file ends under another number than it starts")
                )
            interchange = None
    if opened is not None:
        problems.append(_cut(where, opened))
    if interchange is not None:
        problems.append(Problem(where, found[-1].line, "the file has no end (UNZ): it may be cut short"))
    if not found[-1].ended and found[-1].tag not in ("UNT", "UNZ"):
        problems.append(Problem(where, found[-1].line, "the file ends inside a segment: it is cut short"))
    return problems


def _cut(where: str, opened: Segment) -> Problem:
    return Problem(where, opened.line, "the message that starts here has no end (UNT): it may be cut short")


def _count(where: str, segment: Segment, things: str, whole: str, has: int) -> list[Problem]:
    said = segment.part(1).strip()
    if said.isdigit() and int(said) == has:
        return []
    says = (
        f"says {int(said):,} {things}"
        if said.isdigit() and len(said) < 10
        else f"does not say how many {things}"
    )
    return [Problem(where, segment.line, f"{whole} {says}, it has {has:,}")]
