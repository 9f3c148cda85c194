"""Whoever looks at a patient's record is written down first, without a patient's name, for good."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.model import ThresholdError, UsageError, VerificationError
from core.patients.looks import (
    Look,
    begin_another,
    check_looks,
    export_fingerprint,
    looks_path,
    read_looks,
    record_look,
)
from core.reading import open_export
from core.release import chained_log
from core.release.stage import WriteError

CODE = "P-7KQ2-M9XD-0RHE-5V2T"
ONE = Look("Dr Rowan Example", "gp", "patient", CODE, export_fingerprint="0" * 64)
ROWS = Look("Sam Sample", "staff", "rows", table=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "new folder" / "looks.jsonl"
    for look in (ONE, ROWS, ONE):
        record_look(place, look)
    return place


def test_who_looked_at_what_and_when_is_kept(path: Path) -> None:
    when = datetime(2018, 8, 6, 14, 30, tzinfo=UTC)
    assert record_look(path, ROWS, now=when).entries == 4
    entries = read_looks(path)
    assert [entry["n"] for entry in entries] == [1, 2, 3, 4]
    told = entries[-1]
    assert (told["by"], told["role"], told["what"], told["table"]) == ("Sam Sample", "staff", "rows", 2)
    assert told["when"] == "2018-08-06T14:30:00+00:00"
    assert entries[0]["code"] == CODE


@pytest.mark.parametrize(
    "look",
    [
        replace(ONE, by=""),
        replace(ONE, by="Sam, for 999 123 4560"),
        replace(ONE, by="x" * 101),
        replace(ONE, by="Sam\x00Sample"),
        replace(ONE, by="Sam \u202eelpmaS"),
        replace(ONE, code="Agnes Quixley"),
        replace(ONE, code="9991234560"),
        replace(ROWS, table="Quixley Agnes.csv"),  # type: ignore[arg-type]
        replace(ROWS, table=-1),
        replace(ROWS, what="Agnes Quixley"),  # type: ignore[arg-type]
        replace(ROWS, role="Agnes Quixley"),  # type: ignore[arg-type]
        replace(ROWS, export_fingerprint="Quixley Agnes.csv"),
    ],
)
def test_no_name_of_a_patient_gets_in(tmp_path: Path, look: Look) -> None:
    with pytest.raises(UsageError) as caught:
        record_look(tmp_path / "looks.jsonl", look)
    assert "Quixley" not in f"{caught.value.message} {caught.value.where}"
    assert list(tmp_path.iterdir()) == []


def _lines(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[:-1],
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[1].replace(b"Sample", b"Simple"), lines[2]],
        lambda lines: [*lines, lines[2]],
        lambda lines: [lines[0], lines[1], lines[2].rstrip(b"\n")],
    ],
)
def test_a_changed_record_shows_nothing_more_until_another_is_begun(
    path: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    _lines(path, change)
    changed = path.read_bytes()
    for act in (check_looks, read_looks, lambda place: record_look(place, ONE)):
        with pytest.raises(VerificationError, match=r"Keep this one|is gone") as caught:
            act(path)
        assert caught.value.code == "looks"
    assert path.read_bytes() == changed
    kept = begin_another(path)
    assert kept.read_bytes() == changed
    assert record_look(path, ONE).entries == 2
    assert len(read_looks(path)[0]["set_aside"]) == 64
    with pytest.raises(VerificationError):
        check_looks(kept)


def test_a_whole_record_cannot_be_set_aside(path: Path) -> None:
    with pytest.raises(UsageError, match="as it was written"):
        begin_another(path)
    assert check_looks(path).entries == 3


def test_a_record_that_is_gone_is_noticed_and_another_can_be_begun(path: Path) -> None:
    path.unlink()
    with pytest.raises(VerificationError, match="is gone"):
        check_looks(path)
    with pytest.raises(VerificationError):
        record_look(path, ONE)
    begin_another(path)
    assert record_look(path, ONE).entries == 2


def test_where_nobody_looked_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nobody looked"):
        check_looks(tmp_path / "looks.jsonl")


def _refuses(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("what", ["fsync", "replace", "mkdir", "open"])
def test_what_cannot_be_written_down_may_not_be_shown_and_breaks_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    before = check_looks(path)
    with monkeypatch.context() as refusing:
        refusing.setattr(*((os, "fsync") if what == "fsync" else (Path, what)), _refuses)
        with pytest.raises(WriteError, match="nothing is shown") as caught:
            record_look(path, ONE)
    assert caught.value.__cause__ is None
    assert check_looks(path).entries in (before.entries, before.entries + 1)
    assert record_look(path, ONE).entries > before.entries


def test_a_full_disk_leaves_no_half_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = path.read_bytes()
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", _refuses)
        with pytest.raises(WriteError):
            record_look(path, ONE)
    assert path.read_bytes() == kept


def test_a_folder_that_cannot_be_written_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WriteError):
        record_look(tmp_path / "file" / "looks.jsonl", ONE)


def test_windows_that_look_at_once_follow_each_other(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: record_look(path, ONE), range(40)))
    assert check_looks(path).entries == 43


def test_programs_that_look_at_once_follow_each_other(path: Path) -> None:
    ask = "import sys; from pathlib import Path; from core.patients.looks import *; print(flush=True); "
    ask += f"[record_look(Path(sys.argv[1]), Look('Sam', 'gp', 'patient', '{CODE}')) for _ in range(30)]"
    root = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", ask, str(path)]
    with subprocess.Popen(command, env=root, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()  # it begins now
        for _ in range(30):
            record_look(path, ONE)
    assert other.returncode == 0
    assert check_looks(path).entries == 63


def test_the_beginning_is_not_gone_through_again_and_a_change_of_it_still_shows(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(20):
        record_look(path, ONE)
    asked = []
    whole = chained_log._hash
    monkeypatch.setattr(chained_log, "_hash", lambda entry: asked.append(1) or whole(entry))
    record_look(path, ONE)
    assert len(asked) <= 3
    _lines(path, lambda lines: [lines[0].replace(b"Rowan", b"Robin"), *lines[1:]])
    with pytest.raises(VerificationError, match="From look 1 on"):
        record_look(path, ONE)


def test_the_record_stands_where_it_was_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THRESHOLD_LOOKS", str(tmp_path / "practice.jsonl"))
    assert looks_path() == tmp_path / "practice.jsonl"
    monkeypatch.delenv("THRESHOLD_LOOKS")
    assert looks_path().name == "looks.jsonl"


def test_an_export_is_known_again_without_its_name(tmp_path: Path) -> None:
    rows = "NHS number,Code\n" + "9991234560,44054006\n" * 9_000
    (tmp_path / "Quixley.csv").write_text(rows)
    (tmp_path / "other.csv").write_text(rows)
    (tmp_path / "third.csv").write_text(rows[:-2] + "7\n")
    (tmp_path / "longer.csv").write_text(rows + rows[-20:])
    one, same, end, longer = (
        export_fingerprint(open_export([tmp_path / f"{name}.csv"]))
        for name in ("Quixley", "other", "third", "longer")
    )
    assert one == same
    assert len({one, end, longer}) == 3
    gone = open_export([tmp_path / "third.csv"])
    (tmp_path / "third.csv").unlink()
    with pytest.raises(ThresholdError, match="cannot be read any more"):
        export_fingerprint(gone)


def test_lines_have_nothing_but_what_a_look_has(path: Path) -> None:
    for line in path.read_text("ascii").splitlines():
        assert set(json.loads(line)) == {
            *("v", "n", "when", "before", "hash"),
            *("by", "role", "what", "code", "table", "export_fingerprint"),
        }
