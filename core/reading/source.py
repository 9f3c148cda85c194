"""Bytes that must stay what they were when they were opened: a file on disk, or a member of an archive."""

from __future__ import annotations

import errno
import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.model import ReadError


class Source(Protocol):
    """Bytes to read tables from. `name` is what people are told ('list.csv', 'extract.zip › list.csv'),
    `stem` what a table of it is called, `path` the file on disk that holds it."""

    @property
    def name(self) -> str: ...

    @property
    def stem(self) -> str: ...

    @property
    def path(self) -> Path: ...

    @property
    def size(self) -> int:
        """Bytes, unpacked."""
        ...

    def read_at(self, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`, fewer only at the end. Raises ReadError when the bytes changed, went
        away or are locked."""
        ...

    def check(self) -> None:
        """Raises ReadError when the file on disk is not what it was."""
        ...


@dataclass(frozen=True)
class SourceFile:
    """A file with the size, time and identity it had when it was opened. `label` is its name for people where
    that is not the file's own (a path below the folder that was opened); `file_id` is its number on its
    drive, 0 where the drive gives none."""

    path: Path
    size: int
    modified_ns: int
    label: str = ""
    file_id: int = 0

    @property
    def name(self) -> str:
        return self.label or self.path.name

    @property
    def stem(self) -> str:
        return self.path.stem

    def read_at(self, offset: int, length: int) -> bytes:
        """See Source. The file is looked at through the open handle, before and after: what was read is of
        one and the same file."""
        try:
            with self.path.open("rb", buffering=0) as file:
                self._compare(os.fstat(file.fileno()))
                file.seek(offset)
                data = file.read(length)
                while len(data) < length:
                    more = file.read(length - len(data))
                    if not more:
                        break
                    data += more
                self._compare(os.fstat(file.fileno()))
        except OSError as error:
            raise cannot_read(self.name, error) from None
        if len(data) < min(length, self.size - offset):
            raise self._changed("it is shorter now")
        return data

    def check(self) -> None:
        """See Source."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise cannot_read(self.name, error) from None
        self._compare(status)

    def _compare(self, status: os.stat_result) -> None:
        if status.st_size < self.size:
            raise self._changed("it is shorter now")
        if status.st_size > self.size:
            raise self._changed("it is longer now")
        if self.file_id and status.st_ino and status.st_ino != self.file_id:
            raise self._changed("another file has taken its place")
        if status.st_mtime_ns != self.modified_ns:
            raise self._changed("it was written again")

    def _changed(self, how: str) -> ReadError:
        return ReadError(
            f"{self.name} has changed since it was opened: {how}. Close the program that writes it, "
            "then open the file again.",
            where=self.name,
            code="changed",
        )


@dataclass(frozen=True)
class HeldSource:
    """Bytes held in memory that came out of a file on disk: a member of an archive, a decrypted workbook."""

    outer: Source
    member: str  # the name inside the archive, "" where the whole file was decrypted
    data: bytes

    @property
    def name(self) -> str:
        return member_name(self.outer, self.member)

    @property
    def stem(self) -> str:
        return member_stem(self.outer, self.member)

    @property
    def path(self) -> Path:
        return self.outer.path

    @property
    def size(self) -> int:
        return len(self.data)

    def read_at(self, offset: int, length: int) -> bytes:
        """See Source."""
        self.outer.check()
        return self.data[offset : offset + length]

    def check(self) -> None:
        """See Source."""
        self.outer.check()


class SourceStream(io.RawIOBase):
    """A source as a stream that can be sought, for libraries that read files. Who asks for more than `most`
    bytes at once was told a lie by the file: that raises ValueError."""

    def __init__(self, source: Source, most: int | None = None) -> None:
        super().__init__()
        self._source = source
        self._most = most
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._source.size}[whence]
        if base + offset < 0:
            raise ValueError("before the start")
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._source.size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        if self._most is not None and wanted > self._most:
            raise ValueError("more than a part of such a file can be")
        data = self._source.read_at(self._at, wanted) if wanted else b""
        self._at += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def member_name(outer: Source, member: str) -> str:
    """What people are told of a member of an archive: 'extract.zip › list.csv'."""
    return f"{outer.name} › {member}" if member else outer.name


def member_stem(outer: Source, member: str) -> str:
    """What a table of a member is called."""
    return Path(member.replace("\\", "/")).stem if member else outer.stem


def ends_are_near(source: Source) -> bool:
    """Whether the last bytes can be had without going through all that stand before them."""
    return bool(getattr(source, "is_near", True))


def open_source(path: Path, label: str = "") -> SourceFile:
    """Notes the file's size, time and number. Raises ReadError when it cannot be read, or is no file."""
    name = label or path.name
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            raise ReadError(
                f"{name} is not a file but a device, pipe or folder. Choose a file.",
                where=name,
                code="not_a_table",
            )
        with path.open("rb", buffering=0) as file:
            status = os.fstat(file.fileno())
    except OSError as error:
        raise cannot_read(name, error) from None
    return SourceFile(path, status.st_size, status.st_mtime_ns, label, status.st_ino)


#: Windows error numbers, which Python folds into few errno: the drive or the network is away; somebody else
#: has the file open.
_AWAY_WINDOWS = frozenset(
    {21, 53, 54, 55, 59, 64, 67, 121, 1117, 1167, 1231, 1232, 1233, 1235, 1236, 1256, 2250}
)
_LOCKED_WINDOWS = frozenset({32, 33})
# fmt: off
_AWAY_NAMES = (
    "ESTALE", "EIO", "ENOTCONN", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH",
    "ENETRESET", "ECONNRESET", "ECONNABORTED", "ECONNREFUSED", "ENODEV", "ENXIO", "EREMOTEIO", "ENOLINK",
    "ECOMM", "ENOMEDIUM", "EPIPE", "ESHUTDOWN",
)
# fmt: on
_AWAY = frozenset(getattr(errno, name) for name in _AWAY_NAMES if hasattr(errno, name))
_LOCKED = frozenset(
    number for number in (errno.EBUSY, errno.EAGAIN, errno.EDEADLK, getattr(errno, "ETXTBSY", None)) if number
)


def cannot_read(name: str, error: OSError) -> ReadError:
    """What a person is told where the system cannot read a file: gone, locked, or its drive away."""
    windows = getattr(error, "winerror", None)
    if windows in _AWAY_WINDOWS or error.errno in _AWAY or isinstance(error, TimeoutError):
        return ReadError(
            f"{name} cannot be reached: the drive or network it is on does not answer. Connect it again, or "
            "copy the file to this computer's own disk and open it there.",
            where=name,
            code="unreachable",
        )
    if windows in _LOCKED_WINDOWS or error.errno in _LOCKED:
        return ReadError(
            f"{name} is locked: another program, such as Excel, has it open. Close it there, "
            "then open the file again.",
            where=name,
            code="locked",
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return ReadError(
            f"{name} is not there any more. Check the folder or drive it was on.", where=name, code="missing"
        )
    if isinstance(error, PermissionError):
        return ReadError(
            f"{name} cannot be read: another program has it open, or this account may not read it. "
            "Close it there, or copy it to a folder of your own.",
            where=name,
            code="locked",
        )
    return ReadError(
        f"{name} cannot be read from its drive (system error {error.errno}). "
        "Copy it to this computer's own disk and open it there.",
        where=name,
        code="unreachable",
    )
