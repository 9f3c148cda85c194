"""Finding the words of a category in the term of a coded entry.

Phrases are plain: words in small letters match any case, words holding a capital ('AIDS', 'TOP')
match as written, `*` stands for the rest of a word, and ` ... ` for up to 40 characters in between.
A phrase has one gap at most; `*` inside a phrase is one.
All phrases of all categories are looked for in one pass (Aho-Corasick), so the cost is that of
reading the term once. An excluded phrase ('ST depression', 'hearing aids') takes back what overlaps
it and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ahocorasick

from core.survey.categories import CategoryRules

_BETWEEN = 40
_GAP = " ... "
_NOT_WORD = re.compile(r"[\W_]+")

# What comes after these, up to the end of the clause, is denied or is somebody else's.
_NEGATIONS = (
    "no",
    "not",
    "without",
    "never",
    "denies",
    "nil",
    "negative",
    "excluded",
    "absence of",
    "free of",
)
_FAMILY = (
    "fh",
    "f h",
    "fhx",
    "family history",
    "family hist",
    "fam hist",
    "fam hx",
    "no fh",
    "family member",
)


@dataclass(frozen=True)
class TermHit:
    """A category's phrase found in a term; `medicine` where it names one."""

    category: int  # position in the category order
    phrase: str
    medicine: bool = False


@dataclass(frozen=True)
class _Phrase:
    text: str
    category: int
    excludes: bool
    first: str  # what the automaton looks for, padded with spaces where a word must begin or end
    second: str  # what must follow within _BETWEEN characters, "" where nothing
    medicine: bool = False


def normalise_term(term: str) -> str:
    """The words of a term with single spaces between and around them, case kept."""
    return f" {_NOT_WORD.sub(' ', term).strip()} "


class TermWords:
    """The words of all categories, ready to be looked for. Immutable, safe to share between threads."""

    def __init__(self, rules: Sequence[CategoryRules]) -> None:
        self._negated_counts = [r.negated_counts for r in rules]
        self._family_counts = [r.family_history_counts for r in rules]
        small: dict[str, list[_Phrase]] = {}
        as_written: dict[str, list[_Phrase]] = {}
        for number, rule in enumerate(rules):
            kinds = ((rule.include, False, False), (rule.exclude, True, False), (rule.medicines, False, True))
            for phrases, excludes, medicine in kinds:
                for text in phrases:
                    phrase = _compile(text, number, excludes, medicine)
                    group = as_written if text != text.lower() else small
                    group.setdefault(phrase.first, []).append(phrase)
        self._small = _automaton(small)
        self._as_written = _automaton(as_written)

    def hits(self, term: str) -> tuple[TermHit, ...]:
        """Every category the term speaks of, with the phrase that says so; each category once."""
        written = normalise_term(term)
        small = written.lower()
        if len(small) != len(written):  # a few letters change length when made small
            written = small
        found = list(_search(self._small, small))
        found.extend(_search(self._as_written, written))
        if not found:
            return ()
        excluded = [(p.category, start, end) for p, start, end in found if p.excludes]
        answer: dict[int, TermHit] = {}
        for phrase, start, end in found:
            number = phrase.category
            if phrase.excludes or number in answer:
                continue
            if any(c == number and start < e and s < end for c, s, e in excluded):
                continue
            if not self._negated_counts[number] and _preceded(small, start, _NEGATIONS):
                continue
            if not self._family_counts[number] and _preceded(small, start, _FAMILY):
                continue
            answer[number] = TermHit(number, phrase.text, phrase.medicine)
        return tuple(answer[number] for number in sorted(answer))


def _compile(text: str, category: int, excludes: bool, medicine: bool) -> _Phrase:
    first, _, second = re.sub(r"\*(?: \.\.\.)? ", f"*{_GAP}", text).partition(_GAP)
    if _GAP in second:
        raise ValueError(f"'{text}' has more than one gap")
    return _Phrase(text, category, excludes, _padded(first), _padded(second) if second else "", medicine)


def _padded(words: str) -> str:
    words = words.strip()
    left = "" if words.startswith("*") else " "
    right = "" if words.endswith("*") else " "
    return left + words.strip("*") + right


def _automaton(phrases: dict[str, list[_Phrase]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for first, group in phrases.items():
        automaton.add_word(first, tuple(group))
    automaton.make_automaton()
    return automaton


def _search(automaton: ahocorasick.Automaton, text: str) -> Iterator[tuple[_Phrase, int, int]]:
    """Phrases with the span of their words, the spaces around not counted."""
    for last, group in automaton.iter(text):
        for phrase in group:
            end = last + 1
            start = end - len(phrase.first) + phrase.first.startswith(" ")
            stop = end - phrase.first.endswith(" ")
            if phrase.second:
                # The space that ended the first part may begin the second.
                at = text.find(phrase.second, stop, stop + _BETWEEN + len(phrase.second))
                if at < 0:
                    continue
                stop = at + len(phrase.second) - phrase.second.endswith(" ")
            yield phrase, start, stop


def _preceded(text: str, start: int, words: Sequence[str]) -> bool:
    before = text[:start]
    return any(f" {word} " in before for word in words)
