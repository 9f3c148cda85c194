"""The category files: what each says of itself holds, and the sets take in what they say."""

from __future__ import annotations

import pytest

from core.survey import load_lookup
from core.survey.codes.categories import Category, load_categories
from core.survey.codes.listed_codes import load_lists
from tests.growth import grows_in_step

LOOKUP = load_lookup()
CATEGORIES = [LOOKUP.category(name) for name in LOOKUP.category_ids]
ids = [category.id for category in CATEGORIES]


def of_term(term: str) -> tuple[str, ...]:
    return LOOKUP.categories_of(LOOKUP.bits_of_term(term))


@pytest.mark.parametrize("category", CATEGORIES, ids=ids)
def test_examples_match_and_counter_examples_do_not(category: Category) -> None:
    assert [term for term in category.examples if category.id not in of_term(term)] == []
    assert [term for term in category.counter_examples if category.id in of_term(term)] == []
    if not category.set:
        assert len(category.examples) >= 3
        assert len(category.counter_examples) >= 2


def test_restricted_is_what_two_acts_restrict_and_nothing_else() -> None:
    restricted = {c.id for c in CATEGORIES if c.strength == "restricted"}
    assert restricted == {"assisted_conception", "gender", "hfe_act", "gender_recognition_act"}
    ordinary = {c.id for c in CATEGORIES if c.strength == "ordinary" and not c.set}
    assert ordinary == {"smoking", "heart_disease", "ethnicity", "religion"}


def test_groups_are_what_people_call_them() -> None:
    groups = {c.group for c in CATEGORIES if not c.set}
    assert len(groups) == 28
    assert {c.id for c in CATEGORIES if c.group == "Mental health"} >= {
        "mental_health",
        "self_harm",
        "dementia",
        "eating_disorder",
    }


def test_a_list_that_only_the_practice_can_load_is_asked_for_by_name() -> None:
    needs = {c.id: dict(zip(c.needs, c.needs_names, strict=True)) for c in CATEGORIES if c.needs}
    assert set(needs) == {"hfe_act", "gender_recognition_act", "sexuality", "religion"}
    assert set(needs["hfe_act"]) == {"1955841000000104"}
    assert set(needs["gender_recognition_act"]) == {"1955851000000101"}
    assert all(name for names in needs.values() for name in names.values())


@pytest.mark.parametrize(
    ("code", "term", "sets"),
    [
        ("A788.", "", {"summary_care_exclusion", "caredata_2013"}),
        ("", "Chlamydia screening declined", {"summary_care_exclusion", "hiv_tests", "caredata_2013"}),
        ("", "Gender dysphoria", {"summary_care_exclusion"}),
        ("1331.", "", {"caredata_2013"}),
        ("", "Marital status: widowed", {"caredata_2013"}),
        ("", "Depression", set()),
        ("H33..", "Asthma", set()),
    ],
)
def test_what_the_sets_take_in(code: str, term: str, sets: set[str]) -> None:
    bits = LOOKUP.bits_of_term(term) | (LOOKUP.bits_of_code(code) if code else 0)
    found = LOOKUP.categories_of(bits)
    assert {name for name in found if LOOKUP.category(name).set} == sets
    assert {m.category for m in LOOKUP.matches(code, term)} == set(found)


def test_members_of_the_published_exclusion_sets_are_all_in() -> None:
    for code in ("19869000", "200651000000103"):  # a test, and one that was declined
        assert "summary_care_exclusion" in LOOKUP.categories_of(LOOKUP.bits_of_code(code))


@pytest.mark.parametrize(
    ("code", "term", "category", "how"),
    [
        ("43C3.", "", "hiv", "list"),
        ("Eu32.", "", "mental_health", "hierarchy"),
        ("F20.0", "", "mental_health", "hierarchy"),
        ("0403030D0", "", "mental_health", "medicine"),
        ("", "Low mood", "mental_health", "words"),
        ("", "Olanzapine 5mg tablets", "mental_health", "medicine"),
        ("A3-SHHAPT", "", "sexual_health", "ending"),
    ],
)
def test_each_match_says_how(code: str, term: str, category: str, how: str) -> None:
    matches = LOOKUP.matches(code, term)
    assert (category, how) in {(m.category, m.how) for m in matches}
    assert all(m.detail for m in matches)


def test_no_phrase_stands_twice_or_is_both_wanted_and_excluded() -> None:
    for rule in load_categories():
        wanted = (*rule.include, *rule.medicines)
        assert len(set(wanted)) == len(wanted), rule.category.id
        assert not set(wanted) & set(rule.exclude), rule.category.id


@pytest.mark.parametrize(
    ("term", "category"),
    [
        ("Haemophilia", "genetics"),
        ("Hemophilia", "genetics"),
        ("Leukaemia", "cancer"),
        ("Leukemia", "cancer"),
        ("Behavioural therapy", "mental_health"),
        ("Behavioral therapy", "mental_health"),
        ("Amfetamine misuse", "drugs"),
        ("Amphetamine misuse", "drugs"),
        ("S\u00e9zary disease", "cancer"),
        ("DEPRESSION", "mental_health"),
        ("Schizophrenia (disorder)", "mental_health"),
    ],
)
def test_spelling_and_accents_make_no_difference(term: str, category: str) -> None:
    assert category in of_term(term)


@pytest.mark.parametrize(
    ("code", "judged"),
    [
        ("H33..", True),  # Read v2: its chapter tells
        ("F20.0", True),
        ("195967001", True),  # asthma, in the list of ordinary codes
        ("86406008", True),  # HIV infection
        ("9Nu0.", True),
        ("XaZ89", True),  # an objection
        ("Xzzz1", False),  # CTV3 has no chapters
        ("999000041000000102", False),
        ("^ESCTXX999999", False),
        ("A3-SHHAPT", True),
        ("1090241000000100", False),  # damaged
    ],
)
def test_what_a_code_alone_can_tell(code: str, judged: bool) -> None:
    assert LOOKUP.judged(code) is judged


def test_no_code_is_both_sensitive_and_ordinary() -> None:
    lists = load_lists(LOOKUP.category_ids)
    assert sum(len(codes) for codes in lists.ordinary.values()) > 50_000
    for group, codes in lists.ordinary.items():
        assert not codes & lists.bits[group].keys()


@pytest.mark.parametrize("words", ["st depression ", "no cancer ", "fh cancer ", "mental ", "self ", "x "])
def test_an_endless_term_takes_no_longer_than_its_length(words: str) -> None:
    forms = iter(range(100))  # no term twice: what was looked up is remembered

    def looked_up(length: int) -> None:
        LOOKUP.bits_of_term(f"{next(forms)} " + words * (length // len(words)))

    assert grows_in_step(looked_up, 37_500, 300_000)


@pytest.mark.parametrize("term", ["top of foot", "Take OD", "Visual aids"])
def test_abbreviations_count_as_they_are_written(term: str) -> None:
    assert not {"termination", "hiv", "domestic_abuse"} & set(of_term(term))
