"""Writes down that rows as the practice holds them were on the screen: once a table, a file and a person.

The record says who, when, which file by its fingerprint and which table by its number; never a name of a
patient or of a file. Single patients' records are written down where they are read (gui.reviewing).
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.jobs import Ticket

if TYPE_CHECKING:
    from core.model import Export
    from gui.session import Session

#: What stands where everybody sees it: staff are told.
TOLD = "Looking at rows is written down on this computer: who, when and which file."
UNNAMED = "not said"


class RowsLookedAt(QObject):
    """Listens to a session. `wrong` says why a look could not be written down, '' once it could."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._written: set[tuple[str, str]] = set()  # (table, who) of this file
        self.wrong = ""
        session.first_rows_ready.connect(lambda _table: self.look())
        session.table_changed.connect(lambda _table: self.look())
        session.looker_changed.connect(self.look)
        session.export_opened.connect(lambda _export: self._written.clear())

    def look(self) -> None:
        """Write down that the table in front is looked at, unless it was."""
        session = self._session
        export = session.export
        if export is None or session.raw_hidden or not session.first_rows:
            return
        shown = session.current_table or next(iter(session.first_rows))
        looker = session.looker
        by, role = (looker.name, looker.role) if looker is not None else (_signed_in(), "staff")
        key = (shown, by)
        if key in self._written:
            return
        self._written.add(key)
        number = 1 + [table.name for table in export.tables].index(shown)

        def work(_ticket: Ticket) -> str:
            return _write(export, number, by, role)

        session.jobs.start(f"look {number}", work, done=lambda wrong: self._told(key, wrong))

    def _told(self, key: tuple[str, str], wrong: str) -> None:
        if wrong:
            self._written.discard(key)
        if wrong != self.wrong:
            self.wrong = wrong
            self.changed.emit()


def _signed_in() -> str:
    """Who is signed in to the computer, for a person who did not say who they are."""
    from core.protection.seen import staff_name

    try:
        return staff_name(getpass.getuser())
    except (ValueError, OSError, KeyError, ImportError):
        return UNNAMED


def _write(export: Export, table: int, by: str, role: str) -> str:
    """Add one line to the record of looking; '' or what is wrong."""
    from core.model import ThresholdError
    from gui.plain_words import plain
    from gui.records import look_at

    try:
        look_at(export, by, role, "rows", table=table)
    except ThresholdError as error:
        return plain(error.message)
    return ""
