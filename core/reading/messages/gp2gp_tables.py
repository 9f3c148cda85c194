"""A GP2GP record -> rows of tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from core.reading.messages.gp2gp_around import Around, Noticed
from core.reading.messages.gp2gp_columns import COLUMNS, RECORDS
from core.reading.messages.hl7v3 import Walk, base_name, code_system, local, pour
from core.reading.messages.hl7v3_parts import (
    MOST_CODES,
    Cells,
    coded,
    dates,
    entry_id,
    notes,
    reached,
)
from core.reading.messages.records import RecordTables

_ALLERGY = re.compile(r"allerg|adverse (?:drug )?reaction|hypersensitiv|intoleran", re.IGNORECASE)
_VACCINE = re.compile(r"vaccin|immuni[sz]ation|booster|\bBCG\b", re.IGNORECASE)
_PRIVATE = frozenset({"1", "yes", "true", "y"})


def new_tables() -> RecordTables:
    """The tables of GP2GP messages, still empty."""
    return RecordTables(COLUMNS)


class Gp2gp(Around):
    """Takes one message apart into `rows`."""

    def __init__(self, walk: Walk, rows: RecordTables, noticed: Noticed) -> None:
        super().__init__(walk, rows, noticed)
        self._entries: dict[str, Any] = {}
        self._handlers: dict[str, Callable[[Any], None]] = {
            "ehrComposition": self._consultation,
            "CompoundStatement": self._heading,
            "ObservationStatement": self._observation,
            "LinkSet": self._problem,
            "MedicationStatement": self._medicine,
            "NarrativeStatement": self._note,
            "PlanStatement": self._plan,
            "RequestStatement": self._referral,
            "RegistrationStatement": self._registration,
            "recordTarget": self._patient,
            "Agent": self._agent,
            "attachment": self._attachment,
            "MessageHeader": self._ebxml,
            "Reference": self._manifest,
            "pertinentPayloadBody": self._fragment,
        }

    def read(self) -> None:
        """All rows of the message, then what is left of it."""
        walk = self.walk
        self.noticed.root = self.noticed.root or local(walk.root)
        for element in walk.elements:
            name = local(element)
            if name == "Agent":
                self._know_agent(element)
            elif name.endswith("Statement"):
                if number := walk.peek(walk.first(element, "id"), "root"):
                    self._entries.setdefault(number, element)
            elif name == "EhrExtract":
                self._know_patient(element)
            elif name == "" and isinstance(getattr(element, "text", None), str):
                self.noticed.comments += 1
            if isinstance(element.tag, str) and (system := element.get("codeSystem")):
                self.noticed.systems[system] += 1
            if name == "confidentialityCode" and element.get("code") not in (None, "N"):
                self.noticed.confidential += 1
        for element in walk.elements:
            name = local(element)
            if name in self._handlers:
                self._handlers[name](element)
            elif name.startswith(("RCMR_IN", "COPC_IN")):
                self._message(element)
        pour(walk, self.rows, RECORDS, self._number)

    def _number(self, element: Any) -> str | None:
        cells = self.whose(element)
        return cells.get("NHS number") or cells.get("Patient number")

    # -- rows

    def _entry(self, element: Any) -> Cells:
        walk = self.walk
        around = walk.above(element, "ehrComposition")
        group = walk.above(element, "CompoundStatement")
        return {
            **self.whose(element),
            "Consultation ID": entry_id(walk, around) if around is not None else None,
            "Group ID": entry_id(walk, group) if group is not None else None,
            "Entry ID": entry_id(walk, element),
        }

    def _statement(self, element: Any, *, codes: bool = True) -> Cells:
        walk = self.walk
        cells = self._entry(element)
        dates(walk, element, cells)
        if codes:
            code = walk.first(element, "code")
            coded(walk, code, cells)
            self._qualifiers(code, cells, element)
        annotations = walk.all(element, "pertinentInformation", "pertinentAnnotation", "text")
        notes(walk, [*walk.all(element, "text"), *annotations], cells)
        self._who(element, cells)
        return cells

    def _who(self, element: Any, cells: Cells) -> None:
        walk = self.walk
        people = walk.all(element, "Participant", "agentRef", "id")
        people += walk.all(element, "Participant2", "agentRef", "id")
        names = [name for person in people if (name := self._agents.get(walk.peek(person, "root") or ""))]
        for title, name in zip(("Clinician", "Second clinician"), dict.fromkeys(names), strict=False):
            cells[title] = name
        cells["Entry status"] = walk.attr(walk.first(element, "statusCode"), "code")
        confidential = walk.first(element, "confidentialityCode")
        cells["Confidentiality"] = walk.attr(confidential, "code")
        cells["Confidentiality term"] = walk.attr(confidential, "displayName")

    def _qualifiers(self, code: Any, entry: Cells, element: Any) -> None:
        walk = self.walk
        for qualifier in walk.all(code, "qualifier"):
            name, value = walk.first(qualifier, "name"), walk.first(qualifier, "value")
            if walk.peek(name, "code") == "private" and _is_true(
                walk.peek(value, "code"), walk.peek(value, "displayName")
            ):
                self.noticed.confidential += 1
            cells: Cells = {
                **self.whose(element),
                "Entry ID": entry_id(walk, element),
                "Code": entry.get("Code"),
                "Term": entry.get("Term") or entry.get("Medicine"),
                "Qualifier code": walk.attr(name, "code"),
                "Qualifier": walk.attr(name, "displayName"),
                "Qualifier value code": walk.attr(value, "code"),
                "Qualifier value": walk.attr(value, "displayName"),
                "Qualifier note": walk.text(walk.first(name, "originalText"))
                or walk.text(walk.first(value, "originalText")),
            }
            self._row("qualifiers", cells, qualifier)

    def _consultation(self, element: Any) -> None:
        walk = self.walk
        cells = self._statement(element)
        del cells["Group ID"], cells["Entry ID"]
        cells["Consultation ID"] = entry_id(walk, element)
        author = walk.first(element, "author")
        cells["Entered date"] = walk.attr(walk.first(author, "time"), "value")
        cells["Recorded by"] = self._agents.get(walk.peek(walk.first(author, "agentRef", "id"), "root") or "")
        place = walk.first(element, "location", "locatedEntity", "locatedPlace")
        where: Cells = {}
        reached(walk, walk.all(place, "addr")[:1], walk.all(place, "telecom")[:1], where)
        cells["Organisation"] = walk.text(walk.first(place, "name"))
        cells["Organisation address"] = where.get("Address")
        cells["Organisation postcode"] = where.get("Postcode")
        cells["Organisation telephone"] = where.get("Telephone") or where.get("E-mail")
        self._row("consultations", cells, element)

    def _heading(self, element: Any) -> None:
        self._row("headings", self._statement(element), element)

    def _observation(self, element: Any) -> None:
        walk = self.walk
        cells = self._statement(element)
        value = walk.first(element, "value")
        cells["Value"] = walk.attr(value, "value")
        cells["Unit"] = walk.attr(value, "unit")
        other = walk.first(value, "translation")
        walk.crowded += sum(walk.peek(e, "code") is not None for e in walk.all(value, "translation")) > 1
        if walk.peek(other, "code") is None:
            if walk.peek(other, "value") == cells["Value"]:
                walk.attr(other, "value")
            cells["Original unit"] = walk.text(walk.first(other, "originalText"))
        if value is not None and not len(value):
            cells["Result text"] = walk.text(value)
        cells["Coded value"] = walk.attr(value, "code")
        cells["Coded value system"] = code_system(walk.peek(value, "codeSystem"))
        cells["Coded value term"] = walk.attr(value, "displayName")
        cells["Coded value 2"] = walk.attr(other, "code")
        cells["Coded value system 2"] = code_system(walk.peek(other, "codeSystem"))
        cells["Coded value term 2"] = walk.attr(other, "displayName")
        self._range(walk.first(element, "referenceRange", "referenceInterpretationRange"), cells)
        judged = walk.first(element, "interpretationCode")
        cells["Interpretation code"] = walk.attr(judged, "code")
        cells["Interpretation"] = walk.attr(judged, "displayName")
        cells["Interpretation note"] = walk.text(walk.first(judged, "originalText"))
        cells["Uncertainty"] = walk.attr(walk.first(element, "uncertaintyCode"), "displayName")
        relative = walk.first(element, "subject", "personalRelationship", "code")
        cells["Relationship code"] = walk.attr(relative, "code")
        cells["Relationship"] = walk.attr(relative, "displayName")
        specimen = walk.first(element, "specimen", "specimenRole")
        cells["Specimen number"] = walk.attr(walk.first(specimen, "id"), "extension")
        cells["Specimen"] = walk.text(walk.first(specimen, "specimenSpecimenMaterial", "desc"))
        self._row(_observed(cells, walk.above(element, "CompoundStatement"), walk), cells, element)

    def _range(self, found: Any, cells: Cells) -> None:
        walk = self.walk
        low, high = walk.first(found, "value", "low"), walk.first(found, "value", "high")
        cells["Range low"] = walk.attr(low, "value")
        cells["Range high"] = walk.attr(high, "value")
        units = [unit for bound in (low, high) if (unit := walk.peek(bound, "unit"))]
        if len(set(units)) == 1:
            cells["Range unit"] = walk.attr(low, "unit") or units[0]
            walk.attr(high, "unit")
        cells["Range note"] = walk.text(walk.first(found, "text"))

    def _problem(self, element: Any) -> None:
        """A problem's code is that of the entry it names; its own code only says how it stands."""
        walk = self.walk
        cells = self._statement(element, codes=False)
        code = walk.first(element, "code")
        cells["Problem status code"] = walk.attr(code, "code")
        cells["Problem status"] = walk.attr(code, "displayName")
        refers = walk.first(element, "conditionNamed", "namedStatementRef", "id")
        entry = self._entries.get(walk.peek(refers, "root") or "")
        if entry is not None:
            coded(walk, walk.first(entry, "code"), cells)
        self._row("problems", cells, element)

    def _medicine(self, element: Any) -> None:
        walk = self.walk
        cells = self._statement(element, codes=False)
        material = walk.first(element, "consumable", "manufacturedProduct", "manufacturedMaterial")
        code = walk.first(material, "code")
        coded(walk, code, cells, "Medicine")
        self._qualifiers(code, cells, element)
        pack = walk.first(material, "quantity")
        cells["Quantity"] = walk.attr(pack, "value")
        cells["Quantity unit"] = walk.text(walk.first(pack, "translation", "originalText"))
        _same(walk, pack, cells)
        doses = walk.all(element, "pertinentInformation", "pertinentMedicationDosage", "text")
        cells["Dosage"] = walk.text(doses[0]) if doses else None
        self._row("medicines", cells, element)
        for supply in walk.all(element, "component"):
            for kind in supply:
                if local(kind).startswith("ehrSupply"):
                    self._supply(kind, cells)

    def _supply(self, element: Any, medicine: Cells) -> None:
        walk = self.walk
        cells = self._entry(element)
        dates(walk, element, cells)
        cells["Medicine entry ID"] = medicine["Entry ID"]
        for name in ("Code", "Code system", "Medicine", "Original term"):
            cells[name] = medicine.get(name)
        for n in range(2, MOST_CODES + 1):
            for name in (f"Code {n}", f"Code system {n}", f"Medicine {n}"):
                cells[name] = medicine.get(name)
        cells["Entry type"] = local(element).removeprefix("ehrSupply")
        code = walk.first(element, "code")
        cells["Supply code"] = walk.attr(code, "code")
        cells["Supply term"] = walk.attr(code, "displayName")
        cells["Supply note"] = walk.text(walk.first(code, "originalText"))
        quantity = walk.first(element, "quantity")
        cells["Quantity"] = walk.attr(quantity, "value")
        cells["Quantity unit"] = walk.text(walk.first(quantity, "translation", "originalText"))
        _same(walk, quantity, cells)
        cells["Repeats"] = walk.attr(walk.first(element, "repeatNumber"), "value")
        notes(walk, walk.all(element, "pertinentInformation", "pertinentSupplyAnnotation", "text"), cells)
        self._who(element, cells)
        self._row("prescriptions", cells, element)

    def _note(self, element: Any) -> None:
        walk = self.walk
        cells = self._statement(element, codes=False)
        cells["Media type"] = walk.attr(walk.first(element, "text"), "mediaType")
        self._row("notes", cells, element)
        for document in walk.all(element, "reference", "referredToExternalDocument"):
            self._document(document, cells)

    def _document(self, element: Any, note: Cells) -> None:
        walk = self.walk
        wanted = ("Consultation ID", "Group ID", "Entry ID", "Event date", "Recorded date")
        cells: Cells = {**self.whose(element), **{name: note.get(name) for name in wanted}}
        coded(walk, walk.first(element, "code"), cells)
        text = walk.first(element, "text")
        cells["File name"] = walk.attr(walk.first(text, "reference"), "value")
        cells["Media type"] = walk.attr(text, "mediaType")
        if cells["File name"]:
            self.noticed.named_documents.append(base_name(cells["File name"]))
        self._row("documents", cells, element)

    def _plan(self, element: Any) -> None:
        self._row("plans", self._statement(element), element)

    def _referral(self, element: Any) -> None:
        walk = self.walk
        cells = self._statement(element)
        priority = walk.first(element, "priorityCode")
        cells["Priority code"] = walk.attr(priority, "code")
        cells["Priority"] = walk.attr(priority, "displayName")
        cells["Priority note"] = walk.text(walk.first(priority, "originalText"))
        receiver = walk.first(element, "responsibleParty", "agentRef", "id")
        cells["Receiving clinician"] = self._agents.get(walk.peek(receiver, "root") or "")
        self._row("referrals", cells, element)

    def _registration(self, element: Any) -> None:
        walk = self.walk
        cells = self._statement(element, codes=False)
        code = walk.first(element, "code")
        cells["Registration code"] = walk.attr(code, "code")
        cells["Registration type"] = walk.attr(code, "displayName")
        self._row("registrations", cells, element)


def _observed(cells: Cells, group: Any, walk: Walk) -> str:
    """The table of an observation: what is an allergy or an immunisation by its own codes and words, or by
    those of the group it stands in."""
    words = [cells.get("Term"), cells.get("Original term"), cells.get("Coded value term")]
    codes = [cells.get("Code"), *(cells.get(f"Code {n}") for n in range(2, MOST_CODES + 1))]
    words += [cells.get(f"Term {n}") for n in range(2, MOST_CODES + 1)]
    words.append(walk.peek(walk.first(group, "code"), "displayName"))
    said = " ".join(word for word in words if word)
    if _ALLERGY.search(said) or any(code and code.startswith("14L") for code in codes):
        return "allergies"
    if _VACCINE.search(said) or any(code and re.match(r"65[1-9A-Z]", code) for code in codes):
        return "immunisations"
    return "events"


def _same(walk: Walk, quantity: Any, cells: Cells) -> None:
    """A quantity's translation repeats its value; a unit of 1 is none."""
    other = walk.first(quantity, "translation")
    if walk.peek(other, "value") == cells["Quantity"]:
        walk.attr(other, "value")
    if walk.peek(quantity, "unit") == "1":
        walk.attr(quantity, "unit")


def _is_true(*values: str | None) -> bool:
    return any(value is not None and value.casefold() in _PRIVATE for value in values)
