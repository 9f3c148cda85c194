"""The words for the cell that the keyboard is on, and what can be done about it: detail strip and menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from gui.models.core_rows import CoreRows
from gui.models.first_rows import FirstRowsSource
from gui.models.preview_model import RAW
from gui.models.row_source import NOBODY, NOTES, Cell, PageRow
from gui.pages.side_by_side_keys import NO_CHANGE, NO_ROW_LEAVES, OUT_ALREADY
from gui.pages.side_by_side_menus import change_menu, leave_menu, patient_menu, pop_up
from gui.pages.side_by_side_words import (
    LEAVE_ROW,
    NEXT_FLAG,
    Acts,
    detail_of,
    first_look,
    flagged_position,
    waiting,
)
from gui.session import Session
from gui.showing import raw_hidden
from gui.state import DetailContent

if TYPE_CHECKING:
    from gui.pages.side_by_side_page import SideBySidePage


class CellTeller:
    """Explains the current cell of the page. `front`: whether the page is the one that is seen, else it is
    silent; `seeking_flag`: the next row that comes is looked at where its flag is."""

    def __init__(self, page: SideBySidePage, session: Session) -> None:
        self._page = page
        self._session = session
        self.front = False
        self.seeking_flag = False

    def tell(self) -> None:
        """Explain the current cell in the detail strip."""
        page = self._page
        page.panes.show_where()
        place = page.panes.place()
        if page.cache.source is None or not 0 <= place < page.cache.count():
            self.show(None)
            return
        row = page.cache.row_at(place)
        if row is None:
            self.show(waiting(page.next_flag))
            return
        if self.seeking_flag:
            self.seeking_flag = False
            flagged = self._found_in_note(row)
            flagged = flagged_position(row) if flagged is None else flagged
            if flagged is not None and flagged != page.panes.position():
                page.panes.choose(place, flagged)  # comes back here
                return
        self.show(self.detail(row, page.panes.position(), page.panes.side()))

    def _found_in_note(self, row: PageRow) -> int | None:
        """Where the note stands, while the rows shown are those with something found in one."""
        page = self._page
        asked = NOTES in page.filters.on and isinstance(page.cache.source, CoreRows)
        return page.cache.source.note_of(page.cache.table, row) if asked else None

    def show(self, content: DetailContent | None) -> None:
        """Say this in the strip, as long as the page is the one that is seen."""
        if self.front:
            self._session.show_detail(content)

    def open_menu(self, side: str, point: QPoint) -> None:
        """Show the context menu; does not block."""
        self.menu(side).popup(point)

    def menu(self, side: str) -> QMenu:
        """The context menu: copy, and whatever can be done about the row and the cell."""
        page = self._page
        menu = QMenu(page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pane = page.panes.raw if side == RAW else page.panes.out
        menu.addAction("Copy this cell", pane.copy_cell)
        row = self._row()
        if row is None:
            return menu
        menu.addSeparator()
        if row.out is not None:
            menu.addAction("Leave this row out\tDel", lambda: self.press("leave_row"))
        for words, act in self.detail(row, page.panes.position(), side).actions:
            if words not in (NEXT_FLAG, LEAVE_ROW):
                menu.addAction(words.replace("&", "&&"), act)
        menu.addAction("Next flag\tF8", page.next_flag)
        return menu

    def _row(self) -> PageRow | None:
        """The chosen row where something can be done about it: it is here, and there is a plan."""
        page = self._page
        place = page.panes.place()
        if page.cache.source is None or isinstance(page.cache.source, FirstRowsSource) or place < 0:
            return None
        return page.cache.peek(place)

    def press(self, what: str) -> None:
        """A key was pressed: 'leave_row', 'change' or 'patient'."""
        row = self._row()
        if row is None:
            return
        page, session = self._page, self._session
        if what == "leave_row" and row.out is None:
            page.mover.say(NO_ROW_LEAVES if session.publishes_counts else OUT_ALREADY)
        elif what == "leave_row":
            session.leave_out_row(page.cache.table, row.number)
        elif what == "change":
            about = self._about(row, page.panes.position())
            menu = change_menu(page, row, page.panes.position(), about)
            if menu is None:
                page.mover.say(NO_CHANGE)
            else:
                pop_up(page, menu)
        elif what == "patient":
            page.mover.with_rows(row.patient, lambda tables: pop_up(page, patient_menu(page, row, tables)))

    def leave_menu(self, row: int) -> QMenu:
        """What can be left out because of a row, for how long, and why."""
        return leave_menu(self._page, row)

    def _about(self, row: PageRow, position: int) -> Cell:
        page = self._page
        assert page.cache.source is not None
        return (
            Cell() if raw_hidden(self._session) else page.cache.source.about(page.cache.table, row, position)
        )

    def detail(self, row: PageRow, position: int, side: str) -> DetailContent:
        """What the strip says of a cell, and what it offers."""
        page, session, table = self._page, self._session, self._page.cache.table
        assert page.cache.source is not None
        if isinstance(page.cache.source, FirstRowsSource):
            return first_look(page.cache.shape, row, position)
        planned = session.plan is not None and not session.publishes_counts
        acts = Acts(
            page.next_flag,
            leave_row=lambda: session.leave_out_row(table, row.number),
            send_row=lambda: session.keep_row(table, row.number),
            leave_more=lambda: pop_up(page, self.leave_menu(row.number)),
            leave_category=lambda category: session.decide_category(category, "withhold"),
            change=(lambda: self.press("change")) if planned else None,
            patient=(lambda: self.press("patient")) if row.patient != NOBODY else None,
        )
        about = self._about(row, position)
        return detail_of(page.cache.shape, row, position, side, about, acts, room=page.width())
