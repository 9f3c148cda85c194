"""Millions of terms judged by their words: for each concept the categories, for each id its concept. No term
is kept."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.survey.lists.judging import Judge
from core.survey.lists.model import Concepts

Ids = npt.NDArray[np.int64]
_FOLD_AT = 1_000_000


class ConceptsBuilder:
    """Gathers entries block by block, as numbers only: 25 bytes an entry."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._ids: list[Ids] = []
        self._now: list[npt.NDArray[np.uint64]] = []  # what current terms say
        self._ever: list[npt.NDArray[np.uint64]] = []  # what old ones say too
        self._current: list[npt.NDArray[np.bool_]] = []
        self._aliases: list[Ids] = []
        self._of: list[Ids] = []
        self._held = 0

    def add(self, concepts: Ids, bits: npt.NDArray[np.uint64], current: npt.NDArray[np.bool_]) -> None:
        """Terms' bits by concept. Old terms count only for a concept that has no current one."""
        self._ids.append(concepts)
        self._now.append(np.where(current, bits, np.uint64(0)))
        self._ever.append(bits)
        self._current.append(current)
        self._held += len(concepts)
        if self._held > _FOLD_AT:
            self._fold()

    def alias(self, aliases: Ids, concepts: Ids) -> None:
        """Ids that stand for these concepts."""
        differ = aliases != concepts
        self._aliases.append(aliases[differ])
        self._of.append(concepts[differ])

    def bits(self, terms: pa.Array) -> npt.NDArray[np.uint64]:
        """The category bits of each term, each distinct one judged once."""
        coded = terms.dictionary_encode()
        judge = self._judge.bits_of_term
        told = np.fromiter(
            (judge(_word(word)) for word in coded.dictionary.to_pylist()), np.uint64, len(coded.dictionary)
        )
        told = np.append(told, np.uint64(0))
        of_rows: npt.NDArray[np.uint64] = told[
            coded.indices.fill_null(len(told) - 1).to_numpy(zero_copy_only=False)
        ]
        return of_rows

    def _fold(self) -> tuple[Ids, npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.bool_]]:
        """Each concept once, sorted: so that memory grows with concepts and not with terms."""
        concepts, back = np.unique(np.concatenate(self._ids), return_inverse=True)
        now, ever = np.zeros(len(concepts), np.uint64), np.zeros(len(concepts), np.uint64)
        current = np.zeros(len(concepts), np.bool_)
        np.bitwise_or.at(now, back, np.concatenate(self._now))
        np.bitwise_or.at(ever, back, np.concatenate(self._ever))
        np.logical_or.at(current, back, np.concatenate(self._current))
        self._ids, self._now, self._ever, self._current = [concepts], [now], [ever], [current]
        self._held = 0
        return concepts, now, ever, current

    def finish(self) -> Concepts:
        """All of it, sorted."""
        if not self._ids:
            return Concepts()
        concepts, now, ever, has_current = self._fold()
        together = np.where(has_current, now, ever)
        distinct, which = np.unique(together, return_inverse=True)
        sets = tuple(self._judge.categories(int(b)) for b in distinct.tolist())
        aliases, of = _once(self._aliases, self._of)
        return Concepts(concepts, which.astype(np.int32), sets, aliases, of)


def _once(aliases: list[Ids], of: list[Ids]) -> tuple[Ids, Ids]:
    if not aliases:
        none = np.zeros(0, dtype=np.int64)
        return none, none
    every, concept = np.concatenate(aliases), np.concatenate(of)
    distinct, first = np.unique(every, return_index=True)
    return distinct, concept[first]


def _word(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value or "")
