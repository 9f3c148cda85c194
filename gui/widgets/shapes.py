"""The few shapes that go with words: so that nothing is told by colour alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

#: Outlines as fractions of the box.
OUTLINES = {
    "triangle": ((0.5, 0.0), (1.0, 0.94), (0.0, 0.94)),
    "diamond": ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)),
}
#: The lines of the sign within, as fractions of the box.
SIGNS = {
    "tick": (((0.28, 0.53), (0.44, 0.69), (0.73, 0.34)),),
    "cross": (((0.33, 0.33), (0.67, 0.67)), ((0.67, 0.33), (0.33, 0.67))),
    "alert": (((0.5, 0.24), (0.5, 0.54)), ((0.5, 0.735), (0.5, 0.74))),
    "triangle": (((0.5, 0.36), (0.5, 0.62)), ((0.5, 0.785), (0.5, 0.79))),
}

#: What marks what happens: the tokens of its fill and of its sign.
HAPPENS = {"triangle": ("amber", "on_amber"), "ring": ("muted", "paper"), "circle": ("blue", "blue")}
_icons: dict[str, QIcon] = {}


def icon(shape: str) -> QIcon:
    """A triangle (to decide), ring (left out) or circle (leaves) for a list: made once for each theme, and
    twice as large for sharp screens."""
    fill, mark = HAPPENS[shape]
    key = f"{shape} {theme.colour(fill).name()} {theme.colour(mark).name()}"
    if key not in _icons:
        picture = QPixmap(32, 32)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        draw(painter, shape, QRectF(3, 3, 26, 26), theme.colour(fill), theme.colour(mark))
        painter.end()
        _icons[key] = QIcon(picture)
    return _icons[key]


def draw(painter: QPainter, shape: str, box: QRectF, fill: QColor, mark: QColor) -> None:
    """Draw tick, cross, circle, ring, triangle, square, alert, diamond or question, `mark` the sign in it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    w = box.width()
    if shape in {"tick", "circle"}:
        painter.drawEllipse(box)
    elif shape in {"cross", "square", "alert"}:
        painter.drawRoundedRect(box.adjusted(w / 16, w / 16, -w / 16, -w / 16), w / 8, w / 8)
    elif shape in OUTLINES:
        painter.drawPolygon(_points(OUTLINES[shape], box))
    elif shape in {"ring", "question"}:
        dots = Qt.PenStyle.DotLine if shape == "question" else Qt.PenStyle.SolidLine
        painter.setPen(QPen(fill, max(1.5, w / 10), dots))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    round_ = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(QPen(mark, max(1.6, w / 8), *round_))
    for line in SIGNS.get(shape, ()):
        painter.drawPolyline(_points(line, box))
    if shape == "question":
        font = painter.font()
        font.setPixelSize(int(w * 0.7))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(fill)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")
    painter.restore()


def _points(fractions: tuple[tuple[float, float], ...], box: QRectF) -> QPolygonF:
    return QPolygonF(
        [QPointF(box.x() + fx * box.width(), box.y() + fy * box.height()) for fx, fy in fractions]
    )


class Shape(QWidget):
    """One shape beside a word. It says nothing to a screen reader: the word does."""

    def __init__(self, shape: str, token: str, size: int = 18, mark: str = "paper") -> None:
        super().__init__()
        self._shape, self._token, self._size, self._mark = shape, token, size, mark
        self.setFixedSize(size, size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.now.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        draw(painter, self._shape, box, theme.colour(self._token), theme.colour(self._mark))
