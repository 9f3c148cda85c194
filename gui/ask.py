"""The one seam for every message box and file dialog. Tests replace these functions; nothing else blocks.

Use as `from gui import ask` and `ask.files_to_open(...)`, so that a replacement is seen. Text is always shown
as plain text, and buttons say what they do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget

Closing = Literal["save", "close", "back"]

FILES = ";;".join(
    (
        "Exports (*.csv *.txt *.tsv *.tab *.psv *.xlsx *.xlsm *.xls *.xlsb *.ods *.parquet *.json *.ndjson"
        " *.jsonl *.xml *.dat *.ket *.ctl *.zip *.7z *.gz)",
        "Tables (*.csv *.txt *.tsv *.tab *.psv *.xlsx *.xlsm *.xls *.xlsb *.ods *.parquet)",
        "Messages: FHIR, GP2GP, letters, EDIFACT (*.json *.ndjson *.jsonl *.xml *.dat *.ket *.ctl)",
        "Archives (*.zip *.7z *.gz)",
        "All files (*)",
    )
)


def files_to_open(parent: QWidget | None) -> list[Path]:
    """Files to open, empty when the person changed their mind."""
    chosen, _filter = QFileDialog.getOpenFileNames(parent, "Choose what you are about to send", "", FILES)
    return [Path(name) for name in chosen]


def folder_to_open(parent: QWidget | None) -> Path | None:
    """A folder whose tables belong together, None when the person changed their mind."""
    chosen = QFileDialog.getExistingDirectory(parent, "Choose the folder you are about to send")
    return Path(chosen) if chosen else None


def folder_to_save(parent: QWidget | None, start: Path) -> Path | None:
    """The folder to save the release in, None when the person changed their mind."""
    chosen = QFileDialog.getExistingDirectory(parent, "Choose where to save", str(start))
    return Path(chosen) if chosen else None


def one_file(parent: QWidget | None, title: str) -> Path | None:
    """One file, such as a list of patients who objected."""
    chosen, _filter = QFileDialog.getOpenFileName(parent, title, "", FILES)
    return Path(chosen) if chosen else None


def file_to_save(parent: QWidget | None, title: str, start: Path, filters: str) -> Path | None:
    """A file to write, None when the person changed their mind. Whether one that is there may be replaced is
    asked by the dialog itself."""
    chosen, _filter = QFileDialog.getSaveFileName(parent, title, str(start), filters)
    return Path(chosen) if chosen else None


def release_folder(parent: QWidget | None, start: Path) -> Path | None:
    """The folder of an earlier release, None when the person changed their mind."""
    chosen = QFileDialog.getExistingDirectory(parent, "Choose the earlier release", str(start))
    return Path(chosen) if chosen else None


def key_file(parent: QWidget | None, start: Path) -> Path | None:
    """A key file, there already or to be made; None when the person changed their mind."""
    dialog = QFileDialog(parent, "Choose where the key is kept", str(start))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(["Key files (*.key)", "All files (*)"])
    dialog.setDefaultSuffix("key")
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # a key there is opened, never overwritten
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Choose")
    if not dialog.exec():
        return None
    return Path(dialog.selectedFiles()[0])


def confirm(parent: QWidget | None, title: str, text: str, *, yes: str, no: str = "Go back") -> bool:
    """A question whose buttons are verbs. The careful answer is the default."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(text)
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    box.exec()
    return box.clickedButton() is accept


def text(parent: QWidget | None, title: str, caption: str, now: str = "") -> str | None:
    """One line of text, None when the person changed their mind."""
    typed, good = QInputDialog.getText(parent, title, caption, QLineEdit.EchoMode.Normal, now)
    return typed.strip() if good else None


def before_putting_away(parent: QWidget | None, decisions: int, *, can_save: bool) -> Closing:
    """What becomes of decisions that stand in no file when another file takes the place of theirs, or none.
    Going back is the careful answer, and what Escape means."""
    return _before_losing(
        parent,
        "Save the plan before you put this file away?" if can_save else "Put this file away?",
        decisions,
        "Put it away without saving" if can_save else "Put it away",
        "Keep it open",
        can_save,
    )


def before_closing(parent: QWidget | None, decisions: int, *, can_save: bool) -> Closing:
    """What becomes of decisions that stand in no file when the window closes. Going back is the careful
    answer, and what Escape means."""
    return _before_losing(
        parent,
        "Save the plan before you close?" if can_save else "Close and lose what you decided?",
        decisions,
        "Close without saving",
        "Go back",
        can_save,
    )


def _before_losing(
    parent: QWidget | None, title: str, decisions: int, lose: str, stay: str, can_save: bool
) -> Closing:
    were = "One decision was" if decisions == 1 else f"{decisions:,} decisions were"
    kept = (
        "A plan keeps the rules and what you decided, and no patient data: next time, start from it."
        if can_save
        else "There is no plan yet that they could be saved in."
    )
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(f"{were} made about this file and not saved. {kept} The file itself is unchanged.")
    save = box.addButton("Save the plan", QMessageBox.ButtonRole.AcceptRole) if can_save else None
    close = box.addButton(lose, QMessageBox.ButtonRole.DestructiveRole)
    back = box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(back)
    box.setEscapeButton(back)
    box.exec()
    if save is not None and box.clickedButton() is save:
        return "save"
    return "close" if box.clickedButton() is close else "back"


def tell(parent: QWidget | None, title: str, text: str, *, details: str = "") -> None:
    """Something that must be read; `details` unfold on request."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(text)
    if details:
        box.setDetailedText(details)
    box.addButton("Close", QMessageBox.ButtonRole.AcceptRole)
    box.exec()


def print_document(parent: QWidget | None, document: QTextDocument, name: str) -> bool:
    """Print a document called `name` where the person chooses; False when they changed their mind."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("Print")
    if not dialog.exec():
        return False
    document.print_(printer)
    return True


def open_folder(path: Path) -> bool:
    """Show a folder in the desktop's file manager."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
