"""Finding what is held back in an export, and putting something on the list.

Only rows of held patients on held days are read. A held item that cannot be told by its code or term on its
day (another layout may code it otherwise) keeps back all of that day's rows of the patient.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from core.model import PolicyError, Reason, Role, UsageError
from core.protection.hold_backs.entries import NAMED_BY, Entry, HoldBackList
from core.protection.hold_backs.secret import HoldBackSecret
from core.reading import read_at
from core.survey.codes.terminologies import recognise
from core.survey.results import NO_PATIENT, Survey

SOURCE = "the practice's list of what is held back"
PATIENT = Reason("held_back.patient", "The patient was held back by the practice.", SOURCE)
ITEM = Reason("held_back.item", "The item was held back by the practice.", SOURCE)
_SPEAKING = (Role.CODE, Role.TERM)


@dataclass(frozen=True)
class HeldBack:
    """What of an export is held back. `patients` has an entry a patient number; `rows` the numbers of
    held rows by table, in order.

    `absent` are the entries that match nothing here; `by_day` the items whose whole day is kept back because
    they could not be told by their code; `not_comparable` the patients that this export names in no way the
    absent entries know."""

    patients: npt.NDArray[np.bool_]
    rows: Mapping[str, npt.NDArray[np.int64]]
    found: tuple[str, ...]
    absent: tuple[Entry, ...]
    by_day: tuple[str, ...]
    not_comparable: int
    nobody_comparable: bool
    fingerprint: str


def find_held_back(held: HoldBackList, survey: Survey) -> HeldBack:
    """Which patients and rows of an export the list holds back."""
    numbers = _numbers(held, survey)
    patients = np.zeros(survey.patients.count, dtype=np.bool_)
    found: list[str] = []
    absent: list[Entry] = []
    by_day: list[str] = []
    rows: dict[str, set[int]] = {}
    items: dict[int, list[Entry]] = {}
    for entry in held.entries:
        number = numbers.get(entry.patient)
        if number is None:
            absent.append(entry)
        elif entry.kind == "patient":
            patients[number] = True
            found.append(entry.code)
        else:
            items.setdefault(number, []).append(entry)
    for number, entries in items.items():
        there = _Days(held.secret, survey, number)
        for entry in entries:
            held_rows, exact = there.held(entry)
            if not held_rows:
                absent.append(entry)
                continue
            found.append(entry.code)
            if not exact:
                by_day.append(entry.code)
            for table, row in held_rows:
                rows.setdefault(table, set()).add(row)
    ways = {entry.named_by for entry in absent}
    strange = sum(_way(who) not in ways for who in survey.patients.identity) if absent else 0
    return HeldBack(
        patients,
        {table: np.array(sorted(some), dtype=np.int64) for table, some in rows.items()},
        tuple(found),
        tuple(absent),
        tuple(by_day),
        strange,
        bool(absent) and bool(survey.patients.count) and strange == survey.patients.count,
        held.fingerprint,
    )


def entries_holding(held: HoldBackList, survey: Survey, table: str, row: int) -> tuple[Entry, ...]:
    """The entries that hold a row back: that of its patient, and those of the item. None where none does."""
    number = int(survey.facts[table].patient[row])
    if number == NO_PATIENT:
        return ()
    who = _patient_code(held.secret, _identity(survey, number))
    there = _Days(held.secret, survey, number)
    return tuple(
        entry
        for entry in held.entries
        if entry.patient == who and (entry.kind == "patient" or (table, row) in there.held(entry)[0])
    )


def hold_back_patient(
    held: HoldBackList,
    survey: Survey,
    patient_no: int,
    reason: str,
    *,
    day: date | None = None,
    by: str = "gp",
) -> HoldBackList:
    """The list with a patient of this survey on it."""
    who = _identity(survey, patient_no)
    code = _patient_code(held.secret, who)
    return held.with_entry(_entry("patient", code, code, who, reason, day, by))


def hold_back_row(
    held: HoldBackList,
    survey: Survey,
    table: str,
    row: int,
    reason: str,
    *,
    day: date | None = None,
    by: str = "gp",
) -> HoldBackList:
    """The list with the item of one row on it. Raises UsageError for a row that names no patient, or that has
    neither a code nor a term to be found by again."""
    if table not in survey.facts or not 0 <= row < survey.facts[table].rows:
        raise UsageError(
            "There is no such row in this export. Check the table's name and the row, counted from 0.",
            where="hold-backs",
        )
    number = int(survey.facts[table].patient[row])
    if number == NO_PATIENT:
        raise UsageError(
            "It cannot be told whose row this is, so it cannot be found again. Leave it out of this export.",
            where="hold-backs",
        )
    who = _identity(survey, number)
    on = _day_code(held.secret, who, int(survey.facts[table].day[row]))
    same = next(codes for _, _, codes in _speaking(held.secret, survey, who, {table: np.array([row])}))
    if not same:
        raise UsageError(
            "This row has no code and no term to be found by again. Leave it out of this export, or hold the "
            "patient back.",
            where="hold-backs",
        )
    code = held.secret.code("entry", on, *sorted(same))
    made = _entry("item", code, _patient_code(held.secret, who), who, reason, day, by)
    return held.with_entry(made.model_copy(update={"on": on, "same": tuple(sorted(same))}))


def _entry(kind: str, code: str, patient: str, who: str, reason: str, day: date | None, by: str) -> Entry:
    try:
        return Entry.model_validate(
            {
                "kind": kind,
                "code": code,
                "patient": patient,
                "named_by": _way(who),
                "reason": reason,
                "day": day or date.today(),
                "by": by,
            }
        )
    except ValueError:
        raise UsageError(
            "Say why it is held back, and who held it back, by one of the words that there are.",
            where="hold-backs",
        ) from None


def _identity(survey: Survey, number: int) -> str:
    if not 0 <= number < survey.patients.count:
        raise UsageError(
            "There is no such patient in this export. Check that it is the right one.", where="hold-backs"
        )
    return survey.patients.identity[number]


def _way(identity: str) -> str:
    way = identity.partition("|")[0]
    return way if way in NAMED_BY else "person"


def _patient_code(secret: HoldBackSecret, identity: str) -> str:
    return secret.code("patient", identity)


def _numbers(held: HoldBackList, survey: Survey) -> dict[str, int]:
    """The patient number of each patient of the list that is here."""
    wanted = {entry.patient for entry in held.entries}
    if not wanted:
        return {}
    made = ((_patient_code(held.secret, who), number) for number, who in enumerate(survey.patients.identity))
    return {code: number for code, number in made if code in wanted}


def _day_code(secret: HoldBackSecret, identity: str, day: int) -> str:
    return secret.code("day", identity, str(day))


class _Days:
    """The rows of one patient by the code of their day, read when asked for."""

    def __init__(self, secret: HoldBackSecret, survey: Survey, number: int) -> None:
        self._secret, self._survey = secret, survey
        self._who = survey.patients.identity[number]
        self._rows: dict[str, dict[str, npt.NDArray[np.int64]]] = {}
        for table, facts in survey.facts.items():
            at = np.flatnonzero(facts.patient == number)
            days = facts.day[at]
            for day in np.unique(days).tolist():
                code = _day_code(secret, self._who, day)
                self._rows.setdefault(code, {})[table] = at[days == day]
        self._read: dict[str, list[tuple[str, int, frozenset[str]]]] = {}

    def on(self, code: str | None) -> list[tuple[str, int, frozenset[str]]]:
        """Table, row and codes of each row of a day."""
        if code is None or code not in self._rows:
            return []
        if code not in self._read:
            self._read[code] = list(_speaking(self._secret, self._survey, self._who, self._rows[code]))
        return self._read[code]

    def held(self, entry: Entry) -> tuple[list[tuple[str, int]], bool]:
        """Table and row of each row that an item's entry holds back, and whether they are told by what they
        say: where none is, all of the day is held back."""
        of_day = self.on(entry.on)
        same = [(table, row) for table, row, codes in of_day if not codes.isdisjoint(entry.same)]
        return same or [(table, row) for table, row, _ in of_day], bool(same)


def _speaking(
    secret: HoldBackSecret, survey: Survey, who: str, rows: Mapping[str, npt.NDArray[np.int64]]
) -> Iterator[tuple[str, int, frozenset[str]]]:
    """Each of these rows with the codes of what its codes and terms say, on its day."""
    for name, numbers in rows.items():
        speaking = [f for f in survey.findings[name] if f.role in _SPEAKING]
        if not speaking or not len(numbers):
            for row in numbers.tolist():
                yield name, row, frozenset()
            continue
        table, days = survey.export.table(name), survey.facts[name].day
        raw = read_at(table, table.blocks(), numbers, [f.position for f in speaking], where=False)
        if raw.data.num_rows != len(numbers):
            raise PolicyError(
                "Rows of patients who are held back could not be read again. Open the file again.", where=name
            )
        columns: Sequence[Sequence[str | None]] = [column.to_pylist() for column in raw.data.columns]
        for at, row in enumerate(numbers.tolist()):
            said = {
                _said(finding.role, cells[at])
                for finding, cells in zip(speaking, columns, strict=True)
                if (cells[at] or "").strip()
            }
            yield (
                name,
                row,
                frozenset(
                    secret.code("item", who, str(int(days[row])), *parts) for parts in said if parts[1]
                ),
            )


def _said(role: Role, cell: str | None) -> tuple[str, str]:
    """The one spelling of a code or a term. Case is part of a Read code, and of no term."""
    text = unicodedata.normalize("NFKC", cell or "").strip()
    if role is Role.TERM:
        return "term", " ".join(text.split()).casefold()
    known = recognise(text)
    return "code", known.read or known.text or text
