"""What an archive may ask of this computer, and what its members may be called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.model import Hazard, ReadError, Severity
from core.reading.archives.checkpoints import bomb, unpack_first
from core.reading.source import Source

#: More than this many times its packed size no export unpacks to; small files may, being all of one sort.
RATIO_LIMIT = 200
RATIO_FLOOR = 10 << 20
#: What can only be read whole is held in memory, all members together up to this.
HELD_LIMIT = 256 << 20
DEEPEST = 3
_MOST_MEMBERS = 20_000
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True)
class Skipped:
    """A member that was not read, and why."""

    member: str
    error: ReadError


@dataclass(frozen=True)
class Members:
    """What is in an archive: sources to read tables from, and what is to be told of it."""

    sources: tuple[Source, ...]
    hazards: tuple[Hazard, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class Budget:
    """What the archives of one export may still take, all together."""

    def __init__(self) -> None:
        self._held = 0
        self._members = 0
        self._unpacked = 0
        self._packed = 0

    def count(self, where: str, size: int, packed: int) -> None:
        """One more member of declared sizes. Raises ReadError past the limits."""
        self._members += 1
        self._unpacked += size
        self._packed += packed
        if self._members > _MOST_MEMBERS:
            raise unpack_first(where, f"holds more than {_MOST_MEMBERS:,} files")
        if self._unpacked > 16 * RATIO_FLOOR and self._unpacked > RATIO_LIMIT * self._packed:
            raise bomb(where, f"it would unpack to more than {RATIO_LIMIT} times its size")

    def fits(self, where: str, size: int) -> None:
        """Raises ReadError where `size` bytes more in memory would be past the limit."""
        if self._held + size > HELD_LIMIT:
            raise unpack_first(
                where,
                f"must be held in memory whole, and with what is held already it is more than "
                f"{HELD_LIMIT >> 20} MB",
            )

    def hold(self, where: str, size: int) -> None:
        """`size` bytes more in memory. Raises ReadError past the limit."""
        self.fits(where, size)
        self._held += size


def unsafe(where: str, why: str) -> ReadError:
    """What is told of an archive that would do harm where it is unpacked."""
    return ReadError(
        f"{where} was not opened: {why}. Do not unpack it. Ask who sent it to make the archive again.",
        where=where,
        code="unsafe_archive",
    )


def check_names(where: str, names: Sequence[str], unique: Sequence[str]) -> None:
    """Refuses names that lead out of the folder an archive is unpacked to, or that two entries share.

    Threshold writes no member anywhere; but such an archive was not made by a clinical system."""
    for name in names:
        parts = name.replace("\\", "/").split("/")
        if (
            ".." in parts
            or name.startswith(("/", "\\"))
            or _DRIVE.match(name)
            or any(ch < " " or ch == "\x7f" for ch in name)
            or not name.strip()
        ):
            raise unsafe(where, "a name in it leads out of the folder it would be unpacked to")
    seen: set[str] = set()
    for name in unique:
        plain = name.replace("\\", "/")
        if plain in seen:
            raise unsafe(where, "two files in it have the same name, and one would hide the other")
        seen.add(plain)


def needs_password(where: str) -> ReadError:
    """What is told of an archive that asks for a password."""
    return ReadError(
        f"{where} is protected by a password. Give the password to open it; it is not kept.",
        where=where,
        code="password",
    )


def wrong_password(where: str) -> ReadError:
    """What is told where no password that was given opens an archive."""
    return ReadError(
        f"{where} does not open with the password given. Check it (capital letters, spaces) and try again; "
        "where it is right, the archive is damaged: copy it again.",
        where=where,
        code="password",
    )


def refuse_volumes(where: str) -> ReadError:
    """What is told of one part of an archive in several."""
    return ReadError(
        f"{where} is one part of an archive in several files. Put all its parts in one folder, unpack them "
        "with the program that made them, then open the folder.",
        where=where,
        code="not_a_table",
    )


_WHY_EXTRA = (
    "Data can travel in an archive without being any file in it. It is not read, and leaves with no release; "
    "do not send the archive itself."
)


def comment_hazard(where: str, what: str) -> Hazard:
    """A comment of an archive or of files in it."""
    return Hazard(where, what, Severity.WARNS, _WHY_EXTRA, "archive_comment")


def extra_hazard(where: str, count: int) -> Hazard:
    """Bytes before, between or after the files of an archive."""
    what = f"{count:,} bytes in the archive belong to no file in it"
    return Hazard(where, what, Severity.WARNS, _WHY_EXTRA, "archive_extra_data")


def encrypted_hazard(where: str) -> Hazard:
    """An archive that was opened with a password."""
    return Hazard(
        where,
        "the archive is protected by a password; it was opened with the one given",
        Severity.WARNS,
        "What is written from here is not protected. Send it by a way that is.",
        "archive_encrypted",
    )
