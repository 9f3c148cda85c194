"""Whether a word of a note, where it stands, is somebody's name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from core.survey.freetext.eponyms import is_eponym
from core.survey.freetext.known import Names
from core.survey.freetext.lexicon import cues, doubtful, eponyms, given, is_ordinary, known_names
from core.survey.freetext.words import CAPITAL, INITIAL, LOWER, MIXED, UPPER, Word, case_of


@cache
def cue(name: str) -> frozenset[str]:
    """The words of one list of cues for people."""
    return cues()["people"][name]


class Judge:
    """Judges the words of one note. `words` are those that nothing else has taken."""

    def __init__(self, text: str, words: Sequence[Word], names: Names) -> None:
        self.text, self.words = text, words
        self.case = case_of(text)
        self.also = names.everybody.staff
        self.known = known_names()

    # -- what a word is --------------------------------------------------------------------------
    def is_known(self, word: Word) -> bool:
        """A name of the lists that is no other word."""
        return (word.key in self.known or word.key in self.also) and word.key not in doubtful()

    def is_doubtful(self, word: Word) -> bool:
        return word.key in doubtful()

    def is_word(self, word: Word) -> bool:
        """An ordinary word that is nobody's name, or an abbreviation."""
        if word.shape == MIXED and not self.is_known(word):
            return True
        if self.is_known(word) or (self.is_doubtful(word) and word.key not in cue("function")):
            return False
        return is_ordinary(word.text)

    def raised(self, word: Word) -> bool:
        """Written as a name is, in the way this note is written."""
        if self.case == UPPER:
            return word.shape in (UPPER, INITIAL)
        if self.case == LOWER:
            return True
        return word.shape in (CAPITAL, INITIAL, UPPER)

    def can_be_name(self, word: Word, *, sure: bool) -> bool:
        """Whether a word in a name's place is one. `sure`: hardly anything else stands there."""
        if word.key in cue("function") and word.shape in (LOWER, UPPER):
            return False
        if word.key in cue("titles") or word.key in cue("staff_titles"):
            return False
        if sure and self.case == MIXED and word.shape == CAPITAL and len(word.key) >= 3 and not word.first:
            return word.key not in cue("after") and word.key not in cue("never")
        if self.case == LOWER and self.is_doubtful(word) and is_ordinary(word.text):
            return False
        if self.case == MIXED and word.shape == LOWER:
            return (self.is_known(word) and word.key in given() and len(word.key) >= 3) or (
                sure and len(word.key) >= 3 and not self.is_doubtful(word) and not self.is_word(word)
            )
        if self.case == MIXED and word.shape == UPPER and len(word.key) < 4:
            return sure and len(word.key) == 2 and not is_ordinary(word.text)
        if self.case == MIXED and word.shape == UPPER and not (self.is_known(word) or len(word.key) >= 6):
            return sure and len(word.key) >= 5 and not is_ordinary(word.text)
        if self.case != MIXED:
            return len(word.key) >= 3 and not self.is_word(word) and (not self.is_doubtful(word) or sure)
        if self.is_doubtful(word):
            return word.shape == CAPITAL and not self.eponym(word)
        return not self.is_word(word)

    def eponym(self, word: Word) -> bool:
        return is_eponym(self.text, word.end, listed=word.key in eponyms())

    def verb_at(self, at: int) -> bool:
        return (
            at < len(self.words)
            and self.words[at].key in cue("after")
            and self.words[at].gap.strip(" '’s") == ""
        )

    def is_titled(self, name: Word, at: int, *, hard: bool) -> bool:
        if self.case == MIXED and name.shape in (CAPITAL, INITIAL, UPPER):
            if name.shape == UPPER and len(name.key) < 4 and is_ordinary(name.text):
                return False
            if self.is_known(name) or self.is_doubtful(name):
                return True
            return not is_ordinary(name.text) or (
                hard and name.key not in cue("after") and name.key not in cue("workers")
            )
        if name.shape == INITIAL and self.case == UPPER:
            return hard
        if name.key in cue("function") and not (name.key in ("may", "will") and self.verb_at(at + 1)):
            return False
        if not hard and self.case == MIXED:
            return False
        if self.is_known(name) or (hard and self.is_doubtful(name) and name.key not in cue("after")):
            return True
        return not is_ordinary(name.text) and len(name.key) >= 3

    def company(self, at: int) -> bool:
        """A word that is also a name, beside what makes a name of it: 'Grace Noble', 'Young, Anne'."""
        word = self.words[at]
        if at + 1 < len(self.words):
            after = self.words[at + 1]
            if (
                after.gap == " "
                and after.shape == CAPITAL
                and (
                    self.is_known(after)
                    or (self.is_doubtful(after) and word.key in given() and not is_ordinary(after.text))
                )
            ):
                return True
        return not word.first and word.key in given() and not is_ordinary(word.text)
