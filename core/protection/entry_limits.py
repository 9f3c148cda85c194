"""Limits of a profile to sorts of entries: how far back some leave, and which alone leave of a mixed table.

GPDPR (2021) was not to take 'coded data that is not needed due to its age - for example medication, referral
and appointment data that is over 10 years old': some sorts, and no other entry, end ten years before the
export's own last day. The core Summary Care Record is medicines and allergies: where tables tell them apart
their names do it, and where one table holds everything each row is looked at, and stays unless it is known to
be one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from core.model import Reason, Role
from core.protection.entry_sorts import bits_of, sort_of_table, sorts_of_rows
from core.protection.plan import Plan
from core.protection.profile import Profile
from core.protection.profile_sections import WindowRule
from core.survey.results import NO_DAY, Survey, TableFacts

ONLY = "only"
TOO_OLD = Reason(
    "window.entry_old",
    "A medicine, referral or the like that is older than the profile takes them.",
    "profile: sorts of entries",
)
AGE_UNTOLD = Reason(
    "window.entry_untold",
    "Some sorts of entries leave for some years only; of which sort or how old this is cannot be told.",
    "what is not understood does not leave",
)
ANOTHER_SORT = Reason(
    "window.entry_other",
    "It is not known to be one of the sorts of entries that leave under this profile.",
    "profile: sorts of entries",
)
_CODED = (Role.CODE, Role.TERM)
_EPOCH = date(1970, 1, 1)

Mask = npt.NDArray[np.bool_]


def entry_limits(survey: Survey, profile: Profile, answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The plan's `entries` under a profile. Where the export's last day is not known, no day is early enough
    and nothing of a limited sort leaves."""
    last = None if survey.as_of_day == NO_DAY else _EPOCH + timedelta(days=int(survey.as_of_day))
    found: dict[str, str] = {}
    for rule in profile.entries:
        if not rule.holds(answers):
            continue
        if rule.years is not None:
            first = WindowRule(months=rule.years * 12).days({}, last)[0]
            found |= dict.fromkeys(rule.sorts, first)
        elif not _told_by_tables(survey, rule.sorts):
            found |= dict.fromkeys(rule.sorts, ONLY)
    return tuple(sorted(found.items()))


def _told_by_tables(survey: Survey, sorts: Sequence[str]) -> bool:
    """Whether any table is, by its name, one of these sorts."""
    wanted = bits_of(sorts)
    return any(sort_of_table(survey, table) & wanted for table in survey.findings)


def mixed_tables(survey: Survey, limits: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The tables whose rows are told apart one by one, where only some sorts leave."""
    if not any(day == ONLY for _, day in limits):
        return frozenset()
    return frozenset(
        table for table, found in survey.findings.items() if any(f.role in _CODED for f in found)
    )


def entries_outside(
    survey: Survey, plan: Plan, table: str, facts: TableFacts, earliest: npt.NDArray[np.int32]
) -> Sequence[tuple[Mask, Reason]]:
    """The rows of a table that the plan's limits keep back. `earliest` has each row's earliest event day."""
    only = [sort for sort, day in plan.entries if day == ONLY]
    limited = {sort: day for sort, day in plan.entries if day != ONLY}
    entries = any(f.role in _CODED for f in survey.findings[table]) or bool(sort_of_table(survey, table))
    if not entries or not facts.rows:
        return ()
    bits = sorts_of_rows(survey, table, facts)
    found: list[tuple[Mask, Reason]] = []
    if only:
        wanted = np.uint8(bits_of(only))
        known = ((bits & wanted) != 0) & ((bits & ~wanted) == 0)
        found.append((~known, ANOTHER_SORT))
    undated = earliest == NO_DAY
    for sort, day in limited.items():
        old = earliest < (date.fromisoformat(day) - _EPOCH).days
        of_sort = (bits & np.uint8(bits_of((sort,)))) != 0
        untold = bits == 0
        found += [
            (of_sort & old & ~undated, TOO_OLD),
            ((of_sort & undated) | (untold & (old | undated)), AGE_UNTOLD),
        ]
    return found


__all__ = ["ONLY", "entries_outside", "entry_limits", "mixed_tables"]
