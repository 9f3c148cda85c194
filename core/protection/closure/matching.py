"""Which rows of one table have the value of given rows of another, for one and the same patient."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.uint32]
Patients = npt.NDArray[np.int32]
_AT_ONCE = 1_000_000
#: A first, rough sieve over the target's rows: so many entries stay in the processor's cache.
_SIEVE = 1 << 20


def matches(
    numbers: Numbers, patients: Patients, targets: Numbers, target_patients: Patients
) -> tuple[Rows, Rows]:
    """Rows of the target and, for each, the place in `numbers` of what it matches (the first there is).

    `numbers` and `patients` are those of the rows that go; `targets` and `target_patients` have an entry a
    row of the table that is searched. 0 matches nothing. Rows that name nobody match anybody's."""
    there = np.flatnonzero(numbers)
    if not len(there):
        return _none(), _none()
    numbers, patients = numbers[there], patients[there]
    by_number = np.argsort(numbers, kind="stable")
    ordered = numbers[by_number]
    found = sieved(ordered, targets)
    if not len(found):
        return found, _none()
    of_target, who = targets[found], target_patients[found]

    keys = paired(numbers, patients)
    by_key = np.argsort(keys, kind="stable")
    place = _first(keys[by_key], by_key, paired(of_target, who))
    nobody = np.flatnonzero(patients < 0)
    if len(nobody):
        of_nobody = nobody[np.argsort(numbers[nobody], kind="stable")]
        other = _first(numbers[of_nobody], of_nobody, of_target)
        place = np.where(place < 0, other, place)
    place = np.where((place < 0) & (who < 0), _first(ordered, by_number, of_target), place)
    linked = place >= 0
    return found[linked], there[place[linked]]


def sieved(ordered: Numbers, targets: Numbers) -> Rows:
    """The rows of the target whose number is among these sorted ones."""
    if not len(ordered):
        return _none()
    sieve = np.zeros(_SIEVE, dtype=np.bool_)
    sieve[ordered & np.uint32(_SIEVE - 1)] = True
    kept = []
    for start in range(0, len(targets), _AT_ONCE):
        some = targets[start : start + _AT_ONCE]
        rough = np.flatnonzero(sieve[some & np.uint32(_SIEVE - 1)])
        at = np.minimum(np.searchsorted(ordered, some[rough]), len(ordered) - 1)
        kept.append(rough[ordered[at] == some[rough]] + start)
    return np.concatenate(kept) if kept else _none()


def _first(ordered: npt.NDArray[Any], places: Rows, wanted: npt.NDArray[Any]) -> Rows:
    """The place of each wanted value, -1 where it is not among the ordered ones."""
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[at] == wanted, places[at], -1)


def among(known: npt.NDArray[Any], asked: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which of the numbers asked for are among the known, sorted ones."""
    if not len(known):
        return np.zeros(len(asked), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    same: npt.NDArray[np.bool_] = known[at] == asked
    return same


def paired(numbers: Numbers, patients: Patients) -> npt.NDArray[np.uint64]:
    """Key and patient as one number."""
    return numbers.astype(np.uint64) << np.uint64(32) | patients.astype(np.uint32).astype(np.uint64)


def _none() -> Rows:
    return np.empty(0, dtype=np.int64)
