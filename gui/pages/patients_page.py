"""Patients: a short queue of people who need a judgement, and one patient's record on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from gui import accessibility
from gui.by_hand import seen_of
from gui.formatting import count, counted, one_line
from gui.models.queue_model import FOR_A_GP, GP_WORDS, ONLY_A_GP
from gui.models.record_lines import Line
from gui.pages.page import Page, StepState
from gui.pages.patients_for_gp import SOMEBODY_ELSE, TITLE, ForAGpOnly
from gui.pages.patients_front import PatientsFront
from gui.pages.patients_judging import Judging
from gui.pages.patients_keys import PatientsKeys
from gui.pages.patients_list import NOBODY, PatientsList, found_words
from gui.reviewing import Looker
from gui.session import Session
from gui.showing import HIDDEN
from gui.state import Failure
from gui.widgets.empty import EmptyState
from gui.widgets.patient_search import PatientSearch

if TYPE_CHECKING:
    from core.patients import Found, PatientRecord

SLOW_MS = 150
BESIDE_FROM = 760  # narrower, the queue and the record take turns


class PatientsPage(Page):
    """The queue at the left, one patient in two columns; the strip below explains and decides."""

    page_id = "patients"
    title = "Patients"
    question = "Should this person's record go?"
    help = "patients"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.patient = NOBODY
        self._finding = ""
        self.judging = Judging(session, self.show_record)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self._say_opening)
        self._stack = QStackedLayout(self)
        self.empty = EmptyState(
            "Patients who need a judgement will be listed here",
            "A short list, the most pressing first. Each patient's record stands beside what would leave.",
            "Say who gets it",
            lambda: session.page_requested.emit("going_to" if session.export is not None else "open"),
        )
        self.front = PatientsFront()
        self.list = PatientsList(self)
        self.keys = PatientsKeys(self)
        self.only_gp = ForAGpOnly(self)
        self.search = PatientSearch()
        self.search.wanted.connect(self.find)
        self.search.left.connect(self.back_to_queue)
        self.search.into_list.connect(lambda: self._focus(self.front.queue.list))
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.front)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        session, queue = self.session, self.front.queue
        self.refresh_after(
            self.refresh, session.survey_ready, session.plan_changed, session.closed, session.export_opened,
            session.queue_changed, session.seen_changed, session.busy_changed,
        )  # fmt: skip
        session.preview_changed.connect(self._read_again)
        session.looker_changed.connect(self._another_looker)
        session.restricted_changed.connect(self.show_record)
        session.raw_hidden_changed.connect(self._covered)
        session.failed.connect(lambda _words: self._not_worked_out())
        session.patient_wanted.connect(self.look_at)
        session.queue_changed.connect(self.state_changed)
        session.seen_changed.connect(self.state_changed)
        queue.chosen.connect(self.open)
        queue.list.into_record.connect(self.into_record)
        queue.back_wanted.connect(self.back_to_queue)
        queue.list.escaped.connect(lambda: self.back_to_queue() if self.list.found else self.into_record())
        queue.page_wanted.connect(session.page_requested.emit)
        queue.looker_wanted.connect(lambda: session.set_looker(None))
        self.front.looker.said.connect(self.set_looker)

    def header_widget(self) -> QWidget | None:
        return self.search

    # -- who is looking --------------------------------------------------------------------------
    def set_looker(self, name: str, role: str) -> None:
        """Take down who is looking; a name that is more than one is asked for again."""
        from gui import records

        good = records.good_name(name)
        if not good:
            self.front.looker.refuse_name()
            return
        self.session.set_looker(Looker(good, "gp" if role == "gp" else "staff"))

    def _another_looker(self) -> None:
        """Nothing that one person opened stays open for the next."""
        self.only_gp.tell_of_list()
        self.list.names.clear()
        self.judging.close()
        self.list.found = None
        self.search.clear()
        here, self.patient = self.patient, NOBODY
        wanted = here if here != NOBODY else self.list.after(NOBODY)
        if self.session.looker is not None and wanted != NOBODY:
            self.open(wanted)
        else:
            self.front.forget()
        self.refresh()
        self.keys.tell()

    # -- the list --------------------------------------------------------------------------------
    def find(self, text: str) -> None:
        """Look for any patient; '' goes back to the queue."""
        self._finding = text.strip()
        if not self._finding:
            self.back_to_queue()
        elif self.session.looker is None:
            self.front.to_looker()
        else:
            self.session.find_patients(self._finding, self._have_found)

    def _have_found(self, found: tuple[Found, ...] | Failure) -> None:
        if isinstance(found, Failure):
            self.front.say("The search stopped", found.happened)
            return
        self.list.found = found
        self.list.fill()
        words = found_words(found) + " found" if found else "Nobody found"
        accessibility.announce(self, words)

    def back_to_queue(self) -> None:
        """Show those to look at again, the keyboard on the record."""
        self.session.jobs.cancel("find patients")
        self._finding, self.list.found = "", None
        self.search.clear()
        self.list.fill()
        self._focus(self.front.place_for_keys())

    # -- one patient -----------------------------------------------------------------------------
    def look_at(self, patient: int) -> None:
        """Come to the front with this patient, from another page."""
        self.session.page_requested.emit(self.page_id)
        self.open(patient)

    def open(self, patient: int) -> None:
        """Open a patient's record; it is written down first that somebody looks."""
        if patient == ONLY_A_GP:
            self._not_for_you()
            return
        self.patient = patient
        self.judging.close()
        self.front.queue.choose(patient)
        if self.session.looker is None:
            self.front.to_looker()
            return
        if self.front.record_shown():
            self._slow.start()  # what was read ahead is there before anything could flicker
        else:
            self._say_opening()
        self.session.open_patient(patient, lambda record: self._opened(patient, record))

    def _not_for_you(self) -> None:
        """What was typed fits a record that only a GP opens: whose, and which code it has, is not said."""
        self.patient = NOBODY
        self.judging.close()
        self.front.say(TITLE, SOMEBODY_ELSE)
        self.keys.tell()

    def _say_opening(self) -> None:
        """The record takes a while: nothing of the one before stays in sight."""
        if self.judging.record is None and self.patient != NOBODY:
            self.front.opening()
            self.keys.tell()

    def _opened(self, patient: int, record: PatientRecord | Failure) -> None:
        if patient != self.patient or self.session.looker is None:
            return
        self._slow.stop()
        if isinstance(record, Failure):
            self.front.say(
                "The record is not shown", record.happened, "Try again", lambda: self.open(patient)
            )
            return
        if record.needs_gp and not self.session.gp_looks:
            nxt = self.list.after(patient)
            self.front.say(
                TITLE,
                SOMEBODY_ELSE,
                "Next patient" if nxt != NOBODY else "",
                lambda: self.open(nxt),
            )
            self.session.read_ahead(nxt) if nxt != NOBODY else None
            return
        self.list.names[patient] = record.name
        entry = self.list.entry_of(patient)
        self.judging.open(record, [reason.id for reason in entry.reasons] if entry is not None else ())
        self.front.pane.list.show_lines([])
        self.show_record()
        self.list.fill()
        self._read_ahead()

    def _read_ahead(self) -> None:
        nxt = self.list.after(self.patient)
        if nxt != NOBODY:
            self.session.read_ahead(nxt)

    def _read_again(self) -> None:
        """Under another plan something else leaves: the same record, read again."""
        if self.session.preview is None:
            self.patient = NOBODY
            self.judging.close()
        elif self.judging.record is not None:
            patient = self.patient
            self.session.read_patient(patient, lambda record: self._have_again(patient, record))

    def _have_again(self, patient: int, record: PatientRecord | Failure) -> None:
        if patient == self.patient and not isinstance(record, Failure) and self.judging.record is not None:
            self.judging.again(record)
            self.show_record()
            self._read_ahead()

    def _not_worked_out(self) -> None:
        self.judging.forget_waiting()
        self.show_record()

    def _covered(self) -> None:
        """What may be read is another: nothing typed into the search stays in sight either."""
        self.search.cover(self.session.raw_hidden)
        self.list.fill()
        self.show_record()

    def show_record(self) -> None:
        """Draw the record in front again; the keyboard stays where it is."""
        record = self.judging.record
        if record is None:
            return
        entry = self.list.entry_of(self.patient)
        gp = self.session.gp_looks
        hidden = entry is not None and not gp and any(r.id in FOR_A_GP for r in entry.reasons)
        reasons = () if entry is None else (f"{GP_WORDS}.",) if hidden else [r.text for r in entry.reasons]
        if record.left_out:
            why = record.left_out[:1].lower() + record.left_out[1:]
            reasons = (*reasons, why if why.startswith("left out") else f"Left out as a whole: {why}")
        seen = seen_of(self.session.choices, record.code)
        state = f"Seen {seen.at[11:16]} by {seen.by}" if seen is not None else "Not looked at"
        if entry is not None:
            state = f"{self.list.entries.index(entry) + 1:,} of {len(self.list.entries):,}  {state}"
        name = HIDDEN if self.session.raw_hidden else one_line(record.name, 120) or "No name in the file"
        self.front.head.show_patient(name, record.code, tuple(reasons), state, done=seen is not None)
        self.front.pane.set_outgoing(self.session.recipient, self.session.tier)
        self.front.show_record(self.judging.lines(), record, covered=self.session.raw_hidden)
        self.keys.tell()

    def current(self) -> Line | None:
        """The line that the keyboard is on."""
        return self.front.pane.list.current_line()

    def marked(self, words: str) -> None:
        """Who may open the record in front is another: it is opened again, by whoever may."""
        accessibility.announce(self, words)
        if self.patient != NOBODY:
            self.open(self.patient)

    def seen_next(self) -> None:
        """The main button: this record was looked at; the next one, please."""
        record = self.judging.record
        if record is None:
            return  # still being opened: nobody has seen it
        if self.session.raw_hidden:
            self.keys.say("What the practice holds is covered: show it before you say that it was seen.")
            return
        self.session.mark_seen(record.code)
        self.go_on(1)

    def go_on(self, step: int, *, unseen: bool = True) -> None:
        """To the next patient, or the one before."""
        self.list.found = None
        self.search.clear()
        wanted = self.list.after(self.patient, step, unseen=unseen)
        if wanted != NOBODY:
            self.open(wanted)
        elif step > 0 and unseen:
            self.finished()

    def finished(self) -> None:
        """Everybody was looked at."""
        self.judging.close()
        self.patient = NOBODY
        self.list.fill()
        by_hand = self.session.by_hand
        out = counted(by_hand, "patient or entry is", "patients and entries are") if by_hand else "Nothing is"
        self.front.say(
            f"All {counted(len(self.list.entries), 'patient')} looked at",
            f"{out} left out by hand. Any other patient can be found with Ctrl+F.",
            "Go to Export",
            lambda: self.session.page_requested.emit("export"),
        )
        self.keys.tell()

    # -- for the window --------------------------------------------------------------------------
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

    def shown(self) -> None:
        self.refresh()
        if self.session.looker is not None and self.patient == NOBODY and not self.front.finished_shown():
            wanted = self.list.after(NOBODY)
            if wanted != NOBODY:
                self.open(wanted)
        if self._stack.currentWidget() is self.front:
            self._focus(self.front.place_for_keys())
        self.keys.tell()

    def refresh(self) -> None:
        """Read the session again."""
        session = self.session
        ready = session.preview is not None and not session.publishes_counts
        self.search.setEnabled(ready)
        self._stack.setCurrentWidget(self.front if ready else self.empty)
        if not ready:
            self.patient = NOBODY
            self.list.forget()
            self.judging.close()
            self.front.forget()
            self._say_why_empty()
            return
        if session.queue is not None:
            self.list.take(session.queue)
        self.list.fill()
        if session.looker is None:
            self.front.to_looker()
        elif self.patient == NOBODY and not self.front.finished_shown():
            wanted = self.list.after(NOBODY)
            if wanted != NOBODY and self.isVisible():
                self.open(wanted)
            elif session.queue is not None and wanted == NOBODY:
                self.front.say(*self.list.words())
        self.show_record()

    def _say_why_empty(self) -> None:
        session = self.session
        self.empty.set_working(session.preview is None and (session.busy or session.planning))
        self.empty.button.setText("Say who gets it" if session.export is not None else "Open a file")
        if session.publishes_counts:
            self.empty.title.setText("Nobody's record leaves")
            self.empty.text.setText("Rows are counted and only the counts are published: see Side by side.")
            self.empty.button.setVisible(False)

    def next_flag(self) -> None:
        self.keys.next_to_look_at()

    def focus_find(self) -> None:
        self.search.open()

    def into_record(self) -> None:
        """The keyboard goes from the list of patients to the record."""
        self.front.show_side("record")
        self._focus(self.front.place_for_keys())

    def _focus(self, widget: QWidget) -> None:
        if self.isVisible():
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.front.fit(self.width() >= BESIDE_FROM, low=self.height() < 330)
