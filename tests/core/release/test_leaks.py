"""The attack: every planted leak is found, and patients called White, May and Parkinson raise no alarm.

A leak is planted where it really comes from: in a raw field that the plan keeps. The apply that made the
file is the real one, so only the attack can find it.
"""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from core.model import Kind, Role, VerificationError
from core.protection import FieldPlan, Key
from core.release import export_release, verify_release
from core.release.attack import ColumnAttack
from core.survey.identifiers.names import given_names, surnames, words_that_are_names
from core.survey.results import NO_DAY, KnownIdentifiers

KEY = Key(b"k" * 32)

# (what, field, text, whose row); patients are numbered as in conftest.PEOPLE:
# 0 Agnes Kowalski 1961-04-12, 1 John White, 2 Ruth Parkinson 2018-08-06, 3 Hope May, 4 Raza Toosy, 5 Ewa K.
PLANTED = [
    ("NHS number, solid", "value", "9990000018", 0),
    ("NHS number, grouped", "term", "Discussed with 999 000 0026 today", 0),
    ("NHS number, hyphens", "term", "999-000-0034", 0),
    ("NHS number in a code field, grouped", "code", "999 000 0018", 1),
    ("NHS number in a code field, solid", "code", "9990000026", 1),
    ("NHS number of nobody here", "term", "see 9990000077", 1),
    ("mobile", "term", "call 07700 900123", 0),
    ("landline, brackets", "term", "(0117) 496 0102", 1),
    ("telephone, international", "value", "+44 7700 900 123", 2),
    ("e-mail", "term", "e-mailed to agnes@example.org", 0),
    ("postcode", "term", "moved to LS19 6BA", 1),
    ("postcode known, hyphen", "term", "moved from BS6-5QA", 0),
    ("postcode known, in an address of the web", "term", "?pc=LS19%206BA&x", 1),
    ("postcode known, as Excel's PROPER leaves it", "term", "at Bs6 5Qa", 0),
    ("mobile known, glued", "term", "tel07700900101", 0),
    ("mobile known, 44 without plus", "term", "447700900101", 0),
    ("mobile known, zero lost", "term", "ring 7700900101", 0),
    ("postcode, small letters", "term", "bs6 5qa", 0),
    ("address line", "term", "lives at 17 Orchard Crescent", 3),
    ("address line known, odd street", "term", "now 1 Trevelyan Square", 4),
    ("full name", "term", "Agnes Kowalski did not attend", 2),
    ("full name, reversed", "term", "KOWALSKI, Agnes", 2),
    ("full name of two ordinary words", "term", "Hope May attended", 0),
    ("National Insurance number", "term", "NI AB 12 34 56 C", 0),
    ("local key", "value", "0A1B2C3D-0000-4000-8000-000000000003", 0),
    ("own surname", "term", "Kowalski rang", 0),
    ("own surname with the s of a genitive", "term", "Kowalskis asthma", 0),
    ("own names in one word", "term", "account kowalskiagnes", 0),
    ("own surname in the value", "value", "Toosy", 4),
    ("own forename", "term", "spoke to Raza", 4),
    ("own surname that is a word, with title", "term", "Seen with Mrs Parkinson", 2),
    ("own surname that is a colour, with title", "term", "Mr White rang", 1),
    ("own surname that is a colour, alone in a value", "value", "White", 1),
    ("own date of birth", "term", "DOB 12/04/1961", 0),
    ("own date of birth, in words", "term", "born 12th April 1961", 0),
    ("own date of birth as a value", "value", "1961-04-12", 0),
]


@pytest.fixture
def ordinary(person_row, people):
    """Rows of everybody with ordinary entries."""
    terms = ["Type 2 diabetes mellitus", "Essential hypertension", "Asthma", "Seen in clinic"]
    return [(n % 6, person_row(people[n % 6], term=terms[n % 4], value=str(n))) for n in range(36)]


IN_WORDS = [planted for planted in PLANTED if planted[1] != "value"]
IN_VALUES = [planted for planted in PLANTED if planted[1] == "value"]


@pytest.mark.parametrize(("what", "field", "text", "patient"), IN_VALUES, ids=[p[0] for p in IN_VALUES])
def test_what_is_planted_in_a_value_stays_here_and_the_attack_would_find_it(
    make_practice,
    ordinary,
    person_row,
    people,
    tmp_path: Path,
    what: str,
    field: str,
    text: str,
    patient: int,
) -> None:
    """`apply` blanks what does not read as a value; the attack must not rely on that."""
    practice = make_practice({"events": [*ordinary, (patient, person_row(people[patient], **{field: text}))]})
    plan = practice.plan()
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")
    written = (result.release / "send" / "events.csv").read_text("utf-8")
    assert text not in written
    assert written.count("\n") == 38

    value = next(f for f in plan.fields if f.field == "Value")
    attack = ColumnAttack("events.csv", value, practice.survey)
    attack.feed(pa.array([*(str(n) for n in range(36)), text]), 0, practice.survey.facts["events"].patient)
    assert [(leak.row, leak.rows) for leak in attack.leaks()] == [(37, 1)]


@pytest.mark.parametrize(("what", "field", "text", "patient"), IN_WORDS, ids=[p[0] for p in IN_WORDS])
def test_planted_leaks_are_found(
    make_practice,
    ordinary,
    person_row,
    people,
    tmp_path: Path,
    what: str,
    field: str,
    text: str,
    patient: int,
) -> None:
    practice = make_practice({"events": [*ordinary, (patient, person_row(people[patient], **{field: text}))]})
    # Kept by a person's decision: by itself the plan would blank what stands in these cells.
    plan = practice.keep(practice.plan(), "Code", "Term", "Value")
    with pytest.raises(VerificationError) as caught:
        export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert caught.value.exit_status == 5
    # what it found is told by field and row, never by value
    assert f"'{field.capitalize()}'" in caught.value.message
    assert "row 37" in caught.value.message
    for word in text.split():
        assert len(word) < 5 or word.casefold() not in caught.value.message.casefold()


INNOCENT = [
    ("white cell count", "term", "White blood cell count", 1),
    ("white cell count, title case", "term", "Total White Cell Count", 1),
    ("Parkinson's disease", "term", "Parkinson's disease", 2),
    ("Parkinson disease", "term", "Parkinson disease", 2),
    ("Wolff-Parkinson-White syndrome", "term", "Wolff-Parkinson-White syndrome", 1),
    ("May have asthma", "term", "May have asthma", 3),
    ("may, inside", "term", "Patient may have asthma", 3),
    ("hope", "term", "Feels hope for the future", 3),
    ("White as an ethnic group", "term", "White", 1),
    ("SNOMED id of ten digits with a right NHS check digit", "code", "1000018105", 0),
    ("SNOMED id", "code", "999990000001104", 0),
    ("dm+d id", "code", "322236009", 0),
    ("Read code like a postcode", "code", "B12AB", 0),
    ("Read code", "code", "N11zz", 0),
    ("number", "value", "1234567890", 0),
    ("blood pressure", "value", "120/80", 0),
    ("ordinal", "term", "S1 2nd dose", 0),
    ("vitamin", "term", "Vitamin B12 5mg", 0),
    ("ratio", "value", "0.9990000018", 0),
    ("somebody else's name that is a word", "term", "Parkinson's disease", 0),
    ("date that is nobody's", "term", "Seen on 03/11/2025", 0),
    ("date that is another's birthday", "term", "Review on 06/08/2018", 0),
    ("eponym", "term", "Kowalski's syndrome", 0),
    ("eponym without its mark", "term", "Kowalskis syndrome", 0),
    ("colour with an s", "term", "Whites of the eyes", 1),
    ("two others' names in one word", "term", "whiteagnes", 4),
    ("vitamin with a dose", "term", "Vitamin B12-5MG", 0),
    ("ten digits that are nobody's", "term", "batch 7700900999", 0),
    ("empty", "term", "", 0),
    ("absent", "term", None, 0),
]


@pytest.mark.parametrize(("what", "field", "text", "patient"), INNOCENT, ids=[p[0] for p in INNOCENT])
def test_ordinary_entries_raise_no_alarm(
    make_practice,
    ordinary,
    person_row,
    people,
    tmp_path: Path,
    what: str,
    field: str,
    text: str,
    patient: int,
) -> None:
    practice = make_practice({"events": [*ordinary, (patient, person_row(people[patient], **{field: text}))]})
    plan = practice.plan()
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
    assert verify_release(result.release).passed
    assert verify_release(result.release, practice.survey).passed


def test_words_that_others_have_too_are_vocabulary(make_practice, person_row, people, tmp_path: Path) -> None:
    """A rare surname that is no listed word: three who do not bear it have the same entry."""
    rows = [(n, person_row(people[n], term="Toosy clinic attended")) for n in range(6)]
    practice = make_practice({"events": rows})
    plan = practice.plan()
    export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)


def test_births_on_appointment_days_raise_no_alarm(make_practice, person_row, people, tmp_path: Path) -> None:
    """A newborn's first entry, and dates that are others' birthdays, in a date field that is kept."""
    days = [p.birth.isoformat() for p in people]
    rows = [(n, person_row(people[n], event=days[(n + 1) % 6])) for n in range(6)]
    rows.append((2, person_row(people[2], event=days[2])))
    practice = make_practice({"events": rows})
    plan = practice.keep(practice.plan(), "Event date")
    export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)


def test_a_date_field_that_is_everybodys_birth_date_is_found(
    make_practice, person_row, people, tmp_path: Path
) -> None:
    rows = [(n, person_row(people[n], event=people[n].birth.strftime("%d/%m/%Y"))) for n in range(6)]
    practice = make_practice({"events": rows})
    plan = practice.keep(practice.plan(), "Event date")
    with pytest.raises(VerificationError, match="birth date"):
        export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")


def test_a_column_of_nhs_numbers_taken_for_values_is_found(
    make_practice, person_row, people, tmp_path: Path
) -> None:
    strangers = ["9990000077", "9990000085", "9990000093", "9990000107"]
    rows = [(n, person_row(people[n], value=strangers[n])) for n in range(4)]
    practice = make_practice({"events": rows})
    plan = practice.plan()
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")
    written = (result.release / "send" / "events.csv").read_text("utf-8")
    assert not any(number in written for number in strangers)

    value = next(f for f in plan.fields if f.field == "Value")
    attack = ColumnAttack("events.csv", value, practice.survey)
    attack.feed(pa.array(strangers), 0, practice.survey.facts["events"].patient)
    assert [leak.sort for leak in attack.leaks()] == ["an NHS number"]


def test_any_patients_name_in_kept_free_text_is_found(
    make_practice, person_row, people, tmp_path: Path
) -> None:
    for number, (note, leak) in enumerate(
        [
            ("Lives next to the Kowalski family", True),
            ("Spoke to Mrs Parkinson, neighbour", True),
            ("Has Parkinson's disease; may need white stick", False),
            ("Feels well. White cells normal.", False),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = [(n, person_row(people[n], note="Well today")) for n in range(6)]
        practice = make_practice({f"events{number}": [*rows, (4, person_row(people[4], note=note))]})
        plan = practice.keep(practice.plan(), "Note")
        if leak:
            with pytest.raises(VerificationError, match="a patient's name in free text"):
                export_release(practice.survey, plan, KEY, practice.rows(plan), folder / "out")
        else:
            export_release(practice.survey, plan, KEY, practice.rows(plan), folder / "out")


def test_planned_fields_may_hold_what_they_are_for(make_practice, ordinary, tmp_path: Path) -> None:
    practice = make_practice({"events": ordinary})
    plan = practice.keep(practice.plan("own-care-list"), "NHS Number", "Surname", "Date of birth", "Postcode")
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
    assert verify_release(result.release).passed


def test_a_name_in_a_field_name_is_found(make_practice, person_row, people, tmp_path: Path) -> None:
    fields = [("Agnes Kowalski", Kind.CLINICAL_VALUE, Role.VALUE), ("Code", Kind.CODED_CLINICAL, Role.CODE)]
    practice = make_practice({"events": [(0, ["7", "44054006"])]}, fields=fields)
    plan = practice.keep(practice.plan(), "Agnes Kowalski", "Code")
    assert plan.fields[0].heading == "Field 1"
    plan = plan.with_field(replace(plan.fields[0], sent_as=""))
    with pytest.raises(VerificationError, match="the name of a field"):
        export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")


def test_a_name_typed_as_the_project_is_found(practice, tmp_path: Path) -> None:
    for typed, leak in (
        ("Report for Agnes Kowalski", True),
        ("About 999 000 0018", True),
        ("Bristol University, BS8 1TH, 0117 928 9000", False),
        ("About BS6 5QA", True),
    ):
        plan = practice.plan(project=typed)
        if leak:
            with pytest.raises(VerificationError, match=r"covering-note\.html"):
                export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")
        else:
            export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "good")


def test_thousands_of_real_terms_raise_no_alarm(shared: Path) -> None:
    """Published code lists' descriptions, given at random to patients with common British names."""
    rng = random.Random(7)
    with (shared / "reference" / "codes" / "codelists.csv").open(encoding="utf-8", newline="") as file:
        every = sorted({row["term"] for row in csv.DictReader(file) if row["term"]})
    terms = rng.sample(every, 8_000)
    forenames, family = sorted(given_names()), sorted(surnames() | words_that_are_names())
    named = {n: frozenset((rng.choice(forenames), rng.choice(family))) for n in range(3_000)}
    assert sum(bool(set(t.casefold().split()) & set(family)) for t in terms) > 100
    none = np.empty(0, np.uint64)
    known = KnownIdentifiers(none, none, none, none, none, none, none, named)
    survey = SimpleNamespace(
        known=known, findings={}, patients=SimpleNamespace(birth_day=np.full(3_000, NO_DAY, np.int32))
    )
    plan = FieldPlan("events", "Term", 0, Kind.CODED_CLINICAL, Role.TERM, "keep")
    attack = ColumnAttack("events.csv", plan, survey)  # type: ignore[arg-type]
    patients = np.array([rng.randrange(3_000) for _ in terms], np.int32)
    attack.feed(pa.array(terms), 0, patients)
    assert attack.leaks() == []


def test_another_patients_name_is_found_in_a_kept_field_that_nobody_understood(
    make_practice, ordinary, person_row, people, tmp_path: Path
) -> None:
    """Whether it stays unknown or a person calls it a value: what the survey took for text is text."""
    rows = [*ordinary, (1, person_row(people[1], note="spoke to Toosy about it"))]
    practice = make_practice({"events": rows})
    kept = practice.plan()
    note = next(f for f in kept.fields if f.field == "Note")
    for kind, role in ((Kind.UNKNOWN, Role.OTHER), (Kind.CLINICAL_VALUE, Role.VALUE)):
        plan = kept.with_field(replace(note, action="keep", kind=kind, role=role, decided=True))
        with pytest.raises(VerificationError) as caught:
            export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")
        assert "in free text" in caught.value.message
