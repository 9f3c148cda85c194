"""Asks for the password of a protected file, in the page and not in a box in front of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from gui.formatting import one_line
from gui.widgets.text import label, set_property

KEPT = "It is used to read this file while it is open, and kept nowhere."


class PasswordForm(QFrame):
    """A masked line, a button that shows it, and what was wrong with the last try."""

    given = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "warn")
        self.setObjectName("password_form")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        self.title = label("", "heading", wrap=True)
        self.words = label(KEPT, wrap=True)
        self.error = label("", "error", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.edit = QLineEdit()
        self.edit.setAccessibleName("Password of the file")
        self.edit.setAccessibleDescription(KEPT)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setMinimumWidth(200)
        self.edit.setMaximumWidth(320)
        self.edit.returnPressed.connect(self._give)
        self.show_it = QPushButton("Show")
        self.show_it.setAccessibleName("Show the password")
        self.show_it.setCheckable(True)
        self.show_it.toggled.connect(self._show)
        self.open = QPushButton("Open with this password")
        self.open.setProperty("main", True)
        self.open.clicked.connect(self._give)
        row.addWidget(self.edit, 1)
        row.addWidget(self.show_it)
        row.addWidget(self.open)
        row.addStretch(1)
        for line in (self.title, self.words):
            column.addWidget(line)
        column.addSpacing(4)
        column.addLayout(row)
        column.addWidget(self.error)
        self.setVisible(False)

    def ask(self, file: str, wrong: bool) -> None:
        """Ask for the password of this file; `wrong` says that the last one did not open it."""
        self.title.setText(f"{one_line(file, 80)} is protected by a password")
        self.error.setText(
            "That password did not open it. Check capitals, and spaces at the end, and type it again."
            if wrong
            else ""
        )
        self.error.setVisible(wrong)
        set_property(self.edit, "invalid", wrong)
        self.setAccessibleName(f"{self.title.text()}. {self.error.text() or KEPT}")
        self.setVisible(True)
        self.edit.setFocus()

    def put_away(self) -> None:
        """Forget what was typed and hide."""
        self.edit.setText("")  # unlike clear(), this leaves nothing to undo
        self.show_it.setChecked(False)
        self.setVisible(False)

    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.edit.setEchoMode(mode)
        self.show_it.setText("Hide" if shown else "Show")
        self.show_it.setAccessibleName("Hide the password" if shown else "Show the password")

    def _give(self) -> None:
        text = self.edit.text()
        if text:
            self.put_away()
            self.given.emit(text)
