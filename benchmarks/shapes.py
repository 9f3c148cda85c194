"""What is measured on which data: the shapes, their sizes, and the standards that are set for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One file to measure on. `standards` is False where figures are only reported beside the others."""

    name: str
    shape: str
    rows: int
    by_patient: bool = False
    profiles: tuple[str, ...] = ("approved-research",)
    standards: bool = True
    steps: tuple[str, ...] = ("first_row", "parse", "survey", "copy", "protect", "release")
    surrogates: bool = False  # keys of rows, staff and places leave as codes, and not at all otherwise
    bulk: bool = False  # held to the standards of the bulk extract


@dataclass(frozen=True)
class Standard:
    """`figure` of a case must stay under `limit`."""

    figure: str
    limit: float
    unit: str
    words: str


STANDARDS = (
    Standard("first_row.seconds", 1.0, "s", "first rows"),
    Standard("survey.ratio", 3.0, "x parsing", "survey"),
    Standard("protect.ratio", 2.0, "x copying", "protect + write"),
    Standard("first_row.peak_mb", 700, "MB", "memory, first rows"),
    Standard("survey.peak_mb", 700, "MB", "memory, survey"),
    Standard("protect.peak_mb", 700, "MB", "memory, survey + protect + write"),
)
BULK = (
    Standard("protect.ratio", 4.0, "x copying", "protect + write"),
    Standard("protect.peak_mb", 700, "MB", "memory, survey + protect + write"),
)
FIRST_LOOK = (
    Standard("first_look.whole_seconds", 2.5, "s", "opened, flagged, previewed"),
    Standard("first_look.peak_mb", 600, "MB", "memory"),
)


FOLDER = (
    Standard("first_rows.seconds", 2.0, "s", "first rows of every table"),
    Standard("survey.peak_mb", 700, "MB", "memory, survey"),
    Standard("protect.peak_mb", 700, "MB", "memory, survey + protect + write"),
    Standard("release.peak_mb", 700, "MB", "memory, survey + release with its check"),
)
ANY_ROW = (
    Standard("any_row.touched_worst_ms", 30, "ms", "any row, block looked at before"),
    Standard("any_row.untouched_worst_ms", 150, "ms", "any row, block not looked at before"),
)


LOOKUP = (Standard("lookup.ratio", 1.0, "x parsing", "looking codes up"),)


def cases(rows: tuple[int, ...], *, bulk_rows: int) -> tuple[Case, ...]:
    """The report at each size, by date (the harder order); beside them the report in order of patients,
    an own-care list, and the EMIS bulk extract, as a profile has it and with codes for all that is a GUID."""
    report = tuple(Case(f"report, {n:,} rows", "report", n) for n in rows)
    beside = (
        Case(f"report by patient, {rows[0]:,} rows", "report", rows[0], by_patient=True, standards=False),
        Case(
            f"report, own-care list, {rows[0]:,} rows",
            "report",
            rows[0],
            profiles=("own-care-list",),
            standards=False,
            steps=("copy", "protect"),
        ),
        Case(f"EMIS bulk, {bulk_rows:,} rows", "emis-bulk", bulk_rows, standards=False, bulk=True),
        Case(
            f"EMIS bulk, surrogates for every GUID, {bulk_rows:,} rows",
            "emis-bulk",
            bulk_rows,
            standards=False,
            steps=("copy", "protect"),
            surrogates=True,
            bulk=True,
        ),
    )
    return report + beside
