"""Whether the keys of an export are those of several practices: two people who have one number.

Most files of several practices say so by a supplier's field of the organisation (formats/row_marks.toml in
resources). Others have only a practice's national code beside the patient's number. That alone is no proof:
in one practice's file it may be where somebody was registered before. It is proof where one number stands in
two practices with two birth days or two NHS numbers, or does in an export that has neither. Where the list of
the patients has them and each number once, the practice beside an entry is that of the entry.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from core.survey.columns import Distinct
from core.survey.results import NO_DAY

#: National codes of practices: of England, Wales and Northern Ireland (with three digits more, of a branch),
#: and of Scotland.
_PRACTICE = r"^([A-Z][0-9]{5}([0-9]{3})?|[0-9]{5})$"
_WIDTH = 6
_NONE = np.int32(-1)
#: More days than lie before 1970 in any calendar: added to a birth day, it is no less than 0.
_EARLIER = np.int32(1_000_000)

Numbers = npt.NDArray[np.int32]


class SeveralPractices(Exception):
    """Keys of more than one practice are in the export: they count together with it, from the start."""


def practice_codes(column: Distinct) -> Distinct:
    """The practices' codes in capitals, a branch's as its practice's; null where a cell is no such code."""
    plain = pc.utf8_upper(pc.utf8_trim_whitespace(column.values))
    plain = pc.if_else(pc.match_substring_regex(plain, _PRACTICE), plain, None)
    return Distinct(pc.utf8_slice_codeunits(plain, 0, _WIDTH), column.indices)


class Practices:
    """Looks for a key of two people while blocks come in. Keys are nodes of the registry."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._dated = _Firsts()  # by key: practice and birth day of the first row that has both
        self._numbered = _Firsts()  # ... practice and NHS number
        self._undated = _Firsts()  # ... practice alone
        self._dates = False
        self._twice = False
        self._listed = (_Firsts(), _Firsts())  # by key, in tables without practices: NHS number, birth day
        self._in_lists = False
        self._twice_listed = False

    def add(
        self,
        practice: Distinct,
        key: Numbers,
        nhs: Numbers | None,
        birth: Numbers | None,
    ) -> None:
        """The rows of a block: each one's practice, and nodes of its key and NHS number (-1 for none). Raises
        SeveralPractices where a key is of two people."""
        words = practice.values.to_pylist()
        number = [_NONE if w is None else self._numbers.setdefault(w, len(self._numbers)) for w in words]
        of_row = np.array([*number, _NONE], dtype=np.int32)[practice.indices]
        known = (key >= 0) & (of_row >= 0)
        if birth is not None:
            self._see(self._dated, known & (birth != NO_DAY), key, of_row, birth)
        if nhs is not None:
            self._see(self._numbered, known & (nhs >= 0), key, of_row, nhs)
        self._twice |= self._undated.differ(key[known], of_row[known], None)

    def listed(self, key: Numbers, nhs: Numbers | None, birth: Numbers | None) -> None:
        """The rows of a block without practices, which may tell that each key is of one person."""
        days = None if birth is None else np.where(birth == NO_DAY, _NONE, birth + _EARLIER).astype(np.int32)
        for who, firsts in zip((nhs, days), self._listed, strict=True):
            rows = np.zeros(0, dtype=np.int64) if who is None else np.flatnonzero((key >= 0) & (who >= 0))
            if who is not None and len(rows):
                self._in_lists = True
                self._twice_listed |= firsts.differ(key[rows], who[rows], None)

    def finish(self) -> None:
        """Raises SeveralPractices where keys stand in two practices and nothing tells who is who."""
        if self._twice and not self._dates and (self._twice_listed or not self._in_lists):
            raise SeveralPractices

    def _see(
        self, firsts: _Firsts, rows: npt.NDArray[np.bool_], key: Numbers, practice: Numbers, who: Numbers
    ) -> None:
        self._dates |= bool(rows.any())  # a field that is there and always empty tells nothing
        if firsts.differ(key[rows], practice[rows], who[rows]):
            raise SeveralPractices


class _Firsts:
    """The first practice of each key, and who has it there."""

    def __init__(self) -> None:
        self._practice = np.empty(0, dtype=np.int32)
        self._who = np.empty(0, dtype=np.int32)

    def differ(self, key: Numbers, practice: Numbers, who: Numbers | None) -> bool:
        """Whether a key has another practice here than before and, where that is told, is somebody else."""
        if not len(key):
            return False
        self._grow(int(key.max()) + 1)
        free = self._practice[key] < 0
        # Backwards, so that of several rows of one key the first one holds.
        self._practice[key[free][::-1]] = practice[free][::-1]
        other = self._practice[key] != practice
        if who is None:
            return bool(other.any())
        self._who[key[free][::-1]] = who[free][::-1]
        return bool((other & (self._who[key] != who)).any())

    def _grow(self, size: int) -> None:
        more = size - len(self._practice)
        if more > 0:
            more = max(more, len(self._practice))
            self._practice = np.concatenate([self._practice, np.full(more, _NONE)])
            self._who = np.concatenate([self._who, np.full(more, np.int32(NO_DAY))])
