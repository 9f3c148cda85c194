"""What a person can choose from where Threshold took a table for the wrong thing."""

from __future__ import annotations

from collections.abc import Sequence

from core.model import Table
from core.reading.held import HeldTable
from core.reading.known_tables import known_tables
from core.reading.registry import READERS
from core.reading.suppliers import signatures, title_of
from core.reading.text.delimited import DelimitedTable
from core.reading.text.layouts import layouts


def known_layouts() -> tuple[tuple[str, str], ...]:
    """(id, title) of every format and table that can be told apart, for `TableChoice.layout`; by title."""
    found: dict[str, str] = {}
    for signature in signatures():
        found.setdefault(signature.id, signature.title)
    for table in known_tables():
        found.setdefault(table.id, f"{title_of(table.format)}: {table.name}")
    for layout in layouts():
        found.setdefault(layout.id, layout.title)
    return tuple(sorted(found.items(), key=lambda item: item[1].casefold()))


def known_readers() -> tuple[str, ...]:
    """The ids of the readers there are, for `TableChoice.reader`."""
    return tuple(reader.id for reader in READERS)


def file_of(table: Table) -> str:
    """The name of the file that a table stands in, as people are told it ('extract.zip › list.csv').

    `open_export` takes choices by it."""
    source = getattr(table, "source", None) or getattr(table, "_source", None)
    return str(source.name) if source is not None else table.name


def is_text(table: Table) -> bool:
    """Whether a table is delimited text: that has a separator and an encoding."""
    return isinstance(table, DelimitedTable)


def is_rows(table: Table) -> bool:
    """Whether a table has rows with a line of field names before them, and not the records of a message."""
    return is_text(table) or (isinstance(table, HeldTable) and table.row_places is None)


def delimiter_of(table: Table) -> str | None:
    """What cuts a table into cells, "" where a line is one cell; None where it is no delimited text."""
    return table.layout.dialect.delimiter if isinstance(table, DelimitedTable) else None


def held_lines(table: Table) -> Sequence[int] | None:
    """The file's own line of each row of a table held in memory; None where it would have to be read."""
    return table.row_lines if isinstance(table, HeldTable) else None
