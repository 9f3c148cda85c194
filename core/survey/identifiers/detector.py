"""What a detector is: one row of the table of everything that identifies a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from core.model import Kind, Role

#: How far before a hit, and after it, its name may stand ('passport no. is ...').
_BEFORE, _AFTER = 45, 18
#: A finder of its own: what it finds in folded text as (start, end, how sure).
Finder = Callable[[str], Iterable[tuple[int, int, float]]]


@dataclass(frozen=True)
class Detector:
    """One sort of identifier.

    `whole` judges a whole cell; `pattern` finds it in running text (a hit must pass `whole` too), or `find`
    does. `shape` is how sure a right shape makes us, `checked` a right check digit, `beside` the identifier's
    name (`words`) next to it: 0 to 1, where 0.5 and more is worth telling a person without other evidence.
    `needs`: runs of letters (A) and digits (9), one of which a text must have to hold one; `digits`: how many
    digits follow each other in it at least, separators not counted. They only save time.
    """

    id: str
    title: str
    role: Role
    kind: Kind
    whole: Callable[[str], object]
    shape: float
    source: str
    checked: float = 0.0
    check: Callable[[str], bool] | None = None
    beside: float = 0.9
    pattern: re.Pattern[str] | None = None
    find: Finder | None = None
    words: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    digits: int = 0
    marks: tuple[str, ...] = ()  # characters one of which a text must have
    says: str = ""  # the id that a hit is told by, where this is a variant of another detector
    tokens: frozenset[str] = frozenset()  # words one of which a text must have, lower case

    @property
    def alone(self) -> float:
        """How sure this detector can be of a text that does not name the identifier."""
        return max(self.shape, self.checked)

    @cached_property
    def first_words(self) -> frozenset[str]:
        """The first words of its names, lower case: without one of them no name is there."""
        return frozenset(name.split()[0] for name in self.words)

    @cached_property
    def _named(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        names = "|".join(r"\W{0,2}".join(re.escape(part) for part in name.split()) for name in self.words)
        whole = rf"(?<![^\W_])(?:{names})(?![^\W\d_])"
        return re.compile(whole, re.IGNORECASE), re.compile(rf"[\s,(\[-]{{0,3}}{whole}", re.IGNORECASE)

    def strength(self, written: str) -> float:
        """How sure a text of this shape makes us by itself."""
        return self.checked if self.check is not None and self.check(written) else self.shape

    def is_named(self, text: str, start: int, end: int) -> bool:
        """Whether the identifier's name stands next to a place in a text."""
        if not self.words:
            return False
        before, after = self._named
        if before.search(text, max(0, start - _BEFORE), start):
            return True
        return after.match(text, end, min(len(text), end + _AFTER)) is not None

    def hits(self, text: str) -> list[tuple[int, int, float]]:
        """Everything of this sort in folded text, as (start, end, how sure)."""
        if self.find is not None:
            found = list(self.find(text))
        elif self.pattern is not None:
            found = [
                (match.start(), match.end(), self.strength(match.group()))
                for match in self.pattern.finditer(text)
                if self.whole(match.group())
            ]
        else:
            return []
        if not self.words:
            return found
        return [
            (start, end, self.beside if sure < self.beside and self.is_named(text, start, end) else sure)
            for start, end, sure in found
        ]


def in_text(body: str, *, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern for running text: not inside a longer run of letters and digits, a decimal or a path."""
    before = r"(?<![\w@])(?<!\d[.,/:-])(?<![A-Za-z]-)"
    return re.compile(rf"{before}(?:{body})(?![\w@])(?![./:-]\d)", flags)
