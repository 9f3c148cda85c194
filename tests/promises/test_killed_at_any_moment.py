"""Promise 6 at random moments: a run killed after any number of milliseconds leaves no half-done release.

A few kills in the ordinary run; `make soak` kills many times and says how many.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main
from core.demo import write
from core.release import verify_release

PHRASE = "a pass phrase for tests"
KILLS = max(4, int(os.environ.get("THRESHOLD_SOAK", "0")) // 10)


def _command(source: list[Path], key: Path, out: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "core.cli", "export", *map(str, source)),
        *("--profile", "approved-research", "--recipient", "Trial", "--project", "Feet"),
        *("--key-file", str(key), "--out", str(out), "--format", "csv", "--json"),
        *("--objections-from", "none:invented people", "--assume-registered"),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_whatever_the_moment_of_the_kill_what_has_a_final_name_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", PHRASE)
    source = write("report", tmp_path / "in", patients=60)
    key = tmp_path / "key.json"
    assert main(["key", "create", str(key)]) == 0
    out = tmp_path / "out"
    chance = random.Random(20131)
    killed = whole = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            _command(source, key, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(chance.uniform(0.6, 2.6))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        finished = [path for path in out.iterdir() if not path.name.startswith(".")] if out.exists() else []
        for release in finished:
            assert verify_release(release).passed
        whole = len(finished)
    capsys.readouterr()
    assert main(_command(source, key, out)[3:]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert verify_release(Path(answer["release"])).passed
    # The run that came through cleared away whatever the killed ones had left.
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    with capsys.disabled():
        if "THRESHOLD_SOAK" in os.environ:
            sys.stdout.write(f"\nkilled {killed} of {KILLS} runs; {whole} came through whole\n")
