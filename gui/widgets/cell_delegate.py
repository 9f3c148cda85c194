"""Paints the cells of a pane, a row at a time, straight from the page cache.

A Qt delegate asks the model seven things a cell; this asks once a row, which is what keeps a page of two
panes within a few milliseconds. Text that fits is remembered, and so is text that had to be cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.charts import marks as shapes
from gui.models.preview_model import OUT, PLACEHOLDER, RAW, PreviewModel, left_out
from gui.models.row_source import Mark, PageRow

PAD = 6
ROW_HEIGHT = 26
TAG_PX = 11
REMEMBERED = 20_000

#: One visible column: (column of the model, left edge, width), in pixels of the viewport.
Slot = tuple[int, int, int]

# Plain ints: an IntFlag's & costs a microsecond, and there are thousands of cells in a page.
_SENSITIVE, _UNKNOWN, _HAZARD = int(Mark.SENSITIVE), int(Mark.UNKNOWN), int(Mark.HAZARD)
_CELL_MARKS = tuple((int(m), m) for m in (Mark.HAZARD, Mark.OBJECTION, Mark.SENSITIVE, Mark.UNKNOWN))


class CellPainter:
    """Fonts, measures and remembered texts of one pane. Colours are asked of the theme, so it may change."""

    def __init__(self, model: PreviewModel, font: QFont) -> None:
        self._model = model
        self._fits: dict[tuple[str, int, bool], str] = {}
        self.set_font(font)

    def set_font(self, font: QFont) -> None:
        self.plain = QFont(font)
        self.plain.setPixelSize(theme.TABLE_PX)
        self.bold = QFont(self.plain)
        self.bold.setBold(True)
        self.small = QFont(self.plain)
        self.small.setPixelSize(TAG_PX)
        self._plain_metrics = QFontMetrics(self.plain)
        self._bold_metrics = QFontMetrics(self.bold)
        self._small_metrics = QFontMetricsF(self.small)
        self._baseline = (ROW_HEIGHT + self._plain_metrics.ascent() - self._plain_metrics.descent()) / 2
        self._fits.clear()

    def fitted(self, text: str, width: int, bold: bool) -> str:
        """The text, cut at the right with an ellipsis where it is wider than `width`."""
        key = (text, width, bold)
        found = self._fits.get(key)
        if found is None:
            metrics = self._bold_metrics if bold else self._plain_metrics
            found = text
            if len(text) * 12 > width and (len(text) > 400 or metrics.horizontalAdvance(text) > width):
                found = metrics.elidedText(text[:400], Qt.TextElideMode.ElideRight, width)
            if len(self._fits) > REMEMBERED:
                self._fits.clear()
            self._fits[key] = found
        return found

    def text_width(self, text: str, bold: bool = False) -> int:
        metrics = self._bold_metrics if bold else self._plain_metrics
        return metrics.horizontalAdvance(text[:200])

    # -- a row -----------------------------------------------------------------------------------
    def paint_row(
        self,
        painter: QPainter,
        row: PageRow | None,
        top: int,
        slots: Sequence[Slot],
        right: int,
        *,
        held: int = 0,
        selected: bool,
        current_column: int,
        focused: bool,
    ) -> None:
        """Paint one row whose top edge is at `top`; `right` is the viewport's width.

        `held` is how wide the pinned column is where it stays in sight over the others, else 0."""
        pinned = self._model.pinned
        ground = theme.colour("selected" if selected else "paper")
        painter.fillRect(0, top, right, ROW_HEIGHT, ground)
        if row is None:
            painter.setFont(self.plain)
            painter.setPen(theme.colour("muted"))
            for column, left, width in slots:
                if width > 20 and left + PAD >= held and (column != pinned or not held):
                    painter.drawText(QPointF(left + PAD, top + self._baseline), PLACEHOLDER)
            if held:
                painter.drawText(QPointF(PAD, top + self._baseline), PLACEHOLDER)
        elif self._model.side == OUT and row.out is None:
            self._paint_band(painter, row, top, right, selected)
        else:
            for slot in slots:
                if slot[0] != pinned or not held:
                    self._paint_cell(painter, row, slot, top, selected)
            if held:
                painter.fillRect(0, top, held, ROW_HEIGHT, ground)
                self._paint_cell(painter, row, (pinned, 0, held), top, selected)
                painter.fillRect(held - 1, top, 2, ROW_HEIGHT, theme.colour("line"))
        painter.fillRect(0, top + ROW_HEIGHT - 1, right, 1, theme.colour("wash"))
        if selected:
            here = [(pinned, 0, held)] if held and current_column == pinned else _beside(slots, held)
            self._paint_current(painter, row, top, here, right, max(current_column, 0), focused)

    def _paint_cell(self, painter: QPainter, row: PageRow, slot: Slot, top: int, selected: bool) -> None:
        column, left, width = slot
        model = self._model
        field = model.columns[column]
        position = field.position
        raw = model.side == RAW
        marks = row.marks.get(position, 0)
        changed = not raw and position in row.changed
        if changed:
            marks &= ~_HAZARD  # what a spreadsheet would run was made harmless
        bold = raw and field.kind == "direct_identifier"
        text = row.shown_raw[column] if raw else row.shown_out[column]

        wash = ""
        ink = "ink"
        if marks & _SENSITIVE:
            wash = "sensitive_wash"
        elif bold:
            wash, ink = "direct_wash", "direct_ink"
        elif raw and field.kind == "quasi_identifier":
            wash = "quasi_wash"
        elif changed:
            wash = "changed_wash"
        if selected:
            ink = "selected_ink"
        elif wash:
            painter.fillRect(left, top, width - 1, ROW_HEIGHT, theme.colour(wash))

        if marks & _UNKNOWN or (raw and field.kind == "unknown"):
            painter.setPen(shapes.dotted_pen())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(left + 2, top + 2, width - 6, ROW_HEIGHT - 6)
        x = left + PAD
        if marks:
            x = self._paint_marks(painter, marks, x, top, selected)
        if text:
            room = left + width - PAD - x
            painter.setFont(self.bold if bold else self.plain)
            painter.setPen(theme.colour(ink))
            shown = self.fitted(text, room, bold)
            painter.drawText(QPointF(x, top + self._baseline), shown)
            if marks & _SENSITIVE and shown == text:
                self._paint_tag(painter, row.tags.get(position, ""), text, x, room, top, selected)
        if changed:
            corner = theme.colour("selected_ink" if selected else "changed_mark")
            shapes.draw_corner(painter, left + width - 1, top, corner)

    @staticmethod
    def _paint_marks(painter: QPainter, marks: int, x: int, top: int, selected: bool) -> int:
        middle = top + ROW_HEIGHT / 2
        ink = theme.colour("selected_ink") if selected else None
        for bit, mark in _CELL_MARKS:
            if marks & bit:
                shapes.draw_mark(painter, mark, x, middle, ink)
                x += int(shapes.SIZE) + 5
        return x

    def _paint_tag(
        self, painter: QPainter, tag: str, text: str, x: int, room: int, top: int, selected: bool
    ) -> None:
        """The word for a flag at the cell's right end, where there is room for the whole of it."""
        if not tag:
            return
        wide = self._small_metrics.horizontalAdvance(tag)
        if self._plain_metrics.horizontalAdvance(text) + 20 + wide > room:
            return
        painter.setFont(self.small)
        painter.setPen(theme.colour("selected_ink" if selected else "ink"))
        painter.drawText(QPointF(x + room - wide - 2, top + self._baseline), tag)

    # -- a row that stays ------------------------------------------------------------------------
    def _paint_band(self, painter: QPainter, row: PageRow, top: int, right: int, selected: bool) -> None:
        """A withheld row: hatched grey from edge to edge, its reason written across."""
        area = QRectF(0, top, right, ROW_HEIGHT - 1)
        shapes.fill_hatched(painter, area)
        room = max(right - 4 * PAD, 20)
        words = left_out(row)
        if self._plain_metrics.horizontalAdvance(words) > room and words.count(": ") > 1:
            words = words[: words.rindex(": ")]  # the reason first; what follows it is in the detail strip
        words = self.fitted(words, room, False)
        wide = self._plain_metrics.horizontalAdvance(words)
        ground = theme.colour("selected" if selected else "withheld_wash")
        painter.fillRect(QRectF(PAD, top + 3, wide + 2 * PAD, ROW_HEIGHT - 7), ground)
        painter.setFont(self.plain)
        painter.setPen(theme.colour("selected_ink" if selected else "withheld_ink"))
        painter.drawText(QPointF(2 * PAD, top + self._baseline), words)

    def _paint_current(
        self,
        painter: QPainter,
        row: PageRow | None,
        top: int,
        slots: Sequence[Slot],
        right: int,
        current_column: int,
        focused: bool,
    ) -> None:
        """Lines above and below the chosen row, and a frame round the current cell."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame = theme.colour("selected_ink" if theme.now.name in theme.HIGH_CONTRAST else "blue")
        painter.fillRect(0, top, right, 1, frame)
        painter.fillRect(0, top + ROW_HEIGHT - 1, right, 1, frame)
        if row is not None and self._model.side == OUT and row.out is None:
            return
        for column, left, width in slots:
            if column == current_column:
                painter.setPen(QPen(frame, 2 if focused else 1))
                painter.drawRect(QRectF(left + 1, top + 1, width - 3, ROW_HEIGHT - 2))


def _beside(slots: Sequence[Slot], held: int) -> list[Slot]:
    """What is seen of each column beside the one that stays in sight over the others."""
    seen = ((column, max(left, held), left + width) for column, left, width in slots)
    return [(column, left, right - left) for column, left, right in seen if right > left]
