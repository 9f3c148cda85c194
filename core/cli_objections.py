"""`threshold-cli objections`: the list that the national opt-out service is asked with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli_options import Json, Lists, Paths, ReadAs
from core.cli_output import Shown, say, say_json

if TYPE_CHECKING:  # what takes a second to import is imported when it is wanted
    from core.protection import Compared, Earlier

objections_app = typer.Typer(
    help="Who objects: the list for the national opt-out service.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@objections_app.callback()
def _objections() -> None:
    """A group of its own, however many commands it has."""


@objections_app.command("check-list")
def check_list(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", help="The file to write. The service asks for .dat.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="A file of that name may go.")] = False,
    read_as: ReadAs = None,
    lists: Lists = None,
    as_json: Json = False,
) -> None:
    """Write the NHS numbers of the export's patients for the opt-out check. They stand readable in it."""
    from core.cli_work import survey_paths
    from core.release import make_check_list, write_check_list

    with Shown() as shown:
        made = make_check_list(survey_paths(paths, shown, read_as, lists))
        checksum = write_check_list(made, out, overwrite=overwrite)
    if as_json:
        say_json(
            {
                "file": str(out),
                "sha256": checksum,
                "numbers": len(made.numbers),
                "invalid": made.invalid,
                "without": made.without,
            }
        )
        return
    say(f"{out}: {made.words()}")
    say("The file holds NHS numbers, as you asked. Delete it once it was sent.")
    say("Its answer is for this export's release only: give it as --objections-from cleaned:FILE.")


def compared_shape(compared: tuple[Compared, ...], before: Earlier) -> dict[str, Any]:
    """Objections now and in the earlier release, for machines."""
    return {
        "made": before.made,
        "recipient": before.recipient,
        "project": before.project,
        "objections": [
            {"code": c.id, "meaning": c.meaning, "now": c.now, "before": c.before, "fell": c.fell}
            for c in compared
        ],
    }


def tell_compared(compared: tuple[Compared, ...], before: Earlier) -> None:
    """The same for people."""
    say(f"Compared with the release of {before.made}:")
    for one in compared:
        say(f"  {one.words()}{' - far fewer: is that right?' if one.fell else ''}")
    if not compared:
        say("  no objection in either")
