"""Rules for small numbers: versioned files in resources/small_numbers, which a profile's [counts] names.

[counts]
rules = "hes-2018"   # or several, of which the strictest holds: ["hes-2018", "registered-patients-2015"]

A practice's own profile may say the numbers itself instead: rule, hide_from, hide_to, round_to, source.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from resources import ROOT

#: What a table can hold besides its total.
Measure = Literal["sex", "age", "sex_and_age", "families"]
_MEASURES: tuple[Measure, ...] = ("sex", "age", "sex_and_age", "families")


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleFile(_Checked):
    """One published rule for small numbers."""

    id: str = Field(pattern=r"[a-z][a-z0-9-]*")
    version: str
    title: str
    description: str
    hide_from: int = Field(1, ge=0, le=1)  # 0 hides that there is nobody as well
    hide_to: int = Field(7, ge=1)
    round_to: int = Field(5, ge=1)
    percentages: Literal["from_shown", "none"] = "from_shown"
    mean_needs: int = Field(1, ge=1)  # people below which no mean is shown
    least_total: int = Field(0, ge=0)  # people below which nothing of the table is shown
    next_lowest_up_to: int = Field(0, ge=0)  # tables of no more people always hide the next lowest ...
    next_lowest_for: int = Field(0, ge=0)  # ... number beside one of 1 to this many
    sources: tuple[str, ...] = Field(min_length=1)


@cache
def load_rules() -> Mapping[str, RuleFile]:
    """Every rule for small numbers that ships, by id."""
    found = {}
    for path in sorted((ROOT / "small_numbers").glob("*.toml")):
        rule = RuleFile(**tomllib.loads(path.read_text(encoding="utf-8")))
        found[rule.id] = rule
    return found


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class SmallNumbers(_Checked):
    """How a profile publishes counts: those from `hide_from` to `hide_to` become *, others are rounded.

    Where `rules` names rule files, their numbers hold, of several the strictest; else those given here."""

    rules: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    rule: str = ""  # what it is called, for people
    hide_from: int = Field(1, ge=0, le=1)
    hide_to: int = Field(7, ge=1)
    round_to: int = Field(5, ge=1)
    percentages: Literal["from_shown", "none"] = "none"
    mean_needs: int = Field(8, ge=1)
    least_total: int = Field(0, ge=0)
    next_lowest_up_to: int = Field(0, ge=0)
    next_lowest_for: int = Field(0, ge=0)
    age_band_years: int = Field(10, ge=1)
    top_age: int = Field(90, ge=1)
    source: str = ""
    shows: tuple[Measure, ...] = _MEASURES
    file: bool = True  # False: a number on the screen, and no file at all
    #: What happens to a family of codes that everybody of a group has, or nobody.
    whole_groups: Literal["flag", "hide"] = "flag"

    @model_validator(mode="before")
    @classmethod
    def _of_files(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        named = _several(given.get("rules", ()))
        if not isinstance(named, list | tuple):
            return given
        if not named:
            if not given.get("rule") or not given.get("source"):
                raise ValueError("name the rules for small numbers, or say rule and source here")
            return given
        said = sorted(set(given) & set(_FROM_FILES))
        if said:
            raise ValueError(f"{', '.join(said)} come from the rules for small numbers; leave them out here")
        return {**given, "rules": tuple(named), **_strictest(named)}

    @model_validator(mode="after")
    def _nobody_is_nobody(self) -> SmallNumbers:
        if self.hide_to + 1 + self.round_to // 2 < self.round_to:
            raise ValueError("a number that is shown would be rounded to 0; hide more, or round to less")
        return self

    @property
    def versions(self) -> tuple[str, ...]:
        """The rule files with their versions, as records name them: 'hes-2018 2018-09.1'."""
        return tuple(f"{name} {load_rules()[name].version}" for name in self.rules)


#: What of a profile's [counts] comes from the rule files.
_FROM_FILES = (
    *("rule", "source", "hide_from", "hide_to", "round_to", "percentages"),
    *("mean_needs", "least_total", "next_lowest_up_to", "next_lowest_for"),
)


def _strictest(named: list[str] | tuple[str, ...]) -> dict[str, Any]:
    known = load_rules()
    for name in named:
        if name not in known:
            there = ", ".join(known)
            raise ValueError(f"there are no rules for small numbers called '{name}'. There are: {there}")
    files = [known[name] for name in named]
    return {
        "rule": ", ".join(one.title for one in files),
        "source": "; ".join(source for one in files for source in one.sources),
        "hide_from": min(one.hide_from for one in files),
        "hide_to": max(one.hide_to for one in files),
        "round_to": max(one.round_to for one in files),
        "percentages": "none" if any(one.percentages == "none" for one in files) else "from_shown",
        "mean_needs": max(one.mean_needs for one in files),
        "least_total": max(one.least_total for one in files),
        "next_lowest_up_to": max(one.next_lowest_up_to for one in files),
        "next_lowest_for": max(one.next_lowest_for for one in files),
    }
