"""`threshold-cli reidentify` and `audit`: from a code back to the patient, and the record of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from core.cli_options import Json, KeyFile, Lists, Project, ReadAs, Recipient, SaltFile, Scheme
from core.cli_output import Shown, say, say_json

_ROWS_TOLD = 10

_AuditFile = Annotated[
    Path | None,
    typer.Option("--audit", metavar="FILE", help="The record of look-ups; your own where none is named."),
]

audit_app = typer.Typer(help="The record of look-ups.", no_args_is_help=True, rich_markup_mode=None)


@audit_app.callback()
def _audit() -> None:
    """A group of its own, however many commands it has."""


@audit_app.command("check")
def audit_check(audit: _AuditFile = None, as_json: Json = False) -> None:
    """Go through the record of look-ups: nothing changed, nothing taken away."""
    from core.release.audit import audit_path, check_audit

    state = check_audit(audit or audit_path())
    if as_json:
        say_json({"entries": state.entries, "last": state.last, "passed": True})
    else:
        say(f"{state.entries:,} look-ups, each as it was written. The last: {state.last[:16]}")


def reidentify(
    pseudonyms: Annotated[list[str], typer.Argument(help="Codes as the recipient has them: P-7KQ2-...")],
    recipient: Recipient,
    project: Project,
    source: Annotated[list[Path], typer.Option("--source", help="The practice's own export. Repeatable.")],
    key_file: KeyFile = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept. No patient's details.")] = "",
    audit: _AuditFile = None,
    scheme: Scheme = "",
    salt_file: SaltFile = None,
    read_as: ReadAs = None,
    lists: Lists = None,
    as_json: Json = False,
) -> None:
    """Who stands behind a code, from the practice's own export. Every look-up is written down first."""
    from core.cli_work import SALT_PASSPHRASE, load_key, survey_paths
    from core.protection.schemes import choose_scheme
    from core.release.audit import audit_path, check_reason
    from core.release.reidentify import read_codes
    from core.release.reidentify import reidentify as look_up

    check_reason(reason)
    chosen = choose_scheme(scheme, salt_file, os.environ.get(SALT_PASSPHRASE, ""))
    codes = read_codes(pseudonyms, chosen)
    key = load_key(key_file)
    with Shown() as shown:
        survey = survey_paths(source, shown, read_as, lists)
    place = audit or audit_path()
    answer = look_up(survey, key, recipient, project, codes, reason=reason, audit=place, chosen=chosen)
    if as_json:
        say_json(
            {
                "found": [
                    {
                        "pseudonym": person.code,
                        "nhs_number": person.nhs_number,
                        "patient_key": person.patient_key,
                        "key": person.key,
                        "tables": [{"table": t.table, "rows": list(t.rows)} for t in person.tables],
                    }
                    for person in answer.found
                ],
                "not_found": list(answer.not_found),
                "audit": {"file": str(place), "entries": answer.audit.entries},
            }
        )
        return
    for person in answer.found:
        say(f"{person.code}: NHS number {person.nhs_number or 'none'}, key {person.patient_key or 'none'}")
        for table in person.tables:
            first = ", ".join(str(row) for row in table.rows[:_ROWS_TOLD])
            more = f" and {len(table.rows) - _ROWS_TOLD:,} more" if len(table.rows) > _ROWS_TOLD else ""
            say(f"    {table.table}: row {first}{more} (counted from 0)")
    for code in answer.not_found:
        say(f"{code}: nobody in this export. Check the recipient, the project and the key.")
    say(f"Written down as look-up {answer.audit.entries:,}.")
