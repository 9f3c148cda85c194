"""Whether a text stops where it should: a file that was cut short on its way ends in the middle of a row."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Hazard, Problem, Severity
from core.reading.source import Source, ends_are_near
from core.reading.text.dialect import Dialect, record_pattern
from core.reading.text.encoding import Encoding, decode
from core.reading.text.parsing import Oddities, cells_of

_TAIL = 32 << 10
CUT = "the file looks cut short: its last line ends in the middle of a row"
NO_LINE_END = "the last line has no line end, as where a file was cut short; see that its last row is whole"
INCOMPLETE = "the file itself says that it does not hold all results"


@dataclass(frozen=True)
class Ending:
    """How a text ends: inside a row; with a row that has no line end while others have one; or with the
    notice that there are more results."""

    cut: bool = False
    unended: bool = False
    notice: bool = False


def ending(tail: str, whole: bool, dialect: Dialect, width: int) -> Ending:
    """How a text ends whose last characters are `tail`; `whole` says that this is all of it."""
    notice = "complete results are available" in tail[-4096:].lower()
    text = tail.rstrip("\x1a\0")
    if not whole:
        starts = [at for at in (text.find("\n"), text.find("\r") if dialect.cr_ends else -1) if at >= 0]
        if not starts:
            return Ending(notice=notice)
        text = text[min(starts) + 1 :]
    records = _records(text, dialect)
    if not records or (whole and len(records) < 2):
        return Ending(notice=notice)
    unended = not text.endswith(("\n", "\r"))
    short = [cells < width for cells, _ in records]
    opened = [at for at, (_, open_quote) in enumerate(records) if open_quote]
    inside = bool(opened) and all(short[opened[-1] + 1 :]) and (unended or opened[-1] + 1 < len(records))
    cut = width > 1 and not notice and ((unended and short[-1]) or inside)
    return Ending(cut, unended and not notice, notice)


def _records(text: str, dialect: Dialect) -> list[tuple[int, bool]]:
    """(number of cells, whether a quote opens and never closes) of each record; blank lines left out."""
    buffer = text.encode("utf-8")
    match = record_pattern(dialect, True).match
    found: list[tuple[int, bool]] = []
    at = 0
    while at < len(buffer) and (record := match(buffer, at)) is not None and record.end() > at:
        piece = buffer[at : record.end()]
        at = record.end()
        if piece.strip(b"\r\n"):
            seen = Oddities()
            cells = cells_of(piece.decode("utf-8"), dialect, 0, seen)[0]
            found.append((len(cells), bool(seen.stray_quotes)))
    return found


def ending_of_source(source: Source, encoding: Encoding, dialect: Dialect, width: int) -> Ending | None:
    """How a file ends; None where its end can only be had by going through all of it."""
    if not ends_are_near(source):
        return None
    end = source.size - (source.size - encoding.bom) % encoding.unit
    length = min(end - encoding.bom, _TAIL)
    length -= length % encoding.unit
    text = decode(source.read_at(end - length, length), encoding.name)[0]
    return ending(text, length == end - encoding.bom, dialect, width)


def ending_of_block(raw: bytes, encoding: Encoding, dialect: Dialect, width: int) -> Ending:
    """How a text ends whose last block is `raw`."""
    part = raw[-_TAIL:] if len(raw) > _TAIL else raw
    return ending(decode(part, encoding.name)[0], len(part) == len(raw), dialect, width)


def ending_notes(where: str, found: Ending) -> tuple[list[Hazard], list[Problem]]:
    """What a person is told of an ending."""
    if found.cut:
        hazard = Hazard(
            where,
            CUT,
            Severity.BLOCKS,
            "Patients are missing from this file, and perhaps their objections. Copy it again from where it "
            "came, or make the export again, and compare the number of rows.",
            "cut_short",
        )
        return [hazard], []
    return [], ([Problem(where, None, NO_LINE_END)] if found.unended else [])


def ending_problems(where: str, line: int, found: Ending) -> tuple[Problem, ...]:
    """The same as problems, for texts whose end is only known once they were read."""
    told = [INCOMPLETE] if found.notice else []
    told += [CUT] if found.cut else [NO_LINE_END] if found.unended else []
    return tuple(Problem(where, line, what) for what in told)
