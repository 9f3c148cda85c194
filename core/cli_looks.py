"""`threshold-cli audit looks`: who looked at records. For `export`: who should still be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli_options import Json
from core.cli_output import say, say_json

if TYPE_CHECKING:
    from core.cli_work import Prepared
    from core.model import Progress

_LooksFile = Annotated[
    Path | None,
    typer.Option("--looks", metavar="FILE", help="The record of looking; your own where none is named."),
]


def audit_looks(
    looks: _LooksFile = None,
    code: Annotated[str, typer.Option("--code", help="Only who looked at this patient: P-7KQ2-...")] = "",
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Keep a record that was changed, and begin another.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Go through the record of looking (nothing changed, nothing taken away), and tell who looked at what."""
    from core.patients.looks import LISTS, ROLES, WHAT, begin_another, check_looks, looks_path, read_looks
    from core.release.reidentify import read_code

    wanted = read_code(code) if code else ""
    place = looks or looks_path()
    kept = begin_another(place) if set_aside else None
    state, entries = check_looks(place), read_looks(place)
    told = [entry for entry in entries if entry.get("code") == wanted or not wanted]
    if as_json:
        shown = [
            {name: entry[name] for name in ("when", "by", "role", "what", "code", "table")}
            for entry in told
            if "by" in entry
        ]
        aside = None if kept is None else str(kept)
        say_json(
            {
                "entries": state.entries,
                "last": state.last,
                "passed": True,
                "set_aside": aside,
                "looks": shown,
            }
        )
        return
    if kept is not None:
        say(f"The record that was changed is kept as {kept.name}. Another is begun.")
    for entry in told:
        if "by" in entry:
            what = WHAT.get(entry["what"], entry["what"])
            of = f" ({entry['code']})" if entry["code"] else ""
            say(f"{entry['when']}  {entry['by']}, {ROLES.get(entry['role'], entry['role'])}: {what}{of}")
        elif "list" in entry:
            say(f"{entry['when']}  {LISTS.get(entry['list'], 'A list')} had {entry['held']:,} entries")
        else:
            say(f"{entry['when']}  begun after another record that was changed")
    say(f"{state.entries:,} entries, each as it was written. The last: {state.last[:16]}")


def not_looked_at(ready: Prepared, progress: Progress) -> int | None:
    """How many patients should still be looked at one by one under a plan; None where no patient's rows
    leave, or where the list of patients for a GP is gone or was made with another key than this one.

    Raises ReadError and UsageError where a file cannot be read: what is not known is not passed over."""
    from core.model import PolicyError, ThresholdError
    from core.patients import marked_patients, review_queue
    from core.patients.lists_kept import kept_gp_only
    from core.patients.looks import still_to_look_at
    from core.preview import Preview
    from core.protection import Purpose

    if ready.plan.purpose is Purpose.COUNTS:
        return None
    try:
        marked = marked_patients(ready.survey, kept_gp_only(ready.key))
    except PolicyError:
        return None
    try:
        panes = Preview(ready.survey, ready.plan, ready.key, ready.rows, look_ups=ready.look_ups)
    except ThresholdError:  # the export says it itself, after its gates
        return None

    def step(done: int, total: int) -> None:
        progress(done, total, "Finding who should be looked at")

    return still_to_look_at(review_queue(panes, step=step, marked=marked), ready.plan)
