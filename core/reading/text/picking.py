"""Single records out of the parts of a file, to be read together: fifty rows that stand far apart cost one
parse instead of fifty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.reading.text.cutting import BLANK, line_ends, narrow, record_starts
from core.reading.text.dialect import Dialect
from core.reading.text.encoding import Encoding
from core.reading.text.random_access import Span

Rows = npt.NDArray[np.int64]


@dataclass
class Picked:
    """Records that are to be read in one way, one after the other, and the place of each in the answer."""

    quotes: bool
    odd: bool
    places: list[int] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)

    @property
    def span(self) -> Span:
        """What the parser must know of the records put together."""
        count = len(self.records)
        return Span(0, 0, 0, count, count, 0, self.quotes, self.odd)


def pick(
    parts: Sequence[tuple[Span, Rows]],
    load: Callable[[Span], bytes],
    dialect: Dialect,
    encoding: Encoding,
    *,
    blanks_are_rows: bool,
) -> tuple[list[Picked], list[int]]:
    """The records of rows (numbered within their part) by how they must be read, and each row's line."""
    groups: dict[tuple[bool, bool], Picked] = {}
    lines: list[int] = []
    for span, rows in parts:
        raw = load(span)
        buffer = narrow(raw, encoding.name)
        ends = _one_line_each(buffer, span, dialect)
        if ends is None:
            starts, ends = record_starts(buffer, dialect), line_ends(buffer, dialect)
        else:
            starts = np.concatenate(([0], ends + 1))
            starts = starts[starts < len(buffer)]
        stops = np.append(starts[1:], len(buffer))
        if not blanks_are_rows and span.blanks:
            short = np.flatnonzero(stops - starts <= 2).tolist()
            blank = [n for n in short if buffer[starts[n] : stops[n]] in BLANK]
            starts, stops = np.delete(starts, blank), np.delete(stops, blank)
        group = groups.setdefault((span.quotes, span.odd), Picked(span.quotes, span.odd))
        group.places += range(len(lines), len(lines) + len(rows))
        for start, stop in zip(starts[rows].tolist(), stops[rows].tolist(), strict=True):
            group.records.append(raw[start * encoding.unit : stop * encoding.unit])
        lines += (np.searchsorted(ends, starts[rows]) + span.first_line).tolist()
    return list(groups.values()), lines


def _one_line_each(buffer: bytes, span: Span, dialect: Dialect) -> Rows | None:
    """Where each record ends, without a look at quotes: there are as many lines as records, so that no record
    has a line end inside. None where some may have one."""
    if span.odd or dialect.cr_ends or buffer.count(b"\n") + (not buffer.endswith(b"\n")) != span.records:
        return None
    return line_ends(buffer, dialect)


def in_order(groups: Sequence[Picked], read: Sequence[pa.RecordBatch]) -> pa.RecordBatch | None:
    """The rows of all groups in the order they were asked for; None where a group gave more or fewer."""
    if any(len(group.records) != data.num_rows for group, data in zip(groups, read, strict=True)):
        return None
    if len(groups) == 1:
        return read[0]
    order = np.argsort(np.concatenate([group.places for group in groups]))
    names = read[0].schema.names
    columns = [pa.concat_arrays([data.column(name) for data in read]) for name in names]
    return pa.RecordBatch.from_arrays([c.take(pa.array(order)) for c in columns], names=names)
