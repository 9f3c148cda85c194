"""The key for the codes: where it is kept, copies of it, and whose code a recipient asks about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gui import accessibility, ask, key_care
from gui.formatting import one_line
from gui.jobs import Ticket
from gui.key_care import Told
from gui.session import Session
from gui.widgets.form import TextRow
from gui.widgets.key_file import SHORTEST, KeyFile
from gui.widgets.older_codes import OlderCodes
from gui.widgets.scroll import column, line, scrolling
from gui.widgets.text import label, set_property

COPY_NAME = "Threshold practice key copy.key"
CERTIFICATE = "Threshold key destroyed.json"
NO_FILE = (
    "Only a key that is kept in a file has a pass phrase to change. Open or make the key file first, under "
    "'Keep it'."
)
KEYS = "Key files (*.key *.backup);;All files (*)"


class KeysDialog(QDialog):
    """Does not block; whatever takes time is a job."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setObjectName("keys")
        self.setWindowTitle("The key for the codes")
        self.setSizeGripEnabled(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(10)
        outer.addWidget(label("The key for the codes", "title"))
        self.where = label("", wrap=True)
        self.copy_words = label("", "muted", wrap=True)
        outer.addWidget(self.where)
        outer.addWidget(self.copy_words)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("The key for the codes")
        self.tabs.addTab(self._build_copy(), "Keep it")
        self.tabs.addTab(self._build_whose(), "Whose code is this?")
        self.tabs.addTab(self._build_change(), "Change or end it")
        outer.addWidget(self.tabs, 1)
        foot = QHBoxLayout()
        self.status = label("", "muted", wrap=True)
        self.close_button = QPushButton("Close")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.accept)
        foot.addWidget(self.status, 1)
        foot.addWidget(self.close_button)
        outer.addLayout(foot)
        session.key_changed.connect(self.refresh)
        session.plan_changed.connect(self.refresh)
        self.refresh()

    # -- building --------------------------------------------------------------------------------
    def _build_copy(self) -> QWidget:
        body, rows = column(spacing=10)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.addWidget(
            label(
                "Without the key nobody can give the same patient the same code again, or find the patient "
                "behind a code. A copy counts once it was opened.",
                wrap=True,
            )
        )
        self.key_file = KeyFile(self.session, note=False)
        rows.addWidget(self.key_file)
        self.phrase = _phrase("Pass phrase of the key")
        self.make_copy = _button("Make a copy...", self.back_up, main=True)
        rows.addWidget(self.phrase)
        rows.addWidget(_row(self.make_copy))
        rows.addStretch(1)
        return scrolling(body, "Keep the key")

    def _build_whose(self) -> QWidget:
        body, rows = column(spacing=10)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.addWidget(
            label(
                "A recipient who finds a danger to a patient can tell you the code. Open the file that the "
                "codes were made from. Every look-up is written down with its reason.",
                wrap=True,
            )
        )
        self.codes = QPlainTextEdit()
        self.codes.setAccessibleName("Codes, one on each line")
        self.codes.setPlaceholderText("P-7KQ2-M9XD-0RHE-5V2T, one on each line")
        self.codes.setFixedHeight(76)
        self.codes.setTabChangesFocus(True)
        rows.addWidget(label("Codes, one on each line", "strong"))
        rows.addWidget(self.codes)
        self.recipient = TextRow("Made for which recipient?")
        self.project = TextRow("and what for?", "As it was written when the file was sent.")
        self.reason = TextRow("Why do you need to know?", "It is kept. Write no patient's name here.")
        for row in (self.recipient, self.project, self.reason):
            rows.addWidget(row)
        self.older = OlderCodes(
            self.session, "Which program made the codes?", "Say so where a release left with older codes."
        )
        rows.addWidget(self.older)
        self.find = _button("Find the patients", self.find_patients, main=True)
        rows.addWidget(_row(self.find))
        self.found = label("", wrap=True)
        self.found.setAccessibleName("What was found")
        self.found.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        rows.addWidget(self.found)
        rows.addStretch(1)
        return scrolling(body, "Whose code is this?")

    def _build_change(self) -> QWidget:
        body, rows = column(spacing=10)
        rows.setContentsMargins(12, 12, 12, 12)
        self.no_file = label(NO_FILE, wrap=True)
        rows.addWidget(self.no_file)
        self.old = _phrase("Pass phrase now")
        self.new = _phrase("New pass phrase")
        self.again = _phrase("The new pass phrase again")
        for row in (self.old, self.new, self.again):
            rows.addWidget(row)
        self.change = _button("Change the pass phrase", self.change_phrase)
        self.replace = _button("Begin a new key", self.begin_new_key)
        rows.addWidget(_row(self.change, self.replace))
        rows.addWidget(
            label(
                "A new key gives new projects other codes. Running projects keep theirs, and old codes can "
                "still be traced.",
                "small",
                wrap=True,
            )
        )
        rows.addWidget(label("Destroy the key", "heading"))
        rows.addWidget(
            label(
                "From then on no code made with it can be traced to a patient, by anybody, as soon as every "
                "copy is gone too. It cannot be undone.",
                "small",
                wrap=True,
            )
        )
        self.destroy = _button("Destroy the key...", self.destroy_key)
        rows.addWidget(_row(self.destroy))
        rows.addStretch(1)
        return scrolling(body, "Change or end the key")

    # -- what a person can do --------------------------------------------------------------------
    def back_up(self) -> None:
        """Ask for a place, make a copy there and open it."""
        phrase = self.phrase.text()
        short = self.session.key_file is None and len(phrase) < SHORTEST
        self.phrase.set_error(
            f"Use at least {SHORTEST} characters." if short else "" if phrase else "Type it."
        )
        if not phrase or short:
            return
        copy = ask.file_to_save(self, "Where is the copy kept?", Path.home() / COPY_NAME, KEYS)
        if copy is not None:
            file = self.session.key_file
            self._start(lambda: key_care.back_up(file, copy, phrase), self._copied)

    def change_phrase(self) -> None:
        """Seal the key file with another pass phrase."""
        file, old, new = self.session.key_file, self.old.text(), self.new.text()
        self.old.set_error("" if old else "Type the pass phrase.")
        short = len(new) < SHORTEST
        self.new.set_error(f"Use at least {SHORTEST} characters." if short else "")
        differs = new != self.again.text()
        self.again.set_error("The two are not the same. Type them again." if differs else "")
        if file is not None and old and not short and not differs:
            self._start(lambda: key_care.change_phrase(file, old, new), self._copied)

    def begin_new_key(self) -> None:
        """Put a new key into the file, after a question."""
        file, old = self.session.key_file, self.old.text()
        self.old.set_error("" if old else "Type the pass phrase.")
        if file is None or not old:
            return
        if ask.confirm(
            self,
            "Begin a new key?",
            "New projects get codes of the new key. Projects that this computer remembers go on with theirs.",
            yes="Begin a new key",
        ):
            self._start(lambda: key_care.new_key(file, old), self._new_key)

    def destroy_key(self) -> None:
        """Destroy the key, after a question, and write the certificate where the person chose."""
        if not ask.confirm(
            self,
            "Destroy the key?",
            "No project can be continued with it, and no recipient can be told who a code is. This cannot be "
            "undone.",
            yes="Destroy the key",
        ):
            return
        place = ask.file_to_save(
            self, "Where is the certificate kept?", Path.home() / CERTIFICATE, "Certificates (*.json)"
        )
        if place is not None:
            file = self.session.key_file
            self._start(lambda: key_care.destroy(file, place), self._destroyed)

    def find_patients(self) -> None:
        """Look the codes up in the open file."""
        codes = [text for text in self.codes.toPlainText().replace(",", "\n").split("\n") if text.strip()]
        said = (self.recipient.text(), self.project.text(), self.reason.text())
        for row in (self.recipient, self.project, self.reason):
            row.set_error("" if row.text() else "Fill this in.")
        survey, key = self.session.survey, self.session.key
        if survey is None:
            self._tell(Told("Open the file that the codes were made from first.", True))
        elif missing := self.older.check():
            self._tell(Told(missing[0], True))
        elif key is None and self.older.chosen is None:
            self._tell(Told("There is no key yet.", True))
        elif not codes:
            self._tell(Told("Write the codes first.", True))
        elif all(said):
            older = self.older.chosen
            self._start(lambda: key_care.whose(codes, *said, survey, key, older), self._found)

    # -- what came of it -------------------------------------------------------------------------
    def _start(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        def job(_ticket: Ticket) -> Any:
            return work()

        self._enable(False)
        self._tell(Told("Working."))
        self.session.jobs.start("key care", job, done=lambda result: self._finish(result, done))

    def _finish(self, result: Any, done: Callable[[Any], object]) -> None:
        for row in (self.phrase, self.old, self.new, self.again):
            row.edit.clear()
        done(result)
        self.session.look_at_key()
        self.refresh()

    def _copied(self, told: Told) -> None:
        self._tell(told)

    def _new_key(self, result: tuple[Any, Told]) -> None:
        made, told = result
        if made is not None:
            self.session.take_key(made)
        self._tell(told)

    def _destroyed(self, told: Told) -> None:
        if not told.wrong:
            self.session.forget_key()
        self._tell(told)

    def _found(self, result: tuple[Any, Told]) -> None:
        looked, told = result
        self._tell(told)
        if looked is None:
            return
        lines = [
            f"{one.code}: {_who(one)}. In "
            + "; ".join(
                f"{one_line(t.table, 60)}, row{'s' if len(t.rows) > 1 else ''} "
                + ", ".join(f"{row + 1:,}" for row in t.rows[:10])
                for t in one.tables
            )
            for one in looked.found
        ]
        lines += [f"{code}: nobody in this file has this code." for code in looked.not_found]
        self.found.setText("\n".join(lines))
        self._tell(Told("Written down, with the reason."))

    def _tell(self, told: Told) -> None:
        self.status.setText(told.words)
        set_property(self.status, "role", "error" if told.wrong else "muted")
        if told.words:
            accessibility.announce(self, told.words)

    # -- showing ---------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Read the session again."""
        session = self.session
        where, copy = key_care.state_words(session.key_state, session.key_file)
        self.where.setText(where or "Threshold makes or asks for the key when it is first needed.")
        self.copy_words.setText(copy)
        self.copy_words.setVisible(bool(copy))
        self.key_file.setVisible(bool(session.key_note))
        going = session.going_to
        if going is not None and not self.recipient.text():
            self.recipient.edit.setText(going.recipient)
            self.project.edit.setText(going.project)
        self._enable(True)

    def _enable(self, free: bool) -> None:
        state, file = self.session.key_state, self.session.key_file
        kept = state is not None and state.kept != key_care.SESSION_ONLY
        self.make_copy.setEnabled(free and kept)
        self.phrase.setVisible(kept)
        self.change.setEnabled(free and file is not None)
        self.replace.setEnabled(free and file is not None)
        self.destroy.setEnabled(free and kept)
        self.no_file.setVisible(file is None)
        for row in (self.old, self.new, self.again):
            row.setEnabled(file is not None)
        self.find.setEnabled(free)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            self.resize(min(820, parent.width() - 40), min(640, parent.height() - 40))
        self.session.look_at_key()

    def hideEvent(self, event: Any) -> None:
        """Nobody's number stays in a window that was closed."""
        super().hideEvent(event)
        self.found.clear()
        self.codes.clear()
        self.reason.edit.clear()
        self.older.clear()


def _who(one: Any) -> str:
    if one.nhs_number:
        digits = one.nhs_number
        return f"NHS number {digits[:3]} {digits[3:6]} {digits[6:]}"
    return f"the practice's own number {one_line(one.patient_key, 60)}" if one.patient_key else "a row"


def _phrase(caption: str) -> TextRow:
    row = TextRow(caption)
    row.edit.setEchoMode(QLineEdit.EchoMode.Password)
    return row


def _button(words: str, call: Callable[[], object], *, main: bool = False) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.setProperty("main", main)
    button.clicked.connect(lambda _checked=False: call())
    return button


def _row(*buttons: QPushButton) -> QWidget:
    holder, row = line(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return holder
