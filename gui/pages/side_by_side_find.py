"""Finding text for the side-by-side page: off the UI thread, one match at a time, stopped when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui import accessibility
from gui.jobs import Jobs, Ticket
from gui.models.preview_model import RAW
from gui.plain_words import plain
from gui.showing import raw_hidden
from gui.widgets.find_bar import EITHER

if TYPE_CHECKING:
    from gui.pages.side_by_side_page import SideBySidePage

Match = tuple[int, str, int]  # row number, side, raw position
SIDES = {EITHER: "either side", RAW: "what the practice holds", "out": "what would leave"}

COVERED = "Find is off while what the practice holds is covered. F10 shows it again."


class Finder:
    """Joins the find field and bar to the page's rows."""

    def __init__(self, page: SideBySidePage, jobs: Jobs) -> None:
        self._page = page
        self._jobs = jobs
        self._search = 0
        self._last: tuple[str, str, Match] | None = None
        field, bar = page.find_field, page.find_bar
        field.find.connect(self.find)
        field.left.connect(self.close)
        field.textChanged.connect(self._typed)
        bar.find.connect(self.find)
        bar.stop.connect(self.stop)
        bar.go_to.connect(self._go_to)
        bar.closed.connect(self.close)
        bar.set_has_text(False)

    def cover(self, hidden: bool) -> None:
        """While values may not be read, nothing is looked for and what was typed is not shown."""
        self.stop()
        field = self._page.find_field
        field.setEchoMode(field.EchoMode.Password if hidden else field.EchoMode.Normal)
        self._page.find_bar.say("")

    # -- opening and closing ---------------------------------------------------------------------
    def open(self) -> None:
        page = self._page
        if page.source is None:
            return
        page.find_bar.setVisible(True)
        page.find_field.setFocus()
        page.find_field.selectAll()

    def open_row(self) -> None:
        page = self._page
        if page.source is None:
            return
        page.find_bar.setVisible(True)
        page.find_bar.row.setFocus()
        page.find_bar.row.selectAll()

    def close(self) -> None:
        self.stop()
        page = self._page
        page.find_bar.setVisible(False)
        page.find_bar.say("")
        page.find_field.clear()
        (page.panes.raw if page.panes.sides() != "out" else page.panes.out).setFocus()

    def _typed(self, text: str) -> None:
        self._page.find_bar.set_has_text(bool(text))
        self._page.find_bar.say("Press Enter to look" if text else "")
        if text:
            self._page.find_bar.setVisible(True)

    # -- looking ---------------------------------------------------------------------------------
    def find(self, backwards: bool = False) -> None:
        """Look for the next match after the current one; from the other end when there is none."""
        page = self._page
        text, side = page.find_field.text(), page.find_bar.where()
        source, table = page.source, page.cache.table
        if not text or source is None or not page.cache.count():
            return
        if raw_hidden(page.session):  # finding a word would tell what the row says
            page.find_bar.setVisible(True)
            page.find_bar.say(COVERED)
            return
        among = page.cache.positions
        rows = page.cache.shape.rows
        here = page.cache.number_of(max(page.panes.place(), 0))
        again = self._last is not None and self._last[:2] == (text, side) and self._last[2][0] == here
        start = here + (-1 if backwards else 1) if again else here
        bar = page.find_bar
        bar.setVisible(True)
        bar.set_looking(True)
        bar.say("Looking…")
        self._search += 1
        search = self._search

        def work(ticket: Ticket) -> tuple[Match | None, bool]:
            def step(done: int, total: int) -> None:
                ticket.progress(done, total, "Looking through the rows")
                if total > 200_000:
                    ticket.post(bar.say, f"Looking… row {done:,} of {total:,}")

            ticket.counts("rows")
            found = None
            if 0 <= start < rows:
                found = source.find(table, text, side, start, backwards, among, step)
            if found is not None:
                return found, False
            other_end = rows - 1 if backwards else 0
            return source.find(table, text, side, other_end, backwards, among, step), True

        self._jobs.start(
            "find",
            work,
            done=lambda result: self._found(text, side, result),
            failed=self._could_not,
            cancelled=lambda: self._stopped(search),
        )

    def stop(self) -> None:
        if self._jobs.running("find"):
            self._jobs.cancel("find")

    def _found(self, text: str, side: str, result: tuple[Match | None, bool]) -> None:
        match, wrapped = result
        page = self._page
        page.find_bar.set_looking(False)
        if match is None:
            words = f"Not found in {SIDES[side]}, in the {page.cache.total():,} rows shown"
        else:
            row, where, position = match
            self._last = (text, side, match)
            place = page.cache.place_of(row)
            if place is not None:
                page.panes.choose(place, position)
            side_words = "what the practice holds" if where == RAW else "what would leave"
            words = f"Found in row {row + 1:,}, in {side_words}" + (", from the other end" if wrapped else "")
            if place is None:
                words += "; it is past the rows that can be scrolled: narrow them with a filter"
        page.find_bar.say(words)
        accessibility.announce(page, words)

    def _stopped(self, search: int) -> None:
        if search == self._search:  # else another search has taken its place
            self._page.find_bar.set_looking(False)
            self._page.find_bar.say("Stopped looking")

    def _could_not(self, error: BaseException) -> None:
        from core.model import ThresholdError

        self._page.find_bar.set_looking(False)
        if not isinstance(error, ThresholdError):
            raise error
        if not self._page.session.put_away_if_gone(error):
            self._page.find_bar.say(plain(error.message))

    # -- a row by its number ---------------------------------------------------------------------
    def _go_to(self, number: int) -> None:
        page = self._page
        rows = page.cache.shape.rows
        if number >= rows:
            page.find_bar.say(f"The table has {rows:,} rows; this is the last one")
        elif page.cache.filtered and page.cache.place_of(number) is None:
            page.find_bar.say(f"Row {number + 1:,} is not among the rows shown; this is the next one that is")
        else:
            page.find_bar.say("")
        page.go_to_row(number)
        page.panes.raw.setFocus()
