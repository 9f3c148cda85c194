"""A decision that cannot be worked out: the plan before it is on the screen, and nothing leaves by it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.protection import create_key
from core.protection.keys import save_key_file
from gui import planning
from gui.models import review

HEADER = ("NHS Number", "Date of Birth", "Registration Status", "Date", "Code", "Term")
NOBODY = "P-7KQ2-M9XD-0RHE-5V2T"
PHRASE = "quill marrow lantern"


@pytest.fixture
def planned(person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Any:
    rows = [
        (number_of(n), f"{n + 1:02d}/03/1961", "Registered", f"{n + 1:02d}/06/2025", "44054006", "Diabetes")
        for n in range(12)
    ]
    person.drop(write_table(tmp_path / "june.csv", HEADER, rows))
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", 12)
    person.tick(person.window.pages["going_to"].objections.boxes["search"])
    person.window.pages["going_to"].objections.edits["search"].setText("A. Manager")
    person.use_this()
    return person


def settled(person: Any) -> None:
    person.until(lambda: not person.session.jobs.running())


def test_nothing_leaves_by_a_plan_that_is_older_than_what_was_decided(planned: Any, tmp_path: Path) -> None:
    person, session = planned, planned.session
    person.until(lambda: review.ready(session))
    own = session.preview.context.pseudonyms.of_identity(session.survey.patients.identity[3])
    session.leave_out_patient(NOBODY)  # found in no file: the plan cannot be worked out
    settled(person)
    session.leave_out_patient(own)  # and so neither with this one, who would leave by the plan on the screen
    settled(person)
    assert session.rows.patients_out == 12
    assert session.plan_behind
    assert not review.ready(session)
    assert review.checks(session)[0].state == "stops"
    person.window.go_to("export")
    session.failure = None  # the card was put away
    person.window.page.refresh()
    assert not person.window.page.save.isEnabled()
    session.save_release(tmp_path)
    settled(person)
    assert session.release is None
    said: list[str] = []
    session.save_plan(tmp_path / "june.toml", said.append)
    assert len(said) == 1
    assert "Undo" in said[0]
    assert not (tmp_path / "june.toml").exists()
    session.undo()
    session.undo()
    settled(person)
    assert not session.plan_behind
    session.leave_out_patient(own)
    settled(person)
    assert session.rows.patients_out == 11
    assert review.ready(session)


def test_no_code_of_another_key_comes_back_by_redo(planned: Any, tmp_path: Path) -> None:
    person, session = planned, planned.session
    own = session.preview.context.pseudonyms.of_identity(session.survey.patients.identity[3])
    session.leave_out_patient(own)
    settled(person)
    session.undo()
    settled(person)
    save_key_file(tmp_path / "other.key", create_key(), PHRASE)
    told: list[str] = []
    session.keep_key(tmp_path / "other.key", PHRASE, told.append)
    person.until(lambda: told == [""])
    settled(person)
    session.redo()
    settled(person)
    assert session.choices.patients == ()
    assert not session.plan_behind


def test_nothing_leaves_while_a_decision_is_on_its_way(
    planned: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, session = planned, planned.session
    person.until(lambda: review.ready(session))
    slow, fingerprint = threading.Event(), planning.fingerprint

    def slowly(*given: Any) -> str:
        slow.wait(20)
        return fingerprint(*given)

    monkeypatch.setattr(planning, "fingerprint", slowly)
    session.leave_out_row("june", 3)
    assert not session.planning
    assert not review.ready(session), "the row would leave by the plan on the screen"
    session.save_release(tmp_path)
    assert not session.jobs.running("export")
    slow.set()
    settled(person)
    assert session.rows.rows_out == 11
    assert review.ready(session)


def test_a_decision_right_after_another_recipient_was_chosen_loses_nobody(planned: Any) -> None:
    person, session = planned, planned.session
    session.leave_out_patient(
        session.preview.context.pseudonyms.of_identity(session.survey.patients.identity[3])
    )
    settled(person)
    going = session.going_to
    session.set_going_to(
        going.profile_id, "University of Leeds", "study", objection_sources=going.objection_sources
    )
    session.set_format("xlsx")
    for step in (lambda: None, session.undo, session.redo, session.undo, session.undo, session.redo):
        step()
        settled(person)
        assert not session.plan_behind
        assert session.plan.recipient == session.recipient
        assert session.rows.patients_out == 11, "left out under whatever code"
