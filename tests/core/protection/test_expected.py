"""What may stand in a field of results, units, sexes or ethnic groups, and what may not."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Kind, Role
from core.protection.columns import Column
from core.protection.expected import EXPECTED, PLAIN_NUMBER, is_ethnicity, is_sex, is_time, is_unit, is_value
from core.protection.expected import test_of as expected_of
from core.protection.plan import FieldPlan
from core.protection.pseudonyms import Pseudonyms

RESULTS = [
    *("5.2", "120/80", "5.2 mmol/L", "Positive", "Not detected", "<0.1", "5.600000024E-1", "28 tablet(s)"),
    *(
        "negative +",
        "1+",
        "+++",
        "3.5 - 5.1",
        "-1.5",
        "56",
        "1,250",
        "12 units/week",
        "2 puffs",
        "TRUE",
        "60%",
    ),
    *("Never smoked", "84.000", "120 / 80 mmHg"),
]
NOT_RESULTS = [
    *(
        "ring 07700 900123",
        "01/02/1950",
        "9990000107",
        "999 000 0107",
        "999-000-0107",
        "Thornbury",
        "BS6 5QN",
    ),
    *("Mrs May", "07700900123", "1950-02-01", "seen with wife", "12 Acacia Avenue", "someone@example.org"),
    *("12 Nov 2025", "0117 496 0123", "A1234567", "12/11/25", "5.2 Thornbury", "https://example.org/x"),
    *('{"a": 1}', "1234567", "51.4545, -2.5879", "51.4545 -2.5879", "1951-05", "05/1951"),
]


@pytest.mark.parametrize("text", RESULTS)
def test_results_are_expected_in_a_value(text: str) -> None:
    assert is_value(text)


@pytest.mark.parametrize("number", range(len(NOT_RESULTS)))
def test_what_is_no_result_is_not_expected_in_a_value(number: int) -> None:
    assert not is_value(NOT_RESULTS[number])


@pytest.mark.parametrize(
    "text", ["mmol/L", "10*9/L", "x10^9/L", "%", "mL/min/1.73m2", "kg/m2", "mm Hg", "tablet", "/min", "µg/L"]
)
def test_units_are_expected_in_a_unit(text: str) -> None:
    assert is_unit(text)


@pytest.mark.parametrize("number", range(5))
def test_what_is_no_unit_is_not_expected_in_a_unit(number: int) -> None:
    assert not is_unit(["BS6 5QN", "Quixley", "07700 900123", "Mrs Jones", "9990000107"][number])


@pytest.mark.parametrize("text", ["M", "Female", "Not known", "1", "F (female)", "Indeterminate"])
def test_sexes_are_expected_in_a_sex(text: str) -> None:
    assert is_sex(text)


@pytest.mark.parametrize(
    "text",
    ["White British", "A", "9i0..", "Other Asian background", "Pakistani or British Pakistani", "Not stated"],
)
def test_groups_and_codes_are_expected_in_an_ethnicity(text: str) -> None:
    assert is_ethnicity(text)


@pytest.mark.parametrize(
    "text", ["14031951", "19510314", "140351", "1951-05", "07700900123", "447700900123", "7700900123", "1951"]
)
def test_a_number_that_is_no_code_of_a_group_is_not_expected_in_an_ethnicity(text: str) -> None:
    assert not is_ethnicity(text)
    assert not EXPECTED[Role.TERM](text)


@pytest.mark.parametrize("text", ["92391000000108", "12", "9i0..", "XaJQv"])
def test_codes_of_groups_stay(text: str) -> None:
    assert is_ethnicity(text)


@pytest.mark.parametrize(
    "text", ["09:30", "0930", "9.30 am", "093000", "14:30:00", "24:00", "T14:30:00.250+01:00", "2:15PM"]
)
def test_times_of_day_are_expected_in_a_time(text: str) -> None:
    assert is_time(text)


@pytest.mark.parametrize("number", range(6))
def test_a_day_or_a_name_is_not_expected_in_a_time(number: int) -> None:
    texts = ["2024-05-06 09:30", "06/05/2024", "20240506", "Quixley", "09:30 with Mrs Quixley", "12"]
    assert not is_time(texts[number])


@pytest.mark.parametrize("role", sorted(EXPECTED))
@pytest.mark.parametrize("number", range(3))
def test_a_person_is_expected_nowhere(role: Role, number: int) -> None:
    text = ["Jane Thornbury", "see mother at 12 Acacia Avenue", "9990000107"][number]
    assert EXPECTED[role](text) is (role is Role.NHS_NUMBER and number == 2)


CODES = [
    *("44054006", "1090241000000107", "C10E.", "C10", "1361-1", "F20.0", "Z21X", "XaBVJ", "Ayu44", "9Nu0."),
    *(
        "^ESCTCO620156",
        "^ESCT1246336",
        "EMISNQSU33",
        "EGTON59",
        "CHTA597",
        "0212000B0AAABAB",
        '="1148894007"',
    ),
    *("COM/123284NEMIS", "12345678", "1300", "4.16E+08", "-", "null"),  # the last: damaged, or none
]
NOT_CODES = [
    *(
        "Quixley",
        "Young",
        "Jane",
        "J Smith",
        "^ESCTQUIXLEY",
        "^ESCT_Smith",
        "^ESCTSmith1950",
        "EMISNQQUIXLEY1",
    ),
    *("SMIT1950", "Smit1", "Lee12", "EGTONQUIXLEY", "9990000107", "999 000 0107", "07700900123", "BS6 5QN"),
    *("Mrs Quixley", "a@example.org", "12/03/1950", "44054006 | seen by Mrs Quixley |", "QUIXLEY-SHHAPT"),
]


@pytest.mark.parametrize("number", range(len(CODES)))
def test_codes_are_expected_in_a_code(number: int) -> None:
    assert EXPECTED[Role.CODE](CODES[number])


@pytest.mark.parametrize("number", range(len(NOT_CODES)))
def test_a_name_in_the_place_of_a_code_is_not_expected(number: int) -> None:
    assert not EXPECTED[Role.CODE](NOT_CODES[number])


@pytest.mark.parametrize(
    ("role", "text", "fits"),
    [
        (Role.DATE_OF_BIRTH, "04/03/1961", True),
        (Role.DATE_OF_BIRTH, "1961", True),
        (Role.EVENT_DATE, "2025-11-12 09:30:00", True),
        (Role.EVENT_DATE, "2025-11", True),
        (Role.EVENT_DATE, "12/11/2025 Mrs Quixley", False),
        (Role.POSTCODE, "BS6 5QN", True),
        (Role.POSTCODE, "BS6", True),
        (Role.POSTCODE, "12 Acacia Avenue BS6 5QN", False),
        (Role.NHS_NUMBER, "999 000 0107", True),
        (Role.NHS_NUMBER, "Mrs Quixley", False),
        (Role.PATIENT_KEY, "Mrs Quixley", False),
        (Role.OTHER, "routine", True),
    ],
)
def test_dates_numbers_and_places_are_nothing_else(role: Role, text: str, fits: bool) -> None:
    assert expected_of(role)(text) is fits


@given(st.integers(0, 9_999_999_999))
def test_no_ten_digit_number_is_a_result(number: int) -> None:
    digits = f"{number:010d}"
    for text in (
        digits,
        f"{digits[:3]} {digits[3:6]} {digits[6:]}",
        f"{digits[:3]}-{digits[3:6]}-{digits[6:]}",
    ):
        assert not is_value(text)


@given(st.from_regex(PLAIN_NUMBER, fullmatch=True))
def test_the_short_cut_for_columns_passes_only_what_the_rule_passes(text: str) -> None:
    text = text.rstrip("\n")
    assert re.fullmatch(PLAIN_NUMBER, text)
    assert is_value(text)


@given(st.text(max_size=30))
def test_any_text_at_all_is_judged_without_a_fault(text: str) -> None:
    for expected in EXPECTED.values():
        assert expected(text) in (True, False)


@pytest.mark.parametrize(("role", "leaves"), [(Role.VALUE, "5.5"), (Role.SEX, None), (Role.UNIT, None)])
def test_a_column_of_numbers_is_kept_only_where_numbers_are_expected(role: Role, leaves: str | None) -> None:
    plan = FieldPlan("t", "f", 0, Kind.CLINICAL_VALUE, role, "keep_expected")
    column = Column(plan, "csv", Pseudonyms(bytes(32)))
    made = column.array(pa.array(["5.5", "5.5"]))
    assert made.to_pylist() == [leaves, leaves]
