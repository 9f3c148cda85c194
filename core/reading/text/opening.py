"""Opening one file of delimited text: encoding, dialect, field names and where the data starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.model import Hazard, Problem, ReadError, Recognised, UsageError
from core.reading.choices import TableChoice
from core.reading.known_tables import table_of_id
from core.reading.refusals import refuse_binary, refuse_empty, refuse_other_formats
from core.reading.source import Source
from core.reading.suppliers import recognise, signatures
from core.reading.text.delimited import BLOCK_SIZE, DelimitedTable, Layout
from core.reading.text.dialect import Dialect
from core.reading.text.encoding import ENCODINGS, Encoding, decode, detect_encoding
from core.reading.text.endings import ending_notes, ending_of_source
from core.reading.text.header import find_header, make_fields
from core.reading.text.layouts import layout_of, layouts
from core.reading.text.layouts_match import Match, is_line_of_names, match_chosen, match_names, match_rows
from core.reading.text.opening_notes import incomplete, lines_before, name_problems
from core.reading.text.opening_start import Start, complete, first_records, whole
from core.reading.text.sniffing import declares_delimiter, ends_with_returns, sniff_dialect

_SAMPLE = 256 << 10


@dataclass(frozen=True)
class Opened:
    """A table and what was noticed on opening it. `recognised` where a known layout told what it is."""

    table: DelimitedTable
    hazards: tuple[Hazard, ...] = ()
    problems: tuple[Problem, ...] = ()
    recognised: Recognised | None = None


@dataclass(frozen=True)
class _File:
    """A file as far as it is understood: what `_table` needs."""

    source: Source
    encoding: Encoding
    dialect: Dialect
    start: Start
    sep: int  # lines that declare the delimiter


def open_delimited(
    source: Source, name: str, choice: TableChoice | None = None, *, block_size: int = BLOCK_SIZE
) -> Opened:
    """Opens a file of delimited text. Raises ReadError where it is none, or empty."""
    choice = choice or TableChoice()
    _refuse_unknown_layout(choice)
    if source.size == 0:
        raise refuse_empty(source.name)
    head = source.read_at(0, min(source.size, BLOCK_SIZE))
    said = choice.reader is not None
    refuse_other_formats(source.name, head, None, markup=said)
    encoding = _encoding(head, source, choice)
    body = head[encoding.bom :]
    sample = body[: _SAMPLE - _SAMPLE % encoding.unit]
    text = decode(whole(sample, encoding), encoding.name)[0]
    refuse_other_formats(source.name, head, text, markup=said)
    refuse_binary(source.name, text)
    if not text.strip("\r\n\ufeff\x1a"):
        raise refuse_empty(source.name)
    text = complete(text, len(body) <= len(sample))
    file = _cut_as_called(source, encoding, text, sample, choice)
    if file is None:
        dialect = sniff_dialect(text, choice.delimiter)
        start = first_records(source, encoding, dialect, sample)
        file = _File(source, encoding, dialect, start, 1 if declares_delimiter(text) and start.cells else 0)
    known = _known(file, choice)
    if known is not None and not known.table.quotes and file.dialect.quotes:
        dialect = replace(file.dialect, quotes=False)
        file = replace(file, dialect=dialect, start=first_records(source, encoding, dialect, sample))
        known = _known(file, choice)
    return _table(file, known, name, choice, block_size)


def _cut_as_called(
    source: Source, encoding: Encoding, text: str, sample: bytes, choice: TableChoice
) -> _File | None:
    """The file cut as the known table is whose name it has, or that it was said to be; None where that makes
    no such rows of it."""
    chosen = layout_of(choice.layout)
    named = [chosen] if chosen else [t for t in layouts() if t.is_called(source.stem)]
    for table in named:
        delimiter = table.delimiter if choice.delimiter is None else choice.delimiter
        dialect = Dialect(delimiter, False, ends_with_returns(text), table.quotes)
        if table.escape:
            dialect = sniff_dialect(text, delimiter, escape=True)
        start = first_records(source, encoding, dialect, sample)
        widths = Counter(len(cells) for cells in start.cells if any(c is not None for c in cells))
        width = widths.most_common(1)[0][0] if widths else 0
        if width > 1 and (width in (table.widths or (width,)) or choice.delimiter is not None):
            return _File(source, encoding, dialect, start, 0)
    return None


def _known(file: _File, choice: TableChoice) -> Match | None:
    """The known table without field names that the file is."""
    rows = file.start.cells[file.sep :]
    chosen = layout_of(choice.layout)
    if chosen is not None and chosen.columns:
        return match_chosen(rows, chosen)
    if choice.header_row or choice.layout is not None:
        return None
    stem, delimiter = file.source.stem, file.dialect.delimiter
    tables = [t for t in layouts() if t.delimiter == delimiter or t.is_called(stem)]
    return match_rows(rows, stem, tables)


def _refuse_unknown_layout(choice: TableChoice) -> None:
    said = choice.layout
    if said is None or layout_of(said) is not None or table_of_id(said) is not None:
        return
    if all(signature.id != said for signature in signatures()):
        known = ", ".join(layout.id for layout in layouts())
        raise UsageError(
            f"There is no table or format called {said}. Choose one; tables without field names: {known}."
        )


def _encoding(head: bytes, source: Source, choice: TableChoice) -> Encoding:
    found = detect_encoding(head, whole=len(head) == source.size)
    if choice.encoding is None:
        return found
    if choice.encoding not in ENCODINGS:
        raise ReadError(
            f"Threshold does not know the encoding {choice.encoding}. Leave it out, and it is found out.",
            code="usage",
        )
    same = found.name == choice.encoding
    return Encoding(choice.encoding, found.bom if same else 0)


def _table(file: _File, known: Match | None, name: str, choice: TableChoice, block_size: int) -> Opened:
    where, start, encoding = file.source.name, file.start, file.encoding
    records = start.cells
    index = _header_index(file, known, choice)
    header = records[index] if index is not None else None
    first = index + 1 if index is not None else file.sep
    width = _width(header, records[first:])
    fields = make_fields(header, width, names=known.names if known is not None else ())
    preamble, problems = _before(file, index or 0)
    hazards: list[Hazard] = []
    if preamble and not (file.sep and len(preamble) == 1):
        hazards.append(lines_before(where, len(preamble)))
    found = ending_of_source(file.source, encoding, file.dialect, width)
    if found is not None:
        hazards.extend([incomplete(where)] if found.notice else [])
        told, odd = ending_notes(where, found)
        hazards.extend(told)
        problems.extend(odd)
    if known is not None:
        problems.extend(Problem(where, start.lines[first], what) for what in known.problems)
    if header is None and (known is None or not known.names):
        problems.append(
            Problem(where, 1, "no line of field names was found; fields are called by their position")
        )
    problems.extend(name_problems(where, fields, start.lines[index] if index is not None else None))
    if (file.source.size - encoding.bom) % encoding.unit:
        problems.append(Problem(where, None, "the file ends in half a character; the last byte was left out"))
    layout = Layout(
        encoding=encoding,
        dialect=file.dialect,
        width=width,
        offset=encoding.bom + start.offsets[first],
        line=start.lines[first],
        preamble=tuple(preamble),
        has_header=header is not None,
        header_bytes=start.raws[index] if index is not None else b"",
    )
    seen = _recognised(file, known, header, choice)
    format_name = seen.format if seen is not None else ""
    format_name = (
        format_name
        or recognise(fields if header is not None else (), preamble)
        or _plain_format(file.dialect)
    )
    table = DelimitedTable(file.source, name, format_name, fields, layout, block_size=block_size)
    return Opened(table, tuple(hazards), tuple(problems), seen)


def _recognised(
    file: _File, known: Match | None, header: Sequence[str | None] | None, choice: TableChoice
) -> Recognised | None:
    if known is not None:
        return known.recognised("delimited") if known.names else None
    if header is None:
        return None
    table, confidence, said = match_names(header, layouts()), 0.9, "its field names are that table's"
    if table is None and file.dialect.escape:
        stem = file.source.stem
        named = (t for t in layouts() if t.escape and (t.is_called(stem) or t.id == choice.layout))
        table, confidence, said = next(named, None), 0.7, "its name, and backslashes before quotes"
    if table is None:
        return None
    return Recognised(table.format, table.title, confidence, (said,), "delimited", table.table)


def _before(file: _File, index: int) -> tuple[list[str], list[Problem]]:
    """The lines before the field names, each told."""
    preamble: list[str] = []
    problems: list[Problem] = []
    for cells, line in zip(file.start.cells[:index], file.start.lines[:index], strict=True):
        if any(c is not None for c in cells):
            preamble.append(file.dialect.delimiter.join(c or "" for c in cells))
            what = "this line stands before the field names and is no row"
            problems.append(Problem(file.source.name, line, what))
    return preamble, problems


def _header_index(file: _File, known: Match | None, choice: TableChoice) -> int | None:
    if choice.header_row is None:
        if known is not None and known.names:
            named = is_line_of_names(file.start.cells[file.sep], known.table) if file.start.cells else False
            return file.sep if named else None
        found = find_header(file.start.cells[file.sep :])
        return None if found is None else found + file.sep
    if choice.header_row == 0:
        return None
    for index, line in enumerate(file.start.lines[:-1]):
        if line == choice.header_row:
            return index
    where = file.source.name
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


def _plain_format(dialect: Dialect) -> str:
    return {"\t": "tsv", "": "text"}.get(dialect.delimiter, "csv")
