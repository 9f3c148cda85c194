"""The Patients page on invented records: who may see what, keys, charts, the sheet, what it must not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from invented_records import CODES, NAMES, item, queue, record
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.model import PolicyError
from core.patients import Found, PatientRecord
from gui import ask, records, sheets
from gui.accessibility import silent_widgets
from gui.charts.series_chart import SeriesChart, summary
from gui.clipboard import care
from gui.for_a_gp import ForGp
from gui.main_window import MainWindow
from gui.models.queue_model import A_RECORD, GP_WORDS, ONLY_A_GP
from gui.models.restricted import WORDS as RESTRICTED
from gui.pages.patients_page import PatientsPage
from gui.reviewing import Looker
from gui.session import Session
from gui.widgets.patient_head import PatientHead

GP, STAFF = Looker("Dr A Patel", "gp"), Looker("Sam Jones", "staff")
REASONS = ("safeguarding", "relation", "few_of_a_kind", "alone")
Key = Qt.Key


@pytest.fixture
def made() -> dict[int, PatientRecord]:
    """What is read of each patient; a test may change it."""
    given = {n: record(n) for n in range(4)}
    given[1] = record(1, needs_gp="The patient has the name of a member of staff.")
    return given


@pytest.fixture
def looks() -> list[tuple[str, str, str]]:
    """(who, at what, code) of every look that was written down."""
    return []


@pytest.fixture
def page(
    qtbot: Any, light: QApplication, session: Session, monkeypatch: pytest.MonkeyPatch, made: Any, looks: Any
) -> Iterator[Any]:
    monkeypatch.setattr(records, "queue", lambda *_a: queue(*REASONS))
    monkeypatch.setattr(records, "record", lambda _p, _k, patient: made[patient])
    monkeypatch.setattr(
        records, "found", lambda _p, text, _step, _for_gp: (Found(2, f"{text} X", "1961", "999"),)
    )

    def look(_preview: Any, looker: Looker, what: str, code: str = "", table: int = 0) -> None:
        looks.append((looker.name, what, code))

    monkeypatch.setattr(records, "write_look", look)
    window = MainWindow(session, (PatientsPage,))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    session.preview = object()  # type: ignore[assignment]  # as if a plan was worked out
    session._work_out_queue()
    qtbot.waitUntil(lambda: session.queue is not None)
    window.go_to("patients")
    yield window.pages["patients"]
    window.close()


@pytest.fixture
def looked(page: Any, qtbot: Any) -> Callable[[Looker], Any]:
    """Say who is looking, and wait for the first record or message."""

    def say(looker: Looker) -> Any:
        page.session.set_looker(looker)
        qtbot.waitUntil(lambda: page.judging.record is not None or page.front.finished_shown())
        return page

    return say


def press(qtbot: Any, *pressed: Any) -> None:
    for key in pressed:
        qtbot.keyClick(QApplication.focusWidget(), key)


def shown(page: Any) -> str:
    """All that the page could tell: lines, head, list, strip, tool tips, names for screen readers."""
    from PySide6.QtWidgets import QWidget

    told = [line.sentence() for line in page.judging.lines()]
    told += list(page.front.head.words())
    told += [line.words() for line in page.front.queue.list.queue.lines()]
    strip = page.window().shown_detail()
    told += [] if strip is None else [strip.title, *strip.lines]
    for widget in page.findChildren(QWidget):
        told += [widget.accessibleName(), widget.toolTip()]
    return "\n".join(told)


def test_the_first_thing_that_needs_a_judgement_is_in_front(looked: Any, qtbot: Any) -> None:
    page = looked(GP)
    listed = page.front.pane.list
    assert QApplication.focusWidget() is listed
    assert listed.current_line().held == "Gender recognition certificate"
    press(qtbot, Key.Key_Down)
    assert listed.current_line().held == "Child protection plan"
    press(qtbot, Key.Key_End, Key.Key_F8)
    assert listed.current_line().held == "Gender recognition certificate"


def test_restricted_entries_are_for_a_gp(looked: Any, qtbot: Any) -> None:
    page = looked(STAFF)
    assert RESTRICTED in shown(page)
    assert "Gender recognition" not in shown(page)
    page.session.set_looker(GP)
    qtbot.waitUntil(lambda: page.judging.record is not None)
    assert "Gender recognition" in shown(page)
    page.session.set_looker(STAFF)
    qtbot.waitUntil(lambda: page.judging.record is not None)
    assert "Gender recognition" not in shown(page)


def test_a_colleague_asks_for_a_gp(looked: Any, qtbot: Any, looks: Any) -> None:
    page = looked(STAFF)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(page.front.finished_shown)
    assert page.judging.record is None
    assert "for a GP" in page.front.message.heading.text()
    assert NAMES[1] not in shown(page)
    assert GP_WORDS in shown(page)
    assert CODES[1] not in {look.code for look in page.session.choices.seen}
    press(qtbot, Key.Key_Return)  # the keyboard goes on from there
    qtbot.waitUntil(lambda: page.judging.record is not None)
    assert page.patient == 2
    assert QApplication.focusWidget() is page.front.pane.list


def test_staff_are_not_told_why_a_record_is_for_a_gp(page: Any, looked: Any, qtbot: Any) -> None:
    looked(STAFF)
    page.open(1)
    qtbot.waitUntil(lambda: page.front.finished_shown())
    assert "member of staff" not in page.front.message.words.text()


def test_a_search_for_a_record_for_a_gp_opens_and_chooses_nothing(
    page: Any, looked: Any, qtbot: Any, monkeypatch: Any, looks: list[tuple[str, str, str]]
) -> None:
    hidden: list[frozenset[int]] = []

    def found(_preview: object, _text: str, _step: object, for_gp: frozenset[int]) -> tuple[Found, ...]:
        hidden.append(for_gp)
        return (Found(-1, "", "", "", for_gp=True),) if for_gp else (Found(1, "Jane Quixley", "1950", "999"),)

    monkeypatch.setattr(records, "found", found)
    page.session.set_close_ones(ForGp(frozenset({1})))
    looked(STAFF)
    page.find("Quixley")
    qtbot.waitUntil(lambda: page.list.found is not None)
    (line,) = page.front.queue.list.queue.lines()
    assert (line.title, line.code, line.patient) == (A_RECORD, "", ONLY_A_GP)
    before = list(looks)
    page.front.queue.list.setCurrentIndex(page.front.queue.list.queue.index(0))
    page.open(ONLY_A_GP)
    assert page.patient < 0
    assert looks == before, "nothing was opened, so no code is written down"
    page.back_to_queue()
    assert not page.front.queue.list.selectedIndexes(), "the list does not point at them either"
    looked(GP)
    page.find("Quixley")
    qtbot.waitUntil(lambda: page.list.found is not None)
    assert hidden == [frozenset({1}), frozenset()]


def test_a_list_that_is_gone_stands_above_the_page(page: Any, looked: Any, monkeypatch: Any) -> None:
    notice, begun = page.front.notice, []
    monkeypatch.setattr(page.session, "begin_gp_list_again", lambda: begun.append(1))
    looked(STAFF)
    assert not notice.isVisible()
    page.session.set_close_ones(ForGp(frozenset({1}), "The list is gone: it had one entry.", gone=True))
    assert notice.isVisible()
    assert not notice.button.isVisible(), "who begins another list is a GP"
    looked(GP)
    assert notice.button.isVisible()
    monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: False)
    notice.button.click()
    assert not begun
    monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: True)
    notice.button.click()
    assert begun
    page.session.set_close_ones(ForGp())
    assert not notice.isVisible()


def test_who_comes_next_sees_nothing_of_what_another_opened(looked: Any, looks: Any, qtbot: Any) -> None:
    page = looked(GP)
    page.open(1)
    qtbot.waitUntil(lambda: page.judging.record is not None and page.patient == 1)
    assert NAMES[1] in shown(page)
    page.session.set_looker(None)
    QApplication.processEvents()
    assert NAMES[1] not in shown(page)
    assert NAMES[0] not in shown(page)
    assert page.window().shown_detail() is None
    page.session.set_looker(STAFF)
    qtbot.waitUntil(lambda: page.judging.record is not None)
    assert ("Sam Jones", "patient", CODES[0]) in looks


def test_each_opening_is_written_down_once_and_before(looked: Any, looks: Any, qtbot: Any) -> None:
    page = looked(GP)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: page.patient == 1 and page.judging.record is not None)
    qtbot.waitUntil(lambda: not page.session.jobs.running())
    assert [look for look in looks if look[1] == "patient"] == [
        ("Dr A Patel", "patient", CODES[0]),
        ("Dr A Patel", "patient", CODES[1]),
    ]


def test_a_look_that_cannot_be_written_down_shows_nothing(
    page: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any) -> None:
        raise PolicyError("It could not be written down that somebody looks, so nothing is shown.", where="x")

    monkeypatch.setattr(records, "write_look", refuse)
    page.session.set_looker(GP)
    qtbot.waitUntil(page.front.finished_shown)
    assert NAMES[0] not in shown(page)
    assert page.judging.record is None


def test_covered_values_are_nowhere(looked: Any, qtbot: Any) -> None:
    page = looked(GP)
    assert NAMES[0] in shown(page)
    page.session.cover_raw(True)
    QApplication.processEvents()
    told = shown(page)
    for secret in (NAMES[0], "QWERTHWAITE", "Child protection", "26/12/1961", "132/84"):
        assert secret not in told
    assert page.front.values.charts == []
    press(qtbot, Key.Key_Return)
    assert page.patient == 0


def test_nothing_in_a_name_is_taken_for_anything_else(looked: Any, qtbot: Any) -> None:
    page = looked(GP)
    page.open(2)
    qtbot.waitUntil(lambda: page.patient == 2 and page.judging.record is not None)
    assert "<b>" in page.front.head.words()[0]
    assert "<img" not in page.front.head.toolTip()
    assert page.window().windowTitle() == "Threshold"


def test_a_name_that_runs_backwards_does_not(looked: Any, made: Any) -> None:
    made[0] = replace(made[0], name="Ann \u202eYELXIUQ\x07")
    page = looked(GP)
    assert page.judging.record is made[0]
    assert not {"\u202e", "\x07"} & set(page.front.head.accessibleName() + page.front.head.toolTip())


def test_who_has_no_name_is_said_to_have_none(looked: Any, qtbot: Any) -> None:
    page = looked(GP)
    page.open(3)
    qtbot.waitUntil(lambda: page.patient == 3 and page.judging.record is not None)
    assert page.front.head.words()[0] == "No name in the file"


def test_what_cannot_be_decided_says_why(looked: Any, qtbot: Any) -> None:
    page = looked(GP)
    listed = page.front.pane.list
    listed.choose(listed.lines.place_of(("item", "events", "4")))
    press(qtbot, Key.Key_L)
    assert "does not leave in any case" in page.window().shown_detail().title
    listed.choose(listed.lines.place_of(("told", "0")))
    press(qtbot, Key.Key_L)
    assert "Fields page" in page.window().shown_detail().title
    assert page.session.choices.items == ()


def test_copying_warns_and_a_covered_entry_is_not_copied(looked: Any, qtbot: Any) -> None:
    page = looked(GP)
    board, said = QApplication.clipboard(), []
    care.said.connect(said.append)
    board.clear()
    page.session.cover_raw(True)
    qtbot.keyClick(page.front.pane.list, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert board.text() == ""
    page.session.cover_raw(False)
    qtbot.keyClick(page.front.queue.list, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert board.text() == ""
    qtbot.keyClick(page.front.pane.list, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert board.text() == "Gender recognition certificate"
    assert any("what the practice holds" in words for words in said)
    care.clear()
    assert board.text() == ""
    care.said.disconnect(said.append)


def test_letters_that_mean_nothing_move_nothing(looked: Any, qtbot: Any) -> None:
    page = looked(GP)
    before = page.front.pane.list.current_key()
    press(qtbot, Key.Key_A, Key.Key_Z, Key.Key_9)
    assert page.front.pane.list.current_key() == before


def test_values_as_charts_and_as_a_table(looked: Any, qtbot: Any) -> None:
    page = looked(GP)
    press(qtbot, Key.Key_V)
    values = page.front.values
    assert values.isVisible()
    (chart,) = values.charts
    assert chart.accessibleName() == (
        "Blood pressure: 3 measurements from 8 January 2022 to 18 March 2024, "
        "the last 140/91 mmHg; 2 would leave"
    )
    press(qtbot, Key.Key_T)
    assert [values.model.index(0, c).data() for c in range(5)] == [
        "Blood pressure", "18 March 2024", "140/91", "mmHg", "Yes",
    ]  # fmt: skip
    assert values.model.index(1, 4).data() == "No"
    assert silent_widgets(page.window()) == []
    press(qtbot, Key.Key_V)
    assert QApplication.focusWidget() is page.front.pane.list


def test_a_chart_stands_any_numbers(qtbot: Any, light: QApplication) -> None:
    (series,) = record().series
    for points in (
        series.points[:1],
        (),
        tuple(replace(p, day=5, value=3.0, second=None) for p in series.points),
    ):
        chart = SeriesChart(replace(series, points=points))
        qtbot.addWidget(chart)
        chart.resize(200, 150)
        assert not chart.grab().isNull()
        assert summary(chart.series).startswith("Blood pressure")
        for point in points:
            assert chart.rect().contains(chart.place_of(point, point.value).toPoint())


def test_the_head_is_as_high_as_its_words(qtbot: Any, light: QApplication) -> None:
    head = PatientHead()
    qtbot.addWidget(head)
    head.show_patient("Ann", CODES[0], ["A long reason " * 30], "")
    assert head.heightForWidth(300) > head.heightForWidth(900) > 40


def test_a_sheet_is_released_by_a_gp_and_kept_nowhere_else(
    looked: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, looks: Any
) -> None:
    why, asked = "A GP must look at this sheet before it is given to anybody: the patient is 15.", []

    def made(_preview: Any, _profile: Any, _record: Any, _to: str, looker: Looker) -> tuple[str, str]:
        return ("<p>What leaves about you</p>" if looker.role == "gp" else "", why)

    monkeypatch.setattr(sheets, "made", made)
    monkeypatch.setattr(ask, "confirm", lambda _p, title, text, **_k: asked.append(text) or True)
    place = tmp_path / sheets.FILE_NAME
    monkeypatch.setattr(ask, "file_to_save", lambda *_a: place)
    page = looked(STAFF)
    press(qtbot, Key.Key_S)
    qtbot.waitUntil(lambda: why in page.window().shown_detail().title)
    assert not place.exists()
    page.session.set_looker(GP)
    qtbot.waitUntil(lambda: page.judging.record is not None)
    page.front.pane.list.setFocus()
    press(qtbot, Key.Key_S)
    qtbot.waitUntil(place.exists)
    qtbot.waitUntil(lambda: "saved" in page.window().shown_detail().title)
    assert [why in text for text in asked] == [True]
    written = place.read_bytes()
    assert written.startswith(b"%PDF")
    assert b"QWERTHWAITE" not in written[:2000]  # no name in the title or the properties


def test_a_search_finds_and_escape_goes_back(looked: Any, qtbot: Any, looks: Any) -> None:
    page = looked(GP)
    page.focus_find()
    for letter in "Qwert":
        qtbot.keyClicks(page.search.box, letter)
    qtbot.keyClick(page.search.box, Key.Key_Return)
    qtbot.waitUntil(lambda: page.list.found is not None)
    assert page.front.queue.list.queue.lines()[0].title == "Qwert X"
    press(qtbot, Key.Key_Escape)
    assert page.list.found is None
    assert QApplication.focusWidget() is page.front.pane.list
    assert page.search.box.text() == ""


def test_an_entry_longer_than_the_screen_is_drawn(looked: Any, made: Any, qtbot: Any) -> None:
    page = looked(GP)
    made[3] = record(3, item(1, "word " * 400), item(2, "x" * 900), item(3, "\u202egnirts\tdna\n"))
    page.open(3)
    qtbot.waitUntil(lambda: page.patient == 3 and page.judging.record is not None)
    for size in ((1366, 768), (683, 384)):
        page.window().resize(*size)
        QApplication.processEvents()
        assert not page.window().grab().isNull()
    assert "\u202e" not in shown(page)
