"""Promise 6: nothing half-done looks done, whatever fails and wherever the run is killed."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.release import csv_file, job
from core.release.stage import PREFIX
from tests.core.release.test_export import OneDay

PHRASE = "a pass phrase for tests"
CHECK_DIGITS = {1: 8, 2: 6, 3: 4, 4: 2, 5: 0}  # of 99900000n by modulus 11


def _source(folder: Path) -> Path:
    path = folder / "patients.csv"
    lines = ["NHS Number,Surname,Forename,Date of birth,Postcode,Sex,Code,Term"]
    for n in range(400):
        who = n % 5 + 1
        lines.append(
            f"99900000{who}{CHECK_DIGITS[who]},Surname{'abcde'[who - 1]},Forename,19{50 + who}-01-0{who},"
            f"BS{who} 5QA,F,44054006,Type 2 diabetes mellitus"
        )
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    folder = tmp_path_factory.mktemp("half-done")
    os.environ["THRESHOLD_PASSPHRASE"] = PHRASE
    key = folder / "key.json"
    assert main(["key", "create", str(key)]) == 0
    yield _source(folder), key
    del os.environ["THRESHOLD_PASSPHRASE"]


def _arguments(made: tuple[Path, Path], out: Path, form: str = "csv") -> list[str]:
    source, key = made
    return [
        "export",
        str(source),
        *("--profile", "approved-research", "--recipient", "Trial", "--project", "Feet"),
        *("--key-file", str(key), "--out", str(out), "--format", form, "--json"),
        *("--objections-from", "none:invented people", "--assume-registered"),
    ]


def _error(text: str) -> dict[str, str]:
    answer: dict[str, Any] = json.loads(text)
    assert list(answer) == ["error"]
    found: dict[str, str] = answer["error"]
    return found


class Fault:
    """Counts the calls of a function and lets the nth one find the disk full."""

    def __init__(self, patch: pytest.MonkeyPatch, owner: object, name: str, at: int | None) -> None:
        self.calls = 0
        real: Callable[..., Any] = getattr(owner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if self.calls == at:
                raise OSError(errno.ENOSPC, "No space left on device", "/a/path/that/must/not/show")
            return real(*args, **kwargs)

        patch.setattr(owner, name, call)


WHERE: list[tuple[object, str]] = [
    (os, "fsync"),
    (Path, "rename"),
    (Path, "mkdir"),
    (Path, "open"),
    (csv_file._CsvFile, "write"),
]


@pytest.mark.parametrize(("owner", "name"), WHERE, ids=[name for _, name in WHERE])
def test_a_full_disk_at_any_moment_leaves_no_release_or_a_whole_one(
    made: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    owner: object,
    name: str,
) -> None:
    with monkeypatch.context() as patch:
        counted = Fault(patch, owner, name, None)
        assert main(_arguments(made, tmp_path / "good")) == 0
    capsys.readouterr()
    assert counted.calls > 0
    reached = 0
    # Each of the first and last moments, and some of many in between.
    step = max(1, counted.calls // 10)
    for at in {*range(1, counted.calls + 1, step), counted.calls}:
        out = tmp_path / f"out{at}"
        out.mkdir()
        with monkeypatch.context() as patch:
            Fault(patch, owner, name, at)
            status = main(_arguments(made, out))
        answer, words = capsys.readouterr()
        if status == 0:  # whole: only the note of its key could not be kept
            assert "The release is done." in words, f"{name} call {at}"
            (release,) = out.iterdir()
            assert main(["verify", str(release), "--json"]) == 0
            capsys.readouterr()
            continue
        assert list(out.iterdir()) == [], f"{name} call {at}"
        assert status in (1, 2, 3, 5), f"{name} call {at}"
        error = _error(answer)
        assert "/a/path" not in answer
        reached += error["code"] == "not_written"
    assert reached > 0


def test_a_format_that_writes_through_another_library_too(
    made: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import zipfile

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        Fault(patch, zipfile.ZipFile, "write", 2)
        assert main(_arguments(made, out, "xlsx")) == 1
    assert _error(capsys.readouterr().out)["code"] == "not_written"
    assert not out.exists()


POINTS = {
    "while writing rows": ("core.release.csv_file", "_CsvFile.write"),
    "before the check": ("core.release.job", "check_written"),
    "before the manifest": ("core.release.job", "manifest_page"),
    "before the last rename": ("core.release.stage", "Stage.finish"),
}

_STOPS = """
    import importlib, sys, time
    module, _, name = {module!r}, None, {name!r}
    owner = importlib.import_module(module)
    *parts, last = name.split(".")
    for part in parts:
        owner = getattr(owner, part)
    def stop(*args, **kwargs):
        print("here", file=sys.stderr, flush=True)
        time.sleep(600)
    setattr(owner, last, stop)
    from core.cli import main
    sys.exit(main(sys.argv[1:]))
"""


def _start(made: tuple[Path, Path], out: Path, point: str) -> subprocess.Popen[bytes]:
    module, name = POINTS[point]
    script = textwrap.dedent(_STOPS).format(module=module, name=name)
    process = subprocess.Popen(
        [sys.executable, "-c", script, *_arguments(made, out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "THRESHOLD_PASSPHRASE": PHRASE},
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip() == b"here":
            return process
    process.wait()
    raise AssertionError("the export never got so far")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("point", POINTS)
def test_killed_it_leaves_no_release_and_the_next_run_clears_up(
    made: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    point: str,
) -> None:
    monkeypatch.setattr(job, "datetime", OneDay)  # the day stands in the name
    process = _start(made, tmp_path, point)
    assert main(_arguments(made, tmp_path)) == 0  # beside one that still works: its stage is left alone
    answer = json.loads(capsys.readouterr().out)
    assert answer["unfinished_removed"] == 0
    left = {path.name for path in tmp_path.iterdir()}
    assert sum(name.startswith(PREFIX) for name in left) == 1
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert {name for name in left if not name.startswith(".")} == {Path(answer["release"]).name}
    assert main(_arguments(made, tmp_path)) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["unfinished_removed"] == 1
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert Path(again["release"]).name == Path(answer["release"]).name + "-2"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that can be caught")
def test_asked_to_stop_it_clears_up_itself(made: tuple[Path, Path], tmp_path: Path) -> None:
    process = _start(made, tmp_path / "out", "before the check")
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=300)
    assert _error(output.decode())["code"] == "cancelled"
    assert process.returncode == 130
    assert not (tmp_path / "out").exists()


def test_a_failed_check_leaves_no_release(
    made: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A disk that gives back other bytes than it was given."""
    import pyarrow as pa

    real = csv_file.as_strings

    def spoiled(batch: pa.RecordBatch, fields: tuple[str, ...]) -> pa.RecordBatch:
        batch = real(batch, fields)
        columns = [*batch.columns[:-1], pa.array(["Type 1 diabetes"] * batch.num_rows)]
        return pa.RecordBatch.from_arrays(columns, names=list(fields))

    monkeypatch.setattr(csv_file, "as_strings", spoiled)
    assert main(_arguments(made, tmp_path / "out")) == 5
    assert _error(capsys.readouterr().out)["code"] == "check.cells"
    assert not (tmp_path / "out").exists()
