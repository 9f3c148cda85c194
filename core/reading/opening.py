"""Opening one file of delimited text: encoding, dialect, field names and where the data starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.model import Field, Hazard, Problem, ReadError, Severity
from core.reading.choices import TableChoice
from core.reading.cutting import line_ends, narrow
from core.reading.delimited import BLOCK_SIZE, LONGEST_RECORD, DelimitedTable, Layout
from core.reading.dialect import Dialect, record_pattern
from core.reading.encoding import ENCODINGS, UTF8, Encoding, decode, detect_encoding
from core.reading.header import find_header, make_fields
from core.reading.parsing import Oddities, cells_of
from core.reading.refusals import refuse_binary, refuse_empty, refuse_other_formats
from core.reading.sniffing import declares_delimiter, sniff_dialect
from core.reading.source import Source
from core.reading.suppliers import recognise

_SAMPLE = 256 << 10
_RECORDS = 300


@dataclass(frozen=True)
class Opened:
    """A table and what was noticed on opening it."""

    table: DelimitedTable
    hazards: tuple[Hazard, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Start:
    """The first records of a file: cells, byte offset after the byte order mark, line."""

    cells: list[list[str | None]]
    offsets: list[int]  # one more than cells: where the next record would start
    lines: list[int]
    raws: list[bytes]  # the records as they stand in the file, without their line ends


def open_delimited(
    source: Source, name: str, choice: TableChoice | None = None, *, block_size: int = BLOCK_SIZE
) -> Opened:
    """Opens a file of delimited text. Raises ReadError where it is none, or empty."""
    choice = choice or TableChoice()
    if source.size == 0:
        raise refuse_empty(source.name)
    head = source.read_at(0, min(source.size, BLOCK_SIZE))
    refuse_other_formats(source.name, head, None)
    encoding = _encoding(head, source, choice)
    unit = encoding.unit
    body = head[encoding.bom :]
    sample = body[: _SAMPLE - _SAMPLE % unit]
    text = decode(_whole(sample, encoding), encoding.name)[0]
    refuse_other_formats(source.name, head, text)
    refuse_binary(source.name, text)
    if not text.strip("\r\n\ufeff\x1a"):
        raise refuse_empty(source.name)
    dialect = sniff_dialect(_complete(text, len(body) <= len(sample)), choice.delimiter)
    start = _first_records(source, encoding, dialect, sample)
    return _table(source, name, encoding, dialect, start, choice, text, block_size)


def _encoding(head: bytes, source: Source, choice: TableChoice) -> Encoding:
    found = detect_encoding(head, whole=len(head) == source.size)
    if choice.encoding is None:
        return found
    if choice.encoding not in ENCODINGS:
        raise ReadError(f"Threshold does not know the encoding {choice.encoding}.", code="usage")
    same = found.name == choice.encoding
    return Encoding(choice.encoding, found.bom if same else 0)


def _whole(sample: bytes, encoding: Encoding) -> bytes:
    """The sample without a character that its end cuts in two."""
    if encoding.name != UTF8:
        return sample[: len(sample) - len(sample) % encoding.unit]
    for back in range(1, min(4, len(sample)) + 1):
        byte = sample[-back]
        if byte >= 0xC0:
            needs = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return sample[:-back] if needs > back else sample
        if byte < 0x80:
            break
    return sample


def _complete(text: str, whole: bool) -> str:
    """The text without its last line where the sample cut it."""
    if whole:
        return text
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end >= 0 else text


def _first_records(source: Source, encoding: Encoding, dialect: Dialect, sample: bytes) -> _Start:
    size = len(sample)
    end = source.size - (source.size - encoding.bom) % encoding.unit
    while True:
        final = encoding.bom + len(sample) >= end or size >= LONGEST_RECORD
        start = _split(sample, encoding, dialect, final=final)
        if start.cells or final:
            return start
        size = min(size * 8, LONGEST_RECORD)
        sample = source.read_at(encoding.bom, min(size, end - encoding.bom))


def _split(sample: bytes, encoding: Encoding, dialect: Dialect, *, final: bool) -> _Start:
    buffer = narrow(sample, encoding.name)
    if dialect.cr_ends and not final:
        buffer = buffer.removesuffix(b"\r")
    match = record_pattern(dialect, final).match
    seen = Oddities()
    cells: list[list[str | None]] = []
    raws: list[bytes] = []
    offsets, lines = [0], [1]
    at, unit = 0, encoding.unit
    while at < len(buffer) and len(cells) < _RECORDS:
        found = match(buffer, at)
        assert found is not None
        end = found.end()
        unsure = end == len(buffer) and not buffer.endswith((b"\n", b"\r"))
        if not final and (unsure or (found.lastgroup or "").startswith("more")):
            break
        record = decode(sample[at * unit : end * unit], encoding.name)[0]
        raws.append(_without_end(sample[at * unit : end * unit], unit))
        cells.append(cells_of(record, dialect, len(cells), seen)[0])
        lines.append(lines[-1] + len(line_ends(buffer[at:end], dialect)))
        offsets.append(end * unit)
        at = end
    return _Start(cells, offsets, lines, raws)


def _without_end(record: bytes, unit: int) -> bytes:
    while record and record[-unit:].strip(b"\0") in (b"\n", b"\r"):
        record = record[:-unit]
    return record


def _says_incomplete(source: Source, encoding: Encoding) -> bool:
    """Whether the file ends in EMIS Web's notice that a report was cut short."""
    length = min(source.size - encoding.bom, 4096)
    length -= length % encoding.unit
    offset = source.size - (source.size - encoding.bom) % encoding.unit - length
    tail = decode(source.read_at(offset, length), encoding.name)[0]
    return "complete results are available" in tail.lower()


def _table(
    source: Source,
    name: str,
    encoding: Encoding,
    dialect: Dialect,
    start: _Start,
    choice: TableChoice,
    text: str,
    block_size: int,
) -> Opened:
    where = source.name
    records = start.cells
    sep = 1 if declares_delimiter(text) and records else 0
    index = _header_index(records, start, sep, choice, where)
    header = records[index] if index is not None else None
    first = index + 1 if index is not None else sep
    width = _width(header, records[first:])
    fields = make_fields(header, width)
    problems: list[Problem] = []
    hazards: list[Hazard] = []
    preamble: list[str] = []
    if index is not None:
        for i in range(index):
            cells = [c for c in records[i] if c is not None]
            if cells:
                preamble.append(dialect.delimiter.join(c or "" for c in records[i]))
                problems.append(
                    Problem(where, start.lines[i], "this line stands before the field names and is no row")
                )
    if preamble and not (sep and len(preamble) == 1):
        hazards.append(
            Hazard(
                where,
                f"{len(preamble)} lines before the field names"
                if len(preamble) > 1
                else "a line before the field names",
                Severity.WARNS,
                "Reports start with lines about themselves, which can name the search, the practice or a "
                "patient. They are not rows and leave with no release.",
            )
        )
    if _says_incomplete(source, encoding):
        hazards.append(
            Hazard(
                where,
                "the file itself says that it does not hold all results",
                Severity.WARNS,
                "EMIS Web cuts long reports short and says so in their last line. Patients are missing from "
                "this file; export the complete results before sending anything.",
            )
        )
    if header is None:
        problems.append(
            Problem(where, 1, "no line of field names was found; fields are called by their position")
        )
    problems.extend(_name_problems(where, fields, start.lines[index] if index is not None else None))
    if (source.size - encoding.bom) % encoding.unit:
        problems.append(Problem(where, None, "the file ends in half a character; the last byte was left out"))
    layout = Layout(
        encoding=encoding,
        dialect=dialect,
        width=width,
        offset=encoding.bom + start.offsets[first],
        line=start.lines[first],
        preamble=tuple(preamble),
        has_header=header is not None,
        header_bytes=start.raws[index] if index is not None else b"",
    )
    format_name = recognise(fields if header is not None else (), preamble) or _plain_format(dialect)
    table = DelimitedTable(source, name, format_name, fields, layout, block_size=block_size)
    return Opened(table, tuple(hazards), tuple(problems))


def _header_index(
    records: Sequence[list[str | None]], start: _Start, sep: int, choice: TableChoice, where: str
) -> int | None:
    if choice.header_row is None:
        found = find_header(records[sep:])
        return None if found is None else found + sep
    if choice.header_row == 0:
        return None
    for index, line in enumerate(start.lines[:-1]):
        if line == choice.header_row:
            return index
    raise ReadError(
        f"{where}: line {choice.header_row} is not the start of one of the first rows, so it cannot hold the "
        "field names. Choose another line.",
        where=where,
        code="usage",
    )


def _width(header: Sequence[str | None] | None, after: Sequence[Sequence[str | None]]) -> int:
    """How many fields the table has.

    A delimiter at the end of every row, or only of the line of names, must not make every row ragged."""
    rows = [r for r in after if list(r) != [None]]
    if header is None:
        widths = Counter(len(r) for r in rows)
        return max(widths, key=lambda w: (widths[w], w)) if widths else 1
    width = len(header)
    if not rows:
        return width
    if header[-1] is None and width > 1 and all(len(r) == width - 1 for r in rows):
        return width - 1
    widest = max(len(r) for r in rows)
    if widest > width and all(len(r) == widest and all(c is None for c in r[width:]) for r in rows):
        return widest
    return width


def _name_problems(where: str, fields: Sequence[Field], line: int | None) -> list[Problem]:
    if line is None:
        return []
    unnamed = sum(not f.header.strip() for f in fields)
    repeated = sum(f.name != " ".join(f.header.split()) for f in fields if f.header.strip())
    found = []
    if unnamed:
        found.append(
            Problem(where, line, f"{unnamed:,} of the fields have no name; they are called by position")
        )
    if repeated:
        found.append(Problem(where, line, f"{repeated:,} field names are repeated; later ones are numbered"))
    return found


def _plain_format(dialect: Dialect) -> str:
    return {"\t": "tsv", "": "text"}.get(dialect.delimiter, "csv")
