"""The practice as a FHIR R4 Bundle in UK Core's manner: one document of all its patients.

Written from the profiles' published element lists (UK Core Patient, Condition, Observation,
MedicationStatement, Immunization); ids are numbers without meaning.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.demo.events import Event
from core.demo.people import Person
from core.demo.practice import Practice

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
_SYSTEMS = ("http://snomed.info/sct", "http://read.info/readv2", "http://read.info/ctv3")
_UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
_TYPES = {"medicine": "MedicationStatement", "value": "Observation", "vaccination": "Immunization"}

Json = dict[str, Any]


def fhir_bundle(practice: Practice) -> bytes:
    """The whole practice as one Bundle of type 'collection', in UTF-8."""
    entries = [
        {"fullUrl": f"urn:uuid:{r['resourceType']}-{r['id']}", "resource": r} for r in _resources(practice)
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode("utf-8")


def fhir_lines(practice: Practice) -> bytes:
    """The same resources as NDJSON, one a line, as FHIR bulk data is."""
    lines = (json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in _resources(practice))
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _resources(practice: Practice) -> Iterator[Json]:
    for person in practice.people:
        yield _patient(person)
    for event in practice.events:
        yield _recorded(event)


def _patient(person: Person) -> Json:
    found: Json = {
        "resourceType": "Patient",
        "id": str(person.number + 1),
        "meta": {"profile": [_UK_CORE + "Patient"]},
        "active": person.left is None and person.died is None,
        "name": [
            {
                "use": "official",
                "family": person.surname,
                "given": [n for n in (person.forename, person.middle) if n],
                "prefix": [person.title],
            }
        ],
        "gender": "female" if person.sex == "F" else "male",
        "birthDate": person.born.isoformat(),
        "address": [
            {
                "use": "home",
                "line": [part for part in (person.house, person.street) if part],
                "city": person.town,
                "district": person.county,
                "postalCode": person.postcode,
            }
        ],
        "generalPractitioner": [{"display": person.gp}],
    }
    if person.nhs_number:
        found["identifier"] = [{"system": NHS_NUMBER, "value": person.nhs_number}]
    telecom = [
        {"system": system, "value": value, "use": use}
        for system, value, use in (
            ("phone", person.home_phone, "home"),
            ("phone", person.mobile, "mobile"),
            ("email", person.email, "home"),
        )
        if value
    ]
    if telecom:
        found["telecom"] = telecom
    if person.died is not None:
        found["deceasedDateTime"] = person.died.isoformat()
    return found


def _recorded(event: Event) -> Json:
    concept = event.concept
    kind = _TYPES.get(concept.group if concept.group in _TYPES else concept.kind, "Condition")
    codes = zip(_SYSTEMS, (concept.snomed, concept.read, concept.ctv3), strict=True)
    coded = {
        "coding": [{"system": s, "code": code, "display": concept.term} for s, code in codes if code][:1],
        "text": concept.term,
    }
    whose = {"reference": f"Patient/{event.person + 1}"}
    found: Json = {"resourceType": kind, "id": str(event.number + 1)}
    day = event.day.isoformat()
    by = {"display": event.clinician}
    if kind == "MedicationStatement":
        found |= {"status": "active", "medicationCodeableConcept": coded, "subject": whose}
        found |= {"effectiveDateTime": day, "dosage": [{"text": concept.dose}]}
    elif kind == "Observation":
        found |= {"status": "final", "code": coded, "subject": whose, "effectiveDateTime": day}
        if event.value:
            found["valueQuantity"] = {"value": _number(event.value), "unit": concept.unit}
    elif kind == "Immunization":
        found |= {"status": "completed", "vaccineCode": coded, "patient": whose, "occurrenceDateTime": day}
    else:
        found |= {"code": coded, "subject": whose, "onsetDateTime": day, "recordedDate": day}
    if event.clinician:
        if kind == "Observation":
            found["performer"] = [by]
        elif kind == "Immunization":
            found["performer"] = [{"actor": by}]
        elif kind == "Condition":
            found["recorder"] = by
        else:
            found["informationSource"] = by
    if event.note:
        found["note"] = [{"text": event.note}]
    return found


def _number(text: str) -> float | int | str:
    try:
        return int(text)
    except ValueError:
        return float(text) if text.replace(".", "", 1).isdigit() else text
