"""Parquet: string columns, no writer's notes about the machine."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pyarrow as pa

from core.release.writers import as_strings, flush_file

MOST_ROWS = sys.maxsize
MOST_FIELDS = sys.maxsize


class _ParquetFile:
    def __init__(self, path: Path, fields: tuple[str, ...]) -> None:
        import pyarrow.parquet

        self._path = path
        self._fields = fields
        schema = pa.schema([pa.field(name, pa.string()) for name in fields])
        self._file = pyarrow.parquet.ParquetWriter(path, schema, compression="zstd", store_schema=False)

    def write(self, batch: pa.RecordBatch) -> None:
        if batch.num_rows:
            self._file.write_batch(as_strings(batch, self._fields))

    def close(self) -> None:
        self._file.close()
        flush_file(self._path)

    def abandon(self) -> None:
        with contextlib.suppress(Exception):
            self._file.close()


def open_file(path: Path, fields: tuple[str, ...], *, sheet: str, scratch: Path) -> _ParquetFile:
    """A Parquet file of these fields at `path`."""
    return _ParquetFile(path, fields)
