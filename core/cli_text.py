"""The command line's words for people."""

from __future__ import annotations

from core.cli_output import say
from core.cli_shapes import default_action
from core.preview_rows import Window
from core.release import ReleaseResult, VerifyResult
from core.release.reports import TIER_WORDS
from core.survey.results import Survey

_WIDEST = 24


def tell_scan(survey: Survey) -> None:
    """Fields in order of worry, then what is sensitive, who objects, what hides."""
    order = list(survey.findings)
    for table in order:
        say(f"{table}: {survey.facts[table].rows:,} rows")
        seen = survey.export.recognised.get(table)
        if seen is not None:
            say(f"  {seen.title} ({seen.confidence:.0%} sure): {'; '.join(seen.evidence)}")
        for finding in survey.findings[table]:
            words = str(finding.kind).replace("_", " ")
            say(f"  {finding.field}: {words}, {default_action(finding).replace('_', ' ')}")
            for evidence in finding.evidence:
                say(f"      {evidence}")
    for title, counted in (("Sensitive", survey.categories), ("Objections", survey.objections)):
        for count in counted:
            patients = "" if count.patients is None else f", {count.patients:,} patients"
            say(f"{title}: {count.text}: {count.rows:,} rows{patients}")
    if survey.unknown_codes.rows:
        say(f"Not understood: {survey.unknown_codes.codes:,} codes in {survey.unknown_codes.rows:,} rows")
    for hazard in survey.hazards:
        say(f"Hidden data ({hazard.severity}): {hazard.where}: {hazard.what}")
    for problem in survey.problems:
        line = "" if problem.line is None else f", line {problem.line:,}"
        say(f"Noticed: {problem.where}{line}: {problem.what}")


def tell_window(window: Window) -> None:
    """Each row as it is and as it would leave."""
    say(f"{window.table}: {', '.join(window.raw_fields)}")
    say(f"leaves: {', '.join(window.out_fields) or 'nothing'}")
    for row in window.rows:
        say(f"{row.row:>8,}  {_cells(row.raw)}")
        if row.out is None:
            say(f"          not sent: {row.withheld.text if row.withheld else ''}")
        else:
            say(f"          {_cells(row.out)}")


def tell_release(result: ReleaseResult) -> None:
    """Where it is, what went and what did not."""
    manifest = result.manifest
    say(f"Release: {result.release}")
    for file in manifest.files:
        say(f"  send/{file.name}: {file.rows:,} rows, SHA-256 {file.sha256}")
    say(f"Rows in the export: {manifest.rows_in:,}. Sent: {manifest.rows_out:,}.")
    for withheld in manifest.withheld:
        say(f"  {withheld.rows:,} not sent: {withheld.reason}")
    say(f"{manifest.tier}. {TIER_WORDS.get(manifest.profile_tier, '')}.")
    if not manifest.signed:
        say("Not signed: a release is signed when one person prepared it and another approved it.")
    if result.cleared:
        say(f"Removed what {result.cleared:,} earlier runs had left unfinished.")


def tell_checks(result: VerifyResult) -> None:
    """Each check and the verdict."""
    for check in result.checks:
        say(f"{'passed' if check.passed else 'FAILED'}  {check.name}: {check.detail}")
    say("The release passed." if result.passed else "The release did NOT pass.")


def _cells(cells: list[str | None]) -> str:
    return " | ".join("" if c is None else c if len(c) <= _WIDEST else c[: _WIDEST - 1] + "…" for c in cells)
