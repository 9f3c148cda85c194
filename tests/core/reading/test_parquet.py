"""Parquet: every value as exact text, lists and bytes too, and files that are damaged or meant to harm."""

from __future__ import annotations

import datetime
import decimal
import io
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import ReadError
from core.reading import open_export, total_rows
from core.reading import parquet as parquet_module
from core.reading.parquet_text import texts as texts_of
from tests.core.reading.archives.archived import sevened, zipped
from tests.core.reading.text.files import names_of, rows_of


def saved(folder: Path, table: pa.Table, name: str = "list.parquet", **options: object) -> Path:
    path = folder / name
    pq.write_table(table, path, **options)
    return path


def column(folder: Path, array: pa.Array) -> list[str | None]:
    export = open_export([saved(folder, pa.table({"value": array}))])
    return [row[0] for row in rows_of(export.tables[0])]


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array([9990000018, None, -1]), ["9990000018", None, "-1"]),
        (pa.array([999000011000001104], pa.int64()), ["999000011000001104"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([True, None, False]), ["true", None, "false"]),
        (pa.array([0.1, 5.0, 1e-7, -2.5, None]), ["0.1", "5", "1e-07", "-2.5", None]),
        (pa.array([0.1, 5.25], pa.float32()), ["0.1", "5.25"]),
        (pa.array([decimal.Decimal("12.50"), None], pa.decimal128(10, 2)), ["12.50", None]),
        (pa.array([decimal.Decimal("0.0000001")], pa.decimal128(10, 7)), ["0.0000001"]),
        (pa.array([datetime.date(1961, 2, 3), None]), ["1961-02-03", None]),
        (pa.array([datetime.datetime(2024, 2, 3, 14, 5, 6)], pa.timestamp("ms")), ["2024-02-03 14:05:06"]),
        (pa.array([1_700_000_000_123_456_789], pa.timestamp("ns")), ["2023-11-14 22:13:20.123456789"]),
        (pa.array([-1], pa.timestamp("us")), ["1969-12-31 23:59:59.999999"]),
        (pa.array([0], pa.timestamp("us", tz="Europe/London")), ["1970-01-01 00:00:00Z"]),
        (pa.array([datetime.time(9, 30, 1)]), ["09:30:01"]),
        (pa.array(["", None, " White ", "x\ny"]), ["", None, " White ", "x\ny"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array([b"plain", b"\x00\xff", None]), ["plain", "00ff", None]),
        (pa.array([["a", None], [], None]), ['["a",null]', "[]", None]),
        (
            pa.array([{"use": "home", "when": datetime.date(2020, 1, 2), "n": [1, 2]}]),
            ['{"use":"home","when":"2020-01-02","n":[1,2]}'],
        ),
        (pa.nulls(2), [None, None]),
    ],
    ids=str,
)  # fmt: skip
def test_every_sort_of_value_is_exact_text(tmp_path: Path, array: pa.Array, texts: list[str | None]) -> None:
    assert column(tmp_path, array) == texts


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1))
def test_floats_are_the_same_number_again(values: list[float | None]) -> None:
    read = texts_of(pa.array(values, pa.float64())).to_pylist()
    assert [None if t is None else float(t) for t in read] == values


@given(st.lists(st.one_of(st.none(), st.text()), min_size=1))
def test_text_is_kept_to_the_character(values: list[str | None]) -> None:
    values = [v if v is None else v.encode("utf-8", "ignore").decode() for v in values]
    array = pa.array(values, pa.string())
    assert texts_of(array).to_pylist() == values
    assert texts_of(array.dictionary_encode()).to_pylist() == values


def test_blocks_follow_row_groups_and_columns_come_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_module, "ROWS_A_BLOCK", 700)
    table = pa.table({"n": range(5000), "s": [f"x{n}" for n in range(5000)], "n.m": range(5000)})
    export = open_export([saved(tmp_path, table, row_group_size=2000)])
    read = export.tables[0]
    assert [b.rows for b in read.blocks()] == [700, 700, 600, 700, 700, 600, 700, 300]
    assert total_rows(read) == 5000
    assert rows_of(read, [2, 0])[4321] == ["4321", "4321"]
    assert rows_of(read)[4999] == ["4999", "x4999", "4999"]
    last = list(read.blocks())[-1]
    assert read.read(last, []).data.num_columns == 0
    again = pickle.loads(pickle.dumps(read))
    assert rows_of(again) == rows_of(read)


def test_repeated_column_names_and_structures_stay_apart(tmp_path: Path) -> None:
    table = pa.table(
        [pa.array([{"a": 1, "b": "x"}]), pa.array(["first"]), pa.array(["second"])], names=["s", "v", "v"]
    )
    read = open_export([saved(tmp_path, table)]).tables[0]
    assert names_of(read) == ["s", "v", "v (2)"]
    assert rows_of(read) == [['{"a":1,"b":"x"}', "first", "second"]]


def test_notes_in_the_file_are_told(tmp_path: Path) -> None:
    frame = pd.DataFrame({"NHS number": ["9990000018"]}, index=["White"])
    frame.to_parquet(tmp_path / "p.parquet")
    export = open_export([tmp_path / "p.parquet"])
    assert [h.id for h in export.hazards] == ["parquet_metadata"]
    assert "pandas" in export.hazards[0].what
    assert ["9990000018", "White"] in rows_of(export.tables[0])
    plain = pa.table({"a": [b"\xff"]}).replace_schema_metadata({"made from": "C:/White.csv"})
    told = open_export([saved(tmp_path, plain)]).hazards
    assert sorted(h.id for h in told) == ["parquet_binary", "parquet_metadata"]
    assert not any("White" in h.what for h in told)
    assert open_export([saved(tmp_path, pa.table({"a": ["b"]}))]).hazards == ()


def content_of(table: pa.Table, **options: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def test_damage_is_told_in_our_own_words(tmp_path: Path) -> None:
    whole = content_of(pa.table({"name": ["White", "May"] * 50, "n": range(100)}), compression="snappy")
    path = tmp_path / "list.parquet"
    seen = set()
    for cut in range(8, len(whole), 7):
        path.write_bytes(whole[:cut])
        with pytest.raises(ReadError) as caught:
            rows_of(open_export([path]).tables[0])
        seen.add(caught.value.code)
        assert "White" not in caught.value.message
        assert "rror" not in caught.value.message
    assert seen == {"damaged"}
    random = np.random.default_rng(7)
    for _ in range(150):
        changed = bytearray(whole)
        changed[int(random.integers(len(whole)))] ^= 1 << int(random.integers(8))
        path.write_bytes(bytes(changed))
        try:
            rows_of(open_export([path]).tables[0])
        except ReadError as error:
            seen.add(error.code)
    assert seen <= {"damaged", "too_big", "empty", "not_a_table", "password"}


def test_encrypted_and_huge_files_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.parquet"
    whole = content_of(pa.table({"n": range(1000)}))
    path.write_bytes(b"PARE" + whole[4:-4] + b"PARE")
    with pytest.raises(ReadError, match="Decrypt") as caught:
        open_export([path])
    assert caught.value.code == "password"
    path.write_bytes(whole)
    monkeypatch.setattr(parquet_module, "GROUP_LIMIT", 1000)
    with pytest.raises(ReadError, match="as CSV") as caught:
        open_export([path])
    assert caught.value.code == "too_big"


def test_few_bytes_that_stand_for_very_many_are_refused(tmp_path: Path) -> None:
    one = pa.DictionaryArray.from_arrays(pa.array(np.zeros(200_000, np.int32)), pa.array(["x" * 100_000]))
    path = saved(tmp_path, pa.table({"note": one}))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ReadError) as caught:
        rows_of(open_export([path]).tables[0])
    assert caught.value.code == "too_big"


def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    path = saved(tmp_path, pa.table({"n": range(1000)}), row_group_size=100)
    table = open_export([path]).tables[0]
    blocks = table.blocks()
    table.read(next(blocks))
    saved(tmp_path, pa.table({"n": range(1001)}), row_group_size=100)
    with pytest.raises(ReadError) as caught:
        table.read(next(blocks))
    assert caught.value.code == "changed"


def test_a_parquet_file_in_an_archive_is_read(tmp_path: Path) -> None:
    whole = content_of(pa.table({"n": range(10)}))
    for name, content in (("x.zip", zipped({"p.parquet": whole})), ("x.7z", sevened({"p.parquet": whole}))):
        (tmp_path / name).write_bytes(content)
        assert len(rows_of(open_export([tmp_path / name]).tables[0])) == 10


def test_field_names_that_begin_like_the_mark_of_parquet_are_text(tmp_path: Path) -> None:
    for head in ("PARENT NAME", "PAR1", "PARE"):
        path = tmp_path / "list.csv"
        path.write_text(f"{head},NHS number\nWhite,9990000018\n")
        assert names_of(open_export([path]).tables[0]) == [head, "NHS number"]


@pytest.mark.parametrize("checksums", [False, True])
def test_bytes_that_are_no_text_any_more_are_damage(tmp_path: Path, checksums: bool) -> None:
    """A flipped byte inside a text: seen where it makes no letter, and everywhere where pages have sums."""
    path = saved(
        tmp_path,
        pa.table({"name": ["Ashdownfield", "Beechwood"]}),
        compression="none",
        write_page_checksum=checksums,
        write_statistics=False,
    )
    data = path.read_bytes()
    for byte in (b"\xf0", b"x")[: 2 if checksums else 1]:
        path.write_bytes(data.replace(b"Ashdown", b"Ash" + byte + b"own"))
        table = open_export([path]).tables[0]
        with pytest.raises(ReadError, match="damaged"):
            rows_of(table)
