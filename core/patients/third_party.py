"""Notes that would leave and speak of somebody else, or of what a GP should see before it goes.

Every note that leaves is looked at, kept or with personal details removed: 'her brother drinks' stays what it
is without the brother's name. Arrow finds the few notes with one of the words of
resources/freetext/review_words.toml; only these are read one by one (`note_words`). Rows whose codes or terms
tell of somebody else ('Husband alcoholic') are counted by the survey's facts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Kind, Role
from core.patients.flagged import care_bits, category_bits
from core.patients.judging import Judged, Leaving, Steps, many
from core.patients.note_words import (
    FIELD,
    FROM_ANOTHER,
    IN_CONFIDENCE,
    NAMED,
    OF_ANOTHER,
    WARNING,
    read_note,
    review_words,
)
from core.protection.actions import SCRUB
from core.protection.plan import FieldPlan

_SAID = {
    NAMED: "may name another person",
    FROM_ANOTHER: "tell what another person said",
    OF_ANOTHER: "tell something of another person's life or health",
    WARNING: "tell what another person fears or holds against somebody",
    IN_CONFIDENCE: "tell what was said in confidence, or kept from somebody",
}
#: The family of coded entries that tell a trait of somebody else (resources/categories).
_FAMILY = "about_others"
_WEIGHT = 100.0
_MOST_NOTES = 50

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Notes:
    """What the notes that leave hold, an entry a patient."""

    third_party: Judged | None
    safeguarding: Counts
    restricted: Counts


def read_notes(leaving: Leaving, steps: Steps) -> Notes:
    """Looks at every note and every field about others that leaves, a block at a time."""
    reader = _Reader(leaving)
    for table, fields in leaving.with_field(_speaks):
        facts = leaving.survey.facts[table]
        rows = np.flatnonzero(leaving.rows(table) & (facts.patient >= 0))
        for inside, cells in leaving.read(table, rows, fields, steps):
            patient = facts.patient[inside]
            for f in fields:
                if f.role is Role.THIRD_PARTY:
                    reader.field(cells[f.field], patient)
                else:
                    reader.notes(cells[f.field], patient, names=f.action != SCRUB)
    reader.entries(leaving)
    return Notes(reader.found(), reader.safeguarding, reader.restricted)


def _speaks(f: FieldPlan) -> bool:
    return f.role in (Role.NOTE, Role.THIRD_PARTY) or f.kind in (Kind.FREE_TEXT, Kind.UNKNOWN)


@dataclass(frozen=True)
class _Judgement:
    """What each distinct note of a block is; a last entry stands for no note."""

    sorts: npt.NDArray[np.uint8]
    guard: Mask
    law: Mask


class _Reader:
    def __init__(self, leaving: Leaving) -> None:
        self._lookup = leaving.survey.lookup
        self._guard, self._law = category_bits(leaving)
        self._care = care_bits(leaving)
        self._best = np.zeros(leaving.count, dtype=np.uint8)
        self._number = np.zeros((IN_CONFIDENCE + 1, leaving.count), dtype=np.int32)
        self._entries = np.zeros(leaving.count, dtype=np.int64)
        self.safeguarding = np.zeros(leaving.count, dtype=np.int64)
        self.restricted = np.zeros(leaving.count, dtype=np.int64)

    def entries(self, leaving: Leaving) -> None:
        """Coded entries that leave and tell a trait of somebody else, by the survey's facts."""
        if _FAMILY not in leaving.survey.category_ids:
            return
        bit = 1 << leaving.survey.category_ids.index(_FAMILY)
        for table in leaving.tables:
            facts = leaving.survey.facts[table]
            spoken = any(f.role in (Role.CODE, Role.TERM) for f in leaving.fields(table))
            if spoken and (facts.pattern_bits & np.uint64(bit)).any():
                mask = facts.category_mask(bit) & leaving.rows(table)
                self._entries += facts.patient_rows(leaving.count, mask)[:-1]
        np.maximum.at(self._best, np.flatnonzero(self._entries), np.uint8(OF_ANOTHER))

    def field(self, cells: pa.Array, patient: npt.NDArray[np.int32]) -> None:
        """A field about another person: whoever has something in it."""
        filled = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(cells), ""), False)
        self._take(np.unique(patient[filled.to_numpy(zero_copy_only=False)]), FIELD)

    def notes(self, cells: pa.Array, patient: npt.NDArray[np.int32], *, names: bool) -> None:
        """A field of notes; `names`: they leave with the names that stand in them."""
        encoded = cells.dictionary_encode()
        distinct = encoded.dictionary
        hit = pc.match_substring_regex(distinct, review_words().any)
        at = np.flatnonzero(hit.to_numpy(zero_copy_only=False))
        if not len(at):
            return
        found = self._judged(distinct.take(pa.array(at)), at, len(distinct), names=names)
        code = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
        for sort in _SAID:
            self._take(patient[(found.sorts == sort)[code]], sort)
        np.add.at(self.safeguarding, patient[found.guard[code]], 1)
        np.add.at(self.restricted, patient[found.law[code]], 1)

    def _judged(self, notes: pa.Array, at: npt.NDArray[np.intp], distinct: int, *, names: bool) -> _Judgement:
        secret = pc.match_substring_regex(notes, review_words().secret).to_pylist()
        made = _Judgement(
            np.zeros(distinct + 1, dtype=np.uint8),
            np.zeros(distinct + 1, dtype=np.bool_),
            np.zeros(distinct + 1, dtype=np.bool_),
        )
        for place, note, told in zip(at.tolist(), notes.to_pylist(), secret, strict=True):
            found = read_note(note, secret=told, names=names, care=self._needs_care)
            made.sorts[place] = found.sort
            if found.guard or found.law:
                bits = self._lookup.bits_of_term(note, remember=False)
                made.guard[place] = bool(found.guard and bits & self._guard)
                made.law[place] = bool(found.law and bits & self._law)
        return made

    def _needs_care(self, text: str) -> bool:
        return bool(self._lookup.bits_of_term(text, remember=False) & self._care)

    def _take(self, who: npt.NDArray[np.int32], sort: int) -> None:
        np.maximum.at(self._best, who, np.uint8(sort))
        np.add.at(self._number[sort], who, 1)

    def found(self) -> Judged | None:
        """Who has something about somebody else that leaves."""
        best, number = self._best, self._number
        if not best.any():
            return None
        entries = self._entries
        notes = number[NAMED:].sum(axis=0) + entries
        score = np.where(best > 0, best * _WEIGHT + np.minimum(notes, _MOST_NOTES), 0).astype(np.float32)

        def words(patient: int) -> str:
            sort = int(best[patient])
            if entries[patient] and sort <= OF_ANOTHER:
                verb = "tells" if entries[patient] == 1 else "tell"
                told_of = f"{verb} something of another person's life or health"
                what = "row" if entries[patient] == 1 else "rows"
                return f"{int(entries[patient]):,} {what} that would leave {told_of}."
            if sort == FIELD:
                return "A field about another person, such as a next of kin, would leave."
            told = int(number[sort, patient])
            said = _SAID[sort] if told > 1 else _SAID[sort].replace("tell ", "tells ", 1)
            return f"{many(told, 'note')} that would leave {said}."

        more = "notes, rows or fields about somebody else that would leave"
        return Judged("third_party", score, words, more, "fields")
