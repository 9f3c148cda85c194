"""Notes that would leave and speak of somebody else, or of what a GP should see before it goes.

Every note that leaves is looked at, kept or with personal details removed: 'her brother drinks' stays what it
is without the brother's name. Arrow finds the few notes with one of the words of
resources/freetext/review_words.toml; only these are read one by one. A name alone is no reason: a patient
called White, and a disease called Parkinson's, are nobody else. Being accompanied by a daughter is none
either; what the daughter told, and what is told of her, is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Kind, Role
from core.patients.flagged import category_bits
from core.patients.judging import Judged, Leaving, Steps, many
from core.protection.plan import FieldPlan
from resources import ROOT

#: Sorts of notes, from the least to the most pressing.
FIELD, OF_ANOTHER, FROM_ANOTHER, IN_CONFIDENCE = 1, 2, 3, 4
_WEIGHT = 100.0
_MOST_NOTES = 50
_NEAR = 80  # letters on either side of a relation in which something is told of it

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Notes:
    """What the notes that leave hold, an entry a patient."""

    third_party: Judged | None
    safeguarding: Counts
    restricted: Counts


@dataclass(frozen=True)
class Words:
    """The patterns that notes are searched with."""

    any: str  # RE2: a note without it is not looked at
    relation: re.Pattern[str]
    says: re.Pattern[str]
    lives: re.Pattern[str]
    confidence: re.Pattern[str]
    safeguarding: re.Pattern[str]
    restricted: re.Pattern[str]


@cache
def review_words() -> Words:
    data = tomllib.loads((ROOT / "freetext" / "review_words.toml").read_text(encoding="utf-8"))
    relations = _one_of(data["people"]["relations"])
    secret = "|".join(data["confidence"]["patterns"])
    guard, law = _one_of(data["safeguarding"]["words"]), _one_of(data["restricted"]["words"])
    return Words(
        rf"(?i)\b(?:{relations}|{guard}|{law})\b|{secret}",
        re.compile(rf"\b(?:{relations})\b", re.IGNORECASE),
        re.compile(rf"\W{{0,3}}(?:\w+\W+){{0,2}}(?:{_one_of(data['people']['says'])})\b", re.IGNORECASE),
        re.compile(rf"\b(?:{_one_of(data['people']['lives'])})\b", re.IGNORECASE),
        re.compile(secret, re.IGNORECASE),
        re.compile(rf"\b(?:{guard})\b", re.IGNORECASE),
        re.compile(rf"\b(?:{law})\b", re.IGNORECASE),
    )


def _one_of(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))


def sort_of(note: str) -> int:
    """Which sort of note about somebody else this is, 0 where it is none.

    >>> [sort_of(note) for note in ("In confidence: wife rang", "Seen with mother", "Mr Parkinson, tremor")]
    [4, 0, 0]
    """
    words = review_words()
    if words.confidence.search(note):
        return IN_CONFIDENCE
    best = 0
    for relation in words.relation.finditer(note):
        if words.says.match(note, relation.end()):
            return FROM_ANOTHER
        start = max(relation.start() - _NEAR // 2, 0)
        if words.lives.search(note, start, relation.end() + _NEAR):
            best = OF_ANOTHER
    return best


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
                    reader.notes(cells[f.field], patient)
    return Notes(reader.found(), reader.safeguarding, reader.restricted)


def _speaks(f: FieldPlan) -> bool:
    return f.role in (Role.NOTE, Role.THIRD_PARTY) or f.kind in (Kind.FREE_TEXT, Kind.UNKNOWN)


class _Reader:
    def __init__(self, leaving: Leaving) -> None:
        self._lookup = leaving.survey.lookup
        self._guard, self._law = category_bits(leaving)
        self._best = np.zeros(leaving.count, dtype=np.uint8)
        self._number = np.zeros((IN_CONFIDENCE + 1, leaving.count), dtype=np.int32)
        self.safeguarding = np.zeros(leaving.count, dtype=np.int64)
        self.restricted = np.zeros(leaving.count, dtype=np.int64)

    def field(self, cells: pa.Array, patient: npt.NDArray[np.int32]) -> None:
        """A field about another person: whoever has something in it."""
        filled = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(cells), ""), False)
        who = np.unique(patient[filled.to_numpy(zero_copy_only=False)])
        self._take(who, FIELD)

    def notes(self, cells: pa.Array, patient: npt.NDArray[np.int32]) -> None:
        encoded = cells.dictionary_encode()
        distinct = encoded.dictionary
        hit = pc.match_substring_regex(distinct, review_words().any)
        at = np.flatnonzero(hit.to_numpy(zero_copy_only=False))
        if not len(at):
            return
        sorts = np.zeros(len(distinct) + 1, dtype=np.uint8)
        guard = np.zeros(len(distinct) + 1, dtype=np.bool_)
        law = np.zeros(len(distinct) + 1, dtype=np.bool_)
        self._judge(distinct.take(pa.array(at)).to_pylist(), at, sorts, guard, law)
        code = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
        for sort in (OF_ANOTHER, FROM_ANOTHER, IN_CONFIDENCE):
            self._take(patient[(sorts == sort)[code]], sort)
        np.add.at(self.safeguarding, patient[guard[code]], 1)
        np.add.at(self.restricted, patient[law[code]], 1)

    def _judge(
        self,
        notes: Sequence[str],
        at: npt.NDArray[np.intp],
        sorts: npt.NDArray[np.uint8],
        guard: npt.NDArray[np.bool_],
        law: npt.NDArray[np.bool_],
    ) -> None:
        words = review_words()
        for place, note in zip(at.tolist(), notes, strict=True):
            sorts[place] = sort_of(note)
            asks_guard, asks_law = words.safeguarding.search(note), words.restricted.search(note)
            if asks_guard or asks_law:
                bits = self._lookup.bits_of_term(note)
                guard[place] = bool(asks_guard and bits & self._guard)
                law[place] = bool(asks_law and bits & self._law)

    def _take(self, who: npt.NDArray[np.int32], sort: int) -> None:
        np.maximum.at(self._best, who, np.uint8(sort))
        np.add.at(self._number[sort], who, 1)

    def found(self) -> Judged | None:
        """Who has something about somebody else that leaves."""
        best, number = self._best, self._number
        if not best.any():
            return None
        notes = number[OF_ANOTHER:].sum(axis=0)
        score = np.where(best > 0, best * _WEIGHT + np.minimum(notes, _MOST_NOTES), 0).astype(np.float32)

        def words(patient: int) -> str:
            sort = int(best[patient])
            if sort == FIELD:
                return "A field about another person, such as a next of kin, would leave."
            told = many(int(number[sort, patient]), "note")
            verb = "holds" if number[sort, patient] == 1 else "hold"
            what = {
                OF_ANOTHER: "that would leave {verb} something about another person.",
                FROM_ANOTHER: "that would leave {verb} what another person told.",
                IN_CONFIDENCE: "that would leave {verb} what was told in confidence or kept from somebody.",
            }[sort].format(verb=verb)
            return f"{told} {what}"

        return Judged(
            "third_party", score, words, "notes or fields about somebody else that would leave", "fields"
        )
