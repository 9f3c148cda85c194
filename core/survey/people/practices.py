"""Whether a key of an export is of two people, one in each of two practices.

Most files of several practices say so by a supplier's field of the organisation (formats/row_marks.toml in
resources). Others have only a practice's national code beside the patient's number. That alone is no proof:
in one practice's file it may be where somebody was registered before, or was seen. It is proof for a key that
stands in two practices with no birth day, or no NHS number, that all of them have; or that the list of the
patients has for two people. Such a key counts together with the practice, and no other one does: one wrong
cell must not change the codes of a whole file. Where nothing tells of how many people a key is, it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from core.survey.columns import Distinct
from core.survey.identifiers.columns import nhs_checks
from core.survey.people.keys import Keys, scoped_keys
from core.survey.people.patients import sorted_unique
from core.survey.results import NO_DAY

#: National codes of practices: of England, Wales and Northern Ireland (with three digits more, of a branch),
#: and of Scotland.
_PRACTICE = r"^([A-Z][0-9]{5}([0-9]{3})?|[0-9]{5})$"
_WIDTH = 6
_NONE = np.int32(-1)
_FLUSH = 2_000_000
#: More days than lie before 1970 in any calendar: added to a birth day, it is no less than 0.
_EARLIER = np.int32(1_000_000)

Numbers = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class KeysOfPractices:
    """What a whole export tells of keys in several practices: `apart` are the hashes, sorted, of those that
    are of several people; `unsure` is how many others there are of which nothing tells whose they are."""

    apart: Hashes
    unsure: int

    def scoped(self, key: Distinct, alone: Keys, practice: Distinct) -> Keys:
        """The keys of a block, those of several people together with the practice beside them."""
        prints = alone.prints
        place = np.searchsorted(self.apart, prints.first)
        place[place == len(self.apart)] = 0
        is_apart = np.zeros(len(alone.words) + 1, dtype=np.bool_)  # the last is for rows without a key
        if len(self.apart):
            is_apart[prints.present[prints.order]] = self.apart[place] == prints.first
        of_row = np.where(is_apart[alone.indices], practice.indices, _NONE)
        return scoped_keys(key, Distinct(practice.values, of_row))


class SeveralPractices(Exception):
    """Keys of two people were met: they count together with their practice, from the start."""

    def __init__(self, told: KeysOfPractices) -> None:
        super().__init__("keys of several practices")
        self.told = told


def practice_codes(column: Distinct) -> Distinct:
    """The practices' codes in capitals, a branch's as its practice's; null where a cell is no such code."""
    plain = pc.utf8_upper(pc.utf8_trim_whitespace(column.values))
    plain = pc.if_else(pc.match_substring_regex(plain, _PRACTICE), plain, None)
    return Distinct(pc.utf8_slice_codeunits(plain, 0, _WIDTH), column.indices)


def valid_numbers(nhs: Keys | None, nodes: Numbers | None) -> Numbers | None:
    """The nodes of rows' NHS numbers, -1 where the check digit is wrong: a mistyped one proves nothing."""
    if nhs is None or nodes is None:
        return None
    there = nhs.words.is_valid().to_numpy(zero_copy_only=False)
    good = np.zeros(len(there) + 1, dtype=np.bool_)  # the last is for rows without a number
    if there.any():
        good[np.flatnonzero(there)] = nhs_checks(pc.utf8_slice_codeunits(nhs.words.drop_null(), len("nhs|")))
    return np.where(good[nhs.indices], nodes, _NONE)


class Practices:
    """Looks for keys of two people while blocks come in. Keys are nodes of the registry."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._beside = _Places()  # by key: the practices that it stands beside
        self._dated = _Places()  # ... with a birth day
        self._numbered = _Places()  # ... with an NHS number
        self._listed = (_Listed(), _Listed())  # by key, in tables without practices: NHS number, birth day

    def add(
        self,
        practice: Distinct,
        key: Numbers,
        nhs: Numbers | None,
        birth: Numbers | None,
    ) -> None:
        """The rows of a block: each one's practice, birth day, and nodes of its key and of its valid NHS
        number (-1 for none)."""
        words = practice.values.to_pylist()
        number = [_NONE if w is None else self._numbers.setdefault(w, len(self._numbers)) for w in words]
        of_row = np.array([*number, _NONE], dtype=np.int32)[practice.indices]
        known = (key >= 0) & (of_row >= 0)
        self._beside.add(key[known], of_row[known], np.zeros(int(known.sum()), dtype=np.int32))
        for who, places in ((nhs, self._numbered), (_days(birth), self._dated)):
            if who is not None:
                rows = known & (who >= 0)  # a field that is there and always empty tells nothing
                places.add(key[rows], of_row[rows], who[rows])

    def listed(self, key: Numbers, nhs: Numbers | None, birth: Numbers | None) -> None:
        """The rows of a block without practices, which may tell of how many people each key is."""
        for who, listed in zip((nhs, _days(birth)), self._listed, strict=True):
            if who is not None:
                rows = (key >= 0) & (who >= 0)
                listed.add(key[rows], who[rows])

    def finish(self, hashes_of: Callable[[Numbers], Hashes]) -> KeysOfPractices:
        """What all blocks tell. `hashes_of` gives those of nodes' texts."""
        beside = self._beside.counted()
        several = beside.practices > 1
        keys, number = beside.key[several], beside.practices[several]
        with_nhs, one_nhs = self._numbered.counted().of(keys)
        with_day, one_day = self._dated.counted().of(keys)
        same_nhs, same_day = (with_nhs > 1) & (one_nhs == with_nhs), (with_day > 1) & (one_day == with_day)
        apart = (with_nhs > 1) & ~same_nhs
        # Whom one NHS number stands for in each of the practices is one person, with a wrong birth day.
        apart |= (with_day > 1) & ~same_day & ~(same_nhs & (with_nhs >= with_day))
        is_one = (same_nhs & (with_nhs == number)) | (same_day & (with_day == number))
        once, twice = np.zeros(len(keys), dtype=np.bool_), np.zeros(len(keys), dtype=np.bool_)
        for listed in self._listed:
            times = listed.times(keys)
            once, twice = once | (times > 0), twice | (times > 1)
        apart |= twice & ~is_one
        unsure = int((~apart & ~is_one & ~once).sum())
        return KeysOfPractices(np.sort(hashes_of(keys[apart])), unsure)


def _days(birth: Numbers | None) -> Numbers | None:
    """Birth days as numbers that are no less than 0, -1 for none."""
    return None if birth is None else np.where(birth == NO_DAY, _NONE, birth + _EARLIER).astype(np.int32)


@dataclass(frozen=True)
class _Counted:
    """By key: in how many practices it is, and in how many of them the person is who is in most."""

    key: Numbers
    practices: npt.NDArray[np.int64]
    together: npt.NDArray[np.int64]

    def of(self, keys: Numbers) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Both numbers for other keys, 0 for those that are not here."""
        _, own, others = np.intersect1d(keys, self.key, assume_unique=True, return_indices=True)
        practices, together = np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=np.int64)
        practices[own], together[own] = self.practices[others], self.together[others]
        return practices, together


class _Places:
    """In which practices each key stands, and who has it there: the first of each key in an array, and what
    differs from that, which is little, as rows of key, practice and person."""

    def __init__(self) -> None:
        self._practice = np.empty(0, dtype=np.int32)
        self._who = np.empty(0, dtype=np.int32)
        self._more: list[Numbers] = []
        self._pending = 0

    def add(self, key: Numbers, practice: Numbers, who: Numbers) -> None:
        if not len(key):
            return
        self._practice, self._who = _grown(self._practice, key), _grown(self._who, key)
        free = np.flatnonzero(self._practice[key] < 0)
        # The first row of each key: its practice and its person together.
        some, at = np.unique(key[free], return_index=True)
        self._practice[some], self._who[some] = practice[free[at]], who[free[at]]
        other = (self._practice[key] != practice) | (self._who[key] != who)
        if other.any():
            self._more.append(_each_once(np.stack([key[other], practice[other], who[other]], axis=1)))
            self._pending += len(self._more[-1])
            if self._pending > _FLUSH:
                self._more, self._pending = [_each_once(np.concatenate(self._more))], 0

    def counted(self) -> _Counted:
        """The numbers of keys that have more than one entry."""
        if not self._more:
            nothing = np.empty(0, dtype=np.int64)
            return _Counted(nothing.astype(np.int32), nothing, nothing)
        more = np.concatenate(self._more)
        keys = sorted_unique(more[:, 0])
        rows = _each_once(np.concatenate([more, np.stack([keys, self._practice[keys], self._who[keys]], 1)]))
        new = np.r_[True, (rows[1:, :2] != rows[:-1, :2]).any(axis=1)]
        practices = np.bincount(np.searchsorted(keys, rows[new, 0]), minlength=len(keys))
        by_person = rows[np.lexsort((rows[:, 2], rows[:, 0]))][:, [0, 2]]
        starts = np.flatnonzero(np.r_[True, (by_person[1:] != by_person[:-1]).any(axis=1)])
        together = np.zeros(len(keys), dtype=np.int64)
        of_key = np.searchsorted(keys, by_person[starts, 0])
        np.maximum.at(together, of_key, np.diff(np.r_[starts, len(by_person)]))
        return _Counted(keys, practices, together)


class _Listed:
    """Who has each key, and whether somebody else has it too."""

    def __init__(self) -> None:
        self._who = np.empty(0, dtype=np.int32)
        self._twice = np.empty(0, dtype=np.int32)  # -1, and 1 where somebody else has it too

    def add(self, key: Numbers, who: Numbers) -> None:
        if not len(key):
            return
        self._who, self._twice = _grown(self._who, key), _grown(self._twice, key)
        free = self._who[key] < 0
        self._who[key[free][::-1]] = who[free][::-1]
        self._twice[key[self._who[key] != who]] = 1

    def times(self, keys: Numbers) -> npt.NDArray[np.int64]:
        """For each key 0 where nobody has it, 1 where one person does, 2 where several do."""
        here = keys < len(self._who)
        times = np.zeros(len(keys), dtype=np.int64)
        times[here] = (self._who[keys[here]] >= 0).astype(np.int64) + (self._twice[keys[here]] > 0)
        return times


def _each_once(rows: Numbers) -> Numbers:
    """Rows of three numbers, sorted, each once."""
    rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
    return rows[np.r_[True, (rows[1:] != rows[:-1]).any(axis=1)]]


def _grown(array: Numbers, key: Numbers) -> Numbers:
    """The array with room for these keys."""
    more = int(key.max()) + 1 - len(array)
    if more <= 0:
        return array
    return np.concatenate([array, np.full(max(more, len(array)), _NONE)])
