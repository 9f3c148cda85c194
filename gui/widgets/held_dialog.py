"""What the practice holds back from everybody beyond care: one line each, and a way to let it go."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui import ask
from gui.formatting import counted
from gui.session import Session
from gui.state import Failure
from gui.widgets.text import label

SAID = (
    "Patients and entries on this list are left out of every export beyond care, in this file and in every "
    "later one. The list holds codes only. An entry is added side by side: choose the row, then Leave out. "
    "Undo takes the last change of the list back while the same file is open."
)
NOTHING = "Nothing is held back."
GONE = "hold_backs.gone"
ANOTHER_LIST = (
    "The new list holds nobody back: whoever was on the one that is gone leaves again, in this file and in "
    "later ones. Look for a copy first, such as the one of last night."
)
_CODE = Qt.ItemDataRole.UserRole


class HeldDialog(QDialog):
    """Shows the list; does not block."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setObjectName("held_back")
        self.setWindowTitle("What is held back")
        self.setSizeGripEnabled(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label("What is held back", "title"))
        column.addWidget(label(SAID, "muted", wrap=True))
        self.list = QListWidget()
        self.list.setAccessibleName("What is held back")
        self.list.setWordWrap(True)
        self.list.currentItemChanged.connect(lambda *_: self._enable())
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        self.status = label("", "muted", wrap=True)
        self.release = QPushButton("Let it leave again")
        self.release.clicked.connect(self.let_go)
        self.another = QPushButton("Begin another list")
        self.another.clicked.connect(self.begin_again)
        self.another.setVisible(False)
        self.close_button = QPushButton("Close")
        self.close_button.clicked.connect(self.accept)
        for button in (self.release, self.another, self.close_button):
            button.setAutoDefault(False)
        row.addWidget(self.status, 1)
        row.addWidget(self.another)
        row.addWidget(self.release)
        row.addWidget(self.close_button)
        column.addLayout(row)
        session.held_changed.connect(self.read)
        session.key_changed.connect(self.read)
        self._enable()

    def read(self) -> None:
        """Read the list again, in a job."""
        if self.isVisible():
            self.session.read_held(self._have)

    def let_go(self) -> None:
        """Take the current entry off the list, after a question."""
        item = self.list.currentItem()
        if item is not None and ask.confirm(
            self,
            "Let it leave again?",
            f"{item.text()} From now on it leaves wherever a profile lets it.",
            yes="Let it leave again",
        ):
            self.session.let_go(str(item.data(_CODE)))

    def begin_again(self) -> None:
        """A person says that there is no copy of the list that is gone."""
        if ask.confirm(self, "Begin another list?", ANOTHER_LIST, yes="There is no copy: begin another"):
            self.session.begin_held_again()

    def _have(self, found: Any) -> None:
        self.list.clear()
        self.another.setVisible(isinstance(found, Failure) and found.code == GONE)
        if isinstance(found, Failure):
            self.status.setText(found.happened)
        else:
            for code, words in found:
                item = QListWidgetItem(words)
                item.setData(_CODE, code)
                item.setSizeHint(QSize(0, 44))
                self.list.addItem(item)
            self.status.setText(counted(len(found), "entry", "entries") if found else NOTHING)
        self._enable()

    def _enable(self) -> None:
        self.release.setEnabled(self.list.currentItem() is not None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            self.resize(min(820, parent.width() - 40), min(560, parent.height() - 40))
        self.read()
