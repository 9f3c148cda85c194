"""The Open page before anything is open: where to drop it, what went wrong, what was opened before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.failures import can_try_again
from gui.settings import Settings
from gui.state import Failure
from gui.widgets.banners import FailureCard
from gui.widgets.drop_area import DropArea
from gui.widgets.password_form import PasswordForm
from gui.widgets.text import card, label, set_property

PROMISES = (
    ("It stays here", "Threshold opens no connection and keeps no copy. Your file is read where it is."),
    (
        "You see what leaves",
        "Every row as it is and as it would leave, side by side, before anything is saved.",
    ),
    ("It is checked again", "What was saved is opened again and searched for names and numbers left behind."),
)
TAKES = "CSV and text, Excel workbooks, FHIR, GP2GP and other messages, and archives of them."


class OpenEmpty(QWidget):
    """Says what a person may do; the page does it."""

    files_wanted = Signal()
    folder_wanted = Signal()
    demo_wanted = Signal()
    again_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        self.failure_card = FailureCard("Choose another file", "Try again")
        self.failure_card.dismissed.connect(self.files_wanted)
        self.failure_card.again.connect(self.again_wanted)
        layout.addWidget(self.failure_card)
        self.password = PasswordForm()
        layout.addWidget(self.password)
        self.drop_area = self._build_drop_area()
        layout.addWidget(self.drop_area, 1)
        self.promises = _promises()
        layout.addWidget(self.promises)
        self.recent_card = card("recent")
        recent = QVBoxLayout(self.recent_card)
        recent.setContentsMargins(16, 10, 16, 10)
        recent.setSpacing(2)
        recent.addWidget(label("Kinds of file opened before", "strong"))
        words = "Threshold remembers their shape, never their name or what was in them."
        recent.addWidget(label(words, "small", wrap=True))
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        recent.addLayout(self._recent)
        layout.addWidget(self.recent_card)

    def _build_drop_area(self) -> DropArea:
        area = DropArea()
        area.setMinimumHeight(200)
        drop = QVBoxLayout(area)
        drop.setContentsMargins(24, 16, 24, 16)
        drop.setSpacing(6)
        drop.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        big = label("Drop a file, a folder or a zip from your clinical system here", "big", wrap=True)
        takes = label(TAKES, "muted", wrap=True)
        for line in (big, takes):
            line.setAlignment(middle)
            drop.addWidget(line)
        drop.addSpacing(10)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        self.choose = QPushButton("Choose a file")
        self.choose.setProperty("main", True)
        self.choose.clicked.connect(self.files_wanted)
        self.choose_folder = QPushButton("Choose a folder")
        self.choose_folder.clicked.connect(self.folder_wanted)
        self.demo = QPushButton("Try the demo practice")
        self.demo.clicked.connect(self.demo_wanted)
        for button in (self.choose, self.choose_folder, self.demo):
            buttons.addWidget(button)
        drop.addLayout(buttons)
        drop.setAlignment(buttons, middle)
        drop.addSpacing(6)
        invented = "The demo practice is invented: 10,000 patients who do not exist."
        drop.addWidget(label(invented, "small"), 0, middle)
        drop.addStretch(1)
        return area

    def show_failure(self, failure: Failure | None, wrong: bool = False) -> None:
        """Show what went wrong on opening; a file that asks for a password gets the form instead."""
        opening = failure if failure is not None and failure.stage == "open" else None
        asks = opening is not None and opening.code == "password"
        self.failure_card.show_failure(None if asks else opening)
        self.failure_card.offer_again(
            opening is not None and can_try_again(opening),
            "Open it again" if opening is not None and opening.code == "changed" else "Try again",
        )
        self.promises.setVisible(opening is None)
        again = opening is not None and can_try_again(opening)
        set_property(self.choose, "main", not (asks or again))  # one main button a page
        if asks and opening is not None:
            self.password.ask(opening.where or "This file", wrong)
        else:
            self.password.put_away()

    def set_reading(self, reading: bool) -> None:
        for button in (self.choose, self.choose_folder, self.demo):
            button.setEnabled(not reading)

    def show_recent(self) -> None:
        """The shapes opened before, newest first; never a name."""
        while (item := self._recent.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        shapes = Settings.load().shapes
        self.recent_card.setVisible(bool(shapes))
        for shape in shapes[:3]:
            button = QPushButton(shape.words())
            button.setProperty("quiet", True)
            button.setToolTip("Choose this month's file of the same kind")
            button.clicked.connect(self.files_wanted)
            self._recent.addWidget(button)


def _promises() -> QWidget:
    """What a new user may want to know before dropping a patient's data on a window."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    for title, text in PROMISES:
        made = card()
        column = QVBoxLayout(made)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(3)
        column.addWidget(label(title, "strong", wrap=True))
        column.addWidget(label(text, "small", wrap=True))
        row.addWidget(made, 1)
    return holder
