"""What a column is found to be by what it agrees with: name, number, postcode, birth, the patient's rows."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from core.model import Field, Finding, Kind, Role
from core.survey.fields.classify import classify_table

GIVEN = ["Amina", "Brian", "Chioma", "Dilys", "Ewa", "Farah", "Gareth", "Hannah", "Imran", "Joan"]
LAST = ["Ahmed", "Bloggs", "Chan", "Davies", "Eze", "Fletcher", "Gill", "Hughes", "Iqbal", "Jankowski"]
PATIENTS = 60
ROWS = 600


def nhs(count: int) -> list[str]:
    found: list[str] = []
    for nine in range(999_200_000, 999_999_999):
        digits = str(nine)
        last = (11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11) % 11
        if last < 10:
            found.append(digits + str(last))
        if len(found) == count:
            break
    return found


class Practice:
    """Invented patients, each with ten rows in no order, and columns made from them."""

    def __init__(self) -> None:
        self.draw = random.Random(7)
        self.of_row = [n % PATIENTS for n in range(ROWS)]
        self.draw.shuffle(self.of_row)
        self.nhs = nhs(PATIENTS)
        self.last = [LAST[n % 10] for n in range(PATIENTS)]
        self.first = [GIVEN[n // 10 + n % 4] for n in range(PATIENTS)]
        self.years = [self.draw.randint(1930, 2018) for _ in range(PATIENTS)]
        self.births = [
            f"{self.draw.randint(1, 28):02d}/{self.draw.randint(1, 12):02d}/{y}" for y in self.years
        ]
        self.codes = [f"ZZ99 {n % 10}{chr(65 + n % 2)}{'BDEFGHJLNP'[n // 10]}" for n in range(PATIENTS)]
        self.keys = self.draw.sample(range(10_000, 99_999), PATIENTS)

    def day(self, year: int) -> str:
        return f"{self.draw.randint(1, 28):02d}/{self.draw.randint(1, 12):02d}/{year}"

    def named(self) -> dict[str, list[str | None]]:
        return {"Surname": self.rows(self.last), "Forename": self.rows(self.first)}

    def rows(self, of_patient: list[str]) -> list[str | None]:
        return [of_patient[patient] for patient in self.of_row]

    def find(self, what: list[str | None], name: str = "X7", /, **others: list[str | None]) -> Finding:
        columns = {**others, name: what}
        fields = [Field(i, heading, heading) for i, heading in enumerate(columns)]
        arrays = [pa.array(values, pa.string()) for values in columns.values()]
        return classify_table("export", fields, arrays)[-1]


@pytest.fixture(name="practice")
def _practice() -> Practice:
    return Practice()


@pytest.mark.parametrize(
    "form", ["{last}, {first}", "{first} {last}", "{last} {first} (Mrs)", "{LAST}/{first}/xyz"]
)
@pytest.mark.parametrize("heading", ["X7", "Reference", "Status", "Term", "Value", "GP", "Practice"])
def test_a_full_name_is_the_rows_surname_and_forename(practice: Practice, form: str, heading: str) -> None:
    pairs = zip(practice.last, practice.first, strict=True)
    whole = [form.format(last=last, first=first, LAST=last.upper()) for last, first in pairs]
    found = practice.find(
        practice.rows(whole),
        heading,
        Surname=practice.rows(practice.last),
        Forename=practice.rows(practice.first),
    )
    assert (found.kind, found.role) == (Kind.DIRECT_IDENTIFIER, Role.FULL_NAME)


def test_the_evidence_names_the_fields_and_no_value(practice: Practice) -> None:
    whole = [f"{last}/{first}/xyz" for last, first in zip(practice.last, practice.first, strict=True)]
    found = practice.find(
        practice.rows(whole), Surname=practice.rows(practice.last), Forename=practice.rows(practice.first)
    )
    assert any("'Forename' and 'Surname' together" in said for said in found.evidence)
    assert any(why.id == "together" for why in found.reasons)
    assert not any(name in said for said in found.evidence for name in (*GIVEN, *LAST))


@pytest.mark.parametrize("form", ["P{}", "{}/A", "id={};"])
@pytest.mark.parametrize("heading", ["X7", "Ref", "Id", "Code", "Value"])
def test_an_nhs_number_with_something_round_it(practice: Practice, form: str, heading: str) -> None:
    odd = [form.format(number) for number in practice.nhs]
    found = practice.find(practice.rows(odd), heading, **{"NHS Number": practice.rows(practice.nhs)})
    assert found.kind is Kind.DIRECT_IDENTIFIER


def test_a_copy_of_the_postcode_in_another_spelling(practice: Practice) -> None:
    squeezed = [code.replace(" ", "_").lower() for code in practice.codes]
    found = practice.find(practice.rows(squeezed), Postcode=practice.rows(practice.codes))
    assert found.kind in {Kind.QUASI_IDENTIFIER, Kind.DIRECT_IDENTIFIER}


@pytest.mark.parametrize("heading", ["X7", "Value", "Count"])
def test_an_age_agrees_with_the_birth_date(practice: Practice, heading: str) -> None:
    ages = [str(2025 - year) for year in practice.years]
    found = practice.find(practice.rows(ages), heading, DOB=practice.rows(practice.births))
    assert (found.kind, found.role) == (Kind.QUASI_IDENTIFIER, Role.AGE)


@pytest.mark.parametrize("heading", ["X7", "Practice", "Entered", "Version"])
def test_a_copy_of_the_birth_date(practice: Practice, heading: str) -> None:
    births = practice.rows(practice.births)
    found = practice.find(births, heading, DOB=births)
    assert (found.kind, found.role) == (Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH)


def test_numbers_that_are_no_ages(practice: Practice) -> None:
    numbers: list[str | None] = [str(practice.draw.randint(0, 99)) for _ in range(ROWS)]
    found = practice.find(numbers, DOB=practice.rows(practice.births))
    assert found.role is not Role.AGE


def test_the_year_of_birth_beside_the_date(practice: Practice) -> None:
    found = practice.find(
        practice.rows([str(year) for year in practice.years]), DOB=practice.rows(practice.births)
    )
    assert (found.kind, found.role) == (Kind.QUASI_IDENTIFIER, Role.YEAR_OF_BIRTH)


@pytest.mark.parametrize(
    "heading", ["X7", "Value", "Batch", "Type", "Version", "Code", "Snomed code", "Term", "Observation"]
)
def test_a_column_unique_per_patient_is_a_linking_key(practice: Practice, heading: str) -> None:
    keys = [f"K{number}" for number in practice.keys]
    found = practice.find(practice.rows(keys), heading, **{"NHS Number": practice.rows(practice.nhs)})
    assert (found.kind, found.role) == (Kind.LINKING_KEY, Role.PATIENT_KEY)
    assert any("one value a patient: 60 different values for 60 patients" in said for said in found.evidence)


def test_a_patient_is_known_by_name_and_birth_date_too(practice: Practice) -> None:
    found = practice.find(
        practice.rows([str(number) for number in practice.keys]),
        Surname=practice.rows(practice.last),
        Forename=practice.rows(practice.first),
        DOB=practice.rows(practice.births),
    )
    assert found.kind is Kind.LINKING_KEY


def test_a_fact_of_the_patient_is_told_as_such(practice: Practice) -> None:
    facts = [["lilac", "ochre", "teal"][n % 3] for n in range(PATIENTS)]
    found = practice.find(practice.rows(facts), **{"NHS Number": practice.rows(practice.nhs)})
    assert found.kind is Kind.UNKNOWN
    assert any("same in all rows of a patient" in said for said in found.evidence)


def test_what_differs_in_the_rows_of_a_patient_is_no_key(practice: Practice) -> None:
    values: list[str | None] = [str(practice.draw.randint(100, 999)) for _ in range(ROWS)]
    found = practice.find(values, **{"NHS Number": practice.rows(practice.nhs)})
    assert found.kind is not Kind.LINKING_KEY
    assert not any("same in all rows" in said for said in found.evidence)


@pytest.mark.parametrize("heading", ["enteredon", "Date", "X7"])
def test_a_date_of_which_patients_have_several_is_an_event(practice: Practice, heading: str) -> None:
    spread: list[str | None] = [
        f"{practice.draw.randint(1, 28):02d}/05/{practice.draw.randint(1930, 2022)}" for _ in range(ROWS)
    ]
    found = practice.find(spread, heading, PatientID=practice.rows([str(key) for key in practice.keys]))
    assert found.role is Role.EVENT_DATE
    assert found.kind is Kind.CLINICAL_VALUE


def test_a_birth_date_is_still_one_where_patients_have_several_rows(practice: Practice) -> None:
    found = practice.find(
        practice.rows(practice.births), PatientID=practice.rows([str(key) for key in practice.keys])
    )
    assert found.role is Role.DATE_OF_BIRTH


def test_names_that_come_with_staff_codes_are_the_staffs(practice: Practice) -> None:
    staff = [(f"G{n}", f"{GIVEN[n]} {LAST[9 - n]}") for n in range(6)]
    seen = [practice.draw.choice(staff) for _ in range(ROWS)]
    found = practice.find(
        [name for _, name in seen],
        **{"NHS Number": practice.rows(practice.nhs), "GMP code": [code for code, _ in seen]},
    )
    assert (found.kind, found.role) == (Kind.STAFF, Role.STAFF_NAME)


def test_names_of_patients_beside_staff_codes_stay_names(practice: Practice) -> None:
    whole = [f"{first} {last}" for first, last in zip(practice.first, practice.last, strict=True)]
    codes = [f"G{n % 6}" for n in range(PATIENTS)]
    found = practice.find(
        practice.rows(whole),
        **{"NHS Number": practice.rows(practice.nhs), "GMP code": practice.rows(codes)},
    )
    assert found.kind is Kind.DIRECT_IDENTIFIER


@pytest.mark.parametrize(
    ("words", "role"),
    [(["mmol/mol", "Kg", "furlong/wk", "U/L-x"], Role.UNIT), (["teal", "ochre"], Role.OTHER)],
)
def test_a_unit_stands_beside_its_value(practice: Practice, words: list[str], role: Role) -> None:
    values: list[str | None] = [str(practice.draw.randint(1, 90)) for _ in range(ROWS)]
    units: list[str | None] = [practice.draw.choice(words) for _ in range(ROWS)]
    assert practice.find(units, Value=values).role is role
