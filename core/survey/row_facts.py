"""The facts of a table's rows in seven bytes each: twenty million rows must not cost half a gigabyte.

What a row's codes say is one of few patterns: a set of categories, with or without an objection, understood
or not, judged or not, deleted or not. A row keeps the number of its pattern in one byte (two or four where a
table has more), its day in two (four where a day lies outside of 1880 to 2059), and its patient in four.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import numpy.typing as npt

NO_DAY = int(np.iinfo(np.int32).min)
NO_PATIENT = -1
#: Categories have the bits below these.
CATEGORY_BITS = 59
NOT_JUDGED, SHIFTED, DELETED, OBJECTION, UNKNOWN = 1 << CATEGORY_BITS, 1 << 60, 1 << 61, 1 << 62, 1 << 63

_CATEGORIES = np.uint64(NOT_JUDGED - 1)
_NO_SHORT_DAY = np.int16(-(2**15))
_AT_ONCE = 1_000_000

Bits = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int32]
Patterns = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]


def pattern_keys(
    categories: Bits,
    objection_row: Mask,
    unknown_code: Mask,
    deleted: Mask | None = None,
    shifted: Mask | None = None,
    not_judged: Mask | None = None,
) -> Bits:
    """The pattern of each row as one number."""
    keys: Bits = categories & _CATEGORIES
    flags = (
        (OBJECTION, objection_row),
        (UNKNOWN, unknown_code),
        (DELETED, deleted),
        (SHIFTED, shifted),
        (NOT_JUDGED, not_judged),
    )
    for flag, rows in flags:
        if rows is not None and rows.any():
            keys[rows] |= np.uint64(flag)
    return keys


class TableFacts:
    """Facts of one table's rows, in file order.

    `patient` has the patient number of each row, NO_PATIENT where it names none. `pattern` numbers each row's
    pattern, whose categories and flags `pattern_bits` holds. The other facts are arrays made when asked for,
    an entry a row: `categories` takes eight bytes each, so ask `category_mask` where one bit will do."""

    def __init__(
        self,
        rows: int,
        patient: Days,
        day: Days,
        categories: Bits,
        objection_row: Mask,
        unknown_code: Mask,
        deleted: Mask | None = None,
        shifted: Mask | None = None,
        not_judged: Mask | None = None,
    ) -> None:
        made = RowsBuilder(rows)
        made.node[:] = patient
        made.set_days(0, np.asarray(day, dtype=np.int32))
        keys = pattern_keys(categories, objection_row, unknown_code, deleted, shifted, not_judged)
        made.set_patterns(0, *np.unique(keys, return_inverse=True))
        self._take(made)

    @classmethod
    def of(cls, made: RowsBuilder) -> TableFacts:
        """The facts that were put together; the builder is not to be used any more."""
        self = cls.__new__(cls)
        self._take(made)
        return self

    def _take(self, made: RowsBuilder) -> None:
        self.rows = len(made.node)
        self.patient = made.node
        self.pattern = made.pattern
        self.pattern_bits: Bits = np.fromiter(made.numbers, np.uint64, len(made.numbers))
        self._day = made.day

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TableFacts):
            return NotImplemented
        return all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("patient", "day", "categories", "objection_row", "unknown_code", "not_judged")
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def nbytes(self) -> int:
        """The memory that the facts take."""
        return self.patient.nbytes + self.pattern.nbytes + self._day.nbytes + self.pattern_bits.nbytes

    # -- one entry a row -------------------------------------------------------------------------
    @property
    def day(self) -> Days:
        """Event day since 1970-01-01, NO_DAY where none."""
        return long_days(self._day)

    def day_at(self, rows: slice | npt.NDArray[np.int64]) -> Days:
        """`day` of some rows."""
        return long_days(self._day[rows])

    @property
    def packed_day(self) -> npt.NDArray[np.int16] | Days:
        """`day` as it is kept, two bytes a row mostly; `long_days` makes days of any part of it."""
        return self._day

    @property
    def categories(self) -> Bits:
        """Bit i: Survey.category_ids[i] is in this row."""
        return self.of_pattern(self.pattern_bits & _CATEGORIES)

    @property
    def objection_row(self) -> Mask:
        """The row itself records an objection or its withdrawal."""
        return self.of_pattern((self.pattern_bits & np.uint64(OBJECTION)) != 0)

    @property
    def unknown_code(self) -> Mask:
        """The row holds a code that was not understood."""
        return self.of_pattern((self.pattern_bits & np.uint64(UNKNOWN)) != 0)

    @property
    def not_judged(self) -> Mask:
        """The row's codes are whole, but no term, list or hierarchy says what they are."""
        return self.of_pattern((self.pattern_bits & np.uint64(NOT_JUDGED)) != 0)

    @property
    def deleted(self) -> Mask | None:
        """The row was deleted in the clinical system; None where no row was."""
        held = (self.pattern_bits & np.uint64(DELETED)) != 0
        return self.of_pattern(held) if held.any() else None

    @property
    def shifted(self) -> Mask | None:
        """The row has text beyond its table's last field, so that its cells may stand in the wrong ones; None
        where no row has."""
        held = (self.pattern_bits & np.uint64(SHIFTED)) != 0
        return self.of_pattern(held) if held.any() else None

    def category_mask(self, bits: int) -> Mask:
        """Whether the row has one of these categories."""
        return self.of_pattern((self.pattern_bits & np.uint64(bits) & _CATEGORIES) != 0)

    def of_pattern(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Each row's entry of an array that has one entry a pattern."""
        return self._taken(values, self.pattern)

    def of_patient(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Each row's entry of an array that has one entry a patient, and a last one for nobody."""
        return self._taken(values, self.patient)

    def rows_of(self, patient: int) -> npt.NDArray[np.int64]:
        """The numbers of a patient's rows, ascending."""
        runs = [np.flatnonzero(self.patient[some] == patient) + some.start for some in self.slices()]
        return np.concatenate(runs) if runs else np.empty(0, dtype=np.int64)

    def _taken(self, values: npt.NDArray[Any], places: npt.NDArray[Any]) -> npt.NDArray[Any]:
        found = np.empty(self.rows, dtype=values.dtype)
        for some in self.slices():  # places take eight bytes each while they are looked up
            found[some] = values[places[some]]
        return found

    # -- one row ---------------------------------------------------------------------------------
    def categories_of(self, row: int) -> int:
        """The category bits of one row."""
        return int(self.pattern_bits[self.pattern[row]] & _CATEGORIES)

    def is_objection(self, row: int) -> bool:
        """Whether the row itself records an objection or its withdrawal."""
        return bool(int(self.pattern_bits[self.pattern[row]]) & OBJECTION)

    def is_unknown(self, row: int) -> bool:
        """Whether the row holds a code that was not understood."""
        return bool(int(self.pattern_bits[self.pattern[row]]) & UNKNOWN)

    def is_not_judged(self, row: int) -> bool:
        """Whether nothing says what the row's codes are."""
        return bool(int(self.pattern_bits[self.pattern[row]]) & NOT_JUDGED)

    # -- counts ----------------------------------------------------------------------------------
    def slices(self) -> Iterator[slice]:
        """The rows in runs of a million: what is worked out of a run stays small."""
        for start in range(0, self.rows, _AT_ONCE):
            yield slice(start, min(start + _AT_ONCE, self.rows))

    def pattern_rows(self, mask: Mask | None = None) -> npt.NDArray[np.int64]:
        """How many rows have each pattern, of those in the mask."""
        counts = np.zeros(len(self.pattern_bits), dtype=np.int64)
        for some in self.slices():
            pattern = self.pattern[some] if mask is None else self.pattern[some][mask[some]]
            counts += np.bincount(pattern, minlength=len(counts))
        return counts

    def patient_rows(self, patients: int, mask: Mask | None = None) -> npt.NDArray[np.int64]:
        """How many rows each of so many patients has, of those in the mask; the last entry counts rows that
        name nobody."""
        counts = np.zeros(patients + 1, dtype=np.int64)
        for some in self.slices():
            patient = self.patient[some] if mask is None else self.patient[some][mask[some]]
            counts[:-1] += np.bincount(patient[patient >= 0], minlength=patients)
            counts[-1] += np.count_nonzero(patient < 0)
        return counts

    def patients_seen(self, patients: int, mask: Mask | None = None) -> Mask:
        """Which of so many patients have a row, of those in the mask; the last entry is for nobody."""
        seen = np.zeros(patients + 1, dtype=np.bool_)
        for some in self.slices():
            seen[self.patient[some] if mask is None else self.patient[some][mask[some]]] = True
        return seen

    def patient_bits(self, patients: int) -> Bits:
        """The categories of each of so many patients; the last entry is for rows that name nobody."""
        together = np.zeros(patients + 1, dtype=np.uint64)
        held = self.pattern_bits & _CATEGORIES
        for some in self.slices():
            pattern = self.pattern[some]
            flagged = np.flatnonzero((held != 0)[pattern])
            np.bitwise_or.at(together, self.patient[some][flagged], held[pattern[flagged]])
        return together

    def day_counts(self) -> tuple[Days, npt.NDArray[np.int64]]:
        """The days that occur, sorted, and how many rows have each."""
        days, counts = [], []
        for some in self.slices():
            found, rows = np.unique(long_days(self._day[some]), return_counts=True)
            days.append(found)
            counts.append(rows)
        if not days:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64)
        every, back = np.unique(np.concatenate(days), return_inverse=True)
        total = np.zeros(len(every), dtype=np.int64)
        np.add.at(total, back, np.concatenate(counts))
        real = every != NO_DAY
        return every[real], total[real]


class RowsBuilder:
    """The facts of one table while its blocks come in. `node` becomes the patient number."""

    def __init__(self, rows: int) -> None:
        self.node: npt.NDArray[np.int32] = np.full(rows, NO_PATIENT, dtype=np.int32)
        self.day: npt.NDArray[np.int16] | Days = np.full(rows, _NO_SHORT_DAY, dtype=np.int16)
        self.pattern: Patterns = np.zeros(rows, dtype=np.uint8)
        self.numbers: dict[int, int] = {0: 0}  # pattern -> its number

    def set_days(self, first: int, day: Days) -> None:
        """The days of rows from `first` on."""
        here = slice(first, first + len(day))
        none = day == NO_DAY
        if self.day.dtype == np.int16:
            short = day.astype(np.int16)
            if ((short == day) & (short != _NO_SHORT_DAY) | none).all():
                short[none] = _NO_SHORT_DAY
                self.day[here] = short
                return
            self.day = long_days(self.day)
        self.day[here] = day

    def set_patterns(self, first: int, bits: Bits, rows: npt.NDArray[Any]) -> None:
        """The patterns of rows from `first` on: `rows` are places in `bits`."""
        number = [self.numbers.setdefault(key, len(self.numbers)) for key in bits.tolist()]
        self._widen()
        self.pattern[first : first + len(rows)] = np.array(number, dtype=self.pattern.dtype)[rows]

    def _widen(self) -> None:
        if len(self.numbers) > np.iinfo(self.pattern.dtype).max:
            wider = np.uint16 if len(self.numbers) <= np.iinfo(np.uint16).max else np.uint32
            self.pattern = cast("Patterns", self.pattern.astype(wider))

    def mark(self, rows: npt.NDArray[np.int64], bit: int) -> None:
        """Sets one more bit in the patterns of these rows."""
        if not len(rows):
            return
        held = list(self.numbers)
        occurs = np.bincount(self.pattern[rows], minlength=len(held)) > 0
        number = np.zeros(len(held), dtype=np.int64)
        for at in np.flatnonzero(occurs).tolist():
            number[at] = self.numbers.setdefault(held[at] | bit, len(self.numbers))
        self._widen()
        self.pattern[rows] = number[self.pattern[rows]].astype(self.pattern.dtype)


def long_days(day: npt.NDArray[np.int16] | Days) -> Days:
    """Days since 1970-01-01 of days as they are kept."""
    long = day.astype(np.int32, copy=False)
    if day.dtype == np.int16:
        long[day == _NO_SHORT_DAY] = NO_DAY
    return long
