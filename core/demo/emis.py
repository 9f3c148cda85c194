"""The practice as EMIS Web shows it: a population report with its leading lines, and the bulk extract.

Report: lines before the field names ('Last Run' with 'Relative Date' later in the row), field names that
repeat, a comma after the last cell, dd-MMM-yyyy, NHS numbers 3-3-4. Bulk extract (IM1 v8.2): every cell
quoted, GUIDs in braces, yyyy-MM-dd, postcodes without a space, codes only by CodeId through
Coding_ClinicalCode, false-precise and default dates, padded names. Field names: resources/demo/source.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache

from core.demo.events import Event
from core.demo.people import TODAY, Person
from core.demo.practice import Practice
from core.demo.shaped import RowTruth, Shaped, ShapedTable, table_of, truth_of
from core.demo.spreadsheets import dashed, spaced
from core.demo.words import Concept, load_codes, load_words
from core.model import Status
from core.survey.identifiers.numbers import verhoeff
from resources import ROOT

PROCESSING_ID = "4011"
_PATIENT_TYPES = {
    Status.REGISTERED: "Regular",
    Status.LEFT: "Left",
    Status.TEMPORARY: "Temporary",
    Status.DIED: "Deceased",
}


@cache
def headers() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Supplier -> table -> field names, as published."""
    data = tomllib.loads((ROOT / "demo" / "source" / "headers.toml").read_text(encoding="utf-8"))
    return {s: {name: tuple(text.split()) for name, text in tables.items()} for s, tables in data.items()}


def guid(what: str, number: int) -> str:
    """A GUID in braces, always the same one for the same thing."""
    h = hashlib.sha256(f"{what} {number}".encode()).hexdigest().upper()
    return f"{{{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:32]}}}"


@cache
def code_id(concept: Concept) -> str:
    """EMIS's own id of a term: a SNOMED CT description id in its namespace, with a right check digit."""
    stem = f"{concept.number + 2041}1000006" + "11"
    return next(stem + digit for digit in "0123456789" if verhoeff(stem + digit))


# --- population report

_FEATURES = ("Date", "Code Term", "Value", "Unit", "Associated Text", "User Details' Full Name")
_LIST_FIELDS = (
    "EMIS Number",
    "Usual GP's Full Name",
    "NHS Number",
    "Title",
    "Family Name",
    "Calling Name",
    "Date of Birth",
    "Gender",
    "House Name / Flat Number",
    "Number and Street",
    "Town",
    "Postcode",
    "Home Telephone",
    "Mobile Telephone",
    "E-mail Address",
)


def emis_report(practice: Practice) -> Shaped:
    """A list report: a row a patient and pair of features, so that the features' field names come twice."""
    header = (*_LIST_FIELDS, *_FEATURES, *_FEATURES, "")
    rows, truths = [], []
    events: dict[int, list[Event]] = {}
    for event in practice.events:
        events.setdefault(event.person, []).append(event)
    for person in practice.people:
        own = events.get(person.number, [])
        for i in range(0, len(own), 2):
            pair = own[i : i + 2]
            cells = [cell for event in pair for cell in _feature(event)]
            cells += [""] * (2 * len(_FEATURES) - len(cells))
            rows.append((*_list_cells(person), *cells, ""))
            truths.append(
                RowTruth(
                    person=practice.same_person[person.number],
                    categories=frozenset().union(*(e.concept.categories for e in pair)),
                    objection=next((e.concept.meaning for e in pair if e.concept.meaning), ""),
                    planted=tuple(p for e in pair for p in e.planted),
                )
            )
    words = load_words().practice
    leading = (
        ("Larkspur - recall review", *[""] * (len(header) - 1)),
        ("Parent Population", "Currently registered patients", *[""] * (len(header) - 2)),
        ("Population Count", str(len(practice.people)), *[""] * (len(header) - 2)),
        ("Organisation", words["name"], "CDB", words["cdb"], *[""] * (len(header) - 4)),
        ("Last Run", f"{dashed(TODAY)} 08:14", "", "Relative Date", dashed(TODAY), *[""] * (len(header) - 5)),
        ("",) * len(header),
    )
    table = ShapedTable("emis-report", header, rows, truths, leading)
    return Shaped("emis-report", practice, (table,), {"emis-report": "Recall review.csv"})


def _list_cells(p: Person) -> tuple[str, ...]:
    return (
        p.emis_number, p.gp, spaced(p.nhs_number), p.title, p.surname, p.forename, dashed(p.born),
        "Female" if p.sex == "F" else "Male", p.house, p.street, p.town, p.postcode, p.home_phone, p.mobile,
        p.email,
    )  # fmt: skip


def _feature(event: Event) -> tuple[str, ...]:
    unit = event.concept.unit if event.value else ""
    return dashed(event.day), event.concept.term, event.value, unit, event.note, event.clinician


# --- bulk extract


def emis_bulk(practice: Practice) -> Shaped:
    """Seven tables that join by GUID and CodeId."""
    records = {
        "Admin_Organisation": [_organisation()],
        "Admin_UserInRole": [_user(name, i) for i, name in enumerate(load_words().staff)],
        "Admin_Patient": [_patient(practice, p) for p in practice.people],
        "Coding_ClinicalCode": [_clinical_code(c) for c in load_codes().concepts if c.kind != "medicine"],
        "Coding_DrugCode": [_drug_code(c) for c in load_codes().concepts if c.kind == "medicine"],
        "CareRecord_Observation": [
            _observation(practice, e) for e in practice.events if e.concept.kind != "medicine"
        ],
        "Prescribing_DrugRecord": [
            _drug_record(practice, e) for e in practice.events if e.concept.kind == "medicine"
        ],
    }
    stamp = f"{TODAY:%Y%m%d}081400"
    run = guid("run", 0).strip("{}")
    return Shaped(
        "emis-bulk",
        practice,
        tuple(table_of(name, headers()["emis"][name], of) for name, of in records.items()),
        {name: f"{PROCESSING_ID}_{name}_{stamp}_{run}.csv" for name in records},
        quote_all=True,
    )


def _organisation() -> tuple[dict[str, str], RowTruth]:
    words = load_words().practice
    return {
        "OrganisationGuid": guid("organisation", 0),
        "CDB": words["cdb"],
        "OrganisationName": words["name"],
        "ODSCode": words["code"],
        "OrganisationType": "General Practice",
        "OpenDate": "1899-12-31",
        "ProcessingId": PROCESSING_ID,
    }, RowTruth()


def _user(name: str, number: int) -> tuple[dict[str, str], RowTruth]:
    surname, _, rest = name.partition(", ")
    given, _, title = rest.rstrip(")").partition(" (")
    return {
        "UserInRoleGuid": guid("user", number),
        "OrganisationGuid": guid("organisation", 0),
        "Title": title,
        "GivenName": given,
        "Surname": surname.title(),
        "JobCategoryName": {"Dr": "General Medical Practitioner", "Nurse": "Nurse"}.get(title, "Pharmacist"),
        "ContractStartDate": "2019-04-01",
        "ProcessingId": PROCESSING_ID,
    }, RowTruth()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _patient(practice: Practice, p: Person) -> tuple[dict[str, str], RowTruth]:
    return {
        "PatientGuid": guid("patient", p.number),
        "OrganisationGuid": guid("organisation", 0),
        "UsualGpUserInRoleGuid": guid("user", load_words().staff.index(p.gp)),
        "Sex": p.sex,
        "DateOfBirth": _iso(p.born),
        "DateOfDeath": _iso(p.died),
        "Title": p.title,
        "GivenName": f" {p.forename} " if p.number % 97 == 5 else p.forename,
        "MiddleNames": p.middle,
        "Surname": p.surname,
        "DateOfRegistration": _iso(p.registered),
        "NhsNumber": p.nhs_number,
        "PatientNumber": p.emis_number,
        "PatientTypeDescription": _PATIENT_TYPES[p.status],
        "DummyType": "false",
        "HouseNameFlatNumber": p.house,
        "NumberAndStreet": p.street,
        "Town": p.town,
        "County": p.county,
        "Postcode": p.postcode.replace(" ", ""),
        "NHSNumberStatus": "Number present and verified" if p.nhs_state == "valid" else "Number not present",
        "PersonGuid": guid("person", practice.same_person[p.number]),
        "DateofDeactivation": _iso(p.left),
        "Deleted": "false",
        "SpineSensitive": "true" if p.sensitive_on_spine else "false",
        "IsConfidential": "false",
        "EmailAddress": p.email,
        "HomePhone": p.home_phone,
        "MobilePhone": p.mobile,
        "ProcessingId": PROCESSING_ID,
    }, RowTruth(person=practice.same_person[p.number])


def _clinical_code(c: Concept) -> tuple[dict[str, str], RowTruth]:
    return {
        "CodeId": code_id(c),
        "Term": c.term,
        "ReadTermId": c.read,
        "SnomedCTConceptId": c.snomed,
        "EmisCodeCategoryDescription": c.kind.replace("_", " ").capitalize(),
        "ProcessingId": PROCESSING_ID,
    }, RowTruth()  # a dictionary: about nobody


def _drug_code(c: Concept) -> tuple[dict[str, str], RowTruth]:
    return {
        "CodeId": code_id(c),
        "Term": c.term,
        "DmdProductCodeId": c.snomed,
        "ProcessingId": PROCESSING_ID,
    }, RowTruth()  # a dictionary: about nobody


def _entry(e: Event) -> dict[str, str]:
    clinician = guid("user", load_words().staff.index(e.clinician))
    return {
        "PatientGuid": guid("patient", e.person),
        "OrganisationGuid": guid("organisation", 0),
        "EffectiveDate": _iso(e.day),
        "EffectiveDatePrecision": "YM" if e.number % 83 == 0 else "YMD",
        "EnteredDate": _iso(e.day),
        "EnteredTime": f"{8 + e.number % 10:02d}:{e.number * 7 % 60:02d}:00",
        "ClinicianUserInRoleGuid": clinician,
        "EnteredByUserInRoleGuid": clinician,
        "CodeId": code_id(e.concept),
        "Deleted": "false",
        "IsConfidential": "false",
        "ProcessingId": PROCESSING_ID,
    }


def _observation(practice: Practice, e: Event) -> tuple[dict[str, str], RowTruth]:
    number = e.value.replace(".", "", 1).isdigit()
    return {
        **_entry(e),
        "ObservationGuid": guid("observation", e.number),
        "AssociatedText": e.note if number or not e.value else e.value,
        "ConsultationGuid": guid("consultation", e.number // 3),
        "Value": f"{float(e.value):.3f}" if number and e.concept.unit else e.value if number else "",
        "NumericUnit": e.concept.unit,
        "ObservationType": "Value" if e.concept.kind == "value" else "Observation",
    }, truth_of(practice, e)


def _drug_record(practice: Practice, e: Event) -> tuple[dict[str, str], RowTruth]:
    quantity, _, unit = e.concept.quantity.partition(" ")
    return {
        **_entry(e),
        "DrugRecordGuid": guid("drug", e.number),
        "Dosage": e.concept.dose,
        "Quantity": f"{float(quantity):.3f}",
        "QuantityUnit": unit,
        "PrescriptionType": "Repeat",
        "IsActive": "true",
        "NumberOfIssues": str(1 + e.number % 12),
    }, truth_of(practice, e, noted=False)
