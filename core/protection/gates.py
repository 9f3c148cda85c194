"""What must hold before anything leaves, each in words that say what to do where it does not."""

from __future__ import annotations

from datetime import date

import numpy as np

from core.model import Gate, Kind, PolicyError, Role
from core.protection.actions import KEEPING
from core.protection.hazards import blocking_hazards, hazards_seen
from core.protection.judging import codes_gate
from core.protection.plan import Plan, Purpose
from core.protection.profile import Profile
from core.protection.recipients import RecipientsBook
from core.protection.rows import RowDecisions
from core.survey.results import LOST_CASE, NO_PATIENT, Survey

_SOURCE_WORDS = {
    "codes": "codes in this export",
    "list": "a list of objections",
    "cleaned": "a list that was checked for opt-outs",
    "search": "applied in the search",
    "none": "not applicable, with a stated reason",
}


def gates(
    survey: Survey,
    plan: Plan,
    rows: RowDecisions,
    profile: Profile,
    *,
    recipients: RecipientsBook | None = None,
    today: date | None = None,
    ask: bool = False,
) -> tuple[Gate, ...]:
    """Every gate of this export. With `ask` (windows), people an own-care list drops must be confirmed."""
    found = [_something(plan)]
    if plan.purpose is Purpose.BEYOND_CARE:
        found += [_objections(survey, plan), _status(survey, plan)]
    found += [
        _expected(plan, rows),
        _recipient(plan, profile, recipients, today or date.today()),
        _hazards(survey, plan, profile),
    ]
    if (judged := codes_gate(survey, plan)) is not None:
        found.append(judged)
    if ask and rows.missing_out:
        found.append(_confirmed(plan, rows))
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
    """The tier of what the plan sends: the profile's, or red where a field that names patients is kept."""
    named = any(
        f.action in KEEPING
        and (f.kind in (Kind.DIRECT_IDENTIFIER, Kind.UNKNOWN, Kind.FREE_TEXT) or f.role in _NAMING)
        for f in plan.fields
    )
    return "red" if named else profile.profile_tier


def _something(plan: Plan) -> Gate:
    if plan.purpose is Purpose.COUNTS or any(f.leaves for f in plan.fields):
        return Gate("something-leaves", True, "At least one field leaves.")
    return Gate(
        "something-leaves",
        False,
        "No field would leave, so there is nothing to send. Decide which fields the recipient needs.",
    )


def _objections(survey: Survey, plan: Plan) -> Gate:
    name = "objections"
    if not plan.objection_sources:
        return Gate(
            name,
            False,
            "It is not said where the objections come from. Name it: codes in this export, a list, a cleaned "
            "list, applied in the search by a named person, or a reason why they do not apply.",
            ("objection_sources",),
        )
    only_codes = [s.kind for s in plan.objection_sources] == ["codes"]
    if only_codes and (why := _why_codes_do_not_do(survey)):
        detail = f"{why} Ask for a list of the patients who object."
        return Gate(name, False, detail, ("objection_sources",))
    words = ", ".join(_SOURCE_WORDS[s.kind] for s in plan.objection_sources)
    found = sum(counted.patients or 0 for counted in survey.objections)
    detail = f"Objections come from: {words}. "
    detail += (
        f"{found:,} recorded in this export." if found else "None is recorded in this export: is that right?"
    )
    if not any(s.kind in ("list", "cleaned", "search", "none") for s in plan.objection_sources):
        detail += " National Data Opt-outs have no code in a practice's system: check them separately."
    return Gate(name, True, detail)


def _why_codes_do_not_do(survey: Survey) -> str:
    """Why objections cannot be taken from the codes of this export alone; "" where they can."""
    if not _can_hold_objections(survey):
        return "Objections were to be found as codes in this export, and it has no field with codes."
    if any(hazard.what == LOST_CASE for hazard in survey.hazards):
        return f"{LOST_CASE} An objection (9Nu0.) can then not be told from another code (9NU0.)."
    return _astray(survey)


def _astray(survey: Survey) -> str:
    """Why objections recorded in this export do not reach the patients they are about; "" where they do."""
    numbered = np.array([who.startswith("nhs|") for who in survey.patients.identity], dtype=np.bool_)
    met = {name: facts.patients_seen(len(numbered))[:-1] for name, facts in survey.facts.items()}
    for name, facts in survey.facts.items():
        objecting = facts.objection_row
        if not objecting.any():
            continue
        if (facts.patient[objecting] == NO_PATIENT).any():
            return f"The table '{name}' has objections that do not say whose they are."
        others = [people for other, people in met.items() if other != name and people.any()]
        known = (met[name] & numbered).any() or any((met[name] & people).any() for people in others)
        if others and not known:
            return (
                f"The table '{name}' has objections, and none of its patients can be found in another table: "
                "their keys do not match."
            )
    return ""


def _can_hold_objections(survey: Survey) -> bool:
    roles = (Role.CODE, Role.TERM, Role.FLAG)
    return bool(survey.objections) or any(
        f.role in roles for found in survey.findings.values() for f in found
    )


def _status(survey: Survey, plan: Plan) -> Gate:
    if survey.patients.has_status:
        return Gate("registered", True, "The export tells who is registered.")
    if plan.assume_registered:
        return Gate("registered", True, "The export does not tell who is registered; all are taken to be.")
    return Gate(
        "registered",
        False,
        "The export does not tell who is registered, and only registered patients may go. Add the field, or "
        "say that all are registered.",
        ("assume_registered",),
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


def _recipient(plan: Plan, profile: Profile, book: RecipientsBook | None, today: date) -> Gate:
    name = "closed-programme" if profile.closed else "recipient"
    known = None if book is None else book.find(plan.recipient)
    if known is not None and known.live(profile.id, today):
        return Gate(name, True, f"Legal basis: {known.legal_basis}.")
    if profile.closed:
        return Gate(
            name,
            False,
            f"'{profile.title}' is closed: it is for looking, comparing and teaching. Exporting needs a "
            "recipient with a live legal basis in the book of recipients.",
            ("recipients",),
        )
    if book is not None:
        return Gate(
            name,
            False,
            "The book of recipients has no live entry for this recipient and profile. Check name and dates.",
            ("recipients",),
        )
    return Gate(name, True, "No book of recipients was asked.")


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


_STATUS_WORDS = {
    "died": "who died",
    "left": "who left the practice",
    "temporary": "who are temporary",
    "unknown": "whose registration is not known",
    "shifted": "whose row has more cells than the table has fields",
}
