"""Summaries and letters of HL7 version 3 -> rows: the patient, their text, coded entries, who wrote them.

Made for Summary Care Record responses and CDA letters; it takes any other message of the standard too."""

from __future__ import annotations

from typing import Any

from core.reading.messages.hl7v3 import Walk, code_system, collapsed, local, pour
from core.reading.messages.hl7v3_parts import (
    NAME,
    NOTES,
    PERSON,
    REACHED,
    Cells,
    Columns,
    coded,
    coded_columns,
    dates,
    entry_id,
    named,
    nhs_number,
    notes,
    person,
    reached,
)
from core.reading.messages.records import RecordTables

_NHS: Columns = (("NHS number", "recordTarget//id/@extension"),)
COLUMNS: dict[str, Columns] = {
    "patients": (*_NHS, ("Patient number", "recordTarget//id/@extension"), *PERSON),
    "letter text": (
        *_NHS,
        ("Letter ID", "id"),
        ("Heading", "h2, title"),
        ("Heading 2", "th"),
        ("Letter text", "td, p, text"),
    ),
    "events": (
        *_NHS,
        ("Entry ID", "id"),
        ("Entry type", ""),
        ("Event date", "effectiveTime"),
        ("Event end date", "effectiveTime/high/@value"),
        ("Recorded date", "author/time/@value"),
        *coded_columns(),
        ("Value", "value/@value"),
        ("Unit", "value/@unit"),
        ("Coded value", "value/@code"),
        ("Coded value system", "value/@codeSystem"),
        ("Coded value term", "value/@displayName"),
        ("Result text", "value"),
        *NOTES,
        ("Clinician", "author//name"),
        ("Entry status", "statusCode/@code"),
        ("Confidentiality", "confidentialityCode/@code"),
    ),
    "contacts": (
        *_NHS,
        ("Contact name", "name"),
        ("Relationship code", "code/@code"),
        ("Relationship", "code/@displayName"),
        ("Contact address", "addr"),
        ("Contact postcode", "addr/postalCode"),
        ("Contact telephone", "telecom/@value"),
    ),
    "staff": (
        ("Staff code", "id/@extension"),
        ("Staff code 2", "id/@extension"),
        ("Role code", "code/@code"),
        ("Role", "code/@displayName"),
        *(("Staff full name" if name == "Full name" else name, path) for name, path in NAME),
        *REACHED,
        ("Organisation code", "representedOrganization/id/@extension"),
        ("Organisation", "representedOrganization/name"),
    ),
    "organisations": (
        ("Organisation code", "id/@extension"),
        ("Organisation", "name"),
        ("Organisation type code", "code/@code"),
        ("Organisation type", "code/@displayName"),
        *REACHED,
    ),
    "messages": (
        *_NHS,
        ("Message ID", "id"),
        ("Message type", "interactionId/@extension"),
        ("Creation date", "creationTime/@value, effectiveTime/@value"),
        ("Letter type code", "code/@code"),
        ("Letter type", "code/@displayName, title"),
        ("Sending system", "communicationFunctionSnd/device/id/@extension"),
        ("Receiving system", "communicationFunctionRcv/device/id/@extension"),
    ),
}
_PERSONS = frozenset(
    {
        "agentPerson", "agentPersonSDS", "representedPersonSDS", "assignedPerson", "informationRecipient",
        "associatedPerson", "playingNonAgentPerson", "guardianPerson", "relatedPerson",
    }
)  # fmt: skip
_CONTACTS = frozenset({"playingNonAgentPerson", "guardianPerson", "relatedPerson"})
_ORGANISATIONS = frozenset(
    {
        "representedOrganization", "representedOrganizationSDS", "agentOrganization", "agentOrganizationSDS",
        "providerOrganization", "representedCustodianOrganization", "receivedOrganization",
        "wholeOrganization", "scopingOrganization",
    }
)  # fmt: skip
_DOCUMENTS = frozenset({"GPSummary", "ClinicalDocument"})
_NO_ENTRIES = _ORGANISATIONS | _DOCUMENTS | {"event", "presentationText", "section", "agentDevice", "device"}
_TEXTS = frozenset(
    {"p", "td", "li", "caption", "pre", "div", "dt", "dd", "paragraph", "item", "content", "th"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
RECORDS = frozenset(
    {
        "Header",
        "GPSummary",
        "ClinicalDocument",
        "ControlActEvent",
        "recordTarget",
        "section",
        "html",
        "queryAck",
    }
)


class Document:
    """Takes one message apart into `rows`."""

    def __init__(self, walk: Walk, rows: RecordTables) -> None:
        self.walk = walk
        self.rows = rows
        self._number: str | None = None
        self._known: set[str | None] = set()
        self._heads: dict[Any, list[str | None]] = {}
        self.confidential = 0

    def read(self) -> None:
        """All rows of the message, then what is left of it."""
        walk = self.walk
        targets = [e for e in walk.elements if local(e) == "recordTarget"]
        numbers = [n for target in targets if (n := nhs_number(walk, target, take=False))]
        self._number = numbers[0] if numbers else None
        for element in walk.elements:
            name = local(element)
            last = name.rpartition(".")[2]
            if name == "confidentialityCode" and element.get("code") not in (None, "N"):
                self.confidential += 1
            if name == "recordTarget":
                self._patient(element)
            elif name in _PERSONS:
                self._person(element)
            elif name in _ORGANISATIONS:
                self._organisation(element)
            elif name in _DOCUMENTS or walk.first(element, "interactionId") is not None:
                self._message(element)
            elif name == "html" or (name == "text" and local(element.getparent()) == "section"):
                self._texts(element)
            elif last not in _NO_ENTRIES and "Agent" not in last:
                self._entry(element, last)
        pour(walk, self.rows, RECORDS, lambda _: self._number)

    def _row(self, table: str, cells: Cells, element: Any) -> None:
        if any(value is not None for name, value in cells.items() if name != "NHS number"):
            self.rows.row(table, cells, self.walk.place(element), self.walk.line(element))

    def _patient(self, element: Any) -> None:
        walk = self.walk
        number = nhs_number(walk, element)
        cells: Cells = {"NHS number": number}
        for other in walk.under(element, "id"):
            if walk.peek(other, "extension") not in (None, number):
                cells["Patient number"] = walk.attr(other, "extension")
                break
        person(walk, element, cells)
        if number not in self._known or any(v for name, v in cells.items() if name != "NHS number"):
            self._known.add(number)
            self.rows.row("patients", cells, walk.place(element), walk.line(element))

    def _message(self, element: Any) -> None:
        walk = self.walk
        kind = walk.first(element, "code")
        cells: Cells = {
            "NHS number": self._number,
            "Message ID": entry_id(walk, element),
            "Message type": walk.attr(walk.first(element, "interactionId"), "extension"),
            "Creation date": walk.attr(walk.first(element, "creationTime"), "value")
            or walk.attr(walk.first(element, "effectiveTime"), "value"),
            "Letter type code": walk.attr(kind, "code"),
            "Letter type": walk.attr(kind, "displayName") or walk.text(walk.first(element, "title")),
        }
        for title, way in (("Sending system", "Snd"), ("Receiving system", "Rcv")):
            device = walk.first(element, f"communicationFunction{way}", "device", "id")
            cells[title] = walk.attr(device, "extension")
        self._row("messages", cells, element)

    def _person(self, element: Any) -> None:
        """A person and the role around them; a relative or neighbour is a contact, anybody else staff."""
        walk = self.walk
        role = element.getparent()
        names = walk.all(element, "name")
        kind = walk.first(role, "code")
        if not names and walk.first(element, "id") is None:
            return
        addresses = [*walk.all(role, "addr"), *walk.all(element, "addr")]
        telecoms = [*walk.all(role, "telecom"), *walk.all(element, "telecom")]
        found: Cells = {}
        reached(walk, addresses[:2], telecoms, found)
        if local(element) in _CONTACTS or role.get("classCode") in (
            "NOK",
            "ECON",
            "CON",
            "PRS",
            "GUARD",
            "AGNT-REL",
        ):
            contact: Cells = {
                "NHS number": self._number,
                "Contact name": walk.joined(names, " ") if names else None,
                "Relationship code": walk.attr(kind, "code"),
                "Relationship": walk.attr(kind, "displayName"),
                "Contact address": found.get("Address"),
                "Contact postcode": found.get("Postcode"),
                "Contact telephone": found.get("Telephone") or found.get("E-mail"),
            }
            if contact["Contact name"] is not None:
                contact["Contact name"] = collapsed(contact["Contact name"])
            self._row("contacts", contact, element)
            return
        cells: Cells = dict(found)
        named(walk, names, cells)
        cells["Staff full name"] = cells.pop("Full name", None)
        codes = [e for e in (*walk.all(role, "id"), *walk.all(element, "id")) if walk.peek(e, "extension")]
        for title, code in zip(("Staff code", "Staff code 2"), codes, strict=False):
            cells[title] = walk.attr(code, "extension")
        cells["Role code"] = walk.attr(kind, "code")
        cells["Role"] = walk.attr(kind, "displayName")
        self._row("staff", cells, element)

    def _organisation(self, element: Any) -> None:
        walk = self.walk
        kind = walk.first(element, "code")
        cells: Cells = {
            "Organisation code": walk.attr(walk.first(element, "id"), "extension"),
            "Organisation": walk.text(walk.first(element, "name")),
            "Organisation type code": walk.attr(kind, "code"),
            "Organisation type": walk.attr(kind, "displayName"),
        }
        reached(walk, walk.all(element, "addr"), walk.all(element, "telecom"), cells)
        self._row("organisations", cells, element)

    def _texts(self, element: Any) -> None:
        """The text for people: one row a paragraph or cell, under its heading."""
        walk = self.walk
        section = element.getparent() if local(element) == "text" else None
        heading = walk.text(walk.first(section, "title")) if section is not None else None
        common: Cells = {"NHS number": self._number}
        found = False
        for inner in element.iterdescendants():
            name = local(inner)
            if name in _HEADINGS:
                heading = walk.text(inner)
                self._row("letter text", {**common, "Heading": heading}, inner)
                found = True
            elif name in _TEXTS and not any(local(e) in _TEXTS | _HEADINGS for e in inner.iterdescendants()):
                above = self._column(inner) if name == "td" else None
                text = walk.text(inner)
                if text is not None:
                    cells = {**common, "Heading": heading, "Heading 2": above, "Letter text": text}
                    self._row("letter text", cells, inner)
                    found = True
        if not found:
            text = walk.text(element)
            self._row("letter text", {**common, "Heading": heading, "Letter text": text}, element)
        elif section is not None and heading is not None:
            self._row("letter text", {**common, "Heading": heading}, section)

    def _column(self, cell: Any) -> str | None:
        """The heading over a cell of a table."""
        walk = self.walk
        row = cell.getparent()
        table = walk.above(cell, "table")
        if table not in self._heads:
            found = walk.under(table, "th") if table is not None else []
            self._heads[table] = [collapsed("".join(head.itertext())) for head in found]
        heads = self._heads[table]
        cells = [e for e in row if local(e) in ("td", "th")]
        at = cells.index(cell)
        return heads[at] if at < len(heads) else None

    def _entry(self, element: Any, name: str) -> None:
        walk = self.walk
        code = walk.first(element, "code")
        if code is None or (walk.peek(code, "code") is None and walk.first(code, "originalText") is None):
            return
        if all(walk.first(element, part) is None for part in ("id", "statusCode", "effectiveTime")):
            return
        cells: Cells = {
            "NHS number": self._number,
            "Entry ID": entry_id(walk, element),
            "Entry type": name,
        }
        coded(walk, code, cells)
        dates(walk, element, cells)
        author = walk.first(element, "author")
        cells["Recorded date"] = cells["Recorded date"] or walk.attr(walk.first(author, "time"), "value")
        names = walk.under(author, "name") if author is not None else []
        people = [e for e in names if local(e.getparent()) in _PERSONS]
        cells["Clinician"] = collapsed(" ".join(people[0].itertext())) if people else None
        value = walk.first(element, "value")
        cells["Value"], cells["Unit"] = walk.attr(value, "value"), walk.attr(value, "unit")
        cells["Coded value"] = walk.attr(value, "code")
        cells["Coded value system"] = code_system(walk.peek(value, "codeSystem"))
        cells["Coded value term"] = walk.attr(value, "displayName")
        if value is not None and not len(value):
            cells["Result text"] = walk.text(value)
        told = walk.all(element, "pertinentInformation", "pertinentSupportingInfo", "value")
        notes(walk, [*walk.all(element, "text"), *told], cells)
        cells["Entry status"] = walk.attr(walk.first(element, "statusCode"), "code")
        cells["Confidentiality"] = walk.attr(walk.first(element, "confidentialityCode"), "code")
        self._row("events", cells, element)
