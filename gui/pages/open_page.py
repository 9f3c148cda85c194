"""Open: what are you about to send?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gui import ask
from gui.formatting import count, counted, format_words, tooltip
from gui.models.first_rows_model import FirstRowsModel
from gui.pages.page import Page, StepState
from gui.session import Session
from gui.settings import Settings, Shape, headers_hash
from gui.state import DetailContent
from gui.widgets.banners import FailureCard
from gui.widgets.choosers import TableChooser
from gui.widgets.drop_area import DropArea
from gui.widgets.scroll import scrolling
from gui.widgets.tables import PlainTable
from gui.widgets.text import card, label

if TYPE_CHECKING:
    from core.survey.results import Survey

MOST_PROBLEMS = 6
PROMISES = (
    ("It stays here", "Threshold opens no connection and keeps no copy. Your file is read where it is."),
    (
        "You see what leaves",
        "Every row as it is and as it would leave, side by side, before anything is saved.",
    ),
    ("It is checked again", "What was saved is opened again and searched for names and numbers left behind."),
)


class OpenPage(Page):
    """An empty page with a drop area; then the first rows, and what was noticed on opening."""

    page_id = "open"
    title = "Open"
    question = "What are you about to send?"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setAcceptDrops(True)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._build_empty())
        self._stack.addWidget(self._build_opened())
        session.export_opened.connect(self._opened)
        session.first_rows_ready.connect(self._first_rows)
        session.survey_ready.connect(self._surveyed)
        session.failed.connect(lambda _m: self._failed())
        session.closed.connect(self._closed)
        session.busy_changed.connect(lambda _b: self._show_state())
        session.plan_changed.connect(self._show_state)
        self._show_recent()
        self._show_state()

    # -- building --------------------------------------------------------------------------------
    def _build_empty(self) -> QWidget:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        self.failure_card = FailureCard("Choose another file")
        self.failure_card.dismissed.connect(self.choose_files)
        layout.addWidget(self.failure_card)
        self.drop_area = DropArea()
        self.drop_area.setMinimumHeight(220)
        self.drop_area.dropped.connect(self.open_paths)
        drop = QVBoxLayout(self.drop_area)
        drop.setContentsMargins(24, 16, 24, 16)
        drop.setSpacing(6)
        drop.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        drop.addWidget(label("Drop the file or the folder here", "big"), 0, middle)
        drop.addWidget(label("A CSV, text or Excel file from your clinical system", "muted"), 0, middle)
        drop.addSpacing(10)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        self.choose = QPushButton("Choose a file")
        self.choose.setProperty("main", True)
        self.choose.clicked.connect(self.choose_files)
        self.choose_folder_button = QPushButton("Choose a folder")
        self.choose_folder_button.clicked.connect(self.choose_folder)
        self.demo = QPushButton("Try the demo practice")
        self.demo.clicked.connect(lambda: self.session.open_demo())
        for button in (self.choose, self.choose_folder_button, self.demo):
            buttons.addWidget(button)
        drop.addLayout(buttons)
        drop.setAlignment(buttons, middle)
        drop.addSpacing(6)
        drop.addWidget(
            label("The demo practice is invented: 10,000 patients who do not exist.", "small"), 0, middle
        )
        drop.addStretch(1)
        layout.addWidget(self.drop_area, 1)
        layout.addWidget(_promises())
        self.recent_card = card("recent")
        recent = QVBoxLayout(self.recent_card)
        recent.setContentsMargins(16, 10, 16, 10)
        recent.setSpacing(2)
        recent.addWidget(label("Kinds of file opened before", "strong"))
        recent.addWidget(
            label(
                "Threshold remembers their shape, never their name or what was in them.", "small", wrap=True
            )
        )
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        recent.addLayout(self._recent)
        layout.addWidget(self.recent_card)
        return scrolling(inner, "Open")

    def _build_opened(self) -> QWidget:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        head = card()
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.heading = label("", "heading", wrap=True)
        self.facts = label("", "muted", wrap=True)
        words.addWidget(self.heading)
        words.addWidget(self.facts)
        row.addLayout(words, 1)
        self.another = QPushButton("Open another file")
        self.another.clicked.connect(self.choose_files)
        self.next = QPushButton("Say who gets it")
        self.next.setProperty("main", True)
        self.next.clicked.connect(lambda: self.session.page_requested.emit("going_to"))
        row.addWidget(self.another)
        row.addWidget(self.next)
        layout.addWidget(head)
        self.notices = card("notices", "warn")
        notices = QVBoxLayout(self.notices)
        notices.setContentsMargins(16, 8, 16, 8)
        notices.setSpacing(2)
        self._notices_title = label("", "strong", wrap=True)
        self._notices = label("", wrap=True)
        notices.addWidget(self._notices_title)
        notices.addWidget(self._notices)
        layout.addWidget(self.notices)
        self.tables = TableChooser(self.session)
        layout.addWidget(self.tables)
        self.rows_model = FirstRowsModel()
        self.rows_view = PlainTable("First rows of the file")
        self.rows_view.setModel(self.rows_model)
        self.rows_view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        layout.addWidget(self.rows_view, 1)
        self.session.table_changed.connect(self._first_rows)
        return inner

    # -- what a person can do --------------------------------------------------------------------
    def choose_files(self) -> None:
        self.open_paths(ask.files_to_open(self))

    def choose_folder(self) -> None:
        folder = ask.folder_to_open(self)
        self.open_paths([folder] if folder else [])

    def open_paths(self, paths: list[Path]) -> None:
        """Open what was chosen or dropped; nothing chosen changes nothing."""
        if paths and ask.may_put_away(self, self.session.unsaved):
            self.session.open_paths(paths)

    def next_flag(self) -> None:
        self.session.page_requested.emit("fields")

    def state(self) -> StepState:
        if self.session.survey is not None:
            return StepState("done", "Done")
        if self.session.busy:
            return StepState("waiting", "Reading")
        failure = self.session.failure
        if failure is not None and failure.stage == "open":
            return StepState("attention", "Could not be opened")
        return StepState("to_do", "To do")

    def shown(self) -> None:
        self._show_state()
        self._explain()

    def _explain(self) -> None:
        """What is on the screen, for the strip, while this page is in front."""
        if not self.isVisible() or self.session.export is None:
            return
        first = "These are the first rows of the file, exactly as it has them."
        survey = self.session.survey
        if survey is not None and not survey.rows:
            first = "The file has field names and no row under them. Is it the file you meant?"
        self.session.show_detail(
            DetailContent("Nothing has left this computer", (first, "Next: say who gets it, and why."))
        )

    # -- what happened ---------------------------------------------------------------------------
    def _opened(self, _export: object) -> None:
        self.failure_card.show_failure(None)
        self._show_state()

    def _first_rows(self, table: str) -> None:
        if table == self.session.current_table and table in self.session.first_rows:
            self.rows_model.set_rows(self.session.first_rows[table])
            self.rows_view.fit_columns()

    def _surveyed(self) -> None:
        export = self.session.export
        if export is not None:
            headers = headers_hash([[f.header for f in t.fields] for t in export.tables])
            shape = Shape(
                export.tables[0].format if export.tables else "",
                sum(len(t.fields) for t in export.tables),
                len(export.tables),
                headers,
                date.today().isoformat(),
            )
            Settings.load().with_shape(shape).save()
            self._show_recent()
        self._show_state()

    def _failed(self) -> None:
        failure = self.session.failure
        self.failure_card.show_failure(failure if failure is not None and failure.stage == "open" else None)
        self._show_state()

    def _closed(self) -> None:
        self.failure_card.show_failure(None)
        self._show_recent()
        self._show_state()

    def _show_state(self) -> None:
        export = self.session.export
        self._stack.setCurrentIndex(1 if export is not None else 0)
        reading = self.session.busy
        for button in (self.choose, self.choose_folder_button, self.demo):
            button.setEnabled(not reading)
        if export is None:
            return
        survey = self.session.survey
        kinds = sorted({format_words(t.format) for t in export.tables})
        self.heading.setText(", ".join(kinds) or "No table found")
        fields = sum(len(t.fields) for t in export.tables)
        facts = [counted(len(export.tables), "table")] if len(export.tables) > 1 else []
        facts.append(counted(fields, "field"))
        if survey is None:
            facts.append("the rest is being read; these are the first rows")
        else:
            facts.append(self._counts(survey))
        self.facts.setText(", ".join(facts))
        self.next.setEnabled(bool(export.tables))
        self._explain()
        self._show_notices()

    def _counts(self, survey: Survey) -> str:
        """Numbers only after the person said what their search showed, so that one can check the other."""
        if self.session.numbers is None:
            return "everything is read" if survey.rows else "no row"
        people = counted(self.session.numbers.patients_in, "patient")
        return f"{counted(survey.rows, 'row')}, {people}"

    def _show_notices(self) -> None:
        source = self.session.survey or self.session.export
        hazards = source.hazards if source else ()
        problems = source.problems if source else ()
        self.notices.setVisible(bool(hazards or problems))
        lines = [f"{h.where}: {h.what}" for h in hazards]
        lines += [f"{p.where}{f', line {count(p.line)}' if p.line else ''}: {p.what}" for p in problems]
        self._notices_title.setText(f"{counted(len(lines), 'thing')} noticed and kept as found")
        shown = lines[:MOST_PROBLEMS]
        if len(lines) > len(shown):
            shown.append(f"and {count(len(lines) - len(shown))} more")
        self._notices.setText("\n".join(shown))
        self._notices.setToolTip(tooltip("\n".join(lines[:40])))

    def _show_recent(self) -> None:
        while (item := self._recent.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        shapes = Settings.load().shapes
        self.recent_card.setVisible(bool(shapes))
        for shape in shapes[:3]:
            button = QPushButton(shape.words())
            button.setProperty("quiet", True)
            button.setToolTip("Choose this month's file of the same kind")
            button.clicked.connect(self.choose_files)
            self._recent.addWidget(button)


def _promises() -> QWidget:
    """What a new user may want to know before dropping a patient's data on a window."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    for title, text in PROMISES:
        made = card()
        column = QVBoxLayout(made)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(3)
        column.addWidget(label(title, "strong", wrap=True))
        column.addWidget(label(text, "small", wrap=True))
        row.addWidget(made, 1)
    return holder
