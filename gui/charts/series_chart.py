"""Measurements over time, drawn small: a line, what would leave as a full mark, what stays as a ring.

Two numbers of one measurement (a blood pressure) stand above each other, joined. Nothing is told by colour
alone, and the whole of it can be read as a table beside it.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.formatting import counted, day, tooltip

if TYPE_CHECKING:
    from core.patients import Point, Series

HEIGHT, LEAST_WIDTH = 150, 240
SMALL_PX = 12
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 30, 22
MARK = 4.0
FAR = 200_000  # days from 1970: beyond it there is no date


def when(number: int) -> str:
    """6 August 2018; '' where there is no date."""
    return "" if abs(number) > FAR else day(date(1970, 1, 1) + timedelta(days=number))


def value_words(point: Point) -> str:
    """'132/84' or '31.2'."""
    return f"{point.value:g}" if point.second is None else f"{point.value:g}/{point.second:g}"


def summary(series: Series) -> str:
    """The chart in a sentence: how many, from when to when, the last, how many would leave."""
    points = series.points
    if not points:
        return f"{series.title}: no measurement"
    first, last = when(points[0].day), when(points[-1].day)
    span = f" from {first} to {last}" if first and last and first != last else f" on {last}" if last else ""
    leaving = sum(point.leaves for point in points)
    goes = (
        "all would leave"
        if leaving == len(points)
        else f"{leaving:,} would leave"
        if leaving
        else "none leaves"
    )
    unit = f" {series.unit}" if series.unit else ""
    many = counted(len(points), "measurement")
    return f"{series.title}: {many}{span}, the last {value_words(points[-1])}{unit}; {goes}"


class SeriesChart(QWidget):
    """One series. It takes the keyboard, so that a screen reader comes to it."""

    def __init__(self, series: Series) -> None:
        super().__init__()
        self.series = series
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(summary(series))
        self.setToolTip(tooltip(summary(series)))
        theme.now.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, HEIGHT)

    # -- where things stand ----------------------------------------------------------------------
    def _area(self) -> QRectF:
        return QRectF(LEFT, TOP, max(self.width() - LEFT - RIGHT, 20), self.height() - TOP - BOTTOM)

    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest number, with a little air."""
        numbers = [n for p in self.series.points for n in (p.value, p.second) if n is not None]
        low, high = min(numbers), max(numbers)
        air = (high - low) * 0.12 or max(abs(high) * 0.1, 1.0)
        return low - air, high + air

    def place_of(self, point: Point, number: float) -> QPointF:
        """Where a number of a measurement is drawn."""
        area, points = self._area(), self.series.points
        first, last = points[0].day, points[-1].day
        share = (point.day - first) / (last - first) if last > first else 0.5
        low, high = self.bounds()
        return QPointF(
            area.left() + share * area.width(), area.bottom() - (number - low) / (high - low) * area.height()
        )

    # -- painting --------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(
            QPen(theme.colour("focus" if self.hasFocus() else "line"), 2 if self.hasFocus() else 1)
        )
        painter.setBrush(theme.colour("paper"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        self._words(painter)
        if not self.series.points:
            return
        area = self._area()
        painter.setPen(theme.colour("line"))
        for share in (0.0, 0.5, 1.0):
            painter.drawLine(
                QPointF(area.left(), area.top() + share * area.height()),
                QPointF(area.right(), area.top() + share * area.height()),
            )
        self._lines(painter)
        self._marks(painter)

    def _words(self, painter: QPainter) -> None:
        bold, small = QFont(self.font()), QFont(self.font())
        bold.setPixelSize(theme.TABLE_PX)
        bold.setBold(True)
        small.setPixelSize(SMALL_PX)
        middle = Qt.AlignmentFlag.AlignVCenter
        unit = f" ({self.series.unit})" if self.series.unit else ""
        painter.setFont(bold)
        painter.setPen(theme.colour("ink"))
        head = QRect(12, 4, self.width() - 24, 22)
        painter.drawText(head, int(middle | Qt.AlignmentFlag.AlignLeft), f"{self.series.title}{unit}")
        points = self.series.points
        if not points:
            return
        painter.drawText(head, int(middle | Qt.AlignmentFlag.AlignRight), value_words(points[-1]))
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        area, (low, high) = self._area(), self.bounds()
        for share, number in ((0.0, high), (0.5, (low + high) / 2), (1.0, low)):
            box = QRectF(2, area.top() + share * area.height() - 8, LEFT - 8, 16)
            painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignRight), f"{number:.3g}")
        low_edge = QRectF(LEFT - 4, self.height() - BOTTOM + 3, self.width() - LEFT - RIGHT + 8, 16)
        first, last = when(points[0].day), when(points[-1].day)
        if first == last:
            painter.drawText(low_edge, int(middle | Qt.AlignmentFlag.AlignHCenter), last)
            return
        painter.drawText(low_edge, int(middle | Qt.AlignmentFlag.AlignLeft), first)
        painter.drawText(low_edge, int(middle | Qt.AlignmentFlag.AlignRight), last)

    def _lines(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.colour("blue"), 1.6))
        points = self.series.points
        for before, after in pairwise(points):
            painter.drawLine(self.place_of(before, before.value), self.place_of(after, after.value))
            if before.second is not None and after.second is not None:
                painter.drawLine(self.place_of(before, before.second), self.place_of(after, after.second))

    def _marks(self, painter: QPainter) -> None:
        edge = QPen(theme.colour("blue"), 1.6)
        for point in self.series.points:
            if point.second is not None:
                painter.setPen(QPen(theme.colour("edge"), 1, Qt.PenStyle.DotLine))
                painter.drawLine(self.place_of(point, point.value), self.place_of(point, point.second))
            painter.setPen(edge)
            painter.setBrush(theme.colour("blue" if point.leaves else "paper"))
            for number in (point.value, point.second):
                if number is not None:
                    painter.drawEllipse(self.place_of(point, number), MARK, MARK)
