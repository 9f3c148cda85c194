"""Letters in the Kettering XML format (ReportMsg), as hospitals send them to practices' document systems."""

from __future__ import annotations

import re
from typing import Any

from core.model import Hazard, ReadError, Recognised, Severity
from core.reading.choices import TableChoice
from core.reading.messages.hl7v3 import Walk, collapsed, local, open_walk, pour, root_name
from core.reading.messages.hl7v3_parts import Cells, Columns
from core.reading.messages.records import RecordTables
from core.reading.messages.scr import attachment_hazards
from core.reading.readers import Candidate, ReadFile

_NHS: Columns = (("NHS number", "PatientMatchingInfo/PatientId/Id/IdValue"),)
_COLUMNS: dict[str, Columns] = {
    "patients": (
        *_NHS,
        ("Patient number", "PatientId/Id/IdValue"),
        ("Title", "PersonName_s/StructPersonName/Title"),
        ("Surname", "PersonName_s/StructPersonName/FamilyName"),
        ("Forenames", "PersonName_s/StructPersonName/GivenName"),
        ("Full name", "PersonName_s/UnstructPersonName"),
        ("Other names", "PersonName_s[2]"),
        ("Date of birth", "BirthDate"),
        ("Date of death", "DeathDate"),
        ("Sex", "Sex"),
        ("Address", "Address_u/UnstructAddress/UnstructAddressLine"),
        ("Postcode", "Address_u/PostCode"),
        ("Other address", "Address_u[2]"),
        ("Telephone", "Telecom/TelecomNumber"),
    ),
    "letters": (
        *_NHS,
        ("Letter ID", "ClinicalReport/ReportID"),
        ("Letter type code", "ClinicalReport/ReportCode"),
        ("Letter type", "ClinicalReport/ReportType"),
        ("Event date", "ClinicalReport/EventDate"),
        ("Creation date", "ClinicalReport/DocCreationDate"),
        ("Report contributor", "ClinicalReport/ReportContributor"),
        ("Media type", "TextItem/TextMarkupIndicator"),
        ("Heading", "TextItem/TextHeading"),
        ("Letter text", "TextItem/TextBlock"),
    ),
    "staff": (
        ("Staff code", "HcpCode"),
        ("Title", "HcpName//Title"),
        ("Surname", "HcpName//FamilyName"),
        ("Forenames", "HcpName//GivenName"),
        ("Staff full name", "HcpName"),
        ("Organisation code", "OrgCode"),
        ("Organisation", "OrgName"),
    ),
    "organisations": (
        ("Organisation code", "OrgCode"),
        ("Organisation", "OrgName"),
        ("Department code", "DepartmentCode"),
        ("Department", "DepartmentName"),
    ),
    "messages": (
        *_NHS,
        ("Message ID", "MsgId"),
        ("Message status", "@MsgStatus"),
        ("Creation date", "MsgIssueDate"),
        ("Sending organisation", "MsgSender"),
        ("Receiving organisation", "MsgRecipient"),
    ),
}
_TITLE = "Letter (Kettering XML)"
_PEOPLE = frozenset({"HcpName", "PersonName", "PersonName_s", "HcpCode", "HcpId"})
_RECORDS = frozenset({"ReportMsg", "PatientMatchingInfo", "Party", "ClinicalReport", "TextItem"})
_PICTURE = re.compile(r"data:[\w/+.-]+;base64,", re.IGNORECASE)


class KetteringReader:
    """Files with the root ReportMsg (.xml, .ket)."""

    id = "kettering"
    title = "Letter (Kettering XML)"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """See Reader."""
        if root_name(candidate.text) != "ReportMsg":
            return None
        evidence = "Its root is called ReportMsg."
        return Recognised("kettering", _TITLE, 0.96, (evidence,), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        source = candidate.source
        walk = open_walk(source)
        rows = RecordTables(_COLUMNS)
        pictures = _Letter(walk, rows).read()
        tables = rows.tables(source, "kettering")
        if not tables:
            raise ReadError(
                f"{source.name} is a letter without one value in it. Check that it is whole.",
                where=source.name,
                code="empty",
            )
        hazards = list(attachment_hazards(source.name, walk))
        if pictures:
            hazards.append(
                Hazard(
                    source.name,
                    f"{pictures:,} pictures inside the letter's text",
                    Severity.WARNS,
                    "A picture of a page names the patient and cannot be looked through here.",
                    "embedded_pictures",
                )
            )
        seen = self.recognise(candidate) or Recognised(
            "kettering", "Letter (Kettering XML)", 0.5, (), self.id
        )
        return ReadFile(tables, (seen,) * len(tables), tuple(hazards))


class _Letter:
    def __init__(self, walk: Walk, rows: RecordTables) -> None:
        self.walk = walk
        self.rows = rows
        self.number: str | None = None

    def read(self) -> int:
        """All rows of the letter; gives how many pictures its text holds."""
        walk = self.walk
        pictures = 0
        for who in [e for e in walk.elements if local(e) == "PatientMatchingInfo"]:
            self._patient(who)
        for element in walk.elements:
            name = local(element)
            if name == "ReportMsg":
                self._message(element)
            elif name == "Party":
                self._party(element)
            elif name == "ClinicalReport":
                pictures += self._report(element)
        pour(walk, self.rows, _RECORDS, lambda _: self.number)
        return pictures

    def _row(self, table: str, cells: Cells, element: Any) -> None:
        self.rows.row(table, cells, self.walk.place(element), self.walk.line(element))

    def _one(self, element: Any, *names: str) -> str | None:
        return collapsed(self.walk.text(self.walk.first(element, *names)))

    def _patient(self, element: Any) -> None:
        walk = self.walk
        cells: Cells = {}
        for number in walk.all(element, "PatientId", "Id"):
            kind = (self._peeked(number, "IdType") or "").casefold()
            title = "NHS number" if kind in ("nhs", "nhsno", "nhs number") else "Patient number"
            if cells.get(title) is None:
                cells[title] = self._one(number, "IdValue")
        names = walk.all(element, "PersonName_s")
        for name in names[:1]:
            parts = walk.first(name, "StructPersonName")
            cells["Title"] = self._one(parts, "Title")
            cells["Surname"] = self._one(parts, "FamilyName")
            cells["Forenames"] = walk.joined(walk.all(parts, "GivenName"), " ")
            cells["Full name"] = self._one(name, "UnstructPersonName")
        for name in names[1:2]:
            parts = [*walk.all(name, "StructPersonName"), *walk.all(name, "UnstructPersonName")]
            cells["Other names"] = walk.joined(parts, " ")
        cells["Date of birth"] = self._one(element, "BirthDate")
        cells["Date of death"] = self._one(element, "DeathDate")
        cells["Sex"] = self._one(element, "Sex")
        addresses = walk.all(element, "Address_u")
        for address in addresses[:1]:
            cells["Address"] = walk.joined(walk.all(address, "UnstructAddress", "UnstructAddressLine"))
            cells["Postcode"] = self._one(address, "PostCode")
        for address in addresses[1:2]:
            cells["Other address"] = walk.joined([e for e in address.iterdescendants() if not len(e)])
        cells["Telephone"] = self._one(element, "Telecom", "TelecomNumber")
        self.number = self.number or cells.get("NHS number")
        self._row("patients", cells, element)

    def _peeked(self, element: Any, name: str) -> str | None:
        found = self.walk.first(element, name)
        return collapsed(found.text) if found is not None else None

    def _message(self, element: Any) -> None:
        cells: Cells = {
            "NHS number": self.number,
            "Message ID": self._one(element, "MsgId"),
            "Message status": self.walk.attr(element, "MsgStatus"),
            "Creation date": self._one(element, "MsgIssueDate"),
            "Sending organisation": self._one(element, "MsgSender"),
            "Receiving organisation": self._one(element, "MsgRecipient"),
        }
        self._row("messages", cells, element)

    def _party(self, element: Any) -> None:
        walk = self.walk
        cells: Cells = {
            "Organisation code": self._one(element, "OrgCode"),
            "Organisation": self._one(element, "OrgName"),
        }
        people = [
            e for e in element if local(e) in ("HcpName", "PersonName", "PersonName_s", "HcpCode", "HcpId")
        ]
        if people:
            who: Cells = dict(cells)
            who["Staff code"] = self._one(element, "HcpCode") or self._one(element, "HcpId", "IdValue")
            for person in people:
                for title, tag in (("Title", "Title"), ("Surname", "FamilyName"), ("Forenames", "GivenName")):
                    parts = [e for e in person.iterdescendants() if local(e) == tag]
                    who[title] = who.get(title) or walk.joined(parts, " ")
                if not len(person) and local(person) not in ("HcpCode", "HcpId"):
                    who["Staff full name"] = collapsed(walk.text(person))
            self._row("staff", who, element)
        cells["Department code"] = self._one(element, "DepartmentCode")
        cells["Department"] = self._one(element, "DepartmentName")
        self._row("organisations", cells, element)

    def _report(self, element: Any) -> int:
        walk = self.walk
        common: Cells = {
            "NHS number": self.number,
            "Letter ID": self._one(element, "ReportID"),
            "Letter type code": self._one(element, "ReportCode"),
            "Letter type": self._one(element, "ReportType"),
            "Event date": self._one(element, "EventDate"),
            "Creation date": self._one(element, "DocCreationDate"),
            "Report contributor": self._one(element, "ReportContributor"),
        }
        pictures = 0
        items = [e for e in element.iterdescendants() if local(e) == "TextItem"]
        for item in items:
            cells = dict(common)
            cells["Media type"] = self._one(item, "TextMarkupIndicator")
            cells["Heading"] = self._one(item, "TextHeading")
            blocks = walk.all(item, "TextBlock")
            texts = [
                text for block in blocks if (text := self._block(block, cells["Media type"])) is not None
            ]
            pictures += sum(len(_PICTURE.findall(text)) for text in texts)
            cells["Letter text"] = "\n".join(texts) or None
            self._row("letters", cells, item)
        if not items:
            self._row("letters", common, element)
        return pictures

    def _block(self, block: Any, media: str | None) -> str | None:
        if media is not None and re.search(r"base64|pdf|image|tiff|rtf|msword", media, re.IGNORECASE):
            self.walk.hide(block, media)
        return self.walk.text(block)
