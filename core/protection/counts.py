"""The table that a counts-only profile publishes: how many patients, with small numbers hidden.

Rule of NHS Digital's HES disclosure control (September 2018): counts of 1 to 7 become *, others are
rounded to the nearest 5, and totals are rounded independently. Where a sum would still give a hidden
number away, the next lowest number of that sum is hidden too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Role, UsageError
from core.protection.actions import band_of
from core.protection.plan import Plan
from core.protection.planning import reckoning_day
from core.protection.profile import Profile, SmallNumbers
from core.protection.rows import RowDecisions
from core.survey.results import NO_DAY, Survey

HIDDEN = "*"
COLUMNS = ("Measure", "Group", "Patients")
_SEXES = ("Female", "Male", "Other or not stated")
_SEX_WORDS = {"f": 0, "female": 0, "w": 0, "woman": 0, "m": 1, "male": 1, "man": 1}
_NOT_KNOWN = "Not known"


def published_table(survey: Survey, plan: Plan, profile: Profile, rows: RowDecisions) -> pa.Table:
    """The published table: 'Measure', 'Group', 'Patients', all text, in a fixed order.

    Raises UsageError for a profile that does not publish counts."""
    rule = profile.counts
    if rule is None:
        raise UsageError("The profile does not publish counts.", where=profile.id)
    people = _counted_people(survey, rows)
    sexes = _sexes(survey)
    bands, band_numbers = _bands(survey, rule)
    cells = np.zeros((len(_SEXES), len(bands)), dtype=np.int64)
    np.add.at(cells, (sexes[people], band_numbers[people]), 1)
    published = publish_cross_table(cells, rule)
    result = [("All patients", "Total", published.total)]
    has_sex = bool((sexes[people] != len(_SEXES) - 1).any())
    has_age = len(bands) > 1
    if has_sex:
        result += _named("Sex", _SEXES, published.rows)
    if has_age:
        result += _named("Age", bands, published.columns)
    if has_sex and has_age:
        for name, line in zip(_SEXES, published.cells, strict=True):
            result += _named("Sex and age", [f"{name}, {band}" for band in bands], line)
    for title, count in _categories(survey, plan, rows):
        result.append(("Family of codes", title, publish(count, rule)))
    return pa.table(
        {name: pa.array([row[i] for row in result], pa.string()) for i, name in enumerate(COLUMNS)}
    )


def _named(measure: str, groups: Sequence[str], counts: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(measure, group, count) for group, count in zip(groups, counts, strict=True)]


def publish(count: int, rule: SmallNumbers) -> str:
    """One count as it may be published."""
    if rule.hide_from <= count <= rule.hide_to:
        return HIDDEN
    return str((count + rule.round_to // 2) // rule.round_to * rule.round_to)


@dataclass(frozen=True)
class CrossTable:
    """A published table of two groupings with its totals."""

    cells: tuple[tuple[str, ...], ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    total: str


def publish_cross_table(cells: npt.NDArray[np.int64], rule: SmallNumbers) -> CrossTable:
    """A table of counts and its totals, with small numbers hidden, and no sum that gives one away."""
    whole = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), dtype=np.int64)
    whole[:-1, :-1] = cells
    whole[-1, :-1] = cells.sum(axis=0)
    whole[:-1, -1] = cells.sum(axis=1)
    whole[-1, -1] = cells.sum()
    hidden = (whole >= rule.hide_from) & (whole <= rule.hide_to)
    while _hide_one_more(whole, hidden, rule):
        pass
    text = [
        [HIDDEN if hide else publish(int(count), rule) for count, hide in zip(line, marks, strict=True)]
        for line, marks in zip(whole, hidden, strict=True)
    ]
    return CrossTable(
        tuple(tuple(line[:-1]) for line in text[:-1]),
        tuple(line[-1] for line in text[:-1]),
        tuple(text[-1][:-1]),
        text[-1][-1],
    )


def _hide_one_more(whole: npt.NDArray[np.int64], hidden: npt.NDArray[np.bool_], rule: SmallNumbers) -> bool:
    """Hides the next lowest number of the first sum that gives a hidden one away; False where none does."""
    # Each line with its total, each column with its total, and all cells with the total of all.
    places = np.arange(whole.size).reshape(whole.shape)
    sums = [*places, *places.T, np.append(places[:-1, :-1].ravel(), places[-1, -1])]
    for line in sums:
        counts, marks = whole.ravel()[line], hidden.ravel()[line]
        if not _gives_away(counts, marks, rule):
            continue
        shown = np.flatnonzero(~marks[:-1])
        more = shown[counts[shown] > 0]
        if len(more):
            at = int(more[np.argmin(counts[more])])
        elif not marks[-1]:
            at = len(counts) - 1
        elif len(shown):
            at = int(shown[0])
        else:
            continue
        hidden.flat[line[at]] = True
        return True
    return False


def _gives_away(counts: npt.NDArray[np.int64], marks: npt.NDArray[np.bool_], rule: SmallNumbers) -> bool:
    """Whether simple sums on a published line (parts, then their total) leave one value for a hidden number.

    One hidden number follows from the others. Several do when the room that is left for them, rounding
    included, is just what they take if each is the least, or the most, that is ever hidden."""
    if not marks.any():
        return False
    if marks.sum() == 1:
        return True
    parts = int(marks[:-1].sum())
    if parts == 0:
        return False
    slack = rule.round_to // 2
    rounded = (counts[:-1] + slack) // rule.round_to * rule.round_to
    shown = rounded[~marks[:-1] & (counts[:-1] > 0)]
    least_shown = int(np.maximum(shown - slack, rule.hide_to + 1).sum())
    most_shown = int((shown + slack).sum())
    if marks[-1]:
        least, most = rule.hide_from, rule.hide_to
    else:
        total = (int(counts[-1]) + slack) // rule.round_to * rule.round_to
        least, most = total - slack, total + slack
    return most - least_shown <= parts * rule.hide_from or least - most_shown == parts * rule.hide_to


def _counted_people(survey: Survey, rows: RowDecisions) -> npt.NDArray[np.bool_]:
    people = np.zeros(survey.patients.count + 1, dtype=np.bool_)
    for name, facts in survey.facts.items():
        people |= facts.patients_seen(survey.patients.count, _counted_rows(rows, name))
    return people[:-1]


def _counted_rows(rows: RowDecisions, table: str) -> npt.NDArray[np.bool_]:
    number = next((i for i, reason in enumerate(rows.reasons, start=1) if reason.id == "counted"), -1)
    return np.equal(rows.withheld[table], number)


def _sexes(survey: Survey) -> npt.NDArray[np.int64]:
    """Each patient's place in _SEXES, by the first cell that tells."""
    unknown = len(_SEXES) - 1
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


def _categories(survey: Survey, plan: Plan, rows: RowDecisions) -> list[tuple[str, int]]:
    """Each family of codes that occurs and is not withheld, with how many patients have one, by name."""
    result = []
    for bit, category in enumerate(survey.category_ids):
        if category in plan.withhold_categories or survey.lookup.category(category).set:
            continue  # a set is drawn from several families; how many codes are rare is nobody's business
        people = np.zeros(survey.patients.count + 1, dtype=np.bool_)
        for name, facts in survey.facts.items():
            has = facts.category_mask(1 << bit) & _counted_rows(rows, name)
            if not plan.send_unknown_codes:
                has &= ~facts.unknown_code  # what a damaged code may have been is not counted as if it were
            people |= facts.patients_seen(survey.patients.count, has)
        if count := int(people[:-1].sum()):
            result.append((survey.lookup.category(category).title, count))
    return sorted(result)
