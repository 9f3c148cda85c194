"""What a file could say of objections, shown beside the choice of where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.widgets.text import label

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

    def show_evidence(self, evidence: Sequence[Any], found: Sequence[Any]) -> None:
        """`evidence` are survey.results.ObjectionEvidence, `found` the objections counted."""
        had = [f"{e.where}: {e.text}" for e in evidence if not e.warns]
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
            label(text, "strong" if at == 0 else "small", wrap=True) for at, text in enumerate(words)
        ]
        for line in self._lines:
            self._layout.addWidget(line)
        self.setVisible(bool(words))
