"""The invented practice: 10,000 patients who do not exist, written as the files practices really send.

The same seed gives the same bytes on any machine. What is planted where (sensitive categories, objections,
status, names and telephone numbers in notes) is known, in memory only, from `build`.

    from core.demo import build, write
    paths = write("emis-report", folder)        # files for people and tests
    answers = build("demo").table("events").truth
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from core.demo.emis import emis_bulk, emis_report
from core.demo.events import Event, Planted
from core.demo.fhir import fhir_bundle, fhir_lines
from core.demo.line_files import adastra, cprd, miquest, nhais, vision
from core.demo.many_rows import write_many
from core.demo.people import TODAY, Person
from core.demo.practice import PATIENTS, SEED, Practice, make_practice
from core.demo.shaped import RowTruth, Shaped, ShapedTable, write_files
from core.demo.spreadsheets import demo, report, workbook
from core.demo.systmone import systmone, systmone_breakdown
from core.model import UsageError

__all__ = [
    "DOCUMENTS",
    "FILES",
    "MANY_ROWS",
    "PATIENTS",
    "SEED",
    "SHAPES",
    "TODAY",
    "Event",
    "Person",
    "Planted",
    "Practice",
    "RowTruth",
    "Shaped",
    "ShapedTable",
    "build",
    "make_practice",
    "write",
]

_BUILDERS: Mapping[str, Callable[[Practice], Shaped]] = {
    "demo": demo,
    "report": report,
    "workbook": workbook,
    "emis-report": emis_report,
    "emis-bulk": emis_bulk,
    "systmone": systmone,
    "systmone-breakdown": systmone_breakdown,
}

#: The shapes that the practice can be written as.
SHAPES = tuple(_BUILDERS)
#: Those that are one document and no tables: (file name, bytes of the practice).
DOCUMENTS: Mapping[str, tuple[str, Callable[[Practice], bytes]]] = {
    "fhir": ("practice.json", fhir_bundle),
    "fhir-lines": ("practice.ndjson", fhir_lines),
}
#: Those that are files without field names or with marked lines: the bytes of the practice by file name.
FILES: Mapping[str, Callable[[Practice], Mapping[str, bytes]]] = {
    "vision": vision,
    "adastra": adastra,
    "miquest": miquest,
    "nhais": nhais,
    "cprd": cprd,
}
#: Those that can also be made by number of rows; 'wide' (17 fields, long notes) only so.
MANY_ROWS = ("report", "wide", "emis-bulk")


def build(shape: str, *, patients: int = PATIENTS, seed: int = SEED) -> Shaped:
    """The practice in a shape, with the answers to every row. Raises UsageError for an unknown shape."""
    if shape not in _BUILDERS:
        raise UsageError(f"There is no shape called '{shape}'. There are: {', '.join(SHAPES)}.")
    return _BUILDERS[shape](make_practice(patients, seed))


def write(
    shape: str,
    out_dir: Path,
    *,
    patients: int = PATIENTS,
    seed: int = SEED,
    rows: int | None = None,
    by_patient: bool = False,
) -> list[Path]:
    """Write the practice's files in a shape into `out_dir`; answers their paths. Raises UsageError.

    With `rows`, a table of that many rows is made quickly, for benchmarks: shapes of `MANY_ROWS`, in order of
    date, or of patient where `by_patient`."""
    if rows is not None:
        if shape not in MANY_ROWS:
            raise UsageError(f"Only these shapes can be made by number of rows: {', '.join(MANY_ROWS)}.")
        return write_many(shape, out_dir, rows, seed=seed, by_patient=by_patient)
    if shape in DOCUMENTS:
        name, document = DOCUMENTS[shape]
        out_dir.mkdir(parents=True, exist_ok=True)
        (out_dir / name).write_bytes(document(make_practice(patients, seed)))
        return [out_dir / name]
    if shape in FILES:
        out_dir.mkdir(parents=True, exist_ok=True)
        files = FILES[shape](make_practice(patients, seed))
        for name, data in files.items():
            (out_dir / name).write_bytes(data)
        return [out_dir / name for name in files]
    return write_files(build(shape, patients=patients, seed=seed), out_dir)
