"""Files and folders on disk -> Export."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from core.model import (
    Block,
    Export,
    Hazard,
    Problem,
    Progress,
    RawBlock,
    ReadError,
    Recognised,
    Severity,
    Table,
    UsageError,
)
from core.reading.choices import TableChoice
from core.reading.delimited import DelimitedRawBlock, DelimitedTable
from core.reading.finishing import finished
from core.reading.folders import folder_notes
from core.reading.held import HeldTable
from core.reading.random_access import Span
from core.reading.readers import HEAD, Candidate, ReadFile, best_reader
from core.reading.registry import READERS
from core.reading.source import open_source

_IGNORED = ("thumbs.db", "desktop.ini", ".ds_store")
_CHUNK = 4 << 20


def open_export(
    paths: Sequence[Path],
    *,
    progress: Progress | None = None,
    choices: Mapping[str, TableChoice] | None = None,
    passwords: Sequence[str] = (),
) -> Export:
    """Opens one or several files, or the files of a folder (not of its subfolders), as one export.

    Quick: recognises each file and finds its field names; rows are indexed as `Table.blocks` is walked.
    `choices` overrules the reading of single files, by file name. `passwords` are tried on files that ask
    for one and kept nowhere. A file named by the caller that cannot be
    read raises ReadError; one found in a folder becomes a hazard, and ReadError is raised when none is left.
    """
    files, hazards = _files(paths)
    choices = dict(choices or {})
    for name in choices:
        if not any(name in (file.name, file.stem) for file, _ in files):
            raise UsageError(f"A choice was made for {name}, which is not among the files to open.")
    tables: list[Table] = []
    problems: list[Problem] = []
    taken: set[str] = set()
    read: list[Path] = []
    recognised: dict[str, Recognised] = {}
    patient_fields: dict[str, str] = {}
    beside = frozenset(file.name for file, _ in files)
    for number, (file, asked_for) in enumerate(files):
        if progress is not None:
            progress(number, len(files), "Opening files")
        choice = choices.get(file.name) or choices.get(file.stem) or TableChoice()
        try:
            found = finished(_open_file(file, choice, beside, tuple(passwords)), beside, choice)
        except ReadError as error:
            if asked_for:
                raise
            hazards.append(_not_read(file, error))
            continue
        read.append(file)
        for table, seen in zip(found.tables, found.recognised, strict=True):
            tables.append(_named(table, taken))
            recognised[tables[-1].name] = seen
            if choice.patient_field in {f.name for f in table.fields}:
                patient_fields[tables[-1].name] = str(choice.patient_field)
        if choice.patient_field is not None and not any(
            f.name == choice.patient_field for t in found.tables for f in t.fields
        ):
            raise UsageError("The field that says whose row it is, is not in the table.", where=file.name)
        hazards.extend(found.hazards)
        problems.extend(found.problems)
    if progress is not None:
        progress(len(files), len(files), "Opening files")
    if not tables:
        raise ReadError(
            f"There is no table in {_export_name(paths)} that Threshold can read. "
            "Export the data as CSV or as an Excel workbook (.xlsx).",
            where=_export_name(paths),
            code="not_a_table",
        )
    notes = folder_notes(_export_name(paths), tables, recognised)
    return Export(
        name=_export_name(paths),
        paths=tuple(read),
        tables=tuple(tables),
        hazards=(*hazards, *notes.hazards),
        problems=(*problems, *notes.problems),
        recognised=recognised,
        patient_fields=patient_fields,
    )


def total_rows(table: Table) -> int:
    """The table's rows; walks to its end."""
    return sum(block.rows for block in table.blocks())


def share_done(table: Table, block: Block) -> float:
    """How much of the table's bytes lie before the end of the block, 0..1; for progress while the number of
    rows is not known yet."""
    if isinstance(table, DelimitedTable) and isinstance(block.handle, Span):
        return min(1.0, (block.handle.offset + block.handle.length) / max(1, table.source_bytes))
    return 1.0


def has_extra_cells(raw: RawBlock) -> bool:
    """Whether rows of the block have more cells than their table has fields.

    Such a table is to be replaced by `with_extra_cells(table)`, so that they are not lost."""
    return isinstance(raw, DelimitedRawBlock) and raw.long_rows > 0


def with_extra_cells(table: Table) -> Table:
    """The table with a last field for cells beyond its width; a table that cannot have any is itself."""
    return table.with_extra_cells() if isinstance(table, DelimitedTable) else table


def source_checksum(export: Export) -> str:
    """SHA-256 over the bytes of the export's files, one after the other, as hexadecimal."""
    digest = hashlib.sha256()
    for path in export.paths:
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except OSError:
            raise ReadError(
                f"{path.name} cannot be read any more. Check the folder or drive it was on.", where=path.name
            ) from None
    return digest.hexdigest()


def _files(paths: Sequence[Path]) -> tuple[list[tuple[Path, bool]], list[Hazard]]:
    """The files to open, each with whether it was named itself, and what a folder holds besides."""
    if not paths:
        raise UsageError("No file was named.")
    files: list[tuple[Path, bool]] = []
    hazards: list[Hazard] = []
    for path in map(Path, paths):
        if path.is_dir():
            for entry in _entries(path):
                if entry.is_dir():
                    hazards.append(
                        Hazard(entry.name, "a folder inside the folder; not looked into", Severity.WARNS)
                    )
                elif entry.name.lower() in _IGNORED:
                    continue
                else:
                    files.append((entry, False))
        elif path.exists():
            files.append((path, True))
        else:
            raise ReadError(
                f"{path.name} is not there. Check the name and the folder.", where=path.name, code="missing"
            )
    _refuse_twice(file for file, _ in files)
    return files, hazards


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda p: p.name)
    except OSError:
        raise ReadError(f"The folder {folder.name} cannot be read.", where=folder.name) from None


def _refuse_twice(files: Iterable[Path]) -> None:
    seen: set[tuple[int, int] | Path] = set()
    for file in files:
        status = file.stat()
        key = (status.st_dev, status.st_ino) if status.st_ino else file.resolve()
        if key in seen:
            raise UsageError(
                f"{file.name} was named twice, so its rows would count twice. Name each file once.",
                where=file.name,
            )
        seen.add(key)


def _open_file(
    file: Path, choice: TableChoice, beside: frozenset[str], passwords: tuple[str, ...]
) -> ReadFile:
    source = open_source(file)
    head = source.read_at(0, min(source.size, HEAD))
    candidate = Candidate(source, head, beside, passwords)
    reader = best_reader(candidate, READERS, choice)
    if reader is None:
        known = ", ".join(r.id for r in READERS)
        raise UsageError(f"There is no reader called {choice.reader}. There are: {known}.", where=source.name)
    return reader.open(candidate, choice)


def _not_read(file: Path, error: ReadError) -> Hazard:
    return Hazard(
        file.name,
        f"not read: {error.message}",
        Severity.WARNS,
        "It is in the folder but not part of what was looked at, and leaves with no release.",
    )


def _named(table: Table, taken: set[str]) -> Table:
    name, again = table.name, 1
    while name in taken:
        again += 1
        name = f"{table.name} ({again})"
    taken.add(name)
    if name == table.name:
        return table
    assert isinstance(table, DelimitedTable | HeldTable)
    return table.renamed(name)


def _export_name(paths: Sequence[Path]) -> str:
    first = Path(paths[0])
    name = first.resolve().name if first.is_dir() else first.stem
    return name if len(paths) == 1 else f"{name} and {len(paths) - 1} more"
