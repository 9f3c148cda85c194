"""The session's part that decides, takes decisions back and makes them again.

Every decision about the open file goes through `_decide`, and so into one history: who gets it, what happens
to fields, kinds of codes, patients and rows, what was confirmed, and the sort of file. So do the changes of
the practice's list of what is held back (gui.holding). What else is written down for every file (code lists,
recipients, the key) is taken back in its own window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gui import decisions
from gui.failures import failure_at
from gui.jobs import Ticket
from gui.opening import Opening
from gui.state import Choices, GoingTo

if TYPE_CHECKING:  # core brings pyarrow and pandas: it is imported in jobs, after the window is up
    from core.protection.plan import ObjectionSource

CARRY = "carry over"  # the job that finds the codes of patients and rows for another recipient


class Deciding(Opening):
    """Each method makes one decision, which `undo` takes back as a whole."""

    def set_going_to(
        self,
        profile_id: str,
        recipient: str,
        project: str,
        *,
        expected_patients: int | None = None,
        objection_sources: Sequence[ObjectionSource] = (),
        assume_registered: bool = False,
        agreement: str = "",
        lists: Any = None,
        before: Any = None,
        **more: Any,
    ) -> None:
        """Choose the profile, the recipient and what else `GoingTo` has; the plan follows, in a job."""
        going = GoingTo(
            profile_id, recipient.strip(), project.strip(), expected_patients,
            tuple(objection_sources), assume_registered, agreement.strip(), lists, before, **more,
        )  # fmt: skip
        before = self.going_to
        if going == before:
            self._replan()
        elif (
            before is not None
            and self.by_hand
            and self.preview is not None
            and (going.recipient, going.project) != (before.recipient, before.project)
        ):
            self._carry_over(going)
        else:
            self._decide(*decisions.with_going_to(self.choices, going))

    def _carry_over(self, going: GoingTo) -> None:
        """Somebody else gets it: who was left out by hand has other codes there, and stays left out."""
        preview, key = self.preview, self.key
        self._history.decide(*decisions.with_going_to(self.choices, going))
        chosen = self.choices
        self.release = None
        self.decision_made.emit(chosen.what)

        def work(_ticket: Ticket) -> dict[str, str]:
            from gui import planning

            return planning.carried(preview, key, going, chosen.patients, chosen.items)

        def done(codes: dict[str, str]) -> None:
            self._history.recode(going, codes)
            self.jobs.cancel(CARRY)  # it is done: the plan need not wait for it
            self._replan()

        self.jobs.cancel("plan")
        self.jobs.start(CARRY, work, done=done, failed=self._replan_failed)

    def decide_field(
        self,
        table: str,
        field: str,
        action: str | None,
        kind: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Choose what happens to a field, with the action's settings, and, if it was taken for the wrong
        thing, what it is. Action and kind None goes back to the profile's own choice."""
        self._decide(*decisions.with_field(self.choices, table, field, action, kind, settings))

    def decide_fields(self, decided: Iterable[decisions.FieldChoice], what: str) -> None:
        """Decide several fields at once; `what` says it in words. One step to take back."""
        made = decisions.with_fields(self.choices, decided)
        if made != self.choices:
            self._decide(made, what)

    def decide_category(self, category: str, choice: str | None) -> None:
        """'withhold' leaves every row of the category out, 'keep' sends it; None is the profile's choice."""
        title = self.survey.lookup.category(category).title if self.survey is not None else ""
        self._decide(*decisions.with_category(self.choices, category, choice, title))

    def leave_out_patient(self, pseudonym: str) -> None:
        """Leave everything of one patient out, named by the pseudonym under this plan."""
        self._decide(*decisions.with_patient(self.choices, pseudonym))

    def leave_out_row(self, table: str, row: int, reason: str = "clinical_judgement") -> None:
        """Leave one row out; the plan remembers a keyed fingerprint of it, never its contents."""
        self._decide_row(
            table, row, lambda print_: decisions.with_row(self.choices, table, print_, reason, row)
        )

    def _decide_row(self, table: str, row: int, change: Callable[[str], tuple[Choices, str]]) -> None:
        """Decide about one row: `change` makes the choices of its keyed fingerprint."""
        if self.export is None or self.plan is None:
            return
        export, plan, key = self.export, self.plan, self.key

        def work(_ticket: Ticket) -> str:
            from gui import planning

            return planning.fingerprint(export, plan, key, table, row)

        def done(print_: str) -> None:
            self._decide(*change(print_))

        self.jobs.start(f"row {table} {row}", work, done=done, failed=self._plan_failed)

    def confirm(self, what: str, yes: bool = True) -> None:
        """Say that a person has seen something, e.g. 'died:3' on an own-care list; or take it back."""
        self._decide(*decisions.with_confirmed(self.choices, what, yes))

    def set_format(self, format: str) -> None:
        """'csv' or 'xlsx'. Part of the plan: what a format cannot hold is changed by the plan, in sight."""
        if format != self.format:
            self._decide(*decisions.with_format(self.choices, format))

    def undo(self) -> None:
        """Take the last decision back."""
        if what := self._history.undo():
            self._taken_back(f"Undone: {what}")

    def redo(self) -> None:
        """Make the decision again that was taken back last."""
        if what := self._history.redo():
            self._taken_back(f"Done again: {what}")

    def plan_kept(self) -> None:
        """What was decided so far stands in a file now: nothing of it would be lost."""
        self._history.mark_kept()

    # -- what follows from a decision --------------------------------------------------------------
    def _decide(self, choices: Choices, what: str) -> None:
        self._history.decide(choices, what)
        self.release = None
        self.decision_made.emit(what)
        self._replan()

    def _taken_back(self, words: str) -> None:
        self.release = None
        self.decision_made.emit(words)
        if self.going_to is None:
            self._forget_plan()
        else:
            self._replan()

    def _forget_plan(self) -> None:
        """Nobody gets it any more: there is nothing that would leave."""
        for name in ("plan", "examples"):
            self.jobs.cancel(name)
        self.plan, self.rows, self.preview, self.gates, self.profile = None, None, None, (), None
        self.plan_behind = ""
        self.before, self.examples = None, {}
        self.plan_changed.emit()
        self.preview_changed.emit()
        self.examples_ready.emit()

    def _replan_failed(self, error: BaseException) -> None:
        """The plan is the one before the last decisions now: nothing may leave by it."""
        self.plan_behind = failure_at("plan", error).happened
        self.plan_changed.emit()
        self._plan_failed(error)

    def _plan_failed(self, error: BaseException) -> None:
        """Tell that the plan could not be worked out."""
        self._fail("plan", error)
