"""Gates that profiles for care, consent and payment set: questions, waiting, one or no patient, addresses.

Each says in words what to do. Nothing here knows a profile by name: what is asked for stands in the profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from core.model import Gate, Kind, Role
from core.protection.confidential import confidential_patients, telling_fields
from core.protection.plan import Plan, Purpose
from core.protection.profile import Profile
from core.protection.profile_sections import unanswered
from core.protection.recipients import RecipientsBook
from core.protection.rows import RowDecisions
from core.survey.results import NO_PATIENT, Survey

CONFIDENTIAL = "confidential_address"
#: Who a person is asked to confirm, after "patients".
STOP_WORDS = {
    "died": "who died",
    "left": "who left the practice",
    "temporary": "who are temporary",
    "unknown": "whose registration is not known",
    "declined": "who declined this screening",
    "ceased": "who were ceased from this screening",
    "confidential_address": "whose address is confidential",
}
#: Kinds and roles that say something about a patient, or put one patient's rows together.
_OF_PATIENTS = frozenset(
    (
        Kind.DIRECT_IDENTIFIER,
        Kind.QUASI_IDENTIFIER,
        Kind.LINKING_KEY,
        Kind.FREE_TEXT,
        Kind.UNKNOWN,
        Kind.STAFF,
    )
)
_NOT_OF_PATIENTS = frozenset(
    (Role.EVENT_DATE, Role.CODE, Role.TERM, Role.VALUE, Role.UNIT, Role.ORGANISATION)
)
_TELLING_ROLES = frozenset(
    (
        *(Role.NHS_NUMBER, Role.PATIENT_KEY, Role.SURNAME, Role.FORENAME, Role.FULL_NAME, Role.TITLE),
        *(Role.ADDRESS, Role.POSTCODE, Role.AREA, Role.PHONE, Role.EMAIL, Role.NI_NUMBER, Role.NOTE),
        *(Role.OTHER_IDENTIFIER, Role.THIRD_PARTY, Role.DATE_OF_BIRTH, Role.YEAR_OF_BIRTH, Role.ROW_KEY),
        *(Role.DATE_OF_DEATH, Role.AGE, Role.SEX, Role.ETHNICITY, Role.SOCIAL, Role.STATUS),
    )
)


def stops_in_words(profile: Profile) -> str:
    """What will have to be confirmed under the profile, for a window to say beforehand; "" where nothing."""
    told = [STOP_WORDS[name] for name in profile.stops]
    if not told:
        return ""
    listed = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"
    return f"Before it leaves you will be shown the patients {listed}, and asked to confirm them."


def care_gates(
    survey: Survey,
    plan: Plan,
    rows: RowDecisions,
    profile: Profile,
    book: RecipientsBook | None,
    today: date,
    *,
    ask: bool = True,
) -> Iterator[Gate]:
    """The gates that the profile asks for; none where it asks for nothing. `ask`: a person sits before a
    window, and answers what the command line is only reminded of."""
    answers = dict(plan.statements)
    if profile.asks:
        yield _questions(profile, answers, today, ask=ask)
    if profile.asks_refuse:
        yield _request(plan, profile, answers, book)
    if profile.hold is not None and (held := _hold(profile, answers, today)) is not None:
        yield held
    if profile.one_patient:
        yield _one_patient(survey, rows)
    if profile.no_patient:
        yield _no_patient(survey, plan)
    if plan.purpose not in (Purpose.BEYOND_CARE, Purpose.COUNTS):
        reach = _confidential(survey, plan, rows)
        if reach is not None:
            yield reach


def _questions(profile: Profile, answers: dict[str, str], today: date, *, ask: bool) -> Gate:
    name = "questions"
    missing = unanswered(profile.asks, answers, ask=ask)
    if missing:
        told = " ".join(profile.asks[one].question for one in missing)
        return Gate(name, False, f"Answer first: {told}", missing)
    early = tuple(
        one
        for one, ask in profile.asks.items()
        if ask.kind == "date" and ask.in_past and answers.get(one, "") > today.isoformat()
    )
    if early:
        told = " ".join(profile.asks[one].question for one in early)
        return Gate(name, False, f"The day given has not come yet. Correct the answer: {told}", early)
    reminded = unanswered(profile.asks, answers)
    if reminded:
        told = " ".join(f"{profile.asks[one].question} {profile.asks[one].why}" for one in reminded)
        return Gate(name, True, f"Nobody said: {told}")
    return Gate(name, True, "Every question of the profile was answered.")


def _request(plan: Plan, profile: Profile, answers: dict[str, str], book: RecipientsBook | None) -> Gate:
    name = "request"
    entry = None if book is None else book.find(plan.recipient)
    sort = "" if entry is None else (entry.type or "")
    for question, refusal in profile.asks_refuse.items():
        if refusal.refuses(question, answers, sort):
            return Gate(name, False, f"{refusal.why} ({refusal.source})", (question,))
    return Gate(name, True, "What was asked for may be given.")


def _hold(profile: Profile, answers: dict[str, str], today: date) -> Gate | None:
    name, rule = "waiting", profile.hold
    assert rule is not None
    if not rule.holds(answers):
        return None
    told = answers.get(rule.from_answer, "")
    if not told:
        return Gate(
            name,
            False,
            f"It waits {rule.days} days, and it is not said from when. Answer: "
            f"{profile.asks[rule.from_answer].question}",
            (rule.from_answer,),
        )
    free = date.fromisoformat(told) + timedelta(days=rule.days)
    if today < free:
        return Gate(
            name,
            False,
            f"{rule.why} It may leave on {_day(free)} or later, or as soon as {rule.sooner}. Wait until "
            f"then. ({rule.source})",
            (rule.from_answer,),
        )
    return Gate(name, True, f"The {rule.days} days were over on {_day(free)}.")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _one_patient(survey: Survey, rows: RowDecisions) -> Gate:
    name = "one-patient"
    if rows.patients_out > 1:
        return Gate(
            name,
            False,
            f"This profile is for one patient, and {rows.patients_out:,} would leave. Run the search again "
            "for the one patient, or leave the others out.",
            ("patients",),
        )
    nobodys = sum(
        int((rows.leaves(table) & (facts.patient == NO_PATIENT)).sum())
        for table, facts in survey.facts.items()
    )
    if nobodys:
        told = "1 row does" if nobodys == 1 else f"{nobodys:,} rows do"
        return Gate(
            name,
            False,
            f"{told} not say whose it is, and may be about somebody else. Leave those tables or rows out.",
            ("patients",),
        )
    if rows.patients_out == 0:
        return Gate(name, False, "No patient would leave. Look at what was left out, and why.", ("patients",))
    return Gate(name, True, "One patient leaves, and nobody else.")


def _no_patient(survey: Survey, plan: Plan) -> Gate:
    """A field is what a person says it is, and what names a patient by its values is that all the same."""
    name = "no-patient"
    names = {
        (f.table, f.field)
        for found in survey.findings.values()
        for f in found
        if f.kind is Kind.DIRECT_IDENTIFIER or f.role in (Role.NHS_NUMBER, Role.PATIENT_KEY)
    }
    told = [
        f
        for f in plan.fields
        if f.leaves and (_about_a_patient(f.kind, f.role) or (f.table, f.field) in names)
    ]
    if told:
        listed = ", ".join(f"{f.table}, {f.heading}" for f in told[:3])
        more = f" and {len(told) - 3:,} more" if len(told) > 3 else ""
        return Gate(
            name,
            False,
            f"No patient goes with this, and these fields are about one or put one patient's rows together: "
            f"{listed}{more}. Leave them out.",
            tuple(f"{f.table}, {f.heading}" for f in told),
        )
    return Gate(name, True, "No field says who a patient is or which rows are one patient's.")


def _about_a_patient(kind: Kind, role: Role) -> bool:
    # Whichever of the two a person changed, the other still tells.
    return role in _TELLING_ROLES or (kind in _OF_PATIENTS and role not in _NOT_OF_PATIENTS)


def _confidential(survey: Survey, plan: Plan, rows: RowDecisions) -> Gate | None:
    """Where somebody with confidential details leaves: whether their address would go along."""
    name = "confidential-address"
    hidden = np.append(confidential_patients(survey), False)
    if not hidden.any():
        return None
    telling = {f.table for f in telling_fields(plan)}
    all_seen, with_address = (np.zeros(len(hidden), dtype=np.bool_) for _ in range(2))
    for table, facts in survey.facts.items():
        whose = facts.patient[rows.leaves(table)]
        all_seen[whose] = True
        if table in telling:
            with_address[whose] = True
    leaving, exposed = int((all_seen & hidden).sum()), int((with_address & hidden).sum())
    if not leaving:
        return None
    if not exposed:
        who = "1 patient leaves" if leaving == 1 else f"{leaving:,} patients leave"
        return Gate(name, True, f"{who} whose details are confidential: without address or telephone.")
    token = f"{CONFIDENTIAL}:{exposed}"
    who = "1 patient" if exposed == 1 else f"{exposed:,} patients"
    if token in plan.confirmed:
        return Gate(name, True, f"A confidential address or telephone goes with {who}, and it was confirmed.")
    return Gate(
        name,
        False,
        f"{who} would leave with an address, postcode, telephone or e-mail that is confidential: whoever "
        "learns it could do harm. Choose 'Keep, but not where the patient's details are confidential' for "
        "those fields, or leave the patients out, or confirm that the recipient must have it.",
        (token,),
    )
