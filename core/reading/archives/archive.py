"""Archives opened where they lie, archives in them too: what is inside as sources to read tables from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.model import Hazard, ReadError, Recognised, Severity
from core.reading.archives.checkpoints import bomb
from core.reading.archives.gzip_archive import GzipContainer, TarContainer
from core.reading.archives.safety import DEEPEST, Budget, Members
from core.reading.archives.seven_zip import SevenZipContainer
from core.reading.archives.zip_archive import ZipContainer
from core.reading.readers import Candidate
from core.reading.source import Source

_HEAD = 4096
_JUNK = frozenset(["thumbs.db", "desktop.ini", ".ds_store"])


class Container(Protocol):
    """Opens one sort of archive."""

    @property
    def id(self) -> str: ...

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """What this takes the file for; None where it is nothing of its own."""
        ...

    def open(self, candidate: Candidate, budget: Budget) -> Members:
        """What is inside. Raises ReadError on what is damaged, unsafe or asks for a password."""
        ...


CONTAINERS: tuple[Container, ...] = (
    ZipContainer(),
    SevenZipContainer(),
    GzipContainer(),
    TarContainer(),
)


@dataclass(frozen=True)
class Leaf:
    """A source that is no archive: `member` is its path in the archive, "" where it is the file on disk;
    `folders` are the archives and the folders in them that it lies in, outermost first."""

    source: Source
    member: str = ""
    folders: tuple[str, ...] = ()
    archive: str = ""  # the name of the archive it is in


@dataclass
class Contents:
    """What is in a file on disk: itself, or all that is in the archive that it is."""

    leaves: list[Leaf] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    unread: list[tuple[str, ReadError]] = field(default_factory=list)


def contents(source: Source, passwords: Sequence[str], budget: Budget) -> Contents:
    """The sources in a file. Raises ReadError where it is an archive that cannot be opened, or is unsafe
    however deep."""
    found = Contents()
    _into(source, tuple(passwords), budget, found, Leaf(source), 0)
    return found


def _into(
    source: Source, passwords: tuple[str, ...], budget: Budget, found: Contents, leaf: Leaf, depth: int
) -> None:
    head = source.read_at(0, min(source.size, _HEAD))
    candidate = Candidate(source, head, frozenset(), passwords)
    container = next((c for c in CONTAINERS if c.recognise(candidate) is not None), None)
    if container is None:
        found.leaves.append(leaf)
        return
    if depth >= DEEPEST:
        raise bomb(source.name, f"archives lie in it more than {DEEPEST} deep")
    members = container.open(candidate, budget)
    found.hazards.extend(members.hazards)
    found.unread.extend((f"{source.name} › {s.member}", s.error) for s in members.skipped)
    junk = 0
    for inner in members.sources:
        member = inner.name[len(source.name) + 3 :]
        parts = member.split("/")
        if parts[-1].lower() in _JUNK or parts[0] == "__MACOSX":
            junk += 1
            continue
        folders = (*leaf.folders, source.stem, *parts[:-1])
        try:
            _into(inner, passwords, budget, found, Leaf(inner, member, folders, source.name), depth + 1)
        except ReadError as error:
            if error.code in ("bomb", "unsafe_archive"):
                raise
            found.unread.append((inner.name, error))
    if junk:
        found.hazards.append(
            Hazard(
                source.name,
                f"{junk:,} entries that a computer adds for itself were left out (__MACOSX, thumbs.db)",
                Severity.WARNS,
                "They can hold names of files and small pictures of them. They leave with no release; do "
                "not send the archive itself.",
                "archive_entries_skipped",
            )
        )
