"""Re-opening a release and trying to break it.

Without the source: checksums, row counts, field names, hidden parts, and strong identifiers anywhere in
what was sent. With the source surveyed again: also that every cell is what `apply` makes, and the full
attack with the identifiers and names of the practice's own patients.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet

from core.model import Gate, Progress, Reason, UsageError, VerificationError
from core.protection import Key, LookUps, RowDecisions, create_key, make_context
from core.protection.order import order_of
from core.protection.plan import Plan
from core.protection.plans.files import SavedPlan, plan_for
from core.protection.plans.shape import shape_of
from core.protection.schemes import without_salt
from core.reading import source_checksum
from core.release.checks import Source, check_written, gate
from core.release.manifest import (
    MANIFEST,
    MANIFEST_PAGE,
    PLAN,
    REASONS,
    SHAPE,
    Manifest,
    read_manifest,
    read_plan,
    sha256_of,
)
from core.survey.results import Survey


@dataclass(frozen=True)
class VerifyResult:
    """What a check of a release found. `passed` only where every check did."""

    release: Path
    checks: tuple[Gate, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


def verify_release(
    release_dir: Path,
    survey: Survey | None = None,
    key: Key | None = None,
    *,
    progress: Progress | None = None,
    look_ups: LookUps | None = None,
) -> VerifyResult:
    """Re-open a release and attack it; with a survey of its source, compare and attack in full.

    `key` lets pseudonyms be made again; without it they are checked for their shape. Raises ReadError
    where the folder is no release; a damaged manifest or plan is a failed check.
    """
    manifest = None
    try:
        manifest = read_manifest(release_dir)
        plan = read_plan(release_dir / "keep" / PLAN)
    except VerificationError as error:
        return VerifyResult(release_dir, (Gate(error.where, False, error.message),))
    assert manifest is not None
    kept, plan = plan, _as_sent(plan, manifest)
    checks = [_same_plan(manifest, kept), _reconcile(manifest), _kept_files(release_dir, manifest)]
    rows: RowDecisions | None = None
    if survey is not None:
        same = source_checksum(survey.export) == manifest.source.sha256
        checks.append(
            Gate("source", True, "The source is the one the release was made from.")
            if same
            else Gate("source", False, "The source given is not the one the release was made from.")
        )
        if same:
            checks.append(_same_lists(manifest, survey))
            rows, fits = _kept_rows(release_dir, manifest, survey)
            checks.append(fits)
    if survey is None or rows is None:
        checks += check_written(release_dir, manifest, plan, progress=progress)
        return VerifyResult(release_dir, tuple(checks))
    try:
        if manifest.plan_kept:
            plan = plan_for(SavedPlan(kept, shape_of(survey), manifest.plan), survey)
        context = make_context(survey, without_salt(plan), key or create_key(), rows, look_ups)
    except UsageError as error:
        told = error.message if error.code == "look_up_needed" else "The plan kept does not fit the source."
        checks.append(Gate("plan", False, told))
        return VerifyResult(release_dir, tuple(checks))
    except Exception:
        checks.append(Gate("plan", False, "The plan kept does not fit the source."))
        return VerifyResult(release_dir, tuple(checks))
    if key is not None and key.label_for(plan.recipient, plan.project) != manifest.key:
        checks.append(Gate("key", False, "The key given is not the one the release was made with."))
    checks += check_written(
        release_dir,
        manifest,
        plan,
        source=Source(
            survey,
            context,
            rows,
            thorough=True,
            has_key=key is not None,
            order=None if key is None else order_of(plan, key),
        ),
        progress=progress,
    )
    return VerifyResult(release_dir, tuple(checks))


def _kept_files(release_dir: Path, manifest: Manifest) -> Gate:
    wrong = [
        f"{kept.name} is not the file that was written."
        for kept in manifest.kept
        if not (release_dir / kept.name).is_file() or sha256_of(release_dir / kept.name) != kept.sha256
    ]
    expected = {MANIFEST, MANIFEST_PAGE, PLAN, REASONS}
    if f"keep/{SHAPE}" in {kept.name for kept in manifest.kept}:  # releases of older versions have none
        expected.add(SHAPE)
    if {path.name for path in (release_dir / "keep").iterdir()} != expected:
        wrong.append("keep does not hold the manifest, plan and reasons and nothing else.")
    if {path.name for path in release_dir.iterdir()} - {"send", "keep"}:
        wrong.append("The release holds more than the folders send and keep.")
    return gate("kept", wrong, "The plan, reasons and covering note are as they were written.")


def _as_sent(plan: Plan, manifest: Manifest) -> Plan:
    """A kept plan with the names its fields left under: it does not hold those that may name somebody."""
    if not manifest.plan_kept or len(plan.fields) != len(manifest.fields):
        return plan
    return replace(
        plan,
        fields=tuple(
            replace(field, sent_as=done.field) if field.leaves and field.heading != done.field else field
            for field, done in zip(plan.fields, manifest.fields, strict=True)
        ),
    )


def _same_plan(manifest: Manifest, plan: Plan) -> Gate:
    if plan.fingerprint != (manifest.plan_kept or manifest.plan):
        return Gate("plan", False, "The plan kept is not the one the release was made under.")
    said = {
        "profile": (manifest.profile, plan.profile_id),
        "version of the profile": (manifest.profile_version, plan.profile_version),
        "purpose": (manifest.purpose, str(plan.purpose)),
        "recipient": (manifest.recipient, plan.recipient),
        "project": (manifest.project, plan.project),
        "agreement": (manifest.agreement, plan.agreement),
    }
    wrong = [
        f"The manifest has another {what} than the plan."
        for what, (one, other) in said.items()
        if one != other
    ]
    return gate("plan", wrong, "The plan has the fingerprint in the manifest, and agrees with it.")


def _same_lists(manifest: Manifest, survey: Survey) -> Gate:
    """Which code lists were loaded then and now: said, for a list that was added since is no fault of the
    release."""
    then = {(used.sha256, used.categories) for used in manifest.lists}
    now = {(used.sha256, used.categories) for used in survey.lookup.lists}
    if then == now:
        return Gate("lists", True, "The code lists loaded are those the release was made with.")
    return Gate(
        "lists",
        True,
        f"{len(then - now):,} of the code lists that the release was made with are not loaded now, and "
        f"{len(now - then):,} are loaded that it was not made with. Where cells differ, that may be why.",
    )


def _reconcile(manifest: Manifest) -> Gate:
    withheld = sum(reason.rows for reason in manifest.withheld)
    written = sum(file.rows for file in manifest.files if file.table)
    if manifest.rows_in == manifest.rows_out + withheld and written == manifest.rows_out:
        detail = f"{manifest.rows_in:,} rows in = {manifest.rows_out:,} out + {withheld:,} not sent."
        return Gate("reconciled", True, detail)
    return Gate("reconciled", False, "Rows in are not rows out and rows not sent together.")


def _kept_rows(release_dir: Path, manifest: Manifest, survey: Survey) -> tuple[RowDecisions | None, Gate]:
    """Which rows left, from what was kept; it must agree with the manifest's counts and the source's rows."""
    wrong = Gate("reasons", False, "The reasons kept do not fit the source and the manifest.")
    try:
        table = pyarrow.parquet.read_table(release_dir / "keep" / REASONS, columns=["table", "reason"])
        numbers = table.column("table").to_numpy()
        coded = table.column("reason").combine_chunks().dictionary_encode()
    except Exception:
        return None, wrong
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False) + 1
    counted = np.bincount(codes, minlength=len(coded.dictionary) + 1)
    ids: list[str] = coded.dictionary.to_pylist()
    told = {name: int(counted[n]) for n, name in enumerate(ids, start=1) if counted[n]}
    if told != {reason.id: reason.rows for reason in manifest.withheld}:
        return None, wrong
    withheld: dict[str, npt.NDArray[np.uint8]] = {}
    for number, (name, facts) in enumerate(survey.facts.items(), start=1):
        withheld[name] = codes[numbers == number].astype(np.uint8)
        if len(withheld[name]) != facts.rows:
            return None, wrong
    rows = RowDecisions(
        withheld=withheld,
        reasons=tuple(Reason(name, "") for name in ids),
        counted=(),
        rows_in=len(codes),
        rows_out=int(counted[0]),
        patients_in=manifest.patients_in,
        patients_out=manifest.patients_out,
    )
    return rows, Gate("reasons", True, "The reasons kept agree with the manifest and the source.")
