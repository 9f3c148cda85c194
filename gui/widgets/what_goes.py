"""Which of the entries and patients go: days from and until, a sample, the order of the rows.

Most people need none of it, so it is folded away behind one button that says what is chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui import ask
from gui.formatting import day as day_words
from gui.formatting import tooltip
from gui.state import Failure
from gui.widgets.fold import Fold
from gui.widgets.form import TextRow
from gui.widgets.questions import DAY_WANTED, ChoiceRow, read_day
from gui.widgets.text import label

ALL = "every day and every patient"
NO_LOOK_UP = "Only for neighbourhoods and tenths of deprivation."
_PER_MILLE = 1000


class WhatGoes(QWidget):
    """Days, a share of the patients, the order of rows, and why the whole list goes."""

    def __init__(self, read: Callable[[Path, Callable[[Any], object]], object] | None = None) -> None:
        """`read` reads a postcode look-up in a job and tells what came of it."""
        super().__init__()
        self.look_ups: Any = None  # core.protection.LookUps
        self._read = read
        layout = QVBoxLayout(self)
        self.fold = Fold(layout)
        self.fold.toggled.connect(lambda _open: self._say())
        self.body, inner = self.fold.body, self.fold.inner
        days = QHBoxLayout()
        days.setSpacing(10)
        self.first = TextRow("Entries from", example="Empty for all", short=True)
        self.last = TextRow("until", example="Empty for all", short=True)
        self.last.edit.setAccessibleName("Entries until")
        days.addWidget(self.first)
        days.addWidget(self.last)
        days.addStretch(1)
        inner.addLayout(days)
        self.days_hint = label(
            "Entries of other days, and entries without a day, are left out.", "small", wrap=True
        )
        inner.addWidget(self.days_hint)
        self.sample = TextRow(
            "Patients in a sample, out of every 100",
            "Drawn with the practice's key: next month the same patients are in it.",
            example="100 for all",
            short=True,
        )
        inner.addWidget(self.sample)
        self.shuffle = QCheckBox("Mix the order of the rows")
        self.shuffle.setToolTip("Rows leave in an order drawn with the key, so that it tells nothing.")
        inner.addWidget(self.shuffle)
        self.look_up = QPushButton("Postcode look-up...")
        self.look_up.setToolTip(
            tooltip("The National Statistics Postcode Lookup, for neighbourhoods and tenths of deprivation.")
        )
        self.look_up.clicked.connect(self.choose_look_up)
        self.look_up_words = label(NO_LOOK_UP, "small", wrap=True)
        files = QHBoxLayout()
        files.addWidget(self.look_up)
        files.addWidget(self.look_up_words, 1)
        inner.addLayout(files)
        self.whole_list: ChoiceRow | None = None
        self._inner = inner
        layout.addWidget(self.body)
        for row in (self.first, self.last, self.sample):
            row.edit.textChanged.connect(lambda _text: self._say())
        self.shuffle.toggled.connect(lambda _on: self._say())
        self._say()

    def set_reasons(self, reasons: dict[str, str]) -> None:
        """The reasons there are for sending the whole list, id to words."""
        if self.whole_list is None and reasons:
            self.whole_list = ChoiceRow(
                "If every patient of the practice goes: why?",
                reasons,
                "Most purposes need only some of the patients. The reason is kept with the release.",
            )
            self._inner.addWidget(self.whole_list)

    def choose_look_up(self) -> None:
        """Ask for the file that postcodes are looked up in, and read it in a job."""
        path = ask.one_file(self, "Choose the postcode look-up, as it was downloaded")
        if path is not None and self._read is not None:
            self.look_up_words.setText("Reading it. The whole country takes some seconds.")
            self._read(path, self._have_look_up)

    def _have_look_up(self, found: Any) -> None:
        if isinstance(found, Failure):
            self.look_up_words.setText(found.happened)
            return
        self.look_ups = found
        self.look_up_words.setText("Read. Fields can leave as neighbourhood or tenth of deprivation.")

    def window(self) -> tuple[str, str]:
        """First and last day as ISO 8601, '' where there is none."""
        return read_day(self.first.text()), read_day(self.last.text())

    def per_mille(self) -> int:
        """Patients of every thousand that go."""
        text = self.sample.text().removesuffix("%").strip()
        try:
            return round(float(text) * 10) if text else _PER_MILLE
        except ValueError:
            return _PER_MILLE

    def reason(self) -> str:
        return "" if self.whole_list is None else self.whole_list.text()

    def check(self) -> list[str]:
        """What cannot be read, in words; each is also shown beside its place, unfolded."""
        errors = []
        first, last = self.window()
        for row, read in ((self.first, first), (self.last, last)):
            row.set_error(DAY_WANTED if row.text() and not read else "")
        if first and last and first > last:
            self.last.set_error("The last day is before the first.")
        text = self.sample.text().removesuffix("%").strip()
        good = not text or (_is_number(text) and 0 < self.per_mille() <= _PER_MILLE)
        self.sample.set_error("" if good else "Give a number above 0 and up to 100.")
        for row in (self.first, self.last, self.sample):
            if row.error.text():
                errors.append(f"{row.edit.accessibleName()}: {row.error.text()}")
        if errors:
            self.fold.setChecked(True)
        return errors

    def clear(self) -> None:
        """Another file: everything goes."""
        for row in (self.first, self.last, self.sample):
            row.edit.clear()
            row.set_error("")
        self.shuffle.setChecked(False)
        self.look_ups = None
        self.look_up_words.setText(NO_LOOK_UP)
        if self.whole_list is not None:
            self.whole_list.choose("")
        self.fold.setChecked(False)

    def words(self) -> str:
        """What is chosen, in short; '' where everything goes."""
        first, last = self.window()
        said = []
        if first:
            said.append(f"entries from {_day(first)}")
        if last:
            said.append(f"{'' if first else 'entries '}until {_day(last)}")
        if self.per_mille() != _PER_MILLE:
            said.append(f"{self.per_mille() / 10:g} of every 100 patients")
        if self.shuffle.isChecked():
            said.append("rows in another order")
        return ", ".join(said)

    def _say(self) -> None:
        words = self.words()
        self.fold.say(
            f"What goes: {words or ALL}", "Press to choose days, a sample or another order of the rows."
        )


def _day(text: str) -> str:
    from datetime import date

    return day_words(date.fromisoformat(text))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
