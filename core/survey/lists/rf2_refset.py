"""Simple reference sets of an RF2 release: snapshot, full or delta.

Members that are no longer active stay: their codes stand in old records.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.model import Progress
from core.survey.lists.building import Builder, Content
from core.survey.lists.candidates import ListCandidate, day_in, iso_day
from core.survey.lists.judging import SNOMED, Judge
from core.survey.lists.known import known_list
from core.survey.lists.readers import Seen
from core.survey.lists.rf2_text import Rf2Rows, header_of, ids, is_one

_HEADER = ("id", "effectivetime", "active", "moduleid", "refsetid", "referencedcomponentid")
#: Members of sets that nobody knows are only counted past this: a whole release has hundreds of them.
_MOST_UNKNOWN = 200_000


class RefsetReader:
    """RF2 Simple reference set files."""

    id = "rf2-refset"
    title = "SNOMED CT reference sets (RF2)"

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """By its six column names."""
        header = header_of(candidate)
        if header != _HEADER:
            return None
        named = "refset" in candidate.file_name.lower()
        return Seen(
            0.99 if named else 0.95,
            ("its columns are those of an RF2 simple reference set", *(("its name",) if named else ())),
        )

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """See ListReader."""
        rows = Rf2Rows(candidate.source, _HEADER, progress)
        days, sets, members, active, damaged = _columns(rows)
        builder = Builder(judge)
        content = Content(
            title="SNOMED CT reference sets",
            date=day_in(candidate.file_name) or _latest(days),
            get_again="TRUD",
        )
        content.version = content.date.replace("-", "")
        unknown = 0
        for refset in np.unique(sets).tolist():
            of_set = np.flatnonzero(sets == refset)
            known = known_list(str(refset))
            if known is None and unknown + len(of_set) > _MOST_UNKNOWN:
                content.notes.append(f"The reference set {refset} is not one that Threshold knows; not kept.")
                continue
            unknown += 0 if known is not None else len(of_set)
            for member, alive in _state(members[of_set], days[of_set], active[of_set]):
                builder.add(str(refset), f"Reference set {refset}", member, "", SNOMED, active=alive)
        builder.into(content)
        content.rows = rows.rows
        content.damage = type(content.damage)(content.damage.damaged + damaged, content.damage.restored)
        if rows.bad:
            content.notes.append(f"{rows.bad:,} lines do not have all of their cells and were passed over.")
        if len(content.parts) == 1:
            content.title = content.parts[0].title
        return content


def _columns(
    rows: Rf2Rows,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_], int]:
    """Day, set, member and active of every whole row, and how many members are damaged."""
    days: list[npt.NDArray[np.int64]] = []
    sets: list[npt.NDArray[np.int64]] = []
    members: list[npt.NDArray[np.int64]] = []
    active: list[npt.NDArray[np.bool_]] = []
    damaged = 0
    for batch in rows.batches(("effectivetime", "active", "refsetid", "referencedcomponentid")):
        day, _ = ids(batch.column(0))
        refset, set_whole = ids(batch.column(2))
        member, whole = ids(batch.column(3))
        damaged += int((~whole).sum())
        keep = set_whole & whole
        days.append(day[keep])
        sets.append(refset[keep])
        members.append(member[keep])
        active.append(is_one(batch.column(1))[keep])
    none = np.zeros(0, dtype=np.int64)
    return (
        np.concatenate(days) if days else none,
        np.concatenate(sets) if sets else none,
        np.concatenate(members) if members else none,
        np.concatenate(active) if active else none.astype(np.bool_),
        damaged,
    )


def _state(
    members: npt.NDArray[np.int64], days: npt.NDArray[np.int64], active: npt.NDArray[np.bool_]
) -> list[tuple[str, bool]]:
    """Each member once, with what its latest row says; where two are of one day, an active one counts."""
    order = np.lexsort((active, days, members))
    members, active = members[order], active[order]
    last = np.append(members[1:] != members[:-1], True) if len(members) else np.zeros(0, dtype=np.bool_)
    return [(str(m), bool(a)) for m, a in zip(members[last].tolist(), active[last].tolist(), strict=True)]


def _latest(days: npt.NDArray[np.int64]) -> str:
    return iso_day(str(int(days.max()))) if len(days) else ""
