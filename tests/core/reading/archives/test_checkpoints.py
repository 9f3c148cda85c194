"""Packed text read from any place, without unpacking what lies before it twice."""

from __future__ import annotations

import pickle
import random
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import ReadError
from core.reading import open_export
from core.reading.archives import checkpoints
from core.reading.archives import gzip_archive as archives_gzip
from core.reading.archives.checkpoints import GZIP, InflatedSource, StoredSource
from core.reading.source import HeldSource, Source, open_source
from tests.core.reading.archives.archived import gzipped, write, zipped
from tests.core.reading.text.files import rows_of


def text(rows: int, seed: int = 1) -> bytes:
    chance = random.Random(seed)
    return b"".join(b"%d,999%07d,%x\n" % (n, n, chance.getrandbits(60)) for n in range(rows))


def packed(data: bytes) -> bytes:
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    return squeeze.compress(data) + squeeze.flush()


def inflated(folder: Path, data: bytes, **wrong: int) -> InflatedSource:
    body = packed(data)
    source = open_source(write(folder, "x.bin", b"head" + body + b"tail"))
    told = {"start": 4, "packed": len(body), "size": len(data), "crc": zlib.crc32(data), **wrong}
    return InflatedSource(source, "list.csv", **told)


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small distances, so that small texts have many checkpoints."""
    monkeypatch.setattr(checkpoints, "_MOST_CHECKPOINTS", 8)
    monkeypatch.setattr(checkpoints, "_STEP", 3_000)
    monkeypatch.setattr(checkpoints, "_SIP", 500)
    monkeypatch.setattr(checkpoints, "_INPUT", 2_000)
    monkeypatch.setattr(checkpoints, "_TAIL", 700)


def close_together(source: InflatedSource) -> InflatedSource:
    source._progress.spacing = 10_000
    return source


@pytest.mark.usefixtures("near")
def test_any_piece_is_what_it_is_in_the_text(tmp_path: Path) -> None:
    data = text(12_000)
    source = close_together(inflated(tmp_path, data))
    chance = random.Random(2)
    for _ in range(300):
        offset, length = chance.randrange(len(data) + 10), chance.randrange(20_000)
        assert source.read_at(offset, length) == data[offset : offset + length]
        if chance.random() < 0.4:  # and go on from just before there, as cutting at records does
            offset = max(0, offset + length - chance.randrange(900))
            assert source.read_at(offset, length) == data[offset : offset + length]
    assert 3 <= len(source._progress.checkpoints) <= 8
    assert source._progress.spacing > 10_000


@pytest.mark.usefixtures("near")
def test_threads_read_at_the_same_time(tmp_path: Path) -> None:
    data = text(12_000)
    source = close_together(inflated(tmp_path, data))
    pieces = [(offset, 9_000) for offset in range(0, len(data), 7_000)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda piece: source.read_at(*piece), pieces * 4))
    assert found == [data[o : o + n] for o, n in pieces * 4]
    assert source._progress.done


@given(st.lists(st.binary(max_size=5_000), max_size=6), st.data())
def test_gzip_members_make_one_text(parts: list[bytes], drawn: st.DataObject) -> None:
    whole, body = b"".join(parts), b"".join(gzipped(part) for part in parts) or gzipped(b"")
    outer = HeldSource(_Nowhere(), "x.gz", body)
    source = InflatedSource(outer, "x", start=0, packed=len(body), size=0, crc=None, wbits=GZIP)
    assert source.measure(1 << 30, 10_000, 1 << 30) == 0
    assert source.size == len(whole)
    offset = drawn.draw(st.integers(0, len(whole)))
    assert source.read_at(offset, 4_000) == whole[offset : offset + 4_000]


class _Nowhere:
    name = stem = "x"
    path = Path("x")
    size = 0
    is_near = True

    def read_at(self, offset: int, length: int) -> bytes:
        raise AssertionError

    def check(self) -> None:
        pass


@pytest.mark.parametrize(
    "wrong", [{"crc": 1}, {"size": 100_000_000}, {"packed": 300}, {"start": 5}, {"start": 3}]
)
def test_what_does_not_agree_with_the_directory_is_damaged(tmp_path: Path, wrong: dict[str, int]) -> None:
    source = inflated(tmp_path, text(3_000), **wrong)
    for _ in range(2):
        with pytest.raises(ReadError) as caught:
            read_through(source)
        assert caught.value.code == "damaged"
        assert "copy it again" in caught.value.message.lower()


def test_more_than_was_promised_is_refused(tmp_path: Path) -> None:
    source = inflated(tmp_path, text(3_000), size=1_000)
    with pytest.raises(ReadError) as caught:
        read_through(source)
    assert caught.value.code == "bomb"


def test_bytes_behind_the_end_of_the_packed_text_are_damage(tmp_path: Path) -> None:
    data = text(300)
    source = inflated(tmp_path, data, packed=len(packed(data)) + 4)
    with pytest.raises(ReadError) as caught:
        read_through(source)
    assert caught.value.code == "damaged"


def test_a_stored_member_is_checked_too(tmp_path: Path) -> None:
    data = text(3_000)
    outer = open_source(write(tmp_path, "x.bin", b"head" + data))
    good = StoredSource(outer, "a", start=4, size=len(data), crc=zlib.crc32(data))
    assert read_through(good) == data
    for bad in (
        StoredSource(outer, "a", start=4, size=len(data), crc=1),
        StoredSource(outer, "a", start=4, size=len(data) + 1, crc=1),
    ):
        with pytest.raises(ReadError) as caught:
            read_through(bad)
        assert caught.value.code == "damaged"


def read_through(source: Source) -> bytes:
    return b"".join(source.read_at(at, 10_000) for at in range(0, source.size, 10_000))


@pytest.mark.usefixtures("near")
def test_sources_go_to_other_processes_without_what_they_learnt(tmp_path: Path) -> None:
    data = text(6_000)
    source = close_together(inflated(tmp_path, data))
    source.read_at(0, len(data))
    again = pickle.loads(pickle.dumps(source))
    assert len(pickle.dumps(source)) < 2_000
    assert again.read_at(50_000, 100) == data[50_000:50_100]


def test_a_large_member_is_never_held_whole(tmp_path: Path) -> None:
    head = b"Row,Number,Word\n"
    rows = b"".join(b"%d,999%07d,asthma %d\n" % (n, n % 9_999, n * 7919 % 10_007) for n in range(1_000_000))
    path = write(tmp_path, "x.zip", zipped({"list.csv": head + rows}))
    size = len(head + rows)
    del rows
    tracemalloc.start()
    table = open_export([path]).tables[0]
    count = sum(table.read(block, [0]).data.num_rows for block in table.blocks())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1_000_000
    assert peak < size + (8 << 20)  # a block at a time, in the few forms that it takes
    assert table.read(list(table.blocks())[-1]).data.column("0")[-1].as_py() == "999999"


def test_a_file_replaced_under_its_archive_is_noticed(tmp_path: Path) -> None:
    data = b"a,b\n" + text(600_000)
    path = write(tmp_path, "x.zip", zipped({"list.csv": data}))
    table = open_export([path]).tables[0]
    blocks = table.blocks()
    table.read(next(blocks))
    write(tmp_path, "x.zip", zipped({"list.csv": data + b"1,2,3\n"}))
    with pytest.raises(ReadError) as caught:
        table.read(next(blocks))
    assert caught.value.code == "changed"


def test_gzip_is_read_like_the_file_in_it(tmp_path: Path) -> None:
    data = b"a,b,c\n" + text(20_000)
    plain = open_export([write(tmp_path, "p.csv", data)]).tables[0]
    inside = open_export([write(tmp_path, "g.csv.gz", gzipped(data))]).tables[0]
    assert rows_of(plain) == rows_of(inside)


def test_a_large_gzip_is_taken_at_its_word_until_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives_gzip, "_QUICK", 0)
    data = b"a,b,c\n" + text(20_000)
    table = open_export([write(tmp_path, "g.csv.gz", gzipped(data))]).tables[0]
    assert len(rows_of(table)) == 20_000
    half = data.index(b"\n15000,") + 1
    two = gzipped(data[:half]) + gzipped(data[half:])
    table = open_export([write(tmp_path, "few.csv.gz", two)]).tables[0]
    assert len(rows_of(table)) == 20_000  # what the last part tells is too little to be true
    half = data.index(b"\n100,") + 1
    two = gzipped(data[:half]) + gzipped(data[half:])
    with pytest.raises(ReadError, match="several packed files") as caught:
        read_through(open_export([write(tmp_path, "two.csv.gz", two)]).tables[0]._source)  # type: ignore[attr-defined]
    assert caught.value.code == "too_big"
    cut = gzipped(data)
    path = write(tmp_path, "cut.csv.gz", cut[:-8] + bytes(4) + cut[-4:])
    with pytest.raises(ReadError) as caught:
        rows_of(open_export([path]).tables[0])
    assert caught.value.code == "damaged"
