"""Going about on the side-by-side page: from flag to flag, to a row, and to the same patient elsewhere."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gui import accessibility
from gui.formatting import counted, one_line
from gui.jobs import Ticket
from gui.models.row_source import NOBODY, PATIENT, PageRow, Rows, RowSource

if TYPE_CHECKING:
    from gui.pages.side_by_side_page import SideBySidePage

NO_PATIENT = "This row names no patient whose other rows could be shown"
Tables = tuple[tuple[str, Rows], ...]


class Mover:
    """Moves the chosen row. `stops` are the places of the view where 'Next flag' stops."""

    def __init__(self, page: SideBySidePage) -> None:
        self._page = page
        self.stops: Sequence[int] | Rows = ()
        self.looked_round = False  # whether the flags of the rows shown are known yet
        self._said = (-1, "")  # a place that was gone to, and the words for that
        self._soon = ""  # the words for the place that the next view begins at
        self._known: tuple[RowSource, int, Tables] | None = None

    # -- words -----------------------------------------------------------------------------------
    def words(self) -> str:
        """What to say of the chosen place beside the count of rows; '' where it was not gone to."""
        return self._said[1] if self._said[0] == self._page.panes.place() else ""

    def moved(self) -> None:
        """Another row was chosen: what was said of the one before no longer holds."""
        if self._said[0] != self._page.panes.place():
            self._said = (-1, "")

    def arrived(self) -> None:
        """A table that was gone to is on the screen."""
        if self._soon:
            words, self._soon = self._soon, ""
            self._say_here(words)

    def new_source(self) -> None:
        """The rows come from somewhere else: whose they are is to be asked again."""
        self._known, self._soon = None, ""

    def forget(self) -> None:
        """The rows are others: where the flags are is not known."""
        self.stops, self.looked_round = (), False

    def _say_here(self, words: str) -> None:
        self._said = (self._page.panes.place(), words)
        self._page.say_how_many()
        accessibility.announce(self._page, words)

    def say(self, words: str) -> None:
        """Say why a key did nothing, in the place of the count of rows and aloud."""
        accessibility.announce(self._page, words)
        self._page.said.set_whole(words)

    # -- by number, by flag ----------------------------------------------------------------------
    def to_row(self, number: int) -> bool:
        """Go to a row by its number (0-based); the next one shown where a filter hides it."""
        cache = self._page.cache
        place = cache.place_of(min(max(number, 0), max(cache.shape.rows - 1, 0)), nearest=True)
        if place is None:
            return False
        self._page.panes.choose(place)
        return True

    def to_share(self, share: float) -> None:
        """Go to a part of the view, from 0 to 1."""
        count = self._page.cache.count()
        if count:
            self._page.panes.choose(min(int(share * count), count - 1))

    def step_flag(self, backwards: bool = False) -> None:
        """The next flagged row shown, or the one before; round the end."""
        page, stops = self._page, self.stops
        if not len(stops):
            self.say(
                "Nothing is flagged in the rows shown" if self.looked_round else "Still looking for flags"
            )
            return
        here = page.panes.place()
        at = bisect_left(stops, here) - 1 if backwards else bisect_right(stops, here)
        wrapped = not 0 <= at < len(stops)
        at %= len(stops)
        page.teller.seeking_flag = True
        page.panes.choose(int(stops[at]))
        words = f"Flag {at + 1:,} of {len(stops):,}" + (", from the other end" if wrapped else "")
        self._said = (int(stops[at]), words)
        page.say_how_many()

    # -- another table ---------------------------------------------------------------------------
    def step_table(self, backwards: bool = False) -> None:
        """The next table of the export, or the one before; round the end."""
        page = self._page
        names = page.source.tables() if page.source is not None else ()
        if len(names) > 1:
            at = (names.index(page.table) + (-1 if backwards else 1)) % len(names)
            page.session.set_table(names[at])

    # -- the same patient ------------------------------------------------------------------------
    def with_rows(self, patient: int, then: Callable[[Tables], object]) -> None:
        """Find every row of a patient, off the UI thread, and call `then` with them."""
        page, source = self._page, self._page.source
        if source is None or patient == NOBODY:
            self.say(NO_PATIENT)
            return
        if self._known is not None and self._known[0] is source and self._known[1] == patient:
            then(self._known[2])
            return

        def work(_ticket: Ticket) -> Tables:
            return source.patient_rows(patient)

        def done(found: Tables) -> None:
            if page.source is source:
                self._known = (source, patient, found)
                then(found)

        page.session.jobs.start("same patient", work, done=done, failed=page.could_not_read)

    def step_patient(self, backwards: bool = False) -> None:
        """The patient's next row among those shown here, then those in the other tables; round the end."""
        row = self._row()
        if row is None:
            self.say("Still reading this row")
        else:
            self.with_rows(row.patient, lambda tables: self._step_patient(tables, row, backwards))

    def _step_patient(self, tables: Tables, row: PageRow, backwards: bool) -> None:
        page = self._page
        if sum(len(rows) for _name, rows in tables) < 2:
            self.say("This is the only row of this patient")
            return
        here_now = page.cache.table  # the row is of this table, whatever is on its way
        shown = self._shown_here(dict(tables).get(here_now, ()))
        at = bisect_left(shown, row.number) - 1 if backwards else bisect_right(shown, row.number)
        if 0 <= at < len(shown):
            self.to_row(shown[at])
            self._say_here(self._which(tables, here_now, shown[at]))
            return
        names = [name for name, _rows in tables]
        here = names.index(here_now) if here_now in names else 0
        name, rows = tables[(here + (-1 if backwards else 1)) % len(tables)]
        if name == here_now:
            rows = shown or rows
        self.to_table(tables, name, int(rows[-1 if backwards else 0]))

    def _shown_here(self, rows: Sequence[int] | Rows) -> list[int]:
        cache = self._page.cache
        return [int(number) for number in rows if cache.place_of(int(number)) is not None]

    def to_table(self, tables: Tables, name: str, number: int) -> None:
        """Go to one of a patient's rows in any table."""
        words = self._which(tables, name, number)
        here = name == self._page.table == self._page.cache.table
        if here and self._page.cache.place_of(number) is not None:
            self.to_row(number)
            self._say_here(words)
            return
        self._soon = words
        self._page.show_at(name, number)

    def _which(self, tables: Tables, name: str, number: int) -> str:
        rows = dict(tables)[name]
        words = f"Row {bisect_right(rows, number):,} of {len(rows):,} of this patient"
        others = len(tables) - 1
        return words + (f" here; they have rows in {counted(others, 'other table')}" if others else "")

    def only_patient(self) -> None:
        """Show no other patient's rows."""
        row = self._row()
        if row is None or row.patient == NOBODY:
            self.say(NO_PATIENT)
        else:
            self._page.set_filters((f"{PATIENT}{row.patient}",))

    def _row(self) -> PageRow | None:
        place = self._page.panes.place()
        return self._page.cache.peek(place) if place >= 0 else None


def table_words(name: str, words: str, rows: int) -> str:
    """A table of a patient in a menu: 'medication: 12 rows'."""
    return f"{one_line(words or name, 60)}: {counted(rows, 'row')}"
