"""The practice's book of recipients as the windows know it: read and written in jobs, never on the UI thread.

Nothing here is of a patient: a recipient is an organisation, or a patient's solicitor by the firm's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.formatting import day as day_words
from gui.jobs import Jobs, Ticket
from gui.plain_words import plain as without_commands

if TYPE_CHECKING:
    from core.protection.recipients import Recipient, RecipientsBook

NO_BOOK = "No recipient is written down yet. With a book, Threshold checks who may get what, and until when."


class RecipientBook(QObject):
    """The book, or None where the practice keeps none. `trouble` says why it could not be read."""

    changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.book: RecipientsBook | None = None
        self.trouble = ""

    def read(self) -> None:
        """Read the book; `changed` follows."""

        def work(_ticket: Ticket) -> Any:
            return _read()

        self._jobs.start("recipients", work, done=self._have)

    def _have(self, found: tuple[Any, str]) -> None:
        if (found[0], found[1]) != (self.book, self.trouble):
            self.book, self.trouble = found
            self.changed.emit()

    def entry(self, name: str) -> tuple[str, Recipient] | None:
        """The name in the book and the entry for what was typed, None where there is none."""
        return self.book.entry(name) if self.book is not None and name.strip() else None

    def names(self) -> list[str]:
        """Every recipient's name, in order."""
        return sorted(self.book.recipients, key=str.casefold) if self.book is not None else []

    def save(self, old: str, name: str, told: Mapping[str, Any], done: Callable[[str], object]) -> None:
        """Write an entry in the place of the one called `old` ('' for a new one); `done` gets what is wrong,
        '' where it is written."""

        def work(_ticket: Ticket) -> Any:
            return _with(old, name, told)

        self._jobs.start("recipients", work, done=lambda found: self._saved(found, done))

    def remove(self, name: str, done: Callable[[str], object]) -> None:
        """Take an entry out of the book."""

        def work(_ticket: Ticket) -> Any:
            return _with(name, "", {})

        self._jobs.start("recipients", work, done=lambda found: self._saved(found, done))

    def _saved(self, found: Any, done: Callable[[str], object]) -> None:
        wrong = found if isinstance(found, str) else ""
        if not wrong:
            self._have((found, ""))
        done(wrong)


def _read() -> tuple[Any, str]:
    from core.model import ThresholdError
    from core.protection.recipients import default_book

    try:
        return default_book(), ""
    except ThresholdError as error:
        return None, without_commands(error.message)


def _with(old: str, name: str, told: Mapping[str, Any]) -> Any:
    """The book with one entry written, renamed or removed, after it stands on the disk; or what is wrong."""
    from pydantic import ValidationError

    from core.model import ThresholdError
    from core.protection.profile import in_words
    from core.protection.recipients import RecipientsBook, default_book, default_book_path, write_recipients

    try:
        book = default_book()
        entries: dict[str, Any] = {} if book is None else dict(book.recipients)
        entries.pop(old, None)
        if name:
            if name in entries:
                return "There is already a recipient of this name."
            entries[name] = told
        made = RecipientsBook.model_validate({"recipients": entries})
        write_recipients(default_book_path(), made)
    except ValidationError as error:
        return _plain(in_words(error), name)
    except ThresholdError as error:
        return without_commands(error.message)
    return made


def _plain(words: str, name: str) -> str:
    """What pydantic found, without the path to it: the form says whose entry it is."""
    return words.replace(f"recipients.{name}.", "").replace(f"recipients.{name}: ", "") + "."


def about(entry: Recipient, today: date) -> tuple[str, bool]:
    """What the book says of a recipient in one line, and whether the agreement is live."""
    live = entry.valid_from <= today <= entry.valid_until
    span = f"from {day_words(entry.valid_from)} until {day_words(entry.valid_until)}"
    said = [f"Agreement {entry.agreement}, {span}." if entry.agreement else f"Agreed {span}."]
    if not live:
        said.append("It is not in force today." if today < entry.valid_from else "It has run out.")
    said.append(
        f"Legal basis: {entry.legal_basis}." if entry.legal_basis else "No legal basis is written down."
    )
    if entry.limited:
        said.append("What goes beyond the agreed fields, patients or days is left out.")
    return " ".join(said), live
