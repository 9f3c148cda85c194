"""Next month's export of the same shape: it starts from the plan of the last one, and what is new stays here.

Every decision that still fits is taken over. A field, table, code system or category that the earlier export
did not have is left out and told, until a person decides of it; so is one that is taken for something else.
What a person saw and confirmed of the earlier export (counts, hidden data, notes read, codes that were not
judged) was about that export, and is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.model import PolicyError
from core.protection.decisions import CodeDecisions, Decisions, FieldDecision, PatientDecisions
from core.protection.plan import FieldPlan, Plan, Purpose
from core.protection.plans.drifted import SYSTEM, told_drift
from core.protection.plans.files import SavedPlan
from core.protection.plans.matching import gone, matched
from core.protection.plans.shape import Drift, Shape, ShapeField, ShapeTable, described, shape_of, tables_of
from core.protection.profile import Profile
from core.survey.codes.systems import SYSTEM_WORDS, new_systems
from core.survey.results import Survey

_NEW = "It was not in the export that this plan started from, so it is left out until a person decides."
_OTHER = (
    "It is taken for something else than in the export that this plan started from, so it is left out until "
    "a person decides."
)
_SOURCE = "what is new stays until somebody has decided"


@dataclass(frozen=True)
class Started:
    """What was taken over from an earlier plan, and what has changed since. `new` has the fields that
    stay here until a person decides, with why; `marks` go into the plan."""

    decisions: Decisions
    drift: tuple[Drift, ...]
    marks: tuple[str, ...]
    new: Mapping[tuple[str, str], tuple[str, str]]
    earlier: SavedPlan

    def settle(self, plan: Plan) -> Plan:
        """The plan made with the decisions, with what is new left out."""
        before = self.earlier.plan
        days = (plan.window_from, plan.window_until)
        if not any(days):
            days = (before.window_from, before.window_until)
        return replace(
            plan,
            fields=tuple(self._settled(field) for field in plan.fields),
            window_from=days[0],
            window_until=days[1],
            sample_per_mille=min(plan.sample_per_mille, before.sample_per_mille),
            shuffle=plan.shuffle or before.shuffle,
            closure=plan.closure or before.closure,
            started_from=self.earlier.fingerprint,
            drift=self.marks,
        )

    def _settled(self, field: FieldPlan) -> FieldPlan:
        why = self.new.get((field.table, field.field))
        if why is None:
            return field
        return replace(
            field,
            action="leave_out",
            settings={},
            reason_id=why[0],
            reason=why[1],
            source=_SOURCE,
            decided=False,
            needs_decision=True,
            sent_as="",
        )


def continue_plan(
    survey: Survey,
    profile: Profile,
    earlier: SavedPlan,
    decisions: Decisions | None = None,
    *,
    recipient: str | None = None,
    project: str | None = None,
    hold_backs: str | None = None,
) -> Started:
    """The decisions that an earlier plan gives this export, and the drift since.

    `decisions` are those made now; they come first, and with them what is new is decided. `hold_backs` is the
    fingerprint of the list of now, where it is known. Raises PolicyError where the earlier plan names
    patients by codes of another recipient or project."""
    now = decisions or Decisions()
    before, shape = earlier.plan, shape_of(survey)
    _same_codes(before, recipient, project)
    pairs = matched(shape, earlier.shape)
    work = _Work(survey, profile, earlier, now, shape)
    for number, name in enumerate(name for name, findings in survey.findings.items() if findings):
        work.table(number, name, pairs[number])
    for number in gone(earlier.shape, pairs):
        what = described(earlier.shape.tables[number], number)
        work.tell("gone_table", f"The table {what} of last time is not in this export.")
    work.categories()
    work.systems()
    work.others(hold_backs)
    return Started(work.decisions(), tuple(work.drift), tuple(work.marks), work.new, earlier)


def _same_codes(before: Plan, recipient: str | None, project: str | None) -> None:
    said = ((recipient, before.recipient), (project, before.project))
    other = any(
        name is not None and " ".join(name.split()).casefold() != " ".join(was.split()).casefold()
        for name, was in said
    )
    if other and before.leave_out_patients:
        raise PolicyError(
            f"{len(before.leave_out_patients):,} of the patients were left out of the earlier plan, under "
            "codes of its own recipient and project. They cannot be found under another. Hold them back on "
            "the practice's list, and start from a plan of the same recipient and project.",
            where="start-from",
            code="plan.other_recipient",
        )


class _Work:
    """Puts together what is taken over and what has changed."""

    def __init__(
        self, survey: Survey, profile: Profile, earlier: SavedPlan, now: Decisions, shape: Shape
    ) -> None:
        self._survey, self._profile, self._now, self._shape = survey, profile, now, shape
        self._before, self._shape_before = earlier.plan, earlier.shape
        self._tables = tables_of(earlier.plan)
        self._fields: dict[str, dict[str, FieldDecision]] = {}
        self._chosen: dict[str, Any] = dict(now.categories)
        self.drift: list[Drift] = []
        self.marks: list[str] = []
        self.new: dict[tuple[str, str], tuple[str, str]] = {}

    def tell(self, kind: str, words: str, table: str = "", name: str = "", *, mark: str = "") -> None:
        """One more thing that has changed; with a mark, one that goes into the plan."""
        self.drift.append(Drift(kind, words, table, name, stays=bool(mark)))
        if mark:
            self.marks.append(mark)

    def table(self, number: int, name: str, others: Sequence[int]) -> None:
        """One table of this export, with the earlier ones that it may be."""
        if self._profile.purpose is Purpose.COUNTS:
            return
        shaped = self._shape.tables[number]
        decided = self._now.fields.get(name, {})
        names = [finding.field for finding in self._survey.findings[name]]
        if not others:
            undecided = [field for field in names if field not in decided]
            if undecided:
                told = f"The table '{name}' is new: it is left out until you decide of its fields."
                self.tell("table", told, name, mark=f"table|{number + 1}")
            self.new.update({(name, field): ("field.new", _NEW) for field in undecided})
            return
        had = [self._fields_of(other) for other in others]
        for at, (field, here) in enumerate(zip(names, shaped.fields, strict=True)):
            if field in decided:
                continue
            found = [fields.get(here.name) for fields in had] if not here.held else [None]
            one = _one_answer(found)
            if one is None:
                self._new_field(number, at, name, field)
            elif (one[0].kind, one[0].role) != (here.kind, here.role):
                told = f"The field '{field}' of '{name}' is taken for something else now: it is left out."
                self.tell("field_changed", told, name, field, mark=f"field_changed|{number + 1}|{at + 1}")
                self.new[name, field] = ("field.changed", _OTHER)
            elif one[1].needs_decision and not one[1].decided:
                self.new[name, field] = (one[1].reason_id, one[1].reason)
            elif one[1].decided:
                self._fields.setdefault(name, {})[field] = FieldDecision(
                    action=one[1].action, kind=one[1].kind, role=one[1].role, settings=dict(one[1].settings)
                )
        there = {field.name for field in shaped.fields if not field.held}
        for other in others[:1]:
            for missing in self._shape_before.tables[other].fields:
                if not missing.held and missing.name not in there:
                    told = f"The field '{missing.name}' of last time is not in '{name}' any more."
                    self.tell("gone_field", told, name, missing.name)

    def _new_field(self, number: int, at: int, table: str, field: str) -> None:
        told = f"The field '{field}' of '{table}' is new: it is left out until you decide."
        self.tell("field", told, table, field, mark=f"field|{number + 1}|{at + 1}")
        self.new[table, field] = ("field.new", _NEW)

    def _fields_of(self, number: int) -> dict[str, tuple[ShapeField, FieldPlan]]:
        shaped: ShapeTable = self._shape_before.tables[number]
        planned = self._before.for_table(self._tables[number])
        return {
            one.name: (one, plan) for one, plan in zip(shaped.fields, planned, strict=True) if not one.held
        }

    def categories(self) -> None:
        """What was withheld stays so, what a person sent is sent, and a new one is withheld."""
        before, occurred = self._before, set(self._shape_before.categories)
        for category in self._survey.category_ids:
            if category in self._chosen:
                continue
            if category in before.withhold_categories:
                self._chosen[category] = "withhold"
            elif category in before.send_categories and category in occurred:
                if category in self._profile.categories.always:
                    title = self._survey.lookup.category(category).title
                    told = f"'{title}' was sent last time, and never leaves under this profile now."
                    self.tell("profile", told, name=category)
                else:
                    self._chosen[category] = "send"
            elif category in self._shape.categories and category not in occurred:
                self._chosen[category] = "withhold"
                title = self._survey.lookup.category(category).title
                told = (
                    f"Codes of the family '{title}' are new in this export: their rows stay until you decide."
                )
                self.tell("category", told, name=category, mark=f"category|{category}")

    def systems(self) -> None:
        """Code systems that did not occur: their rows stay."""
        undecided = {mark.partition("|")[2] for mark in self._before.drift if mark.startswith(SYSTEM)}
        known = set(self._shape_before.code_systems) - undecided
        for system in new_systems(self._shape.code_systems, known | set(self._now.codes.new_systems)):
            words = SYSTEM_WORDS.get(system, system)
            told = (
                f"Codes of another system are new in this export ({words}): their rows stay until you decide."
            )
            self.tell("code_system", told, name=system, mark=f"{SYSTEM}{system}")

    def others(self, hold_backs: str | None) -> None:
        """What is only told, and rows that were left out by hand."""
        before, profile = self._before, self._profile
        if (before.profile_id, before.profile_version, before.profile_sha256) != (
            profile.id,
            profile.version,
            profile.sha256,
        ):
            was, now = (f"'{i}', version {v}" for i, v in _profiles(before, profile))
            self.tell("profile", f"The rules are others than last time: {now}; last time {was}.")
        if hold_backs is not None and before.hold_backs and before.hold_backs != hold_backs:
            what = "has changed since last time" if hold_backs else "was there last time and is not there now"
            self.tell("hold_backs", f"The practice's list of what is held back {what}.")
        if before.send_unknown_codes or before.send_unjudged_codes:
            told = (
                "Rows with codes that could not be judged were sent last time. Decide again for those of now."
            )
            self.tell("codes", told)
        if number := len(before.leave_out_items):
            told = (
                f"{number:,} rows were left out by hand last time. A row has no lasting name: leave them out "
                "again where they are in this export, or hold them back on the practice's list, then confirm."
            )
            self.tell("items", told, mark=f"items|{number}")

    def decisions(self) -> Decisions:
        """Those of now and those taken over."""
        now, before = self._now, self._before
        fields = {
            table: {**self._fields.get(table, {}), **now.fields.get(table, {})}
            for table in (*self._fields, *now.fields)
        }
        codes = CodeDecisions(
            send_unknown=False if now.codes.send_unknown is None else now.codes.send_unknown,
            send_not_judged=False if now.codes.send_not_judged is None else now.codes.send_not_judged,
            new_systems=now.codes.new_systems,
        )
        if not (before.send_unknown_codes or before.send_unjudged_codes):
            codes = now.codes
        left_out = tuple(sorted({*before.leave_out_patients, *now.patients.leave_out}))
        return now.model_copy(
            update={
                "fields": fields,
                "patients": PatientDecisions(leave_out=left_out),
                "categories": self._chosen,
                "codes": codes,
            }
        )


def _one_answer(
    found: Sequence[tuple[ShapeField, FieldPlan] | None],
) -> tuple[ShapeField, FieldPlan] | None:
    """What every table that it may be says of a field; None where one does not have it or says otherwise."""
    first = found[0]
    if first is None:
        return None
    for other in found[1:]:
        if other is None or _what(other) != _what(first):
            return None
    return first


def _what(one: tuple[ShapeField, FieldPlan]) -> tuple[object, ...]:
    shaped, plan = one
    return (shaped.kind, shaped.role, plan.action, dict(plan.settings), plan.kind, plan.role, plan.decided)


def _profiles(before: Plan, profile: Profile) -> tuple[tuple[str, str], tuple[str, str]]:
    return (before.profile_id, before.profile_version), (profile.id, profile.version)


__all__ = ["Started", "continue_plan", "told_drift"]
