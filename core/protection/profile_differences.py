"""What a changed copy of a profile does otherwise than the one it was copied from, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.protection.actions import ACTIONS
from core.protection.profile import Profile, shipped_profiles

#: Sections with one entry for each field, category, question ...: each entry is compared by itself.
_BY_ENTRY = ("roles", "kinds", "hazards", "asks", "asks_refuse")
#: What a copy has of its own.
_OWN = ("id", "version", "title", "description", "based_on", "events_since")


def differences(profile: Profile, original: Profile) -> tuple[str, ...]:
    """What a changed copy does otherwise than its original, each a plain sentence; () where nothing."""
    ours, theirs = profile.model_dump(mode="json"), original.model_dump(mode="json")
    found: list[str] = []
    for name, value in theirs.items():
        if name in _OWN or ours[name] == value:
            continue
        if name in _BY_ENTRY:
            found += _entries(name, ours[name], value)
        elif name == "categories":
            found += _categories(ours[name], value)
        else:
            found.append(
                f"{_SECTIONS.get(name, name.replace('_', ' '))}: {_said(value)} became {_said(ours[name])}."
            )
    return tuple(found)


_SECTIONS = {
    "purpose": "What it is for",
    "profile_tier": "Its tier",
    "closed": "Whether it is closed",
    "recipients": "Who may receive it",
    "recipient_types": "Sorts of recipient",
    "statuses": "Who may leave, by registration",
    "uses": "What the recipient does with it",
    "programme": "The screening programme",
    "stops": "What must be seen before it leaves",
    "window": "Days of events",
    "entries": "Sorts of entries",
    "codes": "Codes that could not be judged",
    "counts": "How counts are published",
    "free_text": "Free text",
    "shows": "What a window shows",
}
_FIELDS = {"roles": "Fields", "kinds": "Other fields", "hazards": "Hidden data"}


def _entries(name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    def told(entry: str, text: str) -> str:
        of = _FIELDS.get(name)
        return f"{of}, {entry.replace('_', ' ')}: {text}." if of else f"The question '{entry}' {text}."

    found = []
    for entry in dict.fromkeys((*theirs, *ours)):
        now, before = ours.get(entry), theirs.get(entry)
        if now == before:
            continue
        if before is None:
            found.append(told(entry, f"new, {_rule(now)}" if name in _FIELDS else "is new"))
        elif now is None:
            gone = f"the rule was taken out; it was {_rule(before)}"
            found.append(told(entry, gone if name in _FIELDS else "was taken out"))
        elif _rule(now) == _rule(before):
            found.append(
                told(entry, "the reason or source was changed" if name in _FIELDS else "was changed")
            )
        else:
            found.append(told(entry, f"{_rule(before)} became {_rule(now)}"))
    return found


def _rule(value: Any) -> str:
    if not isinstance(value, dict):
        return f"'{value}'"
    if "action" not in value:
        return "changed"
    settings = ", ".join(f"{name} {setting}" for name, setting in value.get("settings", {}).items())
    action = ACTIONS[value["action"]].label.lower()
    return f"'{action}' ({settings})" if settings else f"'{action}'"


def _categories(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    found = []
    for name, words in (("withhold", "Left out"), ("always", "Always left out")):
        now, before = ours[name], theirs[name]
        if more := [c for c in now if c not in before]:
            found.append(f"{words} here and not there: {_listed(more)}.")
        if less := [c for c in before if c not in now]:
            found.append(f"{words} there and not here: {_listed(less)}.")
    others = {n for n in theirs if n not in ("withhold", "always")}
    if not found and any(ours[name] != theirs[name] for name in others):
        found.append("What is said of sensitive codes was changed.")
    return found


def _listed(names: list[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _said(value: Any) -> str:
    if value in (None, "", [], {}, ()):
        return "nothing"
    if isinstance(value, list):
        return _listed([str(one) for one in value])
    if isinstance(value, dict):
        told = [f"{n.replace('_', ' ')} {_said(v)}" for n, v in value.items() if v not in (None, "", [], {})]
        return "; ".join(told) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}'"


def changed_copy(profile: Profile) -> tuple[str, ...]:
    """What to tell of a practice's own profile: that it is a changed copy of what, then what differs; () for
    one that ships. One sentence each."""
    if not profile.sha256:
        return ()
    based = profile.based_on
    if based is None:
        return ("This is a profile of your own, and no copy of one that comes with Threshold.",)
    original = shipped_profiles().get(based.profile)
    if original is None:
        return (f"Changed copy of '{based.profile}', version {based.version}, which this Threshold has not.",)
    first = f"Changed copy of '{original.title}', version {based.version}"
    later = (
        f"That profile has since become version {original.version}: what it changed is not in the copy."
        if original.version != based.version
        else ""
    )
    differs = differences(profile, original)
    told = differs or ("Its rules are those of the original.",)
    return (
        f"{first}: {len(differs):,} differences." if len(differs) != 1 else f"{first}: 1 difference.",
        *([later] if later else []),
        *told,
    )
