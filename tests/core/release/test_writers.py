"""Writers: what goes in comes out, the same bytes every time, and nothing of the machine in them."""

from __future__ import annotations

import csv
import getpass
import json
import socket
import time
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.model import UsageError
from core.release.writers import FORMATS, check_fits, check_format, open_writer

AWKWARD = [
    "",
    None,
    " leading and trailing ",
    "007",
    "999999990189512104",
    "two\nlines",
    "two\r\nlines",
    'a "quoted" word',
    "comma, here",
    "'=1+1",
    "=1+1",
    "@cmd",
    "http://example.org/a",
    "mailto:a@b.c",
    "1e5",
    "TRUE",
    "2018-08-06",
    "£ é 漢 😀 \u200b",
    "<&>'",
    "tab\there",
]


def _written(
    tmp_path: Path, form: str, names: list[str], batches: list[pa.RecordBatch], label: str = "a"
) -> Path:
    path = tmp_path / f"{label}{FORMATS[form][1]}"
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    writer = open_writer(form, path, names, sheet="data", scratch=scratch)
    for batch in batches:
        writer.write(batch)
    writer.close()
    assert list(scratch.iterdir()) == []
    return path


def _batch(names: list[str], columns: list[list[str | None]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], names=names)


def _csv_cells(path: Path) -> list[list[str | None]]:
    """A reader of our own for the test: it alone tells an absent value from an empty one."""
    text = path.read_bytes().decode("utf-8")
    rows: list[list[str | None]] = []
    row: list[str | None] = []
    at = 0
    while at < len(text):
        if text[at] == '"':
            end = at + 1
            while text[end] != '"' or text[end + 1 : end + 2] == '"':
                end += 2 if text[end] == '"' else 1
            row.append(text[at + 1 : end].replace('""', '"'))
            at = end + 1
        else:
            row.append(None)
        if text[at] == ",":
            at += 1
            if text[at] == "\r":
                row.append(None)
        if text[at : at + 2] == "\r\n":
            rows.append(row)
            row = []
            at += 2
    return rows


def test_csv_keeps_every_cell_to_the_character(tmp_path: Path) -> None:
    names = ["plain", 'with "quotes"', "with,comma"]
    columns = [AWKWARD, list(reversed(AWKWARD)), ["x"] * len(AWKWARD)]
    path = _written(tmp_path, "csv", names, [_batch(names, columns)])
    assert _csv_cells(path) == [names, *[list(row) for row in zip(*columns, strict=True)]]
    raw = path.read_bytes()
    assert raw.startswith(b'"plain"')
    assert raw.endswith(b"\r\n")


def test_csv_is_what_other_readers_read(tmp_path: Path) -> None:
    names = ["a", "b"]
    columns = [AWKWARD, AWKWARD]
    path = _written(tmp_path, "csv", names, [_batch(names, columns)])
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert rows[1:] == [[text or "", text or ""] for text in AWKWARD]
    options = pa.csv.ConvertOptions(
        column_types={n: pa.string() for n in names},
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    table = pa.csv.read_csv(
        path, convert_options=options, parse_options=pa.csv.ParseOptions(newlines_in_values=True)
    )
    assert table.column("a").to_pylist() == AWKWARD


def test_a_table_without_rows_is_a_header(tmp_path: Path) -> None:
    assert _written(tmp_path, "csv", ["a", "b"], []).read_bytes() == b'"a","b"\r\n'


def test_xlsx_keeps_every_cell_as_text(tmp_path: Path) -> None:
    kept = [text for text in AWKWARD if text is None or "\r" not in text]
    names = ["plain", "=header"]
    path = _written(tmp_path, "xlsx", names, [_batch(names, [kept, ["x"] * len(kept)])])
    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == names
    assert [row[0].value for row in rows[1:]] == kept
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} <= {"s", "inlineStr"}
    assert all(cell.hyperlink is None for row in rows for cell in row)
    values = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    assert [row[0] for row in values[1:]] == [text or "" for text in kept]


def test_xlsx_holds_nothing_of_the_person_machine_or_time(tmp_path: Path) -> None:
    path = _written(tmp_path, "xlsx", ["a"], [_batch(["a"], [["x"]])])
    with zipfile.ZipFile(path) as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist())
        assert {info.date_time[0] for info in parts.infolist()} == {1980}
    for word in (getpass.getuser(), socket.gethostname(), str(tmp_path), time.strftime("%Y-%m")):
        assert word.encode() not in everything.replace(b"http://schemas", b"")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_same_rows_same_bytes(tmp_path: Path, form: str) -> None:
    batch = _batch(["a", "b"], [["x", None, ""], ["1", "2", "3"]])
    first = _written(tmp_path, form, ["a", "b"], [batch], "first").read_bytes()
    time.sleep(0.01)
    assert _written(tmp_path, form, ["a", "b"], [batch], "second").read_bytes() == first


def test_ndjson_and_parquet_keep_empty_and_absent_apart(tmp_path: Path) -> None:
    names = ['a"b', "c"]
    batches = [_batch(names, [AWKWARD, AWKWARD]), _batch(names, [["x"], [None]])]
    expected = [*AWKWARD, "x"]
    lines = _written(tmp_path, "ndjson", names, batches).read_text("utf-8").splitlines()
    # splitlines would also cut inside a value if one were not escaped
    assert [json.loads(line)['a"b'] for line in lines] == expected
    table = pyarrow.parquet.read_table(_written(tmp_path, "parquet", names, batches))
    assert table.column(0).to_pylist() == expected
    assert table.schema.metadata is None


def test_too_many_rows_for_a_workbook_are_refused_in_words() -> None:
    check_fits("xlsx", "events.xlsx", 1_048_575, 16_384)
    with pytest.raises(UsageError, match=r"1,048,576 rows would leave.*Choose CSV"):
        check_fits("xlsx", "events.xlsx", 1_048_576, 1)
    with pytest.raises(UsageError, match="Choose CSV"):
        check_fits("xlsx", "events.xlsx", 1, 16_385)
    check_fits("csv", "events.csv", 10**10, 10**5)


def test_a_format_of_another_version_is_refused() -> None:
    with pytest.raises(UsageError, match="Choose one of: csv, xlsx"):
        check_format("fhir-stu4")


_CELLS = st.one_of(st.none(), st.text(alphabet=st.characters(codec="utf-8"), max_size=12))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(_CELLS, _CELLS), max_size=6))
def test_any_text_survives_csv(tmp_path: Path, rows: list[tuple[str | None, str | None]]) -> None:
    columns = [list(c) for c in zip(*rows, strict=True)] if rows else [[], []]
    path = _written(tmp_path, "csv", ["a", "b"], [_batch(["a", "b"], columns)])
    assert _csv_cells(path)[1:] == [list(row) for row in rows]
