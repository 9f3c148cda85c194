"""The small frozen things a session is made of and passes round. No behaviour, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.protection.plan import ObjectionSource


@dataclass(frozen=True)
class DetailContent:
    """What the detail strip at the bottom of the window shows. Text is shown as plain text."""

    title: str
    lines: tuple[str, ...] = ()
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()
    main: str = ""  # the label of the action drawn as the page's main button
    accent: str = "blue"  # blue, amber, red or green: the bar at the strip's left edge
    tall: bool = False  # one line more, on a page whose explanations are long


@dataclass(frozen=True)
class Failure:
    """An error for a person: what happened, what was kept, what to do."""

    title: str
    happened: str
    kept: str
    do: str
    stage: str = ""  # open, plan or export: where it happened
    where: str = ""
    code: str = "error"


@dataclass(frozen=True)
class GoingTo:
    """Who gets it and why, as chosen on the 'Going to' page."""

    profile_id: str
    recipient: str
    project: str
    expected_patients: int | None = None
    objection_sources: tuple[ObjectionSource, ...] = ()
    assume_registered: bool = False
    agreement: str = ""
    lists: Any = None  # core.protection.ObjectionLists: people who object, in memory only
    before: Any = None  # core.protection.Earlier: what an earlier release said of objections
    statements: tuple[tuple[str, str], ...] = ()  # (question of the profile, answer)
    window: tuple[str, str] = ("", "")  # first and last day of the entries that go, ISO 8601
    whole_list: str = ""  # id of the reason why the whole list goes
    sample_per_mille: int = 1000
    shuffle: bool = False
    earlier: Any = None  # an earlier plan and its shape, that this one starts from
    look_ups: Any = None  # core.protection.LookUps: a file that postcodes are looked up in
    older: Any = None  # core.protection.schemes.Chosen: codes as an older program makes them, with their salt


@dataclass(frozen=True)
class FirstRows:
    """The first rows of a table, as the file has them, shown while the rest is read."""

    fields: tuple[str, ...]
    rows: list[list[str | None]]


@dataclass(frozen=True)
class Seen:
    """That somebody looked at one patient's record: the patient's code under the plan, who, and when."""

    code: str
    by: str
    at: str  # ISO 8601, minutes
    whom: tuple[str, str] = ("", "")  # recipient and project: under others the patient has another code
    under: str = ""  # the rules that held then: under others something else leaves, and nobody has seen it


@dataclass(frozen=True)
class Choices:
    """Everything a person decided for this export; each decision makes a new one (undo keeps the old)."""

    fields: Mapping[tuple[str, str], tuple[str | None, str | None]] = field(default_factory=dict)
    settings: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)  # of those actions
    categories: Mapping[str, str] = field(default_factory=dict)  # category id -> 'withhold' | 'keep'
    patients: tuple[str, ...] = ()  # pseudonyms of people to leave out
    items: tuple[tuple[str, str, str], ...] = ()  # (table, keyed row fingerprint, reason id)
    confirmed: tuple[str, ...] = ()  # e.g. 'died:3'
    seen: tuple[Seen, ...] = ()  # single patients whose record somebody looked at
    what: str = ""  # the last decision in words, for 'Undo ...'
    going_to: GoingTo | None = None  # who gets it
    format: str = "csv"  # the sort of file that is written
    held: Any = field(default=None, compare=False)  # gui.held_list.Change, where this step changed that list
