"""The side-by-side page's widgets, how they fit a window, and what stands where no rows can be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout

from gui.formatting import one_line
from gui.models.core_rows import CoreRows
from gui.models.first_rows import FirstRowsSource
from gui.models.pages import PageCache
from gui.models.preview_model import RAW
from gui.models.row_source import RowSource
from gui.pages.page import Page
from gui.pages.side_by_side_keys import line
from gui.session import Session
from gui.widgets.counts_view import CountsView
from gui.widgets.filter_bar import FilterBar
from gui.widgets.find_bar import FindBar, FindField
from gui.widgets.flag_key import FlagKey
from gui.widgets.page_states import Message
from gui.widgets.pane_pair import BOTH, PanePair
from gui.widgets.table_tabs import TableTabs
from gui.widgets.text import ElidedLabel, label

NARROW = 700  # one side at a time below this width
LOW = 360  # one-line column names and no key below this height
KEYS_FROM = 440  # no line of keys below this height


class SideBySideFrame(Page):
    """Filters and find above, both panes, the key below; or a message in their place."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.cache = PageCache(session.jobs, self)
        self.narrow_side = RAW
        self._build()

    # -- building --------------------------------------------------------------------------------
    def _build(self) -> None:
        self.tables = QComboBox()
        self.tables.setAccessibleName("Table")
        self.tables.setMaximumWidth(220)
        self.tabs = TableTabs()
        self.filters = FilterBar()
        self.other_side = QPushButton("Show the other side")
        self.other_side.setAccessibleName("Show the other side (F6)")
        self.find_field = FindField()
        self.find_field.setFixedWidth(190)
        self.find_bar = FindBar()
        self.find_bar.setVisible(False)
        self.panes = PanePair(self.cache)
        self.counts = CountsView()
        self.out_message = Message()
        self.panes.out_area.addWidget(self.counts)
        self.panes.out_area.addWidget(self.out_message)
        self.warning = label("", "strong", wrap=True)
        self.warning.setObjectName("leaves_warning")
        self.warning.setProperty("surface", "bad")
        self.warning.setMargin(5)
        self.warning.setIndent(10)
        self.warning.setMinimumHeight(28)
        self.warning.setVisible(False)
        self.no_match = Message()
        self.message = Message()
        self.key = FlagKey()
        self.said = ElidedLabel("", "small")
        self.keys = ElidedLabel("", "small")
        self.keys.setAccessibleName("Keys of this page")
        self._top = QHBoxLayout()
        self._top.setSpacing(8)
        for widget in (self.tables, self.filters, self.other_side, self.find_field):
            self._top.addWidget(widget, 1 if widget is self.filters else 0)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.key, 1)
        foot.addWidget(self.said)
        self.stack = QStackedWidget()
        self.stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        for widget in (self.message, self.panes, self.no_match):
            self.stack.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.tabs)
        self._column.addLayout(self._top)
        self._column.addWidget(self.warning)
        self._column.addWidget(self.find_bar)
        self._column.addWidget(self.stack, 1)
        self._column.addLayout(foot)
        self._column.addWidget(self.keys)

    # -- the right-hand side's looks -------------------------------------------------------------
    def dress(self, source: RowSource | None) -> None:
        """Titles, tier colour, and what stands on the right where no rows leave."""
        session, panes = self.session, self.panes
        panes.raw_title.set_words("What the practice holds", "stays here")
        core = source if isinstance(source, CoreRows) else None
        published = core is not None and core.publishes_counts
        real = source is not None and not isinstance(source, FirstRowsSource)
        recipient = session.recipient
        if core is not None and published:
            panes.out_title.set_words("What would be published", f"to {recipient}" if recipient else "")
            self.counts.show_table(core.published(), core.counted_rows)
        else:
            panes.out_title.set_words("What would leave", f"to {recipient}" if recipient else "")
        shows = session.profile.shows if real and session.profile is not None else None
        warning = shows.warning if shows is not None and shows.identifiers else ""
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))
        tier = core.tier if core is not None else "amber"
        if real:
            panes.out_title.set_colours(f"tier_{tier}", f"on_tier_{tier}")
        else:
            panes.out_title.set_colours("line", "ink")
        panes.out.setVisible(real and not published)
        self.counts.setVisible(bool(published))
        self.out_message.setVisible(not real)
        if not real:
            self._say_why_not_yet()
        self.fit_layout(source is not None)

    def _say_why_not_yet(self) -> None:
        session = self.session
        if session.going_to is None:
            self.out_message.say(
                "Who is it going to?",
                "What would leave depends on who gets it and why. Choose that, and it shows here row by row.",
                "Choose who gets it",
                lambda: session.page_requested.emit("going_to"),
            )
        elif session.survey is None:
            self.out_message.say(
                "Reading the whole file",
                "What would leave shows here once every row has been looked at: one objection in the last row"
                " decides about the first.",
            )
        else:
            self.out_message.say("Working out what would leave", "This takes a moment.")

    def fit_layout(self, filled: bool) -> None:
        """One side at a time in a narrow window, one line of names and no key in a low one."""
        narrow, low = self.width() < NARROW, self.height() < LOW
        self.panes.show_sides(self.narrow_side if narrow else BOTH)
        self.other_side.setVisible(narrow and filled)
        self.other_side.setText("Show what would leave" if self.narrow_side == RAW else "Show what is held")
        self.find_field.setFixedWidth(130 if narrow else 190)
        self.find_bar.set_narrow(narrow)
        self.panes.set_low(low)
        self._offer_tables()
        self.key.setVisible(not low and filled)
        self.said.setVisible(not low and filled)
        self.keys.setVisible(self.height() >= KEYS_FROM and filled)
        self._column.setSpacing(4 if low else 8)

    def set_tables(
        self, names: tuple[str, ...], chosen: str, words: Mapping[str, str], rows: Mapping[str, int]
    ) -> None:
        """Offer these tables, by their own names or those that `words` has, with how many rows each has."""
        self.tables.blockSignals(True)
        if [self.tables.itemData(at) for at in range(self.tables.count())] != list(names):
            self.tables.clear()
            for name in names:
                self.tables.addItem(one_line(words.get(name, name), 80), name)
        self.tables.setCurrentIndex(self.tables.findData(chosen))
        self.tables.blockSignals(False)
        self.tabs.set_tables(names, words, rows)
        self.tabs.choose(chosen)
        self.keys.set_whole(line(len(names), counted=self.session.publishes_counts))
        self._offer_tables()

    def _offer_tables(self) -> None:
        """Tables as tabs where there is room for them, else as a list; one alone needs no choice."""
        tabs = self.height() >= LOW and self.tabs.fits(self.width())
        self.tabs.setVisible(tabs)
        self.tables.setVisible(not tabs and self.tables.count() > 1)

    # -- messages --------------------------------------------------------------------------------
    def say_nothing_open(self) -> None:
        """No file, or one that could not be opened."""
        session = self.session
        if session.failure is not None and session.failure.stage == "open":
            self.message.say(
                session.failure.title,
                f"{session.failure.happened} {session.failure.kept}",
                "Choose another file",
                lambda: session.page_requested.emit("open"),
            )
        else:
            self.message.say(
                "Nothing is open yet",
                "Open a file to see what the practice holds and, beside it, what would leave.",
                "Open a file",
                lambda: session.page_requested.emit("open"),
            )

    def say_could_not_read(self, happened: str) -> None:
        self.message.say(
            "These rows could not be read",
            f"{happened} Your decisions are kept. Open the file again to go on.",
            "Open the file again",
            lambda: self.session.page_requested.emit("open"),
        )

    def say_no_rows(self, filter_label: str, show_all: Callable[[], object]) -> None:
        """An empty table, or a filter ('' for none) that leaves no row."""
        if not filter_label:
            self.no_match.say("This table has no rows", "Its fields are listed on the Fields page.")
        else:
            self.no_match.say(
                f"No row matches '{filter_label}'",
                "Every row of the table is still there.",
                "Show all rows",
                show_all,
            )
