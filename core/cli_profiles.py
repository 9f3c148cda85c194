"""`threshold-cli profiles`: the rules for each sort of recipient, and a practice's own copies of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli_options import Json
from core.cli_output import say, say_json
from core.model import UsageError

if TYPE_CHECKING:
    from core.protection.profile import Profile

profiles_app = typer.Typer(
    help="The rules for each sort of recipient. Your own stand in a folder: THRESHOLD_PROFILES names it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_TIERS = {
    "green": "Counts only",
    "amber": "Coded - still confidential patient data",
    "red": "Names patients",
}
_PURPOSES = {
    "own_care": "the patients' own care",
    "consent": "the patient's own request or consent",
    "law": "required by law, or payment",
    "beyond_care": "beyond care",
    "counts": "counts only",
}


@profiles_app.command("list")
def list_(as_json: Json = False) -> None:
    """Every profile there is, and files of your own that cannot be used."""
    from core.protection.own_profiles import own_profiles, profiles_folder
    from core.protection.profile import load_profiles

    broken = own_profiles().broken
    if as_json:
        say_json(
            {
                "profiles": [_short(profile) for profile in load_profiles().values()],
                "not_usable": [{"file": one.file, "what": one.what} for one in broken],
                "folder": str(profiles_folder()),
            }
        )
        return
    for profile in load_profiles().values():
        own = " [your own]" if profile.sha256 else ""
        closed = " [closed: for looking and teaching]" if profile.closed else ""
        say(f"{profile.id}: {profile.title}{own}{closed}")
        say(f"    For {_PURPOSES[profile.purpose.value]}. {_TIERS[profile.profile_tier]}.")
    for one in broken:
        say(f"{one.file}: cannot be used. {one.what}")


@profiles_app.command("show")
def show(
    profile_id: Annotated[str, typer.Argument(metavar="PROFILE")],
    as_json: Json = False,
) -> None:
    """What a profile is for, what it asks, and what it does with each sort of field."""
    from core.protection.gates_care import stops_in_words
    from core.protection.profile import load_profile
    from core.protection.profile_differences import changed_copy

    profile = load_profile(profile_id)
    if as_json:
        say_json(
            {
                **_short(profile),
                "recipients": profile.recipients,
                "recipient_types": list(profile.recipient_types),
                "statuses": list(profile.statuses),
                "source": profile.source,
                "warning": profile.shows.warning,
                "stops": list(profile.stops),
                "programme": profile.programme,
                "window": profile.window.model_dump(mode="json", exclude_defaults=True),
                "asks": {
                    name: ask.model_dump(mode="json", exclude_defaults=True)
                    for name, ask in profile.asks.items()
                },
                "withhold": list(profile.categories.every),
                "fields": {**_rules(profile.roles), **_rules(profile.kinds)},
            }
        )
        return
    say(profile.title)
    say(profile.description)
    for line in changed_copy(profile):
        say(line)
    say(f"For {_PURPOSES[profile.purpose.value]}. {_TIERS[profile.profile_tier]}.")
    say(f"May go to: {profile.recipients}")
    for line in (profile.shows.warning, stops_in_words(profile)):
        if line:
            say(line)
    for name, ask in profile.asks.items():
        needed = "" if ask.required else " (may stay unanswered)"
        say(f"It asks: {ask.question}{needed}")
        say(f"    --said {name}={_wanted(ask.kind, ask.choices)}")
    for heading, rules in (("Fields", profile.roles), ("Other fields", profile.kinds)):
        if rules:
            say(f"{heading}:")
        for what, rule in rules.items():
            say(f"    {what.replace('_', ' ')}: {rule.action.replace('_', ' ')}. {rule.why}")
    if profile.categories.every:
        listed = ", ".join(name.replace("_", " ") for name in profile.categories.every)
        say(f"Families of codes that stay: {listed}.")
    say(f"Source: {profile.source}")


@profiles_app.command("copy")
def copy(
    profile_id: Annotated[str, typer.Argument(metavar="PROFILE")],
    new_id: Annotated[str, typer.Argument(metavar="NEW", help="A name of your own, such as our-recall.")],
    folder: Annotated[Path | None, typer.Option("--folder", help="Your profiles' folder.")] = None,
    as_json: Json = False,
) -> None:
    """Copy a profile to a file of your own, to be changed in a text editor. The copy says what you change."""
    from core.protection.own_profiles import copy_profile

    path = copy_profile(profile_id, new_id, folder)
    if as_json:
        say_json({"copied": profile_id, "profile": new_id, "file": str(path)})
        return
    say(f"Copied to {path}. Change the file, then look at it with 'threshold-cli profiles show {new_id}'.")


def read_said(said: Sequence[str]) -> Mapping[str, str]:
    """What `--said` gave: question -> answer. Raises UsageError for what is no 'QUESTION=ANSWER'."""
    answers: dict[str, str] = {}
    for text in said:
        name, equals, answer = text.partition("=")
        if not equals or not name.strip() or name.strip() in answers:
            raise UsageError(
                "Give each answer once, as QUESTION=ANSWER: --said wants_to_see=no. "
                "'threshold-cli profiles show PROFILE' lists the questions.",
                where="--said",
            )
        answers[name.strip()] = answer
    return answers


def _wanted(kind: str, choices: Mapping[str, str]) -> str:
    if kind == "choice":
        return "|".join(choices)
    return {"date": "YYYY-MM-DD", "yes_no": "yes|no", "number": "NUMBER"}[kind]


def _short(profile: Profile) -> dict[str, Any]:
    from core.protection.profile_differences import changed_copy

    return {
        "id": profile.id,
        "version": profile.version,
        "title": profile.title,
        "description": profile.description,
        "purpose": profile.purpose.value,
        "tier": profile.profile_tier,
        "tier_words": _TIERS[profile.profile_tier],
        "closed": profile.closed,
        "own": bool(profile.sha256),
        "differences": list(changed_copy(profile)),
    }


def _rules(rules: Mapping[Any, Any]) -> dict[str, dict[str, str]]:
    return {
        str(what): {"action": rule.action, "why": rule.why, "source": rule.source}
        for what, rule in rules.items()
    }
