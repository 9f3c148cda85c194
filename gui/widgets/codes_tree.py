"""A tree of sensitive families, or a plain list of codes: columns as wide as what they hold."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gui.widgets.choice_tree import ChoiceTree

MEASURED = 200
WIDEST, NARROWEST = 340, 70
LAST_SHARE = 0.2  # of the width that the last column keeps where others are wide


class CodesTree(ChoiceTree):
    """The last column takes what the others leave."""

    def __init__(self, name: str, letters: str = "") -> None:
        super().__init__(name, letters)
        self.header().setStretchLastSection(True)

    def fit(self) -> None:
        """Columns as wide as what they hold, within reason; the last takes the rest."""
        model, metrics, widths = self.model(), self.fontMetrics(), []
        for column in range(model.columnCount() - 1):
            texts = [str(model.headerData(column, Qt.Orientation.Horizontal))]
            for place in range(min(model.rowCount(), MEASURED)):
                top = model.index(place, 0)
                inside = model.rowCount(top)
                texts += [str(model.index(n, column, top).data() or "") for n in range(inside)]
                if not inside and not model.hasChildren(top):
                    texts.append(str(model.index(place, column).data() or ""))
            wide = max(metrics.horizontalAdvance(text) for text in texts) * 11 // 10
            room = 56 if column == 0 else 28
            widths.append(max(wide + room, NARROWEST))
        last = self.viewport().width() * LAST_SHARE
        widest = WIDEST if sum(widths) + last > self.viewport().width() else max(widths, default=0)
        for column, wide in enumerate(widths):
            self.setColumnWidth(column, min(wide, widest))
