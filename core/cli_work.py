"""The steps that several commands share: read and survey, the key, the plan and its row decisions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from core.cli_output import say_error
from core.model import Progress, UsageError
from core.protection import (
    Decisions,
    Earlier,
    Key,
    LookUps,
    ObjectionLists,
    ObjectionSource,
    Plan,
    RecipientsBook,
    RowDecisions,
    decide_rows,
    load_profile,
    make_plan,
    parse_objection_source,
    read_decisions,
    read_look_ups,
    read_recipients,
)
from core.protection.agreed import Asked
from core.protection.keys import (
    KeyState,
    keystore_available,
    keystore_load,
    note_release,
    open_key_file,
    state_in_key_store,
    state_of_file,
)
from core.protection.plans.approvals import Approval, load_approvals
from core.protection.plans.files import SavedPlan, load_plan
from core.protection.plans.using import plan_as_kept
from core.protection.profile_sections import read_answers
from core.protection.recipients import default_book
from core.protection.schemes import choose_scheme, with_scheme
from core.survey.results import Survey

PASSPHRASE = "THRESHOLD_PASSPHRASE"
SALT_PASSPHRASE = "THRESHOLD_SALT_PASSPHRASE"


@dataclass(frozen=True)
class Choices:
    """What was said on the command line about the plan."""

    profile: str
    recipient: str
    project: str
    key_file: Path | None = None
    decisions: Path | None = None
    objections_from: Sequence[str] = ()
    cleaned_on: datetime | None = None
    assume_registered: bool = False
    agreement: str = ""
    recipients: Path | None = None
    expect_patients: int | None = None
    notes_read_by: str = ""
    format: str = "csv"
    read_as: Path | None = None
    lists: Path | None = None
    asked: Asked | None = None
    scheme: str = ""
    salt_file: Path | None = None
    said: Sequence[str] = ()
    start_from: Path | None = None
    plan: Path | None = None
    hold_backs: Path | None = None
    look_ups: Sequence[Path] = ()


@dataclass(frozen=True)
class Prepared:
    """Everything a preview or an export needs."""

    survey: Survey
    plan: Plan
    key: Key
    rows: RowDecisions
    recipients: RecipientsBook | None
    key_state: KeyState | None = None
    look_ups: LookUps | None = None


def survey_paths(
    paths: Sequence[Path], progress: Progress, read_as: Path | None = None, lists: Path | None = None
) -> Survey:
    """Open and survey files or folders, read as the file `read_as` says, with the code lists that a folder or
    the person's own shelf remembers."""
    from core.cli_reading import open_paths, read_choices
    from core.survey import load_lookup, survey_export
    from core.survey.lists import load_shelf

    lookup = load_lookup(load_shelf(lists))
    return survey_export(open_paths(paths, progress, read_choices(read_as)), progress=progress, lookup=lookup)


def prepare(paths: Sequence[Path], choices: Choices, progress: Progress) -> Prepared:
    """Survey the files and make the plan. What was mistyped is told before the files are read."""
    from core.cli_hold_backs import held_for
    from core.cli_profiles import read_said
    from core.release.starting import started_from

    profile = load_profile(choices.profile)
    if choices.agreement and choices.recipients:
        raise UsageError("Give an agreement or the book of recipients, not both.", where="--recipients")
    kept = None if choices.plan is None else _kept_plan(choices)
    decisions = read_decisions(choices.decisions) if choices.decisions else Decisions()
    answers = read_said(choices.said)
    read_answers(profile.asks, answers)
    book = _book(choices)
    known = None if book is None else book.entry(choices.recipient)
    # Under every name it goes by a recipient gets the same codes.
    recipient, entry = (choices.recipient, None) if known is None else known
    sources, lists = _objections(choices.objections_from, choices.cleaned_on)
    key, key_state = key_and_state(choices.key_file)
    held = held_for(choices.hold_backs, key, profile.purpose)
    before = None if choices.start_from is None else started_from(choices.start_from)
    scheme = choose_scheme(choices.scheme, choices.salt_file, os.environ.get(SALT_PASSPHRASE, ""))
    key = key if scheme is None else scheme.with_key(key)
    look_ups = read_look_ups(choices.look_ups)
    survey = survey_paths(paths, progress, choices.read_as, choices.lists)
    if kept is not None:
        plan = plan_as_kept(
            kept,
            survey,
            profile,
            recipient=recipient,
            project=choices.project,
            objection_sources=sources,
            held=held,
        )
        rows = decide_rows(survey, plan, key, lists, held, progress=progress)
        return Prepared(survey, plan, key, rows, book, key_state, look_ups)
    plan = make_plan(
        survey,
        profile,
        recipient=recipient,
        project=choices.project,
        format=choices.format,
        decisions=decisions,
        objection_sources=sources,
        assume_registered=choices.assume_registered,
        expected_patients=choices.expect_patients,
        notes_read_by=choices.notes_read_by,
        agreement=choices.agreement or ("" if entry is None else entry.agreement),
        agreed=entry,
        asked=choices.asked,
        statements=answers,
        held=held,
        earlier=before,
        look_ups=look_ups,
    )
    plan = with_scheme(plan, scheme)
    rows = decide_rows(survey, plan, key, lists, held, progress=progress)
    return Prepared(survey, plan, key, rows, book, key_state, look_ups)


def _kept_plan(choices: Choices) -> SavedPlan:
    """The plan that was named. What decides stands in it: nothing else may decide besides."""
    said = {
        "--decisions": choices.decisions is not None,
        "--said": bool(choices.said),
        "--start-from": choices.start_from is not None,
        "--agreement": bool(choices.agreement),
        "--assume-registered": choices.assume_registered,
        "--expect-patients": choices.expect_patients is not None,
        "--notes-read-by": bool(choices.notes_read_by),
        "--from, --until, --sample, --shuffle, --whole-list": choices.asked not in (None, Asked()),
    }
    if besides := [option for option, given in said.items() if given]:
        raise UsageError(
            f"The plan says that already: leave out {'; '.join(besides)}, or start from the plan instead.",
            where="--plan",
        )
    kept = load_plan(choices.plan) if choices.plan is not None else None
    assert kept is not None
    if choices.format not in ("csv", kept.plan.format):
        raise UsageError(
            f"The plan is for the format '{kept.plan.format}'. Leave --format out.", where="--format"
        )
    if choices.scheme != kept.plan.scheme:
        raise UsageError("Name the scheme of the plan, and no other, with its salt.", where="--scheme")
    return kept


def load_key(path: Path | None) -> Key:
    """The key from a file, or from the computer's key store where no file was named."""
    return key_and_state(path)[0]


def key_and_state(path: Path | None) -> tuple[Key, KeyState]:
    """The key, where it is kept, and since when its backup is proven."""
    if path is not None:
        opened = open_key_file(path, passphrase())
        return opened.key, state_of_file(opened)
    held = keystore_load() if keystore_available() else None
    if held is None:
        raise UsageError(
            "No key. Name a key file with --key-file, or make one with 'threshold-cli key create FILE'.",
            where="--key-file",
            code="no_key",
        )
    return held, state_in_key_store(held)


def remember_release(ready: Prepared) -> None:
    """Remember which project's codes were made with which key: changing or destroying the key asks for it.

    The release is finished and stands, whatever becomes of this note."""
    from core.protection.gates_keys import makes_codes

    plan = ready.plan
    if not makes_codes(plan):
        return
    label = ready.key.label_for(plan.recipient, plan.project)
    try:
        note_release(label, plan.recipient, plan.project, date.today(), plan.fingerprint)
    except UsageError as error:
        say_error(False, f"The release is done. {error.message}", code=error.code, where=error.where)


def passphrase() -> str:
    """The pass phrase, from the environment: on a command line others could read it."""
    return os.environ.get(PASSPHRASE, "")


def row_range(text: str) -> tuple[int, int]:
    """'A:B' as a 0-based, half-open range of rows."""
    start, colon, stop = text.partition(":")
    if not (colon and start.isdecimal() and stop.isdecimal() and int(start) <= int(stop)):
        raise UsageError("Rows are given as A:B, counted from 0, without row B: 0:50.", where="--rows")
    return int(start), int(stop)


def earlier(release: Path | None) -> Earlier | None:
    """What an earlier release said of objections, None where none was named."""
    from core.release import earlier_release

    return None if release is None else earlier_release(release)


def approvals_in(path: Path | None) -> tuple[Approval, ...]:
    """The approvals in a file, none where no file was named."""
    return () if path is None else load_approvals(path)


def _objections(
    said: Sequence[str], cleaned_on: datetime | None
) -> tuple[tuple[ObjectionSource, ...], ObjectionLists]:
    sources: list[ObjectionSource] = []
    lists = ObjectionLists()
    for text in said:
        source, more = parse_objection_source(text, None if cleaned_on is None else cleaned_on.date())
        sources.append(source)
        if more is not None:
            lists = lists.plus(more)
    return tuple(sources), lists


def _book(choices: Choices) -> RecipientsBook | None:
    """The book that was named, else the practice's own: where there is one, it decides, and the reference of
    an agreement that somebody types gives nothing."""
    return default_book() if choices.recipients is None else read_recipients(choices.recipients)
