"""Files as EMIS Web and SystmOne write them, with invented rows, for the tests of several rooms."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.reading.known_tables import known_tables

RUN = "0F3A4B5C-1111-4222-8333-444455556666"
STAMP = "20260112081400"


def columns_of(table: str) -> tuple[str, ...]:
    """The published field names of a table."""
    return next(t.spelt for t in known_tables() if t.name == table)


def write_csv(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], *, quoted: bool, encoding: str
) -> Path:
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, quoting=quoting, lineterminator="\r\n").writerows([header, *rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def emis_file(
    folder: Path,
    table: str,
    *records: Mapping[str, str],
    practice: str = "4011",
    stamp: str = STAMP,
    header: Sequence[str] = (),
) -> Path:
    """A file of the bulk extract: every cell quoted, named as EMIS names it."""
    names = tuple(header) or columns_of(table)
    rows = [[record.get(name, "") for name in names] for record in records]
    path = folder / f"{practice}_{table}_{stamp}_{RUN}.csv"
    return write_csv(path, names, rows, quoted=True, encoding="utf-8")


def tpp_file(folder: Path, table: str, *records: Mapping[str, str], header: Sequence[str] = ()) -> Path:
    """A file of the Strategic Reporting Extract, in Windows-1252."""
    names = tuple(header) or columns_of(table)
    rows = [[record.get(name, "") for name in names] for record in records]
    return write_csv(folder / f"{table}.csv", names, rows, quoted=False, encoding="cp1252")


def guid(number: int) -> str:
    return f"{{{number:08X}-0000-4000-8000-000000000000}}"
