"""What a person may overrule where Threshold reads a file wrongly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableChoice:
    """A person's overrule where Threshold reads a file wrongly; None leaves it to Threshold.

    `delimiter` is one of , tab | ; or "" for one cell a line. `encoding` is one of utf-8, windows-1252,
    utf-16-le, utf-16-be. `header_row` is the file's own line of the field names, 0 where there are none.
    `reader` is the id of the reader to open the file with, `layout` the id of the table that it is (a layout
    of resources/formats, 'vision-journal'), `patient_field` the name of the field that says whose a row is.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    reader: str | None = None
    layout: str | None = None
    patient_field: str | None = None
