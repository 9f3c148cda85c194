"""What a session knows: signals, state and plain questions. What it does is in gui.session."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui import decisions
from gui.code_lists import CodeLists
from gui.jobs import Jobs
from gui.recipient_book import RecipientBook
from gui.state import Choices, Failure, FirstRows, GoingTo

if TYPE_CHECKING:  # core brings pyarrow and pandas: it is imported in jobs, after the window is up
    from core.model import Export, Finding, Gate
    from core.preview import Preview
    from core.protection.plan import FieldPlan, ObjectionSource, Plan
    from core.reading import TableChoice
    from core.survey.results import Survey


class SessionState(QObject):
    """Signals and state. All of it lives on the UI thread; only Session changes it."""

    export_opened = Signal(object)  # Export
    first_rows_ready = Signal(str)  # table name; rows are in `first_rows[table]`
    findings_ready = Signal()  # a first look at the fields, from a sample
    progress_changed = Signal(object, object, str)  # done, total, what
    survey_ready = Signal()
    table_changed = Signal(str)
    plan_changed = Signal()
    preview_changed = Signal()
    examples_ready = Signal()
    decision_made = Signal(str)  # the decision in words
    failed = Signal(str)  # the message; `failure` has the whole of it
    busy_changed = Signal(bool)
    detail_changed = Signal(object)  # DetailContent, or None for an empty strip
    page_requested = Signal(str)  # page_id
    code_lists_wanted = Signal()  # show the window of code lists
    held_changed = Signal()  # the practice's list of what is held back
    keys_wanted = Signal()  # show the window of the key for the codes
    recipients_wanted = Signal(str)  # show the book of recipients, at this one
    export_finished = Signal(object)  # ReleaseResult
    closed = Signal()  # the export was put away
    profiles_ready = Signal()
    rows_wanted = Signal(str, str)  # table, filter: to be shown side by side
    restricted_changed = Signal()  # whether what the law restricts is shown
    key_changed = Signal()  # another key, or another place where it is kept

    def __init__(self, parent: QObject | None = None, *, key: Any = None) -> None:
        super().__init__(parent)
        self.jobs = Jobs(self)
        self.jobs.progress_changed.connect(self.progress_changed)
        self.jobs.busy_changed.connect(self.busy_changed)
        self.code_lists = CodeLists(self.jobs, self)
        self.recipients = RecipientBook(self.jobs, self)
        self.key: Any = key  # core.protection.Key, or None until one is needed
        self.key_given = key is not None  # whoever made the session keeps the key: it is not asked where
        self.key_note = ""  # a sentence while the key is kept nowhere, '' once it is
        self.key_file: Path | None = None  # where it is kept, if in a file
        self.key_state: Any = None  # core.protection.keys.KeyState, None until it was looked at
        self.profiles: Mapping[str, Any] = {}  # core.protection.Profile by id
        self._forget_files()
        self._reset()

    def _forget_files(self) -> None:
        self.paths: tuple[Path, ...] = ()  # what was asked to be opened
        self.passwords: tuple[str, ...] = ()  # for these files, in memory only
        self._asked_for = ""  # the file that a password was given for last
        self._kept: Any = None  # gui.opening.Kept: decisions to use again

    def _reset(self) -> None:
        self.read_as: dict[str, TableChoice] = {}  # by file: how a person said it is to be read
        self.remembered: frozenset[str] = frozenset()  # of those, the files whose choice was remembered
        self.rereading = False  # whether the same files are being read another way
        self._read_before: list[tuple[dict[str, TableChoice], str]] = []  # for undo: choices, file corrected
        self.export: Export | None = None
        self.first_rows: dict[str, FirstRows] = {}
        self._first_as_read: dict[str, FirstRows] = {}  # before what the law restricts was hidden
        self.findings: Mapping[str, tuple[Finding, ...]] = {}
        self.survey: Survey | None = None
        self.profile: Any = None  # core.protection.Profile
        self.plan: Plan | None = None
        self.rows: Any = None  # core.protection.RowDecisions
        self.preview: Preview | None = None
        self.before: Any = None  # core.protection.Earlier: the last release to the same recipient
        self.gates: tuple[Gate, ...] = ()
        self.examples: dict[tuple[str, str], tuple[str, str | None]] = {}
        self._history = decisions.History()
        self.failure: Failure | None = None
        self.plan_behind = ""  # why the plan could not be worked out again: it is older than the decisions
        self.release: Any = None  # core.release.ReleaseResult of the last export
        self.current_table = ""
        self.shows_restricted = False  # a GP asked to see what the law restricts, for this file only

    # -- plain questions -------------------------------------------------------------------------
    @property
    def going_to(self) -> GoingTo | None:
        """Who gets it and why; a choice like every other, and so taken back like them."""
        return self._history.now.going_to

    @going_to.setter
    def going_to(self, going: GoingTo | None) -> None:
        self._history.begin(going_to=going)

    @property
    def format(self) -> str:
        """'csv', 'xlsx' ...: the sort of file that is written."""
        return self._history.now.format

    @format.setter
    def format(self, name: str) -> None:
        self._history.begin(format=name)

    @property
    def recipient(self) -> str:
        return self.going_to.recipient if self.going_to else ""

    @property
    def project(self) -> str:
        return self.going_to.project if self.going_to else ""

    @property
    def expected_patients(self) -> int | None:
        return self.going_to.expected_patients if self.going_to else None

    @property
    def objection_sources(self) -> tuple[ObjectionSource, ...]:
        return self.going_to.objection_sources if self.going_to else ()

    @property
    def confirmed(self) -> tuple[str, ...]:
        return self.choices.confirmed

    @property
    def numbers(self) -> Any:
        """The counts of rows and patients (RowDecisions) while a plan stands, else None."""
        return self.rows if self.plan is not None else None

    @property
    def publishes_counts(self) -> bool:
        """Whether only a table of counts would leave, and no patient's row."""
        return self.plan is not None and str(self.plan.purpose) == "counts"

    @property
    def tier(self) -> str:
        """'green', 'amber' or 'red' for what the plan sends; '' while there is none."""
        if self.plan is None or self.profile is None:
            return ""
        from core.protection import tier_of

        return str(tier_of(self.plan, self.profile))

    @property
    def busy(self) -> bool:
        return self.jobs.busy

    @property
    def planning(self) -> bool:
        """Whether a new plan is being worked out: what is on the screen is the one before."""
        return self.jobs.running("plan") or self.jobs.running("carry over")

    @property
    def deciding(self) -> bool:
        """Whether a decision was made whose row or list is still being read: no plan knows of it yet."""
        return self.jobs.running_any("row ", "hold back ", "let go")

    @property
    def choices(self) -> Choices:
        return self._history.now

    @property
    def unsaved(self) -> int:
        """How many decisions would be lost with the file: none once they stand in a release or a plan."""
        return self._history.unsaved

    def may_show(self, category: str) -> bool:
        """Whether the rows of a category may be shown one by one: what the law restricts is for a GP."""
        if self.survey is None:
            return False
        return self.shows_restricted or self.survey.lookup.category(category).strength != "restricted"

    @property
    def by_hand(self) -> int:
        """How many patients and rows are left out by hand: they are remembered by codes of the key."""
        return len(self.choices.patients) + len(self.choices.items)

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def undo_words(self) -> str:
        """The decision that `undo` would take back, '' where there is none."""
        return self._history.now.what if self.can_undo else ""

    @property
    def redo_words(self) -> str:
        """The decision that `redo` would make again, '' where there is none."""
        return self._history.next_words

    def field_plan(self, table: str, name: str) -> FieldPlan | None:
        """What the plan does with a field; None before there is a plan."""
        if self.plan is None:
            return None
        for planned in self.plan.for_table(table):
            if planned.field == name:
                return planned
        return None
