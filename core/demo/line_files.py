"""The practice as systems write it that give no field names, or mark their lines: Vision, Adastra, MIQUEST,
NHAIS, and the tab-separated tables of CPRD.

Vision: comma-separated, yyyyMMdd, Read codes. Adastra: bars, yyyy-MM-dd, the patient's name in the
consultations again. MIQUEST: `*`, `&` and `$` lines. NHAIS: two lines a patient, postcodes in eight places.
CPRD: numbers for people and codes, and a dictionary beside. Columns: core.reading's own layouts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from core.demo.emis import code_id
from core.demo.events import Event
from core.demo.people import TODAY, Person
from core.demo.practice import Practice
from core.demo.words import load_words
from core.model import Status
from core.reading.text.layouts import layout_of

_Record = Mapping[str, str]
_STATES = {Status.REGISTERED: "R", Status.LEFT: "L", Status.TEMPORARY: "T", Status.DIED: "D"}


def _plain(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _iso(day: date | None, time: str = "") -> str:
    return f"{day:%Y-%m-%d}{time}" if day else ""


def _british(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _headerless(layout_id: str, records: Iterable[_Record]) -> bytes:
    layout = layout_of(layout_id)
    assert layout is not None
    out = io.StringIO(newline="")
    write = csv.writer(out, delimiter=layout.delimiter, lineterminator="\r\n")
    for record in records:
        unknown = record.keys() - set(layout.columns[0])
        assert not unknown, sorted(unknown)
        write.writerow(record.get(name, "") for name in layout.columns[0])
    return out.getvalue().encode()


def vision(practice: Practice) -> Mapping[str, bytes]:
    """Patients, journal, staff and the practice, as an INCREMENTAL zip holds them."""
    code = load_words().practice["code"]
    stem, stamp = f"INCREMENTAL_{code}", "2026-01-12-000500"
    staff: list[_Record] = [
        {
            "ID": str(41 + i),
            "SURNAME": name.split()[-1],
            "FORENAME": name.split()[0],
            "TITLE": "Dr",
            "SEX": "F",
        }
        | {"GMP_CODE": f"G{9990000 + i}", "HCP_TYPE": "01", "SERVICE_ID": code}
        for i, name in enumerate(load_words().staff)
    ]
    surgery: _Record = {
        "ID": "P1",
        "NAME": load_words().practice["name"],
        "IDENTIFIER": code,
        "POSTCODE": "BS99 1AA",
    }
    files: dict[str, list[_Record]] = {
        "patient": [_vision_patient(p, code) for p in practice.people],
        "journal": [_vision_entry(e, code) for e in practice.events],
        "staff": staff,
        "practice": [surgery],
    }
    return {
        f"{stem}_{name}_data_extract-{stamp}.csv": _headerless(f"vision-{name}", records)
        for name, records in files.items()
    }


def _vision_patient(p: Person, code: str) -> _Record:
    return {
        "PID": str(1000 + p.number),
        "REFERENCE": p.emis_number,
        "DATE_OF_BIRTH": _plain(p.born),
        "SEX": p.sex,
        "POSTCODE": p.postcode,
        "GP": p.gp,
        "GP_USUAL": p.gp,
        "ACTIVE": _STATES[p.status],
        "REGISTERED_DATE": _plain(p.registered),
        "REMOVED_DATE": _plain(p.left),
        "ETHNIC": p.ethnicity,
        "DATE_OF_DEATH": _plain(p.died),
        "PRACTICE": code,
        "SURNAME": p.surname,
        "FORENAME": p.forename,
        "TITLE": p.title,
        "NHS_NUMBER": p.nhs_number,
        "ADDRESS": ", ".join(part for part in (p.house, p.street, p.town) if part),
        "ADDRESS_1": p.house,
        "ADDRESS_2": p.street,
        "ADDRESS_3": p.town,
        "ADDRESS_4": p.county,
        "PHONE_NUMBER": p.home_phone,
        "MOBILE_NUMBER": p.mobile,
        "EMAIL": p.email,
        "SERVICE_ID": code,
        "ACTION": "A",
    }


def _vision_entry(e: Event, code: str) -> _Record:
    return {
        "PID": str(1000 + e.person),
        "ID": str(500_000 + e.number),
        "DATE": _plain(e.day),
        "RECORDED_DATE": _plain(e.day),
        "CODE": e.concept.read,
        "SNOMED_CODE": e.concept.snomed,
        "HCP": e.clinician,
        "TEXT": e.note,
        "RUBRIC": e.concept.term,
        "VALUE1": e.value,
        "VALUE1_UNITS": e.concept.unit if e.value else "",
        "TIME": "0930",
        "SERVICE_ID": code,
        "ACTION": "A",
    }


def adastra(practice: Practice) -> Mapping[str, bytes]:
    """One case for each entry of the first thousand: patients, cases, consultations, notes and codes."""
    people = {p.number: p for p in practice.people}
    events = practice.events[:1000]
    files: dict[str, list[_Record]] = {
        "PATIENT": [_adastra_patient(e, people[e.person]) for e in events],
        "CASE": [_adastra_case(e) for e in events],
        "CONSULTATION": [_adastra_consultation(e, people[e.person]) for e in events],
        "NOTES": [
            {"CaseRef": _case(e), "PatientRef": f"P{e.person}", "ReviewDateTime": _iso(e.day, " 21:15:00")}
            | {"NoteText": e.note.replace("\n", " "), "Obsolete": "0", "Active": "1"}
            for e in events
            if e.note
        ],
        "CLINICALCODES": [
            {"CaseRef": _case(e), "ConsultationRef": f"K{e.number}", "ClinicalCode": e.concept.read}
            | {"Term": e.concept.term}
            for e in events
        ],
    }
    return {
        f"Adastra_RX999_{name}_20260112060000.csv": _headerless(f"adastra-{name.lower()}", records)
        for name, records in files.items()
    }


def _case(e: Event) -> str:
    return f"C{e.number}"


def _adastra_patient(e: Event, p: Person) -> _Record:
    return {
        "CaseRef": _case(e),
        "PatientRef": f"P{p.number}",
        "Forename": p.forename,
        "Surname": p.surname,
        "DOB": _iso(p.born),
        "NHSNumber": p.nhs_number,
        "Ethnicity": p.ethnicity,
        "Gender": {"F": "Female", "M": "Male"}[p.sex],
        "RegistrationType": "Registered" if p.status is Status.REGISTERED else "Temporary",
        "HomeAddressType": "Home",
        "HomeAddressBuilding": p.house,
        "HomeAddressStreet": p.street,
        "HomeAddressTown": p.town,
        "HomeAddressPostcode": p.postcode,
        "MobilePhone": p.mobile,
        "HomePhone": p.home_phone,
    }


def _adastra_case(e: Event) -> _Record:
    return {
        "PatientRef": f"P{e.person}",
        "PriorityName": "Routine",
        "CaseRef": _case(e),
        "CaseNo": str(70_000 + e.number),
        "StartDateTime": _iso(e.day, " 20:58:00"),
        "EndDateTime": _iso(e.day, " 22:10:00"),
        "LocationName": "Out of hours centre",
    }


def _adastra_consultation(e: Event, p: Person) -> _Record:
    return {
        "CaseRef": _case(e),
        "ConsultationRef": f"K{e.number}",
        "StartDateTime": _iso(e.day, " 21:05:00"),
        "EndDateTime": _iso(e.day, " 21:15:00"),
        "Location": "Out of hours centre",
        "History": e.note.replace("\n", " "),
        "Diagnosis": e.concept.term,
        "PatientName": p.name,
        "PatientForename": p.forename,
        "PatientSurname": p.surname,
        "ProviderType": "GP",
    }


def _response(title: str, source: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    code = load_words().practice["code"]
    lines = [
        f"*QRY_TITLE,{title},Invented query",
        "*QRY_SDATE,20260110,10/01/2026",
        f"*QRY_SETID,{title},Invented set",
        "*ENQ_RSPID,RX999,Invented enquirer",
        f"*RSP_IDENT,{code},{load_words().practice['name']}",
        f"*RSP_RDATE,{TODAY:%Y%m%d},{TODAY:%d/%m/%Y}",
        f"FROM {source}",
        f"PRINT {','.join(names)}",
        "&0,REPORT",
        "# answered by the practice system",
        f"&1,{','.join(names)}",
    ]
    lines += ["$" + ",".join(cell.replace(",", " ") for cell in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


def miquest(practice: Practice) -> Mapping[str, bytes]:
    """The answers to two queries: the patients, and their journals."""
    people = {p.number: p for p in practice.people}
    patients = [
        (
            *(p.nhs_number, p.emis_number, _plain(p.born), p.sex, p.postcode, p.gp, _STATES[p.status]),
            *(_plain(p.registered), _plain(p.left), _plain(p.died)),
        )
        for p in practice.people
    ]
    journals = [
        (
            *(people[e.person].nhs_number, people[e.person].emis_number, e.concept.read, e.concept.term),
            *(_plain(e.day), e.clinician, e.value),
        )
        for e in practice.events
    ]
    of_patients = (
        "NHS_NUMBER REFERENCE DATE_OF_BIRTH SEX POSTCODE GP_USUAL ACTIVE REGISTERED_DATE REMOVED_DATE "
        "DATE_OF_DEATH"
    )
    of_journals = "NHS_NUMBER REFERENCE CODE RUBRIC DATE HCP VALUE1"
    return {
        "PATS01.CSV": _response("PATS01", "PATIENTS", of_patients.split(), patients),
        "JRNL01.CSV": _response("JRNL01", "JOURNALS", of_journals.split(), journals),
    }


def nhais(practice: Practice) -> Mapping[str, bytes]:
    """The registered list, as the health authority's system downloads it."""
    lines = ["503\\*"]
    for p in practice.people:
        if p.status is not Status.REGISTERED:
            continue
        area, _, rest = p.postcode.partition(" ")
        postcode = f"{area:<{8 - len(rest)}}{rest}"
        sex = {"M": "1", "F": "2"}[p.sex]
        number = str(1_500_000 + p.number)
        lines.append(
            f"DOW~1~9999999,9999~LNA~{TODAY:%Y%m%d}~0814~{number}~{p.nhs_number}~{p.surname.upper()}"
            f"~{p.forename.upper()}~~{p.title.upper()}~{sex}~{_plain(p.born)}~{p.house}~{p.street}"
        )
        lines.append(f"DOW~2~~{p.town}~{p.county}~{postcode}~~3~~~")
    return {f"{load_words().practice['code']}_GPR4LNA1.ABA": ("\n".join(lines) + "\n").encode()}


def cprd(practice: Practice) -> Mapping[str, bytes]:
    """Patients, observations and the dictionary that says what their numbers for codes mean."""
    code = load_words().practice["code"].lstrip("ABCDEFGHJKLMNPVWY") or "1"
    genders = {"M": "1", "F": "2"}
    patients = [
        (
            *(str(9_000_000 + p.number), code, "1", genders[p.sex], str(p.born.year), "", _british(p.died)),
            *(_british(p.registered), "3", _british(p.left), "1", _british(p.died)),
        )
        for p in practice.people
    ]
    events = [e for e in practice.events if e.concept.kind != "medicine"]
    observations = [
        (
            *(str(9_000_000 + e.person), "", code, str(e.number), _british(e.day), _british(e.day), "7", ""),
            *(code_id(e.concept), e.value, "", "7", "", "", ""),
        )
        for e in events
    ]
    concepts = {code_id(e.concept): e.concept for e in events}
    dictionary = [
        (number, "10", c.read, c.read, c.term, c.snomed, "", "", "37") for number, c in concepts.items()
    ]
    tables: Mapping[str, tuple[str, Sequence[Sequence[str]]]] = {
        "invented_Extract_Patient_001": (
            "patid pracid usualgpstaffid gender yob mob emis_ddate regstartdate patienttypeid regenddate "
            "acceptable cprd_ddate",
            patients,
        ),
        "invented_Extract_Observation_001": (
            "patid consid pracid obsid obsdate enterdate staffid parentobsid medcodeid value numunitid "
            "obstypeid numrangelow numrangehigh probobsid",
            observations,
        ),
        "CPRDAurumMedical": (
            "MedCodeId Observations OriginalReadCode CleansedReadCode Term SnomedCTConceptId "
            "SnomedCTDescriptionId Release EmisCodeCategoryId",
            dictionary,
        ),
    }
    return {
        f"{name}.txt": "".join("\t".join(row) + "\n" for row in [header.split(), *rows]).encode()
        for name, (header, rows) in tables.items()
    }
