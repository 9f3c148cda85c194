"""Postcodes made coarser."""

from __future__ import annotations

from core.model import Role
from core.protection.actions.action import BLANK, Action, Outcome, Run, Setting
from core.survey.identifiers import outward_code


def _postcode_district(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        district = outward_code(text)
        return BLANK if district is None else (district, "")

    return run


ACTIONS = (
    Action(
        "postcode_district",
        "First part of the postcode only",
        "generalised to the postcode district",
        "Only the first part of the postcode is given.",
        _postcode_district,
        "Left blank: the value is not a postcode.",
        roles=frozenset((Role.POSTCODE,)),
        examples=(("BS6 5QA", "BS6"), ("bs65qa", "BS6"), ("SW1A 1AA", "SW1A"), ("Bristol", None)),
    ),
)
