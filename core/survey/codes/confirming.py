"""Confirming what a damaged code may have been.

A suggestion is confirmed where something else says the same: another row of the export has that whole code
with this very term, or a list has it in a category to which the term's words belong as well. It stays a
suggestion all the same: nothing ever takes it for the code.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.survey.codes.codelists import CodeLookup
from core.survey.codes.term_words import normalise_term
from core.survey.codes.terminologies import Form, recognise


@dataclass(frozen=True)
class Confirmed:
    """A suggestion and what confirms it: 'row' (of this export), 'list' or 'objection'."""

    code: str
    by: str


def confirm(
    code: str,
    term: str,
    lookup: CodeLookup,
    *,
    seen: Mapping[str, Collection[str]] | None = None,
    column: Form | None = None,
) -> Confirmed | None:
    """The one suggestion for a damaged code that its term confirms; None where none is, or more than one.

    `seen` has the terms with which whole codes stand in the export, by code. The row that says so comes
    before a list, because it names the code and not only its family."""
    known = recognise(code, column)
    if known.understood or not known.suggestions or not term.strip():
        return None
    by_row = [s for s in known.suggestions if seen and _same_term(term, seen.get(s, ()))]
    if by_row:
        return Confirmed(by_row[0], "row") if len(by_row) == 1 else None
    objection = lookup.objection_of_term(term)
    if objection is not None:
        recorded = [s for s in known.suggestions if lookup.objection_of_code(s) == objection]
        return Confirmed(recorded[0], "objection") if len(recorded) == 1 else None
    bits = lookup.bits_of_term(term)
    listed = [s for s in known.suggestions if lookup.bits_of_code(s) & bits]
    return Confirmed(listed[0], "list") if len(listed) == 1 else None


def _same_term(term: str, others: Collection[str]) -> bool:
    words = normalise_term(term).casefold()
    return any(normalise_term(other).casefold() == words for other in others)
