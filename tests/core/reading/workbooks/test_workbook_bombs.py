"""Workbooks made to stop a computer: each is refused within a second and 200 MB, in a process of its own that
measures both."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.reading.workbooks.xls_compound import compound_of
from tests.core.reading.workbooks.locked import stream_of
from tests.core.reading.workbooks.test_ods import Ods, row, text
from tests.core.reading.workbooks.test_xls import book as old_book
from tests.core.reading.workbooks.test_xlsb import Xlsb
from tests.core.reading.workbooks.test_xlsb import row as binary_row
from tests.core.reading.workbooks.test_xlsb import text as binary_text
from tests.core.reading.workbooks.workbooks import Book, cell

MB = 1 << 20
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
WATCH = """
import json, resource, sys, time
from pathlib import Path
from core.model import ReadError
from core.reading import open_export

def peak():
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def forget_peak():
    try:
        Path("/proc/self/clear_refs").write_text("5")  # Linux: the highest mark starts from here
    except OSError:
        pass

found = []
for path in sys.argv[1:]:
    forget_peak()
    before = peak()
    try:
        open_export([Path(path)], passwords=["x"])
        code = "opened"
    except ReadError as error:
        code = error.code
    found.append([code, (peak() - before) / 1024])
print(json.dumps(found))
"""


def measured(*paths: Path) -> list[tuple[str, float]]:
    """What each came to, and the megabytes it added to the process. None may hang."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *map(str, paths)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[4])},
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(one) for one in json.loads(done.stdout)]


def xlsx(part: str = "", content: str | bytes = "", kind: str = "something", **places: str) -> bytes:
    book = Book(**places)  # type: ignore[arg-type]
    if part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "_rels/.rels", "[Content_Types].xml"):
        return _replaced(book.build(), part, content)
    if part:
        book.part(part, kind, content)
    return book.build()


def _replaced(data: bytes, part: str, content: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


def lying() -> bytes:
    data = xlsx("xl/media/image1.png", bytes(260 * MB))
    size = (260 * MB).to_bytes(4, "little")
    assert size in data
    return data.replace(size, (9000).to_bytes(4, "little"))


def lying_sheet() -> bytes:
    data = xlsx("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * (260 * MB))
    return data.replace((260 * MB + 11).to_bytes(4, "little"), (9000).to_bytes(4, "little"))


def padded() -> bytes:
    """As much as may be, made to look less packed by a part that cannot be."""
    book = Book()
    book.part("xl/media/image1.png", "image", os.urandom(2 * MB))
    book.part("xl/theme/theme1.xml", "theme", "<theme>" + "<a>" * (60 * MB) + "</theme>")
    return book.build()


def overlapping() -> bytes:
    """Many names for the same bytes."""
    data = bytearray(xlsx("xl/media/a.png", bytes(MB)))
    at = data.rindex(b"PK\x01\x02", 0, data.index(b"PK\x05\x06"))
    first = data.index(b"PK\x01\x02")
    data[at + 42 : at + 46] = data[first + 42 : first + 46]
    return bytes(data)


def many_parts() -> bytes:
    book = Book()
    for n in range(30_000):
        book.parts[f"xl/p{n}.xml"] = b""
    return book.build()


def patched(number: int, offset: int, value: int, size: int) -> bytes:
    """An old workbook with one value of its first record of a number changed."""
    stream = bytearray(stream_of(old_book()))
    at = 0
    while int.from_bytes(stream[at : at + 2], "little") != number:
        at += 4 + int.from_bytes(stream[at + 2 : at + 4], "little")
    stream[at + 4 + offset : at + 4 + offset + size] = value.to_bytes(size, "little")
    return compound_of(bytes(stream))


def deep(name: str, content: str) -> Callable[[], bytes]:
    return lambda: Ods(parts={name: content}).build()


CASES: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "ratio.xlsx": (lambda: xlsx("xl/media/image1.png", bytes(300 * MB)), {"too_big"}),
    "lying.xlsx": (lying, {"damaged"}),
    "lying_sheet.xlsx": (lying_sheet, {"damaged"}),
    "padded.xlsx": (padded, {"too_big"}),
    "overlapping.xlsx": (overlapping, {"bomb", "damaged"}),
    "many_parts.xlsx": (many_parts, {"bomb"}),
    "corner.xlsx": (
        lambda: xlsx(rows=f'<row r="1048576">{cell("XFD1048576", "x")}</row>'),
        {"too_big"},
    ),
    "wide.xlsx": (lambda: xlsx(rows=f'<row r="2000">{cell("XFD2000", "x")}</row>'), {"too_big"}),
    "corner.xlsb": (lambda: Xlsb(rows=binary_row(1_048_576, binary_text(16_383, "x"))).build(), {"too_big"}),
    "cells.ods": (
        lambda: Ods(
            rows=row(
                text("x", 'table:number-columns-repeated="16384"'),
                more='table:number-rows-repeated="1048576"',
            )
        ).build(),
        {"too_big"},
    ),
    "texts.ods": (
        lambda: Ods(rows=row(text("x" * 30_000), more='table:number-rows-repeated="1000000"')).build(),
        {"too_big"},
    ),
    "deep.ods": (deep("content.xml", "<a>" * 3_000_000), {"bomb", "damaged"}),
    "flat.ods": (deep("content.xml", "<a>" + "<b/>" * 200_000 + "</a>"), {"empty"}),
    "deep_workbook.xlsx": (lambda: xlsx("xl/workbook.xml", "<a>" * 3_000_000), {"damaged", "empty"}),
    "deep_styles.xlsx": (
        lambda: xlsx("xl/styles.xml", "<cellXfs>" * 1_000_000, "styles"),
        {"damaged", "opened"},
    ),
    # The library asks the system for memory up to where a file says it reaches; without it the process dies.
    "row_from_nowhere.xlsx": (
        lambda: xlsx(rows='<row r="4294967290"><c><v>1</v></c></row>'),
        {"damaged"},
    ),
    "cell_from_nowhere.xlsx": (
        lambda: xlsx(rows='<row r="9"><c r="A4294967290"><v>1</v></c></row>'),
        {"damaged"},
    ),
    "claimed_texts.xlsx": (
        lambda: xlsx(
            "xl/sharedStrings.xml", '<sst uniqueCount="4294967290"><si><t>x</t></si></sst>', "sharedStrings"
        ),
        {"damaged"},
    ),
    "claimed_rows.xls": (lambda: patched(0x200, 4, 0xFFFFFFF0, 4), {"damaged"}),
    "backwards.xls": (lambda: patched(0x200, 0, 0xFFFF, 4), {"damaged"}),
    "claimed_columns.xls": (lambda: patched(0x200, 10, 0xFFFF, 2), {"damaged"}),
    "claimed_texts.xls": (lambda: patched(0xFC, 4, 0xFFFFFFF0, 4), {"damaged", "opened"}),
    "far_column.xls": (lambda: patched(0xFD, 2, 0xFFFF, 2), {"too_big"}),
    "sheet_from_nowhere.xls": (lambda: patched(0x85, 0, 0xFFFFFFF0, 4), {"damaged"}),
    "unclosed.xlsx": (
        lambda: xlsx("xl/worksheets/sheet1.xml", '<worksheet><sheetData><row hidden="1"><c s="1">' * 60_000),
        {"damaged", "too_big"},
    ),
    **{
        f"entities_{part.rpartition('/')[2].strip('[].').replace('.', '_')}.xlsx": (
            lambda part=part, kind=kind: xlsx(part, ENTITIES + f"<x>{'&j;' * 100}</x>", kind),
            {"bomb"},
        )
        for part, kind in (
            ("xl/workbook.xml", ""),
            ("xl/worksheets/sheet1.xml", ""),
            ("_rels/.rels", ""),
            ("[Content_Types].xml", ""),
            ("xl/sharedStrings.xml", "sharedStrings"),
            ("xl/styles.xml", "styles"),
            ("xl/theme/theme1.xml", "theme"),
            ("xl/comments1.xml", "comments"),
            ("xl/drawings/vmlDrawing1.vml", "vmlDrawing"),
            ("customXml/item1.xml", "customXml"),
            ("docProps/core.xml", "core-properties"),
        )
    },
    "entities_content.ods": (deep("content.xml", ENTITIES + "<x>&j;</x>"), {"bomb"}),
    "entities_meta.ods": (deep("meta.xml", ENTITIES + "<x>&j;</x>"), {"bomb"}),
    "entities_manifest.ods": (deep("META-INF/manifest.xml", ENTITIES + "<x>&j;</x>"), {"bomb"}),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, float]]:
    folder = tmp_path_factory.mktemp("bombs")
    paths = []
    for name, (make, _) in CASES.items():
        path = folder / name
        path.write_bytes(make())
        paths.append(path)
    warm = folder / "warm.xlsx"
    warm.write_bytes(Book().build())
    return dict(zip(CASES, measured(warm, *paths)[1:], strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_bomb_is_refused_within_200_mb(results: dict[str, tuple[str, float]], name: str) -> None:
    code, megabytes = results[name]
    assert code in CASES[name][1]
    assert megabytes < 200
