"""Bytes that must stay what they were when they were opened: a file on disk, or a member of an archive."""

from __future__ import annotations

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
    """A file with the size and time it had when it was opened. `label` is its name for people where that is
    not the file's own (a path below the folder that was opened)."""

    path: Path
    size: int
    modified_ns: int
    label: str = ""

    @property
    def name(self) -> str:
        return self.label or self.path.name

    @property
    def stem(self) -> str:
        return self.path.stem

    def read_at(self, offset: int, length: int) -> bytes:
        """See Source."""
        try:
            with self.path.open("rb", buffering=0) as file:
                self.check()
                file.seek(offset)
                data = file.read(length)
                while len(data) < length:
                    more = file.read(length - len(data))
                    if not more:
                        break
                    data += more
        except OSError as error:
            raise _refusal(self.path, error) from None
        if len(data) < min(length, self.size - offset):
            raise self._changed()
        return data

    def check(self) -> None:
        """See Source."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise _refusal(self.path, error) from None
        if status.st_size != self.size or status.st_mtime_ns != self.modified_ns:
            raise self._changed()

    def _changed(self) -> ReadError:
        return ReadError(
            f"{self.path.name} has changed since it was opened. Close the program that writes it, "
            "then open the file again.",
            where=self.path.name,
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
        return f"{self.outer.name} › {self.member}" if self.member else self.outer.name

    @property
    def stem(self) -> str:
        return Path(self.member.replace("\\", "/")).stem if self.member else self.outer.stem

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


def open_source(path: Path, label: str = "") -> SourceFile:
    """Notes the file's size and time. Raises ReadError when it cannot be read."""
    try:
        with path.open("rb", buffering=0):
            status = path.stat()
    except OSError as error:
        raise _refusal(path, error) from None
    return SourceFile(path, status.st_size, status.st_mtime_ns, label)


def _refusal(path: Path, error: OSError) -> ReadError:
    name = path.name
    if isinstance(error, FileNotFoundError):
        return ReadError(f"{name} is not there any more. Check the folder or drive it was on.", where=name)
    if isinstance(error, PermissionError):
        return ReadError(
            f"{name} cannot be read: another program has it open, or this account may not read it. "
            "Close it there, or copy it to a folder of your own.",
            where=name,
        )
    return ReadError(
        f"{name} cannot be read from its drive (system error {error.errno}). "
        "Copy it to this computer's own disk and open it there.",
        where=name,
    )
