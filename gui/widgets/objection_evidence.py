"""What a file could say of objections, shown beside the choice of where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.widgets.text import breakable, label

MOST = 4  # lines of each sort; the rest are counted
NOT_NO_OBJECTION = "No objection in this file is not no objection."


class EvidenceCard(QFrame):
    """Two groups of lines: what was looked at, and what warns. `lines()` are their words."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "warn")
        self.setAccessibleName("What this file could say of objections")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 8, 12, 8)
        self._layout.setSpacing(3)
        self._lines: list[QWidget] = []
        self._words: list[str] = []
        self.setVisible(False)

    def show_evidence(
        self, evidence: Sequence[Any], found: Sequence[Any], names: Mapping[str, str] | None = None
    ) -> None:
        """`evidence` are survey.results.ObjectionEvidence, `found` the objections counted; `names` has the
        tables that are called otherwise than their file."""
        had = [_named(e.where, names or {}) for e in evidence if not e.warns and e.id == "codes"]
        if had:
            listed = ", ".join(had).replace(", and ", " and ")
            had = [f"Objections that are recorded as codes would be found in: {listed}."]
        had += [
            f"{_named(e.where, names or {})}: {e.text}" for e in evidence if not e.warns and e.id != "codes"
        ]
        warned = [e.text for e in evidence if e.warns]
        counts = "; ".join(f"{c.text}: {c.patients or 0:,}" for c in found)
        words = [NOT_NO_OBJECTION, f"Found in this file: {counts or 'none'}."]
        for lines in (warned, had):
            words += lines[:MOST]
            if len(lines) > MOST:
                words.append(f"and {len(lines) - MOST:,} more")
        self._fill(words)

    def clear(self) -> None:
        self._fill([])

    def lines(self) -> list[str]:
        return list(self._words)

    def _fill(self, words: list[str]) -> None:
        for old in self._lines:
            old.hide()
            old.deleteLater()
        self._words = words
        self._lines = [
            label(breakable(text), "strong" if at == 0 else "small", wrap=True)
            for at, text in enumerate(words)
        ]
        for line in self._lines:
            self._layout.addWidget(line)
        self.setVisible(bool(words))


def _named(where: str, names: Mapping[str, str]) -> str:
    """'table' or 'table, field' with the table's name as its format has it."""
    table, comma, field = where.partition(", ")
    return f"{names.get(table, table)}{comma}{field}"
