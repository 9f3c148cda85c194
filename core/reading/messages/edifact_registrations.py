"""FHSREG and RECEP: patients joining, leaving and changing, between a practice and its health authority."""

from __future__ import annotations

from collections.abc import Sequence

from core.reading.messages.edifact_syntax import Segment
from core.reading.messages.edifact_words import MessageReading, add_note, words
from core.reading.messages.hl7v3_parts import Cells


def read_registrations(reading: MessageReading) -> None:
    """A row of 'registrations' for each transaction, one of 'patients' where it says who it is about."""
    starts = [n for n, segment in enumerate(reading.segments) if segment.tag == "S01"]
    head = reading.segments[: starts[0] if starts else len(reading.segments)]
    common: Cells = {"Message number": reading.number}
    _about_message(reading, head, common)
    if not starts:
        reading.row("registrations", common, reading.segments[0])
        return
    for start, stop in zip(starts, [*starts[1:], len(reading.segments)], strict=True):
        inside = reading.segments[start:stop]
        cells, patient = dict(common), _patient(reading, inside)
        for segment in inside:
            _detail(reading, segment, cells)
        cells["NHS number"] = patient.get("NHS number")
        reading.about(inside, cells["NHS number"])
        if any(patient.values()):
            patient["GP code"] = cells.get("GP code")
            who = next(s for s in inside if s.tag in ("PNA", "NAD", "DTM", "PDI"))
            first = next((s for s in inside if s.tag == "PNA" and s.part(1) == "PAT"), who)
            reading.row("patients", patient, first)
        reading.row("registrations", cells, inside[0])


def _about_message(reading: MessageReading, head: Sequence[Segment], cells: Cells) -> None:
    for segment in head:
        if segment.tag == "DTM" and segment.part(1) == "137":
            reading.put(cells, "Event date", segment, 1, 1)
        else:
            _detail(reading, segment, cells)


def _detail(reading: MessageReading, segment: Segment, cells: Cells) -> None:
    """What one segment says of a transaction."""
    taking, kind = reading.taking, segment.part(1)
    if segment.tag == "RFF" and kind == "950":
        reading.put(cells, "Transaction code", segment, 1, 1)
        cells["Transaction type"] = words("transactions").get(cells["Transaction code"] or "")
    elif segment.tag == "RFF" and kind == "TN":
        reading.put(cells, "Transaction number", segment, 1, 1)
    elif segment.tag == "NAD" and kind in _NAD:
        reading.put(cells, _NAD[kind], segment, 2)
    elif segment.tag == "DTM" and kind in _DTM:
        reading.put(cells, _DTM[kind], segment, 1, 1)
    elif segment.tag == "GIS":
        reading.put(cells, "Registration reason code", segment, 1)
    elif segment.tag == "HEA" and kind == "DM":
        reading.put(cells, "Drugs dispensed", segment, 2)
    elif segment.tag == "HEA" and cells.get("Marker") is None:
        cells["Marker"] = taking.part(segment, 1)
        cells["Marker value"] = taking.part(segment, 2)
    elif segment.tag == "FTX":
        add_note(cells, reading.text(segment))


_NAD = {
    "GP": "GP code",
    "FHS": "Health authority",
    "NFH": "Receiving organisation",
    "RIC": "Residential institute code",
}
_DTM = {"956": "Date of acceptance", "961": "Date of deduction"}


def _patient(reading: MessageReading, inside: Sequence[Segment]) -> Cells:
    taking = reading.taking
    cells: Cells = {}
    for segment in inside:
        kind = segment.part(1)
        if segment.tag == "PNA" and kind == "PAT":
            reading.put(cells, "NHS number", segment, 2)
            reading.names(segment, cells)
        elif segment.tag == "PNA" and kind == "PER":
            before: Cells = {}
            reading.put(cells, "Previous NHS number", segment, 2)
            reading.names(segment, before)
            surname = before.pop("Surname", None)
            if cells.get("Previous surname") is None:
                cells["Previous surname"], surname = surname, None
            rest = [surname, *(before.get(name) for name in ("Title", "Forenames", "Other names"))]
            joined = " ".join(part for part in (cells.get("Other names"), *rest) if part)
            cells["Other names"] = joined or None
        elif segment.tag == "DTM" and kind == "329":
            reading.put(cells, "Date of birth", segment, 1, 1)
        elif segment.tag == "PDI":
            reading.put(cells, "Sex", segment, 1)
        elif segment.tag == "NAD" and kind == "PAT" and cells.get("Address") is None:
            cells["Address"] = taking.joined(segment, 3)
            last = len(segment.elements)
            if last > 3:
                reading.put(cells, "Postcode", segment, last)
    return cells


def read_acknowledgement(reading: MessageReading) -> None:
    """One row for each number that is acknowledged."""
    taking = reading.taking
    cells: Cells = {"Message number": reading.number}
    for segment in reading.segments:
        if segment.tag == "NHS":
            reading.put(cells, "Health authority", segment, 1)
            reading.put(cells, "GP code", segment, 2)
        elif segment.tag == "DTM" and segment.part(1) == "815":
            reading.put(cells, "Creation date", segment, 1, 1)
    references = [s for s in reading.segments if s.tag == "RFF"]
    for segment in references:
        row = {**cells, "Entry type": taking.part(segment, 1), "Reference": taking.joined(segment, 1, ":", 1)}
        reading.row("acknowledgements", row, segment)
    if not references:
        reading.row("acknowledgements", cells, reading.segments[0])
