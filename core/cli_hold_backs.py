"""`threshold-cli hold-backs`: the practice's list of what a GP held back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli_options import Json, KeyFile, Lists, Paths, ReadAs
from core.cli_output import Shown, say, say_json
from core.model import PolicyError, UsageError

if TYPE_CHECKING:
    from core.protection.hold_backs import Entry, HoldBackList
    from core.protection.keys import Key
    from core.protection.plan import Purpose

ListFile = Annotated[
    Path | None,
    typer.Option(
        "--hold-backs",
        metavar="FILE",
        help="The practice's list of what is held back; its own where not named.",
    ),
]
Reason = Annotated[
    str,
    typer.Option(
        "--reason", help="serious_harm, third_party, restricted_by_law, patient_asked or clinical_judgement."
    ),
]

hold_backs_app = typer.Typer(
    help="What a GP held back: a list of the whole practice, for every file that goes beyond care.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def held_for(path: Path | None, key: Key, purpose: Purpose) -> HoldBackList | None:
    """The practice's list, None where there is none. A list of another key, or one that is gone, stops what
    it acts on."""
    from core.patients.lists_kept import kept_hold_backs
    from core.protection.hold_backs import holds_back

    check_named(path)
    try:
        return kept_hold_backs(key, place=path)
    except PolicyError:
        if holds_back(purpose):
            raise
        return None


@hold_backs_app.command("list")
def list_(key_file: KeyFile = None, hold_backs: ListFile = None, as_json: Json = False) -> None:
    """What is held back."""
    check_named(hold_backs)
    held = _load(key_file, hold_backs)
    _tell(held, as_json)


@hold_backs_app.command("add")
def add(
    reason: Reason,
    source: Annotated[list[Path], typer.Option("--source", help="The files that the patient or row is in.")],
    patient: Annotated[
        list[str] | None,
        typer.Option("--patient", metavar="P-...", help="As a release shows it. Repeatable."),
    ] = None,
    recipient: Annotated[str, typer.Option("--recipient", help="Whose release shows the patient so.")] = "",
    project: Annotated[str, typer.Option("--project", help="Of which project.")] = "",
    row: Annotated[
        list[str] | None,
        typer.Option("--row", metavar="TABLE:ROW", help="As 'preview' counts rows, from 0. Repeatable."),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="Who holds it back: gp, nurse, caldicott_guardian, ...")
    ] = "gp",
    key_file: KeyFile = None,
    hold_backs: ListFile = None,
    read_as: ReadAs = None,
    lists: Lists = None,
    as_json: Json = False,
) -> None:
    """Hold a patient or an item back from every file that goes beyond care."""
    from core.cli_work import survey_paths
    from core.protection import pseudonyms_for
    from core.protection.hold_backs import hold_back_patient, hold_back_row, save_hold_backs

    if not patient and not row:
        raise UsageError("Name a patient with --patient or a row with --row.", where="hold-backs add")
    if patient and not (recipient.strip() and project.strip()):
        raise UsageError(
            "A patient's code is one recipient's and project's: name both.", where="--recipient, --project"
        )
    key = _key(key_file)
    held = _load(key_file, hold_backs, key)
    began = not _there(_place(hold_backs))
    with Shown() as shown:
        survey = survey_paths(source, shown, read_as, lists)
    if patient:
        pseudonyms = pseudonyms_for(key, recipient, project)
        numbers = {pseudonyms.of_identity(who): n for n, who in enumerate(survey.patients.identity)}
        missing = [code for code in patient if code not in numbers]
        if missing:
            raise PolicyError(
                f"{len(missing):,} of the {len(patient):,} patients are not in these files under this "
                "recipient and project. Nothing was added. Check the codes, and whose release they "
                "are from.",
                where="--patient",
                code="decision_unmatched",
            )
        for code in patient:
            held = hold_back_patient(held, survey, numbers[code], reason, by=by)
    for place in row or ():
        table, colon, number = place.rpartition(":")
        if not (colon and number.isdecimal()):
            raise UsageError("A row is given as TABLE:ROW, counted from 0.", where="--row")
        held = hold_back_row(held, survey, table, int(number), reason, by=by)
    save_hold_backs(_place(hold_backs), held)
    if began and not as_json:
        say(f"A new list is begun: {_place(hold_backs)}.")
    _tell(held, as_json)


@hold_backs_app.command("remove")
def remove(
    code: Annotated[str, typer.Argument(metavar="CODE", help="H-..., as 'hold-backs list' shows it.")],
    key_file: KeyFile = None,
    hold_backs: ListFile = None,
    as_json: Json = False,
) -> None:
    """Take an entry off the list: from then on it leaves again."""
    from core.protection.hold_backs import release_entry, save_hold_backs

    check_named(hold_backs)
    held = release_entry(_load(key_file, hold_backs), code)
    save_hold_backs(_place(hold_backs), held)
    _tell(held, as_json)


@hold_backs_app.command("check")
def check(
    paths: Paths,
    key_file: KeyFile = None,
    hold_backs: ListFile = None,
    read_as: ReadAs = None,
    lists: Lists = None,
    as_json: Json = False,
) -> None:
    """Which entries match something in these files."""
    from core.cli_work import survey_paths
    from core.protection.hold_backs import describe, find_held_back

    check_named(hold_backs)
    held = _load(key_file, hold_backs)
    with Shown() as shown:
        survey = survey_paths(paths, shown, read_as, lists)
    found = find_held_back(held, survey)
    if as_json:
        say_json(
            {
                "patients": int(found.patients.sum()),
                "rows": sum(len(some) for some in found.rows.values()),
                "found": list(found.found),
                "absent": [entry.code for entry in found.absent],
                "whole_day": list(found.by_day),
                "not_comparable": found.not_comparable,
            }
        )
        return
    for entry in held.entries:
        say(f"{'here  ' if entry.code in found.found else 'absent'}  {describe(entry)}")
    if not held.entries:
        say("Nothing is held back.")


def _key(key_file: Path | None) -> Key:
    from core.cli_work import load_key

    return load_key(key_file)


def check_named(path: Path | None) -> None:
    """A list that was named has to be there: none would hold nobody back. Only the place where the practice's
    own list stands may be empty, and only 'hold-backs add' begins a list at another."""
    if path is not None and not _there(path):
        raise UsageError(
            f"There is no list of what is held back called '{path.name}' at this place. Check the path and "
            "the name, or leave --hold-backs out for the practice's own list.",
            where=path.name or "--hold-backs",
            code="no_list",
        )


def list_is_kept(path: Path | None, purpose: Purpose) -> bool:
    """Whether there is a list, which only the key can read.

    Raises UsageError for a named one that is missing, and PolicyError where the practice's own held somebody
    and is gone."""
    from core.patients.lists_kept import HOLD_BACKS, gone
    from core.protection.hold_backs import holds_back

    check_named(path)
    if path is not None:
        return True
    if holds_back(purpose) and (words := gone(HOLD_BACKS)):
        raise PolicyError(words, where="hold-backs", code="hold_backs.gone")
    return _there(_place(None))


def _there(path: Path) -> bool:
    from core.protection.hold_backs.places import places_of

    try:
        return any(place.is_file() for place in places_of(path))
    except (OSError, ValueError):  # a name that no disk can have, a folder that may not be looked into
        return False


def _place(named: Path | None) -> Path:
    from core.protection.hold_backs import hold_backs_file

    return named or hold_backs_file()


def _load(key_file: Path | None, named: Path | None, key: Key | None = None) -> HoldBackList:
    from core.patients.lists_kept import kept_hold_backs
    from core.protection.hold_backs import new_list

    key = key or _key(key_file)
    return kept_hold_backs(key, place=_place(named)) or new_list(key)


def _tell(held: HoldBackList, as_json: bool) -> None:
    from core.protection.hold_backs import describe

    if as_json:
        say_json({"fingerprint": held.fingerprint, "entries": [_shape(entry) for entry in held.entries]})
        return
    for entry in held.entries:
        say(describe(entry))
    if not held.entries:
        say("Nothing is held back.")


def _shape(entry: Entry) -> dict[str, Any]:
    from core.protection.hold_backs import describe

    return {
        "code": entry.code,
        "kind": entry.kind,
        "reason": entry.reason,
        "day": entry.day.isoformat(),
        "by": entry.by,
        "words": describe(entry),
    }
