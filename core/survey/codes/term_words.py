"""Finding the words of a category in the term of a coded entry.

Phrases are plain: words in small letters match any case, words holding a capital ('AIDS', 'TOP')
must stand in the term as written, `*` stands for the rest of a word, and ` ... ` for up to 40 characters
in between; `*` inside a phrase is both. British and American spelling are one (`_FOLDS`), and so are
letters with and without accents.
All phrases of all categories are looked for in one pass (Aho-Corasick), so the cost is that of
reading the term once. An excluded phrase ('ST depression', 'hearing aids') takes back what overlaps
it and nothing else.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import ahocorasick

from core.survey.codes.about_others import AboutOthers
from core.survey.codes.categories import CategoryRules

_BETWEEN = 40
_GAP = " ... "
_NOT_WORD = re.compile(r"[\W_]+")
#: Three letters or more that stand apart: 'H.I.V.', 'T O P'.
_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:(?:\. ?| )[^\W\d_](?![^\W_])){2,}")
_STAR_GAP = re.compile(r"\*(?: \.\.\.)? ")
_ASCII = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))

# Haemophilia and hemophilia, behaviour and behavior, somatisation and somatization, amphetamine and
# amfetamine: folded alike in phrases and terms.
_FOLDS = (("ae", "e"), ("oe", "e"), ("our", "or"), ("z", "s"), ("ph", "f"))

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
    medicine: bool
    first: str  # what the automaton looks for, padded with spaces where a word must begin or end
    rest: tuple[str, ...]  # what must follow, each within _BETWEEN characters of what came before
    as_written: tuple[str, ...]  # words that hold a capital, padded: the term must hold them so
    begins: int  # where its first word begins, from the last letter of `first`
    ends: int  # 1 where `first` ends with a space


def normalise_term(term: str) -> str:
    """The words of a term with single spaces between and around them, case kept, accents gone."""
    if term.isascii():
        # Bytes are translated three times as fast as text.
        return f" {' '.join(term.encode('ascii').translate(_ASCII).decode('ascii').split())} "
    apart = unicodedata.normalize("NFKD", term)
    term = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return f" {_NOT_WORD.sub(' ', term).strip()} "


def _fold(words: str) -> str:
    for british, american in _FOLDS:
        words = words.replace(british, american)
    return words


class TermWords:
    """The words of all categories, ready to be looked for. Immutable, safe to share between threads."""

    def __init__(self, rules: Sequence[CategoryRules]) -> None:
        self._negated_counts = [r.negated_counts for r in rules]
        self._family_counts = [r.family_history_counts for r in rules]
        self._about = [(n, AboutOthers(r.about)) for n, r in enumerate(rules) if r.about is not None]
        by_first: dict[str, list[_Phrase]] = {}
        for number, rule in enumerate(rules):
            kinds = ((rule.include, False, False), (rule.exclude, True, False), (rule.medicines, False, True))
            for phrases, excludes, medicine in kinds:
                for text in phrases:
                    phrase = _compile(text, number, excludes, medicine)
                    by_first.setdefault(phrase.first, []).append(phrase)
        self._phrases = _automaton(by_first)

    def hits(self, term: str) -> tuple[TermHit, ...]:
        """Every category the term speaks of, with the phrase that says so.

        Each category once, or twice where words and a medicine speak of it. 'H.I.V.' is read as 'HIV' too."""
        apart = _APART.search(term) is not None
        joined = _APART.sub(lambda letters: _NOT_WORD.sub("", letters[0]), term) if apart else term
        found = self._hits(term)
        more = [*self._hits(joined), *self._of_others(joined)] if apart else self._of_others(term)
        if not more:
            return found
        by_key = {(hit.category, hit.medicine): hit for hit in (*more, *found)}
        return tuple(by_key[key] for key in sorted(by_key))

    def _of_others(self, term: str) -> list[TermHit]:
        return [TermHit(number, said) for number, about in self._about if (said := about.find(term))]

    def _hits(self, term: str) -> tuple[TermHit, ...]:
        small = _fold(normalise_term(term.lower()))
        found: list[tuple[_Phrase, int, int]] = []
        written = ""
        for last, group in self._phrases.iter(small):
            for phrase in group:
                stop = last + 1 - phrase.ends
                if phrase.rest:
                    stop = _follow(phrase.rest, small, stop)
                    if stop < 0:
                        continue
                if phrase.as_written:
                    written = written or normalise_term(term)
                    if not all(word in written for word in phrase.as_written):
                        continue
                found.append((phrase, last + phrase.begins, stop))
        if not found:
            return ()
        excluded = _merged(found) if any(phrase.excludes for phrase, _, _ in found) else {}
        denied, family = -1, -1  # where the first such word ends; not looked for until it matters
        answer: dict[tuple[int, bool], TermHit] = {}
        for phrase, start, end in found:
            number = phrase.category
            key = (number, phrase.medicine)
            if phrase.excludes or key in answer:
                continue
            if number in excluded and _overlaps(excluded[number], start, end):
                continue
            if not self._negated_counts[number]:
                denied = _first(small, _NEGATIONS) if denied < 0 else denied
                if denied <= start:
                    continue
            if not self._family_counts[number]:
                family = _first(small, _FAMILY) if family < 0 else family
                if family <= start:
                    continue
            answer[key] = TermHit(number, phrase.text, phrase.medicine)
        return tuple(answer[key] for key in sorted(answer))


def _compile(text: str, category: int, excludes: bool, medicine: bool) -> _Phrase:
    gaps = _STAR_GAP.sub(f"*{_GAP}", text) if "* " in text else text
    small = gaps.lower()
    first, *rest = [_fold(_pad(part)) for part in small.split(_GAP)]
    if not first.strip():
        raise ValueError(f"'{text}' says nothing")
    capitals = () if small == gaps else tuple(_pad(word) for word in text.split() if word != word.lower())
    begins, ends = 1 - len(first) + first.startswith(" "), int(first.endswith(" "))
    return _Phrase(text, category, excludes, medicine, first, tuple(rest), capitals, begins, ends)


def _pad(words: str) -> str:
    """The words with a space at each end that is the end of a word."""
    words = words.strip()
    left = "" if words.startswith("*") else " "
    right = "" if words.endswith("*") else " "
    plain = words.strip("*")
    return left + (plain if plain.isalnum() else normalise_term(plain).strip()) + right


def _automaton(phrases: dict[str, list[_Phrase]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for first, group in phrases.items():
        automaton.add_word(first, tuple(group))
    automaton.make_automaton()
    return automaton


def _follow(parts: tuple[str, ...], text: str, stop: int) -> int:
    """Where the last of the parts ends, -1 where one does not follow."""
    for part in parts:
        at = text.find(part, stop, stop + _BETWEEN + len(part))
        if at < 0:
            return -1
        stop = at + len(part) - part.endswith(" ")
    return stop


def _merged(found: Sequence[tuple[_Phrase, int, int]]) -> dict[int, list[tuple[int, int]]]:
    """The spans that excluded phrases take back, by category: in order, and none overlapping the next."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for phrase, start, end in found:
        if phrase.excludes:
            spans.setdefault(phrase.category, []).append((start, end))
    for number, some in spans.items():
        some.sort()
        merged = [some[0]]
        for start, end in some[1:]:
            last = merged[-1]
            if start < last[1]:
                merged[-1] = (last[0], max(last[1], end))
            else:
                merged.append((start, end))
        spans[number] = merged
    return spans


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect.bisect_left(spans, (end, 0)) - 1
    return at >= 0 and spans[at][1] > start


def _first(text: str, words: Sequence[str]) -> int:
    """Where the earliest of the words ends, past the end of the text where none stands in it."""
    ends = [at + len(word) + 2 for word in words if (at := text.find(f" {word} ")) >= 0]
    return min(ends, default=len(text) + 1)
