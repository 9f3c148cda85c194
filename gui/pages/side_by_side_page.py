"""Side by side: what exactly leaves? Both panes, the filters, finding, flags, and the words for a cell."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut

from gui import accessibility
from gui.formatting import counted
from gui.jobs import Ticket
from gui.models.core_rows import CoreRows
from gui.models.covered import covered
from gui.models.first_rows import FirstRowsSource
from gui.models.pages import PAGE
from gui.models.preview_model import OUT, RAW
from gui.models.row_source import ALL_ROWS, Lane, Rows, RowSource
from gui.models.sheets import called
from gui.pages.page import StepState
from gui.pages.side_by_side_cell import CellTeller
from gui.pages.side_by_side_find import Finder
from gui.pages.side_by_side_frame import SideBySideFrame
from gui.pages.side_by_side_view import Surroundings, View, surroundings_of, view_of
from gui.session import Session
from gui.showing import all_hidden, raw_hidden
from gui.widgets.overview_strip import bin_lanes
from gui.widgets.pane_pair import BOTH


class SideBySidePage(SideBySideFrame):
    page_id = "side_by_side"
    title = "Side by side"
    question = "What exactly leaves?"
    show_title = False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.source: RowSource | None = None
        self.table = ""
        self._begun_with = ""  # the profile whose plan was first looked at
        self._filter = ALL_ROWS
        self._lanes: tuple[Lane, ...] = ()
        self._stops: Sequence[int] | Rows = ()
        self._looked_round = False  # whether the flags of the rows shown are known yet
        self._flags = 0  # in the whole of the table, whatever the filter
        self._flag_said = (-1, "")  # the place a flag was found at, and which flag it is
        self._placed = ""  # the table that was brought to its first place since what leaves is known
        self.finder = Finder(self, session.jobs)
        self.teller = CellTeller(self, session)
        self._connect()
        self._settle()

    def _connect(self) -> None:
        session, panes = self.session, self.panes
        for signal in (session.export_opened, session.first_rows_ready, session.findings_ready,
                       session.survey_ready, session.closed):  # fmt: skip
            signal.connect(lambda *_: self._settle())
        session.preview_changed.connect(self._preview_changed)
        session.restricted_changed.connect(self._preview_changed)
        session.raw_hidden_changed.connect(self._hide_values)
        session.rows_wanted.connect(self.show_rows)
        session.failed.connect(lambda _message: self._settle())
        session.table_changed.connect(self._show_table)
        self.tables.currentIndexChanged.connect(lambda at: session.set_table(str(self.tables.itemData(at))))
        self.filters.chosen.connect(self.set_filter)
        self.cache.page_ready.connect(self._page_came)
        self.cache.failed.connect(self._could_not_read)
        panes.moved.connect(lambda *_: self._moved())
        panes.scrolled.connect(panes.show_where)
        panes.menu_wanted.connect(self.teller.open_menu)
        panes.strip.jump.connect(self._jump)
        panes.strip.resized.connect(self._strip_soon)
        self.other_side.clicked.connect(self.swap_sides)
        self._strip_timer = QTimer(self)
        self._strip_timer.setSingleShot(True)
        self._strip_timer.setInterval(60)
        self._strip_timer.timeout.connect(self._bin_again)
        self._fit_timer = QTimer(self)
        self._fit_timer.setSingleShot(True)
        self._fit_timer.setInterval(120)
        self._fit_timer.timeout.connect(panes.refit)
        for pane in (panes.raw, panes.out):
            pane.resized.connect(self._fit_timer.start)
        for keys, call in (
            ("Shift+F8", self.previous_flag),
            ("Ctrl+G", self.focus_go_to),
            ("F6", self.swap_sides),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(call)

    # -- what there is to show -------------------------------------------------------------------
    def _settle(self) -> None:
        """Choose the state of the page from what the session has so far."""
        session = self.session
        if session.preview is not None and isinstance(self.source, CoreRows):
            return
        if session.export is None:
            self.show_source(None)
            self.say_nothing_open()
            return
        if not session.first_rows:
            self.show_source(None)
            self.message.say("Opening the file", "The first rows show here as soon as they have been read.")
            return
        kinds = {
            (table, finding.field): str(finding.kind)
            for table, findings in session.findings.items()
            for finding in findings
        }
        tables = {name: (first.fields, first.rows) for name, first in session.first_rows.items()}
        self.show_source(FirstRowsSource(tables, kinds))

    def _preview_changed(self) -> None:
        session = self.session
        if session.preview is None or session.survey is None or session.plan is None:
            self._settle()
            return
        self.show_source(
            CoreRows(
                session.survey, session.plan, session.rows, session.preview, session.profile,
                restricted=session.shows_restricted,
            )
        )  # fmt: skip

    def show_rows(self, table: str, filter_id: str) -> None:
        """Show the rows of a table that a filter leaves."""
        self.session.set_table(table)
        self.set_filter(filter_id)

    def show_source(self, source: RowSource | None) -> None:
        """Show these rows, at the same table, filter and row as before where they still exist."""
        self.source = source
        self._flags = 0
        self.finder.stop()
        names = source.tables() if source is not None else ()
        wanted = self.session.current_table if self.session.current_table in names else (names or ("",))[0]
        wanted = self._one_that_leaves(names, wanted)
        self.set_tables(names, wanted, called(self.session.export))
        for widget in (self.filters, self.find_field, self.key, self.said):
            widget.setVisible(source is not None)
        if source is None:
            self._placed = ""
            self.session.jobs.cancel("view")
            self.table = ""
            self.cache.set_view(None, "")
            self.stack.setCurrentWidget(self.message)
            self.dress(self.source)
            return
        self._show_table(wanted)

    def _one_that_leaves(self, names: Sequence[str], wanted: str) -> str:
        """Another table than the wanted one where none of it leaves to a recipient who was only now chosen:
        a page full of rows that stay says nothing of what goes."""
        plan = self.session.plan
        if plan is None or not isinstance(self.source, CoreRows) or plan.profile_id == self._begun_with:
            return wanted
        self._begun_with = plan.profile_id
        leaving = {planned.table for planned in plan.fields if planned.leaves}
        if wanted not in leaving and (other := next((name for name in names if name in leaving), "")):
            self.session.current_table = other
            return other
        return wanted

    def _show_table(self, name: str) -> None:
        if self.source is None or name not in self.source.tables():
            return
        self.set_tables(self.source.tables(), name, called(self.session.export))
        if name != self.table:
            self._filter = ALL_ROWS
            self._flags = 0
        self.table = name
        self._work_out()

    def set_filter(self, filter_id: str) -> None:
        """Show only the rows a filter leaves."""
        self._filter = filter_id
        self.filters.set_current(filter_id)
        self._work_out()

    def _work_out(self) -> None:
        source, table, wanted, pixels = self.source, self.table, self._filter, self.panes.strip.pixels()
        if source is None:
            return

        def work(ticket: Ticket) -> Surroundings:
            view = view_of(source, table, wanted)
            ticket.post(self._show_view, view)
            ticket.check()
            return surroundings_of(view, pixels, ticket.check)

        self.session.jobs.start("view", work, done=self._show_surroundings, failed=self._could_not_read)

    def _show_view(self, view: View) -> None:
        if view.source is not self.source or view.table != self.table:
            return
        keep = self._chosen_number()
        position = self.panes.position()
        same_table = self.cache.table == view.table and self.cache.shape.raw != ()
        top = self.cache.number_of(self.panes.top_place()) if self.cache.count() else 0
        unfiltered = view.positions is None and not self.cache.filtered
        self._stops = ()
        self._looked_round = False
        self.cache.set_view(view.source, view.table, view.positions)
        self.dress(self.source)
        if not self.cache.count():
            named = next((c.label for c in self.filters.choices() if c.id == view.filter_id), "")
            self.say_no_rows("" if view.filter_id == ALL_ROWS else named, lambda: self.set_filter(ALL_ROWS))
            self.stack.setCurrentWidget(self.no_match)
            self._say_how_many()
            self.teller.show(None)
            return
        self.stack.setCurrentWidget(self.panes)
        self.panes.fit_columns()
        if same_table and unfiltered:
            self.panes.scroll_to_place(self.cache.place_of(top, nearest=True) or 0)
        else:
            self.panes.scroll_to_place(0)
        place = self.cache.place_of(keep, nearest=True) if same_table and keep >= 0 else 0
        stay = same_table and (self._placed == view.table or position != self.cache.shape.raw[0].position)
        self.panes.choose(place or 0, position if stay else self._first_position())
        if isinstance(view.source, CoreRows):
            self._placed = view.table
        self._say_how_many()

    def _show_surroundings(self, found: Surroundings) -> None:
        if found.view.source is not self.source or found.view.table != self.table:
            return
        self._lanes, self._stops, self._looked_round = found.lanes, found.stops, True
        if found.view.positions is None:
            self._flags = len(found.stops)
            self.state_changed.emit()
        self.filters.set_choices(found.choices, self._filter)
        self.panes.strip.set_lanes(found.lanes, found.bins, self.cache.total())
        self.panes.show_where()

    def _first_position(self) -> int:
        """Where a table is first looked at: what was recorded, with the patient's number held beside it."""
        telling = self.source.telling(self.table) if isinstance(self.source, CoreRows) else None
        if telling is not None:
            return telling
        return self.cache.shape.raw[0].position if self.cache.shape.raw else 0

    def _could_not_read(self, error: BaseException) -> None:
        from core.model import ThresholdError

        if not isinstance(error, ThresholdError):
            raise error
        if self.session.put_away_if_gone(error):
            return
        self.say_could_not_read(error.message)
        self.stack.setCurrentWidget(self.message)
        self.teller.show(None)

    def _say_how_many(self) -> None:
        shown, every = self.cache.total(), self.cache.shape.rows
        if isinstance(self.source, FirstRowsSource):
            words = (
                f"The first {shown:,} rows; the rest is on its way"
                if self.session.survey is None
                else (f"The first {shown:,} rows; the rest shows once you choose who gets it")
            )
        elif self.cache.filtered:
            words = f"{shown:,} of {every:,} rows"
        else:
            words = counted(every, "row")
        if self._flag_said[1] and self._flag_said[0] == self.panes.place():
            words = self._flag_said[1]
        if self.cache.count() < shown:
            words = f"The first {self.cache.count():,} of {shown:,} rows scroll; filters and find reach all"
        self.said.set_whole(words)

    def _hide_values(self) -> None:
        """What may be read is something else now: rows, the find field and the words for the cell."""
        hidden, everything = raw_hidden(self.session), all_hidden(self.session)
        self.cache.set_mask((lambda row, shape: covered(row, shape, everything)) if hidden else None)
        self.finder.cover(hidden)
        if not hidden:
            self.panes.refit()
        for pane in (self.panes.raw, self.panes.out):
            pane.viewport().update()
        self.teller.tell()

    # -- moving about ----------------------------------------------------------------------------
    def _chosen_number(self) -> int:
        place = self.panes.place()
        return self.cache.number_of(place) if 0 <= place < self.cache.count() else -1

    def go_to_row(self, number: int) -> bool:
        """Go to a row by its number (0-based); the next one shown where a filter hides it."""
        place = self.cache.place_of(min(max(number, 0), max(self.cache.shape.rows - 1, 0)), nearest=True)
        if place is None:
            return False
        self.panes.choose(place)
        return True

    def next_flag(self) -> None:
        self._step_flag(False)

    def previous_flag(self) -> None:
        self._step_flag(True)

    def _step_flag(self, backwards: bool) -> None:
        if not len(self._stops):
            words = (
                "Nothing is flagged in the rows shown" if self._looked_round else "Still looking for flags"
            )
            accessibility.announce(self, words)
            self.said.set_whole(words)
            return
        here = self.panes.place()
        if backwards:
            at = bisect_left(self._stops, here) - 1
        else:
            at = bisect_right(self._stops, here)
        wrapped = not 0 <= at < len(self._stops)
        at %= len(self._stops)
        self.teller.seeking_flag = True
        self.panes.choose(int(self._stops[at]))
        words = f"Flag {at + 1:,} of {len(self._stops):,}" + (", from the other end" if wrapped else "")
        self._flag_said = (int(self._stops[at]), words)
        self._say_how_many()

    def _jump(self, share: float) -> None:
        count = self.cache.count()
        if count:
            self.panes.choose(min(int(share * count), count - 1))

    def swap_sides(self) -> None:
        """F6: the keyboard to the other pane; in a narrow window, that pane instead of this."""
        to_out = self.panes.side() == RAW
        if self.panes.sides() != BOTH:
            to_out = self.panes.sides() == RAW
            self.narrow_side = OUT if to_out else RAW
            self.fit_layout(self.source is not None)
        (self.panes.out if to_out else self.panes.raw).setFocus()
        self.teller.tell()

    def focus_find(self) -> None:
        self.finder.open()

    def focus_go_to(self) -> None:
        self.finder.open_row()

    # -- the current cell ----------------------------------------------------------
    def _page_came(self, number: int) -> None:
        self.panes.fit_columns()
        if self.panes.place() // PAGE == number:
            self.teller.tell()

    def _moved(self) -> None:
        if self._flag_said[0] != self.panes.place():
            self._flag_said = (-1, "")
        self._say_how_many()
        self.teller.tell()

    # -- size ------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_layout(self.source is not None)

    def _strip_soon(self) -> None:
        self._strip_timer.start()

    def _bin_again(self) -> None:
        lanes, positions, pixels = self._lanes, self.cache.positions, self.panes.strip.pixels()
        total = self.cache.total()
        if not lanes or self.session.jobs.closed:
            return
        self.session.jobs.start(
            "strip",
            lambda _ticket: bin_lanes(lanes, positions, pixels),
            done=lambda bins: lanes is self._lanes and self.panes.strip.set_lanes(lanes, bins, total),
        )

    # -- for the window --------------------------------------------------------------------------
    def shown(self) -> None:
        self.teller.front = True
        self.teller.tell()
        if self.cache.count():
            self.panes.raw.setFocus() if self.panes.sides() != OUT else self.panes.out.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # another page came to the front; a minimised window comes back as it was
            self.teller.front = False

    def state(self) -> StepState:
        if self.session.export is None:
            return StepState("to_do", "To do")
        session = self.session
        if session.preview is None:
            first = "First rows" if session.first_rows else "Reading"
            return StepState("waiting", "Being worked out" if session.planning else first)
        if self._flags:
            return StepState("to_do", counted(self._flags, "flag"))
        return StepState("to_do", "Have a look")
