"""The facts of one block of rows, worked out on its distinct values. Pure: safe in many threads at once.

What needs to be known of the whole export (who is who) is left to `survey`, which takes blocks in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Problem, RawBlock, Role
from core.reading import shifted_rows
from core.survey.codes import coverage
from core.survey.codes.code_reader import CodeReader, Dictionaries
from core.survey.codes.of_rows import read_codes
from core.survey.codes.rare import Coded
from core.survey.columns import Distinct, Watched, distinct, filled
from core.survey.identifiers import days_of, hash64, normalise, normalise_column
from core.survey.identifiers.names import name_parts
from core.survey.objections.in_text import objecting_rows
from core.survey.people.keys import Keys, case_keys, local_keys, nhs_keys, scoped_keys
from core.survey.people.local_keys import plain_keys
from core.survey.people.patients import sorted_unique
from core.survey.people.practices import practice_codes
from core.survey.people.recall import recall_rows
from core.survey.people.registration import registration
from core.survey.results import NO_DAY, OBJECTIONS
from core.survey.row_facts import pattern_keys

_MIX = np.uint64(0x9E3779B97F4A7C15)
_TYPE1 = OBJECTIONS.index("type1_dissent")


@dataclass
class BlockFacts:
    """Everything one block adds. Arrays have an entry a row unless said otherwise."""

    first_row: int
    rows: int
    problems: tuple[Problem, ...]
    nhs: Keys | None = None
    key: Keys | None = None
    odd_nhs: Keys | None = None  # texts in the field of NHS numbers that are none
    person: Keys | None = None  # by name and birth date, for rows without any other
    person_rows: npt.NDArray[np.int64] | None = None  # first rows of keys in the block ...
    persons_of: Callable[[npt.NDArray[np.int64]], npt.NDArray[np.uint64]] | None = None  # ... who they name
    day: npt.NDArray[np.int32] | None = None
    patterns: npt.NDArray[np.uint64] | None = None  # what codes say, the distinct ones ...
    pattern: npt.NDArray[np.int32] | None = None  # ... and each row's place among them
    objection_rows: list[npt.NDArray[np.int64]] = field(default_factory=list)  # rows, in step with the next
    objection_codes: list[npt.NDArray[np.int16]] = field(default_factory=list)  # 2 * meaning + made
    recall_rows: list[npt.NDArray[np.int64]] = field(default_factory=list)  # the same of recall ...
    recall_codes: list[npt.NDArray[np.int16]] = field(default_factory=list)  # ... numbered after objections
    outside_codes: int = 0  # rows with an objection that stands in no field of codes
    flag_rows: list[npt.NDArray[np.int64]] = field(default_factory=list)  # rows whose flag says: objects
    flag_meanings: list[int] = field(default_factory=list)
    birth: npt.NDArray[np.int32] | None = None
    score: npt.NDArray[np.int64] | None = None
    tells_status: bool = False
    status_days: npt.NDArray[np.int32] | None = None  # of joining and of death, each once ...
    left_days: npt.NDArray[np.int32] | None = None  # ... and of leaving, which may be to come
    address: npt.NDArray[np.uint64] | None = None
    names: list[tuple[int, Distinct]] = field(default_factory=list)  # slot, column
    collected: list[tuple[str, npt.NDArray[np.uint64]]] = field(default_factory=list)
    spoken: list[tuple[str, list[str]]] = field(default_factory=list)  # Role value, distinct cells
    flagged: dict[int, int] = field(default_factory=dict)  # hash of a code or term -> category bits
    coded: list[Coded] = field(default_factory=list)  # fields of codes, or of terms where there are none
    unjudged: list[coverage.Unjudged] = field(default_factory=list)  # codes that could not be judged
    key_alone: Keys | None = None  # where keys count with their organisation: the same without it
    case: Keys | None = None  # by which rows are known that do not name their patient
    organisations: frozenset[str] = frozenset()  # in which keys of the block hold
    practice: Distinct | None = None  # whose keys those of the block may be
    continued: npt.NDArray[np.bool_] | None = None  # cells about the patient blank, others not
    blank: npt.NDArray[np.bool_] | None = None  # with `continued`: rows without any text


def read_facts(raw: RawBlock, watched: Watched, reader: CodeReader, dictionary: Dictionaries) -> BlockFacts:
    """The facts of a block whose columns are `watched.positions`."""
    return _Block(raw, watched, reader, dictionary).facts


class _Block:
    def __init__(self, raw: RawBlock, watched: Watched, reader: CodeReader, dictionary: Dictionaries) -> None:
        self._watched, self._reader, self._dictionary = watched, reader, dictionary
        self._data = raw.data
        self._seen: dict[int, Distinct] = {}
        self._bits: npt.NDArray[np.uint64] | None = None  # categories of each row
        self._unknown: npt.NDArray[np.bool_] | None = None
        self._not_judged: npt.NDArray[np.bool_] | None = None
        self._deleted: npt.NDArray[np.bool_] | None = None
        self._shifted = _shifted(raw, watched.extra)
        self.rows = raw.data.num_rows
        self.facts = BlockFacts(raw.first_row, self.rows, raw.problems)
        self._days()
        self._marks()
        self._codes()
        self._flags()
        self._outside_codes()
        self._people()
        self._patterns()
        self._status()
        self._identifiers()

    def column(self, position: int) -> Distinct:
        found = self._seen.get(position)
        if found is None:
            found = self._seen[position] = distinct(self._data.column(str(position)))
        return found

    def _day(self, position: int | None) -> npt.NDArray[np.int32]:
        if position is None:
            return np.full(self.rows, NO_DAY, dtype=np.int32)
        column = self.column(position)
        return np.append(days_of(column.values), np.int32(NO_DAY))[column.indices]

    def _days(self) -> None:
        day: npt.NDArray[np.int32] | None = None
        for position in self._watched.days:
            more = self._day(position)
            day = more if day is None else np.where(day == NO_DAY, more, day)
        self.facts.day = day
        if self._watched.birth is not None:
            self.facts.birth = self._day(self._watched.birth)

    def _cells(self, position: int) -> pa.Array:
        cells: pa.Array = self._data.column(str(position))
        return cells

    def _codes(self) -> None:
        found = read_codes(self._watched, self.column, self.rows, self._reader, self._dictionary, self._cells)
        if found is None:
            return
        self._objections(found.objecting)
        self._bits, self._unknown, self._not_judged = found.bits, found.unknown, found.not_judged
        self.facts.unjudged, self.facts.coded, self.facts.flagged = found.unjudged, found.coded, found.flagged

    def _patterns(self) -> None:
        """What the rows' codes and marks say, as few patterns and a number for each row."""
        marked = self._deleted is not None or self._shifted is not None
        if self._bits is None and not marked and not self.facts.objection_rows:
            return
        nothing = np.zeros(self.rows, dtype=np.bool_)
        bits = np.zeros(self.rows, dtype=np.uint64) if self._bits is None else self._bits
        objecting = nothing.copy()
        for rows in self.facts.objection_rows:
            objecting[rows] = True
        unknown = nothing if self._unknown is None else self._unknown
        keys = pa.array(
            pattern_keys(bits, objecting, unknown, self._deleted, self._shifted, self._not_judged)
        )
        keys = keys.dictionary_encode()
        self.facts.patterns = keys.dictionary.to_numpy()
        self.facts.pattern = keys.indices.to_numpy()

    def _objections(self, found: Sequence[npt.NDArray[np.int16]]) -> None:
        """Each distinct objection of a row once, though both its code and its term say so. A deleted row
        withdraws nothing; what it objects to is heeded all the same."""
        for number, objection in enumerate(found):
            new = objection >= 0
            if self._deleted is not None:
                new &= ~(self._deleted & (objection % 2 == 0))
            for earlier in found[:number]:
                new &= earlier != objection
            rows = np.flatnonzero(new)
            self.facts.objection_rows.append(rows)
            self.facts.objection_codes.append(objection[rows])
            said = objection < -1
            if self._deleted is not None:
                said &= ~self._deleted
            if said.any():
                rows = np.flatnonzero(said)
                self.facts.recall_rows.append(rows)
                self.facts.recall_codes.append((2 * len(OBJECTIONS) - 2 - objection[rows]).astype(np.int16))

    def _outside_codes(self) -> None:
        """Objections in values, notes and fields nobody named, and fields that tell of recall."""
        facts = self.facts
        for position in self._watched.loose:
            for rows, meaning in objecting_rows(self._data.column(str(position)), self._reader.tokens):
                facts.objection_rows.append(rows)
                facts.objection_codes.append(np.full(len(rows), meaning * 2 + 1, dtype=np.int16))
                facts.outside_codes += len(rows)
        for position, asked in self._watched.recalls:
            column = self.column(position)
            for rows, codes in recall_rows(asked, column.words(), column.indices):
                facts.recall_rows.append(rows)
                facts.recall_codes.append(codes)

    def _flags(self) -> None:
        for position, flag in self._watched.flags:
            column = self.column(position)
            objects = np.array([flag.objects(word) for word in column.words()] + [False], dtype=np.bool_)
            if objects.any():
                self.facts.flag_rows.append(np.flatnonzero(objects[column.indices]))
                self.facts.flag_meanings.append(OBJECTIONS.index(flag.meaning))
        if self._watched.objectors:
            self.facts.flag_rows.append(np.arange(self.rows))
            self.facts.flag_meanings.append(_TYPE1)

    def _people(self) -> None:
        watched, facts = self._watched, self.facts
        unnamed = np.ones(self.rows, dtype=np.bool_)
        firsts: list[npt.NDArray[np.int64]] = []
        if watched.nhs is not None:
            column = self.column(watched.nhs)
            facts.nhs, odd = nhs_keys(column)
            if odd is not None:
                facts.odd_nhs = odd
            firsts.append(column.first_rows())
        if watched.key is not None:
            column = self.column(watched.key)
            facts.key = local_keys(column)
            firsts.append(column.first_rows())
            self._organisations(column)
        if watched.case is not None:
            facts.case = case_keys(self.column(watched.case))
        for keys in (facts.nhs, facts.key, facts.odd_nhs, facts.case):
            if keys is not None:
                named = keys.words.is_valid().to_numpy(zero_copy_only=False)
                unnamed &= ~np.append(named, False)[keys.indices]
        for slot, position in enumerate((watched.surname, watched.forename, watched.full_name)):
            if position is not None:
                facts.names.append((slot, self.column(position)))
        if facts.birth is None or not facts.names:
            return
        facts.person = self._persons(np.flatnonzero(unnamed))
        if firsts:
            facts.person_rows = sorted_unique(np.concatenate(firsts))
            facts.persons_of = self._person_hashes

    def _organisations(self, key: Distinct) -> None:
        """The organisations in which the keys hold; with several in the export, keys together with theirs."""
        watched, facts = self._watched, self.facts
        if watched.practice is not None:
            facts.practice = practice_codes(self.column(watched.practice))
            if watched.practices is not None and facts.key is not None:
                alone = facts.key
                facts.key_alone, facts.key = alone, watched.practices.scoped(key, alone, facts.practice)
        if watched.organisation is None:
            return
        cells = self._data.column(str(watched.organisation))
        first = next((cell for cell in cells[:1].to_pylist() if cell), None)
        if first is not None and pc.all(pc.equal(cells, first), skip_nulls=False).as_py():
            facts.organisations = frozenset(plain_keys(pa.array([first])).to_pylist())
        else:
            plain = plain_keys(self.column(watched.organisation).values).to_pylist()
            facts.organisations = frozenset(text for text in plain if text)
        if watched.scoped and facts.key is not None:
            facts.key_alone, facts.key = facts.key, scoped_keys(key, self.column(watched.organisation))

    def _marks(self) -> None:
        """Rows deleted in the clinical system, and rows that leave out whom they are about."""
        for position, mark in self._watched.deleted:
            column = self.column(position)
            gone = mark.rows(column.values)
            if gone.any():
                rows = np.append(gone, False)[column.indices]
                self._deleted = rows if self._deleted is None else self._deleted | rows
        if self._watched.continues:
            watched = self._watched
            who = (
                watched.nhs, watched.key, watched.surname, watched.forename, watched.full_name, watched.birth
            )  # fmt: skip
            about = [p for p in who if p is not None] + [p for p, _ in watched.collected]
            named = np.zeros(self.rows, dtype=np.bool_)
            for position in about:
                named |= self._has_text(position)
                if named.all():  # as in most blocks, by the first field
                    return
            if about:
                any_text = named.copy()
                for position in watched.positions:
                    any_text |= self._has_text(position)
                self.facts.continued = any_text & ~named
                self.facts.blank = ~any_text

    def _has_text(self, position: int) -> npt.NDArray[np.bool_]:
        """Which cells hold more than blanks."""
        column = self.column(position)
        return np.append(filled(column.values), False)[column.indices]

    def _person_hashes(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
        """Who is named in the rows, 0 for nobody. Asked only of rows with somebody new."""
        persons = self._person_texts(rows)
        hashes = hash64(persons)
        hashes[pc.is_null(persons).to_numpy(zero_copy_only=False)] = 0
        return hashes

    def _persons(self, rows: npt.NDArray[np.int64]) -> Keys | None:
        if len(rows) == 0:
            return None
        encoded = self._person_texts(rows).dictionary_encode()
        indices = np.full(self.rows, -1, dtype=np.int32)
        indices[rows] = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        return Keys(encoded.dictionary, indices)

    def _person_texts(self, rows: npt.NDArray[np.int64]) -> pa.Array:
        """'person|annesmith|1961-03-04' of the rows; null where name or birth date is missing."""
        watched = self._watched
        birth = self.facts.birth
        assert birth is not None
        parts: list[pa.Array] = []
        if watched.surname is not None and watched.forename is not None:
            parts = [self._name(watched.forename, 0, rows), self._name(watched.surname, -1, rows)]
        elif watched.full_name is not None:
            column = self.column(watched.full_name)
            names = pa.array([normalise("full_name", word) or None for word in column.words()], pa.string())
            parts = [names.take(pa.array(column.indices[rows], mask=column.indices[rows] < 0))]
        else:
            return pa.nulls(len(rows), pa.string())
        day = birth[rows]
        dates = pa.array(day, pa.date32(), mask=day == NO_DAY).cast(pa.string())
        name = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "")
        return pc.binary_join_element_wise(pa.scalar("person"), name, dates, "|")

    def _name(self, position: int, which: int, rows: npt.NDArray[np.int64]) -> pa.Array:
        column = self.column(position)
        names = [parts[which] if (parts := name_parts(word)) else None for word in column.words()]
        indices = column.indices[rows]
        return pa.array(names, pa.string()).take(pa.array(indices, mask=indices < 0))

    def _status(self) -> None:
        told = registration(
            self._watched, self._data.num_rows, self.column, self._day, self.facts.day, self._deleted
        )
        if told is not None:
            self.facts.score, self.facts.tells_status = told.score, told.tells_status
            self.facts.status_days, self.facts.left_days = told.status_days, told.left_days

    def _identifiers(self) -> None:
        for position, role in self._watched.spoken:
            self.facts.spoken.append((role, self.column(position).words()))
        address = np.zeros(self.rows, dtype=np.uint64)
        has_line = np.zeros(self.rows, dtype=np.bool_)
        has_postcode = np.zeros(self.rows, dtype=np.bool_)
        for position, kind in self._watched.collected:
            column = self.column(position)
            role = Role.FULL_NAME.value if kind == Role.THIRD_PARTY.value else kind
            values = column.values
            if kind == Role.THIRD_PARTY.value:  # a relation ('Mother') is no name
                values = values.filter(pc.match_substring(pc.utf8_trim_whitespace(values), " "))
            normal = normalise_column(role, values)
            hashes = hash64(normal)
            filled = pc.not_equal(normal, "").to_numpy(zero_copy_only=False)
            self.facts.collected.append((role, sorted_unique(hashes[filled])))
            if kind in (Role.ADDRESS.value, Role.POSTCODE.value):
                present = np.append(filled, False)[column.indices]
                address = (
                    address * _MIX + np.append(np.where(filled, hashes, 0), np.uint64(0))[column.indices]
                )
                if kind == Role.POSTCODE.value:
                    has_postcode |= present
                else:
                    has_line |= present
        address[~(has_line & has_postcode)] = 0
        if address.any():
            self.facts.address = address


def _shifted(raw: RawBlock, extra: int | None) -> npt.NDArray[np.bool_] | None:
    """Rows with text beyond the table's last field; `extra` is the field that holds it, if one does."""
    rows = np.zeros(raw.data.num_rows, dtype=np.bool_)
    rows[list(shifted_rows(raw))] = True
    if extra is not None:
        filled = pc.match_substring_regex(raw.data.column(str(extra)), r"[^\s,;|]")
        rows |= pc.fill_null(filled, False).to_numpy(zero_copy_only=False)
    return rows if rows.any() else None
