"""A file that was cut short is told, and one that only lacks its last line end is not called so."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Severity
from core.reading import open_export
from core.reading.archives import checkpoints
from core.reading.text.endings import CUT, INCOMPLETE, NO_LINE_END
from tests.core.reading.archives.archived import write, zipped
from tests.core.reading.text.files import problems_of

HEAD = b"NHS number,Surname,Note,Date\r\n"
ROWS = b"".join(b'999%07d,White,"seen, well\r\nand more",02/03/2024\r\n' % n for n in range(4000))


def told(folder: Path, content: bytes) -> tuple[list[str], list[str]]:
    export = open_export([write(folder, "list.csv", content)])
    return [h.id for h in export.hazards], [p.what for p in export.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
@pytest.mark.parametrize(
    ("cut", "is_cut"),
    [
        (b"", False),
        (b"9990000018,May,x,01/02/2024\r\n", False),
        (b'9990000018,May,"two\r\nlines",01/02/2024\r\n', False),
        (b"9990000018,May", True),
        (b"9990000018,May,", True),
        (b"99900", True),
        (b'9990000018,May,"seen, we', True),
        (b'9990000018,May,"seen, well\r\nand', True),
        (b'9990000018,May,"seen, well\r\nand more\r\n', True),
    ],
)
def test_a_file_that_ends_inside_a_row_is_told(
    tmp_path: Path, encoding: str, cut: bytes, is_cut: bool
) -> None:
    for rows in (ROWS, ROWS[: ROWS.index(b"9990000003")]):
        hazards, problems = told(tmp_path, (HEAD + rows + cut).decode().encode(encoding))
        assert hazards == (["cut_short"] if is_cut else [])
        assert NO_LINE_END not in problems


def test_a_cut_file_stops_a_release_and_says_what_to_do(tmp_path: Path) -> None:
    export = open_export([write(tmp_path, "list.csv", HEAD + ROWS[:-30])])
    assert export.hazards[0].severity is Severity.BLOCKS
    assert "Copy it again" in export.hazards[0].why


def test_a_missing_last_line_end_alone_is_a_remark(tmp_path: Path) -> None:
    assert told(tmp_path, HEAD + ROWS.removesuffix(b"\r\n")) == ([], [NO_LINE_END])
    assert told(tmp_path, HEAD + b'9990000018,May,"two\r\nlines",01/02/2024') == ([], [NO_LINE_END])
    assert told(tmp_path, HEAD) == ([], [])


@pytest.mark.parametrize("cut", [b"9990000018,May", b'9990000018,May,"seen, we'])
def test_the_end_of_a_large_member_is_told_when_it_is_read(
    tmp_path: Path, cut: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "_NEAR", 0)
    path = write(tmp_path, "x.zip", zipped({"list.csv": HEAD + ROWS + cut}))
    export = open_export([path])
    assert export.hazards == ()
    assert CUT in [p.what for p in problems_of(export.tables[0])]
    notice = b"Complete results are available in the practice system\r\n"
    path = write(tmp_path, "y.zip", zipped({"list.csv": HEAD + ROWS + notice}))
    assert INCOMPLETE in [p.what for p in problems_of(open_export([path]).tables[0])]


@pytest.mark.parametrize("rows", [3, 30_000])
def test_a_plain_file_that_says_it_is_not_whole_is_heeded(rows: int, tmp_path: Path) -> None:
    """Also where it is no report that Threshold knows, and however long it is."""
    path = tmp_path / "list.csv"
    lines = [
        "NHS number,Surname",
        *["9990000018,White"] * rows,
        "Complete results are available in the system",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert [h.id for h in open_export([path]).hazards] == ["incomplete_results"]
