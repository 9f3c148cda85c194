"""The session's part that keeps the practice's list of what is held back, and takes that back like the rest.

The list is one file for every export and every person, so each change of it is made in a job, one after the
other, and is a step of the history: Undo puts that step's entries back as they were, but only while the list
still says of them what the step left there. Whatever else somebody put on it or took off it meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gui.deciding import Deciding
from gui.jobs import Ticket
from gui.state import Choices, Failure

if TYPE_CHECKING:
    from gui.held_list import Change, Done

EVERY_TIME = (
    "On the practice's list of what is held back: for every export beyond care from now on. Undo takes it "
    "off while this file is open."
)
NOT_TURNED = "hold_backs.not_turned"  # code of the failure that is told where the list was left as it is
LIST = "hold back list"  # the job that takes a change back or makes it again


class Holding(Deciding):
    """Reads and changes the practice's list; `undo` and `redo` go over its changes as well."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self._next_changes: list[Callable[[], object]] = []  # each begins when the one before is written
        super().__init__(*args, **more)

    @property
    def holds_back_as(self) -> str:
        """Who holds something back, in the words of the practice's list."""
        return "gp"

    def hold_back(self, table: str, row: int, *, whole_patient: bool, reason: str) -> None:
        """Put an entry, or its patient, on the practice's list: this time and every time, beyond care."""
        survey, key, note, by = self.survey, self.key, self.key_note, self.holds_back_as
        if survey is None or key is None:
            return

        def work(_ticket: Ticket) -> Done:
            from gui import held_list

            return held_list.hold_back(survey, key, table, row, whole_patient, reason, by=by, kept=not note)

        self._change_list(f"hold back {table} {row}", work)

    def read_held(self, done: Callable[[Any], object]) -> None:
        """What is held back, in a job; `done` gets (code, words) pairs, or a Failure."""
        key = self.key

        def work(_ticket: Ticket) -> Any:
            from gui import held_list

            return held_list.held_entries(key)

        self.jobs.start("held back", work, done=done)

    def begin_held_again(self) -> None:
        """There is no copy of the list that is gone: begin another."""
        key = self.key

        def work(_ticket: Ticket) -> Done:
            from gui import held_list

            return held_list.begin_again(key)

        self._change_list("begin held", work)

    def let_go(self, code: str) -> None:
        """Take an entry off the list of what is held back."""
        key = self.key

        def work(_ticket: Ticket) -> Done:
            from gui import held_list

            return held_list.let_go(key, code)

        self._change_list("let go", work)

    def let_go_of(self, table: str, row: int, *, whole_patient: bool) -> None:
        """Take an entry, or its patient, off the practice's list, from where it is seen."""
        survey, key = self.survey, self.key
        if survey is None or key is None:
            return

        def work(_ticket: Ticket) -> Done:
            from gui import held_list

            return held_list.let_go_of(survey, key, table, row, whole_patient)

        self._change_list("let go", work)

    def undo(self) -> None:
        """Take the last decision back; on the practice's list too, where it still says the same."""
        change = self._history.now.held if self.can_undo else None
        if self._after_the_list(self.undo):
            return
        if change is None:
            super().undo()
        elif what := self._history.undo():
            self._turn(change, f"Undone: {what}", back=True)

    def redo(self) -> None:
        """Make the decision again that was taken back last; on the practice's list too."""
        change = self._history.next_held
        if self._after_the_list(self.redo):
            return
        if change is None:
            super().redo()
        elif what := self._history.redo():
            self._turn(change, f"Done again: {what}", back=False)

    # -- the list, one change after the other ------------------------------------------------------
    def _change_list(self, name: str, work: Callable[[Ticket], Done]) -> None:
        """Change the list in a job, and make what came of it a step that can be taken back."""
        history = self._history

        def begin() -> None:
            self.jobs.start(name, work, done=changed, failed=self._list_failed, cancelled=self._go_on)

        def changed(done: Done) -> None:
            words, change = done
            if change is not None:
                history.decide(history.now, change.what, change)
            self._forget_left()
            self.decision_made.emit(words)
            self._list_changed()

        self._next_changes.append(begin)
        self._go_on()

    def _turn(self, change: Change, words: str, *, back: bool) -> None:
        """Put the list as it was before a change, or after it; where that cannot be, the step is gone."""
        key, history = self.key, self._history

        def work(_ticket: Ticket) -> str:
            from gui import held_list

            return held_list.turn(key, change, back=back)

        def turned(left: str) -> None:
            self._forget_left()
            if left:
                history.drop(change)
                self._tell_left(left, back)
            self.decision_made.emit(left or words)
            self._list_changed()

        self.jobs.start(LIST, work, done=turned, failed=self._list_failed, cancelled=self._go_on)

    @property
    def _list_changes(self) -> bool:
        return self.jobs.running_any("hold back ", "let go", "begin held")

    def _after_the_list(self, step: Callable[[], None]) -> bool:
        """Whether a change of the list is on its way: then `step` comes after it, in the same file."""
        history = self._history
        if self._list_changes:
            self._next_changes.append(lambda: step() if self._history is history else None)
        return self._list_changes

    def _go_on(self) -> None:
        """Begin what waits for the list, if anything does."""
        while self._next_changes and not self._list_changes:
            self._next_changes.pop(0)()

    def _list_changed(self) -> None:
        """The list may say something else: the plan follows, and what waits for the list."""
        self.release = None
        self.held_changed.emit()
        self._replan()
        self._go_on()

    def _list_failed(self, error: BaseException) -> None:
        self._go_on()
        self._plan_failed(error)

    def _tell_left(self, why: str, back: bool) -> None:
        """The list was left as it is: that is said on the screen, and stays there over the next plan."""
        self.failure = Failure(
            "That was not taken back" if back else "That was not done again",
            why,
            "Everything on the list stays as it is, and so does every other decision.",
            "Look at the list: View, What is held back. There, and on Patients, an entry is let go.",
            stage="plan",
            code=NOT_TURNED,
        )
        self.failed.emit(self.failure.happened)

    def _forget_held(self) -> None:
        """The key is another: what was done to the list under the old one is not taken back."""
        if words := self._history.forget_held():
            self.decision_made.emit(words)

    def _decide(self, choices: Choices, what: str) -> None:
        self._forget_left()
        super()._decide(choices, what)

    def _taken_back(self, words: str) -> None:
        self._forget_left()
        super()._taken_back(words)

    def _forget_left(self) -> None:
        if self.failure is not None and self.failure.code == NOT_TURNED:
            self.failure = None
