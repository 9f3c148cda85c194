"""Find text in either side and go to a row: a field in the page's top row, and a second row once in use."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from gui.models.preview_model import OUT, RAW
from gui.widgets.text import ElidedLabel, label

EITHER = "either"


class FindField(QLineEdit):
    """Where the text is typed. Enter looks forwards, Shift+Enter backwards, Escape gives up."""

    find = Signal(bool)  # backwards
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Find in either side")
        self.setAccessibleName("Find text in the rows")
        self.setClearButtonEnabled(True)
        self.setMaxLength(200)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.text():
                self.find.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FindBar(QWidget):
    """Side, previous, next, what came of it, and going to a row by its number."""

    find = Signal(bool)  # backwards
    stop = Signal()
    go_to = Signal(int)  # 0-based row number
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Find and go to")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.side = QComboBox()
        self.side.setAccessibleName("Where to look")
        for words, value in (
            ("Either side", EITHER),
            ("What the practice holds", RAW),
            ("What would leave", OUT),
        ):
            self.side.addItem(words, value)
        self.previous = _button("Previous", "Find the one before (Shift+Enter)")
        self.next = _button("Next", "Find the next (Enter)")
        self.stop_button = _button("Stop looking", "Stop looking through the file")
        self.stop_button.hide()
        self.said = ElidedLabel("", "muted")
        self.row_label = label("Row", "muted")
        self.row = QLineEdit()
        self.row.setAccessibleName("Go to row number")
        self.row.setPlaceholderText("number")
        self.row.setFixedWidth(96)
        self.row.setValidator(QRegularExpressionValidator(QRegularExpression(r"[\d, ]{1,14}"), self.row))
        self.row_label.setBuddy(self.row)
        self.go = _button("Go", "Go to this row (Ctrl+G)")
        self.close_button = _button("Close", "Close this line (Escape)")
        for widget in (self.side, self.previous, self.next, self.stop_button):
            row.addWidget(widget)
        row.addWidget(self.said, 1)
        for widget in (self.row_label, self.row, self.go, self.close_button):
            row.addWidget(widget)
        self.previous.clicked.connect(lambda: self.find.emit(True))
        self.next.clicked.connect(lambda: self.find.emit(False))
        self.stop_button.clicked.connect(self.stop)
        self.row.returnPressed.connect(self._go)
        self.go.clicked.connect(self._go)
        self.close_button.clicked.connect(self.closed)

    def where(self) -> str:
        """'raw', 'out' or 'either'."""
        return str(self.side.currentData())

    def say(self, words: str) -> None:
        self.said.set_whole(words)

    def set_looking(self, looking: bool) -> None:
        self.stop_button.setVisible(looking)

    def set_narrow(self, narrow: bool) -> None:
        """Leave out what has a key, where there is little room."""
        for widget in (self.previous, self.row_label, self.go):
            widget.setVisible(not narrow)

    def set_has_text(self, has: bool) -> None:
        self.previous.setEnabled(has)
        self.next.setEnabled(has)

    def _go(self) -> None:
        digits = "".join(c for c in self.row.text() if c.isdecimal())
        if digits:
            self.go_to.emit(min(int(digits), 2**31 - 1) - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _button(words: str, help_: str) -> QPushButton:
    made = QPushButton(words)
    made.setToolTip(help_)
    made.setAutoDefault(False)
    return made
