"""The practice's lists of patients, remembered in the record of looking, so that one that is gone is noticed.

A list that was deleted reads as no list: what it held back would leave, and whose record it kept for a GP
anybody could open. So the record of looking, which shows when it was changed, says of each list what its
fingerprint was when it was last read and how many it held. Where the record itself is gone too, nothing
remembers; and an older copy that was put back has the practice's own seal, and is not noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Protocol, TypeVar

from core.model import PolicyError, ThresholdError, UsageError
from core.patients.gp_only import GpOnly, gp_only_file, load_gp_only, new_gp_only, save_gp_only
from core.patients.looks import LISTS, list_entries, looks_path, record_list
from core.protection.hold_backs import (
    HoldBackList,
    hold_backs_file,
    load_hold_backs,
    new_list,
    save_hold_backs,
)
from core.protection.hold_backs.places import places_of
from core.protection.keys import Key

GP_ONLY, HOLD_BACKS = "gp_only", "hold_backs"
_WHERE = {GP_ONLY: "records for a GP", HOLD_BACKS: "hold-backs"}
_THEN = {
    GP_ONLY: "Until it is back, every record asks for a GP.",
    HOLD_BACKS: "Until it is back, nothing can leave that it acts on.",
}
_OTHERWISE = {
    GP_ONLY: "If there is no copy, a GP can begin another on the Patients page.",
    HOLD_BACKS: "If there is no copy, begin another: View, What is held back.",
}


class _List(Protocol):
    @property
    def fingerprint(self) -> str: ...
    @property
    def entries(self) -> tuple[object, ...]: ...


_Kept = TypeVar("_Kept", bound=_List)


def kept_gp_only(key: Key, *, place: Path | None = None, looks: Path | None = None) -> GpOnly | None:
    """The list of records for a GP; None where there never was one.

    Raises as `load_gp_only` does, and PolicyError `gp_only.gone` where a list that held somebody is gone."""
    return _kept(GP_ONLY, place or gp_only_file(), looks or looks_path(), lambda at: load_gp_only(at, key))


def kept_hold_backs(key: Key, *, place: Path | None = None, looks: Path | None = None) -> HoldBackList | None:
    """The list of what is held back; None where there never was one.

    Raises as `load_hold_backs` does, and PolicyError `hold_backs.gone` where a list that held somebody is
    gone."""
    at = place or hold_backs_file()
    return _kept(HOLD_BACKS, at, looks or looks_path(), lambda at: load_hold_backs(at, key))


def gone(what: str, *, place: Path | None = None, looks: Path | None = None) -> str:
    """What is said where a list that held somebody is not there any more, '' where none is missing."""
    at = place or (gp_only_file() if what == GP_ONLY else hold_backs_file())
    return "" if at.exists() else _gone(what, at, looks or looks_path())


def begin_again(what: str, key: Key, *, place: Path | None = None, looks: Path | None = None) -> None:
    """Begin an empty list in the place of one that is gone: a person said that there is no copy of it.

    Raises UsageError where no list is missing: it is not begun again, it is gone on with."""
    at = place or (gp_only_file() if what == GP_ONLY else hold_backs_file())
    log = looks or looks_path()
    there = load_gp_only(at, key) if what == GP_ONLY else load_hold_backs(at, key)
    if there is not None or not _gone(what, at, log):
        raise UsageError(f"{LISTS[what]} is not missing: go on with it.", where=_WHERE[what])
    record_list(log, what, _at(at), "", 0)
    if what == GP_ONLY:
        save_gp_only(at, new_gp_only(key))
    else:
        save_hold_backs(at, new_list(key))


def _kept(what: str, place: Path, looks: Path, load: Callable[[Path], _Kept | None]) -> _Kept | None:
    held = load(place)
    if held is None:
        if words := _gone(what, place, looks):
            raise PolicyError(words, where=_WHERE[what], code=f"{what}.gone")
        return None
    now = held.fingerprint, len(held.entries)
    before = _remembered(what, place, looks)
    if now != before and (now[1] or before is not None):  # one that never held anybody is not missed
        with _leniently(what):
            record_list(looks, what, _at(place), *now)
    return held


def _leniently(what: str) -> AbstractContextManager[None]:
    """Where a look cannot be written down nothing may be shown; but nothing need leave, or stay, for it: a
    record that cannot be read or written remembers nothing of what is held back."""
    return suppress(ThresholdError) if what == HOLD_BACKS else nullcontext()


def _gone(what: str, place: Path, looks: Path) -> str:
    known = _remembered(what, place, looks)
    if known is None or not known[1]:
        return ""
    held = "one entry" if known[1] == 1 else f"{known[1]:,} entries"
    return (
        f"{LISTS[what]} is gone: it had {held} when it was last read. {_THEN[what]} Put its last copy back "
        f"under the name {place.name}. {_OTHERWISE[what]}"
    )


def _remembered(what: str, place: Path, looks: Path) -> tuple[str, int] | None:
    """The fingerprint of a list and how many it held when it was last read, None where it never was."""
    at = {_at(one) for one in places_of(place)}
    lines: tuple[bytes, ...] = ()
    with _leniently(what):
        lines = list_entries(looks)
    for line in reversed(lines):
        try:
            entry = json.loads(line)
            if entry["list"] == what and entry["at"] in at:
                return str(entry["seal"]), int(entry["held"])
        except (ValueError, KeyError, TypeError):
            continue  # such a record is refused where somebody next looks
    return None


def _at(place: Path) -> str:
    """Which list: its place, by a fingerprint, for folders may be named by people."""
    return hashlib.sha256(str(place.absolute()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
