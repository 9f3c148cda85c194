"""What a column agrees with: the patient of the row, the patient's name, number, postcode and birth date.

A heading can be missing or lie, and a pattern can fit by chance; a column whose value in row after row is the
row's own full name, age or NHS number is no chance. Everything is worked out on distinct values and pairs of
them, over at most `_ROWS` rows of the sample.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Evidence, Kind, Role
from core.survey.fields import evidence
from core.survey.fields.headers import Meaning
from core.survey.fields.values import Column
from core.survey.fields.weigh import Answer
from core.survey.identifiers.dates import parse_date

_ROWS = 4_000  # rows looked at, fewer where a table has many fields
_MOST_CELLS = 600_000
_MOST_FIELDS = 400
_LOOKED = 120  # rows compared
_FIRST = 12
_LEAST_PATIENTS, _LEAST_PAIRS = 10, 8
_NEARLY = 0.98  # a mistyped value or two is no disagreement
_TOLD = frozenset({Kind.DIRECT_IDENTIFIER, Kind.FREE_TEXT})
_IMPERSONAL = frozenset({Kind.UNKNOWN, Kind.ADMINISTRATIVE, Kind.CLINICAL_VALUE, Kind.LINKING_KEY})
_BIRTHS = frozenset({Role.DATE_OF_BIRTH, Role.YEAR_OF_BIRTH})
_NAMES = frozenset({Role.FULL_NAME, Role.SURNAME, Role.FORENAME})

_UNIT = re.compile(
    r"%|\w/\w|\b(?:[munpµ]?mol|[munpkµ]?g|mcg|[mdcµ]?l|[mck]?m|iu|mm ?hg|bpm|units?|celsius|mins?|hours?)\b",
    re.IGNORECASE,
)

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Coded:
    """A column as numbers: each row's position among the distinct values, -1 where it is absent or blank."""

    dictionary: pa.Array
    rows: Codes

    def value(self, position: int) -> str:
        return str(self.dictionary[position].as_py()).strip()

    @cached_property
    def values(self) -> list[str]:
        return [(value or "").strip() for value in self.dictionary.to_pylist()]


def _coded(column: pa.Array) -> _Coded:
    encoded = column.dictionary_encode()
    rows = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    blank = pc.equal(pc.utf8_trim_whitespace(encoded.dictionary), "").to_numpy(zero_copy_only=False)
    if blank.any():
        rows = np.where(np.append(blank, True)[rows], -1, rows)
    return _Coded(encoded.dictionary, rows)


@dataclass(frozen=True)
class _Pairs:
    """The different pairs of two columns' values, and how many rows have each."""

    left: Codes
    right: Codes
    rows: Codes

    @property
    def lefts(self) -> int:
        return len(np.unique(self.left))

    @property
    def rights(self) -> int:
        return len(np.unique(self.right))


def _pairs(left: Codes, right: Codes) -> _Pairs:
    both = (left >= 0) & (right >= 0)
    width = int(right.max(initial=0)) + 1
    joined, rows = np.unique(left[both] * width + right[both], return_counts=True)
    return _Pairs(joined // width, joined % width, rows.astype(np.int64))


class Neighbours:
    """The columns of one table, each put into numbers once and only where it is asked for."""

    def __init__(self, names: Sequence[str], columns: Sequence[pa.Array], answers: Sequence[Answer]) -> None:
        self.names = names
        rows = min(_ROWS, max(500, _MOST_CELLS // max(len(columns), 1)))
        self._columns = [column.slice(0, rows) for column in columns]
        self._known: dict[int, _Coded] = {}
        self.roles: dict[Role, int] = {}
        for position, answer in enumerate(answers):
            self.roles.setdefault(answer.role, position)
        self.patient = self._patient()

    def coded(self, position: int) -> _Coded:
        found = self._known.get(position)
        if found is None:
            found = self._known[position] = _coded(self._columns[position])
        return found

    def _patient(self) -> Codes | None:
        """Whose row it is, as numbers: by NHS number, by another key, or by name and birth date."""
        for role in (Role.NHS_NUMBER, Role.PATIENT_KEY):
            if role in self.roles:
                return self.coded(self.roles[role]).rows
        births = next((self.roles[role] for role in _BIRTHS if role in self.roles), None)
        name = self.roles.get(Role.FULL_NAME, self.roles.get(Role.SURNAME))
        if births is None or name is None:
            return None
        parts = [self.coded(name).rows, self.coded(births).rows]
        if Role.FORENAME in self.roles:
            parts.append(self.coded(self.roles[Role.FORENAME]).rows)
        whole = parts[0]
        for part in parts[1:]:
            whole = np.where((whole < 0) | (part < 0), -1, whole * (int(part.max(initial=0)) + 1) + part)
        return whole

    def tells_patient(self, position: int) -> bool:
        return position in (self.roles.get(Role.NHS_NUMBER), self.roles.get(Role.PATIENT_KEY))

    def share(self, position: int, other: int, test: Callable[[str, str], bool]) -> tuple[int, int]:
        """(different pairs of values that pass the test, those looked at), of an even spread of rows."""
        left, right = self.coded(position), self.coded(other)
        both = np.flatnonzero((left.rows >= 0) & (right.rows >= 0))
        spread = both[np.linspace(0, len(both) - 1, min(_LOOKED, len(both))).astype(np.int64)]
        pairs = list(dict.fromkeys(zip(left.rows[spread].tolist(), right.rows[spread].tolist(), strict=True)))
        fits = 0
        for looked, (mine, theirs) in enumerate(pairs):
            fits += test(left.value(mine), right.value(theirs))
            if looked == _FIRST and not fits:
                break  # what agrees in most rows agrees in some of the first
        return fits, len(pairs)


def agreeing(
    names: Sequence[str],
    answers: list[Answer],
    meanings: Sequence[Meaning | None],
    looked: Sequence[Column],
    columns: Sequence[pa.Array],
) -> list[Answer]:
    """The answers again, with what each column agrees with. `names` are the fields', for the evidence."""
    if not 1 < len(columns) <= _MOST_FIELDS:
        return answers
    table = Neighbours(names, columns, answers)
    for position, answer in enumerate(answers):
        if looked[position].looked:
            answers[position] = _one(table, position, answer, meanings[position], looked[position])
    return answers


def _one(table: Neighbours, position: int, answer: Answer, meaning: Meaning | None, column: Column) -> Answer:
    known_key = meaning is not None and meaning.kind is Kind.LINKING_KEY
    if answer.kind not in _TOLD:
        for find in (_whole_name, _copy, _age):
            found = find(table, position, answer, column)
            if found is not None and not (known_key and found.kind is Kind.LINKING_KEY):
                return found
    if meaning is None and answer.kind is Kind.UNKNOWN and _units(table, position, column):
        return _more(answer, Kind.CLINICAL_VALUE, Role.UNIT, 0.7, evidence.UNIT_BESIDE_VALUE)
    if meaning is None and answer.role in _NAMES:
        answer = _staff(table, position, answer) or answer
    return _by_patient(table, position, answer, meaning, column)


def _more(answer: Answer, kind: Kind, role: Role, confidence: float, why: Evidence) -> Answer:
    said = tuple(one for one in answer.evidence if one != evidence.NOTHING_KNOWN)
    return Answer(kind, role, confidence, (*said, why))


def _tokens(text: str) -> frozenset[str]:
    return frozenset("".join(c if c.isalpha() else " " for c in text.casefold()).split())


def _whole_name(table: Neighbours, position: int, answer: Answer, column: Column) -> Answer | None:
    """Words that hold the row's surname and forename are its full name, whatever the heading."""
    last, first = table.roles.get(Role.SURNAME), table.roles.get(Role.FORENAME)
    if last is None or first is None or column.share("names", "text") < 0.5 or column.words > 12:
        return None
    fits = []
    for other in (last, first):
        count, both = table.share(
            position, other, lambda mine, theirs: bool(_tokens(theirs)) and _tokens(theirs) <= _tokens(mine)
        )
        if both < _LEAST_PAIRS or count < 0.6 * both:
            return None
        fits.append((count, both))
    count, both = min(fits)
    why = evidence.together(count, both, table.names[first], table.names[last])
    return _more(answer, Kind.DIRECT_IDENTIFIER, Role.FULL_NAME, 0.95, why)


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _same(least: int, mine: str, theirs: str) -> bool:
    plain = _plain(theirs)
    return len(plain) >= least and plain == _plain(mine)


def _inside(least: int, mine: str, theirs: str) -> bool:
    plain = _plain(theirs)
    return len(plain) >= least and plain in _plain(mine)


_COPIED = (
    (Role.NHS_NUMBER, Kind.DIRECT_IDENTIFIER, 9),
    (Role.POSTCODE, Kind.QUASI_IDENTIFIER, 5),
    (Role.DATE_OF_BIRTH, Kind.QUASI_IDENTIFIER, 6),
    (Role.SURNAME, Kind.DIRECT_IDENTIFIER, 2),
    (Role.PATIENT_KEY, Kind.LINKING_KEY, 3),
)


def _copy(table: Neighbours, position: int, answer: Answer, column: Column) -> Answer | None:
    """A column that repeats the row's number, postcode, surname or key; or holds the number or the postcode
    with something round it ('P9991234567', 'ZZ99 3VZ/2')."""
    for role, kind, least in _COPIED:
        other = table.roles.get(role)
        if other is None or other == position or answer.role is role:
            continue
        if column.distinct < _LEAST_PAIRS or (role in _BIRTHS and answer.kind is Kind.QUASI_IDENTIFIER):
            continue  # a baby is registered on the day of birth
        count, both = table.share(position, other, partial(_same, least))
        if both >= _LEAST_PAIRS and count >= 0.8 * both:
            why = evidence.repeats(count, both, table.names[other])
            return _more(answer, kind, role, 0.95, why)
        if role in (Role.NHS_NUMBER, Role.POSTCODE):
            count, both = table.share(position, other, partial(_inside, least))
            if both >= _LEAST_PAIRS and count >= 0.5 * both:
                found = Role.ADDRESS if role is Role.POSTCODE else Role.OTHER_IDENTIFIER
                why = evidence.holds(count, both, table.names[other])
                return _more(answer, Kind.DIRECT_IDENTIFIER, found, 0.9, why)
    return None


def _age(table: Neighbours, position: int, answer: Answer, column: Column) -> Answer | None:
    """Whole numbers that fall as the birth years rise, by as much, are ages; the same years are births'."""
    other = next((table.roles[role] for role in _BIRTHS if role in table.roles), None)
    if other is None or answer.role in {Role.AGE, *_BIRTHS} or column.share("whole", "decimal") < 0.9:
        return None
    mine, births = table.coded(position), table.coded(other)
    numbers = np.array([_whole(value) for value in mine.values] or [np.nan])
    years = np.array([_year(value) for value in births.values] or [np.nan])
    pairs = _pairs(mine.rows, births.rows)
    if len(pairs.rows) < _LEAST_PAIRS or pairs.rights < _LEAST_PAIRS:
        return None
    number, year = numbers[pairs.left], years[pairs.right]
    known = ~np.isnan(number) & ~np.isnan(year)
    if known.sum() < _LEAST_PAIRS or np.ptp(year[known]) < 10:
        return None
    rows = pairs.rows[known]
    number, year = number[known], year[known]
    total = int(rows.sum())
    same = int(rows[number == year].sum())
    if same >= 0.95 * total:
        why = evidence.repeats(same, total, table.names[other])
        return _more(answer, Kind.QUASI_IDENTIFIER, Role.YEAR_OF_BIRTH, 0.9, why)
    if number.min() < 0 or number.max() > 120:
        return None
    sums = number + year
    middle = float(np.median(sums))
    near = int(rows[np.abs(sums - middle) <= 1].sum())
    if near < 0.9 * total:
        return None
    why = evidence.age_by(near, total, table.names[other])
    return _more(answer, Kind.QUASI_IDENTIFIER, Role.AGE, 0.92, why)


def _whole(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return float("nan")
    return number if number == int(number) and abs(number) < 10_000 else float("nan")


def _year(text: str) -> float:
    if len(text) == 4 and text.isdigit():
        return float(text)
    day = parse_date(text)
    return float(day.year) if day is not None else float("nan")


def _units(table: Neighbours, position: int, column: Column) -> bool:
    """Few short words, most of them written as units are, next to a column of values."""
    value = table.roles.get(Role.VALUE)
    if value is None or abs(value - position) > 2 or not 0 < column.distinct <= 60 or column.words > 3:
        return False
    return column.count(_UNIT.search, tuple(column.by_form)) >= 0.5 * column.looked


def _staff(table: Neighbours, position: int, answer: Answer) -> Answer | None:
    """Names that each come with one code of a member of staff, for several patients, are the staff's."""
    other, patient = table.roles.get(Role.STAFF_CODE), table.patient
    if other is None or patient is None:
        return None
    names = table.coded(position)
    pairs = _pairs(table.coded(other).rows, names.rows)
    if pairs.lefts < 2 or len(pairs.rows) > pairs.lefts / _NEARLY or pairs.rights < _NEARLY * pairs.lefts:
        return None
    seen = _pairs(names.rows, patient)
    if len(seen.rows) < 3 * seen.lefts:
        return None
    return _more(answer, Kind.STAFF, Role.STAFF_NAME, 0.75, evidence.one_each(table.names[other]))


def _by_patient(
    table: Neighbours, position: int, answer: Answer, meaning: Meaning | None, column: Column
) -> Answer:
    """What the rows of one patient have in common: a key of the patient, a fact of them, or neither."""
    patient = table.patient
    dated = column.share("dated", "eight") >= 0.5
    if patient is None or table.tells_patient(position) or (column.varied > 0.7 and not dated):
        return answer
    pairs = _pairs(patient, table.coded(position).rows)
    patients, rows = pairs.lefts, int(pairs.rows.sum())
    if patients < _LEAST_PATIENTS or rows < 1.5 * patients:
        return answer
    constant = len(pairs.rows) <= patients / _NEARLY
    if dated and not constant and len(pairs.rows) >= 1.3 * patients:
        return _event(table, answer, meaning)
    if not constant or pairs.rights < 2:
        return answer
    own_key = pairs.rights >= _NEARLY * patients and not dated and column.share("decimal") < 0.1
    explained = meaning is not None and (meaning.kind is Kind.LINKING_KEY or patients < 2 * _LEAST_PATIENTS)
    impersonal = answer.kind in _IMPERSONAL or (
        answer.kind is Kind.STAFF and (meaning is None or meaning.kind is not Kind.STAFF)
    )
    # Forty patients with a code each, and each the same in all their rows: no diagnosis is like that.
    coded = answer.kind is Kind.CODED_CLINICAL and patients >= 2 * _LEAST_PATIENTS and rows >= 2 * patients
    if own_key and (impersonal or coded) and not explained:
        why = evidence.one_a_patient(pairs.rights, patients, rows)
        return _more(answer, Kind.LINKING_KEY, Role.PATIENT_KEY, max(answer.confidence, 0.85), why)
    return replace(answer, evidence=(*answer.evidence, evidence.SAME_FOR_PATIENT))


def _event(table: Neighbours, answer: Answer, meaning: Meaning | None) -> Answer:
    """A date of which patients have several is the date of an event, and nobody's birth."""
    by_heading = meaning is not None and meaning.role is answer.role
    if by_heading or answer.role not in {Role.DATE_OF_BIRTH, Role.OTHER_DATE}:
        return answer
    if answer.kind not in {Kind.UNKNOWN, Kind.QUASI_IDENTIFIER}:
        return answer
    said = tuple(one for one in answer.evidence if one.id != "years_spread")
    return Answer(Kind.CLINICAL_VALUE, Role.EVENT_DATE, 0.6, (*said, evidence.SEVERAL_A_PATIENT))
