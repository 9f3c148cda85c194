"""Patients with a code that next to nobody else in the outgoing file has: a rare disease in a small town.

The survey has marked the rows whose code fewer than five patients of the export have; of these only the rows
that leave are read, and the patients of each code counted. Where codes leave as groups nothing is said: how
many share a group is another question. Nor where nobody has to guess who is who.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.model import Role
from core.patients.flagged import care_bits
from core.patients.judging import Judged, Leaving, Rows, Steps, many
from core.protection.actions import KEEPING
from core.protection.plan import FieldPlan
from core.survey.hashing import hash64

FEW = 2  # patients of the outgoing file
RARE = "rare_codes"
#: Rows that are read. Beyond them there are no few of anything: such an export has no common codes.
MOST_ROWS = 500_000
_SENSITIVE, _ONLY, _EACH, _MOST_EACH = 50.0, 20.0, 1.0, 9.0


def few_of_a_kind(leaving: Leaving, steps: Steps) -> Judged | None:
    """Who has such a code; None where no codes leave or nobody has one."""
    if not leaving.riddle or RARE not in leaving.survey.category_ids:
        return None
    code, patient, grave = _pairs(leaving, steps)
    if not len(code):
        return None
    _, place = np.unique(code, return_inverse=True)
    held = np.bincount(place)[place]
    few = held <= FEW
    if not few.any():
        return None
    alone_with = np.zeros(leaving.count, dtype=np.int64)
    codes = np.zeros(leaving.count, dtype=np.int64)
    np.add.at(codes, patient[few], 1)
    np.add.at(alone_with, patient[held == 1], 1)
    score = np.minimum(codes * _EACH, _MOST_EACH)
    score[alone_with > 0] += _ONLY
    score[np.unique(patient[few & grave])] += _SENSITIVE
    score[codes == 0] = 0

    def words(number: int) -> str:
        only, all_ = int(alone_with[number]), int(codes[number])
        if only:
            return f"Nobody else in the outgoing file has {_those(only)}."
        return f"Only one other patient in the outgoing file has {_those(all_)}."

    return Judged(
        "few_of_a_kind",
        score.astype(np.float32),
        words,
        f"a code that at most {many(FEW, 'patient')} of the outgoing file have",
    )


def _those(number: int) -> str:
    return "one of this patient's codes" if number == 1 else f"{number:,} of this patient's codes"


def _pairs(
    leaving: Leaving, steps: Steps
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Each rare code of each patient once: its hash, the patient, and whether the row is of a family that
    needs care."""
    rare = 1 << leaving.survey.category_ids.index(RARE)
    care = care_bits(leaving)
    codes: list[npt.NDArray[np.uint64]] = []
    people: list[npt.NDArray[np.int32]] = []
    graves: list[npt.NDArray[np.bool_]] = []
    room = MOST_ROWS
    for table in leaving.tables:
        f = _coded(leaving.fields(table))
        if f is None:
            continue
        facts = leaving.survey.facts[table]
        of_care = (facts.pattern_bits & np.uint64(care)) != 0
        rows: Rows = np.flatnonzero(facts.category_mask(rare) & leaving.rows(table) & (facts.patient >= 0))
        rows = rows[:room]
        room -= len(rows)
        for inside, cells in leaving.read(table, rows, (f,), steps):
            there = cells[f.field].is_valid().to_numpy(zero_copy_only=False)
            codes.append(hash64(cells[f.field])[there])
            people.append(facts.patient[inside][there])
            graves.append(of_care[facts.pattern[inside]][there])
    if not codes:
        return np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.bool_)
    code, who, grave = np.concatenate(codes), np.concatenate(people), np.concatenate(graves)
    order = np.lexsort((~grave, who, code))  # of a pair's rows one that needs care comes first
    code, who, grave = code[order], who[order], grave[order]
    first = np.r_[True, (code[1:] != code[:-1]) | (who[1:] != who[:-1])][: len(code)]
    return code[first], who[first], grave[first]


def _coded(fields: tuple[FieldPlan, ...]) -> FieldPlan | None:
    """The field that leaves as it is and says what a row is: its code, else its term."""
    for role in (Role.CODE, Role.TERM):
        for f in fields:
            if f.role is role and f.action in KEEPING:
                return f
    return None
