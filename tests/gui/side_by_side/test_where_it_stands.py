"""The strip says where in the file a row and its cell stand."""

from __future__ import annotations

from dataclasses import replace

from gui.models.row_source import Cell, Column, PageRow, Shape, Why
from gui.pages.side_by_side_words import Acts, detail_of

SHAPE = Shape(
    1,
    (Column(0, "NHS Number", path="identifier[0].value"), Column(1, "Surname", path="name[0].family")),
    (Column(1, "Surname"),),
)
PLAIN = Shape(1, (Column(0, "NHS Number"), Column(1, "Surname")), (Column(1, "Surname"),))


def told(shape: Shape, row: PageRow, position: int = 1, side: str = "raw") -> tuple[str, tuple[str, ...]]:
    detail = detail_of(shape, row, position, side, Cell(), Acts(lambda: None))
    return detail.title, detail.lines


def test_a_row_of_text_says_its_line() -> None:
    row = PageRow(3, ["9994120031", "THORNE"], ["THORNE"], line=12)
    assert told(PLAIN, row)[0] == "Row 4 (line 12 of the file), Surname: THORNE"


def test_a_row_of_a_sheet_says_its_row() -> None:
    row = PageRow(3, ["9994120031", "THORNE"], ["THORNE"], line=12)
    assert told(replace(PLAIN, sheet=True), row)[0] == "Row 4 (row 12 of the sheet), Surname: THORNE"


def test_a_row_of_a_message_says_its_path() -> None:
    row = PageRow(0, ["9994120031", "THORNE"], ["THORNE"], line=120, place="entry[3].resource")
    title, lines = told(SHAPE, row)
    assert title == "Row 1, Surname: THORNE"
    assert lines[-1] == "In the file: entry[3].resource › name[0].family, line 120."


def test_a_row_that_is_left_out_says_it_too() -> None:
    row = PageRow(0, ["9994120031", "THORNE"], None, Why("the patient objected"), place="entry[3].resource")
    title, lines = told(SHAPE, row, 0, "out")
    assert "THORNE" not in title + "".join(lines)
    assert lines[-1] == "In the file: entry[3].resource › identifier[0].value."
    plain = PageRow(0, ["9994120031", "THORNE"], None, Why("the patient objected"), line=7)
    assert told(PLAIN, plain, 0, "out")[0].startswith("Row 1 (line 7 of the file): Left out")


def test_a_row_without_a_place_says_none() -> None:
    assert told(PLAIN, PageRow(0, ["1", "THORNE"], ["THORNE"]))[0] == "Row 1, Surname: THORNE"
