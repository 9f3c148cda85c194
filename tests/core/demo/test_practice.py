"""The invented practice: the same everywhere, nobody real, and everything that was promised is in it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import timedelta

import pytest

from core.demo import PATIENTS, SEED, TODAY, Practice, make_practice
from core.demo.words import load_codes, load_words
from core.model import Status
from core.survey import results
from core.survey.codes.codelists import load_lookup
from core.survey.identifiers.numbers import verhoeff


@pytest.fixture(scope="module")
def practice() -> Practice:
    return make_practice()


def _check_digit_right(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, range(10, 0, -1), strict=True))
    return total % 11 == 0


def test_same_seed_same_practice_and_the_draws_are_as_they_always_were() -> None:
    make_practice.cache_clear()
    small = make_practice(200, 7)
    make_practice.cache_clear()
    again = make_practice(200, 7)
    assert small.people == again.people
    assert small.events == again.events
    assert small.people != make_practice(200, 8).people
    text = "\n".join(f"{p.nhs_number} {p.surname} {p.born} {p.postcode}" for p in small.people)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "07b6aad0b8f4a0fa"


def test_ten_thousand_people_and_a_few_records_that_repeat_one(practice: Practice) -> None:
    people = [p for p in practice.people if p.twin_record < 0]
    assert len(people) == PATIENTS
    repeats = [p for p in practice.people if p.twin_record >= 0]
    assert len(repeats) >= 10
    for repeat in repeats:
        original = practice.people[repeat.twin_record]
        assert (repeat.nhs_number, repeat.born) == (original.nhs_number, original.born)
        assert repeat.emis_number != original.emis_number
    assert len({p.emis_number for p in practice.people}) == len(practice.people)


def test_nhs_numbers_are_of_the_test_range_and_wrong_only_where_meant(practice: Practice) -> None:
    states = Counter(p.nhs_state for p in practice.people)
    assert states["missing"] >= 50
    assert states["wrong check digit"] >= 10
    assert states["too short"] >= 3
    valid = []
    for person in practice.people:
        if person.nhs_state == "missing":
            assert person.nhs_number == ""
            continue
        assert person.nhs_number.startswith("999")
        assert (len(person.nhs_number) == 10) == (person.nhs_state != "too short")
        if person.nhs_state == "valid":
            assert _check_digit_right(person.nhs_number)
            valid.append((person.nhs_number, practice.same_person[person.number]))
        elif person.nhs_state == "wrong check digit":
            assert not _check_digit_right(person.nhs_number)
    owners: dict[str, int] = {}
    for number, owner in valid:
        assert owners.setdefault(number, owner) == owner


def test_telephones_e_mails_and_postcodes_can_reach_nobody(practice: Practice) -> None:
    drama = re.compile(r"07700 900\d{3}|\+44 7700 900\d{3}|0117 496 0\d{3}")
    sectors = {f"{p.district} {s}" for p in load_words().places for s in p.sectors}
    for person in practice.people:
        for phone in (person.mobile, person.home_phone):
            assert not phone or drama.fullmatch(phone)
        assert not person.email or person.email.endswith("example.org")
        assert person.postcode[:-2] in sectors
    in_notes = [p.text for e in practice.events for p in e.planted if p.kind == "phone"]
    assert len(in_notes) > 100
    assert all(drama.fullmatch(phone) for phone in in_notes)


def test_every_kind_of_person_is_there(practice: Practice) -> None:
    people = practice.people
    status = Counter(p.status for p in people)
    for state in (Status.REGISTERED, Status.LEFT, Status.TEMPORARY, Status.DIED):
        assert status[state] >= 100
    assert all((p.died is not None) == (p.status is Status.DIED) for p in people)
    assert all((p.left is not None) == (p.status is Status.LEFT) for p in people)
    assert {"WHITE", "MAY", "PARKINSON"} <= {p.surname for p in people}
    assert any("<b>" in p.surname for p in people)
    assert any(p.forename == "=1+1" for p in people)
    assert any(p.mobile.startswith("+44") for p in people)
    assert any("," in p.surname for p in people)
    assert any('"' in p.house for p in people)
    homes = Counter((p.household, p.surname, p.born) for p in people if p.twin_record < 0)
    assert sum(n == 2 for n in homes.values()) >= 10, "twins"
    assert max(Counter(p.household for p in people).values()) >= 4, "households"
    assert sum(p.age() == 0 for p in people) >= 20
    small_town = [p for p in people if p.town == "Axbridge"]
    assert 20 <= len(small_town) <= 400
    rare = [e for e in practice.events if e.concept.group == "rare_disease"]
    assert [people[e.person].town for e in rare] == ["Axbridge"]


def test_every_category_and_every_objection_is_recorded(practice: Practice) -> None:
    planted = Counter(c for e in practice.events for c in e.concept.categories)
    lookup = load_lookup()
    assert set(planted) == {name for name in lookup.category_ids if not lookup.category(name).set}
    assert min(planted.values()) >= 15
    current = Counter(m for meanings in practice.objections.values() for m in meanings)
    assert current["type1_dissent"] >= 100
    assert set(current) <= set(results.OBJECTIONS)
    assert len(current) >= 7
    made = {e.person for e in practice.events if e.concept.meaning == "type1_dissent" and e.concept.made}
    gone = {e.person for e in practice.events if e.concept.meaning == "type1_dissent" and not e.concept.made}
    still = {p for p, meanings in practice.objections.items() if "type1_dissent" in meanings}
    assert len(gone - still) >= 5, "withdrawn"
    assert len(gone & still) >= 3, "withdrawn before it was made, or on the same day: it stands"
    assert gone <= made
    written = {e.code for e in practice.events if e.concept.meaning == "type1_dissent"}
    assert {"827241000000103", "9Nu0.", "XaZ89", "9Nu1.", "XaZ8A"} <= written


def test_every_sort_of_record_is_there(practice: Practice) -> None:
    kinds = Counter(e.concept.kind for e in practice.events)
    for kind in ("problem", "value", "medicine", "vaccination", "referral", "family_history", "admin"):
        assert kinds[kind] >= 100, kind
    terms = {e.concept.term for e in practice.events}
    assert {"Systolic blood pressure", "Body mass index", "Serum cholesterol level"} <= terms
    assert {"Parkinson's disease", "Total white blood cell count"} <= terms
    notes = [e.note for e in practice.events if e.note]
    for mark in (",", "\n", '"', '2" long'):
        assert any(mark in note for note in notes), mark
    whose = Counter((p.kind, p.whose) for e in practice.events for p in e.planted)
    for kind in (("name", "own"), ("name", "relative"), ("phone", "own"), ("phone", "relative")):
        assert whose[kind] >= 50, kind
    assert whose["clinician", "staff"] >= 50
    assert whose["nhs_number", "own"] >= 5
    assert all(p.text in (e.note + e.value) for e in practice.events for p in e.planted)
    same = Counter((e.person, e.day, e.concept.term, e.code_as, e.note) for e in practice.events)
    assert sum(n > 1 for n in same.values()) >= 10, "rows sent twice"


def test_some_were_born_on_a_day_when_somebody_else_was_seen(practice: Practice) -> None:
    seen = {e.day for e in practice.events}
    born = [p for p in practice.people if TODAY - p.born < timedelta(days=365)]
    assert sum(p.born in seen for p in born) >= 15


def test_nothing_is_recorded_before_birth_or_in_the_future(practice: Practice) -> None:
    for event in practice.events:
        assert practice.people[event.person].born <= event.day <= TODAY


def test_codes_have_their_terminologies_form_and_sums() -> None:
    for concept in load_codes().concepts:
        assert concept.codes, concept.term
        if concept.snomed:
            assert 6 <= len(concept.snomed) <= 18
            assert verhoeff(concept.snomed), concept.term
            assert concept.snomed[-3:-1] in ("00", "10"), "a concept, no description"
        for code in (concept.read, concept.ctv3):
            assert not code or re.fullmatch(r"[0-9A-Za-z]{1,5}\.{0,4}", code), concept.term
            assert not code or len(code) == 5, concept.term


def test_too_small_a_practice_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 60"):
        make_practice(10, SEED)
