"""Profiles: the rules for one sort of recipient, read from resources/profiles and checked.

A field that no rule speaks of is left out. That is not a rule of any profile but of this program.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from core.model import Kind, Role, Status, UsageError
from core.protection.actions import ACTIONS, SCRUB
from core.protection.hazards import Verdict
from core.protection.plan import Purpose
from core.protection.profile_sections import (
    BasedOn,
    EntryRule,
    HoldRule,
    Programme,
    Question,
    QuestionId,
    Refusal,
    ShowsRule,
    Stop,
    TableRule,
    WindowRule,
)
from core.protection.small_numbers import SmallNumbers
from core.protection.whole_files import read_toml
from resources import ROOT


def _known_action(name: str) -> str:
    if name not in ACTIONS:
        raise ValueError(f"there is no action '{name}'")
    return name


@cache
def hazard_ids() -> frozenset[str]:
    """Every sort of hidden data that a profile can speak of (resources/hazards.toml)."""
    known = tomllib.loads((ROOT / "hazards.toml").read_text(encoding="utf-8"))
    return frozenset((known["hidden"] + known["other"]).split())


def _known_hazard(name: str) -> str:
    if name != "default" and name not in hazard_ids():
        raise ValueError(f"there is no hidden data called '{name}'")
    return name


HazardId = Annotated[str, AfterValidator(_known_hazard)]
ActionId = Annotated[str, AfterValidator(_known_action)]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldRule(_Checked):
    """What happens to fields of one role or kind, why, and where that comes from."""

    action: ActionId
    why: str
    source: str
    settings: Mapping[str, str] = Field(default_factory=dict)


class CategoryRule(_Checked):
    """Categories of sensitive codes whose rows do not leave; those in `always` by nobody's decision."""

    withhold: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    with_what_belongs: bool = True  # the consultation, letter, medicine ... of a withheld row goes too
    why: str
    source: str

    @property
    def every(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.withhold, *self.always)))


class CodeRule(_Checked):
    """What happens to rows whose codes could not be judged: those that are not understood, and those that are
    whole while no term, list or hierarchy says what they are. What is not said is withheld."""

    not_understood: Literal["withhold", "send"] = "withhold"
    not_judged: Literal["withhold", "send"] = "withhold"
    why: str = "A row that could not be judged may be one that the profile leaves out."
    source: str = "what is not understood does not leave"


class FreeTextRule(_Checked):
    """Whether a person may decide that notes leave with personal details removed."""

    may_scrub: bool = False
    may_keep: bool = False  # as it was written, where a person decides it and has read a sample
    why: str = ""
    source: str = ""


class Profile(_Checked):
    """The rules for one sort of recipient."""

    id: str = Field(pattern=r"[a-z][a-z0-9-]*")
    version: str
    title: str
    description: str
    purpose: Purpose
    profile_tier: Literal["green", "amber", "red"]
    closed: bool
    recipients: str
    statuses: tuple[str, ...]
    uses: tuple[str, ...] = ()
    source: str
    recipient_types: tuple[str, ...] = ()  # ids of resources/recipient_types.toml; () says nothing of it
    counts_first: str = ""  # the profile whose number is offered before any row
    #: The only actions by which fields of a role may leave, whatever a person decides; `gates_beyond`.
    only_as: Mapping[Role, tuple[ActionId, ...]] = Field(default_factory=dict)
    programme: Programme | None = None  # of screening: who declined or was ceased from it stays
    stops: tuple[Stop, ...] = ()
    one_patient: bool = False
    no_patient: bool = False
    list_only: bool = False
    shuffle: bool = False
    only_tables: tuple[TableRule, ...] = ()
    entries: tuple[EntryRule, ...] = ()
    events_since: date | None = None  # older way to say window.since; `window` has it too
    window: WindowRule = WindowRule()
    asks: Mapping[QuestionId, Question] = Field(default_factory=dict)
    asks_refuse: Mapping[QuestionId, Refusal] = Field(default_factory=dict)
    hold: HoldRule | None = None
    shows: ShowsRule = ShowsRule()
    based_on: BasedOn | None = None
    categories: CategoryRule
    codes: CodeRule = CodeRule()
    roles: Mapping[Role, FieldRule]
    kinds: Mapping[Kind, FieldRule]
    counts: SmallNumbers | None = None
    free_text: FreeTextRule = FreeTextRule()
    hazards: Mapping[HazardId, Verdict] = Field(default_factory=dict)  # 'default' for those not named
    _sha256: str = PrivateAttr("")

    @property
    def sha256(self) -> str:
        """SHA-256 of the file of a practice's own profile or changed copy; "" for one that ships."""
        return self._sha256

    def with_sha256(self, sha256: str) -> Profile:
        """This profile as a practice's own, read from a file with that SHA-256."""
        own = self.model_copy()
        own._sha256 = sha256
        return own

    @model_validator(mode="before")
    @classmethod
    def _one_window(cls, data: Any) -> Any:
        since = data.get("events_since") if isinstance(data, dict) else None
        window = data.get("window", {}) if since else None
        if isinstance(window, dict) and "since" not in window:
            return {**data, "window": {**window, "since": since}}
        return data

    @model_validator(mode="after")
    def _same_since(self) -> Profile:
        if self.events_since not in (None, self.window.since):
            raise ValueError("events_since and window.since are one thing: say it once")
        return self

    def rule_for(self, kind: Kind, role: Role) -> FieldRule | None:
        """The rule for a field, the one for its role before the one for its kind; None where none speaks."""
        return self.roles.get(role) or self.kinds.get(kind)


def read_profile(path: Path) -> Profile:
    """A profile from its TOML file. Raises UsageError that says which setting is wrong and how."""
    data = read_toml(path, what="The profile")
    try:
        profile = Profile(**data)
    except ValidationError as error:
        raise UsageError(f"The profile is not right: {in_words(error)}.", where=path.name) from None
    _check(profile, path.name)
    return profile


def _check(profile: Profile, where: str) -> None:
    if profile.free_text.may_scrub and profile.purpose is Purpose.COUNTS:
        raise UsageError(
            "A profile that publishes counts sends no free text. Take it out of [free_text].", where=where
        )
    ruled = (*profile.roles.values(), *profile.kinds.values())
    if any(rule.action == SCRUB for rule in ruled):
        raise UsageError(
            "Scrubbed notes are decided by a person, never by a profile's rule. Use another action.",
            where=where,
        )
    unknown = set(profile.statuses) - {status.name.lower() for status in Status}
    if unknown:
        raise UsageError(f"There is no status '{min(unknown)}'. Check how it is spelt.", where=where)
    if (profile.purpose is Purpose.COUNTS) != (profile.counts is not None):
        raise UsageError(
            "A profile that publishes counts, and only such a one, has [counts]. Put it in, or take it out.",
            where=where,
        )
    _check_questions(profile, where)
    if profile.purpose is not Purpose.COUNTS and profile.profile_tier == "green":
        raise UsageError(
            "Output with a row for each patient is never green. Give it another tier.", where=where
        )


def _check_questions(profile: Profile, where: str) -> None:
    """Questions, answers and sorts of recipient that other sections name must be there."""
    asks = profile.asks
    wanted = [(other, answer) for ask in asks.values() for other, answer in ask.when.items()]
    wanted += [(name, refusal.answer) for name, refusal in profile.asks_refuse.items()]
    wanted += [said for refusal in profile.asks_refuse.values() for said in refusal.when.items()]
    wanted += [said for rule in profile.only_tables for said in rule.unless.items()]
    wanted += [said for rule in profile.entries for said in rule.unless.items()]
    days: tuple[str, ...] = (profile.window.from_answer, profile.window.until_answer)
    if profile.hold is not None:
        days = (*days, profile.hold.from_answer)
        wanted += [*profile.hold.when.items(), *profile.hold.unless.items()]
    for name in (*(name for name, _ in wanted), *filter(None, days)):
        if name not in asks:
            raise UsageError(f"There is no question '{name}'. Check how it is spelt.", where=where)
    for name, answer in wanted:
        try:
            right = asks[name].read(answer) == answer
        except ValueError:
            right = False
        if not right:
            raise UsageError(
                f"The question '{name}' has no answer '{answer}'. Use one of its choices.", where=where
            )
    if any(asks[name].kind != "date" for name in days if name):
        raise UsageError(
            "A window or a wait begins on a day. Give its question the kind 'date'.", where=where
        )
    named = {*profile.recipient_types, *(t for r in profile.asks_refuse.values() for t in r.recipient_types)}
    if unknown := named.difference(recipient_type_ids()):
        raise UsageError(
            f"There is no sort of recipient called '{min(unknown)}'. Check how it is spelt.", where=where
        )


@cache
def recipient_type_ids() -> frozenset[str]:
    """Every sort of recipient (resources/recipient_types.toml)."""
    return frozenset(tomllib.loads((ROOT / "recipient_types.toml").read_text(encoding="utf-8")))


_LIKE_A_SETTING = re.compile(r"[a-z][a-z_]{0,30}[0-9]{0,3}")


def in_words(error: ValidationError) -> str:
    """What pydantic found, without the values it found: 'counts.round_to: must be ...'."""
    return "; ".join(
        f"{_place(item['loc'], item['type']) or 'the file'}: {_plain(item['msg'])}"
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    )


def _place(loc: Sequence[int | str], sort: str) -> str:
    """Where it stands. A name that is no setting is told only where it looks like one: somebody may have
    named the wrong file, and then it may be a person's."""
    parts = [str(part) for part in loc]
    if parts and sort == "extra_forbidden" and not _LIKE_A_SETTING.fullmatch(parts[-1]):
        parts[-1] = "(a name)"
    return ".".join(parts)


def _plain(message: str) -> str:
    plain = {
        "Extra inputs are not permitted": "no such setting, check how it is spelt",
        "Field required": "it is missing",
    }
    return plain.get(message, message.removeprefix("Value error, "))


@cache
def shipped_profiles() -> Mapping[str, Profile]:
    """Every profile that ships with Threshold, by id, in the order of their file names."""
    profiles = (read_profile(path) for path in sorted((ROOT / "profiles").glob("*.toml")))
    return {profile.id: profile for profile in profiles}


def shipped_profile_text(profile_id: str) -> str:
    """The TOML of a profile that ships, with its remarks."""
    for path in sorted((ROOT / "profiles").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        if tomllib.loads(text)["id"] == profile_id:
            return text
    raise KeyError(profile_id)


def load_profiles() -> Mapping[str, Profile]:
    """Every profile by id: those that ship, then the practice's own, read afresh (see `own_profiles`)."""
    from core.protection.own_profiles import own_profiles

    return {**shipped_profiles(), **own_profiles().profiles}


def load_profile(profile_id: str) -> Profile:
    """One profile. Raises UsageError that names those there are, or what is wrong with one's own."""
    if profile_id in shipped_profiles():
        return shipped_profiles()[profile_id]
    from core.protection.own_profiles import own_profiles

    own = own_profiles()
    if profile_id in own.profiles:
        return own.profiles[profile_id]
    for broken in own.broken:
        if broken.file == f"{profile_id}.toml":
            raise UsageError(
                f"Your profile '{profile_id}' cannot be used. {broken.what} Correct the file.",
                where="--profile",
            )
    there = ", ".join((*shipped_profiles(), *own.profiles))
    raise UsageError(f"There is no profile '{profile_id}'. There are: {there}.", where="--profile")
