"""The tier badge: word, shape and colour together."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.formatting import TIER_SHAPES, TIER_WORDS
from gui.widgets import shapes


class TierBadge(QWidget):
    """What sort of data would leave, in words. `note` stands before it, e.g. 'Risk not measured'."""

    def __init__(self, tier: str = "", note: str = "", *, one_line: bool = False) -> None:
        super().__init__()
        self._tier, self._note, self._one_line, self._wanted = tier, note, one_line, True
        self.firm = False  # whether its words are never cut
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.now.changed.connect(self.update)
        self.set_tier(tier, note)

    def set_tier(self, tier: str, note: str = "") -> None:
        self._tier, self._note = tier, note
        self.setAccessibleName(self.text())
        self.setVisible(bool(tier) and self._wanted)
        self.updateGeometry()
        self.update()

    def set_wanted(self, wanted: bool) -> None:
        """Whether to show it here at all: a small window has it in the menu bar instead."""
        self._wanted = wanted
        self.set_tier(self._tier, self._note)

    @property
    def wanted(self) -> bool:
        """Whether it is to be shown here."""
        return self._wanted

    def text(self) -> str:
        words = TIER_WORDS.get(self._tier, "")
        return f"{self._note}: {words}" if self._note else words

    def _lines(self) -> list[str]:
        words = TIER_WORDS.get(self._tier, "")
        if self._one_line:
            return [self.text()]
        return [self._note, words] if self._note else [words]

    def _fonts(self) -> list[QFont]:
        bold, plain = QFont(self.font()), QFont(self.font())
        bold.setPixelSize(13)
        bold.setBold(True)
        plain.setPixelSize(13)
        return [bold, plain] if len(self._lines()) == 2 else [bold]

    def sizeHint(self) -> QSize:
        width = max(
            QFontMetrics(f).horizontalAdvance(t) for f, t in zip(self._fonts(), self._lines(), strict=True)
        )
        return QSize(width + 52, 42 if len(self._lines()) == 2 else 26)

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return whole if self.firm else QSize(60, whole.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._tier:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, ink = theme.colour(f"tier_{self._tier}"), theme.colour(f"on_tier_{self._tier}")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        box = QRectF(12, self.height() / 2 - 8, 16, 16)
        shapes.draw(painter, TIER_SHAPES[self._tier], box, ink, fill)
        painter.setPen(ink)
        two = len(self._lines()) == 2
        top, each = (4.0, (self.height() - 8) / 2) if two else (0.0, float(self.height()))
        for font, text in zip(self._fonts(), self._lines(), strict=True):
            painter.setFont(font)
            line = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 48)
            painter.drawText(QRectF(38, top, self.width() - 46, each), Qt.AlignmentFlag.AlignVCenter, line)
            top += each
