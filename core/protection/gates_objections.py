"""Gates about objections and registration: what must hold, in words that say what to do where it does not."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from core.model import Gate, Role
from core.protection.objections_compared import (
    Earlier,
    compare_objections,
    counts_now,
    fallen_confirmation,
)
from core.protection.plan import Plan
from core.protection.rows import RowDecisions
from core.survey.objections.evidence import NOT_NO_OBJECTION
from core.survey.results import LOST_CASE, NO_PATIENT, Survey

_SOURCE_WORDS = {
    "codes": "codes in this export",
    "list": "a list of objections",
    "cleaned": "a list that was checked for opt-outs",
    "search": "applied in the search",
    "none": "not applicable, with a stated reason",
}


#: What warns that the codes of this export may not tell who objects.
_OF_CODES = frozenset(("recent", "problems_only", "none_found"))
#: Days after which the answer of the opt-out service is old, and after which it is too old.
_OLD, _TOO_OLD = 21, 28


def objections_named(survey: Survey, plan: Plan) -> Gate:
    """Beyond care every objection's source must be named, and the codes must be able to hold them."""
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
    if only_codes:
        warned = [e.text for e in survey.objection_evidence if e.warns and e.id in _OF_CODES]
        detail = " ".join([detail, *warned, NOT_NO_OBJECTION])
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
        if _of_nobody_else(survey, name, numbered):
            return (
                f"The table '{name}' has objections of somebody without an NHS number that can be read, who "
                "has nothing else in this export: they may be those of a patient who would leave."
            )
        others = [people for other, people in met.items() if other != name and people.any()]
        known = (met[name] & numbered).any() or any((met[name] & people).any() for people in others)
        if others and not known:
            return (
                f"The table '{name}' has objections, and none of its patients can be found in another table: "
                "their keys do not match."
            )
    return ""


def _of_nobody_else(survey: Survey, table: str, numbered: npt.NDArray[np.bool_]) -> bool:
    """Whether an objection stands under an NHS number that is none, and under which nothing else stands:
    9.99E+09. A practice's own key with nothing else is of somebody who left, most likely."""
    facts = survey.facts[table]
    roles = {finding.role for finding in survey.findings[table]}
    if Role.NHS_NUMBER not in roles or Role.PATIENT_KEY in roles:
        return False
    if not (facts.patients_seen(len(numbered))[:-1] & numbered).any():
        return False  # none of them is: another sort of key under that heading
    people = np.unique(facts.patient[facts.objection_row])
    people = people[people >= 0]
    strange = people[~numbered[people]]
    strange = strange[[survey.patients.identity[who].startswith("local|") for who in strange.tolist()]]
    if not len(strange):
        return False
    elsewhere = np.zeros(len(numbered), dtype=np.bool_)
    for name, others in survey.facts.items():
        if name != table:
            elsewhere |= others.patients_seen(len(numbered))[:-1]
    else_here = np.unique(facts.patient[~facts.objection_row])
    elsewhere[else_here[else_here >= 0]] = True
    return bool((~elsewhere[strange]).any())


def _can_hold_objections(survey: Survey) -> bool:
    roles = (Role.CODE, Role.TERM, Role.FLAG)
    return bool(survey.objections) or any(
        f.role in roles for found in survey.findings.values() for f in found
    )


def status_told(survey: Survey, plan: Plan) -> Gate:
    """Who is registered must be told by the export or said by a person; it is never assumed."""
    if survey.patients.has_status:
        return Gate("registered", True, "The export tells who is registered.")
    if plan.assume_registered:
        return Gate("registered", True, "The export does not tell who is registered; you said that all are.")
    return Gate(
        "registered",
        False,
        "The export does not tell who is registered, and only registered patients may go. Add the field, or "
        "say that all are registered.",
        ("assume_registered",),
    )


def answer_fits(plan: Plan, rows: RowDecisions, today: date) -> Gate:
    """The answer of the opt-out service is of this data and not old: it serves one release."""
    name = "opt-out-answer"
    answer = rows.answer
    if answer is not None and answer.strangers > answer.here:
        return Gate(
            name,
            False,
            f"{answer.strangers:,} of the {answer.strangers + answer.here:,} numbers in the answer of the "
            "opt-out check are not in this export: they were never asked about. It may be the answer to "
            "another list. Make a check list of this export and use its answer.",
            ("objection_sources",),
        )
    detail = "The answer of the opt-out check is of this data."
    if answer is not None and answer.strangers:
        detail = (
            f"{answer.strangers:,} numbers in the answer of the opt-out check are not in this export. Is "
            "it the answer to this export's list?"
        )
    days = [_days_since(s.date, today) for s in plan.objection_sources if s.kind == "cleaned" and s.date]
    if not days:
        return Gate(name, True, f"{detail} It was not said on which day it came back.")
    oldest = max(days)
    if min(days) < 0:
        return Gate(
            name,
            False,
            "The answer of the opt-out check is said to be of a day that has not come yet. Correct the day.",
            ("objection_sources",),
        )
    if oldest > _TOO_OLD:
        return Gate(
            name,
            False,
            f"The answer of the opt-out check is {oldest:,} days old, and patients may have opted out since. "
            "Ask again: an answer serves one release.",
            ("objection_sources",),
        )
    came = "It came back today." if oldest == 0 else f"It came back {oldest:,} days ago."
    if oldest > _OLD:
        came += f" That is more than {_OLD} days: ask again if you can."
    return Gate(name, True, f"{detail} {came}")


def _days_since(day: str, today: date) -> int:
    return (today - date.fromisoformat(day)).days


def objections_compared(survey: Survey, plan: Plan, rows: RowDecisions, before: Earlier) -> Gate:
    """Objections beside those of the last release: a sharp fall needs a person's word."""
    name = "objections-last-time"
    compared = compare_objections(counts_now(survey, rows), before, rows.patients_in)
    if not compared:
        return Gate(name, True, "Neither this export nor the last release has an objection.")
    fallen = [one for one in compared if one.fell]
    told = "; ".join(one.words() for one in (fallen or compared))
    if not fallen:
        shares = f"as shares of the patients, {rows.patients_in:,} now and {before.patients:,} last time"
        return Gate(name, True, f"Compared with last time ({shares}): {told}.")
    confirmation = fallen_confirmation(compared)
    if confirmation in plan.confirmed:
        return Gate(name, True, f"Fewer objections than last time, and confirmed: {told}.")
    return Gate(
        name,
        False,
        f"There are far fewer objections than last time. {told}. The search may have left them out. Look for "
        "the reason, or confirm that it is right.",
        (confirmation,),
    )


def marked_seen(plan: Plan, rows: RowDecisions, *, ask: bool) -> Gate:
    """People whose record is marked go under this purpose; in the windows somebody must have seen it."""
    name = "marked-records"
    waiting = [c for c in rows.marked if f"{c.id}:{c.patients}" not in plan.confirmed]
    told = "; ".join(f"{c.patients:,}: {c.text}" for c in rows.marked)
    if not ask or not waiting:
        return Gate(name, True, f"Among the patients who leave: {told}")
    return Gate(
        name,
        False,
        f"Some patients who would leave need a person's eye. {told} Confirm that they may go, or leave "
        "them out.",
        tuple(f"{c.id}:{c.patients}" for c in waiting),
    )
