"""The bar that shows how far a long step is, and the banner for something that went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from gui import theme
from gui.state import Failure
from gui.widgets.shapes import Shape
from gui.widgets.text import ElidedLabel, label

NARROW = 640


class BusyBar(QFrame):
    """What is being done, how far it is, and Cancel."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.setAccessibleName("Progress")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(16)
        self.words = ElidedLabel("Working", "strong")
        self.words.setMinimumWidth(120)
        self.fast = ElidedLabel("", "small")
        self.fast.setVisible(False)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self.words)
        lines.addWidget(self.fast)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far it is")
        self.stop = QPushButton("Cancel")
        self.stop.clicked.connect(self.cancelled)
        row.addLayout(lines, 3)
        row.addWidget(self.bar, 2)
        row.addWidget(self.stop)
        self.setVisible(False)

    def set_busy(self, busy: bool) -> None:
        """Show the bar, or hide it; a step that begins has no progress yet."""
        if busy and not self.isHidden():
            return
        self.setVisible(busy)
        if busy:
            self.words.set_whole("Starting")
            self.fast.setVisible(False)
            self._unknown()

    def set_progress(self, done: int, total: int, said: str, fast: str = "") -> None:
        """How far it is in words, and how fast and how long yet."""
        self.words.set_whole(said)
        self.fast.set_whole(fast[:1].upper() + fast[1:])
        self.fast.setVisible(bool(fast))
        self.setAccessibleDescription(", ".join(part for part in (said, fast) if part))
        if total > 0:
            self.bar.setRange(0, 1000)
            self.bar.setValue(min(1000, 1000 * done // total))
        else:
            self._unknown()

    def _unknown(self) -> None:
        """A bar that moves to and fro; one that stands still where the system asks for less motion."""
        still = self.still()
        self.bar.setRange(0, 1000 if still else 0)
        if still:
            self.bar.setValue(0)

    @staticmethod
    def still() -> bool:
        application = QApplication.instance()
        return isinstance(application, QApplication) and theme.wants_less_motion(application)


class FailureCard(QFrame):
    """What happened, what was kept, what to do."""

    dismissed = Signal()
    again = Signal()

    def __init__(self, dismiss: str = "Close", again: str = "") -> None:
        super().__init__()
        self.setProperty("surface", "bad")
        self.setObjectName("failure_card")
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(Shape("cross", "red", 24), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        self.title = label("", "heading", wrap=True)
        self.happened = label("", wrap=True)
        self.kept = label("", wrap=True)
        self.do = label("", wrap=True)
        for line in (self.title, self.happened, self.kept, self.do):
            words.addWidget(line)
        row.addLayout(words, 1)
        self.button = QPushButton(dismiss)
        self.button.clicked.connect(self.dismissed)
        self.try_again = QPushButton(again)
        self.try_again.setProperty("main", True)
        self.try_again.clicked.connect(self.again)
        self.try_again.setVisible(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.try_again)
        buttons.addWidget(self.button)
        row.addLayout(buttons)
        row.setAlignment(buttons, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setVisible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the buttons stand under the words."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != direction:
            self._row.setDirection(direction)

    def offer_again(self, offered: bool, words: str = "Try again") -> None:
        """Whether the same thing may be tried once more, and what the button says."""
        self.try_again.setText(words)
        self.try_again.setVisible(offered)

    def show_failure(self, failure: Failure | None) -> None:
        """Show it, or hide for None."""
        self.setVisible(failure is not None)
        if failure is None:
            return
        self.title.setText(failure.title)
        place = f" ({failure.where})" if failure.where and failure.where not in failure.happened else ""
        self.happened.setText(failure.happened + place)
        self.kept.setText(failure.kept)
        self.do.setText(failure.do)
        self.setAccessibleName(f"{failure.title}. {failure.happened}{place} {failure.kept} {failure.do}")
