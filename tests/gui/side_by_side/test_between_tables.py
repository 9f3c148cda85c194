"""Another table was chosen and its rows are still on the way: what is done about the row on the screen is
done in the table that row stands in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from invented_rows import InventedRows

from gui.models.row_source import Cell, PageRow
from gui.pages.side_by_side_page import SideBySidePage
from gui.session import Session

PageOf = Callable[..., SideBySidePage]
Settle = Callable[[Session], None]


class Asked(InventedRows):
    """Remembers of which tables it was asked for words."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.tables_asked: list[str] = []

    def about(self, table: str, row: PageRow, position: int) -> Cell:
        self.tables_asked.append(table)
        return super().about(table, row, position)


def between(page_of: PageOf, session: Session) -> tuple[SideBySidePage, Asked]:
    """A page that shows events, row 3, with another table chosen that no job has brought yet."""
    source = Asked(100)
    page = page_of(source)
    page.panes.choose(3, 5)
    source.tables_asked.clear()
    session.set_table("patients")
    assert (page.table, page.cache.table) == ("patients", "events")
    return page, source


def test_the_row_on_the_screen_is_left_out_of_its_own_table(
    page_of: PageOf, session: Session, monkeypatch: pytest.MonkeyPatch, settle: Settle
) -> None:
    page, _source = between(page_of, session)
    left: list[tuple[object, ...]] = []
    monkeypatch.setattr(session, "leave_out_row", lambda *asked: left.append(asked[:2]))
    monkeypatch.setattr(session, "hold_back", lambda *asked, **_more: left.append(asked[:2]))
    page.teller.press("leave_row")
    menu = page.teller.leave_menu(3)
    settle(session)  # the other table has come, and the menu is still open
    for inner in (action.menu() for action in menu.actions()):
        inner.actions()[0].trigger()  # type: ignore[attr-defined]
    assert left == [("events", 3)] * 4
    menu.deleteLater()


def test_the_strip_speaks_of_the_row_in_its_own_table(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    page, source = between(page_of, session)
    page.cache.set_mask(None)  # the curtain went up: every page that is here says so
    assert source.tables_asked
    assert set(source.tables_asked) == {"events"}
    settle(session)
    assert page.cache.table == "patients"
