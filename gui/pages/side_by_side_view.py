"""What a change of table, filter or plan needs, worked out off the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gui.models.core_rows import CoreRows
from gui.models.row_source import ALL_ROWS, FilterChoice, Lane, Rows, RowSource
from gui.widgets.overview_strip import Bins, bin_lanes


@dataclass(frozen=True)
class View:
    """The rows a filter leaves, the filters there are, and where the flags are."""

    source: RowSource
    table: str
    filter_id: str
    choices: tuple[FilterChoice, ...]
    positions: Rows | None
    lanes: tuple[Lane, ...]
    bins: dict[str, Bins]
    stops: Rows  # places of the view where 'Next flag' stops

    @property
    def label(self) -> str:
        """The filter in words, '' where every row is shown."""
        if self.filter_id == ALL_ROWS:
            return ""
        return next((choice.label for choice in self.choices if choice.id == self.filter_id), "")


def work_out(source: RowSource, table: str, wanted: str, pixels: int, check: Callable[[], None]) -> View:
    """The view of a table through a filter; all rows where the filter is not offered. `check` may raise
    Cancelled. `pixels` is the height of the overview."""
    if isinstance(source, CoreRows):
        source.prepare()
    choices = source.filters(table)
    filter_id = wanted if any(choice.id == wanted for choice in choices) else ALL_ROWS
    check()
    positions = source.positions(table, filter_id)
    check()
    flagged = source.flagged(table)
    stops = np.nonzero(flagged if positions is None else flagged[positions])[0]
    lanes = source.lanes(table)
    check()
    return View(
        source, table, filter_id, choices, positions, lanes, bin_lanes(lanes, positions, pixels), stops
    )
