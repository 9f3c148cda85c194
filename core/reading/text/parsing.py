"""One block's bytes into one Arrow column a field.

Sound blocks are read by pyarrow. Where rows are only ragged or blank, pyarrow reads the others; a block with
any other anomaly is read whole by an exact parser of our own. All give the same cells wherever they can read.
All cells are strings; null is an absent value, "" an empty quoted one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from core.reading.text.cutting import BLANK
from core.reading.text.dialect import Dialect, cell_pattern, text_record_pattern

#: A delimiter for tables of one column: a control character that no such text has. Where one does, the
#: number of cells differs and the exact parser reads the block.
_NO_DELIMITER = "\x1f"


@dataclass
class Oddities:
    """What the exact parser met, as record numbers within the block (blank lines counted as records)."""

    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    shifted: list[int] = field(default_factory=list)  # long ones with text beyond the last field
    odd_quotes: list[int] = field(default_factory=list)
    stray_quotes: list[int] = field(default_factory=list)
    lone_returns: list[int] = field(default_factory=list)
    nuls: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)


def parse_quick(
    utf8: bytes, dialect: Dialect, width: int, columns: Sequence[int], *, quotes: bool, records: int
) -> pa.RecordBatch | None:
    """The block read by pyarrow, or None where pyarrow would not read it exactly as the file has it.

    `width` is the number of fields, `columns` the positions wanted, `records` how many there must be.
    """
    data = _arrow(utf8, dialect, width, columns, quotes, None)
    return data if data is not None and data.num_rows == records else None


def parse_mended(
    utf8: bytes,
    dialect: Dialect,
    width: int,
    columns: Sequence[int],
    *,
    quotes: bool,
    starts: npt.NDArray[np.int64],
    extra: bool,
) -> tuple[pa.RecordBatch, Oddities] | None:
    """A block whose quotes are sound but which has short, long or blank lines.

    pyarrow reads the good rows and the exact parser the others, so that one unquoted comma does not make
    eight megabytes slow.

    `starts` says where each record starts. None where pyarrow cannot read the good rows exactly."""
    try:
        utf8.decode()  # pyarrow decodes rows that it cannot read, and prints what it cannot decode
    except UnicodeDecodeError:
        return None
    bad: list[int] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        bad.append(row.number - 1)
        return "skip"

    plain = [c for c in columns if c < width]
    data = _arrow(utf8, dialect, width, plain, quotes, skip)
    if data is None or data.num_rows + len(bad) != len(starts):
        return None
    stops = np.append(starts[1:], len(utf8))
    short = np.flatnonzero(stops - starts <= 2).tolist() if width > 1 else []
    blank = [n for n in short if utf8[starts[n] : stops[n]] in BLANK]
    seen = Oddities(blank=blank)
    wanted: dict[int, list[str | None]] = {c: [] for c in columns}
    for number in bad:
        cells, raws = cells_of(utf8[starts[number] : stops[number]].decode(), dialect, number, seen)
        (seen.short if len(cells) < width else seen.long).append(number)
        if any(cells[width:]):
            seen.shifted.append(number)
        for c, values in wanted.items():
            values.append(cells[c] if c < min(width, len(cells)) else None)
        if extra and width in wanted and len(cells) > width:
            wanted[width][-1] = dialect.delimiter.join(raws[width:])
    # Row n of the block is row order[n] of the good rows followed by the bad ones.
    is_bad = np.zeros(len(starts), np.bool_)
    is_bad[bad] = True
    order = np.where(is_bad, data.num_rows + np.cumsum(is_bad) - 1, np.cumsum(~is_bad) - 1)
    order = np.delete(order, [n for n in blank if not is_bad[n]])
    arrays = []
    for c in columns:
        good = data.column(str(c)) if c < width else pa.nulls(data.num_rows, pa.string())
        arrays.append(pa.concat_arrays([good, pa.array(wanted[c], pa.string())]).take(pa.array(order)))
    return pa.RecordBatch.from_arrays(arrays, names=[str(c) for c in columns]), seen


def _arrow(
    utf8: bytes,
    dialect: Dialect,
    width: int,
    columns: Sequence[int],
    quotes: bool,
    on_bad_row: Callable[[arrow_csv.InvalidRow], str] | None,
) -> pa.RecordBatch | None:
    if not utf8 or not columns or utf8.startswith(b"\xef\xbb\xbf") or (dialect.escape and b"\\" in utf8):
        return None
    if not dialect.delimiter and _NO_DELIMITER.encode() in utf8:
        return None
    if not utf8.endswith(b"\n"):
        # pyarrow takes an empty last cell for a quoted one where a quoted cell stands before it and the
        # file ends without a line end.
        utf8 += b"\n"
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(utf8),
            read_options=_read_options(width, len(utf8)),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter or _NO_DELIMITER,
                quote_char='"' if quotes else False,
                double_quote=True,
                escape_char=False,
                newlines_in_values=quotes,
                ignore_empty_lines=False,
                invalid_row_handler=on_bad_row,
            ),
            convert_options=_convert_options(tuple(columns)),
        )
    except (pa.ArrowInvalid, pa.ArrowCapacityError):
        return None  # its message quotes the row, so it goes no further
    if table.num_rows == 0:
        return None
    return table.combine_chunks().to_batches()[0]


@lru_cache(maxsize=8)
def _names(width: int) -> list[str]:
    return [str(i) for i in range(width)]


def _read_options(width: int, size: int) -> arrow_csv.ReadOptions:
    return arrow_csv.ReadOptions(use_threads=False, block_size=size + 64, column_names=_names(width))


@lru_cache(maxsize=64)
def _convert_options(columns: tuple[int, ...]) -> arrow_csv.ConvertOptions:
    names = [str(i) for i in columns]
    return arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=names,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )


def parse_exact(
    text: str, dialect: Dialect, width: int, columns: Sequence[int], *, extra: bool
) -> tuple[pa.RecordBatch, Oddities]:
    """The block read cell by cell. Never fails: what is not as it should be is kept and told in the oddities.

    A short row ends in nulls. What a row has beyond `width` fields goes, as the file has it, into the column
    at position `width` when `extra`, and is left for a later read otherwise.
    """
    seen = Oddities()
    wanted: dict[int, list[str | None]] = {c: [] for c in columns if c < width}
    fillers = list(wanted.items())
    surplus: list[str | None] | None = [] if extra and width in columns else None
    for number, record in enumerate(records_of(text, dialect)):
        cells, raws = cells_of(record, dialect, number, seen)
        count = len(cells)
        if count == 1 and not raws[0]:
            seen.blank.append(number)
            if width > 1:
                continue
        if count == width:
            for c, values in fillers:
                values.append(cells[c])
        else:
            (seen.short if count < width else seen.long).append(number)
            if any(cells[width:]):
                seen.shifted.append(number)
            for c, values in fillers:
                values.append(cells[c] if c < count else None)
        if surplus is not None:
            surplus.append(dialect.delimiter.join(raws[width:]) if count > width else None)
    arrays = [pa.array(wanted[c] if c < width else surplus or [], pa.string()) for c in columns]
    return pa.RecordBatch.from_arrays(arrays, names=[str(c) for c in columns]), seen


def records_of(text: str, dialect: Dialect) -> Iterator[str]:
    """The records with their line ends."""
    at = 0
    if not (dialect.quotes and '"' in text) and not dialect.escape and not dialect.cr_ends:
        while at < len(text):
            end = text.find("\n", at) + 1 or len(text)
            yield text[at:end]
            at = end
        return
    match = text_record_pattern(dialect).match
    while at < len(text):
        end = match(text, at).end()  # type: ignore[union-attr]
        yield text[at:end]
        at = end


def cells_of(
    record: str, dialect: Dialect, number: int, seen: Oddities
) -> tuple[list[str | None], list[str]]:
    """A record's cells, and the same as the file writes them."""
    if "\0" in record:
        seen.nuls.append(number)
    if not (dialect.quotes and '"' in record) and not dialect.escape:
        if dialect.cr_ends:
            record = record.rstrip("\r\n")
        else:
            record = record.removesuffix("\n").removesuffix("\r")
            if "\r" in record:
                seen.lone_returns.append(number)
        raws = record.split(dialect.delimiter) if dialect.delimiter else [record]
        return [raw or None for raw in raws], raws
    cells: list[str | None] = []
    raws = []
    for match in cell_pattern(dialect).finditer(record):
        quoted, odd, plain, end = match.groups()
        if quoted:
            raws.append(quoted)
            cells.append(_unquote(quoted[1:-1], dialect))
        else:
            raw = odd or plain
            if not dialect.cr_ends:
                if end in ("\n", ""):
                    raw = raw.removesuffix("\r")
                if "\r" in raw:
                    _once(seen.lone_returns, number)
            if odd:
                _once(seen.odd_quotes, number)
            elif dialect.quotes and raw.startswith('"'):
                _once(seen.stray_quotes, number)
            raws.append(raw)
            cells.append(_unescape(raw, dialect) if dialect.escape and "\\" in raw else raw or None)
        if end != dialect.delimiter or not end:
            break
    return cells, raws


def _once(numbers: list[int], number: int) -> None:
    if not numbers or numbers[-1] != number:
        numbers.append(number)


def _unquote(content: str, dialect: Dialect) -> str:
    if dialect.escape and "\\" in content:
        return _ESCAPED_QUOTED.sub(lambda m: m[1] or '"', content)
    return content.replace('""', '"')


def _unescape(raw: str, dialect: Dialect) -> str:
    return re.sub(rf'\\(["\\{re.escape(dialect.delimiter)}])', r"\1", raw)


_ESCAPED_QUOTED = re.compile(r'""|\\(["\\])')
