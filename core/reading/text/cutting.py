"""Where records end. One buffer in, the whole records at its start out.

Two scanners give the same cuts: a vectorised one that counts quotes and checks that each one stands where a
quote may stand, and an exact one, record by record, for buffers where one does not.

Both work on bytes with one byte a code unit; UTF-16 is narrowed first (all that matters is ASCII).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.reading.text.dialect import Dialect, record_pattern

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]

_QUOTE, _LF, _CR, _BACKSLASH = 0x22, 0x0A, 0x0D, 0x5C
_PIECE = 256 << 10
#: Of so many records one is remembered, so that any row is found without reading the block before it.
MARK_EVERY = 256


@dataclass(frozen=True, slots=True)
class Marks:
    """Where every 256th record starts, in code units from the start of the buffer, and how many lines and
    blank lines stand before it. 12 bytes for 256 records."""

    starts: npt.NDArray[np.uint32]
    lines: npt.NDArray[np.uint32]
    blanks: npt.NDArray[np.uint32]


def _marks(starts: Positions, line_ends: Positions, blanks: Positions) -> Marks:
    """`starts` of every 256th record; `line_ends` and `blanks` are where lines end and blank lines start."""
    return Marks(
        starts.astype(np.uint32),
        np.searchsorted(line_ends, starts).astype(np.uint32),
        np.searchsorted(blanks, starts).astype(np.uint32),
    )


NO_MARKS = _marks(*[np.empty(0, np.int64)] * 3)


@dataclass(frozen=True, slots=True)
class Cut:
    """The whole records at the start of a buffer.

    `end` is how many code units they take, 0 when not one record is complete. `lines` counts line ends in
    them, inside quotes or not. `quotes`: some field is quoted. `odd`: only the exact parser may read them.
    """

    end: int
    records: int
    blanks: int
    lines: int
    quotes: bool
    odd: bool
    marks: Marks = field(default=NO_MARKS, compare=False, repr=False)


#: What a record is that holds nothing at all.
BLANK = (b"\n", b"\r\n", b"\r")
NOTHING = Cut(0, 0, 0, 0, False, False)


def narrow(raw: bytes, encoding: str) -> bytes:
    """One byte a code unit; units that are not ASCII become 0xFF."""
    if not encoding.startswith("utf-16"):
        return raw
    units = np.frombuffer(raw, "<u2" if encoding.endswith("le") else ">u2", count=len(raw) // 2)
    return np.where(units < 0x80, units, 0xFF).astype(np.uint8).tobytes()


def cut(buffer: bytes, dialect: Dialect, *, final: bool, first_only: bool = False) -> Cut:
    """The records in `buffer`: all that are surely whole, or only the first one. `final` says that the file
    ends with the buffer, so that a last record without a line end counts."""
    if dialect.cr_ends and not final and buffer.endswith(b"\r"):
        buffer = buffer[:-1]  # a line feed may follow
    if not buffer:
        return NOTHING
    # One record of a grown buffer is found without arrays as long as the buffer.
    quick = None if first_only else cut_quick(buffer, dialect, final=final)
    return quick if quick is not None else cut_exact(buffer, dialect, final=final, first_only=first_only)


def record_starts(buffer: bytes, dialect: Dialect) -> Positions:
    """Where each record of whole records starts, blank lines included."""
    array = np.frombuffer(buffer, np.uint8)
    exact = dialect.escape and b"\\" in buffer
    if not exact:
        ends = _line_ends(array, dialect)
        quotes = _positions(array, _QUOTE)
        if len(quotes) and _opens_somewhere(array, quotes, dialect):
            exact = not _sound(array, quotes, dialect, final=True)
            ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    if not exact:
        starts = np.concatenate(([0], ends + 1))
        return starts[starts < len(buffer)]
    found, at = [], 0
    match = record_pattern(dialect, True).match
    while at < len(buffer):
        found.append(at)
        at = match(buffer, at).end()  # type: ignore[union-attr]
    return np.array(found, np.int64)


def line_ends(buffer: bytes, dialect: Dialect) -> Positions:
    """Where each line of the file ends, in quotes or not."""
    return _line_ends(np.frombuffer(buffer, np.uint8), dialect)


def cut_quick(buffer: bytes, dialect: Dialect, *, final: bool) -> Cut | None:
    """The vectorised scanner; None where a quote stands where it should not, or an escape is about."""
    array = np.frombuffer(buffer, np.uint8)
    if dialect.escape and b"\\" in buffer:
        return None
    every_end = _line_ends(array, dialect)
    quotes = _positions(array, _QUOTE) if b'"' in buffer else np.empty(0, np.int64)
    opens = bool(len(quotes)) and _opens_somewhere(array, quotes, dialect)
    ends = every_end
    if opens:
        ends = every_end[np.searchsorted(quotes, every_end) % 2 == 0]
    end = len(buffer)
    if not final:
        end = int(ends[-1]) + 1 if len(ends) else 0
    if opens and not _sound(array, quotes, dialect, final=final):
        return None
    if end == 0:
        return NOTHING
    ends = ends[ends < end]
    array = array[:end]
    starts = np.concatenate(([0], ends + 1))
    if starts[-1] < end:
        ends = np.concatenate((ends, [end]))
    else:
        starts = starts[:-1]
    blanks = _blank(array, starts, ends)
    lone_cr = (
        not dialect.cr_ends
        and b"\r" in buffer
        and _count(array, _CR) != int((array[np.maximum(every_end[every_end < end] - 1, 0)] == _CR).sum())
        and _has_lone_cr(array, quotes if opens else None, final and end == len(buffer))
    )
    return Cut(
        end=end,
        records=len(starts),
        blanks=len(blanks),
        lines=int(np.searchsorted(every_end, end)),
        quotes=opens,
        odd=lone_cr or buffer.find(b"\0", 0, end) >= 0,
        marks=_marks(starts[::MARK_EVERY], every_end, blanks),
    )


def cut_exact(buffer: bytes, dialect: Dialect, *, final: bool, first_only: bool = False) -> Cut:
    """The exact scanner, record by record."""
    match = record_pattern(dialect, final).match
    at = records = 0
    odd = False
    starts, blanks = [], []
    while at < len(buffer):
        found = match(buffer, at)
        assert found is not None  # every field may be empty, so something always matches
        end = found.end()
        if not final and (
            (end == len(buffer) and not buffer.endswith((b"\n", b"\r") if dialect.cr_ends else b"\n"))
            or (found.lastgroup is not None and found.lastgroup.startswith("more"))
        ):
            break
        odd = odd or found.lastgroup is not None
        if records % MARK_EVERY == 0:
            starts.append(at)
        records += 1
        if buffer[at:end] in BLANK:
            blanks.append(at)
        at = end
        if first_only:
            break
    if at == 0:
        return NOTHING
    array = np.frombuffer(buffer, np.uint8, count=at)
    odd = odd or buffer.find(b"\0", 0, at) >= 0 or (dialect.escape and buffer.find(b"\\", 0, at) >= 0)
    if not dialect.cr_ends and not odd and buffer.find(b"\r", 0, at) >= 0:
        odd = _has_lone_cr(array, None, final and at == len(buffer))
    # A first record of hundreds of megabytes is counted without an array of its lines.
    ends = _line_ends(array, dialect) if dialect.cr_ends or len(starts) > 1 else np.empty(0, np.int64)
    lines = len(ends) or _count(array, _LF)
    marks = _marks(np.array(starts, np.int64), ends, np.array(blanks, np.int64))
    return Cut(
        at,
        records,
        len(blanks),
        lines,
        quotes=dialect.quotes and buffer.find(b'"', 0, at) >= 0,
        odd=odd,
        marks=marks,
    )


def _positions(array: Bytes, byte: int) -> Positions:
    # In pieces that stay in the processor's cache; a cell of hundreds of megabytes must not cost its size
    # again in temporaries either.
    pieces = range(0, len(array), _PIECE)
    found = [np.flatnonzero(array[i : i + _PIECE] == byte) + i for i in pieces]
    return found[0] if len(found) == 1 else np.concatenate(found or [np.empty(0, np.int64)])


def _count(array: Bytes, byte: int) -> int:
    pieces = range(0, len(array), _PIECE)
    return sum(int(np.count_nonzero(array[i : i + _PIECE] == byte)) for i in pieces)


def _line_ends(array: Bytes, dialect: Dialect) -> Positions:
    ends = _positions(array, _LF)
    if not dialect.cr_ends:
        return ends
    returns = _positions(array, _CR)
    followed = array[np.minimum(returns + 1, len(array) - 1)] == _LF
    followed &= returns + 1 < len(array)
    return np.sort(np.concatenate((ends, returns[~followed])))


def _is_break(values: Bytes, dialect: Dialect) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = values == _LF
    if dialect.delimiter:
        found |= values == ord(dialect.delimiter)
    if dialect.cr_ends:
        found |= values == _CR
    return found


def _opens_somewhere(array: Bytes, quotes: Positions, dialect: Dialect) -> bool:
    """Whether any quote stands at the start of a field. If none does, quotes are only characters here."""
    if not dialect.quotes:
        return False
    if quotes[0] == 0:
        return True
    return bool(_is_break(array[quotes - 1], dialect).any())


def _sound(array: Bytes, quotes: Positions, dialect: Dialect, *, final: bool) -> bool:
    """Whether quotes, taken in turn as opening and closing, all stand where such a quote may stand."""
    opening, closing = quotes[0::2], quotes[1::2]
    if final and len(opening) != len(closing):
        return False
    before = array[np.maximum(opening - 1, 0)]
    if not (_is_break(before, dialect) | (before == _QUOTE) | (opening == 0)).all():
        return False
    last = len(array) - 1
    after = array[np.minimum(closing + 1, last)]
    good = _is_break(after, dialect) | (after == _QUOTE) | (closing == last)
    if not dialect.cr_ends:
        returns = np.flatnonzero((after == _CR) & ~good)
        if len(returns):
            at = closing[returns] + 1
            good[returns] = (array[np.minimum(at + 1, last)] == _LF) | (at == last)
    return bool(good.all())


def _blank(array: Bytes, starts: Positions, ends: Positions) -> Positions:
    """Where the blank lines start."""
    length = ends - starts
    short = np.flatnonzero(length <= 1)
    if not len(short):
        return short
    lone = array[np.minimum(starts[short], len(array) - 1)] == _CR
    blank: Positions = starts[short[(length[short] == 0) | lone]]
    return blank


def _has_lone_cr(array: Bytes, quotes: Positions | None, at_end: bool) -> bool:
    """Whether a carriage return outside quotes is neither part of a line end nor the file's last byte."""
    returns = _positions(array, _CR)
    if not len(returns):
        return False
    last = len(array) - 1
    lone = returns[(array[np.minimum(returns + 1, last)] != _LF) | (returns == last)]
    if at_end and len(lone) and lone[-1] == last:
        lone = lone[:-1]
    if quotes is not None and len(lone):
        lone = lone[np.searchsorted(quotes, lone) % 2 == 0]
    return bool(len(lone))
