"""What must hold before anything leaves, each in words that say what to do where it does not."""

from __future__ import annotations

from datetime import date

from core.model import Gate, Kind, PolicyError, Role
from core.protection.actions import KEEPING, SCRUB
from core.protection.counts import counts_gate
from core.protection.gates_beyond import only_as_gate, patient_number_gate
from core.protection.gates_care import STOP_WORDS, care_gates
from core.protection.gates_keys import key_gate
from core.protection.gates_objections import (
    answer_fits,
    marked_seen,
    objections_compared,
    objections_named,
    status_told,
)
from core.protection.gates_recipients import recipient_gates
from core.protection.hazards import blocking_hazards, hazards_seen
from core.protection.hold_backs import hold_backs_gate
from core.protection.judging import codes_gate
from core.protection.keys import KeyState
from core.protection.notes import notes_gate
from core.protection.objections_compared import Earlier
from core.protection.plan import Plan, Purpose
from core.protection.plans.drifted import drift_gate, items_gate
from core.protection.profile import Profile
from core.protection.recipients import RecipientsBook
from core.protection.restricted import restricted_gate
from core.protection.rows import RowDecisions
from core.protection.schemes import scheme_gate
from core.protection.seen import looked_at_gate
from core.protection.shift_rules import index_gate, shift_gate
from core.survey.results import Survey


def gates(
    survey: Survey,
    plan: Plan,
    rows: RowDecisions,
    profile: Profile,
    *,
    recipients: RecipientsBook | None = None,
    today: date | None = None,
    ask: bool = False,
    before: Earlier | None = None,
    key_state: KeyState | None = None,
    not_looked_at: int | None = None,
) -> tuple[Gate, ...]:
    """Every gate of this export. With `ask` (windows), people an own-care list drops, and people whose record
    is marked, must be confirmed. `before` is what an earlier release to the same recipient said,
    `key_state` where the key is kept and what proves its backup, `not_looked_at` how many patients should
    still be looked at one by one; None: not asked."""
    day = today or date.today()
    found = [_something(plan)]
    if (only := counts_gate(profile, plan)) is not None:
        found.append(only)
    if (coarser := only_as_gate(survey, plan, profile)) is not None:
        found.append(coarser)
    if (numbers := patient_number_gate(survey, plan, profile)) is not None:
        found.append(numbers)
    if (moved := shift_gate(survey, plan)) is not None:
        found.append(moved)
    if (counted := index_gate(plan, profile)) is not None:
        found.append(counted)
    if plan.purpose is Purpose.BEYOND_CARE:
        found += [objections_named(survey, plan), status_told(survey, plan)]
        if any(source.kind == "cleaned" for source in plan.objection_sources):
            found.append(answer_fits(plan, rows, day))
    if before is not None:
        found.append(objections_compared(survey, plan, rows, before))
    found.append(_expected(plan, rows))
    found += recipient_gates(survey, plan, rows, profile, recipients, day, tier_of(plan, profile))
    found += care_gates(survey, plan, rows, profile, recipients, day, ask=ask)
    found.append(_hazards(survey, plan, profile))
    if (back := hold_backs_gate(plan, rows.held_back)) is not None:
        found.append(back)
    if (kept := key_gate(plan, key_state)) is not None:
        found.append(kept)
    found += [gate for gate in (drift_gate(survey, plan), items_gate(plan)) if gate is not None]
    if (scheme := scheme_gate(plan)) is not None:
        found.append(scheme)
    if (notes := notes_gate(survey, plan, profile)) is not None:
        found.append(notes)
    if (judged := codes_gate(survey, plan)) is not None:
        found.append(judged)
    if (restricted := restricted_gate(survey, plan, rows)) is not None:
        found.append(restricted)
    if ask and rows.missing_out:
        found.append(_confirmed(plan, rows))
    if rows.marked:
        found.append(marked_seen(plan, rows, ask=ask))
    if (looked := looked_at_gate(not_looked_at)) is not None:
        found.append(looked)
    return tuple(found)


def require(checked: tuple[Gate, ...]) -> None:
    """Raises PolicyError naming the first gate that does not hold."""
    for gate in checked:
        if not gate.passed:
            raise PolicyError(gate.detail, where=gate.name, code=f"gate.{gate.name}")


def undecided(plan: Plan) -> tuple[str, ...]:
    """The fields that are left out only because nobody has decided: 'table, field'."""
    return tuple(f"{f.table}, {f.field}" for f in plan.fields if f.needs_decision and not f.decided)


#: Fields of these roles name patients when kept, whatever kind a person gave them.
#: Together they are found in an electoral roll, as critics of care.data showed in 2014.
_WHOLE = frozenset((Role.DATE_OF_BIRTH, Role.POSTCODE))
_NAMING = frozenset(
    (
        Role.NHS_NUMBER,
        Role.SURNAME,
        Role.FORENAME,
        Role.FULL_NAME,
        Role.ADDRESS,
        Role.PHONE,
        Role.EMAIL,
        Role.NI_NUMBER,
        Role.OTHER_IDENTIFIER,
        Role.THIRD_PARTY,
        Role.NOTE,
    )
)


def tier_of(plan: Plan, profile: Profile) -> str:
    """The tier of what the plan sends: the profile's, or red where a field that names patients is kept, or
    where birth date and postcode are, both whole."""
    named = any(
        f.action in (*KEEPING, SCRUB)  # nobody can promise that a scrubbed note names nobody
        and (f.kind in (Kind.DIRECT_IDENTIFIER, Kind.UNKNOWN, Kind.FREE_TEXT) or f.role in _NAMING)
        for f in plan.fields
    )
    return "red" if named or _kept_roles(plan) >= _WHOLE else profile.profile_tier


def _kept_roles(plan: Plan) -> frozenset[Role]:
    return frozenset(f.role for f in plan.fields if f.action in KEEPING)


def _something(plan: Plan) -> Gate:
    if plan.purpose is Purpose.COUNTS or any(f.leaves for f in plan.fields):
        return Gate("something-leaves", True, "At least one field leaves.")
    return Gate(
        "something-leaves",
        False,
        "No field would leave, so there is nothing to send. Decide which fields the recipient needs.",
    )


def _expected(plan: Plan, rows: RowDecisions) -> Gate:
    name = "patients-expected"
    if plan.expected_patients is None:
        return Gate(name, True, "It was not said how many patients the search showed.")
    if plan.expected_patients == rows.patients_in:
        return Gate(name, True, f"The search showed {rows.patients_in:,} patients, and so many are here.")
    return Gate(
        name,
        False,
        f"The search showed {plan.expected_patients:,} patients, and this export has {rows.patients_in:,}. "
        "Run the search again, or correct the number.",
        ("expected_patients",),
    )


def _hazards(survey: Survey, plan: Plan, profile: Profile) -> Gate:
    stopping = blocking_hazards(survey, profile)
    if not stopping:
        return Gate("hidden-data", True, "Nothing was found in the file that stops the export.")
    if hazards_seen(survey, profile) in plan.confirmed:
        seen = (
            "1 thing found in the file was" if len(stopping) == 1 else f"{len(stopping):,} things found were"
        )
        return Gate("hidden-data", True, f"{seen} looked at.")
    first = stopping[0]
    found = (
        "1 thing was found that stops"
        if len(stopping) == 1
        else f"{len(stopping):,} things were found that stop"
    )
    begins = "In" if len(stopping) == 1 else "The first, in"
    return Gate(
        "hidden-data",
        False,
        f"{found} the export until somebody has looked. {begins} {first.where}: {first.what}. "
        "It may show that this is the wrong file. Look at the Open page, then confirm.",
        ("hazards",),
    )


def _confirmed(plan: Plan, rows: RowDecisions) -> Gate:
    waiting = [c for c in rows.missing_out if f"{c.id}:{c.patients}" not in plan.confirmed]
    if not waiting:
        return Gate("missing-out", True, "The people who are left out of this list were confirmed.")
    return Gate(
        "missing-out",
        False,
        "Some people will not be on the list: "
        + ", ".join(f"{c.patients:,} {_STATUS_WORDS[c.id]}" for c in waiting)
        + ". Confirm that this is right.",
        tuple(f"{c.id}:{c.patients}" for c in waiting),
    )


_STATUS_WORDS = {**STOP_WORDS, "shifted": "whose row has more cells than the table has fields"}
