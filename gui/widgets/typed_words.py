"""What is typed on the page Going to, looked at for patients' names as soon as the file is read.

A plan is kept, and may name no patient. Whatever surely names one is said beside the line and must be said in
other words. A word that a patient bears and hardly anybody else may be a place or a programme as well: a
person is asked whether it is somebody's name, and their answer lasts as long as the file is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from gui.formatting import one_line
from gui.jobs import Ticket
from gui.widgets.form import TextRow
from gui.widgets.text import label

if TYPE_CHECKING:
    from core.release.typed import Typed
    from gui.session import Session

WAIT_MS = 300
NAMES = (
    "This holds a patient's name, number, address or telephone. A plan is kept without any patient's "
    "details: say it in other words."
)
NOBODYS = "It is nobody's name"
LONGEST = 40
Found = Mapping[str, "Typed"]


def question(words: Sequence[str]) -> str:
    """What is asked about words that may be a name."""
    why = "a plan is kept without patients' details"
    return f"Is {_either(words)} somebody's name? If it is, say it in other words: {why}."


def _either(words: Sequence[str]) -> str:
    return " or ".join(one_line(word, LONGEST) for word in words)


class AskedName(QWidget):
    """The question under a line, and the button that answers it."""

    def __init__(self, under: TextRow) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(10)
        self.words = label("", "error", wrap=True)
        self.button = QPushButton(NOBODYS)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.setVisible(False)
        layout = under.layout()
        assert layout is not None
        layout.addWidget(self)

    def ask(self, words: Sequence[str]) -> None:
        """Ask about these words; none takes the question away."""
        text = question(words) if words else ""
        self.words.setText(text)
        self.button.setAccessibleName(f"{NOBODYS}: {', '.join(words)}" if words else NOBODYS)
        self.setVisible(bool(words))


class TypedWords(QObject):
    """Looks in a job at what stands in these rows, and in `lines` that have no place for a question of their
    own: what is the matter with one of them is said in `place`. What is not asked is not looked at."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        rows: Sequence[TextRow],
        lines: Sequence[QLineEdit],
        place: QLabel,
    ) -> None:
        super().__init__(parent)
        self._session, self._rows, self._lines = session, tuple(rows), tuple(lines)
        self._place = place
        self._found: Found = {}  # by text; '' where it was not looked at
        self._nobodys: set[str] = set()  # words of which a person said so
        self._known: tuple[Any, Any] = (None, None)  # the survey, and core.release.leaks.Known of it
        self.asked = {row: AskedName(row) for row in self._rows}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.look)
        for edit in (*(row.edit for row in self._rows), *self._lines):
            edit.textChanged.connect(lambda _text: self._typed())
        for row, asked in self.asked.items():
            asked.button.clicked.connect(lambda _checked=False, row=row: self.is_nobodys(row))
        session.survey_ready.connect(self._surveyed)
        session.closed.connect(self.forget)

    def forget(self) -> None:
        """Another file, or none: what is a name there is not known."""
        self._timer.stop()
        self._found, self._known = {}, (None, None)
        self._nobodys.clear()
        self.show()

    def _surveyed(self) -> None:
        """The file was read, or read again another way: what was found in the last one does not hold."""
        self._found = {}
        self.look()

    def look(self) -> None:
        """Look at everything that stands there, in a job."""
        survey, known = self._session.survey, self._known
        texts = {text for text in self._texts() if text}
        if survey is None or texts <= self._found.keys():
            self.show()
            return

        def work(_ticket: Ticket) -> tuple[Any, Found]:
            from core.release.leaks import Known
            from core.release.typed import look_at_typed

            have = known if known[0] is survey else (survey, Known(survey.known))
            return have, {text: look_at_typed(text, have[1]) for text in texts}

        self._session.jobs.start("typed", work, done=self._have)

    def is_nobodys(self, row: TextRow) -> None:
        """A person says that what was asked about in this line is nobody's name."""
        self._nobodys |= {word.casefold() for word in self._asks(row.text())}
        self.show()
        row.edit.setFocus()

    def show(self) -> list[str]:
        """Say beside each line what is the matter with it; all of it, for whoever may not go on yet."""
        wrong = []
        for row in self._rows:
            text = "" if row.isHidden() else row.text()
            asks = self._asks(text)
            self.asked[row].ask(asks)
            if self._names(text):
                row.set_error(NAMES)
                wrong.append(NAMES)
            elif row.error.text() == NAMES:
                row.set_error("")
            if asks:
                wrong.append(f"Say whether {_either(asks)} is somebody's name.")
        line = self.wrong_line()
        if line or self._place.text() == NAMES:
            self._place.setText(line)
            self._place.setVisible(bool(line))
        return list(dict.fromkeys(wrong))

    def wrong_line(self) -> str:
        """What is the matter with a line that has no place of its own, '' where nothing is."""
        return NAMES if any(map(self._names, self._in_lines())) else ""

    def _in_lines(self) -> list[str]:
        """What stands in the lines that are asked for."""
        return [edit.text().strip() for edit in self._lines if not _put_away(edit)]

    def _typed(self) -> None:
        self.show()
        self._timer.start()

    def _have(self, found: tuple[Any, Found]) -> None:
        if found[0][0] is not self._session.survey:
            return  # another file was opened meanwhile
        self._known, self._found = found
        self.show()
        if set(filter(None, self._texts())) - self._found.keys():
            self._timer.start()

    def _texts(self) -> list[str]:
        return [row.text() for row in self._rows if not row.isHidden()] + self._in_lines()

    def _names(self, text: str) -> bool:
        return text in self._found and self._found[text].names_patient

    def _asks(self, text: str) -> tuple[str, ...]:
        asks = self._found[text].ask if text in self._found else ()
        return tuple(word for word in asks if word.casefold() not in self._nobodys)


def _put_away(edit: QLineEdit) -> bool:
    parent = edit.parentWidget()
    return parent is not None and parent.isHidden()
