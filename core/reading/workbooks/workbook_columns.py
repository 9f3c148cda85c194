"""The cells of a sheet as columns of text, the way cells.text_of writes each, a column at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from core.reading.workbooks.cells import EXACT, text_of

#: Between these, Arrow writes a number as Python does; outside, one of them uses an exponent.
_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e9
_HEAD = 64


def text_columns(
    values: Sequence[Sequence[object]], stored: Mapping[tuple[int, int], str]
) -> list[pa.StringArray]:
    """One string array a column of `values` (rows of equal width). `stored` holds by (row, column), 0-based,
    the texts of cells that the library changed; it may reach beyond the values."""
    rows = max([len(values), *(r + 1 for r, _ in stored)])
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), text in stored.items():
        by_column.setdefault(column, {})[row] = text
    columns = [_texts(column) for column in zip(*values, strict=True)]
    columns += [pa.nulls(len(values), pa.string())] * (max([0, *(c + 1 for c in by_column)]) - len(columns))
    for number, column in enumerate(columns):
        changed = by_column.get(number)
        if changed or rows > len(column):
            texts = column.to_pylist() + [None] * (rows - len(column))
            for row, text in (changed or {}).items():
                texts[row] = text
            columns[number] = pa.array(texts, pa.string())
    return columns


def _texts(column: tuple[object, ...]) -> pa.StringArray:
    kinds = set(map(type, column))
    if str in kinds and len(kinds) > 1:
        # Above the numbers or dates of a column stand its name and lines about the list.
        head = max((i for i, v in enumerate(column[:_HEAD]) if type(v) is str and v), default=-1) + 1
        if 0 < head < len(column):
            top = pa.array(
                [(v or None) if type(v) is str else text_of(v) for v in column[:head]], pa.string()
            )
            return pa.concat_arrays([top, _texts(column[head:])])
    if kinds == {str}:
        texts = pa.array(column, pa.string())
        return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    if kinds <= {float, int, str} and not any(v for v in column if type(v) is str):
        numbers = _numbers(column)
        if numbers is not None:
            return numbers
    if kinds <= {date, str} and not any(v for v in column if type(v) is str):
        return pa.array([v or None for v in column], pa.date32()).cast(pa.string())
    return pa.array([(v or None) if type(v) is str else text_of(v) for v in column], pa.string())


def _numbers(column: tuple[object, ...]) -> pa.StringArray | None:
    """The numbers as text; None where one of them needs care."""
    # Adding nothing makes -0 the 0 that a person reads.
    numbers = pc.add(pa.array([None if type(v) is str else v for v in column], pa.float64()), 0.0)
    size = pc.abs(numbers)
    top = pc.max(size).as_py()
    if top is None or not top < EXACT:  # infinite, not a number, too long
        return None
    if pc.all(pc.equal(pc.floor(numbers), numbers)).as_py():
        return numbers.cast(pa.int64()).cast(pa.string())
    small = pc.and_(pc.less(size, _PLAIN_FROM), pc.not_equal(numbers, 0.0))
    return None if top >= _PLAIN_TO or pc.any(small).as_py() else numbers.cast(pa.string())
