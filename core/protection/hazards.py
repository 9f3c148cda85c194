"""Which hidden data stops an export, by the profile: where no row leaves, less of it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, Protocol

from core.model import Hazard, Severity
from core.survey.results import Survey

Verdict = Literal["blocks", "warns", "as_found"]


class HasHazardRules(Protocol):
    """A profile, as far as this module asks it."""

    @property
    def hazards(self) -> Mapping[str, Verdict]: ...


def judged(hazard: Hazard, profile: HasHazardRules) -> Hazard:
    """The hazard with the severity that holds under the profile: its rule for this id, else its default,
    else as it was found."""
    rules = profile.hazards
    verdict = rules.get(hazard.id) or rules.get("default", "as_found")
    return hazard if verdict == "as_found" else replace(hazard, severity=Severity(verdict))


def blocking_hazards(survey: Survey, profile: HasHazardRules) -> tuple[Hazard, ...]:
    """The hazards that stop an export under the profile until a person has looked at them."""
    seen = (judged(hazard, profile) for hazard in survey.hazards)
    return tuple(hazard for hazard in seen if hazard.severity is Severity.BLOCKS)


def hazards_seen(survey: Survey, profile: HasHazardRules) -> str:
    """What a plan's `confirmed` holds once the hazards that stop an export were seen: 'hazards:3'."""
    return f"hazards:{len(blocking_hazards(survey, profile))}"
