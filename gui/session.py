"""The one state object of the windows. Pages listen to its signals and never talk to each other.

A page calls a session method; the session changes its state or starts a job; a signal tells every page.
All state lives on the UI thread. Methods are plain and may be called by a test without any window.

State flow: `open_paths` -> export_opened -> first_rows_ready -> findings_ready -> survey_ready;
`set_going_to` and every decision -> (job) -> plan_changed, preview_changed;
`save_release` -> (job) -> export_finished.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from gui.deciding import CARRY
from gui.failures import stopped_planning
from gui.holding import NOT_TURNED
from gui.jobs import Ticket
from gui.opening import demo_paths
from gui.reviewing import Reviewing
from gui.state import Choices, DetailContent, Failure, FirstRows, GoingTo

__all__ = ["Choices", "DetailContent", "Failure", "FirstRows", "GoingTo", "Session", "demo_paths"]

EXAMPLE_ROWS = 60


class Session(Reviewing):
    """State, signals and plain methods. See the module's text for the order of the signals."""

    def __init__(self, parent: QObject | None = None, *, key: Any = None) -> None:
        super().__init__(parent, key=key)
        self.code_lists.changed.connect(self.look_again)
        self.recipients.changed.connect(self._replan)

    # -- getting ready ---------------------------------------------------------------------------
    def warm_up(self) -> None:
        """Import core and read the profiles in a job, so that the window need not wait for them."""
        if self.profiles or self.jobs.running("warm_up"):
            return

        def work(_ticket: Ticket) -> Mapping[str, Any]:
            from gui import planning

            return planning.profiles()

        self.jobs.start("warm_up", work, done=self._have_profiles)

    def _have_profiles(self, profiles: Mapping[str, Any]) -> None:
        # Not before core is there: two threads that import a package and a part of it wait for each other.
        self.recipients.read()
        if self.key is None:
            self.jobs.start("key place", _key_note, done=self._have_key_note)
        self.profiles = profiles
        self.profiles_ready.emit()

    def _have_key_note(self, note: str) -> None:
        if self.key is None and note != self.key_note:
            self.key_note = note
            self.key_changed.emit()

    def keep_key(self, path: Path, pass_phrase: str, told: Callable[[str], object]) -> None:
        """Use the key in `path`, or keep the present one there; `told` gets '' or what is wrong.

        A key taken from a file replaces the one so far, so patients and rows left out by hand under the old
        codes are forgotten; ask first. The pass phrase is not kept."""
        key = self.key

        def work(_ticket: Ticket) -> Any:
            from gui import planning

            return planning.key_in_file(path, pass_phrase, key)

        def done(found: Any) -> None:
            if isinstance(found, str):
                told(found)
                return
            from gui.settings import Settings

            Settings.load().with_key_file(path).save()
            another = found != self.key
            self.key, self.key_note, self.key_file, self.key_state = found, "", path, None
            self.key_given = False
            if another and self._history.has_codes:
                self.decision_made.emit(self._history.forget_codes())
            self.key_changed.emit()
            told("")
            if another:
                self.release = None
            self._replan()  # where the key is kept is one of the checks

        self.jobs.start("key", work, done=done)

    def look_at_key(self) -> None:
        """Look again where the key is kept and whether a copy of it is proven, in a job."""
        key, file = self.key, self.key_file
        if key is None or self.key_given:
            return

        def work(_ticket: Ticket) -> Any:
            from gui import key_care

            return key_care.key_state(key, file)

        def done(state: Any) -> None:
            if state != self.key_state:
                self.key_state = state
                self.key_changed.emit()
                self._replan()

        self.jobs.start("key state", work, done=done)

    def take_key(self, key: Any) -> None:
        """Use another generation of the key from now on."""
        self.key = key
        self.key_state = None
        self._forget_held()
        self.key_changed.emit()
        self._replan()

    def forget_key(self) -> None:
        """The key was destroyed: nothing can be coded until there is another."""
        self.key, self.key_file, self.key_state = None, None, None
        self.release = None
        self._forget_held()
        self.plan, self.rows, self.preview, self.gates = None, None, None, ()
        self.key_changed.emit()
        self.plan_changed.emit()

    def read_objections(self, path: Path, kind: str, done: Callable[[Any], object]) -> None:
        """Read a 'list' or 'cleaned' list of objections in a job; `done` gets ObjectionLists or a Failure."""

        def work(_ticket: Ticket) -> Any:
            from gui import planning

            return planning.objection_list(path, kind)

        self.jobs.start(f"objections {kind}", work, done=done)

    def make_check_list(self, path: Path, done: Callable[[Any], object]) -> None:
        """Write the list for the opt-out service in a job; `done` gets words on it, or a Failure."""
        survey = self.survey
        if survey is None:
            return

        def work(_ticket: Ticket) -> Any:
            from gui import planning

            return planning.check_list(survey, path)

        self.jobs.start("check list", work, done=done)

    def read_earlier(self, folder: Path, done: Callable[[Any], object]) -> None:
        """Read an earlier release in a job; `done` gets (what it said, lines that compare), or a Failure."""
        survey = self.survey

        def work(_ticket: Ticket) -> Any:
            from gui import planning

            return planning.earlier(folder, survey)

        self.jobs.start("earlier release", work, done=done)

    def cancel(self) -> None:
        """Stop the long step that is running."""
        self.jobs.cancel("open")
        self.jobs.cancel("export")

    # -- what is shown -----------------------------------------------------------------------------
    def set_table(self, name: str) -> None:
        """Show another table of the export."""
        if name != self.current_table:
            self.current_table = name
            self.table_changed.emit(name)

    def show_rows(self, filter_id: str) -> None:
        """Show the rows of a filter side by side, in the first table that has any."""
        survey = self.survey
        if survey is None:
            return
        bit = -1
        if filter_id.startswith("category:"):
            bit = survey.category_ids.index(filter_id.removeprefix("category:"))
        for table in survey.export.tables:
            facts = survey.facts[table.name]
            there = facts.unknown_code if bit < 0 else facts.category_mask(1 << bit)
            if there.any() or (bit < 0 and filter_id != "unknown_code"):
                self.page_requested.emit("side_by_side")
                self.rows_wanted.emit(table.name, filter_id)
                return

    def show_restricted(self, yes: bool) -> None:
        """For a GP: show the rows whose detail the law restricts. Ends with the file."""
        if yes != self.shows_restricted:
            self.shows_restricted = yes
            self._hide_first_rows()
            self.restricted_changed.emit()

    def show_detail(self, detail: DetailContent | None) -> None:
        """Explain the current thing in the strip at the bottom of the window."""
        self.detail_changed.emit(None if self.curtain_down else detail)

    # -- the plan --------------------------------------------------------------------------------
    def _replan(self) -> None:
        """Work out the plan, the rows that leave and the preview; the latest request wins."""
        if self.survey is None or self.going_to is None or self.jobs.running_any(CARRY):
            return  # codes of another recipient are on their way, and the plan after them
        survey, going, choices, format_ = self.survey, self.going_to, self.choices, self.format
        key, book, file, given = self.key, self._book(), self.key_file, self.key_given

        def work(ticket: Ticket) -> tuple[Any, ...]:
            from gui import planning, records

            ticket.counts("rows")
            made = planning.work_out(
                survey, going, choices, format_, key, ticket.check, book, file, given, ticket.progress
            )
            return (*made, records.for_gp(survey, made[0]))

        self.jobs.start("plan", work, done=self._planned, failed=self._replan_failed)

    def stop_planning(self) -> None:
        """Stop working the plan out. What would leave is not known then: nothing can be saved until it is."""
        for name in (CARRY, "plan"):
            self.jobs.cancel(name)
        self.plan, self.rows, self.preview, self.gates = None, None, None, ()
        self.failure = stopped_planning()
        self.plan_changed.emit()
        self.preview_changed.emit()
        self.failed.emit(self.failure.happened)

    def plan_again(self) -> None:
        """Work the plan out after it was stopped or failed."""
        self._replan()

    def _planned(self, result: tuple[Any, ...]) -> None:
        before, self.key = self.key, result[0]
        note, self.profile, self.plan, self.rows, self.gates, self.preview, self.before = result[1:-2]
        self.key_state, self.plan_behind = result[-2], ""
        self.set_close_ones(result[-1])
        if before is None:
            self.key_note = note
            self.key_changed.emit()
        if self.failure is not None and self.failure.stage == "plan" and self.failure.code != NOT_TURNED:
            self.failure = None
        self.plan_changed.emit()
        self.preview_changed.emit()
        self._read_examples()

    def _book(self) -> Any:
        """The book of recipients where it speaks of this one; whom it does not know, it asks nothing of."""
        going = self.going_to
        known = going is not None and self.recipients.entry(going.recipient) is not None
        return self.recipients.book if known else None

    def _read_examples(self) -> None:
        preview, export, for_gp = self.preview, self.export, self.for_gp
        if preview is None or export is None:
            return

        def work(ticket: Ticket) -> dict[tuple[str, str], tuple[str, str | None]]:
            from gui import planning

            return planning.examples(preview, export, EXAMPLE_ROWS, ticket.check, for_gp)

        self.jobs.start("examples", work, done=self._have_examples, failed=self._plan_failed)

    def _have_examples(self, examples: dict[tuple[str, str], tuple[str, str | None]]) -> None:
        self.examples = examples
        self.examples_ready.emit()

    # -- saving ----------------------------------------------------------------------------------
    def save_release(self, out_dir: Path, *, prepared_by: str = "", approved_by: str = "") -> None:
        """Write the release into `out_dir`, re-open and check it. Ends in export_finished or failed."""
        if self.survey is None or self.plan is None or self.planning or self.plan_behind or self.deciding:
            return
        survey, plan, key, rows, before = self.survey, self.plan, self.key, self.rows, self.before
        going = self.going_to
        book, key_state = self._book(), self.key_state
        look_ups = going.look_ups if going is not None else None
        not_looked_at = self.not_looked_at

        def work(ticket: Ticket) -> Any:
            from core.engine import apply_table
            from core.release import export_release
            from gui.planning import with_salt

            ticket.counts("rows")
            return export_release(
                survey, plan, with_salt(key, going), rows, Path(out_dir), progress=ticket.progress, ask=True,
                prepared_by=prepared_by, approved_by=approved_by, apply_table=apply_table, before=before,
                recipients=book, key_state=key_state, look_ups=look_ups, not_looked_at=not_looked_at,
            )  # fmt: skip

        self.jobs.start(
            "export", work, done=self._exported, failed=self._export_failed,
            cancelled=lambda: self.export_finished.emit(None), lane="long",
        )  # fmt: skip

    def _exported(self, result: Any) -> None:
        self.release = result
        self.plan_kept()
        if self.going_to is not None:
            from gui.settings import Settings

            going = self.going_to
            Settings.load().with_release(going.recipient, going.project, Path(result.release)).save()
        self.export_finished.emit(result)

    def _export_failed(self, error: BaseException) -> None:
        self._fail("export", error)

    # -- the end -----------------------------------------------------------------------------------
    def shutdown(self) -> None:
        """Stop every job and wait for it: no thread outlives the window, and no timer starts another."""
        self.jobs.close()
        for timer in self.findChildren(QTimer):
            timer.stop()


def _key_note(_ticket: Ticket) -> str:
    from gui import planning

    return planning.key_note()
