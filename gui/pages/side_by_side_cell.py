"""The words for the cell that the keyboard is on, and what can be done about it: detail strip and menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

from gui.models.first_rows import FirstRowsSource
from gui.models.preview_model import RAW
from gui.models.row_source import Cell, PageRow
from gui.pages.side_by_side_frame import NARROW
from gui.pages.side_by_side_words import Acts, detail_of, first_look, flagged_position, waiting
from gui.session import Session
from gui.showing import raw_hidden
from gui.state import DetailContent

if TYPE_CHECKING:
    from gui.pages.side_by_side_page import SideBySidePage


EVERY_TIME = "On the practice's list of what is held back: for every export beyond care from now on."


def _reasons() -> list[tuple[str, str]]:
    """Why something is left out, id and words: 'It could cause serious harm'."""
    from core.protection import ITEM_REASONS

    return [(name, _short(words)) for name, words in ITEM_REASONS.items()]


def _short(words: str) -> str:
    reason = words.partition(": ")[2].rstrip(".")
    return reason[:1].upper() + reason[1:]


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
        if page.source is None or not 0 <= place < page.cache.count():
            self.show(None)
            return
        row = page.cache.row_at(place)
        if row is None:
            self.show(waiting())
            return
        if self.seeking_flag:
            self.seeking_flag = False
            flagged = flagged_position(row)
            if flagged is not None and flagged != page.panes.position():
                page.panes.choose(place, flagged)  # comes back here
                return
        self.show(self.detail(row, page.panes.position(), page.panes.side()))

    def show(self, content: DetailContent | None) -> None:
        """Say this in the strip, as long as the page is the one that is seen."""
        if self.front:
            self._session.show_detail(content)

    def open_menu(self, side: str, point: QPoint) -> None:
        """Show the context menu; does not block."""
        self.menu(side).popup(point)

    def menu(self, side: str) -> QMenu:
        """The context menu: copy, and whatever the detail strip offers."""
        page = self._page
        menu = QMenu(page)
        pane = page.panes.raw if side == RAW else page.panes.out
        menu.addAction("Copy this cell", pane.copy_cell)
        place = page.panes.place()
        row = page.cache.peek(place) if place >= 0 else None
        if row is not None and page.source is not None and not isinstance(page.source, FirstRowsSource):
            menu.addSeparator()
            for words, act in self.detail(row, page.panes.position(), side).actions:
                menu.addAction(words.replace("&", "&&"), act)
        return menu

    def leave_menu(self, row: int) -> QMenu:
        """What can be left out because of a row: it or its patient, this time or every time, and why."""
        page, session, table = self._page, self._session, self._page.table
        menu = QMenu(page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        once = menu.addMenu("This row, this time")
        for reason, words in _reasons():
            once.addAction(words, lambda r=reason: session.leave_out_row(table, row, r))
        always = menu.addMenu("This entry, every time")
        patient = menu.addMenu("This patient, every time")
        for inner, whole in ((always, False), (patient, True)):
            inner.menuAction().setToolTip(EVERY_TIME)
            for reason, words in _reasons():
                inner.addAction(
                    words,
                    lambda r=reason, w=whole: session.hold_back(table, row, whole_patient=w, reason=r),
                )
        return menu

    def detail(self, row: PageRow, position: int, side: str) -> DetailContent:
        """What the strip says of a cell, and what it offers."""
        page, session, table = self._page, self._session, self._page.table
        assert page.source is not None
        if isinstance(page.source, FirstRowsSource):
            return first_look(page.cache.shape, row, position)
        acts = Acts(
            page.next_flag,
            leave_row=lambda: session.leave_out_row(table, row.number),
            leave_more=lambda: self.leave_menu(row.number).popup(QCursor.pos()),
            leave_category=lambda category: session.decide_category(category, "withhold"),
        )
        about = Cell() if raw_hidden(session) else page.source.about(table, row, position)
        return detail_of(page.cache.shape, row, position, side, about, acts, compact=page.width() < NARROW)
