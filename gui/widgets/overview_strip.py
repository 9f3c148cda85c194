"""Where in the file the flags are: narrow lanes beside the scroll bar, from the first row to the last.

Each lane has a shape at its head and its own place, so that colour is not needed to tell them apart. The
counts a pixel stands for are made off the UI thread and kept until the rows or the height change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.charts import marks as shapes
from gui.models.row_source import Lane, Mark, Rows

LANE = 7
GAP = 2
EDGE = 4
HEAD = 16  # room for the shapes above the lanes

Bins: TypeAlias = Rows

LOOKS: dict[str, tuple[str, Mark]] = {
    "left_out": ("withheld_ink", Mark.NONE),
    "sensitive": ("sensitive_mark", Mark.SENSITIVE),
    "objection": ("objection_mark", Mark.OBJECTION),
    "unknown": ("unknown_edge", Mark.UNKNOWN),
}


#: The strokes of a lane, left edge and width: of one colour to some people, lanes still look different.
WHOLE = ((0, LANE),)
STROKES: dict[str, tuple[tuple[int, int], ...]] = {"objection": ((0, 2), (5, 2)), "unknown": ((2, 3),)}


def bin_lanes(lanes: Sequence[Lane], positions: Rows | None, pixels: int) -> dict[str, Bins]:
    """For each lane the number of flagged rows in each of at most `pixels` equal runs of the view."""
    import numpy as np  # not before the window is up

    made: dict[str, Bins] = {}
    for lane in lanes:
        rows = lane.rows if positions is None else lane.rows[positions]
        bins = max(min(pixels, len(rows)), 0)
        if not bins:
            made[lane.id] = np.zeros(0, dtype=np.int64)
            continue
        edges = (np.arange(bins, dtype=np.int64) * len(rows)) // bins
        made[lane.id] = np.add.reduceat(rows.view(np.uint8), edges, dtype=np.int64)
    return made


class OverviewStrip(QWidget):
    """`jump` gives a place of the view, as a share from 0 to 1, when a person clicks or drags."""

    jump = Signal(float)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lanes: tuple[Lane, ...] = ()
        self._bins: dict[str, Bins] = {}
        self._rows = 0
        self._seen = (0.0, 0.0)
        self._current = -1.0
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Where the flags are")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.now.changed.connect(self._forget_picture)

    # -- what is shown ---------------------------------------------------------------------------
    def set_lanes(self, lanes: tuple[Lane, ...], bins: dict[str, Bins], rows: int) -> None:
        """Lanes with what `bin_lanes` counted for them; `rows` is the rows of the view."""
        self._lanes, self._bins, self._rows = lanes, bins, rows
        self.updateGeometry()
        counts = [f"{lane.label}: {int(bins[lane.id].sum()):,}" for lane in lanes]
        self.setAccessibleDescription(", ".join(counts))
        self._forget_picture()

    def set_seen(self, first: float, last: float, current: float) -> None:
        """The part on the screen and the current row, as shares of the view; current -1 for none."""
        if (first, last, current) != (*self._seen, self._current):
            self._seen, self._current = (first, last), current
            self.update()

    def pixels(self) -> int:
        return max(self.height() - HEAD, 1)

    def counts(self) -> dict[str, int]:
        return {lane.id: int(self._bins[lane.id].sum()) for lane in self._lanes}

    def sizeHint(self) -> QSize:
        lanes = max(len(self._lanes), 1)
        return QSize(2 * EDGE + lanes * LANE + (lanes - 1) * GAP, 100)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 20)

    # -- painting --------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.size() != self.size() * ratio:
            self._picture = self._paint_lanes(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        high = self.pixels()
        first, last = self._seen
        if last > first and last - first < 1:
            top = HEAD + first * high
            painter.setPen(QPen(theme.colour("ink"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(0.5, top, self.width() - 1, max((last - first) * high, 4)))
        if self._current >= 0:
            y = HEAD + self._current * high
            shapes.tick(painter, QRectF(0, y, self.width(), 2), theme.colour("blue"))
        painter.end()

    def _paint_lanes(self, ratio: float) -> QPixmap:
        """All that does not change while scrolling: some thousand small strokes, painted once."""
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        painter.fillRect(self.rect(), theme.colour("wash"))
        high = self.pixels()
        painter.fillRect(0, HEAD, self.width(), high, theme.colour("paper"))
        for at, lane in enumerate(self._lanes):
            left = EDGE + at * (LANE + GAP)
            token, mark = LOOKS.get(lane.id, ("muted", Mark.NONE))
            self._paint_head(painter, mark, left, token)
            self._paint_lane(painter, lane, left, token, high)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(0, HEAD, self.width() - 1, high - 1)
        painter.end()
        return picture

    def _forget_picture(self) -> None:
        self._picture = None
        self.update()

    @staticmethod
    def _paint_head(painter: QPainter, mark: Mark, left: int, token: str) -> None:
        if mark is Mark.NONE:
            box = QRectF(left - 0.5, HEAD / 2 - 4, 8, 8)
            shapes.fill_hatched(painter, box)
            painter.setPen(QPen(theme.colour("withheld_ink"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        else:
            shapes.draw_mark(painter, mark, left - 1, HEAD / 2, theme.colour(token))

    def _paint_lane(self, painter: QPainter, lane: Lane, left: int, token: str, high: int) -> None:
        bins = self._bins.get(lane.id)
        if bins is None or not len(bins):
            return
        each = self._rows / len(bins)
        rare = int((bins != 0).sum()) * 4 < len(bins)
        step = high / len(bins)
        colour = QColor(theme.colour(token))
        strokes = STROKES.get(lane.id, WHOLE)
        for at in bins.nonzero()[0].tolist():
            share = min(float(bins[at]) / max(each, 1), 1.0)
            # One row in a million still shows; where a flag is everywhere, the shade tells how much.
            colour.setAlphaF(1.0 if rare else 0.25 + 0.75 * share**0.5)
            for x, wide in strokes:
                painter.fillRect(QRectF(left + x, HEAD + at * step, wide, max(step, 2)), colour)

    # -- pointing --------------------------------------------------------------------------------
    def _share(self, y: float) -> float:
        return min(max((y - HEAD) / self.pixels(), 0.0), 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.jump.emit(self._share(event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.jump.emit(self._share(event.position().y()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().y()), self)
            return True
        return super().event(event)

    def words_at(self, y: int) -> str:
        """What is near a height of the strip, in words."""
        if not self._rows:
            return ""
        share = self._share(y)
        if y < HEAD:
            return "From left to right: " + ", ".join(lane.label for lane in self._lanes)
        said: list[str] = []
        for lane in self._lanes:
            bins = self._bins.get(lane.id)
            if bins is not None and len(bins):
                at = min(int(share * len(bins)), len(bins) - 1)
                near = int(bins[max(at - 1, 0) : at + 2].sum())
                if near:
                    said.append(f"{lane.label}: {near:,}")
        where = f"Around row {min(int(share * self._rows) + 1, self._rows):,} of the {self._rows:,} shown"
        return where + ("\n" + "\n".join(said) if said else "\nNothing flagged")

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self.resized.emit()
