"""Where the objections come from: choices in words, at least one of which is needed beyond care."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui import ask
from gui.formatting import count, day
from gui.models.sheets import called
from gui.session import Session
from gui.state import Failure
from gui.widgets.objection_evidence import EvidenceCard
from gui.widgets.text import label


@dataclass(frozen=True)
class Source:
    """One place objections can come from. `asks`: what must be typed with it; `file`: it is a list."""

    kind: str
    words: str
    asks: str = ""
    file: bool = False


SOURCES = (
    Source("codes", "They are recorded in this file, as codes"),
    Source("list", "They are on a separate list of patients", file=True),
    Source("cleaned", "A list came back from the National Data Opt-out check", file=True),
    Source(
        "search", "They were left out in the search itself, by", asks="Name of the person who made the search"
    ),
    Source("none", "Objections do not apply here, because", asks="Why they do not apply"),
)


class ObjectionChoices(QWidget):
    """Tick boxes; `sources()` are (kind, detail) pairs, `missing()` says what is still wanted."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.lists: dict[str, Any] = {}
        self.boxes: dict[str, QCheckBox] = {}
        self.edits: dict[str, QLineEdit] = {}
        self.buttons: dict[str, QPushButton] = {}
        self.notes: dict[str, Any] = {}
        self.before: Any = None  # core.protection.Earlier: a release to compare with, chosen here
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(label("Where do the patients' objections come from?", "strong", wrap=True))
        layout.addWidget(
            label(
                "Type 1 objections and the National Data Opt-out count here. Tick all that apply.",
                "small",
                wrap=True,
            )
        )
        self.evidence = EvidenceCard()
        layout.addWidget(self.evidence)
        for source in SOURCES:
            layout.addWidget(self._row(source))
        layout.addWidget(self._build_compare())
        self.error = label("", "error", wrap=True)
        self.error.setVisible(False)
        layout.addWidget(self.error)
        self.changed.connect(lambda: self.set_error(""))

    def _row(self, source: Source) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        box = QCheckBox(source.words)
        self.boxes[source.kind] = box
        column.addWidget(box)
        under = QWidget()
        row = QHBoxLayout(under)
        row.setContentsMargins(26, 0, 0, 2)
        if source.asks:
            edit = QLineEdit()
            edit.setAccessibleName(source.asks)
            edit.setPlaceholderText(source.asks)
            edit.textChanged.connect(self.changed)
            self.edits[source.kind] = edit
            row.addWidget(edit)
        if source.file:
            button = QPushButton("Choose the list")
            button.setAccessibleName(f"Choose the list: {source.words}")
            button.clicked.connect(lambda _c=False, k=source.kind: self.choose_list(k))
            note = label("", "small", wrap=True)
            self.buttons[source.kind], self.notes[source.kind] = button, note
            row.addWidget(button)
            row.addWidget(note, 1)
        under.setVisible(False)
        if source.asks or source.file:
            box.toggled.connect(under.setVisible)
        box.toggled.connect(lambda _on: self.changed.emit())
        column.addWidget(under)
        if source.kind == "cleaned":
            column.addWidget(self._build_check())
        return holder

    def _build_check(self) -> QWidget:
        """The list to ask the service with, and the day on which its answer came back."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(26, 0, 0, 4)
        column.setSpacing(3)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.make_list = QPushButton("Make a check list")
        self.make_list.setAccessibleName("Make a check list for the national opt-out service")
        self.make_list.clicked.connect(self.make_check_list)
        self.check_note = label(
            "A file of NHS numbers for the national opt-out service. Its answer serves this release only.",
            "small",
            wrap=True,
        )
        row.addWidget(self.make_list)
        row.addWidget(self.check_note, 1)
        self.came_back = QLineEdit()
        self.came_back.setAccessibleName("Day on which the answer came back")
        self.came_back.setPlaceholderText("Day on which the answer came back, for example 22/11/2026")
        self.came_back.textChanged.connect(self.changed)
        self.came_back.setVisible(False)
        self.boxes["cleaned"].toggled.connect(self.came_back.setVisible)
        column.addWidget(self.came_back)
        column.addLayout(row)
        return holder

    def _build_compare(self) -> QWidget:
        """Objections beside those of an earlier release."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(10)
        self.compare = QPushButton("Compare with an earlier release")
        self.compare.clicked.connect(self.choose_release)
        self.compare_note = label(
            "The last release to the same recipient is compared by itself.", "small", wrap=True
        )
        row.addWidget(self.compare)
        row.addWidget(self.compare_note, 1)
        return holder

    def make_check_list(self) -> None:
        """Ask where, say what the file holds, and write it in a job."""
        if not ask.confirm(
            self,
            "Write NHS numbers to a file?",
            "The national opt-out service is asked with a list of NHS numbers, one a line. Threshold writes "
            "it only because you ask, to a place that you choose. Keep it in the practice, and delete it "
            "once it was sent.",
            yes="Choose where",
        ):
            return
        path = ask.file_to_save(
            self, "Save the check list", Path.home() / "opt-out-check.dat", "Check lists (*.dat *.csv *.txt)"
        )
        if path is not None:
            self._session.make_check_list(path, self._have_check_list)

    def _have_check_list(self, found: Any) -> None:
        if isinstance(found, Failure):
            self.check_note.setText(f"{found.title}: {found.happened}")
        else:
            self.check_note.setText(f"Written: {found} Its answer serves this release only.")

    def choose_release(self) -> None:
        """Ask for the folder of an earlier release and read what it said, in a job."""
        folder = ask.release_folder(self, Path.home())
        if folder is not None:
            self._session.read_earlier(folder, self._have_release)

    def _have_release(self, found: Any) -> None:
        if isinstance(found, Failure):
            self.before = None
            self.compare_note.setText(f"{found.title}: {found.happened}")
        else:
            self.before, lines = found
            told = "; ".join(lines) or "no objection in either"
            self.compare_note.setText(f"Release of {day(date.fromisoformat(self.before.made))}: {told}")
        self.changed.emit()

    def show_survey(self, survey: Any) -> None:
        """What the file could say of objections; None before it was looked through."""
        if survey is None:
            self.evidence.clear()
        else:
            names = called(survey.export)
            self.evidence.show_evidence(survey.objection_evidence, survey.objections, names)
        self.make_list.setEnabled(survey is not None)

    def choose_list(self, kind: str) -> None:
        """Ask for a list and read it in a job; what it holds stays in memory."""
        path = ask.one_file(self, "Choose the list")
        if path is not None:
            self._session.read_objections(path, kind, lambda found: self._have_list(kind, found))

    def _have_list(self, kind: str, found: Any) -> None:
        if isinstance(found, Failure):
            self.lists.pop(kind, None)
            self.notes[kind].setText(f"{found.title}: {found.happened}")
        else:
            self.lists[kind] = found
            people = found.listed if kind == "list" else found.cleaned
            twice = f", {count(found.repeated)} more than once" if found.repeated else ""
            self.notes[kind].setText(f"{count(len(people))} NHS numbers read{twice}")
        self.changed.emit()

    def sources(self) -> list[tuple[str, str, str]]:
        """What is ticked, as (kind, detail, day): a name, a reason or the checksum of a list, and the ISO day
        on which an answer came back."""
        found = []
        for source in SOURCES:
            if self.boxes[source.kind].isChecked():
                detail = self.edits[source.kind].text().strip() if source.asks else ""
                if source.file and source.kind in self.lists:
                    detail = self.lists[source.kind].sources[0].detail
                answered = self.answered()
                said = answered.isoformat() if source.kind == "cleaned" and answered is not None else ""
                found.append((source.kind, detail, said))
        return found

    def combined_lists(self) -> Any:
        """All lists that are ticked as one, or None."""
        whole = None
        for kind, _detail, said in self.sources():
            if kind in self.lists:
                found = self.lists[kind]
                sources = tuple(replace(source, date=said) for source in found.sources)
                found = replace(found, sources=sources)
                whole = found if whole is None else whole.plus(found)
        return whole

    def answered(self) -> date | None:
        """The day on which the answer came back, None where none or nonsense was typed."""
        for form in ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d %B %Y"):
            with suppress(ValueError):
                return datetime.strptime(self.came_back.text().strip(), form).date()
        return None

    def missing(self) -> str:
        """What is still wanted, '' when it is complete."""
        ticked = {kind: detail for kind, detail, _day in self.sources()}
        if not ticked:
            return "Say where the objections come from."
        for source in SOURCES:
            if source.kind in ticked and not ticked[source.kind] and (source.asks or source.file):
                return "Choose the list." if source.file else f"{source.asks} is needed."
        if "cleaned" in ticked and self.answered() is None:
            return "Say on which day the answer of the opt-out check came back."
        return ""

    def set_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def clear(self) -> None:
        """Forget everything, lists included."""
        self.lists.clear()
        self.before = None
        self.came_back.clear()
        self.show_survey(None)
        for box in self.boxes.values():
            box.setChecked(False)
        for edit in self.edits.values():
            edit.clear()
        for note in self.notes.values():
            note.setText("")
