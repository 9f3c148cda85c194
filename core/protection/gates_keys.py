"""What must hold of the key before codes made with it leave, and what an older scheme of codes must say."""

from __future__ import annotations

from core.model import Gate
from core.protection.actions.action import KEYED
from core.protection.keys import KeyState
from core.protection.plan import Plan

KEY_BACKUP = "key-backup"
SESSION = "session"  # where a key is kept that nothing keeps


def makes_codes(plan: Plan) -> bool:
    """Whether anything leaves that hangs on the key: without it no later release would match this one."""
    return any(f.action in KEYED for f in plan.fields)


def key_gate(plan: Plan, state: KeyState | None) -> Gate | None:
    """The gate of the key's backup; None where it was not asked, or nothing hangs on the key.

    A practice that loses the key can neither continue a project nor find the patient behind a code when a
    recipient reports a danger. So nothing leaves before a backup was made and opened once."""
    if state is None or not makes_codes(plan):
        return None
    if state.proven is not None:
        day = f"{state.proven.day} {state.proven:%B %Y}"
        return Gate(KEY_BACKUP, True, f"The key has a backup that was opened on {day}.")
    if state.kept == SESSION:
        return Gate(
            KEY_BACKUP,
            False,
            "The key lasts only until Threshold is closed. The next release would give the same patient "
            "another code, and nobody could find the patient behind a code. Keep the key in a file first.",
            ("key_backup",),
        )
    if state.kept == "file":
        what = "This key file was made by an earlier version and" if state.version == 1 else "This key file"
        todo = "'threshold-cli key backup FILE'"
    else:
        what, todo = (
            "The key in this computer's key store",
            "'threshold-cli key backup FILE --key-store', with a place on another disk",
        )
    return Gate(
        KEY_BACKUP,
        False,
        f"{what} has no backup that was proven. If it is lost, no later release matches this one, and nobody "
        f"can find the patient behind a code. Make one with {todo}; it is opened once, and then this passes.",
        ("key_backup",),
    )
