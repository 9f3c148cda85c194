"""Going to the same patient's other rows, here and in other tables, and finding a table as it was left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from invented_rows import InventedRows

from gui.models.restricted import hidden
from gui.models.row_source import LEFT_OUT, NOBODY, PATIENT
from gui.pages.side_by_side_menus import patient_menu
from gui.pages.side_by_side_page import SideBySidePage
from gui.session import Session
from gui.state import DetailContent

PageOf = Callable[..., SideBySidePage]
Settle = Callable[[Session], None]


def number(page: SideBySidePage) -> int:
    return page.cache.number_of(page.panes.place())


def test_the_next_row_of_the_patient_then_the_other_table_and_round(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    page = page_of(InventedRows(50))  # patient 4 has rows 8, 9, 28, 29, 48 and 49
    page.panes.choose(9)
    for expected in (28, 29, 48, 49):
        page.mover.step_patient()
        settle(session)
        assert (page.table, number(page)) == ("events", expected)
    assert page.said.whole() == "Row 6 of 6 of this patient here; they have rows in 1 other table"
    page.mover.step_patient()
    settle(session)
    assert (page.table, number(page)) == ("patients", 4)
    assert page.said.whole() == "Row 1 of 1 of this patient here; they have rows in 1 other table"
    page.mover.step_patient(backwards=True)
    settle(session)
    assert page.table == "events"


def test_filters_are_kept_to_but_for_a_row_that_they_hide(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    page = page_of(InventedRows(50))
    page.set_filters((LEFT_OUT,))  # of patient 4 only the row with HIV: none
    settle(session)
    place = page.cache.place_of(6)
    assert place is not None
    page.panes.choose(place)  # patient 3: 6, 7, 26, 27, 46, 47, all left out
    page.mover.step_patient()
    settle(session)
    assert (number(page), page.filters.on) == (7, (LEFT_OUT,))


def test_only_this_patients_rows_in_every_table(page_of: PageOf, session: Session, settle: Settle) -> None:
    page = page_of(InventedRows(60))
    page.panes.choose(9)
    page.mover.only_patient()
    settle(session)
    assert page.cache.total() == 6
    assert page.filters.on == (f"{PATIENT}4",)
    chip = page.filters.chip(f"{PATIENT}4")
    assert (chip.isChecked(), chip.accessibleName()) == (True, "This patient, 6 rows")
    assert "of this patient" in page.said.whole().casefold()
    page.filters._pick(f"{PATIENT}4")
    settle(session)
    assert page.cache.total() == 60


def test_where_the_law_restricts_a_row_nothing_tells_whose_it_is(
    page_of: PageOf, session: Session, settle: Settle, details: list[DetailContent | None]
) -> None:
    class Restricted(InventedRows):
        def row(self, n):  # type: ignore[no-untyped-def]
            return hidden(super().row(n)) if n == 9 else super().row(n)

    page = page_of(Restricted(50))
    page.panes.choose(9)
    settle(session)
    row = page.cache.peek(9)
    assert row is not None
    assert (row.patient, row.withheld_by) == (NOBODY, "")
    told = details[-1]
    assert told is not None
    assert not any("patient" in words.casefold() for words, _act in told.actions)
    page.mover.step_patient()
    settle(session)
    assert number(page) == 9
    assert "names no patient" in page.said.whole()


def test_the_menu_has_every_table_with_counts_and_keys(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    page = page_of(InventedRows(50))
    page.panes.choose(9)
    row = page.cache.peek(9)
    assert row is not None
    assert page.source is not None
    menu = patient_menu(page, row, page.source.patient_rows(4))
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Next row of this patient\tF7",
        "The one before\tShift+F7",
        "Show only this patient's rows",
        "Rows of this patient",
        "events: 6 rows",
        "patients: 1 row",
    ]
    next(a for a in menu.actions() if a.text() == "patients: 1 row").trigger()
    settle(session)
    assert (page.table, number(page)) == ("patients", 4)


def test_a_table_is_found_as_it_was_left(page_of: PageOf, session: Session, settle: Settle) -> None:
    page = page_of(InventedRows(5_000))
    page.set_filters((LEFT_OUT,))
    settle(session)
    place = page.cache.place_of(26)
    assert place is not None
    page.panes.choose(place, 3)
    page.mover.step_table()
    settle(session)
    assert (page.table, page.filters.on) == ("patients", ())
    page.mover.step_table()
    settle(session)
    assert (page.table, page.filters.on, number(page)) == ("events", (LEFT_OUT,), 26)
    assert page.panes.position() == 3


def test_going_to_another_page_and_back_keeps_row_side_and_filters(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    page = page_of(InventedRows(5_000))
    page.set_filters((LEFT_OUT,))
    settle(session)
    page.panes.choose(30, 4)
    page.panes.out.setFocus()
    page.swap_sides()
    page.swap_sides()
    side, at = page._side, (page.panes.place(), page.panes.position(), page.panes.bar.value())
    page.hide()
    page.show()
    page.shown()
    settle(session)
    assert (page.panes.place(), page.panes.position(), page.panes.bar.value()) == at
    assert page.filters.on == (LEFT_OUT,)
    assert page._side == side


def test_another_survey_forgets_whose_rows_were_shown(
    page_of: PageOf, session: Session, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(InventedRows(60))
    page.set_filters((LEFT_OUT, f"{PATIENT}4"))
    settle(session)
    monkeypatch.setattr(session, "survey", object())
    page.show_source(InventedRows(60))
    settle(session)
    assert page._on == (LEFT_OUT,)


@pytest.mark.parametrize(("width", "tabs"), [(1150, True), (560, False)])
def test_tables_are_tabs_where_they_fit_and_a_list_where_not(
    page_of: PageOf, session: Session, settle: Settle, width: int, tabs: bool
) -> None:
    page = page_of(InventedRows(1_234_567), width, 640 if tabs else 240)
    assert page.tabs.isVisible() is tabs
    assert page.tables.isVisible() is not tabs
    assert page.tabs.tabText(0) == "events  1,234,567"
    assert page.tabs.accessibleTabName(1) == "patients, 5 rows"
    page.tabs.setCurrentIndex(1)
    settle(session)
    assert session.current_table == page.table == "patients"
    assert page.tables.currentText() == "patients"
