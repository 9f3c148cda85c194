"""The box that finds any patient, at the right of the page's title."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

WAIT_MS = 350
LEAST = 2


class _Box(QLineEdit):
    escaped = Signal()
    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.escaped.emit()
        elif event.key() == Qt.Key.Key_Down:
            event.accept()
            self.down.emit()
        else:
            super().keyPressEvent(event)


class PatientSearch(QWidget):
    """Emits `wanted` a moment after the last letter, and at once on Enter."""

    wanted = Signal(str)
    left = Signal()
    into_list = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.box = _Box()
        self.box.setPlaceholderText("Find any patient  Ctrl+F")
        self.box.setAccessibleName("Find any patient by name, number or birth date")
        self.box.setToolTip("By name, NHS number, the practice's own number or birth date")
        self.box.setClearButtonEnabled(True)
        self.box.setMinimumWidth(180)
        self.box.setMaximumWidth(340)
        row.addStretch(1)  # where the page's title gives way it stays at the right, as it was
        row.addWidget(self.box, 100)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self._asked = ""
        self.box.textEdited.connect(lambda _text: self._timer.start())
        self.box.returnPressed.connect(self._enter)
        self.box.escaped.connect(self.left)
        self.box.down.connect(self.into_list)

    def open(self) -> None:
        """The cursor in the box, what is in it chosen."""
        if self.box.isEnabled():
            self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.box.selectAll()

    def clear(self) -> None:
        """Empty, without asking for anything."""
        self._timer.stop()
        self._asked = ""
        self.box.clear()

    def cover(self, covered: bool) -> None:
        """What was typed may be somebody's name."""
        self.box.setEchoMode(QLineEdit.EchoMode.Password if covered else QLineEdit.EchoMode.Normal)

    def _enter(self) -> None:
        self._timer.stop()
        if self.box.text().strip() == self._asked and self._asked:
            self.into_list.emit()
        else:
            self._ask()

    def _ask(self) -> None:
        text = self.box.text().strip()
        if text and len(text) < LEAST:
            return
        self._asked = text
        self.wanted.emit(text)
