"""Patients: a short queue of people who need a judgement, and one patient's record on both sides."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedLayout

from gui.formatting import count
from gui.pages.page import Page, StepState
from gui.session import Session
from gui.widgets.empty import EmptyState


class PatientsPage(Page):
    """The queue at the left, one patient in two columns; the strip below explains and decides."""

    page_id = "patients"
    title = "Patients"
    question = "Should this person's record go?"
    help = "patients"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._stack = QStackedLayout(self)
        self.empty = EmptyState(
            "Patients who need a judgement will be listed here",
            "A short list, the most pressing first. Each patient's record stands beside what would leave.",
            "Say who gets it",
            lambda: session.page_requested.emit("going_to" if session.export is not None else "open"),
        )
        self._stack.addWidget(self.empty)
        session.queue_changed.connect(self.state_changed)
        session.seen_changed.connect(self.state_changed)

    def state(self) -> StepState:
        session = self.session
        if session.preview is None:
            waits = session.survey is None and session.busy
            return StepState("waiting", "Reading") if waits else StepState("to_do", "To do")
        if session.publishes_counts:
            return StepState("done", "Nobody's row leaves")
        left = session.not_looked_at
        if left is None:
            return StepState("waiting", "Being worked out")
        if left:
            return StepState("to_do", f"{count(left)} to see")
        assert session.queue is not None
        return StepState("done", "All seen" if session.queue.entries else "Nobody to see")
