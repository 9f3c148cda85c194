"""What is done to every file once a reader has opened it: whose format it is, and what in it is no row."""

from __future__ import annotations

from collections.abc import Collection

from core.model import Hazard, Problem, Recognised, Table, UsageError
from core.reading.choices import TableChoice
from core.reading.held import HeldTable
from core.reading.known import PLAIN_READERS, known_layouts
from core.reading.readers import ReadFile
from core.reading.suppliers import identify
from core.reading.text.delimited import DelimitedTable
from core.reading.text.reports import lines_before, tidied

#: What a person can choose for the files of some readers alone: what it is called, and which readers.
_HEARD_BY = {
    "delimiter": ("separator", PLAIN_READERS[:1]),
    "encoding": ("text encoding to choose", PLAIN_READERS[:1]),
    "header_row": ("line of field names", PLAIN_READERS[:3]),
    "layout": ("table that it could be", PLAIN_READERS[:3]),
}


def finished(found: ReadFile, beside: Collection[str], choice: TableChoice) -> ReadFile:
    """The file with each table's format, and with reports cleared of what is no row in them.

    `beside` are the names of all files opened together. Raises UsageError where a person chose a layout that
    there is not, or something that such a file does not have."""
    if choice.layout is not None and choice.layout not in dict(known_layouts()):
        raise UsageError(
            f"There is no format or table called {choice.layout}. Choose one that Threshold knows.",
            code="usage",
        )
    _refuse_unheard(found, choice)
    tables: list[Table] = []
    recognised: list[Recognised] = []
    hazards: list[Hazard] = list(found.hazards)
    problems: list[Problem] = list(found.problems)
    for table, seen in zip(found.tables, found.recognised, strict=True):
        if seen.reader not in PLAIN_READERS or not isinstance(table, DelimitedTable | HeldTable):
            tables.append(table)
            recognised.append(seen)
            continue
        table, seen = _identified(table, seen, beside, choice)
        tidy = tidied(table, suppliers=bool(seen.table))
        for part in tidy.tables:
            tables.append(part)
            recognised.append(seen if part is tidy.tables[0] else _identified(part, seen, beside, choice)[1])
        problems.extend(tidy.problems)
        hazards.extend(h for h in tidy.hazards if all(h.what != known.what for known in hazards))
    return ReadFile(tuple(tables), tuple(recognised), tuple(hazards), tuple(problems))


def _refuse_unheard(found: ReadFile, choice: TableChoice) -> None:
    for name, (said, readers) in _HEARD_BY.items():
        if getattr(choice, name) is not None and not any(s.reader in readers for s in found.recognised):
            title = found.recognised[0].title if found.recognised else "nothing that Threshold knows"
            raise UsageError(f"This file is read as: {title}. That has no {said}. Say first what else it is.")


def _identified(
    table: DelimitedTable | HeldTable, seen: Recognised, beside: Collection[str], choice: TableChoice
) -> tuple[DelimitedTable | HeldTable, Recognised]:
    known = identify(
        table.fields,
        lines_before(table),
        stem=table.name,
        beside=beside,
        reader=seen.reader,
        layout=choice.layout,
    )
    if known is None or (seen.table and choice.layout is None):
        return table, seen  # nothing of a supplier's, or its reader knew better
    return (table if table.format == known.format else table.as_format(known.format)), known
