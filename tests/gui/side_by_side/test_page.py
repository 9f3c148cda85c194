"""The page as a person uses it: in step, filters, finding, flags, words, and every state it can be in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from invented_rows import InventedRows
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.accessibility import silent_widgets
from gui.models.preview_model import OUT
from gui.models.row_source import ALL_ROWS, CATEGORY, LEFT_OUT
from gui.pages.side_by_side_page import SideBySidePage
from gui.session import Session
from gui.state import DetailContent, Failure, FirstRows
from gui.widgets.cell_delegate import ROW_HEIGHT
from gui.widgets.row_pane import RowPane

PageOf = Callable[..., SideBySidePage]
Settle = Callable[[Session], None]
Details = list[DetailContent | None]


# -- one position, one chosen row ------------------------------------------------------------------
@pytest.mark.parametrize("count", [200, 20_000_000])
def test_the_panes_stay_in_step_to_the_last_row(page_of: PageOf, count: int) -> None:
    page = page_of(InventedRows(count))
    raw, out = page.panes.raw, page.panes.out
    for share in (0.0, 0.3, 0.71, 1.0):
        out.verticalScrollBar().setValue(int(out.verticalScrollBar().maximum() * share))
        assert raw.verticalScrollBar().value() == out.verticalScrollBar().value() == page.panes.bar.value()
        assert raw.visible_places() == out.visible_places()
    assert raw.verticalScrollBar().maximum() == out.verticalScrollBar().maximum()
    assert raw.visible_places()[1] == count - 1


def test_a_click_on_either_side_chooses_the_row_on_both(page_of: PageOf, details: Details) -> None:
    page = page_of(InventedRows(500))
    where = QPoint(page.panes.out.columnViewportPosition(1) + 5, 3 * ROW_HEIGHT + 5)
    QTest.mouseClick(page.panes.out.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert page.panes.raw.currentIndex().row() == page.panes.out.currentIndex().row() == 3
    raw_column = page.panes.raw.currentIndex().column()
    assert page.panes.raw.preview.columns[raw_column].name == "Date of Birth", "the same field"
    told = details[-1]
    assert told is not None
    assert told.title.startswith("Row 4, Date of Birth")


def test_keys_move_both_and_no_key_selects_or_searches_everything(page_of: PageOf) -> None:
    page = page_of(InventedRows(20_000_000))
    pane = page.panes.raw
    pane.setFocus()
    QTest.keyClick(pane, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert page.panes.out.currentIndex().row() == 19_999_999
    QTest.keyClick(pane, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(pane, "smith")
    assert len(pane.selectionModel().selectedRows()) == 1
    assert page.panes.place() == 19_999_999


def test_the_same_field_stands_at_the_left_edge_of_both(page_of: PageOf) -> None:
    page = page_of(InventedRows(500), width=900)
    raw, out = page.panes.raw, page.panes.out
    column = next(at for at, c in enumerate(raw.preview.columns) if c.name == "Event Date")
    raw.horizontalScrollBar().setValue(raw.horizontalHeader().sectionPosition(column) - raw.held_room())
    edge = out.held_width()
    at = out.horizontalHeader().visualIndexAt(edge)
    full = out.horizontalScrollBar().value() == out.horizontalScrollBar().maximum()
    assert out.preview.columns[at].name == "Event Date" or full


def test_the_first_column_stays_in_sight_and_can_be_clicked_there(page_of: PageOf) -> None:
    page = page_of(InventedRows(500), width=1150)
    raw = page.panes.raw
    assert raw.horizontalScrollBar().maximum() > 0
    raw.horizontalScrollBar().setValue(raw.horizontalScrollBar().maximum())
    assert raw.held_width() > 0
    assert raw.indexAt(QPoint(10, 5)).column() == 0
    before = raw.horizontalScrollBar().value()
    QTest.mouseClick(raw.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(10, 2 * ROW_HEIGHT + 5))
    assert (raw.currentIndex().row(), raw.currentIndex().column()) == (2, 0)
    assert raw.horizontalScrollBar().value() == before


# -- filters ---------------------------------------------------------------------------------------
def test_filters_narrow_count_and_keep_the_chosen_row(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    source = InventedRows(5_000)
    page = page_of(source)
    page.panes.choose(6, 1)  # a row that is left out
    chosen = page.cache.number_of(page.panes.place())
    chip = page.filters.chip(LEFT_OUT)
    assert chip.accessibleName() == f"Left out, {source.mask(LEFT_OUT).sum():,} rows"
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    settle(session)
    assert page.panes.raw.preview.rowCount() == source.mask(LEFT_OUT).sum()
    assert page.cache.number_of(page.panes.place()) == chosen
    assert f"of {5_000:,} rows" in page.said.whole()
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    settle(session)
    assert not chip.isChecked(), "clicking a filter that is on takes it off"
    assert page.filters.chip(ALL_ROWS).isChecked()
    QTest.mouseClick(page.filters.chip(ALL_ROWS), Qt.MouseButton.LeftButton)
    assert page.filters.chip(ALL_ROWS).isChecked(), "there is nothing to take off"
    assert page.panes.raw.preview.rowCount() == 5_000
    assert page.cache.number_of(page.panes.place()) == chosen


def test_what_does_not_fit_is_in_more(page_of: PageOf, session: Session, settle: Settle) -> None:
    source = InventedRows(5_000)
    page = page_of(source, width=720)
    hidden = page.filters.hidden_choices()
    assert hidden
    menu = page.filters.make_menu()
    labels = [action.text() for action in menu.actions()]
    assert all(any(choice.label in text for text in labels) for choice in hidden)
    menu.actions()[0].trigger()
    settle(session)
    assert page.filters.on == (hidden[0].id,)
    assert page.filters.chip(hidden[0].id).isVisible() or page.filters._more.isChecked()
    assert page.cache.total() == hidden[0].count


def test_a_filter_that_matches_nothing_says_so_and_offers_a_way_back(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    page = page_of(InventedRows(500))
    page.set_filter(CATEGORY + "nothing")
    settle(session)
    assert page.stack.currentWidget() is page.no_match
    assert "Gender reassignment" in page.no_match.heading.text()
    page.no_match.button.click()
    settle(session)
    assert page.stack.currentWidget() is page.panes


# -- flags -----------------------------------------------------------------------------------------
def test_next_flag_stops_at_each_and_on_the_flagged_field(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    source = InventedRows(200)
    page = page_of(source)
    stops = source.flagged("events").nonzero()[0].tolist()
    for expected in stops[:5]:
        page.next_flag()
        settle(session)
        assert page.cache.number_of(page.panes.place()) == expected
        row = page.cache.peek(page.panes.place())
        assert row is not None
        assert page.panes.position() in row.marks
    page.previous_flag()
    assert page.panes.place() == stops[3]
    page.panes.choose(199)
    page.next_flag()
    assert page.panes.place() == stops[0]
    assert "from the other end" in page.said.whole()


def test_next_flag_far_away_chooses_the_field_once_the_row_came(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    source = InventedRows(100_000, delay_s=0.02)
    page = page_of(source)
    page.panes.choose(60_000)
    settle(session)
    page.panes.choose(79_993, 0)
    page.next_flag()
    settle(session)
    place = page.panes.place()
    row = page.cache.peek(place)
    assert row is not None
    assert page.panes.position() in row.marks


def test_the_strip_shows_where_flags_are_and_jumps_there(page_of: PageOf, session: Session) -> None:
    source = InventedRows(30_000)
    page = page_of(source)
    strip = page.panes.strip
    assert strip.counts() == {lane.id: int(lane.rows.sum()) for lane in source.lanes("events")}
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(5, strip.height() - strip.pixels() // 2))
    assert abs(page.panes.place() - 15_000) < 200
    assert "Left out" in strip.accessibleDescription()


# -- words -----------------------------------------------------------------------------------------
def test_the_strip_explains_a_sensitive_cell_and_acts(
    page_of: PageOf, session: Session, details: Details, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, object]] = []
    monkeypatch.setattr(session, "decide_category", lambda c, w: asked.append((c, w)))
    monkeypatch.setattr(session, "leave_out_row", lambda t, r: asked.append((t, r)))
    page = page_of(InventedRows(100))
    page.panes.choose(3, 5)
    told = details[-1]
    assert told is not None
    assert told.title == "Row 4, Code Term: Malignant neoplasm of breast"
    assert told.accent == "amber"
    assert "built-in list" in told.lines[0]
    actions = dict(told.actions)
    assert list(actions) == ["Leave cancer out", "Leave out ▾", "This patient ▾", "Next flag  F8"]
    assert told.main == "Next flag  F8"
    actions["Leave cancer out"]()
    page.teller.press("leave_row")
    assert asked == [("cancer", "withhold"), ("events", 3)]


def test_the_strip_explains_changed_left_out_and_withheld(page_of: PageOf, details: Details) -> None:
    page = page_of(InventedRows(100))
    page.panes.choose(0, 2)
    changed = details[-1]
    page.panes.choose(0, 1)
    left_out = details[-1]
    page.panes.choose(6, 2)
    withheld = details[-1]
    assert changed is not None
    assert left_out is not None
    assert withheld is not None
    assert "01/03/1940 leaves as 1940. Only the year is given. (rule: profile: dates)" in changed.lines
    assert left_out.lines == ("Family Name is left out of every row: it names a patient.",)
    assert withheld.lines[0] == "The whole row is left out: the patient objected (Type 1)."
    assert "NHS England guidance" in withheld.lines[1]
    assert [words for words, _ in withheld.actions] == ["This patient ▾", "Next flag  F8"]


def test_the_outgoing_side_never_quotes_what_the_practice_holds_of_a_withheld_row(
    page_of: PageOf, details: Details
) -> None:
    page = page_of(InventedRows(100))
    page.panes.out.setFocus()
    where = QPoint(40, 6 * ROW_HEIGHT + 5)
    QTest.mouseClick(page.panes.out.viewport(), Qt.MouseButton.LeftButton, pos=where)
    told = details[-1]
    assert told is not None
    row = page.cache.peek(6)
    assert row is not None
    assert told.title == "Row 7: Left out: the patient objected (Type 1)"
    assert not any(cell in text for cell in row.raw if cell for text in (told.title, *told.lines))


def test_copy_gives_the_exact_text_and_asks_clipboard_histories_to_forget_it(page_of: PageOf) -> None:
    page = page_of(InventedRows(10, surname="O'NEIL\nJUNIOR"))
    page.panes.choose(0, 1)
    page.panes.raw.copy_cell()
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "O'NEIL\nJUNIOR"
    assert any("ExcludeClipboardContent" in name for name in data.formats())


# -- states ----------------------------------------------------------------------------------------
def test_nothing_open_says_how_to_get_something(qtbot: QtBot, session: Session) -> None:
    page = SideBySidePage(session)
    qtbot.addWidget(page)
    asked: list[str] = []
    session.page_requested.connect(asked.append)
    assert page.stack.currentWidget() is page.message
    assert "Open a file" in page.message.words.text()
    page.message.button.click()
    assert asked == ["open"]


def test_first_rows_show_while_the_rest_is_read(
    qtbot: QtBot, session: Session, settle: Settle, details: Details
) -> None:
    from core.model import Export

    page = SideBySidePage(session)
    qtbot.addWidget(page)
    page.resize(1100, 600)
    page.show()
    page.shown()
    session.export = Export("recall", (), ())
    session.first_rows = {"recall": FirstRows(("Name", "Code"), [["KAUR", "1"], ["ROSSI", None]])}
    session.current_table = "recall"
    session.first_rows_ready.emit("recall")
    settle(session)
    model = page.panes.raw.preview
    assert [model.data(model.index(r, 0)) for r in (0, 1)] == ["KAUR", "ROSSI"]
    assert page.out_message.isVisible()
    assert page.out_message.heading.text() == "Reading the whole file"
    assert not page.panes.out.isVisible()
    session.going_to = None
    session.findings_ready.emit()
    settle(session)
    assert page.out_message.button.text() == "Choose who gets it"


def test_a_file_that_could_not_be_opened_says_what_to_do(qtbot: QtBot, session: Session) -> None:
    page = SideBySidePage(session)
    qtbot.addWidget(page)
    session.failure = Failure("This could not be opened", "Line 3 ends in the middle.", "Nothing was kept.",
                              "Save it again.", stage="open")  # fmt: skip
    session.failed.emit("Line 3 ends in the middle.")
    assert page.message.heading.text() == "This could not be opened"
    assert "Line 3" in page.message.words.text()


def test_rows_that_can_no_longer_be_read_keep_the_decisions(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    from core.model import ReadError

    class Gone(InventedRows):
        def rows(self, table, numbers):  # type: ignore[no-untyped-def]
            raise ReadError("The file has changed since it was opened.")

    page = page_of(Gone(1000))
    assert page.stack.currentWidget() is page.message
    assert "Your decisions are kept" in page.message.words.text()


def test_another_table_is_shown_when_the_session_says_so(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    page = page_of(InventedRows(500))
    assert page.tabs.isVisible()
    page.tables.setCurrentText("patients")
    settle(session)
    assert session.current_table == "patients"
    assert page.cache.total() == 5


# -- everybody -------------------------------------------------------------------------------------
@pytest.mark.parametrize(("width", "height"), [(1150, 640), (560, 240)])
def test_every_widget_that_takes_the_keyboard_has_a_name(page_of: PageOf, width: int, height: int) -> None:
    page = page_of(InventedRows(500), width, height)
    page.focus_find()
    assert silent_widgets(page) == []
    assert page.panes.raw.accessibleName() == "What the practice holds"
    assert page.panes.out.accessibleName() == "What would leave"


def test_there_is_a_current_row_from_the_start(page_of: PageOf) -> None:
    page = page_of(InventedRows(500))
    assert page.panes.raw.currentIndex().isValid()
    assert page.panes.out.currentIndex().isValid()


def test_a_narrow_window_shows_one_side_at_a_time(page_of: PageOf, details: Details) -> None:
    page = page_of(InventedRows(500), 560, 240)
    assert page.panes.raw.isVisible()
    assert not page.panes.out.isVisible()
    assert page.other_side.isVisible()
    page.panes.choose(40, 2)
    page.other_side.click()
    assert page.panes.side() == OUT
    told = details[-1]
    assert told is not None
    assert told.title == "Row 41, Date of Birth: 1940", "the strip speaks of the side that is shown"
    assert page.panes.out.isVisible()
    assert not page.panes.raw.isVisible()
    first, last = page.panes.out.visible_places()
    assert first <= 40 <= last
    assert isinstance(page.other_side, QPushButton)
    assert page.height() <= 240


def test_panes_select_single_rows_only(page_of: PageOf) -> None:
    page = page_of(InventedRows(500))
    for pane in (page.panes.raw, page.panes.out):
        assert isinstance(pane, RowPane)
        assert pane.selectionMode() == pane.SelectionMode.SingleSelection
        assert pane.selectionBehavior() == pane.SelectionBehavior.SelectRows
        assert not pane.isCornerButtonEnabled()
        assert not pane.horizontalHeader().sectionsClickable()
        assert not pane.verticalHeader().sectionsClickable()
