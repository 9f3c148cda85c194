"""Rows whose code tells an illness, and whose other cells leave a doubt about it.

'86406008' with the term 'Negative', or 'HIV positive' with the result 'husband': a code or term that tells
counts only where every term of its row tells the same, and no other cell of the row holds a word of doubt
(resources/doubts.toml). What is in doubt is in the set that keeps tests, risks and carriers back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bits = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

#: A set that leaves out what is told: its own bit, and the bits of the categories that it takes in.
ToldSet = tuple[int, int]


def sure(bits: Bits, told: ToldSet) -> Mask:
    """Which of them speak of the set's illnesses and are not in the set: they are told for certain."""
    own, taken = (np.uint64(bit) for bit in told)
    found: Mask = ((bits & taken) != 0) & ((bits & own) == 0)
    return found


def with_doubts(
    bits: Bits,
    sets: Sequence[ToldSet],
    terms: Sequence[tuple[Bits, Mask]],
    beside: Callable[[Mask], Mask] | None = None,
) -> Bits:
    """The rows' category bits with the set of each row that is told and doubted.

    `terms` are of each field of terms what every row's says, and which are not empty; `beside` tells of some
    rows in which any other cell holds a word of doubt."""
    made = bits
    for told in sets:
        rows = sure(bits, told)
        if not rows.any():
            continue
        doubted = np.zeros(len(bits), dtype=np.bool_)
        for said, has_words in terms:
            doubted |= rows & has_words & ~sure(said, told)
        if beside is not None and (rows & ~doubted).any():
            doubted |= beside(rows & ~doubted)
        if doubted.any():
            made = np.where(doubted, made | np.uint64(told[0]), made)
    return made


def rows_that_doubt(values: pa.Array, rows: Mask, doubts: Callable[[str], bool]) -> Mask:
    """Which of these rows hold a word of doubt in a column; each distinct text is read once."""
    found = np.zeros(len(rows), dtype=np.bool_)
    at = np.flatnonzero(rows)
    cells = values.take(pa.array(at)).dictionary_encode()
    said = np.array([*(doubts(text) for text in cells.dictionary.to_pylist()), False], dtype=np.bool_)
    found[at] = said[cells.indices.fill_null(len(said) - 1).to_numpy(zero_copy_only=False)]
    return found
