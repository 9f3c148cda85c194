"""What stands inside a cell beside what the cell is for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.survey.identifiers.inside import found_inside

HELD = [
    (r"\\server\docs\SMITH John 9990000107.pdf", "an NHS number"),
    (r"\\server\docs\letters\0001", "a file's path"),
    ("C:/letters/0001", "a file's path"),
    ("/home/practice/letters/0001", "a file's path"),
    ("letter to patient.docx", "a file's name"),
    ("https://records.example.org/view?id=12", "a web address"),
    ('{"resourceType": "Patient"}', "JSON"),
    ('[{"name": "x"}]', "JSON"),
    ("<name use='usual'>x</name>", "XML or HTML"),
    (r"{\rtf1\ansi seen}", "a document in RTF"),
    ("MSH|^~&|GP|", "an HL7 message"),
    ("UNB+UNOA:2+x", "an EDIFACT message"),
    ("BEGIN:VCARD", "a card of a contact or a calendar"),
    ("QUJD" * 30, "encoded data"),
    ("12 Acacia Avenue", "an address"),
    ("seen on 12/03/2024", "a date"),
    ("ring 07700 900123", "a telephone number"),
    ("someone@example.org", "an e-mail address"),
    ("{1AB2C3D4-1111-4222-8333-444455556666}", "a system key (GUID)"),
    ("reference 123456789012", "a long number"),
    ("seen by Dr Quixley", "a person's name"),
    ("well " * 100, "more words than a description has"),
    ("first line\nsecond line", "more words than a description has"),
]
NOT_HELD = [
    *("Asthma", "120/80", "mg/mmol", "BP <120/80", "A&E attendance", "w/e 12.5", "6/52", "eGFR 62", "36.6 C"),
    *(
        "Type 2 diabetes mellitus",
        "Influenza vaccination 2024/25",
        "Haemoglobin A1c level - IFCC standardised",
    ),
    *("VMP previous to 36123411000001102", "PHQ-9 score", "C/O: a pain", "H/O: hysterectomy", "T.B. contact"),
]


@pytest.mark.parametrize("number", range(len(HELD)))
def test_what_does_not_belong_is_found_and_named(number: int) -> None:
    text, what = HELD[number]
    assert found_inside(text) == what


@pytest.mark.parametrize("number", range(len(NOT_HELD)))
def test_clinical_words_hold_nothing(number: int) -> None:
    assert found_inside(NOT_HELD[number]) == ""


@given(st.text(max_size=80))
def test_any_text_is_judged_and_never_repeated(text: str) -> None:
    what = found_inside(text)
    assert what == "" or len(text) < 5 or text not in what
