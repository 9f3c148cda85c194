"""CSV as RFC 4180 has it: UTF-8, CRLF, a header, every value in quotes.

Every value is quoted so that an empty value ("") and an absent one (nothing) stay apart, and so that no
reader guesses where a field ends.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from core.release.writers import as_strings

MOST_ROWS = sys.maxsize
MOST_FIELDS = sys.maxsize


class _CsvFile:
    def __init__(self, path: Path, fields: tuple[str, ...]) -> None:
        self._fields = fields
        self._file = path.open("wb")
        options = pa.csv.WriteOptions(quoting_style="all_valid", quoting_header="all_valid", eol="\r\n")
        schema = pa.schema([pa.field(name, pa.string()) for name in fields])
        self._csv = pa.csv.CSVWriter(self._file, schema, write_options=options)

    def write(self, batch: pa.RecordBatch) -> None:
        self._csv.write_batch(as_strings(batch, self._fields))

    def close(self) -> None:
        self._csv.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        with contextlib.suppress(Exception):
            self._csv.close()
        with contextlib.suppress(Exception):
            self._file.close()


def open_file(path: Path, fields: tuple[str, ...], *, sheet: str, scratch: Path) -> _CsvFile:
    """A CSV file of these fields at `path`."""
    return _CsvFile(path, fields)
