"""The table that a counts-only profile publishes: how many patients, with small numbers hidden.

How small a number may be is said by the profile's rule (`core.protection.small_numbers`); what else must be
hidden so that no sum gives one away is worked out by `secondary`. Where everybody of a group has something,
or nobody has, a number tells of each of them: such groups are told apart, and where the profile says so
they are hidden until a person has seen them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import UsageError
from core.protection.counts.network import ENDLESS
from core.protection.counts.people import REST, SEXES, People, families_of, people_of
from core.protection.counts.secondary import CrossTable, Shape, publish_cross_table, with_totals
from core.protection.counts.shown import HIDDEN, publish, span
from core.protection.plan import Plan
from core.protection.profile import Profile
from core.protection.rows import RowDecisions
from core.protection.small_numbers import SmallNumbers
from core.survey.results import Survey

COLUMNS = ("Measure", "Group", "Patients")
EVERYONE, NOBODY = "everyone", "nobody"
_ALL, _FAMILY, _COHORT = "All patients", "Family of codes", "Cohort"


@dataclass(frozen=True)
class Line:
    """One line of the published table. `whole` says where the number tells of everybody of a group."""

    measure: str
    group: str
    patients: str  # as it is published: a number or *
    of: str = ""  # the number it is a share of, as it is published
    among: str = ""  # the group that it is a share of, "" for all who were counted
    trait: str = ""  # what is said of those it counts
    whole: str = ""  # EVERYONE or NOBODY
    sensitive: bool = False  # about a family of codes
    held: bool = False  # hidden because of `whole`, until a person has seen it

    @property
    def warning(self) -> str:
        """What somebody can read from it of each person of the group; "" where nothing."""
        if not self.whole:
            return ""
        who = "Everybody" if self.whole == EVERYONE else "Nobody"
        of = f"in the group '{self.among}'" if self.among else "who was counted"
        what = "has an entry of the family" if self.sensitive else "is in the group"
        held = " Hidden until a person has seen and confirmed it." if self.held else ""
        return f"{who} {of} {what} '{self.trait}': this tells it of each of them.{held}"


@dataclass(frozen=True)
class Published:
    """Everything that leaves under a profile that publishes counts, and what a person is told of it."""

    lines: tuple[Line, ...]
    rule: SmallNumbers

    @property
    def table(self) -> pa.Table:
        """'Measure', 'Group', 'Patients', all text, in a fixed order."""
        told = [(line.measure, line.group, line.patients) for line in self.lines]
        return pa.table(
            {name: pa.array([row[i] for row in told], pa.string()) for i, name in enumerate(COLUMNS)}
        )

    @property
    def whole_groups(self) -> tuple[Line, ...]:
        """The lines that tell something of everybody in a group."""
        return tuple(line for line in self.lines if line.whole)

    @property
    def hidden(self) -> int:
        return sum(line.patients == HIDDEN for line in self.lines)

    @property
    def confirmation(self) -> str:
        """What a plan's `confirmed` holds once the groups that are held back were seen: 'whole_groups:2'; ""
        where there is none."""
        number = sum(line.sensitive for line in self.whole_groups)
        return f"whole_groups:{number}" if number and self.rule.whole_groups == "hide" else ""


def published_table(survey: Survey, plan: Plan, profile: Profile, rows: RowDecisions) -> pa.Table:
    """The published table: 'Measure', 'Group', 'Patients', all text, in a fixed order.

    Raises UsageError for a profile that does not publish counts."""
    return published(survey, plan, profile, rows).table


def published(survey: Survey, plan: Plan, profile: Profile, rows: RowDecisions) -> Published:
    """The published table with its flags. Raises UsageError for a profile that does not publish counts."""
    rule = profile.counts
    if rule is None:
        raise UsageError("The profile does not publish counts. Choose one that does.", where=profile.id)
    people = people_of(survey, rows, rule)
    if not rule.file:
        return Published((_cohort(survey, plan, rows, people, rule),), rule)
    whole = Whole(people, rule)
    lines = whole.lines()
    if "families" in rule.shows or plan.counts_of:
        families = families_of(survey, plan, rows, plan.counts_of)
        made = [line for title, whom in families for line in whole.family(title, whom, bool(plan.counts_of))]
        made = [told_of_all(line) for line in made]
        result = Published((*lines, *made), rule)
        if result.confirmation and result.confirmation not in plan.confirmed:
            held = frozenset((line.measure, line.group) for line in made if line.whole)
            made = [
                line
                for title, whom in families
                for line in whole.family(title, whom, bool(plan.counts_of), held)
            ]
            marks = {(line.measure, line.group): line.whole for line in result.whole_groups}
            made = [
                replace(line, held=True, whole=marks[line.measure, line.group])
                if (line.measure, line.group) in held
                else told_of_all(line)
                for line in made
            ]
        lines = [*lines, *made]
    return Published(tuple(lines), rule)


def told_of_all(line: Line) -> Line:
    """The line with what a reader would see of everybody in its group."""
    if HIDDEN in (line.patients, line.of) or line.of in ("", "0"):
        return line
    if line.patients == "0":
        return line if line.trait in REST else replace(line, whole=NOBODY)
    return replace(line, whole=EVERYONE) if line.patients == line.of else line


def _cohort(survey: Survey, plan: Plan, rows: RowDecisions, people: People, rule: SmallNumbers) -> Line:
    """The one number of a profile that writes no file: the patients who are in every family asked for."""
    whom = people.counted.copy()
    titles = []
    for title, members in families_of(survey, plan, rows, plan.counts_of) if plan.counts_of else ():
        whom &= members
        titles.append(title)
    number = HIDDEN if people.counted.sum() < rule.least_total else publish(int(whom.sum()), rule)
    return Line(_COHORT, " and ".join(titles), number) if titles else Line(_ALL, "Total", number)


class Whole:
    """The table of everybody who is counted, of which each family of codes is a part."""

    def __init__(self, people: People, rule: SmallNumbers) -> None:
        self._people, self._rule = people, rule
        self._cells = people.table_of(people.counted)
        self._sex = people.has_sex and "sex" in rule.shows
        self._age = people.has_age and "age" in rule.shows
        self._both = people.has_sex and people.has_age and "sex_and_age" in rule.shows
        # What is always there is published or not all the same: a table without ages still has a total.
        shape = Shape(
            cells="sex_and_age" in rule.shows, rows="sex" in rule.shows, columns="age" in rule.shows
        )
        self._table = publish_cross_table(self._cells, rule, shape)

    def lines(self) -> list[Line]:
        """Total, sexes, ages, and both together, as far as the rule shows them and the export has them."""
        told, bands = self._table, self._people.bands
        lines = [Line(_ALL, "Total", told.total)]
        if self._sex:
            lines += _named("Sex", SEXES, told.rows, told.total)
        if self._age:
            lines += _named("Age", bands, told.columns, told.total)
        if self._both:
            for sex, cells, total in zip(SEXES, told.cells, told.rows, strict=True):
                for band, cell in zip(bands, cells, strict=True):
                    of = total if self._sex else ""
                    lines.append(Line("Sex and age", f"{sex}, {band}", cell, of, among=sex, trait=band))
        return [told_of_all(line) for line in lines]

    def family(
        self,
        title: str,
        whom: npt.NDArray[np.bool_],
        groups: bool,
        held: frozenset[tuple[str, str]] = frozenset(),
    ) -> list[Line]:
        """How many have a code of the family; with `groups` by sex and by age as well. What is in `held`
        (measure, group) is hidden."""
        groups = groups and (self._sex or self._age)
        cells = self._people.table_of(whom & self._people.counted)
        shape = Shape(cells=False, rows=groups and self._sex, columns=groups and self._age)
        by_sex, by_age = f"{title} by sex", f"{title} by age"
        hide = self._never(cells)
        hide[-1, -1] |= (_FAMILY, title) in held
        hide[:-1, -1] |= [(by_sex, group) in held for group in SEXES]
        hide[-1, :-1] |= [(by_age, group) in held for group in self._people.bands]
        shown = publish_cross_table(cells, self._rule, shape, hide=hide, most=self._most())
        of = self._table
        lines = [Line(_FAMILY, title, shown.total, of.total, trait=title, sensitive=True)]
        if shape.rows:
            lines += _shares(by_sex, title, SEXES, shown.rows, of.rows)
        if shape.columns:
            lines += _shares(by_age, title, self._people.bands, shown.columns, of.columns)
        return lines

    def _never(self, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Places of a family's table that would tell of the rest of the group: those whose group is hidden,
        and, where nothing is rounded, those where just a few have no such code."""
        whole = with_totals(self._cells)
        hide: npt.NDArray[np.bool_] = np.equal(_marks(self._table), HIDDEN)
        if self._rule.round_to == 1:
            rest = whole - with_totals(cells)
            hide |= (rest >= max(1, self._rule.hide_from)) & (rest <= self._rule.hide_to)
        return hide

    def _most(self) -> npt.NDArray[np.int64]:
        """How many people a reader knows there to be at most in each place."""
        most = np.full(self._cells.size + sum(self._cells.shape) + 1, ENDLESS, dtype=np.int64)
        marks = _marks(self._table)
        for at, text in enumerate(marks.ravel()):
            if text != HIDDEN:
                most[at] = span(int(text), self._rule)[1]
        return most.reshape(marks.shape)


def _marks(table: CrossTable) -> npt.NDArray[np.str_]:
    lines = [[*cells, total] for cells, total in zip(table.cells, table.rows, strict=True)]
    return np.array([*lines, [*table.columns, table.total]], dtype=np.str_)


def _named(measure: str, groups: Sequence[str], counts: Sequence[str], of: str) -> list[Line]:
    """The lines of a grouping of everybody who was counted."""
    return [Line(measure, g, count, of, trait=g) for g, count in zip(groups, counts, strict=True)]


def _shares(
    measure: str, title: str, groups: Sequence[str], counts: Sequence[str], of: Sequence[str]
) -> list[Line]:
    """The lines of a family of codes, group by group."""
    return [
        Line(measure, group, count, whole, among=group, trait=title, sensitive=True)
        for group, count, whole in zip(groups, counts, of, strict=True)
    ]
