"""What every shape yields: tables of text with the answer to each row, and how its files are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import xlsxwriter

from core.demo.events import Event, Planted
from core.demo.people import TODAY
from core.demo.practice import Practice

Row = tuple[str, ...]


@dataclass(frozen=True)
class RowTruth:
    """What is planted in one row. `person` is the person's number, -1 where the row is about nobody."""

    person: int = -1
    categories: frozenset[str] = frozenset()
    objection: str = ""  # its meaning, made or withdrawn
    planted: tuple[Planted, ...] = ()


@dataclass(frozen=True)
class ShapedTable:
    """One table as a supplier or a spreadsheet shows it. `leading` are the lines before the field names."""

    name: str
    header: Row
    rows: Sequence[Row]
    truth: Sequence[RowTruth]
    leading: Sequence[Row] = ()
    hidden: bool = False  # a sheet that a workbook does not show


@dataclass(frozen=True)
class Shaped:
    """A whole export of the invented practice, and the practice it shows: the answers, in memory only."""

    shape: str
    practice: Practice
    tables: tuple[ShapedTable, ...]
    file_names: Mapping[str, str] = field(default_factory=dict)  # by table; else '<table>.csv'
    encoding: str = "utf-8"
    quote_all: bool = False
    has_header: bool = True
    workbook: str = ""  # one .xlsx of this name instead of text files

    def table(self, name: str) -> ShapedTable:
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


def truth_of(practice: Practice, event: Event, *, noted: bool = True) -> RowTruth:
    """The answer for a row that shows one event; `noted` where the row has the note too."""
    concept = event.concept
    return RowTruth(
        person=practice.same_person[event.person],
        categories=concept.categories,
        objection=concept.meaning,
        planted=event.planted if noted else (),
    )


def table_of(
    name: str, header: Sequence[str], records: Sequence[tuple[Mapping[str, str], RowTruth]]
) -> ShapedTable:
    """A table from records that name only the fields they fill."""
    wanted = set(header)
    for record, _ in records[:1]:
        if not wanted.issuperset(record):
            raise ValueError(f"{name} has no field {sorted(set(record) - wanted)}")
    rows = [tuple(record.get(column, "") for column in header) for record, _ in records]
    return ShapedTable(name, tuple(header), rows, [truth for _, truth in records])


def write_files(shaped: Shaped, folder: Path) -> list[Path]:
    """Write the files into `folder` (made where it is missing); same practice, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    if shaped.workbook:
        path = folder / shaped.workbook
        _write_workbook(shaped, path)
        return [path]
    paths = []
    for table in shaped.tables:
        path = folder / shaped.file_names.get(table.name, f"{table.name}.csv")
        path.write_bytes(_text(table, shaped).encode(shaped.encoding))
        paths.append(path)
    return paths


def _text(table: ShapedTable, shaped: Shaped) -> str:
    out = io.StringIO(newline="")
    write = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    if shaped.quote_all:
        write = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    write.writerows(table.leading)
    if shaped.has_header:
        write.writerow(table.header)
    write.writerows(table.rows)
    return out.getvalue()


def _write_workbook(shaped: Shaped, path: Path) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(TODAY.year, TODAY.month, TODAY.day)})
        for table in shaped.tables:
            sheet = book.add_worksheet(table.name)
            if table.hidden:
                sheet.hide()
            for number, row in enumerate((*table.leading, table.header, *table.rows)):
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(number, column, text)
