"""The line above a list that decisions are made in: which part is shown, undo and redo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gui.session import Session
from gui.widgets.chips import Chips

NARROW = 700


class ListBar(QWidget):
    """`chips` at the left, then what is added with `add`; Undo and Redo give way in a narrow window."""

    def __init__(self, session: Session, name: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._session = session
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.chips = Chips(name, choices)
        row.addWidget(self.chips, 1)
        self.undo = QPushButton("Undo")
        self.redo = QPushButton("Redo")
        self.undo.clicked.connect(session.undo)
        self.redo.clicked.connect(session.redo)
        for button in (self.undo, self.redo):
            row.addWidget(button)
        self._row = row

    def add(self, widget: QWidget, *, before_undo: bool = False) -> None:
        """Put something at the right: a box to find things in, another button."""
        self._row.insertWidget(1 if before_undo else self._row.count(), widget)
        if before_undo:  # the keyboard goes from left to right as well
            self.setTabOrder(self.chips.buttons[next(reversed(self.chips.buttons))], widget)
            self.setTabOrder(widget, self.undo)
            self.setTabOrder(self.undo, self.redo)

    def refresh(self) -> None:
        """Whether there is something to take back or to make again."""
        self.undo.setEnabled(self._session.can_undo)
        self.redo.setEnabled(self._session.can_redo)

    def fit(self, width: int) -> None:
        """In a narrow window Undo and Redo are in the Edit menu only."""
        for button in (self.undo, self.redo):
            button.setVisible(width >= NARROW)
