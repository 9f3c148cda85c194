"""Which code systems occur in an export: what a plan for next month's export compares.

A system is the terminology that a code's spelling tells (see `terminologies`), with dm+d and the suppliers'
own ids, which are SNOMED CT ids of a namespace, told apart. Codes that are not understood belong to none.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.survey.codes.terminologies import Form, Recognised, recognise

#: Read v2 and CTV3 share most codes, so that a column cannot be told to hold the one and not the other.
_SYSTEMS = {
    Form.SNOMED_CONCEPT: "snomed",
    Form.SNOMED_DESCRIPTION: "snomed_description",
    Form.READ_V2: "read",
    Form.CTV3: "read",
    Form.ICD10: "icd10",
    Form.READ_OR_ICD10: "read_or_icd10",
    Form.BNF: "bnf",
    Form.LOCAL: "local",
}
_MAKERS = ("dmd", "emis", "emis_drug")
SYSTEM_WORDS = {
    "snomed": "SNOMED CT",
    "snomed_description": "SNOMED CT description ids",
    "read": "Read codes",
    "icd10": "ICD-10",
    "read_or_icd10": "codes that may be Read or ICD-10",
    "bnf": "BNF codes",
    "local": "a supplier's own codes",
    "dmd": "dm+d medicines",
    "emis": "EMIS ids",
    "emis_drug": "EMIS medicine ids",
}
_EITHER = "read_or_icd10"
_COLUMNS = (None, Form.READ_V2, Form.ICD10, Form.BNF, Form.SNOMED_CONCEPT)


def system_of(known: Recognised) -> str:
    """The system of a recognised code, one of SYSTEM_WORDS; "" of one that is not understood."""
    return known.maker if known.maker in _MAKERS else _SYSTEMS.get(known.form, "")


def new_systems(now: Iterable[str], before: Iterable[str]) -> tuple[str, ...]:
    """The systems that occur now and did not before. A code that may be Read or ICD-10 is new where neither
    occurred."""
    known = set(before)
    if known & {"read", "icd10"}:
        known.add(_EITHER)
    return tuple(sorted(set(now) - known))


def of_systems(code: str, systems: Iterable[str]) -> bool:
    """Whether a code is, or in some column may be, of one of these systems. When in doubt it is."""
    wanted = set(systems)
    if wanted & {"read", "icd10"}:
        wanted.add(_EITHER)
    return any(system_of(recognise(code, column)) in wanted for column in _COLUMNS)
