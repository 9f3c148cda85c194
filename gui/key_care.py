"""What can be done about the practice's key in the windows, in jobs: copies, pass phrase, a new key, the end.

Runs core off the UI thread. A pass phrase passes through and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gui.formatting import counted
from gui.formatting import day as day_words
from gui.plain_words import plain

if TYPE_CHECKING:
    from core.model import ThresholdError
    from core.protection.keys import KeyState

SESSION_ONLY = "session"
WRONG = {
    "wrong_passphrase": "The pass phrase does not open this key. Check capitals and spaces.",
    "key_exists": "At that place stands a file with another key. Choose another place.",
    "no_key": "The key file is no longer there.",
}


@dataclass(frozen=True)
class Told:
    """What came of it, in words; `wrong` where it did not work."""

    words: str
    wrong: bool = False


def key_state(key: Any, file: Path | None) -> KeyState:
    """Where the key is kept, and since when a copy of it is known to work."""
    from core.model import ThresholdError
    from core.protection.keys import (
        KeyState,
        backup_proven,
        keystore_available,
        keystore_load,
        state_in_key_store,
    )

    try:
        if file is not None:
            return KeyState("file", key.label, backup_proven(file))
        if keystore_available() and keystore_load() == key:
            return state_in_key_store(key)
    except ThresholdError:
        pass
    return KeyState(SESSION_ONLY, key.label, None)


def state_words(state: KeyState | None, file: Path | None) -> tuple[str, str]:
    """Where the key is, and what is known of its copy; nothing known yet gives two empty texts."""
    if state is None:
        return "", ""
    if state.kept == SESSION_ONLY:
        return "The key is kept nowhere: it ends when you close Threshold.", "Keep it in a file first."
    where = f"in {file.name}, with a pass phrase" if file is not None else "in this computer's key store"
    if state.proven is None:
        copy = "No copy of it is known to work. Make one, on another disk or a memory stick."
    else:
        copy = f"A copy was made and opened on {day_words(state.proven)}."
    return f"The key {state.label} is kept {where}.", copy


def back_up(file: Path | None, copy: Path, phrase: str) -> Told:
    """Make a copy of the key at a place, and open it to prove that it works."""
    from core.protection.keys import backup_key_file, backup_keystore_key

    def work() -> str:
        if file is None:
            backup_keystore_key(copy, phrase)
        else:
            backup_key_file(file, copy, phrase)
        return f"The copy {copy.name} was made and opened: it works. Keep it away from this computer."

    return _done(work)


def change_phrase(file: Path, old: str, new: str) -> Told:
    """Seal the key file with another pass phrase; a copy beside it too."""
    from core.protection.keys import backup_proven, change_passphrase

    def work() -> str:
        change_passphrase(file, old, new)
        if backup_proven(file) is None:
            return "The pass phrase is changed. The copy still opens with the old one only: make a new copy."
        return "The pass phrase of the key and of the copy beside it is changed."

    return _done(work)


def new_key(file: Path, phrase: str) -> tuple[Any, Told]:
    """A new key in the same file, for new projects. Running projects go on with the one they began with."""
    from core.model import ThresholdError
    from core.protection.keys import load_key_file, replace_key, running_projects

    try:
        running = len(running_projects(load_key_file(file, phrase)))
        made = replace_key(file, phrase, none_running=not running)
    except ThresholdError as error:
        return None, Told(_plain(error), True)
    kept = f"{counted(running, 'project')} this computer remembers" if running else "no project was known"
    return made, Told(
        f"New projects get codes of the new key {made.label}. Running ones keep theirs: {kept}."
    )


def destroy(file: Path | None, certificate: Path) -> Told:
    """Destroy the key and write the certificate that says so."""
    from core.protection.keys import destroy_key_file, destroy_keystore_key

    def work() -> str:
        made = destroy_keystore_key(certificate) if file is None else destroy_key_file(file, certificate)
        left = [one for one in made.backups if one.found != "gone"]
        words = f"The key {made.key} is destroyed, and {certificate.name} says so."
        if left:
            copies = counted(len(left), "copy", "copies")
            words += f" {copies} may still stand: until that is gone too, codes can be traced."
        return words

    return _done(work)


def read_salt(scheme_id: str, file: Path, phrase: str) -> tuple[Any, Told]:
    """An older scheme of codes with the salt of a file, or what is wrong with that."""
    from core.model import ThresholdError
    from core.protection.schemes import choose_scheme

    try:
        return choose_scheme(scheme_id, file, phrase), Told("")
    except ThresholdError as error:
        return None, Told(_plain(error), True)


def whose(
    codes: Sequence[str],
    recipient: str,
    project: str,
    reason: str,
    survey: Any,
    key: Any,
    older: Any = None,
) -> tuple[Any, Told]:
    """The patients behind codes that a recipient sent back, found in the open file. The look-up is written
    into the audit before anything is shown. `older` is the scheme that made them, where it was not ours."""
    from core.model import ThresholdError
    from core.release.audit import audit_path
    from core.release.reidentify import reidentify

    try:
        found = reidentify(
            survey, key, recipient, project, codes, reason=reason, audit=audit_path(), chosen=older
        )
    except ThresholdError as error:
        return None, Told(_plain(error), True)
    return found, Told("")


def _done(work: Callable[[], str]) -> Told:
    from core.model import ThresholdError

    try:
        return Told(work())
    except ThresholdError as error:
        return Told(_plain(error), True)


def _plain(error: ThresholdError) -> str:
    return WRONG.get(error.code, plain(error.message))
