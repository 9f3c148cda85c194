"""Small files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from core.model import UsageError


def write_whole(path: Path, text: str, *, what: str = "The file") -> None:
    """Write a text file, whole or not at all. Raises UsageError, which calls it `what`, where it cannot be
    written."""
    try:
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
