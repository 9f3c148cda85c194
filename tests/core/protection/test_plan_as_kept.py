"""A kept plan used as it is: only while what it was made from still holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.model import PolicyError
from core.protection import ObjectionSource, Purpose, load_profile, make_plan
from core.protection.plans.files import saved
from core.protection.plans.using import plan_as_kept
from tests.core.protection.builders import make_survey, report

CODES = (ObjectionSource("codes"),)
SURVEY = make_survey(report(day=[20_000] * 18))
PROFILE = load_profile("approved-research")
PLAN = make_plan(SURVEY, PROFILE, recipient="Uni", project="Feet", objection_sources=CODES)


def used(**changes: Any) -> None:
    made = replace(PLAN, **changes)
    kept = plan_as_kept(
        saved(made, SURVEY), SURVEY, PROFILE, recipient="uni ", project="Feet", objection_sources=CODES
    )
    assert kept == made


def test_it_is_the_plan_that_was_kept() -> None:
    used()
    used(confirmed=("died:3",), window_from="2020-01-01")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"withhold_categories": PLAN.withhold_categories[1:]}, "rules of the profile"),
        ({"purpose": Purpose.OWN_CARE}, "rules of the profile"),
        ({"statuses": ("registered", "died")}, "rules of the profile"),
        ({"profile_version": "2025-01.1"}, "rules of the profile"),
        ({"profile_sha256": "0" * 64}, "rules of the profile"),
        ({"uses": ()}, "rules of the profile"),
        ({"profile_id": "own-care-list"}, "the profile,|the profile[.]"),
        ({"recipient": "Company"}, "the recipient"),
        ({"objection_sources": ()}, "where objections come from"),
        ({"hold_backs": "0" * 64}, "what the practice holds back"),
        ({"lists": ("0" * 64 + " hiv",)}, "code lists"),
    ],
)
def test_what_it_was_made_from_must_be_the_same_now(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(PolicyError, match=what) as told:
        used(**changes)
    assert told.value.code == "plan.changed"
