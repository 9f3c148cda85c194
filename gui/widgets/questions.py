"""What a profile asks before anything leaves, each question with its answer's own sort of control.

An answer is a day, yes or no, a choice or a number, never typed text: answers stand in the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from gui.formatting import tooltip
from gui.widgets.form import TextRow
from gui.widgets.text import label, set_property

if TYPE_CHECKING:
    from core.protection.profile_sections import Question

NOT_SAID = "Choose an answer"
DAY_WANTED = "Give a day, such as 31/03/2026."
DATE_HINT = "Day, month, year, such as 31/03/2026."


class ChoiceRow(QWidget):
    """A caption, a list to choose from that begins with nothing chosen, and a place for an error."""

    changed = Signal()

    def __init__(self, caption: str, choices: Mapping[str, str], hint: str = "") -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        name = label(caption, "strong", wrap=True)
        self.box = QComboBox()
        self.box.setAccessibleName(caption)
        self.box.setAccessibleDescription(hint)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(24)
        self.box.addItem(NOT_SAID, "")
        for key, words in choices.items():
            self.box.addItem(words, key)
        name.setBuddy(self.box)
        self.hint = label(hint, "small", wrap=True)
        self.hint.setVisible(bool(hint))
        self.error = label("", "error", wrap=True)
        self.error.setVisible(False)
        for widget in (name, self.hint, self.box, self.error):
            layout.addWidget(widget)
        self.box.currentIndexChanged.connect(lambda _place: self.changed.emit())
        self.box.activated.connect(lambda _place: self.set_error(""))

    def text(self) -> str:
        """The id of the choice, '' while there is none."""
        return str(self.box.currentData() or "")

    def choose(self, key: str) -> None:
        self.box.setCurrentIndex(max(0, self.box.findData(key)))

    def set_error(self, text: str) -> None:
        """Say what is wrong; '' takes it away."""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        set_property(self.box, "invalid", bool(text))


class QuestionForm(QWidget):
    """All questions of one profile. Those that an earlier answer makes needless are hidden and not asked."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, TextRow | ChoiceRow] = {}
        self._asks: Mapping[str, Question] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        self.setVisible(False)

    def set_questions(self, asks: Mapping[str, Question]) -> None:
        """Ask these and nothing else. The answers to the same questions stay."""
        if asks == self._asks:
            return
        for row in self.rows.values():
            row.setParent(None)
            row.deleteLater()
        self._asks = asks
        self.rows = {name: self._made(ask) for name, ask in asks.items()}
        for row in self.rows.values():
            self._layout.addWidget(row)
        self.setVisible(bool(asks))
        self._show_asked()

    def _made(self, ask: Question) -> TextRow | ChoiceRow:
        row: TextRow | ChoiceRow
        if ask.kind in ("choice", "yes_no"):
            choices = ask.choices if ask.kind == "choice" else {"yes": "Yes", "no": "No"}
            row = ChoiceRow(ask.question, choices, ask.why)
            row.changed.connect(self._show_asked)
        else:
            hint = f"{ask.why} {DATE_HINT}".strip() if ask.kind == "date" else ask.why
            row = TextRow(ask.question, hint, short=True)
            row.edit.textChanged.connect(lambda _text: self._show_asked())
        row.setToolTip(tooltip(ask.source))
        return row

    def answers(self) -> dict[str, str]:
        """What was answered and could be read, as a plan keeps it."""
        found: dict[str, str] = {}
        for name, ask in self._asks.items():
            said = self.rows[name].text()
            if said and ask.asked(found):
                read = _read(ask, said)
                if read:
                    found[name] = read
        return found

    def check(self) -> list[str]:
        """What is missing or cannot be read, in words; each is also shown beside its place."""
        found, errors = self.answers(), []
        for name, ask in self._asks.items():
            row, wrong = self.rows[name], ""
            if ask.asked(found):
                if row.text() and not _read(ask, row.text()):
                    wrong = (
                        "Give a day, such as 31/03/2026." if ask.kind == "date" else "Give a whole number."
                    )
                elif ask.required and not row.text():
                    wrong = "Answer this."
            row.set_error(wrong)
            if wrong:
                errors.append(f"{ask.question} {wrong}")
        return errors

    def clear(self) -> None:
        """Forget every answer: another file."""
        for row in self.rows.values():
            if isinstance(row, ChoiceRow):
                row.choose("")
            else:
                row.edit.clear()
            row.set_error("")

    def fill_in(self, answers: Mapping[str, str]) -> None:
        """Answer, as a person would."""
        for name, said in answers.items():
            row = self.rows[name]
            fill: Callable[[str], object] = row.choose if isinstance(row, ChoiceRow) else row.edit.setText
            fill(said)

    def _show_asked(self) -> None:
        found = self.answers()
        for name, ask in self._asks.items():
            self.rows[name].setVisible(ask.asked(found))


def _read(ask: Question, said: str) -> str:
    """The answer as a plan keeps it, '' where it cannot be read."""
    if ask.kind == "date":
        return read_day(said)
    try:
        return ask.read(said)
    except ValueError:
        return ""


def read_day(said: str) -> str:
    """A day as people write it, in ISO 8601; '' where it is none."""
    if not said:
        return ""  # the window asks before core is there
    from core.survey.identifiers import parse_date

    day = parse_date(said)
    return "" if day is None else day.isoformat()
