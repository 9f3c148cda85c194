"""What a block's rows say of registration: joined, left, temporary, died, and on which days."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.model import Status
from core.survey.columns import Distinct, Watched
from core.survey.people.patients import sorted_unique
from core.survey.people.status import NOTHING_SAID, scores, status_of_text
from core.survey.results import NO_DAY

_YEAR = re.compile(r"(?<!\d)(?:191[1-9]|19[2-9]\d|20\d\d)(?!\d)")
_SEVERITY = np.array([0, 1, 3, 2, 4])  # by Status value: of several fields of a row the worst holds


@dataclass(frozen=True)
class Registration:
    """`score` has an entry a row (see status.scores); `status_days` are days of joining and of death,
    `left_days` of leaving, each once. `tells_status`: the rows say who is registered."""

    score: npt.NDArray[np.int64]
    tells_status: bool
    status_days: npt.NDArray[np.int32]
    left_days: npt.NDArray[np.int32]


def registration(
    watched: Watched,
    rows: int,
    column: Callable[[int], Distinct],
    day: Callable[[int | None], npt.NDArray[np.int32]],
    event_day: npt.NDArray[np.int32] | None,
    deleted: npt.NDArray[np.bool_] | None,
) -> Registration | None:
    """What the rows say, None where the table has no field for it. A deleted registration is none.

    `column` gives a field's cells, `day` a field's days (NO_DAY in every row for None)."""
    if not watched.statuses and watched.death is None and watched.left is None:
        return None
    words = np.zeros(rows, dtype=np.uint8)
    for position, header in watched.statuses:
        cells = column(position)
        said = [int(status_of_text(word, header)) for word in cells.words()]
        more = np.array([*said, int(Status.UNKNOWN)], dtype=np.uint8)[cells.indices]
        words = np.where(_SEVERITY[more] > _SEVERITY[words], more, words)
    dates_tell = watched.left is not None and watched.registered is not None
    registered, death, left = day(watched.registered), day(watched.death), day(watched.left)
    for field, days, state in ((watched.death, death, Status.DIED), (watched.left, left, Status.LEFT)):
        if field is not None:
            year = _years(column(field))
            told = (year > 0) & (days == NO_DAY) & (_SEVERITY[state] > _SEVERITY[words])
            if state is Status.LEFT:  # who joined again later has not left
                told &= ~((registered != NO_DAY) & (_year_of(registered) > year))
            words[told] = state
    score = scores(
        words,
        event_day if event_day is not None else np.full(rows, NO_DAY, dtype=np.int32),
        registered,
        left,
        death,
        dates_tell=dates_tell,
    )
    if deleted is not None:
        score[deleted] = NOTHING_SAID
    # Deaths alone do not tell who is registered.
    named = bool(np.isin(words, (Status.REGISTERED, Status.LEFT, Status.TEMPORARY)).any())
    return Registration(
        score,
        named or (dates_tell and bool((registered != NO_DAY).any())),
        sorted_unique(np.concatenate([registered, death])),
        sorted_unique(left),
    )


def _years(cells: Distinct) -> npt.NDArray[np.int32]:
    """The year that each row's cell names, 0 where none: people die in '2020' and 'Dec 2020' too."""
    found = [int(years[-1]) if (years := _YEAR.findall(word)) else 0 for word in cells.words()]
    return np.array([*found, 0], dtype=np.int32)[cells.indices]


def _year_of(days: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
