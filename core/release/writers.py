"""Writing outgoing rows to a file. A writer never changes a value: whatever a format cannot hold was
already dealt with, and given a reason, by `protection.apply`.

Every writer takes record batches of strings; null is an absent value and "" an empty one, and both stay
apart in every format that can tell them apart.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from core.model import UsageError

#: Format id -> the module of this room that writes it and the file name's ending.
FORMATS = {
    "csv": ("core.release.csv_file", ".csv"),
    "xlsx": ("core.release.xlsx_file", ".xlsx"),
    "parquet": ("core.release.parquet_file", ".parquet"),
    "ndjson": ("core.release.ndjson_file", ".ndjson"),
    "fhir": ("core.release.fhir_file", ".json"),
}


class Writer(Protocol):
    """Takes batches in order; the file is whole and on the disk once `close` has returned."""

    def write(self, batch: pa.RecordBatch) -> None: ...

    def close(self) -> None: ...

    def abandon(self) -> None:
        """Let go of the file after a failure, without finishing it. Never raises."""
        ...


def check_format(name: str) -> None:
    """Raise UsageError where a format is not one this version writes."""
    if name not in FORMATS:
        raise UsageError(
            f"This version does not write {name!r}. Choose one of: {', '.join(FORMATS)}.", where="format"
        )


def check_export(name: str, tables: Sequence[tuple[str, str]], *, counts: bool) -> None:
    """Raise UsageError where a format cannot hold an export's tables (name, format), or its counts."""
    check_format(name)
    if name == "fhir":
        from core.release.fhir_file import check_tables

        check_tables(tables, counts=counts)


def check_fits(name: str, file: str, rows: int, fields: int) -> None:
    """Raise UsageError where a file of so many rows and fields cannot be written in a format."""
    check_format(name)
    module: Any = importlib.import_module(FORMATS[name][0])
    if rows > module.MOST_ROWS:
        raise UsageError(
            f"{rows:,} rows would leave, and a spreadsheet holds at most {module.MOST_ROWS:,} below its "
            "header. Choose CSV instead.",
            where=file,
            code="too_many_rows",
        )
    if fields > module.MOST_FIELDS:
        raise UsageError(
            f"{fields:,} fields would leave, and a spreadsheet holds at most {module.MOST_FIELDS:,}. "
            "Choose CSV instead.",
            where=file,
            code="too_many_fields",
        )


def open_writer(name: str, path: Path, fields: Sequence[str], *, sheet: str, scratch: Path) -> Writer:
    """A writer for one table.

    `sheet` names the sheet where the format has sheets. `scratch` is a folder inside the stage, for what
    a format must set aside while it is written.
    """
    check_format(name)
    module: Any = importlib.import_module(FORMATS[name][0])
    writer: Writer = module.open_file(path, tuple(fields), sheet=sheet, scratch=scratch)
    return writer


def flush_file(path: Path) -> None:
    """Force a finished file's bytes to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(path: Path) -> None:
    """Force a folder's entries to the disk, where the system can (Windows does it by itself)."""
    if os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def as_strings(batch: pa.RecordBatch, fields: Sequence[str]) -> pa.RecordBatch:
    """The batch as plain string columns under the outgoing names, in order."""
    columns = [c if c.type == pa.string() else c.cast(pa.string()) for c in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=list(fields))
