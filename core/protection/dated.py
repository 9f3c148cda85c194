"""Columns of dates made coarser at array speed.

`survey.identifiers.days_of` reads whole columns and agrees with `parse_date` on every text, so a cell
comes out the same here and one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.survey.identifiers import NO_DAY, days_of


def coarse_dates(
    cells: pa.Array, unit: Literal["year", "month"], others: Callable[[pa.Array], pa.Array]
) -> pa.Array:
    """'1961' or '2025-11' for every cell that is a full date; all other cells by `others`."""
    days = days_of(cells)
    dates = days != NO_DAY
    if not dates.any():
        return others(cells)
    periods = days.astype("datetime64[D]").astype("datetime64[Y]" if unit == "year" else "datetime64[M]")
    numbers = periods.astype(np.int64)
    first, last = int(numbers[dates].min()), int(numbers[dates].max())
    names = _names(unit, first, last)
    made = names.take(pa.array(np.where(dates, numbers - first, 0)))
    if dates.all():
        return made
    rest = pa.array(~dates)
    return pc.replace_with_mask(made, rest, others(cells.filter(rest)))


@lru_cache(maxsize=256)
def _names(unit: str, first: int, last: int) -> pa.Array:
    numbers = range(first, last + 1)  # years or months since 1970
    if unit == "year":
        return pa.array([f"{1970 + n:04d}" for n in numbers])
    return pa.array([f"{1970 + n // 12:04d}-{n % 12 + 1:02d}" for n in numbers])
