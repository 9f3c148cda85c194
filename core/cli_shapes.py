"""The JSON shapes of the command line. Stable: keys are added, never renamed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.model import Finding, Gate, Kind, Role
from core.preview_rows import PreviewRow, Window
from core.release import ReleaseResult, VerifyResult
from core.survey.codes.coverage import shown
from core.survey.codes.terminologies import unwrap
from core.survey.lists import ListUsed
from core.survey.lists import coverage as lists_coverage
from core.survey.results import NO_DAY, RECALLS, Survey, UnknownCode

_MOST_CODES = 100
_MOST_PROBLEMS = 1_000

_NEVER = frozenset((Kind.DIRECT_IDENTIFIER, Kind.FREE_TEXT, Kind.STAFF, Kind.LINKING_KEY, Kind.UNKNOWN))
_COARSER = {
    Role.DATE_OF_BIRTH: "year",
    Role.YEAR_OF_BIRTH: "year",
    Role.DATE_OF_DEATH: "year",
    Role.AGE: "age_band",
    Role.POSTCODE: "postcode_district",
    Role.EVENT_DATE: "month",
    Role.REGISTERED_DATE: "month",
    Role.LEFT_DATE: "month",
    Role.OTHER_DATE: "month",
}


def default_action(finding: Finding) -> str:
    """What happens to a field before anybody chose a profile: what names or is not understood stays here."""
    if finding.kind in _NEVER:
        return "leave_out"
    if finding.role in _COARSER:
        return _COARSER[finding.role]
    if finding.kind in (Kind.CODED_CLINICAL, Kind.CLINICAL_VALUE) or finding.role is Role.SEX:
        return "keep"
    return "leave_out"


def scan_shape(survey: Survey) -> dict[str, Any]:
    """What `scan` found."""
    return {
        "tables": [
            {
                "name": table.name,
                "format": table.format,
                "rows": survey.facts[table.name].rows,
                "recognised": _recognised(survey, table.name),
                "fields": [
                    {
                        "name": finding.field,
                        "kind": str(finding.kind),
                        "role": str(finding.role),
                        "confidence": round(finding.confidence, 4),
                        "evidence": list(finding.evidence),
                        "reasons": [{"id": why.id, "of": list(why.of)} for why in finding.reasons],
                        "action": default_action(finding),
                        "filled": finding.filled,
                        "distinct": finding.distinct,
                    }
                    for finding in survey.findings[table.name]
                ],
            }
            for table in survey.export.tables
        ],
        "sensitive": [
            {"category": c.id, "title": c.text, "rows": c.rows, "patients": c.patients, "codes": c.codes}
            for c in survey.categories
        ],
        "objections": [
            {"code": c.id, "meaning": c.text, "patients": c.patients, "rows": c.rows}
            for c in survey.objections
        ],
        "objection_evidence": [
            {"id": e.id, "where": e.where, "text": e.text, "warns": e.warns}
            for e in survey.objection_evidence
        ],
        "recall": _recall(survey),
        "as_of": day_text(survey.as_of_day),
        "unknown_codes": _unjudged(survey),
        "hazards": [
            {"where": h.where, "what": h.what, "severity": str(h.severity), "why": h.why, "id": h.id}
            for h in survey.hazards
        ],
        "problems": [
            {"where": p.where, "line": p.line, "what": p.what} for p in survey.problems[:_MOST_PROBLEMS]
        ],
        "problems_total": len(survey.problems),
        "patients": survey.patients.count,
        "rows_read": survey.rows,
        "lists": [list_shape(used) for used in survey.lookup.lists],
        "coverage": [
            {
                "category": one.category,
                "title": one.title,
                "needs": [
                    {"id": need.id, "name": need.name, "where": need.where, "loaded": need.loaded}
                    for need in one.needs
                ],
                "loaded": one.loaded,
            }
            for one in lists_coverage(survey.lookup)
        ],
    }


def list_shape(used: ListUsed) -> dict[str, Any]:
    """A code list that is loaded, as records name it."""
    return {
        "id": used.id,
        "kind": used.kind,
        "version": used.version,
        "date": used.date,
        "count": used.count,
        "sha256": used.sha256,
        "categories": list(used.categories),
    }


def _recall(survey: Survey) -> list[dict[str, Any]]:
    """How many patients declined, or were ceased from, recall of each screening programme."""
    told = []
    for name in RECALLS:
        if patients := int(survey.patients.recalls(name).sum()):
            programme, _, what = name.partition(".")
            told.append({"programme": programme, "what": what, "patients": patients})
    return told


def day_text(day: int) -> str | None:
    """A day as 2026-11-22, None where it is not known."""
    return None if day == NO_DAY else str(np.datetime64(day, "D"))


def _unjudged(survey: Survey) -> dict[str, Any]:
    """The codes that were not understood, and beside them those that are whole and could not be judged."""
    unknown, not_judged = survey.unknown_codes, survey.not_judged
    return {
        "distinct": unknown.codes,
        "rows": unknown.rows,
        "commonest": _commonest(survey.unknown_list),
        "not_judged": {
            "distinct": not_judged.codes,
            "rows": not_judged.rows,
            "commonest": _commonest(survey.not_judged_list),
        },
        "fields": [
            {
                "table": found.table,
                "field": found.field,
                "distinct": found.not_understood.codes,
                "rows": found.not_understood.rows,
                "not_judged": {"distinct": found.not_judged.codes, "rows": found.not_judged.rows},
            }
            for found in survey.coverage
        ],
    }


def _commonest(codes: Sequence[UnknownCode]) -> list[dict[str, Any]]:
    """The commonest, one entry for each spelling: texts that look like no code have only their shape."""
    found: dict[str, dict[str, Any]] = {}
    for code in codes:
        spelling = shown(code.code)
        is_code = spelling == unwrap(code.code)
        entry = found.setdefault(
            spelling,
            {
                "code": spelling,
                "rows": 0,
                "why": code.why,
                "suggestions": list(code.suggestions) if is_code else [],
                "confirmed": code.confirmed or None if is_code else None,
            },
        )
        entry["rows"] += code.rows
    return sorted(found.values(), key=lambda entry: -entry["rows"])[:_MOST_CODES]


def _recognised(survey: Survey, table: str) -> dict[str, Any] | None:
    """What the table was taken for, how surely and why; None where nothing was said of it."""
    seen = survey.export.recognised.get(table)
    if seen is None:
        return None
    return {
        "title": seen.title,
        "table": seen.table or None,
        "confidence": round(seen.confidence, 4),
        "evidence": list(seen.evidence),
    }


def preview_shape(window: Window) -> dict[str, Any]:
    """The rows of a window, raw and outgoing."""
    return {
        "table": window.table,
        "raw_fields": list(window.raw_fields),
        "out_fields": list(window.out_fields),
        "paths": dict(window.paths),
        "rows": [_preview_row(row) for row in window.rows],
    }


def _preview_row(row: PreviewRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "raw": row.raw,
        "out": row.out,
        "withheld": None if row.withheld is None else row.withheld.text,
        "withheld_id": None if row.withheld is None else row.withheld.id,
        "chain": list(row.chain),
        "changes": {name: reason.text for name, reason in row.changes.items()},
        "line": row.line,
        "place": row.place,
    }


def export_shape(result: ReleaseResult) -> dict[str, Any]:
    """A finished release."""
    manifest = result.manifest
    return {
        "release": str(result.release),
        "files": [{"name": f.name, "sha256": f.sha256, "rows": f.rows} for f in manifest.files],
        "rows_in": manifest.rows_in,
        "rows_out": manifest.rows_out,
        "patients_in": manifest.patients_in,
        "patients_out": manifest.patients_out,
        "withheld": [
            {"reason": w.reason, "rows": w.rows, "patients": w.patients, "id": w.id}
            for w in manifest.withheld
        ],
        "tier": manifest.tier,
        "profile_tier": manifest.profile_tier,
        "plan": manifest.plan,
        "signed": manifest.signed,
        "looked_at": len({look.patient for look in manifest.seen}),
        "not_looked_at": manifest.not_looked_at,
        "checks": [_check(check) for check in result.checks],
        "unfinished_removed": result.cleared,
    }


def verify_shape(result: VerifyResult, release: Path) -> dict[str, Any]:
    """What a check of a release found."""
    return {
        "release": str(release),
        "passed": result.passed,
        "checks": [_check(check) for check in result.checks],
    }


def _check(gate: Gate) -> dict[str, Any]:
    return {"name": gate.name, "passed": gate.passed, "detail": gate.detail}
