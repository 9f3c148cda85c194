"""The edges of a pane: its title bar, the names of its columns and the numbers of its rows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QTableView, QWidget

from gui import theme
from gui.charts import marks as shapes
from gui.models.preview_model import RAW, PreviewModel
from gui.models.row_source import Mark
from gui.widgets.cell_delegate import PAD, ROW_HEIGHT

HEADER_HEIGHT = 44
LOW_HEADER_HEIGHT = 26
TITLE_HEIGHT = 30
NOTE_PX = 12
WIDEST_NAME = 240


class ColumnHeader(QHeaderView):
    """Two lines a column: the field's name, and what it is (left) or what was done to it (right)."""

    def __init__(self, model: PreviewModel, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._model = model
        self.low = False
        self._held: Callable[[], int] = lambda: 0
        self.setObjectName(f"columns_{model.side}")
        self.setAccessibleName("Columns")
        self.setSectionsClickable(False)
        self.setSectionsMovable(False)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setMinimumSectionSize(40)
        self.setDefaultSectionSize(120)
        self.set_low(False)

    def hold(self, held: Callable[[], int]) -> None:
        """`held()` says how wide the pinned column is where it stays in sight, else 0."""
        self._held = held

    def set_low(self, low: bool) -> None:
        """One line instead of two, for a low window; the second line is then in the tool tip."""
        self.low = low
        self.setFixedHeight(LOW_HEADER_HEIGHT if low else HEADER_HEIGHT)
        self.viewport().update()

    def _fonts(self) -> tuple[QFont, QFont]:
        name = QFont(self.font())
        name.setPixelSize(theme.TABLE_PX)
        name.setBold(True)
        note = QFont(self.font())
        note.setPixelSize(NOTE_PX)
        note.setBold(False)
        return name, note

    def wanted_width(self, column: int) -> int:
        """Wide enough for the name and the note, within reason."""
        name, note = self._fonts()
        field = self._model.columns[column]
        wide = max(
            QFontMetrics(name).horizontalAdvance(field.name),
            QFontMetrics(note).horizontalAdvance(field.note) + self._shape_width(column),
        )
        return min(wide, WIDEST_NAME) + 2 * PAD + 3

    def _shape_width(self, column: int) -> int:
        kind = self._model.columns[column].kind
        if self._model.side == RAW and kind in ("direct_identifier", "quasi_identifier", "unknown"):
            return int(shapes.SIZE) + 5
        return 0

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:
        if not rect.isValid() or column >= len(self._model.columns):
            return
        field = self._model.columns[column]
        name, note = self._fonts()
        raw = self._model.side == RAW
        painter.save()
        if raw and field.action == "leave_out":
            shapes.fill_hatched(painter, QRectF(rect))
        else:
            painter.fillRect(rect, theme.colour("paper"))
        left, room = rect.left() + PAD, rect.width() - 2 * PAD
        line = rect.height() if self.low else rect.height() // 2
        painter.setFont(name)
        painter.setPen(theme.colour("direct_ink" if raw and field.kind == "direct_identifier" else "ink"))
        top = rect.top() if self.low else rect.top() + 3
        painter.drawText(
            QRect(left, top, room, line),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            QFontMetrics(name).elidedText(field.name, Qt.TextElideMode.ElideRight, room),
        )
        if not self.low:
            self._paint_note(painter, QRect(left, rect.top() + line, room, line - 4), column, note)
        painter.fillRect(rect.left(), rect.bottom() - 1, rect.width(), 2, theme.colour("line"))
        painter.fillRect(rect.right(), rect.top() + 8, 1, rect.height() - 16, theme.colour("line"))
        painter.restore()

    def _paint_note(self, painter: QPainter, area: QRect, column: int, font: QFont) -> None:
        field = self._model.columns[column]
        painter.setFont(font)
        muted = theme.colour("muted")
        middle = area.center().y() + 0.5
        if self._model.side == RAW:
            colour = theme.colour("direct_ink") if field.kind == "direct_identifier" else muted
            if shapes.draw_identifies(painter, field.kind, area.left(), middle, colour):
                area.adjust(self._shape_width(column), 0, 0, 0)
            elif field.kind == "unknown":
                shapes.draw_mark(painter, Mark.UNKNOWN, area.left(), middle)
                area.adjust(self._shape_width(column), 0, 0, 0)
        painter.setPen(muted)
        painter.drawText(
            area,
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            QFontMetrics(font).elidedText(field.note, Qt.TextElideMode.ElideRight, area.width()),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("paper"))
        height, right = self.viewport().height(), self.viewport().width()
        painter.fillRect(0, height - 2, right, 2, theme.colour("line"))
        first = self.visualIndexAt(max(event.rect().left(), 0))
        last = self.visualIndexAt(event.rect().right())
        if first >= 0:
            for place in range(first, (self.count() - 1 if last < 0 else last) + 1):
                column = self.logicalIndex(place)
                self.paintSection(
                    painter,
                    QRect(self.sectionViewportPosition(column), 0, self.sectionSize(column), height),
                    column,
                )
        held = self._held()
        if held:
            painter.setClipping(False)
            self.paintSection(painter, QRect(0, 0, held, height), self._model.pinned)
            painter.fillRect(held - 1, 0, 2, height, theme.colour("line"))
        painter.end()


class RowGutter(QHeaderView):
    """The row numbers of the file, with a square where the patient objects and hatching where a row stays."""

    def __init__(self, model: PreviewModel, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._model = model
        self._pane = parent
        self.setObjectName(f"rows_{model.side}")
        self.setAccessibleName("Row numbers")
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(ROW_HEIGHT)
        self.setDefaultSectionSize(ROW_HEIGHT)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        model.modelReset.connect(self._measure)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(NOTE_PX)
        font.setBold(False)
        return font

    def _measure(self) -> None:
        self.setFixedWidth(self.sizeHint().width())

    def sizeHint(self) -> QSize:
        """Wide enough for the last row number; Qt's own would ask the model for a thousand of them."""
        widest = f"{max(self._model.cache.shape.rows, 100):,}"
        return QSize(QFontMetrics(self._font()).horizontalAdvance(widest) + int(shapes.SIZE) + 14, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("paper"))
        font = self._font()
        bold = QFont(font)
        bold.setBold(True)
        offset, width = self._pane.verticalScrollBar().value(), self.viewport().width()
        count = self._model.rowCount()
        current = self._pane.currentIndex().row()
        first = (event.rect().top() + offset) // ROW_HEIGHT
        last = min((event.rect().bottom() + offset) // ROW_HEIGHT, count - 1)
        for place in range(max(first, 0), last + 1):
            top = place * ROW_HEIGHT - offset
            row = self._model.cache.peek(place)
            here = place == current
            if here:
                painter.fillRect(0, top, width, ROW_HEIGHT, theme.colour("selected"))
            elif row is not None and row.withheld is not None:
                shapes.fill_hatched(painter, QRectF(0, top, width, ROW_HEIGHT - 1))
            if row is not None and row.objects:
                colour = theme.colour("selected_ink") if here else None
                shapes.draw_mark(painter, Mark.OBJECTION, 4, top + ROW_HEIGHT / 2, colour)
            painter.setFont(bold if here else font)
            withheld = row is not None and row.withheld is not None
            painter.setPen(theme.colour("selected_ink" if here else "withheld_ink" if withheld else "muted"))
            painter.drawText(
                QRect(0, top, width - 6, ROW_HEIGHT - 1),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                f"{self._model.cache.number_of(place) + 1:,}",
            )
        painter.fillRect(width - 1, event.rect().top(), 1, event.rect().height(), theme.colour("line"))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = (int(event.position().y()) + self._pane.verticalScrollBar().value()) // ROW_HEIGHT
        if 0 <= place < self._model.rowCount():
            column = max(self._pane.currentIndex().column(), 0)
            self._pane.setFocus(Qt.FocusReason.MouseFocusReason)
            self._pane.setCurrentIndex(self._model.index(place, column))


class Corner(QWidget):
    """The corner above the row numbers, over Qt's own button, which would select every row."""

    def __init__(self, parent: QTableView) -> None:
        super().__init__(parent)
        theme.now.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("paper"))
        painter.fillRect(0, self.height() - 2, self.width(), 2, theme.colour("line"))
        font = QFont(self.font())
        font.setPixelSize(NOTE_PX)
        painter.setFont(font)
        painter.setPen(theme.colour("muted"))
        low = self.height() < HEADER_HEIGHT
        painter.drawText(
            self.rect().adjusted(0, 0 if low else 3, -6, 0 if low else -19),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            "Row",
        )
        painter.end()


class PaneTitle(QWidget):
    """The coloured bar above a pane: what it is at the left, whose at the right."""

    def __init__(self, title: str, ground: str, ink: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._aside = title, ""
        self._ground, self._ink = ground, ink
        self.setFixedHeight(TITLE_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        theme.now.changed.connect(self.update)

    def set_words(self, title: str, aside: str) -> None:
        self._title, self._aside = title, aside
        self.setAccessibleName(f"{title}, {aside}" if aside else title)
        self.setToolTip("")
        self.update()

    def words(self) -> tuple[str, str]:
        return self._title, self._aside

    def set_colours(self, ground: str, ink: str) -> None:
        """Token names, e.g. 'tier_amber' and 'on_tier_amber'."""
        self._ground, self._ink = ground, ink
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._ground))
        painter.drawRoundedRect(QRectF(0, 0, self.width(), self.height() + 8), 5, 5)
        painter.setPen(theme.colour(self._ink))
        bold = QFont(self.font())
        bold.setBold(True)
        area = self.rect().adjusted(12, 0, -12, 0)
        title_wide = QFontMetrics(bold).horizontalAdvance(self._title)
        painter.setFont(bold)
        flag = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            area,
            flag | Qt.AlignmentFlag.AlignLeft,
            QFontMetrics(bold).elidedText(self._title, Qt.TextElideMode.ElideRight, area.width()),
        )
        small = QFont(self.font())
        small.setPixelSize(theme.TABLE_PX)
        room = area.width() - title_wide - 20
        if self._aside and room > 40:
            painter.setFont(small)
            painter.drawText(
                area,
                flag | Qt.AlignmentFlag.AlignRight,
                QFontMetrics(small).elidedText(self._aside, Qt.TextElideMode.ElideRight, room),
            )
        painter.end()
