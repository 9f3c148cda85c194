"""Labels that show text as it is: whatever a file holds, '<b>' stays four characters."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from gui.formatting import tooltip


def label(text: str = "", role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A plain text label; `role` is one the style sheet knows (title, muted, strong, heading, small, ...)."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def breakable(text: str) -> str:
    """The text with unseen places to break a line in names such as 'bulk_95047_CareRecord_Observation'."""
    return text.replace("_", "_\u200b")


class ElidedLabel(QLabel):
    """One line of plain text that is cut in the middle or at the end where there is no room for it.

    The whole text is its tool tip and its accessible name."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._whole = ""
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        """Show this text, as much of it as fits."""
        self._whole = text
        self.setText(text)
        self.setAccessibleName(text)
        self._update_tip()
        self.updateGeometry()

    def whole(self) -> str:
        return self._whole

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tip()

    def _update_tip(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self._whole) <= self.width()
        self.setToolTip("" if fits else tooltip(self._whole))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment()), shown)


def card(name: str = "", surface: str = "card") -> QFrame:
    """A frame the style sheet draws as a card (or 'well', 'good', 'bad', 'warn')."""
    made = QFrame()
    made.setProperty("surface", surface)
    if name:
        made.setObjectName(name)
    return made


def rule() -> QFrame:
    """A thin line across."""
    return card(surface="line")


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property the style sheet selects by, and have the widget styled again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
