"""Delimited text as a table: blocks of about 8 MB cut at record boundaries, read by offset.

Nothing of the file is kept: the index holds where each block starts, how many rows it has and what must be
known to read it again exactly.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from core.model import Block, Field, Problem, RawBlock, ReadError
from core.reading.source import Source, ends_are_near
from core.reading.text.cutting import Cut, cut, line_ends, narrow, record_starts
from core.reading.text.dialect import Dialect
from core.reading.text.encoding import Encoding, decode, to_utf8
from core.reading.text.endings import ending_of_block, ending_problems
from core.reading.text.header import extra_field
from core.reading.text.parsing import Oddities, parse_exact, parse_mended, parse_quick
from core.reading.text.picking import Rows, in_order, pick
from core.reading.text.problems import LineNumbers, describe
from core.reading.text.random_access import Span, part_of

BLOCK_SIZE = 8 << 20
#: The longest record that is looked at: a quote that does not close within it opened nothing.
LONGEST_RECORD = 256 << 20


@dataclass(frozen=True)
class DelimitedRawBlock(RawBlock):
    """A block of delimited text. `long_rows` counts rows that have more cells than the table has fields;
    `shifted` are those, by number within the block, that have text there: a delimiter in one of their cells
    stood without quotes, so their cells may stand in the wrong fields."""

    long_rows: int = 0
    shifted: tuple[int, ...] = ()


@dataclass(frozen=True)
class Layout:
    """How a delimited file is to be read. `width` is the number of fields without the one for extra cells;
    `offset` is where the first record of data starts, in bytes, on the file's line `line`."""

    encoding: Encoding
    dialect: Dialect
    width: int
    offset: int
    line: int
    preamble: tuple[str, ...] = ()
    has_header: bool = True
    header_bytes: bytes = b""  # the line of field names as it stands in the file


class DelimitedTable:
    """One file of delimited text. Safe to read from several threads at once."""

    def __init__(
        self,
        source: Source,
        name: str,
        format_name: str,
        fields: tuple[Field, ...],
        layout: Layout,
        *,
        block_size: int = BLOCK_SIZE,
    ) -> None:
        self._source = source
        self._name = name
        self._format = format_name
        self._fields = fields
        self._layout = layout
        self._block_size = block_size
        self._blocks: list[Block] = []
        self._done = False
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._name

    @property
    def format(self) -> str:
        return self._format

    @property
    def fields(self) -> tuple[Field, ...]:
        return self._fields

    @property
    def layout(self) -> Layout:
        return self._layout

    @property
    def source(self) -> Source:
        """The bytes it reads."""
        return self._source

    @property
    def source_bytes(self) -> int:
        """The file's size, for telling how far a pass is."""
        return self._source.size

    @property
    def has_extra_cells_field(self) -> bool:
        return len(self._fields) > self._layout.width

    def with_extra_cells(self) -> DelimitedTable:
        """The same table with one more last field for what rows have beyond its width; itself if it has it.

        Blocks of one are blocks of the other."""
        if self.has_extra_cells_field:
            return self
        other = DelimitedTable(
            self._source,
            self._name,
            self._format,
            (*self._fields, extra_field(self._fields)),
            self._layout,
            block_size=self._block_size,
        )
        with self._lock:
            other._blocks, other._done = list(self._blocks), self._done
        return other

    def renamed(self, name: str) -> DelimitedTable:
        """The same table under another name, with nothing indexed yet."""
        return DelimitedTable(
            self._source, name, self._format, self._fields, self._layout, block_size=self._block_size
        )

    def as_format(self, format_name: str) -> DelimitedTable:
        """The same table under the id of another format, with nothing indexed yet."""
        return DelimitedTable(
            self._source, self._name, format_name, self._fields, self._layout, block_size=self._block_size
        )

    def blocks(self) -> Iterator[Block]:
        """Every block in order; see core.model.Table."""
        at = 0
        while True:
            while at >= len(self._blocks):
                with self._lock:
                    if at < len(self._blocks):
                        break
                    if self._done:
                        return
                    self._index_next()
            yield self._blocks[at]
            at += 1

    def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
        """The block's cells; see core.model.Table."""
        span = _span(block)
        wanted = list(range(len(self._fields))) if columns is None else list(columns)
        raw = self._source.read_at(span.offset, span.length)
        layout = self._layout
        data, seen, bad = self._parse(raw, span, wanted)
        numbers = self._numbers(span, block.rows)
        problems = tuple(
            Problem(self._source.name, line, "the field names are repeated here; read as a row")
            for line in span.repeats
        )
        one_each = span.blanks == 0 and span.lines <= span.records - (not self._ended(raw))
        if seen is not None:
            problems += describe(
                self._source.name,
                seen,
                bad,
                numbers,
                width=layout.width,
                keeps_extra=self.has_extra_cells_field,
            )
        if not ends_are_near(self._source) and span.offset + span.length >= self._source.size:
            last = span.first_line + max(span.lines - 1, 0)
            found = ending_of_block(raw, layout.encoding, layout.dialect, layout.width)
            problems += ending_problems(self._source.name, last, found)
        return DelimitedRawBlock(
            table=self._name,
            first_row=block.first_row,
            data=data,
            problems=problems,
            lines=range(span.first_line, span.first_line + block.rows) if one_each else numbers,
            long_rows=len(seen.long) if seen else 0,
            shifted=_row_numbers(seen, blanks_are_rows=layout.width == 1) if seen else (),
        )

    def lines(self, block: Block) -> Sequence[int]:
        """The file's own line of each row of a block, without its cells. Only where records take several
        lines, or blank ones stand between them, are the block's bytes read, once a line is asked for."""
        span = _span(block)
        end = span.offset + span.length
        ended = end < self._source.size or self._ended(self._source.read_at(max(span.offset, end - 4), 4))
        if span.blanks == 0 and span.lines <= span.records - (not ended):
            return range(span.first_line, span.first_line + block.rows)
        return self._numbers(span, block.rows)

    def part(self, block: Block, first: int, stop: int) -> Block:
        """A smaller block that holds at least the rows `first` to `stop` of a block; see random_access."""
        _span(block)
        return part_of(
            block, first, stop, unit=self._layout.encoding.unit, blanks_are_rows=self._layout.width == 1
        )

    def pick(
        self, parts: Sequence[tuple[Block, Rows]], columns: Sequence[int] | None = None
    ) -> RawBlock | None:
        """Rows of several parts of blocks, numbered within their part; None where each must be read alone."""
        wanted = list(range(len(self._fields))) if columns is None else list(columns)
        layout, source = self._layout, self._source
        groups, lines = pick(
            [(_span(part), rows) for part, rows in parts],
            lambda span: source.read_at(span.offset, span.length),
            layout.dialect,
            layout.encoding,
            blanks_are_rows=layout.width == 1,
        )
        read = [self._parse(b"".join(group.records), group.span, wanted)[0] for group in groups]
        data = in_order(groups, read)
        first = parts[0][0].first_row + int(parts[0][1][0])
        return None if data is None else RawBlock(self._name, first, data, lines=lines)

    def _numbers(self, span: Span, rows: int) -> LineNumbers:
        return LineNumbers(
            lambda: self._source.read_at(span.offset, span.length),
            self._layout.dialect,
            self._layout.encoding,
            span.first_line,
            rows=rows,
            skip_blank=self._layout.width > 1,
        )

    def _ended(self, raw: bytes) -> bool:
        """Whether bytes end in a line end: a last record without one makes up for a line end in another."""
        encoding, dialect = self._layout.encoding, self._layout.dialect
        return raw.endswith("\n".encode(encoding.name)) or (
            dialect.cr_ends and _ends_line(raw[-encoding.unit :])
        )

    def _parse(
        self, raw: bytes, span: Span, wanted: list[int]
    ) -> tuple[pa.RecordBatch, Oddities | None, int | None]:
        layout = self._layout
        dialect, width, extra = layout.dialect, layout.width, self.has_extra_cells_field
        if not span.odd:
            utf8 = to_utf8(raw, layout.encoding.name)
            if not (span.blanks and width > 1):
                plain = [c for c in wanted if c < width]
                data = parse_quick(utf8, dialect, width, plain, quotes=span.quotes, records=span.records)
                if data is not None:
                    return _with_nulls(data, wanted, width), None, None
            starts = record_starts(utf8, dialect)
            mended = parse_mended(
                utf8, dialect, width, wanted, quotes=span.quotes, starts=starts, extra=extra
            )
            if mended is not None:
                return *mended, None
        text, bad = decode(raw, layout.encoding.name)
        data, seen = parse_exact(text, layout.dialect, layout.width, wanted, extra=self.has_extra_cells_field)
        return data, seen, (bad[0] if bad else None)

    def _index_next(self) -> None:
        """Cuts one more block; the lock is held."""
        layout = self._layout
        if self._blocks:
            last, span = self._blocks[-1], _span(self._blocks[-1])
            offset, line = span.offset + span.length, span.first_line + span.lines
            first_row = last.first_row + last.rows
        else:
            offset, line, first_row = layout.offset, layout.line, 0
        unit = layout.encoding.unit
        end = self._source.size - (self._source.size - layout.encoding.bom) % unit
        if offset >= end:
            self._done = True
            return
        found, raw = self._cut_at(offset, end)
        rows = found.records - (found.blanks if layout.width > 1 else 0)
        self._blocks.append(
            Block(
                index=len(self._blocks),
                first_row=first_row,
                rows=rows,
                handle=Span(
                    offset=offset,
                    length=found.end * unit,
                    first_line=line,
                    lines=found.lines,
                    records=found.records,
                    blanks=found.blanks,
                    quotes=found.quotes,
                    odd=found.odd,
                    repeats=self._repeats(raw, found.end * unit, line),
                    marks=found.marks,
                ),
            )
        )

    def _repeats(self, raw: bytes, end: int, first_line: int) -> tuple[int, ...]:
        """Lines that repeat the field names, as where the files of several practices were put together."""
        names, unit = self._layout.header_bytes, self._layout.encoding.unit
        found: list[int] = []
        at = raw.find(names, 0, end) if len(names) >= 8 * unit else -1
        while at >= 0 and len(found) < 100:
            before, after = raw[max(at - unit, 0) : at], raw[at + len(names) : at + len(names) + unit]
            if at % unit == 0 and _ends_line(before) and _ends_line(after):
                buffer = narrow(raw[:at], self._layout.encoding.name)
                found.append(first_line + len(line_ends(buffer, self._layout.dialect)))
            at = raw.find(names, at + len(names), end)
        return tuple(found)

    def _cut_at(self, offset: int, end: int) -> tuple[Cut, bytes]:
        encoding, dialect = self._layout.encoding, self._layout.dialect
        size = self._block_size
        while True:
            raw = self._source.read_at(offset, min(size, end - offset))
            final = offset + len(raw) >= end
            grown = size > self._block_size
            give_up = size >= LONGEST_RECORD
            found = cut(
                narrow(raw, encoding.name), dialect, final=final or give_up, first_only=grown or give_up
            )
            if found.end:
                return found, raw
            size = min(size * 4, LONGEST_RECORD)
            del raw

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        del state["_lock"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()


def _row_numbers(seen: Oddities, *, blanks_are_rows: bool) -> tuple[int, ...]:
    """The shifted records as rows of the block: blank lines are records and may be no rows."""
    if blanks_are_rows or not seen.blank:
        return tuple(seen.shifted)
    return tuple(record - bisect_left(seen.blank, record) for record in seen.shifted)


def _ends_line(unit: bytes) -> bool:
    return not unit or unit.strip(b"\0") in (b"\n", b"\r")


def _span(block: Block) -> Span:
    if not isinstance(block.handle, Span):
        raise ReadError("This block belongs to another table.", code="usage")
    return block.handle


def _with_nulls(data: pa.RecordBatch, wanted: Sequence[int], width: int) -> pa.RecordBatch:
    if all(c < width for c in wanted):
        return data
    arrays = [data.column(str(c)) if c < width else pa.nulls(data.num_rows, pa.string()) for c in wanted]
    return pa.RecordBatch.from_arrays(arrays, names=[str(c) for c in wanted])
