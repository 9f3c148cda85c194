"""An empty page says what will be here and how to get it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gui.widgets.text import label


class EmptyState(QWidget):
    """Two sentences and one button."""

    def __init__(self, title: str, text: str, button: str, call: Callable[[], object]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        middle = Qt.AlignmentFlag.AlignHCenter
        layout.addStretch(1)
        self._texts = (title, text)
        self.title = label(title, "heading", wrap=True)
        self.text = label(text, "muted", wrap=True)
        for line in (self.title, self.text):
            line.setAlignment(middle)
            layout.addWidget(line)
        layout.addSpacing(8)
        self.button = QPushButton(button)
        self.button.setProperty("main", True)
        self.button.clicked.connect(lambda _c=False: call())
        layout.addWidget(self.button, 0, middle)
        layout.addStretch(2)

    def set_working(self, working: bool) -> None:
        """While something is read, say so instead of asking for it."""
        self.title.setText("Being read" if working else self._texts[0])
        self.text.setText("This takes a moment." if working else self._texts[1])
        self.button.setVisible(not working)
