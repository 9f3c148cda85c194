"""The attack on the rows of a written file: does anything name a patient that the plan did not send?

Works on the distinct values of each column of a batch. Columns whose every value has the shape that its
action makes (a pseudonym, a year, a band) can hold nothing else and are done at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Kind, Role
from core.protection.actions import SCRUB
from core.protection.plan import FieldPlan
from core.release.attack_names import NameAttack
from core.release.leaks import (
    ANY_NAME,
    BIRTH_DATE,
    FULL_NAME,
    LOOSE,
    NAMES,
    NHS_NUMBER,
    NUMBERED,
    OWN_NAME,
    Known,
    Leak,
    may_hold,
    strong_leaks,
    ten_digits,
)
from core.survey.freetext import MARKS
from core.survey.identifiers import NO_DAY, days_of, find_dates, prefilter
from core.survey.results import NO_PATIENT, Survey

_SHAPES = {
    "pseudonym": r"^P(?:-[0-9A-HJKMNP-TV-Z]{4}){4}$",
    "digest": r"^(?:[0-9A-F]{64}|[0-9a-f]{64})$",
    "surrogate": r"^S(?:-[0-9A-HJKMNP-TV-Z]{4}){4}$",
    "age_at_event": r"^\d{1,3}\+?$",
    "days_since_index": r"^-?\d{1,5}$",
    "year": r"^\d{4}$",
    "month": r"^\d{4}-\d{2}$",
    "age_band": r"^(?:\d{1,3}-\d{1,3}|\d{1,3}\+)$",
    "postcode_district": r"^[A-Z]{1,2}\d[A-Z\d]?$",
}
_CLOCK = r"\d\d:\d\d(?::\d\d)?"
#: Values no detector can find anything in, passed over quickly: short numbers, dates and times, decimals.
_PLAIN = (
    r"^(?:[+-]?\d{1,8}(?:\.\d{1,8})?|"
    rf"\d{{4}}-\d\d-\d\d(?:[ T]{_CLOCK})?|\d\d/\d\d/\d{{4}}(?: {_CLOCK})?|{_CLOCK})$"
)
_ADDRESS_LIKE = r"(?:^|[^\w/.-])[0-9]{1,4}[A-Za-z]?(?:[-/][0-9]{1,4}[A-Za-z]?)?,?[ \t]+[A-Za-z]{2}"
_MARKS = r"\[(?:" + "|".join(MARKS) + r")\]"
_KEY_LIKE = r"^\s*\{?[0-9A-Za-z_./-]{10,64}\}?\s*$"
_LETTERS = r"\pL{2}"
_DATE_ROLES = frozenset(
    (Role.EVENT_DATE, Role.OTHER_DATE, Role.REGISTERED_DATE, Role.LEFT_DATE, Role.DATE_OF_DEATH)
)
_REMEMBERED = 200_000
_ENOUGH = 5  # patients whose dates must agree before a whole column is taken for their birth dates


class ColumnAttack:
    """Attacks one field of one file, batch by batch."""

    def __init__(self, file: str, plan: FieldPlan, survey: Survey | None) -> None:
        self._file = file
        self._plan = plan
        self._survey = survey
        self._known = Known(survey.known if survey else None)
        self._allowed = may_hold(plan)
        self._names = NameAttack(plan, self._known, _written_freely(plan, survey))
        self._strong: dict[str, tuple[str, ...]] = {}
        self._found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._numbers: dict[bool, set[str]] = {True: set(), False: set()}
        self._first_number = 0
        self._birthdays: set[int] = set()
        self._other_days: set[int] = set()
        self._first_birthday = 0

    def feed(self, column: pa.Array, first_row: int, patients: npt.NDArray[np.int32] | None) -> None:
        """Take in a run of cells; `patients` has the patient number of each where the survey is at hand."""
        rows = np.arange(first_row, first_row + len(column), dtype=np.int64)
        if self._plan.action == SCRUB:
            column = pc.replace_substring_regex(column, _MARKS, "\x00")  # ours, and nobody's words
        shape = _SHAPES.get(self._plan.action)
        if shape is not None:
            other = pc.invert(pc.fill_null(pc.match_substring_regex(column, shape), True))
            if not pc.any(other).as_py():
                return
            mask = other.to_numpy(zero_copy_only=False)
            column, rows = column.filter(other), rows[mask]
            patients = None if patients is None else patients[mask]
        coded = column.dictionary_encode()
        values = coded.dictionary
        codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
        worth = pc.indices_nonzero(pc.invert(pc.match_substring_regex(values, _PLAIN)))
        if self._plan.role in NUMBERED:
            self._count_numbers(values, codes, rows)
        if len(worth):
            self._attack_strong(values, worth, codes, rows)
            if patients is not None and not self._allowed & NAMES:
                self._attack_names(values, worth, codes, rows, patients)
        if patients is not None and BIRTH_DATE not in self._allowed:
            self._attack_birth_dates(values, codes, rows, patients)

    def leaks(self) -> list[Leak]:
        """Everything found, once all batches were fed."""
        found = {sort: (first, count) for sort, (first, count) in self._found.items() if count}
        right, wrong = len(self._numbers[True]), len(self._numbers[False])
        if right > wrong and NHS_NUMBER not in self._allowed and NHS_NUMBER not in found:
            found[NHS_NUMBER] = (self._first_number + 1, right)
        first, count = self._names.found()
        if count and OWN_NAME not in self._allowed:
            found[OWN_NAME] = (first, count)
        if len(self._birthdays) >= _ENOUGH and len(self._birthdays) > len(self._other_days):
            found[BIRTH_DATE] = (self._first_birthday + 1, len(self._birthdays))
        return [Leak(sort, self._file, self._plan.field, *place) for sort, place in found.items()]

    def _attack_strong(
        self, values: pa.Array, worth: pa.Array, codes: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
    ) -> None:
        texts = values.take(worth)
        may = pc.match_substring_regex(texts, _ADDRESS_LIKE)
        for kind in ("nhs_number", "phone", "email", "postcode", "ni_number"):
            may = pc.or_(may, prefilter(kind, texts))
        if self._known.given:
            may = pc.or_(may, pc.match_substring_regex(texts, _KEY_LIKE))
            may = pc.or_(may, pc.match_substring_regex(texts, LOOSE))
        hits = pc.indices_nonzero(may)
        for place, text in zip(worth.take(hits).to_pylist(), texts.take(hits).to_pylist(), strict=True):
            for sort in self._strong_in(text):
                self._note(sort, rows[codes == place])

    def _strong_in(self, text: str) -> tuple[str, ...]:
        found = self._strong.get(text)
        if found is None:
            if len(self._strong) > _REMEMBERED:
                self._strong.clear()
            sorts = dict.fromkeys(strong_leaks(text, self._known, self._plan.role))
            found = self._strong[text] = tuple(sort for sort in sorts if sort not in self._allowed)
        return found

    def _count_numbers(
        self, values: pa.Array, codes: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
    ) -> None:
        tens = pc.indices_nonzero(pc.match_substring_regex(values, r"^\s*\d{10}\s*$"))
        for place, text in zip(tens.to_pylist(), values.take(tens).to_pylist(), strict=True):
            right = ten_digits(text)
            if right is None or len(self._numbers[right]) > _REMEMBERED:
                continue
            if right and not self._numbers[True]:
                self._first_number = int(rows[codes == place][0])
            self._numbers[right].add(text.strip())

    def _attack_names(
        self,
        values: pa.Array,
        worth: pa.Array,
        codes: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int64],
        patients: npt.NDArray[np.int32],
    ) -> None:
        texts = values.take(worth)
        lettered = pc.indices_nonzero(pc.match_substring_regex(texts, _LETTERS))
        order: npt.NDArray[np.int64] | None = None
        bounds: npt.NDArray[np.int64] | None = None
        for place, text in zip(
            worth.take(lettered).to_pylist(), texts.take(lettered).to_pylist(), strict=True
        ):
            if not self._names.uses(text):
                continue
            if order is None or bounds is None:
                order = np.argsort(codes, kind="stable")
                bounds = np.searchsorted(codes[order], np.arange(len(values) + 1))
            held = order[bounds[place] : bounds[place + 1]]
            self._names.see(text, rows[held], patients[held])
            if self._names.has_full_name(text):
                self._note(FULL_NAME, rows[held])
            elif self._names.free_text and self._names.names_in_text(text):
                self._note(ANY_NAME, rows[held])

    def _attack_birth_dates(
        self,
        values: pa.Array,
        codes: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int64],
        patients: npt.NDArray[np.int32],
    ) -> None:
        assert self._survey is not None
        births = self._survey.patients.birth_day
        known = (patients != NO_PATIENT) & (codes >= 0)
        if not known.any() or not len(births):
            return
        own = np.where(patients != NO_PATIENT, births.take(np.maximum(patients, 0)), NO_DAY)
        if self._plan.role in _DATE_ROLES:
            days = np.append(days_of(values), NO_DAY)[codes]
            dated = known & (days != NO_DAY) & (own != NO_DAY)
            same = dated & (days == own)
            if same.any() and not self._birthdays:
                self._first_birthday = int(rows[same][0])
            self._birthdays.update(np.unique(patients[same])[:1000].tolist())
            self._other_days.update(np.unique(patients[dated & ~same])[:1000].tolist())
            return
        dates = pc.indices_nonzero(pc.match_substring_regex(values, r"\d[-/. ]?\s?(?:\d|[A-Za-z]{3}).*\d\d"))
        for place, text in zip(dates.to_pylist(), values.take(dates).to_pylist(), strict=True):
            found = find_dates(text)
            if not found:
                continue
            written = set(days_of([hit.canonical for hit in found]).tolist())
            held = codes == place
            mine = held & np.isin(own, list(written)) & (own != NO_DAY)
            if mine.any():
                self._note(BIRTH_DATE, rows[mine])

    def _note(self, sort: str, rows: npt.NDArray[np.int64]) -> None:
        if not len(rows):
            return
        place = self._found[sort]
        if not place[1]:
            place[0] = int(rows[0]) + 1
        place[1] += len(rows)


def _written_freely(plan: FieldPlan, survey: Survey | None) -> bool:
    findings = survey.findings.get(plan.table, ()) if survey is not None else ()
    return any(f.field == plan.field and f.kind in (Kind.FREE_TEXT, Kind.UNKNOWN) for f in findings)


class FileAttack:
    """Attacks one written file. `patients` has the patient number of each of its rows, where known."""

    def __init__(
        self,
        file: str,
        fields: Sequence[FieldPlan],
        survey: Survey | None = None,
        patients: npt.NDArray[np.int32] | None = None,
    ) -> None:
        self._patients = patients
        self._columns = [ColumnAttack(file, plan, survey) for plan in fields]
        self._row = 0

    def feed(self, batch: pa.RecordBatch) -> None:
        """Take in the file's next rows."""
        stop = self._row + batch.num_rows
        people = None if self._patients is None else self._patients[self._row : stop]
        if people is not None and len(people) != batch.num_rows:
            people = None  # more rows than left: the count of rows says so
        for attack, column in zip(self._columns, batch.columns, strict=False):
            attack.feed(column, self._row, people)
        self._row = stop

    def leaks(self) -> list[Leak]:
        return [leak for attack in self._columns for leak in attack.leaks()]
