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
            cells["Event date"] = reading.taking.part(segment, 1, 1)
        else:
            _detail(reading, segment, cells)


def _detail(reading: MessageReading, segment: Segment, cells: Cells) -> None:
    """What one segment says of a transaction."""
    taking, kind = reading.taking, segment.part(1)
    if segment.tag == "RFF" and kind == "950":
        cells["Transaction code"] = taking.part(segment, 1, 1)
        cells["Transaction type"] = words("transactions").get(cells["Transaction code"] or "")
    elif segment.tag == "RFF" and kind == "TN":
        cells["Transaction number"] = taking.part(segment, 1, 1)
    elif segment.tag == "NAD" and kind in _NAD:
        cells[_NAD[kind]] = taking.part(segment, 2)
    elif segment.tag == "DTM" and kind in _DTM:
        cells[_DTM[kind]] = taking.part(segment, 1, 1)
    elif segment.tag == "GIS":
        cells["Registration reason code"] = taking.part(segment, 1)
    elif segment.tag == "HEA" and kind == "DM":
        cells["Drugs dispensed"] = taking.part(segment, 2)
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
            cells["NHS number"] = taking.part(segment, 2)
            reading.names(segment, cells)
        elif segment.tag == "PNA" and kind == "PER":
            before: Cells = {}
            cells["Previous NHS number"] = taking.part(segment, 2)
            reading.names(segment, before)
            cells["Previous surname"] = before.get("Surname")
            rest = [before.get(name) for name in ("Title", "Forenames", "Other names")]
            joined = " ".join(part for part in (cells.get("Other names"), *rest) if part)
            cells["Other names"] = joined or None
        elif segment.tag == "DTM" and kind == "329":
            cells["Date of birth"] = taking.part(segment, 1, 1)
        elif segment.tag == "PDI":
            cells["Sex"] = taking.part(segment, 1)
        elif segment.tag == "NAD" and kind == "PAT":
            cells["Address"] = taking.joined(segment, 3)
            last = len(segment.elements)
            if last > 3:
                cells["Postcode"] = taking.part(segment, last)
    return cells


def read_acknowledgement(reading: MessageReading) -> None:
    """One row for each number that is acknowledged."""
    taking = reading.taking
    cells: Cells = {"Message number": reading.number}
    for segment in reading.segments:
        if segment.tag == "NHS":
            cells["Health authority"] = taking.part(segment, 1)
            cells["GP code"] = taking.part(segment, 2)
        elif segment.tag == "DTM" and segment.part(1) == "815":
            cells["Creation date"] = taking.part(segment, 1, 1)
    references = [s for s in reading.segments if s.tag == "RFF"]
    for segment in references:
        row = {**cells, "Entry type": taking.part(segment, 1), "Reference": taking.joined(segment, 1, ":", 1)}
        reading.row("acknowledgements", row, segment)
    if not references:
        reading.row("acknowledgements", cells, reading.segments[0])
