"""What is judged while a list is read: where a code belongs, whether it is whole, what its term's words say.

No term is kept. A damaged id is restored only where what is left of it allows one id alone, and the term or
our own lists confirm that one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from core.survey.codes.terminologies import Form, Recognised, recognise
from core.survey.lists.model import BY_WORDS, LoadedList

#: Terminologies that a list's own column or system may name.
SNOMED, READ, ICD10, BNF = "snomed", "read", "icd10", "bnf"
#: Letters alone are words anywhere but in a list of CTV3 codes.
_CTV3_LETTERS = re.compile(r"[XY][A-Za-z]{4}")
_SNOMED_FORMS = frozenset((Form.SNOMED_CONCEPT, Form.SNOMED_DESCRIPTION))
_READ_FORMS = frozenset((Form.READ_V2, Form.CTV3, Form.READ_OR_ICD10))


@dataclass(frozen=True)
class Place:
    """Where a code of a list belongs: (group, code) pairs, none where it is damaged or of no use."""

    keys: tuple[tuple[str, str], ...]
    damaged: bool = False
    suggestions: tuple[str, ...] = ()


def place(code: str, terminology: str = "") -> Place:
    """Where a code belongs, in the terminology that its list names, or any where it names none."""
    known = recognise(code)
    if known.form is Form.LOCAL:
        pairs = [("local", known.text)]
        return Place((*pairs, ("icd10", known.icd10)) if known.icd10 else tuple(pairs))
    if terminology == SNOMED:
        return _snomed(known)
    if terminology == READ:
        if known.form in _READ_FORMS:
            return Place((("read", known.read),))
        if known.form is Form.ICD10 and known.read:
            return Place((("read", known.read),))
        if _CTV3_LETTERS.fullmatch(known.text):
            return Place((("read", known.text),))
    elif terminology == ICD10:
        if known.icd10:
            return Place((("icd10", known.icd10),))
    elif terminology == BNF:
        if known.form is Form.BNF:
            return Place((("bnf", known.text),))
    elif known.understood:
        return Place(tuple(_any(known)))
    return Place((), True, known.suggestions if terminology in ("", SNOMED) else ())


def _snomed(known: Recognised) -> Place:
    if known.form in _SNOMED_FORMS:
        return Place((("snomed", known.text),))
    return Place((), True, tuple(s for s in known.suggestions if len(s) > 5))


def _any(known: Recognised) -> list[tuple[str, str]]:
    if known.form in _SNOMED_FORMS:
        return [("snomed", known.text)]
    if known.form is Form.BNF:
        return [("bnf", known.text)]
    keys = [("read", known.read)] if known.read else []
    if known.icd10 and known.form is not Form.READ_OR_ICD10:
        keys = [("icd10", known.icd10)]
    return keys


def terminology_of(codes: list[str]) -> str:
    """The terminology that most of these codes can only be of, "" where nothing shows it: a column headed
    'code' of C61, F20.0 and Z21X is one of ICD-10, and its F20 is no Read code."""
    votes = {SNOMED: 0, READ: 0, ICD10: 0, BNF: 0}
    for code in codes:
        known = recognise(code)
        if known.form in _SNOMED_FORMS or (known.form is Form.DAMAGED and known.suggestions[:1] != ()):
            votes[SNOMED if len(known.text) > 5 else READ] += 1
        elif known.form in (Form.READ_V2, Form.CTV3):
            votes[READ] += 1
        elif known.form is Form.READ_OR_ICD10:
            votes[READ if known.text.endswith(".") else ICD10] += 1
        elif known.form is Form.ICD10:
            votes[ICD10] += 1
        elif known.form is Form.BNF:
            votes[BNF] += 1
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] * 10 >= 9 * max(sum(votes.values()), 1) and votes[best] else ""


@dataclass
class Judge:
    """Judges terms by the words of the shipped categories, each once."""

    bits_of_term: Callable[[str], int]
    bits_of_code: Callable[[str], int]
    categories_of: Callable[[int], tuple[str, ...]]
    _sets: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def categories(self, bits: int) -> tuple[str, ...]:
        """The categories of these bits."""
        found = self._sets.get(bits)
        if found is None:
            found = self._sets[bits] = self.categories_of(bits)
        return found

    def of_term(self, term: str) -> tuple[str, ...]:
        """The categories that a term's words speak of."""
        return self.categories(self.bits_of_term(term))

    def restored(self, where: Place, term: str) -> tuple[tuple[str, str], ...]:
        """The whole code that a damaged one must have been: where one alone fits, and its term speaks of a
        category or our own lists have it."""
        if len(where.suggestions) != 1:
            return ()
        (whole,) = where.suggestions
        again = place(whole)
        if again.damaged or not (self.bits_of_term(term) or self.bits_of_code(whole)):
            return ()
        return again.keys


def make_judge() -> Judge:
    """A judge over the shipped lists and words alone: what other loaded lists say changes nothing here."""
    from core.survey.codes.codelists import load_lookup  # it takes lists, so it cannot be imported by them

    lookup = load_lookup()
    return Judge(lookup.bits_of_term, lookup.bits_of_code, lookup.categories_of)


@lru_cache(maxsize=1)
def rules_fingerprint() -> str:
    """SHA-256 over the words that terms are judged by, so that a list read by older words can be told."""
    digest = hashlib.sha256()
    folder = files("resources").joinpath("categories")
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


#: What is said of a list whose terms were judged by words that Threshold no longer has as they were.
OLDER_WORDS = "Its terms were judged by an earlier version of Threshold. Add it again to judge them anew."


def judged_by_older_words(loaded: LoadedList) -> bool:
    """Whether terms of the list were judged, and by other words than today's."""
    by_words = len(loaded.concepts.ids) or any(part.how == BY_WORDS for part in loaded.parts)
    return bool(by_words) and loaded.rules != rules_fingerprint()
