"""A small invented practice on disk with a survey built by hand: each test says itself what is known."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.model import Counted, Finding, Kind, Role, Status
from core.protection import Key, Plan, RowDecisions, decide_rows, load_profile, make_plan
from core.protection.plan import ObjectionSource
from core.reading import open_export
from core.survey.codes.codelists import load_lookup
from core.survey.identifiers import hash64, normalise, single_names
from core.survey.results import (
    NO_DAY,
    NO_PATIENT,
    OBJECTIONS,
    KnownIdentifiers,
    PatientFacts,
    Survey,
    TableFacts,
)

Cell = str | None


@dataclass(frozen=True)
class Person:
    """An invented patient; the NHS number is of the 999 test range."""

    nhs: str
    forename: str
    surname: str
    birth: date
    postcode: str = "BS6 5QA"
    address: str = "23 Victoria Road"
    phone: str = "07700 900123"
    email: str = "someone@example.org"
    status: Status = Status.REGISTERED
    objects: bool = False


#: Check digits are right by modulus 11.
PEOPLE = (
    Person(
        "9990000018", "Agnes", "Kowalski", date(1961, 4, 12), phone="07700 900101", email="agnes@example.org"
    ),
    Person("9990000026", "John", "White", date(1948, 8, 6), "LS19 6BA", "4 Mill Lane", "0117 496 0102"),
    Person("9990000034", "Ruth", "Parkinson", date(2018, 8, 6), "WF8 4PQ", "Flat 2, 9 High Street"),
    Person("9990000042", "Hope", "May", date(1990, 1, 31), "M1 1AE", "17 Orchard Crescent"),
    Person("9990000050", "Raza", "Toosy", date(1975, 2, 24), "B33 8TH", "1 Trevelyan Square"),
    Person("9990000069", "Ewa", "Kowalski", date(1985, 3, 3), "BS6 5QA", "23 Victoria Road"),
)

FIELDS: tuple[tuple[str, Kind, Role], ...] = (
    ("NHS Number", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
    ("Surname", Kind.DIRECT_IDENTIFIER, Role.SURNAME),
    ("Date of birth", Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH),
    ("Postcode", Kind.QUASI_IDENTIFIER, Role.POSTCODE),
    ("Event date", Kind.CODED_CLINICAL, Role.EVENT_DATE),
    ("Code", Kind.CODED_CLINICAL, Role.CODE),
    ("Term", Kind.CODED_CLINICAL, Role.TERM),
    ("Value", Kind.CLINICAL_VALUE, Role.VALUE),
    ("Note", Kind.FREE_TEXT, Role.NOTE),
)


def row_of(person: Person, **cells: Cell) -> list[Cell]:
    """A row of FIELDS for a patient; `cells` by the first word of the field, small."""
    row: dict[str, Cell] = {
        "nhs": person.nhs,
        "surname": person.surname,
        "date": person.birth.isoformat(),
        "postcode": person.postcode,
        "event": "2025-11-03",
        "code": "44054006",
        "term": "Type 2 diabetes mellitus",
        "value": "7.5",
        "note": "",
    }
    return list({**row, **cells}.values())


@dataclass(frozen=True)
class Practice:
    """A survey of files on disk and what is decided of them."""

    survey: Survey
    paths: tuple[Path, ...]
    people: tuple[Person, ...]

    def plan(self, profile: str = "approved-research", **changes: object) -> Plan:
        made = make_plan(
            self.survey,
            load_profile(profile),
            recipient="Bristol Trial Unit",
            project="Feet 2026",
            objection_sources=(ObjectionSource("codes"),) if profile == "approved-research" else (),
        )
        return replace(made, **{"notes_read_by": "Dr A Reader", **changes})

    def rows(self, plan: Plan) -> RowDecisions:
        return decide_rows(self.survey, plan, Key(b"k" * 32))

    def keep(self, plan: Plan, *names: str) -> Plan:
        """The plan with these fields kept as they are."""
        for field in plan.fields:
            if field.field in names:
                plan = plan.with_field(replace(field, action="keep", decided=True))
        return plan


MakePractice = Callable[..., Practice]


@pytest.fixture
def person_row() -> Callable[..., list[Cell]]:
    return row_of


@pytest.fixture
def people() -> tuple[Person, ...]:
    return PEOPLE


@pytest.fixture
def make_practice(tmp_path: Path) -> MakePractice:
    def make(
        tables: dict[str, Sequence[tuple[int, list[Cell]]]],
        *,
        fields: Sequence[tuple[str, Kind, Role]] = FIELDS,
        people: tuple[Person, ...] = PEOPLE,
    ) -> Practice:
        folder = tmp_path / "source"
        folder.mkdir(exist_ok=True)
        paths = []
        for name, rows in tables.items():
            path = folder / f"{name}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([label for label, _, _ in fields])
                writer.writerows(row for _, row in rows)
            paths.append(path)
        export = open_export(paths)
        findings, facts = {}, {}
        for table, rows in zip(export.tables, tables.values(), strict=True):
            findings[table.name] = tuple(
                Finding(table.name, label, at, kind, role, 1.0, ("built by hand",))
                for at, (label, kind, role) in enumerate(fields)
            )
            count = len(rows)
            facts[table.name] = TableFacts(
                rows=count,
                patient=np.array([patient for patient, _ in rows], dtype=np.int32),
                day=np.full(count, NO_DAY, dtype=np.int32),
                categories=np.zeros(count, dtype=np.uint64),
                objection_row=np.zeros(count, dtype=np.bool_),
                unknown_code=np.zeros(count, dtype=np.bool_),
            )
        lookup = load_lookup()
        survey = Survey(
            export=export,
            findings=findings,
            facts=facts,
            patients=_patients(people),
            known=known_of(people),
            category_ids=lookup.category_ids,
            categories=(),
            objections=(Counted("type1_dissent", "Type 1 objection", 1, 1),),
            unknown_codes=Counted("unknown", "", 0),
            hazards=(),
            problems=(),
            lookup=lookup,
        )
        return Practice(survey, tuple(paths), people)

    return make


@pytest.fixture
def practice(make_practice: MakePractice) -> Practice:
    """Six people, two tables, one objector and one who died."""
    people = (*PEOPLE[:4], replace(PEOPLE[4], objects=True), replace(PEOPLE[5], status=Status.DIED))
    patients = [(n, row_of(p)) for n, p in enumerate(people)]
    events = [(n % 6, row_of(people[n % 6], value=str(n), term=None if n % 5 else "")) for n in range(40)]
    events.append((NO_PATIENT, row_of(PEOPLE[0], nhs="")))
    return make_practice({"patients": patients, "Mrs Okafor events": events}, people=people)


def _patients(people: tuple[Person, ...]) -> PatientFacts:
    objecting = 1 << OBJECTIONS.index("type1_dissent")
    return PatientFacts(
        count=len(people),
        identity=tuple(f"nhs|{p.nhs}" for p in people),
        status=np.array([p.status for p in people], dtype=np.uint8),
        objections=np.array([objecting if p.objects else 0 for p in people], dtype=np.uint32),
        birth_day=np.array([p.birth.toordinal() - date(1970, 1, 1).toordinal() for p in people], np.int32),
        has_status=True,
    )


def known_of(people: Sequence[Person]) -> KnownIdentifiers:
    """What a survey knows of these people, hashed as the survey hashes it."""

    def hashed(kind: str, texts: Sequence[str]) -> np.ndarray:
        return np.sort(hash64([normalise(kind, text) for text in texts]))

    return KnownIdentifiers(
        nhs_numbers=hashed("nhs_number", [p.nhs for p in people]),
        phones=hashed("phone", [p.phone for p in people]),
        emails=hashed("email", [p.email for p in people]),
        postcodes=hashed("postcode", [p.postcode for p in people]),
        address_lines=hashed("address", [p.address for p in people]),
        full_names=hashed("full_name", [f"{p.forename} {p.surname}" for p in people]),
        local_keys=hashed("patient_key", [f"0A1B2C3D-0000-4000-8000-00000000000{n}" for n in range(6)]),
        names_of_patient={
            n: single_names(p.forename) | single_names(p.surname) for n, p in enumerate(people)
        },
    )
