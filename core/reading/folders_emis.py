"""An EMIS bulk extract as a whole: what it needs to be understood, and whether it is one extract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from core.model import Hazard, Recognised, Severity, Table

_FORMATS = ("emis-bulk", "emis-x")
_CLINICAL = frozenset(("CareRecord_Observation", "CareRecord_Diary"))
_DRUGS = frozenset(("Prescribing_DrugRecord", "Prescribing_IssueRecord"))
_ABOUT_PATIENTS = ("CareRecord_", "Prescribing_", "Appointment_Slot", "Admin_PatientHistory")
_STAMP = re.compile(r"(?:^|[_/ ])(\d+)(?:-\d+)?_[A-Za-z]+_[A-Za-z]+_(\d{8})\d{6}(?:_|$)")

Known = Sequence[tuple[Table, Recognised]]


def emis_notes(name: str, known: Known) -> Iterator[Hazard]:
    """The hazards of the EMIS tables of the export `name`."""
    mine = [(table, seen) for table, seen in known if seen.format in _FORMATS and seen.table]
    if not mine:
        return
    there = {seen.table for _, seen in mine}
    yield from _dictionaries(name, there)
    clinical = sorted(t for t in there if t.startswith(_ABOUT_PATIENTS))
    if clinical and not there & {"Admin_Patient", "patient"}:
        yield Hazard(
            name,
            "the table of patients, Admin_Patient, is not among the files",
            Severity.WARNS,
            "Without it nobody's registration, date of birth or NHS number is known, so that who has left or "
            "died, or is on a list of objections, cannot be told.",
            "table_missing",
        )


def _dictionaries(name: str, there: set[str]) -> Iterator[Hazard]:
    for needed_by, dictionary, of in (
        (_CLINICAL, "Coding_ClinicalCode", "clinical codes"),
        (_DRUGS, "Coding_DrugCode", "codes of medicines"),
    ):
        tables = sorted(there & needed_by)
        if tables and dictionary not in there:
            yield Hazard(
                name,
                f"the dictionary of {of}, {dictionary}, is not among the files",
                Severity.BLOCKS,
                f"Codes in {' and '.join(tables)} are EMIS's own numbers (CodeId), which only this "
                "table explains. Sensitive entries and objections in codes cannot be found without it. Open "
                "the folder with it.",
                "dictionary_missing",
            )


def emis_extracts(name: str, known: Known) -> Iterator[Hazard]:
    """Whether the files are of several extracts: of several days, or one table of one practice twice."""
    stamps = [
        (m[1], m[2], seen.table)
        for table, seen in known
        if seen.format in _FORMATS and seen.table and (m := _STAMP.search(table.name)) is not None
    ]
    days = sorted({day for _, day, _ in stamps})
    if len(days) > 1:
        yield several(
            name, f"the files are of {len(days):,} extracts, from {_day(days[0])} to {_day(days[-1])}"
        )
        return
    twice = [table for (_, table), count in Counter((who, t) for who, _, t in stamps).items() if count > 1]
    if twice:
        yield several(name, f"{twice[0]} of one practice is among the files more than once")


def several(name: str, what: str) -> Hazard:
    """What is to be said of files that are of more than one extract."""
    return Hazard(
        name,
        what,
        Severity.WARNS,
        "Rows can stand in several of them, and as they were on different days. Open one extract.",
        "several_extracts",
    )


def _day(stamp: str) -> str:
    return f"{stamp[6:8]}/{stamp[4:6]}/{stamp[:4]}"
