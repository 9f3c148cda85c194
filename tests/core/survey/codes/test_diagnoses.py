"""What tells an illness for certain, and what may be a test, a risk or a carrier's state."""

from __future__ import annotations

import pytest

from core.survey import load_lookup
from core.survey.codes.categories import ToldWords
from core.survey.codes.diagnoses import Told, diagnosis_codes

LOOKUP = load_lookup()
TOLD = [
    ("hiv", "A788.", "Acquired immune deficiency syndrome"),
    ("hiv", "86406008", "Human immunodeficiency virus infection (disorder)"),
    ("hiv", "", "H/O: HIV infection"),
    ("hiv", "", "Human immunodeficiency virus (HIV) disease resulting in Kaposi's sarcoma"),
    ("hiv", "43C3.", "HIV positive"),
    ("hiv", "", "AIDS"),
    ("genetics", "C370.", "Cystic fibrosis"),
    ("genetics", "190905008", "Cystic fibrosis (disorder)"),
    ("genetics", "G10", "Huntington's disease"),
    ("genetics", "", "Severe haemophilia A"),
    ("hiv", "86406008", ""),
    ("hiv", "86406008", " "),
    ("genetics", "58756001", ""),
    ("hiv", "", "HIV disease resulting in other viral infections"),
    ("genetics", "", "Cystic fibrosis confirmed by genetic testing"),
]
NOT_TOLD = [
    ("hiv", "62b..", "HIV positive"),  # the code is of a test
    ("hiv", "A788.", "HIV test negative"),  # the term is
    ("hiv", "43C2.", ""),  # beside 'HIV positive' among the tests: the negative one, and it has no word
    ("hiv", "", "HIV test"),
    ("hiv", "", "HIV positive?"),
    ("hiv", "", "HIV infection - not detected"),
    ("hiv", "", "HIV infection in partner"),
    ("hiv", "", "Contact with HIV positive"),
    ("hiv", "", "HIV infection risk"),
    ("hiv", "", "Truvada tablets"),
    ("hiv", "", "HIV infection xyzzy"),  # a word that nobody listed
    ("sexual_health", "", "Gonorrhoea"),
    ("genetics", "", "Cystic fibrosis carrier"),
    ("genetics", "", "Predictive test for Huntington's disease"),
    ("genetics", "", "Huntington's disease gene positive"),
    ("genetics", "", "BRCA1 mutation"),
    ("genetics", "", "Sickle cell disease screening"),
    ("genetics", "", "Sickle cell trait"),
    ("genetics", "", "Risk of cystic fibrosis"),
    ("genetics", "", "No haemochromatosis"),
    ("hiv", "", "HIV infection of other"),
    ("hiv", "", "HIV disease or other"),
    ("genetics", "", "Huntington's disease - of the other"),
    ("hiv", "86406008", "Negative"),  # the code tells, and its term does not
    ("hiv", "86406008", "Excluded"),
    ("hiv", "86406008", "?"),
    ("hiv", "86406008", "Partner positive"),
    ("hiv", "86406008", "Asthma"),
    ("genetics", "190905008", "Carrier"),
    ("genetics", "190905008", "Screening - not affected"),
    ("genetics", "58756001", "Predictive test"),
    ("genetics", "58756001", "Father"),
    ("genetics", "58756001", "FH"),
]
SET_OF = {"hiv": "hiv_tests", "sexual_health": "hiv_tests", "genetics": "genetic_tests"}


def categories(code: str, term: str) -> tuple[str, ...]:
    return LOOKUP.categories_of(LOOKUP.bits_of_entry(code, term))


@pytest.mark.parametrize(("family", "code", "term"), TOLD)
def test_an_illness_that_is_told_is_in_the_family_and_not_in_the_set(
    family: str, code: str, term: str
) -> None:
    assert family in categories(code, term)
    assert SET_OF[family] not in categories(code, term)
    assert not any(match.category == SET_OF[family] for match in LOOKUP.matches(code, term))


@pytest.mark.parametrize(("family", "code", "term"), NOT_TOLD)
def test_what_leaves_a_doubt_is_in_the_set(family: str, code: str, term: str) -> None:
    assert {family, SET_OF[family]} <= set(categories(code, term))
    assert any(match.category == SET_OF[family] for match in LOOKUP.matches(code, term))


def test_every_code_that_tells_one_is_in_the_family_it_is_taken_from() -> None:
    family = {"hiv_tests": "hiv", "genetic_tests": "genetics"}
    for group, sets in diagnosis_codes().items():
        for name, codes in sets.items():
            assert codes, (group, name)
            astray = [c for c in codes if family[name] not in LOOKUP.categories_of(LOOKUP.bits_of_code(c))]
            assert astray == [], (group, name)


@pytest.mark.parametrize(
    "cell",
    ["negative", "NEG", "(-ve)", "Not detected", "?", "-", "suspected", "screening", "Carrier", "family hx",
     "husband", "Partner positive", "of her mother", "excluded", "N", "false", "presymptomatic test"],
)  # fmt: skip
def test_a_cell_beside_that_leaves_a_doubt(cell: str) -> None:
    assert LOOKUP.doubts(cell)


@pytest.mark.parametrize(
    "cell", ["", "Positive", "200", "350 cells/ul", "stage 3", "Severe", "Current", "confirmed"]
)
def test_a_cell_beside_that_leaves_none(cell: str) -> None:
    assert not LOOKUP.doubts(cell)


def test_a_set_without_such_words_takes_in_everything() -> None:
    assert not Told(ToldWords(say=("asthma",))).tells("Asthma attack")
    assert Told(ToldWords(say=("asthma",))).tells("Asthma")
    assert "caredata_2013" in categories("", "HIV positive")
