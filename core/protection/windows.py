"""The window of a plan: events of which days leave.

A row is placed by the survey's event day. In a table with a field of event dates, a row outside the window
does not leave, and nor does one without a day that can be read: it may be of any day. A table without such a
field is left alone where it is a list (each patient once, or nobody at all); where a patient has several rows
with codes or values in it, it is one of events that nobody can place, and none of them leaves.

UK GDPR article 5(1)(c): limited to what is necessary. An insurer was once sent 23 years instead of five
(ICO reprimand of a group of surgeries, December 2025).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from core.model import Kind, PolicyError, Reason, Role
from core.protection.plan import Plan
from core.protection.profile import Profile
from core.protection.profile_sections import WindowRule
from core.protection.recipients import AgreedWindow, Recipient
from core.survey.results import NO_DAY, NO_PATIENT, Survey, TableFacts

OUTSIDE = Reason("window.outside", "The event lies outside the days that leave.", "UK GDPR article 5(1)(c)")
UNDATED = Reason(
    "window.undated",
    "It cannot be told on which day this was, and only some days leave.",
    "what is not understood does not leave",
)
_EPOCH = date(1970, 1, 1)
_CLINICAL = frozenset((Kind.CODED_CLINICAL, Kind.CLINICAL_VALUE, Kind.FREE_TEXT))

Mask = npt.NDArray[np.bool_]
#: A first and a last day; None: no such end.
Days = tuple[date | None, date | None]


def window_of(
    survey: Survey,
    profile: Profile,
    *,
    asked: Days = (None, None),
    entry: Recipient | None = None,
    statements: Mapping[str, str] | None = None,
) -> tuple[str, str]:
    """The plan's window (ISO 8601, "" for no end): the latest first day and the earliest last day of what was
    asked for, the profile's rule (`statements`: its questions' answers), and the recipient's entry.

    Raises PolicyError where no day is left."""
    ends = [asked, _of_profile(survey, profile, statements or {})]
    if entry is not None and entry.window is not None:
        ends.append(_of_entry(survey, entry.window))
    first = max((start for start, _ in ends if start is not None), default=None)
    last = min((stop for _, stop in ends if stop is not None), default=None)
    if first is not None and last is not None and first > last and first != date.max:
        raise PolicyError(
            "No day is left: what was asked for, the profile and the agreement share none.", where="window"
        )
    return ("" if first is None else first.isoformat(), "" if last is None else last.isoformat())


def _of_profile(survey: Survey, profile: Profile, statements: Mapping[str, str]) -> Days:
    first, last = profile.window.days(statements, last_day(survey))
    return _day(first), _day(last)


def _of_entry(survey: Survey, agreed: AgreedWindow) -> Days:
    first = agreed.from_
    if agreed.last_months is not None:
        back = _day(WindowRule(months=agreed.last_months).days({}, last_day(survey))[0])
        first = back if first is None or back is None else max(first, back)
    return first, agreed.until


def last_day(survey: Survey) -> date | None:
    """The export's own last day (never the clock: same in, same out), None where it has none."""
    return None if survey.as_of_day == NO_DAY else _EPOCH + timedelta(days=int(survey.as_of_day))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def outside_window(
    survey: Survey, plan: Plan, table: str, facts: TableFacts
) -> Sequence[tuple[Mask, Reason]]:
    """The rows of a table that the plan's window keeps back, with the reason of each."""
    if not (plan.window_from or plan.window_until) or not facts.rows:
        return ()
    if not _of_events(survey, plan, table):
        if _cannot_be_placed(plan, table, facts):
            return ((np.ones(facts.rows, dtype=np.bool_), UNDATED),)
        return ()
    day = facts.day
    undated = day == NO_DAY
    outside = np.zeros(facts.rows, dtype=np.bool_)
    if plan.window_from:
        outside |= day < _number(plan.window_from)
    if plan.window_until:
        outside |= day > _number(plan.window_until)
    return ((outside & ~undated, OUTSIDE), (undated, UNDATED))


def window_words(plan: Plan) -> str:
    """The window in words, "" where there is none: 'events from 1 April 2013 until 31 March 2014'."""
    told = []
    for word, text in (("from", plan.window_from), ("until", plan.window_until)):
        if text:
            day = date.fromisoformat(text)
            told.append(f"{word} {day.day} {calendar.month_name[day.month]} {day.year}")
    return f"events {' '.join(told)}" if told else ""


def _number(text: str) -> int:
    return (date.fromisoformat(text) - _EPOCH).days


def _of_events(survey: Survey, plan: Plan, table: str) -> bool:
    # Both are asked: nobody takes a table out of the window by calling its dates something else.
    found = any(finding.role is Role.EVENT_DATE for finding in survey.findings[table])
    return found or any(f.role is Role.EVENT_DATE for f in plan.for_table(table))


def _cannot_be_placed(plan: Plan, table: str, facts: TableFacts) -> bool:
    if not any(f.leaves and f.kind in _CLINICAL for f in plan.for_table(table)):
        return False
    people = facts.patient[facts.patient != NO_PATIENT]
    return bool(len(people)) and len(np.unique(people)) < len(people)
