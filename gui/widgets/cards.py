"""Choices as cards: each says in plain words what it is; one of them is chosen, as with radio buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui import theme
from gui.formatting import tooltip
from gui.widgets import shapes
from gui.widgets.badge import TierBadge
from gui.widgets.text import label


@dataclass(frozen=True)
class CardContent:
    """What one card says. All but title and tier shows while the card is chosen."""

    id: str
    title: str
    caption: str  # the purpose, in words
    text: str
    lines: tuple[str, ...]
    tier: str
    group: str = ""  # for `CardList.show_only`


class ChoiceCard(QFrame):
    """One card. Space or a click chooses it; arrow keys move between cards."""

    chosen = Signal(str)
    moved = Signal(int)

    def __init__(self, content: CardContent) -> None:
        super().__init__()
        self.content = content
        self.checked = False
        self.setObjectName(f"card_{content.id}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(46, 8, 12, 8)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(content.title, "heading", wrap=True), 1)
        if content.tier:
            head.addWidget(TierBadge(content.tier), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(head)
        self._more = [label(content.caption, "small", wrap=True), label(content.text, wrap=True)]
        self._more += [label(line, "small", wrap=True) for line in content.lines]
        for line in self._more:
            layout.addWidget(line)
        self.setToolTip(tooltip(content.text))
        theme.now.changed.connect(self.update)
        self.set_checked(False)

    def set_checked(self, checked: bool) -> None:
        self.checked = checked
        state = "chosen" if checked else "not chosen"
        self.setAccessibleName(f"{self.content.title}. {self.content.caption}. {state}")
        self.setAccessibleDescription(" ".join((self.content.text, *self.content.lines)))
        for line in self._more:
            line.setVisible(checked)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.content.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(self.content.id)
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Right}:
            self.moved.emit(1)
        elif event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Left}:
            self.moved.emit(-1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour("blue_wash" if self.checked else "paper"))
        edge = theme.colour("blue" if self.checked or self.hasFocus() else "line")
        painter.setPen(QPen(edge, 2 if self.checked or self.hasFocus() else 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus_edge"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 5, 5)
        box = QRectF(15, 12, 18, 18)
        shapes.draw(
            painter, "ring", box, theme.colour("blue" if self.checked else "edge"), theme.colour("paper")
        )
        if self.checked:
            shapes.draw(
                painter, "circle", box.adjusted(5, 5, -5, -5), theme.colour("blue"), theme.colour("blue")
            )


class CardList(QWidget):
    """Cards under each other; emits `changed` with the chosen id."""

    changed = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.cards: dict[str, ChoiceCard] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.addStretch(1)

    def set_cards(self, contents: Sequence[CardContent]) -> None:
        for card in self.cards.values():
            card.deleteLater()
        self.cards = {}
        for place, content in enumerate(contents):
            card = ChoiceCard(content)
            card.chosen.connect(self.choose)
            card.moved.connect(self._move)
            self.cards[content.id] = card
            self._layout.insertWidget(place, card)

    @property
    def chosen(self) -> str:
        return next((i for i, card in self.cards.items() if card.checked), "")

    def choose(self, card_id: str) -> None:
        """Choose a card, as a click does."""
        if card_id not in self.cards or card_id == self.chosen:
            return
        for i, card in self.cards.items():
            card.set_checked(i == card_id)
        self.changed.emit(card_id)
        QTimer.singleShot(0, self, self._show_chosen)

    def _show_chosen(self) -> None:
        """The whole of the chosen card in sight, also where it was chosen by a plan of last time."""
        area, card = self.parentWidget(), self.cards.get(self.chosen)
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and card is not None:
            area.ensureWidgetVisible(card, 0, 8)

    def show_only(self, group: str) -> None:
        """Show the cards of one group, "" for all. The chosen one stays in sight."""
        for card in self.cards.values():
            card.setVisible(not group or card.content.group == group or card.checked)

    def clear_choice(self) -> None:
        for card in self.cards.values():
            card.set_checked(False)

    def _move(self, step: int) -> None:
        ids = [i for i, card in self.cards.items() if not card.isHidden()]
        here = next((n for n, i in enumerate(ids) if self.cards[i].hasFocus()), 0)
        there = self.cards[ids[(here + step) % len(ids)]]
        there.setFocus(Qt.FocusReason.TabFocusReason)
