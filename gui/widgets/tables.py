"""A table view with the settings every table here needs; the reasons are measured ones."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui.clipboard import care
from gui.showing import BLOCKS

ROW_PX = 26
SAMPLE_ROWS = 50
WIDEST_PX = 320


class PlainTable(QTableView):
    """One row is selected at a time: selecting columns or everything freezes on large tables."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setProperty("plain", True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setSectionsClickable(False)
        across.setHighlightSections(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setMinimumSectionSize(48)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(ROW_PX)
        down.setSectionsClickable(False)
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            text = self.currentIndex().data()
            care.copy(None if text == BLOCKS else str(text or ""))
        else:
            super().keyPressEvent(event)

    def fit_columns(self) -> None:
        """Widths from the header and the first rows; never from every row."""
        model: QAbstractItemModel | None = self.model()
        if model is None:
            return
        text, head = self.fontMetrics(), self.horizontalHeader().fontMetrics()
        for column in range(min(model.columnCount(), 300)):
            title = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            width = int(head.horizontalAdvance(title) * 1.1) + 24
            for row in range(min(model.rowCount(), SAMPLE_ROWS)):
                cell = str(model.index(row, column).data() or "")
                width = max(width, text.horizontalAdvance(cell) + 20)
            self.setColumnWidth(column, min(width, WIDEST_PX))
        if model.rowCount() and not self.currentIndex().isValid():
            self.setCurrentIndex(model.index(0, 0))  # screen readers need a place to start from
