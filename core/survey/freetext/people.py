"""People in a note whom no list names: by title, by relation, by the words beside, by the look of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.survey.freetext.known import Names
from core.survey.freetext.lexicon import given, is_ordinary
from core.survey.freetext.naming import Judge, cue
from core.survey.freetext.spans import Span
from core.survey.freetext.words import CAPITAL, INITIAL, LOWER, MIXED, UPPER, Word

_JOINS = re.compile(r"\s?(?:&|\+|/|and|,)\s?$")
_CAPITALS = (CAPITAL, INITIAL, UPPER)


def find_people(text: str, words: Sequence[Word], names: Names) -> Iterator[Span]:
    """Names of people by what stands beside them. Spans may overlap."""
    reading = _Reading(text, words, names)
    yield from reading.people()


class _Reading(Judge):
    def __init__(self, text: str, words: Sequence[Word], names: Names) -> None:
        super().__init__(text, words, names)
        self._taken: set[int] = set()

    # -- where names stand -----------------------------------------------------------------------
    def people(self) -> Iterator[Span]:
        for at, word in enumerate(self.words):
            yield from self._after_title(at, word)
            yield from self._after_relation(at, word)
            yield from self._after_cue(at, word)
            yield from self._before_verb(at, word)
            yield from self._by_itself(at, word)

    def _name(self, at: int, why: str, *, start: int | None = None) -> Iterator[Span]:
        """The name whose first word stands at `at`, with the words that go on with it."""
        stop = self._run(at)
        begin = at
        while begin > 0 and self._joins_left(begin):
            begin -= 1
        first = self.words[begin].start if start is None else min(start, self.words[begin].start)
        yield Span(first, self.words[stop - 1].end, "name", why)
        self._taken.update(range(begin, stop))
        yield from self._and_more(stop)

    def _and_more(self, stop: int) -> Iterator[Span]:
        """'Pam and Geoff Tranter', 'Hugo & Bastien', 'ACHTERBERG, Desmond'."""
        if stop < len(self.words):
            word = self.words[stop]
            at = stop
            if word.key == "and" and word.gap.strip() == "" and stop + 1 < len(self.words):
                at, word = stop + 1, self.words[stop + 1]
            joined = at > stop or _JOINS.search(word.gap) is not None
            if (
                joined
                and at not in self._taken
                and word.shape in _CAPITALS
                and self._goes_on(word, first=True)
            ):
                self._taken.add(at)
                yield from self._name(at, "cue")

    def _run(self, at: int) -> int:
        stop = at + 1
        while stop < len(self.words) and stop - at < 5:
            word = self.words[stop]
            gap = word.gap
            if gap.strip(" .'’-") or "\n" in gap or len(gap) > 3:
                break
            if (
                "." in gap
                and self.words[stop - 1].shape != INITIAL
                and self.words[stop - 1].key not in ("st",)
            ):
                break
            if (
                word.key in cue("particles")
                and stop + 1 < len(self.words)
                and self.words[stop + 1].shape == CAPITAL
            ):
                stop += 1
                continue
            if not self._goes_on(word, first=False):
                break
            stop += 1
        return stop

    def _goes_on(self, word: Word, *, first: bool) -> bool:
        """Whether a word that follows a name is a part of it."""
        if self.case == LOWER:
            if len(word.key) == 1:
                return word.key in "efghjkqtuvyz" and not first
            return self.is_known(word) or (
                not first and len(word.key) >= 4 and not self.is_doubtful(word) and not self.is_word(word)
            )
        if word.shape == LOWER or (
            word.shape == UPPER and self.case == MIXED and (len(word.key) < 4 or is_ordinary(word.text))
        ):
            return False
        if self.case == UPPER and is_ordinary(word.text):
            return self.is_known(word)
        if word.shape == INITIAL:
            return self.case == MIXED
        return (
            self.is_known(word)
            or (self.is_doubtful(word) and not self.eponym(word))
            or not is_ordinary(word.text)
        )

    def _joins_left(self, at: int) -> bool:
        """'T Ravindran', 'A. Chukwu', 'Karan Mehrotra': the word before belongs to the name."""
        word, before = self.words[at], self.words[at - 1]
        if word.gap not in (" ", ". ", ".", "-", "  ", ", ") or at - 1 in self._taken:
            return False
        if before.shape == INITIAL:
            return (self.case == MIXED and before.text not in ("I", "A")) or (
                before.text == "A" and word.gap.startswith(".")
            )
        if word.gap.startswith("."):
            return False
        if word.gap == ", ":
            return (
                before.shape == UPPER
                and self.case == MIXED
                and len(before.key) >= 4
                and not is_ordinary(before.text)
            )
        if before.shape not in (CAPITAL, UPPER) or self.case != MIXED:
            return self.case == LOWER and self.is_known(before)
        if before.shape == UPPER and (len(before.key) < 4 or is_ordinary(before.text)):
            return False
        return (
            self.is_known(before)
            or (self.is_doubtful(before) and (before.key in given() or not is_ordinary(before.text)))
            or (not before.first and not self.is_word(before) and not self.eponym(before))
        )

    def _after_title(self, at: int, word: Word) -> Iterator[Span]:
        own, staff = word.key in cue("titles"), word.key in cue("staff_titles")
        if not (own or staff) or at + 1 >= len(self.words):
            return
        if word.key == "ms" and word.text == "MS" and self.case == MIXED:
            return  # multiple sclerosis
        follows = at + 1
        if self.words[follows].key in ("and",) or "&" in self.words[follows].gap:
            if self.words[follows].key == "and":
                follows += 1
            if follows < len(self.words) and self.words[follows].key in cue("titles") | cue("staff_titles"):
                follows += 1  # 'Mr & Mrs Vandersteen'
        if follows >= len(self.words):
            return
        name = self.words[follows]
        if name.key in cue("titles"):
            return  # 'Dr Mrs Knight': the second title says it
        if name.gap.strip(" .&") or "\n" in name.gap:
            return
        hard = word.key in (
            "mr",
            "mrs",
            "ms",
            "dr",
            "prof",
            "professor",
            "mx",
            "cllr",
            "missus",
            "messrs",
            "revd",
        ) or (word.key == "miss" and word.shape != LOWER)
        if not self.is_titled(name, follows, hard=hard):
            return
        yield from self._name(follows, "title", start=word.start if own else None)

    def _after_relation(self, at: int, word: Word) -> Iterator[Span]:
        base = word.key
        hyphened = word.text.casefold()
        relation = base in cue("relations") or hyphened in cue("relations")
        if not relation and base not in cue("workers"):
            return
        start = at + 1
        links = 0
        while (
            start < len(self.words)
            and self.words[start].key in cue("links")
            and links < 3
            and self.words[start].gap.strip(" '’s,:(-–") == ""
        ):
            start, links = start + 1, links + 1
        if start < len(self.words):
            name = self.words[start]
            gap = name.gap.strip(" '’s")
            if (
                gap in ("", ",", ":", "-", "–", "(", ".", "=")
                and "\n" not in name.gap
                and not (gap == "." and not name.gap.startswith("."))
            ):
                sure = gap != "." and not name.first
                if gap == ":" or gap in ("-", "–"):
                    sure = False
                if self.can_be_name(name, sure=sure and relation) and (
                    name.shape != INITIAL or start + 1 < len(self.words)
                ):
                    yield from self._name(start, "relation")
        if at > 0:
            before = self.words[at - 1]
            if (
                word.gap.strip(" ") in (",", "(", "/", "-", "–", ", her", "&")
                and self.raised(before)
                and self.can_be_name(before, sure=False)
            ):
                yield from self._name(at - 1, "relation")
            elif (
                before.key in ("her", "his", "the", "pts", "their")
                and at > 1
                and before.gap.strip(" ") in (",", "(")
            ):
                name = self.words[at - 2]
                if self.raised(name) and self.can_be_name(name, sure=False):
                    yield from self._name(at - 2, "relation")

    def _after_cue(self, at: int, word: Word) -> Iterator[Span]:
        if word.key not in cue("before") and word.text.casefold() not in cue("before"):
            return
        if at + 1 >= len(self.words):
            return
        name = self.words[at + 1]
        if name.gap.strip(" :,/-–.") or "\n" in name.gap:
            return
        if self.case == LOWER or name.shape == LOWER:
            strong = word.key in cue("strong") and (
                word.key not in ("to", "from", "by", "with", "w")
                or (at > 0 and self.words[at - 1].key in cue("speaking"))
            )
            if (
                strong
                and name.gap.strip() in ("", ":")
                and self.can_be_name(name, sure=self.case == LOWER and not is_ordinary(name.text))
            ):
                yield from self._name(at + 1, "cue")
            return
        if self.can_be_name(name, sure=False) and not self.eponym(name) and name.shape != INITIAL:
            yield from self._name(at + 1, "cue")

    def _before_verb(self, at: int, word: Word) -> Iterator[Span]:
        if word.shape == INITIAL or not self.verb_at(at + 1) or at in self._taken:
            return
        if self.case == LOWER or word.shape == LOWER:
            if (
                not (word.first or self.is_known(word))
                or self.is_word(word)
                or self.is_doubtful(word)
                or len(word.key) < 4
            ):
                return
            if not self.is_known(word) and self.words[at + 1].key not in cue("surely_after"):
                return
        elif (
            self.is_doubtful(word) and word.shape == CAPITAL and self.words[at + 1].key in cue("surely_after")
        ):
            pass
        elif (
            not self.raised(word)
            or self.is_word(word)
            or (word.shape == UPPER and self.case == MIXED and len(word.key) < 5 and not self.is_known(word))
            or (self.is_doubtful(word) and (word.first and self.words[at + 1].key not in cue("surely_after")))
        ):
            return
        yield from self._name(at, "cue")

    def _by_itself(self, at: int, word: Word) -> Iterator[Span]:
        if at in self._taken or word.shape in (LOWER, INITIAL, MIXED):
            told = word.key in given() or word.key in self.also
            if word.shape == LOWER and told and self.is_known(word) and len(word.key) >= 4:
                yield from self._name(at, "known_name")
            return
        if self.is_known(word):
            if not self.eponym(word) and (word.shape == CAPITAL or self.case == UPPER or len(word.key) >= 4):
                yield from self._name(at, "known_name")
            return
        if self.case != MIXED or word.shape != CAPITAL or len(word.key) < 3:
            return
        if self.is_doubtful(word):
            if self.company(at) and not self.eponym(word):
                yield from self._name(at, "known_name")
            return
        if is_ordinary(word.text) or self.eponym(word) or _MEASURED.match(self.text, word.end):
            return
        yield from self._name(at, "unknown_word")


#: 'Ferritin 8', 'Zomorph 10mg': what has a value or a dose is nobody, but for a date or a telephone.
_MEASURED = re.compile(
    r"\s{0,2}[<>=~:]?\s{0,2}\d{1,4}(?:\.\d+)?(?:/\d{1,3})?(?:\s?[a-zA-Z%/]+)?(?![\d/.\-]*\d)(?!\s?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.I,
)
