"""Which fields of a table the pass reads, and each of its columns as distinct values and indices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Field, Finding, Recognised, Role, Table
from core.reading.text.header import is_extra
from core.survey.codes.column_form import column_form
from core.survey.codes.dictionaries import numbers_alone, shape_of
from core.survey.codes.terminologies import Form
from core.survey.objections.entries import FlagField, flag_field, table_of_objectors
from core.survey.people.recall import RecallField, recall_field
from core.survey.people.status import only_of_patients, tells_status
from core.survey.row_marks import (
    DeletedMark,
    deleted_mark,
    names_organisation,
    names_practice,
    stands_for_patient,
)

if TYPE_CHECKING:
    from core.survey.people.practices import KeysOfPractices

_NOT_ALNUM = re.compile(r"[\W_]+")
_EMIS = ("emis-bulk", "emis-x")
_CONTINUES = ("emis-list-report", "emis-appointment-report")
#: Reasons of keys that only their rows gave away: a key that says so itself goes first.
_BY_ROWS = ("one_a_patient", "repeats")
_COLLECTED = (Role.PHONE, Role.EMAIL, Role.POSTCODE, Role.ADDRESS)
_SPOKEN = (Role.STAFF_NAME, Role.THIRD_PARTY, Role.AREA, Role.ORGANISATION)


@dataclass(frozen=True)
class Distinct:
    """A column of a block: its distinct values, and each row's position among them (-1 for null)."""

    values: pa.Array
    indices: npt.NDArray[np.int32]

    def words(self) -> list[str]:
        words: list[str] = self.values.to_pylist()
        return words

    def first_rows(self) -> npt.NDArray[np.int64]:
        """The row in which each distinct value is first seen."""
        first = np.zeros(len(self.values) + 1, dtype=np.int64)
        first[self.indices[::-1]] = np.arange(len(self.indices) - 1, -1, -1)
        return first[:-1]


def distinct(column: pa.Array) -> Distinct:
    """The distinct values of a column of strings, as they stand."""
    encoded = column.dictionary_encode()
    indices = encoded.indices if not encoded.indices.null_count else pc.fill_null(encoded.indices, -1)
    return Distinct(encoded.dictionary, indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False))


def filled(values: pa.Array) -> npt.NDArray[np.bool_]:
    """Which of the texts hold more than blanks. Only those that begin like one are looked at closely."""
    _, offsets_buffer, data = values.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[values.offset : values.offset + len(values) + 1]
    found: npt.NDArray[np.bool_] = offsets[1:] > offsets[:-1]
    if data is None or not found.any():
        return found
    at = np.flatnonzero(found)
    first = np.frombuffer(data, dtype=np.uint8)[offsets[at]]
    unsure = at[(first <= 0x20) | (first >= 0x80)]
    if len(unsure):
        trimmed = pc.utf8_trim_whitespace(values.take(pa.array(unsure)))
        found[unsure] = pc.not_equal(trimmed, "").to_numpy(zero_copy_only=False)
    return found


@dataclass(frozen=True)
class CodeField:
    """A field of codes. `form` tells Read v2 and ICD-10 apart where a code could be either; `is_id`: they
    are a supplier's numbers (EMIS CodeId), to be read through its own dictionary where there is one.

    `space` is the dictionary whose numbers they are ('clinical', 'drug', 'picklist'; "" where that is not
    known), `strict`: a number that is not in it is not understood, whatever else it looks like."""

    position: int
    form: Form | None
    is_id: bool
    space: str = ""
    strict: bool = False
    coded: bool = True


@dataclass(frozen=True)
class Watched:
    """The fields of one table that tell who a row is about and what it says, by position."""

    nhs: int | None
    key: int | None
    surname: int | None
    forename: int | None
    full_name: int | None
    birth: int | None
    days: tuple[int, ...]
    codes: tuple[CodeField, ...]
    terms: tuple[int, ...]
    statuses: tuple[tuple[int, str], ...]  # position, header
    death: int | None
    left: int | None
    registered: int | None
    flags: tuple[tuple[int, FlagField], ...]
    collected: tuple[tuple[int, str], ...]  # position, Role value
    objectors: bool  # everybody in the table has a Type 1 objection
    organisation: int | None = None  # in which organisation the patient's key holds
    scoped: bool = False  # keys count together with their organisation
    practices: KeysOfPractices | None = None  # which keys count together with their practice
    practice: int | None = None  # of whose practice the patient's key may be, where nothing surer tells
    case: int | None = None  # the key of something that is one patient's: the row may not name the patient
    deleted: tuple[tuple[int, DeletedMark], ...] = ()
    continues: bool = False  # rows that leave all cells about the patient blank belong to the one above
    extra: int | None = None  # what rows have beyond the table's fields
    loose: tuple[int, ...] = ()  # texts that may hold an objection although they are no codes
    recalls: tuple[tuple[int, RecallField], ...] = ()
    beside: tuple[int, ...] = ()  # texts that may take back what a code or term of their row tells
    spoken: tuple[tuple[int, str], ...] = ()  # position, Role value: names that a note may mention
    also: tuple[int, ...] = ()  # all fields, where rows that continue must be told from blank ones

    @property
    def positions(self) -> tuple[int, ...]:
        """All of them, in order; at least one, so that a block's rows and oddities are seen."""
        single = (
            self.nhs, self.key, self.surname, self.forename, self.full_name, self.birth, self.death,
            self.left, self.registered, self.organisation, self.extra, self.case,
            self.practice,
        )  # fmt: skip
        wanted = {position for position in single if position is not None}
        wanted.update(self.days, self.terms, self.also, self.loose, self.beside)
        wanted.update(field.position for field in self.codes)
        for pairs in (
            self.statuses, self.flags, self.collected, self.deleted, self.spoken, self.recalls,
        ):  # fmt: skip
            wanted.update(pair[0] for pair in pairs)
        return tuple(sorted(wanted)) or (0,)


def plain_header(header: str) -> str:
    """A header's letters and digits in lower case: 'Code_Id' and 'CodeId' alike."""
    return _NOT_ALNUM.sub("", header).casefold()


def shared_keys(tables: Sequence[Table], findings: Mapping[str, Sequence[Finding]]) -> Counter[str]:
    """How many tables have each heading of a patient key: the one that most have ties them together."""
    return Counter(
        heading
        for table in tables
        for heading in {
            plain_header(_heading(table.fields[f.position]))
            for f in findings[table.name]
            if f.role is Role.PATIENT_KEY
        }
    )


def is_dictionary(table: Table) -> bool:
    """Whether a table is a supplier's dictionary of its code numbers (EMIS Coding_ClinicalCode, DrugCode)."""
    return shape_of({plain_header(_heading(field)) for field in table.fields}) is not None


def _heading(field: Field) -> str:
    """The file's own heading, or the name that a known layout without headings gives."""
    return field.header or field.name


def watch(
    table: Table,
    findings: Sequence[Finding],
    sample: pa.RecordBatch,
    shared: Counter[str],
    seen: Recognised | None = None,
    *,
    scoped: bool = False,
    practices: KeysOfPractices | None = None,
) -> Watched:
    """Chooses the fields. Of several patient keys the one that most tables share; of others the first.

    `seen` is what the table was taken for, `scoped` whether the export has keys of several organisations,
    `practices` which of its keys are of two people in two practices."""

    by_role: dict[Role, list[int]] = {}
    for finding in findings:
        by_role.setdefault(finding.role, []).append(finding.position)

    def all_of(role: Role) -> tuple[int, ...]:
        return tuple(by_role.get(role, ()))

    def first_of(role: Role) -> int | None:
        return next(iter(all_of(role)), None)

    headers = {field.position: _heading(field) for field in table.fields}
    keys = all_of(Role.PATIENT_KEY)
    by_rows = {f.position for f in findings if any(why.id in _BY_ROWS for why in f.reasons)}
    key = max(keys, key=lambda p: (p not in by_rows, shared[plain_header(headers[p])])) if keys else None
    supplier = seen.format if seen is not None else ""
    case = next((p for p, h in headers.items() if p != key and stands_for_patient(h, supplier)), None)
    organisation = next((p for p, h in headers.items() if key is not None and names_organisation(h)), None)
    practice = None
    if key is not None and organisation is None:
        practice = next((p for p, h in headers.items() if p != key and names_practice(h)), None)
    birth = first_of(Role.DATE_OF_BIRTH)
    nhs = first_of(Role.NHS_NUMBER)
    collected = [(f.position, f.role.value) for f in findings if f.role in _COLLECTED]
    collected += [(p, Role.NHS_NUMBER.value) for p in all_of(Role.NHS_NUMBER) if p != nhs]
    collected += [(p, Role.PATIENT_KEY.value) for p in keys if p != key]
    collected += [(p, Role.THIRD_PARTY.value) for p in all_of(Role.THIRD_PARTY)]
    flags = [(p, flag) for p, header in headers.items() if (flag := flag_field(header)) is not None]
    coded = set(all_of(Role.CODE))
    codes = tuple(
        _code_field(p, headers[p], sample.column(p), seen, coded=p in coded)
        for p in headers
        if p in coded or _is_number_of_code(headers[p], supplier)
    )
    marks = [(p, mark) for p, h in headers.items() if (mark := deleted_mark(h, supplier)) is not None]
    return Watched(
        nhs=nhs,
        key=key,
        surname=first_of(Role.SURNAME),
        forename=first_of(Role.FORENAME),
        full_name=first_of(Role.FULL_NAME),
        birth=birth,
        days=all_of(Role.EVENT_DATE),
        codes=codes,
        terms=all_of(Role.TERM),
        statuses=_statuses(table.name, headers, by_role),
        death=first_of(Role.DATE_OF_DEATH),
        left=first_of(Role.LEFT_DATE),
        registered=first_of(Role.REGISTERED_DATE),
        flags=tuple((p, flag) for p, flag in flags if birth is not None or not flag.of_patient_only),
        collected=tuple(collected),
        objectors=table_of_objectors(table.name),
        organisation=organisation,
        practice=practice,
        scoped=scoped,
        practices=practices,
        case=case,
        deleted=tuple(marks),
        extra=next((f.position for f in table.fields if not f.header and is_extra(f.name)), None),
        loose=_loose(findings, flags) if case is not None or _names_somebody(by_role) else (),
        recalls=tuple((p, field) for p, h in headers.items() if (field := recall_field(h, table.name))),
        spoken=tuple((f.position, f.role.value) for f in findings if f.role in _SPOKEN),
        beside=tuple(f.position for f in findings if f.role in _BESIDE) if codes or all_of(Role.TERM) else (),
        continues=supplier in _CONTINUES,
        also=tuple(range(len(table.fields))) if supplier in _CONTINUES else (),
    )


#: Roles whose cells may hold anything, among it the code or the words of an objection; that an address is
#: confidential may stand in the address itself.
_LOOSE = frozenset(
    (Role.VALUE, Role.NOTE, Role.FLAG, Role.OTHER, Role.UNIT, Role.SOCIAL, Role.ADDRESS, Role.AREA)
)

#: Roles whose cells may take back what a code tells: a result, a qualifier, a note.
_BESIDE = frozenset((Role.VALUE, Role.NOTE, Role.FLAG, Role.OTHER, Role.UNIT, Role.STATUS))


def _loose(findings: Sequence[Finding], flags: Sequence[tuple[int, FlagField]]) -> tuple[int, ...]:
    """The fields to look through for objections outside of codes."""
    read = {position for position, _ in flags}
    return tuple(f.position for f in findings if f.role in _LOOSE and f.position not in read)


def _names_somebody(by_role: Mapping[Role, Sequence[int]]) -> bool:
    """Whether a table can say whose an objection is: a list of codes is about nobody."""
    named = bool({Role.SURNAME, Role.FULL_NAME} & by_role.keys()) and Role.DATE_OF_BIRTH in by_role
    return named or bool({Role.NHS_NUMBER, Role.PATIENT_KEY} & by_role.keys())


_OF_PATIENTS = frozenset(
    (
        Role.DATE_OF_BIRTH,
        Role.YEAR_OF_BIRTH,
        Role.SURNAME,
        Role.FULL_NAME,
        Role.REGISTERED_DATE,
        Role.LEFT_DATE,
    )
)
_NAMES_PATIENTS = re.compile(r"patient|person|registr|demograph", re.IGNORECASE)


def _statuses(
    table: str, headers: Mapping[int, str], by_role: Mapping[Role, Sequence[int]]
) -> tuple[tuple[int, str], ...]:
    """The fields that tell of registration or death. A plain 'Active' or 'Status' tells of the patient only
    in a table about patients: a note or a section can be active too."""
    about_patients = bool(_OF_PATIENTS & by_role.keys()) or _NAMES_PATIENTS.search(table) is not None
    told = {p for p, header in headers.items() if tells_status(header)}
    told.update(p for p in by_role.get(Role.STATUS, ()) if about_patients or not only_of_patients(headers[p]))
    return tuple((p, headers[p]) for p in sorted(told))


def _is_number_of_code(header: str, supplier: str) -> bool:
    """Numbers that only a dictionary explains. Of EMIS, reasons, sources and professions are codes too: any
    '...CodeId'."""
    plain = plain_header(header)
    if plain == "codeid" or numbers_alone(plain) is not None:
        return True
    return supplier in _EMIS and plain.endswith("codeid")


def _code_field(
    position: int, header: str, sample: pa.Array, seen: Recognised | None, *, coded: bool
) -> CodeField:
    if (alone := numbers_alone(plain_header(header))) is not None:
        return CodeField(position, None, True, alone.space, True, coded)
    is_id = plain_header(header).endswith("codeid")
    space = ""
    if seen is not None and seen.format in _EMIS and seen.table:
        space = (
            "drug"
            if seen.table.startswith("Prescribing_") and plain_header(header) == "codeid"
            else "clinical"
        )
    main = plain_header(header) in {"codeid", "medcodeid", "prodcodeid"}
    strict = is_id and main and (coded or bool(space))
    return CodeField(position, column_form(sample, header), is_id, space, strict, coded or main)
