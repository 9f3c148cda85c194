"""NDJSON: one JSON object a line; an absent value is null, an empty one is ""."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from core.release.writers import as_strings

MOST_ROWS = sys.maxsize
MOST_FIELDS = sys.maxsize


class _NdjsonFile:
    def __init__(self, path: Path, fields: tuple[str, ...]) -> None:
        self._fields = fields
        self._file = path.open("wb")

    def write(self, batch: pa.RecordBatch) -> None:
        if not batch.num_rows:
            return
        parts: list[object] = []
        for number, column in enumerate(as_strings(batch, self._fields).columns):
            lead = "{" if number == 0 else ","
            parts.append(lead + json.dumps(self._fields[number], ensure_ascii=False) + ":")
            parts.append(_encoded(column))
        lines = pc.binary_join_element_wise(*parts, "}\n", "")
        self._file.write(pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "")[0].as_buffer())

    def close(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        with contextlib.suppress(Exception):
            self._file.close()


def _encoded(column: pa.Array) -> pa.Array:
    coded = column.dictionary_encode()
    texts = [json.dumps(text, ensure_ascii=False) for text in coded.dictionary.to_pylist()]
    return pc.fill_null(pa.array(texts, pa.string()).take(coded.indices), "null")


def open_file(path: Path, fields: tuple[str, ...], *, sheet: str, scratch: Path) -> _NdjsonFile:
    """An NDJSON file of these fields at `path`."""
    return _NdjsonFile(path, fields)
