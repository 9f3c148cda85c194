"""How each table of the side-by-side page was left: its filters, the chosen row and the chosen field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gui.models.filters import Filters
from gui.models.row_source import CATEGORY, PATIENT


@dataclass(frozen=True)
class Left:
    """`number` is the chosen row's, -1 for none; `position` the chosen field's, None for the first to see."""

    on: Filters = ()
    number: int = -1
    position: int | None = None


def without_people(on: Filters) -> Filters:
    return tuple(one for one in on if not one.startswith(PATIENT))


class Places:
    """Remembered while the file is open. Rows and filters only, in memory; nothing that they hold."""

    def __init__(self) -> None:
        self._left: dict[str, Left] = {}
        self._survey: object = None

    def leave(self, table: str, left: Left) -> None:
        """Another table is about to be shown."""
        self._left[table] = left

    def go(self, table: str, number: int) -> None:
        """The table is to begin at this row when it is shown next, every row of it."""
        before = self._left.get(table, Left())
        self._left[table] = Left((), number, before.position)

    def filters_of(self, table: str, on: Filters) -> Filters:
        """The filters to show a table through, coming from one with `on`: a patient goes along."""
        people = tuple(one for one in on if one.startswith(PATIENT))
        return people or self._left.get(table, Left()).on

    def take(self, table: str) -> Left | None:
        """Where to begin in a table, once."""
        return self._left.pop(table, None)

    def known(
        self, survey: object, on: Filters, *, nothing: bool, may_show: Callable[[str], bool] = lambda _c: True
    ) -> Filters:
        """The filters that still hold: in another survey patients have other numbers, of another file nothing
        is as it was, and whoever may not be shown a category's rows must not see which rows they are."""
        another, self._survey = survey is not self._survey, survey
        if nothing:
            self._left.clear()
            return ()

        def holds(one: str) -> bool:
            if survey is not None and one.startswith(CATEGORY):
                return may_show(one.removeprefix(CATEGORY))
            return not (another and one.startswith(PATIENT))

        self._left = {
            name: replace(left, on=tuple(filter(holds, left.on))) for name, left in self._left.items()
        }
        return tuple(filter(holds, on))
