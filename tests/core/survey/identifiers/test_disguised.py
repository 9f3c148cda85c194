"""Encoded, spread out or foreign writing in a description, and ordinary descriptions that only look odd."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from core.protection.expected import is_term, is_value
from core.survey.freetext.telling import holds_name
from core.survey.identifiers.disguised import is_disguised

NAMES = frozenset(("quixley", "chukwuemeka", "janet"))


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(b"Janet Quixley").decode(),
        base64.b64encode(b"9990000018").decode(),
        "".join(f"%{byte:02x}" for byte in b"Quixley"),
        quote("Janet Quixley"),
        "Q U I X L E Y",
        "Q.u.i.x.l.e.y",
        "\u00ad".join("Quixley"),
        "\u200b".join("Quixley"),
        "\u202eyelxiuQ",
        "Quixl\u0435y",  # a Cyrillic letter
        "محمد",
        "ਹਰਪ੍ਰੀਤ",
        "999OOOO018",
    ],
)
def test_what_is_disguised_is_no_description(text: str) -> None:
    assert is_disguised(text)
    assert not is_term(text)


@pytest.mark.parametrize(
    "text",
    [
        "Asthma", "Interferon β-1a", "Ménière's disease", "25µg tablets", "Hepatitis A B C D E", "H2O",
        "A-V-P-U score", "HbA1c", "50% better", "SARS-CoV-2", "Electroencephalography", "Sjögren’s syndrome",
        "Asthma\u200b", "GlucoRxCarePoint", "10000000OO",
    ],
)  # fmt: skip
def test_ordinary_descriptions_are_not(text: str) -> None:
    assert not is_disguised(text)


@pytest.mark.parametrize("text", ["JanetQUIXLEY", "janetquixley", "quixleyj", "jquixley", "ChukwuemekaNJ"])
def test_a_name_in_one_word_with_another_or_initials_is_found(text: str) -> None:
    assert holds_name(text, NAMES)


@pytest.mark.parametrize("text", ["Quixleyosis", "Hypertension", "Janetiform", "Anaemias", "Quixleyan"])
def test_words_that_hold_letters_of_a_name_are_left_alone(text: str) -> None:
    assert not holds_name(text, NAMES)


def test_an_nhs_number_with_an_exponent_is_no_result() -> None:
    assert not is_value("9.990000018E+09")
    assert is_value("9.990000019E+09")  # its check digit is wrong: a count of cells
    assert is_value("5.2E+09")
