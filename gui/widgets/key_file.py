"""Keeping the key for the codes in a file with a pass phrase, where the computer has no key store.

Stands in the page, not in a dialog. Only the file's path is remembered.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui import ask
from gui.session import Session
from gui.settings import Settings
from gui.widgets.form import TextRow
from gui.widgets.scroll import line
from gui.widgets.text import label

SHORTEST = 8
FILE_NAME = "Threshold practice.key"


class KeyFile(QWidget):
    """For use while the key is kept nowhere. With `note` it says why, and hides where that is not so."""

    def __init__(self, session: Session, *, note: bool = True) -> None:
        super().__init__()
        self.session = session
        self.path: Path | None = None
        self._working = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self.title = label("The key for the codes", "strong", wrap=True)
        self.note = label("", "small", wrap=True)
        self._says = note
        self._wanted = True
        self.choose = QPushButton("Keep the key in a file")
        self.choose.clicked.connect(self.choose_file)
        self.where = label("", "", wrap=True)
        self.phrase = TextRow("Pass phrase")
        self.again = TextRow("The same pass phrase again")
        for row in (self.phrase, self.again):
            row.edit.setEchoMode(QLineEdit.EchoMode.Password)
            row.edit.returnPressed.connect(self.keep)
        buttons, places = line(8)
        self.use = QPushButton("Keep it here")
        self.use.clicked.connect(self.keep)
        self.another = QPushButton("Another file")
        self.another.setAccessibleName("Choose another key file")
        self.another.clicked.connect(self.choose_file)
        places.addWidget(self.use)
        places.addWidget(self.another)
        places.addStretch(1)
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(6)
        for widget in (self.where, self.phrase, self.again, buttons):
            form.addWidget(widget)
        first, start = line(8)
        start.addWidget(self.choose)
        start.addStretch(1)
        self._first = first
        self.kept = label("", "good", wrap=True)
        self.kept.setVisible(False)
        for widget in (self.title, self.note, first, self._form, self.kept):
            layout.addWidget(widget)
        session.key_changed.connect(self.refresh)
        self.refresh()

    # -- what a person can do --------------------------------------------------------------------
    def choose_file(self) -> None:
        """Ask for a file: one that is there is opened, one that is not is made."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        chosen = ask.key_file(self, self.path or Path(folder or Path.home()) / FILE_NAME)
        if chosen is not None:
            self.path = chosen
            self._clear()
            self.refresh()
            self.phrase.edit.setFocus()

    def keep(self) -> None:
        """Open the key file, or make it, with what was typed."""
        if self.path is None or self._working:
            return
        typed, new = self.phrase.edit.text(), not self.path.exists()
        short = f"Use at least {SHORTEST} characters." if new and len(typed) < SHORTEST else ""
        self.phrase.set_error(short or ("" if typed else "Type the pass phrase."))
        differs = new and not short and typed != self.again.edit.text()
        self.again.set_error("The two are not the same. Type them again." if differs else "")
        if short or differs or not typed:
            return
        by_hand = self.session.by_hand
        if not new and by_hand and not ask.confirm(
            self,
            "Use the key in this file?",
            "Patients and rows that you left out by hand have to be chosen again: they are remembered by"
            " codes of the key used so far.",
            yes="Use this key",
        ):  # fmt: skip
            return
        self._working = True
        self.use.setEnabled(False)
        self.session.keep_key(self.path, typed, self._told)

    def _told(self, wrong: str) -> None:
        self._working = False
        self.use.setEnabled(True)
        if not wrong:
            self._clear()
        self.refresh()
        self.phrase.set_error(wrong)

    def _clear(self) -> None:
        """No pass phrase stays in the window."""
        for row in (self.phrase, self.again):
            row.edit.clear()
            row.set_error("")

    # -- showing ---------------------------------------------------------------------------------
    def set_wanted(self, wanted: bool) -> None:
        """Whether anything would be replaced by a code."""
        self._wanted = wanted
        self.refresh()

    def refresh(self) -> None:
        """Read the session again."""
        needed = bool(self.session.key_note)
        if needed and self.path is None and (remembered := Settings.load().key_file):
            self.path = Path(remembered)
        file = self.session.key_file
        if file is not None:
            self.kept.setText(f"It is kept in {file.name}. Keep a copy of that file in another place.")
        self.title.setVisible(self._says)
        self.note.setVisible(self._says and needed)
        self.kept.setVisible(not needed and file is not None)
        if self._says:
            self.setVisible(self._wanted and (needed or file is not None))
        self._first.setVisible(needed and self.path is None)
        self._form.setVisible(needed and self.path is not None)
        if not needed or self.path is None:
            self.note.setText(self.session.key_note)
            return
        there, name = self.path.exists(), self.path.name
        self.note.setText(
            "Threshold needs it to give the same patient the same code as last time." if there
            else self.session.key_note
        )  # fmt: skip
        if there:
            self.where.setText(f"The key is in {name}. Type its pass phrase.")
        else:
            self.where.setText(
                f"The key will be in {name}, which opens with a pass phrase only. Three or four words are"
                " good. Write them down: without them nobody can open the key again."
            )
        self.again.setVisible(not there)
        self.use.setText("Open the key" if there else "Keep it here")
