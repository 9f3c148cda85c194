"""`threshold-cli counts`: what a profile that publishes counts would tell, on the screen and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli_hold_backs import ListFile, held_for, list_is_kept
from core.cli_options import (
    AssumeRegistered,
    DecisionsFile,
    ExpectPatients,
    Json,
    KeyFile,
    Lists,
    Paths,
    Profile,
    ReadAs,
    Recipients,
)
from core.cli_output import Shown, say, say_json
from core.model import UsageError

if TYPE_CHECKING:
    from core.protection import Decisions
    from core.protection.counts import Published

_SCREEN, _COUNT = "the screen", "a count"


def check_request(profile: str, form: str, decisions: Path | None) -> None:
    """What is refused of an export before any file is read: a format there is not, and rows where only counts
    may leave."""
    from core.protection import load_profile, read_decisions
    from core.protection.counts import refuse_rows
    from core.release.writers import check_format

    check_format(form)
    rules = load_profile(profile)
    if rules.counts is not None:
        refuse_rows(rules, form, read_decisions(decisions) if decisions else None)


def counts(
    paths: Paths,
    profile: Profile,
    of: Annotated[
        list[str] | None,
        typer.Option("--of", metavar="FAMILY", help="A family of codes that is asked for. Repeatable."),
    ] = None,
    recipient: Annotated[str, typer.Option("--recipient", help="Who asks.")] = _SCREEN,
    project: Annotated[str, typer.Option("--project", help="What it is for.")] = _COUNT,
    key_file: KeyFile = None,
    decisions: DecisionsFile = None,
    assume_registered: AssumeRegistered = False,
    recipients: Recipients = None,
    expect_patients: ExpectPatients = None,
    read_as: ReadAs = None,
    lists: Lists = None,
    hold_backs: ListFile = None,
    as_json: Json = False,
) -> None:
    """How many patients, with small numbers hidden, on the screen. Nothing is written.

    Needs a profile that publishes counts: feasibility-count, foi-count or open-publication."""
    from core.cli_work import load_key, survey_paths
    from core.protection import Decisions as Decided
    from core.protection import (
        decide_rows,
        gates,
        load_profile,
        make_plan,
        read_decisions,
        read_recipients,
        require,
    )
    from core.protection.counts import NAME, published, refuse_rows, statement_of

    rules = load_profile(profile)
    if rules.counts is None:
        raise UsageError(
            "The profile does not publish counts. See 'threshold-cli preview'.", where="--profile"
        )
    decided = read_decisions(decisions) if decisions else Decided()
    if of:
        decided = _with_families(decided, of)
    if rules.counts.file:
        refuse_rows(rules, "csv", decided)
    book = read_recipients(recipients) if recipients else None
    # Whoever is held back is in no count either, and only the key says who that is.
    key = load_key(key_file) if list_is_kept(hold_backs, rules.purpose) or key_file else None
    held = None if key is None else held_for(hold_backs, key, rules.purpose)
    with Shown() as shown:
        survey = survey_paths(paths, shown, read_as, lists)
    plan = make_plan(
        survey,
        rules,
        recipient=recipient,
        project=project,
        decisions=decided,
        assume_registered=assume_registered,
        expected_patients=expect_patients,
        held=held,
    )
    rows = decide_rows(survey, plan, key, held=held)
    # Whether a file may be written is not asked: none is.
    require(tuple(g for g in gates(survey, plan, rows, rules, recipients=book) if g.name != NAME))
    made = published(survey, plan, rules, rows)
    said = statement_of(survey, plan, made)
    if as_json:
        say_json({"profile": rules.id, "profile_version": rules.version, **counts_shape(made, said)})
    else:
        _tell(rules.title, made, said)


def _with_families(decided: Decisions, of: list[str]) -> Decisions:
    from core.protection.count_choices import CountDecisions

    return decided.model_copy(update={"counts": CountDecisions(of=(*decided.counts.of, *of))})


def counts_shape(made: Published, said: tuple[str, ...]) -> dict[str, Any]:
    """The published table, what tells of a whole group, and what it is a count of."""
    from core.protection.counts import HIDDEN, percent

    rule = made.rule
    return {
        "counts": [
            {
                "measure": line.measure,
                "group": line.group,
                "patients": line.patients,
                "hidden": line.patients == HIDDEN,
                "percent": percent(line.patients, line.of, rule) if line.of else "",
                "flag": line.whole or None,
            }
            for line in made.lines
        ],
        "flags": [
            {"measure": line.measure, "group": line.group, "flag": line.whole, "what": line.warning}
            for line in made.whole_groups
        ],
        "hidden": made.hidden,
        "rule": {
            "title": rule.rule,
            "files": list(rule.versions),
            "hide_from": rule.hide_from,
            "hide_to": rule.hide_to,
            "round_to": rule.round_to,
            "source": rule.source,
        },
        "confirm": made.confirmation or None,
        "statement": list(said),
        "written": False,
    }


def _tell(title: str, made: Published, said: tuple[str, ...]) -> None:
    say(title)
    for sentence in said:
        say(sentence)
    say()
    measure = ""
    for line in made.lines:
        if line.measure != measure:
            measure = line.measure
            say(measure)
        say(f"  {line.group}: {line.patients}")
    for line in made.whole_groups:
        say(f"Take care: {line.warning}")
    if made.confirmation:
        name, _, number = made.confirmation.partition(":")
        say(f"To show what is held back, decide '{name} = {number}' under [confirmed].")
    say("Nothing was written.")
