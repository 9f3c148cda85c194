"""The questions of a profile: each kind of answer, what is missing, and what need not be asked."""

from __future__ import annotations

from typing import Any

import pytest

from core.protection.profile_sections import Question
from gui.widgets.questions import QuestionForm

ABOUT = {"why": "It is the law.", "source": "an act"}
ASKS = {
    "signed_on": Question(question="When was it signed?", kind="date", **ABOUT),
    "sees_it": Question(question="Does the patient want to see it?", kind="yes_no", **ABOUT),
    "told_on": Question(question="When was the patient told?", kind="date", when={"sees_it": "yes"}, **ABOUT),
    "asked_for": Question(
        question="What was asked for?", kind="choice", choices={"report": "A report"}, **ABOUT
    ),
    "pages": Question(question="How many pages?", kind="number", required=False, **ABOUT),
}


@pytest.fixture
def form(qtbot: Any) -> QuestionForm:
    made = QuestionForm()
    qtbot.addWidget(made)
    made.set_questions(ASKS)
    made.show()
    return made


def test_nothing_is_answered_by_itself(form: QuestionForm) -> None:
    assert form.answers() == {}
    assert [error.partition("?")[0] for error in form.check()] == [
        "When was it signed",
        "Does the patient want to see it",
        "What was asked for",
    ]


def test_answers_are_kept_as_a_plan_keeps_them(form: QuestionForm) -> None:
    form.fill_in({"signed_on": "31/03/2026", "sees_it": "no", "asked_for": "report", "pages": "12"})
    assert form.answers() == {
        "signed_on": "2026-03-31",
        "sees_it": "no",
        "asked_for": "report",
        "pages": "12",
    }
    assert form.check() == []


def test_a_question_is_asked_only_after_the_answer_that_calls_for_it(form: QuestionForm) -> None:
    assert form.rows["told_on"].isHidden()
    form.fill_in({"sees_it": "yes"})
    assert not form.rows["told_on"].isHidden()
    form.fill_in({"told_on": "01/04/2026", "sees_it": "no"})
    assert "told_on" not in form.answers(), "an answer nobody asks for any more does not count"


def test_what_cannot_be_read_is_said_beside_its_place(form: QuestionForm) -> None:
    form.fill_in({"signed_on": "last week", "pages": "some"})
    assert any("31/03/2026" in error for error in form.check())
    assert form.rows["pages"].error.text() == "Give a whole number."
    form.clear()
    assert form.rows["pages"].error.text() == ""


def test_another_profile_asks_its_own_questions(form: QuestionForm) -> None:
    form.set_questions({"signed_on": ASKS["signed_on"]})
    assert list(form.rows) == ["signed_on"]
    form.set_questions({})
    assert form.isHidden()
