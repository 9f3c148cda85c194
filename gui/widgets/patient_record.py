"""One patient's record as a list that is gone through with the keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QTreeView, QVBoxLayout, QWidget

from gui import theme
from gui.clipboard import care
from gui.models.record_lines import Key, Line
from gui.models.record_model import HELD_WHEN, OUT_WHEN, RecordModel
from gui.widgets.pane_headers import PaneTitle
from gui.widgets.patient_lines import LineDelegate
from gui.widgets.text import set_property

#: What a key does on the list, by itself: only here, so that a letter typed elsewhere decides nothing.
KEYS = {
    Qt.Key.Key_L: "leave",
    Qt.Key.Key_Delete: "leave",
    Qt.Key.Key_K: "keep",
    Qt.Key.Key_P: "patient",
    Qt.Key.Key_V: "values",
    Qt.Key.Key_S: "sheet",
    Qt.Key.Key_Return: "next",
    Qt.Key.Key_Enter: "next",
    Qt.Key.Key_Left: "queue",
    Qt.Key.Key_Escape: "queue",
    Qt.Key.Key_Space: "open",
    Qt.Key.Key_1: "reason 1",
    Qt.Key.Key_2: "reason 2",
    Qt.Key.Key_3: "reason 3",
    Qt.Key.Key_4: "reason 4",
    Qt.Key.Key_5: "reason 5",
}
SHIFTED = {Qt.Key.Key_L: "always", Qt.Key.Key_Delete: "always", Qt.Key.Key_P: "patient always"}
WITH_CONTROL = {Qt.Key.Key_Down: "after", Qt.Key.Key_Up: "before"}
NARROW = 560


class RecordList(QTreeView):
    """Emits `asked` with what a key means; moving about is the view's own."""

    asked = Signal(str)
    moved = Signal()
    menu_wanted = Signal(object)  # QPoint, on the screen

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("patient_record")
        self.setAccessibleName("The patient's record")
        self.lines = RecordModel()
        self.setModel(self.lines)
        self.setItemDelegate(LineDelegate(self))
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setTabKeyNavigation(False)
        self.header().setMinimumSectionSize(20)
        self.header().setStretchLastSection(False)
        self.selectionModel().currentChanged.connect(lambda *_: self.moved.emit())
        theme.now.changed.connect(self.viewport().update)

    # -- lines -----------------------------------------------------------------------------------
    def show_lines(self, lines: list[Line], here: Key = ()) -> None:
        """Show these with the keyboard on the line `here`, or the first that can be judged."""
        before = self.current_key()
        scrolled = self.verticalScrollBar().value()
        again = [line.key for line in lines]
        if self.lines.set_lines(lines):
            for place, line in enumerate(lines):
                if line.kind in {"group", "more"}:
                    self.setFirstColumnSpanned(place, QModelIndex(), True)
            wanted = here or before
            if wanted in again:
                self.choose(self.lines.place_of(wanted))
                if wanted == before:
                    self.verticalScrollBar().setValue(scrolled)
            else:
                self.choose_first()
        else:
            self.scheduleDelayedItemsLayout()  # a reason more makes a line higher
            if here and here != before:
                self.choose(self.lines.place_of(here))
            self.moved.emit()

    def current_line(self) -> Line | None:
        return self.lines.line_at(self.currentIndex().row())

    def current_key(self) -> Key:
        line = self.current_line()
        return line.key if line is not None else ()

    def choose(self, place: int) -> None:
        """The keyboard on this line, with the heading above it in sight where there is room."""
        if 0 <= place < self.lines.rowCount():
            if place and self.lines.lines()[place - 1].kind == "group":
                self.scrollTo(self.lines.index(place - 1, 0))
            self.setCurrentIndex(self.lines.index(place, HELD_WHEN))

    def choose_first(self) -> None:
        """The first line that can be judged, at the very top."""
        self.scrollToTop()
        for place, line in enumerate(self.lines.lines()):
            if line.kind != "group":
                self.choose(place)
                return
        self.moved.emit()

    # -- keys ------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        table = {
            Qt.KeyboardModifier.NoModifier: KEYS,
            Qt.KeyboardModifier.ShiftModifier: SHIFTED,
            Qt.KeyboardModifier.ControlModifier: WITH_CONTROL,
        }.get(held, {})
        act = table.get(Qt.Key(event.key()))
        if event.matches(QKeySequence.StandardKey.Copy):
            event.accept()
            self.copy_entry()
        elif act is not None:
            event.accept()
            self.asked.emit(act)
        elif event.text().strip() and held in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        }:
            event.accept()  # a letter that means nothing here must not jump to some entry
        else:
            super().keyPressEvent(event)

    def copy_entry(self) -> None:
        """Copy what the practice holds of the entry, as `gui.clipboard` looks after it; nothing covered."""
        line = self.current_line()
        if line is not None and line.kind in {"item", "told"}:
            care.copy(None if line.hidden else line.held)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    # -- size ------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_out()

    def share_out(self) -> None:
        """Half for each side, with as much for the date as a date takes."""
        width = self.viewport().width()
        narrow = width < NARROW
        when = self.fontMetrics().horizontalAdvance("00-Mmm-0000" if narrow else "September 2000 ") + 18
        half = width // 2
        widths = (when, half - when, when, width - half - when)
        delegate = self.itemDelegate()
        assert isinstance(delegate, LineDelegate)
        delegate.set_widths(*widths)
        for column, wide in enumerate(widths):
            self.setColumnWidth(column, wide)
        self.scheduleDelayedItemsLayout()
        QTimer.singleShot(0, self, self._show_current)

    def _show_current(self) -> None:
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def place_of_current(self) -> QRect:
        """Where the current line is on the view, for a menu."""
        return self.visualRect(self.currentIndex())


class RecordPane(QWidget):
    """The list under the titles of its two sides."""

    def __init__(self) -> None:
        super().__init__()
        self.list = RecordList()
        self.held_title = PaneTitle("What the practice holds", "raw_header", "on_raw_header")
        self.out_title = PaneTitle("What would leave", "tier_amber", "on_tier_amber")
        titles = QHBoxLayout()
        titles.setContentsMargins(0, 0, 0, 0)
        titles.setSpacing(2)
        titles.addWidget(self.held_title, 1)
        titles.addWidget(self.out_title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(titles)
        column.addWidget(self.list, 1)
        self.held_title.set_words("What the practice holds", "stays here")

    def set_outgoing(self, recipient: str, tier: str) -> None:
        """The colour of the outgoing side is that of the tier."""
        self.out_title.set_words("What would leave", f"for {recipient}" if recipient else "")
        if tier:
            self.out_title.set_colours(f"tier_{tier}", f"on_tier_{tier}")

    def set_low(self, low: bool) -> None:
        """In a low window the titles give way a little."""
        for title in (self.held_title, self.out_title):
            title.setFixedHeight(22 if low else 30)
        set_property(self, "low", low)


__all__ = ["KEYS", "OUT_WHEN", "RecordList", "RecordPane"]
