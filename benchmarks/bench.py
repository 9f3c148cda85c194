"""How fast Threshold is on big files, against a plain copy and plain parsing in the same run.

    python -m benchmarks.bench [files] [folder] [any-row] [codes] [fields] [categories] [freetext]
                               [--rows 1000000,5000000,10000000] [--quick] [--repeats 3] [--json FILE]

'files' (the default): single files of each shape. 'folder': twenty tables with twenty million rows together.
'any-row': rows here and there in a text file of ten million. 'fields': not how fast but how right: what every
field of the published layouts and sample files is found to be (benchmarks/field_kinds.py). 'categories':
how many of the sensitive codes of published lists are found (benchmarks/categories.py). 'freetext': how much
of what names people is taken out of notes (benchmarks/freetext.py).

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
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import categories, field_kinds, freetext
from benchmarks.lookups import KINDS
from benchmarks.shapes import ANY_ROW, BULK, FIRST_LOOK, FOLDER, LOOKUP, STANDARDS, Case, Standard, cases

ROOT = Path(__file__).resolve().parent.parent
_RATIO = {"survey": "parse", "protect": "copy"}
WHAT = ("files", "folder", "any-row", "codes", "fields", "categories", "freetext")
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
            if case.surrogates and step == "protect":
                asked["surrogates"] = True
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
    names = ("seconds", "whole_seconds", "cpu", "peak_mb")
    return _in_turns(f"wide, {rows:,} rows x 17 fields", made, "first_look", rows, max(repeats, 3), names)


def _in_turns(
    case: str, made: dict[str, Any], step: str, rows: int, repeats: int, names: tuple[str, ...]
) -> dict[str, Any]:
    """One step on made files, so many times, and the medians of what it tells; the files are removed."""
    turns = [run(step, paths=made["paths"]) for _ in range(repeats)]
    for path in made["paths"]:
        Path(path).unlink()
    figures = {f"{step}.{name}": round(statistics.median(turn[name] for turn in turns), 3) for name in names}
    return {"case": case, "rows": rows, "mb": round(sum(made["bytes"]) / 1e6, 1), "figures": figures}


def measure_folder(folder: Path, rows: int, repeats: int) -> dict[str, Any]:
    """Twenty tables: first rows, what the fields are, the survey, what leaves, and a whole release."""
    made = run("make_folder", folder=str(folder), rows=rows)
    seen: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        for step in ("first_rows", "fields", "survey", "protect", "release"):
            asked: dict[str, Any] = {"paths": made["paths"]}
            if step in ("protect", "release"):
                asked |= {"out": str(folder), "profile": "approved-research"}
            told = run(step, **asked)
            say(f"  {step:<10} {told['seconds']:7.2f} s {told['peak_mb']:6.0f} MB")
            for name in ("seconds", "cpu", "peak_mb"):
                seen[f"{step}.{name}"].append(told[name])
    figures = {name: round(statistics.median(values), 3) for name, values in seen.items()}
    return {
        "case": f"folder of {len(made['paths'])} tables, {rows:,} rows",
        "rows": rows,
        "mb": round(sum(made["bytes"]) / 1e6, 1),
        "figures": figures,
    }


def measure_any_row(folder: Path, rows: int) -> dict[str, Any]:
    """Rows here and there, and pages of rows that stand far apart."""
    made = run("make", shape="report", folder=str(folder), rows=rows, by_patient=False)
    figures: Figures = {}
    for step in ("any_row", "scattered"):
        told = run(step, paths=made["paths"])
        figures |= {f"{step}.{name}": round(value, 3) for name, value in told.items()}
    Path(made["paths"][0]).unlink()
    return {
        "case": f"any row of a report, {rows:,} rows",
        "rows": rows,
        "mb": round(sum(made["bytes"]) / 1e6, 1),
        "figures": figures,
    }


def measure_lookup(folder: Path, kind: str, rows: int, distinct: int, repeats: int) -> dict[str, Any]:
    """Looking up the codes of a file, and plain parsing of it, in one process: seconds, and their ratio."""
    made = run("make_codes", folder=str(folder), kind=kind, rows=rows, distinct=distinct)
    case = f"{kind} codes, {distinct:,} different, {rows:,} rows"
    return _in_turns(case, made, "lookup", rows, repeats, ("cpu", "parse_cpu", "ratio", "peak_mb"))


def show_lookup(result: dict[str, Any]) -> None:
    """One line: seconds of work on each side."""
    figures: Figures = result["figures"]
    print(f"\n{result['case']}  ({result['mb']:,.0f} MB)")
    print(f"  look-up {figures['lookup.cpu']:.2f} s of work, parsing {figures['lookup.parse_cpu']:.2f} s")
    show_standards(figures, LOOKUP)


def show_any_row(result: dict[str, Any]) -> None:
    """How long single rows and scattered pages take."""
    figures: Figures = result["figures"]
    print(f"\n{result['case']}  ({result['mb']:,.0f} MB)")
    print(f"  index complete after {figures['any_row.index_seconds']:.2f} s; then, in milliseconds")
    print("  (in brackets: of its own work, which other programs do not change)")
    for words, name in (
        ("a row of a block not looked at before", "any_row.untouched"),
        ("a row of a block looked at before", "any_row.touched"),
        ("a page of 50 rows far apart, both panes", "scattered.page"),
    ):
        median, worst, own = (figures[f"{name}_{which}_ms"] for which in ("median", "worst", "worst_cpu"))
        print(f"  {words:<42} median {median:7.2f}   worst {worst:7.2f} ({own:.2f})")
    show_standards(figures, ANY_ROW)


def show_standards(figures: Figures, standards: tuple[Standard, ...]) -> None:
    for standard in standards:
        if standard.figure in figures:
            met = figures[standard.figure] <= standard.limit
            print(
                f"  {'met' if met else 'NOT MET':<8}{standard.words}: {figures[standard.figure]:.2f} "
                f"{standard.unit}, standard {standard.limit:g}"
            )


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
    show_standards(figures, standards)


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    options.formatter_class = argparse.RawDescriptionHelpFormatter
    options.add_argument("what", nargs="*", metavar="WHAT", help=f"files (if none), {', '.join(WHAT[1:])}")
    options.add_argument("--rows", default="1000000,5000000,10000000", help="sizes of the report")
    options.add_argument("--bulk-rows", type=int, default=1_000_000, help="rows of the EMIS bulk extract")
    options.add_argument("--repeats", type=int, default=3, help="turns, of which the median is taken")
    options.add_argument("--quick", action="store_true", help="50,000 rows, one turn: does it run?")
    options.add_argument("--only", default="", help="cases whose name has this in it")
    options.add_argument("--data", type=Path, help="where to put the invented data")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    chosen = options.parse_args(arguments)
    if unknown := set(chosen.what) - set(WHAT):
        options.error(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(WHAT)}")
    return chosen


def main(arguments: list[str] | None = None) -> int:
    options = parse_arguments(arguments)
    rows = tuple(int(text) for text in options.rows.split(","))
    repeats, bulk_rows, wide_rows = options.repeats, options.bulk_rows, 100_000
    folder_rows, any_rows, code_rows, many = 20_000_000, 10_000_000, 5_000_000, 100_000
    if options.quick:
        rows, repeats, bulk_rows, wide_rows = (50_000,), 1, 50_000, 20_000
        folder_rows, any_rows, code_rows, many = 40_000, 40_000, 20_000, 2_000
    results: list[dict[str, Any]] = []
    if "fields" in (options.what or ()):
        field_kinds.main([])
    if "categories" in (options.what or ()):
        categories.main([])
    if "freetext" in (options.what or ()):
        freetext.main(["--rows", "300"] if options.quick else [])
    if options.what and set(options.what) <= {"fields", "categories", "freetext"}:
        return 0

    def tried(name: str, work: Callable[[], dict[str, Any]], tell: Callable[[dict[str, Any]], None]) -> None:
        if options.only not in name:
            return
        say(name)
        try:
            results.append(work())
        except StepError as error:
            print(f"\n{name}\n  NOT MEASURED: the step '{error}' failed")
            return
        tell(results[-1])

    what = options.what or ["files"]
    with tempfile.TemporaryDirectory(prefix="threshold-bench-", dir=options.data) as made:
        folder = Path(made)
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")
        if "files" in what:
            for case in cases(rows, bulk_rows=bulk_rows):
                standards = STANDARDS if case.standards else BULK if case.bulk else ()
                tried(case.name, partial(measure, case, folder, repeats), partial(show, standards=standards))
            look = partial(measure_first_look, folder, wide_rows, repeats)
            tried("wide", look, partial(show, standards=FIRST_LOOK))
        if "folder" in what:
            at_once = partial(measure_folder, folder, folder_rows, repeats)
            tried("folder", at_once, partial(show, standards=FOLDER))
        if "any-row" in what:
            tried("any row", partial(measure_any_row, folder, any_rows), show_any_row)
        if "codes" in what:
            for kind in KINDS:
                for distinct in (many // 33, many):
                    measured = partial(measure_lookup, folder, kind, code_rows, distinct, repeats)
                    tried(f"{kind} codes, {distinct:,} different", measured, show_lookup)
    if hasattr(os, "getloadavg"):
        print(f"\nLoad of the machine at the end: {os.getloadavg()[1]:.1f} (other work makes seconds longer)")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    else:
        print(json.dumps(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
