"""What a person can choose from where Threshold took a table for the wrong thing."""

from __future__ import annotations

from core.model import Recognised, Table
from core.reading.held import HeldTable
from core.reading.known_tables import known_tables
from core.reading.registry import READERS
from core.reading.suppliers import signatures, title_of
from core.reading.text.delimited import DelimitedTable
from core.reading.text.layouts import layouts

#: Readers of rows and columns that anybody may have written. Others know what they read by themselves.
PLAIN_READERS = ("delimited", "workbook", "ole", "parquet")


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


def text_readers() -> tuple[tuple[str, str], ...]:
    """(id, title) of the readers that may take one another's files: those of text. Plain text comes first."""
    return tuple((reader.id, reader.title) for reader in READERS[::-1] if reader.title)


def file_of(table: Table) -> str:
    """The name of the file that a table stands in, as people are told it ('extract.zip › list.csv').

    `open_export` takes choices by it."""
    source = getattr(table, "source", None) or getattr(table, "_source", None)
    return str(source.name) if source is not None else table.name


def is_text(table: Table) -> bool:
    """Whether a table is delimited text: that has a separator and an encoding."""
    return isinstance(table, DelimitedTable)


def is_rows(table: Table, seen: Recognised | None) -> bool:
    """Whether a table has rows with a line of field names before them, and not the records of a message."""
    return isinstance(table, DelimitedTable | HeldTable) and (seen is None or seen.reader in PLAIN_READERS)


def delimiter_of(table: Table) -> str | None:
    """What cuts a table into cells, "" where a line is one cell; None where it is no delimited text."""
    return table.layout.dialect.delimiter if isinstance(table, DelimitedTable) else None
