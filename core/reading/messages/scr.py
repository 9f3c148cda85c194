"""Summary Care Record responses, and any other message of HL7 version 3 that no reader knows better."""

from __future__ import annotations

import re

from core.model import Hazard, ReadError, Recognised, Severity
from core.reading.choices import TableChoice
from core.reading.messages.hl7v3 import Walk, open_walk
from core.reading.messages.hl7v3_document import COLUMNS, Document
from core.reading.messages.records import RecordTables
from core.reading.readers import Candidate, ReadFile

_SUMMARY = re.compile(r"<(?:\w+:)?(GPSummary|QUPC_IN\d{6}UK\d{2}|REPC_IN\d{6}UK\d{2})[\s>]")
_HL7 = re.compile(r'xmlns(?::\w+)?\s*=\s*["\']urn:hl7-org:v3["\']')


class ScrReader:
    """SOAP around a General Practice Summary: its text for people by section, its entries as a table."""

    id = "scr"
    title = "Summary Care Record, or other HL7 version 3"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """See Reader."""
        text = candidate.text.lstrip("\ufeff \t\r\n")
        if not text.startswith("<"):
            return None
        root = _SUMMARY.search(text)
        if root is not None:
            evidence = f"The message inside is called {root[1]}."
            return Recognised("scr", "Summary Care Record", 0.93, (evidence,), self.id)
        if _HL7.search(text[:8000]):
            evidence = "It is XML of HL7 version 3, of a sort that Threshold has no tables for."
            return Recognised("hl7v3", "HL7 version 3 message", 0.5, (evidence,), self.id)
        return None

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        seen = self.recognise(candidate) or Recognised("hl7v3", "HL7 version 3 message", 0.5, (), self.id)
        return open_document(candidate, seen)


def open_document(candidate: Candidate, seen: Recognised) -> ReadFile:
    """Opens one XML document of HL7 version 3 that is a summary or a letter."""
    source = candidate.source
    walk = open_walk(source)
    rows = RecordTables(COLUMNS)
    document = Document(walk, rows)
    document.read()
    tables = rows.tables(source, seen.format)
    if not tables:
        raise ReadError(
            f"{source.name} holds not one value. Make the export again.", where=source.name, code="empty"
        )
    hazards = [*attachment_hazards(source.name, walk), *crowded_hazards(source.name, walk.crowded)]
    if document.confidential:
        hazards.append(
            Hazard(
                source.name,
                f"{document.confidential:,} parts are marked as confidential",
                Severity.WARNS,
                "Whoever wrote them asked for them to be kept back. Decide on each before anything is sent.",
                "not_to_be_disclosed",
            )
        )
    return ReadFile(tables, (seen,) * len(tables), tuple(hazards))


def crowded_hazards(where: str, entries: int) -> tuple[Hazard, ...]:
    """Codes beyond the fields for them are among the other values, where nobody looks for sensitive ones."""
    if not entries:
        return ()
    hazard = Hazard(
        where,
        f"{entries:,} entries have more codes than Threshold has fields for",
        Severity.BLOCKS,
        "The further codes stand among the other values, so such an entry could leave although one of its "
        "codes is sensitive. Leave these entries out, or ask for the record as a table.",
        "codes_without_field",
    )
    return (hazard,)


def attachment_hazards(where: str, walk: Walk) -> tuple[Hazard, ...]:
    """Bytes inside the message that cannot be looked through."""
    if not walk.encoded:
        return ()
    size = max(1, sum(e.characters for e in walk.encoded) * 3 // 4 >> 10)
    hazard = Hazard(
        where,
        f"{len(walk.encoded):,} documents or pictures as bytes inside the message, about {size:,} KB",
        Severity.WARNS,
        "A letter as PDF or a picture names the patient on every page and cannot be looked through here. It "
        "leaves with no release.",
        "attachments",
    )
    return (hazard,)
