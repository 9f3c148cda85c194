"""Files that change, go away or are locked: noticed whenever they are read, and said in plain words."""

from __future__ import annotations

import errno
import os
import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.model import ReadError
from core.reading import open_export, source_checksum
from core.reading.source import HeldSource, SourceFile, SourceStream, cannot_read, open_source
from tests.core.reading.text.files import rows_of

ROWS = b"NHS number,Surname\n" + b"".join(b"999%07d,White\n" % n for n in range(1_200_000))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "list.csv"
    path.write_bytes(ROWS)
    return path


def rewrite(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def replaced(path: Path) -> None:
    """Another file of the same size and time takes its place."""
    status = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(b"White", b"Green"))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def touched(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(30)
        file.write(b"B")
    os.utime(path, ns=(1, 1))


CHANGES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "grown": (lambda p: rewrite(p, ROWS + b"9990000018,May\n"), "changed", "longer"),
    "cut": (lambda p: rewrite(p, ROWS[: len(ROWS) // 2]), "changed", "shorter"),
    "emptied": (lambda p: rewrite(p, b""), "changed", "shorter"),
    "written again": (touched, "changed", "written again"),
    "replaced": (replaced, "changed", "another file"),
    "gone": (lambda p: p.unlink(), "missing", "not there any more"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_changes_are_noticed_in_the_middle_of_reading(tmp_path: Path, case: str) -> None:
    change, code, words = CHANGES[case]
    path = tmp_path / "list.csv"
    path.write_bytes(ROWS)
    table = open_export([path]).tables[0]
    blocks = table.blocks()
    first = next(blocks)
    table.read(first)
    change(path)
    for attempt in (lambda: next(blocks), lambda: table.read(first)):
        with pytest.raises(ReadError, match=words) as caught:
            attempt()
        assert caught.value.code == code
        assert caught.value.exit_status == 3
        assert "White" not in caught.value.message


def test_a_file_cut_while_it_is_being_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(ROWS)
    source = open_source(path)
    stop = threading.Event()

    def cut() -> None:
        while not stop.is_set():
            os.truncate(path, len(ROWS) // 3)

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        with pytest.raises(ReadError) as caught:
            _read_often(source)
        assert caught.value.code == "changed"
    finally:
        stop.set()
        thread.join()


def _read_often(source: SourceFile) -> None:
    for _ in range(200):
        source.read_at(0, len(ROWS))


def windows(number: int, kind: type[OSError] = OSError) -> OSError:
    error = kind(errno.EACCES, "words of the system")
    error.winerror = number  # type: ignore[attr-defined]
    return error


ERRORS: list[tuple[OSError, str, str]] = [
    *[
        (OSError(number, "words of the system"), "unreachable", "network")
        for number in (
            errno.ESTALE, errno.EIO, errno.ENOTCONN, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH,
            errno.ENETDOWN, errno.ENETUNREACH, errno.ECONNRESET, errno.ENODEV, errno.ENXIO,
        )
    ],
    (TimeoutError(), "unreachable", "network"),
    (windows(53), "unreachable", "network"),
    (windows(64), "unreachable", "network"),
    (windows(1231), "unreachable", "network"),
    (windows(21), "unreachable", "network"),
    (windows(32, PermissionError), "locked", "Excel"),
    (windows(33, PermissionError), "locked", "Excel"),
    (OSError(errno.EBUSY, "words of the system"), "locked", "Excel"),
    (PermissionError(errno.EACCES, "words of the system"), "locked", "may not read"),
    (FileNotFoundError(errno.ENOENT, "words of the system"), "missing", "not there"),
    (NotADirectoryError(errno.ENOTDIR, "words of the system"), "missing", "not there"),
    (OSError(errno.ENOMEM, "words of the system"), "unreachable", "own disk"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code", "words"), ERRORS, ids=lambda v: getattr(v, "errno", None) or str(v)
)
def test_each_failure_of_the_system_has_plain_words(error: OSError, code: str, words: str) -> None:
    told = cannot_read("list.csv", error)
    assert told.code == code
    assert words in told.message
    assert told.message.startswith("list.csv ")
    assert "words of the system" not in told.message


@pytest.mark.parametrize(("error", "code", "words"), [ERRORS[0], ERRORS[2], ERRORS[-5]])
def test_a_drive_that_goes_away_is_said_whenever_it_goes(
    big: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, code: str, words: str
) -> None:
    export = open_export([big])
    table = export.tables[0]
    first = next(table.blocks())
    real_open, real_stat = Path.open, Path.stat

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", fail)
    monkeypatch.setattr(Path, "stat", fail)
    for attempt in (
        lambda: table.read(first),
        lambda: list(table.blocks()),
        lambda: source_checksum(export),
        lambda: open_source(big),
    ):
        with pytest.raises(ReadError, match=words) as caught:
            attempt()
        assert caught.value.code == code
        assert caught.value.__cause__ is None
    monkeypatch.setattr(Path, "open", real_open)
    monkeypatch.setattr(Path, "stat", real_stat)
    assert table.read(first).data.num_rows  # and it goes on where the drive is back


def test_held_bytes_notice_that_their_file_changed(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"abc")
    held = HeldSource(open_source(path), "list.csv", b"1234")
    assert held.read_at(1, 2) == b"23"
    assert (held.name, held.stem, held.size) == ("x.bin › list.csv", "list", 4)
    path.write_bytes(b"abcd")
    with pytest.raises(ReadError) as caught:
        held.read_at(0, 1)
    assert caught.value.code == "changed"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of Unix")
def test_a_pipe_is_refused_and_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "list.csv")
    with pytest.raises(ReadError, match="not a file"):
        open_export([tmp_path / "list.csv"])
    (tmp_path / "other.csv").write_bytes(b"a,b\n1,2\n")
    export = open_export([tmp_path])
    assert [t.name for t in export.tables] == ["other"]


def test_a_stream_over_a_source_reads_like_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(bytes(range(100)))
    stream = SourceStream(open_source(path))
    assert stream.read(3) == b"\0\1\2"
    assert stream.seek(-2, os.SEEK_END) == 98
    assert stream.read() == b"bc"
    assert stream.read(1) == b""
    buffer = bytearray(4)
    stream.seek(10)
    assert stream.readinto(buffer) == 4
    assert bytes(buffer) == bytes(range(10, 14))
    with pytest.raises(ValueError, match="before"):
        stream.seek(-1)


def test_tables_of_a_file_go_to_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(ROWS[:200])
    table = open_export([path]).tables[0]
    assert rows_of(pickle.loads(pickle.dumps(table))) == rows_of(table)
