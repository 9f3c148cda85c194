"""What one survey of an export yields: findings per field, and facts per row and per patient.

Facts do not depend on any plan. What would leave, counts, filters and the overview strip come from
facts + plan, so that changing a decision never needs the file to be read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.model import Counted, Export, Finding, Hazard, Problem, Status
from core.survey.codes.codelists import CodeLookup
from core.survey.codes.terminologies import Form
from core.survey.people.other_keys import OtherKeys
from core.survey.row_facts import NO_DAY, NO_PATIENT, TableFacts

__all__ = [
    "LOST_CASE",
    "NO_DAY",
    "NO_PATIENT",
    "OBJECTIONS",
    "STATUS_WORDS",
    "FieldCoverage",
    "KnownIdentifiers",
    "PatientFacts",
    "Survey",
    "TableFacts",
    "UnknownCode",
]

#: Objection meanings in bit order. The names are those of resources/codelists/objections.csv.
OBJECTIONS = (
    "type1_dissent",
    "type2_dissent",
    "scr_dissent",
    "national_share_refused",
    "local_share_refused",
    "share_refused",
    "third_party_refused",
    "commissioner_refused",
    "audit_dissent",
    "confidential_flag",
    "national_data_opt_out",
    "spine_sensitive",
    "cannot_consent",
    "kis_dissent",
)

#: The screening programmes whose recall a patient may have declined, or been ceased from.
PROGRAMMES = ("breast", "cervical", "bowel", "diabetic_eye", "aaa", "unnamed")
#: What a patient's record says of recall, in the bit order of `PatientFacts.recall`.
RECALLS = tuple(f"{programme}.{what}" for programme in PROGRAMMES for what in ("declined", "ceased"))


@dataclass(frozen=True)
class PatientFacts:
    """Facts of the people the export is about; every array has one entry a patient number.

    `identity` is what pseudonyms are made from: 'nhs|9434765919' where the NHS number is known, else
    'local|<patient key>', else 'person|...' from name and birth date. It stays in memory.
    """

    count: int
    identity: Sequence[str]
    status: npt.NDArray[np.uint8]  # Status values
    objections: npt.NDArray[np.uint32]  # bit i: OBJECTIONS[i] holds now (withdrawals taken into account)
    birth_day: npt.NDArray[np.int32]  # days since 1970-01-01, NO_DAY where unknown
    has_status: bool = False  # the export has a field that tells status
    #: Bit i: RECALLS[i] holds now. Nothing for anybody where it was not given.
    recall: npt.NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))
    #: The practice's keys of people who have a better identity. Nothing where they were not given.
    other_keys: OtherKeys = field(default_factory=OtherKeys, repr=False)

    def __post_init__(self) -> None:
        if len(self.recall) != self.count:
            object.__setattr__(self, "recall", np.zeros(self.count, dtype=np.uint32))

    def under_18(self, as_of: int) -> npt.NDArray[np.bool_]:
        """Who is under 18 on a day (days since 1970-01-01, best the survey's own `as_of_day`), an entry a
        patient. False where the birth date is not known: see `birth_day`. Born on 29 February, somebody is
        18 on 1 March, as the law of England counts it."""
        known = self.birth_day != NO_DAY
        result = np.zeros(self.count, dtype=np.bool_)
        if as_of == NO_DAY:
            return result
        born = self.birth_day[known].astype("datetime64[D]")
        month = born.astype("datetime64[M]")
        of_age = (month + np.timedelta64(18 * 12, "M")).astype("datetime64[D]") + (born - month)
        result[known] = of_age > np.datetime64(as_of, "D")
        return result

    def recalls(self, name: str) -> npt.NDArray[np.bool_]:
        """Whose record says this of recall, one of RECALLS. Raises ValueError for any other name."""
        return np.asarray((self.recall & np.uint32(1 << RECALLS.index(name))) != 0, dtype=np.bool_)


@dataclass(frozen=True)
class ObjectionEvidence:
    """One place where this export could say who objects, or (`warns`) why it may not say it.

    `id` is stable: 'codes', 'flag', 'table', 'spine_flag', 'outside_codes'; 'nowhere', 'recent',
    'problems_only', 'capitals', 'few_codes', 'none_found'. `where` names table and field, `text` is one
    sentence without any cell's text. No objection in this file is not no objection."""

    id: str
    where: str
    text: str
    warns: bool = False


@dataclass(frozen=True)
class KnownIdentifiers:
    """The raw identifiers seen, for the attack on the written bytes. In memory only, never written.

    Each array holds sorted 64-bit hashes of normalised values (see survey.identifiers.normalise);
    `names_of_patient[p]` are the lower-case single names of patient p, household included where known.
    """

    nhs_numbers: npt.NDArray[np.uint64]
    phones: npt.NDArray[np.uint64]
    emails: npt.NDArray[np.uint64]
    postcodes: npt.NDArray[np.uint64]
    address_lines: npt.NDArray[np.uint64]
    full_names: npt.NDArray[np.uint64]
    local_keys: npt.NDArray[np.uint64]
    names_of_patient: Mapping[int, frozenset[str]] = field(default_factory=dict)
    #: Cells of the fields of staff, of third parties, and of areas and organisations, as they stand, for the
    #: scrubbing of free text. Bounded: an export with more of them has no more kept.
    staff_names: frozenset[str] = frozenset()
    other_names: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    @cached_property
    def telling_names(self) -> frozenset[str]:
        """The single names of all these people that are no words, places or eponyms."""
        from core.survey.freetext.telling import telling_names

        return telling_names(self)


@dataclass(frozen=True)
class UnknownCode:
    """A code that the survey could not judge, as it was written. For memory and the screen only: what stands
    in a field of codes may be somebody's name (`coverage.shown` is the spelling for everything else).

    `suggestions` are whole codes that a damaged one may have been, `confirmed` the one of them that the term
    beside it confirms (see `confirming`; still never taken for the code), `rows` the rows that were left
    unjudged because of it (at least so many, where an export has very many such codes)."""

    code: str
    form: Form
    why: str
    suggestions: tuple[str, ...]
    rows: int
    confirmed: str = ""


@dataclass(frozen=True)
class FieldCoverage:
    """How many codes of one field were not understood, and how many nothing could judge."""

    table: str
    field: str
    not_understood: Counted  # codes = distinct
    not_judged: Counted  # codes = distinct


_NOT_JUDGED = Counted("not_judged", "codes that could not be judged", 0)


@dataclass(frozen=True)
class Survey:
    """All that is known of an export before anybody decides anything.

    `export` is the export to use from here on (a table may have gained a field for extra cells that
    only a full read could find).
    """

    export: Export
    findings: Mapping[str, tuple[Finding, ...]]  # by table name, in field order
    facts: Mapping[str, TableFacts]
    patients: PatientFacts
    known: KnownIdentifiers
    category_ids: tuple[str, ...]  # bit order of TableFacts.categories
    categories: tuple[Counted, ...]  # those found, worst first
    objections: tuple[Counted, ...]  # those found
    unknown_codes: Counted  # codes = distinct
    hazards: tuple[Hazard, ...]
    problems: tuple[Problem, ...]
    lookup: CodeLookup
    unknown_list: tuple[UnknownCode, ...] = ()  # codes not understood, commonest first, a thousand at most
    #: Whole codes that nothing could judge: no term beside them, in no list, no hierarchy that is known.
    not_judged: Counted = _NOT_JUDGED  # codes = distinct
    not_judged_list: tuple[UnknownCode, ...] = ()  # commonest first, a thousand at most
    coverage: tuple[FieldCoverage, ...] = ()  # fields with codes of either sort, most rows first
    #: Where this export could say who objects, then what warns that it may not.
    objection_evidence: tuple[ObjectionEvidence, ...] = ()
    #: The latest plausible day of the export itself (never the clock), NO_DAY where it has no dates.
    as_of_day: int = NO_DAY
    #: The code systems that occur, sorted: see core.survey.codes.systems.
    code_systems: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(f.rows for f in self.facts.values())

    def finding(self, table: str, name: str) -> Finding:
        for finding in self.findings[table]:
            if finding.field == name:
                return finding
        raise KeyError(name)


#: What the survey says of a field whose codes cannot tell an objection from another code.
LOST_CASE = "The Read codes are all in capital or all in small letters; the others have been lost."

STATUS_WORDS = {
    Status.UNKNOWN: "status not known",
    Status.REGISTERED: "registered",
    Status.LEFT: "left the practice",
    Status.TEMPORARY: "temporary patient",
    Status.DIED: "died",
}
