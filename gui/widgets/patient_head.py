"""The top of one patient's record: who it is, why somebody should look, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gui import accessibility, theme
from gui.formatting import tooltip
from gui.widgets.shapes import draw

NAME_PX, SMALL_PX = 16, 13
PAD = 10
WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_LINE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class PatientHead(QWidget):
    """Painted, so that whatever a name holds stays as it is; all of it is its accessible name."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._code, self._state, self._done = "", "", "", False
        self._reasons: tuple[str, ...] = ()
        self._low = False
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.values = QPushButton(
            "", self
        )  # placed by hand: a layout would ask nobody how high the words are
        self.values.setProperty("quiet", True)
        self.values.setVisible(False)
        theme.now.changed.connect(self.update)

    def show_patient(
        self, name: str, code: str, reasons: Sequence[str], state: str, *, done: bool = False
    ) -> None:
        """`reasons` are sentences, `state` says how the record stands, `done` whether it was seen."""
        told = (name, code, tuple(reasons), state, done)
        if told == (self._name, self._code, self._reasons, self._state, self._done):
            return
        another = code != self._code
        self._name, self._code, self._reasons, self._state, self._done = told
        words = ". ".join(part.rstrip(".") for part in (name, *reasons, state) if part)
        self.setAccessibleName(words)
        self.setToolTip(tooltip("\n".join(part for part in (name, code, *reasons, state) if part)))
        if another and code:
            accessibility.announce(self, words)
        self.updateGeometry()
        self.update()

    def set_low(self, low: bool) -> None:
        """In a low window the first reason on one line; all of them are said, and are in the tool tip."""
        if low != self._low:
            self._low = low
            self.updateGeometry()
            self.update()

    def _told(self) -> tuple[str, ...]:
        """The reasons as they are drawn."""
        if not self._low or not self._reasons:
            return self._reasons
        more = f"  and {len(self._reasons) - 1:,} more" if len(self._reasons) > 1 else ""
        font = QFontMetrics(self._fonts()[1])
        room = self._room(self.width()) - font.horizontalAdvance(more)
        return (font.elidedText(self._reasons[0], Qt.TextElideMode.ElideRight, room) + more,)

    def set_values(self, series: int) -> None:
        """How many sorts of measurements there are to draw over time."""
        self.values.setText(f"{series:,} over time  V" if series else "")
        self.values.setAccessibleName(f"Measurements over time: {series:,}, key V")
        self.values.setVisible(bool(series))
        self._place_button()
        self.updateGeometry()
        self.update()

    def _place_button(self) -> None:
        size = self.values.sizeHint()
        self.values.setGeometry(
            self.width() - PAD - size.width(), self.height() - size.height() - 3, size.width(), size.height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_button()

    def words(self) -> tuple[str, ...]:
        """Everything it says, for tests."""
        return tuple(part for part in (self._name, self._code, *self._reasons, self._state) if part)

    def _fonts(self) -> tuple[QFont, QFont]:
        name, small = QFont(self.font()), QFont(self.font())
        name.setPixelSize(NAME_PX)
        name.setBold(True)
        small.setPixelSize(SMALL_PX)
        return name, small

    def _room(self, width: int) -> int:
        """The width of a reason, beside the button where there is one."""
        button = self.values.sizeHint().width() + 12 if not self.values.isHidden() else 0
        return max(width - 2 * PAD - 22 - button, 40)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        name, small = (QFontMetrics(font) for font in self._fonts())
        room = self._room(width)
        height = name.height() + 2
        for reason in self._told():
            height += small.boundingRect(QRect(0, 0, room, 10_000), WRAP, reason).height() + 2
        return max(height, name.height() + 28 if not self.values.isHidden() else 0) + 12

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(self.width() or 400))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.heightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("paper"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        name, small = self._fonts()
        metrics, tiny = QFontMetrics(name), QFontMetrics(small)
        top, width = 6, self.width() - 2 * PAD
        high = metrics.height()
        state_wide = tiny.horizontalAdvance(self._state) + (26 if self._state else 0)
        code_wide = tiny.horizontalAdvance(self._code) + 14
        room = max(width - state_wide, 60)
        painter.setFont(name)
        painter.setPen(theme.colour("direct_ink"))
        shown = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(PAD, top, room, high), _LINE, shown)
        painter.setFont(small)
        at = PAD + metrics.horizontalAdvance(shown) + 14
        if at + code_wide < PAD + room:
            painter.setPen(theme.colour("muted"))
            painter.drawText(QRect(at, top + 1, code_wide, high), _LINE, self._code)
        if self._state:
            right = self.width() - PAD - tiny.horizontalAdvance(self._state)
            if self._done:
                box = QRectF(right - 21, top + (high - 16) / 2, 16, 16)
                draw(painter, "tick", box, theme.colour("green"), theme.colour("paper"))
            painter.setPen(theme.colour("ink"))
            painter.drawText(QRect(right, top, width, high), _LINE, self._state)
        self._paint_reasons(painter, top + high + 2, small)

    def _paint_reasons(self, painter: QPainter, top: int, font: QFont) -> None:
        metrics = QFontMetrics(font)
        room = self._room(self.width())
        painter.setFont(font)
        for reason in self._told():
            high = metrics.boundingRect(QRect(0, 0, room, 10_000), WRAP, reason).height()
            box = QRectF(PAD, top + 1, 14, 14)
            draw(painter, "triangle", box, theme.colour("amber"), theme.colour("on_amber"))
            painter.setPen(theme.colour("ink"))
            painter.setFont(font)
            painter.drawText(QRect(PAD + 22, top, room, high), WRAP, reason)
            top += high + 2
