"""What objections do, purpose by purpose, and where they were said to come from.

The table purpose x objection is data (resources/purposes.toml).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.model import Reason, UsageError
from core.protection.objection_lists import ObjectionLists, load_objection_list
from core.protection.plan import ObjectionSource, Purpose
from core.survey.results import OBJECTIONS
from resources import ROOT

__all__ = [
    "SOURCE_KINDS",
    "ObjectionLists",
    "Rule",
    "acting_objections",
    "asking_objections",
    "load_objection_list",
    "objection_rules",
    "parse_objection_source",
]

SOURCE_KINDS = ("codes", "list", "cleaned", "search", "none")


class Rule(BaseModel):
    """What one objection does under each purpose, in words and with its source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    source: str
    own_care: Literal["withhold", "confirm", "nothing"]
    consent: Literal["withhold", "confirm", "nothing"]
    law: Literal["withhold", "confirm", "nothing"]
    beyond_care: Literal["withhold", "confirm", "nothing"]
    counts: Literal["withhold", "confirm", "nothing"]
    withhold_for: tuple[str, ...] = ()

    def acts(self, purpose: Purpose, uses: tuple[str, ...]) -> bool:
        """Whether the patient is left out."""
        return getattr(self, purpose.value) == "withhold" or bool(set(uses) & set(self.withhold_for))

    def asks(self, purpose: Purpose, uses: tuple[str, ...]) -> bool:
        """Whether the patient goes, and a person must have seen it."""
        return getattr(self, purpose.value) == "confirm" and not self.acts(purpose, uses)


@cache
def objection_rules() -> Mapping[str, Rule]:
    """The rule for every objection of `survey.results.OBJECTIONS`."""
    data = tomllib.loads((ROOT / "purposes.toml").read_text(encoding="utf-8"))
    return {name: Rule(**data[name]) for name in OBJECTIONS}


def acting_objections(purpose: Purpose, uses: tuple[str, ...]) -> Mapping[str, Reason]:
    """The objections that leave a patient out, with the reason to give, in the order of OBJECTIONS."""
    return {
        name: Reason(f"objection.{name}", rule.text, rule.source)
        for name, rule in objection_rules().items()
        if rule.acts(purpose, uses)
    }


def asking_objections(purpose: Purpose, uses: tuple[str, ...]) -> Mapping[str, Rule]:
    """The objections that leave nobody out under this purpose, but must have been seen by a person."""
    return {name: rule for name, rule in objection_rules().items() if rule.asks(purpose, uses)}


def parse_objection_source(
    text: str, came_back: date | None = None
) -> tuple[ObjectionSource, ObjectionLists | None]:
    """What `--objections-from` said: 'codes', 'list:FILE', 'cleaned:FILE', 'search:NAME' or 'none:REASON'.
    `came_back` is the day on which a cleaned list was answered."""
    kind, _, detail = text.partition(":")
    detail = detail.strip()
    if kind not in SOURCE_KINDS or (kind != "codes") != bool(detail):
        raise UsageError(
            "Say where the objections come from: codes, list:FILE, cleaned:FILE, search:NAME or none:REASON.",
            where="--objections-from",
        )
    if kind == "list" or kind == "cleaned":
        lists = load_objection_list(
            Path(detail), "list" if kind == "list" else "cleaned", came_back=came_back
        )
        return lists.sources[0], lists
    return ObjectionSource(kind, detail), None
