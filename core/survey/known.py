"""The raw identifiers that an export holds, kept in memory for the attack on the bytes that leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.survey.identifiers import hash64, normalise, single_names
from core.survey.names import name_parts, plain_letters
from core.survey.patients import People
from core.survey.results import KnownIdentifiers

_LARGEST_HOUSEHOLD = 12  # more people at one address live in a home, not a household
_SURNAME, _FORENAME, _FULL_NAME = 0, 1, 2
_WORD = (1 << 30) - 1
_FLUSH = 2_000_000


class HashSet:
    """64-bit hashes collected block by block; memory is bounded by what is distinct."""

    def __init__(self) -> None:
        self._parts: list[npt.NDArray[np.uint64]] = []
        self._pending = 0

    def add(self, hashes: npt.NDArray[np.uint64]) -> None:
        if len(hashes) == 0:
            return
        self._parts.append(hashes)
        self._pending += len(hashes)
        if self._pending > _FLUSH:
            self._parts = [self.sorted()]
            self._pending = 0

    def sorted(self) -> npt.NDArray[np.uint64]:
        """All hashes, sorted, each once."""
        if not self._parts:
            return np.empty(0, dtype=np.uint64)
        return np.unique(np.concatenate(self._parts))


class NamesOfPatient(Mapping[int, frozenset[str]]):
    """Lower-case single names by patient number, kept as numbers of a shared vocabulary: a million
    patients take tens of megabytes. `rows[starts[p]:starts[p + 1]]` are the vocabulary numbers of patient
    p; `household[p]` is a group number, -1 for none, whose members' names count as well."""

    def __init__(
        self,
        starts: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int32],
        vocabulary: Sequence[str],
        households: Mapping[int, npt.NDArray[np.int32]],
        household: npt.NDArray[np.int32],
    ) -> None:
        self._starts, self._rows, self._vocabulary = starts, rows, vocabulary
        self._households, self._household = households, household

    def _own(self, patient: int) -> set[str]:
        names: set[str] = set()
        for word in self._rows[self._starts[patient] : self._starts[patient + 1]]:
            names |= single_names(self._vocabulary[word])
        return names

    def __getitem__(self, patient: int) -> frozenset[str]:
        if not 0 <= patient < len(self):
            raise KeyError(patient)
        names = self._own(patient)
        group = int(self._household[patient])
        for other in self._households.get(group, ()):
            names |= self._own(int(other))
        return frozenset(names)

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    def __len__(self) -> int:
        return len(self._starts) - 1


def known_identifiers(people: People, collected: Mapping[str, HashSet]) -> KnownIdentifiers:
    """What the pass collected, with what the numbering of patients knows: their numbers, keys and names.

    `collected` has the hashes of normalised values by Role value: nhs_number, phone, email, postcode,
    address, full_name, patient_key."""
    numbers: list[str] = []
    keys: list[str] = []
    for identity in people.every_identity:
        kind, _, value = identity.partition("|")
        if kind == "nhs":
            numbers.append(value)
        elif kind == "local":
            keys.append(normalise("patient_key", value))
    collected["nhs_number"].add(hash64(pa.array(numbers, pa.string())))
    collected["patient_key"].add(hash64(pa.array(keys, pa.string())))
    collected["full_name"].add(_full_names(people))
    return KnownIdentifiers(
        nhs_numbers=collected["nhs_number"].sorted(),
        phones=collected["phone"].sorted(),
        emails=collected["email"].sorted(),
        postcodes=collected["postcode"].sorted(),
        address_lines=collected["address"].sorted(),
        full_names=collected["full_name"].sorted(),
        local_keys=collected["patient_key"].sorted(),
        names_of_patient=names_of_patients(people),
    )


def names_of_patients(people: People) -> NamesOfPatient:
    """Every patient's names, with those of others at the same address."""
    patient = (people.named >> 32).astype(np.int64)
    starts = np.searchsorted(patient, np.arange(people.count + 1))
    household = np.full(people.count, -1, dtype=np.int32)
    groups: dict[int, npt.NDArray[np.int32]] = {}
    order = np.argsort(people.address, kind="stable").astype(np.int32)
    address = people.address[order]
    edges = np.flatnonzero(np.diff(address)) + 1
    for group, (start, stop) in enumerate(
        zip(np.r_[0, edges].tolist(), np.r_[edges, len(order)].tolist(), strict=True)
    ):
        if not 1 < stop - start <= _LARGEST_HOUSEHOLD or address[start] == 0:
            continue
        members = order[start:stop]
        household[members] = group
        groups[group] = members
    words = (people.named & _WORD).astype(np.int32)
    return NamesOfPatient(starts, words, people.vocabulary, groups, household)


def _full_names(people: People) -> npt.NDArray[np.uint64]:
    """Hashes of the normalised full names that surnames and forenames of one patient make."""
    slot = (people.named >> 30) & 3
    words = (people.named & _WORD).astype(np.int32)
    patient = people.named >> 32
    surnames, forenames = slot == _SURNAME, slot == _FORENAME
    full = np.unique(words[slot == _FULL_NAME]).tolist()
    hashes = [hash64([normalise("full_name", people.vocabulary[word]) for word in full])]
    if surnames.any() and forenames.any():
        last = _parts(people.vocabulary, words[surnames], -1)
        first = _parts(people.vocabulary, words[forenames], 0)
        # Every forename of a patient with every surname of the same patient; most have one of each.
        at = np.searchsorted(patient[forenames], patient[surnames], side="left")
        stop = np.searchsorted(patient[forenames], patient[surnames], side="right")
        while (open_ := at < stop).any():
            pairs = pc.binary_join_element_wise(
                first.take(pa.array(at[open_])), last.filter(pa.array(open_)), ""
            )
            hashes.append(hash64(pairs))
            at = at + 1
    return np.concatenate(hashes)


def _parts(vocabulary: Sequence[str], words: npt.NDArray[np.int32], which: int) -> pa.Array:
    """The first (0) or last (-1) of the names in each word, as `full_name_key` puts them together."""
    distinct, back = np.unique(words, return_inverse=True)
    parts = []
    for word in distinct.tolist():
        names = name_parts(vocabulary[word])
        parts.append(names[which] if names else plain_letters(vocabulary[word]))
    return pa.array(parts, pa.string()).take(pa.array(back))
