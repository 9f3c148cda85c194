"""The practice as spreadsheets: the demo that ships, one wide report, and a workbook with a hidden sheet."""

from __future__ import annotations

from datetime import date

from core.demo.events import Event
from core.demo.papers import make_papers
from core.demo.people import Person
from core.demo.practice import Practice
from core.demo.shaped import RowTruth, Shaped, ShapedTable, table_of, truth_of
from core.model import Status

REPORT_FIELDS = (
    "NHS Number",
    "EMIS Number",
    "Family Name",
    "Calling Name",
    "Date of Birth",
    "Gender",
    "Postcode",
    "Date",
    "Code",
    "Code Term",
    "Value",
    "Associated Text",
)
_PATIENT_FIELDS = (
    "NHS Number",
    "EMIS Number",
    "Title",
    "Family Name",
    "Calling Name",
    "Date of Birth",
    "Gender",
    "Number and Street",
    "Town",
    "Postcode",
    "Mobile Telephone",
    "Ethnic Origin",
    "Registration Status",
    "Date of Death",
)
_EVENT_FIELDS = (
    "NHS Number",
    "EMIS Number",
    "Family Name",
    "Date of Birth",
    "Postcode",
    "Date",
    "Code",
    "Code Term",
    "Value",
    "Unit",
    "Associated Text",
)
_ALLERGY_FIELDS = ("NHS Number", "EMIS Number", "Date", "Code", "Allergy", "Reaction")
_LETTER_FIELDS = ("NHS Number", "EMIS Number", "Date", "Letter Title", "Sender", "Letter Text")
_MEDICINE_FIELDS = ("NHS Number", "EMIS Number", "Date", "Code", "Medicine", "Quantity", "Dosage")
STATUS_WORDS = {
    Status.REGISTERED: "Registered",
    Status.LEFT: "Left",
    Status.TEMPORARY: "Temporary",
    Status.DIED: "Died",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def spaced(number: str) -> str:
    """An NHS number as EMIS reports show it, 3-3-4; anything else as it is."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if len(number) == 10 else number


def slashed(day: date | None) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year}" if day else ""


def dashed(day: date | None) -> str:
    """dd-MMM-yyyy, with English months whatever the machine speaks."""
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year}" if day else ""


def _sex(person: Person) -> str:
    return "Female" if person.sex == "F" else "Male"


def _street(person: Person) -> str:
    return f"{person.house}, {person.street}" if person.house else person.street


def patients(practice: Practice, name: str = "patients") -> ShapedTable:
    """One row a registration record, status included."""
    records = [
        (
            {
                "NHS Number": spaced(p.nhs_number),
                "EMIS Number": p.emis_number,
                "Title": p.title,
                "Family Name": p.surname,
                "Calling Name": p.forename,
                "Date of Birth": slashed(p.born),
                "Gender": _sex(p),
                "Number and Street": _street(p),
                "Town": p.town,
                "Postcode": p.postcode,
                "Mobile Telephone": p.mobile,
                "Ethnic Origin": p.ethnicity,
                "Registration Status": STATUS_WORDS[p.status],
                "Date of Death": slashed(p.died),
            },
            RowTruth(person=practice.same_person[p.number]),
        )
        for p in practice.people
    ]
    return table_of(name, _PATIENT_FIELDS, records)


def _event(practice: Practice, event: Event) -> dict[str, str]:
    p = practice.people[event.person]
    return {
        "NHS Number": spaced(p.nhs_number),
        "EMIS Number": p.emis_number,
        "Family Name": p.surname,
        "Date of Birth": slashed(p.born),
        "Postcode": p.postcode,
        "Date": dashed(event.day),
        "Code": event.code,
        "Code Term": event.concept.term,
        "Value": event.value,
        "Associated Text": event.note,
    }


def events(practice: Practice, name: str = "events") -> ShapedTable:
    """What was recorded, medicines apart: the table that the first run shows."""
    records = [
        ({**_event(practice, e), "Unit": e.concept.unit if e.value else ""}, truth_of(practice, e))
        for e in practice.events
        if e.concept.kind != "medicine"
    ]
    return table_of(name, _EVENT_FIELDS, records)


def medicines(practice: Practice, name: str = "medicines") -> ShapedTable:
    records = [
        (
            {
                "NHS Number": spaced(practice.people[e.person].nhs_number),
                "EMIS Number": practice.people[e.person].emis_number,
                "Date": dashed(e.day),
                "Code": e.code,
                "Medicine": e.concept.term,
                "Quantity": e.concept.quantity,
                "Dosage": e.concept.dose,
            },
            truth_of(practice, e, noted=False),
        )
        for e in practice.events
        if e.concept.kind == "medicine"
    ]
    return table_of(name, _MEDICINE_FIELDS, records)


def _papers(practice: Practice) -> tuple[ShapedTable, ShapedTable]:
    """Allergies, and letters from outside with whom they name."""

    def keys(person: int, day: date) -> dict[str, str]:
        p = practice.people[person]
        return {"NHS Number": spaced(p.nhs_number), "EMIS Number": p.emis_number, "Date": dashed(day)}

    allergies, letters = make_papers(practice)
    coded = [
        (
            {**keys(a.person, a.day), "Code": a.snomed, "Allergy": a.term, "Reaction": a.reaction},
            RowTruth(person=practice.same_person[a.person]),
        )
        for a in allergies
    ]
    written = [
        (
            {
                **keys(one.person, one.day),
                "Letter Title": one.title,
                "Sender": one.sender,
                "Letter Text": one.text,
            },
            RowTruth(person=practice.same_person[one.person], planted=one.planted),
        )
        for one in letters
    ]
    return table_of("allergies", _ALLERGY_FIELDS, coded), table_of("letters", _LETTER_FIELDS, written)


def demo(practice: Practice) -> Shaped:
    """What ships in resources/demo: five small files that open at once."""
    tables = (events(practice), medicines(practice), patients(practice), *_papers(practice))
    return Shaped("demo", practice, tables)


def report(practice: Practice) -> Shaped:
    """One wide report, a row an event: what a practice manager usually sends."""
    records = []
    for event in practice.events:
        p = practice.people[event.person]
        record = {**_event(practice, event), "Calling Name": p.forename, "Gender": p.sex}
        records.append((record, truth_of(practice, event)))
    return Shaped("report", practice, (table_of("report", REPORT_FIELDS, records),))


def workbook(practice: Practice) -> Shaped:
    """A workbook of several sheets, one of them hidden: the list somebody worked from."""
    working = ShapedTable(
        "Working",
        ("Patient", "Telephone"),
        [(p.name, p.mobile or p.home_phone) for p in practice.people[:40]],
        [RowTruth(person=practice.same_person[p.number]) for p in practice.people[:40]],
        hidden=True,
    )
    return Shaped(
        "workbook",
        practice,
        (
            events(practice, "Events"),
            medicines(practice, "Medicines"),
            patients(practice, "Patients"),
            working,
        ),
        workbook="practice.xlsx",
    )
