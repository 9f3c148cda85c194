"""What follows of a hidden number: worked out with the network, and found by trying every table."""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.protection.counts import HIDDEN, CrossTable, publish, publish_cross_table
from core.protection.counts.network import ENDLESS, Arc, determined
from core.protection.counts.secondary import Shape
from core.protection.small_numbers import SmallNumbers

MOST = 9  # every number of the tables that are tried is below
TRIED = np.array(list(product(range(MOST), repeat=4))).reshape(-1, 2, 2)


def rule(hide_to: int, round_to: int) -> SmallNumbers:
    return SmallNumbers(rule="small", hide_to=hide_to, round_to=round_to, source="test")


def whole(tables: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Every table with its totals."""
    lines = np.concatenate([tables, tables.sum(axis=2, keepdims=True)], axis=2)
    return np.concatenate([lines, lines.sum(axis=1, keepdims=True)], axis=1)


EVERY = whole(TRIED)


def texts(shown: CrossTable) -> list[list[str]]:
    lines = [[*cells, total] for cells, total in zip(shown.cells, shown.rows, strict=True)]
    return [*lines, [*shown.columns, shown.total]]


def fitting(
    shown: CrossTable, small: SmallNumbers, published: npt.NDArray[np.bool_], least: int = 1
) -> npt.NDArray[np.int64]:
    """Every table that somebody who knows the rule cannot tell from the one that was published."""
    told = np.array([publish(n, small) for n in range(4 * MOST)])
    fits = np.ones(len(EVERY), dtype=np.bool_)
    for line, words in enumerate(texts(shown)):
        for column, text in enumerate(words):
            if not published[line, column]:
                continue
            numbers = EVERY[:, line, column]
            fits &= numbers >= least if text == HIDDEN else told[numbers] == text
    return EVERY[fits]


cells = st.lists(st.integers(0, MOST - 4), min_size=4, max_size=4).map(lambda n: np.array(n).reshape(2, 2))
SHAPES = [Shape(), Shape(cells=False), Shape(cells=False, columns=False), Shape(rows=False)]


def published(shape: Shape) -> npt.NDArray[np.bool_]:
    marks = np.full((3, 3), shape.cells)
    marks[:-1, -1], marks[-1, :-1], marks[-1, -1] = shape.rows, shape.columns, True
    return marks


@settings(max_examples=60)
@given(cells, st.sampled_from([(1, 1), (2, 1), (2, 3), (3, 3)]), st.sampled_from(SHAPES))
def test_no_hidden_number_is_the_only_one_that_fits(
    table: npt.NDArray[np.int64], numbers: tuple[int, int], shape: Shape
) -> None:
    small = rule(*numbers)
    shown = publish_cross_table(table, small, shape)
    marks = published(shape)
    true = whole(table[None])[0]
    hidden = [
        (i, j)
        for i, line in enumerate(texts(shown))
        for j, t in enumerate(line)
        if t == HIDDEN and marks[i, j]
    ]
    least = min([1, *(int(true[place]) for place in hidden)])
    left = fitting(shown, small, marks, least)
    for i, j in hidden:
        assert len(np.unique(left[:, i, j])) > 1


@settings(max_examples=60)
@given(cells, st.lists(st.booleans(), min_size=9, max_size=9))
def test_the_network_finds_just_what_trying_every_table_finds(
    table: npt.NDArray[np.int64], hide: list[bool]
) -> None:
    """With numbers that are exact or unknown (up to what is tried), in any pattern."""
    true = whole(table[None])[0]
    marks = np.array(hide).reshape(3, 3)
    fits = np.all((true == EVERY) | marks, axis=(1, 2))
    arcs = []
    for i, j in product(range(3), repeat=2):
        start, end = (1 + i if i < 2 else 5), (3 + j if j < 2 else 0)
        if i == 2 and j < 2:
            start, end = 3 + j, 5
        elif j == 2 and i < 2:
            start, end = 0, 1 + i
        count, most = int(true[i, j]), (MOST - 1 if i < 2 and j < 2 else ENDLESS)
        free = bool(marks[i, j])
        arcs.append(Arc(start, end, count, 0 if free else count, most if free else count))
    pinned = determined(arcs, np.flatnonzero(marks).tolist())
    alone = [at for at in np.flatnonzero(marks) if len(np.unique(EVERY[fits].reshape(-1, 9)[:, at])) == 1]
    assert pinned == alone


def test_numbers_that_follow_one_from_the_other_are_found() -> None:
    """Three numbers of four are hidden: one by one each follows, as long as the fourth is shown."""
    arcs = [
        Arc(0, 1, 12, 12, 12), Arc(0, 2, 13, 13, 13),
        Arc(1, 3, 11, 1, ENDLESS), Arc(1, 4, 1, 1, ENDLESS),
        Arc(2, 3, 12, 1, ENDLESS), Arc(2, 4, 1, 1, 1),
        Arc(3, 5, 23, 23, 23), Arc(4, 5, 2, 2, 2), Arc(5, 0, 25, 25, 25),
    ]  # fmt: skip
    assert determined(arcs, [2, 3, 4]) == [2, 3, 4]
    loose = [*arcs[:5], Arc(2, 4, 1, 0, ENDLESS), *arcs[6:]]
    assert determined(loose, [2, 3, 4]) == []


@pytest.mark.parametrize("size", [(3, 13), (3, 92)])
def test_a_table_of_many_ages_is_done_at_once(size: tuple[int, int]) -> None:
    table = np.random.default_rng(5).poisson(6, size)
    shown = publish_cross_table(table, rule(7, 5))
    assert sum(text == HIDDEN for line in shown.cells for text in line) >= ((table > 0) & (table < 8)).sum()
