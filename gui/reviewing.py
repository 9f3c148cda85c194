"""What a session does for single patients: who is looking, whom to look at, one record, who has been seen."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from gui import by_hand
from gui.failures import failure_at
from gui.jobs import Ticket
from gui.keeping import Keeping
from gui.state import Seen

if TYPE_CHECKING:
    from core.patients import Found, PatientRecord, Queue
    from core.preview import Preview

RECORDS_KEPT = 12
QUEUE_SAID = "Finding who should be looked at"
#: After a decision about one patient or row, a queue that takes longer than this is worked out again only
#: after a while: `SHARE` times as long as it takes. Whoever goes through patients is not slowed by it.
QUICK_S, SHARE, LONGEST_WAIT_S = 0.5, 4, 60.0


@dataclass(frozen=True)
class Looker:
    """Who is at the screen, as they said: their name, and whether they are a GP."""

    name: str
    role: Literal["gp", "staff"]

    def words(self) -> str:
        return f"{self.name} ({'GP' if self.role == 'gp' else 'staff'})"


class Reviewing(Keeping):
    """Reads records and the queue in jobs; decisions about single patients go by code, never by name."""

    looker_changed = Signal()
    queue_changed = Signal()  # `queue` says something else
    seen_changed = Signal()
    patient_wanted = Signal(int)  # show this patient on the Patients page

    def __init__(self, parent: QObject | None = None, *, key: object = None) -> None:
        super().__init__(parent, key=key)
        self.looker: Looker | None = None
        self.plan_changed.connect(self._seen_again)
        self.preview_changed.connect(self._another_preview)
        self._queue_late = QTimer(self)
        self._queue_late.setSingleShot(True)
        self._queue_late.timeout.connect(self._queue_again)
        self.decision_made.connect(self._tell_seen)

    def _reset(self) -> None:
        super()._reset()
        self.queue: Queue | None = None  # None until it was worked out
        self.queue_failed = ""  # what is wrong where it could not be
        self._whole_queue: Queue | None = None  # with those who were left out by hand since
        self._listed: frozenset[int] = frozenset()  # whoever was on it under these rules
        self._queue_of: Preview | None = None  # what it was worked out for, or is being
        self._queue_begun = self._queue_took_s = 0.0
        self._records: OrderedDict[int, PatientRecord] = OrderedDict()
        self._told_seen: tuple[Seen, ...] = ()

    # -- who is looking --------------------------------------------------------------------------
    def set_looker(self, looker: Looker | None) -> None:
        """Who is at the screen from now on. What the law restricts is covered again unless it is a GP."""
        self.looker = looker
        if looker is None or looker.role != "gp":
            self.show_restricted(False)
        self._hide_first_rows()
        self.looker_changed.emit()

    @property
    def gp_looks(self) -> bool:
        """Whether whoever is at the screen said that they are a GP."""
        return self.looker is not None and self.looker.role == "gp"

    @property
    def holds_back_as(self) -> str:
        """As they said who they are; a practice's list is a GP's where nobody did."""
        return "practice_manager" if self.looker is not None and not self.gp_looks else "gp"

    def show_restricted(self, yes: bool) -> None:
        """For a GP: show what the law restricts."""
        raise NotImplementedError

    # -- whom to look at -------------------------------------------------------------------------
    def _another_preview(self) -> None:
        """Something else would leave. Where only a patient or a row was left out or kept by hand, the queue
        stands: reading the notes of a large file for every key would stop nobody from leaving."""
        self._records.clear()
        running = self.jobs.running("queue")
        takes = max(self._queue_took_s, time.monotonic() - self._queue_begun if running else 0.0)
        stands = (running or self._whole_queue is not None) and takes > QUICK_S
        if not stands or not by_hand.only_by_hand(self._queue_of, self.preview):
            self._work_out_queue()
            return
        self._show_queue()
        if not self._queue_late.isActive():
            self._queue_late.start(int(1000 * min(SHARE * takes, LONGEST_WAIT_S)))

    def _queue_again(self) -> None:
        """The queue is behind what was decided by hand: work it out again, after what runs."""
        if self.jobs.running("queue"):
            self._queue_late.start()
        else:
            self._work_out_queue()

    def _work_out_queue(self) -> None:
        self._records.clear()
        self._queue_late.stop()
        self.jobs.cancel("queue")
        preview, key = self.preview, self.key
        if not by_hand.only_by_hand(self._queue_of, preview):
            self._listed = frozenset()  # other rules make another list
        self._queue_of, listed = preview, self._listed
        if preview is None or self.publishes_counts:
            self.queue = self._whole_queue = None
            self.queue_changed.emit()
            return

        def work(ticket: Ticket) -> Any:
            from gui import records

            step = lambda done, total: ticket.progress(done, total, QUEUE_SAID)  # noqa: E731
            queue = records.queue(preview, key, step, listed)
            return queue, time.monotonic() - ticket.began

        self._queue_begun = time.monotonic()
        self.jobs.start("queue", work, done=self._have_queue, failed=self._no_queue)

    def _have_queue(self, found: tuple[Queue, float]) -> None:
        self._whole_queue, self._queue_took_s = found
        self._listed |= {entry.patient for entry in self._whole_queue.entries}
        self._show_queue()

    def _show_queue(self) -> None:
        """The queue without those who are left out as a whole by now: nothing of theirs would leave."""
        if self._whole_queue is not None:
            out = self.plan.leave_out_patients if self.plan is not None else ()
            self.queue, self.queue_failed = by_hand.without_people(self._whole_queue, out), ""
            self.queue_changed.emit()

    def stop_queue(self) -> None:
        """Stop finding who should be looked at; it is said that nobody knows."""
        self.jobs.cancel("queue")
        self._queue_late.stop()
        self.queue = self._whole_queue = self._queue_of = None
        self.queue_failed = "You stopped it. It is worked out again after the next decision."
        self.queue_changed.emit()

    def _no_queue(self, error: BaseException) -> None:
        self._whole_queue = self._queue_of = None
        self.queue, self.queue_failed = None, failure_at("plan", error).happened
        self.queue_changed.emit()

    @property
    def not_looked_at(self) -> int | None:
        """How many of the queue nobody has looked at; None while it is not known. Who came to stand alone by
        the last decisions by hand is counted once the queue is worked out again."""
        if self.queue is None:
            return None
        return len(
            {entry.code for entry in self.queue.entries}
            - {seen.code for seen in by_hand.standing(self.choices)}
        )

    # -- one record ------------------------------------------------------------------------------
    def open_patient(self, patient: int, done: Callable[[Any], object]) -> None:
        """Write down that somebody looks at this patient, and read the record; `done` gets it, or a Failure.

        Nothing is handed over before the look stands in the record of looking."""
        looker, kept = self.looker, self._records.get(patient)
        if looker is not None:
            self._read_patient(patient, kept, looker, done)

    def read_patient(self, patient: int, done: Callable[[Any], object]) -> None:
        """Read a record again that is open already, under another plan; `done` gets it, or a Failure."""
        if (kept := self._records.get(patient)) is not None:
            done(kept)
        else:
            self._read_patient(patient, None, None, done)

    def read_ahead(self, patient: int) -> None:
        """Read a record that will be opened next: nobody sees it before."""
        if patient not in self._records and not self.jobs.running(f"patient ahead {patient}"):
            self._read_patient(patient, None, None, lambda _record: None, ahead=True)

    def _read_patient(
        self,
        patient: int,
        kept: PatientRecord | None,
        looker: Looker | None,
        done: Callable[[Any], object],
        ahead: bool = False,
    ) -> None:
        preview, key = self.preview, self.key
        if preview is None:
            return

        def work(_ticket: Ticket) -> Any:
            from gui import records

            record = kept or records.record(preview, key, patient)
            if looker is not None:
                records.write_look(preview, looker, "patient", record.code)
            return record

        def have(record: PatientRecord) -> None:
            if self.preview is not preview:  # decided meanwhile: the look is written down, so only read again
                self._read_patient(patient, None, None, done, ahead)
            else:
                self._records[patient] = record
                self._records.move_to_end(patient)
                while len(self._records) > RECORDS_KEPT:
                    self._records.popitem(last=False)
                done(record)

        self.jobs.start(
            f"patient ahead {patient}" if ahead else "patient", work, done=have,
            failed=lambda error: done(failure_at("plan", error)), lane="quick" if ahead else "panes",
        )  # fmt: skip

    def find_patients(self, text: str, done: Callable[[tuple[Found, ...] | Any], object]) -> None:
        """Look for patients in a job; `done` gets Found, or a Failure. The latest search wins."""
        preview, looker = self.preview, self.looker
        for_gp = frozenset() if self.gp_looks else self.for_gp
        self.jobs.cancel("find patients")
        if preview is None or looker is None or not text.strip():
            return

        def work(ticket: Ticket) -> Any:
            from gui import records

            records.write_look(preview, looker, "search")
            return records.found(preview, text, lambda _done, _total: ticket.check(), for_gp)

        self.jobs.start(
            "find patients", work, done=done, failed=lambda error: done(failure_at("plan", error))
        )

    def make_sheet(self, record: PatientRecord, done: Callable[[Any], object]) -> None:
        """Make the sheet for a patient in a job; `done` gets (HTML, why a GP must release it), or a Failure.
        The page is '' where whoever looks may not release it."""
        preview, profile, looker, recipient = self.preview, self.profile, self.looker, self.recipient
        if preview is None or looker is None:
            return

        def work(_ticket: Ticket) -> Any:
            from gui import sheets

            return sheets.made(preview, profile, record, recipient, looker)

        self.jobs.start(
            "sheet", work, done=done, failed=lambda error: done(failure_at("plan", error)), lane="panes"
        )

    def mark_for_gp(self, patient: int, yes: bool, done: Callable[[str], object]) -> None:
        """Put a patient on the practice's list of records for a GP, or take them off; `done` gets words."""
        preview, key, looker, note = self.preview, self.key, self.looker, self.key_note
        if preview is None or looker is None or not (yes or self.gp_looks):
            return  # what a GP marked, a GP opens

        def work(_ticket: Ticket) -> str:
            from gui import records

            return records.mark_for_gp(preview, key, patient, looker, yes, kept=not note)

        def said(words: str) -> None:
            self._records.clear()
            done(words)
            self._replan()  # the rows side by side, and the queue

        self.jobs.start("for a gp", work, done=said, failed=self._plan_failed)

    def begin_gp_list_again(self) -> None:
        """For a GP: there is no copy of the list of records for a GP that is gone; begin another."""
        key, note = self.key, self.key_note
        if not self.gp_looks or key is None:
            return

        def work(_ticket: Ticket) -> None:
            from gui import records

            records.begin_gp_list_again(key, kept=not note)

        self.jobs.start("for a gp", work, done=lambda _none: self._replan(), failed=self._plan_failed)

    # -- decisions -------------------------------------------------------------------------------
    def keep_row(self, table: str, row: int) -> None:
        """Send a row after all that was left out by hand."""
        self._decide_row(table, row, lambda print_: by_hand.without_row(self.choices, table, print_, row))

    def keep_patient(self, code: str) -> None:
        """Send a patient after all who was left out by hand."""
        self._decide(*by_hand.without_patient(self.choices, code))

    # -- who has been seen -----------------------------------------------------------------------
    def mark_seen(self, code: str) -> None:
        """Whoever is looking has looked at this record. Nothing that leaves is another for it."""
        if self.looker is None:
            return
        at = datetime.now().isoformat(timespec="minutes")
        whom = (self.recipient, self.project)
        look = Seen(code, self.looker.name, at, whom, by_hand.rules_of(self.choices))
        choices, words = by_hand.with_seen(self.choices, look)
        self._history.decide(choices, words)
        self._seen_again()
        self.decision_made.emit(words)

    def _seen_again(self) -> None:
        """The plan at hand knows who was seen by now, also where it was begun before."""
        if self.plan is None:
            return
        whom = (self.plan.recipient, self.plan.project)  # under another the codes are others
        standing = by_hand.standing(self.choices)
        looks = tuple(sorted((s.code, s.by, s.at) for s in standing if s.whom == whom))
        if self.plan.seen != looks:
            self.plan = replace(self.plan, seen=looks)

    def _tell_seen(self, _words: str) -> None:
        if self._told_seen != (standing := by_hand.standing(self.choices)):
            self._told_seen = standing
            self.seen_changed.emit()
