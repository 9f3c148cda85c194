"""From, going to, would leave, left out, tier: the same on every page."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.widgets.badge import TierBadge
from gui.widgets.text import ElidedLabel, label, set_property

PARTS = (
    ("from", "From"),
    ("going_to", "Going to"),
    ("would_leave", "Would leave"),
    ("left_out", "Left out"),
    ("to_decide", "To decide"),
)

NUMBERS = ("would_leave", "left_out", "to_decide")
DECIDE_KEY = "Ctrl+D"
FIRM_FROM = 1000  # from this width on the tier, too, is whole; the names give way
LONGEST_NAME, NARROW_NAME = 250, 160


class SummaryBar(QFrame):
    """Five facts and the tier badge. The last fact is a way to what it speaks of."""

    decide_wanted = Signal()  # go to what is still to be decided

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("summary_bar")
        self.setAccessibleName("Summary")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(16, 8, 12, 8)
        self._layout.setSpacing(18)
        self._compact = False
        self._way_texts = ("", "")
        self._texts: dict[str, tuple[str, str]] = {}  # whole, and what a narrow window has room for
        self._values: dict[str, ElidedLabel] = {}
        self._boxes: dict[str, QWidget] = {}
        for key, caption in PARTS:
            box = QWidget()
            box.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            small = label(caption, "small")
            value = ElidedLabel("", "strong")
            column.addWidget(small)
            column.addWidget(value)
            if key == "to_decide":
                column.addWidget(self._build_way())
                self._caption = small
            self._values[key] = value
            self._boxes[key] = box
            self._layout.addWidget(box)
        self._layout.addStretch(1)
        self.setMinimumHeight(60)
        self.badge = TierBadge()
        self._layout.addWidget(self.badge)
        for key, _caption in PARTS:
            self.set_value(key, "")

    def _build_way(self) -> QPushButton:
        self.way = QPushButton()
        self.way.setProperty("quiet", True)
        self.way.setProperty("in_line", True)
        self.way.setToolTip(f"Go to what is still to be decided ({DECIDE_KEY})")
        self.way.clicked.connect(self.decide_wanted.emit)
        self.way.hide()
        return self.way

    def set_value(self, key: str, text: str, known: bool = True, short: str = "") -> None:
        """Show a fact; nothing known yet is said in words. `short` is what a narrow window has room for."""
        label_ = self._values[key]
        text_ = text or "Not chosen yet"
        self._texts[key] = (text_, short or text_)
        label_.set_whole(self._texts[key][self._compact])
        set_property(label_, "role", "strong" if known and text else "muted")
        caption = dict(PARTS)[key]
        label_.setAccessibleName(f"{caption}: {text or 'not chosen yet'}")
        if key == "to_decide":
            self._way_texts = (text, short or text)
            self.way.setText(self._way_texts[self._compact])
            self.way.setAccessibleName(f"{caption}: {text}. Go there")
            self.way.setVisible(known and bool(text))
            label_.setVisible(not (known and text))
        self._firm()

    def _firm(self) -> None:
        """A long file name must not cut the numbers or the tier."""
        firm = self.width() >= FIRM_FROM
        names = LONGEST_NAME + (self.width() - FIRM_FROM) // 4 if firm else NARROW_NAME
        for key, box in self._boxes.items():
            value = self._values[key]
            wide = value.fontMetrics().horizontalAdvance(value.whole()) + 4
            if key == "to_decide":
                self.way.setMinimumWidth(self.way.sizeHint().width())
            if key in NUMBERS:
                value.setMinimumWidth(wide)
            else:
                box.setMaximumWidth(names)
        self.badge.firm = firm
        self.badge.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._firm()

    def value(self, key: str) -> str:
        return self._texts[key][0]

    def set_compact(self, compact: bool) -> None:
        """Without air and without the file's name, for small windows; the badge is then in the menu bar."""
        self._boxes["from"].setVisible(not compact)
        self._compact = compact
        self.way.setText(self._way_texts[compact])
        for key, label_ in self._values.items():
            label_.set_whole(self._texts[key][compact])
        self._firm()
        self._caption.setText("To decide" if compact else f"To decide  {DECIDE_KEY}")
        self._layout.setContentsMargins(*((10, 4, 8, 4) if compact else (16, 8, 12, 8)))
        self._layout.setSpacing(12 if compact else 18)
        self.setMinimumHeight(0 if compact else 60)
