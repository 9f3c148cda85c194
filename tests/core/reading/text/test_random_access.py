"""Any rows, read alone, are the rows that the whole block gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.model import RawBlock, ReadError
from core.reading import read_at, read_rows
from core.reading.held import hold
from core.reading.source import SourceFile, open_source
from core.reading.text import cutting, random_access
from core.reading.text.dialect import Dialect
from tests.core.reading.text.files import lines_of, opened, rows_of

AWKWARD = st.text(st.sampled_from('",;|\t\\\n\r a1é€\0'), max_size=5)
#: The slice; `make soak` widens it.
EXAMPLES = max(150, settings.get_profile(settings.get_current_profile_name()).max_examples)
LINE = (
    st.lists(AWKWARD, min_size=0, max_size=5).map(",".join)  # ragged, quotes anywhere, blank
    | st.sampled_from(["a,b,c", '"a,""b",c,d', "", ",,", 'x,"y', 'inch 6",b,c', "é,\\\\,d", 'a,"b\nb",c'])
)


@pytest.fixture(autouse=True)
def _many_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark every third record, so that small files have many."""
    monkeypatch.setattr(cutting, "MARK_EVERY", 3)
    monkeypatch.setattr(random_access, "MARK_EVERY", 3)
    monkeypatch.setattr(random_access, "_FEW", 1)


def _content(text: str, encoding: str, damage: bool) -> bytes:
    raw = text.encode(encoding, "replace")
    return raw.replace("a".encode(encoding), b"\xe2\x82"[: len("a".encode(encoding))]) if damage else raw


def _cells(raw: RawBlock) -> list[list[str | None]]:
    return [list(row) for row in zip(*(c.to_pylist() for c in raw.data.columns), strict=True)]


@settings(max_examples=EXAMPLES)
@given(
    lines=st.lists(LINE, min_size=1, max_size=40),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    last_end=st.booleans(),
    delimiter=st.sampled_from([",", ";", ""]),
    encoding=st.sampled_from(["utf-8", "windows-1252", "utf-16-le", "utf-16-be"]),
    damage=st.booleans(),
    block_size=st.sampled_from([64, 400, 8 << 20]),
    extra=st.booleans(),
    data=st.data(),
)
def test_any_rows_are_those_of_the_whole_block(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[str],
    end: str,
    last_end: bool,
    delimiter: str,
    encoding: str,
    damage: bool,
    block_size: int,
    extra: bool,
    data: st.DataObject,
) -> None:
    first = "one,two,three".replace(",", delimiter or " ")
    text = end.join([first, *lines]) + (end if last_end else "")
    choice: dict[str, Any] = {"delimiter": delimiter, "encoding": encoding, "header_row": 0}
    content = _content(text, encoding, damage)
    try:
        table = opened(tmp_path_factory.mktemp("t"), content, block_size=block_size, **choice).table
    except ReadError:
        assume(False)  # so many zero bytes that it is no text
    if extra:
        table = table.with_extra_cells()
    every = rows_of(table)
    blocks = list(table.blocks())
    told = [line for block in blocks for line in table.read(block).lines or ()]
    start = data.draw(st.integers(0, len(every)))
    stop = data.draw(st.integers(start, len(every) + 2))
    found = read_rows(table, start, stop)
    assert _cells(found) == every[start:stop]
    assert list(found.lines or ()) == told[start:stop]
    numbers = np.array(sorted(data.draw(st.sets(st.integers(0, max(len(every) - 1, 0))))), dtype=np.int64)
    if every:
        scattered = read_at(table, blocks, numbers)
        assert _cells(scattered) == [every[n] for n in numbers]
        assert list(scattered.lines or ()) == [told[n] for n in numbers]
        columns = list(dict.fromkeys([len(table.fields) - 1, 0]))
        some = read_at(table, blocks, numbers, columns)
        assert _cells(some) == [[every[n][c] for c in columns] for n in numbers]


@given(
    lines=st.lists(LINE, max_size=30),
    cr_ends=st.booleans(),
    escape=st.booleans(),
    final=st.booleans(),
)
def test_both_scanners_set_the_same_marks(lines: list[str], cr_ends: bool, escape: bool, final: bool) -> None:
    dialect = Dialect(",", escape=escape, cr_ends=cr_ends)
    buffer = ("\r" if cr_ends else "\n").join(lines).encode()
    quick = cutting.cut_quick(buffer, dialect, final=final) if buffer else None
    if quick is None or not quick.end:
        return
    exact = cutting.cut_exact(buffer, dialect, final=final)
    if exact.end != quick.end:
        return  # the one knows sooner than the other that a last record is whole
    for one, other in (
        (quick.marks.starts, exact.marks.starts),
        (quick.marks.lines, exact.marks.lines),
        (quick.marks.blanks, exact.marks.blanks),
    ):
        assert one.tolist() == other.tolist()


def test_a_part_is_small_and_reads_only_its_own_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "number,what\n" + "".join(f"{n},thing {n}\n" for n in range(10_000))
    table = opened(tmp_path, text).table
    [block] = table.blocks()
    asked: list[int] = []
    read = SourceFile.read_at

    def watched(self: SourceFile, at: int, length: int) -> bytes:
        asked.append(length)
        return read(self, at, length)

    monkeypatch.setattr(SourceFile, "read_at", watched)
    raw = read_rows(table, 5_000, 5_003, [1])
    assert _cells(raw) == [["thing 5000"], ["thing 5001"], ["thing 5002"]]
    assert raw.first_row == 5_000
    assert list(raw.lines or ()) == [5_002, 5_003, 5_004]
    assert sum(asked) < 100
    assert table.part(block, 5_000, 5_003).rows <= 6


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_last_line_without_its_end_does_not_hide_one_inside_a_cell(
    tmp_path: Path, end: str, encoding: str
) -> None:
    text = f'a,b{end}1,"two{end}lines"{end}3,4'
    table = opened(tmp_path, text.encode(encoding), encoding=encoding, header_row=0).table
    assert rows_of(table)[-2:] == [["1", f"two{end}lines"], ["3", "4"]]
    assert lines_of(table)[-2:] == [2, 4]
    assert list(read_rows(table, len(lines_of(table)) - 1, 9).lines or ()) == [4]


def test_first_rows_need_no_more_than_their_block(tmp_path: Path) -> None:
    table = opened(tmp_path, "a,b\n" + "1,2\n" * 10_000, block_size=400).table
    assert read_rows(table, 0, 5).data.num_rows == 5
    assert len(table._blocks) == 1


def test_marks_take_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "MARK_EVERY", 256)
    table = opened(tmp_path, "a,b\n" + "1,2\n" * 100_000).table
    [block] = table.blocks()
    assert isinstance(block.handle, random_access.Span)
    marks = block.handle.marks
    assert sum(a.nbytes for a in (marks.starts, marks.lines, marks.blanks)) < 100_000 / 16


def test_tables_in_memory_and_others_are_read_by_blocks(tmp_path: Path) -> None:
    path = tmp_path / "message.txt"
    path.write_text("x")
    rows = [[f"{n}", None if n % 3 else ""] for n in range(120_000)]
    table = hold(
        open_source(path),
        "t",
        "f",
        [("a", "a"), ("b", "b")],
        rows,
        places=[f"entry[{n}]" for n in range(120_000)],
    )
    found = read_rows(table, 49_999, 50_002)
    assert _cells(found) == rows[49_999:50_002]
    assert list(found.places or ()) == ["entry[49999]", "entry[50000]", "entry[50001]"]
    assert found.lines is None
    assert read_rows(table, 200_000, 200_001).data.num_rows == 0


def test_rows_that_are_not_there_are_refused(tmp_path: Path) -> None:
    table = opened(tmp_path, "a,b\n1,2\n3,4\n").table
    blocks = list(table.blocks())
    with pytest.raises(ReadError) as told:
        read_at(table, blocks, np.array([1, 2]))
    assert told.value.code == "changed"
    assert read_rows(table, -4, 1).data.num_rows == 1
    assert read_rows(table, 2, 9).data.schema.names == ["0", "1"]


def test_a_file_cut_short_after_it_was_opened_is_noticed(tmp_path: Path) -> None:
    table = opened(tmp_path, "a,b\n" + "1,2\n" * 1_000).table
    list(table.blocks())
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ReadError):
        read_rows(table, 900, 910)


@pytest.mark.parametrize("inside", [frozenset(), frozenset({3}), frozenset(range(0, 90, 7))])
@pytest.mark.parametrize("last_end", ["\n", ""])
def test_rows_with_line_ends_inside_are_found_among_rows_without(
    tmp_path: Path, inside: frozenset[int], last_end: str
) -> None:
    rows = [f'{n},"{"two" + chr(10) + "lines" if n in inside else "one, line"}",x' for n in range(90)]
    table = opened(tmp_path, "Number,Note,Code\n" + "\n".join(rows) + last_end).table
    every = rows_of(table)
    told = [line for block in table.blocks() for line in table.read(block).lines or ()]
    assert [row[0] for row in every] == [str(n) for n in range(90)]
    for numbers in (np.arange(0, 90, 9), np.arange(4, 90, 5), np.array([2, 3, 7, 14, 50, 89])):
        found = read_at(table, table.blocks(), numbers)
        assert _cells(found) == [every[n] for n in numbers]
        assert list(found.lines or ()) == [told[n] for n in numbers]
