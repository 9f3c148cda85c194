"""Each action on one value: the examples it shows people, blanks, and what it cannot read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Kind, Role, UsageError
from core.protection.actions import ACTIONS, Setting, actions_for, age_on, band_of, run_of
from core.protection.pseudonyms import Pseudonyms

LEAVING = [action.id for action in ACTIONS.values() if action.prepare is not None]
EXAMPLES = [
    (action.id, at) for action in ACTIONS.values() for at in range(len(action.examples)) if action.prepare
]


def run(action: str, text: str, role: Role = Role.OTHER, **settings: str) -> str | None:
    return run_of(action, Setting(role, settings, Pseudonyms(bytes(32))))(text)[0]


@pytest.mark.parametrize(("action", "at"), EXAMPLES)
def test_the_examples_that_people_see_are_true(action: str, at: int) -> None:
    found = ACTIONS[action]
    before, after = found.examples[at]
    assert run_of(action, found.example_setting)(before)[0] == after


def test_every_action_has_words_for_people() -> None:
    for action in ACTIONS.values():
        assert action.label[0].isupper()
        assert action.term
        assert action.did.endswith(".")
        assert action.id in ("leave_out", *LEAVING)


@pytest.mark.parametrize("action", LEAVING)
@given(st.text(alphabet=" \t\n\u00a0", max_size=4))
def test_blank_cells_stay_exactly_as_they_are(action: str, blank: str) -> None:
    setting = replace(ACTIONS[action].example_setting, pseudonyms=Pseudonyms(bytes(32)))
    assert run_of(action, setting)(blank) == (blank, "")


@pytest.mark.parametrize("action", ["year", "month", "age_band", "postcode_district", "pseudonym"])
@given(st.text(min_size=1, max_size=30))
def test_what_a_coarsening_action_makes_is_short_and_of_its_own_form(action: str, text: str) -> None:
    role = Role.AGE if action == "age_band" else Role.NHS_NUMBER
    made, note = run_of(action, Setting(role, {}, Pseudonyms(bytes(32))))(text)
    if made is None:
        assert note == "unreadable"
    elif text.strip():
        assert made.isascii()
        assert len(made) in {"year": [4], "month": [7], "pseudonym": [21]}.get(action, range(2, 7))


@pytest.mark.parametrize(
    ("text", "year", "month"),
    [
        ("1961-04-12", "1961", "1961-04"),
        ("12/04/1961", "1961", "1961-04"),
        ("12-Apr-1961", "1961", "1961-04"),
        ("1961-04-12T23:59:00", "1961", "1961-04"),
        ("19610412", "1961", "1961-04"),
        ("2025-11", "2025", "2025-11"),
        ("1961", "1961", None),
        ("31/02/1961", None, None),
        ("0", None, None),
        ("1961-13-01", None, None),
    ],
)
def test_dates_are_made_coarser(text: str, year: str | None, month: str | None) -> None:
    assert run("year", text) == year
    assert run("month", text) == month


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "0-4"),
        (4, "0-4"),
        (5, "5-9"),
        (44, "40-44"),
        (45, "45-49"),
        (89, "85-89"),
        (90, "90+"),
        (112, "90+"),
    ],
)
def test_ages_fall_into_bands_of_five_years_up_to_90(age: int, band: str) -> None:
    assert band_of(age) == band
    assert run("age_band", str(age), Role.AGE) == band


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("43 years", "40-44"),
        ("43y", "40-44"),
        ("43.9", "40-44"),
        ("8/12", "0-4"),
        ("14 weeks", "0-4"),
        ("10 days", "0-4"),
        ("70 months", "5-9"),
        ("40-44", "40-44"),
        ("38-44", None),
        ("90+", "90+"),
        ("85+", None),
        ("131", None),
        ("-3", None),
    ],
)
def test_ages_as_practices_write_them(text: str, band: str | None) -> None:
    assert run("age_band", text, Role.AGE) == band


def test_an_age_band_from_a_date_of_birth_is_reckoned_on_the_day_of_the_plan() -> None:
    before = run("age_band", "15/06/1980", Role.DATE_OF_BIRTH, on="2025-06-14")
    after = run("age_band", "15/06/1980", Role.DATE_OF_BIRTH, on="2025-06-15")
    assert (before, after) == ("40-44", "45-49")
    assert run("age_band", "15/06/2030", Role.DATE_OF_BIRTH, on="2025-06-15") is None


def test_an_age_band_from_a_date_of_birth_needs_its_day() -> None:
    with pytest.raises(UsageError, match="needs the day"):
        run("age_band", "15/06/1980", Role.DATE_OF_BIRTH)


def test_the_width_and_top_of_age_bands_can_be_set() -> None:
    assert run("age_band", "43", Role.AGE, width="10", top="80") == "40-49"
    assert run("age_band", "80", Role.AGE, width="10", top="80") == "80+"
    with pytest.raises(UsageError, match="whole number"):
        run("age_band", "43", Role.AGE, width="wide")


def test_somebody_born_on_29_february_is_a_year_older_on_1_march() -> None:
    assert age_on(date(2000, 2, 29), date(2025, 2, 28)) == 24
    assert age_on(date(2000, 2, 29), date(2025, 3, 1)) == 25


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("BS6 5QA", "BS6"),
        ("bs6 5qa", "BS6"),
        ("BS65QA", "BS6"),
        ("SW1A 1AA", "SW1A"),
        ("M1 1AE", "M1"),
        ("BS6 5", "BS6"),
        ("BS6", "BS6"),
        ("Bristol", None),
        ("BS6 5QA BS6", None),
    ],
)
def test_postcodes_are_cut_to_their_district(text: str, district: str | None) -> None:
    assert run("postcode_district", text, Role.POSTCODE) == district


def test_blank_takes_everything_out() -> None:
    assert run("blank", "anything") is None


def test_leave_out_is_no_way_to_make_a_cell() -> None:
    with pytest.raises(UsageError, match="no action"):
        run_of("leave_out", Setting())
    with pytest.raises(UsageError, match="no action"):
        run_of("shred", Setting())


def test_only_fitting_actions_are_offered() -> None:
    offered = [action.id for action in actions_for(Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH)]
    assert offered[:5] == ["leave_out", "keep", "keep_expected", "year", "month"]
    assert [name for name in offered if name.endswith(("_of_birth", "band"))] == [
        "age_band",
        "year_of_birth",
        "month_of_birth",
    ]
    assert offered[-1] == "blank"
    assert not {"quarter", "postcode_area", "ethnicity_5", "round_number", "code_parent"} & set(offered)
    assert "pseudonym" in [action.id for action in actions_for(Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER)]
