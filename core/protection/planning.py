"""Making a plan: a profile's rules for every field of the survey, then the decisions of a person.

What no rule speaks of is left out. A decision that names a table, field, category or reason that does
not exist is an error: it was made for another file, or mistyped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.model import PolicyError, UsageError
from core.protection.agreed import Asked, within
from core.protection.closure import takes_along
from core.protection.confidential import settled
from core.protection.count_choices import counts_of
from core.protection.decisions import Decisions
from core.protection.entry_limits import entry_limits, mixed_tables
from core.protection.hazards import hazards_seen
from core.protection.hold_backs import ABSENT, HoldBackList
from core.protection.look_ups import LookUps
from core.protection.looked_up import used_look_ups
from core.protection.notes import NOTES_READ
from core.protection.only_tables import only_tables
from core.protection.plan import ObjectionSource, Plan
from core.protection.planned_fields import plan_field, without_pointers
from core.protection.plans.drifted import ITEMS_AGAIN, LEFT_OUT_ABSENT
from core.protection.plans.files import SavedPlan
from core.protection.profile import Profile
from core.protection.profile_sections import read_answers
from core.protection.recipients import Recipient
from core.protection.seen import looks_of
from core.protection.shift_rules import one_shift
from core.survey.results import OBJECTIONS, Survey

FORMATS = ("csv", "xlsx", "parquet", "ndjson", "fhir")


def make_plan(
    survey: Survey,
    profile: Profile,
    *,
    recipient: str,
    project: str,
    format: str = "csv",
    decisions: Decisions | None = None,
    objection_sources: Sequence[ObjectionSource] = (),
    assume_registered: bool = False,
    expected_patients: int | None = None,
    agreement: str = "",
    notes_read_by: str = "",
    held: HoldBackList | None = None,
    statements: Mapping[str, str] | None = None,
    agreed: Recipient | None = None,
    asked: Asked | None = None,
    closure: bool | None = None,
    earlier: SavedPlan | None = None,
    look_ups: LookUps | None = None,
) -> Plan:
    """The plan for this export under a profile, with a person's decisions. `statements` are the answers to
    the profile's questions, by question; `agreed` is the recipient's entry, whose limits hold; `asked` are
    the days, the sample and the order asked for; `closure` says against the profile whether what belongs to
    a withheld row goes too; `earlier` is a plan that this one starts from; `look_ups` are the files that
    actions look into.

    Raises UsageError for a decision that names what is not there, PolicyError for one that the
    profile never allows."""
    decided = decisions or Decisions()
    started = None
    if earlier is not None:
        from core.protection.plans.continuing import continue_plan

        _check_names(survey, decided)
        started = continue_plan(
            survey,
            profile,
            earlier,
            decided,
            recipient=recipient,
            project=project,
            hold_backs="" if held is None else held.fingerprint,
        )
        decided = started.decisions
    if format not in FORMATS:
        raise UsageError(f"There is no format '{format}'. There are: {', '.join(FORMATS)}.", where="--format")
    for name, value in (("recipient", recipient), ("project", project)):
        if not value.strip():
            raise UsageError(f"Say who or what the {name} is.", where=f"--{name}")
    _check_names(survey, decided)
    fields = []
    for table, findings in survey.findings.items():
        for finding in findings:
            decision = decided.fields.get(table, {}).get(finding.field)
            fields.append(plan_field(survey, profile, finding, decision))
    fields = without_pointers(fields)
    one_shift(fields)
    answers = read_answers(profile.asks, statements or {})
    limits = entry_limits(survey, profile, dict(answers))
    fields = settled(
        survey, only_tables(survey, profile, dict(answers), fields, mixed=mixed_tables(survey, limits))
    )
    withhold, send = _categories(survey, profile, decided.categories)
    confirmed = [f"{name}:{number}" for name, number in sorted(decided.confirmed.items())]
    if decided.hazards.confirmed:
        confirmed.append(hazards_seen(survey, profile))
    plan = Plan(
        profile_id=profile.id,
        profile_version=profile.version,
        purpose=profile.purpose,
        recipient=recipient,
        project=project,
        fields=tuple(fields),
        format=format,
        withhold_categories=withhold,
        send_categories=send,
        objection_sources=tuple(objection_sources),
        assume_registered=assume_registered,
        leave_out_patients=tuple(sorted(set(decided.patients.leave_out))),
        leave_out_items=tuple(sorted({(item.table, item.row, item.reason) for item in decided.items})),
        send_unknown_codes=_sends(decided.codes.send_unknown, profile.codes.not_understood),
        send_unjudged_codes=_sends(decided.codes.send_not_judged, profile.codes.not_judged),
        confirmed=tuple(confirmed),
        notes_read_by=" ".join(notes_read_by.split()),
        expected_patients=expected_patients,
        agreement=agreement,
        profile_sha256=profile.sha256,
        statements=answers,
        programme=profile.programme or "",
        entries=limits,
        counts_of=counts_of(survey, profile, decided.counts, withhold),
        uses=profile.uses,
        statuses=profile.statuses,
        hold_backs="" if held is None else held.fingerprint,
        lists=tuple(" ".join((used.sha256, *used.categories)) for used in survey.lookup.lists),
        seen=looks_of(decided.seen),
    )
    plan = replace(plan, closure=takes_along(plan, profile.categories.with_what_belongs, closure))
    made = within(plan, survey, profile, agreed, asked)
    made = made if started is None else started.settle(made)
    return replace(made, look_ups=used_look_ups(made.fields, look_ups))


def _sends(decided: bool | None, by_profile: str) -> bool:
    return by_profile == "send" if decided is None else decided


#: What a person can confirm with its number: people an own-care list drops, marked records, a fall in counts.
_CONFIRMED = (
    *(
        "died",
        "left",
        "temporary",
        "unknown",
        "shifted",
        "objections_fell",
        NOTES_READ,
        "whole_groups",
        ABSENT,
        ITEMS_AGAIN,
        LEFT_OUT_ABSENT,
    ),
    *("declined", "ceased", "recall_unnamed", "confidential_address"),
    *OBJECTIONS,
)


def _check_names(survey: Survey, decided: Decisions) -> None:
    for table, fields in decided.fields.items():
        _table_exists(survey, table)
        names = {finding.field for finding in survey.findings[table]}
        for name in fields:
            if name not in names:
                raise UsageError(
                    f"The table '{table}' has no field '{name}'. Check how it is spelt.",
                    where="decisions, fields",
                )
    for item in decided.items:
        _table_exists(survey, item.table)
    for category in decided.categories:
        _category_exists(survey, category, "decisions, categories")
    for name in decided.confirmed:
        if name not in _CONFIRMED:
            raise UsageError(
                f"There is nothing called '{name}' to confirm. Take it out, or check how it is spelt.",
                where="decisions, confirmed",
            )


def _table_exists(survey: Survey, table: str) -> None:
    if table not in survey.findings:
        there = ", ".join(f"'{name}'" for name in survey.findings)
        raise UsageError(f"There is no table '{table}'. There are: {there}.", where="decisions")


def _category_exists(survey: Survey, category: str, where: str) -> None:
    if category not in survey.category_ids:
        raise UsageError(f"There is no category '{category}'. Check how it is spelt.", where=where)


def _categories(
    survey: Survey, profile: Profile, decided: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The categories whose rows stay, worst first, and those a person sends against the profile."""
    wanted = set(profile.categories.every)
    for category in wanted:
        # A profile that withholds what the code lists do not know would pass it on.
        _category_exists(survey, category, f"profile {profile.id}")
    send = set()
    for category, choice in decided.items():
        if choice == "withhold":
            wanted.add(category)
        elif category in profile.categories.always:
            raise PolicyError(
                f"Rows of the category '{category}' never leave under this profile. Take the decision back.",
                where="categories",
            )
        elif category in wanted:
            wanted.remove(category)
            send.add(category)
    return (
        tuple(c for c in survey.category_ids if c in wanted),
        tuple(c for c in survey.category_ids if c in send),
    )
