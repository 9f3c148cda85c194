"""Where the objections come from: choices in words, at least one of which is needed beyond care."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui import ask
from gui.formatting import count
from gui.session import Session
from gui.state import Failure
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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(label("Where do the patients' objections come from?", "strong", wrap=True))
        layout.addWidget(
            label(
                "Type 1 objections and the National Data Opt-out act here. Tick all that hold.",
                "small",
                wrap=True,
            )
        )
        for source in SOURCES:
            layout.addWidget(self._row(source))
        self.error = label("", "error", wrap=True)
        self.error.setVisible(False)
        layout.addWidget(self.error)

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
        return holder

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
            self.notes[kind].setText(f"{count(len(people))} NHS numbers read")
        self.changed.emit()

    def sources(self) -> list[tuple[str, str]]:
        """What is ticked, as (kind, detail): a name, a reason or the checksum of a list."""
        found = []
        for source in SOURCES:
            if self.boxes[source.kind].isChecked():
                detail = self.edits[source.kind].text().strip() if source.asks else ""
                if source.file and source.kind in self.lists:
                    detail = self.lists[source.kind].sources[0].detail
                found.append((source.kind, detail))
        return found

    def combined_lists(self) -> Any:
        """All lists that are ticked as one, or None."""
        whole = None
        for kind, _detail in self.sources():
            if kind in self.lists:
                whole = self.lists[kind] if whole is None else whole.plus(self.lists[kind])
        return whole

    def missing(self) -> str:
        """What is still wanted, '' when it is complete."""
        ticked = dict(self.sources())
        if not ticked:
            return "Say where the objections come from."
        for source in SOURCES:
            if source.kind in ticked and not ticked[source.kind] and (source.asks or source.file):
                return "Choose the list." if source.file else f"{source.asks} is needed."
        return ""

    def set_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def clear(self) -> None:
        """Forget everything, lists included."""
        self.lists.clear()
        for box in self.boxes.values():
            box.setChecked(False)
        for edit in self.edits.values():
            edit.clear()
        for note in self.notes.values():
            note.setText("")
