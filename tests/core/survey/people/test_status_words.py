# ruff: noqa: E501  (the table is easier to check in few lines)
"""Words and layouts of every supplier: who is registered, temporary, left or died."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.model import Status
from core.reading import open_export
from core.survey import survey_export
from core.survey.people.status import status_of_text, tells_status
from core.survey.results import Survey

R, L, T, D, U = Status.REGISTERED, Status.LEFT, Status.TEMPORARY, Status.DIED, Status.UNKNOWN
NHS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069", "9990000077")

# supplier, header, cell, what it says
WORDS = [
    # EMIS Admin_Patient.PatientTypeDescription
    *[("EMIS", "PatientTypeDescription", word, status) for word, status in [
        ("Regular", R), ("Temporary", T), ("Private", T), ("Emergency", T), ("Immediately necessary", T),
        ("Child Health Services", T), ("Contraceptive Services", T), ("Maternity Services", T),
        ("Minor Surgery", T), ("Walk-In Patient", T), ("Dummy", T), ("Other", T), ("Yellow Fever", T),
        ("Community Registered", T), ("Pre Registration", T), ("Sexual Health", T), ("Vasectomy", T),
        ("Out of Hours", T), ("Externally Registered", T), ("", U),
    ]],
    # EMIS registration status history: words and the numbers they stand for
    *[("EMIS", "RegistrationStatus", word, status) for word, status in [
        ("Patient has presented", T), ("Medical card received", T), ("Application Form FP1 submitted", T),
        ("Notification of registration", R), ("Medical record sent by FHSA", R), ("Record Received", R),
        ("Left Practice. Still Registered", R), ("Correctly registered", R), ("Short stay", T), ("Long stay", T),
        ("Death", D), ("Dead (Practice notification)", D), ("Record Requested by FHSA", L),
        ("Removal to New HA/HB", L), ("Internal transfer", L), ("Embarkation", L), ("New HA/HB - same GP", L),
        ("Adopted child", L), ("Deduction at GP's request", L), ("Registration cancelled", L),
        ("Deduction at patient's request", L), ("Returned undelivered", L),
        ("Correspondence states 'gone away'", L), ("Practice advise outside of area", L),
        ("Registration expired", L), ("1", T), ("4", R), ("8", R), ("9", T), ("11", D), ("12", D), ("13", L),
        ("21", L), ("37", L), ("47", D), ("8.0", R), ("99", U),
    ]],
    *[("EMIS", "RegistrationType", word, status) for word, status in [
        ("4", R), ("1", T), ("3", T), ("5", T), ("12", T), ("28", T), ("Regular/GMS", R), ("71", U),
    ]],
    ("EMIS", "StatusDescription", "Currently registered", R),
    ("EMIS", "StatusDescription", "Deducted", L),
    # SystmOne SRPatientRegistration.RegistrationStatus and breakdowns
    *[("TPP", "RegistrationStatus", word, status) for word, status in [
        ("GMS", R), ("Permanent", R), ("Temporary Resident", T), ("Deducted", L), ("Applied", T),
        ("Registered", R), ("Immediately Necessary", T), ("Private", T), ("Deceased", D),
        ("Transferred out", L), ("Ended", L),
    ]],
    # Vision and MIQUEST
    *[("MIQUEST", "ACTIVE", word, status) for word, status in [
        ("R", R), ("T", T), ("L", L), ("D", D), ("r", R), ("S", U), ("", U), ("Y", R), ("N", L),
    ]],
    # Microtest and Medicus
    ("Microtest", "Patient status", "Fully registered", R),
    ("Microtest", "Patient status", "De-registered", L),
    ("Medicus", "registration_status", "active", R),
    ("Medicus", "registration_status", "inactive", L),
    # NHAIS and PDS reasons for removal: an empty one says nothing
    *[("PDS", "Reason for Removal", word, status) for word, status in [
        ("DEA", D), ("EMB", L), ("SCT", L), ("NIT", L), ("CGA", L), ("RDI", L), ("RPR", L), ("ORR", L), ("", U),
    ]],
    # Adastra
    ("Adastra", "RegistrationType", "Registered", R),
    ("Adastra", "RegistrationType", "Temporary Resident", T),
    ("Adastra", "RegistrationType", "Unregistered", L),
    # FHIR, CareConnect and UK Core
    *[("FHIR", "Registration status code", word, status) for word, status in [
        ("A", R), ("I", L), ("D", R), ("R", T), ("X", U),
    ]],
    *[("FHIR", "Registration type code", word, status) for word, status in [
        ("R", R), ("T", T), ("P", T), ("E", T), ("IN", T), ("S", T), ("O", T),
    ]],
    ("FHIR", "Registration status", "Active", R),
    ("FHIR", "Registration status", "Inactive", L),
    ("FHIR", "Registration status", "Deduction Pending", R),
    ("FHIR", "Registration status", "Registration Pending", T),
    ("FHIR", "Registration type", "Synthetic Record", T),
    ("FHIR", "Active", "true", R),
    ("FHIR", "Active", "false", L),
    ("FHIR", "Deceased", "true", D),
    ("FHIR", "Deceased", "false", U),
    ("FHIR", "Death notification", "Formal - death notice received from Registrar of Deaths", D),
    ("FHIR", "Death notification code", "2", D),
    ("FHIR", "Death notification code", "1", D),
    ("FHIR", "Death notification code", "U", U),
    # CPRD: 'acceptable' is the quality of the record and no registration
    ("CPRD", "acceptable", "1", U),
    ("CPRD", "acceptable", "0", U),
    # Spreadsheets
    *[("spreadsheet", header, word, status) for header, word, status in [
        ("Status", "Current", R), ("Status", "current patient", R), ("Status", "RIP", D), ("Status", "R.I.P.", D),
        ("Status", "moved away", L), ("Status", "Gone away", L), ("Status", "ex-patient", L),
        ("Status", "Left 03/2021", L), ("Status", "not currently registered", L), ("Status", "Not registered", L),
        ("Status", "no longer a patient", L), ("Status", "not deceased", U), ("Status", "visitor", T),
        ("Registered?", "Y", R), ("Registered?", "No", L), ("Deceased", "Yes", D), ("Deceased", "N", U),
        ("Left practice", "TRUE", L), ("Left practice", "FALSE", U), ("Temporary resident", "yes", T),
        ("Temporary resident", "no", U), ("Status", "Registered - died 2020", D), ("Status", "?", U),
        ("Status", "tbc", U), ("Currently registered", "1", R), ("Currently registered", "0.0", L),
    ]],
]  # fmt: skip


@pytest.mark.parametrize(("supplier", "header", "text", "status"), WORDS)
def test_words(supplier: str, header: str, text: str, status: Status) -> None:
    assert status_of_text(text, header) is status


def test_there_are_enough_of_them() -> None:
    assert len(WORDS) >= 120


@pytest.mark.parametrize("header", ["Deceased", "isDeceased", "Reason for removal", "Left practice"])
def test_fields_that_tell_whatever_they_were_taken_for(header: str) -> None:
    assert tells_status(header)
    assert not tells_status(f"Mother's {header}")


Surveyed = Callable[..., Survey]


def statuses(survey: Survey) -> list[Status]:
    found = dict(zip(survey.patients.identity, survey.patients.status.tolist(), strict=True))
    return [Status(found[f"nhs|{number}"]) for number in NHS if f"nhs|{number}" in found]


def list_of(header: str, *rows: str) -> str:
    return header + "\n" + "".join(f"{number},{row}\n" for number, row in zip(NHS, rows, strict=False))


@pytest.mark.parametrize(
    ("layout", "table", "expected"),
    [
        (
            "SRPatientRegistration",
            list_of(
                "NHS Number,DateRegistration,DateDeRegistration,RegistrationStatus",
                "29 Sep 2011 14:53:28,,GMS", "29 Sep 2011 00:00:00,03 Mar 2019 00:00:00,GMS",
                "29 Sep 2011 00:00:00,,Temporary Resident", "29 Sep 2011 00:00:00,,Deducted",
            ),
            [R, L, T, L],
        ),
        (
            "miquest",
            list_of(
                "NHS_NUMBER,DATE_OF_BIRTH,ACTIVE,REGISTERED_DATE,REMOVED_DATE,DATE_OF_DEATH",
                "19610304,R,20010101,,", "19610305,L,20010101,20100101,", "19610306,D,20010101,,20150505",
                "19610307,T,20240101,,",
            ),
            [R, L, D, T],
        ),
        (
            "cprd",
            list_of(
                "NHS Number,yob,regstartdate,regenddate,acceptable,cprd_ddate",
                "1961,01/01/2001,,1,", "1962,01/01/2001,05/06/2015,1,", "1963,01/01/2001,,1,09/09/2016",
                "1964,01/01/2001,,0,",
            ),
            [R, L, D, R],
        ),
        (
            "emis_default_dates",
            list_of(
                "NHS Number,DateOfBirth,PatientTypeDescription,DateOfRegistration,DateofDeactivation,DateOfDeath",
                "1961-03-04,Regular,2001-01-01,1899-12-31,1899-12-31",
                "1961-03-05,Regular,2001-01-01,2012-02-02,",
                "1961-03-06,Regular,2001-01-01,,2013-03-03",
            ),
            [R, L, D],
        ),
        (
            "breast_screening",
            list_of("NHS Number,Date of Birth,Reason for Removal,Date of Death",
                    "1961-03-04,DEA,", "1961-03-05,EMB,", "1961-03-06,,2014-01-01"),
            [D, L, D],
        ),
        (
            "flags",
            list_of("NHS Number,DOB,Registered,Deceased", "04/03/1961,Y,N", "05/03/1961,N,N", "06/03/1961,Y,Y"),
            [R, L, D],
        ),
        (
            "came_back",
            list_of("NHS Number,Date of registration,Date left", "01/02/2020,05/06/2010", "01/02/2001,05/06/2010"),
            [R, L],
        ),
    ],
)  # fmt: skip
def test_layouts(surveyed: Surveyed, layout: str, table: str, expected: list[Status]) -> None:
    survey = surveyed(**{layout: table})
    assert statuses(survey) == expected
    assert survey.patients.has_status


def many(day: str, rows: int = 300) -> str:
    """Events of the first patient, so that the export's own day is sure."""
    return "NHS Number,Event date,Code\n" + f"{NHS[0]},{day},H33..\n" * rows


def test_who_is_to_leave_has_not_left_and_who_is_to_join_is_not_here_yet(surveyed: Surveyed) -> None:
    survey = surveyed(
        events=many("14/10/2026"),
        patients=list_of(
            "NHS Number,Date of registration,Date left,Registration status",
            "01/02/2001,05/11/2031,Regular", "01/02/2001,31/12/2099,Regular", "01/02/2001,13/10/2026,Regular",
            "05/11/2031,,Regular", "01/02/2001,05/11/2031,Temporary", "01/02/2001,05/11/2031,Deducted",
        ),
    )  # fmt: skip
    assert statuses(survey) == [R, R, L, T, T, L]


def test_of_several_registrations_the_last_holds(surveyed: Surveyed) -> None:
    history = "NHS Number,DateRegistration,DateDeRegistration,RegistrationStatus\n"
    for number, rows in zip(
        NHS,
        (
            ("01/01/2001,02/02/2005,GMS", "03/03/2010,,GMS"),
            ("03/03/2010,,GMS", "01/01/2001,02/02/2005,GMS"),
            ("01/01/2001,02/02/2005,GMS", "03/03/2010,04/04/2011,GMS"),
            ("01/01/2001,,GMS", "05/05/2012,06/05/2012,Temporary Resident"),
        ),
        strict=False,
    ):
        history += "".join(f"{number},{row}\n" for row in rows)
    assert statuses(surveyed(SRPatientRegistration=history)) == [R, R, L, L]


def test_an_active_note_says_nothing_of_the_patient(surveyed: Surveyed) -> None:
    survey = surveyed(
        NOTES="CaseRef,NHS Number,NoteText,Active\n" + f"1,{NHS[0]},rang,FALSE\n2,{NHS[1]},rang,TRUE\n"
    )
    assert not survey.patients.has_status


def test_no_word_of_registration_is_no_status(surveyed: Surveyed) -> None:
    survey = surveyed(list=list_of("NHS Number,DOB,Deceased", "04/03/1961,N", "05/03/1961,Y"))
    assert not survey.patients.has_status
    assert statuses(survey) == [U, D]


def patient(number: str, **more: object) -> dict[str, object]:
    system = "https://fhir.nhs.uk/Id/nhs-number"
    return {
        "resource": {
            "resourceType": "Patient", "id": number, "birthDate": "1961-03-04",
            "identifier": [{"system": system, "value": number}], **more,
        }
    }  # fmt: skip


def registration(code: str, words: str, **period: str) -> list[dict[str, object]]:
    base = "https://fhir.nhs.uk/STU3/"
    coding = {"system": f"{base}CodeSystem/CareConnect-RegistrationType-1", "code": code, "display": words}
    return [
        {
            "url": f"{base}StructureDefinition/Extension-CareConnect-GPC-RegistrationDetails-1",
            "extension": [
                {"url": "registrationType", "valueCodeableConcept": {"coding": [coding]}},
                {"url": "registrationPeriod", "valuePeriod": period},
            ],
        }
    ]


def test_fhir_patients(tmp_path: Path) -> None:
    confidential = {"security": [{"system": "http://hl7.org/fhir/v3/Confidentiality", "code": "R"}]}
    entries = [
        patient(NHS[0], active=True, deceasedBoolean=False, meta=confidential),
        patient(NHS[1], active=True, deceasedBoolean=True),
        patient(NHS[2], active=False),
        patient(NHS[3], active=True, deceasedDateTime="2020-01-01"),
        patient(NHS[4], active=True, extension=registration("T", "Temporary", start="2024-01-01")),
        patient(
            NHS[5], active=True, extension=registration("R", "Regular", start="2001-01-01", end="2019-01-01")
        ),
        patient(NHS[6], active=True, extension=registration("R", "Regular", start="2001-01-01")),
    ]
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), "utf-8")
    survey = survey_export(open_export([path]))
    assert statuses(survey) == [R, D, L, D, T, L, R]
    flags = dict(zip(survey.patients.identity, survey.patients.objections.tolist(), strict=True))
    assert [bool(flags[f"nhs|{number}"]) for number in NHS] == [True] + [False] * 6


VISION = [
    "PID",
    "REFERENCE",
    "DATE_OF_BIRTH",
    "SEX",
    "POSTCODE",
    "MARITAL_STATUS",
    "GP",
    "GP_USUAL",
    "ACTIVE",
    "REGISTERED_DATE",
    "REMOVED_DATE",
    "HA",
    "PCG",
    "SURGERY",
    "MILEAGE",
    "DISPENSING",
    "ETHNIC",
    "DATE_OF_DEATH",
    "PRACTICE",
    "SURNAME",
    "FORENAME",
    "TITLE",
    "NHS_NUMBER",
    "ADDRESS",
    "ADDRESS_1",
    "ADDRESS_2",
    "ADDRESS_3",
    "ADDRESS_4",
    "ADDRESS_5",
    "PHONE_NUMBER",
    "MOBILE_NUMBER",
    "EMAIL",
    "PRACT_NUMBER",
    "SERVICE_ID",
    "ACTION",
]


def test_vision_without_headings(tmp_path: Path) -> None:
    said = [("R", "", ""), ("L", "20200101", ""), ("D", "20200101", "20200101"), ("T", "", "")]
    lines = []
    for at, (active, removed, died) in enumerate(said):
        cells = dict.fromkeys(VISION, "")
        cells.update(
            PID=str(100 + at), REFERENCE=str(200 + at), DATE_OF_BIRTH="19610304", SEX="F", POSTCODE="BS6 5QA",
            ACTIVE=active, REGISTERED_DATE="20010101", REMOVED_DATE=removed, DATE_OF_DEATH=died, PRACTICE="F86007",
            SURNAME="INVENTED", FORENAME="ANN", NHS_NUMBER=NHS[at], SERVICE_ID="1", ACTION="A",
        )  # fmt: skip
        lines.append(",".join(cells[name] for name in VISION))
    path = tmp_path / "INCREMENTAL_F86007_patient_data_extract-2018-08-17-000500.csv"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    assert statuses(survey_export(open_export([path]))) == [R, L, D, T]


@pytest.mark.parametrize("said", ["Formerly registered", "Was regular", "Regular until 2020"])
def test_who_was_registered_once_has_left(said: str) -> None:
    assert status_of_text(said, "Registration status") is L


@pytest.mark.parametrize(
    ("left", "died", "status"),
    [
        ("", "2020", D), ("", "Dec 2020", D), ("", "12/2020", D), ("2020", "", L), ("June 2020", "", L),
        ("2009", "", R), ("", "unknown", R), ("", "1900", R), ("", "9999", R), ("", "", R),
    ],
)  # fmt: skip
def test_a_year_alone_is_a_day_of_death_or_of_leaving(
    tmp_path: Path, left: str, died: str, status: Status
) -> None:
    path = tmp_path / "patients.csv"
    rows = [f"{n},01/01/2010,01/02/2015,03/02/2015,Registered" for n in NHS[1:]]
    rows += [f"{NHS[0]},01/01/2010,{left},{died},Registered"]
    head = "NHS Number,Date registered,Date of deduction,Date of death,Registration status"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    patients = survey_export(open_export([path])).patients
    assert patients.status[list(patients.identity).index(f"nhs|{NHS[0]}")] == status
