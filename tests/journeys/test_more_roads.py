"""Lists of objections, folders, rows and categories left out, what is remembered, the self-test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEADER = ("NHS Number", "Surname", "Date of Birth", "Registration Status", "Event Date", "Code", "Term")
DIABETES = ("44054006", "Type 2 diabetes mellitus")
PEOPLE = 40


@pytest.fixture
def events_file(tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Path:
    rows = [
        (number_of(n), "OKAFOR", f"{n % 28 + 1:02d}/03/1961", "Registered", "04/11/2025", *DIABETES)
        for n in range(PEOPLE)
    ]
    return write_table(tmp_path / "events.csv", HEADER, rows)


def research(person: Any, file: Path) -> Any:
    person.drop(file)
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", PEOPLE)
    return person.window.pages["going_to"]


def test_people_on_a_list_of_objections_stay(
    person: Any, events_file: Path, tmp_path: Path, asked: Any, number_of: Callable[[int], str]
) -> None:
    listed = tmp_path / "objections.txt"
    listed.write_text("\n".join(number_of(n) for n in (3, 4)), encoding="utf-8")
    page = research(person, events_file)
    person.tick(page.objections.boxes["list"])
    person.click(page.use)
    assert "Choose the list." in page.error_summary.text()
    asked.files = [listed]
    page.objections.buttons["list"].click()
    person.until(lambda: "list" in page.objections.lists)
    person.use_this()
    assert person.session.rows.patients_out == PEOPLE - 2


def test_a_list_without_numbers_is_refused_in_words(
    person: Any, events_file: Path, tmp_path: Path, asked: Any
) -> None:
    listed = tmp_path / "objections.txt"
    listed.write_text("nobody\nat all\n", encoding="utf-8")
    page = research(person, events_file)
    person.tick(page.objections.boxes["list"])
    asked.files = [listed]
    page.objections.buttons["list"].click()
    person.until(lambda: not person.session.jobs.running())
    note = page.objections.notes["list"].text()
    assert note.startswith("The list could not be read")
    assert page.objections.missing() == "Choose the list."


def test_a_row_and_a_category_can_be_left_out_and_brought_back(person: Any, events_file: Path) -> None:
    session = person.session
    page = research(person, events_file)
    person.tick(page.objections.boxes["codes"])
    person.use_this()
    table = session.export.tables[0].name
    session.leave_out_row(table, 7)
    person.until(lambda: session.can_undo and not session.jobs.running())
    assert session.rows.rows_out == PEOPLE - 1
    assert session.choices.what == "row 8 left out"
    category = next(c.id for c in session.survey.categories) if session.survey.categories else "hiv"
    session.decide_category(category, "withhold")
    person.planned()
    assert category in session.plan.withhold_categories
    session.undo()
    session.undo()
    person.planned()
    assert session.rows.rows_out == PEOPLE


def test_decisions_are_not_lost_in_silence(person: Any, events_file: Path, asked: Any) -> None:
    session, window = person.session, person.window
    page = research(person, events_file)
    person.tick(page.objections.boxes["codes"])
    person.use_this()
    session.decide_field(session.export.tables[0].name, "Term", "leave_out")
    person.planned()
    asked.yes = False
    window.menus.put_file_away()
    asked.files = [events_file]
    window.menus.open_files()
    assert session.plan is not None
    asked.yes = True
    window.menus.put_file_away()
    assert session.export is None
    assert window.page.page_id == "open"


def test_a_folder_of_tables_is_one_export(
    person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]
) -> None:
    folder = tmp_path / "practice"
    folder.mkdir()
    people = [(number_of(n), "OKAFOR", "01/03/1961", "Registered") for n in range(8)]
    write_table(folder / "patients.csv", HEADER[:4], people)
    write_table(folder / "events.csv", ("NHS Number", "Code", "Term"), [(p[0], *DIABETES) for p in people])
    person.drop(folder)
    person.opened()
    page = person.window.pages["open"]
    assert page.list.isVisible()
    assert page.list_model.rowCount() == 2
    person.window.resize(683, 384)
    person.until(page.tables.isVisible)
    assert page.tables.box.count() == 2
    person.window.resize(1366, 768)
    person.session.set_table("patients")
    assert page.rows_model.columnCount() == 4
    assert {row.table for row in person.window.pages["fields"].rows} == {"patients", "events"}


def test_what_is_remembered_names_nobody(person: Any, tmp_path: Path, events_file: Path) -> None:
    from gui.settings import Settings

    secret = tmp_path / "Mrs Smith insurance.csv"
    secret.write_bytes(events_file.read_bytes())
    page = research(person, secret)
    person.tick(page.objections.boxes["codes"])
    person.use_this()
    text = Settings.path().read_text(encoding="utf-8")
    for word in ("Smith", "insurance", str(tmp_path), "Bristol", "study", "Surname", "OKAFOR"):
        assert word not in text
    person.session.close_export()
    person.click(person.window.rail.buttons["open"])
    assert len(Settings.load().shapes) == 1
    person.drop(secret)
    person.opened()
    assert person.window.pages["going_to"].cards.chosen == "approved-research"


def test_the_program_tests_itself(tmp_path: Path, qapp: Any) -> None:
    from gui.self_test import run

    assert run(tmp_path) == 0
    assert len(list(tmp_path.glob("*/send/*.csv"))) == 5


def test_pictures_of_every_page(tmp_path: Path, qapp: Any, events_file: Path, monkeypatch: Any) -> None:
    from PySide6.QtGui import QImage

    from gui import screenshots
    from gui.pages import PAGES

    monkeypatch.setattr(screenshots, "SIZES", ((1366, 768),))
    folder = tmp_path / "pictures"
    assert screenshots.take_all(folder, (events_file,)) == 0
    names = {path.name for path in folder.glob("*.png")}
    pages = [p.page_id.replace("_", "-") for p in PAGES]
    assert {f"{p}-1366x768-{c}.png" for p in pages for c in ("light", "dark")} <= names
    for path in folder.glob("*.png"):
        picture = QImage(str(path))
        window_alone = path.name.startswith(("code-lists", "recipients"))  # it stands in front of the page
        assert (picture.width(), picture.height()) == (1366, 768) or window_alone
        across, down = range(0, picture.width(), 7), range(0, picture.height(), 7)
        colours = {picture.pixel(x, y) for x in across for y in down}
        assert len(colours) > 8, f"{path.name} is nearly blank"
