"""`threshold-cli`: every step without a screen. The same core as the windows, for scripts and tests.

Exit status: 0 done; 2 usage; 3 the input cannot be read safely; 4 refused by policy; 5 the check of the
written release failed; 1 the disk refused, or a fault of our own. With --json exactly one JSON object goes to
stdout, for errors too; progress goes to stderr.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer

from core import __version__
from core.cli_choices import chosen
from core.cli_counts import check_request, counts
from core.cli_hold_backs import hold_backs_app
from core.cli_keys import key
from core.cli_lists import lists_app
from core.cli_looks import audit_looks, not_looked_at
from core.cli_objections import compared_shape, objections_app, tell_compared
from core.cli_options import (
    Agreement,
    AssumeRegistered,
    CleanedOn,
    Compare,
    DecisionsFile,
    Json,
    KeyFile,
    Lists,
    LookUpFiles,
    Objections,
    Paths,
    Profile,
    Project,
    ReadAs,
    Recipient,
    Recipients,
)
from core.cli_output import (
    INTERRUPTED,
    OF_THE_PLACE,
    USAGE,
    Shown,
    say,
    say_error,
    say_internal,
    say_json,
    say_place,
    say_threshold_error,
)
from core.cli_plan import ApprovalFile, plan_app
from core.cli_profiles import profiles_app
from core.cli_recipients import recipients_app
from core.cli_reidentify import audit_app, reidentify
from core.model import Cancelled, ThresholdError, UsageError

app = typer.Typer(
    help="Shows what is in a practice's file and what would leave, and writes the redacted file. "
    "The password of a protected file is taken from THRESHOLD_FILE_PASSWORD, never from an argument.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


app.command()(key)
app.command()(counts)
app.command()(reidentify)
app.add_typer(hold_backs_app, name="hold-backs")
app.add_typer(lists_app, name="lists")
app.add_typer(plan_app, name="plan")
app.add_typer(objections_app, name="objections")
app.add_typer(profiles_app, name="profiles")
app.add_typer(recipients_app, name="recipients")
audit_app.command("looks")(audit_looks)
app.add_typer(audit_app, name="audit")


@app.callback(invoke_without_command=True)
def _program(
    version: Annotated[bool, typer.Option("--version", help="The version, and nothing else.")] = False,
) -> None:
    if version:
        say(__version__)
        raise typer.Exit


@app.command()
def scan(
    paths: Paths,
    read_as: ReadAs = None,
    lists: Lists = None,
    compare: Compare = None,
    as_json: Json = False,
) -> None:
    """What is in it: fields, sensitive codes, objections, hidden data."""
    from core.cli_shapes import scan_shape
    from core.cli_text import tell_scan
    from core.cli_work import earlier, survey_paths
    from core.release import compared_with

    before = earlier(compare)
    with Shown() as shown:
        survey = survey_paths(paths, shown, read_as, lists)
    told = () if before is None else compared_with(survey, None, before)
    if as_json:
        shape = scan_shape(survey)
        if before is not None:
            shape["objections_compared"] = compared_shape(told, before)
        say_json(shape)
        return
    tell_scan(survey)
    if before is not None:
        tell_compared(told, before)


@app.command()
@chosen
def preview(
    paths: Paths,
    rows: Annotated[str, typer.Option("--rows", metavar="A:B", help="Counted from 0, without row B.")],
    table: Annotated[str | None, typer.Option("--table", help="The first table where none is named.")] = None,
    as_json: Json = False,
    choices: Any = None,
) -> None:
    """Raw rows and what would leave of them, with the reason for every change."""
    from core.cli_shapes import preview_shape
    from core.cli_text import tell_window
    from core.cli_work import prepare, row_range
    from core.preview import Preview

    start, stop = row_range(rows)
    with Shown() as shown:
        ready = prepare(paths, choices, shown)
    panes = Preview(ready.survey, ready.plan, ready.key, ready.rows, look_ups=ready.look_ups)
    name = table if table is not None else ready.survey.export.tables[0].name
    count = panes.row_count(name)
    window = panes.window(name, min(start, count), min(stop, count))
    if as_json:
        say_json(preview_shape(window))
    else:
        tell_window(window)


@app.command()
def risk(
    paths: Paths,
    profile: Profile,
    recipient: Recipient,
    project: Project,
    key_file: KeyFile = None,
    decisions: DecisionsFile = None,
    objections_from: Objections = None,
    cleaned_on: CleanedOn = None,
    assume_registered: AssumeRegistered = False,
    agreement: Agreement = "",
    recipients: Recipients = None,
    register_file: Annotated[Path | None, typer.Option("--register-file")] = None,
    as_json: Json = False,
) -> None:
    """How easily a patient could be picked out. Not in this version."""
    _not_yet("Risk is not measured yet in this version.", "risk")


@app.command()
@chosen
def export(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", help="The folder that gets the release.")],
    compare: Compare = None,
    prepared_by: Annotated[str, typer.Option("--prepared-by", metavar="NAME")] = "",
    approved_by: Annotated[str, typer.Option("--approved-by", metavar="NAME")] = "",
    approval: ApprovalFile = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Threads; one a core.")] = None,
    cluster: Annotated[str | None, typer.Option("--cluster", help="Not in this version.")] = None,
    register_file: Annotated[
        Path | None, typer.Option("--register-file", help="Not in this version.")
    ] = None,
    as_json: Json = False,
    choices: Any = None,
) -> None:
    """Write the redacted files and what is kept about them, re-open them and attack them."""
    from core.cli_shapes import export_shape
    from core.cli_text import tell_release
    from core.cli_work import approvals_in, earlier, prepare, remember_release
    from core.engine import apply_table
    from core.release import check_folder, export_release

    if cluster is not None:
        _not_yet("Working on a cluster is not in this version.", "--cluster")
    if register_file is not None:
        _not_yet("The register of releases is not in this version.", "--register-file")
    check_folder(out)
    check_request(choices.profile, choices.format, choices.decisions)
    before = earlier(compare)
    with Shown() as shown:
        ready = prepare(paths, choices, shown)
        result = export_release(
            ready.survey,
            ready.plan,
            ready.key,
            ready.rows,
            out,
            progress=shown,
            prepared_by=prepared_by,
            approved_by=approved_by,
            approvals=approvals_in(approval),
            workers=workers,
            apply_table=apply_table,
            recipients=ready.recipients,
            before=before,
            key_state=ready.key_state,
            look_ups=ready.look_ups,
            not_looked_at=not_looked_at(ready, shown),
        )
    remember_release(ready)
    if as_json:
        say_json(export_shape(result))
    else:
        tell_release(result)


@app.command()
def verify(
    release: Annotated[Path, typer.Argument(help="The folder that holds send and keep.")],
    more: Annotated[list[Path] | None, typer.Argument(hidden=True)] = None,
    source: Annotated[
        list[Path] | None,
        typer.Option("--source", help="The files it was made from: compare and attack in full."),
    ] = None,
    key_file: KeyFile = None,
    read_as: ReadAs = None,
    lists: Lists = None,
    look_up: LookUpFiles = None,
    as_json: Json = False,
) -> None:
    """Re-open a release and attack it."""
    from core.cli_shapes import verify_shape
    from core.cli_text import tell_checks
    from core.cli_work import load_key, survey_paths
    from core.protection import read_look_ups
    from core.release import verify_release

    if more and not source:
        raise UsageError("Name one release. The files it was made from come after --source.", where="verify")
    with Shown() as shown:
        survey = survey_paths([*source, *(more or ())], shown, read_as, lists) if source else None
        key = load_key(key_file) if key_file is not None else None
        look_ups = read_look_ups(look_up or ())
        result = verify_release(release, survey, key, progress=shown, look_ups=look_ups)
    if as_json:
        say_json(verify_shape(result, release))
    else:
        tell_checks(result)
    if not result.passed:
        raise typer.Exit(5)


@app.command()
def register(
    action: str, rest: Annotated[list[str] | None, typer.Argument()] = None, as_json: Json = False
) -> None:
    """The book of releases. Not in this version."""
    _not_yet("The register of releases is not in this version.", "register")


@app.command()
def reconcile(sent: Path, received: Path, as_json: Json = False) -> None:
    """What was sent against what was acknowledged. Not in this version."""
    _not_yet("Comparing sent with received is not in this version.", "reconcile")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status. Never raises, never shows a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    with _terminated_as_interrupt():
        try:
            status = app(given, prog_name="threshold-cli", standalone_mode=False)
            if status == INTERRUPTED:  # typer turns Ctrl+C into a status
                raise KeyboardInterrupt
            return int(status) if isinstance(status, int) else 0
        except ThresholdError as error:
            return say_threshold_error(as_json, error)
        except (Cancelled, KeyboardInterrupt, typer.Abort):
            say_error(as_json, "Stopped. Nothing was left half-done.", code="cancelled")
            return INTERRUPTED
        except BrokenPipeError:
            _forget_stdout()
            return 0
        except Exception as error:
            if isinstance(error, UnicodeError) and not all(_is_text(word) for word in given):
                said = "A word of the command is no text. Type it again, or save the script as UTF-8."
                say_error(as_json, said, code="usage")
                return USAGE
            # The library's own errors about arguments share no public base.
            words = getattr(error, "format_message", None)
            if words is not None and hasattr(error, "exit_code"):
                said = words().rstrip(" .") or "No command was given"
                say_error(as_json, f"{said}. Ask for --help, which lists what there is.", code="usage")
                return USAGE
            if isinstance(error, OSError) and error.errno in OF_THE_PLACE:
                return say_place(as_json, error)
            return say_internal(as_json, error)


def _is_text(word: str) -> bool:
    """Whether a word of the command line was text; of other bytes Python makes lone surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in word)


def _not_yet(message: str, where: str) -> NoReturn:
    raise UsageError(message, where=where, code="not_in_this_version")


@contextlib.contextmanager
def _terminated_as_interrupt():  # type: ignore[no-untyped-def]
    """Let a polite kill unwind like Ctrl+C, so that an unfinished release is removed."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGTERM"):
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _forget_stdout() -> None:
    # Whoever read our output went away; flushing it again at exit would only complain.
    with contextlib.suppress(OSError):
        sys.stdout.close()


def run() -> None:
    """The console program's entry: exits with the status of `main`."""
    sys.exit(main())


if __name__ == "__main__":
    run()
