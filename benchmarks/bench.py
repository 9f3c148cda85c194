"""How fast Threshold is on big files, against a plain copy and plain parsing in the same run.

    python -m benchmarks.bench [--rows 1000000,5000000,10000000] [--quick] [--repeats 3] [--json FILE]

Each step runs in a process of its own, the two sides of a ratio one after the other; figures are medians.
The data is invented, stands in the system's temporary folder (or --data) and is removed afterwards. It has
just been written, so every step finds it in the system's file cache. Standards are stated beside the
figures; the exit status is always 0.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.shapes import FIRST_LOOK, STANDARDS, Case, Standard, cases

ROOT = Path(__file__).resolve().parent.parent
_RATIO = {"survey": "parse", "protect": "copy"}
Figures = dict[str, float]


class StepError(RuntimeError):
    """A step's process ended badly; its own message has been shown."""


def run(step: str, **asked: Any) -> dict[str, Any]:
    """One step in its own process; `whole_seconds` is from its start to its end."""
    before = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.steps", json.dumps({"step": step, **asked})],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StepError(step)
    return {**json.loads(done.stdout.splitlines()[-1]), "whole_seconds": time.perf_counter() - before}


def measure(case: Case, folder: Path, repeats: int) -> dict[str, Any]:
    """All steps of a case, `repeats` times over; medians, and ratios of the pairs of one turn."""
    made = run("make", shape=case.shape, folder=str(folder), rows=case.rows, by_patient=case.by_patient)
    paths, size = made["paths"], sum(made["bytes"])
    seen: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        turn: dict[str, dict[str, Any]] = {}
        for step in case.steps:
            asked: dict[str, Any] = {"paths": paths}
            if step in ("copy", "protect", "release"):
                asked["out"] = str(folder)
            if step in ("protect", "release"):
                asked["profile"] = case.profiles[0]
            turn[step] = run(step, **asked)
            say(f"  {step:<10} {turn[step]['seconds']:7.2f} s")
            for name in ("seconds", "cpu", "peak_mb"):
                seen[f"{step}.{name}"].append(turn[step][name])
        for step, peer in _RATIO.items():
            if step in turn and peer in turn:
                seen[f"{step}.ratio"].append(turn[step]["seconds"] / turn[peer]["seconds"])
                seen[f"{step}.cpu_ratio"].append(turn[step]["cpu"] / turn[peer]["cpu"])
    for path in paths:
        Path(path).unlink()
    figures = {name: round(statistics.median(values), 3) for name, values in seen.items()}
    return {"case": case.name, "rows": case.rows, "mb": round(size / 1e6, 1), "figures": figures}


def measure_first_look(folder: Path, rows: int, repeats: int) -> dict[str, Any]:
    """A file of 17 fields with long notes: opened, flagged, previewed, from a standing start."""
    made = run("make", shape="wide", folder=str(folder), rows=rows, by_patient=False)
    turns = [run("first_look", paths=made["paths"]) for _ in range(max(repeats, 3))]
    for path in made["paths"]:
        Path(path).unlink()
    figures = {
        f"first_look.{name}": round(statistics.median(turn[name] for turn in turns), 3)
        for name in ("seconds", "whole_seconds", "cpu", "peak_mb")
    }
    return {
        "case": f"wide, {rows:,} rows x 17 fields",
        "rows": rows,
        "mb": round(sum(made["bytes"]) / 1e6, 1),
        "figures": figures,
    }


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def show(result: dict[str, Any], standards: tuple[Standard, ...]) -> None:
    """One case as a table."""
    figures: Figures = result["figures"]
    print(f"\n{result['case']}  ({result['mb']:,.0f} MB)")
    print(f"  {'':<12}{'seconds':>9}{'MB/s':>9}{'cpu s':>9}{'peak MB':>9}  ratio")
    for step in dict.fromkeys(name.split(".")[0] for name in figures):
        seconds = figures[f"{step}.seconds"]
        ratio = ""
        if f"{step}.ratio" in figures:
            peer = _RATIO[step]
            ratio = (
                f"{figures[f'{step}.ratio']:.2f} x {peer} ({figures[f'{step}.cpu_ratio']:.2f} in cpu time)"
            )
        if f"{step}.whole_seconds" in figures:
            ratio = f"{figures[f'{step}.whole_seconds']:.2f} s with the program's own start"
        print(
            f"  {step.replace('_', ' '):<12}{seconds:9.2f}{result['mb'] / seconds:9.0f}"
            f"{figures[f'{step}.cpu']:9.2f}{figures[f'{step}.peak_mb']:9.0f}  {ratio}"
        )
    for standard in standards:
        if standard.figure in figures:
            met = figures[standard.figure] <= standard.limit
            print(
                f"  {'met' if met else 'NOT MET':<8}{standard.words}: {figures[standard.figure]:.2f} "
                f"{standard.unit}, standard {standard.limit:g}"
            )


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    options.formatter_class = argparse.RawDescriptionHelpFormatter
    options.add_argument("--rows", default="1000000,5000000,10000000", help="sizes of the report")
    options.add_argument("--bulk-rows", type=int, default=1_000_000, help="rows of the EMIS bulk extract")
    options.add_argument("--repeats", type=int, default=3, help="turns, of which the median is taken")
    options.add_argument("--quick", action="store_true", help="50,000 rows, one turn: does it run?")
    options.add_argument("--only", default="", help="cases whose name has this in it")
    options.add_argument("--data", type=Path, help="where to put the invented data")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return options.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse_arguments(arguments)
    rows = tuple(int(text) for text in options.rows.split(","))
    repeats, bulk_rows, wide_rows = options.repeats, options.bulk_rows, 100_000
    if options.quick:
        rows, repeats, bulk_rows, wide_rows = (50_000,), 1, 50_000, 20_000
    results = []
    with tempfile.TemporaryDirectory(prefix="threshold-bench-", dir=options.data) as name:
        folder = Path(name)
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")
        for case in cases(rows, bulk_rows=bulk_rows):
            if options.only not in case.name:
                continue
            say(case.name)
            try:
                results.append(measure(case, folder, repeats))
            except StepError as error:
                print(f"\n{case.name}\n  NOT MEASURED: the step '{error}' failed")
                continue
            show(results[-1], STANDARDS if case.standards else ())
        if options.only in "wide":
            say("wide")
            try:
                results.append(measure_first_look(folder, wide_rows, repeats))
                show(results[-1], FIRST_LOOK)
            except StepError as error:
                print(f"\nwide\n  NOT MEASURED: the step '{error}' failed")
    if hasattr(os, "getloadavg"):
        print(f"\nLoad of the machine at the end: {os.getloadavg()[1]:.1f} (other work makes seconds longer)")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    else:
        print(json.dumps(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
