"""The place a release is made in: hidden in the chosen folder until it is whole, then renamed in one step.

A crash, a full disk or a cancelled export leaves no folder under a final name. What a killed run left
behind is recognised by its name and its free lock, and removed by the next run.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO

from core.model import ThresholdError, UsageError
from core.release.writers import flush_folder

PREFIX = ".threshold-unfinished-"
_LOCK = "in-use"
_MOST_NAMES = 10_000


class WriteError(ThresholdError):
    """The release could not be written. Nothing stands under a final name."""

    exit_status = 1
    code = "not_written"


#: Refusals of the place that somebody named: another place helps, so it counts as wrong use (exit status 2).
_OF_THE_PLACE = frozenset(
    (
        *(errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST, errno.ENOENT),
        *(errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP, errno.EISDIR),
    )
)


def place_error(error: OSError, message: str, *, where: str, code: str = "not_written") -> WriteError:
    """What is said of a file that could not be written, with the exit status of wrong use where the place
    was wrong, and of a disk that refuses where that was the reason."""
    made = WriteError(message, where=where, code=code)
    if error.errno in _OF_THE_PLACE:
        made.exit_status = UsageError.exit_status
    return made


def check_folder(out_dir: Path) -> None:
    """Raises WriteError where a release cannot be put into a folder because it, or one above it, is a file.
    Asked before anything is read, so that nobody waits for it."""
    for folder in (out_dir, *out_dir.parents):
        try:
            if folder.is_dir():
                return
            there = os.path.lexists(folder)
        except (OSError, ValueError):  # a name that no disk can have
            there = True
        if there:
            raise write_error(NotADirectoryError(errno.ENOTDIR, ""), out_dir)


class Stage:
    """A hidden folder with `send` and `keep` inside, and `scratch` for what writers set aside."""

    def __init__(self, out_dir: Path) -> None:
        self._out_dir = out_dir
        self._made_out_dir = not out_dir.exists()
        self._lock: IO[bytes] | None = None
        out_dir.mkdir(parents=True, exist_ok=True)
        self._root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=out_dir))
        self.release = self._root / "release"
        self.send = self.release / "send"
        self.keep = self.release / "keep"
        self.scratch = self._root / "scratch"
        try:
            self._lock = _take_lock(self._root / _LOCK)
            for folder in (self.release, self.send, self.keep, self.scratch):
                folder.mkdir()
        except BaseException:
            self.discard()
            raise

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def finish(self, name: str) -> Path:
        """Give the release its final name: `name`, or `name-2` and so on where that exists. One rename."""
        for folder in (self.send, self.keep, self.release):
            flush_folder(folder)
        for number in range(1, _MOST_NAMES):
            final = self._out_dir / (name if number == 1 else f"{name}-{number}")
            if os.path.lexists(final):
                continue
            self.release.rename(final)
            try:
                flush_folder(self._out_dir)
            except BaseException:
                final.rename(self.release)
                raise
            self._made_out_dir = False
            return final
        raise FileExistsError(name)

    def discard(self) -> None:
        """Remove whatever was not given a final name. Never raises."""
        if self._lock is not None:
            _release_lock(self._lock)
        shutil.rmtree(self._root, ignore_errors=True)
        if self._made_out_dir:
            with contextlib.suppress(OSError):
                self._out_dir.rmdir()


def clear_unfinished(out_dir: Path) -> int:
    """Remove what earlier runs that were killed left in a folder; how many there were.

    A stage that another running Threshold still works in is left alone.
    """
    if not out_dir.is_dir():
        return 0
    removed = 0
    for folder in out_dir.glob(PREFIX + "*"):
        if not folder.is_dir() or folder.is_symlink():
            continue
        lock = _try_lock(folder / _LOCK)
        if lock is None:
            continue
        _release_lock(lock)
        shutil.rmtree(folder, ignore_errors=True)
        removed += not folder.exists()
    return removed


def write_error(error: OSError, out_dir: Path) -> WriteError:
    """An operating system's error while writing, in words. Its own text may hold paths and is dropped."""
    reasons = {
        errno.ENOSPC: "the disk is full. Make room or choose another disk",
        errno.EDQUOT if hasattr(errno, "EDQUOT") else -1: "your share of the disk is used up",
        errno.EROFS: "the disk is read-only. Choose another folder",
        errno.EACCES: "you may not write in this folder. Choose another",
        errno.EPERM: "you may not write in this folder. Choose another",
        errno.ENOTDIR: "what was chosen is a file, or lies in one. Choose a folder; a new one is made",
        errno.EEXIST: "what was chosen is a file, or lies in one. Choose a folder; a new one is made",
        errno.ENAMETOOLONG: "the folder's name is too long. Choose a shorter one",
        errno.ELOOP: "the folder leads to itself. Choose another",
        errno.EIO: "the disk reported an error. Choose another disk",
        errno.ENOENT: "the folder went away. Choose another",
    }
    why = reasons.get(error.errno or 0, "the system refused to write. Choose another folder")
    words = f"The release was not written: {why}. Nothing was left under a final name."
    return place_error(error, words, where=out_dir.name)


def _take_lock(path: Path) -> IO[bytes]:
    lock = _try_lock(path)
    if lock is None:
        raise OSError("the stage is in use")
    return lock


def _try_lock(path: Path) -> IO[bytes] | None:
    """The open, locked file; None where another process holds it."""
    try:
        file = path.open("ab")
    except OSError:
        return None
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _release_lock(file: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        file.close()
