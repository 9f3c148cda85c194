"""Finding a patient by number, name, birth date or code; in the file where the facts know nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from core.model import Cancelled, Kind, Role, UsageError
from core.patients import (
    Found,
    find_patients,
    patient_code,
    patient_of_code,
    read_record,
    search,
)
from core.patients.search import take_apart
from core.protection import Decisions
from core.survey.results import NO_PATIENT
from tests.core.patients.demo_previews import demo, planned, surveyed
from tests.core.patients.test_record import preview
from tests.core.protection.builders import REPORT, Made


def raw_of(patient: int, label: str) -> str:
    return next(one.raw for one in read_record(demo("demo"), patient).told if one.label == label)


def found_by(text: str, **more: Any) -> list[int]:
    return [one.patient for one in find_patients(demo("demo"), text, **more)]


@pytest.mark.parametrize("patient", [0, 17, 44])
def test_a_number_finds_its_patient_however_it_is_written(patient: int) -> None:
    number = raw_of(patient, "NHS Number").replace(" ", "")
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    for text in (number, spaced, f"NHS {spaced}", spaced.replace(" ", "-"), f"  {number} "):
        assert found_by(text) == [patient]
    assert found_by(raw_of(patient, "EMIS Number")) == [patient]


def test_names_are_found_by_their_beginnings_in_any_order_and_case() -> None:
    surname, forename = raw_of(44, "Family Name"), raw_of(44, "Calling Name")
    for text in (f"{forename} {surname}", f"{surname}, {forename}", f"Mr {surname.lower()} {forename[:2]}"):
        assert 44 in found_by(text)
    assert 44 in found_by(surname[:4].lower())
    assert 44 not in found_by(f"{surname} Zebedee")


def test_a_whole_name_goes_before_one_that_only_begins_so() -> None:
    fields = (REPORT[0], ("Surname", Kind.DIRECT_IDENTIFIER, Role.SURNAME))
    rows = [["9990000000", "Parkinsonia"], ["9990000001", "Parkin"]]
    shown = preview({"t": Made(fields, rows, [0, 1])})
    assert [one.name for one in find_patients(shown, "parkin")] == ["Parkin", "Parkinsonia"]


@pytest.mark.parametrize("spelt", ["{0}", "{0:%d.%m.%Y}", "{0:%d %B %Y}", "{0:%d-%b-%Y}", "{0:%-d/%-m/%Y}"])
def test_a_birth_date_is_found_as_people_write_it(spelt: str) -> None:
    born = date(1970, 1, 1) + timedelta(days=int(demo("demo").survey.patients.birth_day[30]))
    assert 30 in found_by(spelt.format(born))
    assert 30 in found_by(f"{raw_of(30, 'Family Name')} {born.year}")
    assert 30 not in found_by(f"{raw_of(30, 'Family Name')} {born.year + 1}")


def test_who_was_found_is_told_apart_by_name_birth_and_number() -> None:
    (one,) = find_patients(demo("demo"), raw_of(17, "NHS Number"))
    record = read_record(demo("demo"), 17)
    assert one == Found(17, record.name, raw_of(17, "Date of Birth"), raw_of(17, "NHS Number"))


def test_in_tables_apart_name_and_number_come_from_the_table_that_has_them() -> None:
    survey = surveyed("emis-bulk")
    for patient in (3, 50):
        record = read_record(planned(survey), patient)
        number = next(one.raw for one in record.told if one.role == "nhs_number")
        (one,) = find_patients(survey, number)
        assert (one.patient, one.name) == (patient, record.name)
        assert one.number.replace(" ", "") == number
        assert one.born


def test_the_code_under_the_plan_finds_its_patient_and_nobody_under_another() -> None:
    code = patient_code(demo("demo"), 17)
    assert found_by(code) == [17]
    assert patient_of_code(demo("demo"), f" {code} ") == 17
    assert patient_of_code(demo("demo"), patient_code(demo("emis-bulk"), 3)) in range(120)  # the same people
    assert patient_of_code(demo("demo"), "P-0000-0000-0000-0000") is None
    assert patient_of_code(demo("demo"), "P-17") is None
    with pytest.raises(UsageError):
        patient_code(demo("demo"), demo("demo").survey.patients.count)


def test_every_patient_is_found_by_their_code_and_left_out_by_it() -> None:
    codes = [patient_code(demo("demo"), patient) for patient in range(demo("demo").survey.patients.count)]
    assert [patient_of_code(demo("demo"), code) for code in codes] == list(range(len(codes)))
    decided = Decisions.model_validate({"patients": {"leave_out": [codes[9]]}})
    assert read_record(planned(demo("demo").survey, decisions=decided), 9).left_out_id == "decision.patient"


@pytest.mark.parametrize("text", ["", " ", "x", "\x00", "%", "(((", "Zebedee Quixwold", "999 999 9999"])
def test_what_nobody_has_finds_nobody(text: str) -> None:
    assert found_by(text) == []


def test_no_more_are_told_than_were_asked_for() -> None:
    assert len(found_by("a", limit=5)) == 0
    assert len(found_by("19", limit=5)) <= 5
    assert len(found_by(str(1950 + 20), limit=1)) <= 1
    assert found_by(raw_of(17, "NHS Number"), limit=0) == []


def test_what_the_facts_do_not_know_is_looked_for_in_the_file() -> None:
    fields = (
        REPORT[0],
        ("Patient", Kind.DIRECT_IDENTIFIER, Role.FULL_NAME),
        ("Hospital number", Kind.DIRECT_IDENTIFIER, Role.OTHER_IDENTIFIER),
    )
    rows = [["9990000000", "Ann Quillfeather", "RXH-77812"], ["9990000001", "Bea Thorncastle", "RXH-99120"]]
    shown = preview({"t": Made(fields, rows, [0, 1])})
    assert [one.patient for one in find_patients(shown, "rxh-778")] == [0]
    assert [one.patient for one in find_patients(shown, "thorncastle RXH-99120")] == [1]
    assert [one.patient for one in find_patients(shown, "999 000 0001")] == [1]
    assert find_patients(shown, "quillfeather RXH-99120") == ()


def test_rows_of_nobody_and_of_staff_find_nobody() -> None:
    fields = (REPORT[0], ("Name", Kind.DIRECT_IDENTIFIER, Role.FULL_NAME), ("By", Kind.STAFF, Role.FULL_NAME))
    rows = [["9990000000", "Ann Quillfeather", "Bea Thorncastle"], [None, "Cyd Umberleigh", None]]
    shown = preview({"t": Made(fields, rows, [0, NO_PATIENT])})
    assert find_patients(shown, "umberleigh") == ()
    assert find_patients(shown, "thorncastle") == ()


def test_reading_the_file_can_be_stopped() -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        find_patients(demo("demo"), "Zebedee", step=stop)


def test_what_was_typed_is_taken_apart() -> None:
    sought = take_apart("Mrs O'Hartigan-José, 12th April 1961, NHS 999 944 0282, A17")
    assert sought.names == ("ohartiganjose",)
    assert sought.nhs == ("9999440282",)
    assert sought.days == (-3186,)
    assert sought.texts == ("A17",)
    assert take_apart("1961").years == (1961,)


def test_of_very_many_who_fit_those_called_exactly_so_are_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    survey = demo("demo").survey
    last = survey.patients.count - 1
    surname = next(one.raw for one in read_record(demo("demo"), last).told if one.label == "Family Name")
    monkeypatch.setattr(search, "_AT_ONCE", 60)
    everybody = np.arange(survey.patients.count, dtype=np.int64)
    assert last in search._likeliest(survey, everybody, take_apart(surname)).tolist()
    assert last not in search._likeliest(survey, everybody, take_apart("")).tolist()


# -- records that only a GP opens ------------------------------------------------------------------


def told_staff(text: str, *hidden: int) -> list[tuple[int, bool]]:
    found = find_patients(demo("demo"), text, for_gp=frozenset(hidden))
    assert all((one.name, one.born) == ("", "") for one in found if one.for_gp)
    return [(one.patient, one.for_gp) for one in found]


@pytest.mark.parametrize("label", ["NHS Number", "EMIS Number", "Family Name"])
def test_of_a_record_for_a_gp_only_that_there_is_one_is_said(label: str) -> None:
    text = raw_of(44, label)
    assert 44 in found_by(text)
    told = told_staff(text, 44)
    assert told[0] == (-1, True)
    assert 44 not in {patient for patient, _ in told}
    assert {p for p, _ in told[1:]} == {p for p in found_by(text) if p != 44}


def test_several_of_them_are_one_line() -> None:
    name = raw_of(44, "Family Name")
    fits = found_by(name, limit=1000)
    assert len(fits) > 1
    assert told_staff(name, *fits) == [(-1, True)]


def test_trying_birth_dates_tells_nothing_of_them() -> None:
    born = date(1970, 1, 1) + timedelta(days=int(demo("demo").survey.patients.birth_day[44]))
    name, number = raw_of(44, "Family Name"), raw_of(44, "NHS Number")
    for who in (name, number):
        right, wrong = (told_staff(f"{who} {day:%d/%m/%Y}", 44) for day in (born, born + timedelta(days=9)))
        assert (-1, True) in right
        assert (-1, True) in wrong
    assert (-1, True) not in told_staff(f"{born:%d/%m/%Y}", 44)
    assert (-1, True) not in told_staff(str(born.year), 44)
    assert 44 not in {patient for patient, _ in told_staff(f"{born:%d/%m/%Y}", 44)}


def test_a_number_with_another_name_does_not_tell_whose_it_is() -> None:
    number = raw_of(44, "NHS Number")
    assert told_staff(f"{number} Zebedee", 44) == told_staff(f"{number} {raw_of(44, 'Family Name')}", 44)


def test_no_code_is_told_but_the_one_that_was_typed() -> None:
    code = patient_code(demo("demo"), 44)
    (one,) = find_patients(demo("demo"), code, for_gp=frozenset({44}))
    assert one == Found(-1, "", "", code, for_gp=True)
    assert find_patients(demo("demo"), raw_of(44, "NHS Number"), for_gp=frozenset({44}))[0].number == ""


def test_names_that_only_the_file_holds_are_covered_too() -> None:
    fields = (REPORT[0], ("Maiden", Kind.DIRECT_IDENTIFIER, Role.SURNAME))
    rows = [["9990000000", "Óðinsdóttir"], ["9990000001", "Okafor"]]
    shown = preview({"t": Made(fields, rows, [0, 1])})
    found = find_patients(shown, "Óðinsdóttir", for_gp=frozenset({0}))
    assert [(one.patient, one.for_gp) for one in found] == [(-1, True)]
