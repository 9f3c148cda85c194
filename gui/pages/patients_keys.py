"""The keys of the Patients page and what they do, the same as the buttons of the strip."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

from gui import accessibility, ask
from gui.holding import EVERY_TIME
from gui.models.record_lines import RowKey
from gui.pages.patients_sheet import PatientSheet
from gui.pages.patients_words import Acts, detail_of, numbered, squashed
from gui.state import DetailContent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gui.pages.patients_page import PatientsPage

OPENING = DetailContent("Opening the record", ("It is written down first that somebody looks.",))
LET_GO = "Let it leave again?"
ENTRY_AGAIN = (
    "The entry comes off the practice's list of what is held back: it leaves in this file and in later ones, "
    "wherever a profile lets it. Undo puts it back while the file is open."
)
PATIENT_AGAIN = (
    "The patient comes off the practice's list of what is held back: they leave in this file and in later "
    "ones, wherever a profile lets them. Single entries on the list stay there. Undo puts them back "
    "while the file is open."
)


class PatientsKeys:
    """Takes what the record's list was asked, decides through the page's `judging`, and explains."""

    def __init__(self, page: PatientsPage) -> None:
        self._page = page
        self._reasons: Mapping[str, str] = {}
        self._said = ""
        self._sheet = PatientSheet(page)
        front = page.front
        front.pane.list.asked.connect(self.do)
        front.pane.list.moved.connect(self.tell)
        front.pane.list.doubleClicked.connect(lambda _index: self.do("open"))
        front.pane.list.menu_wanted.connect(self.open_menu)
        front.reasons.chosen.connect(self.leave)
        front.reasons.always.connect(self.always)

    # -- what was asked --------------------------------------------------------------------------
    def do(self, act: str) -> None:
        """A key of the list: 'leave', 'keep', 'next', 'reason 2', ..."""
        page = self._page
        calls: dict[str, Callable[[], object]] = {
            "leave": self.leave,
            "always": self.always,
            "keep": self.keep,
            "patient": self.patient,
            "patient always": lambda: self.patient_menu().popup(self._spot()),
            "next": page.seen_next,
            "after": lambda: page.go_on(1, unseen=False),
            "before": lambda: page.go_on(-1, unseen=False),
            "queue": self.to_queue,
            "values": page.front.show_values,
            "sheet": self._sheet.save,
            "open": self.open_line,
        }
        kind, _, number = act.partition(" ")
        if kind == "reason":
            self.leave(numbered(self.reasons(), int(number)))
        elif act in calls:
            calls[act]()

    def leave(self, reason: str = "") -> None:
        """Leave the entry out, for the commonest reason or the one that was chosen."""
        line = self._page.current()
        if self._stopped() or line is None:
            return
        reasons = self.reasons()
        if not reason and line.by_hand:
            return  # it is out already, and the reasons are in sight
        reason = reason or self._page.judging.reason_for(line, reasons)
        self._page.judging.leave(line, reason, reasons[reason])
        accessibility.announce(self._page, f"Left out. {reasons[reason]}")

    def keep(self) -> None:
        """Keep the entry; on to the next one that needs a look."""
        line = self._page.current()
        if line is not None and self._page.judging.held_back(line):
            if ask.confirm(self._page, LET_GO, ENTRY_AGAIN, yes="Let it leave again"):
                self._page.judging.let_go(line)
            return
        if self._stopped() or line is None:
            return
        if self._page.judging.keep(line):
            accessibility.announce(self._page, "Kept")
            self.next_to_look_at()

    def always(self) -> None:
        """Hold the entry back every time: for which reason is asked in a small list."""
        if not self._stopped():
            self.always_menu().popup(self._spot())

    def patient(self) -> None:
        """Leave the whole patient out, this time, or take that back; or take them off the practice's list."""
        if self._page.judging.patient_held:
            if ask.confirm(self._page, LET_GO, PATIENT_AGAIN, yes="Let the patient leave again"):
                self._page.judging.let_patient_go()
            return
        self.say(self._page.judging.whole_patient())

    def next_to_look_at(self) -> None:
        """F8: the next entry that needs a look."""
        page = self._page
        if page.judging.record is None:
            page.front.place_for_keys().setFocus()
            return
        line = page.current()
        here: RowKey | None = None
        if line is not None and line.item is not None:
            here = (line.item.table, line.item.row)
        found = page.judging.to_look_at(here)
        if found is None:
            self.say("Every entry that needs a look has had one. Enter: seen, next.")
            return
        page.front.pane.list.choose(page.front.pane.list.lines.place_of(("item", found[0], str(found[1]))))
        page.front.pane.list.setFocus()

    def to_queue(self) -> None:
        page = self._page
        if page.list.found is not None:
            page.back_to_queue()
            return
        page.front.show_side("queue")
        page.front.queue.list.setFocus()

    def open_line(self) -> None:
        """Space: the older entries of a family, where that is what the line offers."""
        line = self._page.current()
        if line is not None and line.kind == "more":
            self._page.judging.show_whole(line.key[1])

    def _stopped(self) -> bool:
        """Whether nothing can be decided about the line; then it is said why."""
        why = self._page.judging.why_not(self._page.current())
        self.say(why)
        return bool(why)

    # -- menus -----------------------------------------------------------------------------------
    def reasons(self) -> Mapping[str, str]:
        """Ids and short words, asked of core once it is there."""
        if not self._reasons:
            from gui import records

            self._reasons = records.reasons()
            self._page.front.reasons.set_reasons(self._reasons)
        return self._reasons

    def always_menu(self) -> QMenu:
        """Why the entry is held back every time."""
        menu = self._menu("Hold this entry back every time")
        line = self._page.current()
        for number, (reason, words) in enumerate(self.reasons().items(), 1):
            if line is not None:
                call = lambda r=reason, w=words, at=line: self._page.judging.always(at, r, w)  # noqa: E731
                menu.addAction(f"&{number}  {words}", call)
        return menu

    def patient_menu(self) -> QMenu:
        """What can be done about the whole patient."""
        page = self._page
        menu = self._menu("The whole patient")
        held = page.judging.patient_held
        back = page.judging.patient_by_hand or held
        menu.addAction("Let the patient leave again\tP" if back else "Leave the patient out\tP", self.patient)
        if not held:
            always = menu.addMenu("Hold the patient back &every time")
            always.menuAction().setToolTip(EVERY_TIME)
            for number, (reason, words) in enumerate(self.reasons().items(), 1):
                always.addAction(f"&{number}  {words}", lambda r=reason: page.judging.patient_always(r))
        menu.addSeparator()
        menu.addAction("Save the sheet for the patient...\tS", self._sheet.save)
        menu.addAction("Print the sheet for the patient...", self._sheet.print)
        menu.addSeparator()
        record = page.judging.record
        marked = record is not None and bool(record.needs_gp)
        if not marked:
            menu.addAction("Only a GP may open this record", lambda: self._mark_for_gp(True))
        elif page.session.gp_looks:
            menu.addAction("Take it off the list of records for a GP", lambda: self._mark_for_gp(False))
        return menu

    def _mark_for_gp(self, yes: bool) -> None:
        page = self._page
        if page.judging.record is not None:
            page.session.mark_for_gp(page.patient, yes, lambda words: page.marked(words))

    def open_menu(self, where: QPoint) -> None:
        """The context menu: whatever the strip offers."""
        menu = self._menu("This entry")
        for words, act in self.content().actions:
            menu.addAction(words.replace("  ", "\t"), act)
        menu.popup(where)

    def _menu(self, name: str) -> QMenu:
        menu = QMenu(self._page)
        menu.setAccessibleName(name)
        menu.setToolTipsVisible(True)
        return menu

    def _spot(self) -> QPoint:
        listed = self._page.front.pane.list
        box = listed.place_of_current()
        if not box.isValid():
            return QCursor.pos()
        return listed.viewport().mapToGlobal(box.bottomLeft() + QPoint(listed.viewport().width() // 2, 0))

    # -- the strip -------------------------------------------------------------------------------
    def content(self) -> DetailContent:
        """What the strip says of the current line."""
        page = self._page
        line, why = page.current(), page.judging.why_not(page.current())
        acts = Acts(self.leave, self.keep, lambda: self.patient_menu().popup(QCursor.pos()), page.seen_next)
        record = page.judging.record
        known = frozenset(squashed(told.label) for told in record.told) if record is not None else frozenset()
        held = page.judging.held_back(line)
        return detail_of(line, why, acts, covered=page.session.raw_hidden, known=known, held=held)

    def tell(self) -> None:
        """Explain the current line in the strip, as long as the page is the one that is seen."""
        page = self._page
        self._said = ""
        if not page.isVisible():
            return
        if page.judging.record is None:
            page.session.show_detail(OPENING if page.patient >= 0 and page.front.record_shown() else None)
            return
        line = page.current()
        can = not page.judging.why_not(line)
        self.reasons()
        reason = "" if line is None or line.item is None else line.item.reason_id.rpartition(".")[2]
        waiting = "" if line is None or not line.waiting else self._id_of(line.why)
        page.front.reasons.show_for(waiting or reason, out=line is not None and line.by_hand, can=can)
        page.session.show_detail(self.content())

    def _id_of(self, why: str) -> str:
        said = why.partition(": ")[2].rstrip(".").casefold()
        return next((name for name, words in self.reasons().items() if words.casefold() == said), "")

    def say(self, words: str) -> None:
        """Say why a key did nothing, in the strip and aloud."""
        if not words or not self._page.isVisible():
            return
        self._said = words
        accessibility.announce(self._page, words)
        now = self.content()
        self._page.session.show_detail(
            DetailContent(words, (now.title, *now.lines), now.actions, now.main, "amber")
        )
