"""What the command line says: one JSON object or plain text on stdout, progress on stderr, an exit status."""

from __future__ import annotations

import errno
import json
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.model import ThresholdError

INTERNAL = 1
USAGE = 2
INTERRUPTED = 130

#: What a disk answers to a name or a folder that is wrong, not because it is broken or full.
OF_THE_PLACE = frozenset(
    (errno.ENAMETOOLONG, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EROFS)
)

_SECONDS_BETWEEN = 0.5
_LONGEST_NAME = 40


def say_json(value: Mapping[str, Any]) -> None:
    """The one JSON object of a command. ASCII, so that no console's code page can spoil it."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def say(text: str = "") -> None:
    """A line for a person; what the console cannot show is written as its escape."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def say_error(as_json: bool, message: str, *, code: str, where: str = "") -> None:
    """An error: as JSON on stdout, or in words on stderr."""
    if as_json:
        say_json({"error": {"code": code, "message": message, "where": where}})
        return
    place = f" ({where})" if where else ""
    encoding = sys.stderr.encoding or "utf-8"
    line = f"threshold-cli: {message}{place}\n"
    sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding))


def say_threshold_error(as_json: bool, error: ThresholdError) -> int:
    """A known refusal; gives its exit status."""
    more = " Set it as THRESHOLD_FILE_PASSWORD." if error.code == "password" else ""
    say_error(as_json, error.message + more, code=error.code, where=error.where)
    return error.exit_status


def say_internal(as_json: bool, error: BaseException) -> int:
    """A fault of our own: its sort and the place in our code. Its text may quote a row and is never shown."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if f"{Path('core')}" in f.filename] or list(frames)
    place = f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    say_error(
        as_json,
        f"Threshold made a mistake of its own ({type(error).__name__}). Nothing was left half-done. Please "
        "report this with the place named here; your data is not part of this message.",
        code="internal",
        where=place,
    )
    return INTERNAL


def say_place(as_json: bool, error: OSError) -> int:
    """A file or folder with a name that no disk can have, or where this account may not go (OF_THE_PLACE)."""
    name = Path(error.filename).name if isinstance(error.filename, str) else ""
    short = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
    said = (
        "A file or folder that was named cannot be used: its name is too long, or this account may not go "
        "there. Check the path and your rights."
    )
    say_error(as_json, said, code="place", where=short)
    return USAGE


class Shown:
    """Progress on stderr: one line rewritten on a terminal, one line a step otherwise.

    `with Shown() as shown:` clears the line at the end."""

    def __enter__(self) -> Shown:
        return self

    def __exit__(self, *raised: object) -> None:
        self.finish()

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = 0.0
        self._what = ""

    def __call__(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if what == self._what and (not self._terminal or now - self._last < _SECONDS_BETWEEN):
            return
        self._last = now
        if self._terminal:
            share = f" {100 * done // total}%" if total else ""
            sys.stderr.write(f"\r\x1b[K{what}{share}")
        else:
            sys.stderr.write(f"{what}\n")
        self._what = what
        sys.stderr.flush()

    def finish(self) -> None:
        """Clear the line."""
        if self._terminal and self._what:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
