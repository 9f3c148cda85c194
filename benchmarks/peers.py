"""What Threshold is measured against: a plain copy by polars, and plain parsing by pyarrow.

Neither does anything with the cells. Both are told what Threshold tells its own parser: all cells are text.
"""

from __future__ import annotations

import os
from pathlib import Path


def copy(source: Path, target: Path) -> int:
    """polars: scan_csv -> sink_csv, then to the disk as a release is. Answers the bytes written."""
    import polars as pl

    pl.scan_csv(source, infer_schema=False).sink_csv(target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return target.stat().st_size


def parse(source: Path) -> int:
    """pyarrow: open_csv, block by block, keeping nothing. Answers the rows."""
    import pyarrow as pa
    from pyarrow import csv

    with source.open("rb") as file:
        names = file.readline().decode("utf-8-sig").rstrip("\r\n").replace('"', "").split(",")
    options = {
        "read_options": csv.ReadOptions(block_size=8 << 20),
        "parse_options": csv.ParseOptions(newlines_in_values=True),
        "convert_options": csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    }
    return sum(batch.num_rows for batch in csv.open_csv(source, **options))
