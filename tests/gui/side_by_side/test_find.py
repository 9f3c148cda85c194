"""Finding on the page: from match to match, on one side, among the rows shown, stopped, and by row number."""

from __future__ import annotations

from collections.abc import Callable

from invented_rows import InventedRows
from pytestqt.qtbot import QtBot

from gui.models.preview_model import OUT, RAW
from gui.models.row_source import LEFT_OUT
from gui.pages.side_by_side_page import SideBySidePage
from gui.session import Session

PageOf = Callable[..., SideBySidePage]
Settle = Callable[[Session], None]


# -- finding ---------------------------------------------------------------------------------------
def look(page: SideBySidePage, text: str, settle: Settle, *, backwards: bool = False) -> str:
    page.find_field.setText(text)
    page.finder.find(backwards)
    settle(page.session)
    return page.find_bar.said.whole()


def test_find_goes_from_match_to_match_in_any_case_and_round(page_of: PageOf, settle: Settle) -> None:
    page = page_of(InventedRows(40))
    page.focus_find()
    assert look(page, "okafor", settle) == "Found in row 3, in what the practice holds"
    assert page.cache.number_of(page.panes.place()) == 2
    assert page.panes.position() == 1
    look(page, "okafor", settle)
    assert page.cache.number_of(page.panes.place()) == 3
    look(page, "okafor", settle, backwards=True)
    assert page.cache.number_of(page.panes.place()) == 2
    page.panes.choose(39)
    assert "from the other end" in look(page, "okafor", settle)


def test_find_on_one_side_only_and_among_the_rows_shown(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    page = page_of(InventedRows(400))
    page.find_bar.side.setCurrentIndex(page.find_bar.side.findData(OUT))
    assert look(page, "OKAFOR", settle).startswith("Not found in what would leave")
    assert "in what would leave" in look(page, "P-7KQ2", settle)
    page.find_bar.side.setCurrentIndex(page.find_bar.side.findData(RAW))
    page.set_filter(LEFT_OUT)
    settle(session)
    look(page, "THORNE", settle)
    assert page.cache.number_of(page.panes.place()) % 12 == 6, "only a row that the filter shows"


def test_a_long_search_is_stopped(page_of: PageOf, session: Session, qtbot: QtBot, settle: Settle) -> None:
    page = page_of(InventedRows(5_000_000, delay_s=0.002))
    page.find_field.setText("nobody has this")
    page.finder.find()
    qtbot.waitUntil(page.find_bar.stop_button.isVisible)
    page.find_bar.stop_button.click()
    settle(session)
    assert page.find_bar.said.whole() == "Stopped looking"
    assert not page.find_bar.stop_button.isVisible()


def test_go_to_a_row_by_its_number(page_of: PageOf, session: Session, settle: Settle) -> None:
    page = page_of(InventedRows(50_000))
    page.focus_go_to()
    assert page.find_bar.isVisible()
    page.find_bar.row.setText("12,346")
    page.find_bar.go.click()
    settle(session)
    assert page.cache.number_of(page.panes.place()) == 12_345
    assert page.panes.raw.visible_places()[0] <= 12_345 <= page.panes.raw.visible_places()[1]
    page.find_bar.row.setText("999999")
    page.find_bar.go.click()
    assert page.cache.number_of(page.panes.place()) == 49_999
    assert "50,000 rows" in page.find_bar.said.whole()
