"""The key under the panes: every flag's shape and colour beside its word."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.charts import marks as shapes
from gui.models.row_source import Mark

HEIGHT = 22
BOX = 22
BETWEEN = 14

ENTRIES = (
    ("direct", "names a patient"),
    ("quasi", "helps identify"),
    ("sensitive", "sensitive"),
    ("objection", "objection"),
    ("changed", "changed"),
    ("left_out", "left out"),
    ("unknown", "not understood"),
    ("hazard", "hidden data"),
)


class FlagKey(QWidget):
    """Paints as many entries as fit; the rest are in its tool tip and its accessible description."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Key to the flags: " + ", ".join(word for _id, word in ENTRIES))
        self.setToolTip("\n".join(word[0].upper() + word[1:] for _id, word in ENTRIES))
        theme.now.changed.connect(self.update)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(12)
        return font

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font())
        return QSize(
            sum(BOX + 5 + metrics.horizontalAdvance(word) + BETWEEN for _id, word in ENTRIES), HEIGHT
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._font()
        metrics = QFontMetrics(font)
        x = 0
        for entry, word in ENTRIES:
            wide = BOX + 5 + metrics.horizontalAdvance(word)
            if x + wide > self.width():
                break
            self._paint_box(painter, entry, QRectF(x, 3.5, BOX - 1, HEIGHT - 7))
            painter.setFont(font)
            painter.setPen(theme.colour("muted"))
            base = (HEIGHT + metrics.ascent() - metrics.descent()) // 2
            painter.drawText(x + BOX + 4, base, word)
            x += wide + BETWEEN
        painter.end()

    def _paint_box(self, painter: QPainter, entry: str, box: QRectF) -> None:
        middle, x = box.center().y(), box.center().x() - shapes.SIZE / 2
        grounds = {
            "direct": "direct_wash",
            "quasi": "quasi_wash",
            "sensitive": "sensitive_wash",
            "changed": "changed_wash",
        }
        painter.fillRect(box, theme.colour(grounds.get(entry, "paper")))
        if entry == "left_out":
            shapes.fill_hatched(painter, box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(shapes.dotted_pen() if entry == "unknown" else QPen(theme.colour("line"), 1))
        painter.drawRect(box)
        if entry in ("direct", "quasi"):
            kind = "direct_identifier" if entry == "direct" else "quasi_identifier"
            colour = theme.colour("direct_ink" if entry == "direct" else "muted")
            shapes.draw_identifies(painter, kind, x, middle, colour)
        elif entry == "changed":
            shapes.draw_corner(painter, box.right() + 1, box.top(), theme.colour("changed_mark"))
        elif entry in ("sensitive", "objection", "unknown", "hazard"):
            shapes.draw_mark(painter, Mark[entry.upper()], x, middle)
