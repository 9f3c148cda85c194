"""The texts that people are known by, numbered: a hash table in a few arrays instead of a million objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.survey.hashing import hash64

_NONE = np.int32(-1)
_AT_ONCE = 65_536
_SECOND_KEY = "threshold-second"

Hashes = npt.NDArray[np.uint64]
Nodes = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]


class Identities(Sequence[str]):
    """Texts in Arrow's memory (18 bytes or so each, where a str takes 70), each made a str when asked for."""

    __slots__ = ("_texts",)

    def __init__(self, texts: pa.Array) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        if isinstance(at, slice):
            return tuple(self._texts[at].to_pylist())
        text: str = self._texts[at].as_py()
        return text

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self._texts), _AT_ONCE):
            yield from self._texts.slice(start, _AT_ONCE).to_pylist()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def place_of(self, text: str) -> int:
        """Where a text stands, -1 where it is none of these; quicker than to go through them."""
        return int(pc.index(self._texts, pa.scalar(text, self._texts.type)).as_py())

    def __repr__(self) -> str:
        return f"Identities({len(self):,})"

    def __reduce__(self) -> tuple[type[Identities], tuple[pa.Array]]:
        return Identities, (self._texts,)


@dataclass(frozen=True)
class Prints:
    """The two hashes of each text that is not null, in the order of the first one, and where they stand.

    Any thread can make them, which leaves only the numbering to the one that keeps the table."""

    present: Places
    order: Places
    first: Hashes
    second: Hashes


def prints_of(texts: pa.Array) -> Prints:
    """The prints of a column of texts."""
    present = np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))
    if len(present) < len(texts):
        texts = texts.take(pa.array(present))
    first = hash64(texts)
    order = np.argsort(first)  # neighbours are looked up together: the memory's cache does the rest
    return Prints(present, order, first[order], hash64(texts, key=_SECOND_KEY)[order])


class _Level:
    """Hashes in order, each with a second hash of the same text and with its number."""

    def __init__(self) -> None:
        self.first = np.empty(0, dtype=np.uint64)
        self.second = np.empty(0, dtype=np.uint64)
        self.node = np.empty(0, dtype=np.int32)

    def add(self, first: Hashes, second: Hashes, node: Nodes) -> None:
        together = np.concatenate([self.first, first])
        order = np.argsort(together, kind="stable")
        self.first = together[order]
        self.second = np.concatenate([self.second, second])[order]
        self.node = np.concatenate([self.node, node])[order]

    def find(self, first: Hashes) -> tuple[Places, npt.NDArray[np.bool_]]:
        """The place of each hash, and whether it is there at all."""
        if not len(self.first):
            return np.zeros(len(first), dtype=np.intp), np.zeros(len(first), dtype=np.bool_)
        at = np.searchsorted(self.first, first)
        at[at == len(self.first)] = 0
        return at, self.first[at] == first


class IdentityTable:
    """Numbers texts 0, 1, 2 ... in the order in which they are first seen.

    Two texts are one where 128 bits of their hashes are. New texts go to a small level first, which is
    merged into the large one when it has grown to an eighth of it, so that a block costs by what is new."""

    def __init__(self) -> None:
        self._large, self._small = _Level(), _Level()
        self._clashes: dict[tuple[int, int], int] = {}  # texts whose first hash is another's too
        self._chunks: list[pa.Array] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def nodes_of(self, texts: pa.Array, prints: Prints | None = None) -> Nodes:
        """The number of each text, -1 for null. `prints` are theirs, where they were made before."""
        prints = prints_of(texts) if prints is None else prints
        found = np.full(len(texts), _NONE, dtype=np.int32)
        if len(prints.present) < len(texts):
            texts = texts.take(pa.array(prints.present))
        if len(prints.present):
            found[prints.present[prints.order]] = self._numbers(
                texts, prints.first, prints.second, prints.order
            )
        return found

    def texts(self) -> pa.Array:
        """Every text, in the order of the numbers."""
        if len(self._chunks) != 1:
            self._chunks = [pa.concat_arrays(self._chunks) if self._chunks else pa.array([], pa.string())]
        return self._chunks[0]

    def _numbers(self, texts: pa.Array, first: Hashes, second: Hashes, order: Places) -> Nodes:
        """The numbers of texts by their hashes, which are those of `texts` taken in this order."""
        number = np.full(len(first), _NONE, dtype=np.int32)
        clash = np.zeros(len(first), dtype=np.bool_)
        for level in (self._large, self._small):
            at, there = level.find(first)
            same = there.copy()
            same[there] = level.second[at[there]] == second[there]
            number[same] = level.node[at[same]]
            clash |= there & ~same
        new = np.flatnonzero((number < 0) & ~clash)
        if len(new):
            is_start = np.r_[True, first[new[1:]] != first[new[:-1]]]
            starts = np.flatnonzero(is_start)
            back = np.cumsum(is_start) - 1  # the group of equal hashes that each is in
            seen_at = np.minimum.reduceat(order[new], starts)
            by_row = np.argsort(seen_at)
            node = np.empty(len(starts), dtype=np.int32)
            node[by_row] = np.arange(self._count, self._count + len(starts), dtype=np.int32)
            # The text that is kept of a group is the one first seen, and so must be its second hash.
            kept = np.flatnonzero(order[new] == seen_at[back])
            hashes, of_hash = first[new[kept]], second[new[kept]]
            number[new] = node[back]
            clash[new] = of_hash[back] != second[new]
            self._keep(texts.take(pa.array(seen_at[by_row])))
            self._small.add(hashes, of_hash, node)
            if len(self._small.first) > max(_AT_ONCE, len(self._large.first) // 8):
                self._large.add(self._small.first, self._small.second, self._small.node)
                self._small = _Level()
        for place in np.flatnonzero(clash).tolist():
            key = int(first[place]), int(second[place])
            if key not in self._clashes:
                self._clashes[key] = self._count
                self._keep(texts.take(pa.array(order[place : place + 1])))
            number[place] = self._clashes[key]
        return number

    def _keep(self, texts: pa.Array) -> None:
        self._chunks.append(texts)
        self._count += len(texts)
