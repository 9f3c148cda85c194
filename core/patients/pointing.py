"""Which entries of a patient's page the queue speaks of, so that a person need not look for them.

The queue says of a patient that a note may name somebody else, or that a code is rare; here the same words
and facts say of which entry. Only what leaves is pointed at: what stays is decided.
"""

from __future__ import annotations

from dataclasses import replace

from core.model import Finding, Kind, Role
from core.patients.few_of_a_kind import RARE
from core.patients.flagged import care_bits, category_bits
from core.patients.judging import Leaving
from core.patients.note_words import (
    FIELD,
    FROM_ANOTHER,
    IN_CONFIDENCE,
    NAMED,
    OF_ANOTHER,
    WARNING,
    review_words,
    sort_of,
    speaks_of_law,
)
from core.patients.nouns import Item, PatientRecord
from core.preview import Preview
from core.protection.actions import SCRUB
from core.protection.plan import FieldPlan

ANOTHER = "About another person"
RARE_CODE = "A rare code: few patients have it"
IN_A_NOTE = "Safeguarding: a note speaks of it"
LAW_IN_A_NOTE = "Restricted by law: a note speaks of it"
_SAID = {
    FIELD: ANOTHER,
    NAMED: f"{ANOTHER}: may name somebody",
    FROM_ANOTHER: f"{ANOTHER}: what somebody else said",
    OF_ANOTHER: f"{ANOTHER}: somebody else's life or health",
    WARNING: f"{ANOTHER}: what somebody fears or holds against somebody",
    IN_CONFIDENCE: f"{ANOTHER}: said in confidence, or kept from somebody",
}


def point_at(preview: Preview, record: PatientRecord) -> PatientRecord:
    """The record with the marks of the queue on the entries that it speaks of."""
    pointer = _Pointer(preview)
    sections = tuple(
        replace(section, items=tuple(pointer.marked(item) for item in section.items))
        for section in record.sections
    )
    return replace(record, sections=sections)


def may_hold_notes(field: FieldPlan | Finding) -> bool:
    """Whether somebody may have written into a field what its code does not say."""
    return field.role is Role.NOTE or field.kind in (Kind.FREE_TEXT, Kind.UNKNOWN)


class _Pointer:
    def __init__(self, preview: Preview) -> None:
        self._survey = preview.survey
        self._plans: dict[str, dict[str, FieldPlan]] = {
            name: {f.field: f for f in context.fields} for name, context in preview.context.tables.items()
        }
        leaving = Leaving(preview)
        self._guard, self._law = category_bits(leaving)
        self._care = care_bits(leaving)
        ids = preview.survey.category_ids
        self._rare = 1 << ids.index(RARE) if RARE in ids else 0

    def marked(self, item: Item) -> Item:
        if not item.leaves:
            return replace(item, restricted=item.restricted or self._law_in_notes(item))
        marks = list(item.marks)
        for field, raw, out in item.fields:
            if out and self._is_note(item.table, field):
                marks += [mark for mark in self._in_note(raw, item.table, field) if mark not in marks]
        if self._rare and self._survey.facts[item.table].categories_of(item.row) & self._rare:
            marks.append(RARE_CODE)
        law = item.restricted or LAW_IN_A_NOTE in marks or self._law_in_notes(item)
        return replace(item, marks=tuple(marks), restricted=law)

    def _law_in_notes(self, item: Item) -> bool:
        """Whether a note speaks of what a law restricts, one that stays included: it is read on the page."""
        notes = (raw for field, raw, _out in item.fields if self._is_note(item.table, field))
        return any(speaks_of_law(note, self._survey.lookup, self._law) for note in notes)

    def _is_note(self, table: str, field: str) -> bool:
        plan = self._plans[table].get(field)
        return plan is not None and may_hold_notes(plan)

    def _in_note(self, note: str, table: str, field: str) -> list[str]:
        """What a note that leaves speaks of, as the queue judges it."""
        words, marks = review_words(), []
        if sort := sort_of(note, names=self._plans[table][field].action != SCRUB, care=self._needs_care):
            marks.append(_SAID.get(sort, ANOTHER))
        bits = self._survey.lookup.bits_of_term(note)
        if words.safeguarding.search(note) and bits & self._guard:
            marks.append(IN_A_NOTE)
        if speaks_of_law(note, self._survey.lookup, self._law):
            marks.append(LAW_IN_A_NOTE)
        return marks

    def _needs_care(self, text: str) -> bool:
        return bool(self._survey.lookup.bits_of_term(text) & self._care)
