"""What a person can choose from where Threshold took a table for the wrong thing."""

from __future__ import annotations

from core.reading.registry import READERS
from core.reading.suppliers import signatures


def known_layouts() -> tuple[tuple[str, str], ...]:
    """(id, title) of every format and table that can be told apart, for `TableChoice.layout`; by title."""
    found: dict[str, str] = {}
    for signature in signatures():
        found.setdefault(signature.id, signature.title)
    return tuple(sorted(found.items(), key=lambda item: item[1].casefold()))


def known_readers() -> tuple[str, ...]:
    """The ids of the readers there are, for `TableChoice.reader`."""
    return tuple(reader.id for reader in READERS)
