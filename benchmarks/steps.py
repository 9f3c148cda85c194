"""One measured step in a process of its own: `python -m benchmarks.steps '{"step": ..., ...}'`.

Prints one JSON object: seconds (wall, after the imports), cpu (seconds of all threads), peak_mb, and what the
step has to say of itself.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.lookups import lookup, make_codes
from benchmarks.memory import peak_mb

Facts = dict[str, Any]
PAGE = 256  # rows
ASKED = 200  # rows here and there


def make(shape: str, folder: str, rows: int, by_patient: bool) -> Facts:
    """Writes the invented data; answers its files, the longest last."""
    from core.demo import write

    paths = sorted(
        write(shape, Path(folder), rows=rows, by_patient=by_patient), key=lambda p: p.stat().st_size
    )
    return {"paths": [str(path) for path in paths], "bytes": [path.stat().st_size for path in paths]}


def copy(paths: list[str], out: str) -> Facts:
    from benchmarks.peers import copy as peer

    target = Path(out) / "copy.csv"
    try:
        return {"written": peer(Path(paths[-1]), target)}
    finally:
        target.unlink(missing_ok=True)


def parse(paths: list[str]) -> Facts:
    from benchmarks.peers import parse as peer

    return {"rows": peer(Path(paths[-1]))}


def first_row(paths: list[str]) -> Facts:
    """Open, and read the first block of every table: what stands on the screen first."""
    from core.reading import open_export

    export = open_export([Path(path) for path in paths])
    shown = 0
    for table in export.tables:
        block = next(iter(table.blocks()), None)
        shown += 0 if block is None else table.read(block).data.num_rows
    return {"tables": len(export.tables), "rows": shown}


def make_folder(folder: str, rows: int) -> Facts:
    """Twenty tables: an EMIS bulk extract with a fifth of the rows, and fourteen reports of events."""
    from core.demo import write

    into = Path(folder) / "export"
    bulk, reports = rows // 5, 14
    paths = write("emis-bulk", into, rows=bulk)
    for number in range(reports):
        count = (rows - bulk) // reports
        [made] = write("report", into / "one", rows=count, by_patient=bool(number % 2))
        paths.append(made.rename(into / f"report {number + 1:02d}.csv"))
    (into / "one").rmdir()
    return {"paths": [str(path) for path in paths], "bytes": [path.stat().st_size for path in paths]}


def first_rows(paths: list[str]) -> Facts:
    """Open, and read the first page of every table."""
    from core.reading import open_export, read_rows

    export = open_export([Path(path) for path in paths])
    shown = sum(read_rows(table, 0, PAGE).data.num_rows for table in export.tables)
    return {"tables": len(export.tables), "rows": shown}


def fields(paths: list[str]) -> Facts:
    """Open, and say what every field of every table is, from its first rows."""
    from core.reading import open_export
    from core.survey import find_fields

    found = find_fields(open_export([Path(path) for path in paths]))
    return {"fields": sum(len(of_table) for of_table in found.values())}


def any_row(paths: list[str]) -> Facts:
    """Rows here and there once the index is complete: one of a block that was not looked at since, and then
    another one of it."""
    from core.reading import open_export, read_rows

    table = open_export([Path(path) for path in paths]).tables[-1]
    before = time.perf_counter()
    blocks = list(table.blocks())
    indexed = time.perf_counter() - before
    draw = random.Random(7)
    took: dict[str, list[_Took]] = {"untouched": [], "touched": []}
    for block in draw.sample(blocks, min(ASKED, len(blocks))):
        for which in ("untouched", "touched"):
            row = block.first_row + draw.randrange(block.rows)
            took[which].append(_timed(lambda row=row: read_rows(table, row, row + 1)))
    rows = blocks[-1].first_row + blocks[-1].rows
    while len(took["touched"]) < ASKED:
        row = draw.randrange(rows)
        took["touched"].append(_timed(lambda row=row: read_rows(table, row, row + 1)))
    facts: Facts = {"rows": rows, "index_seconds": indexed}
    return facts | _summed("untouched", took["untouched"]) | _summed("touched", took["touched"])


_Took = tuple[float, float]  # milliseconds on the clock, and of this process's own work


def _timed(work: Callable[[], object]) -> _Took:
    before, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - before) * 1e3, (time.process_time() - cpu) * 1e3


def _summed(name: str, took: list[_Took]) -> Facts:
    clock = [on_clock for on_clock, _ in took]
    return {
        f"{name}_median_ms": statistics.median(clock),
        f"{name}_worst_ms": max(clock),
        f"{name}_worst_cpu_ms": max(own for _, own in took),
    }


def scattered(paths: list[str]) -> Facts:
    """Pages of a filter whose rows stand far apart: both panes, as after a jump."""
    from core.preview import Preview

    found, plan, key, rows = _planned(paths, "approved-research")
    preview = Preview(found, plan, key, rows)
    table = found.export.tables[-1].name
    draw = random.Random(7)
    took = []
    for _ in range(40):
        numbers = sorted(draw.sample(range(found.facts[table].rows), 50))
        took.append(_timed(lambda numbers=numbers: preview.rows_at(table, numbers)))
    return _summed("page", took)


def index(paths: list[str]) -> Facts:
    """Where every row is, and how many there are."""
    from core.reading import open_export, total_rows

    return {"rows": sum(total_rows(table) for table in open_export([Path(path) for path in paths]).tables)}


def survey(paths: list[str]) -> Facts:
    from core.reading import open_export
    from core.survey import survey_export

    found = survey_export(open_export([Path(path) for path in paths]))
    return {"rows": found.rows, "patients": found.patients.count, "categories": len(found.categories)}


def _planned(paths: list[str], profile_id: str, *, surrogates: bool = False) -> tuple[Any, ...]:
    from core.protection import ObjectionSource, create_key, decide_rows, load_profile, make_plan
    from core.reading import open_export
    from core.survey import survey_export

    found = survey_export(open_export([Path(path) for path in paths]))
    plan = make_plan(
        found,
        load_profile(profile_id),
        recipient="University of Bristol",
        project="Benchmark",
        decisions=_surrogates(found) if surrogates else None,
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=not found.patients.has_status,
    )
    key = create_key()
    return found, plan, key, decide_rows(found, plan, key)


def _surrogates(found: Any) -> Any:
    """Every key of a row, code of staff and organisation leaves as a surrogate."""
    from core.model import Role
    from core.protection import Decisions, FieldDecision

    roles = (Role.ROW_KEY, Role.STAFF_CODE, Role.ORGANISATION)
    return Decisions(
        fields={
            table: {f.field: FieldDecision(action="surrogate") for f in findings if f.role in roles}
            for table, findings in found.findings.items()
        }
    )


def protect(paths: list[str], out: str, profile: str, surrogates: bool = False) -> Facts:
    """Protect and write every table that leaves, to the disk; not the survey before, nor the check after."""
    from core.engine import apply_table
    from core.protection import make_context
    from core.release.writers import open_writer

    found, plan, key, rows = _planned(paths, profile, surrogates=surrogates)
    before, cpu = time.perf_counter(), time.process_time()
    context, written, rows_out = make_context(found, plan, key, rows), 0, 0
    for number, (name, table) in enumerate(context.tables.items()):
        if not table.leaving or not (table.withheld == 0).any():
            continue
        path = Path(out) / f"out-{number}.csv"
        fields = tuple(field.field for field in table.leaving)
        writer = open_writer("csv", path, fields, sheet=name, scratch=Path(out))
        for block in apply_table(found.export.table(name), context):
            writer.write(block.data)
            rows_out += block.data.num_rows
        writer.close()
        written += path.stat().st_size
        path.unlink()
    return {
        "seconds": time.perf_counter() - before,
        "cpu": time.process_time() - cpu,
        "rows": found.rows,
        "rows_out": rows_out,
        "written": written,
    }


def release(paths: list[str], out: str, profile: str) -> Facts:
    """The whole of an export, re-opened and attacked; not the survey before."""
    import shutil

    from core.engine import apply_table
    from core.release import export_release

    found, plan, key, rows = _planned(paths, profile)
    before, cpu = time.perf_counter(), time.process_time()
    done = export_release(found, plan, key, rows, Path(out) / "releases", apply_table=apply_table)
    seconds, cpu = time.perf_counter() - before, time.process_time() - cpu
    shutil.rmtree(Path(out) / "releases")
    return {"seconds": seconds, "cpu": cpu, "checks": len(done.checks)}


def first_look(paths: list[str]) -> Facts:
    """Opened, flagged and previewed: both panes' first page, as after 'Side by side'."""
    from core.preview import Preview

    found, plan, key, rows = _planned(paths, "approved-research")
    name = found.export.tables[-1].name
    window = Preview(found, plan, key, rows).window(name, 0, 60)
    return {"rows": found.rows, "shown": len(window.rows), "flagged": sum(c.rows for c in found.categories)}


STEPS: dict[str, Callable[..., Facts]] = {
    step.__name__: step
    for step in (
        make,
        make_folder,
        make_codes,
        lookup,
        copy,
        parse,
        first_row,
        first_rows,
        fields,
        any_row,
        scattered,
        index,
        survey,
        protect,
        release,
        first_look,
    )
}


def _import_first(step: str) -> None:
    """Imports are not part of what a step measures: the program has them long before a file is opened."""
    if step in ("copy", "parse"):
        import polars  # noqa: F401
    elif step == "first_look":
        import gc

        from gui import core_gate

        gc.disable()  # as in the windows, whose own looks for garbage are not part of any job
        core_gate.enter()
        from core.survey import load_lookup

        load_lookup()
    elif not step.startswith("make"):
        import core.engine
        import core.preview
        import core.release
        import core.survey

        core.survey.load_lookup()


def main() -> int:
    asked = json.loads(sys.argv[1])
    step = asked.pop("step")
    _import_first(step)
    before, cpu = time.perf_counter(), time.process_time()
    facts = STEPS[step](**asked)
    facts.setdefault("seconds", time.perf_counter() - before)
    facts.setdefault("cpu", time.process_time() - cpu)
    facts["peak_mb"] = peak_mb()
    print(json.dumps(facts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
