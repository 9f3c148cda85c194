"""What a person can choose from where Threshold took a table for the wrong thing."""

from __future__ import annotations

from core.model import Table
from core.reading.known_tables import known_tables
from core.reading.layouts import layouts
from core.reading.registry import READERS
from core.reading.suppliers import signatures, title_of


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
    """The name of the file that a table stands in, as people are told it: 'list.csv', 'extract.zip › list.csv'.

    `open_export` takes choices by it."""
    source = getattr(table, "source", None) or getattr(table, "_source", None)
    return str(source.name) if source is not None else table.name
