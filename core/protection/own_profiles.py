"""A practice's own profiles: copies of those that ship, changed in a text editor, and what was changed.

They stand as TOML files in one folder. A file that is not right stops no other: it is listed with what is
wrong, and cannot be used.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from core.model import PolicyError, ThresholdError, UsageError
from core.protection.plan import Plan
from core.protection.profile import Profile, read_profile, shipped_profile_text, shipped_profiles

#: Environment variable that names the folder of a practice's own profiles.
PROFILES_SETTING = "THRESHOLD_PROFILES"
_ID = re.compile(r"[a-z][a-z0-9-]{1,62}")
#: A profile is a page of text; what is larger is none.
_LARGEST = 1_000_000


@dataclass(frozen=True)
class BrokenProfile:
    """A file among the practice's own profiles that cannot be used, and why, in words."""

    file: str
    what: str


@dataclass(frozen=True)
class OwnProfiles:
    """The practice's own profiles by id, and the files that are none."""

    profiles: Mapping[str, Profile]
    broken: tuple[BrokenProfile, ...] = ()


def profiles_folder() -> Path:
    """Where own profiles stand: what THRESHOLD_PROFILES names, else the person's own data folder."""
    named = os.environ.get(PROFILES_SETTING, "")
    return Path(named) if named else user_data_path("threshold", appauthor=False) / "profiles"


def own_profiles(folder: Path | None = None) -> OwnProfiles:
    """The practice's own profiles, read afresh. No folder, no profiles; never raises for a wrong file."""
    where = folder or profiles_folder()
    try:
        files = sorted(path for path in where.glob("*.toml") if path.is_file())
    except OSError:
        return OwnProfiles({}, (BrokenProfile(where.name, "The folder cannot be read."),))
    found: dict[str, Profile] = {}
    broken = []
    for path in files:
        try:
            profile = read_own_profile(path)
            if profile.id in found:
                raise UsageError(
                    f"Another of your profiles is called '{profile.id}' already. Give one another id."
                )
        except ThresholdError as error:
            broken.append(BrokenProfile(path.name, error.message))
        else:
            found[profile.id] = profile
    return OwnProfiles(found, tuple(broken))


def read_own_profile(path: Path) -> Profile:
    """One of the practice's own profiles, with the SHA-256 of its file. Raises UsageError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(
                "The file is far larger than a profile is. Take it out of the folder.", where=path.name
            )
        before = path.read_bytes()
        profile = read_profile(path)
        if path.read_bytes() != before:
            raise UsageError("The profile was changed while it was read. Try again.", where=path.name)
    except OSError:
        raise UsageError(
            "The profile cannot be read. Check your rights to it, or take it out of the folder.",
            where=path.name,
        ) from None
    if profile.id in shipped_profiles():
        raise UsageError(
            f"'{profile.id}' is the name of a profile that comes with Threshold. Give yours another id.",
            where=path.name,
        )
    original = None if profile.based_on is None else shipped_profiles().get(profile.based_on.profile)
    if original is not None:
        if profile.purpose is not original.purpose:
            raise UsageError(
                f"It is a copy of '{original.title}', and a copy keeps its purpose: the purpose decides what "
                "patients' objections do. Copy a profile of the other purpose.",
                where=path.name,
            )
        if original.closed and not profile.closed:
            raise UsageError(
                f"It is a copy of '{original.title}', which is closed, so it must stay closed.",
                where=path.name,
            )
    return profile.with_sha256(hashlib.sha256(before).hexdigest())


def copy_profile(profile_id: str, new_id: str, folder: Path | None = None) -> Path:
    """Copy a profile to a file of the practice's own, to be edited; gives its path.

    Every remark of the original stays in the copy. Raises UsageError for a name that is taken or none."""
    from core.protection.profile import load_profile

    original = load_profile(profile_id)
    if not _ID.fullmatch(new_id):
        raise UsageError(
            "A profile's id is small letters, digits and hyphens. Choose one such as 'our-recall'."
        )
    if new_id in shipped_profiles():
        raise UsageError(f"'{new_id}' is the name of a profile that comes with Threshold. Choose another.")
    where = folder or profiles_folder()
    path = where / f"{new_id}.toml"
    if path.exists() or new_id in own_profiles(where).profiles:
        raise UsageError(
            f"There is a profile called '{new_id}' already. Choose another name.", where=path.name
        )
    text = _as_copy(_text_of(original), original, new_id)
    try:
        where.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError:
        raise UsageError(
            "The copy cannot be written there. Choose another folder, or check your rights to it.",
            where=path.name,
        ) from None
    return path


def _text_of(profile: Profile) -> str:
    if not profile.sha256:
        return shipped_profile_text(profile.id)
    for path in sorted(profiles_folder().glob("*.toml")):
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() == profile.sha256:
            return data.decode("utf-8")
    raise UsageError("The profile was changed in the meantime. Try again.")


def _as_copy(text: str, original: Profile, new_id: str) -> str:
    text = re.sub(r'(?m)^id = ".*"$', f'id = "{new_id}"', text, count=1)
    if original.sha256:
        return text  # a copy of a copy is still one of the same profile
    title = json.dumps(f"Copy of: {original.title}", ensure_ascii=False)
    copied = re.sub(r'(?m)^title = ".*"$', lambda _: f"title = {title}", text, count=1)
    sha256 = hashlib.sha256(shipped_profile_text(original.id).encode("utf-8")).hexdigest()
    return (
        f"{copied.rstrip()}\n\n"
        "# What this was copied from. Leave it: it tells what you changed.\n[based_on]\n"
        f'profile = "{original.id}"\nversion = "{original.version}"\nsha256 = "{sha256}"\n'
    )


def profile_of(plan: Plan) -> Profile:
    """The profile that a plan was made with. Raises PolicyError where it has been changed since."""
    from core.protection.profile import load_profile

    profile = load_profile(plan.profile_id)
    if (profile.sha256, profile.version) != (plan.profile_sha256, plan.profile_version):
        raise PolicyError(
            f"The profile '{profile.title}' has been changed since this plan was made. Make the plan again, "
            "and look at it again.",
            where=plan.profile_id,
            code="profile_changed",
        )
    return profile
