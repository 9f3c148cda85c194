"""Who was agreed, and who is drawn: keyed, stable, one sample inside the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from core.model import PolicyError, Status, UsageError
from core.protection import Key, ObjectionSource, decide_rows, load_profile, make_plan
from core.protection.agreed import Asked
from core.protection.limits import ages, drawn, sample_per_mille
from core.protection.plan import Plan
from core.protection.recipients import Cohort, Recipient
from core.survey.results import NO_DAY, NO_PATIENT, Survey
from tests.core.protection.builders import make_survey, report

KEY, OTHER = Key(bytes(32)), Key(bytes([7]) * 32)
WHO = tuple(f"nhs|999{n:07d}" for n in range(20_000))
EPOCH = date(1970, 1, 1)
ON = (date(2026, 3, 31) - EPOCH).days
CODES = (ObjectionSource("codes"),)


def planned(survey: Survey, **more: Any) -> Plan:
    profile = load_profile("approved-research")
    return make_plan(survey, profile, recipient="R", project="P", objection_sources=CODES, **more)


def sampled(per_mille: int, key: Key = KEY, project: str = "P") -> np.ndarray[Any, np.dtype[np.bool_]]:
    plan = planned(make_survey(report()), asked=Asked(sample_per_mille=per_mille))
    return drawn(WHO, replace(plan, project=project), key)


def test_a_sample_is_about_as_large_as_was_said() -> None:
    for per_mille in (10, 50, 500):
        wanted = len(WHO) * per_mille / 1000
        assert abs(int(sampled(per_mille).sum()) - wanted) < 5 * wanted**0.5


def test_a_smaller_sample_lies_inside_a_larger_one() -> None:
    five, ten, all_of_them = sampled(50), sampled(100), sampled(1000)
    assert not (five & ~ten).any()
    assert (ten & ~five).any()
    assert all_of_them.all()


def test_a_sample_is_the_key_s_the_recipient_s_and_the_project_s() -> None:
    mine = sampled(100)
    assert (sampled(100) == mine).all()
    assert (sampled(100, project=" p ") == mine).all()  # compared as pseudonyms' names are
    for other in (sampled(100, key=OTHER), sampled(100, project="Q")):
        both = int((other & mine).sum())
        assert abs(both - len(WHO) / 100) < 5 * (len(WHO) / 100) ** 0.5  # as by chance


def test_all_rows_of_a_patient_are_drawn_or_none_is() -> None:
    one, other = report(people=40)["events"], report(people=40, each=1)["events"]
    survey = make_survey({"one": one, "other": other})
    rows = decide_rows(survey, planned(survey, asked=Asked(sample_per_mille=300)), KEY)
    there = {n for n, leaves in zip(one.patient or (), rows.leaves("one"), strict=True) if leaves}
    assert there == {n for n, leaves in zip(other.patient or (), rows.leaves("other"), strict=True) if leaves}
    assert 0 < len(there) < 40
    told = {counted.id: counted.patients for counted in rows.counted}
    assert told == {"sample.not_drawn": 40 - len(there)}
    assert rows.rows_in == rows.rows_out + sum(counted.rows for counted in rows.counted)


def test_a_row_that_names_nobody_is_not_in_a_sample() -> None:
    made = report(people=3, each=1)["events"]
    survey = make_survey({"events": replace(made, patient=[0, NO_PATIENT, 2])})
    profile = load_profile("own-care-list")
    plan = make_plan(survey, profile, recipient="R", project="P", asked=Asked(sample_per_mille=999))
    rows = decide_rows(survey, plan, KEY)
    assert not rows.leaves("events")[1]
    assert "sample.nobody" in {counted.id for counted in rows.counted}


def test_a_sample_needs_the_key() -> None:
    survey = make_survey(report())
    with pytest.raises(PolicyError, match="key"):
        decide_rows(survey, planned(survey, asked=Asked(sample_per_mille=10)), None)


@pytest.mark.parametrize(("text", "per_mille"), [("5%", 50), (" 0.5 %", 5), ("100%", 1000), ("12.5%", 125)])
def test_a_share_is_said_in_percent(text: str, per_mille: int) -> None:
    assert sample_per_mille(text) == per_mille


@pytest.mark.parametrize("text", ["5", "0%", "101%", "0.01%", "-5%", "five", "", "5%%", "٥%"])
def test_another_share_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="percent"):
        sample_per_mille(text)


def agreed(**cohort: Any) -> Recipient:
    return Recipient(
        legal_basis="CAG",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        profiles=("approved-research",),
        cohort=Cohort(**cohort),
    )


def test_only_patients_of_the_agreed_ages_leave() -> None:
    births = [date(2008, 4, 1), date(2008, 3, 31), date(1961, 3, 31), date(1960, 3, 31)]
    born = [*((day - EPOCH).days for day in births), NO_DAY]
    made = make_survey(report(people=5, each=1, day=[20_000] * 5), birth_day=born)
    survey = replace(made, as_of_day=ON)
    plan = planned(survey, agreed=agreed(age_from=18, age_to=65))
    assert plan.cohort == (("age_from", "18"), ("age_to", "65"), ("on", "2026-03-31"))
    rows = decide_rows(survey, plan, KEY)
    assert rows.leaves("events").tolist() == [False, True, True, False, False]
    assert {c.id: c.rows for c in rows.counted} == {"cohort.outside": 2, "cohort.not_told": 1}
    undated = planned(made, agreed=agreed(age_from=18))
    assert not decide_rows(made, undated, KEY).rows_out  # nobody knows on which day


def test_only_patients_of_the_agreed_registration_leave() -> None:
    survey = make_survey(report(people=5, each=1), status=list(Status))
    plan = replace(planned(survey, agreed=agreed(statuses=["left"])), statuses=("registered", "left"))
    rows = decide_rows(survey, plan, KEY)
    assert rows.leaves("events").tolist() == [status is Status.LEFT for status in Status]
    reasons = {c.id for c in rows.counted}
    assert {"cohort.outside", "status.died", "status.temporary", "status.unknown"} == reasons
    untold = make_survey(report(people=2, each=1), has_status=False)
    assert decide_rows(untold, planned(untold, agreed=agreed(statuses=["left"])), KEY).rows_out == 0
    assert decide_rows(untold, planned(untold, agreed=agreed(statuses=["registered"])), KEY).rows_out == 2


def test_ages_are_whole_years_as_the_law_counts_them() -> None:
    leap = (date(2000, 2, 29) - EPOCH).days
    born = np.array([leap, NO_DAY, ON + 1, ON, -60_000], dtype=np.int32)
    assert ages(born, (date(2018, 2, 28) - EPOCH).days)[0] == 17
    assert ages(born, (date(2018, 3, 1) - EPOCH).days)[0] == 18
    assert ages(born, ON).tolist()[1:4] == [-1, -1, 0]
    assert ages(born, NO_DAY).tolist() == [-1] * 5
