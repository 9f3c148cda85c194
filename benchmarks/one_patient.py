"""How long one patient's page and a search take in an export of many rows.

    python benchmarks/one_patient.py [--rows 1000000,3000000] [--shapes report,emis-bulk] [--patients 40]

The rows are in order of date, so that each row of a patient stands somewhere else in the file. The first
record is told apart: what was read for it may still come from the disk. Beside the clock stands the time
that this process itself worked. Aim: a record in under 150 ms, with a patient's usual hundred rows or so.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np

from core.demo import write
from core.patients import find_patients, patient_of_code, read_record, rows_elsewhere
from core.preview import Preview
from core.protection import create_key, decide_rows, load_profile, make_plan
from core.reading import open_export
from core.survey import survey_export

AIM = 150.0
Took = tuple[float, float]  # milliseconds on the clock, and of this process's own work


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", default="1000000,3000000")
    options.add_argument("--shapes", default="report,emis-bulk")
    options.add_argument("--patients", type=int, default=40)
    chosen = options.parse_args()
    slow = False
    for shape in chosen.shapes.split(","):
        for rows in (int(part) for part in chosen.rows.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                paths = write(shape, Path(folder), rows=rows)
                slow |= measure(paths, shape, chosen.patients)
    return 1 if slow else 0


def measure(paths: Sequence[Path], shape: str, patients: int) -> bool:
    """Print one line for each thing that is asked; True where the median record is past the aim."""
    survey = survey_export(open_export(paths))
    key = create_key()
    plan = make_plan(survey, load_profile("approved-research"), recipient="R", project="J")
    shown = Preview(survey, plan, key, decide_rows(survey, plan, key))
    print(f"{shape}, {survey.rows:,} rows, {survey.patients.count:,} patients")
    chosen = np.random.default_rng(1).integers(0, survey.patients.count, patients).tolist()
    records = [timed(lambda p=p: read_record(shown, p)) for p in chosen]
    some = read_record(shown, chosen[0])
    told = {one.role: one.raw for one in some.told}
    item = some.sections[-1].items[0]
    say("first record", records[:1])
    median = say("record", records[1:], f"{some.items} rows of the first patient")
    say("find by number", [timed(lambda: find_patients(shown, told["nhs_number"]))])
    say("find by name", [timed(lambda: find_patients(shown, some.name))])
    say("find by birth date", [timed(lambda: find_patients(shown, told["date_of_birth"]))])
    say("find nobody (reads the file)", [timed(lambda: find_patients(shown, "Zebedee Quixwold"))])
    say("patient of a code, first", [timed(lambda: patient_of_code(shown, some.code))])
    say("patient of a code", [timed(lambda: patient_of_code(shown, some.code))])
    say("the same patient elsewhere", [timed(lambda: rows_elsewhere(shown, item.table, item.row))])
    return median > AIM


def timed(work: Callable[[], object]) -> Took:
    clock, own = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - own)


def say(what: str, took: Sequence[Took], more: str = "") -> float:
    clock = sorted(one for one, _ in took)
    own = statistics.median(work for _, work in took)
    worst = clock[min(len(clock) - 1, round(0.95 * len(clock)))]
    middle = statistics.median(clock)
    print(f"  {what:<32}{middle:8.1f} ms, 95% {worst:8.1f} ms, own work {own:8.1f} ms  {more}")
    return middle


if __name__ == "__main__":
    raise SystemExit(main())
