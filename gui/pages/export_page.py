"""Export: one page to read before the file is saved, and what was saved after."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gui import ask
from gui.formatting import counted
from gui.models import review
from gui.pages.page import Page, StepState
from gui.session import Session
from gui.state import DetailContent
from gui.widgets.banners import FailureCard
from gui.widgets.check_list import CheckList
from gui.widgets.empty import EmptyState
from gui.widgets.finished import FinishedCard
from gui.widgets.folded_names import FoldedNames
from gui.widgets.key_file import KeyFile
from gui.widgets.scroll import column, line, scrolling
from gui.widgets.text import ElidedLabel, card, label

if TYPE_CHECKING:
    from core.model import Gate

FORMATS = (("csv", "CSV, opens in anything"), ("xlsx", "Excel workbook"))
SIDE_BY_SIDE_FROM = 820


def default_folder() -> Path:
    """Where releases go until a person chooses another place."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found or Path.home()) / "Threshold"


#: Gates that a choice on the Fields page settles.
_IN_FIELDS = frozenset(
    ("something-leaves", "only-as", "no-patient", "dates-moved", "confidential-address", "free-text")
)


class ExportPage(Page):
    """What leaves at the left, the checks at the right, where it goes and the main button below."""

    page_id = "export"
    title = "Export"
    question = "Are you content that this leaves?"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.folder = default_folder()
        self._confirm_boxes: dict[str, QCheckBox] = {}
        self._stack = QStackedLayout(self)
        self.empty = EmptyState(
            "What leaves will be summed up here",
            "Open a file and say who gets it; then read this page once and save.",
            "Say who gets it",
            lambda: session.page_requested.emit("going_to" if session.export is not None else "open"),
        )
        self.finished = FinishedCard()
        self.finished.open_folder.connect(self.open_folder)
        self.finished.start_again.connect(self.start_again)
        for widget in (self.empty, self._build(), scrolling(self.finished, "Saved")):
            self._stack.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.refresh)
        for signal in (
            session.plan_changed, session.survey_ready, session.busy_changed, session.export_finished,
            session.closed, session.decision_made, session.failed, session.key_changed,
            session.queue_changed, session.seen_changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self._timer.start())
        self.refresh()

    # -- building --------------------------------------------------------------------------------
    def _build(self) -> QWidget:
        page = QWidget()
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        inner = QWidget()
        self._whole = whole = QVBoxLayout(inner)
        whole.setContentsMargins(0, 0, 4, 0)
        whole.setSpacing(10)
        self.failure_card = FailureCard("Close")
        self.failure_card.dismissed.connect(self.dismiss)
        whole.addWidget(self.failure_card)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(14)
        top = Qt.AlignmentFlag.AlignTop
        self._columns.addWidget(self._build_left(), 1, top)
        self._columns.addWidget(self._build_right(), 1, top)
        whole.addLayout(self._columns)
        whole.addStretch(1)
        outer.addWidget(scrolling(inner, "Export"), 1)
        outer.addWidget(self._build_foot())
        return page

    def _build_left(self) -> QWidget:
        left = card("what_leaves")
        layout = QVBoxLayout(left)
        layout.setContentsMargins(18, 14, 18, 16)
        layout.setSpacing(10)
        layout.addWidget(label("What leaves", "heading"))
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(14)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnStretch(1, 1)
        layout.addLayout(self._facts)
        self.fields = FoldedNames("field")
        self.fields.setParent(left)
        self.fields.toggled.connect(lambda _on: self._fill_facts())
        self._left_out_title = label("Left out, and why", "heading")
        layout.addSpacing(4)
        layout.addWidget(self._left_out_title)
        self._left_out = QGridLayout()
        self._left_out.setHorizontalSpacing(14)
        self._left_out.setVerticalSpacing(6)
        self._left_out.setColumnStretch(1, 1)
        layout.addLayout(self._left_out)
        return left

    def _build_right(self) -> QWidget:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.confirm_card = card("confirm", "warn")
        confirm = QVBoxLayout(self.confirm_card)
        confirm.setContentsMargins(18, 12, 18, 12)
        confirm.setSpacing(6)
        confirm.addWidget(label("Please look at these and tick what is right", "heading", wrap=True))
        self._confirm = QVBoxLayout()
        self._confirm.setSpacing(4)
        confirm.addLayout(self._confirm)
        column.addWidget(self.confirm_card)
        holder = card("checks")
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(18, 14, 18, 16)
        layout.setSpacing(10)
        layout.addWidget(label("Checks before it is saved", "heading"))
        self.checks = CheckList("Checks before it is saved")
        layout.addWidget(self.checks)
        under = QWidget()
        key = QVBoxLayout(under)
        key.setContentsMargins(0, 0, 0, 0)
        key.setSpacing(6)
        self.key_file = KeyFile(self.session, note=False)
        self.make_copy = QPushButton("Make a copy of the key...")
        self.make_copy.clicked.connect(self.session.keys_wanted.emit)
        key.addWidget(self.key_file)
        key.addWidget(self.make_copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.checks.put_under(review.KEY_CHECK, under)
        column.addWidget(holder)
        return right

    def _build_foot(self) -> QFrame:
        """Where it is saved, in which format, and the main button."""
        self._foot = card("save_bar")
        self._foot_row = QHBoxLayout(self._foot)
        self._foot_row.setContentsMargins(16, 8, 12, 8)
        self._foot_row.setSpacing(12)
        self._where, words = column(spacing=4)
        folder, where = line(8)
        where.addWidget(label("Save in", "muted"))
        self.folder_label = ElidedLabel(str(self.folder), "strong")
        where.addWidget(self.folder_label, 1)
        words.addWidget(folder)
        choice, formats = line(14)
        formats.addWidget(label("Format", "muted"))
        self._formats = QButtonGroup(self)
        self.format_buttons: dict[str, QRadioButton] = {}
        for key, text in FORMATS:
            button = QRadioButton(text)
            button.setAccessibleName(f"Format: {text}")
            button.toggled.connect(lambda on, k=key: self.session.set_format(k) if on else None)
            self._formats.addButton(button)
            self.format_buttons[key] = button
            formats.addWidget(button)
        formats.addStretch(1)
        words.addWidget(choice)
        self._foot_row.addWidget(self._where, 1)
        self.change = QPushButton("Change folder")
        self.change.clicked.connect(self.choose_folder)
        self.save = QPushButton("Save the redacted file")
        self.save.setProperty("main", True)
        self.save.clicked.connect(self.save_now)
        self._foot_row.addWidget(self.change)
        self._foot_row.addWidget(self.save)
        return self._foot

    # -- what a person can do --------------------------------------------------------------------
    def choose_folder(self) -> None:
        chosen = ask.folder_to_save(self, self.folder)
        if chosen is not None:
            self.set_folder(chosen)

    def set_folder(self, folder: Path) -> None:
        self.folder = folder
        self.folder_label.set_whole(str(folder))

    def save_now(self) -> None:
        """Write the release, if every check holds."""
        if review.ready(self.session):
            self.session.failure = None
            self.session.save_release(self.folder)

    def open_folder(self) -> None:
        result = self.session.release
        if result is not None and not ask.open_folder(Path(result.release)):
            ask.tell(self, "The folder could not be shown", f"Your file is saved in {result.release}.")

    def start_again(self) -> None:
        """Put the file away and begin with another."""
        self.session.close_export()
        self.session.page_requested.emit("open")

    def dismiss(self) -> None:
        self.session.failure = None
        self.refresh()

    def next_flag(self) -> None:
        """To the first thing that still wants a tick."""
        for box in self._confirm_boxes.values():
            if not box.isChecked():
                box.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return
        self.save.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- showing ---------------------------------------------------------------------------------
    def state(self) -> StepState:
        if self.session.release is not None:
            return StepState("done", "Saved")
        if self.session.plan is None:
            return StepState("to_do", "To do")
        if self.session.jobs.running("export"):
            return StepState("waiting", "Saving")
        stops = sum(not g.passed for g in self.session.gates)
        if stops:
            return StepState("attention", f"{counted(stops, 'check')} to pass")
        if review.nothing_leaves(self.session):
            return StepState("attention", "No row would leave")
        return StepState("to_do", "Ready to save")

    def shown(self) -> None:
        self.refresh()
        self._explain()

    def refresh(self) -> None:
        """Read the session again."""
        session = self.session
        if session.release is not None:
            self.finished.show_result(
                session.release, session.recipient, review.release_checks(session.release)
            )
            self._stack.setCurrentIndex(2)
            if self.isVisible():
                self._explain()
            return
        self._stack.setCurrentIndex(1 if session.plan is not None else 0)
        self.empty.set_working(session.plan is None and (session.busy or session.planning))
        self.empty.button.setText("Say who gets it" if session.export is not None else "Open a file")
        if session.plan is None:
            return
        failure = session.failure
        self.failure_card.show_failure(failure if failure is not None and failure.stage == "export" else None)
        self._fill_facts()
        gone = review.left_out(session)
        self._left_out_title.setVisible(bool(gone))
        _fill_grid(self._left_out, gone, strong=0)
        self.make_copy.setVisible(not session.key_note)
        self.checks.set_checks(review.checks(session))
        self._fill_confirm()
        self.format_buttons[session.format].setChecked(True)
        for button in self.format_buttons.values():
            button.setEnabled(not session.publishes_counts or button is self.format_buttons[session.format])
        self.save.setEnabled(review.ready(session))
        self.save.setText("Saving" if session.jobs.running("export") else "Save the redacted file")
        if self.isVisible():
            self._explain()

    def _fill_facts(self) -> None:
        """Who gets what, and last the fields: those keep their place, with the keyboard in them."""
        found, fields = review.facts(self.session), self.fields
        fields.set_names(*review.fields_leaving(self.session))
        told = [*found, ("Fields", fields.words())] if found and not self.session.publishes_counts else found
        _fill_grid(self._facts, told, strong=1, keep=(fields,))
        self._facts.addWidget(fields, len(told), 1, Qt.AlignmentFlag.AlignLeft)
        fields.setVisible(len(told) > len(found) and fields.folds())

    def _fill_confirm(self) -> None:
        wanted = review.to_confirm(self.session)
        self.confirm_card.setVisible(bool(wanted))
        if [w.token for w in wanted] != list(self._confirm_boxes):
            for box in self._confirm_boxes.values():
                box.hide()
                box.deleteLater()
            self._confirm_boxes = {}
            for item in wanted:
                box = QCheckBox(item.words)
                box.clicked.connect(lambda on, t=item.token: self.session.confirm(t, on))
                self._confirm_boxes[item.token] = box
                self._confirm.addWidget(box)
        for item in wanted:
            self._confirm_boxes[item.token].setChecked(item.confirmed)

    def _explain(self) -> None:
        session = self.session
        if session.release is not None or session.plan is None:
            session.show_detail(None)
            return
        stops = [g for g in session.gates if not g.passed]
        if stops:
            first = stops[0]
            title = f"Not yet: {review.gate_name(first).lower()}"
            action = self._remedy(first)
            session.show_detail(
                DetailContent(title, (review.gate_words(session, first),), (action,), action[0], "amber")
            )
            return
        lines = (
            "Two folders: 'send' with the data and a covering note, 'keep' with the record for the practice.",
            "The file is written, opened again and searched for leaks before it gets its name.",
        )
        session.show_detail(DetailContent("What will be saved", lines))

    def _remedy(self, gate: Gate) -> tuple[str, Callable[[], object]]:
        """What a person can do about a gate that does not hold."""
        if gate.name in review.TICKED:
            return "Go to the tick boxes  F8", self.next_flag
        if gate.name == "key-backup":
            return "Go to the key", self.session.keys_wanted.emit
        if gate.name == "closed-programme" or gate.name.startswith("recipient"):
            return "Look in the book of recipients", self._open_book
        if gate.name in _IN_FIELDS:
            return "Go to Fields", lambda: self.session.page_requested.emit("fields")
        if gate.name == "counts-only" and self.session.publishes_counts:
            return "See the number", lambda: self.session.page_requested.emit("side_by_side")
        return "Correct it in Going to", lambda: self.session.page_requested.emit("going_to")

    def _open_book(self) -> None:
        found = self.session.recipients.entry(self.session.recipient)
        self.session.recipients_wanted.emit("" if found is None else found[0])

    def confirm_boxes(self) -> dict[str, QCheckBox]:
        """The tick boxes now shown, by what they confirm."""
        return dict(self._confirm_boxes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window one column, with the folder and the format at its end."""
        super().resizeEvent(event)
        beside = self.width() >= SIDE_BY_SIDE_FROM
        if beside == (self._where.parentWidget() is self._foot):
            return
        if beside:
            self._columns.setDirection(QBoxLayout.Direction.LeftToRight)
            self._foot_row.insertWidget(0, self._where, 1)
        else:
            self._columns.setDirection(QBoxLayout.Direction.TopToBottom)
            self._whole.addWidget(self._where)


def _fill_grid(
    grid: QGridLayout, lines: list[tuple[str, str]], *, strong: int, keep: Collection[QWidget] = ()
) -> None:
    """Captions and words as two columns of plain text; what is to be kept is taken out, and stays."""
    while (item := grid.takeAt(0)) is not None:
        if (old := item.widget()) is not None and old not in keep:
            old.hide()
            old.deleteLater()
    top = Qt.AlignmentFlag.AlignTop
    for row, texts in enumerate(lines):
        for place, text in enumerate(texts):
            role = "strong" if place == strong else "muted"
            made = label(text, "" if texts[0] == "Fields" and place else role, wrap=place == 1)
            grid.addWidget(made, row, place, top)
