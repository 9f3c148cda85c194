"""Bytes on disk -> Export: recognises files, finds field names and reads rows in blocks."""

from core.reading.choices import TableChoice
from core.reading.exports import (
    has_extra_cells,
    open_export,
    share_done,
    shifted_rows,
    source_checksum,
    total_rows,
    with_extra_cells,
)
from core.reading.messages.records import OTHER_FIELDS
from core.reading.places import Place, named_places
from core.reading.text.random_access import read_at, read_rows

__all__ = [
    "OTHER_FIELDS",
    "Place",
    "TableChoice",
    "has_extra_cells",
    "named_places",
    "open_export",
    "read_at",
    "read_rows",
    "share_done",
    "shifted_rows",
    "source_checksum",
    "total_rows",
    "with_extra_cells",
]
