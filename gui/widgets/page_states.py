"""What a pane says when it has no rows to show: what will be here and how to get it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.widgets.text import label


class Message(QFrame):
    """A heading, a sentence or two, and at most one button, in the middle of an empty place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._act: Callable[[], object] | None = None
        self.heading = label("", "heading", wrap=True)
        self.words = label("", "muted", wrap=True)
        self.button = QPushButton("Go on")
        self.button.setProperty("main", True)
        self.button.clicked.connect(self._clicked)
        inner = QVBoxLayout()
        inner.setSpacing(8)
        for text in (self.heading, self.words):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(text)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        row.addStretch(1)
        inner.addLayout(row)
        holder = QWidget()
        holder.setMaximumWidth(520)
        holder.setLayout(inner)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(holder, 4)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 8, 16, 8)
        whole.addStretch(2)
        whole.addLayout(across)
        whole.addStretch(3)

    def say(
        self, heading: str, words: str, button: str = "", act: Callable[[], object] | None = None
    ) -> None:
        """Show this; no button without a label."""
        self.heading.setText(heading)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self._act = act
        self.button.setText(button or "Go on")
        self.button.setVisible(bool(button))

    def _clicked(self) -> None:
        if self._act is not None:
            self._act()
