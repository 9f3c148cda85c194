"""`make bench` runs: every step in a process of its own, leaving nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def bench(data: Path, figures: Path, *options: str) -> tuple[str, list[dict[str, Any]]]:
    data.mkdir()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.bench",
            "--quick",
            f"--data={data}",
            f"--json={figures}",
            *options,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "NOT MEASURED" not in done.stdout, done.stderr
    assert list(data.iterdir()) == []
    return done.stdout, json.loads(figures.read_text(encoding="utf-8"))


def test_quick_bench_measures_every_step_and_removes_its_data(tmp_path: Path) -> None:
    told, [result, coded] = bench(tmp_path / "data", tmp_path / "figures.json", "--only", "EMIS bulk")
    assert result["rows"] == coded["rows"] == 50_000
    assert "surrogates" in coded["case"]
    assert coded["figures"]["protect.ratio"] > 0
    assert told.count("x copying, standard 4") == 2
    for name in ("first_row.seconds", "survey.ratio", "protect.ratio", "protect.peak_mb", "release.seconds"):
        assert result["figures"][name] > 0


def test_a_folder_and_rows_here_and_there_are_measured_when_asked_for(tmp_path: Path) -> None:
    told, [folder, rows] = bench(tmp_path / "data", tmp_path / "figures.json", "folder", "any-row")
    assert folder["case"] == "folder of 20 tables, 40,000 rows"
    for name in ("first_rows.seconds", "fields.seconds", "survey.peak_mb", "release.peak_mb"):
        assert folder["figures"][name] > 0
    for name in ("any_row.touched_worst_ms", "any_row.untouched_worst_ms", "scattered.page_worst_ms"):
        assert rows["figures"][name] > 0
    assert "standard 700" in told
    assert "standard 30" in told


def test_looking_codes_up_is_measured_against_parsing_when_asked_for(tmp_path: Path) -> None:
    told, results = bench(tmp_path / "data", tmp_path / "figures.json", "codes", "--only", "2,000 different")
    assert [result["case"].split()[0] for result in results] == ["snomed", "read", "emis"]
    assert all(result["figures"]["lookup.ratio"] > 0 for result in results)
    assert "standard 1" in told
