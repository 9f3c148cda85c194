"""This export's objections beside those of an earlier release to the same recipient.

In 2015 to 2018 some 150,000 opt-outs were recorded and never sent on, and nobody compared. Counts that fall
sharply stop an export until a person has said that it is right.
Source: statement on TPP and Type 2 opt-outs, NHS Digital, 2018.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.model import Counted
from core.protection.rows import RowDecisions
from core.survey.results import Survey

#: Fewer than half of what there were among as many patients, where there were so many or more.
_SHARE, _ENOUGH = 0.5, 3
#: What a list did is compared as well as what was recorded.
LISTS = {
    "objection.list": "on the list of objections",
    "objection.cleaned": "not free to go by the opt-out check",
}


@dataclass(frozen=True)
class Earlier:
    """What an earlier release said: the day it was made (ISO 8601), its patients, and how many of them had
    each objection (or were held back by a list)."""

    made: str
    patients: int
    counts: Mapping[str, int]
    recipient: str = ""
    project: str = ""
    meanings: Mapping[str, str] = field(default_factory=dict)  # words for its ids


@dataclass(frozen=True)
class Compared:
    """One objection now and last time. `fell`: so sharply that a person must say that it is right."""

    id: str
    meaning: str
    now: int
    before: int
    fell: bool

    def words(self) -> str:
        """'Type 1 objection: 12 now, 40 last time'."""
        return f"{self.meaning}: {self.now:,} now, {self.before:,} last time"


def counts_now(survey: Survey, rows: RowDecisions | None = None) -> dict[str, Counted]:
    """What can be compared of this export: objections recorded, and people held back by lists."""
    found = {counted.id: counted for counted in survey.objections}
    if rows is not None:
        for counted in rows.counted:
            if counted.id in LISTS:
                found[counted.id] = Counted(counted.id, LISTS[counted.id], counted.rows, counted.patients)
    return found


def compare_objections(now: Mapping[str, Counted], before: Earlier, patients: int) -> tuple[Compared, ...]:
    """Every objection that either has, those that fell first. `patients`: how many this export is about;
    counts are compared as shares, so that a smaller search is no alarm."""
    told = dict(before.meanings)
    told.update(LISTS)
    told.update({id_: counted.text for id_, counted in now.items()})
    result = []
    for id_ in sorted({*now, *before.counts}):
        has = (now[id_].patients or 0) if id_ in now else 0
        had = before.counts.get(id_, 0)
        expected = had * patients / before.patients if before.patients else 0.0
        fell = had >= _ENOUGH and expected >= 1 and has < expected * _SHARE
        result.append(Compared(id_, told.get(id_, id_.replace("_", " ")), has, had, fell))
    return tuple(sorted(result, key=lambda c: (not c.fell, c.id)))


def fallen_confirmation(compared: tuple[Compared, ...]) -> str:
    """What a plan's `confirmed` holds once somebody said that the fall is right: bound to the counts."""
    return f"objections_fell:{sum(c.now for c in compared if c.fell)}"
