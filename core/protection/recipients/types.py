"""The sorts of recipient, and the most that each may ever be given (resources/recipient_types.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from core.protection.plan import Purpose
from resources import ROOT


class RecipientType(BaseModel):
    """One sort of recipient. `names_for` and `coded_for` are the purposes under which it may be given what
    names patients, and rows without names; under any other counts only. `accredited`: whether names and
    sensitive rows need an accreditation besides; beyond care everybody's do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    names_for: tuple[Purpose, ...]
    coded_for: tuple[Purpose, ...]
    accredited: bool
    interests: tuple[str, ...] = ()  # what it always does besides: ids of `entry.INTERESTS`
    why: str
    source: str

    def most(self, purpose: Purpose) -> str:
        """The most it may be given for a purpose: 'names', 'coded' or 'counts'."""
        if purpose in self.names_for:
            return "names"
        return "coded" if purpose in self.coded_for else "counts"


@cache
def recipient_types() -> Mapping[str, RecipientType]:
    """Every type by its id, in the order of the file."""
    data = tomllib.loads((ROOT / "recipient_types.toml").read_text(encoding="utf-8"))
    return {name: RecipientType(**entry) for name, entry in data.items()}


@cache
def whole_list_reasons() -> Mapping[str, str]:
    """Why every patient may go, by id, in the order of the file (resources/whole_list_reasons.toml)."""
    data = tomllib.loads((ROOT / "whole_list_reasons.toml").read_text(encoding="utf-8"))
    return {name: str(text) for name, text in data.items()}
