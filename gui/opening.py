"""The session's part that opens files: as Threshold suggests, as a person said, and again.

Passwords live here while a file is open and go nowhere else. A file that changed while it was open is put
away at once: what was on the screen is not what it holds now. What was decided is kept, and used again when
the file is opened again with the same fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gui import decisions
from gui.failures import failure_at
from gui.for_a_gp import ForAGp, ForGp
from gui.jobs import Ticket
from gui.plain_words import plain
from resources import ROOT

if TYPE_CHECKING:
    from core.model import Export, Finding
    from core.reading import TableChoice
    from core.survey.results import Survey
    from gui.reading import Opened, Tried

FIRST_ROWS = 200
#: Errors after which nothing on the screen can be trusted to be what the file holds.
GONE = frozenset({"changed", "missing", "locked", "unreachable"})


@dataclass(frozen=True)
class Kept:
    """What is used again where a file is opened again with the same fields."""

    headers: tuple[tuple[str, ...], ...]
    history: decisions.History


class Opening(ForAGp):
    """Opens, corrects how files are read, and opens again."""

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files or folders as one export; what was open before is put away first."""
        self.close_export()
        self.paths = tuple(Path(p) for p in paths)
        self._open(None)

    def open_demo(self) -> None:
        """Open the built-in demo practice."""
        self.open_paths(demo_paths())

    def open_again(self) -> None:
        """Open the same files once more, as they were read before."""
        if self.paths:
            self.failure = None
            self._open(self.read_as or None)

    def try_password(self, password: str) -> None:
        """Open the file again with a password. One that did not fit is forgotten."""
        same = self.failure is not None and self.failure.where == self._asked_for
        self.passwords = (*(self.passwords[:-1] if same else self.passwords), password)
        self._asked_for = self.failure.where if self.failure is not None else ""
        self.open_again()

    def add_password(self, password: str) -> None:
        """Read the folder or archive again with a password for a file in it that was not read without."""
        self.passwords = (*self.passwords, password)
        self._start_over(self.read_as or None)

    def look_again(self) -> None:
        """Go through what is open once more, because a code list came or went; decisions stay."""
        if self.export is not None:
            self._start_over(self.read_as or None)
        elif self.failure is not None and self.failure.code == "shelf":
            self.open_again()

    @property
    def password_was_wrong(self) -> bool:
        """Whether the file asks for a password that was just given."""
        failure = self.failure
        return failure is not None and failure.code == "password" and failure.where == self._asked_for

    # -- corrections -----------------------------------------------------------------------------
    def correct(self, file: str, choice: TableChoice) -> None:
        """Read one file as a person says, and remember it for files of the same shape."""
        self._reread({**self.read_as, file: choice}, file)

    def as_suggested(self, file: str) -> None:
        """Read one file as Threshold suggests, and forget what was said of its shape."""
        self._reread({name: c for name, c in self.read_as.items() if name != file}, file)

    def undo_reading(self) -> None:
        """Take the last correction back; or, where it was remembered, forget it."""
        if self._read_before:
            before, file = self._read_before[-1]
            self._reread(before, file, undone=True)
        elif self.remembered:
            self._reread(
                {name: c for name, c in self.read_as.items() if name not in self.remembered},
                *sorted(self.remembered), undone=True,
            )  # fmt: skip

    @property
    def can_undo_reading(self) -> bool:
        return bool(self._read_before or self.remembered)

    def try_reading(
        self, file: str, choice: TableChoice, told: Callable[[Tried | str], object], number: int = 0
    ) -> None:
        """How the file's table of this number would be read; `told` gets it, or what is wrong in words."""
        paths, passwords, others = self.paths, self.passwords, dict(self.read_as)

        def work(_ticket: Ticket) -> Tried | str:
            from core.model import ThresholdError
            from gui import reading

            try:
                return reading.try_reading(paths, file, choice, passwords, others, number)
            except ThresholdError as error:
                return plain(error.message)

        self.jobs.start("try reading", work, done=told)

    def _reread(self, choices: Mapping[str, TableChoice], *files: str, undone: bool = False) -> None:
        if undone and self._read_before:
            self._read_before.pop()
        elif not undone:
            self._read_before.append((dict(self.read_as), files[0]))
        self._start_over(choices, files)

    def _start_over(self, choices: Mapping[str, TableChoice] | None, files: Sequence[str] = ()) -> None:
        """Read the same files another way; what was decided is used again where the fields stay."""
        before, going_to, kept = list(self._read_before), self.going_to, self._what_to_keep()
        for name in ("open", "plan", "examples", "export"):
            self.jobs.cancel(name)
        self._reset()
        self.going_to, self._read_before, self._kept = going_to, before, kept
        self.rereading = True
        self.plan_changed.emit()
        self.preview_changed.emit()
        self._open(choices, files)

    def _remember(self, files: Sequence[str]) -> None:
        """Keep for files of the same shape how these are read now; in a job, for it reads them again."""
        export, choices, paths, passwords = self.export, dict(self.read_as), self.paths, self.passwords
        if export is None:
            return

        def work(_ticket: Ticket) -> tuple[Any, ...]:
            from gui import reading

            return reading.to_remember(paths, files, choices, export, passwords)

        self.jobs.start("remember", work, done=_save_readings, failed=_could_not_remember)

    # -- the job ---------------------------------------------------------------------------------
    def _open(self, choices: Mapping[str, TableChoice] | None, files: Sequence[str] = ()) -> None:
        paths, passwords, key = self.paths, self.passwords, self.key

        def work(ticket: Ticket) -> tuple[Survey, ForGp]:
            from gui import planning, reading, records
            from gui.settings import Settings

            opened = reading.open_files(paths, choices, passwords, Settings.load().readings, ticket.progress)
            export = opened.export
            ticket.post(self._opened, opened, tuple(files))
            ticket.post(self.set_close_ones, ForGp(unread=records.gp_list_kept()))
            for table in export.tables:
                ticket.check()
                ticket.post(self._take_first_rows, table.name, planning.first_rows(table, FIRST_ROWS))
            from core.survey import find_fields, load_lookup, survey_export
            from core.survey.lists import load_shelf

            lookup = load_lookup(load_shelf())
            size = reading.size_of(paths)

            def progress(done: int, total: int, what: str) -> None:
                one_of_many = len(export.tables) > 1 and any(t.name in what for t in export.tables)
                ticket.counts("bytes", 0 if one_of_many else size)
                ticket.progress(done, total, what)

            found = find_fields(export)
            ticket.post(self._found, found)
            survey = survey_export(export, progress=progress, found=found, lookup=lookup)
            close = records.for_gp(survey, key or records.stored_key(), sure=False)
            return survey, close

        self.jobs.start(
            "open", work, done=self._surveyed, failed=self._open_failed, cancelled=self._open_cancelled,
            lane="long",
        )  # fmt: skip

    def close_export(self) -> None:
        """Put the export away: every decision about it is forgotten, nothing is kept."""
        for name in ("open", "plan", "examples", "export", "remember", "try reading"):
            self.jobs.cancel(name)
        self._reset()
        self._forget_files()
        self.detail_changed.emit(None)
        self.closed.emit()

    def _opened(self, opened: Opened, files: Sequence[str]) -> None:
        self.failure, self.rereading = None, False
        self.export = opened.export
        self.read_as, self.remembered = dict(opened.choices), opened.remembered
        if self.export.tables:
            self.current_table = self._table_of(files) or self.export.tables[0].name
        self.export_opened.emit(self.export)
        if files:
            self._remember(files)

    def _table_of(self, files: Sequence[str]) -> str:
        """The first table of the files that were read again: it stays in sight."""
        from gui.reading import file_name

        assert self.export is not None
        return next((t.name for t in self.export.tables if file_name(t) in files), "")

    def _found(self, findings: Mapping[str, tuple[Finding, ...]]) -> None:
        self.findings = findings
        self._hide_first_rows()
        self.findings_ready.emit()

    def _surveyed(self, found: tuple[Survey, ForGp]) -> None:
        survey, self.close_ones = found
        self.survey = survey
        self.export = survey.export
        self.findings = survey.findings
        self._hide_first_rows()
        self.for_gp_changed.emit()
        kept, self._kept = self._kept, None
        if kept is not None and kept.headers == headers_of(survey.export):
            self._history = kept.history
        self.survey_ready.emit()
        if self.going_to is not None:
            self._replan()

    def _replan(self) -> None:
        """Work out the plan; see Session."""
        raise NotImplementedError

    def _open_failed(self, error: BaseException) -> None:
        # Where a correction did not do, the next try is as it was read before.
        read_as = self._read_before[-1][0] if self._read_before else self.read_as
        self._kept = self._kept or self._what_to_keep()
        self._reset()
        self.read_as = dict(read_as)
        self._fail("open", error)

    def _open_cancelled(self) -> None:
        self._reset()
        self._forget_files()
        self.closed.emit()

    # -- errors ----------------------------------------------------------------------------------
    def _fail(self, stage: str, error: BaseException) -> None:
        from core.model import ThresholdError

        if self.put_away_if_gone(error):
            return
        self.failure = failure_at(stage, error)
        self.failed.emit(self.failure.happened)
        if not isinstance(error, ThresholdError):
            raise error  # a bug: the crash dialog shows where, without any cell's text

    def put_away_if_gone(self, error: BaseException) -> bool:
        """Where the file changed or went away while it was open: nothing goes on with its old rows.

        True if so. The decisions are kept for when it is opened again."""
        from core.model import ReadError

        if self.export is None or not isinstance(error, ReadError) or error.code not in GONE:
            return False
        kept, read_as = self._what_to_keep(), self.read_as
        for name in ("open", "plan", "examples", "export", "rows", "view", "find", "remember"):
            self.jobs.cancel(name)
        self._reset()
        self._kept, self.read_as = kept, read_as
        self.failure = failure_at("gone", error)
        self.plan_changed.emit()
        self.preview_changed.emit()
        self.detail_changed.emit(None)
        self.failed.emit(self.failure.happened)
        return True

    def _what_to_keep(self) -> Kept | None:
        if self.export is None:
            return None
        return Kept(headers_of(self.export), self._history)


def headers_of(export: Export) -> tuple[tuple[str, ...], ...]:
    """The names of every table and its fields, to tell whether decisions about them still mean the same."""
    return tuple((t.name, *(f.name for f in t.fields)) for t in export.tables)


#: The demo practice's tables, in the order in which the pages list them.
_DEMO = ("events", "medicines", "patients", "allergies", "letters")


def demo_paths() -> tuple[Path, ...]:
    """The demo practice's files, as shipped."""
    return tuple(ROOT / "demo" / f"{name}.csv" for name in _DEMO)


def _could_not_remember(error: BaseException) -> None:
    """A file that went away meanwhile is read as it was said; only the next one is not."""
    from core.model import ThresholdError

    if not isinstance(error, ThresholdError):
        raise error


def _save_readings(found: tuple[Any, ...]) -> None:
    from gui.settings import Settings

    readings, forgotten = found
    settings = Settings.load().without_readings(forgotten)
    for made in readings:
        settings = settings.with_reading(made)
    settings.save()
