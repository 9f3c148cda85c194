"""Where a block's rows stand in the file, and what a block's oddities are called."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from core.model import Problem
from core.reading.text.cutting import BLANK, line_ends, narrow, record_starts
from core.reading.text.dialect import Dialect
from core.reading.text.encoding import Encoding
from core.reading.text.parsing import Oddities

#: So many rows of one sort are named line by line in each block; the rest are counted.
_NAMED = 20


class LineNumbers(Sequence[int]):
    """The 1-based line of the file that each row of a block starts on, worked out when first asked for.

    `load` gives the block's bytes again; nothing of them is kept. `rows` leaves out blank lines when
    `skip_blank`."""

    def __init__(
        self,
        load: Callable[[], bytes],
        dialect: Dialect,
        encoding: Encoding,
        first_line: int,
        *,
        rows: int,
        skip_blank: bool,
    ) -> None:
        self._load = load
        self._dialect = dialect
        self._encoding = encoding
        self._first_line = first_line
        self._rows = rows
        self._skip_blank = skip_blank
        self._lines: npt.NDArray[np.int64] | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._rows

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        with self._lock:
            if self._lines is None:
                self._lines = self._of_rows()
        found = self._lines[index]
        return found.tolist() if isinstance(index, slice) else int(found)

    def of_records(self) -> npt.NDArray[np.int64]:
        """The line of each record, blank lines included."""
        buffer = narrow(self._load(), self._encoding.name)
        if not buffer:
            return np.empty(0, np.int64)
        return self._of_starts(buffer, record_starts(buffer, self._dialect))

    def of_byte(self, offset: int) -> int:
        """The line that a byte of the block stands on."""
        buffer = narrow(self._load(), self._encoding.name)
        return int(self._of_starts(buffer, np.array([offset // self._encoding.unit]))[0])

    def _of_rows(self) -> npt.NDArray[np.int64]:
        buffer = narrow(self._load(), self._encoding.name)
        if not buffer:
            return np.empty(0, np.int64)
        starts = record_starts(buffer, self._dialect)
        if self._skip_blank:
            stops = np.append(starts[1:], len(buffer))
            for i in np.flatnonzero(stops - starts <= 2)[::-1]:
                if buffer[starts[i] : stops[i]] in BLANK:
                    starts = np.delete(starts, i)
        return self._of_starts(buffer, starts)

    def _of_starts(self, buffer: bytes, starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.searchsorted(line_ends(buffer, self._dialect), starts).astype(np.int64) + self._first_line


def describe(
    where: str, seen: Oddities, bad_byte: int | None, lines: LineNumbers, *, width: int, keeps_extra: bool
) -> tuple[Problem, ...]:
    """The oddities of a block in words, each with its line."""
    found: list[Problem] = []
    if not any(vars(seen).values()) and bad_byte is None:
        return ()
    numbers = lines.of_records()

    def each(records: list[int], what: str) -> None:
        found.extend(Problem(where, int(numbers[r]), what) for r in records[:_NAMED])
        if len(records) > _NAMED:
            rest = len(records) - _NAMED
            found.append(Problem(where, int(numbers[records[_NAMED]]), f"{rest:,} more from here on: {what}"))

    kept = 'kept in the field "(extra cells)"' if keeps_extra else "not in any field yet"
    each(seen.short, f"row has fewer cells than the table's {width:,} fields; the missing ones are empty")
    each(seen.long, f"row has more cells than the table's {width:,} fields; the extra ones are {kept}")
    each(seen.odd_quotes, "text follows a closing quote; the cell is kept as it stands, quotes included")
    each(seen.stray_quotes, "a quote opens a cell and does not close it; taken as a character")
    each(seen.lone_returns, "a carriage return inside a cell without quotes; kept")
    each(seen.nuls, "a zero byte in the text; kept")
    if seen.blank and width > 1:
        count = len(seen.blank)
        words = "blank line, skipped" if count == 1 else f"the first of {count:,} blank lines, skipped"
        found.append(Problem(where, int(numbers[seen.blank[0]]), words))
    if bad_byte is not None:
        what = "bytes that are no valid text in the file's encoding; kept as other characters"
        found.append(Problem(where, lines.of_byte(bad_byte), what))
    return tuple(found)
