"""Codes and terms of a block: categories, objections, and what was not understood.

Also the supplier's own dictionary (EMIS CodeId), held as sorted hashes: a million entries take 20 MB.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Progress, Table
from core.survey.codes.codelists import CodeLookup
from core.survey.codes.dictionaries import DictionaryShape, shape_of
from core.survey.codes.systems import system_of
from core.survey.codes.terminologies import NEEDS_TERM as NEEDS_A_TERM
from core.survey.codes.terminologies import Form, is_code_alone, recognise
from core.survey.codes.told_rows import ToldSet, with_doubts
from core.survey.columns import CodeField, Distinct, distinct, plain_header
from core.survey.identifiers import hash64
from core.survey.objection_words import objection_in_words
from core.survey.objections.in_text import tokens_of
from core.survey.people.recall import recall_of_code, recall_of_term
from core.survey.results import OBJECTIONS, RECALLS

#: From best to worst. UNJUDGED: the code is whole, and nothing but a term could say what it is.
EMPTY, UNDERSTOOD, UNJUDGED, NEEDS_TERM, NOT_UNDERSTOOD = range(5)
_NO_VALUE = frozenset(
    ("", "null", "none", "nil", "nan", "n/a", "na", "-", "--", ".", "?", "#n/a", "(null)", "0")
)
_REMEMBERED = 300_000


@dataclass(frozen=True)
class Told:
    """What a code or term says. `objection` is 2 * meaning + made, -1 for none, and below that what it says
    of recall: -2 - (2 * place in RECALLS + holds)."""

    bits: int
    state: int
    objection: int


_NOTHING = Told(0, EMPTY, -1)


@dataclass(frozen=True)
class Columns:
    """`Told` for many values at once."""

    bits: npt.NDArray[np.uint64]
    state: npt.NDArray[np.uint8]
    objection: npt.NDArray[np.int16]

    @classmethod
    def of(cls, told: Sequence[Told]) -> Columns:
        count = len(told)
        return cls(
            np.fromiter((t.bits for t in told), np.uint64, count),
            np.fromiter((t.state for t in told), np.uint8, count),
            np.fromiter((t.objection for t in told), np.int16, count),
        )

    @property
    def arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """All three, in the order of the fields."""
        return self.bits, self.state, self.objection

    def spread(self, indices: npt.NDArray[np.int32]) -> Columns:
        """Each row's entry; nothing for the rows whose index is -1."""
        return Columns(
            np.append(self.bits, np.uint64(0))[indices],
            np.append(self.state, np.uint8(EMPTY))[indices],
            np.append(self.objection, np.int16(-1))[indices],
        )

    def take(self, at: npt.NDArray[np.intp]) -> Columns:
        """What stands at these places."""
        return Columns(self.bits[at], self.state[at], self.objection[at])


#: Other in every process: nobody can write a code that is taken for another one's.
_KEY = secrets.token_hex(8)


class _Memory:
    """What was read before, by hash. Threads share it: one at a time adds to it, so nothing is read twice."""

    def __init__(self, read: Callable[[str], Told]) -> None:
        self._read = read
        self._adding = Lock()
        self._held = (np.empty(0, dtype=np.uint64), Columns.of([]))

    def read(self, values: pa.Array) -> Columns:
        hashes = hash64(values, key=_KEY)
        found, known = self._find(hashes)
        if known.all():
            return found
        with self._adding:
            found, known = self._find(hashes)  # another thread may have added them meanwhile
            return found if known.all() else self._learn(values, hashes, found, np.flatnonzero(~known))

    def _find(self, hashes: npt.NDArray[np.uint64]) -> tuple[Columns, npt.NDArray[np.bool_]]:
        """What is held of each, and of which; whatever stands at the others is to be replaced."""
        held, said = self._held
        if not len(held):
            return Columns.of([_NOTHING] * len(hashes)), np.zeros(len(hashes), dtype=np.bool_)
        at = np.searchsorted(held, hashes)
        at[at == len(held)] = 0
        return said.take(at), held[at] == hashes

    def _learn(
        self, values: pa.Array, hashes: npt.NDArray[np.uint64], found: Columns, new: npt.NDArray[np.intp]
    ) -> Columns:
        """`found` with what was not held, which is held from now on, as far as there is room."""
        held, said = self._held
        read = Columns.of([self._read(word) for word in values.take(pa.array(new)).to_pylist()])
        for whole, some in zip(found.arrays, read.arrays, strict=True):
            whole[new] = some
        if len(held) + len(new) <= _REMEMBERED:
            order = np.argsort(hashes[new])
            places = np.searchsorted(held, hashes[new][order])
            more = (
                np.insert(before, places, some[order])
                for before, some in zip(said.arrays, read.arrays, strict=True)
            )
            self._held = (np.insert(held, places, hashes[new][order]), Columns(*more))
        return found


class CodeReader:
    """Reads codes and terms with a memory. Safe to share between threads."""

    def __init__(self, lookup: CodeLookup) -> None:
        self._lookup = lookup
        self._of_codes: dict[Form | None, _Memory] = {}
        self._of_terms = _Memory(self.term)
        self.tokens = tokens_of(lookup.objection_codes)
        self.systems: set[str] = set()  # those of every code that was read, see `systems`

    @property
    def told_sets(self) -> tuple[ToldSet, ...]:
        """The sets that leave out what is told for certain."""
        return self._lookup.told_sets

    def doubts(self, text: str) -> bool:
        """Whether a text beside a told illness leaves a doubt about it."""
        return self._lookup.doubts(text)

    def codes(self, values: pa.Array, form: Form | None = None) -> Columns:
        """What distinct codes say; those that were met before by a look-up of the whole column at once."""
        memory = self._of_codes.get(form)
        if memory is None:
            memory = self._of_codes.setdefault(form, _Memory(partial(self.code, form=form)))
        return memory.read(values)

    def terms(self, values: pa.Array) -> Columns:
        """What distinct terms say, in the same way."""
        return self._of_terms.read(values)

    def term(self, term: str) -> Told:
        """What one term says, without the memory."""
        if not term.strip():
            return _NOTHING
        said = self._lookup.objection_of_term(term)
        if said is None and (meaning := objection_in_words(term)):
            said = (meaning, True)
        objection = self._said(said, recall_of_term(term), term)
        return Told(self._lookup.bits_of_term(term) | self._code_as_term(term), UNDERSTOOD, objection)

    def _code_as_term(self, term: str) -> int:
        """What a term says that is nothing but a code: 'A788.' where its words should stand."""
        return self._lookup.bits_of_code(term.strip()) if is_code_alone(term) else 0

    def code(self, code: str, form: Form | None = None) -> Told:
        """What one code says, without the memory."""
        if code.strip().casefold() in _NO_VALUE:
            return _NOTHING
        lookup, known = self._lookup, recognise(code, form)
        bits = lookup.bits_of_code(code, form)
        if system := system_of(known):
            self.systems.add(system)
        if not known.understood:
            state = NOT_UNDERSTOOD
        elif known.form in NEEDS_A_TERM and lookup.needs_term(code, form):
            state = NEEDS_TERM
        else:
            state = UNDERSTOOD if bits or lookup.judged(code, form) else UNJUDGED
        odd = code if state == NOT_UNDERSTOOD else ""
        return Told(bits, state, self._said(lookup.objection_of_code(code), recall_of_code(code), odd))

    def _said(self, objection: tuple[str, bool] | None, recall: tuple[str, bool] | None, text: str) -> int:
        """What is said of objection or recall, as a number; `text` may hold an objection in other words."""
        if objection is not None:
            return OBJECTIONS.index(objection[0]) * 2 + objection[1]
        if text and (inside := self.tokens.in_text(text)):
            return min(inside) * 2 + 1
        return -1 if recall is None else -2 - (RECALLS.index(recall[0]) * 2 + recall[1])


class Dictionary:
    """A supplier's code numbers and what they stand for, from its own table in the export."""

    def __init__(self, hashes: npt.NDArray[np.uint64], columns: Columns) -> None:
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._columns = Columns(columns.bits[order], columns.state[order], columns.objection[order])

    def __len__(self) -> int:
        return len(self._hashes)

    def find(self, hashes: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.bool_], Columns]:
        """Which of the numbers (hashes) are in it, and what they say; nothing of those that are not."""
        if not len(self):
            return np.zeros(len(hashes), dtype=np.bool_), Columns.of([_NOTHING] * len(hashes))
        at = np.searchsorted(self._hashes, hashes)
        at[at == len(self)] = 0
        known = self._hashes[at] == hashes
        found = self._columns
        return known, Columns(
            np.where(known, found.bits[at], np.uint64(0)),
            np.where(known, found.state[at], np.uint8(EMPTY)),
            np.where(known, found.objection[at], np.int16(-1)),
        )


NO_ENTRIES = Dictionary(np.empty(0, dtype=np.uint64), Columns.of([]))


@dataclass(frozen=True)
class Dictionaries:
    """The dictionaries of an export. EMIS numbers clinical codes and medicines apart: one number can stand
    for a diagnosis in one table and for a drug in another."""

    clinical: Dictionary = NO_ENTRIES
    drug: Dictionary = NO_ENTRIES
    picklist: Dictionary = NO_ENTRIES

    def read(self, column: Distinct, field: CodeField, reader: CodeReader) -> Columns:
        """What the distinct code numbers of a column say. Those in no dictionary of theirs are read as codes,
        and are understood only where the field is not strict."""
        hashes = hash64(column.values)
        of_space = {"clinical": (self.clinical,), "drug": (self.drug,), "picklist": (self.picklist,)}
        spaces = of_space.get(field.space, (self.clinical, self.drug))
        known, result = spaces[0].find(hashes)
        for other in spaces[1:]:
            more, said = other.find(hashes)
            # A number that is in both: whatever either says counts, and what one explains is understood.
            state = np.where(known & more, np.minimum(result.state, said.state), result.state | said.state)
            result = Columns(
                result.bits | said.bits,
                state.astype(np.uint8),
                np.maximum(result.objection, said.objection),
            )
            known |= more
        if field.space == "picklist":
            result.state[:] = EMPTY  # a number without an entry is an ordinary number
            return result
        has_any = any(len(space) for space in spaces)
        missing = np.flatnonzero(~known)
        if len(missing):
            told = reader.codes(column.values.take(pa.array(missing)), field.form)
            lost = (told.state != EMPTY) & (field.strict and (has_any or bool(field.space)))
            result.bits[missing] = told.bits
            result.state[missing] = np.where(lost, NOT_UNDERSTOOD, told.state)
            result.objection[missing] = told.objection
        if not field.coded:
            result.state[:] = EMPTY
        return result


def load_dictionaries(
    tables: Iterable[Table], reader: CodeReader, progress: Progress | None = None
) -> Dictionaries:
    """Reads the dictionaries among an export's tables, medicines apart from the rest."""
    of_space: dict[str, list[tuple[Table, DictionaryShape]]] = {"clinical": [], "drug": []}
    for table in tables:
        shape = shape_of({plain_header(field.header or field.name) for field in table.fields})
        if shape is not None:
            of_space[shape.space].append((table, shape))
    return Dictionaries(
        _load(of_space["clinical"], reader, progress), _load(of_space["drug"], reader, progress)
    )


def _load(
    tables: Iterable[tuple[Table, DictionaryShape]], reader: CodeReader, progress: Progress | None
) -> Dictionary:
    """Tables of one sort of numbers as one dictionary; of two entries for a number both count."""
    hashes: list[npt.NDArray[np.uint64]] = []
    parts: list[Columns] = []
    for table, shape in tables:
        position = {plain_header(field.header or field.name): field.position for field in table.fields}
        codes = [position[name] for name in shape.codes if name in position]
        terms = [position[name] for name in shape.terms if name in position]
        number = position[shape.id]
        wanted = sorted({number, *codes, *terms})
        for block in table.blocks():
            if progress is not None:
                progress(0, 0, "Reading the system's own code dictionary")
            data = table.read(block, wanted).data
            hashes.append(hash64(data.column(str(number))))
            parts.append(_entries(data, codes, terms, reader))
    if not hashes:
        return NO_ENTRIES
    return joined(np.concatenate(hashes), parts)


def _entries(data: pa.RecordBatch, codes: Sequence[int], terms: Sequence[int], reader: CodeReader) -> Columns:
    bits = np.zeros(data.num_rows, dtype=np.uint64)
    state = np.zeros(data.num_rows, dtype=np.uint8)
    objection = np.full(data.num_rows, -1, dtype=np.int16)
    for position in codes:
        cells = distinct(data.column(str(position)))
        told = reader.codes(cells.values)
        columns = told.spread(cells.indices)
        bits |= columns.bits
        state = _explained(state, columns.state)
        objection = np.maximum(objection, columns.objection)
    worded: list[tuple[npt.NDArray[np.uint64], npt.NDArray[np.bool_]]] = []
    for term in terms:
        cells = distinct(data.column(str(term)))
        columns = reader.terms(cells.values).spread(cells.indices)
        bits |= columns.bits
        worded.append((columns.bits, columns.state != EMPTY))
        state[columns.state == UNDERSTOOD] = UNDERSTOOD
        objection = np.where(objection < 0, columns.objection, objection)
    return Columns(with_doubts(bits, reader.told_sets, worded), state, objection)


def _explained(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """What two codes of one entry come to: one that is whole explains it, whatever the other looks like."""
    best, worst = np.minimum(first, second), np.maximum(first, second)
    return np.where((best != EMPTY) & (best < NEEDS_TERM), best, worst)


def joined(hashes: npt.NDArray[np.uint64], parts: Sequence[Columns]) -> Dictionary:
    """Entries of several blocks as one dictionary; whatever one of two entries for a number says, counts."""
    bits = np.concatenate([part.bits for part in parts])
    state = np.concatenate([part.state for part in parts])
    objection = np.concatenate([part.objection for part in parts])
    distinct_hashes, back = np.unique(hashes, return_inverse=True)
    together = np.zeros(len(distinct_hashes), dtype=np.uint64)
    np.bitwise_or.at(together, back, bits)
    worst = np.zeros(len(distinct_hashes), dtype=np.uint8)
    np.maximum.at(worst, back, state)
    objecting = np.full(len(distinct_hashes), -1, dtype=np.int16)
    np.maximum.at(objecting, back, objection)
    worst[worst == EMPTY] = NOT_UNDERSTOOD  # a number that stands for nothing
    return Dictionary(distinct_hashes, Columns(together, worst, objecting))
