"""Which sensitive categories a code or a term belongs to, which objection a code records, and why.

A code is flagged by list, by prefix (only in terminologies whose prefix is an ancestor: Read v2, ICD-10 and
BNF), by the words of its term or by the medicine the term names; these are added up, because each alone
misses half (resources/codelists/SOURCES.md). Codes are compared with their case; objections are never
matched by prefix.
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.survey.codes.categories import Category, CategoryRules, load_categories
from core.survey.codes.diagnoses import Doubts, Told, doubt_words, told_by_code
from core.survey.codes.listed_codes import CodeLists, ObjectionCode, load_lists
from core.survey.codes.prefixes import by_prefix, has_read_tree, prefixes
from core.survey.codes.term_words import TermWords, normalise_term
from core.survey.codes.terminologies import NEEDS_TERM, Form, Recognised, recognise
from core.survey.lists import NO_LISTS, OF_A_DICTIONARY, ListCodes, ListUsed, LoadedList
from core.survey.lists.built_in import named

_REMEMBERED = 200_000
_KNOWN_HIERARCHY = frozenset((Form.READ_V2, Form.ICD10, Form.READ_OR_ICD10, Form.BNF))
_CHAPTERS = {"read": "Read v2", "icd10": "ICD-10", "bnf": "BNF"}
_SAID = {
    "list": "the code is in the lists of {}",
    "hierarchy": "the code stands under a {} chapter of this kind",
    "words": "the term holds the words '{}'",
    "medicine": "a medicine gives it away ('{}')",
    "ending": "the code's ending {} marks a clinic's own set",
}
#: 8.27241E+14 and 827 241 000 000 103. Six digits name one of the few objections, for a number of SNOMED CT
#: ends in what its place and kind are, and the rest is counted up.
_EXPONENT = re.compile(r"""[\s='"#]*(\d)[.,]?(\d*)[Ee]\+?(\d{1,2})[\s'"]*""", re.ASCII)
_IN_GROUPS = re.compile(r"\s*\d{1,3}(?:[ ,\u00a0]\d{3}){3,5}\s*", re.ASCII)
_ENOUGH_SHOWN = 6
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
class Match:
    """One reason why a code or its term belongs to a category.

    `how` is 'list', 'hierarchy', 'words', 'medicine' or 'ending'; `detail` names the list, the chapter, the
    phrase, the medicine or the ending, and for a set that takes in another category that category's title.
    """

    category: str
    how: str
    detail: str


class CodeLookup:
    """Looks codes and terms up. Pure to its users: the same question has the same answer, always.

    Answers are remembered up to a bound, so that a long file costs one look-up per distinct code.
    Safe to share between threads.
    """

    def __init__(self, rules: Sequence[CategoryRules], lists: CodeLists) -> None:
        self._rules = tuple(rules)
        self._lists = lists
        self._loaded = NO_LISTS
        self.category_ids: tuple[str, ...] = tuple(r.category.id for r in rules)
        self._categories = {r.category.id: r.category for r in rules}
        self._titles = frozenset(r.category.title for r in rules)
        self._trees = {
            "read": prefixes((r.read_v2 for r in rules), (r.read_v2_except for r in rules)),
            "icd10": prefixes((r.icd10 for r in rules), (r.icd10_except for r in rules)),
            "bnf": prefixes((r.bnf for r in rules), (r.bnf_except for r in rules)),
        }
        self._endings = tuple((ending, n) for n, r in enumerate(rules) for ending in r.endings)
        bit_of = {name: 1 << number for number, name in enumerate(self.category_ids)}
        self._takes_in = tuple(
            (n, sum(bit_of[part] for part in r.takes_in)) for n, r in enumerate(rules) if r.takes_in
        )
        self._told = {n: Told(r.told) for n, r in enumerate(rules) if r.told is not None}
        #: Of each set that leaves out what is told: its own bit, and those of what it takes in.
        self.told_sets = tuple((1 << n, taken) for n, taken in self._takes_in if n in self._told)
        people = (who for r in rules if r.about is not None for who in r.about.people)
        self._doubts = Doubts((*doubt_words(), *people))
        self._words = TermWords(rules)
        self._objection_terms = {_spoken(o.term): o for o in lists.objections.values()}
        self._of_code: dict[tuple[str, Form | None], int] = {}
        self._of_term: dict[str, int] = {}

    def with_lists(self, loaded: ListCodes) -> CodeLookup:
        """The same look-up with lists that the practice loaded, and nothing remembered yet."""
        made = copy.copy(self)
        made._loaded, made._of_code, made._of_term = loaded, {}, {}
        return made

    @property
    def loaded(self) -> ListCodes:
        """The lists that the practice loaded itself."""
        return self._loaded

    @property
    def lists(self) -> tuple[ListUsed, ...]:
        """Which lists those are, for records."""
        return self._loaded.used

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
            bits = self._bits(recognise(code, column), column)
            _remember(self._of_code, key, bits)
        return bits

    def bits_of_term(self, term: str, *, remember: bool = True) -> int:
        """Category bits of a term, by its words. A note, which hardly comes again, need not be remembered."""
        bits = self._of_term.get(term)
        if bits is None:
            bits = 0
            for hit in self._words.hits(term):
                bits |= 1 << hit.category
            bits = self._with_sets(bits, lambda number: self._told[number].tells(term))
            if remember:
                _remember(self._of_term, term, bits)
        return bits

    def bits_of_entry(self, code: str, term: str, column: Form | None = None) -> int:
        """Category bits of a code and its term together: a code that tells an illness does so only where its
        term is empty or tells it too."""
        worded = self.bits_of_term(term)
        bits = (self.bits_of_code(code, column) if code.strip() else 0) | worded
        for own, taken in self.told_sets if term.strip() else ():
            if bits & taken and not worded & taken:
                bits |= own
        return bits

    def doubts(self, text: str) -> bool:
        """Whether another cell of a row leaves a doubt about an illness that its code or term tells."""
        return self._doubts.in_text(text)

    def understood(self, code: str, column: Form | None = None) -> bool:
        """Whether the code's form is a known terminology's and shows no damage."""
        return recognise(code, column).understood

    def needs_term(self, code: str, column: Form | None = None) -> bool:
        """Whether the code tells nothing without its term: a supplier's own code, a description id.

        False for one that is in a list."""
        known = recognise(code, column)
        if known.form not in NEEDS_TERM or self._bits(known, None):
            return False
        return not any(self._loaded.knows(group, key) for group, key in self._places(known, None))

    @property
    def objection_codes(self) -> Mapping[str, ObjectionCode]:
        """Every code that records an objection or takes one back."""
        return self._lists.objections

    def objection_of_code(self, code: str) -> tuple[str, bool] | None:
        """(meaning, True where made and False where withdrawn), None for any other code."""
        known = recognise(code)
        found = self._lists.objections.get(_objection_key(known))
        if found is None and len(known.text) == 5 and known.text.endswith("0"):
            # '9Nu00': the dot was lost and the term's two digits cut short. On the side of the patient only.
            found = self._lists.objections.get(known.text.removesuffix("0").removesuffix("0").ljust(5, "."))
            if found is None:
                found = self._lists.objections.get(known.text[:4] + ".")
            found = found if found is not None and found.made else None
        if found is None and (concept := self._loaded.concept(known.text)) is not None:
            # A dictionary that was loaded may find an objection, and never takes one back.
            found = self._lists.objections.get(concept)
            found = found if found is not None and found.made else None
        if found is None:
            found = self._objection_of_spoilt(code)
        return (found.meaning, found.made) if found else None

    def _objection_of_spoilt(self, code: str) -> ObjectionCode | None:
        """An objection whose number was written with an exponent or in groups: made, never withdrawn."""
        if spoilt := _EXPONENT.fullmatch(code):
            shown = spoilt[1] + spoilt[2].rstrip("0")
            digits = int(spoilt[3]) + 1
            if _ENOUGH_SHOWN <= len(shown) <= digits:
                for listed, objection in self._lists.objections.items():
                    if objection.made and len(listed) == digits and listed.isdigit():
                        step = 10 ** (digits - len(shown))
                        if (int(listed) + step // 2) // step == int(shown):
                            return objection
        elif _IN_GROUPS.fullmatch(code):
            found = self._lists.objections.get("".join(code.replace(",", " ").split()))
            return found if found is not None and found.made else None
        return None

    def objection_of_term(self, term: str) -> tuple[str, bool] | None:
        """The same by a term that is, word for word, that of an objection code: for local codes."""
        found = self._objection_terms.get(_spoken(term))
        return (found.meaning, found.made) if found else None

    def judged(self, code: str, column: Form | None = None) -> bool:
        """Whether the code alone, without its term, could be judged sensitive or ordinary.

        True where it is in a list (of sensitive codes, or of codes known to be ordinary), records an
        objection, or belongs to a terminology whose hierarchy we know: Read v2 and not CTV3, ICD-10, BNF.
        False says that no mark on it means nothing."""
        known = recognise(code, column)
        if not known.understood:
            return False
        if known.form in _KNOWN_HIERARCHY:
            return True
        if _objection_key(known) in self._lists.objections:
            return True
        return any(
            key in self._lists.bits[group]
            or key in self._lists.ordinary[group]
            or self._loaded.knows(group, key)
            for group, key in self._places(known, None)
        ) or bool(self._by_ending(known.text))

    def matches(self, code: str, term: str = "", column: Form | None = None) -> tuple[Match, ...]:
        """Why a code and its term belong to their categories, in the order of categories.

        Empty for what belongs to none. `column` as in `bits_of_code`."""
        found: dict[tuple[int, str], str] = {}
        if code.strip():
            for number, how, detail in self._code_matches(recognise(code), column):
                found.setdefault((number, how), detail)
        for hit in self._words.hits(term):
            found.setdefault((hit.category, "medicine" if hit.medicine else "words"), hit.phrase)
        bits = self.bits_of_entry(code, term, column)
        for number, taken in self._takes_in:
            for part, how in tuple(found):
                if taken >> part & 1 and bits >> number & 1:
                    found.setdefault((number, how), self._rules[part].category.title)
        return tuple(
            Match(self.category_ids[number], how, detail)
            for (number, how), detail in sorted(found.items(), key=lambda item: item[0][0])
        )

    def explain(self, code: str, term: str) -> tuple[str, ...]:
        """Sentences that say why a code or term was flagged, or why it was not understood."""
        sentences: list[str] = []
        known = recognise(code) if code.strip() else None
        if known is not None:
            if not known.understood:
                tail = f" It may have been {' or '.join(known.suggestions)}." if known.suggestions else ""
                sentences.append(f"The code is not understood: {known.why}.{tail}")
            objection = self._lists.objections.get(_objection_key(known))
            if objection:
                verb = "records an objection" if objection.made else "withdraws an objection"
                sentences.append(f"The code {verb}: {objection.term}.")
        for match in self.matches(code, term):
            title = self._categories[match.category].title
            if match.detail in self._titles:
                sentences.append(f"{title}: {match.detail} is part of it.")
            else:
                detail = named(match.detail) if match.how == "list" else match.detail.rstrip("*")
                sentences.append(f"{title}: {_SAID[match.how].format(detail)}.")
        return tuple(dict.fromkeys(sentences))

    def _bits(self, known: Recognised, column: Form | None) -> int:
        bits = self._by_ending(known.text)
        for group, key in self._places(known, column):
            bits |= self._lists.bits[group].get(key, 0) | self._by_chapter(group, key)
            bits |= self._loaded.listed(group, key) | self._loaded.worded(group, key)
        places = tuple(_keys(known, column))
        return self._with_sets(bits, lambda number: told_by_code(places, self.category_ids[number]))

    def _places(self, known: Recognised, column: Form | None) -> Iterator[tuple[str, str]]:
        """Where a code may stand in the lists; of an id that a loaded dictionary knows, its concept too."""
        for group, key in _keys(known, column):
            yield group, key
            concept = self._loaded.concept(key) if group == "snomed" else None
            if concept is not None and concept != key:
                yield group, concept

    def _with_sets(self, bits: int, told: Callable[[int], bool]) -> int:
        """The bits with those of the sets that take their categories in. `told`: whether it tells for certain
        what a set (by its number) leaves out."""
        for number, taken in self._takes_in:
            if bits & taken and not (number in self._told and told(number)):
                bits |= 1 << number
        return bits

    def _by_chapter(self, group: str, key: str) -> int:
        tree = self._trees.get(group)
        if tree is None or (group == "read" and not has_read_tree(key)):
            return 0
        return by_prefix(tree, key.rstrip("."))

    def _by_ending(self, text: str) -> int:
        bits = 0
        for ending, number in self._endings:
            if text.endswith(ending):
                bits |= 1 << number
        return bits

    def _code_matches(self, known: Recognised, column: Form | None) -> Iterator[tuple[int, str, str]]:
        for group, key in self._places(known, column):
            listed = self._lists.bits[group].get(key, 0)
            loaded, worded = self._loaded.listed(group, key), self._loaded.worded(group, key)
            by_chapter = self._by_chapter(group, key)
            for number in range(len(self._rules)):
                if listed >> number & 1:
                    yield number, "list", self._lists.source_of(group, key)
                if loaded >> number & 1:
                    yield number, "list", self._loaded.source_of(group, key, self.category_ids[number])
                if worded >> number & 1:
                    yield number, "words", OF_A_DICTIONARY
                if by_chapter >> number & 1:
                    yield number, "medicine" if group == "bnf" else "hierarchy", _CHAPTERS[group]
        for ending, number in self._endings:
            if known.text.endswith(ending):
                yield number, "ending", ending


def load_lookup(lists: Sequence[LoadedList] = ()) -> CodeLookup:
    """The look-up over the shipped lists, loaded once, and over those that the practice loaded itself: these
    add flags and never take one away."""
    shipped = _shipped()
    return shipped.with_lists(ListCodes(lists, shipped.category_ids)) if lists else shipped


@functools.cache
def _shipped() -> CodeLookup:
    rules = load_categories()
    return CodeLookup(rules, load_lists(tuple(r.category.id for r in rules)))


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


def _remember(memory: dict[_Key, int], key: _Key, bits: int) -> None:
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[key] = bits
