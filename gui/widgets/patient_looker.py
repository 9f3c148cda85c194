"""Who is looking: asked once, on the page itself, before any record is opened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QRadioButton, QVBoxLayout, QWidget

from gui.widgets.form import TextRow
from gui.widgets.scroll import line, scrolling
from gui.widgets.text import card, label

WIDEST = 560
SAID = (
    "Before a record is opened it is written down who looks, when, and at which patient's code. The practice "
    "can read that list; it never leaves."
)
ROLE_WANTED = "Say whether you are a GP."
NAME_WANTED = "Give your name, and nothing else, such as 'Dr A Patel'."


class LookerForm(QWidget):
    """A name, GP or staff, and one button."""

    said = Signal(str, str)  # name, 'gp' or 'staff'

    def __init__(self) -> None:
        super().__init__()
        inner = card("looker")
        inner.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 14, 20, 16)
        column.setSpacing(8)
        column.addWidget(label("Who is looking?", "heading"))
        column.addWidget(label(SAID, "muted", wrap=True))
        self.name = TextRow("Your name", example="Dr A Patel")
        column.addWidget(self.name)
        column.addWidget(label("You are", "strong"))
        row, roles = line(16)
        self._roles = QButtonGroup(self)
        self.gp = QRadioButton("A GP")
        self.staff = QRadioButton("Practice staff")
        for button in (self.gp, self.staff):
            button.setAccessibleName(f"You are: {button.text()}")
            self._roles.addButton(button)
            roles.addWidget(button)
        roles.addStretch(1)
        column.addWidget(row)
        self.error = label("", "error", wrap=True)
        self.error.setVisible(False)
        column.addWidget(self.error)
        column.addWidget(
            label("Some records, and what the law restricts, are shown to a GP only.", "small", wrap=True)
        )
        self.start = QPushButton("Start looking")
        self.start.setProperty("main", True)
        self.start.setAutoDefault(True)  # Enter presses it
        self.start.clicked.connect(self.try_it)
        column.addWidget(self.start, 0, Qt.AlignmentFlag.AlignLeft)
        self.name.edit.returnPressed.connect(self.try_it)
        holder = QWidget()
        across = QVBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(inner, 0, Qt.AlignmentFlag.AlignTop)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(holder, "Who is looking"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on from 'A GP' too, as it does from the name: nobody has to find the button first."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and (self.gp.hasFocus() or self.staff.hasFocus()):
            self.try_it()
            return
        super().keyPressEvent(event)

    def role(self) -> str:
        """'gp' or 'staff', '' while nothing is chosen."""
        return "gp" if self.gp.isChecked() else "staff" if self.staff.isChecked() else ""

    def try_it(self) -> None:
        """Take what was said, or say what is missing."""
        self.name.set_error("" if self.name.text() else NAME_WANTED)
        self.say("" if self.role() else ROLE_WANTED)
        if not self.name.text():
            self.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.role():
            self.gp.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.said.emit(self.name.text(), self.role())

    def refuse_name(self) -> None:
        """What was typed is more than a name, or none."""
        self.name.set_error(NAME_WANTED)
        self.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, wrong: str) -> None:
        self.error.setText(wrong)
        self.error.setVisible(bool(wrong))
