"""A GP2GP message around its clinical entries: patient, staff, organisations, envelope, attachments."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from core.reading.messages.hl7v3 import Walk, local
from core.reading.messages.hl7v3_parts import Cells, full_name, named, nhs_number, person, reached
from core.reading.messages.records import RecordTables


@dataclass
class Noticed:
    """What a reader tells of a message besides its rows."""

    confidential: int = 0
    named_documents: list[str] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    comments: int = 0
    root: str = ""
    software: str = ""
    systems: Counter[str] = field(default_factory=Counter)


class Around:
    """What `Gp2gp` shares with the rows that are no clinical entry."""

    def __init__(self, walk: Walk, rows: RecordTables, noticed: Noticed) -> None:
        self.walk = walk
        self.rows = rows
        self.noticed = noticed
        self._agents: dict[str, str] = {}
        self._patients: dict[Any, Cells] = {}

    def whose(self, element: Any) -> Cells:
        """The numbers of the patient that an element is about."""
        if len(self._patients) == 1:
            return dict(next(iter(self._patients.values())))
        around = element if local(element) == "EhrExtract" else self.walk.above(element, "EhrExtract")
        return dict(self._patients.get(around, {}))

    def _know_patient(self, element: Any) -> None:
        walk = self.walk
        target = walk.first(element, "recordTarget")
        number = nhs_number(walk, target, take=False)
        cells: Cells = {"NHS number": number}
        if number is None and target is not None:
            others = [walk.peek(e, "extension") for e in walk.under(target, "id")]
            cells["Patient number"] = next(filter(None, others), None)
        self._patients[element] = cells

    def _row(self, table: str, cells: Cells, element: Any) -> None:
        self.rows.row(table, cells, self.walk.place(element), self.walk.line(element))

    def _patient(self, element: Any) -> None:
        walk = self.walk
        cells: Cells = {"NHS number": nhs_number(walk, element)}
        for number in walk.under(element, "id"):
            if walk.peek(number, "extension") not in (None, cells["NHS number"]):
                cells["Patient number"] = walk.attr(number, "extension")
                break
        person(walk, element, cells)
        self._row("patients", cells, element)

    def _know_agent(self, element: Any) -> None:
        walk = self.walk
        person = walk.first(element, "agentPerson")
        organisation = walk.first(element, "agentOrganization")
        name = full_name(walk, walk.first(person, "name")) or full_name(
            walk, walk.first(organisation, "name")
        )
        for number in walk.all(element, "id"):
            if name and (root := walk.peek(number, "root")):
                self._agents[root] = name

    def _agent(self, element: Any) -> None:
        walk = self.walk
        employer = walk.first(element, "representedOrganization")
        if walk.first(element, "agentPerson") is not None:
            cells: Cells = {"Staff ID": walk.peek(walk.first(element, "id"), "root")}
            codes = [number for number in walk.all(element, "id") if walk.peek(number, "extension")]
            cells["Staff code"] = walk.attr(codes[0], "extension") if codes else None
            who = walk.first(element, "agentPerson")
            role = walk.first(element, "code")
            cells["Role code"], cells["Role"] = walk.attr(role, "code"), walk.attr(role, "displayName")
            named(walk, walk.all(who, "name"), cells)
            cells["Staff full name"] = cells.pop("Full name", None)
            cells["Sex"] = walk.attr(walk.first(who, "administrativeGenderCode"), "code")
            telecoms = [*walk.all(element, "telecom"), *walk.all(who, "telecom")]
            reached(walk, [*walk.all(element, "addr"), *walk.all(who, "addr")], telecoms, cells)
            cells["Organisation"] = walk.text(walk.first(employer, "name"))
            cells["Organisation code"] = walk.attr(walk.first(employer, "id"), "extension")
            self._row("staff", cells, element)
        for organisation in (walk.first(element, "agentOrganization"), employer):
            if organisation is not None:
                self._organisation(organisation)

    def _organisation(self, element: Any) -> None:
        walk = self.walk
        kind = walk.first(element, "code")
        cells: Cells = {
            "Organisation code": walk.attr(walk.first(element, "id"), "extension"),
            "Organisation": walk.text(walk.first(element, "name")),
            "Organisation type code": walk.attr(kind, "code"),
            "Organisation type": walk.attr(kind, "displayName"),
            "Organisation description": walk.text(walk.first(element, "desc")),
        }
        reached(walk, walk.all(element, "addr"), walk.all(element, "telecom"), cells)
        self._row("organisations", cells, element)

    def _message(self, element: Any) -> None:
        walk = self.walk
        extracts = walk.under(element, "EhrExtract")
        extract = extracts[0] if extracts else None
        of = ("AgentOrgSDS", "agentOrganizationSDS", "id")
        software = walk.under(element, "softwareName")
        cells: Cells = {
            **(self.whose(extract) if extract is not None else {}),
            "Message ID": walk.peek(walk.first(element, "id"), "root"),
            "Message type": walk.attr(walk.first(element, "interactionId"), "extension"),
            "Creation date": walk.attr(walk.first(element, "creationTime"), "value"),
            "Sending system": walk.attr(
                walk.first(element, "communicationFunctionSnd", "device", "id"), "extension"
            ),
            "Receiving system": walk.attr(
                walk.first(element, "communicationFunctionRcv", "device", "id"), "extension"
            ),
            "Sending organisation": walk.attr(walk.first(extract, "author", *of), "extension"),
            "Receiving organisation": walk.attr(walk.first(extract, "destination", *of), "extension"),
            "Software": walk.text(software[0]) if software else None,
        }
        self.noticed.software = cells["Software"] or self.noticed.software
        self._row("messages", cells, element)

    def _ebxml(self, element: Any) -> None:
        walk = self.walk
        data = walk.first(element, "MessageData")
        cells: Cells = {
            "Sending system": walk.text(walk.first(element, "From", "PartyId")),
            "Receiving system": walk.text(walk.first(element, "To", "PartyId")),
            "Conversation ID": walk.text(walk.first(element, "ConversationId")),
            "Message type": walk.text(walk.first(element, "Action")),
            "Message ID": walk.text(walk.first(data, "MessageId")),
            "Creation date": walk.text(walk.first(data, "Timestamp")),
        }
        self._row("messages", cells, element)

    def _manifest(self, element: Any) -> None:
        walk = self.walk
        described = walk.text(walk.first(element, "Description"))
        if described is None:
            return
        cells: Cells = {"Document ID": walk.attr(element, "href"), "File name": described}
        self._row("attachments", cells, element)

    def _fragment(self, element: Any) -> None:
        walk = self.walk
        name = walk.attr(walk.first(element, "value", "reference"), "value")
        if name is not None:
            self._row("attachments", {"File name": name}, element)

    def _attachment(self, element: Any) -> None:
        walk = self.walk
        name = walk.attr(element, "filename")
        if name:
            self.noticed.attached.append(name)
        text = "".join((element.text or "").split())
        cells: Cells = {
            **self.whose(element),
            "Document ID": walk.attr(element, "id"),
            "File name": name,
            "Media type": walk.attr(element, "mime"),
            "Bytes": str(len(text) * 3 // 4 - text[-2:].count("=")) if text else None,
        }
        self._row("attachments", cells, element)
