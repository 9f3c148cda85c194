"""What a person chooses of a table of counts: which families of codes it is about."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from core.model import PolicyError, UsageError
from core.protection.plan import Purpose
from core.protection.profile import Profile
from core.survey.results import Survey


class CountDecisions(BaseModel):
    """[counts] of a file of decisions: `of` names families; where none is named, all are counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: tuple[str, ...] = ()


def counts_of(
    survey: Survey, profile: Profile, chosen: CountDecisions, withhold: Sequence[str]
) -> tuple[str, ...]:
    """The families of codes that are counted, each one that may be.

    Raises UsageError for one there is not, PolicyError for one that the plan withholds."""
    where = "decisions, counts"
    if chosen.of and profile.purpose is not Purpose.COUNTS:
        raise UsageError("Families of codes are counted only where counts leave.", where=where)
    for category in chosen.of:
        if category not in survey.category_ids:
            raise UsageError(f"There is no category '{category}'. Check how it is spelt.", where=where)
        if survey.lookup.category(category).set:
            raise UsageError(f"'{category}' is drawn from several families: name those.", where=where)
        if category in withhold:
            raise PolicyError(
                f"The family '{category}' is not counted under this profile. Leave it out.",
                where=where,
                code="gate.counts-of",
            )
    return tuple(sorted(set(chosen.of)))
