"""The options that say what leaves, of every command that makes a plan: preview, export, plan make.

`chosen` gives a command all of them besides its own and hands over what was said as one `choices`, so that
the same words make the same plan whichever command is asked.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from core.cli_hold_backs import ListFile
from core.cli_limits import LIMITS, asked
from core.cli_options import (
    Agreement,
    AssumeRegistered,
    CleanedOn,
    DecisionsFile,
    ExpectPatients,
    KeyFile,
    Lists,
    LookUpFiles,
    NotesReadBy,
    Objections,
    Profile,
    Project,
    ReadAs,
    Recipient,
    Recipients,
    Said,
    SaltFile,
    Scheme,
)

_Format = Annotated[str, typer.Option("--format", help="csv, xlsx, parquet, ndjson or fhir.")]
_StartFrom = Annotated[
    Path | None,
    typer.Option(
        "--start-from",
        metavar="RELEASE|PLAN",
        help="Last time's release or plan: what is new since stays here.",
    ),
]
_Plan = Annotated[
    Path | None,
    typer.Option("--plan", metavar="FILE", help="A plan of 'plan make', used as it is."),
]
_NEEDED = inspect.Parameter.empty

#: Each field of `core.cli_work.Choices` with its option and default.
_OPTIONS: Mapping[str, tuple[Any, Any]] = {
    "profile": (Profile, _NEEDED),
    "recipient": (Recipient, _NEEDED),
    "project": (Project, _NEEDED),
    "key_file": (KeyFile, None),
    "format": (_Format, "csv"),
    "decisions": (DecisionsFile, None),
    "objections_from": (Objections, None),
    "cleaned_on": (CleanedOn, None),
    "assume_registered": (AssumeRegistered, False),
    "agreement": (Agreement, ""),
    "recipients": (Recipients, None),
    "expect_patients": (ExpectPatients, None),
    "notes_read_by": (NotesReadBy, ""),
    "said": (Said, None),
    "start_from": (_StartFrom, None),
    "plan": (_Plan, None),
    "hold_backs": (ListFile, None),
    "scheme": (Scheme, ""),
    "salt_file": (SaltFile, None),
    "read_as": (ReadAs, None),
    "lists": (Lists, None),
    "look_ups": (LookUpFiles, None),
}


def chosen(command: Callable[..., None]) -> Callable[..., None]:
    """The command with these options and those of `core.cli_limits` besides its own; it gets what they said
    as `choices`, a `core.cli_work.Choices`."""

    @wraps(command)
    def with_choices(**given: Any) -> None:
        from core.cli_work import Choices

        limits = {name: given.pop(name) for name in LIMITS}
        said = {name: given.pop(name) for name in _OPTIONS}
        told = {name: value for name, value in said.items() if value is not None}
        command(**given, choices=Choices(**told, asked=asked(limits)))

    hints = get_type_hints(command, include_extras=True)
    own = [
        parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in inspect.signature(command).parameters.items()
        if name != "choices"
    ]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in {**_OPTIONS, **LIMITS}.items()
    ]
    signature = inspect.Signature([*own, *shared])
    # typer asks both: the signature for the order and the defaults, the annotations for the kinds.
    with_choices.__signature__ = signature  # type: ignore[attr-defined]
    with_choices.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    del with_choices.__wrapped__
    return with_choices
