"""A GP goes through the queue with the keyboard alone; a colleague at the desk sees what they may."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from gui.accessibility import silent_widgets
from gui.reviewing import Looker
from gui.session import demo_paths

QUEUE, PATIENTS = 30, 6_000  # one patient in two hundred
FEW, FEW_PATIENTS = 6, 90
HEADER = (
    *("NHS Number", "Family Name", "Calling Name", "Date of Birth", "Postcode", "Sex"),
    *("Date", "Code", "Code Term"),
)
PLAIN = ("195967001", "Asthma")
TOLD = ("836881000000105", "Child is cause for safeguarding concern")


@pytest.fixture(autouse=True)
def looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record of looking of its own, and no list of anybody's."""
    place = tmp_path / "looks.jsonl"
    monkeypatch.setenv("THRESHOLD_LOOKS", str(place))
    monkeypatch.setenv("THRESHOLD_GP_ONLY", str(tmp_path / "gp-only.json"))
    return place


def research(session: Any, patients: int | None = None) -> None:
    """Say who gets it: a study, which is beyond care."""
    from core.protection.plan import ObjectionSource

    session.set_going_to(
        "approved-research", "University of Bristol", "Study", expected_patients=patients,
        objection_sources=[ObjectionSource("codes")],
        assume_registered=not session.survey.patients.has_status,
    )  # fmt: skip


@pytest.fixture(params=[(FEW, FEW_PATIENTS)], ids=["few"])
def page(request: Any, person: Any, tmp_path: Path, number_of: Callable[[int], str]) -> Any:
    """Of some invented patients a few have an entry about safeguarding; the page in front."""
    queue, patients = request.param
    path = tmp_path / "events.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for serial in range(patients):
            surname = f"{'QWERTZUIOP'[serial % 10]}{'aeiou'[serial % 5]}thwaite".upper()
            born = f"{serial % 28 + 1:02d}/0{serial % 9 + 1}/{1960 + serial % 4}"
            who = (number_of(serial), surname, ("Ann", "Bela")[serial % 2], born, "BS6 5QN", "FM"[serial % 2])
            rows.writerow((*who, "12/01/2025", *PLAIN))
            if serial < queue:
                rows.writerow((*who, "20/05/2025", *TOLD))
    person.drop(path)
    person.opened()
    research(person.session, patients)
    person.session.decide_category("safeguarding", "keep")
    person.planned()
    assert len(person.session.queue.entries) == queue
    person.window.activateWindow()
    person.until(lambda: QApplication.activeWindow() is person.window)
    person.window.go_to("patients")
    return person.window.pages["patients"]


def keys(person: Any, *pressed: Any) -> None:
    """Press keys wherever the keyboard is: nothing is clicked."""
    for key in pressed:
        here = QApplication.focusWidget()
        assert here is not None, "the keyboard fell out of the window"
        if isinstance(key, str):
            person.bot.keyClicks(here, key)
        elif isinstance(key, tuple):
            person.bot.keyClick(here, *key)
        else:
            person.bot.keyClick(here, key)


def say_who_looks(person: Any, page: Any, gp: bool = True) -> None:
    keys(person, "Dr A Patel", Qt.Key.Key_Tab)
    if not gp:
        keys(person, Qt.Key.Key_Down)
    keys(person, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    start: QWidget = page.front.looker.start
    start.setFocus()
    keys(person, Qt.Key.Key_Space)
    person.until(lambda: page.judging.record is not None or page.front.finished_shown())


@pytest.mark.parametrize("page", [(QUEUE, PATIENTS)], ids=["thirty"], indirect=True)
def test_thirty_patients_with_the_keyboard_alone(person: Any, page: Any, looks: Path) -> None:
    session, listed = person.session, page.front.pane.list
    wanted = session.not_looked_at
    assert wanted == QUEUE
    say_who_looks(person, page)
    left_out = 0
    names = set()
    for turn in range(wanted):
        person.until(lambda: page.judging.record is not None)
        assert QApplication.focusWidget() is listed
        line = listed.current_line()
        assert line is not None
        assert "safeguarding concern" in line.held.casefold(), "what needs a judgement is in front"
        names.add(page.judging.record.code)
        if turn % 6 == 0:  # one key: the commonest reason; the reasons are in sight, one key changes it
            keys(person, Qt.Key.Key_L, "4")
            left_out += 1
            assert listed.current_line().by_hand
            assert page.front.reasons.buttons["patient_asked"].isChecked()
        else:
            keys(person, Qt.Key.Key_K)
        keys(person, Qt.Key.Key_Down, Qt.Key.Key_Return)
    person.until(page.front.finished_shown)
    assert len(names) == wanted
    person.planned()
    assert session.not_looked_at == 0
    assert page.state().words == "All seen"
    assert [reason for _t, _r, reason in session.choices.items] == ["patient_asked"] * left_out
    assert {look.code for look in session.choices.seen} == names
    assert len(session.plan.seen) == wanted
    written = looks.read_text(encoding="utf-8")
    assert written.count('"patient"') == wanted
    assert "thwaite" not in written.casefold()
    assert QApplication.focusWidget() is page.front.message.button
    keys(person, Qt.Key.Key_Space)
    assert person.window.page.page_id == "export"


def test_a_decision_and_its_undoing_keep_the_place(person: Any, page: Any) -> None:
    session, listed = person.session, page.front.pane.list
    say_who_looks(person, page)
    here, code = listed.current_key(), page.judging.record.code
    rows = session.numbers.rows_out
    keys(person, Qt.Key.Key_L)
    assert listed.current_line().out is None, "it shows at once"
    person.planned()
    person.until(lambda: not listed.current_line().waiting)
    assert (listed.current_key(), session.numbers.rows_out) == (here, rows - 1)
    keys(person, Qt.Key.Key_K)
    person.planned()
    person.until(lambda: listed.current_line().out is not None)
    assert session.numbers.rows_out == rows
    keys(person, Qt.Key.Key_P)
    person.planned()
    person.until(lambda: bool(page.judging.record.left_out))
    assert session.choices.patients == (code,)
    assert page.judging.why_not(listed.current_line())
    keys(person, Qt.Key.Key_P)
    person.planned()
    person.until(lambda: not page.judging.record.left_out)
    assert session.choices.patients == ()
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    person.planned()
    person.until(lambda: bool(page.judging.record.left_out))
    assert QApplication.focusWidget() is listed


def test_held_back_every_time(person: Any, page: Any, isolated: Path) -> None:
    session, listed = person.session, page.front.pane.list
    say_who_looks(person, page)
    (first, *_rest) = page.keys.always_menu().actions()
    first.trigger()
    person.until(lambda: not session.jobs.running() and not listed.current_line().waiting)
    assert listed.current_line().out is None
    assert session.choices.items == ()
    assert (isolated / "hold-backs.json").exists()
    assert "held back every time" in " ".join(person.window.shown_detail().lines)
    assert any("Let it leave again" in words for words, _act in person.window.shown_detail().actions)
    menu = page.keys.patient_menu()
    always = next(action.menu() for action in menu.actions() if action.menu() is not None)
    always.actions()[0].trigger()
    person.until(lambda: not session.jobs.running() and bool(page.judging.record.left_out))
    name, code = page.judging.record.name, page.judging.record.code
    assert name not in (isolated / "hold-backs.json").read_text(encoding="utf-8")
    assert session.choices.patients == ()
    next(a for a in menu.actions() if "Only a GP" in a.text()).trigger()
    person.until(lambda: page.judging.record is not None and bool(page.judging.record.needs_gp))
    session.set_looker(Looker("Sam Jones", "staff"))
    person.until(lambda: page.front.finished_shown() or page.judging.record is not None)
    assert page.judging.record is None or page.judging.record.code != code


def test_what_is_held_back_is_let_go_where_it_is_seen(
    person: Any, page: Any, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, listed = person.session, page.front.pane.list
    answers: list[bool] = [False]
    monkeypatch.setattr("gui.ask.confirm", lambda *_a, **_k: answers.pop(0))

    def settled() -> bool:
        return not session.jobs.running() and not listed.current_line().waiting

    say_who_looks(person, page)
    page.keys.always_menu().actions()[0].trigger()
    person.until(lambda: settled() and listed.current_line().out is None)
    keys(person, Qt.Key.Key_K)  # the answer is to go back
    person.until(settled)
    assert listed.current_line().out is None
    answers.append(True)
    keys(person, Qt.Key.Key_K)
    person.until(lambda: settled() and listed.current_line().out is not None)
    session.read_held(answers.append)
    person.until(lambda: answers == [[]])
    answers.clear()
    session.set_looker(Looker("Sam Jones", "staff"))
    person.until(lambda: page.judging.record is not None)
    page.judging.patient_always("patient_asked")
    person.until(lambda: settled() and bool(page.judging.record.left_out))
    told: list[Any] = []
    session.read_held(told.append)
    person.until(lambda: bool(told))
    assert "by the practice manager" in told[0][0][1], "who is no GP is not said to be one"
    answers.append(True)
    keys(person, Qt.Key.Key_P)
    person.until(lambda: settled() and not page.judging.record.left_out)


def test_nothing_is_seen_that_was_not_in_sight(person: Any, page: Any) -> None:
    session = person.session
    say_who_looks(person, page)
    code = page.judging.record.code
    session.cover_raw(True)
    shown = [line.sentence() for line in page.judging.lines()]
    assert not any("THWAITE" in words for words in shown)
    assert not any("THWAITE" in words for words in page.front.head.words())
    assert "THWAITE" not in page.front.head.toolTip()
    keys(person, Qt.Key.Key_Return)
    assert page.judging.record.code == code
    assert session.choices.seen == ()
    keys(person, Qt.Key.Key_L)
    person.planned()
    assert session.choices.items == ()
    session.cover_raw(False)
    keys(person, Qt.Key.Key_Return)
    assert [look.code for look in session.choices.seen] == [code]


def test_without_a_name_nothing_is_opened(person: Any, page: Any, looks: Path) -> None:
    form = page.front.looker
    assert QApplication.focusWidget() is form.name.edit
    page.open(page.list.entries[0].patient)
    person.planned()
    assert page.judging.record is None
    assert not looks.exists() or '"patient"' not in looks.read_text(encoding="utf-8")
    form.name.edit.setText("999 123 4567")
    form.staff.setChecked(True)
    form.try_it()
    assert form.name.error.text()
    assert person.session.looker is None


def test_a_record_that_cannot_be_written_down_stays_shut(
    person: Any, page: Any, looks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_LOOKS", str(looks.parent / "missing" / "a-file"))
    (looks.parent / "missing").write_text("not a folder")
    say_who_looks(person, page)
    assert page.judging.record is None
    assert "shown" in page.front.message.heading.text()
    assert "nothing is shown" in page.front.message.words.text()
    assert page.front.pane.list.lines.rowCount() == 0


def test_anybody_is_found_and_opened(person: Any, page: Any, looks: Path) -> None:
    say_who_looks(person, page)
    person.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is page.search.box
    keys(person, "Qathwaite", Qt.Key.Key_Return)
    person.until(lambda: page.list.found is not None)
    keys(person, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is page.front.queue.list
    before = page.judging.record.patient
    keys(person, Qt.Key.Key_Down, Qt.Key.Key_Down)
    person.until(lambda: page.judging.record is not None and page.judging.record.patient != before)
    assert "QATHWAITE" in page.judging.record.name.upper()
    keys(person, Qt.Key.Key_Right, Qt.Key.Key_Escape)
    assert page.list.found is None
    assert "qathwaite" not in looks.read_text(encoding="utf-8").casefold()


def test_every_part_speaks_and_fits(person: Any, page: Any) -> None:
    assert silent_widgets(page) == []
    say_who_looks(person, page)
    for size in ((1366, 728), (683, 384), (1920, 1080)):
        person.window.resize(*size)
        QApplication.processEvents()
        assert silent_widgets(person.window) == []
        assert page.front.pane.list.viewport().height() > 60, size
        assert QApplication.focusWidget() is page.front.pane.list


def test_the_demo_practice_has_a_short_queue(person: Any) -> None:
    person.session.open_paths(list(demo_paths()))
    person.opened()
    research(person.session)
    person.planned()
    queue = person.session.queue
    assert 0 < len(queue.entries) <= max(10, queue.patients * 0.005)
    assert person.window.pages["patients"].state().words == f"{len(queue.entries)} to see"
