"""Making a plan: a profile's rules for every field of the survey, then the decisions of a person.

What no rule speaks of is left out. A decision that names a table, field, category or reason that does
not exist is an error: it was made for another file, or mistyped.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.model import Finding, Kind, PolicyError, Role, UsageError
from core.protection.actions import ACTIONS, BIRTHS, Setting, run_of
from core.protection.ageless import without_ages
from core.protection.agreed import Asked, within
from core.protection.closure import takes_along
from core.protection.confidential import settled
from core.protection.count_choices import CountDecisions, counts_of
from core.protection.hazards import hazards_seen
from core.protection.headings import is_patients, with_name
from core.protection.hold_backs import ABSENT, HoldBackList
from core.protection.items import ITEM_REASONS, check_fingerprint
from core.protection.look_ups import LookUps
from core.protection.looked_up import used_look_ups
from core.protection.notes import NOTES_READ, check_scrub
from core.protection.only_tables import only_tables
from core.protection.plan import FieldPlan, ObjectionSource, Plan, Purpose
from core.protection.plans.drifted import ITEMS_AGAIN, LEFT_OUT_ABSENT
from core.protection.plans.files import SavedPlan
from core.protection.profile import ActionId, Profile, in_words
from core.protection.profile_sections import read_answers
from core.protection.pseudonyms import PSEUDONYM, Pseudonyms
from core.protection.recipients import Recipient
from core.protection.settings_said import check_settings
from core.protection.shift_rules import one_shift
from core.reading import OTHER_FIELDS
from core.survey.codes.systems import SYSTEM_WORDS
from core.survey.results import OBJECTIONS, Survey

FORMATS = ("csv", "xlsx", "parquet", "ndjson", "fhir")
_EPOCH = date(1970, 1, 1)


def _pseudonym(text: str) -> str:
    if not PSEUDONYM.fullmatch(text):
        raise ValueError("a patient is named by a code such as P-7KQ2-M9XD-0RHE-5V2T")
    return text


def _fingerprint(text: str) -> str:
    try:
        check_fingerprint(text)
    except UsageError as error:
        raise ValueError(error.message) from None
    return text


def _system(text: str) -> str:
    if text not in SYSTEM_WORDS:
        raise ValueError(f"the code systems are {', '.join(SYSTEM_WORDS)}")
    return text


def _reason(text: str) -> str:
    if text not in ITEM_REASONS:
        raise ValueError(f"the reason is one of {', '.join(ITEM_REASONS)}")
    return text


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldDecision(_Checked):
    """What a person decided of a field: what it is, what happens to it, or both."""

    action: ActionId | None = None
    kind: Kind | None = None
    role: Role | None = None
    settings: Mapping[str, str] = Field(default_factory=dict)


class PatientDecisions(_Checked):
    leave_out: tuple[Annotated[str, AfterValidator(_pseudonym)], ...] = ()


class ItemDecision(_Checked):
    table: str
    row: Annotated[str, AfterValidator(_fingerprint)]
    reason: Annotated[str, AfterValidator(_reason)]


class HazardDecisions(_Checked):
    confirmed: bool = False


class CodeDecisions(_Checked):
    """What a person decided of codes that could not be judged; None where it is left to the profile."""

    send_unknown: bool | None = None
    send_not_judged: bool | None = None
    new_systems: tuple[
        Annotated[str, AfterValidator(_system)], ...
    ] = ()  # code systems new since the earlier plan whose rows may leave


class Decisions(_Checked):
    """Everything a person decided about one export, as kept in a TOML file. No patient data."""

    fields: Mapping[str, Mapping[str, FieldDecision]] = Field(default_factory=dict)
    patients: PatientDecisions = PatientDecisions()
    items: tuple[ItemDecision, ...] = ()
    categories: Mapping[str, Literal["withhold", "send", "keep"]] = Field(default_factory=dict)
    hazards: HazardDecisions = HazardDecisions()
    codes: CodeDecisions = CodeDecisions()
    counts: CountDecisions = CountDecisions()
    confirmed: Mapping[str, int] = Field(default_factory=dict)  # died = 3: seen, and right


def read_decisions(path: Path) -> Decisions:
    """Decisions from a TOML file. Raises UsageError that says which entry is wrong and how."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise UsageError("The file of decisions cannot be read.", where=path.name) from None
    except tomllib.TOMLDecodeError:
        raise UsageError("The file of decisions is not valid TOML.", where=path.name) from None
    try:
        return Decisions(**data)
    except ValidationError as error:
        raise UsageError(f"The decisions are not right: {in_words(error)}.", where=path.name) from None
    except TypeError:
        raise UsageError("The file of decisions is not made as it should be.", where=path.name) from None


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
    fields = _without_pointers(fields)
    one_shift(fields)
    answers = read_answers(profile.asks, statements or {})
    fields = settled(survey, only_tables(survey, profile, dict(answers), fields))
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
        counts_of=counts_of(survey, profile, decided.counts, withhold),
        uses=profile.uses,
        statuses=profile.statuses,
        hold_backs="" if held is None else held.fingerprint,
        lists=tuple(" ".join((used.sha256, *used.categories)) for used in survey.lookup.lists),
    )
    plan = replace(plan, closure=takes_along(plan, profile.categories.with_what_belongs, closure))
    made = within(plan, survey, profile, agreed, asked)
    made = made if started is None else started.settle(made)
    return replace(made, look_ups=used_look_ups(made.fields, look_ups))


def _sends(decided: bool | None, by_profile: str) -> bool:
    return by_profile == "send" if decided is None else decided


def _without_pointers(fields: Sequence[FieldPlan]) -> list[FieldPlan]:
    """Without what only says whose the left-out values of a message are: a list of people, once a value."""
    names: dict[str, set[str]] = {}
    for planned in fields:
        names.setdefault(planned.table, set()).add(planned.field)
    silent = {
        f.table
        for f in fields
        if f.field == OTHER_FIELDS[-1] and not f.leaves and names[f.table] <= set(OTHER_FIELDS)
    }
    return [
        replace(
            f,
            action="leave_out",
            settings={},
            reason_id="field.pointer",
            reason="It only says whose the values are that are left out.",
            source="what says nothing else need not leave",
            needs_decision=False,
        )
        if f.table in silent and f.leaves and not f.decided
        else f
        for f in fields
    ]


def plan_field(
    survey: Survey, profile: Profile, finding: Finding, decision: FieldDecision | None = None
) -> FieldPlan:
    """What happens to one field: a person's decision, else the profile's rule, else it is left out."""
    kind = (decision.kind if decision else None) or finding.kind
    role = (decision.role if decision else None) or finding.role
    by_profile = _by_profile(profile, finding, kind, role)
    if decision is None or profile.purpose is Purpose.COUNTS:
        planned = by_profile
    elif decision.action is None:
        planned = replace(by_profile, decided=True)
    else:
        check_settings(decision.action, decision.settings, "decisions, fields")
        planned = replace(
            by_profile,
            action=decision.action,
            settings=dict(decision.settings),
            reason_id=f"decision.{decision.action}",
            reason="A person decided so for this export.",
            source="decided here",
            decided=True,
            needs_decision=False,
        )
    check_scrub(profile, planned, finding)
    findings = survey.findings[finding.table]
    return with_name(_settled(survey, planned), profile.purpose, findings, is_patients(survey.known))


def _by_profile(profile: Profile, finding: Finding, kind: Kind, role: Role) -> FieldPlan:
    def out(reason_id: str, reason: str, source: str, *, undecided: bool = False) -> FieldPlan:
        return FieldPlan(
            finding.table,
            finding.field,
            finding.position,
            kind,
            role,
            "leave_out",
            reason_id=reason_id,
            reason=reason,
            source=source,
            needs_decision=undecided,
        )

    if profile.purpose is Purpose.COUNTS:
        return out("field.counts", "Only counts leave, and no field of any patient.", f"profile {profile.id}")
    if kind is Kind.UNKNOWN:
        return out(
            "field.unknown",
            "It is not understood what this field holds, so it is left out until a person decides.",
            "what is not understood does not leave",
            undecided=True,
        )
    if kind is Kind.FREE_TEXT:
        return out(
            "field.free_text",
            "Free text can hold anything, so it is left out until a person decides.",
            "what is not understood does not leave",
            undecided=True,
        )
    rule = profile.rule_for(kind, role)
    if role is Role.ROW_KEY and role not in profile.roles:
        return out("field.row_key", "A key of one row can be matched with other files.", "keys of rows stay")
    if rule is None:
        return out("field.no_rule", "The profile has no rule for this field.", f"profile {profile.id}")
    left_out = rule.action == "leave_out"
    return FieldPlan(
        finding.table,
        finding.field,
        finding.position,
        kind,
        role,
        rule.action,
        dict(rule.settings),
        reason_id="field.left_out" if left_out else f"field.{rule.action}",
        reason=rule.why,
        source=f"profile {profile.id}: {rule.source}",
    )


def _settled(survey: Survey, planned: FieldPlan) -> FieldPlan:
    """The field plan with every setting its action needs, so that the plan alone decides."""
    action = ACTIONS[planned.action]
    reckoned = planned.role in BIRTHS and any(choice.id == "on" for choice in action.choices)
    if reckoned and not planned.settings.get("on"):
        on = reckoning_day(survey)
        if on is not None:
            planned = replace(planned, settings={**planned.settings, "on": on.isoformat()})
        elif not planned.decided:
            return without_ages(planned)
    if (action := ACTIONS[planned.action]).inputs:
        default = {choice.id: choice.default for choice in action.choices if choice.default}
        planned = replace(planned, settings={**default, **planned.settings})
    if planned.leaves:
        try:
            if action.refuses is not None:
                action.refuses(planned.settings, survey.known)
            run_of(planned.action, Setting(planned.role, planned.settings, Pseudonyms(bytes(32))))
        except UsageError as error:
            raise UsageError(error.message, where=f"{planned.table}, {planned.field}") from None
    return planned


def reckoning_day(survey: Survey) -> date | None:
    """The day ages are reckoned on where nobody named one: the end of the month by which 99 of 100 events
    of the export had happened. From the export and not from the clock: same in, same out."""
    counted = [facts.day_counts() for facts in survey.facts.values()]
    days = np.concatenate([days for days, _ in counted] or [np.empty(0, dtype=np.int32)])
    rows = np.concatenate([rows for _, rows in counted] or [np.empty(0, dtype=np.int64)])
    if not len(days):
        return None
    order = np.argsort(days)
    until = np.cumsum(rows[order])
    at = min(int(until[-1]) - 1, (int(until[-1]) * 99) // 100)
    late = int(days[order][np.searchsorted(until, at, side="right")])
    if not -60_000 < late < 60_000:
        return None
    day = _EPOCH + timedelta(days=late)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


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
                raise UsageError(f"The table '{table}' has no field '{name}'.", where="decisions, fields")
    for item in decided.items:
        _table_exists(survey, item.table)
    for category in decided.categories:
        _category_exists(survey, category, "decisions, categories")
    for name in decided.confirmed:
        if name not in _CONFIRMED:
            raise UsageError(f"There is nothing called '{name}' to confirm.", where="decisions, confirmed")


def _table_exists(survey: Survey, table: str) -> None:
    if table not in survey.findings:
        there = ", ".join(f"'{name}'" for name in survey.findings)
        raise UsageError(f"There is no table '{table}'. There are: {there}.", where="decisions")


def _category_exists(survey: Survey, category: str, where: str) -> None:
    if category not in survey.category_ids:
        raise UsageError(f"There is no category '{category}'.", where=where)


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
                f"Rows of the category '{category}' never leave under this profile.", where="categories"
            )
        elif category in wanted:
            wanted.remove(category)
            send.add(category)
    return (
        tuple(c for c in survey.category_ids if c in wanted),
        tuple(c for c in survey.category_ids if c in send),
    )
