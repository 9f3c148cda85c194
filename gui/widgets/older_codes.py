"""Codes as older programs make them, for the few recipients who still link by them.

Hardly anybody needs it, so it is folded away behind one button that says what is chosen. The salt is read
from its file in a job and is held in memory only; no box shows it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui import ask
from gui.formatting import one_line
from gui.jobs import Ticket
from gui.session import Session
from gui.widgets.fold import Fold
from gui.widgets.form import TextRow
from gui.widgets.questions import ChoiceRow
from gui.widgets.scroll import line
from gui.widgets.text import label, set_property

OWN = "Threshold's own codes"
HINT = "Only where the recipient cannot take Threshold's own codes."
SALT = "Choose the file of the salt. Whoever gets the file knows which."
OTHER_SALT = "This is another salt than last time: every patient gets another code than then."
LONGEST = 60


class OlderCodes(QWidget):
    """Which older scheme makes the codes, none to begin with, and the file with its salt."""

    changed = Signal()

    def __init__(self, session: Session, caption: str = "How are the codes made?", hint: str = HINT) -> None:
        super().__init__()
        self.session = session
        self.warning = ""  # of any of the schemes
        self._read: Any = None  # core.protection.schemes.Chosen, None until a salt was read
        self._path: Path | None = None
        self._wanted = ""  # the scheme to show once the list of schemes is there
        self._mark = ""  # by what the salt of last time is known again
        self._asking = 0
        layout = QVBoxLayout(self)
        self.fold = Fold(layout)
        self.fold.toggled.connect(self._unfold)
        self.body, inner = self.fold.body, self.fold.inner
        self.scheme = ChoiceRow(caption, {}, hint)
        self.scheme.box.setItemText(0, OWN)
        self.scheme.changed.connect(self._chosen_another)
        self.warning_words = label("", "error", wrap=True)
        self.phrase = TextRow(
            "Pass phrase of the salt", "Only where the file is sealed, as .kek files are. It is kept nowhere."
        )
        self.phrase.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.phrase.edit.returnPressed.connect(self._again)
        self.choose = QPushButton("Choose the salt file...")
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self.choose_file)
        self.salt_words = label("", "small", wrap=True)
        self.salt_words.setAccessibleName("What was read of the salt")
        self._file, files = line(8)
        files.addWidget(self.choose)
        files.addWidget(self.salt_words, 1)
        for widget in (self.scheme, self.warning_words, self.phrase, self._file):
            inner.addWidget(widget)
        layout.addWidget(self.body)
        self._unfold(False)

    # -- what it says ----------------------------------------------------------------------------
    @property
    def chosen(self) -> Any:
        """The scheme with its salt, None where Threshold's own codes are made (or no salt was read yet)."""
        return self._read if self.wanted else None

    @property
    def wanted(self) -> str:
        """The id of the scheme that was chosen, '' for Threshold's own codes."""
        return self.scheme.text() or self._wanted

    def check(self) -> list[str]:
        """What is missing, in words; it is also shown in its place, unfolded."""
        missing = bool(self.wanted) and self._read is None
        self.scheme.set_error(SALT if missing else "")
        if missing:
            self.fold.setChecked(True)
        return [SALT] if missing else []

    # -- what a person can do --------------------------------------------------------------------
    def choose_file(self) -> None:
        """Ask for the file of the salt, and read it in a job."""
        path = ask.one_file(self, "Choose the file of the salt")
        if path is not None:
            self._path = path
            self._again()

    def ask_for(self, scheme_id: str, mark: str = "") -> None:
        """Choose a scheme as last time; its salt, known again by `mark`, has to be chosen anew."""
        self.clear()
        self._wanted, self._mark = scheme_id, mark
        if scheme_id:
            self.fold.setChecked(True)
            self._choose_wanted()

    def put_back(self, chosen: Any) -> None:
        """Show again what was chosen before, None for Threshold's own codes."""
        self.clear()
        if chosen is not None:
            self._wanted = chosen.scheme.id
            self._choose_wanted()
            self._read = chosen
            self._say_read("The salt was read.")

    def clear(self) -> None:
        """Another file: Threshold's own codes, and no salt in memory."""
        self._asking += 1
        self._read, self._path, self._wanted, self._mark = None, None, "", ""
        self.phrase.edit.clear()
        self.phrase.set_error("")
        self.scheme.choose("")
        self.scheme.set_error("")
        self._say_read("")
        self.fold.setChecked(False)
        self._say()

    # -- what came of it -------------------------------------------------------------------------
    def _unfold(self, yes: bool) -> None:
        if yes and self.scheme.box.count() == 1:
            self.session.jobs.start("older codes", _schemes, done=self._have_schemes)
        self._say()

    def _have_schemes(self, found: tuple[dict[str, tuple[str, bool]], str]) -> None:
        schemes, self.warning = found
        if self.scheme.box.count() > 1:
            return
        for name, (title, sealed) in schemes.items():
            self.scheme.box.addItem(title, name)
            self.scheme.box.setItemData(self.scheme.box.count() - 1, sealed, _SEALED)
        self._choose_wanted()
        self._say()

    def _choose_wanted(self) -> None:
        if self._wanted and self.scheme.box.findData(self._wanted) > 0:
            wanted, self._wanted = self._wanted, ""
            with QSignalBlocker(self.scheme):  # what was read for it stays
                self.scheme.choose(wanted)
            self._say()

    def _chosen_another(self) -> None:
        """Another scheme reads another sort of file: its salt is chosen anew."""
        self._asking += 1
        self._wanted, self._read, self._path = "", None, None
        self.scheme.set_error("")
        self._say_read("")
        self._say()
        self.changed.emit()

    def _again(self) -> None:
        """Read the file, with the pass phrase that was typed."""
        path, wanted, phrase = self._path, self.wanted, self.phrase.edit.text()
        if path is None or not wanted:
            return
        self._read = None
        self._asking += 1
        asking = self._asking
        self._say_read("Reading it.")

        def work(_ticket: Ticket) -> Any:
            from gui import key_care

            return key_care.read_salt(wanted, path, phrase)

        def done(result: tuple[Any, Any]) -> None:
            if asking == self._asking:
                self._have_salt(*result)

        self.session.jobs.start("salt", work, done=done)

    def _have_salt(self, chosen: Any, told: Any) -> None:
        self._read = chosen
        name = one_line(self._path.name, LONGEST) if self._path is not None else ""
        if chosen is None:
            self._say_read(told.words, wrong=True)
        else:
            self.phrase.edit.clear()
            self.scheme.set_error("")
            other = bool(self._mark) and chosen.settings["salt_sha256"] != self._mark
            self._say_read(f"Read from {name}.{f' {OTHER_SALT}' if other else ''}", wrong=other)
        self.changed.emit()

    def _say_read(self, words: str, *, wrong: bool = False) -> None:
        self.salt_words.setText(words)
        set_property(self.salt_words, "role", "error" if wrong else "small")

    def _say(self) -> None:
        older = bool(self.wanted)
        self.warning_words.setText(self.warning)
        self.warning_words.setVisible(older and bool(self.warning))
        self.phrase.setVisible(older and bool(self.scheme.box.currentData(_SEALED)))
        self._file.setVisible(older)
        said = f"Older code schemes: {self._title() if older else 'none'}"
        self.fold.say(said, "Press to choose codes as an older program makes them.")

    def _title(self) -> str:
        """The scheme in short: the button is as wide as the form, and no wider."""
        if self.scheme.text():
            return self.scheme.box.currentText().partition(" (")[0]
        return self._read.scheme.title.partition(" (")[0] if self._read is not None else "not read yet"


_SEALED = 0x0101  # beside the id of a scheme: whether its files may need a pass phrase


def _schemes(_ticket: Ticket) -> tuple[dict[str, tuple[str, bool]], str]:
    from core.protection.schemes import SCHEMES, WARNING

    return {name: (one.title, one.sealed) for name, one in SCHEMES.items()}, WARNING
