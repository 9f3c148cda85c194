"""The first rows of a table without what is for somebody else's eyes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gui.models.restricted import FOR_GP, without_restricted
from gui.showing import CLINICAL
from gui.state import FirstRows

if TYPE_CHECKING:
    from core.survey.results import Survey

WAITING = "Covered for now"


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
    facts = survey.facts.get(table) if survey is not None else None
    if facts is None or not people:
        return first
    told = [n < facts.rows and int(facts.patient[n]) in people for n in range(len(first.rows))]
    if not any(told):
        return first
    return FirstRows(
        first.fields,
        [
            [None if cell is None else FOR_GP for cell in row] if hide else row
            for row, hide in zip(first.rows, told, strict=True)
        ],
    )
