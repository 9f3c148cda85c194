"""A file that may be a list of codes, as the readers of lists look at it: its first bytes, or its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from core.model import ReadError, Table
from core.reading.choices import TableChoice
from core.reading.readers import HEAD, Candidate, Reader, best_reader
from core.reading.source import Source
from core.reading.text.delimited_reader import DelimitedReader
from core.reading.workbooks.old_office import OldOfficeReader
from core.reading.workbooks.workbook import WorkbookReader
from core.survey.columns import plain_header
from core.survey.lists.model import ListError

#: More rows than any list of codes has: the whole of SNOMED CT's descriptions, old versions and all.
MOST_ROWS = 25_000_000
#: What is no table of text is not offered to the reader of tables, which would hold it in memory.
_TABLE_READERS: tuple[Reader, ...] = (WorkbookReader(), OldOfficeReader(), DelimitedReader())
_DAY = re.compile(r"(?<!\d)(20\d\d|19\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])")
_NOT_PRINTED = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Sheet:
    """A table of the file. `headings` are its field names as small letters and digits."""

    table: Table
    name: str
    headings: tuple[str, ...]

    def column(self, *names: str) -> int | None:
        """The position of the first of these fields that the table has."""
        return next((self.headings.index(n) for n in names if n in self.headings), None)

    def rows(self, columns: Sequence[int | None]) -> Iterator[tuple[str, ...]]:
        """Every row's cells of these columns, "" where there is none. Raises ListError past MOST_ROWS."""
        wanted = sorted({c for c in columns if c is not None})
        count = 0
        for block in self.table.blocks():
            data = self.table.read(block, wanted).data
            count += data.num_rows
            if count > MOST_ROWS:
                raise too_long(self.name)
            by_position = {c: data.column(str(c)).to_pylist() for c in wanted}
            blank = [""] * data.num_rows
            cells = [by_position[c] if c is not None else blank for c in columns]
            for row in zip(*cells, strict=True):
                yield tuple(cell or "" for cell in row)


@dataclass(frozen=True)
class ListCandidate:
    """A file, or a file in an archive, that may be a list."""

    source: Source

    @cached_property
    def head(self) -> bytes:
        return self.source.read_at(0, min(self.source.size, HEAD))

    @cached_property
    def text(self) -> str:
        """The head as text."""
        return Candidate(self.source, self.head).text

    @property
    def file_name(self) -> str:
        """The file's own name, without folders or archives around it."""
        return PurePosixPath(self.source.name.rpartition(" › ")[2].replace("\\", "/")).name

    @property
    def stem(self) -> str:
        return PurePosixPath(self.file_name).stem

    @property
    def first_line(self) -> str:
        return self.text.lstrip("\ufeff\r\n").partition("\n")[0].rstrip("\r")

    @property
    def looks_like_markup(self) -> bool:
        return self.text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", "<")

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Its tables; none where it is no file of tables."""
        if self.looks_like_markup or not self.head:
            return ()
        candidate = Candidate(self.source, self.head)
        try:
            reader = best_reader(candidate, _TABLE_READERS, TableChoice())
            assert reader is not None
            found = reader.open(candidate, TableChoice())
        except ReadError as error:
            if error.code in ("not_a_table", "empty"):
                return ()
            raise
        return tuple(
            Sheet(table, table.name, tuple(plain_header(f.header) for f in table.fields))
            for table in found.tables
        )


def day_in(text: str) -> str:
    """The last date in a name as an ISO date, "" where there is none: 'Snapshot_20250801' -> 2025-08-01."""
    found = _DAY.findall(text)
    return "-".join(found[-1]) if found else ""


def iso_day(text: str) -> str:
    """A cell's date as an ISO date, "" where it is none of the ways that lists write one."""
    text = text.strip()
    if match := re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?", text):
        return "-".join(match.groups())
    if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?", text):
        day, month, year = match.groups()
        return f"{year}-{int(month):02d}-{int(day):02d}"
    return ""


def shown(text: str, most: int = 80) -> str:
    """A title out of a file as it may be shown and kept: one line, not long."""
    return " ".join(_NOT_PRINTED.sub(" ", text).split())[:most]


def too_long(name: str) -> ListError:
    return ListError(
        f"{name} has more than {MOST_ROWS:,} rows, as no list of codes has. Check that it is the right file.",
        where=name,
        code="too_big",
    )
