"""What a person is told of codes that could not be judged, and what is not counted because of them."""

from __future__ import annotations

from typing import Any

from core.model import Role
from core.protection import load_profiles
from core.protection.judging import NAME, codes_gate
from core.survey.results import Survey
from tests.core.protection.builders import make_survey
from tests.core.protection.test_rows import decide, one_row_each


def told(survey: Survey, profile: str, **more: Any) -> str:
    plan, _ = decide(survey, profile, **more)
    gate = codes_gate(survey, plan)
    assert gate is None or (gate.passed and gate.name == NAME)
    return "" if gate is None else gate.detail


def test_nothing_is_said_where_every_code_was_judged() -> None:
    assert told(one_row_each(2), "approved-research") == ""


def test_both_sorts_are_counted_and_the_way_out_is_named() -> None:
    survey = one_row_each(5, unknown_code=[0], not_judged=[1, 2])
    words = told(survey, "approved-research")
    assert "1 code in 1 row was not understood" in words
    assert "1 code in 2 rows was not judged, because no term or list says what they are" in words
    assert words.count("such rows do not leave") == 2
    assert words.endswith("Load the code lists, or include the terms in the export.")


def test_what_a_person_sends_is_said_to_leave() -> None:
    survey = one_row_each(3, not_judged=[1])
    words = told(survey, "approved-research", decisions={"codes": {"send_not_judged": True}})
    assert "such rows leave all the same" in words


def test_codes_that_do_not_leave_are_not_spoken_of() -> None:
    assert told(one_row_each(3, not_judged=[1]), "own-care-list") == ""


def test_families_may_be_counted_too_small() -> None:
    assert "counted too small" in told(one_row_each(3, not_judged=[1]), "open-publication")


def test_every_profile_says_what_happens_to_both_sorts() -> None:
    for profile in load_profiles().values():
        rules = [profile.roles.get(role) for role in (Role.CODE, Role.TERM)]
        listed = all(rule is not None and rule.action == "value_map" for rule in rules)
        # Where only codes and terms of a list leave, one that nobody understands is blank: the row may go.
        assert profile.codes.not_understood == "withhold" or listed, profile.id
        assert profile.codes.why
        assert profile.codes.source
        if profile.categories.every:
            assert profile.codes.not_judged == "withhold", f"{profile.id} leaves families out by their codes"


def test_a_survey_without_codes_has_no_such_gate() -> None:
    assert told(make_survey({}), "approved-research") == ""
