"""The list of rows that did not leave says where in the file each stood."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

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


def kept(release: Path) -> pa.Table:
    return pyarrow.parquet.read_table(release / "keep" / "reasons.parquet")


def lines(release: Path) -> list[int | None]:
    return list(kept(release).column("line").to_pylist())


def test_rows_of_a_workbook_have_their_row_of_the_sheet(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["NHS Number", "Surname", "Registration Status"])
    for row in ROWS:
        book.active.append(list(row))
    book.save(tmp_path / "list.xlsx")
    assert lines(release_of(tmp_path / "list.xlsx", tmp_path / "out")) == [2, 3, 4]


def test_rows_of_text_have_their_line_and_number(tmp_path: Path) -> None:
    text = "NHS Number,Surname,Registration Status\n" + "".join(",".join(row) + "\n" for row in ROWS)
    (tmp_path / "list.csv").write_text("made 1 May\n" + text, encoding="utf-8")
    found = kept(release_of(tmp_path / "list.csv", tmp_path / "out"))
    assert found.column("line").to_pylist() == [3, 4, 5]
    assert found.column("row").to_pylist() == [0, 1, 2]
    assert found.column("place").null_count == 3


@pytest.mark.parametrize("end", ["\n", ""])
def test_rows_over_several_lines_have_theirs_where_they_stayed(end: str, tmp_path: Path) -> None:
    text = (
        "NHS Number,Surname,Registration Status,Note\n"
        '9994120031,THORNE,Registered,"one\ntwo"\n\n'
        '9996182210,OKAFOR,Died,"three\nfour"\n'
        "9992007719,PRICE,Left,five" + end
    )
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert lines(release_of(tmp_path / "list.csv", tmp_path / "out")) == [None, 5, 7]


def test_rows_of_a_message_have_their_place_without_words_of_its_own(tmp_path: Path) -> None:
    people = [
        {"resource": {"resourceType": "Patient", "id": surname, "name": [{"family": surname}],
         "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number}],
         "okafor" + number: [{"resourceType": "Basic", "id": "x"}]}}
        for number, surname, _ in ROWS
    ]  # fmt: skip
    (tmp_path / "list.json").write_text(json.dumps({"resourceType": "Bundle", "entry": people}), "utf-8")
    release = release_of(tmp_path / "list.json", tmp_path / "out")
    found = kept(release)
    places = found.column("place").to_pylist()
    assert {f"entry[{n}].resource" for n in range(3)} <= set(places)
    told = " ".join(map(str, places)).casefold()
    assert all(number not in told and surname.casefold() not in told for number, surname, _ in ROWS)
    assert found.column("row").to_pylist()[:3] == [0, 1, 2]
