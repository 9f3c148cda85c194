"""Opens the demo practice in each form that needs a library of its own: has the frozen program got it?"""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

PASSWORD = "self-test"


def opens_every_form(folder: Path) -> bool:
    """Whether the same rows are read from each form. The files name nobody real; they go below `folder`."""
    from core.demo import write
    from core.reading import open_export, total_rows

    (plain,) = write("report", folder / "plain", patients=60)
    (book,) = write("workbook", folder / "plain", patients=60)
    (bundle,) = write("fhir", folder / "plain", patients=60)
    data = plain.read_bytes()
    packed = [_gzip(folder, data), _zip(folder, data), _seven(folder, plain), _parquet(folder, plain)]
    rows = total_rows(open_export([plain]).tables[0])
    same = all(total_rows(open_export([path]).tables[0]) == rows for path in packed)
    locked = _with_password(folder, book)
    sheets = len(open_export([book]).tables)
    return (
        same
        and len(open_export([locked], passwords=(PASSWORD,)).tables) == sheets
        and len(open_export([bundle]).tables) > 1
    )


def _gzip(folder: Path, data: bytes) -> Path:
    path = folder / "list.csv.gz"
    path.write_bytes(gzip.compress(data))
    return path


def _zip(folder: Path, data: bytes) -> Path:
    path = folder / "list.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.csv", data)
    return path


def _seven(folder: Path, plain: Path) -> Path:
    import py7zr

    path = folder / "list.7z"
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.write(plain, "list.csv")
    return path


def _parquet(folder: Path, plain: Path) -> Path:
    import pyarrow.csv as arrow_csv
    import pyarrow.parquet as pq

    path = folder / "list.parquet"
    pq.write_table(arrow_csv.read_csv(plain), path)
    return path


def _with_password(folder: Path, book: Path) -> Path:
    from msoffcrypto.format.ooxml import OOXMLFile

    path = folder / "locked.xlsx"
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(book.read_bytes())).encrypt(PASSWORD, out)
    path.write_bytes(out.getvalue())
    return path
