"""What counts as a leak in one cell, given what its field was planned to hold.

Strong: an NHS number, telephone number, e-mail address, full postcode, address line or full name of
anybody, anywhere, unless the plan sends that field. The exceptions are those in which a clinical value is
bound to look like one: a code that happens to have ten digits is no NHS number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from core.model import Role
from core.protection.actions import KEEPING
from core.protection.plan import FieldPlan
from core.survey.hashing import holds
from core.survey.identifiers import (
    find_strong,
    is_guid,
    is_snomed_id,
    name_neighbours,
    nhs_check,
    normalise,
    plain_letters,
)
from core.survey.results import KnownIdentifiers

NHS_NUMBER = "an NHS number"
PHONE = "a telephone number"
EMAIL = "an e-mail address"
POSTCODE = "a full postcode"
ADDRESS = "an address line"
FULL_NAME = "a patient's full name"
NI_NUMBER = "a National Insurance number"
LOCAL_KEY = "the practice's own number for a patient"
OWN_NAME = "a name of the row's own patient or household"
ANY_NAME = "a patient's name in free text"
BIRTH_DATE = "the birth date of the row's own patient"

STRONG = (NHS_NUMBER, PHONE, EMAIL, POSTCODE, ADDRESS, FULL_NAME, NI_NUMBER, LOCAL_KEY)
NAMES = frozenset((FULL_NAME, OWN_NAME, ANY_NAME))

_OF_ROLE = {
    "nhs_number": NHS_NUMBER,
    "phone": PHONE,
    "email": EMAIL,
    "postcode": POSTCODE,
    "ni_number": NI_NUMBER,
}

#: What a field that is kept may hold, by its role. A Scottish (CHI) number can look like a telephone.
_MAY_HOLD: Mapping[Role, frozenset[str]] = {
    Role.NHS_NUMBER: frozenset((NHS_NUMBER, PHONE, LOCAL_KEY)),  # one that is wrong is a key all the same
    Role.PATIENT_KEY: frozenset((LOCAL_KEY,)),
    Role.PHONE: frozenset((PHONE, NHS_NUMBER)),
    Role.EMAIL: frozenset((EMAIL, *NAMES)),
    Role.POSTCODE: frozenset((POSTCODE,)),
    Role.ADDRESS: frozenset((ADDRESS, POSTCODE, *NAMES)),
    Role.AREA: frozenset((OWN_NAME, ANY_NAME)),
    Role.SURNAME: NAMES,
    Role.FORENAME: NAMES,
    Role.FULL_NAME: NAMES,
    Role.TITLE: NAMES,
    Role.NI_NUMBER: frozenset((NI_NUMBER,)),
    Role.OTHER_IDENTIFIER: frozenset((NHS_NUMBER, PHONE, NI_NUMBER, LOCAL_KEY)),
    Role.THIRD_PARTY: frozenset((*NAMES, PHONE, EMAIL, ADDRESS, POSTCODE)),
    Role.DATE_OF_BIRTH: frozenset((BIRTH_DATE,)),
    Role.STAFF_NAME: NAMES,
    Role.ORGANISATION: frozenset((OWN_NAME, ANY_NAME)),
}

#: Fields whose plain numbers are bound to look like somebody's: decided by how many of them do.
NUMBERED = frozenset(
    (Role.CODE, Role.VALUE, Role.ROW_KEY, Role.PATIENT_KEY, Role.STAFF_CODE, Role.ORGANISATION, Role.FLAG)
)

_STREET = re.compile(
    r"(?<![\w/.,-])\d{1,4}[A-Za-z]?,?\s+(?:[A-Z][\w'’.\-]*\s+){1,3}"
    r"(?:Road|Rd|Street|Avenue|Ave|Lane|Crescent|Terrace|Gardens|ROAD|RD|STREET|AVENUE|AVE|LANE|CRESCENT|TERRACE"
    r"|GARDENS)\b"
)
_NUMBERED_LINE = re.compile(r"(?<![\w/.-])\d{1,4}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?,?[ \t]+(?=[A-Za-z]{2})")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’`\-])*")
_PLAIN_TEN = re.compile(r"\d{10}")
_LONGEST_LINE = 8
# Spellings too loose to alarm by themselves; they count where what they spell is a patient's own.
_LOOSE_PHONE = re.compile(r"(?<!\d)(?:(?:00)?44|0)?([1-9]\d{9})(?!\d)")
_LOOSE_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{1,2}\d[A-Z\d]?)(?:[ .+_-]|%20){1,3}(\d[A-Z]{2})(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])([A-Z][a-z]?\d[a-z\d]?) ?(\d[A-Z][a-z])(?![A-Za-z0-9])"
)
#: RE2: matches at least every text in which `known_in_loose_spelling` finds something.
LOOSE = r"[A-Za-z][0-9][A-Za-z0-9]?(?:[ .+_-]|%20){0,3}[0-9][A-Z][A-Za-z]|[1-9][0-9]{9}"
_NAMES_REMEMBERED = 2_000


@dataclass(frozen=True)
class Leak:
    """Something of one sort found in one field of one file. It says where and how often, never what."""

    sort: str
    file: str
    field: str
    row: int  # 1-based row of the file, the header not counted; 0 where the file has no rows
    rows: int

    def __str__(self) -> str:
        place = f"{self.file}, field '{self.field}'" if self.field else self.file
        if not self.row:
            return f"{place}: {self.sort}"
        often = "in 1 row" if self.rows == 1 else f"in {self.rows:,} rows, first"
        return f"{place}: {self.sort}, {often} (row {self.row:,})"


@runtime_checkable
class _Indexed(Protocol):
    """Names of patients that can be asked both ways, as the survey gives them."""

    def all_names(self) -> frozenset[str]: ...

    def bearers(self, name: str) -> npt.NDArray[np.int64]: ...


class Known:
    """The identifiers a survey saw, ready to be asked for one at a time; empty where there is no survey."""

    def __init__(self, known: KnownIdentifiers | None) -> None:
        self._known = known
        self._bearers: dict[str, npt.NDArray[np.int64]] = {}

    @property
    def given(self) -> bool:
        return self._known is not None

    @cached_property
    def names(self) -> frozenset[str]:
        """Every single name of every patient, lower case."""
        if self._known is None:
            return frozenset()
        told = self._known.names_of_patient
        if isinstance(told, _Indexed):
            return told.all_names()
        return frozenset().union(*told.values())

    def bearers(self, name: str) -> npt.NDArray[np.int64]:
        """The patients, sorted, who have a single name, themselves or in their household."""
        found = self._bearers.get(name)
        if found is None:
            if len(self._bearers) > _NAMES_REMEMBERED:
                self._bearers.clear()
            found = self._bearers[name] = self._look_up(name)
        return found

    def _look_up(self, name: str) -> npt.NDArray[np.int64]:
        if self._known is None:
            return np.empty(0, np.int64)
        told = self._known.names_of_patient
        if isinstance(told, _Indexed):
            return told.bearers(name)
        return np.array(sorted(patient for patient, names in told.items() if name in names), dtype=np.int64)

    def has(self, sort: str, canonical: str) -> bool:
        """Whether some patient's identifier of this sort is this one."""
        if self._known is None or not canonical:
            return False
        return holds(self._held(sort), canonical)

    def any_of(self, sort: str, canonical: list[str]) -> bool:
        """Whether at least one of these is some patient's."""
        if self._known is None:
            return False
        held = self._held(sort)
        return any(holds(held, one) for one in canonical)

    def _held(self, sort: str) -> npt.NDArray[np.uint64]:
        known = self._known
        assert known is not None
        return {
            NHS_NUMBER: known.nhs_numbers,
            PHONE: known.phones,
            EMAIL: known.emails,
            POSTCODE: known.postcodes,
            ADDRESS: known.address_lines,
            FULL_NAME: known.full_names,
            LOCAL_KEY: known.local_keys,
        }.get(sort, np.empty(0, np.uint64))


def may_hold(field: FieldPlan) -> frozenset[str]:
    """The sorts of identifier that the plan sends in a field."""
    return _MAY_HOLD.get(field.role, frozenset()) if field.action in KEEPING else frozenset()


def strong_leaks(text: str, known: Known, role: Role = Role.OTHER) -> Iterator[str]:
    """The sorts of strong identifier in a cell of a field with this role, whatever the plan allows."""
    for hit in find_strong(text):
        sort = _OF_ROLE[hit.kind]
        if _counts(text, text[hit.start : hit.end], sort, hit.canonical, known, role):
            yield sort
    yield from known_in_loose_spelling(text, known)
    if _STREET.search(text) or _known_line(text, known):
        yield ADDRESS
    if _is_long_key(text) and known.has(LOCAL_KEY, normalise("patient_key", text)):
        yield LOCAL_KEY


def known_in_loose_spelling(text: str, known: Known) -> Iterator[str]:
    """A patient's own telephone number without its zero or glued to a word, or postcode as 'BS6-5QA',
    'BS6%205QA' or 'Bs6 5Qa'."""
    if not known.given:
        return
    if known.any_of(PHONE, ["0" + match.group(1) for match in _LOOSE_PHONE.finditer(text)]):
        yield PHONE
    parts = ("".join(part for part in match.groups() if part) for match in _LOOSE_POSTCODE.finditer(text))
    if known.any_of(POSTCODE, [part.upper() for part in parts]):
        yield POSTCODE


def _counts(text: str, written: str, sort: str, canonical: str, known: Known, role: Role) -> bool:
    whole = text.strip() == written.strip()
    if sort == NHS_NUMBER:
        if known.has(sort, canonical):
            return not (role is Role.CODE and whole and is_snomed_id(written))
        return nhs_check(canonical) and not (role in NUMBERED and whole and _PLAIN_TEN.fullmatch(written))
    if sort == PHONE and role in (NUMBERED - {Role.CODE, Role.VALUE}) and whole and written.isdigit():
        return known.has(sort, canonical)
    if sort in (POSTCODE, NI_NUMBER) and role in NUMBERED and whole and " " not in written:
        # A five-byte Read code can have the letters and digits of a postcode.
        return sort == POSTCODE and role is not Role.CODE and known.has(sort, canonical)
    return True


def ten_digits(text: str) -> bool | None:
    """For a plain ten-digit cell that is no SNOMED CT identifier: whether its NHS check digit is right."""
    plain = text.strip()
    if not _PLAIN_TEN.fullmatch(plain) or is_snomed_id(plain):
        return None
    return nhs_check(plain)


def full_name_in(text: str, known: Known) -> bool:
    """Whether neighbouring words are a patient's first and last name, in either order (`name_neighbours`)."""
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    if len(words) < 2:
        return False
    plain = [plain_letters(word) for word in words]
    pairs = []
    for first, last in name_neighbours(plain):
        one, other = plain[first], plain[last]
        if one in known.names and other in known.names:
            pairs += [one + other, other + one]
    return known.any_of(FULL_NAME, pairs)


def _known_line(text: str, known: Known) -> bool:
    if not known.given:
        return False
    lines = []
    for start in _NUMBERED_LINE.finditer(text):
        pieces = text[start.start() :].split(None, _LONGEST_LINE)[:_LONGEST_LINE]
        lines += [normalise("address", " ".join(pieces[:size])) for size in range(2, len(pieces) + 1)]
    return known.any_of(ADDRESS, lines)


def _is_long_key(text: str) -> bool:
    plain = text.strip()
    return 10 <= len(plain) <= 64 and (is_guid(plain) or (" " not in plain and not plain.isalpha()))
