"""The strip at the bottom: explains the current thing and offers what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from gui import accessibility, theme
from gui.state import DetailContent
from gui.widgets.paragraphs import Paragraphs
from gui.widgets.text import set_property

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
        self.words = Paragraphs(LINES)
        row.addWidget(self.words, 1)
        self._holder = QWidget()
        self._buttons = QHBoxLayout(self._holder)
        self._buttons.setContentsMargins(0, 0, 0, 0)
        self._buttons.setSpacing(8)
        self._made: list[QPushButton] = []
        self._more = QPushButton("More")
        self._more.clicked.connect(self._show_more)
        self._buttons.addWidget(self._more)
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
        self._set_height(content)
        self.words.set_texts(content.title, content.lines)
        self._fill_buttons(content)
        accessibility.announce(self, ". ".join((content.title, *content.lines)))
        self.update()

    def set_compact(self, compact: bool) -> None:
        if compact != self._compact:
            self._compact = compact
            self.layout().setContentsMargins(*((16, 4, 8, 4) if compact else (20, 8, 12, 8)))
            if self._content is not None:
                self._set_height(self._content)
                self._fill_buttons(self._content)

    def _set_height(self, content: DetailContent) -> None:
        """One height for each sort of content, so that the page above does not move from cell to cell."""
        self.words.set_lines(1 if self._compact else LINES + content.tall if content.actions else LINES - 1)

    def buttons(self) -> dict[str, QPushButton]:
        """The buttons now offered, by label."""
        return {b.text(): b for b in self._made if not b.isHidden()}

    def _fill_buttons(self, content: DetailContent) -> None:
        """Buttons are used again, so that the keyboard's place is not lost when a label changes."""
        while len(self._made) < len(content.actions):
            button, here = QPushButton(), len(self._made)
            button.clicked.connect(lambda _checked=False, p=here: self._act(p))
            self._made.append(button)
            self._buttons.addWidget(button)
        lone = not content.main or len(content.actions) == 1
        for place, button in enumerate(self._made):
            offered = place < len(content.actions)
            text = content.actions[place][0] if offered else ""
            main = offered and text == content.main
            button.setText(text)
            set_property(button, "main", main)
            button.setVisible(offered and (main or lone or not self._compact))
        rest = [(text, call) for text, call in content.actions if text != content.main]
        self._more.setVisible(self._compact and not lone and bool(rest))
        self._holder.setVisible(bool(content.actions))

    def _show_more(self) -> None:
        """In a small window the lesser actions open as a list."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, call in self._content.actions if self._content is not None else ():
            if self._content is not None and text != self._content.main:
                menu.addAction(text).triggered.connect(lambda _c=False, c=call: c())
        menu.popup(self._more.mapToGlobal(self._more.rect().topLeft()))

    def _act(self, place: int) -> None:
        if self._content is not None and place < len(self._content.actions):
            self._content.actions[place][1]()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(1, 4, 4, self.height() - 8, theme.colour(self._accent))
