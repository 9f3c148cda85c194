"""The shapes of the flags, drawn the same in cells, headers, the key and the overview strip.

A shape never stands for something by colour alone: each of them can be told from the others in grey.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from gui import theme
from gui.models.row_source import Mark

SIZE = 9.0  # a shape's width and height in a cell


def draw_mark(painter: QPainter, mark: Mark, x: float, middle: float, colour: QColor | None = None) -> None:
    """One shape, SIZE wide, its left edge at x and centred on `middle`."""
    half = SIZE / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if mark is Mark.SENSITIVE:
        painter.setBrush(colour or theme.colour("sensitive_mark"))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x + half, middle - half),
                    QPointF(x + SIZE, middle),
                    QPointF(x + half, middle + half),
                    QPointF(x, middle),
                ]
            )
        )
    elif mark is Mark.OBJECTION:
        # A square with a bar left out of it: a full one is too much like the disc of what names a patient.
        path = QPainterPath()
        path.addRect(QRectF(x, middle - half, SIZE, SIZE))
        path.addRect(QRectF(x + 2, middle - 1, SIZE - 4, 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillPath(path, colour or theme.colour("objection_mark"))
    elif mark is Mark.HAZARD:
        painter.setBrush(colour or theme.colour("hazard_mark"))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x + half, middle - half),
                    QPointF(x + SIZE, middle + half),
                    QPointF(x, middle + half),
                ]
            )
        )
    elif mark is Mark.UNKNOWN:
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colour or theme.colour("ink"))
        painter.drawText(QRectF(x - 2, middle - SIZE, SIZE + 4, SIZE * 2), Qt.AlignmentFlag.AlignCenter, "?")
    painter.restore()


def draw_corner(painter: QPainter, right: float, top: float, colour: QColor) -> None:
    """The small mark of a changed cell: its top right corner turned down."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(right - 6, top), QPointF(right, top), QPointF(right, top + 6)]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_identifies(painter: QPainter, kind: str, x: float, middle: float, colour: QColor) -> bool:
    """The header's shape: a full disc names a patient, a half disc helps identify. True if drawn."""
    if kind not in ("direct_identifier", "quasi_identifier"):
        return False
    half = SIZE / 2
    box = QRectF(x + 0.5, middle - half + 0.5, SIZE - 1, SIZE - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.2))
    if kind == "direct_identifier":
        painter.setBrush(colour)
        painter.drawEllipse(box)
    else:
        painter.drawEllipse(box)
        painter.setBrush(colour)
        painter.drawPie(box, 90 * 16, 180 * 16)
    painter.restore()
    return True


def dotted_pen() -> QPen:
    """The outline of what was not understood."""
    pen = QPen(theme.colour("unknown_edge"), 1)
    pen.setDashPattern([1, 2])
    return pen


@cache
def _hatch(colour: str) -> QBrush:
    return QBrush(QColor(colour), Qt.BrushStyle.BDiagPattern)


def fill_hatched(painter: QPainter, rect: QRectF) -> None:
    """The grey hatched ground of what is left out."""
    painter.fillRect(rect, theme.colour("withheld_wash"))
    painter.fillRect(rect, _hatch(theme.colour("withheld_hatch").name()))


def tick(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """A short line across a lane of the overview strip."""
    painter.setPen(QPen(colour, rect.height()))
    y = rect.center().y()
    painter.drawLine(QLineF(rect.left(), y, rect.right(), y))
