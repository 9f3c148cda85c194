"""What is decided about the one patient in front: entry by entry, or the whole of it. No widget here.

A decision shows at once, as being worked out; what would leave in truth comes with the next plan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gui.by_hand import commonest_reason
from gui.models.record_lines import ANOTHER, KEPT, SENSITIVE, Line, RowKey, View, lines_of, needs_look

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.patients import Item, PatientRecord
    from gui.session import Session

COVERED = "What the practice holds is covered now. Show it again before you decide."
FOR_EVERYBODY = "Who the patient is, is decided for everybody alike, on the Fields page."
RESTRICTED = "The law restricts who may be told of this. A GP can see it and decide."
NOT_AN_ENTRY = "Go to an entry first."
HELD = "It is held back every time. K lets it leave again, this time and every time."
BY_HAND, HELD_BACK = "decision.patient", "held_back"
LEFT_BY_HAND = "Left out by a person."
#: The reason that a mark speaks for.
SPEAKS_FOR = (
    (ANOTHER, "third_party"),
    ("Safeguarding", "serious_harm"),
    (f"{SENSITIVE}Safeguarding", "serious_harm"),
    (f"{SENSITIVE}Domestic", "serious_harm"),
)


class Judging:
    """The record in front, and what was done about it since it was opened. `changed()` is called when the
    lines say something else."""

    def __init__(self, session: Session, changed: Callable[[], object]) -> None:
        self._session, self._changed = session, changed
        self.record: PatientRecord | None = None
        self._first: tuple[RowKey, ...] = ()
        self._pending: dict[RowKey, str] = {}
        self._kept: set[RowKey] = set()
        self._whole: set[str] = set()
        self._no_patient = ""
        self.alone = False  # the queue says that nobody else leaves with the same facts
        self._reasons: tuple[str, ...] = ()

    # -- the record ------------------------------------------------------------------------------
    def open(self, record: PatientRecord, reasons: Sequence[str] = ()) -> None:
        """Another patient is in front; `reasons` are the ids of why the queue has them."""
        self.close()
        self._reasons, self.alone = tuple(reasons), "alone" in reasons
        self.record, self._first = record, needs_look(record, reasons)

    def again(self, record: PatientRecord) -> None:
        """The same patient under a new plan: what was decided is worked out."""
        if self.record is not None and record.patient == self.record.patient:
            self.record = record
            self._first = tuple(dict.fromkeys((*self._first, *needs_look(record, self._reasons))))
            if not self._session.planning:
                self.forget_waiting()

    def close(self) -> None:
        """Nobody is in front."""
        self.record, self._first, self._no_patient = None, (), ""
        for kept in (self._pending, self._kept, self._whole):
            kept.clear()

    def forget_waiting(self) -> None:
        """What was decided is worked out, or could not be."""
        self._pending.clear()
        self._no_patient = ""

    def view(self) -> View:
        session = self._session
        return View(
            gp=session.gp_looks or session.shows_restricted,
            raw_hidden=session.raw_hidden,
            all_hidden=session.curtain_down,
            whole=frozenset(self._whole),
            first=self._first,
            alone=self.alone,
            pending=dict(self._pending),
            kept=frozenset(self._kept),
            no_patient=self._no_patient,
        )

    def lines(self) -> list[Line]:
        return [] if self.record is None else lines_of(self.record, self.view())

    def show_whole(self, family: str) -> None:
        """Show the older entries of a family as well."""
        self._whole.add(family)
        self._changed()

    def to_look_at(self, after: RowKey | None) -> RowKey | None:
        """The next entry that needs a look and has had none; from the last one on to the first."""
        waiting = [key for key in self._first if key not in self._kept and not self._is_out(key)]
        place = self._first.index(after) if after in self._first else -1
        later = [key for key in waiting if self._first.index(key) > place]
        return (later or waiting or [None])[0] if waiting != [after] else None

    def _is_out(self, key: RowKey) -> bool:
        if key in self._pending:
            return self._pending[key] != KEPT
        item = self._item(key)
        return item is not None and not item.leaves

    def _item(self, key: RowKey) -> Item | None:
        assert self.record is not None
        for section in self.record.sections:
            for item in section.items:
                if (item.table, item.row) == key:
                    return item
        return None

    def _any_item(self) -> Item | None:
        """An entry of the patient's: the list finds the patient by it."""
        sections = () if self.record is None else self.record.sections
        return next((item for section in sections for item in section.items), None)

    # -- what can be decided ---------------------------------------------------------------------
    def why_not(self, line: Line | None) -> str:
        """Why nothing can be decided about a line here; '' where it can."""
        record = self.record
        if record is None or line is None or line.kind in {"group", "more"}:
            return NOT_AN_ENTRY
        if self._session.raw_hidden:
            return COVERED
        if line.item is None:
            return FOR_EVERYBODY
        if line.item.restricted and not self.view().gp:
            return RESTRICTED
        if record.left_out or self._no_patient:
            return "The whole patient is left out, so nothing of this leaves."
        decided = line.by_hand or (line.item.table, line.item.row) in self._pending
        if not line.item.leaves and not decided:
            if line.item.reason_id.startswith(HELD_BACK):
                return HELD
            return f"It does not leave in any case: {_lower(line.why)}"
        return ""

    def held_back(self, line: Line | None) -> bool:
        """Whether the entry is on the practice's list, and whoever looks may let it leave again."""
        return self.why_not(line) == HELD

    def reason_for(self, line: Line, reasons: Mapping[str, str]) -> str:
        """The id of the reason to begin with."""
        marked = (reason for start, reason in SPEAKS_FOR if any(m.startswith(start) for m in line.marks))
        said = next(marked, "")
        if line.item is not None and line.item.restricted:
            said = "restricted_by_law"
        return commonest_reason(self._session.choices, list(reasons), said)

    # -- deciding --------------------------------------------------------------------------------
    def leave(self, line: Line, reason: str, words: str) -> None:
        """Leave an entry out, or change why."""
        assert line.item is not None
        self._pending[(line.item.table, line.item.row)] = f"Left out by a person: {_lower(words)}."
        self._session.leave_out_row(line.item.table, line.item.row, reason)
        self._changed()

    def keep(self, line: Line) -> bool:
        """Send an entry that was left out by hand, or note that one may leave; True where it was noted."""
        assert line.item is not None
        key = (line.item.table, line.item.row)
        if line.by_hand:
            self._pending[key] = KEPT
            self._kept.add(key)
            self._session.keep_row(*key)
            self._changed()
            return False
        self._kept.add(key)
        self._changed()
        return True

    def always(self, line: Line, reason: str, words: str) -> None:
        """Hold an entry back this time and every time."""
        assert line.item is not None
        self._pending[(line.item.table, line.item.row)] = f"Held back: {_lower(words)}."
        self._session.hold_back(line.item.table, line.item.row, whole_patient=False, reason=reason)
        self._changed()

    def let_go(self, line: Line) -> None:
        """Take an entry off the practice's list: it leaves again."""
        assert line.item is not None
        self._pending[(line.item.table, line.item.row)] = KEPT
        self._session.let_go_of(line.item.table, line.item.row, whole_patient=False)
        self._changed()

    def let_patient_go(self) -> None:
        """Take the patient off the practice's list."""
        item = self._any_item()
        if item is not None and self.patient_held:
            self._session.let_go_of(item.table, item.row, whole_patient=True)

    @property
    def patient_held(self) -> bool:
        """Whether the whole patient is on the practice's list of what is held back."""
        record, hidden = self.record, self._session.raw_hidden
        return record is not None and not hidden and record.left_out_id.startswith(HELD_BACK)

    @property
    def patient_by_hand(self) -> bool:
        """Whether the whole patient was left out by a person, this time."""
        return self.record is not None and self.record.left_out_id.startswith(BY_HAND)

    def whole_patient(self) -> str:
        """Leave the whole patient out, or take that back; why not, where it cannot be."""
        record = self.record
        if record is None or self._no_patient:
            return ""
        if self._session.raw_hidden:
            return COVERED
        if self.patient_by_hand:
            self._session.keep_patient(record.code)
            return ""
        if record.left_out:
            return f"The patient is left out in any case: {_lower(record.left_out)}"
        self._no_patient = LEFT_BY_HAND
        self._session.leave_out_patient(record.code)
        self._changed()
        return ""

    def patient_always(self, reason: str) -> None:
        """Hold the patient back this time and every time."""
        item = self._any_item()
        if item is not None and not self._session.raw_hidden:
            self._no_patient = "Held back by a person, every time."
            self._session.hold_back(item.table, item.row, whole_patient=True, reason=reason)
            self._changed()


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
