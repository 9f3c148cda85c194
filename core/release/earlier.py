"""What an earlier release said of objections, from its keep/ folder, for comparing with the next one."""

from __future__ import annotations

from pathlib import Path

from core.protection import Compared, Earlier, RowDecisions, compare_objections, counts_now
from core.release.manifest import read_manifest
from core.survey.results import Survey

_LISTS = ("objection.list", "objection.cleaned")


def earlier_release(release: Path) -> Earlier:
    """The counts of an earlier release. Raises ReadError where the folder is no release, VerificationError
    where its manifest is damaged."""
    manifest = read_manifest(release)
    counts = {found.id: found.patients or 0 for found in manifest.objections}
    counts.update({held.id: held.patients or 0 for held in manifest.withheld if held.id in _LISTS})
    return Earlier(
        made=manifest.made[:10],
        patients=manifest.patients_in,
        counts=counts,
        recipient=manifest.recipient,
        project=manifest.project,
        meanings={found.id: found.meaning for found in manifest.objections},
    )


def compared_with(survey: Survey, rows: RowDecisions | None, before: Earlier) -> tuple[Compared, ...]:
    """Objections now and in the earlier release, those that fell first."""
    patients = survey.patients.count if rows is None else rows.patients_in
    return compare_objections(counts_now(survey, rows), before, patients)


def compared_notices(survey: Survey, rows: RowDecisions, before: Earlier) -> tuple[str, ...]:
    """The comparison as a sentence of the manifest."""
    told = "; ".join(one.words() for one in compared_with(survey, rows, before))
    if not told:
        return ()
    return (f"Objections compared with the release of {before.made}: {told}.",)
