"""Which sensitive categories a code or a term belongs to, which objection a code records, and why.

A code is flagged by list, by prefix (only in terminologies whose prefix is an ancestor: Read v2 and
ICD-10) or by the words of its term; the three are added up, because each alone misses half
(resources/codelists/SOURCES.md). Codes are compared with their case; objections are never matched by
prefix.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeVar

from core.survey.categories import Category, CategoryRules, load_categories
from core.survey.term_words import TermWords, normalise_term
from core.survey.terminologies import NEEDS_TERM, SEXUAL_HEALTH_SUFFIXES, Form, Recognised, recognise

_REMEMBERED = 200_000
_GROUPS = ("read", "snomed", "icd10", "bnf", "local")
_SEXUAL_HEALTH = "sexual_health"
_Key = TypeVar("_Key")

#: SNOMED CT writes out what Read terms shorten, and ends its full names with a tag.
_LONG_FORMS = (
    (" general practitioner ", " gp "),
    (" general practice ", " gp "),
    (" health and social care information centre ", " hscic "),
    (" primary care trust ", " pct "),
)
_TAGS = (" finding ", " situation ", " procedure ", " regime therapy ", " record artifact ")


@dataclass(frozen=True)
class ObjectionCode:
    """A code that records an objection (`made`) or takes it back."""

    meaning: str  # one of results.OBJECTIONS
    made: bool
    term: str


@dataclass(frozen=True)
class CodeLists:
    """The code lists as shipped: bits and sources by terminology group and code."""

    bits: Mapping[str, Mapping[str, int]]
    sources: Mapping[str, Mapping[str, str]]
    objections: Mapping[str, ObjectionCode]


class CodeLookup:
    """Looks codes and terms up. Pure to its users: the same question has the same answer, always.

    Answers are remembered up to a bound, so that a long file costs one look-up per distinct code.
    Safe to share between threads.
    """

    def __init__(self, rules: Sequence[CategoryRules], lists: CodeLists) -> None:
        self._rules = tuple(rules)
        self._lists = lists
        self.category_ids: tuple[str, ...] = tuple(r.category.id for r in rules)
        self._categories = {r.category.id: r.category for r in rules}
        self._read = _prefixes((r.read_v2 for r in rules), (r.read_v2_except for r in rules))
        self._icd10 = _prefixes((r.icd10 for r in rules), (r.icd10_except for r in rules))
        self._words = TermWords(rules)
        self._objection_terms = {_spoken(o.term): o for o in lists.objections.values()}
        self._of_code: dict[tuple[str, Form | None], int] = {}
        self._of_term: dict[str, int] = {}

    def category(self, category_id: str) -> Category:
        """The category with this id. Raises KeyError for an unknown one."""
        return self._categories[category_id]

    def categories_of(self, bits: int) -> tuple[str, ...]:
        """The ids of the categories whose bits are set."""
        return tuple(name for number, name in enumerate(self.category_ids) if bits >> number & 1)

    def bits_of_code(self, code: str, column: Form | None = None) -> int:
        """Category bits of a code, by list and prefix.

        F20 is schizophrenia in ICD-10 and multiple sclerosis in Read v2 without its dots. `column` says
        which of READ_V2 and ICD10 the column holds where that is known; else both are looked up."""
        key = (code, column)
        bits = self._of_code.get(key)
        if bits is None:
            bits = self._bits(recognise(code), column)
            _remember(self._of_code, key, bits)
        return bits

    def bits_of_term(self, term: str) -> int:
        """Category bits of a term, by its words."""
        bits = self._of_term.get(term)
        if bits is None:
            bits = 0
            for hit in self._words.hits(term):
                bits |= 1 << hit.category
            _remember(self._of_term, term, bits)
        return bits

    def understood(self, code: str) -> bool:
        """Whether the code's form is a known terminology's and shows no damage."""
        return recognise(code).understood

    def needs_term(self, code: str) -> bool:
        """Whether the code tells nothing without its term: a supplier's own code, a description id.

        False for one that is in a list."""
        known = recognise(code)
        return known.form in NEEDS_TERM and not self._bits(known, None)

    def objection_of_code(self, code: str) -> tuple[str, bool] | None:
        """(meaning, True where made and False where withdrawn), None for any other code."""
        found = self._lists.objections.get(_objection_key(recognise(code)))
        return (found.meaning, found.made) if found else None

    def objection_of_term(self, term: str) -> tuple[str, bool] | None:
        """The same by a term that is, word for word, that of an objection code: for local codes."""
        found = self._objection_terms.get(_spoken(term))
        return (found.meaning, found.made) if found else None

    def explain(self, code: str, term: str) -> tuple[str, ...]:
        """Sentences that say why a code or term was flagged, or why it was not understood."""
        sentences: list[str] = []
        known = recognise(code) if code.strip() else None
        if known is not None:
            if not known.understood:
                tail = f" It may have been {' or '.join(known.suggestions)}." if known.suggestions else ""
                sentences.append(f"The code is not understood: {known.why}.{tail}")
            sentences.extend(self._explain_code(known))
            objection = self._lists.objections.get(_objection_key(known))
            if objection:
                verb = "records an objection" if objection.made else "withdraws an objection"
                sentences.append(f"The code {verb}: {objection.term}.")
        for hit in self._words.hits(term):
            title = self._rules[hit.category].category.title
            sentences.append(f"{title}: the term holds the words '{hit.phrase}'.")
        return tuple(sentences)

    def _bits(self, known: Recognised, column: Form | None) -> int:
        bits = 0
        for group, key in _keys(known, column):
            bits |= self._lists.bits[group].get(key, 0)
            if group == "read":
                bits |= _by_prefix(self._read, key.rstrip(".")) if _has_read_tree(key) else 0
            elif group == "icd10":
                bits |= _by_prefix(self._icd10, key)
        if known.text.endswith(SEXUAL_HEALTH_SUFFIXES) and _SEXUAL_HEALTH in self.category_ids:
            bits |= 1 << self.category_ids.index(_SEXUAL_HEALTH)
        return bits

    def _explain_code(self, known: Recognised) -> Iterator[str]:
        for group, key in _keys(known, None):
            listed = self._lists.bits[group].get(key, 0)
            tree, words = (self._read, "Read v2") if group == "read" else (self._icd10, "ICD-10")
            by_prefix = 0
            if group == "icd10" or (group == "read" and _has_read_tree(key)):
                by_prefix = _by_prefix(tree, key.rstrip("."))
            for number, rule in enumerate(self._rules):
                if listed >> number & 1:
                    lists = self._lists.sources[group][key].replace("+", ", ")
                    yield f"{rule.category.title}: the code is in the lists of {lists}."
                elif by_prefix >> number & 1:
                    yield f"{rule.category.title}: the code stands under a {words} chapter of this kind."
        if known.text.endswith(SEXUAL_HEALTH_SUFFIXES):
            yield "Sexual health: the code's ending marks the sexual health clinic set."


@functools.cache
def load_lookup() -> CodeLookup:
    """The look-up over the shipped lists, loaded once."""
    rules = load_categories()
    return CodeLookup(rules, load_lists(tuple(r.category.id for r in rules)))


def load_lists(category_ids: Sequence[str]) -> CodeLists:
    """Reads resources/codelists. Raises ValueError where a row names an unknown category or terminology."""
    bit_of = {name: 1 << number for number, name in enumerate(category_ids)}
    bits: dict[str, dict[str, int]] = {group: {} for group in _GROUPS}
    sources: dict[str, dict[str, str]] = {group: {} for group in _GROUPS}
    folder = files("resources").joinpath("codelists")
    lines = folder.joinpath("codes.csv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        try:
            group, code, category, source = line.split(",")
            bit = bit_of[category]
            of_group, their_source = bits[group], sources[group]
        except (KeyError, ValueError):
            raise ValueError(f"resources/codelists/codes.csv: not a code list row: {line}") from None
        before = of_group.get(code, 0)
        of_group[code] = before | bit
        if before and source not in their_source[code]:
            source = f"{their_source[code]}+{source}"
        their_source[code] = source
    return CodeLists(bits, sources, _load_objections())


def _load_objections() -> dict[str, ObjectionCode]:
    objections: dict[str, ObjectionCode] = {}
    text = files("resources").joinpath("codelists", "objections.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        if row["effect"] not in ("made", "withdrawn"):
            raise ValueError(f"resources/codelists/objections.csv: effect '{row['effect']}'")
        objections[row["code"]] = ObjectionCode(row["meaning"], row["effect"] == "made", row["term"])
    return objections


def _spoken(term: str) -> str:
    """A term's words in small letters, long names shortened, without SNOMED CT's closing tag."""
    words = normalise_term(term).lower()
    for tag in _TAGS:
        if words.endswith(tag):
            words = words[: len(words) - len(tag) + 1]
    for long, short in _LONG_FORMS:
        words = words.replace(long, short)
    return words


def _objection_key(known: Recognised) -> str:
    return known.read or known.text


def _keys(known: Recognised, column: Form | None) -> Iterator[tuple[str, str]]:
    """The (group, code) pairs under which a code may stand in the lists."""
    if known.form in (Form.SNOMED_CONCEPT, Form.SNOMED_DESCRIPTION):
        yield "snomed", known.text
        return
    if known.form is Form.BNF:
        yield "bnf", known.text
        return
    if known.form is Form.LOCAL:
        yield "local", known.text
    ambiguous = known.form is Form.READ_OR_ICD10
    if known.read and not (ambiguous and column is Form.ICD10):
        yield "read", known.read
    if known.icd10 and not (ambiguous and column is Form.READ_V2):
        yield "icd10", known.icd10
    for suggestion in known.suggestions:
        # A damaged code is withheld as not understood; what it may have been is flagged as well.
        group = "snomed" if len(suggestion) > 5 else "read"
        if suggestion != known.read:
            yield group, suggestion


def _has_read_tree(code: str) -> bool:
    """Whether a Read code's prefix is its ancestor: not in CTV3, whose own codes begin X, Y or Ua to Uz."""
    return code[0] not in "XY" and not (code[0] == "U" and code[1].islower())


_Prefixes = tuple[dict[str, int], dict[str, int], int]


def _prefixes(include: Iterator[tuple[str, ...]], exclude: Iterator[tuple[str, ...]]) -> _Prefixes:
    """Prefix -> bits to set, prefix -> bits to take back, and the longest prefix."""
    tables: list[dict[str, int]] = []
    for side in (include, exclude):
        table: dict[str, int] = {}
        for number, prefixes in enumerate(side):
            for prefix in prefixes:
                table[prefix] = table.get(prefix, 0) | 1 << number
        tables.append(table)
    longest = max((len(prefix) for table in tables for prefix in table), default=0)
    return tables[0], tables[1], longest


def _by_prefix(tables: _Prefixes, code: str) -> int:
    """Bits of the prefixes that the code begins with; the longest one decides."""
    include, exclude, longest = tables
    bits = 0
    for length in range(1, min(len(code), longest) + 1):
        prefix = code[:length]
        bits = (bits & ~exclude.get(prefix, 0)) | include.get(prefix, 0)
    return bits


def _remember(memory: dict[_Key, int], key: _Key, bits: int) -> None:
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[key] = bits
