"""The book of recipients: who may get what, until when, and within which limits."""

from __future__ import annotations

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

from gui import accessibility, ask
from gui.formatting import one_line
from gui.recipient_book import NO_BOOK, RecipientBook
from gui.session import Session
from gui.widgets.recipient_form import RecipientForm
from gui.widgets.scroll import scrolling
from gui.widgets.text import label

SAID = (
    "What is written here is checked before every export: the agreement's days, what they may be given, and "
    "whether they may hold names or sensitive data. Nothing is sent to anybody."
)


def recipients_dialog(session: Session, parent: QWidget) -> RecipientsDialog:
    """The dialog with the sorts of recipient and the profiles there are."""
    from core.protection.recipients import INTERESTS, TRANSFERS, recipient_types

    form = RecipientForm(
        {name: one.title for name, one in recipient_types().items()},
        {name: one.title for name, one in session.profiles.items()},
        INTERESTS,
        TRANSFERS,
    )
    return RecipientsDialog(session.recipients, form, parent)


_NAME = Qt.ItemDataRole.UserRole


class RecipientsDialog(QDialog):
    """The recipients at the left, one of them as a form at the right. Does not block."""

    def __init__(self, book: RecipientBook, form: RecipientForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recipients")
        self.setWindowTitle("Recipients")
        self.setSizeGripEnabled(True)
        self._book, self.form, self._shown = book, form, ""
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label("Recipients", "title"))
        self.said = label(SAID, "muted", wrap=True)
        column.addWidget(self.said)
        body = QHBoxLayout()
        body.setSpacing(16)
        left = QVBoxLayout()
        self.list = QListWidget()
        self.list.setAccessibleName("Recipients in the book")
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.none = label(NO_BOOK, "small", wrap=True)
        left.addWidget(self.none)
        left.addWidget(self.list, 1)
        self.add = QPushButton("New recipient")
        self.add.clicked.connect(self.new)
        self.remove = QPushButton("Remove")
        self.remove.clicked.connect(self.remove_current)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addWidget(self.remove)
        left.addLayout(row)
        body.addLayout(left, 1)
        self._area = scrolling(form, "The recipient")
        body.addWidget(self._area, 2)
        column.addLayout(body, 1)
        foot = QHBoxLayout()
        self.status = label("", "muted", wrap=True)
        self.keep = QPushButton("Write it down")
        self.keep.setProperty("main", True)
        self.keep.clicked.connect(self.write)
        self.close_button = QPushButton("Close")
        self.close_button.clicked.connect(self.accept)
        foot.addWidget(self.status, 1)
        foot.addWidget(self.keep)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        for button in (self.add, self.remove, self.close_button):
            button.setAutoDefault(False)
        book.changed.connect(self.refresh)
        self.refresh()

    # -- what a person can do --------------------------------------------------------------------
    def new(self) -> None:
        """An empty form."""
        self.list.setCurrentItem(None)
        self._shown = ""
        self.form.show_entry("", None)
        self.status.setText("")
        self._enable()
        self.form.name.edit.setFocus()

    def write(self) -> None:
        """Check the form and write the entry into the book."""
        self.form.error.setText("")
        if not self.form.check():
            self._tell("Something is missing or cannot be read: it is marked in red.")
            wrong = self.form.first_wrong()
            self._area.ensureWidgetVisible(wrong)
            wrong.setFocus()
            return
        self.keep.setEnabled(False)
        name = " ".join(self.form.name.text().split())
        self._book.save(self._shown, name, self.form.told(), lambda wrong: self._written(name, wrong))

    def remove_current(self) -> None:
        """Take the recipient out of the book, after a question."""
        if self._shown and ask.confirm(
            self,
            "Remove this recipient?",
            f"{one_line(self._shown, 100)}. What was sent stays as it is. Nothing more can be sent under it.",
            yes="Remove it",
        ):
            self._book.remove(self._shown, lambda wrong: self._tell(wrong or "Removed."))

    def choose(self, name: str) -> None:
        """Show a recipient, as a click does."""
        for place in range(self.list.count()):
            if self.list.item(place).data(_NAME) == name:
                self.list.setCurrentRow(place)

    # -- showing ---------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Read the book's names again."""
        here = self._shown
        self.list.blockSignals(True)
        self.list.clear()
        for name in self._book.names():
            item = QListWidgetItem(one_line(name, 100))
            item.setData(_NAME, name)
            item.setSizeHint(QSize(0, 30))
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.none.setVisible(not self.list.count())
        if self._book.trouble:
            self._tell(self._book.trouble)
        if here in self._book.names():
            self.choose(here)
        else:
            self._shown = ""
            self.form.show_entry("", None)
        self._enable()

    def _choose(self) -> None:
        item = self.list.currentItem()
        name = "" if item is None else str(item.data(_NAME))
        found = self._book.entry(name)
        if found is not None:
            self._shown = name
            self.form.show_entry(name, found[1])
            self.status.setText("")
        self._enable()

    def _written(self, name: str, wrong: str) -> None:
        self.keep.setEnabled(True)
        if wrong:
            self.form.error.setText(wrong)
        else:
            self._shown = name
            self.choose(name)
        self._tell(wrong or f"{one_line(name, 60)} is written down.")

    def _tell(self, words: str) -> None:
        self.status.setText(words)
        accessibility.announce(self, words)

    def _enable(self) -> None:
        self.remove.setEnabled(bool(self._shown))
        self.keep.setEnabled(not self._book.trouble)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            self.said.setVisible(parent.height() >= 560)
            self.resize(min(1000, parent.width() - 40), min(760, parent.height() - 40))
        self._book.read()
