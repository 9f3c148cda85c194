"""The shipped lists of codes, as they stand in resources/codelists: sensitive, ordinary, objections.

codes.csv and ordinary.csv hold many codes to a line, with a blank between them, because they are read
whenever the program starts: 70,000 sensitive codes in 0.05 s.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from importlib.resources import files

GROUPS = ("read", "snomed", "icd10", "bnf", "local")


@dataclass(frozen=True)
class ObjectionCode:
    """A code that records an objection (`made`) or takes it back."""

    meaning: str  # one of results.OBJECTIONS
    made: bool
    term: str


@dataclass(frozen=True)
class CodeLists:
    """The code lists as shipped: category bits by terminology group and code, objection codes, and codes
    known to be ordinary (`ordinary`, by group)."""

    bits: Mapping[str, Mapping[str, int]]
    objections: Mapping[str, ObjectionCode]
    ordinary: Mapping[str, Set[str]]

    def source_of(self, group: str, code: str) -> str:
        """Where a listed code comes from, in words. Reads the file again: it is asked for single codes."""
        found: dict[str, None] = {}
        for line in _lines("codes.csv"):
            named, _, sources, codes = line.split(",")
            if named == group and f" {code} " in f" {codes} ":
                found.update(dict.fromkeys(sources.split("+")))
        return ", ".join(found)


def load_lists(category_ids: Sequence[str], without: Set[str] = frozenset()) -> CodeLists:
    """Reads resources/codelists, leaving out what comes from the sources `without` and from no other.

    Raises ValueError where a row names an unknown category or terminology."""
    bit_of = {name: 1 << number for number, name in enumerate(category_ids)}
    bits: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
    for line in _lines("codes.csv"):
        try:
            group, category, sources, codes = line.split(",")
            bit, of_group = bit_of[category], bits[group]
        except (KeyError, ValueError):
            raise ValueError(f"resources/codelists/codes.csv: not a code list row: {line[:60]}") from None
        if without and set(sources.split("+")) <= without:
            continue
        for code in codes.split(" "):
            of_group[code] = of_group.get(code, 0) | bit
    ordinary: dict[str, set[str]] = {group: set() for group in GROUPS}
    for line in _lines("ordinary.csv"):
        group, codes = line.split(",")
        ordinary[group].update(codes.split(" "))
    return CodeLists(bits, _load_objections(), ordinary)


def _lines(name: str) -> list[str]:
    text = files("resources").joinpath("codelists", name).read_text(encoding="utf-8")
    return text.splitlines()[1:]


def _load_objections() -> dict[str, ObjectionCode]:
    objections: dict[str, ObjectionCode] = {}
    text = files("resources").joinpath("codelists", "objections.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        if row["effect"] not in ("made", "withdrawn"):
            raise ValueError(f"resources/codelists/objections.csv: effect '{row['effect']}'")
        objections[row["code"]] = ObjectionCode(row["meaning"], row["effect"] == "made", row["term"])
    return objections
