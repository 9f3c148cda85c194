"""Logs that show when they were changed: what was asked of a code, whose record was looked at.

One JSON object a line, each with the SHA-256 of itself and of the one before, so that a line that was changed
or taken away shows; a small file beside it keeps the number of the last line, so that lines taken off the end
show too. Whoever may write both files can still forge the whole: keep copies of it where one person alone
cannot.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from core.model import UsageError, VerificationError
from core.release.stage import place_error

_FORMAT = 1
_FIRST = "0" * 64
_LARGEST = 256 << 20


@dataclass(frozen=True)
class LogWords:
    """What a log is called in the sentences about it, and what to do where it is not as it should be."""

    record: str  # 'the record of look-ups'
    one: str  # 'look-up'
    many: str  # 'look-ups'
    refused: str  # it could not be written: what follows from that, and what to do
    broken: str  # it was changed: what to do
    too_long: str  # what to do
    none: str  # there is none
    code: str  # of the errors

    @property
    def begins(self) -> str:
        return self.record[0].upper() + self.record[1:]

    def other(self, number: int) -> str:
        return f"{self.one[0].upper()}{self.one[1:]} {number:,} is not the one that was written."


@dataclass(frozen=True)
class LogState:
    """What a log holds: how many entries, and the hash of the last ('' where there is none)."""

    entries: int
    last: str


class _Digest(Protocol):
    def copy(self) -> _Digest: ...
    def update(self, data: bytes | memoryview, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True)
class _Known:
    """The beginning of a log that was gone through already: while its bytes are the same, so is the rest."""

    length: int
    digest: bytes
    number: int
    last: str


_known: dict[Path, _Known] = {}


def append(
    path: Path, entries: Sequence[Mapping[str, object]], words: LogWords, *, now: datetime | None = None
) -> LogState:
    """Append the entries and wait until they are on the disk.

    Raises VerificationError where the log was changed, WriteError where it cannot be written: then whatever
    it was to tell of may not happen."""
    when = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b", buffering=0) as file, _locked(file.fileno()):
            raw = _read(file)
            if not raw and _marker(path) is None:
                _set_marker(path, 0, _FIRST)
            number, last = _checked(path, raw, _marker(path), words)
            lines = []
            for told in entries:
                number += 1
                entry = {"v": _FORMAT, "n": number, "when": when, **told, "before": last or _FIRST}
                last = _hash(entry)
                lines.append(json.dumps({**entry, "hash": last}, ensure_ascii=True))
            _write(file, "".join(f"{line}\n" for line in lines).encode("ascii"), len(raw))
            _set_marker(path, number, last)
    except OSError as error:
        raise place_error(error, words.refused, where=path.name, code=words.code) from None
    return LogState(number, last)


def check(path: Path, words: LogWords) -> LogState:
    """Goes through the whole log. Raises VerificationError that says from which entry on it is not as it was
    written; UsageError where there is none."""
    marker = _marker(path)  # before the log: what is written meanwhile is then no more than one ahead
    try:
        with path.open("rb") as file:
            raw = _read(file)
    except FileNotFoundError:
        if marker is not None and marker[0]:
            raise _broken(f"{words.begins} is gone, and it had entries.", words) from None
        raise UsageError(words.none, where=path.name, code=f"no_{words.code}") from None
    except OSError:
        raise UsageError(
            f"{words.begins} cannot be read. Check the folder and your rights to it.",
            where=path.name,
            code=words.code,
        ) from None
    return LogState(*_checked(path, raw, marker, words))


def entries_of(path: Path, words: LogWords) -> tuple[Mapping[str, Any], ...]:
    """Every entry, oldest first, of a log that was checked just now. Raises as `check` does."""
    state = check(path, words)
    try:
        lines = path.read_bytes().splitlines()[: state.entries]
    except OSError:
        raise UsageError(
            f"{words.begins} cannot be read. Check the folder and your rights to it.",
            where=path.name,
            code=words.code,
        ) from None
    return tuple(json.loads(line) for line in lines)


def set_aside(path: Path, words: LogWords, *, now: datetime | None = None) -> Path:
    """Put a log that is not as it was written under another name, whole, and begin another whose first entry
    has its SHA-256. Returns the new name.

    Raises UsageError where the log is whole, WriteError where it cannot be renamed."""
    try:
        check(path, words)
    except VerificationError:
        pass
    else:
        raise UsageError(f"{words.begins} is as it was written: go on with it.", where=path.name)
    day = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.stem}-changed-{day}{path.suffix}")
    try:
        if kept.exists():
            raise FileExistsError
        told = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
        for old, new in ((path, kept), (_marker_path(path), _marker_path(kept))):
            if old.exists():
                old.rename(new)
    except OSError as error:
        raise place_error(error, words.refused, where=path.name, code=words.code) from None
    append(path, [{"set_aside": told}], words, now=now)
    return kept


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    parts, length = [], 0
    while length <= _LARGEST and (part := file.read(_LARGEST + 1 - length)):
        parts.append(part)
        length += len(part)
    return b"".join(parts)


def _write(file: IO[bytes], lines: bytes, length: int) -> None:
    """Append, or leave the file as long as it was: half a line would break the log for good."""
    try:
        left = memoryview(lines)
        while left:
            left = left[file.write(left) :]
        os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            file.truncate(length)
        raise


def _checked(path: Path, raw: bytes, marker: tuple[int, str] | None, words: LogWords) -> tuple[int, str]:
    """The number and hash of the last entry. Raises VerificationError."""
    if len(raw) > _LARGEST:
        raise VerificationError(
            f"{words.begins} is too long. {words.too_long}", where=words.code, code=words.code
        )
    begun, digest = _begin(path, raw, marker)
    number, last = begun.number, begun.last
    if marker is not None and number and marker[0] == number and marker[1] != last:
        raise _broken(words.other(number), words)
    for line in raw[begun.length :].splitlines(keepends=True):
        try:
            entry = json.loads(line)
            told = entry.pop("hash")
            whole = line.endswith(b"\n") and entry["n"] == number + 1 and entry["before"] == (last or _FIRST)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            whole, entry, told = False, {}, ""
        if not whole or told != _hash(entry):
            raise _broken(f"From {words.one} {number + 1:,} on, the record is not as it was written.", words)
        number, last = number + 1, told
        if marker is not None and marker[0] == number and marker[1] != last:
            raise _broken(words.other(number), words)
    if number and marker is None:
        what = f"The file that keeps the number of the last {words.one} is gone or was changed."
        raise _broken(what, words)
    if marker is not None and marker[0] > number:
        missing = marker[0] - number
        raise _broken(f"{missing:,} {words.many} are missing at the end of the record.", words)
    digest.update(memoryview(raw)[begun.length :])
    _known[path] = _Known(len(raw), digest.digest(), number, last)
    return number, last


def _begin(path: Path, raw: bytes, marker: tuple[int, str] | None) -> tuple[_Known, _Digest]:
    """How far the log was gone through already in this run, so that a long one costs no seconds each time."""
    known = _known.get(path)
    if known is not None and marker is not None and known.number <= marker[0] and known.length <= len(raw):
        digest = hashlib.sha256(memoryview(raw)[: known.length])
        if digest.digest() == known.digest:
            return known, digest
    return _Known(0, b"", 0, ""), hashlib.sha256()


def _broken(what: str, words: LogWords) -> VerificationError:
    return VerificationError(f"{what} {words.broken}", where=words.code, code=words.code)


def _hash(entry: dict[str, Any]) -> str:
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _marker_path(path: Path) -> Path:
    return path.with_name(path.name + ".last")


def _marker(path: Path) -> tuple[int, str] | None:
    try:
        number, last = _marker_path(path).read_text("ascii").split()
        return int(number), last
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return None


def _set_marker(path: Path, number: int, last: str) -> None:
    place = _marker_path(path)
    temporary = place.with_name(place.name + ".new")
    with temporary.open("w", encoding="ascii", newline="\n") as file:
        file.write(f"{number} {last}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(place)


@contextlib.contextmanager
def _locked(number: int) -> Iterator[None]:
    """One writer at a time: two that append at once would both follow the same line."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(number, 0, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(number, 0, os.SEEK_SET)
            msvcrt.locking(number, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(number, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(number, fcntl.LOCK_UN)
