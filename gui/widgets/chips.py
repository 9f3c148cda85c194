"""Filters as a row of buttons of which one is down, each with how much it would show."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QWidget

from gui.formatting import count


class Chips(QScrollArea):
    """Scrolls sideways where there is no room; nothing is cut."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setObjectName("scroll_body")
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._words = dict(choices)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for key, words in choices:
            button = QPushButton(words)
            button.setCheckable(True)
            button.setProperty("chip", True)
            button.clicked.connect(lambda _c=False, k=key: self.chosen.emit(k))
            self._group.addButton(button)
            self.buttons[key] = button
            row.addWidget(button)
        row.addStretch(1)
        self.setWidget(inner)
        self.choose(choices[0][0])

    def choose(self, key: str) -> None:
        self.buttons[key].setChecked(True)

    def set_count(self, key: str, number: int) -> None:
        self.buttons[key].setText(f"{self._words[key]} {count(number)}")

    def sizeHint(self) -> QSize:
        return QSize(300, self.widget().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.widget().sizeHint().height())
