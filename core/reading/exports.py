"""Files and folders on disk -> Export."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Protocol, cast

from core.model import (
    Block,
    Export,
    Hazard,
    Problem,
    Progress,
    RawBlock,
    ReadError,
    Recognised,
    Table,
    UsageError,
)
from core.reading.archives.archive import Leaf, contents
from core.reading.archives.safety import Budget
from core.reading.choices import TableChoice
from core.reading.finishing import finished
from core.reading.folders import extract_notes, folder_notes
from core.reading.places import places_of
from core.reading.readers import HEAD, Candidate, ReadFile, best_reader
from core.reading.registry import READERS
from core.reading.source import Source, cannot_read, open_source
from core.reading.table_names import distinct_names
from core.reading.text.delimited import DelimitedRawBlock, DelimitedTable
from core.reading.text.random_access import Span
from core.reading.walk import FoundFile, Unread, Walk, find_files

_CHUNK = 4 << 20
_WHAT = "Opening files"


class _Renamable(Protocol):
    def renamed(self, name: str) -> Table: ...


@dataclass
class _Opened:
    """What has been opened so far; `wanted` is in step with `tables`."""

    leaves: list[Leaf] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    recognised: list[Recognised] = field(default_factory=list)
    wanted: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    patient_fields: list[str] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def open_export(
    paths: Sequence[Path],
    *,
    progress: Progress | None = None,
    choices: Mapping[str, TableChoice] | None = None,
    passwords: Sequence[str] = (),
) -> Export:
    """Opens files, folders with their subfolders, and archives where they lie, as one export.

    Quick: recognises each file and finds its field names; rows are indexed as `Table.blocks` is walked.
    `choices` overrules the reading of single files, by file name, by path below the folder, or, in archives,
    by 'list.csv' or 'extract.zip › list.csv'. `passwords` are tried on files that ask for one and kept
    nowhere. A file named by the caller that cannot be read raises ReadError; one found in a folder or an
    archive becomes a hazard, and ReadError is raised when none is left.
    """
    name = _export_name(paths)
    walk = find_files(paths)
    unread = Unread(name)
    opened = _Opened(hazards=walk.hazards)
    leaves = _leaves(walk.files, choices or {}, tuple(passwords), opened, unread)
    for key in choices or {}:
        if not any(key in _keys(file, leaf) for file, leaf in leaves):
            raise UsageError(
                f"A choice was made for {key}, which is not among the files to open. Check its name."
            )
    beside = frozenset(PurePosixPath(leaf.member or file.path.name).name for file, leaf in leaves)
    for number, (file, leaf) in enumerate(leaves):
        if progress is not None:
            progress(number, len(leaves), _WHAT)
        choice = _choice(choices or {}, file, leaf)
        try:
            found = finished(_open_source(leaf.source, choice, beside, tuple(passwords)), beside, choice)
        except ReadError as error:
            if file.asked and not leaf.member:
                raise
            unread.add(leaf.source.name, error)
            continue
        _take(opened, found, leaf, file, choice)
    if progress is not None:
        progress(len(leaves), len(leaves), _WHAT)
    if not opened.tables:
        raise unread.only or ReadError(
            f"There is no table in {name} that Threshold can read. "
            "Export the data as CSV or as an Excel workbook (.xlsx).",
            where=name,
            code="not_a_table",
        )
    return _export(name, opened, walk, unread)


def _leaves(
    files: Sequence[FoundFile],
    choices: Mapping[str, TableChoice],
    passwords: tuple[str, ...],
    opened: _Opened,
    unread: Unread,
) -> list[tuple[FoundFile, Leaf]]:
    """The sources in each file: one, or those of the archive that it is."""
    leaves: list[tuple[FoundFile, Leaf]] = []
    budget = Budget()
    for file in files:
        try:
            source = open_source(file.path, file.label)
            choice = choices.get(file.name)
            if choice is not None and choice.reader is not None:
                leaves.append((file, Leaf(source)))
                continue
            found = contents(source, passwords, budget)
        except ReadError as error:
            if file.asked:
                raise
            unread.add(file.name, error)
            continue
        leaves.extend((file, leaf) for leaf in found.leaves)
        opened.hazards.extend(found.hazards)
        for where, why in found.unread:
            unread.add(where, why)
    return leaves


def _take(opened: _Opened, found: ReadFile, leaf: Leaf, file: FoundFile, choice: TableChoice) -> None:
    source = leaf.source
    names = {f.name for table in found.tables for f in table.fields}
    if choice.patient_field is not None and choice.patient_field not in names:
        raise UsageError(
            "The field that says whose row it is, is not in the table. Name one that is.", where=source.name
        )
    opened.leaves.append(leaf)
    for table, seen in zip(found.tables, found.recognised, strict=True):
        if choice.reader is not None:
            seen = replace(seen, evidence=(*seen.evidence, "a person said what sort of file it is"))
        if leaf.archive:
            seen = replace(seen, evidence=(*seen.evidence, f"it lies in the archive {leaf.archive}"))
        opened.tables.append(table)
        opened.recognised.append(seen)
        own = () if table.name == source.stem else (source.stem,)
        opened.wanted.append((table.name, (*file.folders, *leaf.folders, *own)))
        has = choice.patient_field in {f.name for f in table.fields}
        opened.patient_fields.append(str(choice.patient_field) if has else "")
    opened.hazards.extend(found.hazards)
    opened.problems.extend(found.problems)


def _export(name: str, opened: _Opened, walk: Walk, unread: Unread) -> Export:
    places = places_of(walk.folders, opened.leaves, opened.tables)
    names = distinct_names(opened.wanted)
    tables = [
        table if table.name == new else cast(_Renamable, table).renamed(new)
        for table, new in zip(opened.tables, names, strict=True)
    ]
    recognised = dict(zip(names, opened.recognised, strict=True))
    hazards, problems = [*opened.hazards, *unread.hazards()], list(opened.problems)
    for group in _extracts(opened, tables):
        notes = folder_notes(name, group, recognised, unread.names)
        hazards.extend(notes.hazards)
        problems.extend(notes.problems)
    hazards.extend(extract_notes(name, tables, recognised))
    return Export(
        name=name,
        paths=tuple(dict.fromkeys(leaf.source.path for leaf in opened.leaves)),
        tables=tuple(tables),
        hazards=tuple(hazards),
        problems=tuple(problems),
        recognised=recognised,
        patient_fields={n: f for n, f in zip(names, opened.patient_fields, strict=True) if f},
        named=places,
    )


def _extracts(opened: _Opened, tables: Sequence[Table]) -> list[list[Table]]:
    """The tables that belong together: all, or those of each folder where a system's table is there twice."""
    kinds = Counter((seen.format, seen.table) for seen in opened.recognised if seen.table)
    if all(count == 1 for count in kinds.values()):
        return [list(tables)]
    groups: dict[tuple[str, ...], list[Table]] = {}
    for table, (_, folders) in zip(tables, opened.wanted, strict=True):
        groups.setdefault(folders, []).append(table)
    return list(groups.values())


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


def shifted_rows(raw: RawBlock) -> tuple[int, ...]:
    """Rows of the block, by number within it, whose cells may stand in the wrong fields: they have text
    beyond the table's last field."""
    return raw.shifted if isinstance(raw, DelimitedRawBlock) else ()


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
        except OSError as error:
            raise cannot_read(path.name, error) from None
    return digest.hexdigest()


def _open_source(
    source: Source, choice: TableChoice, beside: frozenset[str], passwords: tuple[str, ...]
) -> ReadFile:
    head = source.read_at(0, min(source.size, HEAD))
    candidate = Candidate(source, head, beside, passwords)
    reader = best_reader(candidate, READERS, choice)
    if reader is None:
        known = ", ".join(r.id for r in READERS)
        raise UsageError(f"There is no reader called {choice.reader}. There are: {known}.", where=source.name)
    return reader.open(candidate, choice)


def _keys(file: FoundFile, leaf: Leaf) -> tuple[str, ...]:
    """What a choice may call a source, the most particular first."""
    source = leaf.source
    own = (source.name, leaf.member, PurePosixPath(leaf.member).name, source.stem) if leaf.member else ()
    return (*own, file.name, file.path.name, file.path.stem)


def _choice(choices: Mapping[str, TableChoice], file: FoundFile, leaf: Leaf) -> TableChoice:
    return next((choices[key] for key in _keys(file, leaf) if key in choices), TableChoice())


def _export_name(paths: Sequence[Path]) -> str:
    first = Path(paths[0])
    name = first.resolve().name if first.is_dir() else first.stem
    return name if len(paths) == 1 else f"{name} and {len(paths) - 1} more"
