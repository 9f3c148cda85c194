"""A manager adds the list that was missing: the open file is looked at again, and the decisions stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from gui import ask
from tests.core.survey.lists import list_files as lf
from tests.journeys.conftest import Person, nhs_number

ABUSE, ORDINARY = lf.sctid(600_001), lf.sctid(600_002)
PEOPLE = 12


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        f"{nhs_number(40 + n)},{code},Note of a visit,2025-0{1 + n % 9}-10"
        for n in range(PEOPLE)
        for code in (ABUSE, ORDINARY)
    ]
    return lf.csv_file(tmp_path / "events.csv", "NHS Number,Code,Term,Event date", *rows)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_LISTS", str(tmp_path / "lists"))
    return tmp_path / "lists"


def test_a_list_is_added_and_the_open_file_shows_what_it_finds(
    person: Person, shelf: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.session.open_paths([file])
    person.until(lambda: person.session.survey is not None and not person.session.jobs.running())
    person.session.decide_field("events", "Event date", "leave_out")
    before = {one.id for one in person.session.survey.categories}
    assert "domestic_abuse" not in before
    person.click(person.window.rail.buttons["codes"])
    codes: Any = person.window.pages["codes"]
    assert "Some may be missed: 'Human Fertilisation and Embryology Act list'" in codes.said.text()
    person.click(codes.lists)
    dialog = person.window.code_lists
    assert dialog is not None
    assert dialog.isVisible()
    person.until(lambda: not person.session.jobs.running())
    assert "Needed and not loaded" in dialog.tree.topLevelItem(0).text(0)

    path = lf.csv_file(tmp_path / "practice-domestic-violence.csv", "code,term", f"{ABUSE},Invented")
    monkeypatch.setattr(ask, "one_file", lambda *_: path)
    person.click(dialog.add)
    person.until(lambda: bool(dialog._lists.said) and not person.session.jobs.running())
    assert "1 code" in dialog.status.text()
    survey = person.session.survey
    assert survey is not None
    (found,) = (one for one in survey.categories if one.id == "domestic_abuse")
    assert (found.rows, found.patients) == (PEOPLE, PEOPLE)
    assert person.session.choices.fields, "what was decided is decided still"
    QApplication.processEvents()
    assert any("omestic" in row.title for row in codes.categories.rows())
    person.click(dialog.close_button)
    assert not dialog.isVisible()

    person.session.close_export()
    person.session.open_paths([file])
    person.until(lambda: person.session.survey is not None and not person.session.jobs.running())
    assert "domestic_abuse" in {one.id for one in person.session.survey.categories}, "it is remembered"
