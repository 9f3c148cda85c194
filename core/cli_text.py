"""The command line's words for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.cli_output import say
from core.cli_shapes import default_action
from core.model import Problem, Severity
from core.preview_rows import Window
from core.protection.seen import looked_at_words
from core.release import ReleaseResult, VerifyResult
from core.release.reports import TIER_WORDS
from core.survey.lists import missing_lists
from core.survey.objections.evidence import NOT_NO_OBJECTION
from core.survey.results import Survey

_WIDEST = 24
_LINES_NAMED = 4


def tell_scan(survey: Survey) -> None:
    """Fields in order of worry, then what is sensitive, who objects, what hides."""
    order = list(survey.findings)
    for table in order:
        say(f"{table}: {_counted(survey.facts[table].rows, 'row')}")
        seen = survey.export.recognised.get(table)
        if seen is not None:
            why = "; ".join(text.strip().rstrip(".") for text in seen.evidence)
            say(f"  {seen.title} ({seen.confidence:.0%} sure): {why}")
        for finding in survey.findings[table]:
            words = str(finding.kind).replace("_", " ")
            say(f"  {finding.field}: {words}, {default_action(finding).replace('_', ' ')}")
            for why in finding.evidence:
                say(f"      {why}")
    for title, counted in (("Sensitive", survey.categories), ("Objections", survey.objections)):
        for count in counted:
            patients = "" if count.patients is None else f", {_counted(count.patients, 'patient')}"
            say(f"{title}: {count.text}: {_counted(count.rows, 'row')}{patients}")
    for evidence in survey.objection_evidence:
        word = "Take care" if evidence.warns else "Objections could be found in"
        say(f"{word}: {evidence.where}: {evidence.text}")
    say(NOT_NO_OBJECTION)
    if survey.unknown_codes.rows:
        codes, rows = _counted(survey.unknown_codes.codes, "code"), _counted(survey.unknown_codes.rows, "row")
        say(f"Not understood: {codes} in {rows}")
    if survey.not_judged.rows:
        codes, rows = _counted(survey.not_judged.codes, "code"), _counted(survey.not_judged.rows, "row")
        say(f"Not judged: {codes} in {rows}: no term or list says what they are")
    for missing in missing_lists(survey.lookup):
        say(f"Not whole: {missing.words}")
        for where in dict.fromkeys(need.where for need in missing.missing if need.where):
            say(f"      From {where}")
    for hazard in sorted(survey.hazards, key=lambda h: h.severity != Severity.BLOCKS):
        word = "Stops the export" if hazard.severity == Severity.BLOCKS else "Take care"
        say(f"{word}: {hazard.where}: {hazard.what}")
        if hazard.why:
            say(f"      {hazard.why}")
    for where, what, lines in _sorts(survey.problems):
        say(f"Noticed: {where}{_lines(lines)}: {what}")


def _sorts(problems: Iterable[Problem]) -> list[tuple[str, str, list[int]]]:
    """Problems of one sort as one, with all of their lines: forty ragged rows are one thing to look at."""
    found: dict[tuple[str, str], list[int]] = {}
    for problem in problems:
        lines = found.setdefault((problem.where, problem.what), [])
        if problem.line is not None:
            lines.append(problem.line)
    return [(where, what, lines) for (where, what), lines in found.items()]


def _lines(lines: Sequence[int]) -> str:
    """', line 9', ', lines 1, 2, 3, 4 and 36 more'."""
    if not lines:
        return ""
    named = ", ".join(f"{line:,}" for line in lines[:_LINES_NAMED])
    more = f" and {len(lines) - _LINES_NAMED:,} more" if len(lines) > _LINES_NAMED else ""
    return f", line{'s' if len(lines) > 1 else ''} {named}{more}"


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


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
    if manifest.not_looked_at is not None:
        say(looked_at_words(manifest.not_looked_at))
    if not manifest.signed:
        say("Not signed: a release is signed when one person prepared it and another approved it.")
    if result.cleared:
        say(f"Removed what {result.cleared:,} earlier runs had left unfinished.")


def tell_checks(result: VerifyResult) -> None:
    """Each check and the verdict."""
    for check in result.checks:
        say(f"{'passed' if check.passed else 'FAILED'}  {check.name}: {check.detail}")
    say(
        "The release passed."
        if result.passed
        else "The release did NOT pass. Do not send it; look at what failed, and make it again."
    )


def _cells(cells: list[str | None]) -> str:
    return " | ".join("" if c is None else c if len(c) <= _WIDEST else c[: _WIDEST - 1] + "…" for c in cells)
