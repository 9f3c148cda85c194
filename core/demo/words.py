"""What the invented practice is made of: names, places, phrases, codes (resources/demo/source)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from resources import ROOT


@dataclass(frozen=True)
class Place:
    town: str
    district: str
    sectors: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Words:
    """Names, streets, places, staff and the phrases of notes."""

    practice: Mapping[str, str]
    places: tuple[Place, ...]
    staff: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]
    streets: tuple[str, ...]
    houses: tuple[str, ...]
    ethnicities: tuple[str, ...]
    plain_notes: tuple[str, ...]
    naming_notes: tuple[str, ...]


@dataclass(frozen=True)
class Concept:
    """One thing that can be recorded, with its real codes ("" where a terminology has none that we use)."""

    number: int  # its place in the list of concepts; a supplier's CodeId is made from it
    group: str
    kind: (
        str  # problem, value, medicine, vaccination, referral, family_history, admin, identifying, objection
    )
    term: str
    snomed: str
    read: str
    ctv3: str
    categories: frozenset[str] = frozenset()
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    decimals: int = 0
    quantity: str = ""
    dose: str = ""
    meaning: str = ""  # of an objection
    made: bool = True  # False: an objection withdrawn

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code in (self.snomed, self.read, self.ctv3) if code)


@dataclass(frozen=True)
class Group:
    """Concepts drawn together, and who can have them."""

    id: str
    kind: str
    share: float
    concepts: tuple[Concept, ...]
    sex: str = ""
    youngest: int = 0
    oldest: int = 120
    patients: int = 0  # for objections: in how many of 10,000

    def suits(self, sex: str, age: int) -> bool:
        return self.youngest <= age <= self.oldest and self.sex in ("", sex)


@dataclass(frozen=True)
class Codes:
    groups: tuple[Group, ...]
    objections: tuple[Group, ...]
    concepts: tuple[Concept, ...] = field(default=())

    def group(self, group_id: str) -> Group:
        for group in self.groups:
            if group.id == group_id:
                return group
        raise KeyError(group_id)


@dataclass(frozen=True)
class Papers:
    """The allergies (term, SNOMED CT code, reaction) with their shares; letters as (title, from, text)."""

    allergies: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    plain: tuple[tuple[str, ...], ...]
    naming: tuple[tuple[str, ...], ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "demo" / "source" / name).read_text(encoding="utf-8"))


@cache
def load_words() -> Words:
    data = _read("words.toml")
    streets = data["streets"]
    return Words(
        practice=data["practice"],
        places=tuple(
            Place(p["town"], p["district"], tuple(p["sectors"]), float(p["share"])) for p in data["place"]
        ),
        staff=tuple(data["staff"]["names"]),
        women=tuple(data["names"]["women"].split()),
        men=tuple(data["names"]["men"].split()),
        surnames=tuple(data["names"]["surnames"].split()),
        streets=tuple(f"{a} {b}" for a in streets["first"].split() for b in streets["kinds"]),
        houses=tuple(streets["houses"]),
        ethnicities=tuple(data["ethnicity"]["values"]),
        plain_notes=tuple(data["notes"]["plain"]),
        naming_notes=tuple(data["notes"]["naming"]),
    )


@cache
def load_papers() -> Papers:
    data = _read("papers.toml")
    allergies, letters = data["allergies"], data["letters"]
    return Papers(
        allergies=tuple(tuple(part.strip() for part in line.split("|")) for line in allergies["codes"]),
        shares=tuple(float(share) for share in allergies["shares"]),
        plain=tuple(tuple(letter) for letter in letters["plain"]),
        naming=tuple(tuple(letter) for letter in letters["naming"]),
    )


@cache
def load_codes() -> Codes:
    data = _read("codes.toml")
    concepts: list[Concept] = []

    def group(entry: dict[str, Any], kind: str, group_id: str) -> Group:
        made = []
        for line in entry["codes"]:
            made.append(_concept(len(concepts), group_id, kind, line, entry))
            concepts.append(made[-1])
        youngest, oldest = entry.get("ages", (0, 120))
        return Group(
            id=group_id,
            kind=kind,
            share=float(entry.get("share", 0)),
            concepts=tuple(made),
            sex=entry.get("sex", ""),
            youngest=youngest,
            oldest=oldest,
            patients=entry.get("patients", 0),
        )

    groups = tuple(group(g, g["kind"], g["id"]) for g in data["group"])
    objections = tuple(
        group(o, "objection", o["meaning"] + ("" if o["made"] else "_withdrawn")) for o in data["objection"]
    )
    return Codes(groups, objections, tuple(concepts))


def _concept(number: int, group_id: str, kind: str, line: str, entry: dict[str, Any]) -> Concept:
    parts = [part.strip() for part in line.split("|")]
    term, snomed, read, ctv3, *rest = parts
    more: dict[str, Any] = {}
    if kind == "value":
        more = {"unit": rest[0], "low": float(rest[1]), "high": float(rest[2]), "decimals": int(rest[3])}
    elif kind == "medicine":
        more = {"quantity": rest[0], "dose": rest[1]}
    return Concept(
        number=number,
        group=group_id,
        kind=kind,
        term=term,
        snomed=snomed,
        read=read,
        ctv3=ctv3,
        categories=frozenset(entry.get("categories", ())),
        meaning=entry.get("meaning", ""),
        made=entry.get("made", True),
        **more,
    )
