"""The lists that come with Threshold, with version, date, number of codes and source."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class BuiltInList:
    """One source of resources/codelists/codes.csv. `count` is the number of codes it has there."""

    id: str
    title: str
    version: str
    date: str
    count: int
    source: str
    categories: tuple[str, ...]


def named(sources: str) -> str:
    """'qof, opensafely' as a sentence has it; a list that the practice loaded keeps its title."""
    return ", ".join(_called().get(source, source) for source in sources.split(", "))


@lru_cache(maxsize=1)
def _called() -> Mapping[str, str]:
    return {source: about["called"] for source, about in _told().items()}


def _told() -> dict[str, Any]:
    return tomllib.loads(files("resources").joinpath("lists", "built_in.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def built_in_lists() -> tuple[BuiltInList, ...]:
    """All of them, most codes first. Raises ValueError where codes.csv names a source not told of."""
    said = _told()
    codes: dict[str, set[tuple[str, str]]] = {source: set() for source in said}
    categories: dict[str, set[str]] = {source: set() for source in said}
    text = files("resources").joinpath("codelists", "codes.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        for source in row["sources"].split("+"):
            if source not in said:
                raise ValueError(f"resources/lists/built_in.toml does not tell of the source '{source}'")
            codes[source].update((row["terminology"], code) for code in row["codes"].split())
            categories[source].add(row["category"])
    found = [
        BuiltInList(
            id=source,
            title=about["title"],
            version=about["version"],
            date=about["date"],
            count=len(codes[source]),
            source=about["source"],
            categories=tuple(sorted(categories[source])),
        )
        for source, about in said.items()
    ]
    ordinary = files("resources").joinpath("codelists", "ordinary.csv").read_text("utf-8")
    known = sum(len(row["codes"].split()) for row in csv.DictReader(ordinary.splitlines()))
    found.append(
        BuiltInList(
            id="ordinary",
            title="Codes of everyday health",
            version="",
            date="",
            count=known,
            source="the same lists: codes whose terms speak of nothing sensitive",
            categories=(),
        )
    )
    return tuple(sorted(found, key=lambda one: (-one.count, one.id)))
