"""Small files: read as TOML, written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.model import UsageError


def write_whole(path: Path, text: str, *, what: str = "The file") -> None:
    """Write a text file, whole or not at all. Raises UsageError, which calls it `what`, where it cannot be
    written, or where a folder or a device stands at the place: nothing may take the place of that."""
    try:
        if path.exists() and not path.is_file():
            raise FileExistsError
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".threshold-")
        try:
            with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError:
        raise UsageError(
            f"{what} cannot be written. Check the folder, the disk and your rights.", where=path.name
        ) from None


def read_toml(
    path: Path, *, what: str = "The file", parse_float: Callable[[str], Any] = float
) -> dict[str, Any]:
    """What stands in a TOML file. Raises UsageError, which calls it `what`, where it cannot be read or is not
    TOML; with the line, and nothing of what stands there: somebody may have named the wrong file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        why = f" Look at line {found[1]}." if found else ""
        raise UsageError(f"{what} is not valid TOML.{why} Put it right there.", where=path.name) from None
    except UnicodeDecodeError:
        raise UsageError(f"{what} is no text. Save it as UTF-8.", where=path.name) from None
    except RecursionError:
        raise UsageError(
            f"{what} is not valid TOML: too much lies within each other. Check that it is the right file.",
            where=path.name,
        ) from None
    except (OSError, ValueError):  # a name that no disk can have
        raise UsageError(f"{what} cannot be read. Check the path and your rights.", where=path.name) from None
