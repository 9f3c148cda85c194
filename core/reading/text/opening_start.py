"""The first records of a delimited file, with where each starts."""

from __future__ import annotations

from dataclasses import dataclass

from core.reading.source import Source
from core.reading.text.cutting import line_ends, narrow
from core.reading.text.delimited import LONGEST_RECORD
from core.reading.text.dialect import Dialect, record_pattern
from core.reading.text.encoding import UTF8, Encoding, decode
from core.reading.text.parsing import Oddities, cells_of

_RECORDS = 300


@dataclass(frozen=True)
class Start:
    """The first records of a file: cells, byte offset after the byte order mark, line."""

    cells: list[list[str | None]]
    offsets: list[int]  # one more than cells: where the next record would start
    lines: list[int]
    raws: list[bytes]  # the records as they stand in the file, without their line ends


def whole(sample: bytes, encoding: Encoding) -> bytes:
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


def complete(text: str, whole: bool) -> str:
    """The text without its last line where the sample cut it."""
    if whole:
        return text
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end >= 0 else text


def first_records(source: Source, encoding: Encoding, dialect: Dialect, sample: bytes) -> Start:
    """The records at the start of the file, at least one; `sample` is what was read of it so far."""
    size = len(sample)
    end = source.size - (source.size - encoding.bom) % encoding.unit
    while True:
        final = encoding.bom + len(sample) >= end or size >= LONGEST_RECORD
        start = _split(sample, encoding, dialect, final=final)
        if start.cells or final:
            return start
        size = min(size * 8, LONGEST_RECORD)
        sample = source.read_at(encoding.bom, min(size, end - encoding.bom))


def _split(sample: bytes, encoding: Encoding, dialect: Dialect, *, final: bool) -> Start:
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
    return Start(cells, offsets, lines, raws)


def _without_end(record: bytes, unit: int) -> bytes:
    while record and record[-unit:].strip(b"\0") in (b"\n", b"\r"):
        record = record[:-unit]
    return record
