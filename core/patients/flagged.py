"""Patients whose entries ask for care by themselves: safeguarding, and what a law restricts.

Facts and plan decide, and fields whose heading speaks of it. Entries that leave count.
Entries that stay count where who the patient is leaves with something of their health: a rule keeps the
entry, only a person sees what else tells.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.patients.flag_fields import flagged_by_field
from core.patients.judging import Judged, Leaving, Scores, Steps, many
from core.protection.confidential import confidential_patients

#: Families whose entries are about somebody in danger, or in the care of others.
SAFEGUARDING = ("safeguarding", "domestic_abuse", "sexual_assault", "fgm", "adoption_and_care")
_RESTRICTED = "restricted"
_LEAVES, _CHILD, _CONFIDENTIAL, _STAYS = 100.0, 30.0, 300.0, 10.0
_MOST_ROWS = 50

Counts = npt.NDArray[np.int64]


def safeguarding(leaving: Leaving, in_notes: Counts, steps: Steps) -> Judged:
    """Who has entries about safeguarding, or whose details are confidential. `in_notes` has the number of
    notes that leave and speak of it, an entry a patient."""
    survey = leaving.survey
    bits = _bits(leaving, SAFEGUARDING)
    leaves, stays = _entries(leaving, bits)
    by_field, field_stays = flagged_by_field(leaving, bits, steps)
    leaves += by_field
    if _with_health(leaving):
        stays |= field_stays
    hidden = (
        confidential_patients(survey) & leaving.patients if leaving.recognisable else np.zeros_like(stays)
    )
    score = _scored(leaves + in_notes, stays & leaving.patients)
    score[hidden] += _CONFIDENTIAL
    score[(score > 0) & survey.patients.under_18(survey.as_of_day)] += _CHILD

    def words(patient: int) -> str:
        told = []
        if hidden[patient]:
            told.append(
                "The patient's details are confidential, and who the patient is would leave. Check that "
                "nothing tells where they are."
            )
        if leaves[patient]:
            told.append(f"{many(int(leaves[patient]), 'row')} about safeguarding or abuse would leave.")
        if in_notes[patient]:
            told.append(f"{many(int(in_notes[patient]), 'note')} that would leave may be about safeguarding.")
        if not told:
            told.append("Entries about safeguarding stay; check that nothing that leaves tells of them.")
        return " ".join(told)

    return Judged("safeguarding", score, words, "entries about safeguarding or abuse")


def restricted(leaving: Leaving, in_notes: Counts) -> Judged:
    """Who has entries whose telling a law restricts (fertility treatment, gender recognition)."""
    lookup = leaving.survey.lookup
    ids = tuple(name for name in leaving.survey.category_ids if lookup.category(name).strength == _RESTRICTED)
    leaves, stays = _entries(leaving, _bits(leaving, ids))
    score = _scored(leaves + in_notes, stays & leaving.patients)

    def words(patient: int) -> str:
        told = []
        if leaves[patient]:
            told.append(f"{many(int(leaves[patient]), 'row')} that a law restricts would leave.")
        if in_notes[patient]:
            told.append(
                f"{many(int(in_notes[patient]), 'note')} that would leave may tell what a law restricts."
            )
        if not told:
            told.append("Entries that a law restricts stay; check that nothing that leaves tells of them.")
        return " ".join(told)

    return Judged("restricted", score, words, "entries that a law restricts")


def category_bits(leaving: Leaving) -> tuple[int, int]:
    """The bits of safeguarding, and of what a law restricts."""
    lookup = leaving.survey.lookup
    ids = leaving.survey.category_ids
    by_law = tuple(name for name in ids if lookup.category(name).strength == _RESTRICTED)
    return _bits(leaving, SAFEGUARDING), _bits(leaving, by_law)


def care_bits(leaving: Leaving) -> int:
    """The bits of all families that need more care than ordinary illness."""
    lookup = leaving.survey.lookup
    ids = leaving.survey.category_ids
    return _bits(leaving, tuple(name for name in ids if lookup.category(name).strength != "ordinary"))


def _bits(leaving: Leaving, ids: tuple[str, ...]) -> int:
    return sum(1 << bit for bit, name in enumerate(leaving.survey.category_ids) if name in ids)


def _entries(leaving: Leaving, bits: int) -> tuple[Counts, npt.NDArray[np.bool_]]:
    """How many rows of these families each patient has that leave and tell it; and who has some that stay,
    where that matters."""
    leaves = np.zeros(leaving.count, dtype=np.int64)
    stays = np.zeros(leaving.count, dtype=np.bool_)
    with_health = _with_health(leaving)
    for name, facts in leaving.survey.facts.items():
        mask = facts.category_mask(bits)
        if not mask.any():
            continue
        gone = leaving.rows(name)
        if leaving.tells(name):
            leaves += facts.patient_rows(leaving.count, mask & gone)[:-1]
        if with_health:
            stays |= facts.patients_seen(leaving.count, mask & ~gone)[:-1]
    return leaves, stays


def _with_health(leaving: Leaving) -> bool:
    """Whether who the patients are leaves with something of their health."""
    return leaving.recognisable and any(leaving.tells(name) for name in leaving.tables)


def _scored(leaves: Counts, stays: npt.NDArray[np.bool_]) -> Scores:
    score = np.where(leaves > 0, _LEAVES + np.minimum(leaves, _MOST_ROWS), 0).astype(np.float32)
    return np.where((score == 0) & stays, np.float32(_STAYS), score).astype(np.float32)
