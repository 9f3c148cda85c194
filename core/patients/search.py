"""Finding any patient by what somebody has at hand: an NHS or own number, a name, a birth date.

Numbers, names and birth dates are looked up among the survey's facts. Only where they know nothing is the
whole file read, and then only the fields that name patients.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Finding, Kind, Role, Table
from core.patients.codes import patient_code, patient_of_code
from core.patients.nouns import Found
from core.preview import Preview
from core.reading import read_at
from core.survey.identifiers import nhs_digits, parse_date, plain_letters
from core.survey.identifiers.names import TITLES
from core.survey.people.identities import Identities
from core.survey.people.known import NamesOfPatient
from core.survey.people.local_keys import plain_key
from core.survey.results import NO_DAY, NO_PATIENT, Survey
from core.survey.row_facts import TableFacts

Patients = npt.NDArray[np.int64]
Step = Callable[[int, int], None]
_NAMES = (Role.SURNAME, Role.FORENAME, Role.FULL_NAME)
_NUMBERS = (Role.NHS_NUMBER, Role.PATIENT_KEY, Role.OTHER_IDENTIFIER)
_SHOWN = (*_NAMES, Role.NHS_NUMBER, Role.PATIENT_KEY, Role.DATE_OF_BIRTH, Role.YEAR_OF_BIRTH)
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}(?:st|nd|rd|th)?[- ][A-Za-z]{3,9}[- ,]+\d{2,4}"
    r"|(?<!\d)\d{8}(?!\d)"
)
_YEAR = re.compile(r"(?:18|19|20)\d\d")
_NHS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_LABELS = frozenset({"nhs", "dob", "born", "number"})  # written before what is sought
_LEAST_LETTERS = 2
_EPOCH = date(1970, 1, 1)
_AT_ONCE = 2_000  # candidates whose rows are looked at


@dataclass(frozen=True)
class Sought:
    """What was typed, taken apart: all of it must hold of a patient."""

    nhs: tuple[str, ...] = ()  # ten digits each
    days: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    names: tuple[str, ...] = ()  # beginnings of single names
    texts: tuple[str, ...] = ()  # anything else: numbers of the practice's own
    words: tuple[str, ...] = ()  # names as they were typed, with their accents and hyphens

    @property
    def nothing(self) -> bool:
        return not (self.nhs or self.days or self.years or self.names or self.texts)


def take_apart(text: str) -> Sought:
    """What somebody typed into the search.

    >>> take_apart("lathbury 17/01/1986").names
    ('lathbury',)
    """
    nhs = tuple(dict.fromkeys(digits for found in _NHS.findall(text) if (digits := nhs_digits(found))))
    rest = _NHS.sub(" ", text)
    days, years, names, texts, words = [], [], [], [], []
    for match in list(_DATE.finditer(rest)):
        day = parse_date(match[0].replace(",", ""))
        if day is not None:
            days.append((day - _EPOCH).days)
            rest = rest.replace(match[0], " ")
    for word in re.split(r"[\s,;]+", rest):
        letters = plain_letters(word)
        if not word:
            continue
        if _YEAR.fullmatch(word):
            years.append(int(word))
        elif len(letters) >= _LEAST_LETTERS and not any(ch.isdigit() for ch in word):
            if letters in TITLES or letters in _LABELS:
                continue
            names.append(letters)
            words.append(word.strip("()."))
        elif len(word) >= _LEAST_LETTERS or word.isdigit():
            texts.append(word)
    return Sought(nhs, tuple(days), tuple(years), tuple(names), tuple(texts), tuple(words))


def find_patients(
    searched: Preview | Survey,
    text: str,
    *,
    limit: int = 50,
    step: Step | None = None,
    for_gp: Collection[int] = (),
) -> tuple[Found, ...]:
    """The patients who fit everything that was typed, at most `limit`, the best first.

    An NHS number with or without spaces, the practice's own number, beginnings of names in any order, a birth
    date as people write it, a year of birth; of a preview also the patient's code. `step` is told (done,
    total) while the file is read and may raise Cancelled. Raises ReadError where the file changed.

    `for_gp` are patients whose record whoever searches may not open: they are never among the found. One line
    says that there is such a record where what was typed is their name or number. Dates do not count for it,
    and of name and number one is enough, so that nobody finds out by trying when a colleague was born."""
    survey = searched.survey if isinstance(searched, Preview) else searched
    sought = take_apart(text)
    if limit < 1:
        return ()
    hidden = np.array(sorted(for_gp), dtype=np.int64)
    if isinstance(searched, Preview) and (patient := patient_of_code(searched, text)) is not None:
        if patient in for_gp:
            return (_for_gp(patient_code(searched, patient)),)
        return tuple(_told(survey, np.array([patient], dtype=np.int64), step))
    if sought.nothing:
        return ()
    first = (_for_gp(),) if len(hidden) and _speaks_of(survey, sought, text, hidden) else ()
    found = np.setdiff1d(_by_facts(survey, sought, text), hidden)
    if not len(found) and not first:
        read = _by_reading(survey, sought, text, step)
        found = np.setdiff1d(read, hidden)
        if len(found) < len(read) and not (sought.days or sought.years):
            first = (_for_gp(),)
    told = _told(survey, _likeliest(survey, found, sought), step)
    whole = set(sought.names)
    told.sort(
        key=lambda one: (
            -len(whole & set(map(plain_letters, one.name.split()))),
            one.name.casefold(),
            one.patient,
        )
    )
    return (*first, *told[: limit - len(first)])


def _for_gp(code: str = "") -> Found:
    return Found(-1, "", "", code, for_gp=True)


def _speaks_of(survey: Survey, sought: Sought, text: str, patients: Patients) -> bool:
    """Whether what was typed is the name, or a number, of one of these patients."""
    ways = [_of_nhs(survey, digits) for digits in sought.nhs]
    ways += [_of_key(survey, key) for key in (*sought.texts, text)]
    if sought.names:
        named = [_named(survey, name) for name in sought.names]
        ways.append(reduce(np.intersect1d, named))
    return any(len(np.intersect1d(way, patients)) for way in ways)


def _likeliest(survey: Survey, found: Patients, sought: Sought) -> Patients:
    """Those whose rows are looked at: where there are too many, whoever is called exactly so goes first."""
    names = survey.known.names_of_patient
    if len(found) > _AT_ONCE and isinstance(names, NamesOfPatient):
        exact = found
        for name in sought.names:
            exact = np.intersect1d(exact, names.bearers(name))
        found = np.concatenate([exact, np.setdiff1d(found, exact)])
    return found[:_AT_ONCE]


def _by_facts(survey: Survey, sought: Sought, text: str) -> Patients:
    """Who fits by the survey's facts: everything that was typed holds, or all of it is the practice's key."""
    masks = [_of_nhs(survey, digits) for digits in sought.nhs]
    masks += [np.flatnonzero(survey.patients.birth_day == day) for day in sought.days]
    masks += [_born_in(survey, year) for year in sought.years]
    masks += [_named(survey, name) for name in sought.names]
    masks += [_of_key(survey, key) for key in sought.texts]
    found = masks[0]
    for mask in masks[1:]:
        found = np.intersect1d(found, mask)
    return np.union1d(found, _of_key(survey, text)).astype(np.int64)


def _named(survey: Survey, name: str) -> Patients:
    names = survey.known.names_of_patient
    if isinstance(names, NamesOfPatient):
        return names.own_bearers(name)
    fits = (p for p, own in names.items() if any(one.startswith(name) for one in own))
    return np.fromiter(sorted(fits), np.int64)


def _of_nhs(survey: Survey, digits: str) -> Patients:
    return _of_identity(survey, f"nhs|{digits}")


def _of_identity(survey: Survey, identity: str) -> Patients:
    known = survey.patients.identity
    if isinstance(known, Identities):
        at = known.place_of(identity)
    else:
        at = next((n for n, who in enumerate(known) if who == identity), -1)
    return np.array([at] if at >= 0 else [], dtype=np.int64)


def _of_key(survey: Survey, text: str) -> Patients:
    key = plain_key(text.strip())
    if not key:
        return np.empty(0, dtype=np.int64)
    found = _of_identity(survey, f"local|{key}")
    if not len(found) and survey.patients.other_keys:
        whose = survey.patients.other_keys.whose(pa.array([key])).astype(np.int64)
        found = whose[whose >= 0]
    return found


def _born_in(survey: Survey, year: int) -> Patients:
    born = survey.patients.birth_day
    first, last = (
        int((np.datetime64(f"{y}-01-01") - np.datetime64("1970-01-01")).astype(int)) for y in (year, year + 1)
    )
    return np.flatnonzero((born != NO_DAY) & (born >= first) & (born < last))


# -- reading the file ----------------------------------------------------------------------------
def _by_reading(survey: Survey, sought: Sought, text: str, step: Step | None) -> Patients:
    """Who has what was typed in a field that names patients: names and numbers that the facts do not keep."""
    ways: list[tuple[str, ...]] = [
        (digits, f"{digits[:3]} {digits[3:6]} {digits[6:]}") for digits in sought.nhs
    ]
    ways += [(word,) for word in (*sought.texts, *sought.words)]
    ways = ways or [(text.strip(),)]
    tables = [
        (table, fields)
        for table in survey.export.tables
        if (fields := _fields(survey.findings[table.name], (*_NAMES, *_NUMBERS)))
        and (survey.facts[table.name].patient >= 0).any()
    ]
    blocks = [(table, fields, block) for table, fields in tables for block in table.blocks()]
    hits: set[int] = set()
    for done, (table, fields, block) in enumerate(blocks):
        if step is not None:
            step(done, len(blocks))
        data = table.read(block, [f.position for f in fields]).data
        fits = np.ones(block.rows, dtype=np.bool_)
        columns = [data.column(str(f.position)) for f in fields]
        for spelt in ways:
            fits &= np.logical_or.reduce([_holds(column, word) for column in columns for word in spelt])
        whose = survey.facts[table.name].patient[block.first_row : block.first_row + block.rows]
        hits.update(whose[fits & (whose != NO_PATIENT)].tolist())
        if len(hits) >= _AT_ONCE:
            break
    found = np.array(sorted(hits), dtype=np.int64)
    for day in sought.days:
        found = found[survey.patients.birth_day[found] == day]
    for year in sought.years:
        found = np.intersect1d(found, _born_in(survey, year))
    return found


def _holds(column: pa.Array, word: str) -> npt.NDArray[np.bool_]:
    held = pc.match_substring(column, word, ignore_case=True)
    return np.asarray(held.fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def _fields(findings: Sequence[Finding], roles: Sequence[Role]) -> list[Finding]:
    return [f for f in findings if f.role in roles and f.kind is not Kind.STAFF]


def _told(survey: Survey, patients: Patients, step: Step | None) -> list[Found]:
    """What tells these patients apart: name, birth date and number, from the first row that has them."""
    known: dict[int, dict[str, str]] = {int(p): {} for p in patients.tolist()}
    order = sorted(
        survey.export.tables,
        key=lambda t: (
            -len({f.role for f in _fields(survey.findings[t.name], _SHOWN)}),
            survey.facts[t.name].rows,
        ),
    )
    for done, table in enumerate(order):
        if step is not None:
            step(done, len(order))
        fields = _fields(survey.findings[table.name], _SHOWN)
        lacking = [p for p, has in known.items() if not {"name", "born", "number"} <= has.keys()]
        if fields and lacking:
            _tell(survey, table, fields, lacking, known)
    return [
        Found(p, has.get("name", ""), has.get("born", ""), has.get("number", "") or has.get("key", ""))
        for p, has in known.items()
    ]


def _tell(
    survey: Survey,
    table: Table,
    fields: Sequence[Finding],
    lacking: Sequence[int],
    known: dict[int, dict[str, str]],
) -> None:
    rows = _first_rows(survey.facts[table.name], survey.patients.count, lacking)
    if not len(rows):
        return
    data = read_at(table, table.blocks(), rows, [f.position for f in fields], where=False).data
    whose = survey.facts[table.name].patient[rows].tolist()
    cells = {f: data.column(str(f.position)).to_pylist() for f in fields}
    for at, patient in enumerate(whose):
        has = known[patient]
        own: dict[Role, str] = {}
        for f in fields:
            if text := " ".join((cells[f][at] or "").split()):
                own.setdefault(f.role, text)
        name = " ".join(own[role] for role in (Role.FORENAME, Role.SURNAME) if role in own) or own.get(
            Role.FULL_NAME
        )
        born = own.get(Role.DATE_OF_BIRTH) or own.get(Role.YEAR_OF_BIRTH)
        for what, said in (("name", name), ("born", born), ("key", own.get(Role.PATIENT_KEY))):
            if said:
                has.setdefault(what, said)
        if digits := nhs_digits(own.get(Role.NHS_NUMBER, "")):
            has.setdefault("number", f"{digits[:3]} {digits[3:6]} {digits[6:]}")


def _first_rows(facts: TableFacts, count: int, patients: Sequence[int]) -> npt.NDArray[np.int64]:
    """The first row of each of these patients, ascending."""
    wanted = np.zeros(count + 1, dtype=np.bool_)
    wanted[list(patients)] = True
    left = len(patients)
    found = []
    for some in facts.slices():
        rows = np.flatnonzero(wanted[facts.patient[some]]) + some.start
        if not len(rows):
            continue
        who, first = np.unique(facts.patient[rows], return_index=True)
        found.append(rows[first])
        wanted[who] = False
        left -= len(who)
        if not left:
            break
    return np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
