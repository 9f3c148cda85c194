"""Who is counted, and into which group: patients, never rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.model import Role
from core.protection.actions import band_of
from core.protection.plan import Plan
from core.protection.planned_fields import reckoning_day
from core.protection.rows import RowDecisions
from core.protection.small_numbers import SmallNumbers
from core.survey.results import NO_DAY, Survey

SEXES = ("Female", "Male", "Other or not stated")
_SEX_WORDS = {"f": 0, "female": 0, "w": 0, "woman": 0, "m": 1, "male": 1, "man": 1}
_NOT_KNOWN = "Not known"
#: Groups of whom nothing is known: that nobody is in one tells of nobody.
REST = frozenset((SEXES[-1], _NOT_KNOWN))


@dataclass(frozen=True)
class People:
    """The patients of an export: which are counted, and each one's place among sexes and age bands."""

    counted: npt.NDArray[np.bool_]
    sexes: npt.NDArray[np.int64]
    bands: tuple[str, ...]
    ages: npt.NDArray[np.int64]

    @property
    def has_sex(self) -> bool:
        return bool((self.sexes[self.counted] != len(SEXES) - 1).any())

    @property
    def has_age(self) -> bool:
        return len(self.bands) > 1

    def table_of(self, whom: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """How many of `whom` there are by sex (lines) and age band (columns)."""
        cells = np.zeros((len(SEXES), len(self.bands)), dtype=np.int64)
        np.add.at(cells, (self.sexes[whom], self.ages[whom]), 1)
        return cells


def people_of(survey: Survey, rows: RowDecisions, rule: SmallNumbers) -> People:
    """The patients who are counted, by sex and age band."""
    counted = np.zeros(survey.patients.count + 1, dtype=np.bool_)
    for name, facts in survey.facts.items():
        counted |= facts.patients_seen(survey.patients.count, _counted_rows(rows, name))
    bands, ages = _bands(survey, rule)
    return People(counted[:-1], _sexes(survey), tuple(bands), ages)


def families_of(
    survey: Survey, plan: Plan, rows: RowDecisions, wanted: tuple[str, ...] = ()
) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    """Title and patients of each family of codes that may be counted, by name: those of `wanted`, else all
    that occur."""
    result = []
    for bit, category in enumerate(survey.category_ids):
        if category in plan.withhold_categories or survey.lookup.category(category).set:
            continue  # a set is drawn from several families; how many codes are rare is nobody's business
        if wanted and category not in wanted:
            continue
        people = np.zeros(survey.patients.count + 1, dtype=np.bool_)
        for name, facts in survey.facts.items():
            has = facts.category_mask(1 << bit) & _counted_rows(rows, name)
            if not plan.send_unknown_codes:
                has &= ~facts.unknown_code  # what a damaged code may have been is not counted as if it were
            people |= facts.patients_seen(survey.patients.count, has)
        if wanted or people[:-1].any():
            result.append((survey.lookup.category(category).title, people[:-1]))
    return sorted(result, key=lambda found: found[0])


def _counted_rows(rows: RowDecisions, table: str) -> npt.NDArray[np.bool_]:
    number = next((i for i, reason in enumerate(rows.reasons, start=1) if reason.id == "counted"), -1)
    return np.equal(rows.withheld[table], number)


def _sexes(survey: Survey) -> npt.NDArray[np.int64]:
    """Each patient's place in SEXES, by the first cell that tells."""
    unknown = len(SEXES) - 1
    result = np.full(survey.patients.count + 1, unknown, dtype=np.int64)
    for table in survey.export.tables:
        position = next((f.position for f in survey.findings[table.name] if f.role is Role.SEX), None)
        if position is None:
            continue
        patient = survey.facts[table.name].patient
        for block in table.blocks():
            coded = table.read(block, (position,)).data.column(str(position)).dictionary_encode()
            words = [
                _SEX_WORDS.get((word or "").strip().casefold(), unknown)
                for word in coded.dictionary.to_pylist()
            ]
            codes = coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
            found = np.array([*words, unknown], dtype=np.int64)[codes]
            whom = patient[block.first_row : block.first_row + len(found)]
            tells = (found != unknown) & (result[whom] == unknown)
            # Backwards, so that of several rows in one block the first one counts.
            result[whom[tells][::-1]] = found[tells][::-1]
    return result[:-1]


def _bands(survey: Survey, rule: SmallNumbers) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The age bands from youngest to oldest with 'Not known' last, and each patient's place in them."""
    birth = survey.patients.birth_day
    on = reckoning_day(survey)
    known = birth != NO_DAY
    if on is None or not known.any():
        return [_NOT_KNOWN], np.zeros(len(birth), dtype=np.int64)
    days = np.where(known, birth, 0).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    day_of_month = (days - months).astype(np.int64)
    last = np.datetime64(on, "D")
    last_month = last.astype("datetime64[M]")
    elapsed = (last_month - months).astype(np.int64)
    elapsed -= day_of_month > (last - last_month).astype(np.int64)
    ages = elapsed // 12
    starts = [*range(0, rule.top_age, rule.age_band_years), rule.top_age]
    names = [band_of(start, rule.age_band_years, rule.top_age) for start in starts]
    places = np.searchsorted(np.array(starts), ages, side="right") - 1
    places[~known | (ages < 0) | (ages > 130)] = len(names)
    return [*names, _NOT_KNOWN], places
