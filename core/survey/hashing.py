"""A 64-bit hash of texts, a whole column at a time.

Every block of a file asks for the hashes of tens of thousands of identifiers. Made one object at a time
they cost more than all the rest of the survey, so the bytes are taken from Arrow's memory, eight at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

#: Longer texts are hashed one by one: a column of letters must not be walked through in steps of eight.
_LONGEST = 256
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
# The multipliers and shifts of SplitMix64 (Steele, Lea and Flood, 2014).
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_ALL = (1 << 64) - 1
_NO_KEY = int.from_bytes(hashlib.blake2b(b"", digest_size=8).digest(), "little")

Hashes = npt.NDArray[np.uint64]


def hash64(texts: pa.Array | Sequence[str], *, key: str = "") -> Hashes:
    """A stable 64-bit hash of each text: same text and key, same number, in every process.

    For matching in memory only; it is no pseudonym, anybody can repeat it. Null hashes like ""."""
    if not isinstance(texts, pa.Array):
        texts = pa.array(texts, pa.string())
    elif texts.type != pa.string():
        texts = texts.cast(pa.string())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    seed = np.uint64(int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little"))
    if not len(texts):
        return np.empty(0, dtype=np.uint64)
    starts, lengths, data = _bytes_of(texts)
    hashes = _scattered((lengths.astype(np.uint64) + np.uint64(1)) * _STEP ^ seed)
    _walk(hashes, starts, np.where(lengths > _LONGEST, 0, lengths), data)
    for at in np.flatnonzero(lengths > _LONGEST).tolist():
        digest = hashlib.blake2b(texts[at].as_py().encode(), digest_size=8).digest()
        hashes[at] ^= np.uint64(int.from_bytes(digest, "little"))
    return _scattered(hashes)


def hash64_of(text: str) -> int:
    """What `hash64` gives for one text without a key. A column's worth of preparation for one short word of a
    note costs a hundred times as much."""
    raw = text.encode()
    made = _stirred((len(raw) + 1) * int(_STEP) & _ALL ^ _NO_KEY)
    if len(raw) > _LONGEST:
        made ^= int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "little")
        return _stirred(made)
    for done in range(0, len(raw), 8):
        made = _stirred((made ^ int.from_bytes(raw[done : done + 8], "little")) + int(_STEP) & _ALL)
    return _stirred(made)


def holds(held: Hashes, text: str) -> bool:
    """Whether `hash64` of one text is among these hashes, which ascend."""
    wanted = np.uint64(hash64_of(text))
    place = held.searchsorted(wanted)
    return bool(place < len(held) and held[place] == wanted)


def _stirred(number: int) -> int:
    """`_scattered` for one number."""
    number = (number ^ number >> 30) * int(_FIRST) & _ALL
    number = (number ^ number >> 27) * int(_SECOND) & _ALL
    return number ^ number >> 31


def _bytes_of(texts: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Hashes]:
    """Where each text starts, how many bytes it has, and the eight bytes from every place on."""
    _, offsets_buffer, data_buffer = texts.buffers()
    all_offsets = np.frombuffer(offsets_buffer, dtype=np.int32)
    offsets = all_offsets[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    low, high = int(offsets[0]), int(offsets[-1])
    data = np.zeros(high - low + 8, dtype=np.uint8)
    if data_buffer is not None:
        data[: high - low] = np.frombuffer(data_buffer, dtype=np.uint8)[low:high]
    offsets -= low
    eights: Hashes = np.ndarray((high - low + 1,), dtype="<u8", buffer=data.data, strides=(1,))
    return offsets[:-1], np.diff(offsets), eights


def _walk(
    hashes: Hashes, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], eights: Hashes
) -> None:
    """Stir every text's bytes into its hash, eight at a time."""
    done, shortest = 0, int(lengths.min())
    while done + 8 <= shortest:  # all of them: keys and codes are of one length, and need no choosing
        hashes ^= eights[starts + done]
        hashes += _STEP
        _scatter(hashes)
        done += 8
    live = np.flatnonzero(lengths > done)
    while len(live):
        left = lengths[live] - done
        word = eights[starts[live] + done] & _MASKS[np.minimum(left, 8)]
        hashes[live] = _scattered((hashes[live] ^ word) + _STEP)
        done += 8
        live = live[left > 8]


def _scattered(numbers: Hashes) -> Hashes:
    """Every bit of the result hangs on every bit of the number."""
    made = numbers.copy()
    _scatter(made)
    return made


def _scatter(numbers: Hashes) -> None:
    moved = np.empty_like(numbers)
    np.right_shift(numbers, np.uint64(30), out=moved)
    numbers ^= moved
    numbers *= _FIRST
    np.right_shift(numbers, np.uint64(27), out=moved)
    numbers ^= moved
    numbers *= _SECOND
    np.right_shift(numbers, np.uint64(31), out=moved)
    numbers ^= moved
