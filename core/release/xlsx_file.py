"""A workbook of one sheet, written row by row, in which every cell is text.

Nothing in it depends on who wrote it, where or when: the same rows give the same bytes.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import xlsxwriter

from core.release.writers import as_strings, flush_file

MOST_ROWS = 1_048_575  # Excel's 1,048,576 less the header
MOST_FIELDS = 16_384

_NEVER = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "constant_memory": True,
}
_CREATED = datetime(2000, 1, 1)


class _XlsxFile:
    def __init__(self, path: Path, fields: tuple[str, ...], sheet: str, scratch: Path) -> None:
        self._path = path
        self._fields = fields
        self._book = xlsxwriter.Workbook(str(path), {**_NEVER, "tmpdir": str(scratch)})
        self._book.set_properties({"created": _CREATED})
        self._sheet = self._book.add_worksheet(sheet[:31])
        self._sheet.freeze_panes(1, 0)
        self._text = self._book.add_format({"num_format": "@"})
        self._row = 0
        for column, name in enumerate(fields):
            self._put(column, name)

    def _put(self, column: int, text: str) -> None:
        # A refused cell would be a value lost in silence.
        if self._sheet.write_string(self._row, column, text) != 0:
            raise OSError("the workbook refused a cell")

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [column.to_pylist() for column in as_strings(batch, self._fields).columns]
        for row in zip(*columns, strict=True):
            self._row += 1
            if not any(text is not None for text in row):
                # A row of absent values is a row all the same; only a blank cell with a format keeps it.
                self._sheet.write_blank(self._row, 0, "", self._text)
            for column, text in enumerate(row):
                if text is not None:
                    self._put(column, text)

    def close(self) -> None:
        try:
            self._book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(*(error.args[0].args if isinstance(error.args[0], OSError) else ())) from None
        flush_file(self._path)

    def abandon(self) -> None:
        # Closing would finish the file; only the handles are let go of.
        self._book.fileclosed = 1
        with contextlib.suppress(Exception):
            self._sheet.row_data_fh.close()


def open_file(path: Path, fields: tuple[str, ...], *, sheet: str, scratch: Path) -> _XlsxFile:
    """A workbook of these fields at `path`."""
    return _XlsxFile(path, fields, sheet, scratch)
