"""The first rows of a table without what is for somebody else's eyes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gui.models.restricted import FOR_GP, note_fields, restricted_bits, speaks, without_restricted
from gui.showing import CLINICAL
from gui.state import FirstRows

if TYPE_CHECKING:
    from core.preview_rows import PreviewRow
    from core.survey.results import Survey

WAITING = "Covered for now"


def rows_of_people(survey: Survey, table: str, people: frozenset[int], most: int) -> list[bool]:
    """Of each of the first `most` rows whether it is of one of these patients."""
    from core.patients.only_patient import patients_of_rows

    if not people or table not in survey.facts:
        return []
    held = [int(one) in people for one in patients_of_rows(survey, table)[:most]]
    return held + [False] * (most - len(held))


def covered_first(
    first: FirstRows,
    table: str,
    survey: Survey | None,
    kinds: Mapping[int, str],
    *,
    people: frozenset[int] = frozenset(),
    unread: bool = False,
    restricted: bool = False,
) -> FirstRows:
    """The rows as they may be seen; the same ones where nothing is hidden.

    `kinds` are the fields' kinds by position as far as they are known; `people` the patients whose rows are
    for a GP. `unread`: whom the practice's list holds is not known, so every cell that may say who a row is
    about is covered, an empty one too. `restricted`: what the law restricts is shown."""
    if survey is not None and not restricted:
        first = without_restricted(first, survey, table)
    if unread:
        hide = [kinds.get(at, "") not in CLINICAL for at in range(len(first.fields))]
        rows = [[WAITING if hide[at] else cell for at, cell in enumerate(row)] for row in first.rows]
        return FirstRows(first.fields, rows)
    told = rows_of_people(survey, table, people, len(first.rows)) if survey is not None else []
    if not any(told):
        return first
    return FirstRows(
        first.fields,
        [
            [None if cell is None else FOR_GP for cell in row] if hide else row
            for row, hide in zip(first.rows, told, strict=True)
        ],
    )


def for_everybody(
    survey: Survey, table: str, rows: Sequence[PreviewRow], people: frozenset[int]
) -> list[PreviewRow]:
    """The first rows of a table that anybody may see: of none of these patients, and with nothing in them
    that a law restricts."""
    bits, notes = restricted_bits(survey.lookup), note_fields(survey.findings.get(table, ()))
    of_people = rows_of_people(survey, table, people, len(rows)) or [False] * len(rows)
    facts = survey.facts[table]
    return [
        row
        for row, hide in zip(rows, of_people, strict=True)
        if not (hide or facts.categories_of(row.row) & bits or speaks(row.raw, notes, survey, bits))
    ]
