"""The line under the list of fields: which keys do what, and what can be decided for many fields at once."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gui.formatting import count, counted
from gui.widgets.text import ElidedLabel

ACCEPT_KEYS, FREE_TEXT_KEYS = "Ctrl+Shift+A", "Ctrl+T"
ACCEPT_HELP = (
    "Decides every field that waits and that you had in front of you, as is suggested for it. What you did "
    "not look at still waits. One Undo takes it back."
)


class FieldsFoot(QWidget):
    """Words at the left, two buttons at the right. The buttons show their keys."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.words = ElidedLabel("", "small")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.free_text = QPushButton()
        self.accept = QPushButton()
        self.accept.setToolTip(ACCEPT_HELP)
        row.addWidget(self.words, 1)
        row.addWidget(self.free_text)
        row.addWidget(self.accept)
        self.show_state("", 0, 0)

    def show_state(self, keys: str, looked_at: int, notes: int) -> None:
        """The keys for the current field, how many that wait were looked at, and how many hold free text."""
        self.words.set_whole(keys)
        self.free_text.setText(f"{free_text_words(notes)}  {FREE_TEXT_KEYS}")
        self.free_text.setEnabled(bool(notes))
        self.accept.setText(f"{accept_words(looked_at)}  {ACCEPT_KEYS}")
        self.accept.setEnabled(bool(looked_at))

    def say(self, words: str) -> None:
        """Say something in the place of the keys, until there is something else to say."""
        self.words.set_whole(words)


def free_text_words(notes: int) -> str:
    """'Decide all free text (2)...'"""
    return f"Decide all free text ({count(notes)})..." if notes else "Decide all free text..."


def accept_words(looked_at: int) -> str:
    """'Accept 2 suggestions looked at'"""
    if not looked_at:
        return "Accept what I have looked at"
    return f"Accept {counted(looked_at, 'suggestion')} I have looked at"
