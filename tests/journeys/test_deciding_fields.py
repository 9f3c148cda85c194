"""The Fields page by the keyboard: one key for the common things, many fields at once, each step back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from core.model import Counted
from gui.models.review import NONE_LEAVES, checks, why_none_leaves

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PEOPLE, ODD = 12, 30
HEADER = (
    "NHS Number", "Date of Birth", "Registration Status", "Sex", "Date", "Code", "Term", "Notes", "Comments",
    *(f"Qxz_{n}" for n in range(ODD)),
)  # fmt: skip


@pytest.fixture
def fields(person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Any:
    """The page, planned for research; many fields of which nobody knows what they are."""
    rows = [
        (
            number_of(n), f"{n + 1:02d}/03/1961", "Registered", "FM"[n % 2], f"{n + 1:02d}/06/2025",
            "44054006", "Type 2 diabetes mellitus", f"came with her son on day {n}, feels better now",
            f"wants to be rung back about visit {n} next week",
            *(f"x{n * 7919 + k * 31}" for k in range(ODD)),
        )
        for n in range(PEOPLE)
    ]  # fmt: skip
    person.drop(write_table(tmp_path / "june.csv", HEADER, rows))
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", PEOPLE)
    person.tick(person.window.pages["going_to"].objections.boxes["codes"])
    person.use_this()
    page = person.window.pages["fields"]
    person.until(lambda: any(row.raw for row in page.rows))
    return page


def at(fields: Any, name: str) -> Any:
    return next(row for row in fields.rows if row.name == name)


def stand_on(fields: Any, name: str) -> None:
    fields.go_to_field(at(fields, name).table, name)


def key(person: Any, fields: Any, letter: Qt.Key) -> None:
    person.bot.keyClick(fields.tree, letter)
    person.planned()


def test_one_key_does_a_common_thing_and_says_where_it_does_not(person: Any, fields: Any) -> None:
    stand_on(fields, "Sex")
    assert "L leave out" in fields.foot.words.whole()
    key(person, fields, Qt.Key.Key_L)
    assert (at(fields, "Sex").action, at(fields, "Sex").decided) == ("leave_out", True)
    assert fields.current().name == "Sex", "the keyboard stays where it was"
    key(person, fields, Qt.Key.Key_P)
    assert not at(fields, "Sex").decided
    stand_on(fields, "Notes")
    key(person, fields, Qt.Key.Key_S)
    assert at(fields, "Notes").action == "scrub"
    stand_on(fields, "Comments")
    key(person, fields, Qt.Key.Key_A)
    assert (at(fields, "Comments").action, at(fields, "Comments").to_decide) == ("leave_out", False)
    for name in ("NHS Number", "Date of Birth", "Notes", "Qxz_0"):
        stand_on(fields, name)
        before = at(fields, name)
        key(person, fields, Qt.Key.Key_K)
        assert at(fields, name) == before, "what may name somebody is not kept by a slip of a finger"
        assert "not kept by one key" in fields.foot.words.whole()
    stand_on(fields, "Date")
    key(person, fields, Qt.Key.Key_S)
    assert "not offered" in fields.foot.words.whole()
    for name in ("Comments", "Notes"):
        person.session.undo()
        person.planned()
        assert at(fields, name).to_decide


def test_only_what_was_looked_at_is_accepted_at_one_stroke(person: Any, fields: Any) -> None:
    fields.show_only("to_decide")
    person.session.set_curtain(True)
    fields.looked_over.forget()  # whatever stood there long enough while the page was made
    fields.looked_over.note()
    assert fields.looked_at() == [], "nothing is read through the curtain"
    person.session.set_curtain(False)
    person.until(lambda: bool(fields.looked_at()))
    looked = {row.name for row in fields.looked_at()}
    waiting = {row.name for row in fields.rows if row.to_decide}
    assert len(waiting) == ODD + 2
    assert looked < waiting, "those below the edge were not in front of anybody"
    assert f"{len(looked):,} suggestions" in fields.foot.accept.text()
    person.press(Qt.Key.Key_A, CTRL | SHIFT)
    person.planned()
    assert {row.name for row in fields.rows if row.to_decide} == waiting - looked
    person.session.undo()
    person.planned()
    assert {row.name for row in fields.rows if row.to_decide} == waiting, "one step takes it back"
    row = at(fields, sorted(looked)[0])
    assert fields.looked_over.has(row)
    assert not fields.looked_over.has(replace(row, kind="free_text")), "it is taken for something else now"
    assert not fields.looked_over.has(replace(row, action="keep")), "something else would happen to it now"


def test_all_free_text_is_decided_at_once(person: Any, fields: Any, asked: Any) -> None:
    notes = ("Notes", "Comments")
    menu = fields.choices.free_text_menu(fields.rows)
    offered = {a.text(): a for a in menu.actions() if a.text()}
    asked.yes = False
    offered["Keep all of it as it is..."].trigger()
    person.planned()
    assert all(at(fields, name).to_decide for name in notes), "asked first, and refused"
    offered["Keep it, with personal details removed as far as we can tell"].trigger()
    person.planned()
    assert all(at(fields, name).action == "scrub" for name in notes)
    assert at(fields, "Qxz_0").to_decide
    menu = fields.choices.free_text_menu(fields.rows)
    next(a for a in menu.actions() if a.text() == "Back to the profile's choice").trigger()
    person.planned()
    assert all(at(fields, name).to_decide for name in notes)
    person.session.undo()
    person.planned()
    assert all(at(fields, name).action == "scrub" for name in notes)


def test_coming_back_finds_everything_as_it_was(person: Any, fields: Any) -> None:
    fields.find.setText("Qxz")
    stand_on(fields, "Qxz_29")
    seen: list[int] = []

    def at_rest() -> bool:
        seen.append(fields.tree.verticalScrollBar().value())
        return len(seen) > 5 and seen[-1] > 0 and len(set(seen[-5:])) == 1

    person.until(at_rest)
    scrolled = seen[-1]
    person.window.go_to("export")
    person.window.go_to("fields")
    assert (fields.find.text(), fields.current().name) == ("Qxz", "Qxz_29")
    person.until(lambda: fields.tree.verticalScrollBar().value() == scrolled)
    fields.show_only("to_decide")
    stand_on(fields, "Qxz_28")
    key(person, fields, Qt.Key.Key_A)
    assert fields.current().name == "Qxz_29", "on to the next, not back to the first"
    fields.show_only("new")
    assert fields.nothing.isVisible()
    assert "No field here has these words" in fields.nothing.text(), "the search box still says Qxz"
    fields.find.clear()
    assert "Nothing is new here" in fields.nothing.text()
    fields.show_only("to_decide")
    fields.find.setText("Notes")
    for _ in range(2):
        person.press(Qt.Key.Key_D, CTRL)
    assert fields.current().to_decide


def test_where_no_row_would_leave_the_page_says_why(
    person: Any, fields: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]
) -> None:
    assert not fields.none_leaves.isVisibleTo(fields)
    session = person.session
    session.close_export()
    rows = [(number_of(n), f"0{n + 1}/03/1961", ("Deceased", "Left")[n == 2], "44054006") for n in range(3)]
    header = ("NHS Number", "Date of Birth", "Registration Status", "Code")
    person.drop(write_table(tmp_path / "died.csv", header, rows))
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", 3)
    person.tick(person.window.pages["going_to"].objections.boxes["codes"])
    person.use_this()
    person.window.go_to("fields")
    assert fields.none_leaves.isVisible()
    assert fields.none_leaves.text() == "No row would leave: every one is left out."
    died, left = (counted.text for counted in session.rows.counted)
    assert fields.why_none.text() == f"2 rows, 2 patients: {died} 1 row, 1 patient: {left}"
    there = next(check for check in checks(session) if check.detail.startswith(NONE_LEAVES))
    assert there.state == "look", "the same words as on the Export page"
    session.close_export()
    person.until(lambda: not fields.none_leaves.isVisibleTo(fields))


def test_a_plan_that_is_worked_out_says_of_how_many_rows(person: Any, fields: Any) -> None:
    told: list[Any] = []
    person.session.jobs.steps_changed.connect(told.append)
    stand_on(fields, "Sex")
    key(person, fields, Qt.Key.Key_L)
    steps = [step for step in told if step is not None and step.name == "plan" and step.total]
    assert {(step.done, step.total) for step in steps} >= {(PEOPLE, PEOPLE)}
    assert {step.measure.unit for step in steps} == {"rows"}
    assert {step.what for step in steps} >= {"Working out which rows leave", "Counting what leaves"}


@pytest.mark.parametrize("reasons", [3, 5])
def test_the_reasons_of_most_rows_are_said_first(reasons: int) -> None:
    counts = tuple(Counted(f"r{n}", f"because of {n}.", n, n) for n in range(2, reasons + 2))
    rows = SimpleNamespace(rows_out=0, counted=counts)
    session: Any = SimpleNamespace(rows=rows, publishes_counts=False)
    said = why_none_leaves(session)[1]
    most = reasons + 1
    assert said.startswith(f"{most} rows, {most} patients: because of {most}. {most - 1} rows")
    assert ("2 more reasons on the Export page." in said) == (reasons == 5)
    assert said.count("because") == 3
