"""Who needs a person's judgement before data leaves: a short list, most pressing first.

Each reason finds its patients by itself; here they are put together, and the list is kept short. A rule that
decides for many is better than a list that nobody works through: whoever is beyond the list is counted, with
the page where the rule stands. Nothing here says that those who are not on it may go unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.patients.alone import alone
from core.patients.few_of_a_kind import few_of_a_kind
from core.patients.flagged import restricted, safeguarding
from core.patients.judging import Judged, Leaving, Mask, Step, Steps, many
from core.patients.nouns import Beyond, Queue, QueueEntry, QueueReason
from core.patients.relations import relation
from core.patients.third_party import read_notes
from core.protection.plan import Purpose

if TYPE_CHECKING:
    from core.preview import Preview

#: Why somebody is looked at, the most pressing first: id -> what it is called.
REASONS: Mapping[str, str] = {
    "safeguarding": "Safeguarding",
    "restricted": "Restricted by law",
    "third_party": "About somebody else",
    "alone": "Alone in the outgoing file",
    "few_of_a_kind": "A rare code",
    "relation": "Needs a GP",
}


def review_queue(
    preview: Preview,
    *,
    step: Step | None = None,
    share: float = 0.005,
    at_least: int = 10,
    marked: Collection[int] = (),
    staff: Collection[str] = (),
    listed: Collection[int] = (),
) -> Queue:
    """Who should be looked at of those who would leave. For a job: cells are read.

    No more than `share` of the patients who leave, or `at_least`, are on the list; each reason that occurs
    has its part of it. `marked` are the patients whom the practice has marked for a GP
    (`gp_only.marked_patients`), `staff` names of staff beside those of the export. `listed` were on the list
    before something was decided about single patients: they stay on it, and whoever of them is settled has
    their place still, so that the list gets shorter by being worked through. `step` is told how far it
    is and may raise Cancelled."""
    if preview.plan.purpose is Purpose.COUNTS:
        return Queue()
    leaving = Leaving(preview)
    patients = int(np.count_nonzero(leaving.patients))
    if not patients:
        return Queue()
    found = _found(leaving, Steps(step), marked, staff)
    most = max(at_least, int(share * patients))
    chosen = _chosen(found, most, listed)
    return Queue(
        _entries(leaving, found, chosen),
        tuple(_beyond(found, chosen)),
        patients,
        frozenset(_codes(leaving, chosen)),
    )


def _found(leaving: Leaving, steps: Steps, marked: Collection[int], staff: Collection[str]) -> list[Judged]:
    notes = read_notes(leaving, steps)
    every = (
        safeguarding(leaving, notes.safeguarding, steps),
        restricted(leaving, notes.restricted),
        notes.third_party,
        alone(leaving, steps),
        few_of_a_kind(leaving, steps),
        relation(leaving, marked, staff),
    )
    return [found for found in every if found is not None and (found.score > 0).any()]


def _chosen(found: Sequence[Judged], most: int, listed: Collection[int] = ()) -> npt.NDArray[np.int64]:
    """The patients of the list, most pressing first: by their first reason, then by how much it presses.
    Whoever was listed stays while there is anything to look at; the place of one who is settled is not
    filled."""
    if not found:
        return np.empty(0, dtype=np.int64)
    score = np.stack([one.score for one in found])
    total = (score > 0).sum(axis=0).astype(np.float32)  # whoever has several reasons comes first
    orders = [_ordered(one.score, total) for one in found]
    taken = np.zeros(score.shape[1], dtype=np.bool_)
    before = np.array(sorted(set(listed)), dtype=np.int64)
    staying = before[total[before] > 0]
    taken[staying] = True
    most = max(most - (len(before) - len(staying)), 0)
    part = max(most // len(found), 1)
    for order in orders:
        _take(order[:part], taken, most)
    for order in orders:
        _take(order, taken, most)
    who = np.flatnonzero(taken)
    first = np.argmax(score[:, who] > 0, axis=0)
    pressing = score[first, who]
    return who[np.lexsort((who, -pressing, -total[who], first))].astype(np.int64)


def _ordered(score: npt.NDArray[np.float32], total: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    who = np.flatnonzero(score > 0)
    return who[np.lexsort((who, -total[who], -score[who]))]


def _take(order: npt.NDArray[np.int64], taken: Mask, most: int) -> None:
    room = most - int(np.count_nonzero(taken))
    if room > 0:
        taken[order[~taken[order]][:room]] = True


def _entries(
    leaving: Leaving, found: Sequence[Judged], chosen: npt.NDArray[np.int64]
) -> tuple[QueueEntry, ...]:
    return tuple(
        QueueEntry(
            patient,
            code,
            tuple(QueueReason(one.id, one.words(patient)) for one in found if one.score[patient] > 0),
        )
        for patient, code in zip(chosen.tolist(), _codes(leaving, chosen), strict=True)
    )


def _codes(leaving: Leaving, chosen: npt.NDArray[np.int64]) -> list[str]:
    identity, pseudonyms = leaving.survey.patients.identity, leaving.preview.context.pseudonyms
    return [pseudonyms.of_identity(identity[patient]) for patient in chosen.tolist()]


def _beyond(found: Sequence[Judged], chosen: npt.NDArray[np.int64]) -> list[Beyond]:
    rest = []
    for one in found:
        there = one.score > 0
        there[chosen] = False
        number = int(np.count_nonzero(there))
        if number:
            text = f"{many(number, 'more patient')} {one.verb[number > 1]} {one.more}."
            rest.append(Beyond(QueueReason(one.id, text), number, one.page))
    return rest
