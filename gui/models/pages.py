"""Pages of 256 rows for both panes: a small cache, filled off the UI thread, newest request first.

The UI thread asks `row_at` and gets a row or None at once; None has asked for the page, and
`page_ready` says when it came. A filter is an index array: a page is 256 places of the *view*.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from gui.jobs import Jobs, Ticket
from gui.models.row_source import PageRow, Rows, RowSource, Shape, finish

PAGE = 256
KEPT = 64
#: Rows of a filter may lie in as many blocks of the file: they are shown as they come.
PART = 32
#: A dragged scroll bar asks for pages nobody will look at: only the newest requests are answered.
WAITING = 6

#: 2^31 pixels is the most a view can scroll over; 50 million rows of 26 px stay well below.
MOST_ROWS = 50_000_000


class PageCache(QObject):
    """The rows of one table as one filter leaves them, page by page. Lives on the UI thread."""

    page_ready = Signal(int)  # page number
    view_changed = Signal()  # another table, filter or plan: everything is different
    failed = Signal(object)  # the error

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._source: RowSource | None = None
        self._table = ""
        self._shape = Shape(0, (), ())
        self._positions: Rows | None = None
        self._pages: OrderedDict[int, list[PageRow]] = OrderedDict()
        self._view = 0
        self._lock = threading.Lock()
        self._wanted: list[int] = []
        self._coming: dict[int, Ticket] = {}  # read, and on the way to the UI thread
        self._on_screen = range(0)  # the pages of the places that are seen
        self._working = False
        self._broken = False
        self._mask: Callable[[PageRow, Shape], PageRow] | None = None

    def set_mask(self, mask: Callable[[PageRow, Shape], PageRow] | None) -> None:
        """Give out rows as `mask` makes them, or as they are for None: see gui.showing."""
        self._mask = mask
        for number in list(self._pages):
            self.page_ready.emit(number)

    # -- what is looked at -----------------------------------------------------------------------
    def set_view(self, source: RowSource | None, table: str, positions: Rows | None = None) -> None:
        """Look at a table through a filter; None shows every row."""
        shape = source.shape(table) if source is not None and table else Shape(0, (), ())
        with self._lock:  # together: a page is loaded for one view, never for half of two
            self._view += 1
            self._wanted.clear()
            self._coming.clear()
            self._on_screen = range(0)
            self._source, self._table, self._shape, self._positions = source, table, shape, positions
        self._broken = False
        self._pages.clear()
        self.view_changed.emit()

    @property
    def source(self) -> RowSource | None:
        return self._source

    @property
    def table(self) -> str:
        return self._table

    @property
    def shape(self) -> Shape:
        return self._shape

    @property
    def filtered(self) -> bool:
        return self._positions is not None

    @property
    def positions(self) -> Rows | None:
        return self._positions

    def total(self) -> int:
        """Rows in the view, before any cap."""
        return self._shape.rows if self._positions is None else len(self._positions)

    def count(self) -> int:
        """Rows in the view that can be scrolled to."""
        columns = max(len(self._shape.raw), len(self._shape.out)) + 1
        return min(self.total(), MOST_ROWS, (2**31 - 1) // columns)

    def number_of(self, place: int) -> int:
        """The table's row number of a place in the view."""
        return place if self._positions is None else int(self._positions[place])

    def place_of(self, number: int, *, nearest: bool = False) -> int | None:
        """The place in the view of a row number; with `nearest`, of the next row that is in the view."""
        count = self.count()
        if self._positions is None:
            place = min(number, count - 1) if nearest else number
            return place if 0 <= place < count else None
        place = int(self._positions.searchsorted(number))
        if nearest:
            place = min(place, count - 1)
            return place if place >= 0 else None
        return place if place < count and int(self._positions[place]) == number else None

    # -- rows ------------------------------------------------------------------------------------
    def row_at(self, place: int) -> PageRow | None:
        """The row at a place of the view, or None while its page is on the way."""
        number = place // PAGE
        page = self._pages.get(number)
        if page is None:
            self._ask(number)
            return None
        inside = place - number * PAGE
        return self._seen(page[inside]) if inside < len(page) else None

    def peek(self, place: int) -> PageRow | None:
        """Like `row_at`, without asking for anything."""
        page = self._pages.get(place // PAGE)
        inside = place % PAGE
        return self._seen(page[inside]) if page is not None and inside < len(page) else None

    def _seen(self, row: PageRow) -> PageRow:
        return row if self._mask is None else self._mask(row, self._shape)

    def has(self, first: int, last: int) -> bool:
        """Whether every page of these places is here."""
        return all(number in self._pages for number in range(first // PAGE, last // PAGE + 1))

    def _ask(self, number: int) -> None:
        source = self._source
        if source is None or self._broken or self._jobs.closed or number < 0 or number * PAGE >= self.count():
            return
        with self._lock:
            coming = self._coming.get(number)
            if coming is not None and not coming.cancelled:
                return  # a repaint in between would have it read again
            if number in self._wanted:
                self._wanted.remove(number)
            self._wanted.append(number)
            del self._wanted[:-WAITING]
            if self._working:
                return
            self._working = True
        self._start()

    def _start(self) -> None:
        self._jobs.start(
            "rows", self._work, failed=self._could_not, cancelled=self._stopped, lane="panes", replace=False
        )

    def _stopped(self) -> None:
        """The job was cancelled before it began: begin again if anything was asked for since."""
        with self._lock:
            self._working = bool(self._wanted)
            if not self._working:
                return
        self._start()

    # -- on the loading thread -------------------------------------------------------------------
    def _work(self, ticket: Ticket) -> None:
        while True:
            with self._lock:
                if ticket.cancelled or not self._wanted:
                    self._working = False
                    return
                number = self._wanted[-1]
                view, source, table, positions = self._view, self._source, self._table, self._positions
                rows = self._shape.rows
            assert source is not None
            first = number * PAGE
            if positions is None:
                import numpy as np

                parts = [np.arange(first, min(first + PAGE, rows), dtype=np.int64)]
            else:
                wanted = positions[first : first + PAGE]
                parts = [wanted[at : at + PART] for at in range(0, len(wanted), PART)]
            page: list[PageRow] = []
            for part in parts:
                try:
                    page += [finish(row) for row in source.rows(table, part)]
                except BaseException:
                    with self._lock:
                        self._working = False
                        self._wanted.clear()
                    raise
                if part is not parts[-1]:
                    if self._overtaken(ticket, view, number):
                        ticket.post(self._forget, view, number)
                        break
                    ticket.post(self._arrived, view, number, list(page))
            else:
                with self._lock:
                    if view == self._view:  # else the new view wants its own
                        self._coming[number] = ticket
                        if number in self._wanted:
                            self._wanted.remove(number)
                ticket.post(self._arrived, view, number, page)

    def _overtaken(self, ticket: Ticket, view: int, number: int) -> bool:
        """Whether something newer is wanted than the page half of which is here.

        Not where it is on the screen: of two pages that are, each would take the other's place for ever."""
        with self._lock:
            if ticket.cancelled or view != self._view:
                return True
            return self._wanted[-1:] != [number] and number not in self._on_screen

    # -- back on the UI thread -------------------------------------------------------------------
    def _arrived(self, view: int, number: int, page: list[PageRow]) -> None:
        if view != self._view:
            return
        with self._lock:
            self._coming.pop(number, None)
        self._pages[number] = page
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        self.page_ready.emit(number)

    def _forget(self, view: int, number: int) -> None:
        """Half a page was read when something newer was wanted: it is asked for again when looked at."""
        if view == self._view:
            self._pages.pop(number, None)

    def touch(self, first: int, last: int) -> None:
        """Say which places are on the screen: their pages are kept longest, their neighbours fetched."""
        low, high = first // PAGE, last // PAGE
        self._on_screen = range(low, high + 1)
        for number in range(low, high + 1):
            if number in self._pages:
                self._pages.move_to_end(number)
        if all(n in self._pages for n in range(low, high + 1)):
            for number in (low - 1, high + 1):
                if number not in self._pages:
                    self._ask(number)

    def _could_not(self, error: BaseException) -> None:
        self._broken = True  # otherwise every repaint would ask, and fail, again
        self.failed.emit(error)
