"""The sheet for the patient in front: saved or printed as a person chooses, released by a GP if need be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gui import ask, sheets
from gui.state import Failure

if TYPE_CHECKING:
    from gui.pages.patients_page import PatientsPage

NOT_SAVED = "The sheet was not made"
PDFS = "PDF (*.pdf)"


class PatientSheet:
    """Has the sheet made in a job, asks a GP where one must release it, and hands it on."""

    def __init__(self, page: PatientsPage) -> None:
        self._page = page

    def save(self) -> None:
        """Ask where, and write a PDF there."""
        self._make(self._save)

    def print(self) -> None:
        """Ask on which printer, and print it."""
        self._make(
            lambda made: ask.print_document(self._page, sheets.document(made), "What leaves about you")
        )

    def _make(self, then: Callable[[str], object]) -> None:
        page = self._page
        record = page.judging.record
        if record is None:
            return
        if page.session.raw_hidden:
            page.keys.say("What the practice holds is covered. Show it again before a sheet is made.")
            return
        page.session.make_sheet(record, lambda made: self._made(made, then))

    def _made(self, made: tuple[str, str] | Failure, then: Callable[[str], object]) -> None:
        page = self._page
        if isinstance(made, Failure):
            ask.tell(page, NOT_SAVED, made.happened)
            return
        sheet, why = made
        if not sheet:
            page.keys.say(why)
            return
        if why and not ask.confirm(
            page,
            "A GP releases this sheet",
            f"{why} It names neither what is left out nor why.",
            yes="I am a GP: release it",
        ):
            return
        then(sheet)

    def _save(self, sheet: str) -> None:
        place = ask.file_to_save(self._page, "Save the sheet", Path.home() / sheets.FILE_NAME, PDFS)
        if place is None:
            return
        wrong = sheets.save_pdf(sheet, place)
        if wrong:
            ask.tell(self._page, NOT_SAVED, wrong)
        else:
            self._page.keys.say(f"The sheet is saved: {place.name}")
