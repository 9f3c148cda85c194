"""Two people, or two things, must never share a code: whoever met it would take them for one.

80 bits make that next to impossible (2.7e-8 for 64 bits and a million patients: see the birthday bound, m^2 /
2^(b + 1)); a mistake in the making of codes would make it common. So it is looked for, and stops the export.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import VerificationError
from core.survey.hashing import hash64

#: Codes remembered: 16 bytes each. With more of them the older ones give way.
_SLOTS = 1 << 19

Codes = npt.NDArray[np.uint8]


class Collisions:
    """Remembers codes with what they stand for, in bounded memory. Safe in threads."""

    def __init__(self, slots: int = _SLOTS) -> None:
        self._code = np.zeros(slots, dtype=np.uint64)
        self._whose = np.zeros(slots, dtype=np.uint64)
        self._lock = threading.Lock()

    def see(self, codes: Codes, identities: pa.Array | Sequence[str]) -> None:
        """Take in codes (a row of ASCII letters each) and what each was made from.

        Raises VerificationError where two of them that stand for different things are one."""
        if not len(codes):
            return
        numbers, whose = _numbers(codes), hash64(identities)
        same_here(numbers, whose)
        place = (numbers % np.uint64(len(self._code))).astype(np.int64)
        with self._lock:
            met = self._code[place] == numbers
            wrong = bool((met & (self._whose[place] != whose)).any())
            self._code[place] = numbers
            self._whose[place] = whose
        if wrong:
            raise collision()


def same_here(numbers: npt.NDArray[np.uint64], whose: npt.NDArray[np.uint64] | None = None) -> None:
    """Raises VerificationError where two of the codes of different things are one. `whose` tells things that
    may be met twice apart; without it each stands here once."""
    ordered = np.sort(numbers)
    if not (ordered[1:] == ordered[:-1]).any():
        return
    if whose is None:
        raise collision()
    order = np.lexsort((whose, numbers))
    numbers, whose = numbers[order], whose[order]
    if ((numbers[1:] == numbers[:-1]) & (whose[1:] != whose[:-1])).any():
        raise collision()


def check_codes(codes: Codes) -> None:
    """Raises VerificationError where two rows are one: the codes of different people, a row each."""
    if len(codes):
        same_here(_numbers(codes))


def collision() -> VerificationError:
    """What is said where two have one code. It names nobody, and no code."""
    return VerificationError(
        "Two different patients or things would have the same code, and would be taken for one, so nothing "
        "leaves. Give the project another name, so that other codes are made, and tell the makers of "
        "Threshold.",
        where="codes",
        code="collision",
    )


def _numbers(codes: Codes) -> npt.NDArray[np.uint64]:
    """A 64-bit number of each code, never 0."""
    width = codes.shape[1]
    offsets = np.arange(len(codes) + 1, dtype=np.int32) * width
    texts = pa.StringArray.from_buffers(
        len(codes), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(codes))
    )
    return np.maximum(hash64(texts), np.uint64(1))
