"""What an export could tell of objections, recall and age, and the day it speaks of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.survey.objections.entries import Entries, current_objections
from core.survey.people.as_of import DayCounts, of_time_to_come
from core.survey.people.recall import recall_field, recall_of_term
from core.survey.results import NO_DAY, OBJECTIONS, RECALLS, PatientFacts, Survey

NHS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069", "9990000077")
Surveyed = Callable[..., Survey]


def day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(int))


def warned(survey: Survey) -> list[str]:
    return [e.id for e in survey.objection_evidence if e.warns]


def test_an_export_that_could_not_hold_them_says_so(surveyed: Surveyed) -> None:
    survey = surveyed(patients=f"NHS Number,Date of birth\n{NHS[0]},04/03/1961\n{NHS[1]},05/03/1961\n")
    assert warned(survey) == ["nowhere", "national"]


def test_events_of_late_and_lists_of_problems_say_so(surveyed: Surveyed) -> None:
    survey = surveyed(
        Problems=f"NHS Number,Event date,Code\n{NHS[0]},03/01/2025,H33..\n{NHS[1]},04/02/2025,H33..\n"
    )
    assert warned(survey) == ["recent", "problems_only", "national"]
    said = next(e for e in survey.objection_evidence if e.id == "recent")
    assert "2025" in said.text
    assert not any(number in e.text + e.where for e in survey.objection_evidence for number in NHS)


def test_old_events_are_no_warning_and_a_flag_is_a_source(surveyed: Surveyed) -> None:
    survey = surveyed(
        events=f"NHS Number,Event date,Code\n{NHS[0]},03/01/2009,H33..\n",
        patients=f"NHS Number,Date of birth,is_consent_9nu0,NDOO\n{NHS[0]},04/03/1961,TRUE,N\n",
    )
    assert warned(survey) == []
    assert [e.id for e in survey.objection_evidence] == ["codes", "flag", "flag"]
    assert "FALSE means opted out" in survey.objection_evidence[1].text


def test_codes_in_capitals_say_so(surveyed: Surveyed) -> None:
    codes = [f"{a}{b}A{c}." for a in "HGF" for b in "3456789" for c in "BC"]
    survey = surveyed(
        events="NHS Number,Event date,Read code\n" + "".join(f"{NHS[0]},03/01/2009,{c}\n" for c in codes)
    )
    assert "capitals" in warned(survey)


def test_many_patients_and_no_objection_is_worth_a_word(surveyed: Surveyed) -> None:
    rows = "".join(f"{n},03/01/2009,H33..\n" for n in range(300))
    assert "none_found" in warned(surveyed(events=f"EMIS Number,Event date,Code\n{rows}"))
    rows += "7,03/01/2010,9Nu0.\n"
    assert "none_found" not in warned(surveyed(events=f"EMIS Number,Event date,Code\n{rows}"))


# -- the day of the export ------------------------------------------------------------------------------


def counts(*days: tuple[str, int]) -> DayCounts:
    found = DayCounts()
    for text, times in days:
        found.add(np.full(times, day(text), dtype=np.int32))
    return found


def test_the_latest_plausible_day() -> None:
    usual = (("2024-01-05", 500), ("2024-03-01", 500), ("2026-10-14", 1_500), ("2026-11-20", 40))
    assert counts(*usual, ("2026-08-01", 900)).latest() == day("2026-11-20")
    assert counts(*usual, ("2026-08-01", 900), ("2052-11-20", 2)).latest() == day("2026-11-20")
    assert counts(("2024-03-01", 1), ("2026-11-20", 1)).latest() == day("2026-11-20")
    assert counts(("2024-03-01", 1), ("2099-12-31", 1)).latest() == day("2024-03-01")
    assert counts(("9999-12-31", 5), ("1899-12-31", 5)).latest() == NO_DAY
    assert DayCounts().latest() == NO_DAY
    assert counts(("1950-01-01", 1), *usual).earliest() == day("2024-01-05")


def test_days_to_come_say_nothing_where_others_do(surveyed: Surveyed) -> None:
    survey = surveyed(
        Appointment_Slot=f"NHS Number,Appointment date\n{NHS[0]},03/02/2027\n",
        Observation=f"NHS Number,Event date,Code\n{NHS[0]},14/10/2026,H33..\n",
    )
    assert survey.as_of_day == day("2026-10-14")
    assert of_time_to_come("CareRecord_Diary")


def test_an_export_of_nothing_but_births_speaks_of_the_last(surveyed: Surveyed) -> None:
    survey = surveyed(patients=f"NHS Number,Date of birth\n{NHS[0]},04/03/1961\n{NHS[1]},05/03/2019\n")
    assert survey.as_of_day == day("2019-03-05")


# -- age --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "as_of", "minor"),
    [
        ("2008-11-22", "2026-11-21", True),
        ("2008-11-22", "2026-11-22", False),
        ("2008-02-29", "2026-02-28", True),
        ("2008-02-29", "2026-03-01", False),
        ("1961-03-04", "2026-11-22", False),
        ("2026-11-22", "2026-11-22", True),
    ],
)
def test_under_18(born: str, as_of: str, minor: bool) -> None:
    facts = PatientFacts(
        2, ["a", "b"], np.zeros(2, np.uint8), np.zeros(2, np.uint32), np.array([day(born), NO_DAY], np.int32)
    )
    assert facts.under_18(day(as_of)).tolist() == [minor, False]
    assert facts.under_18(NO_DAY).tolist() == [False, False]


# -- recall -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("Cervical smear refused", ("cervical.declined", True)),
        ("Cervical screening declined", ("cervical.declined", True)),
        ("No further recall for cervical smear", ("cervical.ceased", True)),
        ("Ceased from cervical screening recall - no cervix", ("cervical.ceased", True)),
        ("Breast cancer screening declined", ("breast.declined", True)),
        ("Mammogram declined", ("breast.declined", True)),
        ("Bowel cancer screening programme: opted out", ("bowel.declined", True)),
        ("Diabetic retinopathy screening refused", ("diabetic_eye.declined", True)),
        ("Abdominal aortic aneurysm screening declined", ("aaa.declined", True)),
        ("Cervical screening recall resumed, earlier declined", ("cervical.declined", False)),
        ("CSDEC_COD", ("cervical.declined", True)),
        ("Chlamydia screening declined", None),
        ("Alcohol consumption screening test declined", None),
        ("Cervical smear: normal", None),
        ("Cervical spondylosis", None),
        ("Breast feeding declined", None),
    ],
)
def test_words_of_recall(term: str, said: tuple[str, bool] | None) -> None:
    assert recall_of_term(term) == said


@pytest.mark.parametrize(
    ("header", "table", "cell", "said"),
    [
        ("RecallStatus", "SRRecall", "Ceased", "unnamed.ceased"),
        ("RecallStatus", "Cervical recalls", "Patient declined", "cervical.declined"),
        ("Recall status", "list", "Smear declined", "cervical.declined"),
        ("Recall status", "list", "Seen", None),
        ("Ceased", "Bowel screening", "Y", "bowel.ceased"),
        ("Ceased", "Bowel screening", "N", None),
        ("Cervical screening declined", "list", "01/02/2020", "cervical.declined"),
        ("Reason for ceasing", "Cervical", "No cervix", "cervical.ceased"),
    ],
)
def test_fields_of_recall(header: str, table: str, cell: str, said: str | None) -> None:
    field = recall_field(header, table)
    assert field is not None
    assert field.says(cell) == said


def test_other_fields_are_none_of_recall() -> None:
    assert recall_field("Deceased", "list") is None
    assert recall_field("Status", "Cervical") is None


def test_recall_is_a_fact_of_the_patient_and_no_objection(surveyed: Surveyed) -> None:
    survey = surveyed(
        events="NHS Number,Event date,Code,Code Term\n"
        f"{NHS[0]},01/02/2015,XY123,Cervical screening declined\n"
        f"{NHS[1]},01/02/2015,XY123,Cervical screening declined\n"
        f"{NHS[1]},01/02/2018,XY124,Cervical screening recall resumed after it was declined\n"
        f"{NHS[2]},01/02/2015,H33..,Asthma\n"
    )
    assert survey.patients.recalls("cervical.declined").tolist() == [True, False, False]
    assert survey.patients.objections.tolist() == [0, 0, 0]
    assert not survey.facts["events"].objection_row.any()
    with pytest.raises(ValueError, match="not in"):
        survey.patients.recalls("cervical.forgotten")


# -- the latest of a pair -----------------------------------------------------------------------------------

ENTRIES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, len(OBJECTIONS) + len(RECALLS) - 1),
        st.booleans(),
        st.one_of(st.just(NO_DAY), st.integers(-3, 3)),
    ),
    max_size=25,
)


def by_hand(entries: list[tuple[int, int, bool, int]], patients: int) -> list[int]:
    """The rule read aloud: an objection holds unless every one of its dated entries was taken back on a later
    day; one without a day holds, a withdrawal without a day takes back nothing."""
    result = [0] * patients
    for who, meaning, made, made_on in entries:
        if not made:
            continue
        later = [on for w, m, again, on in entries if (w, m, again) == (who, meaning, False) and on != NO_DAY]
        if made_on == NO_DAY or not any(on > made_on for on in later):
            result[who] |= 1 << meaning
    return result


@given(ENTRIES)
def test_the_latest_wins_within_its_pair_only(entries: list[tuple[int, int, bool, int]]) -> None:
    columns = list(zip(*entries, strict=True)) or [(), (), (), ()]
    found = current_objections(
        Entries(
            np.array(columns[0], dtype=np.int32),
            np.array(columns[1], dtype=np.uint8),
            np.array(columns[2], dtype=np.bool_),
            np.array(columns[3], dtype=np.int32),
        ),
        3,
    )
    assert found.tolist() == by_hand(entries, 3)
