"""The raw identifiers that an export holds, kept in memory for the attack on the bytes that leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Role
from core.survey.identifiers import hash64, normalise, single_names
from core.survey.identifiers.names import name_parts, plain_letters
from core.survey.people.patients import People, sorted_unique
from core.survey.results import KnownIdentifiers

_LARGEST_HOUSEHOLD = 12  # more people at one address live in a home, not a household
_MOST_WORDS = 6  # a name of more words is a sentence
_SURNAME, _FORENAME, _FULL_NAME = 0, 1, 2
_WORD = (1 << 30) - 1
_FLUSH = 2_000_000
_MOST_SPOKEN, _LONGEST_SPOKEN = 100_000, 120


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
        return sorted_unique(np.concatenate(self._parts))


class NamesOfPatient(Mapping[int, frozenset[str]]):
    """Lower-case single names by patient number, kept as numbers of a shared vocabulary: a million
    patients take tens of megabytes. `words[starts[p]:starts[p + 1]]` are the vocabulary numbers of patient
    p. `household[p]` is h where the names of `members[groups[h]:groups[h + 1]]` count as well, else -1."""

    def __init__(
        self,
        starts: npt.NDArray[np.int64],
        words: npt.NDArray[np.int32],
        vocabulary: Sequence[str],
        household: npt.NDArray[np.int32],
        groups: npt.NDArray[np.int64],
        members: npt.NDArray[np.int32],
    ) -> None:
        self._starts, self._words, self._vocabulary = starts, words, vocabulary
        self._household, self._groups, self._members = household, groups, members

    def _own(self, patient: int) -> set[str]:
        names: set[str] = set()
        for word in self._words[self._starts[patient] : self._starts[patient + 1]]:
            names |= _names_in(self._vocabulary[word])
        return names

    def __getitem__(self, patient: int) -> frozenset[str]:
        if not 0 <= patient < len(self):
            raise KeyError(patient)
        names = self._own(patient)
        group = int(self._household[patient])
        if group >= 0:
            for other in self._members[self._groups[group] : self._groups[group + 1]].tolist():
                names |= self._own(other)
        return frozenset(names)

    def own(self, patient: int) -> frozenset[str]:
        """The patient's own names, without those of the household."""
        return frozenset(self._own(patient))

    def household(self, patient: int) -> npt.NDArray[np.int32]:
        """The other patients at the same address; nobody where it is none, or a home of many."""
        group = int(self._household[patient])
        if group < 0:
            return np.empty(0, dtype=np.int32)
        members = self._members[self._groups[group] : self._groups[group + 1]]
        return np.asarray(members[members != patient], dtype=np.int32)

    def all_names(self) -> frozenset[str]:
        """Every name of anybody; quick, for it looks at the vocabulary and not at patients."""
        return frozenset(self._words_of_name)

    def bearers(self, name: str) -> npt.NDArray[np.int64]:
        """The patients, sorted, who have a single name, themselves or in their household."""
        wanted = self._words_of_name.get(name)
        if not wanted:
            return np.empty(0, dtype=np.int64)
        places = np.flatnonzero(np.isin(self._words, wanted))
        patients = np.searchsorted(self._starts, places, side="right") - 1
        groups = np.unique(self._household[patients])
        shared = [self._members[self._groups[g] : self._groups[g + 1]] for g in groups[groups >= 0].tolist()]
        return np.unique(np.concatenate([patients, *shared]).astype(np.int64))

    def own_any(self, names: Iterable[str]) -> npt.NDArray[np.bool_]:
        """One entry a patient: whether one of their own single names is among these (lower-case letters)."""
        wanted = {word for name in names for word in self._words_of_name.get(name, ())}
        whose = np.zeros(len(self), dtype=np.bool_)
        if wanted:
            places = np.flatnonzero(np.isin(self._words, np.fromiter(wanted, np.int32, len(wanted))))
            whose[np.searchsorted(self._starts, places, side="right") - 1] = True
        return whose

    def own_bearers(self, beginnings: str) -> npt.NDArray[np.int64]:
        """The patients, sorted, one of whose own single names begins so (lower-case letters)."""
        words = {
            word for name, of in self._words_of_name.items() if name.startswith(beginnings) for word in of
        }
        if not words:
            return np.empty(0, dtype=np.int64)
        places = np.flatnonzero(np.isin(self._words, np.fromiter(words, np.int32, len(words))))
        return np.unique(np.searchsorted(self._starts, places, side="right") - 1).astype(np.int64)

    @cached_property
    def _words_of_name(self) -> dict[str, list[int]]:
        words: dict[str, list[int]] = {}
        for word in np.unique(self._words).tolist():
            for name in _names_in(self._vocabulary[word]):
                words.setdefault(name, []).append(word)
        return words

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    def __len__(self) -> int:
        return len(self._starts) - 1


def _names_in(cell: str) -> frozenset[str]:
    """The single names in a name cell; none in a sentence, such as a template's row of instructions."""
    return single_names(cell) if len(cell.split()) <= _MOST_WORDS else frozenset()


class SpokenNames:
    """Names that a note may mention beside patients': of staff, of third parties, of places. Bounded."""

    def __init__(self) -> None:
        self.of: dict[str, set[str]] = {}

    def add(self, role: str, cells: Iterable[str | None]) -> None:
        held = self.of.setdefault(role, set())
        if len(held) < _MOST_SPOKEN:
            held.update(cell for cell in cells if cell and len(cell) <= _LONGEST_SPOKEN)

    def of_roles(self, *roles: Role) -> frozenset[str]:
        return frozenset().union(*(self.of.get(role.value, set()) for role in roles))


def known_identifiers(
    people: People, collected: Mapping[str, HashSet], spoken: SpokenNames | None = None
) -> KnownIdentifiers:
    """What the pass collected, with what the numbering of patients knows: their numbers, keys and names.

    `collected` has the hashes of normalised values by Role value: nhs_number, phone, email, postcode,
    address, full_name, patient_key."""
    identities = people.every_identity
    numbers = identities.filter(pc.starts_with(identities, "nhs|"))
    collected["nhs_number"].add(hash64(pc.utf8_slice_codeunits(numbers, len("nhs|"))))
    keys = identities.filter(pc.starts_with(identities, "local|"))
    collected["patient_key"].add(hash64(normalise_keys(pc.utf8_slice_codeunits(keys, len("local|")))))
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
        staff_names=spoken.of_roles(Role.STAFF_NAME) if spoken else frozenset(),
        other_names=spoken.of_roles(Role.THIRD_PARTY) if spoken else frozenset(),
        places=spoken.of_roles(Role.AREA, Role.ORGANISATION) if spoken else frozenset(),
    )


def normalise_keys(keys: pa.Array) -> pa.Array:
    """`normalise("patient_key", ...)` over a column. Plain keys and GUIDs are done by Arrow."""
    plain = pc.match_substring_regex(keys, r"^\{?[A-Za-z0-9-]+\}?$")
    done = pc.ascii_lower(pc.replace_substring_regex(keys, r"[{}-]", ""))
    odd = pc.invert(plain)
    if not pc.any(odd).as_py():
        return done
    rest = [normalise(Role.PATIENT_KEY.value, key) for key in keys.filter(odd).to_pylist()]
    return pc.replace_with_mask(done, odd, pa.array(rest, pa.string()))


def names_of_patients(people: People) -> NamesOfPatient:
    """Every patient's names, with those of others at the same address."""
    starts = np.searchsorted(people.named, np.arange(people.count + 1, dtype=np.int64) << 32)
    order = np.argsort(people.address, kind="stable").astype(np.int32)
    address = people.address[order]
    edges = (
        np.flatnonzero(np.r_[True, address[1:] != address[:-1]]) if len(address) else np.empty(0, np.int64)
    )
    sizes = np.diff(np.r_[edges, len(address)])
    is_household = (sizes > 1) & (sizes <= _LARGEST_HOUSEHOLD) & (address[edges] != 0)
    group = np.where(is_household, np.arange(len(edges)), -1)
    household = np.full(people.count, -1, dtype=np.int32)
    household[order] = np.repeat(group, sizes)
    words = (people.named & _WORD).astype(np.int32)
    return NamesOfPatient(starts, words, people.vocabulary, household, np.r_[edges, len(address)], order)


def _full_names(people: People) -> npt.NDArray[np.uint64]:
    """Hashes of the normalised full names that surnames and forenames of one patient make."""
    slot = (people.named >> 30) & 3
    words = (people.named & _WORD).astype(np.int32)
    patient = people.named >> 32
    surnames, forenames = slot == _SURNAME, slot == _FORENAME
    full = sorted_unique(words[slot == _FULL_NAME]).tolist()
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
