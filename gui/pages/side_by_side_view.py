"""What a change of table, filter or plan needs, off the UI thread: the rows, then what is round them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gui.models.core_rows import CoreRows
from gui.models.row_source import NOTES, FilterChoice, Lane, Rows, RowSource
from gui.widgets.overview_strip import Bins, bin_lanes

READING_NOTES = "Reading the notes that would leave"


@dataclass(frozen=True)
class View:
    """A table through a filter: enough to show rows."""

    source: RowSource
    table: str
    on: tuple[str, ...]  # the filters
    positions: Rows | None


@dataclass(frozen=True)
class Surroundings:
    """What stands round the rows. At tens of millions of rows this takes seconds, so it comes after them."""

    view: View
    choices: tuple[FilterChoice, ...]
    lanes: tuple[Lane, ...]
    bins: dict[str, Bins]
    stops: Rows  # places of the view where 'Next flag' stops


def view_of(
    source: RowSource, table: str, on: tuple[str, ...], progress: Callable[[int, int, str], None]
) -> View:
    """The rows that filters leave together. `progress` is told how far it is, and may raise Cancelled."""
    if isinstance(source, CoreRows):
        source.prepare()
        if NOTES in on:
            source.read_notes(table, lambda done, total: progress(done, total, READING_NOTES))
    return View(source, table, on, source.positions(table, on))


def surroundings_of(view: View, pixels: int, check: Callable[[], None]) -> Surroundings:
    """The filters with their counts and where the flags are, `pixels` high. `check` may raise Cancelled."""
    import numpy as np

    source, table, positions = view.source, view.table, view.positions
    if NOTES in view.on and positions is not None:
        stops = np.arange(len(positions), dtype=np.int64)  # what was found is what is looked at, row by row
    else:
        flagged = source.flagged(table)
        stops = (flagged if positions is None else flagged[positions]).nonzero()[0]
    check()
    lanes = source.lanes(table)
    check()
    bins = bin_lanes(lanes, positions, pixels)
    check()
    return Surroundings(view, source.filters(table, view.on), lanes, bins, stops)
