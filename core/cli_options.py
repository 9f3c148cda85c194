"""The options that several commands of `threshold-cli` take."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...",
        help="Files, archives, or a folder of files. Password of a protected one: THRESHOLD_FILE_PASSWORD.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Profile = Annotated[str, typer.Option("--profile", help="The rules for this sort of recipient.")]
Recipient = Annotated[str, typer.Option("--recipient", help="Who it is for.")]
Project = Annotated[str, typer.Option("--project", help="What it is for.")]
KeyFile = Annotated[Path | None, typer.Option("--key-file", help="Pass phrase from THRESHOLD_PASSPHRASE.")]
DecisionsFile = Annotated[Path | None, typer.Option("--decisions", help="Decisions, as a TOML file.")]
Objections = Annotated[
    list[str] | None,
    typer.Option(
        "--objections-from",
        help="codes, list:FILE, cleaned:FILE, search:NAME or none:REASON. Repeatable.",
    ),
]
CleanedOn = Annotated[
    datetime | None,
    typer.Option(
        "--cleaned-on",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="The day on which the list of 'cleaned:FILE' came back.",
    ),
]
Compare = Annotated[
    Path | None,
    typer.Option("--compare", metavar="RELEASE", help="An earlier release: compare its objections."),
]
AssumeRegistered = Annotated[
    bool, typer.Option("--assume-registered", help="The export has no status field: all are registered.")
]
Agreement = Annotated[str, typer.Option("--agreement", help="Reference of the agreement.")]
Said = Annotated[
    list[str] | None,
    typer.Option(
        "--said",
        metavar="QUESTION=ANSWER",
        help="The answer to a question of the profile ('profiles show' lists them). Repeatable.",
    ),
]
Scheme = Annotated[
    str,
    typer.Option(
        "--scheme",
        metavar="ID",
        help="Older codes instead of our own: openpseudonymiser-csharp, openpseudonymiser-java or ndr. "
        "They can be reversed.",
    ),
]
SaltFile = Annotated[
    Path | None,
    typer.Option("--salt-file", help="Of the scheme. Of a sealed one the phrase: THRESHOLD_SALT_PASSPHRASE."),
]
Recipients = Annotated[Path | None, typer.Option("--recipients", help="The book of who may get what.")]
NotesReadBy = Annotated[
    str,
    typer.Option(
        "--notes-read-by",
        metavar="NAME",
        help="Who read a sample of the notes that leave, as they would leave. Needed where any does.",
    ),
]
ReadAs = Annotated[
    Path | None,
    typer.Option("--read-as", help="How files are to be read where Threshold reads them wrongly, as TOML."),
]
ExpectPatients = Annotated[
    int | None, typer.Option("--expect-patients", min=0, help="How many patients the search showed.")
]
LookUpFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--look-up",
        metavar="FILE",
        help="ONS postcode look-up (NSPL layout), for census areas and deprivation. Repeatable.",
    ),
]
Lists = Annotated[
    Path | None,
    typer.Option(
        "--lists",
        metavar="DIR",
        help="Code lists added with 'lists add' and remembered there; your own shelf where none is named.",
    ),
]
