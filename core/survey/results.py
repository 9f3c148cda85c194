"""What one survey of an export yields: findings per field, and facts per row and per patient.

Facts do not depend on any plan. What would leave, counts, filters and the overview strip come from
facts + plan, so that changing a decision never needs the file to be read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.model import Counted, Export, Finding, Hazard, Problem, Status
from core.survey.codelists import CodeLookup
from core.survey.row_facts import NO_DAY, NO_PATIENT, TableFacts

__all__ = [
    "LOST_CASE",
    "NO_DAY",
    "NO_PATIENT",
    "OBJECTIONS",
    "STATUS_WORDS",
    "KnownIdentifiers",
    "PatientFacts",
    "Survey",
    "TableFacts",
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
    "proactive_flag",
)


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
