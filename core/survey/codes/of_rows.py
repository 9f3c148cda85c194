"""What the codes and terms of a block's rows say. Pure: safe in many threads at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.survey.codes import coverage
from core.survey.codes.code_reader import (
    EMPTY,
    NEEDS_TERM,
    NOT_UNDERSTOOD,
    UNDERSTOOD,
    UNJUDGED,
    CodeReader,
    Columns,
    Dictionaries,
)
from core.survey.codes.rare import Coded
from core.survey.codes.told_rows import rows_that_doubt, with_doubts
from core.survey.columns import CodeField, Distinct, Watched
from core.survey.hashing import hash64

Mask = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint64]


@dataclass
class CodesOfRows:
    """Arrays have an entry a row. `objecting` are 2 * meaning + made, or what is said of recall, of each
    field that says any such thing, -1 for nothing."""

    bits: Bits  # categories
    unknown: Mask  # a code is not understood
    not_judged: Mask  # the codes are whole, and nothing says what they are
    objecting: list[npt.NDArray[np.int16]] = field(default_factory=list)
    unjudged: list[coverage.Unjudged] = field(default_factory=list)
    coded: list[Coded] = field(default_factory=list)  # fields of codes, or of terms where there are none
    flagged: dict[int, int] = field(default_factory=dict)  # hash of a code or term -> category bits


def read_codes(
    watched: Watched,
    column_at: Callable[[int], Distinct],
    rows: int,
    reader: CodeReader,
    dictionary: Dictionaries,
    cells_at: Callable[[int], pa.Array],
) -> CodesOfRows | None:
    """What the fields of codes and of terms say together; None where there are none. A told illness is one
    only where no term and no cell beside it (`cells_at`) leaves a doubt."""
    fields: list[tuple[int, CodeField | None]] = [(f.position, f) for f in watched.codes]
    fields += [(position, None) for position in watched.terms]
    if not fields:
        return None
    bits = np.zeros(rows, dtype=np.uint64)
    bad = np.zeros(rows, dtype=np.bool_)
    explained, in_need, unjudged = bad.copy(), bad.copy(), bad.copy()
    states: list[tuple[int, npt.NDArray[np.uint8]]] = []
    objecting: list[npt.NDArray[np.int16]] = []
    worded: list[tuple[Bits, Mask]] = []
    for position, code in fields:
        column = column_at(position)
        told = _told(column, code, reader, dictionary)
        if told.bits.any():
            bits |= np.append(told.bits, np.uint64(0))[column.indices]
        for state, which in ((NOT_UNDERSTOOD, bad), (NEEDS_TERM, in_need), (UNJUDGED, unjudged)):
            held = told.state == state
            if held.any():
                which |= np.append(held, False)[column.indices]
        if not explained.all():
            explained |= np.append(told.state == UNDERSTOOD, False)[column.indices]
        states.append((position, told.state))
        if code is None and (told.state != EMPTY).any():
            of_rows = told.spread(column.indices)
            worded.append((of_rows.bits, of_rows.state != EMPTY))
        if (told.objection != -1).any():
            objecting.append(np.append(told.objection, np.int16(-1))[column.indices])

    def in_cells(some: Mask) -> Mask:
        doubted = np.zeros(rows, dtype=np.bool_)
        for position in watched.beside:
            doubted |= rows_that_doubt(cells_at(position), some, reader.doubts)
        return doubted

    bits = with_doubts(bits, reader.told_sets, worded, in_cells)
    found = CodesOfRows(bits, bad | (in_need & ~(explained | unjudged)), unjudged, objecting)
    found.not_judged &= ~(explained | found.unknown)
    of_codes = [f.position for f in watched.codes if f.coded] or watched.terms
    beside = column_at(watched.terms[0]) if watched.terms else None
    for position, of_values in states:
        column = column_at(position)
        for sort, which, held in (
            (coverage.NOT_UNDERSTOOD, of_values >= NEEDS_TERM, found.unknown),
            (coverage.NOT_JUDGED, of_values == UNJUDGED, found.not_judged),
        ):
            if (some := _unjudged(sort, position, column, which, held, beside)) is not None:
                found.unjudged.append(some)
        if position in of_codes:
            hashes = np.where(of_values == EMPTY, np.uint64(0), hash64(column.values))
            found.coded.append(Coded(hashes, column.indices))
    found.flagged = _flagged(bits, [column_at(position) for position, _ in fields])
    return found


def _told(column: Distinct, code: CodeField | None, reader: CodeReader, dictionary: Dictionaries) -> Columns:
    if code is None:
        return reader.terms(column.values)
    if code.is_id:
        return dictionary.read(column, code, reader)
    return reader.codes(column.values, code.form)


def _unjudged(
    sort: str, position: int, column: Distinct, which: Mask, rows: Mask, beside: Distinct | None
) -> coverage.Unjudged | None:
    """The codes of a field for which rows count as not judged: `which` of its distinct ones. `beside` are the
    terms of the rows."""
    if not which.any() or not rows.any():
        return None
    times = np.bincount(column.indices[rows] + 1, minlength=len(which) + 1)[1:]
    at = np.flatnonzero(which & (times > 0))
    if not len(at):
        return None
    terms = None
    if beside is not None and sort == coverage.NOT_UNDERSTOOD:
        of_row = beside.indices[column.first_rows()[at]]
        terms = beside.values.take(pa.array(of_row, mask=of_row < 0))
    return coverage.Unjudged.of(sort, position, column.values.take(pa.array(at)), times[at], terms)


def _flagged(bits: Bits, columns: Sequence[Distinct]) -> dict[int, int]:
    """By the first code or term of each flagged row: which categories it stands for."""
    found: dict[int, int] = {}
    rows = np.flatnonzero(bits)
    for column in columns:
        if len(rows) == 0:
            break
        indices = column.indices[rows]
        named = indices >= 0
        together = np.zeros(len(column.values), dtype=np.uint64)
        np.bitwise_or.at(together, indices[named], bits[rows[named]])
        at = np.flatnonzero(together)
        hashes = hash64(column.values.take(pa.array(at))).tolist()
        for text, categories in zip(hashes, together[at].tolist(), strict=True):
            found[text] = found.get(text, 0) | categories
        rows = rows[~named]
    return found
