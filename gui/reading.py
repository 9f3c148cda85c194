"""Opening files as a person said they are to be read, and what is remembered of it. No widget, no Qt.

What is remembered goes by the shape of a file. Where it has field names, that is a hash of them. Where it has
none (or a person said that what was taken for them is none) nothing of its first line may be kept, not even
as a hash: then it is the format, the number of fields, and whether each holds numbers or words, hashed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from gui.planning import first_rows
from gui.settings import Reading
from gui.state import FirstRows

if TYPE_CHECKING:
    from core.model import Export, Progress, Table
    from core.reading import TableChoice

SHAPE_ROWS = 200
PREVIEW_ROWS = 40


@dataclass(frozen=True)
class Opened:
    """An export, the choices it was read with by file, and which of them were remembered."""

    export: Export
    choices: Mapping[str, TableChoice]
    remembered: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Correctable:
    """What is corrected: the file, how it is read now, and what there is to choose from."""

    file: str
    choice: TableChoice
    fields: tuple[str, ...]
    layouts: tuple[tuple[str, str], ...]
    text: bool  # whether it is delimited text: only that has a separator and an encoding
    rows: bool  # whether it has a line of field names that could be another
    readers: tuple[tuple[str, str], ...] = ()  # what else could read it; none where its bytes leave no doubt
    tables: int = 1  # how many tables the file has: all are read as is said here


@dataclass(frozen=True)
class Tried:
    """How a file would be read: a table's first rows, and what it would be taken for."""

    rows: FirstRows
    title: str
    problems: int


def size_of(paths: Sequence[Path]) -> int:
    """How many bytes lie at these paths, folders with all that is in them; 0 where that cannot be said."""
    try:
        return sum(
            sum(inner.stat().st_size for inner in path.rglob("*") if inner.is_file())
            if path.is_dir()
            else path.stat().st_size
            for path in paths
        )
    except OSError:
        return 0


def file_name(table: Table) -> str:
    """The name by which choices know the table's file."""
    from core.reading.known import file_of

    return file_of(table)


def tables_of(export: Export, file: str) -> list[Table]:
    """The tables of one file."""
    return [t for t in export.tables if file_name(t) == file]


def correctable(export: Export, table: Table, choice: TableChoice) -> Correctable:
    """What of a table's reading a person can correct."""
    from core.reading.known import is_rows, is_text, known_layouts, text_readers

    fields = tuple(f.name for f in table.fields)
    file = file_name(table)
    seen, readers = export.recognised.get(table.name), text_readers()
    return Correctable(
        file,
        choice,
        fields,
        known_layouts(),
        is_text(table),
        is_rows(table, seen),
        readers if seen is not None and seen.reader in dict(readers) else (),
        len(tables_of(export, file)),
    )


def open_files(
    paths: Sequence[Path],
    choices: Mapping[str, TableChoice] | None,
    passwords: Sequence[str],
    memory: Sequence[Reading],
    progress: Progress | None = None,
) -> Opened:
    """Open with these choices; with None, as Threshold suggests, but for shapes that a person corrected
    before. A remembered choice that does not do for this file is not used."""
    from core.model import ThresholdError
    from core.reading import open_export

    given = dict(choices or {})
    export = open_export(paths, progress=progress, choices=given or None, passwords=passwords)
    if choices is not None or not memory:
        return Opened(export, given)
    found = _remembered(export, memory)
    if not found:
        return Opened(export, {})
    try:
        plain = {name: replace(reading.choice(), patient_field=None) for name, reading in found.items()}
        again = open_export(paths, progress=progress, choices=plain, passwords=passwords)
        named = {name: _with_field(reading, tables_of(again, name)) for name, reading in found.items()}
        if any(choice.patient_field is not None for choice in named.values()):
            again = open_export(paths, progress=progress, choices=named, passwords=passwords)
    except ThresholdError:
        return Opened(export, {})
    return Opened(again, named, frozenset(named))


def try_reading(
    paths: Sequence[Path],
    file: str,
    choice: TableChoice,
    passwords: Sequence[str],
    others: Mapping[str, TableChoice],
    number: int = 0,
) -> Tried:
    """Read with one more choice, for a look at the file's table of this number before it is used.

    Raises what `open_export` raises."""
    from core.reading import open_export

    export = open_export(paths, choices={**others, file: choice}, passwords=passwords)
    tables = tables_of(export, file)
    table = tables[min(number, len(tables) - 1)]
    seen = export.recognised.get(table.name)
    problems = sum(p.where in {file, table.name} for p in export.problems)
    return Tried(first_rows(table, PREVIEW_ROWS), seen.title if seen is not None else table.format, problems)


def to_remember(
    paths: Sequence[Path],
    files: Sequence[str],
    choices: Mapping[str, TableChoice],
    corrected: Export,
    passwords: Sequence[str],
) -> tuple[list[Reading], list[str]]:
    """What to keep of how these files are read now, and the shapes to forget first. A file goes by the shape
    that it has as Threshold suggests to read it: so it will look when the next one is opened."""
    from core.reading import open_export

    suggested = open_export(paths, passwords=passwords)
    keep: list[Reading] = []
    forget: list[str] = []
    for file in files:
        before, now = tables_of(suggested, file), tables_of(corrected, file)
        names, coarse = shapes(before)
        forget += [shape for shape in (names, coarse) if shape]
        if file in choices:
            same_names = bool(names) and _letters(before) == _letters(now)
            keep.append(_reading(names if same_names else coarse, choices[file], now))
    return keep, forget


def _reading(shape: str, choice: TableChoice, tables: Sequence[Table]) -> Reading:
    at = next(
        (
            (number, field.position)
            for number, table in enumerate(tables)
            for field in table.fields
            if choice.patient_field is not None and field.name == choice.patient_field
        ),
        (None, None),
    )
    return Reading(
        shape=shape,
        delimiter=choice.delimiter,
        encoding=choice.encoding,
        header_row=choice.header_row,
        reader=choice.reader,
        layout=choice.layout,
        patient_table=at[0],
        patient_position=at[1],
        said=date.today().isoformat(),
    )


def shapes(tables: Sequence[Table]) -> tuple[str, str]:
    """Two hashes of a file's shape: by its field names ("" where it has none), and by its looks alone."""
    names = ""
    if _letters(tables):
        names = _hash(["names", *([t.format, *(f.header for f in t.fields)] for t in tables)])
    looks = [[t.format, len(t.fields), _looks(first_rows(t, SHAPE_ROWS))] for t in tables]
    return names, _hash(["looks", *looks])


def _remembered(export: Export, memory: Sequence[Reading]) -> dict[str, Reading]:
    by_shape = {reading.shape: reading for reading in memory}
    found: dict[str, Reading] = {}
    for file in dict.fromkeys(file_name(t) for t in export.tables):
        names, coarse = shapes(tables_of(export, file))
        reading = by_shape.get(names) or by_shape.get(coarse)
        if reading is not None:
            found[file] = reading
    return found


def _with_field(reading: Reading, tables: Sequence[Table]) -> TableChoice:
    choice = reading.choice()
    number, position = reading.patient_table, reading.patient_position
    if number is None or position is None or number >= len(tables):
        return choice
    fields = tables[number].fields
    return replace(choice, patient_field=fields[position].name if position < len(fields) else None)


def _letters(tables: Sequence[Table]) -> str:
    """The letters of all field names in a row: the same however the line was cut."""
    return "".join(ch for t in tables for f in t.fields for ch in f.header.casefold() if ch.isalnum())


def _looks(rows: FirstRows) -> str:
    """For each field the sort of most of its values: number (or date), words, or nothing."""
    made = []
    for column in range(len(rows.fields)):
        seen = [_look(row[column]) for row in rows.rows if row[column]]
        made.append(max("9a", key=seen.count) if seen else "-")
    return "".join(made)


def _look(cell: str | None) -> str:
    return "9" if cell and any(ch.isdigit() for ch in cell) else "a"


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


#: What a person reads of a choice: (attribute, value) -> words.
DELIMITER_WORDS = {
    ",": "comma-separated",
    "\t": "tab-separated",
    "|": "separated by bars",
    ";": "separated by semicolons",
    "": "one cell a line",
}
ENCODING_WORDS = {
    "utf-8": "UTF-8",
    "windows-1252": "Windows (Western Europe)",
    "utf-16-le": "UTF-16 (as Excel and EMIS save it)",
    "utf-16-be": "UTF-16, big-endian",
}


def titles() -> Mapping[str, str]:
    """The words for each layout and each sort of file that a person can choose."""
    from core.reading.known import known_layouts, text_readers

    return {**dict(known_layouts()), **dict(text_readers())}


def choice_words(choice: TableChoice, titles: Mapping[str, str]) -> str:
    """'tab-separated, no field names'; '' where nothing was said."""
    words = []
    if choice.reader is not None:
        words.append(f"as {titles.get(choice.reader, choice.reader)}")
    if choice.delimiter is not None:
        words.append(DELIMITER_WORDS.get(choice.delimiter, "another separator"))
    if choice.encoding is not None:
        words.append(f"text as {ENCODING_WORDS.get(choice.encoding, choice.encoding)}")
    if choice.header_row is not None:
        words.append(f"field names in line {choice.header_row:,}" if choice.header_row else "no field names")
    if choice.layout is not None:
        words.append(f"taken for {titles.get(choice.layout, choice.layout)}")
    if choice.patient_field is not None:
        words.append(f"'{choice.patient_field}' says whose row it is")
    return ", ".join(words)
