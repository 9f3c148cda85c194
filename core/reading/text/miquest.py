"""Responses to MIQUEST queries: each line says by its first character what it is.

    *RSP_IDENT,A12345          about the query and the answer
    FROM PATIENTS              the query once more
    &0,REPORT                  how it went: REPORT, ERROR, REJECTED
    &1,NHS_NUMBER,SEX          field names
    $9990000018,M              a row; commas part the cells and nothing can be quoted
    # a comment

Source: the published MIQUEST response manager. A file can hold several answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from core.model import Field, Hazard, Problem, ReadError, Recognised, Severity
from core.reading.choices import TableChoice
from core.reading.held import HeldTable
from core.reading.readers import Candidate, ReadFile
from core.reading.source import Source
from core.reading.text.dialect import Dialect
from core.reading.text.endings import Ending, ending_notes
from core.reading.text.header import make_fields
from core.reading.text.parsing import parse_quick
from core.reading.text.record_lines import columns_of, held, lines_of, told

_ABOUT = re.compile(r"\*(?:QRY|RSP|ENQ)_[A-Z0-9_]+\s*(?:,|$)")
_MARKED = re.compile(r"[*&$#]")
_FROM = re.compile(r"\s*FROM\s+(PATIENTS|JOURNALS|ENCOUNTERS|REFERRALS)\b", re.IGNORECASE)
_SAID = ("REPORT", "ERROR", "REJECTED")
_TITLE = "MIQUEST response"
_FEW_LINES = 400
_MOST = 128 << 20
_DIALECT = Dialect(",", quotes=False)


@dataclass
class _Answer:
    """One answer of a file: what `&0` says of it, its names and its rows as they stand, with their lines.
    `asked` is the table of the practice system that the query asked."""

    line: int
    asked: str = ""
    said: str = ""
    names: list[str] | None = None
    rows: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return self.said in ("ERROR", "REJECTED")


@dataclass
class _Response:
    about: list[str] = field(default_factory=list)  # lines that are no rows, as they stand
    answers: list[_Answer] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)
    asked: str = ""


class MiquestReader:
    """The answer of a practice system to a MIQUEST query."""

    id = "miquest"
    title = "MIQUEST response"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the first characters of its lines."""
        lines = [line for line in candidate.text.splitlines()[:_FEW_LINES] if line.strip()]
        if not lines:
            return None
        about = sum(_ABOUT.match(line) is not None for line in lines)
        answers = any(line.startswith(("&0,", "&0 ,")) for line in lines)
        names = any(line.startswith("&1,") for line in lines)
        first = _MARKED.match(lines[0]) is not None
        if about >= 2 and first:
            evidence = [f"{about:,} of its first lines are a query's or an answer's (*QRY_, *RSP_)"]
            if answers:
                evidence.append("a line &0 says how the query went")
            return Recognised("miquest", _TITLE, 0.97, tuple(evidence), self.id)
        if names and first and sum(line.startswith("$") for line in lines) * 2 >= len(lines):
            evidence = ["a line &1 of field names, and rows that begin with $"]
            return Recognised("miquest", _TITLE, 0.9, tuple(evidence), self.id)
        return None

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        source = candidate.source
        lines = lines_of(source, _MOST)
        problems = lines.problems
        response = _sorted(lines.texts)
        with_rows = [a for a in response.answers if a.rows or (a.names is not None and not a.refused)]
        if not with_rows:
            raise _no_rows(source, response)
        seen = self.recognise(candidate) or Recognised("miquest", _TITLE, 0.5, (), self.id)
        problems += told(source.name, response.odd, "this line is marked as no row, name or remark; not read")
        if response.blank:
            what = f"the first of {len(response.blank):,} blank lines, skipped"
            problems.append(Problem(source.name, response.blank[0], what))
        tables = tuple(_table(source, answer, response.about) for answer in with_rows)
        cut = not lines.ended and _stops_short(response, lines.texts)
        hazards, odd = ending_notes(source.name, Ending(cut, not lines.ended))
        problems += odd
        recognised = tuple(replace(seen, table=answer.asked) for answer in with_rows)
        hazards = [*_hazards(source.name, response), *hazards]
        return ReadFile(tables, recognised, tuple(hazards), tuple(problems))


def _stops_short(response: _Response, lines: Sequence[str]) -> bool:
    """Whether the file's last line is a row with fewer cells than names, or no row at all."""
    last = response.answers[-1]
    if not last.lines or last.lines[-1] != len(lines) or last.names is None:
        return True
    return last.rows[-1].count(",") + 1 < len(last.names)


def _sorted(lines: Sequence[str]) -> _Response:
    """Each line where it belongs."""
    found = _Response()
    answer: _Answer | None = None
    query = True  # what has no mark is the query, which is repeated before its answer
    for number, line in enumerate(lines, 1):
        mark = line[:1]
        asked = _FROM.match(line)
        query = mark != "$" and (query or mark == "*" or asked is not None)
        if mark == "$":
            if answer is None:
                answer = _begin(found, number)
            answer.rows.append(line[1:])
            answer.lines.append(number)
        elif line.startswith("&0"):
            answer = _begin(found, number)
            said = line[2:].strip(" ,").upper()
            answer.said = next((word for word in _SAID if said.startswith(word)), "")
            found.about.append(line)
        elif line.startswith("&1"):
            if answer is None or answer.names is not None or answer.rows:
                answer = _begin(found, number)
            answer.names = line[2:].removeprefix(",").split(",")
        elif not line.strip():
            found.blank.append(number)
        elif mark in "*#" or query:
            found.about.append(line)
            if asked is not None:
                found.asked = asked[1].lower()
        else:
            found.odd.append(number)
    return found


def _begin(response: _Response, line: int) -> _Answer:
    answer = _Answer(line, response.asked)
    response.answers.append(answer)
    return answer


def _table(source: Source, answer: _Answer, about: Sequence[str]) -> HeldTable:
    if _comma_after_mark(answer):
        answer.rows = [row[1:] for row in answer.rows]
    data = _quick(answer)
    problems: list[Problem] = []
    if data is not None:
        fields = make_fields(answer.names, data.num_columns)
    else:
        data, fields, problems = _exact(source, answer)
    if answer.names is None:
        what = "no line of field names; fields are called by position"
        problems.append(Problem(source.name, answer.line, what))
    table = held(source, "miquest", fields, data, answer.lines, problems=problems, preamble=about)
    return table.renamed(f"{source.stem} {answer.asked}") if answer.asked else table


def _comma_after_mark(answer: _Answer) -> bool:
    """Whether a comma parts the dollar sign from the first cell. Where it does not, the first cell is empty,
    and to take the comma away would put every value under its neighbour's name."""
    if not answer.rows or answer.names is None:
        return False
    width = len(answer.names)
    wider = sum(row.count(",") == width for row in answer.rows)
    return all(row.startswith(",") for row in answer.rows) and wider * 2 > len(answer.rows)


def _quick(answer: _Answer) -> pa.RecordBatch | None:
    """The rows where each has a cell for every name, None where not."""
    if answer.names is None or not answer.rows:
        return None
    width = len(answer.names)
    body = "\n".join(answer.rows).encode("utf-8", "replace") + b"\n"
    return parse_quick(body, _DIALECT, width, range(width), quotes=False, records=len(answer.rows))


def _exact(source: Source, answer: _Answer) -> tuple[pa.RecordBatch, tuple[Field, ...], list[Problem]]:
    """The rows one by one: short ones filled up, what is too much in a last field."""
    rows: list[list[str | None]] = [[cell or None for cell in row.split(",")] for row in answer.rows]
    width = len(answer.names) if answer.names is not None else max(len(row) for row in rows)
    if answer.names and not answer.names[-1].strip() and all(len(row) < width for row in rows):
        width -= 1
    long = [at for at, row in enumerate(rows) if len(row) > width]
    if all(len(row) == width + 1 and row[-1] is None for row in rows):
        long = []  # each row ends in a comma
    short = [at for at, row in enumerate(rows) if len(row) < width]
    fields = make_fields(answer.names, width, extra=bool(long))
    cells = []
    for row in rows:
        padded = [*row[:width], *[None] * (width - len(row))]
        if long:
            padded.append(",".join(c or "" for c in row[width:]) if len(row) > width else None)
        cells.append(padded)
    what = f'row has more cells than the {width:,} fields; the extra ones are in "{fields[-1].name}"'
    problems = told(source.name, [answer.lines[at] for at in long], what)
    what = f"row has fewer cells than the {width:,} fields; the missing ones are empty"
    problems += told(source.name, [answer.lines[at] for at in short], what)
    return columns_of(cells, len(fields)), fields, problems


def _hazards(where: str, response: _Response) -> tuple[Hazard, ...]:
    found = []
    if response.about:
        found.append(
            Hazard(
                where,
                f"{len(response.about):,} lines about the query and the answer before or between the rows",
                Severity.WARNS,
                "They name the practice, who asked and what was asked for, and can hold remarks. They are "
                "no rows and leave with no release.",
                "lines_before_names",
            )
        )
    refused = [answer for answer in response.answers if answer.refused]
    if refused:
        found.append(
            Hazard(
                where,
                f"{len(refused):,} of {len(response.answers):,} queries in the file were refused: no rows"
                if not any(answer.rows for answer in refused)
                else f"{len(refused):,} of {len(response.answers):,} queries in the file were refused",
                Severity.WARNS,
                "The practice system did not answer everything that was asked. Patients are missing.",
                "query_refused",
            )
        )
    return tuple(found)


def _no_rows(source: Source, response: _Response) -> ReadError:
    refused = [answer for answer in response.answers if answer.refused]
    if refused:
        return ReadError(
            f"{source.name}: the query was refused: no rows. The practice system answered {refused[0].said} "
            f"on line {refused[0].line}. Have the query corrected and run again.",
            where=source.name,
            code="empty",
        )
    if response.answers:
        message = "is a MIQUEST response with neither field names nor rows. Run the query again."
    else:
        message = (
            "is a MIQUEST query, not a practice system's answer to it: it has no rows. Open the response."
        )
    return ReadError(f"{source.name} {message}", where=source.name, code="not_a_table")
