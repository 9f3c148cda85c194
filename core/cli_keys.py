"""`threshold-cli key`: key files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.cli_options import Json
from core.cli_output import say, say_json


class KeyAction(StrEnum):
    """What `key` can do with a key file."""

    CREATE = "create"
    BACKUP = "backup"
    RESTORE = "restore"
    DESTROY = "destroy"


def key(
    action: Annotated[KeyAction, typer.Argument()],
    file: Annotated[Path, typer.Argument(help="The key file.")],
    backup: Annotated[
        Path | None, typer.Option("--backup", help="The copy's place; FILE.backup where none is named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key file, copy it, put it back from its copy, or destroy it."""
    from core.cli_work import passphrase
    from core.protection import keys

    copy = backup or file.with_name(file.name + keys.BACKUP_SUFFIX)
    told = {"action": str(action), "file": str(file)}
    if action is KeyAction.CREATE:
        made = keys.create_key()
        keys.save_key_file(file, made, passphrase())
        told["key"] = made.label
    elif action is KeyAction.BACKUP:
        told["key"] = keys.backup_key_file(file, copy, passphrase()).label
        told["backup"] = str(copy)
    elif action is KeyAction.RESTORE:
        told["key"] = keys.restore_key_file(file, copy, passphrase()).label
        told["backup"] = str(copy)
    else:
        keys.destroy_key_file(file)
    if as_json:
        say_json(told)
    else:
        say(", ".join(f"{name}: {value}" for name, value in told.items()))
