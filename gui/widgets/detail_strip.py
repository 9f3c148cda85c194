"""The strip at the bottom: explains the current thing and offers what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui import accessibility, theme
from gui.state import DetailContent
from gui.widgets.text import ElidedLabel

LINES = 3


class DetailStrip(QFrame):
    """A title, up to three lines, and buttons. Empty, it hides."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("detail_strip")
        self.setAccessibleName("Explanation")
        self._accent = "blue"
        self._content: DetailContent | None = None
        self._compact = False
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 12, 8)
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title = ElidedLabel("", "strong")
        self._title.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        words.addWidget(self._title)
        self._lines = [ElidedLabel("", "muted" if i else "") for i in range(LINES)]
        for line in self._lines:
            words.addWidget(line)
        row.addLayout(words, 1)
        self._holder = QWidget()
        self._buttons = QHBoxLayout(self._holder)
        self._buttons.setContentsMargins(0, 0, 0, 0)
        self._buttons.setSpacing(8)
        row.addWidget(self._holder)
        self.setVisible(False)

    @property
    def content(self) -> DetailContent | None:
        return self._content

    def set_content(self, content: DetailContent | None) -> None:
        """Show this, or hide for None. The same content again changes nothing."""
        if content == self._content:
            return
        self._content = content
        self.setVisible(content is not None)
        if content is None:
            return
        self._accent = content.accent
        self._title.set_whole(content.title)
        shown = content.lines[: 1 if self._compact else LINES]
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(shown))
            line.set_whole(shown[place] if place < len(shown) else "")
        self._fill_buttons(content)
        accessibility.announce(self, ". ".join((content.title, *content.lines)))
        self.update()

    def set_compact(self, compact: bool) -> None:
        if compact != self._compact:
            self._compact = compact
            self.layout().setContentsMargins(*((16, 4, 8, 4) if compact else (20, 8, 12, 8)))
            content, self._content = self._content, None
            self.set_content(content)

    def buttons(self) -> dict[str, QPushButton]:
        """The buttons now offered, by label."""
        found = (self._buttons.itemAt(i).widget() for i in range(self._buttons.count()))
        return {b.text(): b for b in found if isinstance(b, QPushButton)}

    def _fill_buttons(self, content: DetailContent) -> None:
        """Buttons are kept where the labels are the same, so that the keyboard's place is not lost."""
        wanted = [text for text, _call in content.actions]
        if list(self.buttons()) != wanted:
            while (item := self._buttons.takeAt(0)) is not None:
                if (old := item.widget()) is not None:
                    old.hide()
                    old.deleteLater()
            for place, text in enumerate(wanted):
                button = QPushButton(text)
                button.setProperty("main", text == content.main)
                button.clicked.connect(lambda _checked=False, p=place: self._act(p))
                self._buttons.addWidget(button)
        self._holder.setVisible(bool(wanted))

    def _act(self, place: int) -> None:
        if self._content is not None and place < len(self._content.actions):
            self._content.actions[place][1]()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(1, 4, 4, self.height() - 8, theme.colour(self._accent))
