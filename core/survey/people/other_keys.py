"""Whose a key of the practice's is, where the patient has a better identity: twelve bytes a key.

One table has the NHS number and the key, another only the key. Whoever makes a code of the key must know
that it is the same patient. Hashes do for that: of ten million keys asked for ten million times, not one
export in a hundred thousand would have a wrong answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.survey.hashing import hash64

NOBODYS, SEVERAL = -1, -2


@dataclass(frozen=True)
class OtherKeys:
    """Hashes of 'local|<key>', sorted, and whose each is; one that several organisations have stands once for
    each of their patients."""

    key: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    patient: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty(0, dtype=np.int32))

    @classmethod
    def of(cls, key: npt.NDArray[np.uint64], patient: npt.NDArray[np.int32]) -> OtherKeys:
        """From keys and their patients in any order, pairs more than once counting once."""
        order = np.lexsort((patient, key))
        key, patient = key[order], patient[order].astype(np.int32)
        if len(key):
            new = np.r_[True, (key[1:] != key[:-1]) | (patient[1:] != patient[:-1])]
            key, patient = key[new], patient[new]
        return cls(key, patient)

    def __bool__(self) -> bool:
        return len(self.key) > 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OtherKeys):
            return NotImplemented
        return np.array_equal(self.key, other.key) and np.array_equal(self.patient, other.patient)

    __hash__ = None  # type: ignore[assignment]

    def whose(self, keys: pa.Array) -> npt.NDArray[np.int32]:
        """The patient of each key, in the spelling of `plain_keys`; NOBODYS where none is known (or null),
        SEVERAL where it depends on the organisation."""
        hashes, first, last = self._found(keys)
        found = np.full(len(hashes), NOBODYS, dtype=np.int32)
        one, more = last - first == 1, last - first > 1
        found[one] = self.patient[first[one]]
        found[more] = SEVERAL
        return found

    def among(self, keys: pa.Array, patient: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Whether each of these patients is one of those that the key beside it may stand for."""
        _, first, last = self._found(keys)
        result = np.zeros(len(patient), dtype=np.bool_)
        while (open_ := first < last).any():
            at = np.flatnonzero(open_)
            result[at] |= self.patient[first[at]] == patient[at]
            first = first + 1
        return result

    def _found(
        self, keys: pa.Array
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        hashes = hash64(pc.binary_join_element_wise(pa.scalar("local"), keys, "|"))
        first = np.searchsorted(self.key, hashes, side="left")
        last = np.searchsorted(self.key, hashes, side="right")
        if keys.null_count:
            last[keys.is_null().to_numpy(zero_copy_only=False)] = 0
        return hashes, first, np.maximum(first, last)
