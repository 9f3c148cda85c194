"""The finished state: where the release is, and what was checked in it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.formatting import counted
from gui.widgets.check_list import Check, CheckList
from gui.widgets.shapes import Shape
from gui.widgets.text import card, label


class FinishedCard(QWidget):
    """Says that it is done, in words a person can repeat on the phone."""

    open_folder = Signal()
    start_again = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(10)
        self.head: QFrame = card("finished", "good")
        row = QHBoxLayout(self.head)
        row.setContentsMargins(18, 14, 14, 14)
        row.setSpacing(14)
        row.addWidget(Shape("tick", "green", 32), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        self.title = label("", "heading", wrap=True)
        self.where = label("", wrap=True)
        self.where.setAccessibleName("Where it was saved")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.next = label(
            "Send only what is in the folder 'send'. The folder 'keep' is the practice's own record and stays"
            " here. Threshold has sent nothing.",
            wrap=True,
        )
        for line in (self.title, self.where, self.next):
            words.addWidget(line)
        row.addLayout(words, 1)
        buttons = QVBoxLayout()
        self.open = QPushButton("Open the folder")
        self.open.setProperty("main", True)
        self.open.clicked.connect(self.open_folder)
        self.again = QPushButton("Start with another file")
        self.again.clicked.connect(self.start_again)
        buttons.addWidget(self.open)
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        row.addLayout(buttons)
        layout.addWidget(self.head)
        files = card("files")
        column = QVBoxLayout(files)
        column.setContentsMargins(18, 12, 18, 12)
        column.setSpacing(4)
        column.addWidget(label("To send", "heading"))
        self.files = label("", wrap=True)
        column.addWidget(self.files)
        layout.addWidget(files)
        checked = card("checked")
        column = QVBoxLayout(checked)
        column.setContentsMargins(18, 12, 18, 14)
        column.setSpacing(10)
        column.addWidget(label("Checked in the file that was written", "heading"))
        self.checks = CheckList("Checked in the file that was written")
        column.addWidget(self.checks)
        layout.addWidget(checked)
        layout.addStretch(1)

    def show_result(self, result: Any, recipient: str, checks: list[Check]) -> None:
        """Show a ReleaseResult."""
        made = result.manifest
        passed = sum(c.state == "passed" for c in checks)
        what = "a table of counts" if made.purpose == "counts" else counted(made.rows_out, "row")
        people = "" if made.purpose == "counts" else f" of {counted(made.patients_out, 'patient')}"
        self.title.setText(f"Saved for {recipient}: {what}{people}")
        self.where.setText(f"In {result.release}")
        lines = [
            f"{f.name}, {counted(f.rows, 'row')}, {counted(len(f.fields), 'field')}" for f in result.files
        ]
        self.files.setText("\n".join(lines))
        self.checks.set_checks(checks)
        self.head.setAccessibleName(f"Saved. {passed} of {len(checks)} checks passed.")
