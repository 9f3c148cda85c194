"""Journey A: a list for diabetic eye screening. 412 dropped, three died, two left, 407 saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEADER = (
    "NHS Number", "Surname", "Forename", "Date of Birth", "Address", "Postcode", "Phone",
    "Registration Status", "Usual GP", "Latest HbA1c",
)  # fmt: skip
DIED, LEFT = (17, 203, 350), (88, 291)
PEOPLE = 412


@pytest.fixture
def list_file(tmp_path: Path, write_table: Any, number_of: Callable[[int], str], names: Any) -> Path:
    surnames, forenames = names
    rows = []
    for n in range(PEOPLE):
        status = "Died" if n in DIED else "Left" if n in LEFT else "Registered"
        born = f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{1930 + n % 60}"
        name, postcode = (surnames[n % 10], forenames[n % 8]), f"BS6 {n % 9 + 1}{'ABDEFGHJ'[n % 8]}N"
        reach = (f"{n + 1} Invented Street", postcode, f"07700 900{n % 1000:03d}")
        rows.append((number_of(n), *name, born, *reach, status, "Dr Patel", str(40 + n % 50)))
    return write_table(tmp_path / "eye.csv", HEADER, rows)


def test_412_become_407(
    person: Any, list_file: Path, tmp_path: Path, asked: Any, released: Any, number_of: Callable[[int], str]
) -> None:
    window, session = person.window, person.session
    person.drop(list_file)
    person.until(lambda: bool(session.first_rows))
    assert window.pages["open"].rows_model.rowCount() > 0
    person.opened()
    assert "412" not in window.pages["open"].facts.text()  # the search's number is asked first
    person.click(window.pages["open"].next)

    person.say_who("own-care-list", "Bristol Diabetic Eye Screening", "autumn recall", PEOPLE)
    person.use_this()
    assert window.page.page_id == "fields"
    assert window.summary_bar.value("would_leave") == "407 rows, 407 patients"
    assert window.summary_bar.value("left_out") == "5 rows, 5 patients"
    assert window.summary_bar.badge.text() == "Risk not measured: Names patients"

    person.click(window.rail.buttons["export"])
    page = window.pages["export"]
    assert not page.save.isEnabled()  # nobody is dropped in silence
    boxes = page.confirm_boxes()
    assert {box.text() for box in boxes.values()} == {
        "3 patients who died will not be on the list",
        "2 patients who left the practice will not be on the list",
    }
    for box in boxes.values():
        person.tick(box)
        person.planned()
    asked.folder = tmp_path / "out"
    release = person.save_into(asked.folder)

    rows = released(release)
    assert len(rows) == 407
    gone = {number_of(n) for n in (*DIED, *LEFT)}
    sent = {row["NHS Number"].replace(" ", "") for row in rows}
    assert len(sent) == 407
    assert not sent & gone
    assert "Surname" in rows[0]
    assert "Latest HbA1c" not in rows[0]
    manifest = json.loads((release / "keep" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["rows_in"], manifest["rows_out"]) == (412, 407)
    assert {w["id"]: w["rows"] for w in manifest["withheld"]} == {"status.died": 3, "status.left": 2}
    assert all(check["passed"] for check in manifest["checks"])
    assert "407" in page.finished.title.text()
    person.click(page.finished.open)
    assert asked.opened == [release]


def test_another_number_than_the_search_showed_stops_it(person: Any, list_file: Path) -> None:
    person.drop(list_file)
    person.opened()
    person.say_who("own-care-list", "Bristol Diabetic Eye Screening", "autumn recall", 411)
    person.use_this()
    person.click(person.window.rail.buttons["export"])
    page = person.window.pages["export"]
    for box in page.confirm_boxes().values():
        person.tick(box)
        person.planned()
    assert not page.save.isEnabled()
    assert "stops" in {check.state for check in page.checks.checks}
    buttons = person.window.detail_strip.buttons()
    person.click(buttons["Correct it in Going to"])
    assert person.window.page.page_id == "going_to"


def test_a_workbook_is_saved_too(person: Any, list_file: Path, tmp_path: Path, asked: Any) -> None:
    person.drop(list_file)
    person.opened()
    person.say_who("own-care-list", "Bristol Diabetic Eye Screening", "autumn recall", PEOPLE)
    person.use_this()
    person.click(person.window.rail.buttons["export"])
    page = person.window.pages["export"]
    for box in page.confirm_boxes().values():
        person.tick(box)
        person.planned()
    page.format_buttons["xlsx"].click()
    person.planned()
    asked.folder = tmp_path / "out"
    release = person.save_into(asked.folder)
    assert [p.suffix for p in (release / "send").iterdir() if p.suffix != ".html"] == [".xlsx"]
