"""Where a person said which field tells whose row it is: their word stands against Threshold's finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.model import Finding, Kind, Role
from core.survey.fields import evidence

_WHO = (Role.NHS_NUMBER, Role.PATIENT_KEY)


def with_patient_field(findings: Sequence[Finding], chosen: str | None) -> tuple[Finding, ...]:
    """The findings of one table with `chosen` (a field's name) as the field that tells whose row it is.

    It keeps the role of an NHS number where it has it, and is a patient's key otherwise. Other fields of the
    same role stay identifiers and no longer say whose row it is; an NHS number beside a chosen key still
    does, because objections are found by it."""
    if chosen is None:
        return tuple(findings)
    role = next((f.role for f in findings if f.field == chosen and f.role in _WHO), Role.PATIENT_KEY)
    return tuple(_judged(f, chosen, role) for f in findings)


def _judged(finding: Finding, chosen: str, role: Role) -> Finding:
    if finding.field == chosen:
        kind = finding.kind
        if kind not in (Kind.DIRECT_IDENTIFIER, Kind.LINKING_KEY):
            kind = Kind.DIRECT_IDENTIFIER
        return replace(
            finding,
            role=role,
            kind=kind,
            confidence=1.0,
            evidence=(evidence.sentence(evidence.PERSON_SAID), *finding.evidence),
            reasons=(evidence.PERSON_SAID, *finding.reasons),
        )
    if finding.role is role:
        return replace(
            finding,
            role=Role.OTHER_IDENTIFIER,
            kind=Kind.DIRECT_IDENTIFIER,
            evidence=(*finding.evidence, evidence.sentence(evidence.ANOTHER_SAID)),
            reasons=(*finding.reasons, evidence.ANOTHER_SAID),
        )
    return finding
