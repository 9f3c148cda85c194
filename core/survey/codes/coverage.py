"""What the survey could not judge: which codes, in how many rows, of which fields.

A code is not judged for one of two reasons: it is not understood (its form is that of no known
terminology, or it was damaged), or it is whole and yet nothing says what it is: no term stands beside it,
no list has it, and its terminology has no hierarchy that could be read off it (SNOMED CT, CTV3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Counted
from core.survey.codes.codelists import CodeLookup
from core.survey.codes.confirming import confirm
from core.survey.codes.terminologies import Form, recognise, unwrap
from core.survey.hashing import hash64
from core.survey.identifiers import nhs_check
from core.survey.people.known import HashSet
from core.survey.results import FieldCoverage, UnknownCode

NOT_UNDERSTOOD, NOT_JUDGED = "unknown_codes", "not_judged"
TITLES = {NOT_UNDERSTOOD: "codes not understood", NOT_JUDGED: "codes that could not be judged"}

#: So many codes of each sort are listed, and so many counted at once; of longer texts only the beginning.
MOST_LISTED = 1_000
_MOST_KEPT = 100_000
_LONGEST = 80

_NEEDS_TERM = {
    Form.LOCAL: "a clinical system's own code, and no words beside it say what it means",
    Form.SNOMED_DESCRIPTION: "the number of a wording in SNOMED CT, and no words beside it say what it means",
}
_UNJUDGED = "no words stand beside it, and it is in no code list"
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[Ee]\+?\d+")
_MIXED = re.compile(r".*[\dA-Z.]")
_LOCAL = re.compile(r"(?:\^?ESCT|EMIS|EGTON|FUNDHC|JHCC|RAFME)[\w|]*\d\w*|[\w.]{1,7}-(?:SHHAPT|KC60)")
_SHORTEST_LONG_ID = 15  # digits; a shorter number that is no id may be a telephone number or a birth date


@dataclass(frozen=True)
class Unjudged:
    """The codes of one field of a block that were not judged, for one reason: the distinct ones, and rows."""

    sort: str  # NOT_UNDERSTOOD or NOT_JUDGED
    position: int
    codes: pa.Array
    hashes: npt.NDArray[np.uint64]
    rows: npt.NDArray[np.int64]
    terms: pa.Array | None = None  # the term beside each code where it is first seen

    @classmethod
    def of(
        cls,
        sort: str,
        position: int,
        codes: pa.Array,
        rows: npt.NDArray[np.int64],
        terms: pa.Array | None = None,
    ) -> Unjudged:
        return cls(sort, position, codes, hash64(codes), rows, terms)


class Coverage:
    """Counts codes that were not judged while blocks come in. Memory is bounded, whatever the fields hold."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, int]] = {sort: {} for sort in TITLES}
        self._terms: dict[str, str] = {}  # of damaged codes
        self._distinct = {sort: HashSet() for sort in TITLES}
        self._of_field: dict[tuple[str, int, str], tuple[HashSet, int]] = {}

    def add(self, table: str, found: Unjudged) -> None:
        """What a block of the table had of one sort in one field."""
        counts = self._rows[found.sort]
        for code, rows in zip(found.codes.to_pylist(), found.rows.tolist(), strict=True):
            text = code if len(code) <= _LONGEST else code[:_LONGEST] + "…"
            counts[text] = counts.get(text, 0) + rows
        if found.terms is not None and len(self._terms) < _MOST_KEPT:
            for code, term in zip(found.codes.to_pylist(), found.terms.to_pylist(), strict=True):
                if term and len(code) <= _LONGEST:
                    self._terms.setdefault(code, term)
        if len(counts) > _MOST_KEPT:
            self._rows[found.sort] = dict(_commonest(counts, _MOST_KEPT // 2))
        self._distinct[found.sort].add(found.hashes)
        key = (table, found.position, found.sort)
        hashes, rows = self._of_field.get(key, (HashSet(), 0))
        hashes.add(found.hashes)
        self._of_field[key] = (hashes, rows + int(found.rows.sum()))

    def distinct(self, sort: str) -> int:
        """How many different codes of the sort there are."""
        return len(self._distinct[sort].sorted())

    def listed(self, sort: str, lookup: CodeLookup) -> tuple[UnknownCode, ...]:
        """The commonest codes of the sort, most rows first."""
        return tuple(
            _explained(code, rows, self._terms.get(code, ""), lookup)
            for code, rows in _commonest(self._rows[sort], MOST_LISTED)
        )

    def fields(self, names: Mapping[tuple[str, int], str]) -> tuple[FieldCoverage, ...]:
        """The fields with codes that were not judged, most rows first. `names` are those of the fields."""
        places = dict.fromkeys(key[:2] for key in self._of_field)
        found = [
            FieldCoverage(table, names[table, position], *(self._counted(table, position, s) for s in TITLES))
            for table, position in places
        ]
        return tuple(sorted(found, key=lambda f: -f.not_understood.rows - f.not_judged.rows))

    def _counted(self, table: str, position: int, sort: str) -> Counted:
        hashes, rows = self._of_field.get((table, position, sort), (HashSet(), 0))
        return Counted(sort, TITLES[sort], rows, codes=len(hashes.sorted()))


def _commonest(counts: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def _explained(code: str, rows: int, term: str, lookup: CodeLookup) -> UnknownCode:
    known = recognise(code)
    why = known.why or _NEEDS_TERM.get(known.form, _UNJUDGED)
    confirmed = confirm(code, term, lookup) if known.suggestions and term else None
    return UnknownCode(
        code, known.form, why, known.suggestions, rows, confirmed.code if confirmed is not None else ""
    )


def shown(code: str) -> str:
    """A code as it may be written outside of the screen. What does not look like a code of a terminology may
    be a name, a telephone number or a birth date that stands in the wrong field: of that only the shape,
    'Aaaaa 99'."""
    text = unwrap(code)
    known = recognise(code)
    if known.form is Form.CTV3:
        looks = bool(_MIXED.fullmatch(text[1:]))  # Yusuf has the form of a CTV3 code
    elif known.form is Form.LOCAL:
        looks = bool(_LOCAL.fullmatch(text))
    elif known.form is Form.DAMAGED:
        digits = sum(c.isdigit() for c in text)
        looks = bool(_SCIENTIFIC.fullmatch(text)) or digits <= 5 or digits >= _SHORTEST_LONG_ID
    else:
        looks = known.form is not Form.UNKNOWN
    return text if looks and not nhs_check(text) else shape(code)


def shape(text: str) -> str:
    """The text with every letter as A or a and every figure as 9."""
    marks = ("A" if c.isupper() else "a" if c.isalpha() else "9" if c.isdigit() else c for c in text)
    return "".join(marks)[:_LONGEST]
