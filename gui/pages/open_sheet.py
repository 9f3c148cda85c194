"""One table of the export on the Open page: what it was taken for, its first rows, what was noticed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.formatting import sentence
from gui.models.first_rows_model import FirstRowsModel
from gui.models.notices import CARE, LOOK, SHOWN, STOPS, Notice, grouped, stated
from gui.models.sheets import Sheet
from gui.models.sheets_model import NoticesModel
from gui.state import DetailContent, FirstRows
from gui.widgets.correction import CorrectionPanel
from gui.widgets.tables import ROW_PX, PlainTable
from gui.widgets.text import ElidedLabel, card, label

if TYPE_CHECKING:
    from gui.reading import Correctable

EACH, SORTS = "Show each line", "Show fewer"
PREVIEW = "As it would be read. Nothing is changed until you press Use this."
MOST_EACH = 2_000
MOST_TALL = 8


class NoticeList(QFrame):
    """What was noticed, worst first: one row for each sort, or each line on request."""

    chosen = Signal(object)  # Notice

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self._every: list[Notice] = []
        self._each = False
        self._filling = False
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 8)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.title = label("", "strong", wrap=True)
        self.more = QPushButton(EACH)
        self.more.setProperty("quiet", True)
        self.more.clicked.connect(self._toggle)
        head.addWidget(self.title, 1)
        head.addWidget(self.more)
        column.addLayout(head)
        self.model = NoticesModel()
        self.view = PlainTable("What was noticed")
        self.view.setModel(self.model)
        self.view.verticalHeader().setVisible(False)
        self.view.horizontalHeader().setVisible(False)
        self.view.horizontalHeader().setStretchLastSection(True)
        self.view.clicked.connect(self._tell)
        self.view.selectionModel().currentChanged.connect(lambda now, _old: self._tell(now))
        column.addWidget(self.view)
        self.setVisible(False)

    @property
    def each(self) -> bool:
        """Whether every line is listed."""
        return self._each

    def set_notices(self, found: Sequence[Notice]) -> None:
        self._every, self._each = list(found), False
        self._fill()

    def shown(self) -> int:
        """How many things the rows in the list stand for."""
        rows = (self.model.notice(row) for row in range(self.model.rowCount()))
        return sum(notice.times for notice in rows if notice is not None)

    def _toggle(self) -> None:
        self._each = not self._each
        self._fill()

    def _fill(self) -> None:
        sorts = grouped(self._every)
        rows = self._every[:MOST_EACH] if self._each else sorts[:SHOWN]
        self._filling = True
        self.model.set_notices(rows)
        if rows:
            self.view.setCurrentIndex(self.model.index(0, 0))  # screen readers need a place to start from
        self._filling = False
        self.setVisible(bool(rows))
        self.title.setText(stated(self._every, self.shown()))
        self.more.setText(SORTS if self._each else EACH)
        self.more.setVisible(self._each or len(self._every) > len(rows))
        metrics = self.view.fontMetrics()
        words = [n.word for n in rows] or [""]
        places = [n.place for n in rows] or [""]
        self.view.setColumnWidth(0, max(metrics.horizontalAdvance(w) for w in words) + 48)
        self.view.setColumnWidth(1, min(300, max(metrics.horizontalAdvance(p) for p in places) + 24))
        tall = min(len(rows), MOST_TALL if self._each else SHOWN)
        self.view.setFixedHeight(max(1, tall) * ROW_PX + 4)
        self.view.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded
            if len(rows) > tall
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setAccessibleName(self.title.text())

    def _tell(self, index: QModelIndex) -> None:
        notice = self.model.notice(index.row())
        if notice is not None and not self._filling:
            self.chosen.emit(notice)


class TableSheet(QWidget):
    """The sheet of one table. It shows; the page does."""

    explained = Signal(object)  # DetailContent
    wrong_pressed = Signal()
    password_wanted = Signal(str)  # a file of the folder or archive
    correcting = Signal(bool)  # the panel that corrects opened or closed

    def __init__(self) -> None:
        super().__init__()
        self._sheet: Sheet | None = None
        self._rows = FirstRows((), [])
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = card()
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(1)
        self.name = ElidedLabel("", "strong")
        self.taken_for = label("", wrap=True)
        self.facts = label("", "small", wrap=True)
        for line in (self.name, self.taken_for, self.facts):
            words.addWidget(line)
        row.addLayout(words, 1)
        self.why = QPushButton("How is that known?")
        self.why.setProperty("quiet", True)
        self.why.clicked.connect(self.explain)
        self.wrong = QPushButton("This is read wrongly...")
        self.wrong.setProperty("quiet", True)
        self.wrong.clicked.connect(self.wrong_pressed)
        row.addWidget(self.why)
        row.addWidget(self.wrong)
        self.head = head
        column.addWidget(head)
        self.correction = CorrectionPanel()
        column.addWidget(self.correction)
        self.looked_at = label(PREVIEW, "small", wrap=True)
        self.looked_at.setVisible(False)
        column.addWidget(self.looked_at)
        self.rows_model = FirstRowsModel()
        self.rows_view = PlainTable("First rows of the file")
        self.rows_view.setModel(self.rows_model)
        self.rows_view.setMinimumHeight(4 * ROW_PX + 20)
        self.rows_view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        column.addWidget(self.rows_view, 1)
        self.notices = NoticeList()
        self.notices.chosen.connect(self._tell)
        column.addWidget(self.notices)
        self._end = QWidget()
        column.addWidget(self._end)

    @property
    def sheet(self) -> Sheet | None:
        return self._sheet

    def set_sheet(self, sheet: Sheet, *, alone: bool, more: Sequence[Notice] = ()) -> None:
        """Show this table. `alone`: it is the only one, and the page's head says its name and size already.
        `more` are notices of the whole export, where there is no list to find them in."""
        same = self._sheet is not None and self._sheet.name == sheet.name
        before, self._sheet = self._sheet, sheet
        self.name.set_whole(sheet.title)
        self.name.setVisible(not alone)
        self.facts.setText(sheet.facts)
        self.facts.setVisible(not alone)
        self.taken_for.setText(sheet.taken_for)
        self.taken_for.setVisible(bool(sheet.taken_for))
        self.why.setVisible(bool(sheet.evidence))
        self.wrong.setVisible(bool(sheet.name))
        self.rows_view.setVisible(bool(sheet.name))
        self._end.setVisible(not sheet.name)
        self._column.setStretchFactor(self._end, 0 if sheet.name else 1)
        found = (*more, *sheet.notices)
        if not same or before is None or before.notices != sheet.notices:
            self.notices.set_notices(found)
        if not same:
            self.close_correction()

    def set_rows(self, rows: FirstRows) -> None:
        """The first rows as they are read now."""
        self._rows = rows
        if not self.correction.isVisible():
            self._show(rows)

    def show_look(self, rows: FirstRows) -> None:
        """The first rows as they would be read."""
        self.looked_at.setVisible(True)
        self._show(rows)

    def open_correction(self, subject: Correctable) -> None:
        """Show the panel that says how the file is to be read, in the place of what was noticed."""
        self.correction.open_for(subject)
        self.notices.setVisible(False)
        self.correcting.emit(True)
        self.explained.emit(CORRECTING)

    def close_correction(self) -> None:
        was_open = self.correction.isVisible()
        self.correction.setVisible(False)
        self.looked_at.setVisible(False)
        self.notices.setVisible(bool(self.notices.shown()))
        self._show(self._rows)
        if was_open:
            self.correcting.emit(False)
            self.wrong.setFocus()

    def _show(self, rows: FirstRows) -> None:
        self.rows_model.set_rows(rows)
        self.rows_view.fit_columns()

    def _tell(self, notice: Notice) -> None:
        ask = (("Type its password", lambda: self.password_wanted.emit(notice.where)),)
        self.explained.emit(about(notice, ask if notice.wants_password else ()))

    def explain(self) -> None:
        """Why the table was taken for what it was, in the strip."""
        sheet = self._sheet
        if sheet is not None:
            self.explained.emit(DetailContent(sheet.taken_for, (sentence(sheet.evidence), WRONG_HINT)))


CORRECTING = DetailContent(
    "Say how the file is to be read",
    (
        "The rows show what comes of it. Nothing changes until you press Use this, and Undo takes it back.",
        "Threshold remembers it for files of the same shape. It keeps a fingerprint of the field names, and "
        "never what is in the file or what it is called.",
    ),
)
WRONG_HINT = "If it is something else, press 'This is read wrongly...' and say what it is."


def about(notice: Notice, actions: tuple[tuple[str, Callable[[], object]], ...] = ()) -> DetailContent:
    """One thing that was noticed, for the strip: what, why it matters, what to do."""
    where = notice.place if not notice.lines else f"{notice.where}, {notice.place}"
    accent = {STOPS: "red", CARE: "amber", LOOK: "amber"}.get(notice.rank, "blue")
    if notice.hidden:
        accent = "red"
    lines = tuple(text for text in (notice.why, notice.todo) if text)
    return DetailContent(f"{where}: {notice.what}", lines, actions, accent=accent)
