"""Closing the window: what was decided is not lost without a question, and a saved plan names nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEADER = ("NHS Number", "Surname", "Date of Birth", "Registration Status", "Date", "Code", "Term", "Notes")


@pytest.fixture
def planned(
    person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str], names: Any
) -> list[str]:
    """A file called after a patient, planned for research; gives what may stand nowhere."""
    surnames, forenames = names
    rows = [
        (
            number_of(n), surnames[n % 10], f"{n % 28 + 1:02d}/03/1961", "Registered",
            f"{n % 28 + 1:02d}/06/2025", "44054006", "Type 2 diabetes mellitus",
            f"seen with {forenames[n % 8]} from Larkspur Cottage",
        )
        for n in range(30)
    ]  # fmt: skip
    person.drop(write_table(tmp_path / "Parkinson Ewan 1961.csv", HEADER, rows))
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", 30)
    person.tick(person.window.pages["going_to"].objections.boxes["codes"])
    person.use_this()
    return [*surnames, *forenames, "Larkspur", *(r[0] for r in rows), *(r[2] for r in rows)]


@pytest.fixture
def full_names(person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> None:
    """A file with first and last names, planned for research."""
    header = (
        "NHS Number",
        "Surname",
        "Forename",
        "Date of Birth",
        "Registration Status",
        "Date",
        "Code",
        "Term",
    )
    rows = [
        (number_of(n), ("THORNE", "OKAFOR")[n % 2], ("Ewan", "Ann")[n // 2], "01/03/1961", "Registered",
         "02/06/2025", "44054006", "Type 2 diabetes mellitus")
        for n in range(4)
    ]  # fmt: skip
    person.drop(write_table(tmp_path / "report.csv", header, rows))
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", 4)
    person.tick(person.window.pages["going_to"].objections.boxes["codes"])
    person.use_this()


def decide(person: Any) -> None:
    table = person.session.export.tables[0].name
    person.session.decide_field(table, "Notes", "leave_out")
    person.planned()
    person.session.leave_out_row(table, 7)
    person.until(lambda: person.session.by_hand == 1 and not person.session.jobs.running())
    person.planned()


def test_nothing_decided_closes_without_a_question(person: Any, planned: list[str], asked: Any) -> None:
    assert person.window.close()
    assert asked.asked_before_closing == []


def test_what_was_decided_is_asked_about_and_can_be_gone_back_to(
    person: Any, planned: list[str], asked: Any
) -> None:
    decide(person)
    asked.closing = "back"
    assert not person.window.close()
    assert person.window.isVisible()
    assert asked.asked_before_closing == [2]
    person.session.undo()
    person.session.undo()
    person.planned()
    assert person.window.close(), "taken back, nothing is lost"
    assert asked.asked_before_closing == [2]


def test_the_plan_is_saved_then_the_window_closes_and_the_plan_names_nobody(
    person: Any, planned: list[str], asked: Any, tmp_path: Path
) -> None:
    decide(person)
    asked.closing, asked.saved_as = "save", None
    assert not person.window.close(), "no place was chosen"
    assert person.session.unsaved == 2
    asked.saved_as = tmp_path / "plan.json"
    assert not person.window.close(), "it closes once the plan stands"
    person.until(lambda: not person.window.isVisible())
    text = asked.saved_as.read_text(encoding="utf-8").casefold()
    assert [name for name in planned if name.casefold() in text] == []
    assert '"notes"' in text, "what was decided is in it"


def test_a_plan_that_cannot_be_written_keeps_the_window(
    person: Any, planned: list[str], asked: Any, tmp_path: Path
) -> None:
    decide(person)
    asked.closing, asked.saved_as = "save", tmp_path / "a folder"
    asked.saved_as.mkdir()
    assert not person.window.close()
    person.until(lambda: bool(asked.told))
    assert person.window.isVisible()
    assert person.session.unsaved == 2
    assert "not saved" in asked.told[0]


@pytest.mark.parametrize("typed", ["Audit of Ewan Thorne", "Audit of 999 000 0018", "Thorne Road audit"])
def test_a_plan_that_would_name_a_patient_is_not_written(
    person: Any, full_names: None, asked: Any, tmp_path: Path, typed: str
) -> None:
    going = person.session.going_to
    person.session.set_going_to(
        going.profile_id, going.recipient, typed, expected_patients=going.expected_patients,
        objection_sources=going.objection_sources, assume_registered=True,
    )  # fmt: skip
    person.planned()
    asked.saved_as = tmp_path / "plan.json"
    person.window.menus.save_the_plan()
    person.until(lambda: bool(asked.told))
    if "Road" in typed:
        assert asked.saved_as.exists(), "a single name is a street's too"
        return
    assert not asked.saved_as.exists()
    assert person.session.unsaved
    assert "not saved" in asked.told[0]
    assert "The name of the project" in asked.told[0]
    assert "thorne" not in asked.told[0].casefold()


def test_a_saved_plan_is_asked_about_no_more(
    person: Any, planned: list[str], asked: Any, tmp_path: Path
) -> None:
    decide(person)
    asked.saved_as = tmp_path / "plan.json"
    person.window.menus.save_the_plan()
    person.until(lambda: bool(asked.told))
    assert person.session.unsaved == 0
    person.session.undo()
    person.planned()
    assert person.session.unsaved == 1
    person.session.redo()
    person.planned()
    assert person.window.close()
    assert asked.asked_before_closing == []


def test_the_plan_can_be_saved_before_another_file_takes_its_place(
    person: Any, planned: list[str], asked: Any, tmp_path: Path
) -> None:
    decide(person)
    asked.yes = False
    person.window.menus.put_file_away()
    assert person.session.unsaved == 2, "kept open"
    asked.save_first, asked.saved_as = True, tmp_path / "a folder"
    asked.saved_as.mkdir()
    person.window.menus.put_file_away()
    person.until(lambda: bool(asked.told))
    assert person.session.export is not None, "what could not be saved is not put away"
    asked.saved_as = tmp_path / "plan.json"
    asked.files = list(person.session.paths)
    before = person.session.export
    person.window.menus.open_files()
    person.until(lambda: person.session.export not in (before, None))
    assert asked.saved_as.exists()
    assert person.session.unsaved == 0
    person.window.menus.put_file_away()
    assert person.session.export is None
    assert asked.asked_before_putting_away == [2, 2, 2], "nothing is asked where nothing would be lost"
