"""Chance that falls the same way on every machine and every version of Python."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

_T = TypeVar("_T")


class Dice:
    """Draws from one seed. Only `Random.random()` is used: its sequence is promised never to change."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed).random

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        return int(self._draw() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both possible."""
        return low + int(self._draw() * (high - low + 1))

    def share(self) -> float:
        """A number from 0 up to 1."""
        return self._draw()

    def happens(self, probability: float) -> bool:
        return self._draw() < probability

    def pick(self, of: Sequence[_T]) -> _T:
        return of[int(self._draw() * len(of))]


class Wheel:
    """Picks an index by weight."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._sums = list(accumulate(weights))

    def spin(self, dice: Dice) -> int:
        return min(bisect(self._sums, dice.share() * self._sums[-1]), len(self._sums) - 1)
