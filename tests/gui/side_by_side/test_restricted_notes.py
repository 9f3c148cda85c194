"""A note that speaks of what a law restricts is covered side by side and among the first rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.patients import read_record
from core.patients.pointing import point_at
from core.preview import Preview
from gui.models.core_rows import CoreRows
from gui.models.first_covered import covered_first
from gui.models.restricted import SAID, WORDS
from gui.models.row_source import Cell, Mark
from gui.planning import first_rows
from tests.core.protection.closure import surgeries

NOTES = (
    "Brought her gender recognition certificate",
    "Chest clear",
    "Second in vitro fertilisation failed",
    "Certificate of recognition for gender studies lost",
)


@pytest.fixture(params=["keep", "leave_out"])
def shown(tmp_path: Path, request: pytest.FixtureRequest) -> Preview:
    told = [
        {"NHS number": surgeries.NHS[0], "Event date": f"0{n}/06/2025", "Consultation notes": note}
        for n, note in enumerate(NOTES, 1)
    ]
    survey = surgeries.surveyed(surgeries.write(tmp_path / "notes.csv", list(told[0]), told))
    chosen = {"fields": {"notes": {"Consultation notes": {"action": request.param}}}}
    plan, rows = surgeries.decided(survey, decisions=chosen)
    return Preview(survey, plan, surgeries.KEY, rows)


def source(shown: Preview, *, gp: bool) -> CoreRows:
    return CoreRows(shown.survey, shown.plan, shown.decisions, shown, restricted=gp)


def test_the_same_rows_are_covered_as_on_the_patients_page(shown: Preview) -> None:
    record = point_at(shown, read_record(shown, 0))
    items = {item.row: item.restricted for section in record.sections for item in section.items}
    rows = np.arange(len(NOTES))
    staff, gp = (source(shown, gp=gp).rows("notes", rows) for gp in (False, True))
    covered = [set(row.raw) <= {WORDS, None} for row in staff]
    assert covered == [items[row] for row in range(len(NOTES))]
    assert covered[:3] == [True, False, True]
    assert [row.raw[2] for row in gp] == list(NOTES)
    assert [row.out for row in staff] == [row.out for row in gp], "what would leave is always shown"


def test_a_word_of_such_a_note_is_not_found_by_staff(shown: Preview) -> None:
    def find(word: str, *, gp: bool) -> int | None:
        hit = source(shown, gp=gp).find("notes", word, "raw", 0, False, None, lambda _done, _total: None)
        return None if hit is None or hit[1] != "raw" else hit[0]

    assert find("fertilisation", gp=True) == 2
    assert find("fertilisation", gp=False) is None
    assert find("Chest", gp=False) == 1


def test_no_cell_of_it_is_explained(shown: Preview) -> None:
    staff = source(shown, gp=False)
    (row,) = staff.rows("notes", np.array([2]))
    row.marks = {2: Mark.SENSITIVE}
    assert staff.about("notes", row, 2) == Cell(sentences=(SAID,))


def test_it_is_covered_among_the_first_rows(shown: Preview) -> None:
    table = shown.survey.export.table("notes")
    rows = first_rows(table, 10)
    seen = covered_first(rows, "notes", shown.survey, {})
    assert [row[2] for row in seen.rows][:3] == [WORDS, NOTES[1], WORDS]
    assert covered_first(rows, "notes", shown.survey, {}, restricted=True) is rows
