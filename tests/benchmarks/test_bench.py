"""`make bench` runs: every step in a process of its own, leaving nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_quick_bench_measures_every_step_and_removes_its_data(tmp_path: Path) -> None:
    data, figures = tmp_path / "data", tmp_path / "figures.json"
    data.mkdir()
    options = ["--quick", "--only", "EMIS bulk", "--data", str(data), "--json", str(figures)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "NOT MEASURED" not in done.stdout, done.stderr
    [result] = json.loads(figures.read_text(encoding="utf-8"))
    assert result["rows"] == 50_000
    for name in ("first_row.seconds", "survey.ratio", "protect.ratio", "protect.peak_mb", "release.seconds"):
        assert result["figures"][name] > 0
    assert list(data.iterdir()) == []
