"""Who the rows are about: one number for each person, however a table names them.

A row names its patient by NHS number, by the practice's own key, or, where it has neither, by name and
birth date. A table that has two of these ties them together for all others. A key that was seen with
two NHS numbers ties nothing: it stays a person of its own, who shares every objection of both, as both
share what is recorded under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.survey.identifiers import hash64
from core.survey.people.identities import Identities, IdentityTable, Prints
from core.survey.people.other_keys import OtherKeys
from core.survey.people.status import NOTHING_SAID, status_of_scores
from core.survey.results import NO_DAY, NO_PATIENT, OBJECTIONS, PatientFacts

_NONE = np.int32(-1)
_Number = TypeVar("_Number", np.int32, np.int64, np.uint64)
_Integer = TypeVar("_Integer", bound=np.integer)


def sorted_unique(values: npt.NDArray[_Integer]) -> npt.NDArray[_Integer]:
    """Each value once, sorted. By sorting: the hash table of numpy.unique is many times slower on
    numbers that follow a pattern, as patients' do."""
    values = np.sort(values)
    if len(values) == 0:
        return values
    return values[np.r_[True, values[1:] != values[:-1]]]


@dataclass(frozen=True)
class People:
    """Everybody an export is about, numbered. Arrays have one entry a patient unless said otherwise.

    `patient_of` turns a node into a patient number, NO_PATIENT where no row stands under it.
    `every_identity` holds the identities that stand for somebody else's number too. `shares_with`:
    patients whose key is ambiguous, with those it may mean.
    `named` are sorted patient << 32 | slot << 30 | word, the word a position in `vocabulary`.
    """

    patient_of: npt.NDArray[np.int32]
    identity: Sequence[str]
    every_identity: pa.Array
    birth_day: npt.NDArray[np.int32]
    score: npt.NDArray[np.int64]
    address: npt.NDArray[np.uint64]
    shares_with: Mapping[int, Sequence[int]]
    vocabulary: tuple[str, ...]
    named: npt.NDArray[np.int64]
    other_keys: OtherKeys = field(default_factory=OtherKeys)

    @property
    def count(self) -> int:
        return len(self.identity)

    def facts(
        self, objections: npt.NDArray[np.uint32], *, has_status: bool, as_of: int = NO_DAY
    ) -> PatientFacts:
        """The facts of patients on the day `as_of`; of `objections` the bits above those of OBJECTIONS are
        of RECALLS. One with an ambiguous key shares the objections of all it may be; what is
        recorded under such a key may be any of theirs, so that all of them share it."""
        told, objections = objections, objections.copy()
        for patient, others in self.shares_with.items():
            for other in others:
                objections[patient] |= objections[other]
        for patient, others in self.shares_with.items():
            objections[others] |= told[patient]
        own = np.uint32((1 << len(OBJECTIONS)) - 1)
        return PatientFacts(
            count=self.count,
            identity=self.identity,
            status=status_of_scores(self.score, as_of),
            objections=objections & own,
            birth_day=self.birth_day,
            has_status=has_status,
            recall=objections >> np.uint32(len(OBJECTIONS)),
            other_keys=self.other_keys,
        )


class PatientRegistry:
    """Collects people while blocks come in, in order, from one thread. Nodes are provisional numbers;
    `finish` turns them into patient numbers."""

    def __init__(self, *, by_practice: bool = False) -> None:
        self._may_move = by_practice
        self._ambiguous: dict[int, set[int]] = {}
        self._of_practices: dict[int, set[int]] = {}  # a key alone -> the keys of several organisations
        self._of_cases: dict[int, set[int]] = {}  # a case -> all that rows name as its patient
        self._has_cases = False
        self._clear()

    def _clear(self) -> None:
        self._nodes = IdentityTable()
        self._size = 0
        self._tied = np.empty(0, dtype=np.int32)  # key or person node -> the node it is
        self._birth = np.empty(0, dtype=np.int32)
        self._score = np.empty(0, dtype=np.int64)
        self._address = np.empty(0, dtype=np.uint64)
        self._last_names = np.empty((0, 3), dtype=np.int32)
        self._vocabulary: dict[str, int] = {}
        self._named: list[tuple[int, npt.NDArray[np.int32], npt.NDArray[np.int32]]] = []
        self._persons: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.uint64]]] = []

    def nodes_of(self, identities: pa.Array, prints: Prints | None = None) -> npt.NDArray[np.int32]:
        """The node of each identity ('nhs|...', 'local|...', 'person|...'), -1 for null."""
        found = self._nodes.nodes_of(identities, prints)
        self._grow(len(self._nodes))
        return found

    @property
    def nodes(self) -> int:
        return len(self._nodes)

    def hashes_of(self, nodes: npt.NDArray[np.int32]) -> npt.NDArray[np.uint64]:
        """The hashes of the identities of nodes."""
        return hash64(self._nodes.texts().take(pa.array(nodes)))

    @property
    def ambiguous_keys(self) -> int:
        """Keys that were seen with more than one NHS number."""
        return len(self._ambiguous)

    @property
    def keys_of_several(self) -> int:
        """Keys that more than one organisation has."""
        return len(self._of_practices)

    def tie(self, keys: npt.NDArray[np.int32], to: npt.NDArray[np.int32]) -> None:
        """Rows that have both: the key is that person. Arrays of nodes, -1 where a row has none."""
        self._tie(keys, to, self._ambiguous)

    def tie_alone(self, alone: npt.NDArray[np.int32], keys: npt.NDArray[np.int32]) -> None:
        """Rows whose key counts with its organisation: the key without one, which other tables may have."""
        self._tie(alone, keys, self._of_practices)

    def tie_case(self, cases: npt.NDArray[np.int32], to: npt.NDArray[np.int32]) -> None:
        """Rows that have a case and its patient: the case is that person's, however they are named."""
        self._has_cases = True
        self._tie(cases, to, self._of_cases)

    def _tie(
        self, keys: npt.NDArray[np.int32], to: npt.NDArray[np.int32], unsure: dict[int, set[int]]
    ) -> None:
        both = (keys >= 0) & (to >= 0) & (keys != to)
        keys, to = keys[both], to[both]
        free = self._tied[keys] < 0
        # Backwards, so that of two numbers for one key the first one in the file is tied.
        self._tied[keys[free][::-1]] = to[free][::-1]
        wrong = self._tied[keys] != to
        if wrong.any():
            for key, other in np.unique(np.stack([keys[wrong], to[wrong]]), axis=1).T.tolist():
                unsure.setdefault(key, {int(self._tied[key])}).add(other)

    def persons(self, nodes: npt.NDArray[np.int32], person: npt.NDArray[np.uint64]) -> None:
        """The hash of the 'person|...' identity of nodes that have a better one, 0 for none."""
        known = (nodes >= 0) & (person != 0)
        self._persons.append((nodes[known], person[known]))

    def births(self, nodes: npt.NDArray[np.int32], day: npt.NDArray[np.int32]) -> None:
        """Birth days of rows; the first one of a patient holds."""
        use = (nodes >= 0) & (day != NO_DAY)
        nodes, day = nodes[use], day[use]
        free = self._birth[nodes] == NO_DAY
        self._birth[nodes[free][::-1]] = day[free][::-1]

    def statuses(self, nodes: npt.NDArray[np.int32], score: npt.NDArray[np.int64]) -> None:
        """What rows say of registration; see `status.scores`."""
        use = (nodes >= 0) & (score != NOTHING_SAID)
        np.maximum.at(self._score, nodes[use], score[use])

    def addresses(self, nodes: npt.NDArray[np.int32], address: npt.NDArray[np.uint64]) -> None:
        """Hashes of full addresses, 0 for none; the first one of a patient holds."""
        use = (nodes >= 0) & (address != 0)
        nodes, address = nodes[use], address[use]
        free = self._address[nodes] == 0
        self._address[nodes[free][::-1]] = address[free][::-1]

    def names(
        self, nodes: npt.NDArray[np.int32], slot: int, words: Sequence[str], indices: npt.NDArray[np.int32]
    ) -> None:
        """Names of rows: `words` are a column's distinct values, `indices` each row's, -1 for none. `slot` is
        0 for surnames, 1 for forenames, 2 for full names."""
        vocabulary = self._vocabulary
        number = np.fromiter(
            (vocabulary.setdefault(word, len(vocabulary)) for word in words), np.int32, len(words)
        )
        use = (nodes >= 0) & (indices >= 0)
        nodes, named = nodes[use], number[indices[use]]
        new = self._last_names[nodes, slot] != named
        nodes, named = nodes[new], named[new]
        self._last_names[nodes, slot] = named
        if len(nodes):
            pair = sorted_unique(nodes.astype(np.int64) << 32 | named.astype(np.int64))
            self._named.append((slot, (pair >> 32).astype(np.int32), (pair & 0xFFFFFFFF).astype(np.int32)))

    def finish(self, seen: npt.NDArray[np.bool_]) -> People:
        """Patient numbers from nodes, in the order in which people first appear.

        `seen[node]` is True where a row stands under that node. Who has no row is nobody: a key that was
        seen with two NHS numbers, for one, when every row that has it has a number too. The registry
        keeps only `ambiguous_keys`: with a million people its tables outweigh what they gave.
        """
        root = np.arange(self.nodes, dtype=np.int32)
        tied = self._tied[: self.nodes] >= 0
        if unsure := [*self._ambiguous, *self._of_practices, *self._of_cases]:
            tied[unsure] = False
        root[tied] = self._tied[: self.nodes][tied]
        root = root[root]  # a key alone is tied to one with its organisation, and that to a number
        shares = self._settle_practices(root)
        self._settle_cases(root)
        self._settle_persons(root)
        shares = {**shares, **self._ambiguous}
        is_root = np.zeros(self.nodes, dtype=np.bool_)
        is_root[root[seen]] = True
        number = np.full(self.nodes, NO_PATIENT, dtype=np.int32)
        count = int(is_root.sum())
        number[is_root] = np.arange(count, dtype=np.int32)
        patient_of = number[root]
        people = People(
            patient_of=patient_of,
            identity=Identities(self._nodes.texts().filter(pa.array(is_root))),
            every_identity=self._nodes.texts(),
            birth_day=self._of_patients(self._birth, patient_of, count, np.int32(NO_DAY)),
            score=self._of_patients(self._score, patient_of, count, NOTHING_SAID),
            address=self._of_patients(self._address, patient_of, count, np.uint64(0)),
            shares_with={
                int(patient_of[key]): [n for other in others if (n := int(patient_of[other])) != NO_PATIENT]
                for key, others in shares.items()
                if patient_of[key] != NO_PATIENT
            },
            vocabulary=tuple(self._vocabulary),
            named=self._names_of_patients(patient_of),
            other_keys=self._other_keys(patient_of, is_root),
        )
        self._clear()
        return people

    def _other_keys(self, patient_of: npt.NDArray[np.int32], is_root: npt.NDArray[np.bool_]) -> OtherKeys:
        """The keys that are not their patient's identity. A key that several organisations have stands for
        each of their patients; one that was seen with two numbers is a person of its own, and not here."""
        texts = self._nodes.texts()
        is_key = pc.starts_with(texts, "local|").to_numpy(zero_copy_only=False)
        nodes = np.flatnonzero(is_key & ~is_root & (patient_of != NO_PATIENT))
        patients = patient_of[nodes]
        for alone, keys in self._of_practices.items():
            people = sorted({int(patient_of[key]) for key in keys} - {NO_PATIENT})
            nodes = np.append(nodes, np.full(len(people), alone))
            patients = np.append(patients, np.array(people, dtype=np.int32))
        return OtherKeys.of(hash64(texts.take(pa.array(nodes))), patients)

    def _settle_practices(self, root: npt.NDArray[np.int32]) -> dict[int, set[int]]:
        """Keys that several organisations have: those that mean one person after all are that person. Who may
        be whom among the others: a key alone may be any of them, and a key of an organisation that has no
        row with a number or a birth date may be another organisation's. One with the same birth date may be,
        where only a practice's code tells keys apart: the patient may have moved."""
        unsure: dict[int, set[int]] = {}
        for alone, keys in self._of_practices.items():
            people = {int(root[key]) for key in keys}
            if len(people) == 1:
                root[alone] = people.pop()
                continue
            unsure[alone] = keys
            for key in keys:
                born = self._birth[key]
                same = {
                    o for o in keys - {key} if born == NO_DAY or (self._may_move and born == self._birth[o])
                }
                if root[key] == key and same:
                    unsure[key] = same
        return unsure

    def _settle_cases(self, root: npt.NDArray[np.int32]) -> None:
        """Cases whose patient is named in several ways: by number here, by key there. One of several patients
        is ambiguous, as a key that was seen with two numbers is."""
        for case, named in self._of_cases.items():
            people = {int(root[key]) for key in named}
            if len(people) == 1:
                root[case] = people.pop()
            else:
                self._ambiguous[case] = people
        if self._has_cases:
            root[:] = root[root]  # a case is tied to a key alone, and that to one with its organisation

    def _of_patients(
        self, values: npt.NDArray[_Number], patient_of: npt.NDArray[np.int32], count: int, nothing: _Number
    ) -> npt.NDArray[_Number]:
        """The largest value of each patient's nodes, which is the only one in nearly every case."""
        result = np.full(count + 1, nothing, dtype=values.dtype)  # the last is for those who are nobody
        np.maximum.at(result, patient_of, values[: self.nodes])
        return result[:-1]

    def _names_of_patients(self, patient_of: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Pairs of patient and word as patient << 32 | slot << 30 | word, sorted and each once."""
        if not self._named:
            return np.empty(0, dtype=np.int64)
        pairs = [
            patient_of[nodes].astype(np.int64) << 32 | np.int64(slot) << 30 | words.astype(np.int64)
            for slot, nodes, words in self._named
        ]
        found = sorted_unique(np.concatenate(pairs))
        return found[found >= 0]

    def _settle_persons(self, root: npt.NDArray[np.int32]) -> None:
        """Ties those known only by name and birth date to the one patient who has both."""
        if not self._persons:
            return
        texts = self._nodes.texts()
        is_person = pc.starts_with(texts, "person|")
        waiting = np.flatnonzero(is_person.to_numpy(zero_copy_only=False)).tolist()
        if not waiting:
            return
        nodes = root[np.concatenate([n for n, _ in self._persons])]
        person = np.concatenate([p for _, p in self._persons])
        order = np.argsort(person, kind="stable")
        nodes, person = nodes[order], person[order]
        wanted = hash64(texts.filter(is_person))
        first = np.searchsorted(person, wanted, side="left").tolist()
        last = np.searchsorted(person, wanted, side="right").tolist()
        for node, start, stop in zip(waiting, first, last, strict=True):
            candidates = set(nodes[start:stop].tolist())
            if len(candidates) == 1:
                root[node] = candidates.pop()
            elif candidates:
                self._ambiguous[node] = candidates

    def _grow(self, size: int) -> None:
        if size <= self._size:
            return
        room = max(size, self._size * 2, 1024)

        def grown(array: npt.NDArray[_Number], fill: _Number) -> npt.NDArray[_Number]:
            wider = np.full((room, *array.shape[1:]), fill, dtype=array.dtype)
            wider[: self._size] = array[: self._size]
            return wider

        self._tied = grown(self._tied, _NONE)
        self._birth = grown(self._birth, np.int32(NO_DAY))
        self._score = grown(self._score, NOTHING_SAID)
        self._address = grown(self._address, np.uint64(0))
        self._last_names = grown(self._last_names, _NONE)
        self._size = room
