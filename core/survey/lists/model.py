"""What a list of codes is once it is read: which codes, which categories they feed, and where they came from.

A list can only ever add flags to what Threshold knows by itself. It is held without any term: terms were
looked at while the file was read, and what their words said is kept for each code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from core.model import ReadError

#: Groups of codes that are looked up together, as in resources/codelists.
GROUPS = ("read", "snomed", "icd10", "bnf", "local")

#: How the categories of a part came about.
BY_ID, BY_NAME, BY_PERSON, BY_WORDS = "id", "name", "person", "words"

Entries = Mapping[str, frozenset[str]]


class ListError(ReadError):
    """A list of codes cannot be read, or must not be used."""

    code = "list"


@dataclass(frozen=True)
class Part:
    """One set of codes in a list: a reference set, a cluster, a value set, or all of a plain list.

    `categories` are those it feeds, `how` says who decided that. A part that feeds none only says that its
    codes are known."""

    id: str
    title: str
    entries: Entries
    categories: tuple[str, ...] = ()
    how: str = BY_ID
    inactive: int = 0  # members that are no longer current; they stand in old records, and count
    ordinary: bool = False  # known for codes of everyday health, in no category

    @property
    def count(self) -> int:
        return sum(len(codes) for codes in self.entries.values())


def _none() -> npt.NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Concepts:
    """What a dictionary says of SNOMED CT ids and of a system's own numbers, by the words of their terms.

    `ids` are sorted; `sets[which[i]]` are the categories of `ids[i]`, none for an ordinary entry. `aliases`
    (sorted) are ids of descriptions, or a system's numbers, and `stands_for` the concept of each."""

    ids: npt.NDArray[np.int64] = field(default_factory=_none)
    which: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    sets: tuple[tuple[str, ...], ...] = ()
    aliases: npt.NDArray[np.int64] = field(default_factory=_none)
    stands_for: npt.NDArray[np.int64] = field(default_factory=_none)

    def categories(self, code: int) -> tuple[str, ...] | None:
        """What is known of this id, None where it is not in the dictionary."""
        at = int(np.searchsorted(self.ids, code))
        if at < len(self.ids) and int(self.ids[at]) == code:
            return self.sets[int(self.which[at])]
        return None

    def concept(self, alias: int) -> int | None:
        """The concept that a description id or a system's number stands for."""
        at = int(np.searchsorted(self.aliases, alias))
        if at < len(self.aliases) and int(self.aliases[at]) == alias:
            return int(self.stands_for[at])
        return None


@dataclass(frozen=True)
class Damage:
    """Codes in a list that were damaged before it came here. `restored` of them could be told from what is
    left of them and from their terms; the others are not in the list as it is used."""

    damaged: int = 0
    restored: int = 0

    @property
    def lost(self) -> int:
        return self.damaged - self.restored


@dataclass(frozen=True)
class ListUsed:
    """Which list it was, for records: nothing in it that a person typed, and no file's name."""

    id: str
    kind: str
    version: str
    date: str
    count: int
    sha256: str
    categories: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class LoadedList:
    """A list of codes as it was read. `sha256` is that of the file; `date` is an ISO date, "" where the file
    tells none; `id` is its name on the shelf."""

    id: str
    title: str
    kind: str  # the reader's id
    kind_title: str
    version: str
    date: str
    count: int
    sha256: str
    parts: tuple[Part, ...]
    concepts: Concepts = field(default_factory=Concepts)
    damage: Damage = Damage()
    notes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    confidence: float = 1.0
    names: tuple[str, ...] = ()  # reference sets that the list points to without holding their members
    rules: str = ""  # fingerprint of the words that its terms were judged by
    rows: int = 0

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that whole parts of it feed, in order."""
        return tuple(dict.fromkeys(c for p in self.parts if p.how != BY_WORDS for c in p.categories))

    @property
    def entries(self) -> Entries:
        """All its codes by group."""
        return {
            group: frozenset().union(*(p.entries.get(group, frozenset()) for p in self.parts))
            for group in GROUPS
        }

    @property
    def used(self) -> ListUsed:
        return ListUsed(self.id, self.kind, self.version, self.date, self.count, self.sha256, self.categories)

    def fed(self, categories: tuple[str, ...] | None = None) -> LoadedList:
        """The list as it is to be kept. Where a person names categories, parts that nobody knows feed those;
        none means that their codes are ordinary ones. Where nobody says anything, parts that feed nothing
        are left out of a list that has others: a release has hundreds of reference sets."""
        if categories is not None:
            parts = tuple(
                replace(part, categories=categories, how=BY_PERSON) if self._is_open(part) else part
                for part in self.parts
            )
            return replace(self, parts=parts)
        kept = tuple(part for part in self.parts if not (self._is_open(part) and not part.categories))
        left = len(self.parts) - len(kept)
        if not left or not self.categories:
            return self
        note = f"{left:,} other sets in it feed no category that Threshold knows, and are not kept."
        return replace(self, parts=kept, notes=(*self.notes, note))

    def _is_open(self, part: Part) -> bool:
        """Whether a person may say what the part feeds."""
        return part.how in (BY_NAME, BY_PERSON) or (
            part.how == BY_ID and not part.categories and not part.ordinary
        )

    @property
    def undecided(self) -> bool:
        """Whether it feeds nothing until a person says what."""
        return not self.categories and any(self._is_open(p) and p.how != BY_PERSON for p in self.parts)
