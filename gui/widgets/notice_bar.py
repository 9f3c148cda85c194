"""One line above the page that stays until it is dealt with: a copied value, or values that are covered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from gui.widgets.shapes import Shape
from gui.widgets.text import label


class NoticeBar(QFrame):
    """A shape, a sentence and one button. Hidden while there is nothing to say."""

    def __init__(self, name: str, button: str, pressed: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("surface", "warn")
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(10)
        self.words = label("", wrap=True)
        self.button = QPushButton(button)
        self.button.clicked.connect(lambda _checked=False: pressed())
        row.addWidget(Shape("triangle", "amber", 18, "on_amber"))
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.setVisible(False)

    def say(self, words: str) -> None:
        """Show the sentence; '' hides the line."""
        self.words.setText(words)
        self.setAccessibleDescription(words)
        self.setVisible(bool(words))
