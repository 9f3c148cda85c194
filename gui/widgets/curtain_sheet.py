"""What is seen while the curtain is down: that it is, that work goes on, and the key that lifts it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.shapes import Shape
from gui.widgets.text import label

TITLE = "The screen is covered"
WORDS = (
    "Nothing of the file can be read. Nothing was closed or lost, and what was under way goes on.",
    "This is not a lock: lock the computer when you leave the room.",
)
LIFT = "Show it again  F9"
WIDTH = 640


class CurtainSheet(QWidget):
    """Fills the window, or lies over a dialog. Takes every key and click, so that none reaches what is under
    it; F9, Escape or the button ask to lift it."""

    lifted = Signal()

    def __init__(self, over: QWidget | None = None) -> None:
        super().__init__(over)
        self.setObjectName("curtain")
        self.setAccessibleName(TITLE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        middle = QHBoxLayout(self)
        middle.setContentsMargins(24, 16, 24, 16)
        inside = QWidget()
        inside.setMaximumWidth(WIDTH)
        middle.addStretch(1)
        middle.addWidget(inside, 100)
        middle.addStretch(1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addStretch(1)
        shape = Shape("ring", "blue", 40)
        self.title = label(TITLE, "title", wrap=True)
        self.said = label("\n".join(WORDS), wrap=True)
        self.work = label("", "muted", wrap=True)
        self.lift = QPushButton(LIFT)
        self.lift.setProperty("main", True)
        self.lift.setAutoDefault(False)
        self.lift.clicked.connect(self.lifted)
        if over is not None:  # a dialog has little room
            shape.hide()
            self.said.setText(WORDS[0])
        column.addWidget(shape, 0, Qt.AlignmentFlag.AlignHCenter)
        for line in (self.title, self.said, self.work):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        column.addWidget(self.lift, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        if over is not None:
            over.installEventFilter(self)
            self.setGeometry(over.rect())
            self.raise_()
            self.show()

    def say_work(self, words: str) -> None:
        """How far the work behind is."""
        self.work.setText(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded) and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
            self.raise_()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no key of a menu or of a button under the curtain
            return True
        return super().event(event)

    def focusNextPrevChild(self, next_: bool) -> bool:
        self.lift.setFocus() if next_ and not self.lift.hasFocus() else self.setFocus()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F9, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.lifted.emit()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def contextMenuEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("wash"))
