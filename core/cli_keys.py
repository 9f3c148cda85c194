"""`threshold-cli key`: key files and the key in the computer's key store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli_options import Json
from core.cli_output import say, say_json
from core.model import UsageError

if TYPE_CHECKING:  # what takes time to import is imported when it is wanted
    from core.protection.keys import Certificate


class KeyAction(StrEnum):
    """What `key` can do."""

    CREATE = "create"
    BACKUP = "backup"
    RESTORE = "restore"
    ROTATE = "rotate"
    DESTROY = "destroy"


def key(
    action: Annotated[KeyAction, typer.Argument()],
    file: Annotated[Path, typer.Argument(help="The key file; with --key-store that of the backup.")],
    backup: Annotated[
        Path | None, typer.Option("--backup", help="The copy's place; FILE.backup where none is named.")
    ] = None,
    key_store: Annotated[
        bool,
        typer.Option("--key-store", help="Of the computer's key store: backup, restore or destroy."),
    ] = False,
    passphrase_env: Annotated[
        str,
        typer.Option("--passphrase-env", metavar="NAME", help="rotate: variable of the new phrase."),
    ] = "",
    new_key: Annotated[
        bool, typer.Option("--new-key", help="rotate: a new key; the old one stays inside for old codes.")
    ] = False,
    running: Annotated[
        list[str] | None,
        typer.Option("--running", metavar="'RECIPIENT|PROJECT'", help="Keeps its codes. Repeatable."),
    ] = None,
    none_running: Annotated[
        bool, typer.Option("--none-running", help="No project has to keep its codes.")
    ] = False,
    certificate: Annotated[
        Path | None,
        typer.Option("--certificate", help="destroy: where it says so; FILE.destroyed.json if not named."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key file and its backup, prove the backup, put it back, change the pass phrase or the key, or
    destroy it. The pass phrase is taken from THRESHOLD_PASSPHRASE, never from an argument."""
    from core.cli_work import passphrase
    from core.protection import keys

    if not file.name:
        raise UsageError("Name the key file.", where="FILE")
    copy = backup or keys.backup_place(file)
    told: dict[str, Any] = {"action": str(action), "file": str(file)}
    if action is not KeyAction.ROTATE and (new_key or passphrase_env or running or none_running):
        raise UsageError(
            "--new-key, --running and --passphrase-env belong to 'key rotate'. Leave them out.", where="key"
        )
    if key_store:
        told |= _in_key_store(action, file, certificate)
    elif action is KeyAction.CREATE:
        made = keys.create_with_backup(file, passphrase(), copy)
        told |= {"key": made.key.label, "backup": str(copy), "backed_up": made.proof.restored_once}
    elif action is KeyAction.BACKUP:
        told |= {"key": keys.backup_key_file(file, copy, passphrase()).label, "backup": str(copy)}
        told["backed_up"] = _day(keys.backup_proven(file))
    elif action is KeyAction.RESTORE:
        told |= {"key": keys.restore_key_file(file, copy, passphrase()).label, "backup": str(copy)}
        told["backed_up"] = _day(keys.backup_proven(file))
    elif action is KeyAction.ROTATE:
        told |= _rotated(file, copy, passphrase_env, new_key, running or [], none_running)
    else:
        told |= _destroyed(keys.destroy_key_file(file, certificate))
        told["certificate"] = str(certificate or file.with_name(file.name + keys.CERTIFICATE_SUFFIX))
    if as_json:
        say_json(told)
        return
    say(", ".join(f"{name}: {_words(value)}" for name, value in told.items()))
    if action in (KeyAction.CREATE, KeyAction.BACKUP):
        say("The backup was opened once, so it is known to work. Keep it away from this computer.")


def _in_key_store(action: KeyAction, file: Path, certificate: Path | None) -> Mapping[str, Any]:
    from core.cli_work import passphrase
    from core.protection import keys

    if action is KeyAction.BACKUP:
        held = keys.backup_keystore_key(file, passphrase())
        return {"key": held.label, "backup": str(file), "backed_up": _day(keys.known_key(held.label).proven)}
    if action is KeyAction.RESTORE:
        return {"key": keys.restore_keystore_key(file, passphrase()).label, "backup": str(file)}
    if action is KeyAction.DESTROY:
        place = certificate or file.with_name(file.name + keys.CERTIFICATE_SUFFIX)
        return {**_destroyed(keys.destroy_keystore_key(place)), "certificate": str(place)}
    raise UsageError(
        "A key in the key store can be backed up, restored and destroyed. To replace it, keep it in a file: "
        "back it up to a file and use that file.",
        where="--key-store",
    )


def _rotated(
    file: Path, copy: Path, env: str, new_key: bool, running: list[str], none_running: bool
) -> Mapping[str, Any]:
    from core.cli_work import passphrase
    from core.protection import keys

    new = ""
    if env:
        new = os.environ.get(env, "")
        if not new:
            raise UsageError(
                "The environment variable named for the new pass phrase is empty. Set it first.",
                where="--passphrase-env",
                code="no_passphrase",
            )
    if new_key:
        made = keys.replace_key(
            file, passphrase(), map(_project, running), new=new, none_running=none_running, copy=copy
        )
    else:
        if running or none_running:
            raise UsageError(
                "--running and --none-running belong to --new-key. Add it, or leave them out.", where="key"
            )
        made = keys.change_passphrase(file, passphrase(), new, copy)
    proven = keys.backup_proven(file)
    return {
        "key": made.label,
        "earlier": list(made.earlier_labels),
        "running_kept": len(made.began),
        "backup": str(copy) if proven else None,
        "backed_up": _day(proven),
    }


def _project(text: str) -> tuple[str, str]:
    recipient, bar, project = (part.strip() for part in text.partition("|"))
    if not (recipient and bar and project) or "|" in project:
        raise UsageError("A running project is given as 'RECIPIENT|PROJECT'.", where="--running")
    return recipient, project


def _destroyed(certificate: Certificate) -> Mapping[str, Any]:
    told = certificate.told()
    return {
        "key": certificate.key,
        "traceable": certificate.traceable,
        "backups": told["backups"],
        "projects": told["projects"],
    }


def _day(day: object) -> str | None:
    return None if day is None else str(day)


def _words(value: object) -> str:
    if value is None:
        return "none proven"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        parts = (", ".join(map(str, one.values())) if isinstance(one, dict) else str(one) for one in value)
        return "; ".join(parts) or "none"
    return str(value)
