"""The steps at the left edge: where one is, and how each step stands, in words with a shape."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.pages.page import StepState
from gui.widgets import shapes
from gui.widgets.text import label

WIDE, NARROW = 208, 104
SENDS_NOTHING = "Threshold sends nothing. Your file is saved where you choose."
SHAPES = {
    "done": ("tick", "rail_ink", "rail"),
    "attention": ("triangle", "amber", "on_amber"),
    "to_do": ("ring", "rail_muted", "rail"),
    "waiting": ("ring", "rail_muted", "rail"),
}
HERE_SHAPES = {
    "done": ("tick", "green", "paper"),
    "attention": ("triangle", "amber", "on_amber"),
    "to_do": ("ring", "rail_here_muted", "paper"),
    "waiting": ("ring", "rail_here_muted", "paper"),
}


class StepButton(QAbstractButton):
    """One step: its name, and under it how it stands."""

    def __init__(self, title: str, number: int) -> None:
        super().__init__()
        self.title, self.number = title, number
        self.state = StepState()
        self.setCheckable(True)
        self.setText(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.now.changed.connect(self.update)
        self.set_state(self.state)

    def set_state(self, state: StepState) -> None:
        self.state = state
        words = f", {state.words}" if state.words else ""
        self.setAccessibleName(f"Step {self.number}, {self.title}{words}")
        self.setToolTip(f"{self.title} (Ctrl+{self.number})")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDE, 54)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROW, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        here = self.isChecked()
        narrow = self.width() < WIDE - 20
        if here:
            painter.fillRect(self.rect(), theme.colour("rail_here"))
            painter.fillRect(0, 0, 5, self.height(), theme.colour("amber"))
        elif self.underMouse():
            painter.fillRect(self.rect(), theme.colour("rail_hover"))
        ink = theme.colour("rail_here_ink" if here else "rail_ink")
        quiet = theme.colour("rail_here_muted" if here else "rail_muted")
        left = 12 if narrow else 48
        if not narrow:
            shape, fill, mark = (HERE_SHAPES if here else SHAPES)[self.state.kind]
            box = QRectF(18, self.height() / 2 - 9, 18, 18)
            shapes.draw(painter, shape, box, theme.colour(fill), theme.colour(mark))
        self._words(painter, left, ink, quiet, here)
        if self.hasFocus():
            pen = painter.pen()
            pen.setColor(theme.colour("focus" if not here else "blue"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.drawRect(self.rect().adjusted(6, 2, -3, -3))

    def _words(self, painter: QPainter, left: int, ink: object, quiet: object, here: bool) -> None:
        width = self.width() - left - 8
        name = QFont(self.font())
        name.setPixelSize(15 if left > 20 else 14)
        name.setBold(here)
        small = QFont(self.font())
        small.setPixelSize(12)
        words = self.state.words
        tall = self.height() >= 44 and bool(words)
        half = self.height() / 2
        painter.setFont(name)
        painter.setPen(ink)  # type: ignore[call-overload]
        box = QRectF(left, 5, width, half - 4) if tall else QRectF(left, 0, width, self.height())
        low = Qt.AlignmentFlag.AlignBottom if tall else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | low, self.title)
        if tall:
            painter.setFont(small)
            painter.setPen(quiet)  # type: ignore[call-overload]
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(left, half + 2, width, half - 4), Qt.AlignmentFlag.AlignLeft, shown)


class Rail(QWidget):
    """All steps; emits the page's id when one is chosen."""

    chosen = Signal(str)

    def __init__(self, steps: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName("Steps")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[str, StepButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 12)
        layout.setSpacing(0)
        self._name = label("Threshold")
        self._name.setContentsMargins(18, 20, 8, 18)
        layout.addWidget(self._name)
        self._steps = QScrollArea()  # more steps than a low window has room for
        self._steps.setWidgetResizable(True)
        self._steps.setFrameShape(QFrame.Shape.NoFrame)
        self._steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._steps.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._steps.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        holder = QWidget()
        steps_column = QVBoxLayout(holder)
        steps_column.setContentsMargins(0, 0, 0, 0)
        steps_column.setSpacing(0)
        for number, (page_id, title) in enumerate(steps, 1):
            button = StepButton(title, number)
            button.clicked.connect(lambda _checked=False, p=page_id: self.chosen.emit(p))
            self._group.addButton(button)
            self.buttons[page_id] = button
            steps_column.addWidget(button)
        steps_column.addStretch(1)
        self.foot = label(SENDS_NOTHING, wrap=True)
        self.foot.setContentsMargins(18, 8, 12, 8)
        steps_column.addWidget(self.foot)
        self._steps.setWidget(holder)
        layout.addWidget(self._steps, 1)
        theme.now.changed.connect(self._dress)
        self._dress()
        self.set_narrow(False)

    def set_state(self, page_id: str, state: StepState) -> None:
        self.buttons[page_id].set_state(state)

    def set_here(self, page_id: str) -> None:
        button = self.buttons[page_id]
        button.setChecked(True)
        self._steps.ensureWidgetVisible(button, 0, 0)

    def say(self, *more: str) -> None:
        """What stands at the foot, after that nothing is sent."""
        self.foot.setText("\n".join((SENDS_NOTHING, *more)))

    def set_narrow(self, narrow: bool) -> None:
        """Only the steps' names, for small windows: still words, never icons alone."""
        self.setFixedWidth(NARROW if narrow else WIDE)
        self.foot.setContentsMargins(*((12, 4, 6, 2) if narrow else (18, 8, 12, 8)))
        self._name.setVisible(not narrow)
        for button in self.buttons.values():
            button.setFixedHeight(44 if narrow else 54)

    def _dress(self) -> None:
        for text, size, weight, token in (
            (self._name, "20px", "bold", "rail_ink"),
            (self.foot, "12px", "normal", "rail_muted"),
        ):
            ink = theme.colour(token).name()
            text.setStyleSheet(f"color: {ink}; font-size: {size}; font-weight: {weight};")

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("rail"))
