"""Fields headed as codes that hold none, and descriptions that are a code's term."""

from __future__ import annotations

import pyarrow as pa
import pytest

from core.model import Field, Finding, Kind, Role
from core.survey.fields.classify import classify_table

SNOMED = ["44054006", "195967001", "38341003"]
TERMS = ["Type 2 diabetes mellitus", "Asthma", "Hypertensive disorder"]


def classify(**columns: list[str | None]) -> dict[str, Finding]:
    fields = [Field(i, name, name) for i, name in enumerate(columns)]
    arrays = [pa.array(values, pa.string()) for values in columns.values()]
    return {found.field: found for found in classify_table("export", fields, arrays)}


@pytest.mark.parametrize(
    "values",
    [
        ["U", "R", "U", "REDACTED"],
        ["0", "0", "3", "1", "0", "12"],
        ["0", "1.0", "2.0"],
        ["Y", "N", None, "N"],
    ],
    ids=["letters", "counts", "decimals", "flags"],
)
@pytest.mark.parametrize("heading", ["code", "snomed_1325161000000102"])
def test_letters_and_small_counts_are_no_codes(heading: str, values: list[str | None]) -> None:
    found = classify(**{heading: values})[heading]
    assert (found.kind, found.role) == (Kind.UNKNOWN, Role.OTHER)
    assert "almost no value has the form of a code" in found.evidence


@pytest.mark.parametrize(
    "values",
    [
        ["9Nu0.", "U", "U", "U", "U"],
        ["3272", "246", "1371"],  # Read codes a spreadsheet took for numbers
        ["4.40541E+07", "1.95967E+08"],
        ["0", "0", "0", "0"],  # no code so far, and none that cannot be understood
        ["A10BA02", "C07AB03"],  # of a terminology we do not know
        ["1234-5", "718-7"],
        ["PINEAPPLE", "QUINCE", "MEDLAR"],  # words that might be anything hold their rows back
        [*["0"] * 950, *["44054006"] * 10],  # noughts do not outvote the codes among them
    ],
    ids=["one", "short", "damaged", "noughts", "letters", "dashes", "words", "rare"],
)
def test_what_may_be_codes_stays_a_field_of_codes(values: list[str | None]) -> None:
    assert classify(code=values)["code"].role is Role.CODE


def test_the_number_of_a_suppliers_dictionary_may_be_small() -> None:
    assert classify(CodeId=["1", "2", "3", "4"])["CodeId"].role is Role.CODE


def test_clinical_words_under_code_are_terms() -> None:
    assert classify(Code=[*TERMS])["Code"].role is Role.TERM


def test_a_description_beside_a_code_is_its_term_in_three_rows() -> None:
    found = classify(Code=[*SNOMED], Description=[*TERMS])["Description"]
    assert (found.kind, found.role) == (Kind.CODED_CLINICAL, Role.TERM)


def test_a_description_is_a_note_without_a_code_or_where_somebody_typed_it() -> None:
    assert classify(Date=["01/02/2020"] * 3, Description=[*TERMS])["Description"].kind is Kind.FREE_TEXT
    typed = ["Asthma, she reports cough", "Mum rang about fever", "Seen in clinic with Mr Ashdown"]
    assert classify(Code=[*SNOMED], Description=[*typed])["Description"].kind is Kind.FREE_TEXT
    other = ["by the side door", "two parcels", "left at half past"]
    assert classify(Code=[*SNOMED], Description=[*other])["Description"].kind is Kind.FREE_TEXT


def test_in_many_rows_the_words_must_go_with_the_codes() -> None:
    codes = SNOMED * 20
    assert classify(Code=[*codes], Description=TERMS * 20)["Description"].role is Role.TERM
    loose = [f"acute cough for {n} days" for n in range(60)]
    assert classify(Code=[*codes], Description=[*loose])["Description"].kind is Kind.FREE_TEXT
