"""The list of rows that did not leave says where in the file each stood, where that costs nothing."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet

from core.protection import Key, decide_rows, load_profile, make_plan
from core.reading import open_export
from core.release import export_release, verify_release
from core.survey import survey_export

KEY = Key(bytes(range(32)))
ROWS = [
    ("9994120031", "THORNE", "Registered"),
    ("9996182210", "OKAFOR", "Died"),
    ("9992007719", "PRICE", "Left"),
]


def release_of(path: Path, out: Path) -> Path:
    survey = survey_export(open_export([path]))
    plan = make_plan(survey, load_profile("own-care-list"), recipient="Eye clinic", project="recall")
    release = export_release(survey, plan, KEY, decide_rows(survey, plan, KEY, None), out).release
    assert verify_release(release, survey, KEY).passed
    return release


def lines(release: Path) -> list[int | None]:
    return pyarrow.parquet.read_table(release / "keep" / "reasons.parquet").column("line").to_pylist()


def test_rows_of_a_workbook_have_their_row_of_the_sheet(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["NHS Number", "Surname", "Registration Status"])
    for row in ROWS:
        book.active.append(list(row))
    book.save(tmp_path / "list.xlsx")
    assert lines(release_of(tmp_path / "list.xlsx", tmp_path / "out")) == [2, 3, 4]


def test_rows_of_text_are_not_read_again_for_it(tmp_path: Path) -> None:
    text = "NHS Number,Surname,Registration Status\n" + "".join(",".join(row) + "\n" for row in ROWS)
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert lines(release_of(tmp_path / "list.csv", tmp_path / "out")) == [None, None, None]
