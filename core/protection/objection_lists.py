"""Lists of people who object, or who are free to go, that come from outside the export.

A text file with one NHS number a line, a CSV with or without headings, or a workbook. Lists hold NHS
numbers: they are read into memory and never written anywhere. A line that is passed over might be
somebody's objection, so that every line must be understood; what a spreadsheet did to a number is named and
never guessed at.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from core.model import PolicyError, ReadError
from core.protection.plan import ObjectionSource
from core.protection.pseudonyms import canonical
from core.reading import open_export

_MOST_BYTES = 256 * 1024 * 1024
_SEPARATORS = re.compile(r"[,;\t|]")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_SHORT = re.compile(r"\d{7,9}(?:\.0+)?")
_NHS_HEADING = re.compile(r"nhs|chi|h ?(?:&|and) ?c", re.IGNORECASE)
#: Beginnings of files that hold tables and are no text: zip (xlsx, ods), OLE (xls), Parquet.
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1")

Kind = Literal["list", "cleaned"]
_Row = tuple[int, Sequence[str]]  # line or row as the file counts, cells


@dataclass(frozen=True)
class ObjectionLists:
    """Objections from outside the export. `listed`: NHS numbers of people who object. `cleaned`: NHS
    numbers that came back from a check as free to go, None where there was no such check.

    `repeated`: how many numbers stood there more than once."""

    listed: frozenset[str] = field(default=frozenset(), repr=False)
    cleaned: frozenset[str] | None = field(default=None, repr=False)
    sources: tuple[ObjectionSource, ...] = ()
    repeated: int = 0

    def plus(self, other: ObjectionLists) -> ObjectionLists:
        """Both together: who is on any list objects, and who is free must be so on every cleaned one."""
        cleaned = self.cleaned
        if other.cleaned is not None:
            cleaned = other.cleaned if cleaned is None else cleaned & other.cleaned
        return ObjectionLists(
            self.listed | other.listed, cleaned, self.sources + other.sources, self.repeated + other.repeated
        )


def load_objection_list(path: Path, kind: Kind, *, came_back: date | None = None) -> ObjectionLists:
    """The NHS numbers of a list. `came_back`: the day on which a cleaned list was answered.

    Raises ReadError where the file cannot be read, and PolicyError for a line without an NHS number or a
    list without any."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ReadError(
                "The list of objections is too large to be one. Check that it is the right file.",
                where=path.name,
            )
        data = path.read_bytes()
    except (OSError, ValueError):
        raise ReadError(
            "The list of objections cannot be read. Check the path and your rights.", where=path.name
        ) from None
    rows = _cells_of_tables(path) if data.startswith(_BINARY) else _cells_of_text(_text(data, path.name))
    found = _numbers(rows, path.name, kind)
    if not found:
        raise PolicyError(
            "The list of objections has no NHS number in it. Choose another file.",
            where=path.name,
            code="objections",
        )
    numbers = frozenset(found)
    answered = came_back.isoformat() if came_back is not None and kind == "cleaned" else ""
    source = ObjectionSource(kind, hashlib.sha256(data).hexdigest(), answered)
    repeated = len(found) - len(numbers)
    if kind == "list":
        return ObjectionLists(listed=numbers, sources=(source,), repeated=repeated)
    return ObjectionLists(cleaned=numbers, sources=(source,), repeated=repeated)


def _text(data: bytes, where: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:4096]:
        raise ReadError("The list of objections is neither text nor a workbook. Save it as CSV.", where=where)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _cells_of_text(text: str) -> Iterator[_Row]:
    for line, content in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        yield line, [_bare(cell) for cell in _SEPARATORS.split(content)]


def _bare(cell: str) -> str:
    """A cell without quotes and without what makes a spreadsheet take it for text (="999...")."""
    return cell.strip().removeprefix("=").strip("\"'").strip()


def _cells_of_tables(path: Path) -> Iterator[_Row]:
    """The rows of every table of a workbook, headings included where it has them."""
    export = open_export([path])
    for table in export.tables:
        headings = [fielded.header for fielded in table.fields]
        first = 1
        if any(headings):
            yield 1, [_bare(heading) for heading in headings]
            first = 2
        for block in table.blocks():
            raw = table.read(block)
            columns = [column.to_pylist() for column in raw.data.columns]
            for at in range(raw.data.num_rows):
                yield raw.first_row + at + first, [_bare(column[at] or "") for column in columns]


def _numbers(rows: Iterator[_Row], where: str, kind: Kind) -> list[str]:
    numbers: list[str] = []
    column: int | None = None
    seen_a_line = False
    for line, cells in rows:
        if not any(cells):
            continue
        if not seen_a_line and not any(any(c.isdigit() for c in cell) for cell in cells):
            seen_a_line = True
            named = [at for at, cell in enumerate(cells) if _NHS_HEADING.search(cell)]
            column = named[0] if len(named) == 1 else None
            continue
        seen_a_line = True
        asked = [cells[column]] if column is not None and column < len(cells) else cells
        found = [number for cell in asked if (number := canonical(_DOMAIN, cell)) is not None]
        if not found:
            raise PolicyError(_why_not(line, asked), where=f"{where}, line {line}", code="objections")
        # One line may list many people who object; who is free to go is the first on the line only.
        numbers.extend(found if kind == "list" else found[:1])
    return numbers


_DOMAIN = "nhs"


def _why_not(line: int, cells: Sequence[str]) -> str:
    if any(_ROUNDED.fullmatch(cell) for cell in cells):
        return (
            f"Line {line} of the list of objections has a number that a spreadsheet has rounded (it has E+ "
            "in it), and the rest of it is lost. Ask for the list again, with the column as text."
        )
    if any(_SHORT.fullmatch(cell) for cell in cells):
        return (
            f"Line {line} of the list of objections has a number with fewer than ten digits: a spreadsheet "
            "may have cut it. Ask for the list again with the column as text."
        )
    return (
        f"Line {line} of the list of objections has no NHS number of ten digits. Correct the line, for it "
        "might be somebody's objection."
    )
