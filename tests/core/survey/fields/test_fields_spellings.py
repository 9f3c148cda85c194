"""Headings as people and databases spell them, none of which any list has to hold as it stands."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Field, Finding, Kind, Role
from core.survey.fields.classify import classify_table
from core.survey.fields.headers import header_meaning
from core.survey.fields.spellings import in_full, mended, split, unwrapped, without_brackets
from core.survey.fields.vocabulary import vocabulary
from tests.core.survey.conftest import nhs_numbers

DIRECT, QUASI, CODED, VALUE = (
    Kind.DIRECT_IDENTIFIER,
    Kind.QUASI_IDENTIFIER,
    Kind.CODED_CLINICAL,
    Kind.CLINICAL_VALUE,
)

SPELLINGS: dict[tuple[Kind, Role], str] = {
    (DIRECT, Role.NHS_NUMBER): (
        "nhs_nbr|NHSNbr|nhsno|NHS #|N.H.S. No.|nhs-num|NHS_NUMBER_TXT|PatientNHSNumber|pt_nhs_no|Pt. NHS No|"
        "NhsNumberRaw|nhs number (10 digits)|src_nhs_number|Rhif GIG|NHS Numbr|nhsnumberclean"
    ),
    (DIRECT, Role.SURNAME): (
        "sname|Surname_txt|pt.surname|patientsurname|Pat_Surname|SURNAME_UPPER|Surname (legal)|lname|Last_Nm|"
        "client_surname|Cyfenw|surnmae|Surnam|family-name|fld_surname|Surnames"
    ),
    (DIRECT, Role.FORENAME): (
        "fname|Forename(s)|pat_forename|PT_FORENAME|forename1|forename_2|First Nm|forname|Enw cyntaf|"
        "given-names|patientforename|Forenames_Txt|middle_nm|Forename clean"
    ),
    (
        DIRECT,
        Role.FULL_NAME,
    ): "pt_nm|Patient Nm|patientname|PATIENT_NAME_TXT|Patient Details|Enw llawn",
    (DIRECT, Role.ADDRESS): (
        "addr1|addr_line_2|Adress Line 1|ADDRLN3|home_addr|pt_addr|Addr (line 4)|patientaddress|"
        "Address_Line_1_Clean|Cyfeiriad|House No/Name|hse_no|str_name|UPRN_id|Adress"
    ),
    (DIRECT, Role.PHONE): (
        "tel_no|telno1|mob|mob_tel|mobileno|TelephoneNo.|phone#|Telphone Number|Home Tel|work_ph_no|"
        "patient mobile|mob number|Rhif ffôn|contact_no|Tel (home)|Telephone Ext|hm_tel"
    ),
    (
        DIRECT,
        Role.EMAIL,
    ): "e-mail addr|EMail|email_addr_1|pt_email|Email_txt|E Mail Address|Ebost",
    (DIRECT, Role.NI_NUMBER): "NI No.|nino|nat_ins_no|NI_Nbr|National Insurance #",
    (
        DIRECT,
        Role.PATIENT_KEY,
    ): "hosp_no|HospNum|MRN|EMIS No|emis_nbr|hospital nmbr|pt code|Rhif y claf",
    (DIRECT, Role.OTHER_IDENTIFIER): "passport_num|ubrn_no|IP addr|Vehicle Reg|file_nm|Passport Nbr",
    (DIRECT, Role.THIRD_PARTY): (
        "nok_name|nok_tel|mothers_name|Mum's mobile|emergency contact name|Emergency tel|carer_phone|"
        "nok_addr_1|Father's Nm|NextOfKinTel|parent_2_email|Gofalwr|guardian nm|partner_name"
    ),
    (QUASI, Role.THIRD_PARTY): "mother_dob|nok_postcode|Carer's date of birth|partner_ethnicity",
    (QUASI, Role.DATE_OF_BIRTH): (
        "d_o_b|DOB (dd/mm/yyyy)|dte_of_birth|DateBirth|birthdate_dt|dob_dt|PatientDOB|pt_dob|D.O.B.|dob1|"
        "Dyddiad Geni|date_of_birth_raw|brth_dt|Date of Birht|birth-date|DOB_formatted"
    ),
    (QUASI, Role.POSTCODE): (
        "pcode|post_cd|Postocde|Post Code (Home)|pt_pcode|postcd|POSTCODE_CLEAN|Home_Addr_Postcode|Cod Post|"
        "patientpostcode|Post-Code|PostalCd"
    ),
    (QUASI, Role.SEX): "gender_cd|gndr|Gender_Desc|pt_sex|Sex (M/F)|Rhyw|genderdesc|patient_gender",
    (
        QUASI,
        Role.ETHNICITY,
    ): "ethn_grp_cd|EthnicityDesc|Ethnicty|ethnic_origin_txt|eth_grp|Grŵp ethnig",
    (QUASI, Role.SOCIAL): (
        "marital_status_desc|relig|lang_cd|Religon|Occuption|Main Language_txt|marital_stat|Iaith|"
        "child_school_urn|School Name|"
        "occupation_cd|nok_relationship|NOK rel|Carer relation|PARENT_1_RELATIONSHIP|"
        "(Next of kin) relationship term|Relationship (next of kin)|next_of_kin_rel_cd|"
        "emergency contact relationship|Household member relation"
    ),
    (QUASI, Role.AREA): "LSOA11|imd_decile_2019|Town_txt|LSOA_2021_cd|county_nm|msoa11cd",
    (QUASI, Role.AGE): "age_yrs|Age (years)|pt_age|Oed|Age at event",
    (QUASI, Role.DATE_OF_DEATH): "dod|dth_dt|Date_of_Dth|death_dt|date of death (if known)",
    (Kind.LINKING_KEY, Role.PATIENT_KEY): "pt_id|PatientID|pat_guid|person_id|PATID",
    (CODED, Role.CODE): "snomed_cd|read_cd|SNOMEDCode|ctv3_cd|Code (SNOMED)|drug_cd",
    (CODED, Role.TERM): "term_txt|drug_nm|Diagnosis_desc|Problem (main)|readterm|med_name",
    (VALUE, Role.VALUE): "qty|val|Wt (kg)|BMI kg/m2|hba1c_mmol_mol|BP systolic|result_val|Value_1",
    (VALUE, Role.EVENT_DATE): "event_dt|evt_date|consultation_dt|appt_dt|Date (event)|obs_dt",
    (Kind.FREE_TEXT, Role.NOTE): "free_txt|notes|comments_txt|Consultation Notes|Nodiadau|note_txt",
    (Kind.STAFF, Role.STAFF_NAME): "usual_gp|GP name|gp_surname|Usual Dr|clinician_nm|Meddyg teulu",
    (Kind.STAFF, Role.ORGANISATION): "prac_code|ods_cd|surgery_nm|org_cd|Practice Nm|Meddygfa",
}
CASES = [(text, kind, role) for (kind, role), texts in SPELLINGS.items() for text in texts.split("|")]


def test_there_are_enough_spellings() -> None:
    assert len(CASES) == len({text for text, _, _ in CASES}) >= 150


@pytest.mark.parametrize(("heading", "kind", "role"), CASES, ids=[text for text, _, _ in CASES])
def test_a_spelling_nobody_listed(heading: str, kind: Kind, role: Role) -> None:
    meaning = header_meaning(heading)
    assert meaning is not None
    assert (meaning.kind, meaning.role) == (kind, role)


@pytest.mark.parametrize("change", [str.upper, str.title, lambda text: f"\ufeff {text} ", lambda t: f'"{t}"'])
def test_case_blanks_and_marks_change_nothing(change: object) -> None:
    assert callable(change)
    for heading, kind, role in CASES:
        if heading.isascii() and heading.isalpha():
            meaning = header_meaning(change(heading))
            assert meaning is not None, heading
            assert (meaning.kind, meaning.role) == (kind, role), heading


@pytest.mark.parametrize(
    "heading",
    [
        "stage",
        "tumour stage",
        "Grade",
        "stated",
        "tested",
        "Xq7",
        "staged",
        "site of pain",
        "result given",
        "nameless",
    ],
)
def test_ordinary_words_are_no_misspelt_names_or_places(heading: str) -> None:
    meaning = header_meaning(heading)
    assert meaning is None or meaning.kind not in {DIRECT, QUASI}


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Tel type", Kind.ADMINISTRATIVE),
        ("phone_consent", Kind.ADMINISTRATIVE),
        ("Email verified", Kind.ADMINISTRATIVE),
        ("nhs_no_status", Kind.ADMINISTRATIVE),
        ("Responsible adult aware", QUASI),
        ("Recipient organisation", Kind.STAFF),
        ("Emergency call", None),
        ("Emergency admission date", VALUE),
    ],
)
def test_about_somebody_is_not_the_person(heading: str, kind: Kind | None) -> None:
    meaning = header_meaning(heading)
    assert (meaning and meaning.kind) == kind


THIRD_PARTIES = (
    "Sister's name|Brother|Grandmother|ICE phone|In case of emergency|Head of household|Key holder|Caller|"
    "Mother's maiden name|Father NHS number|Solicitor|Landlord phone|Witness|Sexual partner|Foster carer|"
    "Index patient name|Lives with|Head Teacher|Family members"
)
OF_THIRD_PARTIES = (
    "Relationship|Carer status|Mother's occupation|Partner's gender|Household ID|NOK consent|Is a carer|"
    "Contact's relationship to patient|Number of children|Parental responsibility"
)


@pytest.mark.parametrize("heading", THIRD_PARTIES.split("|"))
def test_other_people_are_third_parties(heading: str) -> None:
    meaning = header_meaning(heading)
    assert meaning is not None
    assert (meaning.kind, meaning.role) == (DIRECT, Role.THIRD_PARTY)


@pytest.mark.parametrize("heading", OF_THIRD_PARTIES.split("|"))
def test_what_tells_of_other_people_helps_to_identify(heading: str) -> None:
    meaning = header_meaning(heading)
    assert meaning is not None
    assert meaning.kind is QUASI


def test_pieces() -> None:
    known = vocabulary().words
    assert without_brackets("Forename(s)") == "Forenames"
    assert without_brackets("(none)") == "(none)"
    assert in_full(("nhs", "nbr")) == ("nhs", "number")
    assert list(unwrapped(("ethnicity", "desc", "txt"))) == [("ethnicity", "desc"), ("ethnicity",)]
    assert split(("homepostcode",), known) == ("home", "postcode")
    assert mended(("telphone", "postocde", "stage"), known) == ("telephone", "postcode", "stage")


@given(st.text(max_size=60))
def test_no_heading_is_too_odd(heading: str) -> None:
    meaning = header_meaning(heading)
    assert meaning is None or 0 < meaning.weight <= 1


def classify(**columns: list[str | None]) -> dict[str, Finding]:
    fields = [Field(i, name, name) for i, name in enumerate(columns)]
    found = classify_table("export", fields, [pa.array(c, pa.string()) for c in columns.values()])
    return {finding.field: finding for finding in found}


NAMES = ["Amina Ahmed", "Brian Hughes", "Chloe Davies", "Dilys Jones", "Gareth Evans", "Hannah Fletcher"]


@pytest.mark.parametrize("heading", ["Ref", "Value", "Code", "Type", "Status", "GP", "Count", "Term"])
def test_a_heading_that_hides_nhs_numbers(heading: str) -> None:
    found = classify(**{heading: nhs_numbers(60)})[heading]
    assert (found.kind, found.role) == (DIRECT, Role.NHS_NUMBER)


@pytest.mark.parametrize("heading", ["Value", "Ref", "Status", "Session", "Type", "Result", "Category"])
def test_a_heading_that_hides_names(heading: str) -> None:
    draw = random.Random(3)
    names = [f"{draw.choice(NAMES).split()[0]} {draw.choice(NAMES).split()[1]}" for _ in range(60)]
    found = classify(**{heading: [*names]})[heading]
    assert found.kind is DIRECT


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("HIV status", ["Positive", "Negative"]),
        ("Hepatitis category", ["1", "2"]),
        ("FGM indicator", ["Y", "N"]),
        ("Chlamydia method", ["Detected", "Not detected"]),
    ],
)
def test_a_choice_that_only_its_heading_explains_is_left_to_a_person(heading: str, values: list[str]) -> None:
    found = classify(**{heading: [*values] * 20})[heading]
    assert found.kind is Kind.UNKNOWN


def test_a_choice_in_words_is_screened_like_a_term() -> None:
    found = classify(**{"Leave type": ["Overnight", "Day", "Weekend"] * 20})["Leave type"]
    assert (found.kind, found.role) == (CODED, Role.TERM)


def test_the_gp_systems_copy_of_the_patient_is_the_patients() -> None:
    found = classify(
        gp_birthDate=["01/02/1950", "03/04/1960"],
        gp_name_family=["AHMED", "HUGHES"],
        gp_address_line1=["1 High Street", "2 Low Road"],
        gp_postalCode=["ZZ99 3VZ", "ZZ99 3WZ"],
    )
    assert found["gp_name_family"].role is Role.SURNAME
    assert found["gp_address_line1"].kind is DIRECT
    assert found["gp_birthDate"].role is Role.DATE_OF_BIRTH
    assert classify(gp_name=["Dr A Patel", "Dr B Ng"])["gp_name"].kind is Kind.STAFF


def test_nhs_numbers_that_fail_their_check_digit_are_no_telephone_numbers() -> None:
    wrong = [f"99900{n:05d}" for n in range(10_000, 10_040)]
    found = classify(**{"NHS number": [*wrong]})["NHS number"]
    assert (found.kind, found.role) == (DIRECT, Role.NHS_NUMBER)


@pytest.mark.parametrize("between", ["", " "])
def test_a_date_and_time_run_together_is_no_telephone_number(between: str) -> None:
    stamps = [f"19012{day}{between}12{minute:02d}" for day in range(10) for minute in range(0, 60, 9)]
    found = classify(**{"Interchange date": [*stamps]})["Interchange date"]
    assert found.kind is VALUE
