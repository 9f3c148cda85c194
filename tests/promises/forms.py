"""One small practice in every form that Threshold opens: the same cells, other bytes around them."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import py7zr
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import xlwt

Rows = Sequence[Sequence[str]]  # the first is the line of field names

NAME = "recall"


def _text(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", ends: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=ends).writerows(rows)
    return out.getvalue().encode(encoding)


def _file(folder: Path, ending: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{NAME}{ending}"
    path.write_bytes(data)
    return path


def _zip(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def _seven(folder: Path, rows: Rows) -> Path:
    path = _file(folder, ".7z", b"")
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.writestr(_text(rows), f"{NAME}.csv")
    return path


def _xlsx(folder: Path, rows: Rows) -> Path:
    path = _file(folder, ".xlsx", b"")
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(NAME)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(number, column, text)
    return path


def _xls(folder: Path, rows: Rows) -> Path:
    path = _file(folder, ".xls", b"")
    book = xlwt.Workbook()
    sheet = book.add_sheet(NAME)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if text:
                sheet.write(number, column, text)
    book.save(str(path))
    return path


def _ods(folder: Path, rows: Rows) -> Path:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
            if text
            else "<table:table-cell/>"
            for text in row
        )
        + "</table:table-row>"
        for row in rows
    )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0" '
        'office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="{NAME}">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
        f'manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        archive.writestr("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED)
    return _file(folder, ".ods", out.getvalue())


def _parquet(folder: Path, rows: Rows) -> Path:
    path = _file(folder, ".parquet", b"")
    columns = [pa.array([row[i] or None for row in rows[1:]], pa.string()) for i in range(len(rows[0]))]
    pq.write_table(pa.table(columns, names=list(rows[0])), path, row_group_size=97)
    return path


#: Every form, by name. Empty cells are absent, as in a CSV file without quotes.
FORMS: dict[str, Callable[[Path, Rows], Path]] = {
    "csv": lambda folder, rows: _file(folder, ".csv", _text(rows)),
    "tabs": lambda folder, rows: _file(folder, ".txt", _text(rows, "\t", ends="\n")),
    "semicolons in UTF-16": lambda folder, rows: _file(folder, ".csv", _text(rows, ";", "utf-16")),
    "bars in Windows-1252": lambda folder, rows: _file(folder, ".csv", _text(rows, "|", "cp1252")),
    "zip": lambda folder, rows: _file(folder, ".zip", _zip(f"{NAME}.csv", _text(rows))),
    "zip in a zip": lambda folder, rows: _file(
        folder, ".zip", _zip("inner.zip", _zip(f"{NAME}.csv", _text(rows)))
    ),
    "gz": lambda folder, rows: _file(folder, ".csv.gz", gzip.compress(_text(rows), mtime=0)),
    "7z": _seven,
    "xlsx": _xlsx,
    "xls": _xls,
    "ods": _ods,
    "parquet": _parquet,
}
