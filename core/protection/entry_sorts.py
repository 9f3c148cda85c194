"""Which sort of entry each row of a table is: a medicine, an allergy, a referral, an appointment, or another.

Told by the table's name, by a field that says the sort, by the code and by the words of the term; the rules
are data (resources/entry_sorts.toml). A row whose cells tell several sorts is each of them. What nothing
tells has no bit at all, and whoever asks decides on the side of the patient. A term that only holds words of
a medicine ('Depressed, on citalopram 20mg') may be of one or of another sort: it is both, unless the row's
code is of a medicine.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from core.model import ReadError, Role
from core.survey.codes.terminologies import Form, recognise
from core.survey.results import Survey, TableFacts
from resources import ROOT

Bits = npt.NDArray[np.uint8]

#: An entry of another sort than any that has a name.
OTHER = 128
_LONGEST_TERM = 120  # longer is a note, which may tell of anything
_NOT_LETTER = re.compile(r"[^a-z0-9]+")
_ICD10 = (Form.ICD10, Form.READ_OR_ICD10)


@dataclass(frozen=True)
class _Sort:
    bit: int
    tables: tuple[str, ...]
    not_tables: tuple[str, ...]
    types: re.Pattern[str]
    read: tuple[str, ...]
    icd10: tuple[str, ...]
    namespaces: frozenset[str]
    small_letter_read: bool
    bnf: bool
    terms: re.Pattern[str]
    unless: re.Pattern[str]
    whole: re.Pattern[str] | None  # only a term that is this from end to end is of the sort for certain


@dataclass(frozen=True)
class _Rules:
    sorts: Mapping[str, _Sort]
    type_fields: frozenset[str]
    other_tables: tuple[str, ...]


@cache
def _rules() -> _Rules:
    data = tomllib.loads((ROOT / "entry_sorts.toml").read_text(encoding="utf-8"))
    sorts = {
        name: _Sort(
            1 << number,
            tuple(said["tables"]),
            tuple(said["not_tables"]),
            _whole(said["types"]),
            tuple(said.get("read", ())),
            tuple(said.get("icd10", ())),
            frozenset(said.get("namespaces", ())),
            bool(said.get("small_letter_read", False)),
            bool(said.get("bnf", False)),
            _any(said["terms"]),
            _any(said["unless"]),
            _whole_term(said["whole"]) if "whole" in said else None,
        )
        for number, (name, said) in enumerate(data["sorts"].items())
    }
    return _Rules(sorts, frozenset(data["types"]["fields"]), tuple(data["others"]["tables"]))


def _whole_term(said: Mapping[str, Any]) -> re.Pattern[str]:
    """One to some names, then a strength or a form, then more of the like and a maker in brackets."""
    names = rf"(?!(?:{'|'.join(map(re.escape, said['no_names']))})\b){said['name']}"
    names = rf"{names}(?: (?:/ )?{names}){{0,{int(said['most_names']) - 1}}}?"
    strength, amount, sure = said["strength"], said["amount"], said["form"]
    form = rf"(?:{said['beside']}|{sure}|{said['form_or_not']})"
    another = rf"/ {names}(?= {strength})"
    after = rf"(?:(?: / | |, )(?:{strength}|{amount}|{form}|{another})(?!\w))*"
    begin = rf"(?:{strength}|(?:{amount})(?= (?:{form})(?!\w))|(?:(?:{said['beside']}) )*(?:{sure}))(?!\w)"
    inside = r"[^()]{0,60}(?:\([^()]{1,40}\))?[^()]{0,20}"
    maker = rf"(?: \((?={inside}\))(?=[^()]*(?:\([^()]*\)?[^()]*)?{said['maker']}){inside}\))?"
    return re.compile(rf"\s*{names} {begin}{after}{maker}\s*", re.IGNORECASE)


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)


def _whole(words: Iterable[str]) -> re.Pattern[str]:
    made = (re.escape(w.rstrip("*")) + (".*" if w.endswith("*") else "") for w in words)
    return re.compile(rf"(?:{'|'.join(made)})", re.IGNORECASE | re.DOTALL)


def sort_names() -> tuple[str, ...]:
    """The sorts that profiles can name."""
    return tuple(_rules().sorts)


def bits_of(names: Iterable[str]) -> int:
    """The bits of these sorts together. Raises KeyError for one that there is not."""
    return sum(_rules().sorts[name].bit for name in set(names))


def sort_of_code(code: str) -> int:
    """The bit of the sort that a code alone tells, OTHER where it tells that it is none of them, else 0.

    >>> [sort_of_code(code) for code in ("bd35.", "H33..", "44054006")]
    [1, 128, 0]
    """
    if not code.strip():
        return 0
    known = recognise(code)
    if not known.understood:
        return 0
    found = 0
    for sort in _rules().sorts.values():
        read = known.read
        if (
            (
                read
                and (read.startswith(sort.read or ("\0",)) or (sort.small_letter_read and read[0].islower()))
            )
            or (known.form in _ICD10 and known.icd10.startswith(sort.icd10 or ("\0",)))
            or (sort.bnf and known.form is Form.BNF)
            or (known.namespace and known.namespace in sort.namespaces)
        ):
            found |= sort.bit
    if not found and (known.form is Form.ICD10 or (known.form in (Form.READ_V2, Form.READ_OR_ICD10))):
        return OTHER
    return found


def sort_of_term(term: str) -> int:
    """The bits of the sorts that a term tells; OTHER where it has words and tells none of them, or where what
    it tells is not certain.

    >>> [sort_of_term(term) for term in ("Amoxicillin 500mg capsules", "Penicillin allergy", "Asthma")]
    [1, 2, 128]
    """
    if not term.strip():
        return 0
    if len(term) > _LONGEST_TERM:
        return OTHER
    found = 0
    for sort in _rules().sorts.values():
        if sort.terms.search(term) is not None and sort.unless.search(term) is None:
            found |= sort.bit
            if sort.whole is not None and sort.whole.fullmatch(term) is None:
                found |= OTHER
    return found or OTHER


def _sort_of_type(text: str) -> int:
    if not text.strip():
        return 0
    found = 0
    for sort in _rules().sorts.values():
        if sort.types.fullmatch(text.strip()) is not None:
            found |= sort.bit
    return found or OTHER


def sort_of_table(survey: Survey, table: str) -> int:
    """The bit of the sort of every row of a table, by its name; 0 where the name does not tell."""
    names = _names(survey, table)
    found = 0
    for sort in _rules().sorts.values():
        if any(w in n for w in sort.tables for n in names) and not any(
            w in n for w in sort.not_tables for n in names
        ):
            found |= sort.bit
    return found


def _names(survey: Survey, table: str) -> tuple[str, ...]:
    known = survey.export.recognised.get(table)
    return (table.lower(), known.table.lower()) if known is not None else (table.lower(),)


def sorts_of_rows(survey: Survey, table: str, facts: TableFacts) -> Bits:
    """The sorts of each row, as bits. The table's codes and terms are read once and remembered."""
    kept = facts.__dict__.get("entry_sorts")
    if kept is None:
        kept = facts.__dict__["entry_sorts"] = _read(survey, table, facts)
    found: Bits = kept
    return found


def _read(survey: Survey, table: str, facts: TableFacts) -> Bits:
    found = np.zeros(facts.rows, dtype=np.uint8)
    if by_name := sort_of_table(survey, table):
        found[:] = by_name
        return found
    told = {Role.CODE: sort_of_code, Role.TERM: sort_of_term}
    readers = {f.position: told[f.role] for f in survey.findings[table] if f.role in told}
    for f in survey.findings[table]:
        if _NOT_LETTER.sub("", f.field.lower()) in _rules().type_fields:
            readers[f.position] = _sort_of_type
    source = survey.export.table(table)
    for block in source.blocks() if readers else ():
        raw = source.read(block, tuple(sorted(readers)))
        here = slice(raw.first_row, raw.first_row + raw.data.num_rows)
        if here.stop > facts.rows:
            raise ReadError(
                "The file has changed since it was opened. Open it again.", where=table, code="changed"
            )
        by_code = np.zeros(raw.data.num_rows, dtype=np.uint8)
        by_term = by_code.copy()
        for position, reader in readers.items():
            cells = raw.data.column(str(position)).dictionary_encode()
            bits = [reader(text or "") for text in cells.dictionary.to_pylist()]
            at = cells.indices.fill_null(len(bits)).to_numpy(zero_copy_only=False)
            of_rows = by_term if reader is sort_of_term else by_code
            of_rows |= np.array([*bits, 0], dtype=np.uint8)[at]
        # A code says of what sort it is: words that agree need not be certain.
        agree = (by_code & by_term & ~np.uint8(OTHER)) != 0
        found[here] = by_code | np.where(agree, by_term & ~np.uint8(OTHER), by_term)
    if any(word in name for word in _rules().other_tables for name in _names(survey, table)):
        found[found == 0] = OTHER
    return found


__all__ = ["OTHER", "bits_of", "sort_names", "sort_of_code", "sort_of_table", "sort_of_term", "sorts_of_rows"]
