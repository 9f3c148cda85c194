"""What a table's fields are found to be, from headings and values together."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pyarrow as pa
import pytest

from core.model import Field, Finding, Kind, Role
from core.protection.actions import Setting, run_of
from core.survey.fields.classify import classify_table
from core.survey.fields.headers import DATES
from tests.core.survey.conftest import nhs_numbers

INVENTED_GIVEN = ["Amina", "Brian", "Chioma", "Dilys", "Ewa", "Farah", "Gareth", "Hannah", "Imran", "Joan"]
INVENTED_LAST = [
    "Ahmed",
    "Bloggs",
    "Chan",
    "Davies",
    "Eze",
    "Fletcher",
    "Gill",
    "Hughes",
    "Iqbal",
    "Jankowski",
]


def classify(table: str = "export", /, **columns: list[str | None]) -> dict[str, Finding]:
    fields = [Field(i, name, name) for i, name in enumerate(columns)]
    return {
        f.field: f
        for f in classify_table(table, fields, [pa.array(c, pa.string()) for c in columns.values()])
    }


def unheaded(values: list[str | None], *others: list[str | None]) -> Finding:
    columns = [values, *others]
    fields = [Field(i, f"(column {i + 1})", "") for i in range(len(columns))]
    return classify_table("Sheet1", fields, [pa.array(c, pa.string()) for c in columns])[0]


def births(count: int, form: str = "{d:02d}/{m:02d}/{y}") -> list[str | None]:
    draw = random.Random(1)
    return [
        form.format(d=draw.randint(1, 28), m=draw.randint(1, 12), y=draw.randint(1925, 2023))
        for _ in range(count)
    ]


def recent(count: int) -> list[str | None]:
    draw = random.Random(2)
    return [
        f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{draw.randint(2022, 2025)}"
        for _ in range(count)
    ]


def test_nhs_number_with_heading_values_and_evidence_in_words() -> None:
    values = [*nhs_numbers(9_998), "9990000019", "9990000029"]
    finding = classify(**{"NHS No.": values})["NHS No."]
    assert (finding.kind, finding.role) == (Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER)
    assert "9,998 of 10,000 values are NHS numbers with a correct check digit" in finding.evidence
    assert finding.evidence[0] == "the heading says 'NHS No.': NHS number"
    assert finding.confidence > 0.95
    assert (finding.filled, finding.distinct) == (10_000, 10_000)


@pytest.mark.parametrize(
    "heading", ["Notes", "Value", "Code Term", "Status", "ID", "Column7", "Patient ID", "Batch No"]
)
def test_nhs_numbers_are_found_under_any_heading(heading: str) -> None:
    finding = classify(**{heading: nhs_numbers(200)})[heading]
    assert (finding.kind, finding.role) == (Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER)


@pytest.mark.parametrize(
    "values", [["x1", "y2", "n/a", "see notes"] * 10, [None] * 10, ["9.99E+09"] * 10, ["123"] * 10]
)
def test_heading_of_an_identifier_is_enough(values: list[str | None]) -> None:
    found = classify(**{"NHS Number": values, "Surname": values, "Mobile": values})
    assert all(finding.kind is Kind.DIRECT_IDENTIFIER for finding in found.values())
    assert found["NHS Number"].role is Role.NHS_NUMBER


def test_damaged_and_wrong_numbers_are_flagged_without_a_heading() -> None:
    damaged = unheaded(["9.99E+09"] * 20)
    assert (damaged.kind, damaged.role) == (Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER)
    grouped = unheaded([f"999 {n:03d} 0000" for n in range(20)])
    assert (grouped.kind, grouped.role) == (Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER)


DIRECT, QUASI = Kind.DIRECT_IDENTIFIER, Kind.QUASI_IDENTIFIER
FOUND_BY_VALUES = [
    ("email", ["jo.bloggs@example.org", "a.b@example.com", "c@example.net"], DIRECT, Role.EMAIL),
    ("phone", ["07700 900123", "+44 7700 900456", "020 7946 0867"], DIRECT, Role.PHONE),
    ("phone without zero", ["7700900123", "7700900456", "7700900789"], DIRECT, Role.PHONE),
    ("ni", ["AB123456C", "AB 12 34 57 C", "CE654321A"], DIRECT, Role.NI_NUMBER),
    ("postcode", ["LS19 6BA", "SW1A1AA", "WF8 1AB"], QUASI, Role.POSTCODE),
    ("district", ["LS19", "WF8", "BS6", "LS6"], QUASI, Role.AREA),
    ("lsoa", ["E01000001", "E01000002", "W01000003"], QUASI, Role.AREA),
    ("address", ["23 Victoria Road", "Flat 4, 1 High Street", "9 Church Lane"], DIRECT, Role.ADDRESS),
    ("surname first", ["TOOSY, Raza (Mr)", "BLOGGS, Jo (Ms)"], DIRECT, Role.FULL_NAME),
    ("full name", ["Amina Ahmed", "Brian Davies", "Ewa Jankowski"], DIRECT, Role.FULL_NAME),
    ("given names", INVENTED_GIVEN, DIRECT, Role.FORENAME),
    ("surnames", INVENTED_LAST, DIRECT, Role.SURNAME),
    ("sex", ["M", "F", "F"], QUASI, Role.SEX),
    ("title", ["Mr", "Mrs", "Dr"], QUASI, Role.TITLE),
    ("ethnicity", ["White British", "Asian or Asian British - Indian"], QUASI, Role.ETHNICITY),
    ("snomed", ["73211009", "195967001", "38341003"], Kind.CODED_CLINICAL, Role.CODE),
    ("read", ["C10F.", "H33..", "246.."], Kind.CODED_CLINICAL, Role.CODE),
    ("units", ["mmol/L", "kg", "%"], Kind.CLINICAL_VALUE, Role.UNIT),
    ("status", ["Regular", "Temporary", "Deducted"], Kind.ADMINISTRATIVE, Role.STATUS),
    ("url", ["https://example.org/a", "www.example.org"], DIRECT, Role.OTHER_IDENTIFIER),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "kind", "role"), [case[1:] for case in FOUND_BY_VALUES], ids=[c[0] for c in FOUND_BY_VALUES]
)
def test_found_by_values_without_a_heading(values: list[str | None], kind: Kind, role: Role) -> None:
    finding = unheaded(values * 12)
    assert (finding.kind, finding.role) == (kind, role)
    assert "there is no heading" in finding.evidence


def test_guid_keys() -> None:
    guids: list[str | None] = [f"{{F8E1A85B-0B39-4714-B414-{n:012X}}}" for n in range(40)]
    assert unheaded(guids).kind is Kind.LINKING_KEY
    found = classify(PatientGuid=guids, ObservationGuid=guids, ClinicianUserInRoleGuid=guids)
    assert found["PatientGuid"].role is Role.PATIENT_KEY
    assert found["ObservationGuid"].role is Role.ROW_KEY
    assert found["ClinicianUserInRoleGuid"].role is Role.STAFF_CODE
    assert {finding.kind for finding in found.values()} == {Kind.LINKING_KEY}


@pytest.mark.parametrize("heading", ["Title", "Reference", "Priority", "Value", "Sex", "Language"])
def test_full_names_are_found_under_headings_that_do_not_explain_them(heading: str) -> None:
    people = [f"{given} {last}" for given in INVENTED_GIVEN for last in INVENTED_LAST]
    finding = classify(**{heading: people})[heading]
    assert (finding.kind, finding.role) == (Kind.DIRECT_IDENTIFIER, Role.FULL_NAME)


def test_code_terms_full_of_people_are_taken_back() -> None:
    assert classify(**{"Code Term": INVENTED_LAST * 9})["Code Term"].kind is Kind.UNKNOWN
    people = [f"{given} {last}" for given in INVENTED_GIVEN for last in INVENTED_LAST]
    assert classify(**{"Code Term": people})["Code Term"].kind is Kind.DIRECT_IDENTIFIER


def test_unknown_stays_unknown() -> None:
    assert unheaded(["12", "7", "33"] * 10).kind is Kind.UNKNOWN
    assert unheaded(["alpha", "beta", "gamma", "delta"] * 10).kind is Kind.UNKNOWN
    assert unheaded([None] * 10).kind is Kind.UNKNOWN
    assert unheaded(recent(50)).kind is Kind.UNKNOWN
    found = classify(Zorp=["1", "2"] * 9, **{"HIV status": ["Y", "N"] * 9, "Diabetes flag": ["0", "1"] * 9})
    assert {finding.kind for finding in found.values()} == {Kind.UNKNOWN}


def test_an_administrative_heading_over_varied_words_is_doubted() -> None:
    words: list[str | None] = [
        f"remark about someone {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(40)
    ]
    assert classify(Priority=words)["Priority"].kind in {Kind.UNKNOWN, Kind.FREE_TEXT}
    assert classify(Priority=["High", "Low"] * 20)["Priority"].kind is Kind.ADMINISTRATIVE


@pytest.mark.parametrize("heading", ["Value", "Code Term", "Units", "Slot Type"])
def test_a_few_strong_identifiers_take_a_passing_kind_back(heading: str) -> None:
    values: list[str | None] = ["raised", "normal", "120"] * 60
    assert classify(**{heading: values})[heading].kind in {Kind.CLINICAL_VALUE, Kind.CODED_CLINICAL}
    planted = [*values, "ring 07700 900123", "jo@example.org", "ring 07700 900124"]
    finding = classify(**{heading: planted})[heading]
    assert finding.kind is Kind.UNKNOWN
    assert any("3 of 183 values hold" in line for line in finding.evidence)
    assert finding.role is classify(**{heading: values})[heading].role


def test_which_date_is_the_birth() -> None:
    found = classify(
        **{
            "Date of Birth": births(60),
            "Date": recent(60),
            "Date of Registration": births(60),
            "Date Deducted": recent(60),
            "Date of Death": recent(60),
        }
    )
    assert [finding.role for finding in found.values()] == [
        Role.DATE_OF_BIRTH,
        Role.EVENT_DATE,
        Role.REGISTERED_DATE,
        Role.LEFT_DATE,
        Role.DATE_OF_DEATH,
    ]
    assert [finding.kind for finding in found.values()] == [
        Kind.QUASI_IDENTIFIER,
        Kind.CLINICAL_VALUE,
        Kind.QUASI_IDENTIFIER,
        Kind.QUASI_IDENTIFIER,
        Kind.QUASI_IDENTIFIER,
    ]


@pytest.mark.parametrize("form", ["{d:02d}/{m:02d}/{y}", "{y}-{m:02d}-{d:02d}", "{y}{m:02d}{d:02d}"])
def test_birth_dates_without_a_heading(form: str) -> None:
    finding = unheaded(births(60, form), recent(60))
    assert (finding.kind, finding.role) == (Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH)


def test_births_under_a_plain_or_wrong_heading() -> None:
    plain = classify(Date=births(60), Name=INVENTED_LAST * 6)["Date"]
    assert (plain.kind, plain.role) == (Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH)
    wrong = classify(Flag=births(60))["Flag"]
    assert wrong.kind is Kind.QUASI_IDENTIFIER
    beside = classify(Date=births(61)[1:], DOB=births(60))["Date"]
    assert beside.role is Role.EVENT_DATE


def test_years_and_months_of_birth() -> None:
    found = classify(yob=["1984", "1932"] * 10, mob=["4", "12"] * 10, DOB=["1984", "1932"] * 10)
    assert found["yob"].role is Role.YEAR_OF_BIRTH
    assert (found["mob"].kind, found["mob"].role) == (Kind.QUASI_IDENTIFIER, Role.YEAR_OF_BIRTH)
    assert found["DOB"].role is Role.YEAR_OF_BIRTH
    assert classify(Mob=["07700 900123"] * 5)["Mob"].role is Role.PHONE


def test_two_digit_years_and_defaults_are_said() -> None:
    finding = classify(DOB=["29-Nov-73", "01-Jan-25", "31-Dec-1899"] * 5)["DOB"]
    assert "years have two digits: 1925 and 2025 are written alike" in finding.evidence
    assert "some dates are a system's way of saying 'not known'" in finding.evidence


def test_days_written_as_numbers_are_said_to_be_unreadable() -> None:
    """A spreadsheet's day number or a program's count of seconds: the heading says a date."""
    columns: dict[str, list[str | None]] = {
        "Date of birth": [f"{20_000 + 37 * n}" for n in range(200)],
        "Registered date": [f"{38_000 + n}.5" for n in range(200)],
        "Event date": [f"{1_600_000_000 + 86_400 * n}" for n in range(200)],
        "Date recorded": [f"{(1_600_000_000 + 86_400 * n) * 1000}" for n in range(200)],
        "Date of death": [f"2021-W{1 + n % 50:02d}-{1 + n % 7}" for n in range(200)],
    }
    for name, values in columns.items():
        found = classify(**{name: values})[name]
        assert found.role in DATES, name
        assert any("no year or month can be made" in said for said in found.evidence), name
        for action in ("year", "month"):
            done = run_of(action, Setting(found.role))
            assert {done(value or "") for value in values} == {(None, "unreadable")}
    ordinary = classify(**{"Event date": recent(200)})["Event date"]
    assert not any("no year or month" in said for said in ordinary.evidence)


def test_free_text_and_the_term_of_a_code() -> None:
    draw = random.Random(3)
    words = ["seen", "today", "with", "cough", "and", "fever", "chest", "clear", "advised", "rest", "return"]
    notes: list[str | None] = [" ".join(draw.choices(words, k=14)) for _ in range(60)]
    codes: list[str | None] = ["73211009", "195967001", "38341003", "22298006", "13645005", "44054006"] * 10
    names = dict(zip(codes[:6], "abcdef", strict=True))
    terms: list[str | None] = [f"Disorder of the {names[c]} type, with words" for c in codes]
    assert unheaded(notes).kind is Kind.FREE_TEXT
    assert classify(**{"Code Term": terms})["Code Term"].role is Role.TERM
    by_code = unheaded(terms, codes)
    assert (by_code.kind, by_code.role) == (Kind.CODED_CLINICAL, Role.TERM)
    assert classify(**{"Batch No": notes})["Batch No"].kind is Kind.FREE_TEXT
    assert classify(**{"Associated Text": ["y", "n"] * 9})["Associated Text"].kind is Kind.FREE_TEXT


def test_disease_names_are_no_column_of_surnames() -> None:
    terms = ["Parkinson disease", "Hodgkin lymphoma", "Crohn disease", "Addison disease", "Graves disease"]
    more = [
        "Down syndrome",
        "Turner syndrome",
        "Barrett oesophagus",
        "Paget disease",
        "Asthma",
        "Hypertension",
    ]
    finding = classify(**{"Code Term": (terms + more) * 10})["Code Term"]
    assert (finding.kind, finding.role) == (Kind.CODED_CLINICAL, Role.TERM)
    assert unheaded((terms + more) * 10).role not in {Role.SURNAME, Role.FULL_NAME}


def test_staff_and_organisations() -> None:
    found = classify(
        **{
            "Usual GP's Full Name": ["TOOSY, Raza (Dr)", "HARVEY, Ann (Dr)"] * 20,
            "Practice code": ["A83627", "Y01234"] * 20,
            "Location's Postcode": ["LS19 6BA"] * 40,
        }
    )
    assert {finding.kind for finding in found.values()} == {Kind.STAFF}
    assert unheaded(["Dr Harvey", "Dr Patel"] * 20).kind is Kind.STAFF


def test_identifiers_of_patients_under_staff_headings() -> None:
    assert classify(**{"Clinician code": nhs_numbers(40)})["Clinician code"].kind is Kind.DIRECT_IDENTIFIER


def test_third_parties_whatever_they_hold() -> None:
    found = classify(
        **{
            "Next of kin tel": ["07700 900123"] * 5,
            "Mother's name": ["Joan Bloggs"] * 5,
            "Carer NHS number": nhs_numbers(5),
            "Emergency contact number": ["1", "2", "3", "4", "5"],
        }
    )
    assert {(f.kind, f.role) for f in found.values()} == {(Kind.DIRECT_IDENTIFIER, Role.THIRD_PARTY)}
    assert classify(NextOfKin=["TRUE", "FALSE"] * 20)["NextOfKin"].kind is Kind.QUASI_IDENTIFIER


def test_findings_never_quote_a_value() -> None:
    values: dict[str, list[str | None]] = {
        "Surname": ["Qxbloggs"] * 9,
        "NHS Number": ["9990000018"] * 9,
        "Notes": ["rang Qxbloggs on 07700 900123 about his results"] * 9,
        "DOB": ["29/11/1973"] * 9,
    }
    for finding in classify(**values).values():
        said = " ".join(finding.evidence)
        assert "Qxbloggs" not in said
        assert "9990000018" not in said
        assert "29/11" not in said


def test_same_in_same_out_and_in_field_order() -> None:
    columns: dict[str, list[str | None]] = {
        "A": nhs_numbers(600),
        "Date": births(600),
        "C": [str(n) for n in range(600)],
    }
    first, second = classify(**columns), classify(**columns)
    assert first == second
    assert [finding.position for finding in first.values()] == [0, 1, 2]


def test_empty_table_and_repeated_headings() -> None:
    fields = [Field(0, "Date", "Date"), Field(1, "Date (2)", "Date"), Field(2, "(column 3)", "")]
    empty = classify_table("t", fields, [pa.array([], pa.string())] * 3)
    assert [finding.role for finding in empty] == [Role.EVENT_DATE, Role.EVENT_DATE, Role.OTHER]
    assert [finding.filled for finding in empty] == [0, 0, 0]


def test_headerless_layout_names_count_as_headings() -> None:
    fields = [Field(0, "SURNAME", ""), Field(1, "POSTCODE", "")]
    found = classify_table("Patient", fields, [pa.array(["x", None]), pa.array(["y", None])])
    assert [finding.role for finding in found] == [Role.SURNAME, Role.POSTCODE]
    assert found[0].evidence[0] == "files of this layout hold this here: surname"


def _csv(path: Path) -> tuple[list[str], list[list[str | None]]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        rows = list(csv.reader(stream))
    width = len(rows[0])
    cells = [[(row[i] or None) if i < len(row) else None for row in rows[1:] if row] for i in range(width)]
    return rows[0], cells


def test_invented_practice_report_with_and_without_headings(shared: Path) -> None:
    header, columns = _csv(shared / "oracles/freetext/uk_gp_synth_2k.csv")
    wanted = {
        "nhs_number": Role.NHS_NUMBER,
        "forename": Role.FORENAME,
        "surname": Role.SURNAME,
        "date_of_birth": Role.DATE_OF_BIRTH,
        "sex": Role.SEX,
        "ethnicity": Role.ETHNICITY,
        "address": Role.ADDRESS,
        "postcode": Role.POSTCODE,
        "phone": Role.PHONE,
        "email": Role.EMAIL,
        "usual_gp": Role.STAFF_NAME,
        "snomed_code": Role.CODE,
        "code_term": Role.TERM,
        "free_text": Role.NOTE,
    }
    arrays = [pa.array(column, pa.string()) for column in columns]
    headed = classify_table("report", [Field(i, n, n) for i, n in enumerate(header)], arrays)
    bare = classify_table("report", [Field(i, f"(column {i + 1})", "") for i in range(len(header))], arrays)
    for findings in (headed, bare):
        roles = {header[finding.position]: finding.role for finding in findings}
        assert {name: roles[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    "path",
    [
        "nhsconnect__gpconnect/_data/testing/patient_data_20160901.csv",
        "johnwaghorn__list-reconciliation/_data/unit/pds_api_data.csv",
        "johnwaghorn__list-reconciliation/_data/unit/A82023-OnlyOnGP-19700101000000.csv",
        "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/systm_one.csv",
        "nhsuk__manage-vaccinations-in-schools/cohort_import/valid.csv",
    ],
)
def test_real_layouts_name_every_identifier(shared: Path, path: str) -> None:
    header, columns = _csv(shared / "samples" / path)
    arrays = [pa.array(column, pa.string()) for column in columns]
    found = classify_table(Path(path).stem, [Field(i, n, n) for i, n in enumerate(header)], arrays)
    tell = ("nhs", "name", "forename", "add", "phone", "email", "birth", "dob", "post", "parent")
    for finding in found:
        heading = finding.field.casefold().replace("_", " ")
        if any(word in heading for word in tell):
            assert finding.kind in {Kind.DIRECT_IDENTIFIER, Kind.QUASI_IDENTIFIER}, finding.field
