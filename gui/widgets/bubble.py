"""A bubble of words that points at a part of the window, and a ring round that part. It blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui import accessibility, theme
from gui.widgets.text import label, set_property

WIDE, GAP, EDGE = 400, 12, 10
LOOK_AGAIN_MS = 250  # a page may still be settling when a step is shown


class Ring(QWidget):
    """A frame round a widget; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, wide in (("ink", 5), ("amber", 3)):  # told from light and from dark around it
            painter.setPen(QPen(theme.colour(colour), wide))
            painter.drawRoundedRect(self.rect().adjusted(3, 3, -3, -3), 6, 6)


class Bubble(QFrame):
    """A title, words, and up to three buttons. Stands beside what it points at, within the window."""

    next_wanted = Signal()
    back_wanted = Signal()
    skip_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("bubble")
        self.setFrameShape(QFrame.Shape.Box)
        self.setAutoFillBackground(True)
        self._window = window
        self.target: QWidget | None = None
        self.ring = Ring(window)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        self.place = label("", "small")
        self.title = label("", "heading", wrap=True)
        self.words = label("", wrap=True)
        for line in (self.place, self.title, self.words):
            column.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.skip, self.back, self.next = QPushButton(), QPushButton("Back"), QPushButton()
        self.next.setProperty("main", True)
        self.back.setToolTip("Back (Alt+B)")
        self.next.setToolTip("Next (Alt+N)")
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        column.addLayout(row)
        self.next.clicked.connect(self.next_wanted)
        self.back.clicked.connect(self.back_wanted)
        self.skip.clicked.connect(self.skip_wanted)
        self._keys = [self._key("Alt+N", self.next), self._key("Alt+B", self.back)]
        leave = QShortcut(QKeySequence("Escape"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.skip_wanted)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN_MS)
        self._timer.timeout.connect(self.stand)
        window.installEventFilter(self)
        self.put_away()

    def _key(self, keys: str, button: QPushButton) -> QShortcut:
        made = QShortcut(QKeySequence(keys), self._window)
        for signal in (made.activated, made.activatedAmbiguously):
            signal.connect(lambda: button.click() if button.isVisible() else None)
        return made

    # -- what it says ----------------------------------------------------------------------------
    def say(
        self,
        title: str,
        words: str,
        target: QWidget | None,
        *,
        place: str = "",
        onward: str = "Next",
        skip: str = "Skip the tour",
        back: bool = True,
        take_keyboard: bool = True,
    ) -> None:
        """Show this beside `target`, or in the corner where there is none to see."""
        self.place.setText(place)
        self.place.setVisible(bool(place))
        self.title.setText(title)
        self.words.setText(words)
        self.next.setText(onward)
        self.skip.setText(skip)
        self.skip.setVisible(bool(skip))
        self.back.setVisible(back)
        set_property(self.next, "main", take_keyboard)  # an offer leaves the main button to the page
        said = ". ".join(part for part in (place, title) if part)
        self.setAccessibleName(f"{said}. {words}")
        self.target = target
        for key in self._keys:
            key.setEnabled(True)
        self.show()
        self.stand()
        self._timer.start()
        accessibility.announce(self, f"{said}. {words}")
        if take_keyboard:
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        """Hide it and its ring; its keys are free again."""
        self._timer.stop()
        self.target = None
        for key in self._keys:
            key.setEnabled(False)
        self.ring.hide()
        self.hide()

    # -- where it stands -------------------------------------------------------------------------
    def stand(self) -> None:
        """Find a place beside the target, again after anything moved."""
        if self.isHidden():
            return
        window = self._window.rect()
        wide = min(WIDE, window.width() - 2 * EDGE)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        tall = min(layout.totalHeightForWidth(wide), window.height() - 2 * EDGE)
        target = self._target_rect()
        box = _beside(target, wide, tall, window)
        if self.geometry() != box:
            self.setGeometry(box)
        self.ring.setVisible(target is not None)
        if target is not None:
            around = target.adjusted(-4, -4, 4, 4) & window
            if self.ring.geometry() != around:
                self.ring.setGeometry(around)
            self.ring.raise_()
        self.raise_()

    def _target_rect(self) -> QRect | None:
        target = self.target
        if target is None or not target.isVisible() or target.visibleRegion().isEmpty():
            return None
        seen = target.visibleRegion().boundingRect()
        return QRect(target.mapTo(self._window, seen.topLeft()), seen.size())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.stand()
        return super().eventFilter(watched, event)


def _beside(target: QRect | None, wide: int, tall: int, window: QRect) -> QRect:
    """Under the target, over it, right or left of it, else in the lower right corner."""
    corner = QRect(window.right() - wide - EDGE, window.bottom() - tall - EDGE, wide, tall)
    if target is None:
        return corner
    room = window.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    across = max(room.left(), min(target.left(), room.right() - wide))
    down = max(room.top(), min(target.top(), room.bottom() - tall))
    for spot in (
        QPoint(across, target.bottom() + GAP),
        QPoint(across, target.top() - GAP - tall),
        QPoint(target.right() + GAP, down),
        QPoint(target.left() - GAP - wide, down),
    ):
        box = QRect(spot.x(), spot.y(), wide, tall)
        if room.contains(box):
            return box
    return corner
