"""Columns of codes at array speed: pseudonyms of patients, and surrogates of rows, staff and organisations.

The code of a patient is made from who the patient is (`PatientFacts.identity`), not from how a cell spells
it: the same patient has one code in every table, whether the table has the NHS number or only the practice's
key. Most cells hold the identity of the row's own patient in one of two spellings; those are found by
comparing whole columns, and each patient's code is made once. A key is looked up among those the survey
knows. What is left is coded by the value itself, so that a number of somebody who has no row here still gets
that person's code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.protection.actions import Outcome, Setting, run_of
from core.protection.actions.codes_of_people import REFERENCE, surrogate_domain, surrogate_of
from core.protection.collisions import Collisions, check_codes
from core.protection.plan import FieldPlan
from core.protection.pseudonyms import NO_VALUE, Pseudonyms, canonical, domain_of
from core.survey.people.local_keys import plain_keys
from core.survey.people.other_keys import NOBODYS, SEVERAL, OtherKeys
from core.survey.results import NO_PATIENT

_TEN_EQUAL = "^(" + "|".join(f"{digit}{{10}}" for digit in range(10)) + ")$"
_AT_ONCE = 1 << 18
_NO_VALUE = pa.array(sorted(NO_VALUE))

#: Stands for a code where only why it is one is asked.
ANY_CODE = "P-0000-0000-0000-0000"
#: Domains of fields that name patients.
_OF_PATIENTS = frozenset(("nhs", "local"))

Patients = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
#: Texts -> what their codes are made from ('local|A17'), null where a text is no value.
Named = Callable[[pa.Array], pa.Array]

#: Why a cell has the code of its row's patient although it names nobody.
EMPTY, INSTEAD = "empty", "instead"


class PatientCodes:
    """The codes of a survey's patients, each made when it is first met.

    Threads may share it: two that make the same code write the same bytes."""

    def __init__(self, identity: Sequence[str], pseudonyms: Pseudonyms, collisions: Collisions) -> None:
        self.identity = identity
        self.pseudonyms = pseudonyms
        self.collisions = collisions
        width = pseudonyms.of_many(()).shape[1]
        self._codes = np.empty((len(identity), width), dtype=np.uint8)
        self._made = np.zeros(len(identity), dtype=np.bool_)

    def of(self, patient: Patients) -> pa.Array:
        """The codes of these patients, as text."""
        self._make(patient)
        return as_text(self._codes[patient])

    def text(self, patient: int) -> str:
        """The code of one patient."""
        return self.pseudonyms.of_identity(self.identity[patient])

    def check(self) -> None:
        """Makes every patient's code. Raises VerificationError where two are one."""
        for start in range(0, len(self.identity), _AT_ONCE):
            self._make(np.arange(start, min(start + _AT_ONCE, len(self.identity)), dtype=np.int32))
        check_codes(self._codes)

    def _make(self, patient: Patients) -> None:
        new = patient[~self._made[patient]]
        if not len(new):
            return
        new = np.unique(new)
        who = [self.identity[p] for p in new.tolist()]
        codes = self.pseudonyms.of_many(who)
        self.collisions.see(codes, who)
        self._codes[new] = codes
        self._made[new] = True


class Spellings:
    """How the identities of patients are written in cells of one domain: compared with whole columns."""

    def __init__(self, identity: Sequence[str], domain: str) -> None:
        prefix = f"{domain}|"
        plain = pa.array(
            [who[len(prefix) :] if who.startswith(prefix) else None for who in identity], pa.string()
        )
        if domain == "nhs":
            digits = pc.and_not(
                pc.match_substring_regex(plain, "^[0-9]{10}$"), pc.match_substring_regex(plain, _TEN_EQUAL)
            )
            plain = pc.if_else(digits, plain, None)
            parts = (pc.utf8_slice_codeunits(plain, *span) for span in ((0, 3), (3, 6), (6, 10)))
            self._ways = [plain, pc.binary_join_element_wise(*parts, " ")]
        else:
            self._ways = [pc.if_else(pc.equal(values_of(domain, plain), plain), plain, None)]
        self._any = plain.null_count < len(plain)

    def own(self, cells: pa.Array, patient: Patients) -> Mask:
        """Which cells spell the identity of their row's own patient."""
        same = np.zeros(len(cells), dtype=np.bool_)
        if not self._any:
            return same
        of_row = pa.array(patient, mask=patient < 0)
        for way in self._ways:
            equal = pc.equal(cells, way.take(of_row)).fill_null(False)
            same |= equal.to_numpy(zero_copy_only=False)
        return same


class PatientColumn:
    """One field of NHS numbers or of the practice's keys on its way to codes.

    `fills`: the field is the table's own field of NHS numbers, so that a cell that is empty or no NHS number
    stands for the row's patient all the same."""

    def __init__(
        self, domain: str, codes: PatientCodes, spellings: Spellings, other_keys: OtherKeys, *, fills: bool
    ) -> None:
        self._domain, self._codes, self._spellings = domain, codes, spellings
        self._keys = other_keys if domain == "local" else OtherKeys()
        self._fills = fills
        self._by_value = ByValue("P", lambda texts: joined(domain, values_of(domain, texts)), codes)

    def array(self, cells: pa.Array, patient: Patients) -> pa.Array:
        """The outgoing cells; `patient` has the patient number of each cell's row."""
        whose = np.where(self._spellings.own(cells, patient), patient, np.int32(NO_PATIENT))
        rest = np.flatnonzero(whose < 0)
        if len(rest) and self._keys:
            whose[rest] = self._by_key(_some(cells, rest), patient[rest])
            rest = np.flatnonzero(whose < 0)
        made = self._by_value.array(_some(cells, rest))
        if len(rest) and self._fills:
            nothing = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(made), ""), True)
            filled = rest[nothing.to_numpy(zero_copy_only=False) & (patient[rest] >= 0)]
            whose[filled] = patient[filled]
        known = whose >= 0
        if not known.any():
            return made
        codes = self._codes.of(whose[known])
        if not len(rest):
            return codes
        places = np.empty(len(cells), dtype=np.int64)
        places[rest] = len(codes) + np.arange(len(rest))
        places[known] = np.arange(len(codes))
        return pa.concat_arrays([codes, made]).take(pa.array(places))

    def _by_key(self, cells: pa.Array, patient: Patients) -> Patients:
        """The patient that each cell's key is known to stand for, NOBODYS where none is."""
        encoded = cells.dictionary_encode()
        plain = values_of("local", encoded.dictionary)
        codes = encoded.indices.fill_null(len(plain)).to_numpy(zero_copy_only=False)
        found: Patients = np.append(self._keys.whose(plain), np.int32(NOBODYS))[codes]
        unsure = np.flatnonzero(found == SEVERAL)
        if len(unsure):
            among = self._keys.among(plain.take(pa.array(codes[unsure])), patient[unsure])
            found[unsure] = np.where(among, patient[unsure], NOBODYS)
        return found

    def one(self, cell: str | None, patient: int, *, exact: bool = True) -> Outcome:
        """The outgoing cell for one, and EMPTY or INSTEAD where it is the row's patient's although the cell
        names nobody, or 'unreadable'. Not `exact`: the code may be another; to know why, any will do, and
        whose a key is takes milliseconds."""
        blank = cell is None or not cell.strip()
        value = None if cell is None or blank else canonical(self._domain, cell)
        if value is None:
            if self._fills and patient >= 0:
                return self._codes.text(patient), EMPTY if blank else INSTEAD
            return (cell, "") if blank else (None, "unreadable")
        if not exact:
            return ANY_CODE, ""
        if self._keys:
            whose = int(self._by_key(pa.array([cell]), np.array([patient], dtype=np.int32))[0])
            if whose >= 0:
                return self._codes.text(whose), ""
        return self._codes.pseudonyms.of(self._domain, value), ""


class ByValue:
    """One field on its way to codes that the cell's value decides alone, once for each distinct value."""

    def __init__(self, letter: str, named: Named, codes: PatientCodes) -> None:
        self._letter, self._named = ord(letter), named
        self._pseudonyms, self._collisions = codes.pseudonyms, codes.collisions

    def array(self, cells: pa.Array) -> pa.Array:
        """The outgoing cells. Blank ones stay as they are, those without a value are null."""
        encoded = cells.dictionary_encode()
        distinct = encoded.dictionary
        named = self._named(distinct)
        worth = named.drop_null() if named.null_count else named
        codes = self._pseudonyms.of_many(worth.cast(pa.binary()).to_pylist())
        codes[:, 0] = self._letter
        self._collisions.see(codes, worth)
        made = as_text(codes)
        if named.null_count:
            known = named.is_valid().to_numpy(zero_copy_only=False)
            places = pa.array(np.cumsum(known) - 1, mask=~known)
            blank = pc.equal(pc.utf8_trim_whitespace(distinct), "")
            made = pc.if_else(blank, distinct, made.take(places))
        # Values that stand nowhere twice, as the keys of rows, are in order already.
        return made if _as_they_stand(encoded, len(made)) else made.take(encoded.indices)


class Coder:
    """Makes the columns of codes of one export, and remembers the codes of its patients. Safe in threads."""

    def __init__(self, identity: Sequence[str], pseudonyms: Pseudonyms, other_keys: OtherKeys) -> None:
        self.patients = PatientCodes(identity, pseudonyms, Collisions())
        self._keys = other_keys
        self._spellings: dict[str, Spellings] = {}
        self._of_patients: dict[tuple[str, bool], PatientColumn] = {}
        self._by_value: dict[tuple[str, str], ByValue] = {}

    def takes(self, plan: FieldPlan) -> bool:
        """Whether a field leaves as codes."""
        return plan.action in ("pseudonym", "surrogate")

    def array(self, plan: FieldPlan, cells: pa.Array, patient: Patients, *, fills: bool) -> pa.Array:
        """The outgoing cells; `patient` has the patient number of each cell's row."""
        column = self._column(plan, fills=fills)
        return column.array(cells) if isinstance(column, ByValue) else column.array(cells, patient)

    def one(
        self, plan: FieldPlan, cell: str | None, patient: int, *, fills: bool, exact: bool = True
    ) -> Outcome:
        """The outgoing cell for one, with its note; see PatientColumn.one for `exact`."""
        column = self._column(plan, fills=fills)
        if isinstance(column, PatientColumn):
            return column.one(cell, patient, exact=exact)
        if cell is None:
            return None, ""
        return run_of(plan.action, Setting(plan.role, plan.settings, self.patients.pseudonyms))(cell)

    def _column(self, plan: FieldPlan, *, fills: bool) -> PatientColumn | ByValue:
        if plan.action == "surrogate":
            domain = surrogate_domain(Setting(plan.role, plan.settings))
            return self._valued("S", domain, lambda texts: surrogates_of(domain, texts))
        domain = domain_of(plan.role)
        if domain not in _OF_PATIENTS:
            return self._valued("P", domain, lambda texts: joined(domain, values_of(domain, texts)))
        found = self._of_patients.get((domain, fills))
        if found is None:
            spellings = self._spellings.get(domain)
            if spellings is None:
                made = Spellings(self.patients.identity, domain)
                spellings = self._spellings.setdefault(domain, made)
            column = PatientColumn(domain, self.patients, spellings, self._keys, fills=fills)
            found = self._of_patients.setdefault((domain, fills), column)
        return found

    def _valued(self, letter: str, domain: str, named: Named) -> ByValue:
        found = self._by_value.get((letter, domain))
        if found is None:
            found = self._by_value.setdefault((letter, domain), ByValue(letter, named, self.patients))
        return found


def surrogates_of(domain: str, texts: pa.Array) -> pa.Array:
    """`surrogate_of` over a column: the same results, null where a text is no value."""
    if domain != "row":
        cells = texts.to_pylist()
        return pa.array([None if text is None else surrogate_of(domain, text) for text in cells], pa.string())
    plain = plain_keys(_without_type(texts))
    nothing = pc.or_(
        pc.equal(pc.utf8_trim(plain, characters="0-"), ""),
        pc.is_in(pc.utf8_lower(plain), value_set=_NO_VALUE),
    )
    return joined("surrogate row", pc.if_else(nothing, None, plain))


def _without_type(texts: pa.Array) -> pa.Array:
    """References to records with a GUID as the GUID, all else as it was."""
    if not any(pc.any(pc.match_substring(texts, mark)).as_py() for mark in "/:"):
        return texts
    return pc.replace_substring_regex(texts, f"^{REFERENCE}$", r"\1")


def values_of(domain: str, texts: pa.Array) -> pa.Array:
    """`canonical` over a column: the same results, null where a text is no value."""
    if domain != "local":
        return pa.array(
            [None if text is None else canonical(domain, text) for text in texts.to_pylist()], pa.string()
        )
    plain = plain_keys(texts)
    nothing = pc.or_(
        pc.equal(pc.utf8_trim(plain, characters="0"), ""), pc.is_in(pc.utf8_lower(plain), value_set=_NO_VALUE)
    )
    return pc.if_else(nothing, None, plain)


def joined(domain: str, values: pa.Array) -> pa.Array:
    """What codes are made from: 'local|A17'."""
    return pc.binary_join_element_wise(pa.scalar(domain), values, "|")


def as_text(codes: npt.NDArray[np.uint8]) -> pa.Array:
    """Rows of fixed width as an Arrow string column."""
    offsets = np.arange(len(codes) + 1, dtype=np.int32) * codes.shape[1]
    return pa.StringArray.from_buffers(
        len(codes), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(codes))
    )


def _as_they_stand(encoded: pa.DictionaryArray, distinct: int) -> bool:
    """Whether the cells are their own dictionary: each value once, and none missing."""
    return len(encoded) == distinct and encoded.indices.null_count == 0


def _some(cells: pa.Array, rows: npt.NDArray[np.intp]) -> pa.Array:
    return cells if len(rows) == len(cells) else cells.take(pa.array(rows))
