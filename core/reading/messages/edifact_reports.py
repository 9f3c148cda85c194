"""MEDRPT and NHSRSR: reports of laboratories and X-ray departments."""

from __future__ import annotations

from collections.abc import Callable

from core.reading.messages.edifact_syntax import Segment
from core.reading.messages.edifact_words import MessageReading, add_note, words
from core.reading.messages.hl7v3_parts import Cells


def read_report(reading: MessageReading) -> None:
    """Patients, specimens, results, notes, and who asked and who reports."""
    _Report(reading).read()


class _Report:
    """Reads a message from its first segment to its last; rows wait until all of them was read."""

    def __init__(self, reading: MessageReading) -> None:
        self.reading = reading
        self.taking = reading.taking
        self.report: Cells = {}
        self.patient: Cells = {}
        self.specimen: Cells = {}
        self.result: Cells | None = None
        self.waiting: list[tuple[str, Cells, Segment]] = []
        self.patient_at: Segment | None = None
        self.part = ""  # the tag of the last segment group
        self._handlers: dict[str, Callable[[Segment], None]] = {
            "NAD": self._party, "ADR": self._address, "PNA": self._name, "PDI": self._sex, "DTM": self._date,
            "RFF": self._reference, "FTX": self._text, "SPC": self._characteristic, "QTY": self._quantity,
            "INV": self._investigation, "RSL": self._value, "RND": self._range, "STS": self._status,
            "SEQ": self._sequence,
        }  # fmt: skip

    def read(self) -> None:
        segments = self.reading.segments
        for n, segment in enumerate(segments):
            if segment.tag == "PNA" and segment.part(1) == "PAT" and self.patient.get("Surname"):
                self._flush(segment)  # a second patient in one message
            if segment.tag[:1] == "S" and segment.tag[1:].isdigit():
                self._group(segment)
            elif segment.tag == "NAD":
                after = next((s for s in segments[n + 1 : n + 3] if s.tag in ("SPR", "NAD")), None)
                self._kind = after.part(1) if after is not None and after.tag == "SPR" else "PRO"
                self._party(segment)
            elif segment.tag in self._handlers:
                self._handlers[segment.tag](segment)
        self._flush(None)
        self.reading.about(segments, self._last)

    _kind = "PRO"
    _last: str | None = None

    def _flush(self, until: Segment | None) -> None:
        """Writes what waited, now that it is known whose it is."""
        number = self.patient.get("NHS number")
        self._last = number
        if any(self.patient.values()):
            self.reading.row("patients", self.patient, self.patient_at or self.reading.segments[0])
        told = {table for table, _, _ in self.waiting}
        if until is None and any(self.report.values()) and not told & {"results", "notes", "specimens"}:
            self.waiting.append(("notes", {}, self.reading.segments[0]))
        for table, cells, segment in self.waiting:
            if table not in ("staff", "organisations"):
                cells["NHS number"] = number
            if table in ("results", "notes"):
                cells["Report date"] = self.report.get("Report date")
            if table in ("results", "notes", "specimens"):
                cells["Report number"] = self.report.get("Report number")
            self.reading.row(table, cells, segment)
        self.waiting, self.patient, self.patient_at = [], {}, None
        self.specimen, self.result = {}, None
        if until is not None:
            self.part = "S07"

    def _group(self, segment: Segment) -> None:
        self.part = segment.tag
        if segment.tag == "S16":
            self.specimen, self.result = {}, None
            self.waiting.append(("specimens", self.specimen, segment))
        elif segment.tag in ("S02", "S06", "S07", "S10"):
            self.result = None

    def _party(self, segment: Segment) -> None:
        code = self.taking.part(segment, 2)
        name = self.reading.party(segment)
        role = words("parties").get(segment.part(1))
        if code is None and name is None:
            return
        if self._kind == "PRO":
            cells: Cells = {"Staff code": code, "Staff full name": name, "Role": role}
            table = "staff"
        else:
            cells = {"Organisation code": code, "Organisation": name, "Organisation type": role}
            table = "organisations"
        cells["Message number"] = self.reading.number
        self.waiting.append((table, cells, segment))

    def _address(self, segment: Segment) -> None:
        skip = 1 if segment.part(2) in ("US", "") else 0
        if self.patient.get("Address") is None:
            self.patient["Address"] = self.taking.joined(segment, 2, skip=skip)
        self.reading.put(self.patient, "Postcode", segment, 4)
        self.patient_at = self.patient_at or segment

    def _name(self, segment: Segment) -> None:
        if segment.part(1) != "PAT":
            return
        self.reading.put(self.patient, "NHS number", segment, 2)
        self.reading.names(segment, self.patient)
        self.patient_at = segment

    def _sex(self, segment: Segment) -> None:
        self.reading.put(self.patient, "Sex", segment, 1)

    def _date(self, segment: Segment) -> None:
        kind = segment.part(1)
        into = {
            "329": (self.patient, "Date of birth"),
            "ISR": (self.report, "Report date"),
            "SCO": (self.specimen, "Event date"),
            "SRI": (self.specimen, "Received date"),
        }.get(kind)
        if into is not None:
            self._into(*into, segment)

    def _reference(self, segment: Segment) -> None:
        into = {
            "SRI": (self.report, "Report number"),
            "SSI": (self.patient, "Patient number"),
            "RPI": (self.patient, "Patient number"),
            "STI": (self.specimen, "Specimen number"),
            "RTI": (self.specimen, "Requester reference"),
        }.get(segment.part(1))
        if into is not None:
            self._into(*into, segment)

    def _into(self, cells: Cells, name: str, segment: Segment) -> None:
        """The second component of a date or a reference."""
        self.reading.put(cells, name, segment, 1, 1)
        if cells is self.specimen:
            self._of_specimen(segment)

    def _of_specimen(self, segment: Segment) -> Cells:
        """The specimen's cells. Where no group of segments began it, its row begins here."""
        if all(cells is not self.specimen for _, cells, _ in self.waiting[::-1]):
            self.waiting.append(("specimens", self.specimen, segment))
        return self.specimen

    def _text(self, segment: Segment) -> None:
        text = self.reading.text(segment)
        if self.result is not None:
            add_note(self.result, text)
        elif self.part == "S16":
            add_note(self.specimen, text)
        elif text is not None:
            kind = words("notes").get(segment.part(1))
            self.waiting.append(("notes", {"Entry type": kind, "Note": text}, segment))

    def _characteristic(self, segment: Segment) -> None:
        put, specimen = self.reading.put, self._of_specimen(segment)
        if segment.part(1) == "TSP":
            put(specimen, "Specimen type code", segment, 2)
            put(specimen, "Specimen type", segment, 2, 3)
        else:
            put(specimen, "Specimen characteristic", segment, 2)

    def _quantity(self, segment: Segment) -> None:
        if self.part == "S16" and segment.part(1) == "SVO":
            self.reading.put(self.specimen, "Specimen quantity", segment, 1, 1)
            self.reading.put(self.specimen, "Specimen quantity unit", segment, 2, 3)

    def _investigation(self, segment: Segment) -> None:
        agency = segment.part(2, 1)
        self.result = {
            "Code": self.taking.part(segment, 2),
            "Code system": words("code_agencies").get(agency),
            "Term": self.taking.part(segment, 2, 3),
            "Event date": self.specimen.get("Event date"),
            "Specimen": self.specimen.get("Specimen type"),
        }
        self.waiting.append(("results", self.result, segment))

    def _sequence(self, segment: Segment) -> None:
        if self.result is not None and self.result.get("Investigation number") is None:
            self.result["Investigation number"] = self.taking.part(segment, 2)

    def _value(self, segment: Segment) -> None:
        if self.result is None or self.result.get("Value") or self.result.get("Coded value"):
            return
        cells, taking = self.result, self.taking
        if segment.part(1) == "CV":
            cells["Coded value"] = taking.part(segment, 2, 2)
            cells["Coded value system"] = words("code_agencies").get(segment.part(2, 3))
            cells["Coded value term"] = taking.part(segment, 2, 5)
        else:
            cells["Value"] = taking.part(segment, 2)
            cells["Operator"] = taking.part(segment, 2, 1)
        cells["Unit"] = taking.part(segment, 4, 3)
        cells["Interpretation"] = taking.part(segment, 5)

    def _range(self, segment: Segment) -> None:
        if self.result is None or self.result.get("Range low") or self.result.get("Range high"):
            return
        self.result["Range low"] = self.taking.part(segment, 2)
        self.result["Range high"] = self.taking.part(segment, 3)
        self.result["Range unit"] = self.taking.part(segment, 4)

    def _status(self, segment: Segment) -> None:
        if self.result is not None and self.result.get("Result status") is None:
            self.result["Result status"] = self.taking.part(segment, 2)
