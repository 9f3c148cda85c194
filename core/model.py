"""The nouns every step of Threshold shares: exports, tables, fields, findings, hazards, reasons.

Data flows reading -> survey -> protection -> risk -> release, and this module is the ground under
all of them. It holds frozen dataclasses and no behaviour to speak of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

import pyarrow as pa


class Kind(StrEnum):
    """What a field is, from the worst to the plainest. The values are the command line's words."""

    DIRECT_IDENTIFIER = "direct_identifier"
    QUASI_IDENTIFIER = "quasi_identifier"
    FREE_TEXT = "free_text"
    CODED_CLINICAL = "coded_clinical"
    CLINICAL_VALUE = "clinical_value"
    STAFF = "staff"
    LINKING_KEY = "linking_key"
    UNKNOWN = "unknown"
    ADMINISTRATIVE = "administrative"


class Role(StrEnum):
    """What a field is for. A field has exactly one role; OTHER when none fits."""

    NHS_NUMBER = "nhs_number"
    PATIENT_KEY = "patient_key"  # the practice's own number for the patient, a GUID, a hospital number
    SURNAME = "surname"
    FORENAME = "forename"
    FULL_NAME = "full_name"
    TITLE = "title"
    ADDRESS = "address"
    POSTCODE = "postcode"
    AREA = "area"  # town, county, LSOA, partial postcode
    PHONE = "phone"
    EMAIL = "email"
    NI_NUMBER = "ni_number"
    OTHER_IDENTIFIER = "other_identifier"  # passport, UBRN, vehicle, device serial, ...
    THIRD_PARTY = "third_party"  # carer, next of kin, mother
    DATE_OF_BIRTH = "date_of_birth"
    YEAR_OF_BIRTH = "year_of_birth"
    DATE_OF_DEATH = "date_of_death"
    AGE = "age"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    SOCIAL = "social"  # religion, language, marital status, occupation
    STATUS = "status"  # registered, left, temporary, died
    REGISTERED_DATE = "registered_date"
    LEFT_DATE = "left_date"
    EVENT_DATE = "event_date"
    EVENT_TIME = "event_time"
    OTHER_DATE = "other_date"
    CODE = "code"
    TERM = "term"
    VALUE = "value"
    UNIT = "unit"
    NOTE = "note"
    STAFF_NAME = "staff_name"
    STAFF_CODE = "staff_code"
    ORGANISATION = "organisation"
    ROW_KEY = "row_key"  # identifies the row or event, not the patient
    FLAG = "flag"
    OTHER = "other"


class Severity(StrEnum):
    """Whether a hazard stops an export or is only shown."""

    BLOCKS = "blocks"
    WARNS = "warns"


class Status(IntEnum):
    """A patient's registration, as far as the export tells."""

    UNKNOWN = 0
    REGISTERED = 1
    LEFT = 2
    TEMPORARY = 3
    DIED = 4


@dataclass(frozen=True)
class Field:
    """One column of a table.

    `name` is unique in its table: a repeated header gets ' (2)', an empty one is '(column 5)'.
    `header` is the text as the file has it. `path` is where the value stands inside a record of a message
    ('name[0].family' in a FHIR resource), "" where the container has rows and columns.
    """

    position: int
    name: str
    header: str
    path: str = ""


@dataclass(frozen=True)
class Block:
    """An opaque handle on a run of whole records. `first_row` is 0-based within the table."""

    index: int
    first_row: int
    rows: int
    handle: object = None


@dataclass(frozen=True)
class Problem:
    """Something in the file that was noticed and kept: a ragged row, a blank line, a bad byte.

    `line` is the file's own 1-based line number, None where the container has no lines.
    `what` never holds a cell's text.
    """

    where: str
    line: int | None
    what: str


@dataclass(frozen=True)
class Hazard:
    """A place where data can travel unseen: a hidden sheet, a comment, a truncation notice.

    `id` is stable ('pivot_cache', 'comments'), so that a profile can say whether this sort blocks or warns;
    `severity` is what holds where the profile says nothing."""

    where: str
    what: str
    severity: Severity
    why: str = ""
    id: str = ""


@dataclass(frozen=True)
class Recognised:
    """What a reader takes a file for: the format's stable id and its name for people, how sure it is (0..1)
    and why, in words. `reader` is the id of the reader that opened it, `table` the format's own name for the
    table ('CareRecord_Observation'), "" where it has none or it was not told."""

    format: str
    title: str
    confidence: float
    evidence: tuple[str, ...] = ()
    reader: str = ""
    table: str = ""


@dataclass(frozen=True)
class RawBlock:
    """The cells of one block, exactly as the file has them.

    `data` has one string column a field, in the order asked for; null is an absent value, "" an
    empty quoted one. `lines` gives the file's own line number of each row where it is known; `places` says
    where in a message each row stands ("entry[3].resource", an XPath), for formats that have no lines.
    """

    table: str
    first_row: int
    data: pa.RecordBatch
    problems: tuple[Problem, ...] = ()
    lines: Sequence[int] | None = None
    places: Sequence[str] | None = None


@runtime_checkable
class Table(Protocol):
    """One table of an export. Implementations are immutable to their users and safe to read from threads."""

    @property
    def name(self) -> str: ...

    @property
    def format(self) -> str:
        """What the reader recognised, e.g. 'csv', 'xlsx', 'emis-list-report'."""
        ...

    @property
    def fields(self) -> tuple[Field, ...]: ...

    def blocks(self) -> Iterator[Block]:
        """Every block in order. The first one comes at once, the rest as the file is indexed;
        what was indexed is remembered, so a second walk costs nothing."""
        ...

    def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
        """The block's cells, all fields or those at the given positions.

        Raises ReadError when the file changed or went away since it was opened."""
        ...


@dataclass(frozen=True)
class Export:
    """What came out of the clinical system: one or more tables and what was noticed on opening them.

    `recognised` says by table name what each table was taken for. `patient_fields` holds, by table name, the
    field that a person said names the patient, where Threshold's own finding was overruled. `named` holds the
    names that data stands under, of files, folders and sheets; see core.reading.named_places."""

    name: str
    paths: tuple[Path, ...]
    tables: tuple[Table, ...]
    hazards: tuple[Hazard, ...] = ()
    problems: tuple[Problem, ...] = ()
    recognised: Mapping[str, Recognised] = field(default_factory=dict)
    patient_fields: Mapping[str, str] = field(default_factory=dict)
    named: tuple[tuple[str, str, str], ...] = ()

    def table(self, name: str) -> Table:
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


@dataclass(frozen=True)
class Evidence:
    """Why something is taken for what it is, as data: a stable id ('values_are') and what it is about
    (counts, kinds, other fields' names); core.survey.fields.evidence makes the words. No cell's text."""

    id: str
    of: tuple[str | int | float, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What the survey says of one field, with its evidence in words and, as `reasons`, as data. Never holds a
    cell's text."""

    table: str
    field: str
    position: int
    kind: Kind
    role: Role
    confidence: float  # 0..1
    evidence: tuple[str, ...]
    filled: int = 0  # cells that are neither null nor blank
    distinct: int | None = None  # distinct filled values, None where too many to count
    reasons: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a cell was changed or a row withheld: which rule, in plain words, and where the rule comes from."""

    id: str  # stable, e.g. 'objection.type1', 'category.hiv', 'action.year'
    text: str  # one plain sentence
    source: str = ""  # profile rule, law, guidance, or 'decided here'


class ThresholdError(Exception):
    """An error for people: what happened, where, what to do. Never holds a patient's value.

    `exit_status` follows the command line's contract; `code` is stable for machines.
    """

    exit_status = 1
    code = "error"

    def __init__(self, message: str, *, where: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        if code is not None:
            self.code = code


class ReadError(ThresholdError):
    """The input cannot be read safely."""

    exit_status = 3
    code = "unreadable"


class UsageError(ThresholdError):
    """The command, plan or profile asked for something that does not exist."""

    exit_status = 2
    code = "usage"


class PolicyError(ThresholdError):
    """Refused by a rule; the message says which gate."""

    exit_status = 4
    code = "refused"


class VerificationError(ThresholdError):
    """The check of the written release failed."""

    exit_status = 5
    code = "verification"


class Cancelled(Exception):
    """The person asked to stop; nothing was left behind."""


class Progress(Protocol):
    """Told how far a long step is. Raises Cancelled from within to stop it."""

    def __call__(self, done: int, total: int, what: str) -> None: ...


@dataclass(frozen=True)
class Counted:
    """Rows and patients counted for one thing, for tables of 'what was left out and why'."""

    id: str
    text: str
    rows: int
    patients: int | None = None
    codes: int = 0


@dataclass(frozen=True)
class Gate:
    """One thing that must hold before a release is written. `detail` says what to do where it does not."""

    name: str
    passed: bool
    detail: str
    needs: tuple[str, ...] = field(default=())
