"""Re-opening what was written, with readers that share no code with the writers.

What cannot be read raises VerificationError; a library's own text never gets out, for it may quote a row.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from core.model import VerificationError

_BLOCK = 2 << 20  # the reader keeps some forty of them in the air
_ROWS = 65_536

#: The parts of a workbook that holds cells and nothing else.
_WORKBOOK_PARTS = frozenset(
    (
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/app.xml",
        "docProps/core.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/theme/theme1.xml",
        "xl/worksheets/sheet1.xml",
    )
)


@dataclass(frozen=True)
class WrittenFile:
    """A re-opened file: its field names and its rows, as batches of string columns in file order.

    `keeps_absent` says whether the format tells an absent value from an empty one when read back."""

    fields: tuple[str, ...]
    batches: Iterator[pa.RecordBatch]
    keeps_absent: bool = True


def open_written(path: Path, form: str) -> WrittenFile:
    """Re-open a data file of a release. Raises VerificationError where it is not what its name says."""
    readers = {"csv": _open_csv, "xlsx": _open_xlsx, "parquet": _open_parquet, "ndjson": _open_ndjson}
    if form not in readers:
        raise VerificationError(
            "A file is in a format this version cannot check. Use the version that made it.", where=path.name
        )
    try:
        opened = readers[form](path)
    except VerificationError:
        raise
    except Exception:
        raise _unreadable(path) from None
    return WrittenFile(opened.fields, _guarded(opened.batches, path), opened.keeps_absent)


def hidden_parts(path: Path, form: str) -> tuple[str, ...]:
    """What a file holds besides its rows, in words; empty where it holds nothing else."""
    if form != "xlsx":
        return ()
    try:
        with zipfile.ZipFile(path) as parts:
            names = set(parts.namelist())
            found = ["a part that is not part of the table"] if names - _WORKBOOK_PARTS else []
            found += ["a comment on the archive"] if parts.comment else []
            found += (
                ["extra fields in the archive"] if any(i.extra or i.comment for i in parts.infolist()) else []
            )
            sheet = parts.read("xl/worksheets/sheet1.xml") if len(names) else b""
    except Exception:
        raise _unreadable(path) from None
    for mark, what in (
        (b"<f>", "formulas"),
        (b"<f ", "formulas"),
        (b"<hyperlink", "links"),
        (b'hidden="', "hidden rows or columns"),
        (b"<legacyDrawing", "comments"),
        (b"<drawing", "drawings"),
        (b"<headerFooter", "headers or footers"),
    ):
        if mark in sheet:
            found.append(what)
    return tuple(dict.fromkeys(found))


def other_text(path: Path, form: str) -> str:
    """The text of the parts of a file that are not its rows, for the attack on identifiers."""
    if form != "xlsx":
        return ""
    with zipfile.ZipFile(path) as parts:
        texts = [
            parts.read(name).decode("utf-8", "replace")
            for name in parts.namelist()
            if not name.startswith(("xl/worksheets/", "xl/theme/", "xl/styles"))
        ]
    return "\n".join(texts)


def _unreadable(path: Path) -> VerificationError:
    return VerificationError(
        "A written file cannot be read back. Do not send it; make the release again.", where=path.name
    )


def _guarded(batches: Iterator[pa.RecordBatch], path: Path) -> Iterator[pa.RecordBatch]:
    try:
        yield from batches
    except VerificationError:
        raise
    except Exception:
        raise _unreadable(path) from None


def _open_csv(path: Path) -> WrittenFile:
    import pyarrow.csv

    with path.open(encoding="utf-8", newline="") as file:
        fields = tuple(next(csv.reader(file, strict=True)))
    types = {f"f{number}": pa.string() for number in range(len(fields))}
    reader = pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(autogenerate_column_names=True, block_size=_BLOCK),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )

    def batches() -> Iterator[pa.RecordBatch]:
        first = True
        with reader:
            for batch in _gathered(reader):
                yield batch.slice(1) if first else batch
                first = False

    return WrittenFile(fields, batches())


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches large enough to be worth working on."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= _ROWS:
            yield pa.concat_batches(waiting)
            waiting = []
    if waiting:
        yield pa.concat_batches(waiting)


def _open_xlsx(path: Path) -> WrittenFile:
    import python_calamine

    with zipfile.ZipFile(path) as parts, parts.open("xl/worksheets/sheet1.xml") as sheet:
        written = _count(sheet, b"<row ")
    book = python_calamine.load_workbook(str(path))
    if len(book.sheet_names) != 1:
        raise VerificationError(
            "A workbook has more than one sheet. Do not send it; make the release again.", where=path.name
        )
    rows = iter(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    fields = tuple(_text(cell, path) for cell in next(rows, []))

    def batches() -> Iterator[pa.RecordBatch]:
        left = written - 1
        taken: list[list[str]] = []
        # Rows in which every cell is absent at the end are no part of what the reader gives.
        while left > 0:
            row = next(rows, None)
            cells = [_text(cell, path) for cell in row] if row is not None else []
            taken.append(cells + [""] * (len(fields) - len(cells)))
            left -= 1
            if len(taken) == _ROWS or not left:
                columns = [pa.array(column, pa.string()) for column in zip(*taken, strict=True)]
                yield pa.RecordBatch.from_arrays(columns, names=[f"f{n}" for n in range(len(columns))])
                taken = []
        if next(rows, None) is not None:
            raise VerificationError(
                "A workbook has more rows than were written. Do not send it; make the release again.",
                where=path.name,
            )

    return WrittenFile(fields, batches(), keeps_absent=False)


def _text(cell: object, path: Path) -> str:
    if not isinstance(cell, str):
        raise VerificationError(
            "A workbook holds a cell that is not text. Do not send it; make the release again.",
            where=path.name,
        )
    return cell


def _count(file: object, mark: bytes) -> int:
    found, tail = 0, b""
    while chunk := file.read(_BLOCK):  # type: ignore[attr-defined]
        chunk = tail + chunk
        found += chunk.count(mark)
        tail = chunk[-(len(mark) - 1) :]
    return found


def _open_parquet(path: Path) -> WrittenFile:
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(path)
    return WrittenFile(tuple(file.schema_arrow.names), file.iter_batches(batch_size=_ROWS))


def _open_ndjson(path: Path) -> WrittenFile:
    def objects() -> Iterator[dict[str, str | None]]:
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield json.loads(line)

    with path.open(encoding="utf-8", newline="\n") as file:
        line = file.readline()
    fields = tuple(json.loads(line)) if line else ()

    def batches() -> Iterator[pa.RecordBatch]:
        taken: list[tuple[str | None, ...]] = []
        for row in objects():
            if tuple(row) != fields:
                raise VerificationError(
                    "A line has other fields than the first. Do not send it; make the release again.",
                    where=path.name,
                )
            taken.append(tuple(row.values()))
            if len(taken) == _ROWS:
                yield _batch(taken)
                taken = []
        if taken:
            yield _batch(taken)

    return WrittenFile(fields, batches())


def _batch(rows: list[tuple[str | None, ...]]) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=[f"f{n}" for n in range(len(columns))])
