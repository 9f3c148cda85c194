"""The values of link columns as 32-bit numbers, an entry a row: four bytes instead of a GUID's forty.

Two rows are only taken for linked where they are one patient's as well (see matching), so that two values
with the same number by chance do no harm: at ten million rows one such pair in some thousands of exports.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Block, Table
from core.survey.hashing import hash64

Numbers = npt.NDArray[np.uint32]
#: So many keys of a cell that holds several are looked at; more stand in none that was seen.
_MOST_PARTS = 64
_AHEAD = 4


@dataclass(frozen=True)
class Column:
    """A column to be read: its place in the table, and how its cells are written."""

    position: int
    split: str = ""  # what stands between several keys
    prefix: str = ""  # what pointers to this key have before it
    blank: tuple[str, ...] = ()
    types: tuple[str, ...] = ()  # of a key: the types of its rows, as references name them before the id
    known: tuple[str, ...] = ()  # of references: the types that there are; any other stands for none


def read_columns(
    table: Table, wanted: Sequence[Column], rows: int, read: Callable[[int], object] | None = None
) -> dict[Column, tuple[Numbers, ...]]:
    """The numbers of each column, 0 where a cell is empty; several arrays where cells hold several keys.
    `read` is told of the rows of each block that was read."""
    found: dict[Column, list[Numbers]] = {column: [] for column in wanted}
    positions = sorted({column.position for column in wanted})

    def numbers(block: Block) -> tuple[Block, int, dict[Column, list[Numbers]]]:
        data = table.read(block, positions).data
        made = {
            column: numbers_of(data.column(positions.index(column.position)), column) for column in wanted
        }
        return block, data.num_rows, made

    for block, count, made in _ahead(numbers, table.blocks()):
        if read is not None:
            read(count)
        for column, parts in made.items():
            arrays = found[column]
            while len(arrays) < len(parts):
                arrays.append(np.zeros(rows, dtype=np.uint32))
            for at, part in enumerate(parts):
                arrays[at][block.first_row : block.first_row + len(part)] = part
    return {column: tuple(arrays) for column, arrays in found.items()}


def _ahead(work, blocks: Iterator[Block]):  # type: ignore[no-untyped-def]
    """Work done on blocks by a few threads, in order, only so many ahead that memory stays small."""
    threads = min(_AHEAD, os.cpu_count() or 1)
    if threads < 2:
        yield from map(work, blocks)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = []
        for block in blocks:
            waiting.append(pool.submit(work, block))
            if len(waiting) > _AHEAD:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def numbers_of(cells: pa.Array, column: Column) -> list[Numbers]:
    """The numbers of some cells of a column, an entry each and 0 for none; several arrays where cells hold
    several keys, or can be referred to with a type before them, and no array where none holds any."""
    if cells.null_count == len(cells):
        return []
    if not column.split:
        made = _numbers(cells, column)
        if not made.any():
            return []
        return [made, *(_numbers(cells, replace(column, prefix=f"{of}/")) for of in column.types)]
    parts = pc.split_pattern(cells, column.split)
    most = min(pc.max(pc.list_value_length(parts)).as_py() or 0, _MOST_PARTS)
    made_of = []
    for at in range(most):
        one = pc.list_element(pc.if_else(pc.greater(pc.list_value_length(parts), at), parts, None), at)
        made_of.append(_numbers(one, column))
    return made_of


def _numbers(cells: pa.Array, column: Column) -> Numbers:
    """Case, blanks and braces do not count, and of a reference only what comes after its last / or :, with
    the type before it where that is one of those known ('Encounter/12', 'https://.../Encounter/12')."""
    text = pc.ascii_trim(pc.fill_null(cells, ""), characters=" \t{}")
    if any(pc.any(pc.match_substring(text, mark)).as_py() for mark in "/:"):
        last = pc.replace_substring_regex(text, r"^.*[/:]", "")
        text = _typed(text, last, column.known) if column.known else last
    empty = pc.equal(text, "")
    if column.blank:
        blank = pa.array([value.strip("{}") for value in column.blank])
        empty = pc.or_(empty, pc.is_in(text, value_set=blank))
    text = pc.ascii_upper(text)
    if column.prefix:
        text = pc.binary_join_element_wise(pa.scalar(column.prefix.upper()), text, "")
    numbers = (hash64(text, key="link") >> np.uint64(32)).astype(np.uint32)
    numbers[numbers == 0] = 1
    numbers[np.asarray(empty.to_numpy(zero_copy_only=False), dtype=np.bool_)] = 0
    return numbers


def _typed(references: pa.Array, last: pa.Array, known: Sequence[str]) -> pa.Array:
    """Type and id of each reference, of whatever version (HL7 FHIR R4, References: 'Type/id/_history/1'); its
    last part where it names no type that is known."""
    typed = rf"^(?:.*/)?({'|'.join(known)})/([^/:]+)(?:/_history/[^/]*)?/?$"
    named = pc.match_substring_regex(references, typed)
    return pc.if_else(named, pc.replace_substring_regex(references, typed, r"\1/\2"), last)
