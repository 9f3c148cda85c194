"""The file that is kept of why each row did not leave."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet

from core.protection import RowDecisions
from core.reading.standing import row_lines, row_places
from core.release.writers import flush_file
from core.survey.results import Survey

_REASONS_AT_ONCE = 1_000_000


def write_reasons(path: Path, survey: Survey, rows: RowDecisions) -> None:
    """One row for each row of the export, in order: its table's number, its own number there (from 0, as
    `preview --rows` counts), why it did not leave, and where in the file it stands: the line (a sheet's
    row), of a message the place. Lines that cost another reading are worked out only for what stayed."""
    ids = pa.array([reason.id for reason in rows.reasons], pa.string())
    reason = pa.dictionary(pa.int16(), pa.string())
    names = ("table", "reason", "line", "row", "place")
    kinds = (pa.int16(), reason, pa.int64(), pa.int64(), pa.string())
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd", store_schema=False) as writer:
        for number, name in enumerate(rows.withheld, start=1):
            table, batches, waiting = survey.export.table(name), [], 0
            for block in table.blocks():
                withheld = rows.withheld[name][block.first_row : block.first_row + block.rows]
                codes = pa.array(withheld - np.int16(1), pa.int16(), mask=withheld == 0)
                count = len(withheld)
                places = row_places(table, block)
                arrays = [
                    pa.array(np.full(count, number, np.int16)),
                    pa.DictionaryArray.from_arrays(codes, ids),
                    _lines(row_lines(table, block), withheld != 0),
                    pa.array(np.arange(block.first_row, block.first_row + count)),
                    pa.nulls(count, pa.string()) if places is None else pa.array(places, pa.string()),
                ]
                batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
                waiting += count
                if waiting >= _REASONS_AT_ONCE:
                    writer.write_table(pa.Table.from_batches(batches, schema))
                    batches, waiting = [], 0
            writer.write_table(pa.Table.from_batches(batches, schema))
    flush_file(path)


def _lines(lines: Sequence[int] | None, stayed: npt.NDArray[np.bool_]) -> pa.Array:
    """The line of each row; where they are worked out only when asked, of the rows that stayed."""
    if lines is None or not len(stayed):
        return pa.nulls(len(stayed), pa.int64())
    if isinstance(lines, range):
        return pa.array(np.arange(lines.start, lines.stop, dtype=np.int64))
    if isinstance(lines, list):
        return pa.array(lines, pa.int64())
    if not stayed.any():
        return pa.nulls(len(stayed), pa.int64())
    return pa.array(np.asarray(lines[:], np.int64), mask=~stayed)
