"""Open: what are you about to send?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gui import ask, putting_away
from gui.formatting import counted
from gui.models.notices import stated
from gui.models.sheets import ALL, Sheet, heading, sheets
from gui.models.sheets_model import SheetsModel
from gui.pages.open_corrections import Corrections
from gui.pages.open_empty import OpenEmpty
from gui.pages.open_sheet import TableSheet
from gui.pages.page import Page, StepState
from gui.session import Session
from gui.settings import Settings, Shape, headers_hash
from gui.showing import raw_hidden
from gui.state import DetailContent
from gui.widgets.choosers import TableChooser
from gui.widgets.password_form import PasswordForm
from gui.widgets.scroll import scrolling
from gui.widgets.tables import PlainTable
from gui.widgets.text import card, label, set_property

if TYPE_CHECKING:
    from core.survey.results import Survey

NARROW = 760  # below this the list of tables becomes a chooser
FIND_FROM = 9  # so many tables want a box to find one


class OpenPage(Page):
    """An empty page with a drop area; then the tables, a sheet for the chosen one, and what was noticed."""

    page_id = "open"
    title = "Open"
    question = "What are you about to send?"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setAcceptDrops(True)
        self._whole_shown = False  # the sheet in sight is that of the export as a whole
        self._filling = False
        self._seen: set[str] = set()  # tables whose sheet was looked at
        self._stack = QStackedLayout(self)
        self.empty = OpenEmpty()
        self.empty.files_wanted.connect(self.choose_files)
        self.empty.folder_wanted.connect(self.choose_folder)
        self.empty.demo_wanted.connect(session.open_demo)
        self.empty.again_wanted.connect(session.open_again)
        self.empty.password.given.connect(session.try_password)
        self.empty.drop_area.dropped.connect(self.open_paths)
        self._stack.addWidget(scrolling(self.empty, "Open"))
        self._stack.addWidget(scrolling(self._build_opened(), "Tables"))
        session.export_opened.connect(self._opened)
        session.first_rows_ready.connect(self._first_rows)
        session.survey_ready.connect(self._surveyed)
        session.failed.connect(lambda _m: self._failed())
        session.closed.connect(self._closed)
        session.busy_changed.connect(lambda _b: self._show_state())
        session.plan_changed.connect(self._show_state)
        session.table_changed.connect(self._table_changed)
        session.for_gp_changed.connect(self._explain)
        session.looker_changed.connect(self._explain)
        self.empty.show_recent()
        self._show_state()

    #: Parts that other windows and tests ask the page for.
    @property
    def failure_card(self) -> QFrame:
        return self.empty.failure_card

    @property
    def drop_area(self) -> QWidget:
        return self.empty.drop_area

    @property
    def choose(self) -> QPushButton:
        return self.empty.choose

    # -- building --------------------------------------------------------------------------------
    def _build_opened(self) -> QWidget:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        head = card()
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 8, 12, 8)
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
        self.sheet = TableSheet()
        self.corrections = Corrections(self.session, self.sheet)
        layout.addWidget(self.corrections.read_as)
        self.password = PasswordForm()
        self.password.given.connect(self.session.add_password)
        layout.addWidget(self.password)
        self.sheet.password_wanted.connect(lambda file: self.password.ask(file, self.session.passwords != ()))
        self.tables = TableChooser(self.session)
        layout.addWidget(self.tables)
        body = QHBoxLayout()
        body.setSpacing(10)
        body.addWidget(self._build_list())
        self.sheet.explained.connect(self.session.show_detail)
        self.sheet.correcting.connect(lambda on: set_property(self.next, "main", not on))
        body.addWidget(self.sheet, 1)
        layout.addLayout(body, 1)
        self.rows_model, self.rows_view = self.sheet.rows_model, self.sheet.rows_view
        self.session.raw_hidden_changed.connect(self._cover)
        return inner

    def _build_list(self) -> QWidget:
        self.list_box = QWidget()
        self.list_box.setFixedWidth(400)
        column = QVBoxLayout(self.list_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.find_table = QLineEdit()
        self.find_table.setPlaceholderText("Find a table")
        self.find_table.setAccessibleName("Find a table")
        self.find_table.setClearButtonEnabled(True)
        self.find_table.textChanged.connect(self._narrow)
        column.addWidget(self.find_table)
        self.list_model = SheetsModel()
        self.list = PlainTable("Tables of the export")
        self.list.setModel(self.list_model)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.list.verticalHeader().setVisible(False)
        self.list.horizontalHeader().setStretchLastSection(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(lambda now, _old: self._listed(now))
        column.addWidget(self.list, 1)
        return self.list_box

    # -- what a person can do --------------------------------------------------------------------
    def choose_files(self) -> None:
        self.open_paths(ask.files_to_open(self))

    def choose_folder(self) -> None:
        folder = ask.folder_to_open(self)
        self.open_paths([folder] if folder else [])

    def open_paths(self, paths: list[Path]) -> None:
        """Open what was chosen or dropped; nothing chosen changes nothing."""
        if paths:
            putting_away.put_away(self, self.session, lambda: self.session.open_paths(paths))

    def correct(self) -> None:
        """Open the panel that says how the file of the table in sight is to be read."""
        self.corrections.open()

    def focus_find(self) -> None:
        if self.find_table.isVisible():
            self.find_table.setFocus()
            self.find_table.selectAll()

    def next_flag(self) -> None:
        """F8: a table with something noticed that was not looked at yet; after the last, the fields."""
        waiting = [s for s in self.list_model.every() if s.notices and s.name not in self._seen]
        if waiting:
            self._show_sheet_of(waiting[0])
        else:
            self.session.page_requested.emit("fields")

    def state(self) -> StepState:
        if self.session.survey is not None:
            return StepState("done", "Done")
        if self.session.busy:
            return StepState("waiting", "Reading")
        failure = self.session.failure
        if failure is not None and failure.stage == "open":
            if failure.code == "password":
                return StepState("attention", "Needs a password")
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
        lines = [first, "Next: say who gets it, and why."]
        if said := self.session.covered_said():  # then they are not as the file has them
            lines[:1] = [f"{sentence.rstrip('.')}." for sentence in said.split(". ")]
        every = self.list_model.every()
        stops, hidden = sum(s.stops for s in every), sum(s.hidden for s in every)
        if stops:
            found = counted(stops, "thing was found that stops", "things were found that stop")
            lines[:1] = [f"{found} the export until somebody has looked. F8 goes to the next."]
        elif hidden:
            lines[:1] = ["Hidden data was found. Choose it in the list to see what it is and what to do."]
        self.session.show_detail(DetailContent("Nothing has left this computer", tuple(lines)))

    # -- what happened ---------------------------------------------------------------------------
    def _opened(self, _export: object) -> None:
        self.empty.show_failure(None)
        self.password.put_away()
        self._whole_shown = False
        self._seen.clear()
        self.find_table.clear()
        self._show_state()
        self._explain()

    def _cover(self) -> None:
        """What may be read is something else now."""
        hidden = raw_hidden(self.session)
        self.rows_model.hide(hidden)
        self.sheet.correction.cover(hidden)

    def _first_rows(self, table: str) -> None:
        sheet = self.sheet.sheet
        if sheet is not None and table == sheet.name and table in self.session.first_rows:
            self.sheet.set_rows(self.session.first_rows[table])

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
            self.empty.show_recent()
        self._show_state()
        self._explain()

    def _failed(self) -> None:
        self.empty.show_failure(self.session.failure, self.session.password_was_wrong)
        self._show_state()

    def _closed(self) -> None:
        self.empty.show_failure(None)
        self.empty.show_recent()
        self._show_state()

    # -- what is shown ---------------------------------------------------------------------------
    def _show_state(self) -> None:
        export = self.session.export
        if not (self.session.rereading and export is None):
            self._stack.setCurrentIndex(1 if export is not None else 0)
        self.empty.set_reading(self.session.busy)
        self.sheet.setEnabled(export is not None)
        if export is None:
            return
        survey = self.session.survey
        self.heading.setText(heading(export))
        fields = sum(len(t.fields) for t in export.tables)
        facts = [counted(len(export.tables), "table")] if len(export.tables) > 1 else []
        facts.append(counted(fields, "field"))
        found = sheets(export, survey, told=self.session.numbers is not None, profile=self.session.profile)
        if survey is None:
            facts.append("the rest is being read; these are the first rows")
        elif any(sheet.withheld for sheet in found):
            facts.append("everything is read")
        else:
            facts.append(self._counts(survey))
        noticed = [notice for sheet in found for notice in sheet.notices]
        if noticed:
            facts.append(stated(noticed, len(noticed)))
        self.facts.setText(", ".join(facts))
        self.next.setEnabled(bool(export.tables))
        self.corrections.show_read_as()
        self._show_list(found)

    def _counts(self, survey: Survey) -> str:
        """Patients only after the person said what their search showed: see `sheets`."""
        rows = counted(survey.rows, "row") if survey.rows else "no row"
        if self.session.numbers is None:
            return rows
        return f"{rows}, {counted(self.session.numbers.patients_in, 'patient')}"

    def _show_list(self, found: list[Sheet]) -> None:
        self._filling = True
        self.list_model.set_sheets(found)
        self.list.setColumnWidth(1, 76)
        self._filling = False
        self.find_table.setVisible(len(found) >= FIND_FROM)
        wanted = ALL if self._whole_shown else self.session.current_table
        sheet = next((s for s in found if s.name == wanted), found[-1] if found else None)
        if sheet is not None:
            self._show_sheet(sheet)
        self._fit()

    def _show_sheet_of(self, sheet: Sheet) -> None:
        self._whole_shown = sheet.name == ALL
        if sheet.name and sheet.name != self.session.current_table:
            self.session.set_table(sheet.name)  # comes back as table_changed
        else:
            self._show_sheet(sheet)

    def _show_sheet(self, sheet: Sheet) -> None:
        every = self.list_model.every()
        whole = next((s for s in every if s.name == ALL), None)
        more = whole.notices if whole is not None and self._narrow_page() and sheet.name else ()
        self.sheet.set_sheet(sheet, alone=len(every) == 1, more=more)
        if self.isVisible() and self.session.survey is not None:
            self._seen.add(sheet.name)
        if sheet.name in self.session.first_rows:
            self.sheet.set_rows(self.session.first_rows[sheet.name])
        row = self.list_model.row_of(sheet.name)
        if row >= 0 and self.list.currentIndex().row() != row:
            self._filling = True
            self.list.setCurrentIndex(self.list_model.index(row, 0))
            self._filling = False

    def _listed(self, index: QModelIndex) -> None:
        sheet = self.list_model.sheet(index.row())
        if sheet is not None and not self._filling:
            self._show_sheet_of(sheet)

    def _narrow(self, text: str) -> None:
        self._filling = True
        self.list_model.set_find(text)
        if self.sheet.sheet is not None and (row := self.list_model.row_of(self.sheet.sheet.name)) >= 0:
            self.list.setCurrentIndex(self.list_model.index(row, 0))
        self._filling = False

    def _table_changed(self, name: str) -> None:
        self._whole_shown = False
        sheet = next((s for s in self.list_model.every() if s.name == name), None)
        if sheet is not None:
            self._show_sheet(sheet)
            self._explain()
        self._fit()

    # -- size ------------------------------------------------------------------------------------
    def _narrow_page(self) -> bool:
        return self.width() < NARROW

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        many = len(self.list_model.every()) > 1
        self.list_box.setVisible(many and not self._narrow_page())
        self.tables.setVisible(many and self._narrow_page())
        self.list_box.setFixedWidth(440 if self.width() < 1500 else 520)
        self.list.setColumnWidth(0, 214 if self.width() < 1500 else 300)
