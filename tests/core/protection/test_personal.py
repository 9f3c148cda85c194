"""Ages at events and days since a first event: at array speed as one by one, with a reason for every cell."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Kind, Role, UsageError
from core.protection import Decisions, apply
from core.protection.actions import Person, Setting, run_of
from core.protection.actions.ages import age_on
from core.survey.results import NO_DAY
from tests.core.protection.builders import Made, make_survey
from tests.core.protection.strategies import Job, job
from tests.core.protection.test_apply import by_the_rules, whole

EPOCH = date(1970, 1, 1)
WHEN = ("When", Kind.QUASI_IDENTIFIER, Role.EVENT_DATE)
BORN = ("Born", Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH)
AGE = ("Age", Kind.QUASI_IDENTIFIER, Role.AGE)
REGISTERED = ("Registered", Kind.ADMINISTRATIVE, Role.REGISTERED_DATE)


def number(day: date) -> int:
    return (day - EPOCH).days


def made_of(survey_of: Made, action: dict[str, object], births: list[int], **more: object) -> Job:
    survey = make_survey(
        {"t": survey_of}, birth_day=births, identity=[f"local|{n}" for n in range(len(births))]
    )
    fields = {"t": {name: action for name, _, _ in survey_of.fields if name != "Registered"}}
    return job(survey, "own-care-list", decisions=Decisions.model_validate({"fields": fields, **more}))


days = st.dates(date(1880, 1, 1), date(2080, 12, 31))
cells = st.one_of(
    days.map(str),
    days.map(lambda day: f"{day:%d/%m/%Y}"),
    days.map(lambda day: f"{day:%d %b %y}"),
    st.sampled_from([None, "", " ", "soon", "43", "2025-11"]),
)
rows = st.lists(
    st.tuples(cells, cells, cells, st.integers(-1, 2), st.one_of(st.just(NO_DAY), days.map(number))),
    max_size=14,
)
births = st.lists(st.one_of(st.just(NO_DAY), days.map(number)), min_size=3, max_size=3)
ACTIONS = st.sampled_from(
    [
        {"action": "age_at_event"},
        {"action": "age_at_event", "settings": {"top": "50"}},
        {"action": "days_since_index"},
        {"action": "days_since_index", "settings": {"bin": "30", "index": "2001-02-03"}},
        {"action": "date_shift", "settings": {"days": "3"}},
    ]
)


@given(rows, births, ACTIONS)
def test_every_cell_is_as_if_done_alone_and_says_why(
    made_rows: list[tuple[str | None, str | None, str | None, int, int]],
    born: list[int],
    action: dict[str, object],
) -> None:
    table = Made(
        [WHEN, BORN, AGE],
        [row[:3] for row in made_rows],
        [row[3] for row in made_rows],
        day=[row[4] for row in made_rows],
    )
    made = made_of(table, action, born)
    out = apply(whole(made, "t"), made.context)
    assert out.leaves.all()
    for planned in made.plan.for_table("t"):
        expected = [
            by_the_rules(made, planned, at, row[planned.position]) for at, row in enumerate(made_rows)
        ]
        assert out.data.column(planned.field).to_pylist() == expected
        changed = out.changed[planned.field].tolist()
        assert [out.cell_reason(planned.field, at) is not None for at in range(len(made_rows))] == changed


@given(days, days, st.integers(1, 130))
def test_an_age_is_in_whole_years_and_the_oldest_are_put_together(birth: date, event: date, top: int) -> None:
    setting = Setting(Role.EVENT_DATE, {"top": str(top)}, person=Person(birth_day=number(birth)))
    made, note = run_of("age_at_event", setting)(event.isoformat())
    age = age_on(birth, event)
    if event == date(1899, 12, 30) or event == date(1899, 12, 31):
        assert note == "unreadable"
    elif not 0 <= age <= 130:
        assert (made, note) == (None, "implausible")
    else:
        assert made == (str(age) if age < top else f"{top}+")


def test_where_the_age_comes_from_hangs_on_the_field() -> None:
    table = Made(
        [WHEN, BORN, AGE],
        [["2020-06-14", "1990-01-01", "7"], ["2020-06-15", "", "seven"], ["2020-06-15", "1980-06-15", "7"]],
        [0, 0, 1],
        day=[number(date(2020, 6, 15)), number(date(2020, 6, 15)), NO_DAY],
    )
    made = made_of(table, {"action": "age_at_event"}, [number(date(1980, 6, 15)), NO_DAY])
    out = apply(whole(made, "t"), made.context)
    assert [list(row.values()) for row in out.data.to_pylist()] == [
        ["39", "30", "40"],
        ["40", "", "40"],
        [None, None, None],
    ]
    why = [out.cell_reason(name, 2) for name in ("When", "Born", "Age")]
    assert [reason and reason.id.rpartition(".")[2] for reason in why] == ["no_birth", "no_event", "no_birth"]


def test_days_are_counted_from_the_first_event_that_leaves() -> None:
    """From one that is left out, 'day 210' would say that something was."""
    day = [number(date(2020, 1, 1)) + n for n in (0, 210, 224, 5, 20_000)]
    table = Made(
        [WHEN],
        [[(EPOCH + timedelta(days=d)).isoformat()] for d in day],
        [0, 0, 0, 1, 1],
        day=day,
        categories={0: ["hiv"]},
    )
    survey = make_survey({"t": table}, birth_day=[NO_DAY, NO_DAY])
    since = {"action": "days_since_index", "settings": {"bin": "1"}}
    decided = Decisions.model_validate({"fields": {"t": {"When": since}}})
    made = job(survey, "approved-research", decisions=decided)
    out = apply(whole(made, "t"), made.context)
    assert out.data.column("When").to_pylist() == ["0", "14", "0", "19995"]


def test_days_are_counted_from_registration_or_from_a_day() -> None:
    table = Made(
        [WHEN, REGISTERED],
        [["2020-02-01", "2020-01-01"], ["2019-12-31", "2020-01-05"], ["2020-02-01", ""]],
        [0, 0, 1],
    )
    by: dict[str, list[str | None]] = {}
    for index in ("registration", "2020-01-25"):
        made = made_of(table, {"action": "days_since_index", "settings": {"index": index}}, [NO_DAY, NO_DAY])
        by[index] = apply(whole(made, "t"), made.context).data.column("When").to_pylist()
    assert by == {"registration": ["28", "-7", None], "2020-01-25": ["7", "-28", "7"]}


def test_an_event_before_birth_or_after_the_export_is_no_first_event() -> None:
    day = [number(date(year, 1, 1)) for year in (1950, 2020, 1905)]
    table = Made([WHEN], [["2020-01-08"]] * 3, [0, 0, 0], day=day)
    made = made_of(table, {"action": "days_since_index"}, [number(date(1980, 1, 1))])
    assert made.context.people is not None
    assert made.context.people.index["first_event"].tolist() == [day[1]]
    assert isinstance(made.context.people.index["first_event"], np.ndarray)


@pytest.mark.parametrize(
    ("action", "settings"),
    [
        ("age_at_event", {"top": "0"}),
        ("age_at_event", {"top": "131"}),
        ("age_at_event", {"on": "2020-01-01"}),
        ("days_since_index", {"bin": "2"}),
        ("days_since_index", {"index": "birth"}),
        ("days_since_index", {"index": "01/02/2020"}),
        ("days_since_index", {"start": "2020-01-01"}),
    ],
)
def test_settings_that_are_none_are_refused(action: str, settings: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        run_of(action, Setting(Role.EVENT_DATE, settings, person=Person()))


def test_the_plan_says_the_settings_that_nobody_chose() -> None:
    table = Made([WHEN], [["2020-01-08"]], [0])
    made = made_of(table, {"action": "days_since_index"}, [NO_DAY])
    assert made.plan.fields[0].settings == {"bin": "7", "index": "first_event"}
