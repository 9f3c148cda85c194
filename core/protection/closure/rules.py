"""What belongs to what in each supplier's tables: resources/links, read and checked once.

Every link says which rows go when a row goes, as what, and only after which rows, with its why beside it in
the data. A new supplier is a new file there, and no line here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.model import Reason, UsageError
from resources import ROOT

#: The row that was left out for itself; closure starts from it.
SENSITIVE = "sensitive"
_SOURCE = "what belongs to a sensitive entry tells of it (OneLondon: the code went, the appointment stayed)"
#: As what a row can go, in the order of their numbers, and the reason that it then has.
REASONS: Mapping[str, Reason] = {
    kind: Reason(f"closure.{kind}", text, _SOURCE)
    for kind, text in (
        ("consultation", "Goes with a withheld entry: this is the consultation in which it was recorded."),
        ("problem", "Goes with a withheld entry: this is the problem that it is linked to."),
        ("medicine", "Goes with a withheld entry: this medicine was prescribed for it."),
        ("issue", "Goes with a withheld entry: this is an issue of a medicine that goes with it."),
        ("referral", "Goes with a withheld entry: this referral belongs to it."),
        ("document", "Goes with a withheld entry: this letter or document belongs to it."),
        ("appointment", "Goes with a withheld entry: this is the appointment at which it was recorded."),
        ("linked", "Goes with a withheld entry: this is part of it, or was recorded under it."),
        ("group", "Goes with a withheld entry: this is what it was recorded under."),
        (
            "same_day",
            "Something of this patient's on this day was withheld. It could not be told which contact it "
            "belongs to, so all of that day's went.",
        ),
    )
}
KINDS = tuple(REASONS)
#: The bit of each state that a row can be in.
BITS: Mapping[str, int] = {name: 1 << at for at, name in enumerate((SENSITIVE, *KINDS))}
#: What a table's rows can be. Those of `ON_A_DAY` go by the day where nothing links them.
Thing = Literal[
    "entry", "consultation", "problem", "medicine", "issue", "referral", "document", "appointment", "other"
]
ON_A_DAY = frozenset({"consultation", "referral", "document", "appointment"})
_GENERAL = "general.toml"
#: What stands for every table of a format in the ends of pointers.
ANY = "*"


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableRule(_Checked):
    """How one table of a format is known, and what its rows are."""

    id: str
    names: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    exactly: bool = False  # names and fields must both fit; else either is enough
    same_day: bool = False  # its links are often left empty, so that the day decides as well
    is_: Thing = Field(alias="is")


class LinkRule(_Checked):
    """One link: where a row of `from` goes, rows of `to` with the same value go as `goes`."""

    from_: str = Field(alias="from", pattern=r"[^.]+\..+")
    to: str = Field(pattern=r"[^.]+\..+")
    goes: str
    after: tuple[str, ...] = (SENSITIVE, *KINDS)
    why: str

    @property
    def mask(self) -> int:
        """The states of a row of `from` after which the link is followed, as bits."""
        return sum(BITS[name] for name in set(self.after))


class PointRule(_Checked):
    """Columns that point to a row by its key without going along with it."""

    from_: str = Field(alias="from", pattern=r"[^.]+\..+")
    to: tuple[str, ...]


class LinkRules(_Checked):
    """The tables and links of one supplier."""

    title: str
    source: str
    formats: tuple[str, ...]
    blank: tuple[str, ...] = ()  # cells that stand for no link
    split: Mapping[str, str] = Field(default_factory=dict)  # field -> what parts several keys
    prefix: Mapping[str, str] = Field(default_factory=dict)  # 'table.field' -> what stands before its keys
    #: By table, the types of its rows that references name before the id; () where references have no types.
    types: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    table: tuple[TableRule, ...]
    link: tuple[LinkRule, ...]
    #: The tables' own keys. Of two that are linked, the later one here points to the earlier.
    keys: tuple[str, ...] = ()
    per_patient: bool = False  # keys are of one row only together with the patient
    points: tuple[PointRule, ...] = ()

    @property
    def pointing(self) -> tuple[tuple[str, str], ...]:
        """Every pair of a column that points and the key that it points to, as the ends of links."""
        place = {key: at for at, key in enumerate(self.keys)}
        none = len(place)
        pairs = [(rule.from_, to) for rule in self.points for to in rule.to]
        pairs += [(link.from_, link.to) for link in self.link]
        pairs += [(link.to, link.from_) for link in self.link]
        return tuple(dict.fromkeys((a, b) for a, b in pairs if b in place and place[b] < place.get(a, none)))

    def speaks_of(self, format: str) -> bool:
        """Whether these rules are for tables of this format."""
        return any(fnmatchcase(format, pattern) for pattern in self.formats)


@dataclass(frozen=True)
class GeneralRules:
    """What holds where no supplier's rules do."""

    never: frozenset[str]
    keys: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    named: Mapping[str, str]  # headings that are a word for an entry, with or without 'number', and that word


def plain(name: str) -> str:
    """A name for comparing: 'Observation_GUID' and '{observationguid}' are the same. Stars stay."""
    return re.sub(r"[^a-z0-9*]", "", name.lower())


def read_rules(path: Path) -> LinkRules:
    """One supplier's rules. Raises UsageError that says what is wrong with the file."""
    try:
        rules = LinkRules(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise UsageError("The rules of what belongs together cannot be read.", where=path.name) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"The rules of what belongs together are not right: {place}: {first['msg']}.", where=path.name
        ) from None
    ids = {table.id for table in rules.table}
    for link in rules.link:
        missing = {link.from_.split(".")[0], link.to.split(".")[0]} - ids
        unknown = ({link.goes} - set(KINDS)) | (set(link.after) - set(BITS))
        if missing or unknown:
            raise UsageError(f"There is no '{min(missing | unknown)}'.", where=f"{path.name}, {link.from_}")
    _check_keys(rules, ids, path.name)
    return rules


def _check_keys(rules: LinkRules, ids: set[str], where: str) -> None:
    ends = [*rules.keys, *(rule.from_ for rule in rules.points)]
    if missing := {end.split(".")[0] for end in ends} - ids - {ANY}:
        raise UsageError(f"There is no table '{min(missing)}'. Check how it is spelt.", where=where)
    if strange := {to for rule in rules.points for to in rule.to} - set(rules.keys):
        raise UsageError(f"'{min(strange)}' is not among the keys.", where=where)


@cache
def load_rules() -> tuple[LinkRules, ...]:
    """The rules of every supplier, in the order of their file names."""
    paths = sorted((ROOT / "links").glob("*.toml"))
    return tuple(read_rules(path) for path in paths if path.name != _GENERAL)


@cache
def load_general() -> GeneralRules:
    """The words and families that no supplier's rules have."""
    data = tomllib.loads((ROOT / "links" / _GENERAL).read_text(encoding="utf-8"))
    words = {kind: tuple(plain(word) for word in of) for kind, of in data["words"].items()}
    named = {f"{word}{number}": word for word in data["bare"] for number in ("", *data["numbers"])}
    return GeneralRules(frozenset(data["never"]), tuple(data["keys"]), words, named)
