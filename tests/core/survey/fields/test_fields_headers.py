"""What headings say: people's spellings, suppliers' spellings, and the published supplier layouts."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from core.model import Kind, Role
from core.survey.fields.headers import header_meaning, header_words, table_meanings, table_subject
from resources import ROOT

CASES = """
NHS no.|direct_identifier|nhs_number
NHS_NO|direct_identifier|nhs_number
PatNHSNo|direct_identifier|nhs_number
NHS Number (no spaces)|direct_identifier|nhs_number
CHI No|direct_identifier|nhs_number
H&C Number|direct_identifier|nhs_number
EMIS Number|direct_identifier|patient_key
Hosp No|direct_identifier|patient_key
LOCAL_PATIENT_ID|direct_identifier|patient_key
IDPatient|linking_key|patient_key
patid|linking_key|patient_key
Pt name|direct_identifier|full_name
Surname, First Name|direct_identifier|full_name
First name(s)|direct_identifier|forename
Calling Name|direct_identifier|forename
FAMILY_NAME|direct_identifier|surname
House Name / Flat Number|direct_identifier|address
ADD 1|direct_identifier|address
Key safe|direct_identifier|address
HomeAddressStreet|direct_identifier|address
Mob|direct_identifier|phone
Tel. No|direct_identifier|phone
Mobile Tel No 2|direct_identifier|phone
E-mail Address|direct_identifier|email
N.I. No|direct_identifier|ni_number
ReferralUBRN|direct_identifier|other_identifier
FILEPATH|direct_identifier|other_identifier
Next of kin tel|direct_identifier|third_party
Parent/guardian|direct_identifier|third_party
RelationshipWithHouseName|direct_identifier|third_party
RelationshipWithDateOfBirth|quasi_identifier|third_party
PARENT_1_EMAIL|direct_identifier|third_party
RecipientSurname|direct_identifier|third_party
D.O.B.|quasi_identifier|date_of_birth
DoB (dd/mm/yyyy)|quasi_identifier|date_of_birth
DateBirth|quasi_identifier|date_of_birth
Date of Death|quasi_identifier|date_of_death
YOB|quasi_identifier|year_of_birth
Age (yrs)|quasi_identifier|age
Gender|quasi_identifier|sex
Ethnic Origin|quasi_identifier|ethnicity
Post Code|quasi_identifier|postcode
FullPostCode|quasi_identifier|postcode
Lower Layer Area (2011)|quasi_identifier|area
Townsend Score|quasi_identifier|area
Main Language|quasi_identifier|social
SpineSensitive|quasi_identifier|flag
Type 1 opt out|quasi_identifier|flag
DateofDeactivation|quasi_identifier|left_date
DateRegistration|quasi_identifier|registered_date
Date reg'd|quasi_identifier|registered_date
Usual GP|staff|staff_name
Usual GP's Full Name|staff|staff_name
User Details' Full Name|staff|staff_name
Session Holder's Full Name|staff|staff_name
PERFORMING_PROFESSIONAL_SURNAME|staff|staff_name
GMC No|staff|staff_code
Usual GP's Organisation Code|staff|organisation
Practice code|staff|organisation
Location's Postcode|staff|organisation
IDProfileEnteredBy|linking_key|staff_code
OrganisationGuid|linking_key|organisation
RowIdentifier|linking_key|row_key
IDAAndEAttendance|linking_key|row_key
Read code|coded_clinical|code
SNOMED Code|coded_clinical|code
SnomedCTConceptId|coded_clinical|code
CTV3Code|coded_clinical|code
CodeId|coded_clinical|code
Code Term|coded_clinical|term
CTV3Text|coded_clinical|term
RUBRIC|coded_clinical|term
Reason for referral|coded_clinical|term
Slot Type|coded_clinical|term
IsPrescribedAsContraceptive|coded_clinical|flag
Value|clinical_value|value
HbA1c (mmol/mol)|clinical_value|value
Units|clinical_value|unit
Event Date|clinical_value|event_date
DateDeleted|clinical_value|event_date
Date of last HbA1c|clinical_value|event_date
Appointment Time|clinical_value|event_time
Associated Text|free_text|note
Dosage|free_text|note
Notes for GP|free_text|note
TextualEventDoneBy|free_text|staff_name
Patient Type|administrative|status
Registration Status|administrative|status
ACTIVE|administrative|status
As GMS|administrative|other
Hosp. Unit No.|direct_identifier|patient_key
LocationNow|direct_identifier|address
Age last birthday|quasi_identifier|age
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES, ids=[case.split("|")[0] for case in CASES])
def test_headings(case: str) -> None:
    header, kind, role = case.split("|")
    meaning = header_meaning(header)
    assert meaning is not None
    assert (meaning.kind, meaning.role) == (Kind(kind), Role(role))


@pytest.mark.parametrize(
    "header",
    [
        "HIV status",
        "Diabetes flag",
        "CD4 count",
        "Contraceptive method",
        "Frailty",
        "Wound site",
        "Xq7",
        "",
        "%%",
        "1",
    ],
)
def test_health_words_and_strangers_are_never_administrative(header: str) -> None:
    meaning = header_meaning(header)
    assert meaning is None or meaning.kind is not Kind.ADMINISTRATIVE or header == "%%"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("D.O.B.", ("dob",)),
        ("NHSNumber", ("nhs", "number")),
        ("Usual GP's Full Name", ("usual", "gp", "full", "name")),
        ("E-mail Address", ("email", "address")),
        ("IDMultiLexDMD", ("id", "multi", "lex", "dmd")),
        ("\ufeffDate_of_Birth(dd/mm/yyyy)", ("date", "of", "birth", "dd", "mm", "yyyy")),
    ],
)
def test_words_of_a_heading(header: str, words: tuple[str, ...]) -> None:
    assert header_words(header) == words


def test_tables_about_staff_and_the_tables_that_only_sound_so() -> None:
    assert table_subject("bulk_95047_Admin_UserInRole_20231017043213_F95EE3AF") == "staff"
    assert table_subject("SROrganisationBranch") == "organisation"
    assert table_subject("Practice flu list") == ""
    surname = table_meanings("SRStaffMember", ["Surname", "RowIdentifier"])[0]
    assert surname is not None
    assert surname.kind is Kind.STAFF
    patients = table_meanings("Staff", ["Surname", "NHS Number"])[0]
    assert patients is not None
    assert patients.kind is Kind.DIRECT_IDENTIFIER


def test_key_of_the_patient_table_is_the_patients_key() -> None:
    key = header_meaning("RowIdentifier", "SRPatient")
    assert key is not None
    assert key.role is Role.PATIENT_KEY
    other = header_meaning("RowIdentifier", "SRCode")
    assert other is not None
    assert other.role is Role.ROW_KEY


def test_published_layouts(shared: Path) -> None:
    """No direct identifier missed in 240 supplier tables, and at least 95% of the labelled columns agree."""
    formats = json.loads((shared / "reference/headers.json").read_text(encoding="utf-8"))["formats"]
    letters = {
        "d": Kind.DIRECT_IDENTIFIER,
        "q": Kind.QUASI_IDENTIFIER,
        "c": Kind.CODED_CLINICAL,
        "n": Kind.CLINICAL_VALUE,
        "t": Kind.FREE_TEXT,
        "s": Kind.STAFF,
        "k": Kind.LINKING_KEY,
    }
    right: Counter[bool] = Counter()
    for tables in formats.values():
        for table, variants in tables.items():
            for variant in variants:
                meanings = table_meanings(table, variant["columns"])
                for column, label, meaning in zip(
                    variant["columns"], variant["classes"], meanings, strict=True
                ):
                    if label not in letters:
                        continue
                    kind = meaning.kind if meaning else Kind.UNKNOWN
                    right[kind is letters[label]] += 1
                    assert label != "d" or kind is Kind.DIRECT_IDENTIFIER, f"{table}.{column}"
                    assert label != "q" or kind is not Kind.ADMINISTRATIVE or meaning.role is Role.STATUS
    assert right[True] / right.total() >= 0.95


def test_vocabulary_is_data_that_loads_and_repeats_nothing_in_one_entry() -> None:
    for path in sorted((ROOT / "headers").glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("meaning", ()):
            Role(entry["role"]), Kind(entry["kind"])
            assert 0 < entry["weight"] < 1
            for where in ("is", "ends", "starts", "has"):
                phrases = entry.get(where, [])
                assert len(phrases) == len(set(phrases)), (path.name, entry["says"], where)
