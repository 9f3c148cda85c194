"""NHAIS patient lists (GPR4): each patient is a line `DOW~1~...` and a line `DOW~2~...` after it.

Both lines of a patient are one row. A line that has lost its other half is a row by itself, and told. Field
names: those of the published list reconciliation of NHS Digital, whose files begin with a line `503\\*`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.model import Hazard, Problem, ReadError, Recognised, Severity
from core.reading.choices import TableChoice
from core.reading.readers import Candidate, ReadFile
from core.reading.text.endings import Ending, ending_notes
from core.reading.text.header import EXTRA_CELLS, make_fields
from core.reading.text.record_lines import columns_of, held, lines_of, told

_FIRST = (
    "GPCode", "HACipher", "RecordDate", "RecordTime", "RecordNumber", "NHSNumber", "Surname", "Forenames",
    "PreviousSurname", "Title", "Sex", "DateOfBirth", "HouseName", "NumberRoad",
)  # fmt: skip
_SECOND = (
    "Locality", "PostTown", "County", "Postcode", "DrugsDispensed", "RPPMileage", "BlockedRoute",
    "WalkingUnits", "ResInstCode",
)  # fmt: skip
_NAMES = (*_FIRST, *_SECOND)
_LINE = re.compile(r"DOW~([12])~")
_START = re.compile(r"\d{3}\\\*\s*")
_TITLE = "NHAIS patient list (GPR4)"
_CALLED = re.compile(r"GPR4\w{2,3}1", re.IGNORECASE)
_LOOKED = 200
#: A list of a whole practice takes two million bytes.
_MOST = 64 << 20


@dataclass
class _List:
    rows: list[list[str | None]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    halves: list[int] = field(default_factory=list)  # lines whose other half is missing
    odd: list[int] = field(default_factory=list)  # lines of no known sort
    long: list[int] = field(default_factory=list)
    short: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)


class NhaisReader:
    """A practice's list as the health authority's system holds it."""

    id = "nhais"
    title = "NHAIS list of patients"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the beginnings of its lines."""
        lines = [line for line in candidate.text.splitlines()[:_LOOKED] if line.strip()]
        begun = bool(lines) and _START.fullmatch(lines[0]) is not None
        marked = sum(_LINE.match(line) is not None for line in lines)
        if not marked or marked * 2 < len(lines) - begun:
            return None
        evidence = [f"{marked:,} of its first {len(lines):,} lines begin with DOW~1~ or DOW~2~"]
        if begun:
            evidence.append("it begins with a line of the form 503\\*")
        if _CALLED.search(candidate.source.stem):
            evidence.append("it is called as such lists are")
        return Recognised("nhais-gpr4", _TITLE, 0.97, tuple(evidence), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        source, where = candidate.source, candidate.source.name
        lines = lines_of(source, _MOST)
        problems = lines.problems
        found = _paired(lines.texts)
        if not any(cell is not None for row in found.rows for cell in row):
            message = f"{where} is an NHAIS list without a patient. Ask for it again."
            raise ReadError(message, where=where, code="empty")
        extra = bool(found.odd or found.long)
        fields = make_fields(None, len(_NAMES), extra=extra, names=_NAMES)
        rows = found.rows if extra else [row[:-1] for row in found.rows]
        half = "one of a patient's two lines is missing; the other is a row by itself"
        problems += told(where, found.halves, half)
        problems += told(
            where, found.odd, f'the line is neither half of a patient; it is a row, in "{EXTRA_CELLS}"'
        )
        problems += told(where, found.long, f'the line has more cells than fields; kept in "{EXTRA_CELLS}"')
        problems += told(where, found.short, "the line has fewer cells than fields; the missing are empty")
        if found.blank:
            what = f"the first of {len(found.blank):,} blank lines, skipped"
            problems.append(Problem(where, found.blank[0], what))
        if found.before:
            problems.append(Problem(where, 1, "this line begins the file and is no row"))
        data = columns_of(rows, len(fields))
        last = len(lines.texts)
        cut = last in (*found.halves, *found.odd) or (not lines.ended and last in found.short)
        hazards, odd = ending_notes(where, Ending(cut, not lines.ended))
        problems += odd
        table = held(
            source, "nhais-gpr4", fields, data, found.lines, problems=problems, preamble=found.before
        )
        seen = self.recognise(candidate) or Recognised("nhais-gpr4", _TITLE, 0.5, (), self.id)
        return ReadFile((table,), (seen,), (*_hazards(where, found), *hazards))


def _paired(lines: Sequence[str]) -> _List:
    """A row a patient; the last cell holds what no field has."""
    found = _List()
    first: tuple[list[str], int] | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            found.blank.append(number)
            continue
        match = _LINE.match(line)
        if match is None:
            if number == 1 and _START.fullmatch(line):
                found.before.append(line)
                continue
            _end(found, first)
            first = None
            found.odd.append(number)
            found.rows.append([*[None] * len(_NAMES), line])
            found.lines.append(number)
            continue
        cells = line[match.end() :].split("~")
        if match[1] == "1":
            _end(found, first)
            first = cells, number
        elif first is None:
            found.halves.append(number)
            _add(found, None, cells, number, number)
        else:
            _add(found, first[0], cells, first[1], number)
            first = None
    _end(found, first)
    return found


def _end(found: _List, first: tuple[list[str], int] | None) -> None:
    """A first line after which no second came."""
    if first is not None:
        found.halves.append(first[1])
        _add(found, first[0], None, first[1], first[1])


def _add(
    found: _List, first: list[str] | None, second: list[str] | None, line: int, second_line: int
) -> None:
    row: list[str | None] = []
    extra: list[str] = []
    for cells, names, number in ((first, _FIRST, line), (second, _SECOND, second_line)):
        given = cells or []
        if len(given) == len(names) + 1 and not given[-1]:
            given = given[:-1]  # a line may end in a delimiter
        if len(given) > len(names):
            found.long.append(number)
            extra += given[len(names) :]
        elif cells is not None and len(given) < len(names):
            found.short.append(number)
        row += [cell or None for cell in given[: len(names)]] + [None] * (len(names) - len(given))
    found.rows.append([*row, "~".join(extra) or None])
    found.lines.append(line)


def _hazards(where: str, found: _List) -> tuple[Hazard, ...]:
    if not found.halves:
        return ()
    return (
        Hazard(
            where,
            f"{len(found.halves):,} patients have only one of their two lines",
            Severity.WARNS,
            "The file was cut or mixed up on the way: names stand without addresses, or addresses without "
            "names. Ask for the list again.",
            "half_records",
        ),
    )
