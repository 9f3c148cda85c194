"""Files of lines that are marked for what they are (MIQUEST, NHAIS): read whole, with line numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from core.model import Field, Problem, ReadError
from core.reading.held import HeldTable
from core.reading.source import Source
from core.reading.text.encoding import decode, detect_encoding

_ENDS = re.compile(r"\r\n|\r|\n")
_NAMED = 20


@dataclass(frozen=True)
class Lines:
    """The lines of a file. `ended`: the last one has a line end, as those before it have."""

    texts: list[str]
    ended: bool
    problems: list[Problem]


def lines_of(source: Source, most: int) -> Lines:
    """Every line of the file as text, held in memory. Raises ReadError where it is over `most` bytes."""
    if source.size > most:
        raise ReadError(
            f"{source.name} is longer than {most >> 20:,} MB, more than Threshold reads of such a file. "
            "Ask the system for it in parts.",
            where=source.name,
            code="too_big",
        )
    data = source.read_at(0, source.size)
    encoding = detect_encoding(data, whole=True)
    text, bad = decode(data[encoding.bom :], encoding.name)
    lines = _ENDS.split(text.rstrip("\x1a\0"))
    ended = len(lines) < 2 or not lines[-1]
    if lines and not lines[-1]:
        lines.pop()
    problems = []
    if bad:
        what = "bytes that are no valid text in the file's encoding; kept as other characters"
        problems.append(Problem(source.name, None, what))
    return Lines(lines, ended, problems)


def told(where: str, lines: Sequence[int], what: str) -> list[Problem]:
    """A problem for each line, the rest of many in one."""
    found = [Problem(where, line, what) for line in lines[:_NAMED]]
    if len(lines) > _NAMED:
        found.append(Problem(where, lines[_NAMED], f"{len(lines) - _NAMED:,} more from here on: {what}"))
    return found


def columns_of(rows: Sequence[Sequence[str | None]], width: int) -> pa.RecordBatch:
    """Rows of `width` cells as columns."""
    columns = [pa.array([row[at] for row in rows], pa.string()) for at in range(width)]
    return pa.RecordBatch.from_arrays(columns, names=[str(at) for at in range(width)])


def held(
    source: Source,
    format_name: str,
    fields: tuple[Field, ...],
    data: pa.RecordBatch,
    lines: Sequence[int],
    *,
    problems: Sequence[Problem] = (),
    preamble: Sequence[str] = (),
) -> HeldTable:
    """A table of rows in memory that have a cell for each of `fields`, with the file's line of each."""
    return HeldTable(
        source,
        source.stem,
        format_name,
        fields,
        data,
        row_lines=list(lines),
        problems=tuple(problems),
        preamble=tuple(preamble),
    )
