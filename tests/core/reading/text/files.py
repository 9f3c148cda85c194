"""Writing small files for the tests of this room, and reading tables back whole."""

from __future__ import annotations

from pathlib import Path

from core.model import Problem, Table
from core.reading.choices import TableChoice
from core.reading.source import open_source
from core.reading.text.opening import Opened, open_delimited


def opened(
    folder: Path, content: bytes | str, *, name: str = "list.csv", block_size: int = 8 << 20, **choice: object
) -> Opened:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return open_delimited(open_source(path), path.stem, TableChoice(**choice), block_size=block_size)  # type: ignore[arg-type]


def rows_of(table: Table, columns: list[int] | None = None) -> list[list[str | None]]:
    found: list[list[str | None]] = []
    expected = 0
    for index, block in enumerate(table.blocks()):
        assert block.index == index
        assert block.first_row == expected
        raw = table.read(block, columns)
        assert raw.first_row == expected
        assert raw.data.num_rows == block.rows
        names = [str(c) for c in (range(len(table.fields)) if columns is None else columns)]
        assert raw.data.schema.names == names
        found.extend(
            list(row) for row in zip(*(column.to_pylist() for column in raw.data.columns), strict=True)
        )
        expected += block.rows
    return found


def lines_of(table: Table) -> list[int]:
    return [line for block in table.blocks() for line in (table.read(block).lines or ())]


def problems_of(table: Table) -> list[Problem]:
    return [p for block in table.blocks() for p in table.read(block).problems]


def names_of(table: Table) -> list[str]:
    return [field.name for field in table.fields]
