"""The form of a code: what is recognised, and what is never taken for a whole code."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.survey.codes.terminologies import Form, recognise, unwrap
from core.survey.identifiers.numbers import verhoeff


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("1148894007", Form.SNOMED_CONCEPT),
        ("999004351000000109", Form.SNOMED_CONCEPT),
        ("10068111000001106", Form.SNOMED_CONCEPT),
        ("9Nu0.", Form.READ_V2),
        ("9Nu0", Form.READ_V2),
        ("9Nu0.00", Form.READ_V2),
        ("1361-1", Form.READ_V2),
        ("13E2.", Form.READ_V2),
        ("13E2", Form.READ_V2),
        ("E2...", Form.READ_V2),
        ("13720", Form.READ_V2),
        ("XaZ89", Form.CTV3),
        ("X40..", Form.CTV3),
        ("XaXbX", Form.CTV3),
        ("F20.0", Form.ICD10),
        ("A64.-", Form.ICD10),
        ("M45.X6", Form.ICD10),
        ("F20", Form.READ_OR_ICD10),
        ("Z21X", Form.READ_OR_ICD10),
        ("0403010B0AAAAAA", Form.BNF),
        ("0403010B0", Form.BNF),
        ("^ESCTCO620156", Form.LOCAL),
        ("^ESCT1246336", Form.LOCAL),
        ("EMISNQSU33", Form.LOCAL),
        ("EGTON59", Form.LOCAL),
        ("A3-SHHAPT", Form.LOCAL),
        ("Y22-KC60", Form.LOCAL),
    ],
)
def test_known_forms(code: str, form: Form) -> None:
    known = recognise(code)
    assert known.form is form
    assert known.understood


@pytest.mark.parametrize(
    "code",
    [
        "1.08E+16",
        "4.16308E+08",
        "1090241000000100",
        "472681000000000",
        "0403010",
        "1148894008",
        "396",
        "12",
        "123456789012345678901",
        "HELLO",
        "NONE",
        "Asthma",
        "Diabetes",
        "see notes",
        "-",
        "9Nu0!",
        "EMISATT_AB12",
        "",
    ],
)
def test_damaged_and_unknown_codes_are_not_understood(code: str) -> None:
    known = recognise(code)
    assert not known.understood
    assert known.why


@pytest.mark.parametrize(
    "wrapped",
    ['="1148894007"', "1148894007#", "sctID--1148894007", "'1148894007", "1148894007.0", " 1148894007 "],
)
def test_wrappings_come_off(wrapped: str) -> None:
    assert unwrap(wrapped) == "1148894007"
    assert recognise(wrapped).form is Form.SNOMED_CONCEPT


def test_case_is_never_folded() -> None:
    assert recognise("9NU0.").read == "9NU0."
    assert recognise("9Nu0.").read == "9Nu0."


def test_a_lost_zero_leaves_two_candidates() -> None:
    assert recognise("396").suggestions == ("396..", "0396.")


def test_published_damage_is_never_understood(shared: Path) -> None:
    """122 ids as authors of real lists published them; those cut to 15 digits get the whole id suggested."""
    with (shared / "reference/codes/corrupted_snomed_ids.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    assert len(cases) > 100
    for case in cases:
        known = recognise(case["code_as_published"])
        assert not known.understood
        if case["repair_candidate"]:
            assert known.suggestions == (case["repair_candidate"],)
    assert any(case["repair_candidate"] for case in cases)


@given(st.integers(10_000_000, 99_999_999), st.sampled_from(["1000000", "1000006", "1000033"]))
def test_an_id_cut_to_fifteen_digits_is_mended(item: int, namespace: str) -> None:
    stem = f"{item}{namespace}10"
    whole = next(stem + digit for digit in "0123456789" if verhoeff(stem + digit))
    assert recognise(whole).form is Form.SNOMED_CONCEPT
    cut = whole[:15] + "0" * (len(whole) - 15)
    known = recognise(cut)
    if cut != whole and not verhoeff(cut) and not cut.endswith("000000"):
        assert not known.understood
        assert known.suggestions == (whole,)


@given(st.text(max_size=30))
def test_any_text_has_an_answer(text: str) -> None:
    known = recognise(text)
    assert known.understood == (known.form not in (Form.DAMAGED, Form.UNKNOWN))


def test_descriptions_are_told_from_concepts() -> None:
    stem = next(s for n in range(10_000) if verhoeff((s := f"{n + 10_000}") + "1000006" + "118"))
    assert recognise(f"{stem}1000006118").form is Form.SNOMED_DESCRIPTION
