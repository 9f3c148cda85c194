"""The sections of a profile: answers, windows and waiting, each read and refused in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import UsageError
from core.protection.profile import read_profile
from core.protection.profile_sections import Question, WindowRule, read_answers, unanswered
from resources import ROOT

REPORT = (ROOT / "profiles" / "single-patient-report.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("last", "months", "first"),
    [
        (date(2014, 12, 31), 4, "2014-09-01"),
        (date(2014, 12, 15), 4, "2014-08-16"),
        (date(2014, 6, 30), 4, "2014-03-01"),
        (date(2024, 3, 30), 1, "2024-02-29"),
        (date(2014, 12, 31), 1200, "1915-01-01"),
        (date(30, 1, 1), 1200, "0001-01-01"),
        (None, 4, "9999-12-31"),  # of no known day: nothing is within the last months
    ],
)
def test_the_months_before_a_day(last: date | None, months: int, first: str) -> None:
    assert WindowRule(months=months).days({}, last) == (first, "")


@given(last=st.dates(date(1900, 1, 1), date(2100, 1, 1)), months=st.integers(1, 1199))
def test_more_months_begin_earlier_and_end_on_the_day(last: date, months: int) -> None:
    first = WindowRule(months=months).days({}, last)[0]
    assert WindowRule(months=months + 1).days({}, last)[0] <= first <= last.isoformat()
    if first > "0001-01-01":
        began = date.fromisoformat(first)
        assert 28 * months <= (last - began).days + 1 <= 31 * months + 3


def test_a_window_takes_the_answers_and_the_latest_start() -> None:
    rule = WindowRule(since=date(2013, 4, 1), from_answer="asked_from", until_answer="asked_until")
    assert rule.days({}, None) == ("2013-04-01", "")
    said = {"asked_from": "2020-01-01", "asked_until": "2021-01-01"}
    assert rule.days(said, None) == ("2020-01-01", "2021-01-01")


def question(kind: str, **more: object) -> Question:
    return Question.model_validate({"question": "?", "kind": kind, "why": ".", "source": ".", **more})


@given(said=st.text(max_size=40))
def test_an_answer_is_kept_only_in_its_own_form(said: str) -> None:
    asks = {
        "day": question("date"),
        "seen": question("yes_no"),
        "many": question("number"),
        "who": question("choice", choices={"insurer": "An insurer"}),
    }
    for name in asks:
        try:
            ((_, kept),) = read_answers(asks, {name: said})
        except UsageError:
            continue
        assert {
            "day": lambda k: date.fromisoformat(k).isoformat() == k,
            "seen": lambda k: k in ("yes", "no"),
            "many": lambda k: k.isascii() and k.isdecimal(),
            "who": lambda k: k == "insurer",
        }[name](kept)


def test_a_question_is_asked_where_another_has_that_answer() -> None:
    asks = {"seen": question("yes_no"), "told": question("date", when={"seen": "yes"})}
    assert unanswered(asks, {}) == ("seen",)
    assert unanswered(asks, {"seen": "no"}) == ()
    assert unanswered(asks, {"seen": "yes"}) == ("told",)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "yes_no"', 'kind = "text"', "asks.wants_to_see.kind"),
        ("choices = { insurer =", 'choices = { "An Insurer" =', "small letters"),
        ('from_answer = "asked_from"', 'from_answer = "asked"', "no question 'asked'"),
        ('from_answer = "asked_from"', 'from_answer = "who_asked"', "kind 'date'"),
        ('answer = "subject_access"', 'answer = "everything"', "no answer 'everything'"),
        ('when = { wants_to_see = "yes" }', 'when = { wants_to_see = "maybe" }', "no answer 'maybe'"),
        ('recipient_types = ["insurer", ', 'recipient_types = ["broker", ', "no sort of recipient"),
        ("one_patient = true", 'one_patient = true\nstops = ["asleep"]', "stops.0"),
        ("one_patient = true", 'one_patient = true\nprogramme = "lung"', "programme"),
        ("one_patient = true", "one_patient = true\nevents_since = 2013-04-01\nsha256 = 1", "sha256"),
    ],
)
def test_a_wrong_section_is_refused_in_words(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in REPORT
    path = tmp_path / "mine.toml"
    path.write_text(REPORT.replace(old, new, 1), "utf-8")
    with pytest.raises(UsageError) as error:
        read_profile(path)
    assert words in error.value.message


def test_the_older_way_to_say_since_is_the_window(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (ROOT / "profiles" / "own-care-list.toml").read_text("utf-8")
    path.write_text(text.replace("closed = false", "closed = false\nevents_since = 2013-04-01", 1), "utf-8")
    assert read_profile(path).window.since == date(2013, 4, 1)
