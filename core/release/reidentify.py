"""From a code back to the patient: the practice makes every code of its own export again and compares.

A recipient who finds a danger to a patient has only the code. The practice has the export and the key; nobody
else can do this. Each look-up has a reason and is written down, see `core.release.audit`, before anybody is
told the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Finding, Role, UsageError
from core.protection import Key, Pseudonyms, pseudonyms_for
from core.protection.actions.codes_of_people import surrogate_of
from core.protection.pseudonyms import canonical, domain_of
from core.protection.schemes import Chosen
from core.reading import read_rows
from core.release.audit import AuditState, LookUp, check_reason, record
from core.survey.results import Survey

_LETTERS = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})  # Crockford's base 32 has none of these
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BETWEEN = re.compile(r"[\s\u2010-\u2015\u2212_.-]+")
_MOST = 1_000
_AT_ONCE = 1 << 18
_VALUES = (Role.NHS_NUMBER, Role.PATIENT_KEY)
_NAMING = (
    *(Role.PATIENT_KEY, Role.SURNAME, Role.FORENAME, Role.FULL_NAME, Role.ADDRESS),
    *(Role.DATE_OF_BIRTH, Role.OTHER_IDENTIFIER, Role.THIRD_PARTY),
)
_ROWS_ASKED = 5  # of each person and table: a name stands in all of them
_SHORTEST_NAME = 3


@dataclass(frozen=True)
class FoundRows:
    """The rows of one table, counted from 0 as `preview --rows` counts."""

    table: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Person:
    """Whom one code stands for. For the practice's own screen only: it is never kept."""

    code: str
    key: str  # label of the key that made the code, or the id of the older scheme
    nhs_number: str | None = field(repr=False)
    patient_key: str | None = field(repr=False)
    tables: tuple[FoundRows, ...]


@dataclass(frozen=True)
class LookedUp:
    """The answer to one look-up, and the state of the record that it was written into."""

    found: tuple[Person, ...]
    not_found: tuple[str, ...]
    audit: AuditState


def read_code(text: str) -> str:
    """A code as it is printed, from what somebody typed: small letters, no hyphens, O for 0, I or L for 1.

    Raises UsageError where it is none. The text is not repeated: it may be a patient's number."""
    plain = _BETWEEN.sub("", text).upper()
    prefix, letters = ("P", plain) if len(plain) == 16 else (plain[:1], plain[1:])
    letters = letters.translate(_READ_AS)
    if prefix not in ("P", "S") or _LETTERS.fullmatch(letters) is None:
        raise UsageError(
            "This is not a code of Threshold: one looks like P-7KQ2-M9XD-0RHE-5V2T. Check how it is written.",
            code="no_code",
        )
    return "-".join((prefix, letters[:4], letters[4:8], letters[8:12], letters[12:]))


def read_digest(text: str, chosen: Chosen) -> str:
    """A digest of an older scheme as the scheme prints it. Raises UsageError where it is none."""
    plain = _BETWEEN.sub("", text).lower()
    if _DIGEST.fullmatch(plain) is None:
        raise UsageError(
            "This is not a code of that scheme: one has 64 letters and digits. Check how it is written.",
            code="no_code",
        )
    return plain.upper() if chosen.scheme.make("0", "0").isupper() else plain


def read_codes(texts: Sequence[str], chosen: Chosen | None = None) -> tuple[str, ...]:
    """Codes as printed, each once, in the order given; with `chosen` those of an older scheme.

    Raises UsageError that says which one is none."""
    found = []
    for number, text in enumerate(texts, start=1):
        try:
            found.append(read_code(text) if chosen is None else read_digest(text, chosen))
        except UsageError as error:
            raise UsageError(error.message, where=f"code {number} of {len(texts)}", code=error.code) from None
    if not found or len(found) > _MOST:
        raise UsageError(f"Name one code, and {_MOST:,} at most.", where="codes", code="no_code")
    return tuple(dict.fromkeys(found))


def reidentify(
    survey: Survey,
    key: Key,
    recipient: str,
    project: str,
    codes: Sequence[str],
    *,
    reason: str,
    audit: Path,
    chosen: Chosen | None = None,
) -> LookedUp:
    """Who stands behind these codes of this recipient and project, in this export.

    Every generation of the key is tried; `chosen` is the older scheme that made the codes, where one did.
    Each look-up is on the disk in the record before this returns.

    Raises UsageError for a text that is no code, a reason that is none or one that names whoever was found,
    VerificationError for a record that was changed, WriteError where it cannot be written: in all these cases
    nothing is told."""
    why, asked = check_reason(reason), read_codes(codes, chosen)
    for name, value in (("recipient", recipient), ("project", project)):
        if not value.strip():
            raise UsageError(f"Say which {name} the codes were made for.", where=f"--{name}")
    if chosen is None:
        found, own = _found(survey, key, recipient, project, asked), key.label_for(recipient, project)
    else:
        found, own = _by_digest(survey, chosen, set(asked)), chosen.scheme.id
    if any(_names(survey, person, why) for person in found.values()):
        raise UsageError(
            "The reason holds a name, date of birth, address or number of the patient who stands behind the "
            "code. It is kept for ever, so say it without.",
            where="--reason",
            code="reason_names",
        )
    state = record(
        audit,
        [
            LookUp(code, recipient, project, why, code in found, found[code].key if code in found else own)
            for code in asked
        ],
    )
    return LookedUp(
        tuple(found[code] for code in asked if code in found),
        tuple(code for code in asked if code not in found),
        state,
    )


def _names(survey: Survey, person: Person, reason: str) -> bool:
    """Whether the reason has a cell that names this person in it, as whole words, in capitals or small."""
    said = reason.casefold()
    for held in person.tables:
        naming = [f.position for f in survey.findings[held.table] if f.role in _NAMING]
        table = survey.export.table(held.table)
        for row in held.rows[:_ROWS_ASKED] if naming else ():
            data = read_rows(table, row, row + 1).data
            for position in naming:
                cell = " ".join((data.column(str(position))[0].as_py() or "").casefold().split())
                if len(cell) >= _SHORTEST_NAME and re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", said):
                    return True
    return False


def _found(
    survey: Survey, key: Key, recipient: str, project: str, asked: Sequence[str]
) -> Mapping[str, Person]:
    """The project's own generation of the key first, then the others: one that was replaced without saying
    that the project runs made its codes before."""
    own = key.secret_for(recipient, project)
    found: dict[str, Person] = {}
    for secret in dict.fromkeys((own, *key.secrets)):
        one = Key(secret)
        made = pseudonyms_for(one, recipient, project)
        for code, patient in _patients(survey, made, set(asked) - set(found)).items():
            found[code] = _person(survey, code, one.label, patient)
        for code, (table, rows) in _rows(survey, made, set(asked) - set(found)).items():
            found[code] = _of_rows(survey, code, one.label, table, rows)
    return found


def _by_digest(survey: Survey, chosen: Chosen, wanted: set[str]) -> Mapping[str, Person]:
    found = {}
    for patient, identity in enumerate(survey.patients.identity):
        if identity.startswith("nhs|"):
            code = chosen.scheme.make(identity.removeprefix("nhs|"), chosen.salt)
            if code in wanted:
                found[code] = _person(survey, code, chosen.scheme.id, patient)
    return found


def _patients(survey: Survey, made: Pseudonyms, wanted: set[str]) -> Mapping[str, int]:
    """The patients with these codes, by what every code of a patient is made from."""
    identity, found = survey.patients.identity, dict[str, int]()
    missing = {code.encode("ascii") for code in wanted if code.startswith("P")}
    for start in range(0, len(identity), _AT_ONCE):
        if not missing:
            break
        codes = made.of_many(identity[start : start + _AT_ONCE])
        column = np.ascontiguousarray(codes).view(f"S{codes.shape[1]}").ravel()
        for place in np.flatnonzero(np.isin(column, list(missing))).tolist():
            found.setdefault(column[place].decode("ascii"), start + place)
    return found


def _rows(
    survey: Survey, made: Pseudonyms, wanted: set[str]
) -> Mapping[str, tuple[str, npt.NDArray[np.int64]]]:
    """The rows whose key or number gives one of these codes: of somebody who has no row of his own, of codes
    that were made from a key, and of rows."""
    places: dict[str, tuple[str, list[int]]] = {}
    if not wanted:
        return {}
    for name, findings in survey.findings.items():
        table = survey.export.table(name)
        for finding in findings:
            if finding.role not in (*_VALUES, Role.ROW_KEY):
                continue
            for block in table.blocks():
                column = table.read(block, [finding.position]).data.column(str(finding.position))
                encoded = column.cast(pa.string()).dictionary_encode()
                texts = encoded.dictionary.to_pylist()
                hits = {n: c for n, text in enumerate(texts) if (c := _code(finding, text, made)) in wanted}
                if not hits:
                    continue
                indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
                for row in np.flatnonzero(np.isin(indices, list(hits))).tolist():
                    held = places.setdefault(hits[int(indices[row])], (name, []))
                    if held[0] == name:
                        held[1].append(block.first_row + row)
    return {code: (name, np.unique(np.array(rows, dtype=np.int64))) for code, (name, rows) in places.items()}


def _code(finding: Finding, text: str, made: Pseudonyms) -> str:
    if finding.role is Role.ROW_KEY:
        named = surrogate_of("row", text)
        return "" if named is None else f"S{made.of_identity(named)[1:]}"
    domain = domain_of(finding.role)
    value = canonical(domain, text)
    return "" if value is None else made.of(domain, value)


def _person(survey: Survey, code: str, label: str, patient: int) -> Person:
    tables = tuple(
        FoundRows(name, tuple(np.flatnonzero(facts.patient == patient).tolist()))
        for name, facts in survey.facts.items()
    )
    tables = tuple(table for table in tables if table.rows)
    identity = survey.patients.identity[patient]
    nhs = identity.removeprefix("nhs|") if identity.startswith("nhs|") else None
    local = identity.removeprefix("local|") if identity.startswith("local|") else None
    return Person(code, label, nhs, local or _patient_key(survey, tables), tables)


def _of_rows(survey: Survey, code: str, label: str, table: str, rows: npt.NDArray[np.int64]) -> Person:
    patients = np.unique(survey.facts[table].patient[rows])
    here = (FoundRows(table, tuple(rows.tolist())),)
    if len(patients) == 1 and patients[0] >= 0:
        whole = _person(survey, code, label, int(patients[0]))
        return Person(code, label, whole.nhs_number, whole.patient_key, here)
    return Person(code, label, None, None, here)


def _patient_key(survey: Survey, tables: Sequence[FoundRows]) -> str | None:
    for held in tables:
        for finding in survey.findings[held.table]:
            if finding.role is Role.PATIENT_KEY:
                raw = read_rows(survey.export.table(held.table), held.rows[0], held.rows[0] + 1)
                text = raw.data.column(str(finding.position))[0].as_py()
                if text and text.strip():
                    return str(text)
    return None
