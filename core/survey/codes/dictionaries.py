"""Which tables are a system's dictionary of its own code numbers, and which fields hold such numbers.

The list is data: resources/formats/dictionaries.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True)
class DictionaryShape:
    """What a dictionary looks like. `id` is the field of the number, there and wherever it is used; `codes`
    and `terms` explain an entry; `space` ('clinical', 'drug') is counted apart from the other. `alone`: a
    number that is in no dictionary is not understood, whatever else it looks like.

    All names are small letters and digits."""

    id: str
    any_of: frozenset[str]
    never: frozenset[str]
    codes: tuple[str, ...]
    terms: tuple[str, ...]
    space: str
    alone: bool = False

    def fits(self, headings: Collection[str]) -> bool:
        """Whether a table with these headings is such a dictionary."""
        names = frozenset(headings)
        return self.id in names and bool(self.any_of & names) and not self.never & names


@lru_cache(maxsize=1)
def shapes() -> tuple[DictionaryShape, ...]:
    """All of them, those of clinical entries before those of medicines."""
    text = resources.files("resources.formats").joinpath("dictionaries.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return tuple(
        DictionaryShape(
            id=item["id"],
            any_of=frozenset(item["any_of"]),
            never=frozenset(data["never"]) | frozenset(item.get("never", ())),
            codes=tuple(item["codes"]),
            terms=tuple(item["terms"]),
            space=item["space"],
            alone=item.get("alone", False),
        )
        for item in data["dictionary"]
    )


def shape_of(headings: Collection[str]) -> DictionaryShape | None:
    """The dictionary that a table with these headings is, None where it is none."""
    return next((shape for shape in shapes() if shape.fits(headings)), None)


def numbers_alone(heading: str) -> DictionaryShape | None:
    """The dictionary without which the numbers under this heading mean nothing, None for any other field."""
    return next((shape for shape in shapes() if shape.alone and shape.id == heading), None)
