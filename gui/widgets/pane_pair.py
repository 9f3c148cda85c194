"""Both panes with one scroll position, one chosen row and one scroll bar, and the overview strip.

The rows are kept in step by position, the chosen row by its place, and the columns by field: where one
pane's left edge shows a field, the other's shows the same one, or the next that leaves.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from gui.models.pages import PageCache
from gui.models.preview_model import OUT, RAW, PreviewModel
from gui.widgets.cell_delegate import ROW_HEIGHT
from gui.widgets.overview_strip import HEAD, OverviewStrip
from gui.widgets.pane_headers import HEADER_HEIGHT, LOW_HEADER_HEIGHT, TITLE_HEIGHT, PaneTitle
from gui.widgets.row_pane import RowPane

BOTH = "both"
RAW_SHARE = 47  # in a hundred: a code is wider than the number it stands for


class PanePair(QWidget):
    """`moved` gives (place, raw position, side) when a person chooses a cell on either side."""

    moved = Signal(int, int, str)
    scrolled = Signal()
    menu_wanted = Signal(str, QPoint)

    def __init__(self, cache: PageCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cache = cache
        self._following = False
        self._split_by_hand = False
        self.raw = RowPane(PreviewModel(cache, RAW, self), "What the practice holds")
        self.out = RowPane(PreviewModel(cache, OUT, self), "What would leave")
        self.raw_title = PaneTitle("What the practice holds", "raw_header", "on_raw_header")
        self.out_title = PaneTitle("What would leave", "tier_amber", "on_tier_amber")
        self.strip = OverviewStrip()
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.bar.setAccessibleName("Scroll through the rows")
        self.out_area = QVBoxLayout()  # the page may put a message or the counts under the title
        self._build()
        self._connect()

    def _build(self) -> None:
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(10)
        self.split.setChildrenCollapsible(False)
        for title, pane in ((self.raw_title, self.raw), (self.out_title, self.out)):
            side = QWidget()
            side.setMinimumWidth(160)
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(title)
            if pane is self.out:
                column.addLayout(self.out_area, 1)
                self.out_area.addWidget(pane)
            else:
                column.addWidget(pane, 1)
            self.split.addWidget(side)
        self.split.setSizes([RAW_SHARE * 10, 1000 - RAW_SHARE * 10])
        self.split.splitterMoved.connect(lambda _at, _which: self._moved_by_hand())
        self._beside = QWidget()
        column = QVBoxLayout(self._beside)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        self._bar_top = QWidget()
        bar_column = QVBoxLayout()
        bar_column.setSpacing(0)
        bar_column.setContentsMargins(0, 0, 0, 0)
        self._bar_top.setFixedHeight(HEAD)
        bar_column.addWidget(self._bar_top)
        bar_column.addWidget(self.bar, 1)
        row.addWidget(self.strip)
        row.addLayout(bar_column)
        column.addLayout(row, 1)
        self._beside.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self.split, 1)
        whole.addWidget(self._beside)
        self._place_strip(HEADER_HEIGHT)
        QWidget.setTabOrder(self.raw, self.out)

    def _place_strip(self, header: int) -> None:
        """The lanes begin where the first row begins and end where the last one ends."""
        below = self.raw.horizontalScrollBar().sizeHint().height()
        margins = (0, TITLE_HEIGHT + header - HEAD, 0, below)
        layout = self._beside.layout()
        if layout is not None:
            layout.setContentsMargins(*margins)

    def _connect(self) -> None:
        for pane, other in ((self.raw, self.out), (self.out, self.raw)):
            pane.verticalScrollBar().valueChanged.connect(self._scroll_to)
            pane.horizontalScrollBar().valueChanged.connect(
                lambda _value, one=pane, two=other: self._follow_sideways(one, two)
            )
            pane.chosen.connect(lambda place, position, one=pane: self._chosen(one, place, position))
            pane.menu_wanted.connect(lambda point, one=pane: self._menu(one, point))
            pane.verticalScrollBar().rangeChanged.connect(lambda _low, _high: self._take_range())
        self.bar.valueChanged.connect(self._scroll_to)
        self.bar.sliderMoved.connect(self._snap)

    # -- one scroll position ---------------------------------------------------------------------
    def _lead(self) -> RowPane:
        return self.out if self.sides() == OUT else self.raw

    def _take_range(self) -> None:
        lead = self._lead().verticalScrollBar()
        self.bar.setSingleStep(ROW_HEIGHT)
        self.bar.setPageStep(lead.pageStep())
        self.bar.setRange(lead.minimum(), lead.maximum())
        self.bar.setEnabled(lead.maximum() > 0)
        self._scroll_to(lead.value())

    def _scroll_to(self, value: int) -> None:
        if self._following:
            return
        self._following = True
        for bar in (self.raw.verticalScrollBar(), self.out.verticalScrollBar(), self.bar):
            bar.setValue(value)
        self._following = False
        self.scrolled.emit()

    def _snap(self, value: int) -> None:
        """A dragged bar stops at whole rows."""
        if value < self.bar.maximum():
            self.bar.setValue(value // ROW_HEIGHT * ROW_HEIGHT)

    def scroll_to_place(self, place: int, *, centre: bool = False) -> None:
        """Bring a place of the view to the top (or the middle) of both panes."""
        value = place * ROW_HEIGHT
        if centre:
            value -= (self._lead().viewport().height() // 2) // ROW_HEIGHT * ROW_HEIGHT
        self._scroll_to(min(max(value, 0), self.bar.maximum()))

    def reveal(self, place: int) -> None:
        """Bring a place into sight, in the middle when it was not in sight before."""
        first, last = self._lead().visible_places()
        if not first <= place < last:
            self.scroll_to_place(place, centre=True)

    def top_place(self) -> int:
        return self.bar.value() // ROW_HEIGHT

    # -- the same field on both sides ------------------------------------------------------------
    def _follow_sideways(self, one: RowPane, two: RowPane) -> None:
        if self._following or two.isHidden() or not one.preview.columns or not two.preview.columns:
            return
        self._following = True
        mine, other = one.horizontalScrollBar(), two.horizontalScrollBar()
        if mine.value() >= mine.maximum():
            other.setValue(other.maximum())
        else:
            other.setValue(self._same_field(one, two))
        self._following = False

    @staticmethod
    def _same_field(one: RowPane, two: RowPane) -> int:
        """Where `two` has to stand for the field at the left edge of `one`."""
        header, target = one.horizontalHeader(), two.horizontalHeader()
        edge = one.held_width()
        place = max(header.visualIndexAt(edge), 0)
        column = header.logicalIndex(place)
        share = (edge - header.sectionViewportPosition(column)) / max(header.sectionSize(column), 1)
        for later in map(header.logicalIndex, range(place, len(one.preview.columns))):
            at = two.preview.column_of(one.preview.columns[later].position)
            if at is not None:
                inside = share * target.sectionSize(at) if later == column else 0
                return int(target.sectionPosition(at) + inside) - (
                    two.held_room() if at != two.preview.pinned else 0
                )
        return two.horizontalScrollBar().maximum()

    # -- one chosen row --------------------------------------------------------------------------
    def _chosen(self, one: RowPane, place: int, position: int) -> None:
        other = self.out if one is self.raw else self.raw
        self._step_with(other, place, position)
        self.moved.emit(place, position, one.preview.side)

    def _step_with(self, pane: RowPane, place: int, position: int) -> None:
        self._following = True  # the other side may move sideways to show the field; this side stays
        column = pane.preview.column_of(position)
        pane.choose(place, column, show_column=column is not None)
        if column is None and pane is self.out and pane.preview.columns:
            # The field does not leave: show what stands where it stood.
            pane.horizontalScrollBar().setValue(self._same_field(self.raw, pane))
        self._following = False

    def choose(self, place: int, position: int | None = None) -> None:
        """Make a cell current on both sides, bring it into sight, and say so."""
        if not 0 <= place < self.cache.count():
            return
        where = self.position() if position is None else position
        self.reveal(place)
        for pane in (self.raw, self.out):
            self._step_with(pane, place, where)
        self.moved.emit(place, where, self.side())

    def place(self) -> int:
        """The chosen place of the view, -1 for none."""
        return self.raw.currentIndex().row()

    def position(self) -> int:
        """The raw position of the chosen field."""
        column = max(self.raw.currentIndex().column(), 0)
        columns = self.raw.preview.columns
        return columns[min(column, len(columns) - 1)].position if columns else 0

    def side(self) -> str:
        """The side the keyboard is on."""
        return OUT if self.out.hasFocus() or self.sides() == OUT else RAW

    def _menu(self, pane: RowPane, point: QPoint) -> None:
        self.menu_wanted.emit(pane.preview.side, point)

    # -- looks -----------------------------------------------------------------------------------
    def fit_columns(self) -> None:
        """Widths for what is shown; where they changed, the chosen field stays in sight."""
        changed = [pane for pane in (self.raw, self.out) if pane.fit_columns()]
        if changed:
            self._share_out()
        self._following = True  # each side for itself
        for pane in changed:
            pane.begin_whole()
        self._following = False

    def refit(self) -> None:
        """Measure again and share the width out; a side that needs less leaves the rest to the other."""
        self.raw.refit()
        self.out.refit()
        self._share_out()
        self._following = True  # each side for itself
        for pane in (self.raw, self.out):
            pane.begin_whole()
        self._following = False

    def _share_out(self) -> None:
        if self._split_by_hand or self.sides() != BOTH:
            return
        if not self.raw.measured or (self.out.preview.columns and not self.out.measured):
            return  # the rows are still on their way: what was measured before says nothing of these
        sizes = self.split.sizes()
        total = sum(sizes)
        raw = total * RAW_SHARE // 100
        if not self.out.isHidden() and self.out.preview.columns and self.out.whole_width() < total - raw:
            raw = min(total - self.out.whole_width(), total * 64 // 100)
        elif self.raw.preview.columns and self.raw.whole_width() < raw:
            raw = max(self.raw.whole_width(), total * 36 // 100)
        if abs(sizes[0] - raw) > 2:
            self.split.setSizes([raw, total - raw])

    def _moved_by_hand(self) -> None:
        self._split_by_hand = True

    def set_low(self, low: bool) -> None:
        """One-line column names, for a low window."""
        for pane in (self.raw, self.out):
            pane.column_header.set_low(low)
            pane.updateGeometries()
        self._place_strip(LOW_HEADER_HEIGHT if low else HEADER_HEIGHT)

    def show_sides(self, which: str) -> None:
        """'both', 'raw' or 'out': a narrow window shows one side at a time."""
        self.split.widget(0).setVisible(which in (BOTH, RAW))
        self.split.widget(1).setVisible(which in (BOTH, OUT))
        self._take_range()

    def sides(self) -> str:
        if self.split.widget(0).isHidden():
            return OUT
        return RAW if self.split.widget(1).isHidden() else BOTH

    def show_where(self) -> None:
        """Tell the strip which part is on the screen and where the chosen row is."""
        count = self.cache.count()
        first, last = self._lead().visible_places()
        if not count or last < first:
            self.strip.set_seen(0.0, 0.0, -1.0)
            return
        place = self.place()
        self.strip.set_seen(first / count, (last + 1) / count, place / count if place >= 0 else -1.0)
