"""Side by side: what exactly leaves? Both panes, the filters, finding, flags, and the words for a cell."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent

from gui.formatting import counted
from gui.jobs import Ticket
from gui.models.core_rows import CoreRows
from gui.models.covered import covered
from gui.models.filters import Filters, in_words
from gui.models.first_rows import FirstRowsSource
from gui.models.pages import PAGE
from gui.models.preview_model import OUT, RAW
from gui.models.row_source import ALL_ROWS, Lane, RowSource
from gui.models.sheets import called
from gui.pages.page import StepState
from gui.pages.side_by_side_cell import CellTeller
from gui.pages.side_by_side_find import Finder
from gui.pages.side_by_side_frame import SideBySideFrame
from gui.pages.side_by_side_keys import connect as connect_keys
from gui.pages.side_by_side_moving import Mover
from gui.pages.side_by_side_places import Left, Places, without_people
from gui.pages.side_by_side_view import Surroundings, View, surroundings_of, view_of
from gui.plain_words import plain
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
        self._on: Filters = ()
        self.places = Places()
        self._side = RAW  # that the keyboard was on last
        self._lanes: tuple[Lane, ...] = ()
        self._flags = 0  # in the whole of the table, whatever the filter
        self._placed = ""  # the table that was brought to its first place since what leaves is known
        self.finder = Finder(self, session.jobs)
        self.mover = Mover(self)
        self.teller = CellTeller(self, session)
        self._connect()
        self._settle()

    def _connect(self) -> None:
        session, panes = self.session, self.panes
        for signal in (session.export_opened, session.first_rows_ready, session.findings_ready,
                       session.survey_ready, session.closed):  # fmt: skip
            signal.connect(lambda *_: self._settle())
        for signal in (session.preview_changed, session.restricted_changed, session.looker_changed):
            signal.connect(self._preview_changed)
        session.raw_hidden_changed.connect(self._hide_values)
        session.rows_wanted.connect(self.show_rows)
        session.failed.connect(lambda _message: self._settle())
        session.table_changed.connect(self._show_table)
        self.tables.currentIndexChanged.connect(lambda at: session.set_table(str(self.tables.itemData(at))))
        self.tabs.chosen.connect(session.set_table)
        self.filters.chosen.connect(self.set_filters)
        self.cache.page_ready.connect(self._page_came)
        self.cache.failed.connect(self.could_not_read)
        panes.moved.connect(lambda _place, _position, side: self._moved(side))
        panes.scrolled.connect(panes.show_where)
        panes.menu_wanted.connect(self.teller.open_menu)
        panes.strip.jump.connect(self.mover.to_share)
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
        connect_keys(self)

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
                for_gp=frozenset() if session.gp_looks else session.for_gp,
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
        self.mover.new_source()
        session = self.session
        self._on = self.places.known(
            session.survey, self._on, nothing=source is None, may_show=session.may_show
        )
        names = source.tables() if source is not None else ()
        wanted = self.session.current_table if self.session.current_table in names else (names or ("",))[0]
        wanted = self._one_that_leaves(names, wanted)
        self._offer(names, wanted)
        for widget in (self.filters, self.find_field, self.key, self.said, self.keys):
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

    def _offer(self, names: tuple[str, ...], chosen: str) -> None:
        rows = {name: self.source.shape(name).rows for name in names} if self.source is not None else {}
        self.set_tables(names, chosen, called(self.session.export), rows)

    def _one_that_leaves(self, names: Sequence[str], wanted: str) -> str:
        """Another table than the wanted one where none of it leaves to a recipient who was only now chosen:
        a page full of rows that stay says nothing of what goes."""
        plan = self.session.plan
        if plan is None or not isinstance(self.source, CoreRows) or plan.profile_id == self._begun_with:
            return wanted
        self._begun_with = plan.profile_id
        rows = self.session.rows
        leaving = {planned.table for planned in plan.fields if planned.leaves}
        leaving = {name for name in leaving if not rows.withheld[name].all()}
        if wanted not in leaving and (other := next((name for name in names if name in leaving), "")):
            self.session.current_table = other
            return other
        return wanted

    def _show_table(self, name: str) -> None:
        if self.source is None or name not in self.source.tables():
            return
        self._offer(self.source.tables(), name)
        if name != self.table:
            if self.cache.table == self.table and not isinstance(self.source, FirstRowsSource):
                left = Left(self._on, self._chosen_number(), self.panes.position())
                self.places.leave(self.table, left)
            self._on = self.places.filters_of(name, self._on)
            self._flags = 0
        self.table = name
        self._work_out()

    def show_at(self, table: str, number: int) -> None:
        """Show every row of a table, at one of them."""
        self.places.go(table, number)
        if table == self.table:
            self.set_filters(())
        else:
            self._on = without_people(self._on)
            self.session.set_table(table)

    def set_filter(self, filter_id: str) -> None:
        """Show only the rows that one filter leaves."""
        self.set_filters(() if filter_id == ALL_ROWS else (filter_id,))

    def set_filters(self, on: Filters) -> None:
        """Show only the rows that these filters leave together."""
        self._on = on
        self.filters.set_on(on)
        self._work_out()

    def _work_out(self) -> None:
        source, table, wanted, pixels = self.source, self.table, self._on, self.panes.strip.pixels()
        if source is None:
            return

        def work(ticket: Ticket) -> Surroundings:
            view = view_of(source, table, wanted, ticket.progress)
            ticket.post(self._show_view, view)
            ticket.check()
            return surroundings_of(view, pixels, ticket.check)

        self.session.jobs.start("view", work, done=self._show_surroundings, failed=self.could_not_read)

    def _show_view(self, view: View) -> None:
        if view.source is not self.source or view.table != self.table or view.on != self._on:
            return
        keep = self._chosen_number()
        position = self.panes.position()
        same_table = self.cache.table == view.table and self.cache.shape.raw != ()
        top = self.cache.number_of(self.panes.top_place()) if self.cache.count() else 0
        unfiltered = view.positions is None and not self.cache.filtered
        self.mover.forget()
        self.cache.set_view(view.source, view.table, view.positions)
        self.dress(self.source)
        if not self.cache.count():
            named = in_words(view.on, self.filters.labels())
            self.say_no_rows(named, lambda: self.set_filter(ALL_ROWS))
            self.stack.setCurrentWidget(self.no_match)
            self.say_how_many()
            self.teller.show(None)
            return
        self.stack.setCurrentWidget(self.panes)
        self.panes.fit_columns()
        back = self.places.take(view.table)
        if same_table and unfiltered and back is None:
            self.panes.scroll_to_place(self.cache.place_of(top, nearest=True) or 0)
        else:
            self.panes.scroll_to_place(0)
        stay = same_table and (self._placed == view.table or position != self.cache.shape.raw[0].position)
        if back is not None:
            keep, position = back.number, position if back.position is None else back.position
            same_table, stay = True, back.position is not None
        place = self.cache.place_of(keep, nearest=True) if same_table and keep >= 0 else 0
        self.panes.choose(place or 0, position if stay else self._first_position())
        self.mover.arrived()
        if isinstance(view.source, CoreRows):
            self._placed = view.table
        self.say_how_many()

    def _show_surroundings(self, found: Surroundings) -> None:
        if found.view.source is not self.source or found.view.table != self.table:
            return
        self._lanes, self.mover.stops, self.mover.looked_round = found.lanes, found.stops, True
        if found.view.positions is None:
            self._flags = len(found.stops)
            self.state_changed.emit()
        self.filters.set_choices(found.choices, self._on, self.cache.total())
        self.say_how_many()
        self.panes.strip.set_lanes(found.lanes, found.bins, self.cache.total())
        self.panes.show_where()

    def _first_position(self) -> int:
        """Where a table is first looked at: what was recorded, with the patient's number held beside it."""
        telling = self.source.telling(self.table) if isinstance(self.source, CoreRows) else None
        if telling is not None:
            return telling
        return self.cache.shape.raw[0].position if self.cache.shape.raw else 0

    def could_not_read(self, error: BaseException) -> None:
        from core.model import ThresholdError

        if not isinstance(error, ThresholdError):
            raise error
        if self.session.put_away_if_gone(error):
            return
        self.say_could_not_read(plain(error.message))
        self.stack.setCurrentWidget(self.message)
        self.teller.show(None)

    def say_how_many(self) -> None:
        shown, every = self.cache.total(), self.cache.shape.rows
        if isinstance(self.source, FirstRowsSource):
            words = (
                f"The first {shown:,} rows; the rest is on its way"
                if self.session.survey is None
                else (f"The first {shown:,} rows; the rest shows once you choose who gets it")
            )
        elif self.cache.filtered:
            words = f"{shown:,} of {every:,} rows: {in_words(self._on, self.filters.labels())}"
        else:
            words = counted(every, "row")
        words = self.mover.words() or words
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
        return self.mover.to_row(number)

    def next_flag(self) -> None:
        self.mover.step_flag()

    def previous_flag(self) -> None:
        self.mover.step_flag(backwards=True)

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

    def _moved(self, side: str) -> None:
        self._side = side
        self.mover.moved()
        self.say_how_many()
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
            side = self.panes.sides() if self.panes.sides() != BOTH else self._side
            (self.panes.out if side == OUT and not self.panes.out.isHidden() else self.panes.raw).setFocus()

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
