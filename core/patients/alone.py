"""Patients who are alone in the outgoing file: nobody else has the same outgoing birth, sex, area and so on.

Whoever knows these of a neighbour finds the neighbour's row, and with it everything else. Where names leave,
or the file goes to those who care for the patients, there is nothing to guess, and nothing is said.

A patient's values are those of the first and the last row that leave of each table, so that of a file in
order of date only its ends are read.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from core.model import Kind, Role
from core.patients.judging import Judged, Leaving, Mask, Rows, Steps
from core.protection.plan import FieldPlan
from core.survey.hashing import hash64

#: Roles that others know of somebody; what happened when is no part of it.
_KNOWN = frozenset(
    (
        *(Role.DATE_OF_BIRTH, Role.YEAR_OF_BIRTH, Role.AGE, Role.SEX, Role.POSTCODE, Role.AREA),
        *(Role.ETHNICITY, Role.SOCIAL, Role.DATE_OF_DEATH, Role.REGISTERED_DATE, Role.LEFT_DATE),
    )
)
_EVENTS = frozenset((Role.EVENT_DATE, Role.EVENT_TIME, Role.OTHER_DATE, Role.VALUE, Role.UNIT, Role.CODE))
_WORDS = {
    (Role.DATE_OF_BIRTH, "year"): "year of birth",
    (Role.DATE_OF_BIRTH, "month"): "month of birth",
    (Role.DATE_OF_BIRTH, ""): "date of birth",
    (Role.YEAR_OF_BIRTH, ""): "year of birth",
    (Role.AGE, "age_band"): "age group",
    (Role.AGE, ""): "age",
    (Role.SEX, ""): "sex",
    (Role.POSTCODE, "postcode_district"): "first part of the postcode",
    (Role.POSTCODE, ""): "postcode",
    (Role.AREA, ""): "area",
    (Role.ETHNICITY, ""): "ethnic group",
    (Role.SOCIAL, ""): "social details",
    (Role.DATE_OF_DEATH, ""): "date of death",
    (Role.REGISTERED_DATE, ""): "date of joining",
    (Role.LEFT_DATE, ""): "date of leaving",
}
_ONE, _TWO = 1000.0, 500.0
_MOST_FOR_PAIRS = 300_000
_MIX = np.uint64(0x9E3779B97F4A7C15)
_MOST = np.iinfo(np.uint64).max

Hashes = npt.NDArray[np.uint64]


def alone(leaving: Leaving, steps: Steps) -> Judged | None:
    """Who is alone; None where nothing leaves by which anybody could be, or everybody is named."""
    who = np.flatnonzero(leaving.patients)
    if not leaving.riddle or len(who) < 2:
        return None
    values, labels = _values(leaving, steps)
    of = {name: np.unique(held[who], return_inverse=True)[1] for name, held in values.items()}
    of = {name: held for name, held in of.items() if held.max()}  # what is the same of all tells nothing
    names = list(of)
    if not names:
        return None
    score = np.zeros(leaving.count, dtype=np.float32)
    by_all = _alone_by(of, names, len(who))
    if not by_all.any():
        return None
    rarity = np.zeros(len(who), dtype=np.float32)
    for name in names:
        held = np.bincount(of[name])[of[name]]
        rarity += np.log(len(who) / held).astype(np.float32)
    pressing = 1 + rarity
    ways, way = _fewest(of, names, by_all)
    pressing[way > 0] += np.where(np.array([len(some) == 1 for some in ways])[way[way > 0]], _ONE, _TWO)
    place = np.zeros(leaving.count, dtype=np.int16)
    place[who] = way
    score[who[by_all]] = pressing[by_all]

    def words(patient: int) -> str:
        told = [labels[name] for name in ways[place[patient]]]
        return f"Nobody else in the outgoing file has the same {_listed(told)}."

    return Judged(
        "alone",
        score,
        words,
        f"alone in the outgoing file by {_listed([labels[name] for name in names])}",
        "fields",
        ("is", "are"),
    )


def _fewest(
    of: dict[str, npt.NDArray[np.intp]], names: list[str], by_all: Mask
) -> tuple[list[tuple[str, ...]], npt.NDArray[np.int16]]:
    """By which fields each is alone, of those alone: one or two of them where these do, else (0) all. The
    fewer, the easier to find."""
    ways: list[tuple[str, ...]] = [tuple(names)]
    way = np.zeros(len(by_all), dtype=np.int16)
    for size in (1, 2) if len(by_all) <= _MOST_FOR_PAIRS else (1,):
        if size >= len(names):
            break
        for some in combinations(names, size):
            fresh = _alone_by(of, list(some), len(by_all)) & by_all & (way == 0)
            way[fresh] = len(ways)
            ways.append(some)
    return ways, way


def _alone_by(of: dict[str, npt.NDArray[np.intp]], names: list[str], count: int) -> Mask:
    """Who has values of these fields that nobody else has."""
    number = np.zeros(count, dtype=np.int64)
    for name in names:
        number = np.unique(number * (int(of[name].max()) + 1) + of[name], return_inverse=True)[1]
    return np.asarray(np.bincount(number)[number] == 1, dtype=np.bool_)


def _values(leaving: Leaving, steps: Steps) -> tuple[dict[str, Hashes], dict[str, str]]:
    """What leaves of each known thing, as one number a patient, and what it is called."""
    low: dict[str, Hashes] = {}
    high: dict[str, Hashes] = {}
    labels: dict[str, str] = {}
    for table, fields in leaving.with_field(_helps):
        facts = leaving.survey.facts[table]
        rows = ends(facts.patient, leaving.rows(table), leaving.count)
        for inside, cells in leaving.read(table, rows, fields, steps):
            patient = facts.patient[inside]
            for f in fields:
                name = f.role.value if f.role in _KNOWN else f.heading
                labels.setdefault(name, _WORDS.get((f.role, f.action)) or _WORDS.get((f.role, ""), "details"))
                least = low.setdefault(name, np.full(leaving.count, _MOST, dtype=np.uint64))
                most = high.setdefault(name, np.zeros(leaving.count, dtype=np.uint64))
                out = hash64(leaving.outgoing(f, cells[f.field], inside))
                np.minimum.at(least, patient, out)
                np.maximum.at(most, patient, out)
    return {name: low[name] * _MIX ^ high[name] for name in low}, labels


def _helps(f: FieldPlan) -> bool:
    return f.role in _KNOWN or (f.kind is Kind.QUASI_IDENTIFIER and f.role not in _EVENTS)


def ends(patient: npt.NDArray[np.int32], leaves: Mask, count: int) -> Rows:
    """The first and the last row of each patient, of those that leave, in order."""
    rows = np.flatnonzero(leaves & (patient >= 0))
    first = np.full(count, -1, dtype=np.int64)
    last = np.full(count, -1, dtype=np.int64)
    first[patient[rows[::-1]]] = rows[::-1]
    last[patient[rows]] = rows
    both = np.concatenate([first, last])
    return np.unique(both[both >= 0])


def _listed(words: list[str]) -> str:
    words = list(dict.fromkeys(words))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
