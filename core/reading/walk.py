"""The files of the paths that a person named: folders with their subfolders, and what in them is no data."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from core.model import Hazard, ReadError, Severity, UsageError
from core.reading.source import cannot_read

_OF_THE_SYSTEM = frozenset(
    ["thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", ".localized", ".directory"]
)
_EXCEL_LOCK = re.compile(r"~\$(.+)")
_OFFICE_LOCK = re.compile(r"\.~lock\.(.+)#")
MOST_FILES = 20_000
MOST_FOLDERS = 4_000
DEEPEST = 12
_LOOKED_AT = "It is in the folder but not part of what was looked at, and leaves with no release."
_INCOMPLETE = (
    "It is in the folder but not part of what was looked at: patients, or their objections, may be missing."
)


@dataclass(frozen=True)
class FoundFile:
    """A file to open. `label` is its path below the folder that was named, where it lies in a subfolder;
    `asked` where the file was named itself."""

    path: Path
    label: str = ""
    asked: bool = False

    @property
    def name(self) -> str:
        return self.label or self.path.name

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it lies in, below the one that was named."""
        return tuple(self.label.split("/")[:-1])


@dataclass
class Walk:
    """What was found: the files, and what is to be told. `folders` are the names of folders, outermost
    first."""

    files: list[FoundFile] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    _seen: dict[tuple[int, int], bool] = field(default_factory=dict)
    _open_elsewhere: list[str] = field(default_factory=list)


class Unread:
    """Files that were found and not read: each with its reason, those that are no data by the kind."""

    _NAMED = 50

    def __init__(self, where: str) -> None:
        self._where = where
        self._errors: list[tuple[str, ReadError]] = []
        self._kinds: dict[str, list[tuple[str, ReadError]]] = {}

    def add(self, name: str, error: ReadError) -> None:
        """One more file that was not read."""
        if error.code in ("not_a_table", "empty"):
            plain = name.rpartition(" › ")[2].rpartition("/")[2]
            kind = "empty" if error.code == "empty" else PurePosixPath(plain).suffix.lower()
            self._kinds.setdefault(kind, []).append((name, error))
        else:
            self._errors.append((name, error))

    @property
    def only(self) -> ReadError | None:
        """The first file's reason, of those that say more than that the file is no table."""
        return self._errors[0][1] if self._errors else None

    @property
    def names(self) -> list[str]:
        """The names of all of them."""
        return [n for n, _ in self._errors] + [n for group in self._kinds.values() for n, _ in group]

    def hazards(self) -> Iterator[Hazard]:
        """What a person is told. A data file that could not be read stops an export; a picture does not."""
        for name, error in self._errors[: self._NAMED]:
            yield Hazard(name, f"not read: {error.message}", Severity.BLOCKS, _INCOMPLETE, "file_not_read")
        if (more := len(self._errors) - self._NAMED) > 0:
            what = f"{more:,} more files could not be read"
            yield Hazard(self._where, what, Severity.BLOCKS, _INCOMPLETE, "file_not_read")
        for kind, group in self._kinds.items():
            if len(group) == 1:
                ((name, error),) = group
                yield Hazard(
                    name, f"not read: {error.message}", Severity.WARNS, _LOOKED_AT, "file_not_a_table"
                )
                continue
            words = {"empty": "empty files", "": "files without an ending"}.get(kind, f"{kind} files")
            what = f"{len(group):,} {words} are not tables and were not read"
            yield Hazard(self._where, what, Severity.WARNS, _LOOKED_AT, "file_not_a_table")


def find_files(paths: Sequence[Path]) -> Walk:
    """The files to open, in order. Raises UsageError where a file was named twice, ReadError where one is
    missing or a folder holds more than can be meant."""
    if not paths:
        raise UsageError("No file was named. Name one, or a folder.")
    walk = Walk()
    for path in map(Path, paths):
        try:
            status = path.stat()
        except FileNotFoundError:
            raise ReadError(
                f"{path.name} is not there. Check the name and the folder.", where=path.name, code="missing"
            ) from None
        except OSError as error:
            raise cannot_read(path.name, error) from None
        if stat.S_ISDIR(status.st_mode):
            walk.folders.append(path.resolve().name)
            _folder(walk, path, "", 0)
        else:
            _refuse_twice(walk, path, status)
            walk.files.append(FoundFile(path, asked=True))
            _locks_beside(walk, path)
    _tell_locks(walk)
    return walk


def _folder(walk: Walk, folder: Path, label: str, depth: int) -> None:
    where = label.rstrip("/") or folder.resolve().name
    try:
        status = folder.stat()
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError as error:
        if not depth:
            raise cannot_read(f"The folder {where}", error) from None
        _tell(walk, where, "a folder that cannot be read", "folder_not_read", Severity.BLOCKS)
        return
    if _seen_before(walk, status, asked=False) is not None:
        return
    inner: list[str] = []
    for name in names:
        path = folder / name
        if len(walk.files) >= MOST_FILES or len(walk.folders) >= MOST_FOLDERS:
            raise ReadError(
                f"{where} holds more than {MOST_FILES:,} files. Choose the folder with the export only.",
                where=where,
                code="too_big",
            )
        if lock := _EXCEL_LOCK.fullmatch(name) or _OFFICE_LOCK.fullmatch(name):
            walk._open_elsewhere.append(label + lock[1])
        elif name.lower() in _OF_THE_SYSTEM or name.startswith("._"):
            continue
        elif path.is_symlink() and path.is_dir():
            _tell(walk, label + name, "a link to another folder; not looked into", "folder_not_read")
        elif path.is_dir():
            inner.append(name)
        else:
            _file(walk, path, label + name if label else "")
    for name in inner:
        if depth + 1 > DEEPEST:
            what = f"lies more than {DEEPEST} folders deep; not looked into"
            _tell(walk, label + name, what, "folder_not_read", Severity.BLOCKS)
            continue
        walk.folders.append(name)
        _folder(walk, folder / name, f"{label}{name}/", depth + 1)


def _file(walk: Walk, path: Path, label: str) -> None:
    try:
        status = path.stat()
    except OSError:
        walk.files.append(FoundFile(path, label))  # opening it says why it cannot be read
        return
    seen = _seen_before(walk, status, asked=False)
    if seen:
        raise _twice(path)
    if seen is not None:
        _tell(walk, label or path.name, "another name of a file that is read already", "file_twice")
        return
    walk.files.append(FoundFile(path, label))


def _seen_before(walk: Walk, status: os.stat_result, *, asked: bool) -> bool | None:
    """Whether the file or folder was seen before and then named by the person; None where it was not seen."""
    if not status.st_ino:
        return None
    key = (status.st_dev, status.st_ino)
    before = walk._seen.get(key)
    walk._seen.setdefault(key, asked)
    return before


def _refuse_twice(walk: Walk, path: Path, status: os.stat_result) -> None:
    again = not status.st_ino and any(path.resolve() == f.path.resolve() for f in walk.files)
    if _seen_before(walk, status, asked=True) is not None or again:
        raise _twice(path)


def _twice(path: Path) -> UsageError:
    return UsageError(
        f"{path.name} was named twice, so its rows would count twice. Name each file once.", where=path.name
    )


def _locks_beside(walk: Walk, path: Path) -> None:
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        if os.path.lexists(lock):
            walk._open_elsewhere.append(path.name)


def _tell_locks(walk: Walk) -> None:
    names = Counter(f.name for f in walk.files)
    for name in dict.fromkeys(walk._open_elsewhere):
        if name in names:
            walk.hazards.append(
                Hazard(
                    name,
                    "is open in Excel or LibreOffice, or was when that program stopped",
                    Severity.WARNS,
                    "What is read is what was saved last. Close the file there and open it here again.",
                    "open_elsewhere",
                )
            )


def _tell(walk: Walk, where: str, what: str, id: str, severity: Severity = Severity.WARNS) -> None:
    walk.hazards.append(
        Hazard(where, what, severity, _LOOKED_AT if severity is Severity.WARNS else _INCOMPLETE, id)
    )
