"""The parts of making one release, in order: data, pages, check, manifest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet

from core import __version__
from core.model import Gate, Progress, Reason, Table, VerificationError
from core.protection import (
    ACTIONS,
    Context,
    Key,
    LookUps,
    ObjectionSource,
    OutBlock,
    Plan,
    Profile,
    Purpose,
    RowDecisions,
    kept_notes,
    make_context,
    published_table,
    tier_of,
)
from core.protection.order import InOrder, order_of
from core.protection.plans.approvals import Approval, standing
from core.protection.plans.files import SavedPlan, saved
from core.protection.schemes import warning_of
from core.release import fhir_file
from core.release import manifest as m
from core.release.checks import Source, check_written
from core.release.limits_told import limits_told
from core.release.naming import file_names
from core.release.reasons_file import write_reasons
from core.release.reports import covering_note, manifest_page
from core.release.stage import Stage
from core.release.writers import FORMATS, check_fits, open_writer
from core.survey.results import Survey

_COUNTS = "counts"
_WRITING = "Writing"
_LEAVE_OUT = "Leave the field out, or make it coarser, and export again."
_REMEDIES = {"identifiers": _LEAVE_OUT, "own-patient": _LEAVE_OUT}


class ApplyTable(Protocol):
    """How `apply` is run over a table: `core.engine.apply_table`, or the plain loop of this module."""

    def __call__(
        self, table: Table, context: Context, *, workers: int | None = None
    ) -> Iterator[OutBlock]: ...


@dataclass(frozen=True)
class Job:
    """One release being made: what it is made from, and each step of making it."""

    survey: Survey
    plan: Plan
    key: Key
    rows: RowDecisions
    profile: Profile
    progress: Progress | None
    workers: int | None
    apply_table: ApplyTable
    look_ups: LookUps | None = None
    not_looked_at: int | None = None

    @cached_property
    def kept(self) -> SavedPlan:
        """The plan as it is kept, and what is needed to start from it next time."""
        return saved(self.plan, self.survey)

    @property
    def counts(self) -> bool:
        return self.plan.purpose is Purpose.COUNTS

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f.table for f in self.plan.fields))

    @property
    def leaving(self) -> tuple[tuple[int, str], ...]:
        """Number and name of the tables that have a file: those with a field that leaves."""
        if self.counts:
            return ()
        return tuple(
            (number, name)
            for number, name in enumerate(self.tables, start=1)
            if any(f.leaves for f in self.plan.for_table(name))
        )

    def check_fits(self) -> None:
        names = file_names(self.tables)
        for _, table in self.leaving:
            fields = sum(f.leaves for f in self.plan.for_table(table))
            rows = int((self.rows.withheld[table] == 0).sum())
            check_fits(self.plan.format, names[table], rows, fields)

    def context(self) -> Context:
        return make_context(self.survey, self.plan, self.key, self.rows, self.look_ups)

    def write(self, stage: Stage) -> tuple[m.DataFile, ...]:
        """The data files."""
        if self.counts:
            table = published_table(self.survey, self.plan, self.profile, self.rows)
            fields = tuple(table.schema.names)
            return (self._write(stage, _COUNTS, 0, fields, iter(table.to_batches()), 0),)
        if self.plan.format == "fhir":
            return (self._write_together(stage),)
        context, names, done, files = self.context(), file_names(self.tables), 0, []
        context.check_codes()
        for number, table in self.leaving:
            fields = tuple(f.heading for f in context.tables[table].leaving)
            batches = self._outgoing(table, context)
            files.append(self._write(stage, names[table], number, fields, batches, done))
            done += files[-1].rows
        if done != self.rows.rows_out:
            raise VerificationError(
                "The rows written are not the rows that should leave. Nothing was released. Try again.",
                where=_WRITING,
            )
        return tuple(files)

    def _outgoing(self, name: str, context: Context) -> Iterator[pa.RecordBatch]:
        """The rows that leave a table, in the order in which they do."""
        table, order = self.survey.export.table(name), order_of(self.plan, self.key)
        if order is None:
            return (block.data for block in self.apply_table(table, context, workers=self.workers))
        blocks = self.apply_table(InOrder(table, order), context, workers=self.workers)
        return (order.shuffled(name, block.first_row, block.data) for block in blocks)

    def _write_together(self, stage: Stage) -> m.DataFile:
        """One file of all tables."""
        path = stage.send / f"{fhir_file.NAME}{FORMATS[self.plan.format][1]}"
        context, done, parts = self.context(), 0, []
        context.check_codes()
        writer = fhir_file.FhirBundle(path)
        try:
            for number, table in self.leaving:
                fields = tuple(f.heading for f in context.tables[table].leaving)
                writer.begin(number, table, fields)
                start = done
                for batch in self._outgoing(table, context):
                    self._tell(done, _WRITING)
                    writer.write(batch)
                    done += batch.num_rows
                parts.append(m.DataPart(table=number, rows=done - start, fields=fields))
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        if done != self.rows.rows_out:
            raise VerificationError(
                "The rows written are not the rows that should leave. Nothing was released. Try again.",
                where=_WRITING,
            )
        return m.DataFile(
            name=path.name,
            sha256=m.sha256_of(path),
            bytes=path.stat().st_size,
            rows=done,
            table=-1,
            fields=(),
            parts=tuple(parts),
        )

    def _write(
        self,
        stage: Stage,
        name: str,
        number: int,
        fields: tuple[str, ...],
        batches: Iterator[pa.RecordBatch],
        done: int,
    ) -> m.DataFile:
        path = stage.send / f"{name}{FORMATS[self.plan.format][1]}"
        writer = open_writer(self.plan.format, path, fields, sheet=name, scratch=stage.scratch)
        rows = 0
        try:
            for batch in batches:
                self._tell(done + rows, _WRITING)
                writer.write(batch)
                rows += batch.num_rows
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        self._tell(done + rows, _WRITING)
        return m.DataFile(
            name=path.name,
            sha256=m.sha256_of(path),
            bytes=path.stat().st_size,
            rows=rows,
            table=number,
            fields=fields,
        )

    def manifest(
        self,
        files: tuple[m.DataFile, ...],
        checksum: str,
        prepared_by: str,
        approved_by: str,
        notices: tuple[str, ...],
        approvals: tuple[Approval, ...] = (),
    ) -> m.Manifest:
        plan, rows, survey = self.plan, self.rows, self.survey
        reasons = {reason.id: reason for reason in rows.reasons}
        return m.Manifest(
            threshold=__version__,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            profile=plan.profile_id,
            profile_version=plan.profile_version,
            profile_title=self.profile.title,
            purpose=str(plan.purpose),
            recipient=plan.recipient,
            project=plan.project,
            agreement=plan.agreement,
            tier=m.NOT_MEASURED,
            profile_tier=tier_of(plan, self.profile),
            plan=plan.fingerprint,
            plan_kept=self.kept.plan.fingerprint,
            key=self.key.label_for(plan.recipient, plan.project),
            source=m.Source(
                sha256=checksum,
                files=len(survey.export.paths),
                bytes=sum(path.stat().st_size for path in survey.export.paths),
            ),
            files=files,
            kept=(),
            rows_in=rows.rows_in,
            rows_out=rows.rows_out,
            patients_in=rows.patients_in,
            patients_out=rows.patients_out,
            withheld=tuple(
                m.WithheldRows(
                    id=c.id, reason=c.text, source=_source(reasons, c.id), rows=c.rows, patients=c.patients
                )
                for c in rows.counted
            ),
            fields=tuple(
                m.FieldDone(
                    table=self.tables.index(f.table) + 1,
                    field=f.heading if f.leaves else kept.field,
                    kind=f.kind,
                    role=f.role,
                    action=f.action,
                    did=ACTIONS[f.action].term,
                    reason=f.reason,
                    source=f.source,
                    decided=f.decided,
                )
                for f, kept in zip(plan.fields, self.kept.plan.fields, strict=True)
            ),
            objections=tuple(
                m.Objecting(id=c.id, meaning=c.text, patients=c.patients, rows=c.rows)
                for c in survey.objections
            ),
            objection_sources=tuple(_source_told(s) for s in plan.objection_sources),
            objection_evidence=tuple(
                m.Evidence(id=e.id, text=e.text, warns=e.warns) for e in survey.objection_evidence
            ),
            notices=(*_notices(plan, survey), *notices),
            scheme_warning=warning_of(plan),
            limits=limits_told(plan),
            lists=tuple(m.CodeList(**asdict(used)) for used in survey.lookup.lists),
            prepared_by=prepared_by.strip(),
            approved_by=approved_by.strip(),
            signed=bool(prepared_by.strip() and approved_by.strip()),
            approvals=standing(approvals, plan),
            seen=tuple(m.SeenBy(patient=code, by=by, at=at) for code, by, at in plan.seen),
            not_looked_at=self.not_looked_at,
        )

    def write_pages(self, stage: Stage, manifest: m.Manifest) -> m.Manifest:
        """The covering note, the plan and each row's reason; the manifest with their checksums."""
        _put(stage.send / m.NOTE, covering_note(manifest))
        _put(stage.keep / m.PLAN, m.plan_json(self.kept.plan))
        _put(stage.keep / m.SHAPE, self.kept.shape.model_dump_json(indent=1) + "\n")
        write_reasons(stage.keep / m.REASONS, self.survey, self.rows)
        kept = tuple(
            m.Kept(name=name, sha256=m.sha256_of(stage.release / name))
            for name in (f"send/{m.NOTE}", f"keep/{m.PLAN}", f"keep/{m.REASONS}", f"keep/{m.SHAPE}")
        )
        return manifest.model_copy(update={"kept": kept})

    def check(self, stage: Stage, manifest: m.Manifest) -> tuple[Gate, ...]:
        """Re-open everything that was written and attack it."""
        checks = check_written(
            stage.release,
            manifest,
            self.plan,
            source=Source(self.survey, self.context(), self.rows, order=order_of(self.plan, self.key)),
            progress=self.progress,
        )
        failed = [check for check in checks if not check.passed]
        if failed:
            raise VerificationError(
                f"The check of what was written failed, so nothing was released. {failed[0].detail} "
                f"{_REMEDIES.get(failed[0].name, 'Export again, to another disk if it happens twice.')}",
                where=failed[0].name,
                code=f"check.{failed[0].name}",
            )
        return checks

    def write_manifest(self, stage: Stage, manifest: m.Manifest, checks: tuple[Gate, ...]) -> m.Manifest:
        """The manifest and its page, re-opened."""
        checked = tuple(m.Checked(name=c.name, passed=c.passed, detail=c.detail) for c in checks)
        manifest = manifest.model_copy(update={"checks": checked})
        _put(stage.keep / m.MANIFEST_PAGE, manifest_page(manifest))
        _put(stage.keep / m.MANIFEST, manifest.model_dump_json(indent=1) + "\n")
        if m.read_manifest(stage.release) != manifest:
            raise VerificationError(
                "The manifest did not read back as it was written. Try again, or on another disk.",
                where=m.MANIFEST,
            )
        if m.read_plan(stage.keep / m.PLAN).fingerprint != self.kept.plan.fingerprint:
            raise VerificationError(
                "The plan did not read back as it was written. Try again, or on another disk.",
                where=m.PLAN,
            )
        return manifest

    def _tell(self, done: int, what: str) -> None:
        if self.progress is not None:
            self.progress(done, max(self.rows.rows_out, done), what)


def _source_told(source: ObjectionSource) -> dict[str, str]:
    told = {"kind": source.kind, "detail": source.detail}
    return {**told, "date": source.date} if source.date else told


def _notices(plan: Plan, survey: Survey) -> tuple[str, ...]:
    """What a reader of the manifest must not overlook."""
    told = []
    if plan.assume_registered and not survey.patients.has_status:
        told.append("The export does not tell who is registered. A person said that all of them are.")
    told += [
        f"Objections were said not to apply: {source.detail}"
        for source in plan.objection_sources
        if source.kind == "none"
    ]
    kept = kept_notes(survey, plan)
    if kept:
        by = plan.notes_read_by or "the person who approved"
        told.append(f"Notes leave ({len(kept):,} of the fields). A sample of them was read by {by}.")
    return tuple(told)


def _source(reasons: dict[str, Reason], reason_id: str) -> str:
    return reasons[reason_id].source if reason_id in reasons else ""


def _put(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
