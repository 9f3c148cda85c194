"""The sheet 'What leaves about you' for a patient: made in a job, printed or saved, kept nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

if TYPE_CHECKING:
    from core.patients import PatientRecord
    from core.preview import Preview
    from gui.reviewing import Looker

#: The name that is suggested: nobody's.
NAME = "What leaves about you"
FILE_NAME = f"{NAME}.pdf"


def made(
    preview: Preview, profile: Any, record: PatientRecord, recipient: str, looker: Looker
) -> tuple[str, str]:
    """(the sheet as HTML, why a GP must release it or ''), in a job; that it was made is written down."""
    from core.patients.sheet import make_sheet, what_leaves
    from core.patients.sheet_release import sheet_needs_gp
    from gui import records

    why = sheet_needs_gp(preview.survey, record.patient)
    if why and looker.role != "gp":
        return "", why
    records.write_look(preview, looker, "sheet", record.code)
    return make_sheet(what_leaves(preview, record.patient, record.name), recipient, profile), why


def document(page: str) -> QTextDocument:
    """The sheet ready to be printed. It stands by itself and loads nothing."""
    shown = QTextDocument()
    shown.setDocumentMargin(0)
    shown.setHtml(page)
    return shown


def save_pdf(page: str, place: Path) -> str:
    """Write the sheet to a PDF; '' or what is wrong. The document has no title: that would be somebody's."""
    try:
        with place.open("ab"):
            pass
    except OSError:
        return "The sheet could not be saved there. Choose another folder, or close the file if it is open."
    writer = QPdfWriter(str(place))
    writer.setTitle(NAME)
    writer.setCreator("Threshold")
    writer.setResolution(96)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(18, 18, 18, 18),
            QPageLayout.Unit.Millimeter,
        )
    )
    shown = document(page)
    shown.print_(writer)
    return ""
