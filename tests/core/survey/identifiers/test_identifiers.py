"""The detectors of one cell and the finders inside text, against published vectors and invented cases."""

from __future__ import annotations

import string

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.survey.identifiers import (
    FINDERS,
    find_in_column,
    find_nhs_numbers,
    find_phones,
    find_strong,
    hash64,
    nhs_check,
    nhs_damaged,
    nhs_digits,
    normalise,
    normalise_column,
    outward_code,
    phone_number,
    postcode,
    prefilter,
)
from core.survey.identifiers.columns import nhs_masks
from core.survey.identifiers.numbers import (
    is_guid,
    is_snomed_id,
)
from core.survey.identifiers.places import is_address_line, is_position

VALID = "9990000018"


def _valid_nhs(nine: int) -> str | None:
    digits = f"{nine:09d}"
    last = (11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11) % 11
    return None if last == 10 else digits + str(last)


valid_nhs = st.integers(999_000_000, 999_999_999).map(_valid_nhs).filter(lambda text: text is not None)


@pytest.mark.parametrize(
    "text",
    [
        "9990000018",
        "999 000 0018",
        "999-000-0018",
        "999.000.0018",
        "999,000,0018",
        "999  000  0018",
        "999\u00a0000\u00a00018",
        "999\u2011000\u20110018",
        "(999) 000 0018",
        "9990 000 018",
        "9990000018.0",
        ' ="9990000018" ',
        "'9990000018",
        "999\n000\n0018",
        "999/000/0018",
        "999_000_0018",
        "009990000018",
        "9990000018\u200b",
        "\ufeff999\u200d 000 0018",
        "NHS 999 000 0018",
        "NHS No: 9990000018",
    ],
)
def test_every_spelling_of_an_nhs_number_has_one_form(text: str) -> None:
    assert nhs_digits(text) == VALID
    assert normalise("nhs_number", text) == VALID


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        ("9434765919", True),
        ("4000000004", True),
        ("9876544321", False),  # often quoted as an example, and wrong
        ("9876543210", True),
        ("9876543211", False),
        ("6035700097", False),  # in a supplier's own test pack, so the check digit can be no gate
        ("0000000000", False),  # right by arithmetic, and what people type into an empty box
        ("943476591", False),
        ("94347659190", False),
        ("943476591a", False),
    ],
)
def test_check_digit(digits: str, right: bool) -> None:
    assert nhs_check(digits) is right


def test_no_check_digit_exists_for_999_000_000() -> None:
    assert _valid_nhs(999_000_000) is None
    assert not any(nhs_check(f"999000000{last}") for last in range(10))


def test_often_quoted_987_654_4321_is_right_only_with_2() -> None:
    assert [last for last in range(10) if nhs_check(f"987654432{last}")] == [2]


def test_wrong_check_digit_is_still_flagged() -> None:
    assert nhs_digits("999 000 0019") == "9990000019"
    assert find_nhs_numbers("seen, NHS 999 000 0019, well")[0].canonical == "9990000019"
    assert find_nhs_numbers("seen, NHS 999 000 0019, well", valid_only=True) == []
    assert find_strong("NHS no 9990000019")[0].kind == "nhs_number"


def test_damaged_by_a_spreadsheet() -> None:
    assert nhs_damaged("9.99E+09")
    assert not nhs_damaged("9.99")
    assert nhs_digits("9.99E+09") is None


def test_lost_leading_zero_comes_back_where_the_check_digit_agrees() -> None:
    assert nhs_check("0032698674")
    assert nhs_digits("032698674") == "0032698674"


@pytest.mark.parametrize(
    "text",
    ["19990000018", "99900000181", "1.9990000018", "12345678901234567", "1234567890123456789", "07700900123"],
)
def test_ten_digits_inside_a_longer_number_are_none(text: str) -> None:
    assert find_nhs_numbers(f"value {text} noted") == []


@given(
    valid_nhs,
    st.lists(st.sampled_from(["", " ", "-", ".", "\u00a0", "  ", "\u2013"]), min_size=2, max_size=2),
)
def test_any_formatting_of_a_valid_number_is_found_in_text(digits: str, between: list[str]) -> None:
    written = digits[:3] + between[0] + digits[3:6] + between[1] + digits[6:]
    text = f"Pt rang (NHS no: {written}) re results"
    assert [hit.canonical for hit in find_nhs_numbers(text)] == [digits]
    assert [(hit.kind, hit.canonical) for hit in find_strong(text)] == [("nhs_number", digits)]


@given(valid_nhs, st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_is_always_noticed(digits: str, place: int, other: int) -> None:
    changed = digits[:place] + str(other) + digits[place + 1 :]
    assert nhs_check(changed) is (changed == digits)


@given(st.lists(st.one_of(valid_nhs, st.text("0123456789 -.", max_size=14), st.none()), max_size=40))
def test_column_check_agrees_with_the_cell_check(texts: list[str | None]) -> None:
    shape, valid = nhs_masks(pa.array(texts, pa.string()))
    for text, shaped, right in zip(texts, shape, valid, strict=True):
        digits = nhs_digits(text) if text else None
        assert not right or (digits is not None and nhs_check(digits))
        assert not shaped or digits is not None


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("07700 900123", "07700900123"),
        ("+44 7700 900123", "07700900123"),
        ("0044 7700 900 123", "07700900123"),
        ("+44 (0)7700 900123", "07700900123"),
        ("447700900123", "07700900123"),
        ("7700900123", "07700900123"),
        ("(020) 7946 0867", "02079460867"),
        ("020-7946-0867", "02079460867"),
        ("Tel: 0131 496 0123", "01314960123"),
        ("0131 496 0123 ext 45", "01314960123"),
        ("01204 62345", "0120462345"),
        ("+33 1 42 68 53 00", "+33142685300"),
        ("0033142685300", "+33142685300"),
    ],
)
def test_phone_in_one_form(text: str, canonical: str) -> None:
    assert phone_number(text) == canonical
    assert normalise("phone", text) == canonical


@pytest.mark.parametrize(
    "text", ["120/80", "9990000018", "733211000000106", "44054006", "2023-01-15", "12345", "C10F.", ""]
)
def test_not_a_phone(text: str) -> None:
    assert phone_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80 on 12/06/2020, HbA1c 58",
        "SNOMED 733211000000106 and 44054006",
        "6/52 then 1 tds, S1 2nd heart sound normal",
        "L4 5hr observation, T12 4mg stat",
        "code 9H0.. C10F. 246..",
        "eGFR 62 ml/min/1.73m2",
    ],
)
def test_clinical_look_alikes_are_none(text: str) -> None:
    assert find_strong(text) == []


def test_everything_strong_in_one_note() -> None:
    note = (
        "Rang mum on 07700 900123 or +44 20 7946 0867, lives SW1A 1AA / ls19 6ba, "
        "mail Jo.Bloggs@Example.org, NI AB 12 34 56 C, NHS 999 000 0018"
    )
    found = find_strong(note)
    assert [(hit.kind, hit.canonical) for hit in found] == [
        ("phone", "07700900123"),
        ("phone", "02079460867"),
        ("postcode", "SW1A1AA"),
        ("postcode", "LS196BA"),
        ("email", "jo.bloggs@example.org"),
        ("ni_number", "AB123456C"),
        ("nhs_number", VALID),
    ]
    assert all(hit.canonical == normalise(hit.kind, note[hit.start : hit.end]) for hit in found)


@pytest.mark.parametrize(
    ("text", "full", "outward"),
    [
        ("LS19 6BA", "LS196BA", "LS19"),
        ("ls196ba", "LS196BA", "LS19"),
        ("LS1  6UP", "LS16UP", "LS1"),
        ("E1   1AA", "E11AA", "E1"),
        ("WF8", None, "WF8"),
        ("LS19 6", None, "LS19"),
        ("GIR 0AA", "GIR0AA", "GIR"),
        ("QA1 1AA", None, None),
        ("H33..", None, None),
        ("unknown", None, None),
    ],
)
def test_postcodes_full_and_partial(text: str, full: str | None, outward: str | None) -> None:
    assert postcode(text) == full
    assert outward_code(text) == outward


@pytest.mark.parametrize(
    "text", ["23 Victoria Road", "Flat 4", "1 Trevelyan Square, Boar Lane", "Fulford Grange", "12a, High St"]
)
def test_address_lines(text: str) -> None:
    assert is_address_line(text)


@pytest.mark.parametrize(
    "text", ["2 tablets daily", "ONE TO BE TAKEN THREE TIMES A DAY", "Asthma annual review", "Leeds", "12"]
)
def test_not_address_lines(text: str) -> None:
    assert not is_address_line(text)


def test_shapes() -> None:
    assert is_guid("{F8E1A85B-0B39-4714-B414-69A4EE9E1D73}")
    assert is_guid("f8e1a85b-0b39-4714-b414-69a4ee9e1d73")
    assert not is_guid("{F8E1A85B-0B39-4714-B414}")
    assert is_snomed_id("73211009")
    assert is_snomed_id("733211000000106") is False
    assert is_snomed_id("999004351000000109")
    assert is_position("53.8008, -1.5491")
    assert not is_position("120.123, 80.456")


KINDS = [
    "nhs_number",
    "phone",
    "email",
    "postcode",
    "ni_number",
    "surname",
    "address",
    "patient_key",
    "date_of_birth",
]
messy = st.one_of(
    st.text(max_size=24),
    st.text(string.digits + " -.()+E'\"=", max_size=18),
    st.text(string.ascii_letters + "'’- éßİ", max_size=18),
    valid_nhs,
    st.dates().map(lambda day: day.strftime("%d/%m/%Y")),
)


@given(st.sampled_from(KINDS), messy)
@example("phone", "7000000000:")
def test_canonical_form_is_idempotent(kind: str, text: str) -> None:
    once = normalise(kind, text)
    assert normalise(kind, once) == once


@given(st.sampled_from([*KINDS, "full_name"]), st.lists(st.one_of(messy, st.none()), max_size=30))
def test_a_column_is_normalised_as_its_cells_are(kind: str, texts: list[str | None]) -> None:
    column = normalise_column(kind, pa.array(texts, pa.string()))
    assert column.to_pylist() == [None if text is None else normalise(kind, text) for text in texts]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("surname", "O’Brien-Smith", "OBRIEN SMITH"),
        ("surname", "Müller", "MULLER"),
        ("full_name", "TOOSY, Raza (Dr)", "Raza Toosy"),
        ("full_name", "SMITH, Anne Jane (Mrs)", "mrs anne smith"),
        ("address", "23, Victoria Road", "23 VICTORIA ROAD"),
        ("patient_key", "{F8E1A85B-0B39-4714-B414-69A4EE9E1D73}", "f8e1a85b-0b39-4714-b414-69a4ee9e1d73"),
        ("patient_key", "3553.0", "3553"),
        ("email", " Jo@Example.ORG ", "jo@example.org"),
        ("date_of_birth", "29/11/1973", "1973-11-29 00:00:00"),
    ],
)
def test_two_spellings_one_form(kind: str, one: str, other: str) -> None:
    assert normalise(kind, one) == normalise(kind, other) != ""


SAID = ("999 000 0018", "LS19 6BA", "jo@example.org", "+44 7700 900123", "(020) 7946 0867", "AB123456C")
SAID_OTHERWISE = (
    "12 Mar 2020",
    "(999) 000 0018",
    "+33 1 42 68 53 00",
    "ls196ba",
    "2020-03-12",
    "AB 12 34 56 C",
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(SAID),
        st.sampled_from(SAID_OTHERWISE),
        st.text(string.ascii_letters + string.digits + " \u00a0-.,/()+:@\n", max_size=8),
    ),
    max_size=6,
).map("".join)


@given(st.sampled_from(sorted(FINDERS)), PIECES)
def test_prefilter_never_hides_a_hit(kind: str, text: str) -> None:
    hits = FINDERS[kind](text)
    passed = prefilter(kind, pa.array([text], pa.string()))[0].as_py()
    assert passed or not hits
    assert list(find_in_column(kind, pa.array([None, text], pa.string()))) == [(1, hit) for hit in hits]


def test_hash_is_the_same_everywhere_and_follows_the_text() -> None:
    hashed = hash64(["9990000018", "", "é"])
    assert hashed.dtype == np.uint64
    assert hashed.tolist() == hash64(pa.array(["9990000018", None, "é"])).tolist()
    assert hash64(["9990000018"])[0] == np.uint64(HASH_OF_9990000018)
    assert len(set(hash64([str(n) for n in range(10_000)]).tolist())) == 10_000


HASH_OF_9990000018 = 4538279083120007462


def test_phones_inside_text_do_not_overlap() -> None:
    hits = find_phones("ring 07700 900123, 07700 900124 or 0131 496 0123")
    assert [hit.canonical for hit in hits] == ["07700900123", "07700900124", "01314960123"]


def test_a_telephone_number_is_not_half_read_as_an_nhs_number() -> None:
    # The last ten digits of this invented number happen to have a right check digit.
    assert [(hit.kind, hit.canonical) for hit in find_strong("on +44 7700 900647.")] == [
        ("phone", "07700900647")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "no 999/000/0018 today",
        "no 999_000_0018 today",
        "999\n000\n0018",
        "0009990000018",
        "pt 009990000018.",
    ],
)
def test_an_nhs_number_is_found_with_odd_separators_and_padding(text: str) -> None:
    assert [(hit.kind, hit.canonical) for hit in find_strong(text)] == [("nhs_number", VALID)]
    assert prefilter("nhs_number", pa.array([text])).to_pylist() == [True]


@pytest.mark.parametrize(
    "text", ["on 01/02/2025 10:15", "120/080/1234", "999/000/0019", "009990000019", "00447700900123"]
)
def test_odd_separators_and_padding_need_a_right_check_digit(text: str) -> None:
    assert "nhs_number" not in {hit.kind for hit in find_strong(text)}


def test_a_number_abroad_too_short_to_be_read_back_is_no_telephone_number() -> None:
    once = normalise("phone", "0010000000")
    assert normalise("phone", once) == once
