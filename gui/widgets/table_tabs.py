"""The tables of an export as tabs, each with how many rows it has. Where they do not fit a list is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QTabBar, QWidget

from gui import theme
from gui.formatting import counted, one_line, tooltip

LONGEST = 32
MOST = 24  # more tabs than this are no quicker to read than a list


class TableTabs(QTabBar):
    """`chosen` gives a table's name. Left and Right go from tab to tab."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table_tabs")
        self.setAccessibleName("Tables of the file")
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.currentChanged.connect(self._changed)

    def set_tables(self, names: Sequence[str], words: Mapping[str, str], rows: Mapping[str, int]) -> None:
        """Offer these, by their own names or those that `words` has, with how many rows each has."""
        self.blockSignals(True)
        while self.count() > len(names):
            self.removeTab(self.count() - 1)
        for at, name in enumerate(names):
            if at >= self.count():
                self.addTab("")
            said = one_line(words.get(name, name), LONGEST)
            self.setTabText(at, f"{said.replace('&', '&&')}  {rows[name]:,}")
            self.setTabData(at, name)
            self.setTabToolTip(at, tooltip(f"{one_line(name, 200)}, {counted(rows[name], 'row')}"))
            self.setAccessibleTabName(at, f"{said}, {counted(rows[name], 'row')}")
        self.blockSignals(False)

    def choose(self, name: str) -> None:
        """Show a table as the chosen one; nobody is told."""
        self.blockSignals(True)
        self.setCurrentIndex(next((at for at in range(self.count()) if self.tabData(at) == name), 0))
        self.blockSignals(False)

    def fits(self, width: int) -> bool:
        """Whether there is more than one table, and every tab fits whole."""
        if not 1 < self.count() <= MOST:
            return False
        return sum(self.tabSizeHint(at).width() for at in range(self.count())) <= width

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.currentIndex() >= 0:
            painter = QPainter(self)
            painter.setPen(QPen(theme.colour("focus_edge"), 2))
            painter.drawRect(self.tabRect(self.currentIndex()).adjusted(1, 1, -6, -3))
            painter.end()

    def _changed(self, at: int) -> None:
        if at >= 0:
            self.chosen.emit(str(self.tabData(at)))
