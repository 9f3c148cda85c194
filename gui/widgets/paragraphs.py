"""A title and a few lines of plain text that wrap, in a height that does not change with the text.

So that the page above the detail strip stays where it is while a person goes from cell to cell."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QTextLayout, QTextLine
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.formatting import tooltip


class Paragraphs(QWidget):
    """The title on one line, then up to `lines` lines of wrapped text; all of it is in the tool tip."""

    def __init__(self, lines: int = 3) -> None:
        super().__init__()
        self._title, self._texts, self._lines = "", (), lines
        self._texts: tuple[str, ...]
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        theme.now.changed.connect(self.update)

    def set_texts(self, title: str, texts: tuple[str, ...]) -> None:
        self._title, self._texts = title, tuple(t for t in texts if t)
        self.setAccessibleName(". ".join((title, *self._texts)))
        self.setToolTip(tooltip("\n".join((title, *self._texts))))
        self.update()

    def set_lines(self, lines: int) -> None:
        self._lines = lines
        self.updateGeometry()
        self.update()

    def texts(self) -> tuple[str, ...]:
        return (self._title, *self._texts)

    def _line_px(self) -> int:
        return self.fontMetrics().height() + 2

    def sizeHint(self) -> QSize:
        return QSize(300, self._line_px() * (1 + self._lines) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        bold = QFont(self.font())
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(theme.colour("ink"))
        step, width = self._line_px(), self.width()
        shown = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(0, 0, width, step, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setFont(self.font())
        used = 0
        for place, text in enumerate(self._texts):
            painter.setPen(theme.colour("ink" if place == 0 else "muted"))
            reserve = min(len(self._texts) - place - 1, self._lines - used - 1)
            used += self._wrapped(painter, text, used, max(1, self._lines - used - max(0, reserve)))
            if used >= self._lines:
                break

    def _wrapped(self, painter: QPainter, text: str, used: int, room: int) -> int:
        """Draw one text in at most `room` lines; how many it took."""
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        lines: list[QTextLine] = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self.width())
            lines.append(line)
        layout.endLayout()
        for place, line in enumerate(lines[:room]):
            top = self._line_px() * (1 + used + place)
            start, length = line.textStart(), line.textLength()
            last = place == room - 1 and len(lines) > room
            part = text[start:] if last else text[start : start + length]
            if last:
                part = painter.fontMetrics().elidedText(part, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QPointF(0, top + painter.fontMetrics().ascent() + 1), part)
        return min(len(lines), room)
