"""Fields and tables that say of a patient that there is a concern: 'Child protection plan: Y', SRChildAtRisk.

The survey judges codes and terms; what is about safeguarding by its own name is found here, by the words that
judge terms. Such fields are few, and only they are read.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Finding, Kind, Role
from core.patients.judging import Leaving, Steps

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: What stands in such a field where there is nothing to say. Lower case.
_NOTHING = (
    *("", "n", "no", "none", "nil", "null", "nan", "n/a", "na", "f", "false", "0", "-", "--", ".", "never"),
    *("unknown", "not known", "not recorded", "not applicable"),
    *("no concern", "no concerns", "inactive", "ended"),
)
_SPEAKING = frozenset((Role.CODE, Role.TERM, Role.NOTE, Role.EVENT_DATE, Role.EVENT_TIME, Role.ROW_KEY))
_NAMING = frozenset((Kind.DIRECT_IDENTIFIER, Kind.STAFF, Kind.LINKING_KEY, Kind.FREE_TEXT))
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def flagged_by_field(leaving: Leaving, bits: int, steps: Steps) -> tuple[Counts, Mask]:
    """How many rows each patient has that leave with such a field filled, or in such a table; and who has one
    that stays."""
    leaves = np.zeros(leaving.count, dtype=np.int64)
    stays = np.zeros(leaving.count, dtype=np.bool_)
    judged = leaving.survey.lookup.bits_of_term
    for table, facts in leaving.survey.facts.items():
        gone = leaving.rows(table)
        if judged(_said(table)) & bits:
            out = gone & bool(leaving.fields(table))
            leaves += facts.patient_rows(leaving.count, out)[:-1]
            stays |= facts.patients_seen(leaving.count, ~out)[:-1]
            continue
        findings = [f for f in leaving.survey.findings[table] if _may_flag(f)]
        headers = leaving.survey.export.table(table).fields
        wanted = [f for f in findings if judged(_said(headers[f.position].header)) & bits]
        if not wanted:
            continue
        going = {f.field for f in leaving.fields(table)}
        rows = np.flatnonzero(facts.of_patient(np.append(leaving.patients, False)))
        for inside, cells in leaving.read(table, rows, wanted, steps):
            patient = facts.patient[inside]
            for f in wanted:
                says = _says(cells[f.field])
                out = says & gone[inside] & (f.field in going)
                np.add.at(leaves, patient[out], 1)
                stays[patient[says & ~out]] = True
    return leaves, stays


def _may_flag(f: Finding) -> bool:
    return f.role not in _SPEAKING and f.kind not in _NAMING


def _said(name: str) -> str:
    """A heading as words: 'ChildProtection_Plan' is 'child protection plan'. One about an area's deprivation
    says nothing."""
    words = [word.lower() for word in _WORDS.findall(name)]
    return "" if "deprivation" in words and "liberty" not in words else " ".join(words)


def _says(cells: pa.Array) -> Mask:
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(cells))
    nothing = pc.is_in(plain, value_set=pa.array(_NOTHING, pa.string()))
    return np.asarray(pc.invert(pc.fill_null(nothing, True)).to_numpy(zero_copy_only=False), dtype=np.bool_)
