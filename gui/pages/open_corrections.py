"""How files are read where Threshold reads them wrongly: the panel, the look, and the line that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from gui import ask
from gui.formatting import counted, one_line
from gui.pages.open_sheet import TableSheet
from gui.session import Session
from gui.widgets.text import card, label

if TYPE_CHECKING:
    from core.model import Table
    from core.reading import TableChoice
    from gui.reading import Tried

FEW_FILES = 3


class Corrections:
    """Joins the panel of a sheet to the session. `read_as` is the line with the way back."""

    def __init__(self, session: Session, sheet: TableSheet) -> None:
        self.session, self.sheet = session, sheet
        self.read_as = card("read_as", "well")
        row = QHBoxLayout(self.read_as)
        row.setContentsMargins(14, 4, 8, 4)
        row.setSpacing(10)
        self.words = label("", wrap=True)
        self.undo = QPushButton("Undo")
        self.undo.setAccessibleName("Undo how the file is read")
        self.undo.setProperty("quiet", True)
        self.undo.clicked.connect(lambda: self._reread(session.undo_reading))
        row.addWidget(self.words, 1)
        row.addWidget(self.undo)
        self.read_as.setVisible(False)
        panel = sheet.correction
        sheet.wrong_pressed.connect(self.open)
        panel.changed.connect(self.look)
        panel.used.connect(self.use)
        panel.suggested.connect(self.as_suggested)
        panel.closed.connect(sheet.close_correction)

    def open(self) -> None:
        """Show the panel for the file of the table in sight."""
        table, export = self._table(), self.session.export
        if table is None or export is None:
            return
        from core.reading import TableChoice
        from gui.reading import correctable, file_name

        choice = self.session.read_as.get(file_name(table), TableChoice())
        self.sheet.open_correction(correctable(export, table, choice))

    def look(self, choice: TableChoice) -> None:
        """Read the file so in a job, and show what comes of it."""
        table, export = self._table(), self.session.export
        if table is None or export is None:
            return
        from gui.reading import file_name, tables_of

        file = file_name(table)
        number = [t.name for t in tables_of(export, file)].index(table.name)
        self.session.try_reading(file, choice, self._looked, number)

    def _looked(self, found: Tried | str) -> None:
        panel = self.sheet.correction
        if not panel.isVisible():
            return
        if isinstance(found, str):
            panel.say(found, False)
            return
        words = f"{found.title}, {counted(len(found.rows.fields), 'field')}"
        if found.problems:
            words += f", {counted(found.problems, 'thing')} noticed"
        panel.set_fields(found.rows.fields)
        panel.say(words, True)
        self.sheet.show_look(found.rows)

    def use(self, choice: TableChoice) -> None:
        """Read it so from now on, and files of the same shape too."""
        file = self._file()
        if file:
            self._reread(lambda: self.session.correct(file, choice))

    def as_suggested(self) -> None:
        """Read it as Threshold suggests, and forget what was said."""
        file = self._file()
        if file:
            self._reread(lambda: self.session.as_suggested(file))

    def _reread(self, call: Callable[[], object]) -> None:
        """Read the file another way; decisions stay only where its fields stay."""
        made = self.session.unsaved
        if made and not ask.confirm(
            self.sheet,
            "Read the file again?",
            f"{counted(made, 'decision')} made about it will stay only if its fields stay the same.",
            yes="Read it again",
            no="Leave it as it is",
        ):
            return
        self.sheet.close_correction()
        call()

    def show_read_as(self) -> None:
        """Say which files are read otherwise than Threshold would."""
        read_as, remembered = self.session.read_as, self.session.remembered
        self.read_as.setVisible(bool(read_as))
        if not read_as:
            return
        from gui.reading import choice_words, titles

        said = []
        for file, choice in list(read_as.items())[:FEW_FILES]:
            words = choice_words(choice, titles()) or "another way"
            when = "as you said last time" if file in remembered else "as you said"
            said.append(f"{one_line(file, 60)} is read {when}: {words}.")
        if len(read_as) > FEW_FILES:
            said.append(f"So are {counted(len(read_as) - FEW_FILES, 'more file')}.")
        self.words.setText("\n".join(said))
        self.undo.setVisible(self.session.can_undo_reading)

    def _table(self) -> Table | None:
        sheet, export = self.sheet.sheet, self.session.export
        if sheet is None or not sheet.name or export is None:
            return None
        return next((t for t in export.tables if t.name == sheet.name), None)

    def _file(self) -> str:
        table = self._table()
        if table is None:
            return ""
        from gui.reading import file_name

        return file_name(table)
