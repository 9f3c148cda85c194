"""A file on disk that must stay what it was when it was opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.model import ReadError


@dataclass(frozen=True)
class SourceFile:
    """A file with the size and time it had when it was opened."""

    path: Path
    size: int
    modified_ns: int

    def read_at(self, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`, fewer only at the end. Raises ReadError when the file changed, went
        away or is locked."""
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
        """Raises ReadError when the file is not what it was."""
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


def open_source(path: Path) -> SourceFile:
    """Notes the file's size and time. Raises ReadError when it cannot be read."""
    try:
        with path.open("rb", buffering=0):
            status = path.stat()
    except OSError as error:
        raise _refusal(path, error) from None
    return SourceFile(path, status.st_size, status.st_mtime_ns)


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
