"""Draws the lines of a record: wrapped, on both sides, so that no term has to be hovered over to be read."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui import theme
from gui.charts import marks as shapes
from gui.models.record_lines import ANOTHER, SENSITIVE, Line
from gui.models.record_model import HELD, HELD_WHEN, LINE_ROLE, OUT, OUT_WHEN
from gui.models.row_source import Mark
from gui.widgets.shapes import draw

Index = QModelIndex | QPersistentModelIndex
PAD_X, PAD_Y = 8, 4
NOTE_PX = 12
MOST_LINES_PX = 260  # of one entry; what is longer is in the strip and the tool tip
WRAP = int(Qt.TextFlag.TextWordWrap)
LONG_WORD, PIECE = 26, 13  # a word that may not fit gets unseen places to break it
LEFT_TOP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


def mark_of(words: str) -> Mark | None:
    """The shape that goes with a mark's words."""
    if words.startswith(SENSITIVE):
        return Mark.SENSITIVE
    if words.startswith("An objection"):
        return Mark.OBJECTION
    if words.startswith(("The code", "Nothing says")):
        return Mark.UNKNOWN
    return Mark.HAZARD if words.startswith((ANOTHER, "Safeguarding", "Restricted", "A rare code")) else None


class LineDelegate(QStyledItemDelegate):
    """Sizes and draws cells of a `RecordModel`. The view says how wide each column is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._widths: tuple[int, ...] = ()

    def set_widths(self, *widths: int) -> None:
        """The widths of the four columns, before anything is measured."""
        self._widths = widths

    # -- sizes -----------------------------------------------------------------------------------
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = index.data(int(LINE_ROLE))
        if not isinstance(line, Line) or len(self._widths) != 4:
            return QSize(40, 26)
        text = QFontMetrics(self._font(option.font))
        if line.kind in {"group", "more"}:
            return QSize(40, text.height() + (14 if line.kind == "group" else 10))
        small = QFontMetrics(self._font(option.font, NOTE_PX))
        column = index.column()
        room = self._widths[column] - 2 * PAD_X
        height = _height(text, self._text(line, column), room)
        if column == HELD:
            height += sum(_height(small, words, room - 16) + 2 for words in line.marks)
        elif column == OUT:
            height += sum(_height(small, words, room) + 2 for words in self._under(line))
        return QSize(40, min(height, MOST_LINES_PX) + 2 * PAD_Y)

    @staticmethod
    def _font(base: QFont, pixels: int = theme.TABLE_PX, bold: bool = False) -> QFont:
        font = QFont(base)
        font.setPixelSize(pixels)
        font.setBold(bold)
        return font

    @staticmethod
    def _text(line: Line, column: int) -> str:
        if column == OUT:
            return _breakable(line.out if line.out is not None else line.left_out())
        return _breakable((line.held_when, line.held, line.out_when)[column])

    @staticmethod
    def _under(line: Line) -> tuple[str, ...]:
        """What stands in small under the outgoing side."""
        waits = "Being worked out" if line.waiting and not line.note else line.note
        return (waits,) if waits else ()

    # -- painting --------------------------------------------------------------------------------
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(int(LINE_ROLE))
        if not isinstance(line, Line):
            return
        painter.save()
        rect = QRect(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        here = bool(state & QStyle.StateFlag.State_Selected)
        painter.setClipRect(rect)
        if line.kind == "group":
            self._paint_group(painter, rect, line, option)
        elif line.kind == "more":
            painter.fillRect(rect, theme.colour("selected" if here else "paper"))
            painter.setFont(self._font(option.font, bold=True))  # type: ignore[attr-defined]
            painter.setPen(theme.colour("selected_ink" if here else "blue"))
            flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
            painter.drawText(rect.adjusted(PAD_X, 0, -PAD_X, 0), flags, line.held)
        else:
            self._ground(painter, rect, line, index.column(), here)
            base = QFont(option.font)  # type: ignore[attr-defined]
            self._paint_cell(painter, rect, line, index.column(), here, base)
        painter.restore()

    def _paint_group(self, painter: QPainter, rect: QRect, line: Line, option: QStyleOptionViewItem) -> None:
        look = line.key[1] == "look"
        painter.fillRect(rect, theme.colour("warn_wash" if look else "wash"))
        left = rect.left() + PAD_X
        if look:
            box = QRectF(left, rect.center().y() - 7, 15, 15)
            draw(painter, "triangle", box, theme.colour("amber"), theme.colour("on_amber"))
            left += 22
        painter.setFont(self._font(option.font, bold=True))  # type: ignore[attr-defined]
        painter.setPen(theme.colour("warn_ink" if look else "ink"))
        painter.drawText(
            QRect(left, rect.top(), rect.right() - left, rect.height()),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            line.held,
        )
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))

    @staticmethod
    def _ground(painter: QPainter, rect: QRect, line: Line, column: int, here: bool) -> None:
        outgoing = column in {OUT_WHEN, OUT}
        if here:
            painter.fillRect(rect, theme.colour("selected"))
        elif outgoing and line.out is None:
            shapes.fill_hatched(painter, QRectF(rect))
        elif any(mark.startswith(SENSITIVE) for mark in line.marks):
            painter.fillRect(rect, theme.colour("sensitive_wash"))
        elif column == OUT and line.changed:
            painter.fillRect(rect, theme.colour("changed_wash"))
        else:
            painter.fillRect(rect, theme.colour("paper"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        if column == OUT_WHEN:  # the edge between the two sides
            painter.fillRect(rect.left(), rect.top(), 2, rect.height(), theme.colour("line"))
        if here and column == HELD_WHEN:
            painter.fillRect(rect.left(), rect.top(), 4, rect.height(), theme.colour("blue"))

    def _paint_cell(
        self,
        painter: QPainter,
        rect: QRect,
        line: Line,
        column: int,
        here: bool,
        base: QFont,
    ) -> None:
        outgoing = column in {OUT_WHEN, OUT}
        gone = outgoing and line.out is None
        quiet = column in {HELD_WHEN, OUT_WHEN}
        token = "withheld_ink" if gone else "muted" if quiet else "ink"
        ink = theme.colour("selected_ink" if here else token)
        painter.setPen(ink)
        painter.setFont(self._font(base, bold=gone and column == OUT and line.by_hand))
        area = rect.adjusted(PAD_X, PAD_Y, -PAD_X, -PAD_Y)
        text = self._text(line, column)
        if column == OUT_WHEN and gone:
            return
        used = _draw(painter, area, text)
        if column == OUT and line.changed and not here:
            shapes.draw_corner(painter, rect.right() + 1, rect.top(), theme.colour("changed_mark"))
        painter.setFont(self._font(base, NOTE_PX))
        small = QRect(area.left(), area.top() + used + 2, area.width(), area.height() - used)
        if column == HELD:
            for words in line.marks:
                mark = mark_of(words)
                if mark is not None:
                    middle = small.top() + painter.fontMetrics().height() / 2
                    shapes.draw_mark(painter, mark, small.left(), middle, ink if here else None)
                    painter.setFont(self._font(base, NOTE_PX))
                painter.setPen(theme.colour("selected_ink" if here else "ink"))
                down = _draw(painter, small.adjusted(16, 0, 0, 0), words) + 2
                small.adjust(0, down, 0, 0)
        elif column == OUT:
            painter.setPen(theme.colour("selected_ink" if here else "withheld_ink" if gone else "muted"))
            for words in self._under(line):
                small.adjust(0, _draw(painter, small, words) + 2, 0, 0)


def _breakable(text: str) -> str:
    """The same to the eye, with unseen places to break a very long word."""
    if all(len(word) < LONG_WORD for word in text.split(" ")):
        return text
    return " ".join(
        "\u200b".join(word[at : at + PIECE] for at in range(0, len(word), PIECE))
        if len(word) >= LONG_WORD
        else word
        for word in text.split(" ")
    )


def _height(metrics: QFontMetrics, text: str, room: int) -> int:
    if not text:
        return metrics.height()
    return metrics.boundingRect(0, 0, max(room, 20), 100_000, WRAP | LEFT_TOP, text).height()


def _draw(painter: QPainter, area: QRect, text: str) -> int:
    """Draw wrapped text; how high it is."""
    painter.drawText(area, WRAP | LEFT_TOP, text)
    return _height(painter.fontMetrics(), text, area.width())
