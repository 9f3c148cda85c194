"""The window of a plan: events of which days leave.

A row is placed by its event dates: a row with any of them outside the window does not leave, and nor does one
without a day that can be read, for it may be of any day. A table without such a
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
import pyarrow.compute as pc

from core.model import Kind, PolicyError, ReadError, Reason, Role
from core.protection.entry_limits import entries_outside
from core.protection.plan import Plan
from core.protection.profile import Profile
from core.protection.profile_sections import WindowRule
from core.protection.recipients import AgreedWindow, Recipient
from core.survey.identifiers import days_of
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
            "No day is left: what was asked for, the profile and the agreement share none. Ask for days "
            "that both of them allow.",
            where="window",
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
    """The rows of a table that the plan's window, and its limits to sorts of entries, keep back, with the
    reason of each."""
    return (*_outside_days(survey, plan, table, facts), *_outside_entries(survey, plan, table, facts))


def _outside_entries(
    survey: Survey, plan: Plan, table: str, facts: TableFacts
) -> Sequence[tuple[Mask, Reason]]:
    if not plan.entries or not facts.rows:
        return ()
    fields = _event_dates(survey, plan, table)
    if fields:
        earliest = _span(survey, table, facts, fields)[0]
    else:
        earliest = np.full(facts.rows, NO_DAY, dtype=np.int32)
    return entries_outside(survey, plan, table, facts, earliest)


def _outside_days(survey: Survey, plan: Plan, table: str, facts: TableFacts) -> Sequence[tuple[Mask, Reason]]:
    if not (plan.window_from or plan.window_until) or not facts.rows:
        return ()
    fields = _event_dates(survey, plan, table)
    if not fields:
        if _cannot_be_placed(plan, table, facts):
            return ((np.ones(facts.rows, dtype=np.bool_), UNDATED),)
        return ()
    earliest, latest = _span(survey, table, facts, fields)
    undated = earliest == NO_DAY
    outside = np.zeros(facts.rows, dtype=np.bool_)
    if plan.window_from:
        outside |= earliest < _number(plan.window_from)
    if plan.window_until:
        outside |= latest > _number(plan.window_until)
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


def _event_dates(survey: Survey, plan: Plan, table: str) -> tuple[int, ...]:
    # Both are asked: nobody takes a table out of the window by calling its dates something else.
    found = {f.position for f in survey.findings[table] if f.role is Role.EVENT_DATE}
    found.update(f.position for f in plan.for_table(table) if f.role is Role.EVENT_DATE)
    return tuple(sorted(found))


def _span(
    survey: Survey, table: str, facts: TableFacts, fields: tuple[int, ...]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The earliest and the latest event day of each row, NO_DAY where none can be read.

    The survey keeps one day a row. A report can have several events beside each other, so where there is more
    than one field of event dates they are all read, once."""
    surveyed = tuple(f.position for f in survey.findings[table] if f.role is Role.EVENT_DATE)
    if len(fields) == 1 and fields == surveyed:
        return facts.day, facts.day
    kept: dict[tuple[int, ...], tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]]
    kept = facts.__dict__.setdefault("event_day_spans", {})
    if fields not in kept:
        kept[fields] = _read_span(survey, table, facts, fields)
    return kept[fields]


def _read_span(
    survey: Survey, table: str, facts: TableFacts, fields: tuple[int, ...]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    earliest, latest = (np.full(facts.rows, NO_DAY, dtype=np.int32) for _ in range(2))
    source = survey.export.table(table)
    for block in source.blocks():
        raw = source.read(block, fields)
        here = slice(raw.first_row, raw.first_row + raw.data.num_rows)
        if here.stop > facts.rows:
            raise ReadError(
                "The file has changed since it was opened. Open it again.", where=table, code="changed"
            )
        for position in fields:
            coded = raw.data.column(str(position)).dictionary_encode()
            places = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
            day = np.append(days_of(coded.dictionary), np.int32(NO_DAY))[places]
            known = day != NO_DAY
            first = known & ((earliest[here] == NO_DAY) | (day < earliest[here]))
            earliest[here][first] = day[first]
            later = known & (day > latest[here])
            latest[here][later] = day[later]
    return earliest, latest


def _cannot_be_placed(plan: Plan, table: str, facts: TableFacts) -> bool:
    if not any(f.leaves and f.kind in _CLINICAL for f in plan.for_table(table)):
        return False
    people = facts.patient[facts.patient != NO_PATIENT]
    return bool(len(people)) and len(np.unique(people)) < len(people)
