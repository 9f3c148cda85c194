"""The parts of the Patients page and which is in front: the list, the record, a message, who is looking."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.models.record_lines import Line
from gui.widgets.notice_bar import NoticeBar
from gui.widgets.page_states import Message
from gui.widgets.patient_head import PatientHead
from gui.widgets.patient_looker import LookerForm
from gui.widgets.patient_queue import QueuePane
from gui.widgets.patient_reasons import ReasonBar
from gui.widgets.patient_record import RecordPane
from gui.widgets.patient_values import ValuesPane

if TYPE_CHECKING:
    from core.patients import PatientRecord

QUEUE_WIDE = 268


class PatientsFront(QWidget):
    """The keyboard never falls out of the page: whatever comes to the front takes it over."""

    another_list = Signal()  # there is no copy of the list of records for a GP: begin another

    def __init__(self) -> None:
        super().__init__()
        self.queue = QueuePane()
        self.queue.setObjectName("scroll_body")
        self.head = PatientHead()
        self.pane = RecordPane()
        self.reasons = ReasonBar()
        self.message = Message()
        self.message.button.setAutoDefault(True)  # Enter goes on, as it does on a record
        self.looker = LookerForm()
        self.values = ValuesPane()
        self.values.back.connect(self.to_record)
        self.head.values.clicked.connect(lambda _c=False: self.show_values())
        self._finished = False
        self._beside = True
        self._low = False
        record = QWidget()
        self._column = QVBoxLayout(record)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.head)
        self._body = QStackedWidget()
        self._body.setObjectName("page_area")
        self._body.addWidget(self.pane)
        self._body.addWidget(self.values)
        self._column.addWidget(self._body, 1)
        self._column.addWidget(self.reasons)
        self._record = record
        self.right = QStackedWidget()
        self.right.setObjectName("page_area")
        for widget in (record, self.message, self.looker):
            self.right.addWidget(widget)
        self.notice = NoticeBar("The list of records for a GP", "Begin another list", self.another_list.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.notice)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.queue)
        row.addWidget(self.right, 1)
        column.addLayout(row, 1)

    # -- which is in front -----------------------------------------------------------------------
    def _to(self, widget: QWidget, keys: QWidget) -> None:
        """Bring a part to the front; the keyboard goes with it if it was in the one before."""
        had = self.window().focusWidget() if self.window() is not None else None
        inside = had is not None and (self.right.isAncestorOf(had) or not had.isVisible())
        self.right.setCurrentWidget(widget)
        if self.isVisible() and inside and keys.isEnabled():
            keys.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Nothing of the record before stays, not even out of sight."""
        self._finished = False
        self.head.show_patient("", "", (), "")
        self.pane.list.show_lines([])
        self.reasons.show_for("", out=False, can=False)
        self._body.setCurrentWidget(self.pane)
        self.reasons.setVisible(not self._low)
        self.values.show_series(())
        self.head.set_values(0)

    def opening(self) -> None:
        """A record is on its way."""
        self.forget()
        self.head.show_patient("Opening", "", (), "")
        if self.right.currentWidget() is not self.looker:
            self._to(self._record, self.pane.list)

    def show_record(self, lines: list[Line], record: PatientRecord, *, covered: bool) -> None:
        """The record's lines, and its measurements where they may be read."""
        self._finished = False
        self.pane.list.show_lines(lines)
        series = () if covered else record.series
        self.values.show_series(series)
        self.head.set_values(len(series))
        if not series and self._body.currentWidget() is self.values:
            self.to_record()
        self._to(self._record, self._place_in_record())

    def say(
        self, heading: str, words: str, button: str = "", act: Callable[[], object] | None = None
    ) -> None:
        """Say this in the record's place."""
        self.forget()
        self._finished = True
        self.message.say(heading, words, button, act)
        self._to(self.message, self.message.button if button else self.queue.list)

    def show_values(self) -> None:
        """Measurements over time in the list's place."""
        if self.values.charts:
            self._body.setCurrentWidget(self.values)
            self.reasons.setVisible(False)
            self.values.switch.setFocus(Qt.FocusReason.OtherFocusReason)

    def to_record(self) -> None:
        """Back from the measurements."""
        self._body.setCurrentWidget(self.pane)
        self.reasons.setVisible(not self._low)
        if self.isVisible():
            self.pane.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def to_looker(self) -> None:
        """Ask who is looking."""
        self._to(self.looker, self.looker.name.edit)

    def record_shown(self) -> bool:
        """Whether a record stands there, and no message or question."""
        return self.right.currentWidget() is self._record

    def finished_shown(self) -> bool:
        """Whether a message stands in the record's place."""
        return self._finished and self.right.currentWidget() is self.message

    def place_for_keys(self) -> QWidget:
        """Where the keyboard belongs now."""
        front = self.right.currentWidget()
        if front is self.looker:
            return self.looker.name.edit
        if front is self.message:
            return self.message.button if not self.message.button.isHidden() else self.queue.list
        return self._place_in_record()

    def _place_in_record(self) -> QWidget:
        return self.values.switch if self._body.currentWidget() is self.values else self.pane.list

    # -- size ------------------------------------------------------------------------------------
    def fit(self, beside: bool, *, low: bool) -> None:
        """List and record beside each other, or in turns where there is no room."""
        self._beside = beside
        self.queue.setMinimumWidth(QUEUE_WIDE if beside else 0)
        self.queue.setMaximumWidth(QUEUE_WIDE if beside else 16_777_215)
        self.pane.set_low(low)
        self.head.set_low(low)
        self._low = low
        self.reasons.setVisible(not low and self._body.currentWidget() is self.pane)
        self._column.setSpacing(4 if low else 8)
        if beside:
            self.queue.setVisible(True)
            self.right.setVisible(True)
        elif self.queue.isVisible() and self.right.isVisible():
            self.show_side("record")

    def show_side(self, side: str) -> None:
        """'queue' or 'record', where only one of them has room."""
        if not self._beside:
            self.queue.setVisible(side == "queue")
            self.right.setVisible(side == "record")
