"""The tables of each supplier's format by their field names, and which of them a table is.

Field names are compared without case, spaces and punctuation, as sets: suppliers add fields every year and
spell some differently from version to version.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_ENOUGH = 0.6  # of the file's fields, and of those that every version of the table has
_ENOUGH_NAMED = 0.5  # the same where the file is called as the table is


@dataclass(frozen=True)
class KnownTable:
    """One published table: `core` are the fields of every version, `columns` those of any, `spelt` those as
    they are written."""

    format: str
    name: str
    core: frozenset[str]
    columns: frozenset[str]
    spelt: tuple[str, ...]

    @property
    def id(self) -> str:
        """'emis-bulk/Admin_Patient': what a person names to overrule what a table was taken for."""
        return f"{self.format}/{self.name}"


@dataclass(frozen=True)
class Match:
    """A table of a format, and how well a file fits it: `hits` of the file's `fields`, `core` the share found
    of what every version has, `named` whether the file is called so."""

    table: KnownTable
    hits: int
    fields: int
    core: float
    named: bool

    @property
    def share(self) -> float:
        return self.hits / max(1, self.fields)

    @property
    def score(self) -> float:
        return self.share + self.core + 0.4 * self.named

    @property
    def enough(self) -> bool:
        least = _ENOUGH_NAMED if self.named else _ENOUGH
        return self.share >= least and self.core >= least and self.hits >= 2


def plain(name: str) -> str:
    """A field's name as names are compared: 'NHS_Number' and 'Nhs number' alike."""
    return "".join(ch for ch in name.lower() if ch.isalnum())


@lru_cache(maxsize=1)
def known_tables() -> tuple[KnownTable, ...]:
    """All of them, as resources/formats/known_tables.toml has them."""
    text = resources.files("resources.formats").joinpath("known_tables.toml").read_text("utf-8")
    found = []
    for format_id, tables in tomllib.loads(text).items():
        for name, names in tables.items():
            core, _, some = f" {names} ".partition("+ ")
            spelt = (*_split(core), *_split(some))
            always = frozenset(map(plain, _split(core)))
            found.append(KnownTable(format_id, name, always, frozenset(map(plain, spelt)), spelt))
    return tuple(found)


def _split(names: str) -> list[str]:
    parts = names.split(",") if "," in names else names.split()
    return [part.strip() for part in parts if part.strip()]


@lru_cache(maxsize=1)
def _by_name() -> dict[str, KnownTable]:
    """Tables that have a name of their own, which files are called by."""
    return {t.name.casefold(): t for t in known_tables() if t.format in ("emis-bulk", "systmone-extract")}


@lru_cache(maxsize=4096)
def named_table(stem: str) -> KnownTable | None:
    """The table that a file is called after: 'bulk_95047_Admin_Patient_2023..., 'SRCode', 'SRCode (2)'."""
    if found := _by_name().get(stem.casefold()):
        return found
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", stem.casefold()) if part]
    for at, part in enumerate(parts):
        after = parts[at + 1] if at + 1 < len(parts) else ""
        if found := _by_name().get(f"{part}_{after}") or _by_name().get(part):
            return found
    return None


def table_of_id(table_id: str) -> KnownTable | None:
    """The table with this id, None where there is none."""
    return next((t for t in known_tables() if t.id.casefold() == table_id.casefold()), None)


def best_match(headers: Iterable[str], formats: Sequence[str], stem: str) -> Match | None:
    """The table of these formats that has a file's field names, None where none fits well enough."""
    names = {plain(h) for h in headers} - {""}
    called = named_table(stem)
    best: Match | None = None
    for table in known_tables():
        if table.format not in formats and table is not called:
            continue
        core = len(names & table.core) / len(table.core) if table.core else 1.0
        match = Match(table, len(names & table.columns), len(names), core, table is called)
        if match.enough and (best is None or match.score > best.score):
            best = match
    return best
