"""'Husband alcoholic': what a term tells of somebody beside the patient, and what only sounds like it."""

from __future__ import annotations

import pytest

from core.survey import load_lookup
from core.survey.codes.about_others import AboutOthers, AboutWords
from core.survey.codes.categories import load_categories

LOOKUP = load_lookup()
TRAITS = [
    "Husband alcoholic",
    "wife has HIV",
    "partner known drug user",
    "mother schizophrenic",
    "WIFE - BIPOLAR",
    "Partner’s alcoholism",
    "Mother and father alcoholics",
    "Ex-husband: convicted sex offender",
    "Lives with violent partner",
    "Seen with sister who has schizophrenia",
    "Well today. Son known heroin addict.",
    "Mother-in-law has dementia",
    "Boyfriend recently diagnosed with chlamydia",
    "Raped by uncle",
    "Abused by her step father",
    "Wife (Jane) alcoholic",
    "Wife, Jane Smith, is an alcoholic",
    "Wife (depression)",
    "Partner alcohol++",
    "husb alcoholic",
    "Bro schizophrenic",
    "Dtr has bulimia",
    "M: alcoholic",
    "Well. F: bipolar",
    "Mother: asthma",
    "Mother - alcoholic, asthma review",
]
NONE = [
    "Mother and baby well",
    "Husband present",
    "Wife attended",
    "Family history of alcoholism",
    "Family history: mother alcoholic",
    "FH: father schizophrenic",
    "Seen with husband. Depression",
    "Brought by mother; asthma review",
    "Attended with wife, dementia review",
    "Mother reports depression",
    "Partner notification of chlamydia",
    "Husband informed of HIV result",
    "Depression",
    "Alcoholic liver disease",
    "Mother to child transmission of HIV",
    "Father unknown",
    "Sister Mary Joseph's nodule",
    "Stepson in the household",
    "Mum - asthma review",
    "Mother: asthma attack today",
    "Mother with diabetes clinic",
    "M: 34 years",
    "S: depressed",
    "Raped by stranger",
    "Referred by mother",
]


@pytest.mark.parametrize("term", TRAITS)
def test_a_trait_of_somebody_else_is_found(term: str) -> None:
    assert "about_others" in LOOKUP.categories_of(LOOKUP.bits_of_term(term))


@pytest.mark.parametrize("term", NONE)
def test_what_tells_no_trait_of_anybody_else_is_not(term: str) -> None:
    assert "about_others" not in LOOKUP.categories_of(LOOKUP.bits_of_term(term))


def test_it_is_told_why() -> None:
    assert "About somebody else: the term holds the words 'husband ... alcoholic'." in LOOKUP.explain(
        "", "Husband alcoholic"
    )


def test_the_words_of_the_category_are_small_letters_and_find_each_trait() -> None:
    words = next(rules.about for rules in load_categories() if rules.category.id == "about_others")
    assert words is not None
    listed = (
        *words.people, *words.links, *words.traits, *words.before,
        *words.initials, *words.acts, *words.brings, *words.visits,
    )  # fmt: skip
    assert [word for word in listed if word != word.lower() or word != " ".join(word.split())] == []
    finder = AboutOthers(words)
    for who in words.people:
        assert finder.find(f"{who} alcoholic"), who
    for trait in words.traits:
        assert finder.find(f"Husband has {trait.rstrip('*')}"), trait
    for letter in words.initials:
        assert finder.find(f"{letter}: alcoholic"), letter
    for act in words.acts:
        assert finder.find(f"{act} by husband"), act


def test_who_brings_the_patient_to_a_clinic_tells_no_family_history() -> None:
    assert "family_history" not in LOOKUP.categories_of(LOOKUP.bits_of_term("Mother with diabetes clinic"))
    assert "family_history" in LOOKUP.categories_of(LOOKUP.bits_of_term("Mother with diabetes"))


def test_a_category_without_such_words_finds_nothing() -> None:
    assert AboutOthers(AboutWords()).find("Husband alcoholic") == ""
