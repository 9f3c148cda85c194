"""The practice as SystmOne shows it: the Strategic Reporting Extract, and a breakdown opened as CSV.

Extract: one file a table, Windows-1252, 'dd MMM yyyy HH:mm:ss', TRUE and FALSE, joined by IDPatient to
SRPatient.RowIdentifier, numbers for picklists through SRMapping, SRManifest beside. Breakdown: the columns
that were ticked, sentence case, yyyyMMdd, 'Patient Count' last. Field names: resources/demo/source.
"""

from __future__ import annotations

from datetime import date

from core.demo.emis import headers
from core.demo.events import Event
from core.demo.people import TODAY, Person
from core.demo.practice import Practice
from core.demo.shaped import RowTruth, Shaped, table_of, truth_of
from core.demo.spreadsheets import STATUS_WORDS, dashed
from core.demo.words import load_words

_MOBILE, _HOME = "101", "102"
_MAPPINGS = (("101", "12", "Mobile"), ("102", "12", "Home"), ("201", "31", "Home address"))
_Record = tuple[dict[str, str], RowTruth]


def _time(day: date | None, time: str = "00:00:00") -> str:
    return f"{dashed(day).replace('-', ' ')} {time}" if day else ""


def systmone(practice: Practice) -> Shaped:
    """Nine tables in a folder, as the extract drops them."""
    code = load_words().practice["code"]
    staff = [_staff(name, i) for i, name in enumerate(load_words().staff)]
    clinical = [e for e in practice.events if e.concept.kind != "medicine"]
    records: dict[str, list[_Record]] = {
        "SRPatient": [_patient(practice, p, code) for p in practice.people],
        "SRPatientAddressHistory": [_address(practice, p, code) for p in practice.people],
        "SRPatientContactDetails": [c for p in practice.people for c in _contacts(practice, p, code)],
        "SRPatientRegistration": [_registration(practice, p, code) for p in practice.people],
        "SRCode": [_code(practice, e, code) for e in clinical],
        "SRPrimaryCareMedication": [
            _medication(practice, e, code) for e in practice.events if e.concept.kind == "medicine"
        ],
        "SRStaffMember": staff,
        "SRMapping": [
            ({"RowIdentifier": a, "IdMappingGroup": b, "Mapping": c}, RowTruth()) for a, b, c in _MAPPINGS
        ],
    }
    stamp = f"{TODAY:%Y%m%d}_0814"
    manifest = {"IsDelta": "N", "IsReference": "N", "DateExtractTo": stamp}
    records["SRManifest"] = [({"FileName": name, **manifest}, RowTruth()) for name in sorted(records)]
    return Shaped(
        "systmone",
        practice,
        tuple(table_of(name, headers()["systmone"][name], of) for name, of in records.items()),
        encoding="cp1252",
    )


def _about(practice: Practice, p: Person) -> RowTruth:
    return RowTruth(person=practice.same_person[p.number])


def _key(p: Person) -> str:
    return str(5_000_001 + p.number)


def _patient(practice: Practice, p: Person, code: str) -> _Record:
    return {
        "RowIdentifier": _key(p),
        "IDOrganisationVisibleTo": code,
        "Title": p.title,
        "FirstName": p.forename,
        "MiddleNames": p.middle,
        "Surname": p.surname,
        "NHSNumber": p.nhs_number,
        "DateBirth": _time(p.born, "00:00"),
        "DateDeath": _time(p.died),
        "Gender": p.sex,
        "SpeaksEnglish": "TRUE",
        "EmailAddress": p.email,
        "TestPatient": "FALSE",
        "SpineMatched": "TRUE" if p.nhs_state == "valid" else "FALSE",
        "RemovedData": "FALSE",
    }, _about(practice, p)


def _address(practice: Practice, p: Person, code: str) -> _Record:
    number, _, road = p.street.partition(" ")
    return {
        "RowIdentifier": str(6_000_001 + p.number),
        "IDOrganisationVisibleTo": code,
        "DateEventRecorded": _time(p.registered, "10:02:11"),
        "DateEvent": _time(p.registered),
        "NameOfBuilding": p.house,
        "NumberOfBuilding": number,
        "NameOfRoad": road,
        "NameOfTown": p.town,
        "NameOfCounty": p.county,
        "FullPostCode": p.postcode,
        "AddressType": "201",
        "IDPatient": _key(p),
        "IDOrganisation": code,
        "RemovedData": "FALSE",
    }, _about(practice, p)


def _contacts(practice: Practice, p: Person, code: str) -> list[_Record]:
    return [
        (
            {
                "RowIdentifier": str(7_000_001 + 2 * p.number + i),
                "IDOrganisationVisibleTo": code,
                "DateEventRecorded": _time(p.registered, "10:02:11"),
                "DateEvent": _time(p.registered),
                "ContactType": kind,
                "ContactNumber": number,
                "IDPatient": _key(p),
                "IDOrganisation": code,
                "RemovedData": "FALSE",
            },
            _about(practice, p),
        )
        for i, (kind, number) in enumerate(((_MOBILE, p.mobile), (_HOME, p.home_phone)))
        if number
    ]


def _registration(practice: Practice, p: Person, code: str) -> _Record:
    return {
        "RowIdentifier": str(8_000_001 + p.number),
        "IDOrganisationVisibleTo": code,
        "DateEventRecorded": _time(p.registered, "10:02:11"),
        "DateRegistration": _time(p.registered),
        "DateDeRegistration": _time(p.left or p.died),
        "RegistrationStatus": STATUS_WORDS[p.status],
        "IDPatient": _key(p),
        "IDOrganisation": code,
        "IDOrganisationRegisteredAt": code,
        "RemovedData": "FALSE",
    }, _about(practice, p)


def _entry(practice: Practice, e: Event, code: str) -> dict[str, str]:
    return {
        "RowIdentifier": str(9_000_001 + e.number),
        "IDOrganisationVisibleTo": code,
        "DateEventRecorded": _time(e.day, f"{8 + e.number % 10:02d}:{e.number * 7 % 60:02d}:28"),
        "DateEvent": _time(e.day),
        "IDDoneBy": str(401 + load_words().staff.index(e.clinician)),
        "TextualEventDoneBy": e.clinician if e.number % 41 == 0 else "",
        "IDEvent": str(20_000_001 + e.number // 3),
        "IDPatient": _key(practice.people[e.person]),
        "IDOrganisation": code,
        "IDOrganisationRegisteredAt": code,
        "RemovedData": "FALSE",
    }


def _code(practice: Practice, e: Event, code: str) -> _Record:
    number = e.value.replace(".", "", 1).isdigit() and bool(e.concept.unit)
    c = e.concept
    return {
        **_entry(practice, e, code),
        "CTV3Code": c.ctv3 or ("" if c.snomed else c.read),
        "CTV3Text": c.term if c.ctv3 or not c.snomed else "",
        "SNOMEDCode": c.snomed,
        "SNOMEDText": c.term if c.snomed else "",
        "IsNumeric": "TRUE" if number else "FALSE",
        "NumericValue": e.value if number else "",
        "NumericUnit": c.unit if number else "",
    }, truth_of(practice, e, noted=False)


def _medication(practice: Practice, e: Event, code: str) -> _Record:
    return {
        **_entry(practice, e, code),
        "IDMultiLexDMD": e.concept.snomed,
        "NameOfMedication": e.concept.term,
        "DateMedicationStart": _time(e.day),
        "MedicationDosage": e.concept.dose,
        "MedicationQuantity": e.concept.quantity,
        "IsRepeatMedication": "TRUE",
    }, truth_of(practice, e, noted=False)


def _staff(name: str, number: int) -> _Record:
    surname, _, rest = name.partition(", ")
    given, _, title = rest.rstrip(")").partition(" (")
    return {
        "RowIdentifier": str(401 + number),
        "StaffName": f"{title} {given} {surname.title()}",
        "Obsolete": "FALSE",
        "RemovedData": "FALSE",
    }, RowTruth()


_BREAKDOWN = (
    "NHS number",
    "Surname",
    "First name",
    "Date of birth",
    "Sex",
    "Postcode",
    "Telecom number",
    "Event date",
    "CTV3 code",
    "Code description",
    "Numeric value",
    "Event details",
    "Patient Count",
)


def systmone_breakdown(practice: Practice) -> Shaped:
    """A clinical report's breakdown, 'Open as CSV'."""
    records = []
    for e in practice.events:
        p = practice.people[e.person]
        record = {
            "NHS number": p.nhs_number,
            "Surname": p.surname.title() if p.surname.isalpha() else p.surname,
            "First name": p.forename,
            "Date of birth": f"{p.born:%Y%m%d}",
            "Sex": p.sex,
            "Postcode": p.postcode,
            "Telecom number": p.mobile,
            "Event date": f"{e.day:%Y%m%d}",
            "CTV3 code": e.concept.ctv3 or e.concept.read or e.concept.snomed,
            "Code description": e.concept.term,
            "Numeric value": e.value,
            "Event details": e.note,
            "Patient Count": "1",
        }
        records.append((record, truth_of(practice, e)))
    table = table_of("breakdown", _BREAKDOWN, records)
    return Shaped("systmone-breakdown", practice, (table,), encoding="cp1252")
