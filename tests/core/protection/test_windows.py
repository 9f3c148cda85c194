"""Events of which days leave: no row outside the window, and none that nobody can place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Kind, PolicyError, Role, UsageError
from core.protection import Key, ObjectionSource, RowDecisions, decide_rows, load_profile, make_plan
from core.protection.agreed import Asked
from core.protection.plan import Plan
from core.protection.recipients import AgreedWindow, Recipient
from core.protection.windows import window_words
from core.survey.results import NO_DAY, NO_PATIENT, Survey
from tests.core.protection.builders import REPORT, Made, make_survey, report

KEY = Key(bytes(32))
EPOCH = date(1970, 1, 1)
CODES = (ObjectionSource("codes"),)


def number(day: date) -> int:
    return (day - EPOCH).days


def entry(**window: Any) -> Recipient:
    return Recipient(
        legal_basis="CAG",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        profiles=("approved-research",),
        window=AgreedWindow(**window) if window else None,
    )


def planned(survey: Survey, profile: str = "approved-research", **more: Any) -> Plan:
    return make_plan(
        survey, load_profile(profile), recipient="R", project="P", objection_sources=CODES, **more
    )


def decided(survey: Survey, plan: Plan) -> RowDecisions:
    return decide_rows(survey, plan, KEY)


def told(rows: RowDecisions) -> dict[str, int]:
    return {counted.id: counted.rows for counted in rows.counted}


days = st.sampled_from([NO_DAY, -400_000, -1, 0, 15_795, 15_796, 16_000, 20_000, 300_000])
asked_days = st.none() | st.dates(date(1960, 1, 1), date(2060, 1, 1))


@settings(max_examples=60)
@given(day=st.lists(days, min_size=18, max_size=18), ends=st.tuples(asked_days, asked_days))
def test_no_row_outside_the_window_leaves(day: list[int], ends: tuple[date | None, date | None]) -> None:
    first, last = ends if None in ends else sorted(ends)  # type: ignore[type-var]
    survey = make_survey(report(day=day))
    plan = planned(survey, asked=Asked(window_from=first, window_until=last))
    rows = decided(survey, plan)
    leaves = rows.leaves("events")
    inside = np.array(day) != NO_DAY
    if first is not None:
        inside &= np.array(day) >= number(first)
    if last is not None:
        inside &= np.array(day) <= number(last)
    assert leaves.tolist() == (inside.tolist() if first or last else [True] * 18)
    assert rows.rows_in == rows.rows_out + sum(told(rows).values())


def test_each_row_says_why_it_stays() -> None:
    survey = make_survey(report(day=[NO_DAY] * 3 + [10_000] * 5 + [20_000] * 10))
    rows = decided(survey, planned(survey, asked=Asked(window_from=date(2010, 1, 1))))
    assert told(rows) == {"window.undated": 3, "window.outside": 5}


def test_the_2013_extract_takes_events_since_april_2013() -> None:
    """HSCIC: the first extract took coded events since 1 April 2013."""
    before, on = number(date(2013, 3, 31)), number(date(2013, 4, 1))
    survey = make_survey(report(day=[before] * 9 + [on] * 9))
    plan = planned(survey, "caredata-gpes")
    assert plan.window_from == "2013-04-01"
    assert told(decided(survey, plan)) == {"window.outside": 9}


def test_windows_meet_in_the_days_they_share() -> None:
    survey = replace(make_survey(report(day=[16_000] * 18)), as_of_day=number(date(2026, 3, 31)))
    asked = Asked(window_from=date(2014, 1, 1), window_until=date(2025, 1, 1))
    agreed = entry(**{"from": date(2015, 1, 1)}, until=date(2024, 1, 1))
    plan = planned(survey, asked=asked, agreed=agreed)
    assert (plan.window_from, plan.window_until) == ("2015-01-01", "2024-01-01")
    assert planned(survey, agreed=entry(last_months=12)).window_from == "2025-04-01"
    assert planned(survey).window_from == ""
    with pytest.raises(PolicyError, match="No day is left"):
        planned(survey, asked=Asked(window_from=date(2024, 1, 2)), agreed=agreed)
    with pytest.raises(UsageError, match="first day"):
        Asked(window_from=date(2024, 1, 2), window_until=date(2024, 1, 1))


def test_months_before_a_day_that_nobody_knows_let_nothing_out() -> None:
    survey = make_survey(report())  # no day anywhere
    assert told(decided(survey, planned(survey, agreed=entry(last_months=12)))) == {"window.undated": 18}


def test_a_list_without_event_dates_is_left_alone() -> None:
    keep = [at for at, field in enumerate(REPORT) if field[2] is not Role.EVENT_DATE]
    made = report(each=1)["events"]
    listed = Made(
        [made.fields[at] for at in keep], [[row[at] for at in keep] for row in made.rows], made.patient
    )
    survey = make_survey({"people": listed, "events": report(day=[20_000] * 18)["events"]})
    rows = decided(survey, planned(survey, asked=Asked(window_from=date(2030, 1, 1))))
    assert rows.leaves("people").all()
    assert not rows.leaves("events").any()


def test_events_that_nobody_can_place_stay() -> None:
    """Codes with several rows a patient, and no date beside them: they may be of any day."""
    fields = (("NHS", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER), ("Code", Kind.CODED_CLINICAL, Role.CODE))
    rows = [("999 000 0018", "44054006"), ("999 000 0018", "195967001"), ("999 000 0026", "44054006")]
    survey = make_survey({"codes": Made(fields, rows, [0, 0, 1])})
    window = Asked(window_from=date(2020, 1, 1))
    assert told(decided(survey, planned(survey, asked=window))) == {"window.undated": 3}
    lookup = make_survey(
        {"codes": Made(fields, rows, [NO_PATIENT] * 3), "people": report(day=[20_000] * 18)["events"]}
    )
    assert "window.undated" not in told(decided(lookup, planned(lookup, asked=window)))


def test_calling_a_date_something_else_takes_no_table_out_of_the_window() -> None:
    survey = make_survey(report(day=[10_000] * 18))
    other = {"fields": {"events": {"Event date": {"role": "other_date"}}}}
    from core.protection import Decisions

    plan = planned(survey, decisions=Decisions(**other), asked=Asked(window_from=date(2020, 1, 1)))
    assert not decided(survey, plan).leaves("events").any()


def test_every_event_date_of_a_row_must_lie_within() -> None:
    """A report can have two events beside each other, each with its date."""
    fields = (
        ("NHS", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
        ("Date", Kind.CODED_CLINICAL, Role.EVENT_DATE),
        ("Date (2)", Kind.CODED_CLINICAL, Role.EVENT_DATE),
    )
    dates = [
        ("2021-05-01", "2022-05-01"),
        ("2021-05-01", "1995-05-01"),
        ("2021-05-01", None),
        (None, "2031-05-01"),
        (None, "2022-05-01"),
        ("soon", ""),
    ]
    rows = [("999 000 0018", *two) for two in dates]
    day = [18_748, 18_748, 18_748, 22_400, 19_113, NO_DAY]
    survey = make_survey({"report": Made(fields, rows, [0] * 6, day=day, block_rows=4)})
    plan = planned(survey, asked=Asked(window_from=date(2020, 1, 1), window_until=date(2030, 1, 1)))
    found = decided(survey, plan)
    assert found.leaves("report").tolist() == [True, False, True, False, True, False]
    assert told(found) == {"window.outside": 2, "window.undated": 1}
    assert decided(survey, plan).withheld["report"].tolist() == found.withheld["report"].tolist()


def test_the_window_is_told_in_words() -> None:
    survey = make_survey(report())
    first = date(2013, 4, 1)
    plan = planned(survey, asked=Asked(window_from=first, window_until=first + timedelta(364)))
    assert window_words(plan) == "events from 1 April 2013 until 31 March 2014"
    assert window_words(planned(survey)) == ""
