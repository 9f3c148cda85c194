"""Which numbers of a table are hidden: the small ones, and as many more as it takes that none follows.

First no sum may have just one hidden number, whatever rounding leaves open. Then `network` works out exactly
which hidden numbers a reader could still pin down from all sums together, and one more is hidden until there
are none. A reader is taken to know the rule, and to guess, where it fits, that all that is hidden is small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.protection.counts.network import ENDLESS, Arc, determined
from core.protection.counts.shown import HIDDEN, publish, span
from core.protection.small_numbers import SmallNumbers

_Counts = npt.NDArray[np.int64]
_Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CrossTable:
    """A published table of two groupings with its totals."""

    cells: tuple[tuple[str, ...], ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    total: str


@dataclass(frozen=True)
class Shape:
    """Which parts of a table of two groupings are published; the total of all always is."""

    cells: bool = True
    rows: bool = True
    columns: bool = True


_WHOLE = Shape()


def publish_cross_table(
    cells: _Counts,
    rule: SmallNumbers,
    shape: Shape = _WHOLE,
    *,
    hide: _Marks | None = None,
    most: _Counts | None = None,
) -> CrossTable:
    """A table of counts and its totals, with small numbers hidden, and no sum that gives one away.

    What `shape` does not publish is HIDDEN, and is taken to be known to nobody.
    `hide` marks what is hidden besides, and `most` holds how many people a reader knows there to be at most
    in each place (`ENDLESS` where nothing is known), both as the table with its totals."""
    whole = with_totals(cells)
    table = _Table(whole, _published(whole, shape), rule, most)
    table.hidden |= (whole >= rule.hide_from) & (whole <= rule.hide_to)
    if hide is not None:
        table.hidden |= hide
    if whole[-1, -1] < rule.least_total:
        table.hidden[:] = True
    table.hidden &= table.published
    table.hide_next_lowest()
    while table.hide_one_more():
        pass
    text = [
        [HIDDEN if stays else publish(int(count), rule) for count, stays in zip(line, marks, strict=True)]
        for line, marks in zip(whole, table.hidden | ~table.published, strict=True)
    ]
    return CrossTable(
        tuple(tuple(line[:-1]) for line in text[:-1]),
        tuple(line[-1] for line in text[:-1]),
        tuple(text[-1][:-1]),
        text[-1][-1],
    )


def with_totals(cells: _Counts) -> _Counts:
    """A table with the totals of its lines and columns as last column and line."""
    lines = np.hstack([cells, cells.sum(axis=1, keepdims=True)])
    whole: _Counts = np.vstack([lines, lines.sum(axis=0, keepdims=True)])
    return whole


def _published(whole: _Counts, shape: Shape) -> _Marks:
    marks = np.zeros(whole.shape, dtype=np.bool_)
    marks[:-1, :-1], marks[:-1, -1], marks[-1, :-1] = shape.cells, shape.rows, shape.columns
    marks[-1, -1] = True
    return marks


class _Table:
    """A table while it is decided what of it to hide."""

    def __init__(self, whole: _Counts, published: _Marks, rule: SmallNumbers, most: _Counts | None) -> None:
        self.whole, self.published, self.rule = whole, published, rule
        self.hidden = np.zeros(whole.shape, dtype=np.bool_)
        self._most = most
        places = np.arange(whole.size).reshape(whole.shape)
        # Each line with its total, each column with its total, and all cells with the total of all.
        self._lines = [line for line in (*places, *places.T) if published.ravel()[line].all()]
        every = np.append(places[:-1, :-1].ravel(), places[-1, -1])
        self._sums = [*self._lines, every] if published.ravel()[every].all() else self._lines

    def hide_one_more(self) -> bool:
        """Hides the next lowest number beside a hidden one that would follow; False where none would."""
        for line in self._sums:
            marks = self.hidden.ravel()[line]
            if marks.sum() == 1 and self._hide_in(line):
                return True
        return any(self._hide_near(place) for place in self._following())

    def hide_next_lowest(self) -> None:
        """In a table of few people, the next lowest number beside a very small one, if the rule says so."""
        if not 0 < self.whole[-1, -1] <= self.rule.next_lowest_up_to:
            return
        small = self.hidden & (self.whole >= 1) & (self.whole <= self.rule.next_lowest_for)
        for line in self._lines:
            if small.ravel()[line[:-1]].any():
                self._hide_in(line)

    def _hide_in(self, line: npt.NDArray[np.int64]) -> bool:
        counts, marks = self.whole.ravel()[line], self.hidden.ravel()[line]
        shown = np.flatnonzero(~marks[:-1])
        more = shown[counts[shown] > 0]
        if len(more):
            at = int(more[np.argmin(counts[more])])
        elif not marks[-1]:
            at = len(counts) - 1
        elif len(shown):
            at = int(shown[0])
        else:
            return False
        self.hidden.flat[line[at]] = True
        return True

    def _following(self) -> list[int]:
        """The places whose hidden number follows from what is shown."""
        hidden = np.flatnonzero(self.hidden)
        if not len(hidden):
            return []
        counts = self.whole.ravel()[hidden]
        # Nobody is hidden only where nothing else is left to hide; a reader who knows that knows it of all.
        least = min(self.rule.hide_from, int(counts.min()))
        found = self._determined(least, ENDLESS)
        if not found and least >= self.rule.hide_from and (counts <= self.rule.hide_to).all():
            found = self._determined(least, self.rule.hide_to)
        return found

    def _determined(self, least: int, most: int) -> list[int]:
        lines, columns = self.whole.shape
        start, end = 0, lines + columns - 1
        arcs = []
        for place in range(self.whole.size):
            line, column = divmod(place, columns)
            first = 1 + line if line < lines - 1 else end
            last = lines + column if column < columns - 1 else start
            if line == lines - 1 and column < columns - 1:
                first, last = last, end  # a column's total
            elif column == columns - 1 and line < lines - 1:
                first, last = start, first  # a line's total
            arcs.append(self._arc(place, first, last, least, most))
        return determined(arcs, np.flatnonzero(self.hidden).tolist())

    def _arc(self, place: int, start: int, end: int, least: int, most: int) -> Arc:
        count = int(self.whole.flat[place])
        known = ENDLESS if self._most is None else int(self._most.flat[place])
        if not self.published.flat[place]:
            return Arc(start, end, count, 0, known)
        if self.hidden.flat[place]:
            return Arc(start, end, count, least, min(most, known))
        low, high = span(int(publish(count, self.rule)), self.rule)
        return Arc(start, end, count, low, min(high, known))

    def _hide_near(self, place: int) -> bool:
        """Hides the next lowest number of the same line or column, else of the whole table."""
        line, column = divmod(place, self.whole.shape[1])
        near = np.zeros(self.whole.shape, dtype=np.bool_)
        near[line] = near[:, column] = True
        if line == self.whole.shape[0] - 1 or column == self.whole.shape[1] - 1:
            near[-1] = near[:, -1] = True  # the totals hang together
        shown = self.published & ~self.hidden
        for where in (near & shown & (self.whole > 0), shown & (self.whole > 0), near & shown, shown):
            if where.any():
                places = np.flatnonzero(where)
                self.hidden.flat[places[int(np.argmin(self.whole.ravel()[places]))]] = True
                return True
        return False
