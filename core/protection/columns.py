"""Fields whose cells hang on nothing but themselves: from raw columns to outgoing ones."""

from __future__ import annotations

from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from core.model import Reason, Role
from core.protection.actions import Run, Setting, run_of
from core.protection.dated import coarse_dates
from core.protection.expected import PLAIN_NUMBER
from core.protection.explained import why_changed
from core.protection.formats import fit, fit_all
from core.protection.look_ups import LookUps
from core.protection.plan import FieldPlan
from core.protection.pseudonyms import Pseudonyms
from core.protection.spoken_of import SpokenOf, without_spoken

#: Results remembered for each field, twice: memory stays flat in file size.
REMEMBERED = 60_000

_UNKNOWN: Any = object()


class Column:
    """One field's way from raw cells to outgoing ones, with what it remembers."""

    def __init__(
        self,
        plan: FieldPlan,
        file_format: str,
        pseudonyms: Pseudonyms,
        telling: frozenset[str] = frozenset(),
        look_ups: LookUps | None = None,
        spoken: SpokenOf | None = None,
    ) -> None:
        self.plan = plan
        self.format = file_format
        told = Setting(plan.role, plan.settings, pseudonyms, telling=telling, look_ups=look_ups)
        self.run: Run = without_spoken(run_of(plan.action, told), spoken)
        self._as_it_is = plan.action == "keep" and spoken is None
        # Two generations: what was used lately outlives the emptying of the older one.
        self._recent: dict[str, str | None] = {}
        self._whys: dict[str, Reason | None] = {}
        self._older: dict[str, str | None] = {}
        self._passed = pa.array([None], pa.string())  # cells that were tested and leave as they are

    def text(self, raw: str) -> str | None:
        """The outgoing cell for a raw one."""
        made, _ = self.run(raw)
        return None if made is None else fit(made, self.format)[0]

    def array(self, raw: pa.Array) -> pa.Array:
        """The outgoing cells for raw ones."""
        if self._as_it_is:
            return fit_all(raw, self.format)
        if self.plan.action == "keep_expected" and self._all_pass(raw):
            return raw
        return self._made(raw)

    def _all_pass(self, raw: pa.Array) -> bool:
        """Whether every cell leaves as it is. Only what was not met before is looked at one by one."""
        distinct = raw.unique()
        if self.plan.role is Role.VALUE and _all_plain_numbers(distinct):
            return True
        passed = self._passed
        unseen = distinct.filter(pc.invert(pc.is_in(distinct, value_set=passed)))
        if not len(unseen):
            return True
        good = unseen.filter(pc.fill_null(pc.equal(self._one_by_one(unseen), unseen), False))
        room = len(passed) + len(good) <= REMEMBERED
        self._passed = pa.concat_arrays([passed if room else passed[:1], good])
        return len(good) == len(unseen)

    def _made(self, raw: pa.Array) -> pa.Array:
        encoded = raw.dictionary_encode()
        distinct = encoded.dictionary
        if self.plan.action == "year" or self.plan.action == "month":
            made = coarse_dates(distinct, "year" if self.plan.action == "year" else "month", self._one_by_one)
        else:
            made = self._one_by_one(distinct)
        return made.take(encoded.indices)

    def _one_by_one(self, distinct: pa.Array) -> pa.Array:
        return pa.array([self._remember(old) for old in distinct.to_pylist()], pa.string())

    def _remember(self, old: str) -> str | None:
        new = self._recent.get(old, _UNKNOWN)
        if new is _UNKNOWN:
            new = self._older.get(old, _UNKNOWN)
            if new is _UNKNOWN:
                new = self.text(old)
            if len(self._recent) >= REMEMBERED:
                self._recent, self._older = {}, self._recent
            self._recent[old] = new
        return cast("str | None", new)

    def why(self, raw: str | None) -> Reason | None:
        """Why this raw cell leaves changed, None where it does not."""
        if raw is None:
            return None
        found = self._whys.get(raw, _UNKNOWN)
        if found is _UNKNOWN:
            if len(self._whys) >= REMEMBERED // 10:
                self._whys = {}
            made, note = self.run(raw)
            found = self._whys[raw] = why_changed(self.plan, raw, made, note, self.format)
        return cast("Reason | None", found)


def _all_plain_numbers(distinct: pa.Array) -> bool:
    """Whether every cell is one plain number, as in nearly every block of a field of results."""
    return bool(pc.all(pc.match_substring_regex(distinct, PLAIN_NUMBER)).as_py())
