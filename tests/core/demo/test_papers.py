"""Allergies and letters of the invented practice: whom they name is known, and nothing else changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from core.demo import Practice, Shaped, build, make_practice
from core.demo.papers import make_papers
from core.demo.people import TODAY
from core.survey.codes.codelists import load_lookup

PATIENTS = 2_000


@pytest.fixture(scope="module")
def practice() -> Practice:
    return make_practice(PATIENTS)


@pytest.fixture(scope="module")
def shaped() -> Shaped:
    return build("demo", patients=PATIENTS)


def test_a_practice_of_any_size_has_some_and_a_patient_with_both(practice: Practice) -> None:
    for one in (practice, make_practice(60), make_practice(120, 7)):
        allergies, letters = make_papers(one)
        assert len(allergies) >= max(12, len(one.people) // 25)
        assert len(letters) >= max(12, len(one.people) // 33)
        assert {a.person for a in allergies} & {letter.person for letter in letters}
        assert any(letter.planted for letter in letters)
    assert make_papers(practice) == make_papers(practice)
    assert make_papers(practice) != make_papers(replace(practice, seed=5))


def test_they_were_written_in_the_patients_life_and_in_order_of_date(practice: Practice) -> None:
    for papers in make_papers(practice):
        days = [paper.day for paper in papers]
        assert days == sorted(days)
        assert days[-1] < TODAY
        assert all(practice.people[paper.person].born <= paper.day for paper in papers)


def test_allergies_are_codes_that_are_understood_and_no_sensitive_ones(practice: Practice) -> None:
    lookup = load_lookup()
    for allergy in make_papers(practice)[0]:
        assert lookup.understood(allergy.snomed), allergy.term
        assert not lookup.bits_of_code(allergy.snomed) | lookup.bits_of_term(allergy.term), allergy.term


def test_letters_say_whom_they_name(shaped: Shaped) -> None:
    letters = shaped.table("letters")
    text = letters.header.index("Letter Text")
    whose: Counter[tuple[str, str]] = Counter()
    for row, truth in zip(letters.rows, letters.truth, strict=True):
        whose.update((planted.kind, planted.whose) for planted in truth.planted)
        assert all(planted.text and planted.text in row[text] for planted in truth.planted)
        person = shaped.practice.people[truth.person]
        named = {planted.text for planted in truth.planted if planted.whose == "own"}
        assert (person.name in row[text]) <= (person.name in named)
    for kind in (("name", "own"), ("name", "relative"), ("phone", "own"), ("nhs_number", "own")):
        assert whose[kind] >= 3, kind
    assert whose["clinician", "staff"] >= 3
    assert sum(not truth.planted for truth in letters.truth) >= 10


def test_nobody_and_nothing_else_is_drawn_otherwise_for_them(practice: Practice) -> None:
    again = make_practice.__wrapped__(PATIENTS)
    make_papers(again)
    assert (again.people, again.events) == (practice.people, practice.events)
