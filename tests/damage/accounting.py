"""An independent count of a file's text against what was read of it.

It knows nothing of records: what is left of a file's text without delimiters, quotes and line ends must be
what is left of the cells, character for character and in order.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from core.model import Export, Table
from core.reading import has_extra_cells, with_extra_cells
from core.reading.text.delimited import DelimitedTable
from core.reading.text.encoding import decode

_ENDS = str.maketrans("", "", '"\\\r\n\ufeff')


def read_all(table: Table) -> tuple[Table, list[list[str | None]], int]:
    """Every cell of the table (with the field for extra cells where it needs one), and how many problems
    were told on the way."""
    if any(has_extra_cells(table.read(block)) for block in table.blocks()):
        table = with_extra_cells(table)
    rows: list[list[str | None]] = []
    problems = 0
    for block in table.blocks():
        raw = table.read(block)
        assert raw.data.num_rows == block.rows
        assert block.first_row == len(rows)
        rows += [list(row) for row in zip(*(c.to_pylist() for c in raw.data.columns), strict=True)]
        problems += len(raw.problems)
        if raw.lines is not None:
            assert len(raw.lines) == block.rows
    return table, rows, problems


def delimited_loss(table: Table, rows: list[list[str | None]], data: bytes) -> str:
    """What is amiss between the file's text and the cells, "" where all is accounted for. Never the text."""
    assert isinstance(table, DelimitedTable)
    layout = table.layout
    body = data[layout.offset :]
    body = body[: len(body) - len(body) % layout.encoding.unit]
    text = decode(body, layout.encoding.name)[0]
    there = _letters(text, layout.dialect.delimiter)
    read = _letters("".join(cell for row in rows for cell in row if cell), layout.dialect.delimiter)
    if there == read:
        return ""
    at = next(
        (i for i, (a, b) in enumerate(zip(there, read, strict=False)) if a != b), min(len(there), len(read))
    )
    return f"{len(there):,} characters in the file, {len(read):,} in the cells; they part at {at:,}"


def _letters(text: str, delimiter: str) -> str:
    text = text.translate(_ENDS)
    return text.replace(delimiter, "") if delimiter else text


#: What only says how a message is built: the same in everybody's record.
_BUILT_FROM = frozenset({"resourceType", "system", "url", "profile"})


def json_leaves(data: bytes) -> Iterator[str]:
    """Every text, number and truth value of a JSON document but what only says how it is built. Markup is
    taken off: a narrative is in a cell as its text."""

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            narrative = "div" in value
            for key, inner in value.items():
                if key not in _BUILT_FROM and not (narrative and key == "status"):
                    yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)
        elif isinstance(value, str) and value.lstrip().startswith("<"):
            yield from (html.unescape(text) for text in re.split(r"<[^>]*>", value) if text.strip())
        elif value is not None:
            yield "true" if value is True else "false" if value is False else str(value)

    yield from walk(json.loads(data, parse_float=str, parse_int=str))


def xml_leaves(data: bytes) -> Iterator[str]:
    """Every text between tags. Attachments (a thousand characters and more without a blank) are left out:
    they are hazards, not cells."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    for element in etree.fromstring(data, parser).iter(etree.Element):
        for text in (element.text, element.tail):
            if text and text.strip() and max(map(len, text.split())) < 1_000:
                yield text.strip()


def text_tokens(data: bytes) -> Iterator[tuple[int, str]]:
    """Every run of letters and digits of three and more, with its line; for formats of marks and lines."""
    for line, text in enumerate(data.decode("latin-1").splitlines(), start=1):
        for token in re.findall(r"[A-Za-z0-9]{3,}", text):
            yield line, token


def cells_of(export: Export) -> Counter[str]:
    """Every cell of every table, with how often it is there."""
    return Counter(
        cell for table in export.tables for row in read_all(table)[1] for cell in row if cell is not None
    )
