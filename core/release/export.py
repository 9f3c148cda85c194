"""Writing a release: gates, data, pages, checks, and one rename at the very end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.model import Gate, PolicyError, Progress, ReadError, Table, UsageError
from core.protection import (
    Context,
    Earlier,
    Key,
    LookUps,
    OutBlock,
    Plan,
    Purpose,
    RecipientsBook,
    RowDecisions,
    apply,
    gates,
    require,
)
from core.protection.counts import refuse_rows
from core.protection.keys import KeyState
from core.protection.own_profiles import profile_of
from core.protection.plans.approvals import Approval, signed_by
from core.reading import source_checksum
from core.reading.source import cannot_read
from core.release import manifest as m
from core.release.earlier import compared_notices
from core.release.job import ApplyTable, Job
from core.release.stage import Stage, clear_unfinished, write_error
from core.release.writers import check_export
from core.survey.results import Survey


@dataclass(frozen=True)
class ReleaseResult:
    """A finished release: its folder, and its manifest, which has the counts, files and checks."""

    release: Path
    manifest: m.Manifest
    checks: tuple[Gate, ...]
    cleared: int = 0  # folders that killed runs had left behind and that were removed

    @property
    def files(self) -> tuple[m.DataFile, ...]:
        return self.manifest.files

    @property
    def rows_in(self) -> int:
        return self.manifest.rows_in

    @property
    def rows_out(self) -> int:
        return self.manifest.rows_out

    @property
    def withheld(self) -> tuple[m.WithheldRows, ...]:
        return self.manifest.withheld


def export_release(
    survey: Survey,
    plan: Plan,
    key: Key,
    rows: RowDecisions,
    out_dir: Path,
    *,
    progress: Progress | None = None,
    prepared_by: str = "",
    approved_by: str = "",
    approvals: tuple[Approval, ...] = (),
    workers: int | None = None,
    apply_table: ApplyTable | None = None,
    recipients: RecipientsBook | None = None,
    ask: bool = False,
    today: date | None = None,
    notices: tuple[str, ...] = (),
    before: Earlier | None = None,
    key_state: KeyState | None = None,
    look_ups: LookUps | None = None,
    not_looked_at: int | None = None,
) -> ReleaseResult:
    """Write a release into `out_dir`: gates, data, re-opening and attack, then one rename.

    Give `core.engine.apply_table` as `apply_table` to work on all cores; the bytes are the same either way.
    `ask` is for the windows, where people an own-care list drops must be confirmed; `before` is what an
    earlier release said of objections (see `earlier_release`), `key_state` what is known of the key's backup,
    `look_ups` the files that the plan's actions look into, `not_looked_at` how many patients should still be
    looked at one by one (None: nobody worked it out), which is told and stops nothing.

    `approvals` are those kept with the plan: those that stand sign it, unless other names are given here.

    Raises PolicyError for a gate that does not hold or two names that are one person's, UsageError for
    what a format cannot hold, ReadError where the source changed, VerificationError where the check of
    the written files fails, WriteError where the disk refuses, Cancelled where `progress` raises it.
    Whatever is raised, nothing stands under a final name and the stage is gone.
    """
    profile = profile_of(plan)
    tables = [(t.name, t.format) for t in survey.export.tables]
    refuse_rows(profile, plan.format)
    check_export(plan.format, tables, counts=plan.purpose is Purpose.COUNTS)
    if approvals:
        prepared, approved = signed_by(approvals, plan)
        prepared_by, approved_by = prepared_by or prepared, approved_by or approved
    _two_people(prepared_by, approved_by)
    _same_rows(survey, rows)
    require(
        gates(
            survey,
            plan,
            rows,
            profile,
            recipients=recipients,
            today=today,
            ask=ask,
            before=before,
            key_state=key_state,
            not_looked_at=not_looked_at,
        )
    )
    if before is not None:
        notices = (*notices, *compared_notices(survey, rows, before))
    apply_table = apply_table or _one_by_one
    job = Job(survey, plan, key, rows, profile, progress, workers, apply_table, look_ups, not_looked_at)
    job.check_fits()
    unchanged = _state(survey)
    try:
        cleared = clear_unfinished(out_dir)
        with Stage(out_dir) as stage:
            with ThreadPoolExecutor(1, thread_name_prefix="source") as pool:
                checksum: Future[str] = pool.submit(source_checksum, survey.export)
                files = job.write(stage)
            manifest = job.manifest(files, checksum.result(), prepared_by, approved_by, notices, approvals)
            manifest = job.write_pages(stage, manifest)
            checks = job.check(stage, manifest)
            if _state(survey) != unchanged:
                raise _changed(survey)
            manifest = job.write_manifest(stage, manifest, checks)
            release = stage.finish(_release_name(plan, manifest))
    except OSError as error:
        raise write_error(error, out_dir) from None
    return ReleaseResult(release, manifest, checks, cleared)


def _one_by_one(table: Table, context: Context, *, workers: int | None = None) -> Iterator[OutBlock]:
    positions = sorted(context.tables[table.name].positions)
    return (apply(table.read(block, positions), context) for block in table.blocks())


def _two_people(prepared_by: str, approved_by: str) -> None:
    one, other = (" ".join(name.split()).casefold() for name in (prepared_by, approved_by))
    if one and one == other:
        raise PolicyError(
            "The person who prepared a release cannot be the one who approves it. Name somebody else.",
            where="signatures",
            code="gate.two-people",
        )


def _same_rows(survey: Survey, rows: RowDecisions) -> None:
    if {n: len(w) for n, w in rows.withheld.items()} != {n: f.rows for n, f in survey.facts.items()}:
        raise UsageError("The decisions on rows were made for another file. Make them again.", where="rows")


def _state(survey: Survey) -> list[tuple[int, int]]:
    found = []
    for path in survey.export.paths:
        try:
            status = path.stat()
        except OSError as error:
            raise cannot_read(path.name, error) from None
        found.append((status.st_size, status.st_mtime_ns))
    return found


def _changed(survey: Survey) -> ReadError:
    return ReadError(
        "The file changed while the release was made. Nothing was released. Open it again.",
        where=survey.export.name,
        code="changed",
    )


def _release_name(plan: Plan, manifest: m.Manifest) -> str:
    """Made of the profile, the day and the plan: nothing in it was typed by anybody."""
    return f"{plan.profile_id}-{manifest.made[:10]}-{plan.fingerprint[:8]}"
