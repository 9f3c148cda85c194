"""Checks as a list: word, shape and colour, and what to do where one does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.widgets.shapes import Shape
from gui.widgets.text import label

LOOKS = {
    "passed": ("tick", "green", "good", "Passed"),
    "stops": ("cross", "red", "bad", "Stops the export"),
    "confirm": ("triangle", "amber", "strong", "To confirm"),
    "look": ("triangle", "amber", "strong", "Worth a look"),
}


@dataclass(frozen=True)
class Check:
    """One line of the list. `state` is passed, stops, confirm or look."""

    name: str
    state: str
    detail: str = ""


class CheckList(QWidget):
    """Shows checks; what stops comes first."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.checks: tuple[Check, ...] = ()
        self._under: dict[str, QWidget] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)

    def put_under(self, name: str, widget: QWidget) -> None:
        """Show a widget under the check of that name, whenever that check is in the list and not passed."""
        self._under[name] = widget
        widget.setParent(self)
        widget.hide()

    def set_checks(self, checks: Sequence[Check]) -> None:
        order = {"stops": 0, "confirm": 1, "look": 2, "passed": 3}
        wanted = tuple(sorted(checks, key=lambda c: order[c.state]))
        if wanted == self.checks:
            return
        self.checks = wanted
        for kept in self._under.values():
            kept.setParent(self)  # or it would go with the line it stands in
            kept.hide()
        while (item := self._layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for check in wanted:
            under = self._under.get(check.name) if check.state != "passed" else None
            self._layout.addWidget(_line(check, under))
            if under is not None:
                under.show()


def _line(check: Check, under: QWidget | None = None) -> QWidget:
    shape, token, role, word = LOOKS[check.state]
    line = QWidget()
    line.setAccessibleName(f"{word}: {check.name}. {check.detail}")
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    row.addWidget(
        Shape(shape, token, 20, "on_amber" if token == "amber" else "paper"), 0, Qt.AlignmentFlag.AlignTop
    )
    words = QVBoxLayout()
    words.setSpacing(1)
    head = QHBoxLayout()
    head.setSpacing(12)
    head.addWidget(label(check.name, "strong", wrap=True), 1)
    head.addWidget(label(word, role), 0, Qt.AlignmentFlag.AlignTop)
    words.addLayout(head)
    if check.detail:
        words.addWidget(label(check.detail, "muted", wrap=True))
    if under is not None:
        words.addSpacing(4)
        words.addWidget(under)
    row.addLayout(words, 1)
    return line
