"""Which codes few patients of the export have: a rare disease in a small town names a patient.

How many patients a code has is only known at the end of the pass. Until then the rows of a code are kept as
long as few patients were seen with it, which soon are the rows of rare codes only; nothing is read again.

Rule: fewer than five, ISB 1523 (anonymisation standard for publishing health and social care data).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.survey.people.patients import sorted_unique

FEW = 5
#: Numbers of people are provisional while the pass runs: one patient may have two (an NHS number and a key).
_SEEN = 2 * FEW
#: Codes beyond so many, and rows beyond so many, count as rare at once: their memory has a bound.
MOST_CODES, MOST_ROWS = 500_000, 4_000_000
_COMPACT = 500_000

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """One field of codes in a block: hashes of its distinct values (0 for those that are no code), and each
    row's place among them, -1 for none."""

    hashes: npt.NDArray[np.uint64]
    indices: npt.NDArray[np.int32]


class RareCodes:
    """Collects the codes of all tables, block by block. Not for threads."""

    def __init__(self) -> None:
        self._hashes = np.empty(0, dtype=np.uint64)  # sorted, and the number of each code beside it
        self._numbers = np.empty(0, dtype=np.int32)
        self._people = np.full((0, _SEEN), -1, dtype=np.int32)
        self._many = np.empty(0, dtype=np.bool_)  # codes that more people have than are told apart here
        self._kept: dict[str, list[tuple[npt.NDArray[np.int32], Rows]]] = {}
        self._new = self._total = 0
        self.overflowed = False

    def add(self, table: str, first: int, coded: Coded, people: npt.NDArray[np.int32]) -> Rows | None:
        """The codes of a block, whose rows are about `people` (provisional numbers, -1 for nobody). Answers
        rows of the table that are rare at once, because there is no more room to wait."""
        number, known = self._numbered(coded.hashes)
        few = np.zeros(len(number) + 1, dtype=np.bool_)
        few[:-1][known] = ~self._many[number[known]]
        beyond = np.zeros(len(few), dtype=np.bool_)
        beyond[:-1] = ~known & (coded.hashes != 0)
        at = np.flatnonzero((few | beyond)[coded.indices] & (people >= 0))
        if not len(at):
            return None
        over = beyond[coded.indices[at]]
        self.overflowed |= bool(over.any())
        certain = at[over].astype(np.int64) + first
        at = at[~over]
        codes = number[coded.indices[at]]
        self._see(sorted_unique(codes.astype(np.int64) << 32 | people[at].astype(np.int64)))
        still = ~self._many[codes]
        if still.any():
            self._kept.setdefault(table, []).append((codes[still], at[still].astype(np.int64) + first))
            self._new += int(still.sum())
            self._total += int(still.sum())
        if self._new > _COMPACT:
            self._compact()
        if self._total > MOST_ROWS:
            self.overflowed = True
            _, waiting = self._together(table)
            self._kept.pop(table, None)
            self._total -= len(waiting)
            certain = np.concatenate([certain, waiting])
        return certain if len(certain) else None

    def rare(self, patient_of: npt.NDArray[np.int32]) -> Iterator[tuple[str, Rows, npt.NDArray[np.uint64]]]:
        """The rows of each table whose code few patients have, and the hashes of those codes.

        `patient_of` turns a provisional number into a patient, -1 for nobody."""
        who = np.sort(np.append(patient_of, np.int32(-1))[self._people], axis=1)
        different = (who[:, 1:] != who[:, :-1]) & (who[:, 1:] >= 0)
        patients = different.sum(axis=1) + (who[:, 0] >= 0)
        few = (patients < FEW) & ~self._many
        hash_of = np.empty(len(self._hashes), dtype=np.uint64)
        hash_of[self._numbers] = self._hashes
        for table in list(self._kept):
            codes, rows = self._together(table)
            held = few[codes]
            yield table, rows[held], hash_of[sorted_unique(codes[held])]

    def _numbered(
        self, hashes: npt.NDArray[np.uint64]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        """The number of each code, given now where it is new; and which have one."""
        known = self._find(hashes)[1]
        new = sorted_unique(hashes[~known & (hashes != 0)])[: MOST_CODES - len(self._hashes)]
        if len(new):
            count = len(self._hashes)
            at = np.searchsorted(self._hashes, new)
            self._hashes = np.insert(self._hashes, at, new)
            self._numbers = np.insert(self._numbers, at, np.arange(count, count + len(new), dtype=np.int32))
            if count + len(new) > len(self._many):
                room = max(count + len(new), 2 * len(self._many), 1024)
                people = np.full((room, _SEEN), -1, dtype=np.int32)
                people[: len(self._people)] = self._people
                self._people = people
                self._many = np.append(self._many, np.zeros(room - len(self._many), dtype=np.bool_))
        return self._find(hashes)

    def _find(self, hashes: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        if not len(self._hashes):
            return np.zeros(len(hashes), dtype=np.int32), np.zeros(len(hashes), dtype=np.bool_)
        at = np.searchsorted(self._hashes, hashes)
        at[at == len(self._hashes)] = 0
        return self._numbers[at], self._hashes[at] == hashes

    def _see(self, pairs: npt.NDArray[np.int64]) -> None:
        """Notes who has which code: sorted pairs of code << 32 | person, each once."""
        code, who = pairs >> 32, (pairs & 0xFFFFFFFF).astype(np.int32)
        new = ~(self._people[code] == who[:, None]).any(axis=1)
        code, who = code[new], who[new]
        if not len(code):
            return
        starts = np.r_[True, code[1:] != code[:-1]]
        first = np.flatnonzero(starts)
        place = np.arange(len(code)) - first[np.cumsum(starts) - 1] + (self._people[code] >= 0).sum(axis=1)
        room = place < _SEEN
        self._people[code[room], place[room]] = who[room]
        self._many[code[~room]] = True

    def _compact(self) -> None:
        """Lets go of the rows of codes that many have by now."""
        for table, kept in self._kept.items():
            codes, rows = self._together(table)
            still = ~self._many[codes]
            kept[:] = [(codes[still], rows[still])]
        self._total = sum(len(rows) for kept in self._kept.values() for _, rows in kept)
        self._new = 0

    def _together(self, table: str) -> tuple[npt.NDArray[np.int32], Rows]:
        kept = self._kept.get(table, [])
        if not kept:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64)
        return np.concatenate([codes for codes, _ in kept]), np.concatenate([rows for _, rows in kept])
